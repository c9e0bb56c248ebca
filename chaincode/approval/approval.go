// Package approval is how two persons of one party make an act together 双人复核: the first proposes exactly one act, the second
// makes it and names the proposal. A party says which of its acts ask for that.
//
// It decides from the approval alone, and knows no document that is acted on. An approval is the party's own business: it is
// kept by the party's organisation and nowhere else, and shown to those who endorse the act that it is for.
package approval

import (
	"slices"
	"strings"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Life is how long a proposal waits for its second person: from a Friday evening to the Monday after.
const Life = 72 * time.Hour

// OpenMax is how many open proposals of one party a list shows.
const OpenMax = 500

// Approval is one proposed act. Its commitment is the salted hash over everything that makes the act what it is: family and act,
// mandate, public request and private content.
type Approval struct {
	lifecycle.Record
	Party lifecycle.Ref `json:"party"`
	// Proposer is the first person, Confirmer the second, who made the act.
	Proposer  string `json:"proposer"`
	Confirmer string `json:"confirmer,omitempty"`
	// Roles are those of the first person: only what both may do, both do together.
	Roles []lifecycle.Role `json:"roles,omitempty"`
	// On is what it is for, as "family/act"; Document the id in the request, empty for a new document.
	On       string `json:"on"`
	Document string `json:"document,omitempty"`
	// Mandate is under which the act is made for another party, empty for none.
	Mandate string `json:"mandate,omitempty"`
	// Until is when it can no longer be used, RFC 3339.
	Until string `json:"until"`
	// Salt is that of the commitment.
	Salt string `json:"salt"`
}

// Request is the input of the acts.
type Request struct {
	ID      string `json:"id"`
	Version int    `json:"version"`

	// What a proposal is for, or what the second person does.
	On         string `json:"-"`
	Document   string `json:"-"`
	Mandate    string `json:"-"`
	Salt       string `json:"-"`
	Commitment string `json:"-"`
}

// Name is an act as marks and approvals name it.
func Name(family string, act lifecycle.Act) string { return family + "/" + string(act) }

// Unmark is the act by which a party lets one person alone act again, so it always takes two.
const Unmark = "party/unmark-four-eyes"

// Needs tells whether an act takes two persons, by a party's marks: "family/act", or "family/*" for all acts of a family.
func Needs(marks []string, act string) bool {
	family, _, _ := strings.Cut(act, "/")
	return act == Unmark || slices.Contains(marks, act) || slices.Contains(marks, family+"/*")
}

// Both are the roles that both persons have.
func (a Approval) Both(second []lifecycle.Role) []lifecycle.Role {
	var both []lifecycle.Role
	for _, role := range second {
		if slices.Contains(a.Roles, role) {
			both = append(both, role)
		}
	}
	return both
}

// Not is the refusal of an approval that does not carry the act it is named for.
func Not(id, why string) *fault.Fault {
	return fault.New(fault.NotApproved, "approval", id, "why", why)
}
