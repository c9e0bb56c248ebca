package contract

import (
	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// handedOver checks where a release hands the goods over, as far as this peer sees bill and letters: the carrier's own endorser
// sees all of them. g is the guarantee that the release rests on, if any.
func handedOver(t *turn, b bill.Bill, g *guarantee.Guarantee, to lifecycle.Ref, pickup content.Facility, place string) error {
	letters, known, err := lettersForAnotherPlace(t, b, g, to)
	if err != nil || !known {
		return err
	}
	view, seen, err := billSeen(t, b)
	if err != nil || !seen && len(letters) == 0 {
		return err
	}
	if f := rules.HandedOverAt(pickup.UNLocationCode, view.Places, letters, place+"/UNLocationCode"); f != nil {
		return f
	}
	return nil
}

// lettersForAnotherPlace are the places that accepted guarantees name for this party; known is false where one of them cannot be
// read.
func lettersForAnotherPlace(t *turn, b bill.Bill, g *guarantee.Guarantee, to lifecycle.Ref) (places []string, known bool, err error) {
	d, err := delivery(t, b.ID)
	if err != nil {
		return nil, false, err
	}
	var letters []guarantee.Guarantee
	if g != nil && g.Moves(b.ID, to) {
		letters = append(letters, *g)
	}
	for _, id := range d.Guarantees {
		letter, err := load[guarantee.Guarantee](t, "guarantee", id)
		if err != nil {
			return nil, false, err
		}
		if letter.Standing() && letter.Moves(b.ID, to) {
			letters = append(letters, letter)
		}
	}
	known = true
	for _, letter := range letters {
		view, seen, err := guaranteeSeen(t, letter)
		if err != nil {
			return nil, false, err
		}
		known = known && seen
		places = append(places, view.Place.UNLocationCode)
	}
	return places, known, nil
}

// movedTo checks the place that an amendment puts in place of the order's (rule X-02).
func movedTo(t *turn, o release.Order, p papers) error {
	a, err := content.AmendmentOf(p.raw)
	if err != nil || a.PickupLocation == nil {
		return err
	}
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil {
		return err
	}
	var g *guarantee.Guarantee
	if o.Basis.Guarantee != "" {
		found, err := load[guarantee.Guarantee](t, "guarantee", o.Basis.Guarantee)
		if err != nil {
			return err
		}
		g = &found
	}
	return handedOver(t, b, g, o.ReleaseTo, *a.PickupLocation, "/content/pickupLocation")
}
