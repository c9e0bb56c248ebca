package ledger_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
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

// while house bills stand under it the master stays with its forwarder, as it is. It is surrendered for delivery and in no other
// way, by the forwarder or somebody it empowers.
func TestAMasterStaysWithItsForwarder(t *testing.T) {
	w := world.New(t)
	w.Must("forwarder", "exchange", "propose", sale(w, masterHeld(w)), world.Fixture("exchange-terms")) // of a bill under which none stands
	w = world.New(t)
	master := masterHeld(w)
	houseIssued(w, master)
	require.True(t, billOf(w, master).Housed)
	to := fields{"to": w.Party["bank"]}
	for act, request := range map[string]fields{"transfer": to, "endorse": to, "endorse-to-order": to, "blank-endorse": {},
		"endorse-jointly":         {"holders": []string{w.Party["buyer"], w.Party["bank"]}, "needs": 1},
		"propose-pledge":          {"bank": w.Party["bank"]},
		"surrender-for-amendment": {"reason": "SPLIT"}} {
		request = maps.Clone(request)
		request["id"] = master
		f := w.Refused(fault.HousesStand, "forwarder", "bill", act, request, "")
		require.Equal(t, "X-18", f.Rule, act)
		require.Equal(t, fault.HousesStand, possible(w, "forwarder", "bill", master, lifecycle.Act(act), 0).Fault.Code, act)
	}
	w.Refused(fault.HousesStand, "forwarder", "bill", "transfer", fields{"id": master, "to": w.Party["buyer"], "capacity": "POST_BOX"}, "")
	w.Refused(fault.HousesStand, "forwarder", "exchange", "propose", sale(w, master), world.Fixture("exchange-terms"))
	w.Must("forwarder", "bill", "surrender", fields{"id": master}, "")
	w.Must("forwarder", "bill", "withdraw-surrender", fields{"id": master}, "")
	w.Must("forwarder", "bill", "show-to-bank", fields{"id": master, "bank": w.Party["bank"]}, "")
	surrender(w, master, "forwarder")
}

// An offer, a pledge, a hold or a release that came first keeps house bills from the master.
func TestNoHouseBillStandsUnderAMasterThatIsNotFree(t *testing.T) {
	for name, c := range map[string]struct {
		bind func(w *world.World, master string)
		want fault.Code
	}{
		"offered": {func(w *world.World, master string) {
			w.Must("forwarder", "bill", "transfer", fields{"id": master, "to": w.Party["bank"]}, "")
		}, fault.OfferOpen},
		"pledged": {func(w *world.World, master string) {
			w.Must("forwarder", "bill", "propose-pledge", fields{"id": master, "bank": w.Party["bank"]}, "")
			w.Must("bank", "bill", "accept-pledge", fields{"id": master}, "")
		}, fault.Pledged},
		"frozen": {func(w *world.World, master string) {
			w.Must("customs", "bill", "place-hold", fields{"id": master, "ground": "CUSTOMS_ORDER"}, "")
		}, fault.OnHold},
		"claimed under the master": {func(w *world.World, master string) {
			surrender(w, master, "forwarder")
			w.Must("forwarder", "release", "request", houseRelease(w, master), oneLine(own.of("release"), 1))
		}, fault.ContainerBusy},
	} {
		w := world.New(t)
		master := masterHeld(w)
		early := w.Must("forwarder", "bill", "draft", houseRequest(w, master), house.of("bill-order")).ID
		w.Must("shipper", "bill", "approve", fields{"id": early}, "")
		c.bind(w, master)
		f := w.Refused(c.want, "forwarder", "bill", "issue", fields{"id": early}, "")
		require.Equal(t, []string{"X-18", ""}, []string{f.Rule, f.At}, name)
		require.Equal(t, c.want, possible(w, "forwarder", "bill", early, bill.Issue, 0).Fault.Code, name)
		if c.want != fault.ContainerBusy { // which a draft does not ask yet
			f = w.Refused(c.want, "forwarder", "bill", "draft", houseRequest(w, master), strings.ReplaceAll(house.of("bill-order"), "HOUSE0001", "HOUSE0002"))
			require.Equal(t, []string{"X-18", "/master"}, []string{f.Rule, f.At}, name)
		}
	}
}

// A pledge that was only proposed falls behind the house bill: the bank takes no security that was promised away.
func TestAProposedPledgeGivesWayToAHouseBill(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	w.Must("forwarder", "bill", "propose-pledge", fields{"id": master, "bank": w.Party["bank"]}, "")
	houseIssued(w, master)
	w.Refused(fault.HousesStand, "bank", "bill", "accept-pledge", fields{"id": master}, "")
	surrender(w, master, "forwarder")
	require.Nil(t, billOf(w, master).Pledge)
}

