package contract

import (
	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
)

// A leg whose carrier is lost with the goods never changes again without that carrier's peer. The recovery of its bill names the leg
// that took its place (decision 37), and whoever looks for a leg looks there first.

// planKey is where the plan of a leg lies: under the id that it was issued with, whoever performs it.
func planKey(l leg.Leg) string { return contentKey(leg.ID(l.Bill, l.Sequence)) }

// legOf is the n-th leg of a bill as it is performed today.
func legOf(t *turn, root string, n int) (leg.Leg, error) {
	l, err := load[leg.Leg](t, "leg", leg.ID(root, n))
	if err != nil {
		return l, err
	}
	id, err := legToday(t, l)
	if err != nil || id == l.ID {
		return l, err
	}
	return load[leg.Leg](t, "leg", id)
}

// legToday is the id of the leg that is in force in the place of this one.
func legToday(t *turn, l leg.Leg) (id string, err error) {
	id = leg.ID(l.Bill, l.Sequence)
	if !l.Recoverable {
		return id, nil
	}
	for b, n := (bill.Bill{Record: lifecycle.Record{ID: l.Bill}, Recoverable: true}), 0; n < replacementsMax; n++ {
		r, found, err := recoveryOf(t, b)
		if err != nil || !found {
			return id, err
		}
		for _, lost := range r.Legs {
			if lost.Sequence == l.Sequence {
				id = lost.ID
			}
		}
		if r.State != recovery.Recovered {
			return id, nil
		}
		if b, err = load[bill.Bill](t, "bill", r.Case.Replacement); err != nil {
			return id, err
		}
	}
	return id, fault.New(fault.LimitReached, "limit", number(replacementsMax), "what", "replacements")
}

// legInForce refuses whatever is asked of a leg that another took the place of.
func legInForce(t *turn, l leg.Leg) error {
	today, err := legToday(t, l)
	if err == nil && today != l.ID {
		err = fault.New(fault.LegRecovered, "leg", today)
	}
	return err
}

// legFacts tells a recovery what it needs to know of the legs of its bill, and answers the leg that the case is about.
func legFacts(t *turn, c *recoveryCommand, b bill.Bill, r recovery.Recovery) (lost leg.Leg, err error) {
	if b.Legs == nil {
		if c.Request.Leg != 0 {
			err = fault.New(fault.NotFound, "family", "leg", "id", number(c.Request.Leg)).In("/leg")
		}
		return lost, err
	}
	n := c.Request.Leg
	if r.Case != nil {
		n = r.Case.Leg
	}
	if n == 0 {
		return lost, anyCarrying(t, c, b)
	}
	if n < 1 || n > b.Legs.Count {
		return lost, fault.New(fault.NotFound, "family", "leg", "id", number(n)).In("/leg")
	}
	if lost, err = legOf(t, b.Legs.Of, n); err != nil {
		return lost, err
	}
	noteLeg(c, lost)
	c.Request.Facts.LegVersion = lost.Version
	return lost, nil
}

func noteLeg(c *recoveryCommand, l leg.Leg) {
	f := &c.Request.Facts
	f.Carrier, f.Receiver = l.Keepers()
	for _, with := range []lifecycle.Ref{f.Carrier, f.Receiver} {
		f.Carrying = f.Carrying || (!with.Zero() && with.Org != l.Issuer.Org)
	}
}

// anyCarrying looks at all legs where none is named yet.
func anyCarrying(t *turn, c *recoveryCommand, b bill.Bill) error {
	if c.Act != recovery.Open {
		return nil
	}
	for n := 1; n <= b.Legs.Count && !c.Request.Facts.Carrying; n++ {
		l, err := legOf(t, b.Legs.Of, n)
		if err != nil {
			return err
		}
		noteLeg(c, l)
	}
	c.Request.Facts.Carrier, c.Request.Facts.Receiver = lifecycle.Ref{}, lifecycle.Ref{}
	return nil
}

// planAnew gives birth to the leg that takes the place of a lost one.
func planAnew(t *turn, lost leg.Leg, id string) (leg.Leg, error) {
	fresh := lost.Anew(id)
	l, err := leg.Leg{Record: fresh.Record}.Follow(leg.Plan, leg.Request{Fresh: fresh})
	if err != nil {
		return l, err
	}
	return l, birth(t, &l, t.entry(leg.Plan, automatic))
}
