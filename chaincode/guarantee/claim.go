package guarantee

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Terms are what the rules need to see of an undertaking: dates and codes, never an amount.
type Terms struct {
	// Ends is the instant at which demands are no longer possible, RFC 3339; empty for one without end. An undertaking under
	// URDG 758 that states none ends three years after issue (art 25(c)).
	Ends string `json:"ends,omitempty"`
	// OneDemand says that there can be one demand only (URDG 758 art 17).
	OneDemand bool `json:"oneDemand,omitempty"`
	// Rules is URDG758 where the undertaking is subject to these, and ForceMajeure says that it was extended by their art 26.
	Rules        string `json:"rules,omitempty"`
	ForceMajeure bool   `json:"forceMajeure,omitempty"`
}

// Ended tells whether the terms ran out by that time.
func (t Terms) Ended(at time.Time) bool { return passed(t.Ends, at) }

// passed tells whether an instant in text has come; an empty one never does.
func passed(text string, at time.Time) bool {
	instant, err := time.Parse(time.RFC3339, text)
	return err == nil && !at.Before(instant)
}

// Claim is the open demand.
type Claim struct {
	// Number counts the demands of this guarantee from 1.
	Number int `json:"number"`
	// Presented is when the demand came, RFC 3339.
	Presented string `json:"presented,omitempty"`
	// Due is the instant at which the time for rejecting it ends, RFC 3339: the end of the fifth business day following the
	// presentation (URDG 758 art 20), counted once, by the calendar of the day of presentation.
	Due string `json:"due"`
	// Extension says that the demand takes a longer validity in place of payment (URDG 758 art 23).
	Extension bool `json:"extension,omitempty"`
	// SuspendedUntil is how long the guarantor holds the payment back, RFC 3339 (URDG 758 art 23(a)).
	SuspendedUntil string `json:"suspendedUntil,omitempty"`
}

// suspensionDays is how long payment can be held back after an alternative demand: calendar days following its receipt (URDG 758 art 23(a)).
const suspensionDays = 30

// Amendment is a proposed change of the terms.
type Amendment struct {
	// Number counts the proposals of this guarantee from 1.
	Number int `json:"number"`
	// By proposed it; Agreed are those who agreed, the proposer first.
	By     lifecycle.Ref   `json:"by"`
	Agreed []lifecycle.Ref `json:"agreed"`
	// Commitment and Seal bind its private content.
	Commitment string `json:"commitment"`
	Seal       string `json:"seal"`
}

// Bound are the parties whose agreement an amendment needs.
func (g Guarantee) Bound() []lifecycle.Ref {
	bound := []lifecycle.Ref{g.Applicant}
	for _, r := range []lifecycle.Ref{g.Beneficiary, g.Bank} {
		if !r.Zero() && !slices.Contains(bound, r) {
			bound = append(bound, r)
		}
	}
	return bound
}

// Agreed tells whether everybody agreed to the open amendment.
func (g Guarantee) Agreed() bool {
	return g.Amendment.Number > 0 && !slices.ContainsFunc(g.Bound(), func(r lifecycle.Ref) bool {
		return !slices.Contains(g.Amendment.Agreed, r)
	})
}

func noAmendment(g Guarantee, _ command) *fault.Fault {
	if g.Amendment.Number > 0 {
		return fault.New(fault.AmendmentOpen)
	}
	return nil
}

func amendmentOpen(g Guarantee, _ command) *fault.Fault {
	if g.Amendment.Number == 0 {
		return fault.New(fault.NoAmendment)
	}
	return nil
}

// notAgreedYet: who agreed cannot agree again, nor reject what it agreed to. The proposal waits for the others: the party is
// the right one, and is told so.
func notAgreedYet(g Guarantee, c command) *fault.Fault {
	if slices.Contains(g.Amendment.Agreed, c.Actor.Ref) {
		return fault.New(fault.AmendmentOpen)
	}
	return nil
}

func propose(g *Guarantee, c command) {
	g.Proposals++
	g.Amendment = Amendment{Number: g.Proposals, By: c.Actor.Ref, Agreed: []lifecycle.Ref{c.Actor.Ref}}
}

