// Package store is the gateway's own SQLite database: requests with an idempotency key, transactions on their way, and
// an index of documents. It knows neither HTTP nor Fabric, and nothing in it is authoritative: the ledger is.
//
// The database runs in WAL mode with synchronous=NORMAL: a commit writes to the log without waiting for the disk, so a
// request is not held up by fsync. A killed gateway loses nothing by that. A machine that loses power may lose the last
// moments: a repeated request then meets the ledger's own version and uniqueness checks, and the index follows the chain
// again from its checkpoint.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed" // the schema
	"errors"
	"fmt"
	"net/url"
	"os"

	_ "modernc.org/sqlite" // the driver, without cgo
)

//go:embed schema.sql
var schema string

// schemaVersion is stored as the database's user_version.
const schemaVersion = 2

// readers is how many reads may run beside the one writer.
const readers = 4

// Store is safe for concurrent use by one gateway process.
type Store struct {
	write, read *sql.DB
	// boot names this process's lifetime, so that a later one sees which work was left behind.
	boot string
	ask  statements
}

// Open opens or creates the database in the file.
func Open(ctx context.Context, path string) (*Store, error) {
	// Created here and not by SQLite, so that only the gateway's own user may read it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	f.Close()
	s := &Store{boot: rand.Text()}
	if s.write, err = connect(path, 1); err != nil {
		return nil, err
	}
	if err = migrate(ctx, s.write); err != nil {
		return nil, fmt.Errorf("prepare database %s (docs/operator.md says what is lost when it is moved away): %w", path, errors.Join(err, s.write.Close()))
	}
	if s.read, err = connect(path, readers); err != nil {
		return nil, err
	}
	if err = s.ask.prepare(ctx, s); err != nil {
		return nil, fmt.Errorf("prepare statements: %w", err)
	}
	return s, nil
}

func connect(path string, most int) (*sql.DB, error) {
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(5000)", "foreign_keys(1)",
	}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	var have int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	switch have {
	case schemaVersion:
		return nil
	case 1: // until the next change of a document, nothing is known of its endorsers
		return within(ctx, db, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `ALTER TABLE documents ADD COLUMN endorsers TEXT NOT NULL DEFAULT ''; PRAGMA user_version = 2`)
			return err
		})
	case 0:
		return within(ctx, db, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, schema); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion))
			return err
		})
	default:
		return fmt.Errorf("it has schema %d, this gateway knows %d", have, schemaVersion)
	}
}

// Close ends all use of the database.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.ask.ping.QueryRowContext(ctx).Scan(&one)
}

// within runs do in one database transaction.
func within(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit()
}
