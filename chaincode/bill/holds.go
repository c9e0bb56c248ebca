package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// HoldGrounds are the grounds that each role may freeze a bill on (domain facts 4.3). A court has no peer of its own: its
// orders are served through the port's authority.
var HoldGrounds = map[lifecycle.Role][]string{
	party.Carrier:   {"CARRIER_CHARGES", "DOCUMENT_DISPUTE"},
	party.Customs:   {"CUSTOMS_INSPECTION", "CUSTOMS_ORDER", "QUARANTINE"},
	party.Authority: {"COURT"},
}

// Grounds lists all grounds, in the order of who may give them.
func Grounds() []string {
	return slices.Concat(HoldGrounds[party.Carrier], HoldGrounds[party.Customs], HoldGrounds[party.Authority])
}

// living are the states of a bill that somebody relies on.
var living = []lifecycle.State{Issued, PendingAmendment, Amendable, PendingSurrender, Surrendered}

var (
	customs = &by{Name: "customs", Roles: []lifecycle.Role{party.Customs}}
	court   = &by{Name: "authority", Roles: []lifecycle.Role{party.Authority}}
	placer  = &by{Name: "authority that placed it", Roles: []lifecycle.Role{party.Customs, party.Authority}}
)

// notHeld stops every act that brings the bill forward. What takes a step back stays possible.
func notHeld(b Bill, c command) *fault.Fault { return hold.Any(b.Holds, c.At) }

func roomForHold(b Bill, c command) *fault.Fault {
	_, _, f := hold.Place(b.Holds, b.LastHold, hold.Hold{By: c.Actor.Ref}, c.At)
	return f
}

func groundOf(role lifecycle.Role) lifecycle.Guard[Bill, Request] {
	return func(_ Bill, c command) *fault.Fault {
		if !slices.Contains(HoldGrounds[role], c.Request.Ground) {
			return fault.New(fault.Invalid, "check", "ground").In("/ground")
		}
		return nil
	}
}

func holdFits(b Bill, c command) *fault.Fault {
	_, _, f := hold.Place(b.Holds, b.LastHold, hold.Hold{By: c.Actor.Ref, Until: c.Request.Until}, c.At)
	return f
}

func freeze(role lifecycle.Role) func(*Bill, command) {
	return func(b *Bill, c command) {
		h := hold.Hold{Ground: c.Request.Ground, By: c.Actor.Ref, Role: role, Until: c.Request.Until}
		b.Holds, b.LastHold, _ = hold.Place(b.Holds, b.LastHold, h, c.At)
	}
}

// ownHold asks that the caller have placed one of the holds at all.
func ownHold(b Bill, c command) *fault.Fault { return hold.Theirs(b.Holds, c.Actor) }

func liftFits(b Bill, c command) *fault.Fault {
	_, f := hold.Lift(b.Holds, c.Request.Hold, c.Actor)
	return f
}

func unfreeze(b *Bill, c command) { b.Holds, _ = hold.Lift(b.Holds, c.Request.Hold, c.Actor) }
