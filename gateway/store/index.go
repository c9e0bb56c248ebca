package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"portledger/gateway/ledger"
)

// Apply copies the records up to and including those of the block, and moves the checkpoint in the same
// database transaction. Seeing records again changes nothing: an older version never replaces a newer one.
func (s *Store) Apply(ctx context.Context, block uint64, records []ledger.Record) error {
	// A document goes before its parts, which are born with it.
	records = slices.SortedStableFunc(slices.Values(records), func(a, b ledger.Record) int {
		return strings.Count(a.ID, "/") - strings.Count(b.ID, "/")
	})
	return within(ctx, s.write, func(tx *sql.Tx) error {
		for _, r := range records {
			if err := s.apply(ctx, tx, r); err != nil {
				return fmt.Errorf("index %s: %w", r.ID, err)
			}
		}
		_, err := tx.StmtContext(ctx, s.ask.mark).ExecContext(ctx, block, block)
		return err
	})
}

func (s *Store) apply(ctx context.Context, tx *sql.Tx, r ledger.Record) error {
	var source int64
	err := tx.StmtContext(ctx, s.ask.born).QueryRowContext(ctx, r.Family, r.ID, r.State, r.Version, strings.Join(r.Endorsers, " ")).Scan(&source)
	if errors.Is(err, sql.ErrNoRows) {
		set := sql.NullString{String: strings.Join(r.Endorsers, " "), Valid: r.Endorsers != nil}
		err = tx.StmtContext(ctx, s.ask.moved).QueryRowContext(ctx, r.State, r.Version, set, r.ID, r.Version).Scan(&source)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // seen before
		}
	}
	if err != nil {
		return err
	}
	whole, family := source, r.Family
	if id, _, isPart := strings.Cut(r.ID, "/"); isPart {
		err := tx.StmtContext(ctx, s.ask.whole).QueryRowContext(ctx, id).Scan(&whole, &family)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // no document, nothing to list; it must not hold up the others
		}
		if err != nil {
			return fmt.Errorf("find its document: %w", err)
		}
	}
	if _, err := tx.StmtContext(ctx, s.ask.leave).ExecContext(ctx, source); err != nil {
		return err
	}
	for _, party := range r.Parties {
		if _, err := tx.StmtContext(ctx, s.ask.join).ExecContext(ctx, party, family, whole, source); err != nil {
			return err
		}
	}
	return nil
}

// Endorsers answers the organisations that had to endorse the next change of a document when the index saw it last, none
// where that is not known. It is a guess, since the index follows the ledger: the contract tells when it is wrong.
func (s *Store) Endorsers(ctx context.Context, id string) ([]string, error) {
	var orgs string
	err := s.ask.endorsers.QueryRowContext(ctx, id).Scan(&orgs)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("look up endorsers: %w", err)
	}
	return strings.Fields(orgs), nil
}

// Checkpoint answers the block from which to follow: events of that block may be delivered again.
func (s *Store) Checkpoint(ctx context.Context) (block uint64, err error) {
	err = s.ask.checkpoint.QueryRowContext(ctx).Scan(&block)
	return block, err
}

// Forget empties the index, so that it is built anew from the chain's first block.
func (s *Store) Forget(ctx context.Context) error {
	return within(ctx, s.write, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM participants; DELETE FROM documents; UPDATE checkpoint SET block = 0`)
		return err
	})
}

// Query asks for documents of one family that a party takes part in, newest first.
type Query struct {
	Party, Family string
	// State is empty for any.
	State string
	// Before is the Seq of the last document seen, 0 from the start.
	Before int64
	Limit  int
}

// Document is one row of a list.
type Document struct {
	Seq     int64
	ID      string
	State   string
	Version int64
}

// List answers at most Limit documents.
func (s *Store) List(ctx context.Context, q Query) ([]Document, error) {
	const end = int64(1) << 62
	if q.Before == 0 {
		q.Before = end
	}
	var rows *sql.Rows
	var err error
	if q.State == "" {
		rows, err = s.ask.list.QueryContext(ctx, q.Party, q.Family, q.Before, q.Limit)
	} else {
		rows, err = s.ask.listState.QueryContext(ctx, q.Party, q.Family, q.Before, q.State, q.Limit)
	}
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	defer rows.Close()
	found := []Document{}
	for rows.Next() {
		var d Document
		if err := rows.Scan(&d.Seq, &d.ID, &d.State, &d.Version); err != nil {
			return nil, fmt.Errorf("read document row: %w", err)
		}
		found = append(found, d)
	}
	return found, rows.Err()
}
