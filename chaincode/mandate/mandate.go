// Package mandate is how one party empowers another to act for it 授权委托 (rule X-21): a forwarder, an agent, a lawyer. A
// mandate names the acts, may name the documents, and ends; nobody acts for another without one.
//
// It decides from the mandate alone, and knows no document that is acted on.
package mandate

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The limits of a mandate.
const (
	// ActsMax and DocumentsMax are how many acts and documents one mandate can name.
	ActsMax, DocumentsMax = 32, 32
	// DepthMax is how many mandates may stand under each other, the first included.
	DepthMax = 3
	// LongestMonths is how long a mandate may run from its grant.
	LongestMonths = 24
)

// The states.
const (
	Active  lifecycle.State = "ACTIVE"
	Revoked lifecycle.State = "REVOKED"
	Given   lifecycle.State = "RENOUNCED"
	Spent   lifecycle.State = "SPENT"
)

// The acts. Use is automatic: a limited mandate counts each act made under it.
const (
	Grant    lifecycle.Act = "grant"
	Revoke   lifecycle.Act = "revoke"
	Renounce lifecycle.Act = "renounce"
	Use      lifecycle.Act = "use"
)

// Reasons are the codes with which a mandate is ended early.
var Reasons = []string{"NO_LONGER_NEEDED", "BREACH_OF_TRUST", "KEY_LOST", "CHANGE_OF_AGENT", "COURT_ORDER", "OTHER"}

// Mandate is the public record: who may act for whom, in what, and until when.
type Mandate struct {
	lifecycle.Record
	Principal lifecycle.Ref `json:"principal"`
	Agent     lifecycle.Ref `json:"agent"`
	// Roles are the principal's that it lends: those of the person who granted it, since nobody gives what they do not have.
	Roles []lifecycle.Role `json:"roles"`
	// As are the agent's own roles: a person of the agent who has none of them cannot use it.
	As []lifecycle.Role `json:"as"`
	// Acts are "family/act" in the ledger's words, or "family/*" for all acts of a family.
	Acts []string `json:"acts"`
	// Documents are the ids that it is limited to; none for every document of the principal, and for new ones.
	Documents []string `json:"documents,omitempty"`
	// Until is when it ends by itself, RFC 3339.
	Until string `json:"until"`
	// Uses is how many acts may be made under it altogether, 0 for any number; Used how many were, counted where limited.
	Uses int `json:"uses,omitempty"`
	Used int `json:"used,omitempty"`
	// PassOn lets the agent empower another in the same or less. Under is the mandate that this one was given under, Giver the agent who gave it.
	PassOn bool          `json:"passOn,omitempty"`
	Under  string        `json:"under,omitempty"`
	Giver  lifecycle.Ref `json:"giver,omitzero"`
	// Depth is 1 for a mandate of the principal's own, one more for each that it stands under.
	Depth int `json:"depth"`
}

// Request is the public input of the acts.
type Request struct {
	ID        string   `json:"id"`
	Version   int      `json:"version"`
	Agent     string   `json:"agent"`
	Acts      []string `json:"acts"`
	Documents []string `json:"documents"`
	Until     string   `json:"until"`
	Uses      int      `json:"uses"`
	PassOn    bool     `json:"passOn"`
	Reason    string   `json:"reason"`
	// Witness is a second organisation (MSP id) that endorses the birth where principal and agent are of one.
	Witness string `json:"witness"`
	// As may be left out where the agent has one role only.
	As []lifecycle.Role `json:"as"`

	// To is the registered party behind Agent.
	To party.Party `json:"-"`
	// Known tells whether a "family/act" exists.
	Known func(string) bool `json:"-"`
	// Above is the mandate under which this one is given, Giver who gives it.
	Above *Mandate      `json:"-"`
	Giver lifecycle.Ref `json:"-"`
}

type (
	command = lifecycle.Command[Request]
	by      = lifecycle.By[Mandate]
	guards  = []lifecycle.Guard[Mandate, Request]
)

var (
	// anybody is a person whom a party gave a role in the trade: a registrar is no party's, and who has no role has none to pass on.
	anybody   = &by{Name: "principal", Roles: party.Roles}
	principal = &by{Name: "principal", Ref: func(m Mandate) lifecycle.Ref { return m.Principal }}
	giver     = &by{Name: "agent who passed it on", Ref: func(m Mandate) lifecycle.Ref { return m.Giver }}
	agent     = &by{Name: "agent", Ref: func(m Mandate) lifecycle.Ref { return m.Agent }}
)

