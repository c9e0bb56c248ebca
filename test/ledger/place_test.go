package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/test/world"
)

// ningbo is a facility at another port than the fixtures' bill names.
var ningbo = fields{"UNLocationCode": "CNNGB", "facilityCodeListProvider": "SMDG", "facilityCode": "NBT1"}

// letterB is an accepted letter of form B: the buyer asks for delivery at Ningbo.
func letterB(w *world.World, bill, deliverTo string) string {
	w.TB.Helper()
	content := world.With(world.With(world.Fixture("guarantee-aa"), "igForm", "B"), "guarantorBank", nil)
	content = world.With(content, "deliveryPlace", fields{"UNLocationCode": "CNNGB"})
	id := w.Must("buyer", "guarantee", "draft", fields{"kind": "B", "beneficiary": w.Party["line"], "deliverTo": w.Party[deliverTo],
		"bills": []string{bill}}, content).ID
	w.Must("buyer", "guarantee", "submit", letterOf(id), "")
	w.Must("line", "guarantee", "accept", letterOf(id), "")
	return id
}

// toBuyer passes an issued bill to the buyer, who surrenders it.
func toBuyer(w *world.World, bill string) {
	w.TB.Helper()
	w.PassOn(bill, "shipper", "buyer")
	surrender(w, bill, "buyer")
}

func onSurrender(w *world.World, bill string) fields {
	return fields{"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party["terminal"]}
}

// Domain facts 5.4: B and BB change the place of a surrendered delivery, so the surrender does not end them.
func TestALetterForAnotherPlaceMovesTheDelivery(t *testing.T) {
	w := world.New(t)
	bill := w.IssuedBill()
	letter := letterB(w, bill, "buyer")
	toBuyer(w, bill)
	require.Equal(t, guarantee.Active, guaranteeOf(w, letter).State, "what it answers for begins now")
	f := w.Refused(fault.PlaceMismatch, "buyer", "release", "request", onSurrender(w, bill), world.Fixture("release"))
	require.Equal(t, "X-02", f.Rule)
	require.Equal(t, "/content/pickupLocation/UNLocationCode", f.At)
	order := w.Must("buyer", "release", "request", onSurrender(w, bill), world.With(world.Fixture("release"), "pickupLocation", ningbo)).ID
	w.IssuedRelease(order)
	back := world.With(world.Fixture("amendment"), "pickupLocation", asFields(world.Fixture("release"))["pickupLocation"])
	w.Refused(fault.PlaceMismatch, "line", "release", "amend", fields{"id": order}, back)
	w.Must("line", "guarantee", "release", letterOf(letter), "")
	w.Must("line", "release", "amend", fields{"id": order}, back)
}

func TestGoodsStayWhereTheBillSaysWithoutALetter(t *testing.T) {
	w := world.New(t)
	bill := w.IssuedBill()
	letterB(w, bill, "forwarder") // another party's letter moves nothing for the buyer
	toBuyer(w, bill)
	elsewhere := world.With(world.Fixture("release"), "pickupLocation", ningbo)
	w.Refused(fault.PlaceMismatch, "buyer", "release", "request", onSurrender(w, bill), elsewhere)
	order := w.Must("buyer", "release", "request", onSurrender(w, bill), world.Fixture("release")).ID
	w.IssuedRelease(order)
	w.Refused(fault.PlaceMismatch, "line", "release", "amend", fields{"id": order}, world.With(world.Fixture("amendment"), "pickupLocation", ningbo))
}
