package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// house is the same cargo under a number of the forwarder.
var house = cargo{"FWD26HOUSE0001", own.first, own.second}

// houseRequest is the public part of a house bill on the buyer.
func houseRequest(w *world.World, master string) fields {
	return fields{"shipper": w.Party["shipper"], "endorsee": w.Party["buyer"], "master": master}
}

// masterHeld is an issued bill that the forwarder holds.
func masterHeld(w *world.World) string {
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "forwarder")
	return id
}

// houseIssued is a house bill under it, in the buyer's hands.
func houseIssued(w *world.World, master string) string {
	w.TB.Helper()
	return houseOf(w, master, house.of("bill-order"))
}

func houseOf(w *world.World, master, content string) string {
	w.TB.Helper()
	id := w.Must("forwarder", "bill", "draft", houseRequest(w, master), content).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("forwarder", "bill", "issue", fields{"id": id}, "")
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	return id
}

func houseSurrendered(w *world.World, master string) string {
	w.TB.Helper()
	return houseGivenBack(w, houseIssued(w, master))
}

func houseGivenBack(w *world.World, id string) string {
	w.TB.Helper()
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("forwarder", "bill", "accept-surrender", fields{"id": id}, "")
	return id
}

func houseRelease(w *world.World, id string) fields {
	return fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}
}

// the goods of a house bill go out once the master was released to the forwarder, and count on both.
func TestAHouseReleaseNeedsTheMasterFirst(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseSurrendered(w, master)
	f := w.Refused(fault.NoBasis, "buyer", "release", "request", houseRelease(w, id), house.of("release"))
	require.Equal(t, "X-18", f.Rule)
	w.Must("forwarder", "bill", "surrender", fields{"id": master}, "")
	w.Refused(fault.NoBasis, "buyer", "release", "request", houseRelease(w, id), house.of("release"))
	w.Must("line", "bill", "accept-surrender", fields{"id": master}, "")
	w.Refused(fault.NotClaimant, "forwarder", "release", "request", houseRelease(w, id), house.of("release"))
	order := w.Must("buyer", "release", "request", houseRelease(w, id), house.of("release")).ID
	require.Equal(t, ref(w, "line"), orderOf(w, order).Control.Carrier, "the containers stay the carrier's")
	w.Refused(fault.ContainerBusy, "forwarder", "release", "request", houseRelease(w, master), own.of("release"))
	w.AcceptedRelease(order)
	for line := 1; line <= 2; line++ {
		w.Appointed(order, line)
		w.GatedOut(order, line)
	}
	require.Equal(t, "ACCOMPLISHED", w.State("bill", id))
	require.Equal(t, "ACCOMPLISHED", w.State("bill", master), "delivery counts on both")
}

// The master is passed on after the house bill was issued: its new holder's surrender releases nothing to the house.
func TestAMasterReleasedToSomebodyElseIsNone(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseSurrendered(w, master)
	w.PassOn(master, "forwarder", "bank")
	surrender(w, master, "bank")
	f := w.Refused(fault.NoBasis, "buyer", "release", "request", houseRelease(w, id), house.of("release"))
	require.Equal(t, "X-18", f.Rule)
}

