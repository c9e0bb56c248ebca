package contract

import (
	"encoding/json"
	"maps"

	"portledger/chaincode/approval"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/mandate"
	"portledger/chaincode/presentation"
)

// eyes is what a turn knows of four eyes 双人复核.
type eyes struct {
	// marks are the acts that take two persons: those that the signer's party marked and, under a mandate, the principal's.
	marks []string
	// approval is the first person's, nil where one person acts alone.
	approval *approval.Approval
	// proposing is set while an act is only tried for a proposal.
	proposing bool
}

// markable are the acts that a party can mark, as "family/act" or "family/*": all that its persons make on documents.
var markable = func() map[string]bool {
	known := maps.Clone(empowerable)
	nameActs(known, "facility", facility.Law)
	nameActs(known, "presentation", presentation.Law)
	nameActs(known, "presentation", presentation.ExaminationLaw)
	nameActs(known, "mandate", mandate.Law)
	return known
}()

// countersign takes up the approval that the signer names in the private input "approval": the act stands or falls with it. Its
// bytes come with the transaction and are what the hash in the organisation's own collection says, so every endorser can tell
// that the first person proposed this.
func (t *turn) countersign(family string, act lifecycle.Act, request []byte) error {
	a, err := t.approvalNamed()
	if a == nil || err != nil {
		return err
	}
	asked, err := t.told(approval.Name(family, act), a.Salt, request)
	if err != nil {
		return err
	}
	if t.probe { // what the request will say is not known yet
		asked.Commitment = a.Commitment
	}
	after, err := approval.Law.Follow(*a, lifecycle.Command[approval.Request]{Act: approval.Use, Actor: t.signer, At: t.At, Request: asked})
	if err != nil {
		return err
	}
	t.approval = a
	both := a.Both(t.signer.Roles)
	if t.mandate == nil {
		t.actor.Roles = both
	} else if f := t.mandate.Admits(both); f != nil { // the roles are the principal's, but both persons must be whom it is for
		return f
	}
	return t.endApproval(&after, t.entry(approval.Use, "party"))
}

// approvalNamed is the open approval of the signer's party that the signer names, nil where it names none.
func (t *turn) approvalNamed() (*approval.Approval, error) {
	input := t.Input("approval")
	if input == nil {
		return nil, nil
	}
	id := string(input)
	if printable(id) == "?" {
		return nil, noApproval(id)
	}
	party, org := t.house()
	key := approvalKey(party, id)
	open, err := t.Holds(org, key)
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, t.gone(id)
	}
	value, err := t.Supply(key, func() ([]byte, error) { return t.Peek(org, key) })
	if err != nil {
		return nil, err
	}
	same, err := t.Keeps(org, key, value)
	if err != nil {
		return nil, err
	}
	if !same {
		return nil, fault.New(fault.ContentMismatch)
	}
	var a approval.Approval
	return &a, json.Unmarshal(value, &a)
}

// alone refuses one person where the act takes two. It comes last of all conditions: the second person is the last who is asked.
func (t *turn) alone(family string, act lifecycle.Act) error {
	name := approval.Name(family, act)
	if t.proposing || t.approval != nil || !approval.Needs(t.marks, name) {
		return nil
	}
	return fault.New(fault.FourEyes, "act", name, "party", t.signer.Party)
}
