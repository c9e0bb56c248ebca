package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/ledger"
	"portledger/gateway/store"
)

var now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, file string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), file)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func fresh(t *testing.T) *store.Store { return open(t, filepath.Join(t.TempDir(), "g.db")) }

func request(key string) store.Request {
	return store.Request{Person: "u-1", Key: key, Hash: []byte("hash of " + key), Salt: "salt"}
}

func signed(txid string) store.Transaction {
	return store.Transaction{Birth: true, Signed: ledger.Signed{TxID: txid, Person: ledger.Person{ID: "u-1"}, Bytes: []byte("signed"), Result: []byte("{}")}}
}

func begin(t *testing.T, s *store.Store, r store.Request) store.Begun {
	t.Helper()
	begun, err := s.Begin(t.Context(), r, now)
	require.NoError(t, err)
	return begun
}

func TestOnlyTheGatewaysUserReadsTheDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a folder & more", "g.db")
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
	s := open(t, file)
	begin(t, s, request("k"))
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
}

func TestARequestIsKnownByItsKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "g.db")
	s := open(t, file)
	require.Equal(t, store.Begun{Standing: store.Fresh, Salt: "salt"}, begin(t, s, request("k")))
	require.Equal(t, store.Running, begin(t, s, request("k")).Standing)
	other := request("k")
	other.Hash = []byte("another")
	require.Equal(t, store.Reused, begin(t, s, other).Standing)
	require.NoError(t, s.Release(t.Context(), "u-1", "k"))
	require.Equal(t, store.Fresh, begin(t, s, request("k")).Standing)

	require.NoError(t, s.Close())
	s = open(t, file)
	again := request("k")
	again.Salt = "another salt"
	require.Equal(t, store.Begun{Standing: store.Fresh, Salt: "salt"}, begin(t, s, again), "left behind by a dead process")
	require.Equal(t, store.Running, begin(t, s, again).Standing)

	require.NoError(t, s.SaveSigned(t.Context(), signed("tx"), "k", now))
	require.Equal(t, store.Begun{Standing: store.Known, TxID: "tx"}, begin(t, s, again))
	require.NoError(t, s.Release(t.Context(), "u-1", "k"))
	require.Equal(t, store.Known, begin(t, s, again).Standing, "what is signed is not released")
}

func TestATransactionIsOpenUntilItsFateIsKnown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "g.db")
	s := open(t, file)
	for _, txid := range []string{"valid", "invalid", "open"} {
		begin(t, s, request(txid))
		require.NoError(t, s.SaveSigned(t.Context(), signed(txid), txid, now))
	}
	mine, err := s.Open(t.Context(), now, 10)
	require.NoError(t, err)
	require.Empty(t, mine, "a request is still waiting for them")
	require.NoError(t, s.Resolve(t.Context(), "valid", ledger.Outcome{Fate: ledger.Valid, Code: "VALID", Block: 7}))
	require.NoError(t, s.Resolve(t.Context(), "invalid", ledger.Outcome{Fate: ledger.Invalid, Code: "MVCC_READ_CONFLICT", Block: 8}))

	found, known, err := s.Find(t.Context(), "valid")
	require.NoError(t, err)
	require.True(t, known)
	require.Equal(t, ledger.Outcome{Fate: ledger.Valid, Code: "VALID", Block: 7}, found.Outcome)
	require.Nil(t, found.Bytes, "the signed bytes go when they are no longer needed")
	require.Equal(t, store.Known, begin(t, s, request("valid")).Standing)
	require.Equal(t, store.Fresh, begin(t, s, request("invalid")).Standing, "an invalid transaction changed nothing")

	require.NoError(t, s.Close())
	s = open(t, file)
	left, err := s.Open(t.Context(), now, 10)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, []byte("signed"), left[0].Bytes)

	require.NoError(t, s.Sweep(t.Context(), now.Add(time.Hour)))
	_, known, err = s.Find(t.Context(), "valid")
	require.NoError(t, err)
	require.False(t, known)
	require.Equal(t, store.Fresh, begin(t, s, request("valid")).Standing)
	_, known, err = s.Find(t.Context(), "open")
	require.NoError(t, err)
	require.True(t, known, "what is open is kept however old it is")
	require.Equal(t, store.Known, begin(t, s, request("open")).Standing)
}

