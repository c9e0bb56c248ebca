package memfabric

import (
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// validationParameter is the metadata name under which Fabric keeps key-level policies.
var validationParameter = peer.MetaDataKeys_VALIDATION_PARAMETER.String()

func hashOf(b []byte) []byte {
	h := sha256.Sum256(b)
	return h[:]
}

func hashKey(key string) string { return string(hashOf([]byte(key))) }

// access collects what one simulation does to the public state or to one private collection. Maps have the plain
// key; a nil version is a read of an absent key.
type access struct {
	reads    map[string]*kvrwset.Version
	writes   map[string]*kvrwset.KVWrite
	policies map[string][]byte
	purged   map[string]bool
	ranges   []*kvrwset.RangeQueryInfo
}

func newAccess() *access {
	return &access{map[string]*kvrwset.Version{}, map[string]*kvrwset.KVWrite{}, map[string][]byte{}, map[string]bool{}, nil}
}

// write records the last value of a key; an empty one deletes it, as over Fabric's wire.
func (a *access) write(key string, value []byte) {
	a.writes[key] = &kvrwset.KVWrite{Key: key, IsDelete: len(value) == 0, Value: slices.Clone(value)}
	delete(a.purged, key)
}

func entries(policy []byte) []*kvrwset.KVMetadataEntry {
	return []*kvrwset.KVMetadataEntry{{Name: validationParameter, Value: policy}}
}

// public is the read-write set of the public state, in Fabric's order.
func (a *access) public() *kvrwset.KVRWSet {
	set := &kvrwset.KVRWSet{}
	for _, key := range slices.Sorted(maps.Keys(a.reads)) {
		set.Reads = append(set.Reads, &kvrwset.KVRead{Key: key, Version: a.reads[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(a.writes)) {
		set.Writes = append(set.Writes, a.writes[key])
	}
	for _, key := range slices.Sorted(maps.Keys(a.policies)) {
		set.MetadataWrites = append(set.MetadataWrites, &kvrwset.KVMetadataWrite{Key: key, Entries: entries(a.policies[key])})
	}
	type bounds struct {
		start, end string
		exhausted  bool
	}
	seen := map[bounds]bool{}
	for _, query := range a.ranges {
		if id := (bounds{query.StartKey, query.EndKey, query.ItrExhausted}); !seen[id] {
			seen[id] = true
			set.RangeQueriesInfo = append(set.RangeQueriesInfo, query)
		}
	}
	return set
}

// hashed is what the block shows of a private collection.
func (a *access) hashed() *kvrwset.HashedRWSet {
	set := &kvrwset.HashedRWSet{}
	for _, key := range slices.Sorted(maps.Keys(a.reads)) {
		set.HashedReads = append(set.HashedReads, &kvrwset.KVReadHash{KeyHash: hashOf([]byte(key)), Version: a.reads[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(a.writes)) {
		w := &kvrwset.KVWriteHash{KeyHash: hashOf([]byte(key)), IsDelete: a.writes[key].IsDelete, IsPurge: a.purged[key]}
		if !w.IsDelete {
			w.ValueHash = hashOf(a.writes[key].Value)
		}
		set.HashedWrites = append(set.HashedWrites, w)
	}
	for _, key := range slices.Sorted(maps.Keys(a.policies)) {
		set.MetadataWrites = append(set.MetadataWrites,
			&kvrwset.KVMetadataWriteHash{KeyHash: hashOf([]byte(key)), Entries: entries(a.policies[key])})
	}
	return set
}

// private is the plain write set of a collection, nil if it writes nothing there.
func (a *access) private() []byte {
	if len(a.writes) == 0 && len(a.policies) == 0 {
		return nil
	}
	set := &kvrwset.KVRWSet{}
	for _, key := range slices.Sorted(maps.Keys(a.writes)) {
		set.Writes = append(set.Writes, a.writes[key])
	}
	for _, key := range slices.Sorted(maps.Keys(a.policies)) {
		set.MetadataWrites = append(set.MetadataWrites, &kvrwset.KVMetadataWrite{Key: key})
	}
	return marshal(set)
}

// assemble builds the public result of a simulation (public set and hashed sets, as it goes into the block) and its
// private one (collection to marshalled write set, as it goes into transient stores only).
func assemble(namespace string, accesses map[string]*access) (*rwset.TxReadWriteSet, map[string][]byte) {
	ns := &rwset.NsReadWriteSet{Namespace: namespace}
	private := map[string][]byte{}
	touched := false
	for _, coll := range slices.Sorted(maps.Keys(accesses)) {
		a := accesses[coll]
		touched = true
		if coll == "" {
			ns.Rwset = marshal(a.public())
			continue
		}
		hashed := &rwset.CollectionHashedReadWriteSet{CollectionName: coll, HashedRwset: marshal(a.hashed())}
		if plain := a.private(); plain != nil {
			private[coll] = plain
			hashed.PvtRwsetHash = hashOf(plain)
		}
		ns.CollectionHashedRwset = append(ns.CollectionHashedRwset, hashed)
	}
	set := &rwset.TxReadWriteSet{DataModel: rwset.TxReadWriteSet_KV}
	if touched {
		set.NsRwset = append(set.NsRwset, ns)
	}
	return set, private
}
