package memfabric

import (
	"maps"
	"slices"
	"sort"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
)

// row is one committed key: in hashed tables key and value are SHA-256 hashes.
type row struct {
	value   []byte
	policy  []byte // key-level endorsement policy; empty: none
	version *kvrwset.Version
}

// table is an ordered map of committed keys.
type table struct {
	rows map[string]row
	keys []string // in byte order
}

func newTable() *table { return &table{rows: map[string]row{}} }

func (t *table) put(key string, r row) {
	if _, ok := t.rows[key]; !ok {
		i, _ := slices.BinarySearch(t.keys, key)
		t.keys = slices.Insert(t.keys, i, key)
	}
	t.rows[key] = r
}

func (t *table) remove(key string) {
	if i, ok := slices.BinarySearch(t.keys, key); ok {
		t.keys = slices.Delete(t.keys, i, i+1)
		delete(t.rows, key)
	}
}

// scan lists the keys from start (included) to end (excluded; "" means no end).
func (t *table) scan(start, end string) []string {
	from := sort.SearchStrings(t.keys, start)
	to := len(t.keys)
	if end != "" {
		to = max(from, sort.SearchStrings(t.keys, end))
	}
	return slices.Clone(t.keys[from:to])
}

func (t *table) clone() *table {
	return &table{rows: maps.Clone(t.rows), keys: slices.Clone(t.keys)}
}

// slot is one place of the world: a public key (coll empty) or a key hash of a collection.
type slot struct{ coll, key string }

// world is the committed state that all peers share: public values and the hashes of private ones.
type world map[string]*table

// table is the public table for "", else the hashed table of a collection.
func (w world) table(coll string) *table {
	if w[coll] == nil {
		return newTable()
	}
	return w[coll]
}

func (w world) get(s slot) row { return w.table(s.coll).rows[s.key] }

func (w world) clone() world {
	c := world{}
	for coll, t := range w {
		c[coll] = t.clone()
	}
	return c
}

// apply writes a valid transaction and reports the slots it changed: a value alone keeps the key's policy, a
// deletion removes it, a policy alone renews the version of an existing key and is nothing where there is none.
func (w world) apply(tx *Tx, at *kvrwset.Version) []slot {
	var changed []slot
	for s, op := range tx.ops {
		old, exists := w.table(s.coll).rows[s.key]
		next := row{value: op.value, policy: op.policy, version: at}
		switch {
		case op.writes && len(op.value) == 0:
			if exists {
				w[s.coll].remove(s.key)
			}
			changed = append(changed, s)
			continue
		case op.writes && !op.setsPolicy:
			next.policy = old.policy
		case !op.writes && !exists:
			continue
		case !op.writes:
			next.value = old.value
		}
		if w[s.coll] == nil {
			w[s.coll] = newTable()
		}
		w[s.coll].put(s.key, next)
		changed = append(changed, s)
	}
	return changed
}
