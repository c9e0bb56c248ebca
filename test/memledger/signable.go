package memledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"portledger/gateway/ledger"
	"portledger/gateway/proof"
	"portledger/gateway/signing"
	"portledger/test/memfabric"
)

// signable endorses a proposal, and holds it and the transaction against the checks of somebody who would sign it with a key
// of their own: whatever honest gateways do, an honest signer must not take it for a lie. Every act of every story and test
// that goes through this ledger is looked at so.
func (l *Ledger) signable(proposal memfabric.Proposal, call ledger.Call, endorsers []string) (*memfabric.Tx, error) {
	content := call.Transient["content"]
	if call.Function != "Act" || call.Contract == "org" || call.Transient["endorsers"] != nil || len(bytes.TrimSpace(content)) != len(content) {
		return l.network.Endorse(proposal, endorsers...) // not on the road of a signer
	}
	proposal, _, raw := l.network.Draft(proposal)
	tx, err := l.network.Endorse(proposal, endorsers...)
	if err != nil {
		return nil, err
	}
	expected, err := l.expected(proposal, call, endorsers)
	if err != nil {
		return nil, err
	}
	read, err := signing.ReadProposal(raw)
	if err == nil {
		err = read.Check(expected)
	}
	if err != nil {
		return nil, fmt.Errorf("a signer would refuse the proposal of %s %s: %w", call.Args[0], call.Contract, err)
	}
	done, err := signing.ReadTransaction(l.network.Payload(tx))
	if err == nil {
		err = done.Check(read, expected, l.roots(endorsers))
	}
	if err != nil {
		return nil, fmt.Errorf("a signer would refuse the transaction of %s %s: %w", call.Args[0], call.Contract, err)
	}
	return tx, nil
}

// expected is the call as the person would have asked for it.
func (l *Ledger) expected(proposal memfabric.Proposal, call ledger.Call, endorsers []string) (signing.Expected, error) {
	e := signing.Expected{Channel: "portledger", Chaincode: "portledger", MSP: l.org, Certificate: proposal.Creator.Cert, Now: proposal.Time, Endorsers: endorsers}
	var head struct {
		ID      string `json:"id"`
		Version int64  `json:"version"`
	}
	members := map[string]json.RawMessage{}
	family, act, request, approval := call.Contract, call.Args[0], call.Args[1], string(call.Transient["approval"])
	if call.Contract == "approval" && act == "propose" {
		family, act, approval = string(call.Transient["family"]), string(call.Transient["act"]), "ask"
		request = string(call.Transient["request"])
	}
	for _, into := range []any{&head, &members} {
		if err := json.Unmarshal([]byte(request), into); err != nil {
			return e, err
		}
	}
	delete(members, "id")
	delete(members, "version")
	body, err := json.Marshal(members)
	if err != nil {
		return e, err
	}
	if content := call.Transient["content"]; content != nil { // byte for byte
		body = []byte(strings.Replace(strings.TrimSuffix(string(body), "}")+`,"content":`+string(content)+"}", "{,", "{", 1))
	}
	e.Request = signing.Request{Family: family, Act: act, ID: head.ID, Version: head.Version, Approval: approval,
		Mandate: string(call.Transient["mandate"]), Body: body}
	return e, nil
}

func (l *Ledger) roots(orgs []string) proof.Roots {
	roots := proof.Roots{}
	for _, org := range orgs {
		roots.Trust(org, l.network.Root(org))
	}
	return roots
}
