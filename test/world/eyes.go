package world

import (
	"encoding/json"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/test/memfabric"
)

// With lets what happens in act happen with an approval of another person.
func (w *World) With(approval string, act func()) {
	w.Approval = approval
	defer func() { w.Approval = "" }()
	act()
}

// Colleague enrols a second person of the party name with the same roles.
func (w *World) Colleague(name, of string) {
	w.Enrol(name, members[of].org, w.Party[of], members[of].role)
}

// Proposal is the transaction in which a person proposes an act for a second one to make, and its plan.
func (w *World) Proposal(name, family, act string, request Fields, content string) (memfabric.Proposal, contract.Plan, error) {
	w.TB.Helper()
	body, err := json.Marshal(request)
	require.NoError(w.TB, err)
	transient := map[string][]byte{"family": []byte(family), "act": []byte(act), "request": body, "salt": []byte(Salt())}
	if content != "" {
		transient["content"] = []byte(w.filledIn(family, content))
	}
	if w.Mandate != "" {
		transient["mandate"] = []byte(w.Mandate)
	}
	proposal := w.Person[name].Proposal("approval:Prepare", []string{"propose", "{}"}, transient)
	var plan contract.Plan
	answer, err := Ask(w.Net, proposal, w.Person[name].MSP)
	if err != nil {
		return proposal, plan, err
	}
	require.NoError(w.TB, json.Unmarshal(answer, &plan))
	proposal.Args[0] = "approval:Act"
	return proposal, plan, nil
}

// TryProposing is Proposal, submitted: it answers the approval's id.
func (w *World) TryProposing(name, family, act string, request Fields, content string) (string, error) {
	w.TB.Helper()
	proposal, plan, err := w.Proposal(name, family, act, request, content)
	if err != nil {
		return "", err
	}
	receipt, err := w.Net.Submit(proposal, plan.Endorsers...)
	if err != nil {
		return "", err
	}
	var done contract.Outcome
	return done.ID, json.Unmarshal(receipt.Result, &done)
}

// Proposed is TryProposing that has to succeed.
func (w *World) Proposed(name, family, act string, request Fields, content string) string {
	w.TB.Helper()
	id, err := w.TryProposing(name, family, act, request, content)
	require.NoError(w.TB, err, "%s proposes %s %s", name, act, family)
	return id
}
