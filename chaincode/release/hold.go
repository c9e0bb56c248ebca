package release

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Hold is a freeze 扣留 on an order or on one of its containers.
type Hold = hold.Hold

// Grounds are the grounds of a hold (domain facts 4.3) by the role that may claim them.
var Grounds = map[lifecycle.Role][]string{
	party.Carrier:   {"CARRIER_CHARGES"},
	party.Terminal:  {"TERMINAL_DAMAGE"},
	party.Customs:   {"CUSTOMS_INSPECTION", "CUSTOMS_ORDER", "QUARANTINE"},
	party.Bank:      {"BANK"},
	party.Authority: {"COURT"},
}

// holders are those that may freeze an order: its own carrier, terminal and bank, and authorities. Which authorities are
// taken seriously, carrier and terminal each decide for themselves.
var holders = []*by{carrier, terminal, customsFeed, bank, authority}

func holdRows() []row {
	var rows []row
	for _, who := range holders {
		role := who.Roles[0]
		rows = append(rows, lifecycle.In(unfinished, row{Do: PlaceHold, By: who, Asks: guards{groundOf(role), holdFits}, Then: placeHold(role)})...)
	}
	for _, who := range holders {
		rows = append(rows, lifecycle.In(unfinished, row{Do: LiftHold, By: who, Asks: guards{holdIsTheirs}, Then: liftHold})...)
	}
	return rows
}

func groundOf(role lifecycle.Role) lifecycle.Guard[Order, OrderRequest] {
	return func(_ Order, c command) *fault.Fault {
		if !slices.Contains(Grounds[role], c.Request.Ground) {
			return fault.New(fault.Invalid, "check", "ground").In("/ground")
		}
		return nil
	}
}

func holdOf(c command, role lifecycle.Role) Hold {
	return Hold{Ground: c.Request.Ground, By: c.Actor.Ref, Role: role, Until: c.Request.Until}
}

// holdFits and the three after it leave the order alone when the hold is one line's: the line's own rows do the same there.
func holdFits(o Order, c command) *fault.Fault {
	if c.Request.Line != 0 {
		return nil
	}
	_, _, f := hold.Place(o.Holds, o.LastHold, holdOf(c, ""), c.At)
	return f
}

func holdIsTheirs(o Order, c command) *fault.Fault {
	if c.Request.Line != 0 {
		return nil
	}
	_, f := hold.Lift(o.Holds, c.Request.Hold, c.Actor)
	return f
}

func placeHold(role lifecycle.Role) func(*Order, command) {
	return func(o *Order, c command) {
		if c.Request.Line == 0 {
			o.Holds, o.LastHold, _ = hold.Place(o.Holds, o.LastHold, holdOf(c, role), c.At)
		}
	}
}

func liftHold(o *Order, c command) {
	if c.Request.Line == 0 {
		o.Holds, _ = hold.Lift(o.Holds, c.Request.Hold, c.Actor)
	}
}

// roleOf is the role that claims a ground.
func roleOf(ground string) lifecycle.Role {
	for _, role := range party.Roles {
		if slices.Contains(Grounds[role], ground) {
			return role
		}
	}
	return ""
}

func lineHoldFits(l Line, c command) *fault.Fault {
	_, _, f := hold.Place(l.Holds, l.LastHold, holdOf(c, ""), c.At)
	return f
}

func lineHoldIsTheirs(l Line, c command) *fault.Fault {
	_, f := hold.Lift(l.Holds, c.Request.Hold, c.Actor)
	return f
}

// holdLine lays the hold once: a notice told twice is still one hold.
func holdLine(l *Line, c command) {
	h := holdOf(c, roleOf(c.Request.Ground))
	same := func(other Hold) bool {
		return other.By == h.By && other.Role == h.Role && other.Ground == h.Ground && other.Until == h.Until
	}
	if !slices.ContainsFunc(l.Holds, same) {
		l.Holds, l.LastHold, _ = hold.Place(l.Holds, l.LastHold, h, c.At)
	}
}

func liftLine(l *Line, c command) { l.Holds, _ = hold.Lift(l.Holds, c.Request.Hold, c.Actor) }

// notHeld is the gate NO_HOLD of the order as a whole.
func notHeld(o Order, c command) *fault.Fault { return hold.Any(o.Holds, c.At) }

// notFrozen is the gate NO_HOLD of one container: a hold on its order freezes it too.
func notFrozen(l Line, c command) *fault.Fault {
	if f := hold.Any(c.Request.Order.Holds, c.At); f != nil {
		return f
	}
	return hold.Any(l.Holds, c.At)
}
