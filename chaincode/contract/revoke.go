package contract

import (
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// revokeOrder ends a release order whose basis is gone, whoever's act took it away: reason is one of release.RevokeReasons,
// LOI_LAPSED for a guarantee that no longer stands (rule X-03), BASIS_LOST for a surrender that was annulled (rule X-11).
// Containers that are out stay out, and the order goes on for them; one that has nothing left to revoke is left alone.
func revokeOrder(t *turn, id, reason string) error {
	before, err := load[release.Order](t, "release", id)
	if err != nil || before.Over() || before.State == release.GatedOut {
		return err
	}
	c := orderCommand{Act: release.Lapse, Actor: t.actor, At: t.At, Request: release.OrderRequest{Reason: reason}}
	after, err := before.Follow(release.Lapse, c)
	if err != nil {
		return err
	}
	if err := endLines(t, before, release.RevokeLine, c); err != nil {
		return err
	}
	e := t.entry(release.Lapse, automatic)
	e.Reason = reason
	return saveOrder(t, &before, &after, e)
}

// endLines ends every line that was not collected, with its open appointment, and frees its container (rule X-05).
func endLines(t *turn, o release.Order, act lifecycle.Act, c orderCommand) error {
	c.Request.Order = o
	for n := 1; n <= o.Lines; n++ {
		before, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		expired := before.State == release.LineExpired && act == release.RevokeLine
		if !before.Collectable() && !expired {
			continue
		}
		after, err := before.Follow(act, c)
		if err != nil {
			return err
		}
		e := t.entry(act, automatic)
		e.Reason = c.Request.Reason
		if err := save(t, &before, &after, e); err != nil {
			return err
		}
		if err := freeBox(t, after); err != nil {
			return err
		}
	}
	return nil
}

// freeBox takes a line off its container. A container that meanwhile waits for another line is left to it.
func freeBox(t *turn, l release.Line) error {
	box, err := boxOf(t, l)
	if err != nil || box.Line != l.ID {
		return err
	}
	before := box.Orgs
	box.Line, box.Orgs = "", orgs(l.Carrier)
	return t.Put(key("box", l.Box), box, before, box.Orgs)
}

// reviveLines takes up the containers that an expired order left inside, if nobody else has taken them since (rule X-05).
func reviveLines(t *turn, o release.Order, c orderCommand) error {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil {
		return err
	}
	gone, err := delivered(t, b)
	if err != nil {
		return err
	}
	for n := 1; n <= o.Lines; n++ {
		before, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		if before.State != release.LineExpired {
			continue
		}
		after, err := before.Follow(release.ReviveLine, c)
		if err != nil {
			return err
		}
		if err := takeBox(t, o, gone, after.Box, after.ID); err != nil {
			return err
		}
		if err := save(t, &before, &after, t.entry(release.ReviveLine, automatic)); err != nil {
			return err
		}
	}
	return nil
}

// saveOrder saves an order; one that came to its end leaves the list of its bill's live orders.
func saveOrder(t *turn, before, after *release.Order, e lifecycle.Entry) error {
	if err := save(t, before, after, e); err != nil || before.Over() || !after.Over() {
		return err
	}
	b, err := load[bill.Bill](t, "bill", after.Basis.Bill)
	if err != nil {
		return err
	}
	for _, id := range bothDeliveries(b) {
		d, err := delivery(t, id)
		if err != nil {
			return err
		}
		d.Unlist(*after)
		if err := t.Put(key("delivery", id), d, d.Orgs, d.Orgs); err != nil {
			return err
		}
	}
	return nil
}

// listOrder books a new order on its bill's delivery and, of a house bill, on the master's, whose surrender it rests on as
// well. Every terminal that releases something of the bill relies on it.
func listOrder(t *turn, o release.Order, b bill.Bill) error {
	for _, id := range bothDeliveries(b) {
		d, err := delivery(t, id)
		if err != nil {
			return err
		}
		if f := rules.RoomForOrder(d); f != nil {
			return f
		}
		before := d.Orgs
		d.List(o)
		if !slices.Contains(d.Orgs, o.Terminal.Org) {
			d.Orgs = append(slices.Clone(d.Orgs), o.Terminal.Org)
		}
		if err := t.Put(key("delivery", id), d, before, d.Orgs); err != nil {
			return err
		}
	}
	return nil
}

// revokeOrders ends the live release orders of a bill whose surrender is annulled (rule X-11).
func revokeOrders(t *turn, d rules.Delivery, reason string) error {
	for _, id := range d.Orders {
		if err := revokeOrder(t, id, reason); err != nil {
			return err
		}
	}
	return nil
}
