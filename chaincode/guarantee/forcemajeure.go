package guarantee

import (
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// URDG are the Uniform Rules for Demand Guarantees, as terms name them.
const URDG = "URDG758"

// forceMajeureDays is by how much an undertaking is extended that would expire while force majeure prevents presentation or
// payment: calendar days, once (URDG 758 art 26(b)).
const forceMajeureDays = 30

// underURDG: other undertakings are extended by what their parties agreed, which is an amendment.
func underURDG(g Guarantee, _ command) *fault.Fault {
	if g.Terms.Rules != URDG || g.Terms.Ends == "" {
		return fault.New(fault.NoForceMajeure, "why", "rules")
	}
	return nil
}

func notExtendedYet(g Guarantee, _ command) *fault.Fault {
	if g.Terms.ForceMajeure {
		return fault.New(fault.NoForceMajeure, "why", "once")
	}
	return nil
}

// nearExpiry: what happens long before the expiry does not prevent anything at it.
func nearExpiry(g Guarantee, c command) *fault.Fault {
	if c.At.AddDate(0, 0, forceMajeureDays).Before(instant(g.Terms.Ends)) {
		return fault.New(fault.NoForceMajeure, "why", "early")
	}
	return nil
}

// stillCounts: what prevented everybody also kept the one who says so, but not beyond the thirty days.
func stillCounts(g Guarantee, c command) *fault.Fault {
	if until := extendedEnd(g); !c.At.Before(until) {
		return fault.New(fault.DeadlinePassed, "act", string(c.Act), "until", lifecycle.Stamped(until))
	}
	return nil
}

// Prevented tells whether something that lasted from one instant to another, zero for one that lasts on, prevented what had to
// be done when the validity ends.
func (g Guarantee) Prevented(from, to time.Time) *fault.Fault {
	ends := instant(g.Terms.Ends)
	if !from.Before(ends) || (!to.IsZero() && to.Before(ends)) {
		return fault.New(fault.Invalid, "check", "at-expiry").In("/content/since")
	}
	return nil
}

func extendedEnd(g Guarantee) time.Time { return instant(g.Terms.Ends).AddDate(0, 0, forceMajeureDays) }

func prolong(g *Guarantee, _ command) {
	g.Terms.Ends, g.Terms.ForceMajeure = lifecycle.Stamped(extendedEnd(*g)), true
}
