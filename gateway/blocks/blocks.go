// Package blocks reads off a block which records its valid transactions changed.
//
// It goes by the write sets, which the endorsement policies of the very keys have vouched for, and not by chaincode
// events, which any two members with forged chaincode could raise about anybody's document. It knows the head that all
// control records share and nothing else of them.
package blocks

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"portledger/gateway/ledger"
)

// families are the key prefixes under which documents and their parts stand.
var families = []string{"bill", "recovery", "pledge", "supervision", "guarantee", "release", "line", "interchange", "exchange", "leg", "facility", "party", "mandate", "presentation", "examination"}

// Change answers what the valid transactions of the block made of this chaincode's documents, in chain order. A transaction
// that cannot be read is left out and told in the error; the others still count.
func Change(block *common.Block, chaincode string) (ledger.Change, error) {
	change := ledger.Change{Block: block.GetHeader().GetNumber()}
	metadata := block.GetMetadata().GetMetadata()
	if len(metadata) <= int(common.BlockMetadataIndex_TRANSACTIONS_FILTER) {
		return change, fmt.Errorf("block %d has no validation flags", change.Block)
	}
	flags := metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	var unread error
	for i, data := range block.GetData().GetData() {
		if i >= len(flags) || peer.TxValidationCode(flags[i]) != peer.TxValidationCode_VALID {
			continue
		}
		writes, err := writesOf(data, chaincode)
		if err != nil {
			unread = errors.Join(unread, fmt.Errorf("read transaction %d of block %d: %w", i, change.Block, err))
		}
		for _, w := range writes {
			if r, ok := recordOf(w); ok {
				r.Endorsers = w.endorsers
				change.Records = append(change.Records, r)
			}
		}
	}
	return change, unread
}

// write is one public key that a transaction wrote, with the organisations that must endorse the next change of it, nil
// where it did not set them.
type write struct {
	*kvrwset.KVWrite
	endorsers []string
}

// recordOf reads a document's head; ok is false for every other key and for a value that is not what its key says.
func recordOf(w write) (r ledger.Record, ok bool) {
	family, id, split := strings.Cut(w.GetKey(), "/")
	if !split || w.GetIsDelete() || !slices.Contains(families, family) {
		return r, false
	}
	var value any
	if json.Unmarshal(w.GetValue(), &r) != nil || json.Unmarshal(w.GetValue(), &value) != nil {
		return r, false
	}
	r.Parties = refs(value, nil)
	if family == "party" {
		r.Parties = append(r.Parties, id)
	}
	slices.Sort(r.Parties)
	return r, r.Family == family && r.ID == id && r.Version > 0
}

// refs collects the parties of every reference in a record: objects of a party and its organisation.
func refs(value any, found []string) []string {
	switch v := value.(type) {
	case map[string]any:
		party, isParty := v["party"].(string)
		if _, hasOrg := v["org"].(string); isParty && hasOrg && party != "" && !slices.Contains(found, party) {
			found = append(found, party)
		}
		for _, member := range v {
			found = refs(member, found)
		}
	case []any:
		for _, member := range v {
			found = refs(member, found)
		}
	}
	return found
}

// writesOf unwraps an envelope down to the chaincode's public writes; other kinds of transaction have none.
func writesOf(envelope []byte, chaincode string) (writes []write, err error) {
	var e common.Envelope
	var p common.Payload
	var h common.ChannelHeader
	if err := unwrap(envelope, &e, func() []byte { return e.GetPayload() }, &p,
		func() []byte { return p.GetHeader().GetChannelHeader() }, &h); err != nil {
		return nil, err
	}
	if common.HeaderType(h.GetType()) != common.HeaderType_ENDORSER_TRANSACTION {
		return nil, nil
	}
	var t peer.Transaction
	if err := proto.Unmarshal(p.GetData(), &t); err != nil {
		return nil, err
	}
	for _, action := range t.GetActions() {
		found, err := writesOfAction(action.GetPayload(), chaincode)
		if err != nil {
			return nil, err
		}
		writes = append(writes, found...)
	}
	return writes, nil
}

func writesOfAction(payload []byte, chaincode string) (writes []write, err error) {
	var a peer.ChaincodeActionPayload
	var r peer.ProposalResponsePayload
	var c peer.ChaincodeAction
	var s rwset.TxReadWriteSet
	if err := unwrap(payload, &a, func() []byte { return a.GetAction().GetProposalResponsePayload() }, &r,
		func() []byte { return r.GetExtension() }, &c, func() []byte { return c.GetResults() }, &s); err != nil {
		return nil, err
	}
	for _, ns := range s.GetNsRwset() {
		if ns.GetNamespace() != chaincode {
			continue
		}
		var kv kvrwset.KVRWSet
		if err := proto.Unmarshal(ns.GetRwset(), &kv); err != nil {
			return nil, err
		}
		policies := map[string][]string{}
		for _, m := range kv.GetMetadataWrites() {
			for _, entry := range m.GetEntries() {
				if entry.GetName() == peer.MetaDataKeys_VALIDATION_PARAMETER.String() {
					policies[m.GetKey()] = allOf(entry.GetValue())
				}
			}
		}
		for _, w := range kv.GetWrites() {
			writes = append(writes, write{w, policies[w.GetKey()]})
		}
	}
	return writes, nil
}

// allOf reads a key's policy that asks for a peer of each of some organisations, and answers them sorted; empty for every
// other policy.
func allOf(policy []byte) []string {
	none := []string{}
	var p common.SignaturePolicyEnvelope
	if proto.Unmarshal(policy, &p) != nil {
		return none
	}
	gate := p.GetRule().GetNOutOf()
	if gate == nil || int(gate.GetN()) != len(gate.GetRules()) || len(gate.GetRules()) != len(p.GetIdentities()) {
		return none
	}
	orgs := none
	for _, identity := range p.GetIdentities() {
		var role msp.MSPRole
		if identity.GetPrincipalClassification() != msp.MSPPrincipal_ROLE || proto.Unmarshal(identity.GetPrincipal(), &role) != nil {
			return none
		}
		orgs = append(orgs, role.GetMspIdentifier())
	}
	slices.Sort(orgs)
	return orgs
}

// unwrap decodes messages that lie inside each other: bytes into the first message, then alternately a function that takes
// the next bytes out and the message that they become.
func unwrap(raw []byte, first proto.Message, rest ...any) error {
	if err := proto.Unmarshal(raw, first); err != nil {
		return err
	}
	for i := 0; i+1 < len(rest); i += 2 {
		if err := proto.Unmarshal(rest[i].(func() []byte)(), rest[i+1].(proto.Message)); err != nil {
			return err
		}
	}
	return nil
}