func list(t *testing.T, s *store.Store, q store.Query) (ids []string) {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	found, err := s.List(t.Context(), q)
	require.NoError(t, err)
	for _, d := range found {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestTheIndexFollowsWhoTakesPart(t *testing.T) {
	s := fresh(t)
	apply := func(block uint64, records ...ledger.Record) {
		t.Helper()
		require.NoError(t, s.Apply(t.Context(), block, records))
	}
	bill := func(version int64, state string, parties ...string) ledger.Record {
		return ledger.Record{Family: "bill", ID: "bl-1", State: state, Version: version, Parties: parties}
	}
	apply(1, bill(1, "DRAFT", "LINE", "SHIPPER"))
	apply(2, bill(2, "ISSUED", "LINE", "SHIPPER", "BUYER"))
	apply(2, bill(1, "DRAFT", "LINE", "SHIPPER")) // delivered again
	require.Equal(t, []string{"bl-1"}, list(t, s, store.Query{Party: "BUYER", Family: "bill"}))
	require.Empty(t, list(t, s, store.Query{Party: "BUYER", Family: "bill", State: "DRAFT"}))
	require.Empty(t, list(t, s, store.Query{Party: "BUYER", Family: "release"}))
	apply(3, bill(3, "ISSUED", "LINE", "BUYER"))
	require.Empty(t, list(t, s, store.Query{Party: "SHIPPER", Family: "bill"}), "who takes no part any more")
	block, err := s.Checkpoint(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 3, block)
}

func TestWhoTakesPartInALineTakesPartInItsOrder(t *testing.T) {
	s := fresh(t)
	line := func(number string, version int64, parties ...string) ledger.Record {
		return ledger.Record{Family: "line", ID: "ro-1/" + number, State: "LISTED", Version: version, Parties: parties}
	}
	order := ledger.Record{Family: "release", ID: "ro-1", State: "REQUESTED", Version: 1, Parties: []string{"LINE", "BUYER"}}
	require.NoError(t, s.Apply(t.Context(), 1, []ledger.Record{line("1", 1, "LINE"), line("2", 1, "LINE"), order}))
	require.Empty(t, list(t, s, store.Query{Party: "TRUCKER", Family: "release"}))
	require.NoError(t, s.Apply(t.Context(), 2, []ledger.Record{line("1", 2, "LINE", "TRUCKER"), line("2", 2, "LINE", "TRUCKER")}))
	require.Equal(t, []string{"ro-1"}, list(t, s, store.Query{Party: "TRUCKER", Family: "release"}), "once, though in two lines")
	order.Version, order.State = 2, "ISSUED"
	require.NoError(t, s.Apply(t.Context(), 3, []ledger.Record{order, line("1", 3, "LINE")}))
	require.Equal(t, []string{"ro-1"}, list(t, s, store.Query{Party: "TRUCKER", Family: "release", State: "ISSUED"}))
	require.NoError(t, s.Apply(t.Context(), 4, []ledger.Record{line("2", 3, "LINE")}))
	require.Empty(t, list(t, s, store.Query{Party: "TRUCKER", Family: "release"}))
	require.Empty(t, list(t, s, store.Query{Party: "LINE", Family: "line"}), "a line is not listed by itself")
}

func TestARebuiltIndexGivesTheSamePages(t *testing.T) {
	s := fresh(t)
	build := func() (pages []string) {
		for block, id := range []string{"bl-1", "bl-2", "bl-3"} {
			require.NoError(t, s.Apply(t.Context(), uint64(block+1), []ledger.Record{{Family: "bill", ID: id, State: "DRAFT", Version: 1, Parties: []string{"LINE"}}}))
		}
		for before := int64(0); ; {
			found, err := s.List(t.Context(), store.Query{Party: "LINE", Family: "bill", Before: before, Limit: 1})
			require.NoError(t, err)
			if len(found) == 0 {
				return pages
			}
			before = found[0].Seq
			pages = append(pages, found[0].ID)
		}
	}
	first := build()
	require.Equal(t, []string{"bl-3", "bl-2", "bl-1"}, first)
	require.NoError(t, s.Forget(t.Context()))
	block, err := s.Checkpoint(t.Context())
	require.NoError(t, err)
	require.Zero(t, block)
	require.Empty(t, list(t, s, store.Query{Party: "LINE", Family: "bill"}))
	require.Equal(t, first, build())
}

func BenchmarkOneWrite(b *testing.B) {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "g.db"))
	require.NoError(b, err)
	defer s.Close()
	for i := 0; b.Loop(); i++ {
		key := time.Duration(i).String()
		_, err := s.Begin(b.Context(), request(key), now)
		require.NoError(b, err)
		require.NoError(b, s.SaveSigned(b.Context(), signed(key), key, now))
		require.NoError(b, s.Resolve(b.Context(), key, ledger.Outcome{Fate: ledger.Valid, Code: "VALID"}))
	}
}

func TestTheIndexKnowsWhoEndorsesTheNextChange(t *testing.T) {
	s := fresh(t)
	known := func() []string {
		orgs, err := s.Endorsers(t.Context(), "bl-1")
		require.NoError(t, err)
		return orgs
	}
	apply := func(block uint64, endorsers []string) {
		require.NoError(t, s.Apply(t.Context(), block, []ledger.Record{
			{Family: "bill", ID: "bl-1", State: "ISSUED", Version: int64(block), Endorsers: endorsers}}))
	}
	require.Empty(t, known())
	apply(1, []string{"A", "B"})
	require.Equal(t, []string{"A", "B"}, known())
	apply(2, nil)
	require.Equal(t, []string{"A", "B"}, known(), "left as it was")
	apply(3, []string{})
	require.Empty(t, known(), "not all of some")
}

func TestADatabaseOfTheFirstSchemaIsTakenOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "g.db")
	s := open(t, file)
	require.NoError(t, s.Apply(t.Context(), 1, []ledger.Record{{Family: "bill", ID: "bl-1", State: "DRAFT", Version: 1}}))
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "ALTER TABLE documents DROP COLUMN endorsers; PRAGMA user_version = 1")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	orgs, err := open(t, file).Endorsers(t.Context(), "bl-1")
	require.NoError(t, err)
	require.Empty(t, orgs)
}