func agree(g *Guarantee, c command) {
	g.Amendment.Agreed = append(slices.Clone(g.Amendment.Agreed), c.Actor.Ref)
}

func dropAmendment(g *Guarantee, _ command) { g.Amendment = Amendment{} }

// allAgreed is the condition of the automatic amendment.
func allAgreed(g Guarantee, _ command) *fault.Fault {
	if !g.Agreed() {
		return fault.New(fault.AmendmentOpen)
	}
	return nil
}

// amended puts the new terms in force. The beneficiary agreed to them, so that no validity is shortened without it.
func amended(g *Guarantee, c command) {
	g.Terms, g.Amendment = c.Request.Terms, Amendment{}
}

// valid: a demand is made within the validity (URDG 758 art 14).
func valid(g Guarantee, c command) *fault.Fault {
	if g.Terms.Ended(c.At) {
		return fault.New(fault.DeadlinePassed, "act", string(c.Act), "until", g.Terms.Ends)
	}
	return nil
}

// mayDemandAgain: several demands are possible unless they are excluded; one that was rejected does not count (URDG 758
// art 17).
func mayDemandAgain(g Guarantee, _ command) *fault.Fault {
	if g.Terms.OneDemand && g.Payments > 0 {
		return fault.New(fault.DemandExcluded)
	}
	return nil
}

func demand(g *Guarantee, c command) {
	g.Demands++
	g.Claim = Claim{Number: g.Demands, Presented: lifecycle.Stamped(c.At), Due: c.Request.Due, Extension: c.Request.Extension}
}

func settle(g *Guarantee, _ command) { g.Claim = Claim{} }

func settlePaid(g *Guarantee, _ command) {
	g.Claim = Claim{}
	g.Payments++
}

// inTime: a guarantor that does not reject within five business days is precluded from claiming that the demand does not
// comply (URDG 758 art 24(d) and (f)).
func inTime(g Guarantee, c command) *fault.Fault {
	if passed(g.Claim.Due, c.At) {
		return fault.New(fault.DeadlinePassed, "act", string(c.Act), "until", g.Claim.Due)
	}
	return nil
}

func extensionAsked(g Guarantee, _ command) *fault.Fault {
	if !g.Claim.Extension {
		return fault.New(fault.NoExtension)
	}
	return nil
}

// notSuspendedYet: payment is held back once for a demand, and while the time for it runs.
func notSuspendedYet(g Guarantee, c command) *fault.Fault {
	until := g.Claim.SuspendedUntil
	if end := g.Claim.suspended(c.At); until == "" && passed(end, c.At) {
		until = end
	}
	if until != "" {
		return fault.New(fault.DeadlinePassed, "act", string(c.Act), "until", until)
	}
	return nil
}

// suspended is until when payment can be held back: so long from the receipt of the demand, however late the guarantor says so.
func (c Claim) suspended(at time.Time) string {
	if c.Presented != "" {
		at = instant(c.Presented)
	}
	return lifecycle.Stamped(at.AddDate(0, 0, suspensionDays))
}

func holdPayment(g *Guarantee, c command) { g.Claim.SuspendedUntil = g.Claim.suspended(c.At) }

// Longer tells whether an extension to that instant leads beyond the validity that stands. It is asked when the demand is
// made, and nothing changes the validity while that is open.
func (g Guarantee) Longer(ends string) *fault.Fault {
	if g.Terms.Ends == "" || !instant(ends).After(instant(g.Terms.Ends)) {
		return fault.New(fault.Invalid, "check", "later")
	}
	return nil
}

func instant(text string) time.Time {
	at, _ := time.Parse(time.RFC3339, text)
	return at
}

func extend(g *Guarantee, c command) {
	g.Terms.Ends, g.Claim = c.Request.Terms.Ends, Claim{}
}

// validityPassed: only what has an end, and has reached it, expires.
func validityPassed(g Guarantee, c command) *fault.Fault {
	if !g.Terms.Ended(c.At) {
		return fault.New(fault.NotExpired, "until", g.Terms.Ends)
	}
	return nil
}
