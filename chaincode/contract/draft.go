package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// updateDraft puts a corrected transport document in the place of a draft's: everything that was checked of the first one
// is checked again, and the bill number may change.
func updateDraft(t *turn, c billCommand, before bill.Bill, p papers) (Outcome, error) {
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	view, err := content.BillOf(p.raw)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Kind, c.Request.Containers = kindOf(view), len(view.Containers)
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	if len(orgs(after.Issuer, after.Shipper)) < 2 {
		return Outcome{}, fault.New(fault.OneOrganisation)
	}
	if err := ownDocument(t, view, "/content"); err != nil {
		return Outcome{}, err
	}
	tokens, err := billTokens(t, after, view.Containers, "/content/utilizedTransportEquipments")
	if err != nil {
		return Outcome{}, err
	}
	if err := renumber(t, before, view); err != nil {
		return Outcome{}, err
	}
	if err := recount(t, after); err != nil {
		return Outcome{}, err
	}
	if err := layDown(t, &after, view, p, tokens); err != nil {
		return Outcome{}, err
	}
	if !slices.Contains(orgs(after.Readers()...), before.Shipper.Org) {
		t.Purge(before.Shipper.Org, contentKey(after.ID))
	}
	if err := save(t, &before, &after, t.entry(c.Act, before.Part(c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// ready tries an act without its input: whatever stands in its way is told before the input is looked at.
func ready(b bill.Bill, c billCommand) error {
	c.Probe = true
	_, err := b.Apply(c)
	return err
}

// renumber takes the number that the corrected draft carries and gives the former one back.
func renumber(t *turn, b bill.Bill, v content.Bill) error {
	former, _, err := billSeen(t, b)
	if err != nil {
		return err
	}
	was, err := numberToken(t, b.Issuer.Org, "number-before", former)
	if err != nil {
		return err
	}
	is, err := numberToken(t, b.Issuer.Org, "number", v)
	if err != nil || is == was {
		return err
	}
	if err := dropNumber(t, b, was); err != nil {
		return err
	}
	return takeNumber(t, b, is, "/content", nil)
}

func recount(t *turn, b bill.Bill) error {
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	d.Containers = b.Containers
	return t.Put(key("delivery", b.ID), d, d.Orgs, d.Orgs)
}

// Pieces beside a bill's document, by the key of each.
func changeKey(id string) string         { return "change/" + id }
func amendmentAskedKey(id string) string { return "amendment/" + id }
func paperKey(id string) string          { return "paper/" + id }

// keepBeside gives a private piece beside the bill's document to those whom it is between; without a piece it does nothing.
func keepBeside(t *turn, key string, p papers, between ...lifecycle.Ref) error {
	if err := t.asks(); err != nil {
		return err
	}
	if p.raw == nil {
		return nil
	}
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range orgs(between...) {
		t.Keep(org, key, value)
	}
	return nil
}

// billPieces are the pieces beside the document that the caller may see: each only by those whom it is between.
func billPieces(t *turn, b bill.Bill) (map[string]json.RawMessage, error) {
	return t.readable([]privatePiece{
		{"change", changeKey(b.ID), b.Change != "", []lifecycle.Ref{b.Issuer, b.Shipper}},
		{"amendment", amendmentAskedKey(b.ID), !b.Requester.Zero(), []lifecycle.Ref{b.Issuer, b.Requester}},
		{"paper", paperKey(b.ID), len(b.Mediums) > 0, []lifecycle.Ref{b.Issuer, b.Requester}},
		{"part", partKey(partAsked(b)), partAsked(b) != "", b.PartReaders()},
		{"consentedPart", consentKey(b.ConsentedPart()), b.ConsentedPart() != "", b.PartReaders()},
		{"legs", legsKey(rootOf(b)), b.Legs != nil, b.Readers()},
		{"throughCharge", throughKey(rootOf(b)), b.Charge != nil, payersOf(b)},
	})
}

// amendable is rule X-12 on what was delivered of a bill.
func amendable(t *turn, id string) error {
	d, err := delivery(t, id)
	if err != nil {
		return err
	}
	if f := rules.Amendable(d); f != nil {
		return f
	}
	return nil
}

// annulled is rule X-11: before anything went out, and the release orders that rest on the surrender go with it. Guarantees
// that the surrender discharged stay so: nothing was delivered under them. One that waits for other bills waits for this one again.
func annulled(t *turn, b bill.Bill) error {
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	if f := rules.Annullable(d); f != nil {
		return f
	}
	if err := revokeOrders(t, d, "BASIS_LOST"); err != nil {
		return err
	}
	for _, id := range d.Guarantees {
		if err := outAgain(t, id, b); err != nil {
			return err
		}
	}
	return nil
}

// outAgain tells a guarantee that still stands that a bill it lists is out again: it ends with the next surrender and no sooner.
func outAgain(t *turn, id string, b bill.Bill) error {
	before, err := load[guarantee.Guarantee](t, "guarantee", id)
	if err != nil || !before.Standing() {
		return err
	}
	c := guaranteeCommand{Act: guarantee.SurrenderAnnulled, Actor: t.actor, At: t.At, Request: guarantee.Request{Bills: []string{b.ID}}}
	after, err := guarantee.Law.Follow(before, c)
	if err != nil {
		return err
	}
	return save(t, &before, &after, t.entry(c.Act, automatic))
}

// trustHold lets the issuer refuse holds that come from an organisation whose authorities it does not know: anybody can
// register a party and call it customs.
func trustHold(t *turn, b bill.Bill) error {
	if t.actor.Ref == b.Issuer {
		return nil
	}
	own, ok, err := t.own(b.Issuer.Org)
	if err != nil {
		return err
	}
	if ok && !slices.Contains(own.Trust.Customs, t.actor.Org) {
		return fault.New(fault.FeedNotTrusted, "org", b.Issuer.Org, "feed", t.actor.Org)
	}
	return nil
}

func draftBill(t *turn, c billCommand, p papers) (Outcome, error) {
	view, err := content.BillOf(p.raw)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Kind, c.Request.Containers = kindOf(view), len(view.Containers)
	var master bill.Bill
	var noMaster error // told only after the caller's role had its say
	if c.Request.Master != "" {
		master, noMaster = housed(t, t.actor.Ref, c.Request.Master)
		c.Request.Carrier = master.Issuer
	}
	fresh := bill.Bill{Record: lifecycle.Record{ID: t.NewID("bl-", 0), Family: "bill"}}
	after, err := fresh.Apply(c)
	if err == nil {
		err = noMaster
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := ownDocument(t, view, "/content"); err != nil {
		return Outcome{}, err
	}
	tokens, err := billTokens(t, after, view.Containers, "/content/utilizedTransportEquipments")
	if err != nil {
		return Outcome{}, err
	}
	if err := reserveNumber(t, after, view); err != nil {
		return Outcome{}, err
	}
	guards, err := guardians(t)
	if err != nil {
		return Outcome{}, err
	}
	if err := recoverable(t, &after, guards); err != nil {
		return Outcome{}, err
	}
	if err := bornDelivery(t, after); err != nil {
		return Outcome{}, err
	}
	if err := layDown(t, &after, view, p, tokens); err != nil {
		return Outcome{}, err
	}
	if err := birth(t, &after, t.entry(bill.Draft, fresh.Part(c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// bornDelivery writes the record of what is delivered, together with the bill, while nobody else can know the key: two others
// could seize it later.
func bornDelivery(t *turn, b bill.Bill) error {
	d := rules.Delivery{Bill: b.ID, Orgs: orgs(b.Operator()), Containers: b.Containers}
	return t.Put(key("delivery", b.ID), d, nil, d.Orgs)
}

// layDown keeps a draft's content, and lists its containers where the carrier and a master bill look for them.
func layDown(t *turn, b *bill.Bill, view content.Bill, p papers, tokens map[string]string) error {
	if err := sealBill(t, b, p, tokens); err != nil {
		return err
	}
	if err := listCargo(t, *b, view, p.salt, tokens); err != nil {
		return err
	}
	return listHoused(t, *b, view, p.salt, tokens)
}

// sealBill commits the bill to its content and gives it to those who have it from the beginning.
func sealBill(t *turn, b *bill.Bill, p papers, tokens map[string]string) error {
	value, err := seal(p, tokens)
	if err != nil {
		return err
	}
	b.Commitment, b.Seal = p.commitment, state.Fingerprint(value)
	to := []lifecycle.Ref{b.Issuer, b.Shipper, b.Holder}
	if b.Joint != nil {
		to = append(to, b.Joint.Parties...)
	}
	for _, org := range orgs(to...) {
		t.Keep(org, contentKey(b.ID), value)
	}
	return nil
}

// kindOf reads the kind off the document (DCSA EBL 3.0: transportDocumentTypeCode, isToOrder, endorsee).
func kindOf(v content.Bill) bill.Kind {
	switch {
	case v.TypeCode == "SWB":
		return bill.SeaWaybill
	case !v.ToOrder:
		return bill.Straight
	case v.HasEndorsee:
		return bill.Order
	}
	return bill.Bearer
}