// Law is the mandate's lifecycle.
var Law = &lifecycle.Law[Mandate, Request]{
	Family: "mandate",
	State:  func(m *Mandate) *lifecycle.State { return &m.State },
	Verbs: []lifecycle.Verb{
		{Name: Grant, Takes: []string{"agent", "acts", "documents?", "until", "uses?", "passOn?", "as?", "witness?"}, Chinese: "授权"},
		{Name: Revoke, Takes: []string{"reason"}, Chinese: "撤销授权"},
		{Name: Renounce, Takes: []string{"reason"}, Chinese: "辞去授权"},
		{Name: Use, Chinese: "使用"},
	},
	Rows: []lifecycle.Row[Mandate, Request]{
		{From: lifecycle.None, Do: Grant, By: anybody, To: Active,
			Asks: guards{agentFits, capacityFits, actsKnown, documentsFit, ends, usesFit, withinAbove}, Then: write},
		{From: Active, Do: Revoke, By: principal, To: Revoked, Asks: guards{reasonGiven}},
		{From: Active, Do: Revoke, By: giver, To: Revoked, Asks: guards{reasonGiven}},
		{From: Active, Do: Renounce, By: agent, To: Given, Asks: guards{reasonGiven}},
		{From: Active, Do: Use, To: Spent, If: guards{limited, lastUse}, Then: count},
		{From: Active, Do: Use, To: Active, If: guards{limited}, Then: count},
	},
}

// Relying are principal's and agent's organisations: neither is bound by a mandate that it did not see.
func (m Mandate) Relying() []string { return []string{m.Principal.Org, m.Agent.Org} }

// Anchoring is the principal's organisation alone: nobody can invent a mandate of another's party, and whoever acts for
// the principal acts before the principal's organisation.
func (m Mandate) Anchoring() []string { return []string{m.Principal.Org} }

// Parties are all who take part.
func (m Mandate) Parties() []lifecycle.Ref { return []lifecycle.Ref{m.Principal, m.Agent, m.Giver} }

// Covers answers nil where the mandate lets this agent make an act on a document at a time, or the refusal (rule X-21). To
// pass a mandate on is no act that it can name: PassOn says so.
func (m Mandate) Covers(who lifecycle.Ref, act, document string, at time.Time) *fault.Fault {
	switch {
	case m.Agent != who:
		return m.not("agent")
	case m.State != Active:
		return m.not("ended")
	case !m.runs(at):
		return m.not("expired")
	case act == "mandate/"+string(Grant):
		if !m.PassOn {
			return m.not("pass-on")
		}
		return nil
	case !m.names(act):
		return m.not("act")
	case !m.about(document):
		return m.not("document")
	}
	return nil
}

// Lends answers which roles of its principal's party an act under the mandate is made with.
func (m Mandate) Lends(principal party.Party) []lifecycle.Role {
	return common(m.Roles, principal.Roles)
}

// Admits answers nil where the mandate is for a person of the agent with these roles, or the refusal.
func (m Mandate) Admits(person []lifecycle.Role) *fault.Fault {
	if len(common(m.As, person)) == 0 {
		return m.not("role")
	}
	return nil
}

func common(some, others []lifecycle.Role) []lifecycle.Role {
	var both []lifecycle.Role
	for _, role := range some {
		if slices.Contains(others, role) {
			both = append(both, role)
		}
	}
	return both
}

// Stands answers nil while a mandate above another still holds, or the refusal.
func (m Mandate) Stands(at time.Time) *fault.Fault {
	switch {
	case m.State == Revoked || m.State == Given:
		return m.not("ended")
	case !m.runs(at):
		return m.not("expired")
	}
	return nil
}

func (m Mandate) not(why string) *fault.Fault {
	return fault.New(fault.NotEmpowered, "mandate", m.ID, "why", why).By("X-21")
}

func (m Mandate) runs(at time.Time) bool {
	until, err := time.Parse(time.RFC3339, m.Until)
	return err == nil && at.Before(until)
}

func (m Mandate) names(act string) bool {
	family, _, _ := strings.Cut(act, "/")
	return slices.Contains(m.Acts, act) || slices.Contains(m.Acts, family+"/*")
}

func (m Mandate) about(document string) bool {
	return len(m.Documents) == 0 || slices.Contains(m.Documents, document)
}

// Reads tells whether the agent may look at a document for the principal: whoever may act on it may see it.
func (m Mandate) Reads(family, document string) bool {
	anyAct := slices.ContainsFunc(m.Acts, func(act string) bool { return strings.HasPrefix(act, family+"/") })
	return anyAct && m.about(document)
}

func agentFits(_ Mandate, c command) *fault.Fault {
	if c.Request.To.Ref() == c.Actor.Ref || c.Request.To.Ref() == c.Request.Giver {
		return fault.New(fault.RecipientNotAllowed, "why", "self").In("/agent")
	}
	return nil
}

