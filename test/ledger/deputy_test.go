package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// A peer signs whatever its chaincode computes. So the organisations that together may change one record could lie in it
// in such a way that honest peers, asked for an act on it, write to somebody else's. Each test has a pair of liars with a
// document of their own, a victim with another, and sends the act round any gateway to the honest peers of the victim.

const railOrg = "RailMSP"

// liars have a carrier of their own at a further organisation, whose peer lies together with the port's.
func liars(t *testing.T) *world.World {
	w := world.New(t, railOrg)
	w.Register("rail", railOrg, false, "CARRIER", "TERMINAL")
	return w
}

// railBill is a bill of the liars' own carrier, held by the buyer.
func railBill(w *world.World, c cargo) string {
	w.TB.Helper()
	id := w.Must("rail", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, c.of("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("rail", "bill", "issue", fields{"id": id}, "")
	w.PassOn(id, "shipper", "buyer")
	return id
}

func lies(t *testing.T, w *world.World, key string, change func(map[string]any), orgs ...string) {
	t.Helper()
	require.Equal(t, memfabric.Valid, w.Forge("buyer", w.Rewrite(key, nil, change), orgs...))
}

// everybody endorses: all honest peers are asked, and the liars' peers run the honest chaincode as well.
var everybody = []string{bankOrg, carrierOrg, portOrg, railOrg, terminalOrg}

func TestABillThatSaysItIsAnotherMovesNothing(t *testing.T) {
	w := liars(t)
	victim := w.IssuedBill()
	w.PassOn(victim, "shipper", "bank")
	mine := railBill(w, other)
	before := billOf(w, victim)
	lies(t, w, "bill/"+mine, func(r map[string]any) { r["id"] = victim }, railOrg, portOrg)
	w.Refused(fault.NotAnchored, "buyer", "bill", "surrender", fields{"id": mine}, "")
	for _, act := range []string{"surrender", "blank-endorse"} {
		require.Equal(t, fault.NotAnchored, codeOf(direct(w, "buyer", "bill", act, text(fields{"id": mine}), nil, everybody...)), act)
	}
	require.Equal(t, before, billOf(w, victim))
}

func TestADeliveryThatNamesAnotherBillAccomplishesNothing(t *testing.T) {
	w := liars(t)
	victim := w.SurrenderedBill()
	mine := railBill(w, other)
	surrenderTo(w, "rail", mine)
	order := released(w, "rail", mine, other)
	lies(t, w, "delivery/"+mine, func(r map[string]any) { r["bill"] = victim }, railOrg)
	out := gatedOut(w, "rail", order, 1, other)
	out2 := gatedOut(w, "rail", order, 2, other)
	require.NotEqual(t, out, out2)
	require.Equal(t, "SURRENDERED_FOR_DELIVERY", w.State("bill", victim))
	require.Empty(t, read[billView](w, "line", "bill", victim).Delivery.Out)
	require.Equal(t, "ACCOMPLISHED", w.State("bill", mine))
}

func surrenderTo(w *world.World, carrier, id string) {
	w.TB.Helper()
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must(carrier, "bill", "accept-surrender", fields{"id": id}, "")
}

// released is an accepted order of a carrier's bill at its own terminal.
func released(w *world.World, carrier, bill string, c cargo) string {
	w.TB.Helper()
	order := w.Must("buyer", "release", "request", fields{
		"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party[carrier]}, c.of("release")).ID
	w.Must(carrier, "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must(carrier, "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, c.of("notice"))
	w.Must(carrier, "release", "issue", fields{"id": order, "validTo": "2030-01-01T00:00:00Z"}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	return order
}

// authorisedAt brings a line up to its authority at a carrier's own terminal.
func authorisedAt(w *world.World, carrier, order string, line int, c cargo) string {
	w.TB.Helper()
	w.Must("buyer", "release", "delegate", fields{"id": order, "line": line, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "accept-delegation", fields{"id": order, "line": line}, "")
	w.Must("trucker", "release", "request-appointment", fields{"id": order, "line": line}, w.Appointment(0))
	w.Must(carrier, "release", "confirm-appointment", fields{"id": order, "line": line}, "")
	return w.Must(carrier, "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": line,
		"facility": w.Party[carrier], "trucker": w.Party["trucker"]}, c.sheet("authority-out", line)).ID
}

func gatedOut(w *world.World, carrier, order string, line int, c cargo) string {
	w.TB.Helper()
	id := authorisedAt(w, carrier, order, line, c)
	w.Must(carrier, "interchange", "record", fields{"id": id}, c.sheet("gate-sheet-out", line))
	return id
}

func TestALineThatNamesAnothersContainerDoesNotMoveIt(t *testing.T) {
	w := liars(t)
	victim := atGate(w)
	token := orderOf(w, victim.order).Lines[0].Control.Box
	mine := railBill(w, other)
	surrenderTo(w, "rail", mine)
	order := released(w, "rail", mine, other)
	receipt := authorisedAt(w, "rail", order, 1, other)
	lies(t, w, "line/"+order+"/1", func(r map[string]any) { r["box"] = token }, railOrg, portOrg)
	sheet := map[string][]byte{"content": []byte(other.sheet("gate-sheet-out", 1)), "salt": []byte(world.Salt())}
	require.Equal(t, fault.NotFound, codeOf(direct(w, "rail", "interchange", "record", text(fields{"id": receipt}), sheet, everybody...)))
	require.Equal(t, fault.NotFound, codeOf(direct(w, "rail", "interchange", "cancel", text(fields{"id": receipt, "reason": "OTHER"}), nil, everybody...)))
	w.Must("terminal", "interchange", "record", fields{"id": victim.receipt}, world.Sheet("gate-sheet-out", 1))
}

// A container's token stands in public lines. Another carrier cannot put it on an order of its own.
func TestAnothersTokenIsNotTakenOver(t *testing.T) {
	w := liars(t)
	victim := atGate(w)
	w.Must("terminal", "interchange", "record", fields{"id": victim.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Returned(victim.order, 1, victim.receipt) // free again
	token := orderOf(w, victim.order).Lines[0].Control.Box
	mine := railBill(w, own) // the same containers, at the liars' carrier
	surrenderTo(w, "rail", mine)
	tokens := text(map[string]string{own.first: token, own.second: token})
	transient := map[string][]byte{"content": []byte(own.of("release")), "salt": []byte(world.Salt()), "tokens": []byte(tokens)}
	request := text(fields{"basis": fields{"type": "EBL_SURRENDER", "bill": mine}, "terminal": w.Party["terminal"]})
	// The liars' own peers would sign any token; the honest ones refuse the box.
	require.Equal(t, fault.ContentMismatch, codeOf(direct(w, "buyer", "release", "request", request, transient, carrierOrg, terminalOrg, portOrg)))
}

func TestAReceiptThatItsFacilityAndTruckerMadeUpOpensNoGate(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("line", "interchange", "cancel", fields{"id": g.receipt, "reason": "WRONG_PARTY"}, "")
	lies(t, w, "interchange/"+g.receipt, func(r map[string]any) { r["state"] = interchange.Authorised }, terminalOrg, portOrg)
	f := w.Refused(fault.CycleBroken, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, "X-05", f.Rule)
	require.Equal(t, "DELEGATED", w.State("release", g.order))
}

func TestAnOrderThatNamesAnothersBillIsNoRelease(t *testing.T) {
	w := liars(t)
	victim := w.SurrenderedBill()
	mine := railBill(w, other)
	surrenderTo(w, "rail", mine)
	order := released(w, "rail", mine, other)
	receipt := authorisedAt(w, "rail", order, 1, other)
	lies(t, w, "release/"+order, func(r map[string]any) { r["basis"] = fields{"type": "EBL_SURRENDER", "bill": victim} }, railOrg)
	sheet := map[string][]byte{"content": []byte(other.sheet("gate-sheet-out", 1)), "salt": []byte(world.Salt())}
	require.Equal(t, fault.NoBasis, codeOf(direct(w, "rail", "interchange", "record", text(fields{"id": receipt}), sheet, everybody...)))
	require.Empty(t, read[billView](w, "line", "bill", victim).Delivery.Out)
}

// A delivery lists the guarantees that its bill's surrender ends. A liar's list does not touch another's guarantee.
func TestASurrenderDoesNotTouchAnothersGuarantee(t *testing.T) {
	w := liars(t)
	victim := w.IssuedBill()
	letter := w.ActiveGuarantee(victim)
	mine := railBill(w, other)
	lies(t, w, "delivery/"+mine, func(r map[string]any) { r["guarantees"], r["deliveredUnderLoi"] = []string{letter}, true }, railOrg)
	w.Must("buyer", "bill", "surrender", fields{"id": mine}, "")
	require.Equal(t, fault.NotCovered, codeOf(direct(w, "rail", "bill", "accept-surrender", text(fields{"id": mine}), nil, everybody...)))
	require.False(t, guaranteeOf(w, letter).Misdelivery)
}

// Whoever can tie a guarantee to a bill endorses the bill's surrender. So only the bill's own carrier ties one.
func TestAStrangersGuaranteeDoesNotHoldUpASurrender(t *testing.T) {
	w := liars(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	w.Register("mallory", railOrg, false, "FORWARDER")
	kind := func(kind string) string {
		return world.With(world.With(world.With(world.Fixture("guarantee-aa"), "type", kind), "igForm", nil), "guarantorBank", nil)
	}
	draft := func(kind, to string) fields {
		return fields{"kind": kind, "beneficiary": w.Party[to], "deliverTo": w.Party["mallory"], "bills": []string{id}}
	}
	f := w.Refused(fault.RecipientNotAllowed, "mallory", "guarantee", "draft", draft("OVERWEIGHT", "line2"), kind("OVERWEIGHT"))
	require.Equal(t, "/beneficiary", f.At)
	port := w.Must("mallory", "guarantee", "draft", draft("PORT_CREDIT", "terminal"), kind("PORT_CREDIT")).ID
	w.Must("mallory", "guarantee", "submit", fields{"id": port}, "")
	w.Must("terminal", "guarantee", "accept", fields{"id": port}, "")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	_, plan, err := w.Rehearse("line", "bill", "accept-surrender", fields{"id": id}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{carrierOrg, portOrg}, plan.Endorsers)
	surrendered := w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	require.Equal(t, "SURRENDERED_FOR_DELIVERY", string(surrendered.State))
	require.Equal(t, guarantee.Active, guaranteeOf(w, port).State, "what a port company took does not end with the bill")
}

// A carrier and a holder cannot hand a bank other content than the shipper approved: it must open the public commitment.
func TestTheContentHandedOverIsTheContentCommittedTo(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	sealed := w.Net.PrivateData(carrierOrg, "content/"+id)
	require.NotEmpty(t, sealed)
	altered := []byte(replaceOnce(t, string(sealed), "27480", "99999"))
	for _, org := range []string{carrierOrg, portOrg} {
		lie := world.Lie(putPrivate(org, "content/"+id, altered))
		require.Equal(t, memfabric.Valid, w.Forge("line", lie, org))
	}
	w.Refused(fault.ContentMismatch, "shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	err := direct(w, "shipper", "bill", "transfer", text(fields{"id": id, "to": w.Party["bank"]}),
		map[string][]byte{"content/" + id: altered}, bankOrg, carrierOrg, portOrg)
	require.Equal(t, fault.ContentMismatch, codeOf(err))
	require.Empty(t, w.Net.PrivateData(bankOrg, "content/"+id))
}
