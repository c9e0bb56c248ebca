package contract

import (
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// basisOf is rules on the records of the basis; g is nil without a guarantee.
func basisOf(t *turn, o release.Order, b bill.Bill) (*guarantee.Guarantee, error) {
	if o.Basis.Part != "" {
		return nil, basisOfPart(t, o, b)
	}
	var g *guarantee.Guarantee
	if (o.Basis.Type == release.ByGuarantee) != (o.Basis.Guarantee != "") {
		return nil, fault.New(fault.Invalid, "check", "basis").In("/basis/guarantee")
	}
	if o.Basis.Guarantee != "" {
		found, err := load[guarantee.Guarantee](t, "guarantee", o.Basis.Guarantee)
		if err != nil {
			return nil, err
		}
		g = &found
	}
	if f := rules.Basis(o, b, g); f != nil {
		return nil, f
	}
	if g != nil && b.State != bill.Surrendered && g.Terms.Ended(t.At) { // goods would go that nobody could claim for
		return nil, fault.New(fault.NoBasis).By("X-01")
	}
	if f := hold.Any(b.Holds, t.At); f != nil {
		return nil, f
	}
	return g, masterReleased(t, b)
}

// basisStands re-checks the basis at issue and at the gate: it may have gone since the request, when another holder
// surrendered the bill.
func basisStands(t *turn, o release.Order) error {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err == nil {
		err = basisInForce(t, o.Basis, b)
	}
	if err != nil {
		return err
	}
	_, err = basisOf(t, o, b)
	return err
}

// coveredBy checks the containers against the documents they rest on, as far as this peer can see those: the carrier's
// own endorser sees both.
func coveredBy(t *turn, b bill.Bill, g *guarantee.Guarantee, to lifecycle.Ref, view content.Release) error {
	var listed []string
	for _, l := range view.Lines {
		listed = append(listed, l.EquipmentReference)
	}
	seenBill, seen, err := billSeen(t, b)
	if err != nil {
		return err
	}
	if seen {
		if seenBill.Reference != view.TransportDocumentReference {
			return fault.New(fault.NotCovered).By("X-02").In("/content/transportDocumentReference")
		}
		if f := rules.Covered(listed, seenBill.Containers, "/content/lines"); f != nil {
			return f
		}
		if err := linesAgree(seenBill, view); err != nil {
			return err
		}
	}
	if err := handedOver(t, b, g, to, view.PickupLocation, "/content/pickupLocation"); err != nil || g == nil {
		return err
	}
	undertaking, seen, err := guaranteeSeen(t, *g)
	if err != nil || !seen {
		return err
	}
	at := slices.IndexFunc(g.Bills, func(u guarantee.Underlying) bool { return u.Bill == b.ID })
	if f := rules.Covered(listed, undertaking.Underlying[at].EquipmentReferences, "/content/lines"); f != nil {
		return f
	}
	return nil
}

// basisOfPart is rules on the records of a part.
func basisOfPart(t *turn, o release.Order, b bill.Bill) error {
	p, err := loadPart(t, o.Basis.Part)
	if err != nil {
		return err
	}
	if f := rules.PartBasis(o, b, p); f != nil {
		return f
	}
	if f := hold.Any(b.Holds, t.At); f != nil {
		return f
	}
	return masterReleased(t, b)
}

// basisInForce refuses an order on a bill that was recovered. An accepted part outlasts that: it is of no concern to whoever
// gets the balance.
func basisInForce(t *turn, basis release.Basis, b bill.Bill) error {
	if basis.Part != "" {
		return nil
	}
	return usable(t, b)
}

// notElsewhere is the container half of rule X-02 between parts and balance: an order on a part lists containers of that part,
// any other one containers of none, neither of the bill nor of its master. The carrier's own endorser keeps the lists.
func notElsewhere(t *turn, o release.Order, b bill.Bill, tokens []string) error {
	const place = "/content/lines"
	if o.Basis.Part == "" {
		if err := inBalance(t, o, b, tokens); err != nil {
			return err
		}
	} else {
		p, err := loadPart(t, o.Basis.Part)
		if err != nil {
			return err
		}
		list, seen, err := deliveredSeen(t, o, p.List)
		if err != nil {
			return err
		}
		if f := rules.InPart(list.Parts, p.Commitment, tokens, place); seen && f != nil {
			return f
		}
	}
	if !b.House() {
		return nil
	}
	master, err := masterOf(t, b.Master)
	if err != nil {
		return err
	}
	return inBalance(t, o, master, tokens)
}

func inBalance(t *turn, o release.Order, b bill.Bill, tokens []string) error {
	list, seen, err := deliveredSeen(t, o, b.DeliveredList())
	if err != nil {
		return err
	}
	if f := rules.InBalance(list.Parts, tokens, "/content/lines"); seen && f != nil {
		return f
	}
	return nil
}
