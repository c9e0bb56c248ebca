package memfabric

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Code is the outcome of a transaction that was ordered.
type Code = peer.TxValidationCode

// The outcomes that this network gives.
const (
	Valid                    = peer.TxValidationCode_VALID
	MVCCReadConflict         = peer.TxValidationCode_MVCC_READ_CONFLICT
	PhantomReadConflict      = peer.TxValidationCode_PHANTOM_READ_CONFLICT
	EndorsementPolicyFailure = peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE
	DuplicateTxID            = peer.TxValidationCode_DUPLICATE_TXID
)

// validate decides over a block's transactions in Fabric's order and applies the valid ones to the world.
func (n *Network) validate(number uint64, txs []*Tx) []Code {
	codes := n.checkEndorsements(txs)
	inBlock := map[string]bool{}
	for i, tx := range txs {
		if codes[i] == Valid && inBlock[tx.ID] {
			codes[i] = DuplicateTxID
		} else if codes[i] == Valid {
			inBlock[tx.ID] = true
		}
	}
	changed := map[slot]bool{}
	for i, tx := range txs {
		if codes[i] == Valid {
			codes[i] = n.checkVersions(tx, changed)
		}
		if codes[i] != Valid {
			continue
		}
		tx.version = &kvrwset.Version{BlockNum: number, TxNum: uint64(i)}
		for _, s := range n.world.apply(tx, tx.version) {
			changed[s] = true
		}
	}
	return codes
}

// checkEndorsements looks at the policies before any of the block's transactions is applied. A slot whose policy is
// set by an earlier, sufficiently endorsed transaction of the block is closed to the later ones.
func (n *Network) checkEndorsements(txs []*Tx) []Code {
	codes := make([]Code, len(txs))
	reset := map[slot]bool{}
	for i, tx := range txs {
		if _, known := n.index[tx.ID]; known {
			codes[i] = DuplicateTxID
			continue
		}
		if !n.endorsed(tx, reset) {
			codes[i] = EndorsementPolicyFailure
			continue
		}
		for s, op := range tx.ops {
			if op.setsPolicy {
				reset[s] = true
			}
		}
	}
	return codes
}

// endorsed checks each written slot against its own policy, else its collection's, else the chaincode's; a
// transaction that no other policy judged needs the chaincode's.
func (n *Network) endorsed(tx *Tx, reset map[slot]bool) bool {
	judged := false
	for s := range tx.ops {
		if reset[s] {
			return false
		}
		policy := n.policy
		if raw := n.world.get(s).policy; len(raw) > 0 {
			parsed, err := parsePolicy(raw)
			if err != nil {
				n.fail("the policy of key %q (collection %q) would halt a real channel: %v", s.key, s.coll, err)
				return false
			}
			policy = parsed
		} else if s.coll != "" {
			policy = OutOf(1, owner(s.coll))
		}
		if !satisfied(policy, tx.Endorsers) {
			return false
		}
		judged = true
	}
	return judged || satisfied(n.policy, tx.Endorsers)
}

// checkVersions is Fabric's concurrency check: nothing that the transaction read may have changed, neither in an
// earlier block nor by an earlier valid transaction of this one.
func (n *Network) checkVersions(tx *Tx, changed map[slot]bool) Code {
	for _, read := range tx.set.public.Reads {
		if !n.unchanged(slot{"", read.Key}, read.Version, changed) {
			return MVCCReadConflict
		}
	}
	for _, query := range tx.set.public.RangeQueriesInfo {
		if !n.sameRange(query) {
			return PhantomReadConflict
		}
	}
	for coll, set := range tx.set.hashed {
		for _, read := range set.HashedReads {
			if !n.unchanged(slot{coll, string(read.KeyHash)}, read.Version, changed) {
				return MVCCReadConflict
			}
		}
	}
	return Valid
}

func (n *Network) unchanged(s slot, read *kvrwset.Version, changed map[slot]bool) bool {
	return !changed[s] && sameVersion(read, n.world.get(s).version)
}

// sameRange repeats a query as far as it was scanned. A scan that stopped early includes its last key.
func (n *Network) sameRange(query *kvrwset.RangeQueryInfo) bool {
	end := query.EndKey
	if !query.ItrExhausted {
		end += "\x00"
	}
	table := n.world.table("")
	keys, reads := table.scan(query.StartKey, end), query.GetRawReads().GetKvReads()
	if len(keys) != len(reads) {
		return false
	}
	for i, read := range reads {
		if keys[i] != read.Key || !sameVersion(read.Version, table.rows[keys[i]].version) {
			return false
		}
	}
	return true
}
