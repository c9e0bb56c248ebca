package contract

import (
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/hold"
	"portledger/chaincode/release"
)

// mayHold is what others say of who wants to freeze an order: customs and other authorities must be of an organisation that carrier and
// terminal take notices from, and a bank must have something at stake.
func mayHold(t *turn, o release.Order, c orderCommand) error {
	switch release.Law.Part(o, c) {
	case "customs feed", "authority":
		return trustFeed(t, o)
	case "bank of the guarantee or the pledge":
		return stillBound(t, o)
	}
	return nil
}

// stillBound: a bank freezes goods for what it lends or guarantees, and not after that is over.
func stillBound(t *turn, o release.Order) error {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil || b.LentOnBy(o.Bank) {
		return err
	}
	if o.Basis.Guarantee != "" {
		g, err := load[guarantee.Guarantee](t, "guarantee", o.Basis.Guarantee)
		if err != nil || g.Bank == o.Bank {
			return err
		}
	}
	return fault.New(fault.WrongParty, "act", string(release.PlaceHold), "by", "bank of the guarantee or the pledge")
}

// holdsSomething tells whether the caller has a hold on the order or one of its lines that it could lift.
func holdsSomething(t *turn, o release.Order) error {
	all := o.Holds
	for n := 1; n <= o.Lines; n++ {
		l, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		all = slices.Concat(all, l.Holds)
	}
	if f := hold.Theirs(all, t.actor); f != nil {
		return f
	}
	return nil
}

// holdOnLine places or lifts a hold of one container; the order itself only notes that it happened.
func holdOnLine(t *turn, c orderCommand, o release.Order) error {
	if c.Request.Line == 0 {
		return nil
	}
	before, err := lineOf(t, o, c.Request.Line)
	if err != nil {
		return err
	}
	act := release.HoldLine
	if c.Act == release.LiftHold {
		act = release.UnholdLine
	}
	after, err := before.Follow(act, c)
	if err != nil {
		return err
	}
	e := t.entry(act, automatic)
	e.Reason = c.Request.Ground
	return save(t, &before, &after, e)
}

// lineOf is a line that a request names.
func lineOf(t *turn, o release.Order, n int) (release.Line, error) {
	if n < 1 || n > o.Lines {
		return release.Line{}, fault.New(fault.NotFound, "family", "line", "id", number(n)).In("/line")
	}
	return loadLine(t, o.ID, n)
}
