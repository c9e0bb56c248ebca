package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"portledger/gateway/ledger"
)

// Request is one HTTP request with an idempotency key. Keys of different persons do not meet.
type Request struct {
	Person, Key string
	// Hash is over everything that makes the request what it is.
	Hash []byte
	// Salt is the salt to use if the request is new.
	Salt string
}

// Standing is how a request stands to what was seen before under its key.
type Standing int

// The standings of a request.
const (
	// Fresh is the first of its key, or one whose gateway died before anything was signed: go on, with the salt given back.
	Fresh Standing = iota
	// Running is being worked on by this process.
	Running
	// Reused is another request under a known key.
	Reused
	// Known has a signed transaction: its fate is the answer.
	Known
)

// Begun is what Begin found.
type Begun struct {
	Standing Standing
	Salt     string // of a Fresh request
	TxID     string // of a Known request
}

// Begin notes the request under its key, or tells what is known of it.
func (s *Store) Begin(ctx context.Context, r Request, now time.Time) (begun Begun, err error) {
	err = within(ctx, s.write, func(tx *sql.Tx) error {
		done, err := tx.StmtContext(ctx, s.ask.begin).ExecContext(ctx, r.Person, r.Key, r.Hash, s.boot, r.Salt, now.UnixMilli())
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 1 {
			begun = Begun{Standing: Fresh, Salt: r.Salt}
			return err
		}
		begun, err = s.known(ctx, tx, r)
		return err
	})
	if err != nil {
		return Begun{}, fmt.Errorf("begin request: %w", err)
	}
	return begun, nil
}

func (s *Store) known(ctx context.Context, tx *sql.Tx, r Request) (Begun, error) {
	var hash []byte
	var salt, txid string
	if err := tx.StmtContext(ctx, s.ask.request).QueryRowContext(ctx, r.Person, r.Key).Scan(&hash, &salt, &txid); err != nil {
		return Begun{}, err
	}
	if !bytes.Equal(hash, r.Hash) {
		return Begun{Standing: Reused}, nil
	}
	if txid != "" {
		return Begun{Standing: Known, TxID: txid}, nil
	}
	done, err := tx.StmtContext(ctx, s.ask.takeOver).ExecContext(ctx, s.boot, r.Person, r.Key, s.boot)
	if err != nil {
		return Begun{}, err
	}
	n, err := done.RowsAffected()
	if err != nil {
		return Begun{}, err
	}
	if n == 1 {
		return Begun{Standing: Fresh, Salt: salt}, nil
	}
	return Begun{Standing: Running}, nil
}

// Release forgets a request that came to nothing before it was signed, so that its key may be tried again.
func (s *Store) Release(ctx context.Context, person, key string) error {
	_, err := s.ask.release.ExecContext(ctx, person, key)
	return err
}

// Transaction is one transaction signed here.
type Transaction struct {
	ledger.Signed
	Birth bool
	ledger.Outcome
}

// SaveSigned keeps the signed transaction before it is submitted; key is the idempotency key, if the request had one.
func (s *Store) SaveSigned(ctx context.Context, t Transaction, key string, now time.Time) error {
	return within(ctx, s.write, func(tx *sql.Tx) error {
		if _, err := tx.StmtContext(ctx, s.ask.sign).ExecContext(ctx,
			t.TxID, t.Person.ID, t.Birth, t.Bytes, t.Result, s.boot, now.UnixMilli()); err != nil {
			return fmt.Errorf("save transaction: %w", err)
		}
		if key == "" {
			return nil
		}
		if _, err := tx.StmtContext(ctx, s.ask.bind).ExecContext(ctx, t.TxID, t.Person.ID, key); err != nil {
			return fmt.Errorf("bind request to transaction: %w", err)
		}
		return nil
	})
}

// Resolve notes a transaction's fate. An invalid transaction changed nothing, so its idempotency key becomes free again.
func (s *Store) Resolve(ctx context.Context, txid string, o ledger.Outcome) error {
	return within(ctx, s.write, func(tx *sql.Tx) error {
		var person string
		err := tx.StmtContext(ctx, s.ask.resolve).QueryRowContext(ctx, o.Fate, o.Code, o.Block, txid).Scan(&person)
		if err != nil {
			return fmt.Errorf("resolve transaction: %w", err)
		}
		if o.Fate == ledger.Invalid {
			_, err = tx.StmtContext(ctx, s.ask.unbind).ExecContext(ctx, person, txid)
		}
		return err
	})
}

// Find answers the transaction, and false when it was not signed here or is forgotten.
func (s *Store) Find(ctx context.Context, txid string) (Transaction, bool, error) {
	t, err := scan(s.ask.transaction.QueryRowContext(ctx, txid))
	if errors.Is(err, sql.ErrNoRows) {
		return Transaction{}, false, nil
	}
	return t, err == nil, err
}

// Open answers transactions whose fate nobody is waiting for: left by an earlier process, or older than the time given.
func (s *Store) Open(ctx context.Context, before time.Time, limit int) ([]Transaction, error) {
	rows, err := s.ask.open.QueryContext(ctx, s.boot, before.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list open transactions: %w", err)
	}
	defer rows.Close()
	var found []Transaction
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read open transaction: %w", err)
		}
		found = append(found, t)
	}
	return found, rows.Err()
}

func scan(row interface{ Scan(...any) error }) (t Transaction, err error) {
	err = row.Scan(&t.TxID, &t.Person.ID, &t.Birth, &t.Bytes, &t.Result, &t.Fate, &t.Code, &t.Block)
	return t, err
}

// Sweep forgets what is older than the time given; transactions of unknown fate stay until it is known.
func (s *Store) Sweep(ctx context.Context, before time.Time) error {
	if _, err := s.ask.sweepRequests.ExecContext(ctx, before.UnixMilli()); err != nil {
		return fmt.Errorf("sweep requests: %w", err)
	}
	if _, err := s.ask.sweepDone.ExecContext(ctx, before.UnixMilli()); err != nil {
		return fmt.Errorf("sweep transactions: %w", err)
	}
	return nil
}
