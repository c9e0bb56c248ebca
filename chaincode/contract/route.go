package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// The pieces of a multimodal bill beside its document: its legs, which go along with it, and the through charge, which does not.
func legsKey(id string) string    { return "legs/" + id }
func throughKey(id string) string { return "through-charge/" + id }

// planned tells the law of a bill what its legs' content is.
func planned(c *billCommand, p papers) error {
	if c.Act != bill.PlanLegs || p.raw == nil {
		return nil
	}
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	all, err := content.LegsOf(p.raw)
	c.Request.Seal, c.Request.Legs = state.Fingerprint(value), len(all)
	return err
}

// planLegs checks the legs against the document and gives them to issuer and shipper, who both have it.
func planLegs(t *turn, b bill.Bill, p papers) error {
	if err := t.asks(); err != nil {
		return err
	}
	all, err := content.LegsOf(p.raw)
	if err != nil {
		return err
	}
	value, err := peekAny(t, contentKey(b.ID), b.Issuer, b.Shipper)
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil {
		return err
	}
	if seen {
		from, to, err := content.RouteOf([]byte(s.Content))
		if err != nil {
			return err
		}
		if f := rules.Route(spot(from), spot(to), spot(all[0].From), spot(all[len(all)-1].To)); f != nil {
			return f
		}
	}
	return keepBeside(t, legsKey(b.ID), p, b.Issuer, b.Shipper)
}

// bornLegs gives birth to the legs of a bill that is issued. Each has a piece of its own, cut out of the plan, which the carrier
// that is commissioned gets; until then the issuer keeps it.
func bornLegs(t *turn, b bill.Bill) error {
	if b.Legs == nil {
		return nil
	}
	value, err := t.Supply(legsKey(b.ID), func() ([]byte, error) { return t.Peek(b.Issuer.Org, legsKey(b.ID)) })
	if err != nil {
		return err
	}
	s, _, err := unseal(value)
	if err != nil {
		return err
	}
	if state.Fingerprint(value) != b.Legs.Seal {
		return fault.New(fault.ContentMismatch)
	}
	all, err := content.LegsOf([]byte(s.Content))
	if err != nil {
		return err
	}
	for i, planned := range all {
		if err := bornLeg(t, b, planned, legSalt(s.Salt, i+1), len(all)); err != nil {
			return err
		}
	}
	return nil
}

func bornLeg(t *turn, b bill.Bill, planned content.Leg, salt string, of int) error {
	l := leg.Leg{Record: lifecycle.Record{ID: leg.ID(b.ID, planned.Sequence), Family: "leg"}}
	l, err := l.Follow(leg.Plan, leg.Request{Fresh: leg.Leg{Bill: b.ID, Sequence: planned.Sequence, Of: of,
		Mode: leg.Mode(planned.Mode), Issuer: b.Issuer, Recoverable: b.Recoverable}})
	if err != nil {
		return err
	}
	own := papers{raw: planned.Raw, salt: salt}
	if own.commitment, err = content.Commitment(own.salt, own.raw); err != nil {
		return err
	}
	value, err := seal(own, nil)
	if err != nil {
		return err
	}
	l.Commitment, l.Seal = own.commitment, state.Fingerprint(value)
	t.Keep(b.Issuer.Org, contentKey(l.ID), value)
	return birth(t, &l, t.entry(leg.Plan, automatic))
}

// legSalt gives every leg a salt of its own, so that who gets one cannot guess at the others.
func legSalt(salt string, n int) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/leg/1\n" + number(n)))
	return hex.EncodeToString(mac.Sum(nil))
}

// handLegs gives the legs, and the leg documents that the giver has, to whoever gets the bill.
func handLegs(t *turn, b bill.Bill, to lifecycle.Ref) error {
	if b.Legs == nil {
		return nil
	}
	if err := t.Deliver(legsKey(b.Legs.Of), b.Legs.Seal, to.Org, t.actor.Org); err != nil {
		return err
	}
	for n := 1; n <= b.Legs.Count; n++ {
		l, err := legOf(t, b.Legs.Of, n)
		if err != nil {
			return err
		}
		if l.Document == nil {
			continue
		}
		// A giver that was never shown the document does not hold up the bill.
		has, err := t.Holds(t.actor.Org, documentKey(l))
		if err != nil {
			return err
		}
		if has {
			if err := t.Deliver(documentKey(l), l.Document.Seal, to.Org, t.actor.Org); err != nil {
				return err
			}
		}
	}
	return nil
}