// What the forwarder took out under the master itself does not go out again under the house bill.
func TestAContainerLeavesOnceUnderMasterAndHouse(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseSurrendered(w, master)
	surrender(w, master, "forwarder")
	order := w.Must("forwarder", "release", "request", houseRelease(w, master), own.of("release")).ID
	w.IssuedRelease(order)
	w.Must("forwarder", "release", "accept", fields{"id": order}, "")
	w.Must("forwarder", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	w.Must("trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	out := w.GatedOut(order, 1)
	w.Returned(order, 1, out)
	f := w.Refused(fault.ContainerOut, "buyer", "release", "request", houseRelease(w, id), oneLine(house.of("release"), 0))
	require.Equal(t, "X-04", f.Rule)
}

func TestWhoMayIssueAHouseBill(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	content := house.of("bill-order")
	at := func(code fault.Code, who, place string, request fields, content string) {
		t.Helper()
		require.Equal(t, place, w.Refused(code, who, "bill", "draft", request, content).At)
	}
	request := houseRequest(w, master)
	at(fault.Invalid, "forwarder", "/master", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["buyer"]}, content)
	at(fault.Invalid, "line", "/master", request, content)
	at(fault.WrongRole, "buyer", "", request, content)
	at(fault.NotFound, "forwarder", "/master", houseRequest(w, "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa"), content)
	at(fault.NotCovered, "forwarder", "/content/utilizedTransportEquipments", request, other.of("bill-order"))
	elsewhere := other.issued(w)
	at(fault.WrongParty, "forwarder", "/master", houseRequest(w, elsewhere), other.of("bill-order"))
	id := houseIssued(w, master)
	at(fault.WrongParty, "forwarder", "/master", houseRequest(w, elsewhere), content)
	w.Must("buyer", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	// A house bill is nobody's master, and no letter of indemnity is given for it: the carrier has the goods.
	w.Refused(fault.KindForbids, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	w.PassOn(master, "forwarder", "bank")
	drafted := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["buyer"], "master": master}
	at(fault.WrongParty, "forwarder", "/master", drafted, content)
}

// The master moved on between the draft of the house bill and its issue.
func TestAHouseBillIsNotIssuedWithoutItsMaster(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := w.Must("forwarder", "bill", "draft", houseRequest(w, master), house.of("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.PassOn(master, "forwarder", "bank")
	f := w.Refused(fault.WrongParty, "forwarder", "bill", "issue", fields{"id": id}, "")
	require.Equal(t, "X-18", f.Rule)
	w.Must("forwarder", "bill", "void", fields{"id": id, "reason": "DATA_ERROR"}, "")
}

func TestHousePartiesNeverActOnTheMaster(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseIssued(w, master)
	for _, act := range []string{"surrender", "transfer", "blank-endorse"} {
		request := fields{"id": master}
		if act == "transfer" {
			request["to"] = w.Party["bank"]
		}
		w.Refused(fault.WrongParty, "buyer", "bill", act, request, "")
	}
	require.Empty(t, read[billView](w, "buyer", "bill", master).Content)
	// The carrier endorses what it will release its containers on, reads none of it and keeps none of it.
	require.Empty(t, read[billView](w, "line", "bill", id).Content)
	require.Nil(t, w.Net.PrivateData(carrierOrg, "content/"+id))
	lie := w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["state"], r["claimant"] = bill.Surrendered, ref(w, "forwarder") })
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("forwarder", lie, portOrg, terminalOrg), "nor does it move behind the carrier's back")
}

// The carrier's sea waybill to the forwarder: nobody surrenders it, and the house release claims it.
func TestAHouseBillUnderASeaWaybill(t *testing.T) {
	w := world.New(t)
	master := w.IssueBill("bill-seawaybill", fields{"consignee": w.Party["forwarder"]}, "")
	id := w.Must("forwarder", "bill", "draft", fields{"shipper": w.Party["shipper"], "consignee": w.Party["buyer"], "master": master},
		world.With(house.of("bill-seawaybill"), "transportDocumentReference", house.number)).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("forwarder", "bill", "issue", fields{"id": id}, "")
	// The waybills' one container.
	w.Must("buyer", "release", "request", fields{"basis": fields{"type": "SEA_WAYBILL", "bill": id}, "terminal": w.Party["terminal"]},
		oneLine(cargo{house.number, "TRHU6875483", own.second}.of("release"), 0))
	require.Equal(t, ref(w, "buyer"), billOf(w, id).Claimant)
	require.Equal(t, ref(w, "forwarder"), billOf(w, master).Claimant)
}

// A house bill is corrected as any other; its containers are still the master's.
func TestAHouseBillIsReissuedUnderItsMaster(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseIssued(w, master)
	w.Must("buyer", "bill", "surrender-for-amendment", fields{"id": id, "reason": "AMD"}, "")
	w.Must("forwarder", "bill", "accept-surrender", fields{"id": id}, "")
	w.Must("forwarder", "bill", "reissue", fields{"id": id}, `{"bills":[`+house.of("bill-order")+`]}`)
	b := billOf(w, billOf(w, id).ReplacedBy[0])
	require.Equal(t, master, b.Master)
	require.Equal(t, ref(w, "line"), b.Carrier)
	w.Must("buyer", "bill", "surrender", fields{"id": b.ID}, "")
}

// The order rests on both surrenders: the one that is annulled takes it along.
func TestAnnullingTheMastersSurrenderEndsTheHouseOrder(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseSurrendered(w, master)
	w.Must("forwarder", "bill", "surrender", fields{"id": master}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": master}, "")
	order := w.Must("buyer", "release", "request", houseRelease(w, id), house.of("release")).ID
	w.Must("line", "bill", "annul-surrender", fields{"id": master, "reason": "COURT_ORDER"}, "")
	require.Equal(t, release.Revoked, orderOf(w, order).Control.State)
	require.Equal(t, ref(w, "forwarder"), billOf(w, master).Holder)
}
