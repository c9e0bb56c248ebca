package store

import (
	"context"
	"database/sql"
)

// statements are prepared once: parsing SQL costs more than running it here.
type statements struct {
	begin, takeOver, request, release, bind, unbind   *sql.Stmt
	sign, resolve, transaction, open                  *sql.Stmt
	born, moved, whole, leave, join, mark, checkpoint *sql.Stmt
	list, listState, sweepRequests, sweepDone         *sql.Stmt
	endorsers, ping                                   *sql.Stmt
}

func (q *statements) prepare(ctx context.Context, s *Store) error {
	w, r := s.write, s.read
	for _, p := range []struct {
		to  **sql.Stmt
		db  *sql.DB
		sql string
	}{
		{&q.begin, w, `INSERT INTO requests (person, key, hash, boot, salt, created_ms) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING`},
		{&q.takeOver, w, `UPDATE requests SET boot = ? WHERE person = ? AND key = ? AND txid = '' AND boot <> ?`},
		{&q.request, w, `SELECT hash, salt, txid FROM requests WHERE person = ? AND key = ?`},
		{&q.release, w, `DELETE FROM requests WHERE person = ? AND key = ? AND txid = ''`},
		{&q.bind, w, `UPDATE requests SET txid = ?, salt = '' WHERE person = ? AND key = ?`},
		{&q.unbind, w, `DELETE FROM requests WHERE person = ? AND txid = ?`},
		{&q.sign, w, `INSERT INTO transactions (txid, person, birth, signed, result, boot, created_ms) VALUES (?,?,?,?,?,?,?)`},
		{&q.resolve, w, `UPDATE transactions SET fate = ?, code = ?, block = ?, signed = NULL WHERE txid = ? RETURNING person`},
		{&q.transaction, r, `SELECT txid, person, birth, signed, result, fate, code, block FROM transactions WHERE txid = ?`},
		{&q.open, r, `SELECT txid, person, birth, signed, result, fate, code, block FROM transactions
			WHERE fate = 0 AND (boot <> ? OR created_ms < ?) ORDER BY created_ms LIMIT ?`},
		{&q.born, w, `INSERT INTO documents (family, id, state, version, endorsers) VALUES (?,?,?,?,?) ON CONFLICT (id) DO NOTHING RETURNING seq`},
		{&q.moved, w, `UPDATE documents SET state = ?, version = ?, endorsers = coalesce(?, endorsers)
			WHERE id = ? AND version < ? RETURNING seq`},
		{&q.whole, w, `SELECT seq, family FROM documents WHERE id = ?`},
		{&q.leave, w, `DELETE FROM participants WHERE source = ?`},
		{&q.join, w, `INSERT INTO participants (party, family, seq, source) VALUES (?,?,?,?) ON CONFLICT DO NOTHING`},
		{&q.mark, w, `UPDATE checkpoint SET block = ? WHERE block < ?`},
		{&q.checkpoint, r, `SELECT block FROM checkpoint`},
		{&q.list, r, `SELECT d.seq, d.id, d.state, d.version FROM participants p JOIN documents d USING (seq)
			WHERE p.party = ? AND p.family = ? AND p.seq < ? GROUP BY p.seq ORDER BY p.seq DESC LIMIT ?`},
		{&q.listState, r, `SELECT d.seq, d.id, d.state, d.version FROM participants p JOIN documents d USING (seq)
			WHERE p.party = ? AND p.family = ? AND p.seq < ? AND d.state = ? GROUP BY p.seq ORDER BY p.seq DESC LIMIT ?`},
		{&q.sweepRequests, w, `DELETE FROM requests WHERE created_ms < ? AND NOT EXISTS
			(SELECT 1 FROM transactions t WHERE t.txid = requests.txid AND t.fate = 0)`},
		{&q.sweepDone, w, `DELETE FROM transactions WHERE created_ms < ? AND fate <> 0`},
		{&q.endorsers, r, `SELECT endorsers FROM documents WHERE id = ?`},
		{&q.ping, r, `SELECT 1`},
	} {
		statement, err := p.db.PrepareContext(ctx, p.sql)
		if err != nil {
			return err
		}
		*p.to = statement
	}
	return nil
}
