package memfabric

import (
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// modification is one valid write of a public key.
type modification struct {
	block uint64
	txID  string
	value []byte // empty: deleted
	time  time.Time
}

// history keeps the valid writes of each public key, oldest first. Changes of a policy alone are not in it.
type history map[string][]modification

func (h history) record(tx *Tx, block uint64) {
	for s, op := range tx.ops {
		if s.coll == "" && op.writes {
			h[s.key] = append(h[s.key], modification{block, tx.ID, op.value, tx.Time})
		}
	}
}

// of lists the writes of a key in the blocks below height, newest first.
func (h history) of(key string, height uint64) []*queryresult.KeyModification {
	var found []*queryresult.KeyModification
	for _, m := range slices.Backward(h[key]) {
		if m.block < height {
			found = append(found, &queryresult.KeyModification{
				TxId: m.txID, Value: slices.Clone(m.value), Timestamp: timestamppb.New(m.time), IsDelete: len(m.value) == 0,
			})
		}
	}
	return found
}
