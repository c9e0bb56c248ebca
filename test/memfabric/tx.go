package memfabric

import (
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"google.golang.org/protobuf/proto"
)

// Tx is an endorsed transaction, ready to be committed. Callers read it and change nothing.
type Tx struct {
	ID        string
	Result    []byte   // the chaincode's answer
	Endorsers []string // MSP ids
	Time      time.Time
	Event     *Event // nil: none; its Block is set by delivery, not here

	envelope    []byte
	payload     []byte // what its endorsers sign
	set         *results
	ops         map[slot]*operation
	privateHash map[string][]byte // collection → hash of its private write set
	version     *kvrwset.Version  // where it stands in the ledger, once valid
}

// results is a read-write set as a committing peer reads it.
type results struct {
	public *kvrwset.KVRWSet
	hashed map[string]*kvrwset.HashedRWSet
	hashes map[string][]byte
}

// operation is all that a transaction does to one slot.
type operation struct {
	writes     bool
	value      []byte // empty: delete
	setsPolicy bool
	policy     []byte
}

func unmarshal(b []byte, m proto.Message) { must(proto.Unmarshal(b, m)) }

// parseResults reads the marshalled public result of a simulation.
func parseResults(raw []byte) *results {
	r := &results{&kvrwset.KVRWSet{}, map[string]*kvrwset.HashedRWSet{}, map[string][]byte{}}
	set := &rwset.TxReadWriteSet{}
	unmarshal(raw, set)
	for _, ns := range set.NsRwset {
		unmarshal(ns.Rwset, r.public)
		for _, coll := range ns.CollectionHashedRwset {
			hashed := &kvrwset.HashedRWSet{}
			unmarshal(coll.HashedRwset, hashed)
			r.hashed[coll.CollectionName] = hashed
			if coll.PvtRwsetHash != nil {
				r.hashes[coll.CollectionName] = coll.PvtRwsetHash
			}
		}
	}
	return r
}

// operations gathers the writes of values and policies by slot.
func (r *results) operations() map[slot]*operation {
	ops := map[slot]*operation{}
	at := func(coll, key string) *operation {
		s := slot{coll, key}
		if ops[s] == nil {
			ops[s] = &operation{}
		}
		return ops[s]
	}
	for _, w := range r.public.Writes {
		op := at("", w.Key)
		op.writes, op.value = true, w.Value
	}
	for _, m := range r.public.MetadataWrites {
		op := at("", m.Key)
		op.setsPolicy, op.policy = true, policyIn(m.Entries)
	}
	for coll, set := range r.hashed {
		for _, w := range set.HashedWrites {
			op := at(coll, string(w.KeyHash))
			op.writes, op.value = true, w.ValueHash
		}
		for _, m := range set.MetadataWrites {
			op := at(coll, string(m.KeyHash))
			op.setsPolicy, op.policy = true, policyIn(m.Entries)
		}
	}
	return ops
}

func policyIn(entries []*kvrwset.KVMetadataEntry) []byte {
	for _, e := range entries {
		if e.Name == validationParameter {
			return e.Value
		}
	}
	return nil
}