// Who possesses the master without the title could never surrender it.
func TestAMasterWithoutTitleBearsNoHouseBill(t *testing.T) {
	w := world.New(t)
	master := w.IssuedBill()
	w.Must("shipper", "bill", "transfer", fields{"id": master, "to": w.Party["forwarder"]}, "")
	w.Must("forwarder", "bill", "accept", fields{"id": master}, "")
	f := w.Refused(fault.NotTitleHolder, "forwarder", "bill", "draft", houseRequest(w, master), house.of("bill-order"))
	require.Equal(t, []string{"X-18", "/master"}, []string{f.Rule, f.At})
}

// the forwarder has the whole master, and gets nothing under it that a house bill promises.
func TestAForwarderTakesNothingThatItPromised(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := houseSurrendered(w, master)
	surrender(w, master, "forwarder")
	for _, content := range []string{own.of("release"), oneLine(own.of("release"), 0), oneLine(own.of("release"), 1)} {
		f := w.Refused(fault.ContainerHoused, "forwarder", "release", "request", houseRelease(w, master), content)
		require.Equal(t, []string{"X-18", "/content/lines"}, []string{f.Rule, f.At})
	}
	w.Must("buyer", "release", "request", houseRelease(w, id), house.of("release"))
}

// Nor does anybody under a letter of indemnity for the master, or its consignee under a sea waybill.
func TestNoOtherBasisTakesWhatAHouseBillPromises(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	houseIssued(w, master)
	letter := w.ActiveGuarantee(master)
	w.Refused(fault.ContainerHoused, "buyer", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": master, "guarantee": letter}, "terminal": w.Party["terminal"]}, own.of("release"))

	w = world.New(t)
	master = w.IssueBill("bill-seawaybill", fields{"consignee": w.Party["forwarder"]}, "")
	id := w.Must("forwarder", "bill", "draft", fields{"shipper": w.Party["shipper"], "consignee": w.Party["buyer"], "master": master},
		world.With(house.of("bill-seawaybill"), "transportDocumentReference", house.number)).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("forwarder", "bill", "issue", fields{"id": id}, "")
	w.Refused(fault.ContainerHoused, "forwarder", "release", "request", fields{"basis": fields{"type": "SEA_WAYBILL", "bill": master}, "terminal": w.Party["terminal"]},
		oneLine(cargo{"OEDL26XMN00060", "TRHU6875483", own.second}.of("release"), 0))
}

// A full container is promised once: a forwarder cannot sell it twice under two house bills.
func TestAFullContainerStandsOnOneHouseBill(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	second := cargo{"FWD26HOUSE0002", own.first, own.second}
	for _, content := range []string{second.of("bill-order"), lcl(second.of("bill-order"))} {
		id := w.Must("forwarder", "bill", "draft", houseRequest(w, master), content).ID
		w.Must("shipper", "bill", "approve", fields{"id": id}, "")
		if !billOf(w, master).Housed {
			houseIssued(w, master)
		}
		f := w.Refused(fault.ContainerHoused, "forwarder", "bill", "issue", fields{"id": id}, "")
		require.Equal(t, fault.ContainerHoused, possible(w, "forwarder", "bill", id, bill.Issue, 0).Fault.Code, "and it is told before")
		require.Equal(t, []string{"X-18", ""}, []string{f.Rule, f.At})
		w.Must("forwarder", "bill", "void", fields{"id": id, "reason": "DATA_ERROR"}, "")
	}
}

// lcl is a document whose goods are handed over as less than a container's load.
func lcl(document string) string {
	return world.With(document, "cargoMovementTypeAtDestination", "LCL")
}

// Consolidated cargo 拼箱: what several house bills list goes to the forwarder, who hands it out of the container; what one lists
// alone goes to its holder.
func TestConsolidatedCargoGoesToTheForwarder(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	one := houseGivenBack(w, houseOf(w, master, lcl(house.of("bill-order"))))
	two := houseGivenBack(w, houseOf(w, master, lcl(single(t, cargo{"FWD26HOUSE0002", own.first, own.second}.of("bill-order"), 0))))
	surrender(w, master, "forwarder")
	of := func(number string, n int) string {
		return oneLine(cargo{number, own.first, own.second}.of("release"), n)
	}
	for id, number := range map[string]string{one: house.number, two: "FWD26HOUSE0002"} {
		f := w.Refused(fault.ContainerHoused, "buyer", "release", "request", houseRelease(w, id), of(number, 0))
		require.Equal(t, []string{"X-18", "/content/lines"}, []string{f.Rule, f.At})
	}
	w.Must("forwarder", "release", "request", houseRelease(w, master), of(own.number, 0))
	w.Must("buyer", "release", "request", houseRelease(w, one), of(house.number, 1))
}

// single is a document of one of the two containers.
func single(t *testing.T, document string, n int) string {
	t.Helper()
	doc := asFields(document)
	kept := doc["utilizedTransportEquipments"].([]any)[n]
	number := kept.(map[string]any)["equipment"].(map[string]any)["equipmentReference"]
	for _, c := range doc["consignmentItems"].([]any) {
		item := c.(map[string]any)
		item["cargoItems"] = slices.DeleteFunc(item["cargoItems"].([]any), func(i any) bool { return i.(map[string]any)["equipmentReference"] != number })
	}
	require.NotEmpty(t, doc["consignmentItems"].([]any)[0].(map[string]any)["cargoItems"])
	return world.With(world.With(document, "utilizedTransportEquipments", []any{kept}), "consignmentItems", doc["consignmentItems"])
}

// A correction of a house bill neither takes its promise away nor makes one of goods in a shared container.
func TestACorrectedHouseBillPromisesAsBefore(t *testing.T) {
	for _, lclBefore := range []bool{false, true} {
		w := world.New(t)
		master := masterHeld(w)
		was, other := house.of("bill-order"), lcl(house.of("bill-order"))
		if lclBefore {
			was, other = other, was
		}
		id := houseOf(w, master, was)
		w.Must("buyer", "bill", "surrender-for-amendment", fields{"id": id, "reason": "AMD"}, "")
		w.Must("forwarder", "bill", "accept-surrender", fields{"id": id}, "")
		f := w.Refused(fault.Invalid, "forwarder", "bill", "reissue", fields{"id": id}, `{"bills":[`+other+`]}`)
		require.Equal(t, []string{"same-movement", "/content/bills/0/cargoMovementTypeAtDestination"}, []string{f.Args["check"], f.At})
		w.Must("forwarder", "bill", "reissue", fields{"id": id}, `{"bills":[`+was+`]}`)
		id = houseGivenBack(w, billOf(w, id).ReplacedBy[0])
		surrender(w, master, "forwarder")
		w.Must("buyer", "release", "request", houseRelease(w, id), house.of("release")) // the list of its first name is its own
	}
}

// What left under the master is promised no more.
func TestAHouseBillPromisesNothingThatLeft(t *testing.T) {
	w := world.New(t)
	master := masterHeld(w)
	id := w.Must("forwarder", "bill", "draft", houseRequest(w, master), house.of("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	surrender(w, master, "forwarder")
	order := w.Must("forwarder", "release", "request", houseRelease(w, master), oneLine(own.of("release"), 0)).ID
	w.IssuedRelease(order)
	w.Must("forwarder", "release", "accept", fields{"id": order}, "")
	w.Must("forwarder", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	w.Must("trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	out := w.GatedOut(order, 1)
	w.Returned(order, 1, out)
	f := w.Refused(fault.ContainerOut, "forwarder", "bill", "issue", fields{"id": id}, "")
	require.Equal(t, "X-18", f.Rule)
	w.Must("forwarder", "bill", "void", fields{"id": id, "reason": "DATA_ERROR"}, "")
}

// When the forwarder's organisation is lost with its master, whoever gets the replacement issues the house bills anew: they named the
// lost one, and its forwarder cannot take them back any more.
func TestARecoveredMasterBearsHouseBillsAnew(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("agent", railOrg, false, "FORWARDER")
	master := w.IssuedBill()
	w.PassOn(master, "shipper", "agent")
	old := w.Must("agent", "bill", "draft", houseRequest(w, master), house.of("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": old}, "")
	w.Must("agent", "bill", "issue", fields{"id": old}, "")
	w.Must("line", "bill", "open-recovery", fields{"id": master, "ground": "DEAD_ORGANISATION", "claimant": w.Party["forwarder"]}, world.Fixture("recovery-evidence"))
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": master}, "")
	}
	w.Net.Advance(recovery.Wait)
	anew := w.Must("line", "bill", "execute-recovery", fields{"id": master}, "").ID
	w.Must("line", "bill", "hand-over", fields{"id": anew}, "")
	require.False(t, billOf(w, anew).Housed)
	require.Equal(t, []string{old}, read[billView](w, "line", "bill", master).Delivery.Houses, "for everybody to see")
	id := houseSurrendered(w, anew)
	surrender(w, anew, "forwarder")
	w.Must("buyer", "release", "request", houseRelease(w, id), house.of("release"))
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