// showLegs gives legs and leg documents to those who rely on a replacement: the issuer hands it over, and has them.
func showLegs(t *turn, b bill.Bill, to []lifecycle.Ref) error {
	if b.Legs == nil {
		return nil
	}
	for _, party := range to {
		if party.Zero() {
			continue
		}
		if err := handLegs(t, b, party); err != nil {
			return err
		}
	}
	return nil
}

// replacementsMax bounds how many times control of one bill is lost: each time takes a guardian away.
const replacementsMax = 8

// present is the bill that is in force today where legs stand under the id of one that was lost.
func present(t *turn, id string) (bill.Bill, error) {
	for range replacementsMax {
		b, err := load[bill.Bill](t, "bill", id)
		if err != nil {
			return b, err
		}
		r, found, err := recoveryOf(t, b)
		if err != nil || !found || r.State != recovery.Recovered {
			return b, err
		}
		id = r.Case.Replacement
	}
	return bill.Bill{}, fault.New(fault.LimitReached, "limit", number(replacementsMax), "what", "replacements")
}

// rootOf is the bill under whose id legs and through charge stand: the lost bill where this one took its place.
func rootOf(b bill.Bill) string {
	if b.Legs != nil {
		return b.Legs.Of
	}
	return b.ID
}

// payersOf are those between whom the through charge is.
func payersOf(b bill.Bill) []lifecycle.Ref {
	if b.Charge == nil {
		return nil
	}
	return []lifecycle.Ref{b.Issuer, b.Charge.Payer}
}

// takeBack purges what hand gave an organisation of a bill that it declined.
func takeBack(t *turn, b bill.Bill, org string) error {
	shown := []string{contentKey(b.ID)}
	if list := b.DeliveredList(); list != "" && !slices.Contains(b.Relying(), org) {
		shown = append(shown, deliveredKey(list))
	}
	if b.Legs != nil {
		shown = append(shown, legsKey(b.Legs.Of))
		for n := 1; n <= b.Legs.Count; n++ {
			l, err := legOf(t, b.Legs.Of, n)
			if err != nil {
				return err
			}
			if l.Document != nil && !slices.Contains(orgs(l.Readers()...), org) {
				shown = append(shown, documentKey(l))
			}
		}
	}
	return purgeHeld(t, org, shown...)
}

// purgeHeld removes those of the pieces that an organisation has.
func purgeHeld(t *turn, org string, keys ...string) error {
	for _, key := range keys {
		has, err := t.Holds(org, key)
		if err != nil {
			return err
		}
		if has {
			t.Purge(org, key)
		}
	}
	return nil
}

// lastLeg is the last leg of the multimodal bill whose goods a bill releases: its own, of a house bill the master's.
func lastLeg(t *turn, b bill.Bill) (last leg.Leg, route bill.Bill, err error) {
	route = b
	if b.House() {
		if route, err = masterOf(t, b.Master); err != nil {
			return last, route, err
		}
	}
	if route.Legs == nil {
		return last, route, nil
	}
	last, err = legOf(t, route.Legs.Of, route.Legs.Count)
	return last, route, err
}

// arrived is rule X-01 for the goods of a multimodal bill when an order is issued.
func arrived(t *turn, o release.Order) error {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil {
		return err
	}
	last, route, err := lastLeg(t, b)
	if err != nil || route.Legs == nil {
		return err
	}
	if f := rules.Arrived(last); f != nil {
		return f
	}
	return nil
}

// atFinalPlace is rule X-01 for the place that an order names, on every peer that keeps the legs: the carrier's does.
func atFinalPlace(t *turn, b bill.Bill, asks lifecycle.Ref, pickup content.Facility) error {
	_, route, err := lastLeg(t, b)
	if err != nil || route.Legs == nil {
		return err
	}
	value, err := peekAny(t, legsKey(route.Legs.Of), route.Issuer, asks)
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	planned, err := content.LegsOf([]byte(s.Content))
	if err != nil {
		return err
	}
	at := rules.Spot{Location: pickup.UNLocationCode, List: pickup.FacilityCodeListProvider, Facility: pickup.FacilityCode}
	if f := rules.AtFinalPlace(at, spot(planned[len(planned)-1].To)); f != nil {
		return f
	}
	return nil
}

// stillAtFinalPlace is the same for an order that is amended.
func stillAtFinalPlace(t *turn, o release.Order, pickup content.Facility) error {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil {
		return err
	}
	return atFinalPlace(t, b, o.Requester, pickup)
}

func spot(p content.Place) rules.Spot {
	return rules.Spot{Location: p.UNLocationCode, List: p.FacilityCodeListProvider, Facility: p.FacilityCode}
}