// capacityFits: an agent that drives trucks and forwards goods is empowered as one of the two, or as both.
func capacityFits(_ Mandate, c command) *fault.Fault {
	as, roles := c.Request.As, c.Request.To.Roles
	if len(as) == 0 && len(roles) != 1 {
		return fault.New(fault.Invalid, "check", "required").In("/as")
	}
	for i, role := range as {
		if slices.Contains(as[:i], role) || !slices.Contains(roles, role) {
			return fault.New(fault.Invalid, "check", "role").In("/as")
		}
	}
	return nil
}

func actsKnown(_ Mandate, c command) *fault.Fault {
	acts := c.Request.Acts
	if len(acts) > ActsMax {
		return fault.New(fault.LimitReached, "what", "acts", "limit", "32").In("/acts")
	}
	for i, act := range acts {
		if slices.Contains(acts[:i], act) || !c.Request.Known(act) {
			return fault.New(fault.Invalid, "check", "act").In("/acts")
		}
	}
	return nil
}

// ledgerID is the form of what the ledger calls a document, or a leg of one. Anything else, a bill number say, would stand in
// public for ever and name nothing.
var ledgerID = regexp.MustCompile(`^[a-z]{2}-[a-z2-7]{26}(\.[1-9])?$`)

func documentsFit(_ Mandate, c command) *fault.Fault {
	documents := c.Request.Documents
	if len(documents) > DocumentsMax {
		return fault.New(fault.LimitReached, "what", "documents", "limit", "32").In("/documents")
	}
	for i, id := range documents {
		if slices.Contains(documents[:i], id) || !ledgerID.MatchString(id) {
			return fault.New(fault.Invalid, "check", "id").In("/documents")
		}
	}
	return nil
}

func ends(_ Mandate, c command) *fault.Fault {
	until, err := lifecycle.Instant(c.Request.Until)
	if err != nil || !until.After(c.At) || until.After(c.At.AddDate(0, LongestMonths, 0)) {
		return fault.New(fault.Invalid, "check", "future").In("/until")
	}
	return nil
}

func usesFit(_ Mandate, c command) *fault.Fault {
	if c.Request.Uses < 0 || c.Request.Uses > 10_000 {
		return fault.New(fault.Invalid, "check", "range").In("/uses")
	}
	return nil
}

// withinAbove: nobody passes on more than they have, and nothing for longer.
func withinAbove(_ Mandate, c command) *fault.Fault {
	above, r := c.Request.Above, c.Request
	if above == nil {
		return nil
	}
	beyond := func(place string) *fault.Fault { return above.not("beyond").In(place) }
	wide := func(act string) bool { return !above.names(act) }
	switch {
	case above.Depth >= DepthMax:
		return fault.New(fault.LimitReached, "what", "mandates", "limit", "3")
	case slices.ContainsFunc(r.Acts, wide):
		return beyond("/acts")
	case len(above.Documents) > 0 && (len(r.Documents) == 0 || slices.ContainsFunc(r.Documents, func(id string) bool { return !above.about(id) })):
		return beyond("/documents")
	case later(r.Until, above.Until):
		return beyond("/until")
	case above.Uses > 0: // counted where it is used, which is not where another one is
		return beyond("/uses")
	}
	return nil
}

func later(a, b string) bool {
	first, bad := time.Parse(time.RFC3339, a)
	second, worse := time.Parse(time.RFC3339, b)
	return bad != nil || worse != nil || first.After(second)
}

func reasonGiven(_ Mandate, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func limited(m Mandate, _ command) *fault.Fault {
	if m.Uses == 0 {
		return fault.New(fault.WrongState, "family", "mandate", "state", string(m.State), "act", string(Use))
	}
	return nil
}

func lastUse(m Mandate, c command) *fault.Fault {
	if m.Used+1 < m.Uses {
		return limited(Mandate{}, c)
	}
	return nil
}

func count(m *Mandate, _ command) { m.Used++ }

func write(m *Mandate, c command) {
	r := c.Request
	m.Principal, m.Agent, m.Roles = c.Actor.Ref, r.To.Ref(), slices.Sorted(slices.Values(c.Actor.Roles))
	if m.As = slices.Sorted(slices.Values(r.As)); len(m.As) == 0 {
		m.As = slices.Clone(r.To.Roles)
	}
	m.Acts, m.Documents = slices.Sorted(slices.Values(r.Acts)), slices.Sorted(slices.Values(r.Documents))
	m.Until, m.Uses, m.PassOn, m.Depth = r.Until, r.Uses, r.PassOn, 1
	if r.Above != nil {
		m.Under, m.Giver, m.Depth = r.Above.ID, r.Giver, r.Above.Depth+1
	}
}
