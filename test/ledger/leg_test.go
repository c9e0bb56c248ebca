package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// legView is a leg as its reader gets it.
type legView struct {
	Control leg.Leg                    `json:"control"`
	Content json.RawMessage            `json:"content"`
	Pieces  map[string]json.RawMessage `json:"pieces"`
	Acts    []lifecycle.Act            `json:"acts"`
}

func legOf(w *world.World, who, bill string, n int) legView {
	return read[legView](w, who, "leg", world.Leg(bill, n))
}

func onLeg(bill string, n int) fields { return fields{"id": world.Leg(bill, n)} }

func because(bill string, n int, reason string) fields {
	return fields{"id": world.Leg(bill, n), "reason": reason}
}

// billPieces are the pieces beside a bill's document as a reader gets them.
func billPieces(w *world.World, who, id string) map[string]json.RawMessage {
	return read[struct {
		Pieces map[string]json.RawMessage `json:"pieces"`
	}](w, who, "bill", id).Pieces
}

func TestAMultimodalBillIsDraftedWithItsLegs(t *testing.T) {
	w := world.New(t)
	request := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"], "billSubtype": "MULTIMODAL"}
	id := w.Must("line", "bill", "draft", request, world.Fixture("bill-multimodal")).ID
	w.Refused(fault.LegsMissing, "shipper", "bill", "approve", fields{"id": id}, "")
	plan := fields{"id": id}
	at := func(place, from, to string) {
		t.Helper()
		require.Equal(t, place, w.Refused(fault.Invalid, "line", "bill", "plan-legs", plan, replaceAll(t, world.Fixture("legs"), from, to)).At)
	}
	at("/content/legs/0/fromLocation", "BRCPQ", "BRCWB") // not the bill's place of receipt
	at("/content/legs", "CNCKG", "CNCTU")                // nor its place of delivery
	at("/content/legs/1/fromLocation", `"toLocation": {
        "UNLocationCode": "BRSSZ"`, `"toLocation": {
        "UNLocationCode": "BRRIO"`)
	at("/content/legs/2/plannedDeparture", "2026-11-22T20:00:00+08:00", "2026-11-19T20:00:00+08:00")
	at("/content/legs/1/legSequence", `"legSequence": 2`, `"legSequence": 3`)
	w.Must("line", "bill", "plan-legs", plan, world.Fixture("legs"))
	require.JSONEq(t, world.Fixture("legs"), string(billPieces(w, "shipper", id)["legs"]))

	// A corrected document may go elsewhere, so its legs are planned anew.
	request["id"] = id
	w.Must("line", "bill", "update-draft", request, world.Fixture("bill-multimodal"))
	require.Nil(t, billPieces(w, "shipper", id)["legs"])
	w.Refused(fault.LegsMissing, "shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "plan-legs", plan, world.Fixture("legs"))
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	for n := 1; n <= 3; n++ {
		l := legOf(w, "bank", id, n).Control
		require.Equal(t, leg.Planned, l.State)
		require.Equal(t, []any{id, n, 3}, []any{l.Bill, l.Sequence, l.Of})
	}
	ocean := other.issued(w)
	require.Equal(t, bill.Ocean, billOf(w, ocean).Subtype)
	w.Refused(fault.NotFound, "line", "leg", "commission", fields{"id": world.Leg(ocean, 1), "performer": w.Party["rail"]}, "")
}

func replaceAll(t *testing.T, s, old, new string) string {
	t.Helper()
	require.Contains(t, s, old)
	return strings.ReplaceAll(s, old, new)
}

func TestTheGoodsGoFromLegToLeg(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Refused(fault.WrongState, "trucker", "leg", "take-over", onLeg(id, 1), "")
	f := w.Refused(fault.RecipientNotAllowed, "line", "leg", "commission", fields{"id": world.Leg(id, 3), "performer": w.Party["trucker"]}, "")
	require.Equal(t, "/performer", f.At)
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 1), "performer": w.Party["trucker2"]}, "")
	w.Must("trucker2", "leg", "decline", because(id, 1, "NO_CAPACITY"), "")
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 1), "performer": w.Party["trucker"]}, "")
	w.Must("trucker", "leg", "take-over", onLeg(id, 1), "")
	w.Must("trucker", "leg", "depart", onLeg(id, 1), w.Event())
	w.Refused(fault.NextLegNotReady, "trucker", "leg", "hand-over", onLeg(id, 1), w.Now("leg-handover"))
	require.Equal(t, fault.NextLegNotReady, possible(w, "trucker", "leg", world.Leg(id, 1), leg.HandOver, 0).Fault.Code)
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 2), "performer": w.Party["line"]}, "")
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 3), "performer": w.Party["rail"]}, "")
	require.Equal(t, leg.Commissioned, legOf(w, "rail", id, 3).Control.State)
	w.Refused(fault.LegOutOfOrder, "rail", "leg", "take-over", onLeg(id, 3), "")
	w.Refused(fault.LegOutOfOrder, "line", "leg", "take-over", onLeg(id, 2), "")
	w.Refused(fault.LegOutOfOrder, "trucker", "leg", "deliver", onLeg(id, 1), w.Event())

	w.Must("trucker", "leg", "hand-over", onLeg(id, 1), w.Now("leg-handover"))
	w.Must("line", "leg", "refuse-hand-over", because(id, 1, "NOT_AS_DESCRIBED"), "")
	w.Must("trucker", "leg", "hand-over", onLeg(id, 1), w.Now("leg-handover"))
	w.Must("trucker", "leg", "withdraw-hand-over", onLeg(id, 1), "")
	w.HandedOver(id, 1, w.Now("leg-handover"))
	require.Equal(t, leg.Received, legOf(w, "line", id, 2).Control.State, "the next leg starts with the signature")
	w.Refused(fault.WrongState, "trucker", "leg", "hand-over", onLeg(id, 1), w.Now("leg-handover"))
	w.Departed(id, 2)
	w.HandedOver(id, 2, w.Now("leg-handover"))
	w.Departed(id, 3)
	w.Refused(fault.LegOutOfOrder, "rail", "leg", "hand-over", onLeg(id, 3), w.Now("leg-handover"))
	w.Must("rail", "leg", "deliver", onLeg(id, 3), w.Event())
	require.Equal(t, leg.Delivered, legOf(w, "bank", id, 3).Control.State)
	signed := legOf(w, "bank", id, 1).Control.Handover
	require.NotEqual(t, signed.Given.Person, signed.Taken.Person)
	require.Empty(t, billOf(w, id).Holds)
}

// Another carrier is commissioned while the goods are offered: the one who was asked has nothing to sign any more.
func TestACarrierThatIsReplacedCannotTakeTheGoods(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Departed(id, 1)
	w.Must("trucker", "leg", "hand-over", onLeg(id, 1), w.Now("leg-handover"))
	w.Must("line", "leg", "withdraw-commission", because(id, 2, "NO_CAPACITY"), "")
	accept := fields{"id": world.Leg(id, 1), "commitment": w.HandoverOf(world.Leg(id, 1))}
	w.Refused(fault.NextLegNotReady, "line", "leg", "accept-hand-over", accept, "")
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 2), "performer": w.Party["line2"]}, "")
	w.Refused(fault.NextLegNotReady, "line", "leg", "accept-hand-over", accept, "")
	w.Refused(fault.WrongParty, "line2", "leg", "accept-hand-over", accept, "")
	w.Must("trucker", "leg", "withdraw-hand-over", onLeg(id, 1), "")
	w.Must("trucker", "leg", "hand-over", onLeg(id, 1), w.Now("leg-handover"))
	w.Must("line2", "leg", "accept-hand-over", fields{"id": world.Leg(id, 1), "commitment": w.HandoverOf(world.Leg(id, 1))}, "")
}

func TestAHandOverIsSignedOverOneContent(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Departed(id, 1)
	first := world.Leg(id, 1)
	at := func(place, content string) {
		t.Helper()
		require.Equal(t, place, w.Refused(fault.Invalid, "trucker", "leg", "hand-over", fields{"id": first}, content).At)
	}
	at("/content/remarks", world.With(w.Now("leg-handover"), "sealsIntact", false))
	at("/content/seals/0/condition", replaceOnce(t, w.Now("leg-handover"), `"condition":"RIGHT"`, `"condition":"BROKEN"`))
	at("/content/dateTime", world.With(w.Now("leg-handover"), "dateTime", w.Net.Now().Add(time.Hour).Format(time.RFC3339)))
	at("/content/dateTime", world.With(w.Now("leg-handover"), "dateTime", w.Net.Now().Add(-time.Hour).Format(time.RFC3339)))
	w.Must("trucker", "leg", "hand-over", fields{"id": first}, w.Now("leg-handover"))
	require.NotEmpty(t, legOf(w, "line", id, 1).Pieces["handover"], "who signs has read it")
	f := w.Refused(fault.HashMismatch, "line", "leg", "accept-hand-over", fields{"id": first, "commitment": strings.Repeat("0", 64)}, "")
	require.Equal(t, "/commitment", f.At)
	w.Refused(fault.WrongParty, "rail", "leg", "accept-hand-over", fields{"id": first, "commitment": w.HandoverOf(first)}, "")
	w.Refused(fault.Invalid, "line", "leg", "refuse-hand-over", because(id, 1, "WHIM"), "")
}

// A leg goes on from where the one before ended: nobody has left with goods that were not handed over yet.
func TestALegBeginsAfterItsHandOver(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Departed(id, 1)
	w.Net.Advance(time.Hour)
	w.HandedOver(id, 1, w.Now("leg-handover"))
	early := world.With(world.Fixture("leg-event"), "dateTime", w.Net.Now().Add(-time.Second).UTC().Format(time.RFC3339))
	require.Equal(t, "/content/dateTime", w.Refused(fault.Invalid, "line", "leg", "depart", onLeg(id, 2), early).At)
	w.Must("line", "leg", "depart", onLeg(id, 2), w.Event())
}

// a seal that was broken on the way stays as evidence, and stops nothing.
func TestABrokenSealBetweenCarriersIsEvidence(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Departed(id, 1)
	broken := world.With(world.With(w.Now("leg-handover"), "sealsIntact", false), "remarks", "Seal OE778123 cut at the toll station")
	w.Must("trucker", "leg", "hand-over", onLeg(id, 1), world.With(broken, "seals", nil))
	w.Must("line", "leg", "refuse-hand-over", because(id, 1, "SEAL_BROKEN"), "")
	require.Empty(t, deliveryOf(w, id).Evidence, "what nobody took is no evidence yet")
	w.HandedOver(id, 1, world.With(broken, "seals", nil))
	require.Equal(t, []string{world.Leg(id, 1)}, deliveryOf(w, id).Evidence)
	w.Departed(id, 2)
	w.HandedOver(id, 2, w.Now("leg-handover"))
	require.Equal(t, []string{world.Leg(id, 1)}, deliveryOf(w, id).Evidence)
}

func deliveryOf(w *world.World, id string) (d struct {
	Evidence []string `json:"evidence"`
}) {
	return read[struct {
		Delivery struct {
			Evidence []string `json:"evidence"`
		} `json:"delivery"`
	}](w, "line", "bill", id).Delivery
}

// Neither the giving nor the receiving carrier can be written into a hand-over by the others.
func TestNobodyForgesAHandOver(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	for n := 1; n <= 2; n++ {
		w.Departed(id, n)
		if n == 1 {
			w.HandedOver(id, n, w.Now("leg-handover"))
		}
	}
	w.Must("line", "leg", "hand-over", onLeg(id, 2), w.Now("leg-handover"))
	forge := func(n int, state lifecycle.State, orgs ...string) memfabric.Code {
		return w.Forge("line", w.Rewrite("leg/"+world.Leg(id, n), nil, func(r map[string]any) { r["state"] = state }), orgs...)
	}
	require.Equal(t, memfabric.EndorsementPolicyFailure, forge(2, leg.HandedOver, carrierOrg, portOrg, bankOrg), "without the receiving carrier")
	require.Equal(t, memfabric.EndorsementPolicyFailure, forge(1, leg.InCarriage, carrierOrg, terminalOrg, bankOrg), "without the giving carrier")
	w.Must("rail", "leg", "accept-hand-over", fields{"id": world.Leg(id, 2), "commitment": w.HandoverOf(world.Leg(id, 2))}, "")
	require.Equal(t, memfabric.EndorsementPolicyFailure, forge(3, leg.Delivered, carrierOrg, portOrg, bankOrg), "nor is anything delivered behind its carrier's back")
}

func TestALegDocumentStandsForOneLegAndReleasesNothing(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.PassOn(id, "shipper", "bank")
	w.Commissioned(id)
	smgs := world.Fixture("leg-document")
	w.Refused(fault.NoLegDocument, "line", "leg", "register-document", onLeg(id, 2), smgs)
	require.Equal(t, "/content/type", w.Refused(fault.Invalid, "trucker", "leg", "register-document", onLeg(id, 1), smgs).At)
	w.Must("rail", "leg", "register-document", onLeg(id, 3), smgs)
	require.JSONEq(t, smgs, string(legOf(w, "rail", id, 3).Pieces["legDocument"]))
	require.JSONEq(t, smgs, string(legOf(w, "bank", id, 3).Pieces["legDocument"]), "the bill's holder has it")
	require.Nil(t, legOf(w, "trucker", id, 3).Pieces, "another leg's carrier has not")
	require.Nil(t, legOf(w, "buyer", id, 3).Pieces)
	w.PassOn(id, "bank", "buyer")
	require.JSONEq(t, smgs, string(legOf(w, "buyer", id, 3).Pieces["legDocument"]), "it goes along with the bill")
	require.JSONEq(t, world.Fixture("legs"), string(billPieces(w, "buyer", id)["legs"]), "and so do the legs")

	second := replaceAll(t, smgs, "0004711", "0004712")
	w.Must("rail", "leg", "register-document", onLeg(id, 3), second)
	require.JSONEq(t, second, string(legOf(w, "buyer", id, 3).Pieces["legDocument"]))
	w.PassOn(id, "buyer", "bank")
	require.JSONEq(t, second, string(legOf(w, "bank", id, 3).Pieces["legDocument"]), "the last one, whatever was shown before")

	surrender(w, id, "bank")
	basis := func(kind, id string) fields {
		return fields{"basis": fields{"type": kind, "bill": id}, "terminal": w.Party["terminal"]}
	}
	release := world.AtFinalPlace(world.Fixture("release"))
	for _, kind := range []string{"SMGS", "CIM", "AWB", "CMR", "LEG_DOCUMENT"} {
		require.Equal(t, "/basis/type", w.Refused(fault.Invalid, "bank", "release", "request", basis(kind, id), release).At)
	}
	w.Refused(fault.NotFound, "bank", "release", "request", basis("EBL_SURRENDER", world.Leg(id, 3)), release)
	w.Refused(fault.WrongRole, "rail", "release", "request", basis("EBL_SURRENDER", id), release)
}

// The same consignment note under two bills would be two financings of one wagon.
func TestALegDocumentIsTakenOnce(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Must("rail", "leg", "register-document", onLeg(id, 3), world.Fixture("leg-document"))
	w.Must("rail", "leg", "register-document", onLeg(id, 3), world.Fixture("leg-document"))
	request := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"], "billSubtype": "MULTIMODAL"}
	again := w.Must("line", "bill", "draft", request, cargo{"OEDL26XMN00077", other.first, other.second}.of("bill-multimodal")).ID
	w.Must("line", "bill", "plan-legs", fields{"id": again}, world.Fixture("legs"))
	w.Must("shipper", "bill", "approve", fields{"id": again}, "")
	w.Must("line", "bill", "issue", fields{"id": again}, "")
	w.Commissioned(again)
	f := w.Refused(fault.Duplicate, "rail", "leg", "register-document", onLeg(again, 3), world.Fixture("leg-document"))
	require.Equal(t, "/content/reference", f.At)
}

func TestX01OneReleaseAtTheFinalPlace(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.PassOn(id, "shipper", "buyer")
	surrender(w, id, "buyer")
	request := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}
	f := w.Refused(fault.NotAtFinalPlace, "buyer", "release", "request", request, world.Fixture("release"))
	require.Equal(t, []string{"X-01", "/content/pickupLocation"}, []string{f.Rule, f.At})
	order := w.Must("buyer", "release", "request", request, world.AtFinalPlace(world.Fixture("release"))).ID
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	issue := fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}
	f = w.Refused(fault.NotAtFinalPlace, "line", "release", "issue", issue, "")
	require.Equal(t, []string{"X-01", "not-delivered"}, []string{f.Rule, f.Args["why"]})
	require.Equal(t, fault.NotAtFinalPlace, possible(w, "line", "release", order, "issue", 0).Fault.Code)
	w.Arrived(id)
	issue["validTo"] = w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)
	w.Must("line", "release", "issue", issue, "")
	f = w.Refused(fault.NotAtFinalPlace, "line", "release", "amend", fields{"id": order},
		`{"pickupLocation":{"UNLocationCode":"CNXMN","facilityCodeListProvider":"SMDG","facilityCode":"XMT1"}}`)
	require.Equal(t, "/content/pickupLocation", f.At)
	w.Must("line", "release", "amend", fields{"id": order}, `{"additionalInformation":"Gate 4"}`)
}

// A house bill gives no way round its master's legs.
func TestX01AHouseBillUnderAMultimodalMaster(t *testing.T) {
	w := world.New(t)
	master := w.IssuedRoute()
	w.PassOn(master, "shipper", "forwarder")
	var road struct {
		Transports map[string]any `json:"transports"`
	}
	require.NoError(t, json.Unmarshal([]byte(world.Fixture("bill-multimodal")), &road))
	id := houseGivenBack(w, houseOf(w, master, world.With(house.of("bill-order"), "transports", road.Transports)))
	require.Equal(t, bill.HouseBill, billOf(w, id).Subtype)
	surrender(w, master, "forwarder")
	f := w.Refused(fault.NotAtFinalPlace, "buyer", "release", "request", houseRelease(w, id), house.of("release"))
	require.Equal(t, "X-01", f.Rule)
	order := w.Must("buyer", "release", "request", houseRelease(w, id), world.AtFinalPlace(house.of("release"))).ID
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, house.of("notice"))
	w.Refused(fault.NotAtFinalPlace, "line", "release", "issue", fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}, "")
}

func TestTheThroughChargeIsBetweenIssuerAndPayer(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.PassOn(id, "shipper", "bank")
	require.NotEmpty(t, billPieces(w, "shipper", id)["throughCharge"])
	require.NotEmpty(t, billPieces(w, "line", id)["throughCharge"])
	require.Nil(t, billPieces(w, "bank", id)["throughCharge"], "the holder does not see it")
	require.Nil(t, w.Net.PrivateData(bankOrg, "through-charge/"+id))
	w.Commissioned(id)
	share := func(n int, amount string) fields { return fields{"id": world.Leg(id, n)} }
	of := func(amount string) string { return world.With(world.Fixture("leg-share"), "amount", amount) }
	w.Refused(fault.WrongParty, "rail", "leg", "apportion", share(3, ""), of("1"))
	w.Must("line", "leg", "apportion", share(1, ""), of("1200.00"))
	w.Must("line", "leg", "apportion", share(3, ""), of("2000.50"))
	require.NotEmpty(t, legOf(w, "rail", id, 3).Pieces["share"])
	require.Nil(t, legOf(w, "rail", id, 1).Pieces, "a carrier knows its own share only")
	require.Nil(t, legOf(w, "shipper", id, 3).Pieces, "and who pays knows none")
	require.Equal(t, "/content/amount", w.Refused(fault.SharesMismatch, "line", "leg", "apportion", share(2, ""), of("9200.01")).At)
	w.Refused(fault.SharesMismatch, "line", "leg", "apportion", share(2, ""), of("9199.99"))
	require.Equal(t, "/content/currency", w.Refused(fault.Invalid, "line", "leg", "apportion", share(2, ""), world.With(of("9200.00"), "currency", "CNY")).At)
	w.Must("line", "leg", "apportion", share(2, ""), of("9200.00"))
}

func TestAMultimodalBillWithoutAThroughChargeHasNoShares(t *testing.T) {
	w := world.New(t)
	request := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"], "billSubtype": "MULTIMODAL"}
	id := w.Must("line", "bill", "draft", request, world.Fixture("bill-multimodal")).ID
	w.Must("line", "bill", "plan-legs", fields{"id": id}, world.Fixture("legs"))
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	w.Commissioned(id)
	w.Refused(fault.NotFound, "line", "leg", "apportion", onLeg(id, 1), world.Fixture("leg-share"))
}

// What is not supported is refused by its name.
func TestAMultimodalBillIsNotReplaced(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	for _, reason := range bill.AmendmentReasons {
		f := w.Refused(fault.KindForbids, "shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": reason}, "")
		require.Equal(t, "MULTIMODAL", f.Args["kind"])
	}
	draft := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"], "billSubtype": "MULTIMODAL"},
		other.of("bill-multimodal")).ID
	w.Must("line", "bill", "plan-legs", fields{"id": draft}, world.Fixture("legs"))
	w.Must("line", "bill", "void", fields{"id": draft, "reason": "DATA_ERROR"}, "")
	w.Refused(fault.NotFound, "line", "leg", "commission", fields{"id": world.Leg(draft, 1), "performer": w.Party["trucker"]}, "")
}

// Control of a multimodal bill is lost while the goods are on the road: legs, documents and evidence go over to the replacement.
func TestAReplacementKeepsItsLegs(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.PassOn(id, "shipper", "bank")
	w.Commissioned(id)
	w.Departed(id, 1)
	supportedAndDue(w, id)
	fresh := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	w.Must("line", "bill", "hand-over", fields{"id": fresh}, "")
	require.Equal(t, []string{id, string(bill.Multimodal)}, []string{billOf(w, fresh).Legs.Of, string(billOf(w, fresh).Subtype)})
	require.JSONEq(t, world.Fixture("legs"), string(billPieces(w, "buyer", fresh)["legs"]))
	w.HandedOver(id, 1, world.With(world.With(world.With(w.Now("leg-handover"), "sealsIntact", false), "remarks", "cut"), "seals", nil))
	require.Equal(t, []string{world.Leg(id, 1)}, deliveryOf(w, fresh).Evidence)
	w.Must("rail", "leg", "register-document", onLeg(id, 3), world.Fixture("leg-document"))
	require.NotEmpty(t, legOf(w, "buyer", id, 3).Pieces["legDocument"])
	w.Departed(id, 2)
	w.HandedOver(id, 2, w.Now("leg-handover"))
	surrender(w, fresh, "buyer")
	request := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": fresh}, "terminal": w.Party["terminal"]}
	w.Refused(fault.NotAtFinalPlace, "buyer", "release", "request", request, world.Fixture("release"))
	order := w.Must("buyer", "release", "request", request, world.AtFinalPlace(world.Fixture("release"))).ID
	w.Departed(id, 3)
	w.Must("rail", "leg", "deliver", onLeg(id, 3), w.Event())
	w.IssuedRelease(order)
}

// Each piece is with exactly those whom it is between, and nothing of it is public.
func TestNothingOfALegIsPublic(t *testing.T) {
	w := world.New(t, railOrg)
	id := w.IssuedRoute()
	w.PassOn(id, "shipper", "bank")
	w.Commissioned(id)
	w.Departed(id, 1)
	w.HandedOver(id, 1, world.With(w.Now("leg-handover"), "remarks", canary("handover")))
	w.Departed(id, 2)
	w.HandedOver(id, 2, w.Now("leg-handover"))
	w.Must("rail", "leg", "register-document", onLeg(id, 3), replaceAll(t, world.Fixture("leg-document"), "SMGS-26-0004711", canary("document")))
	w.Must("line", "leg", "apportion", onLeg(id, 3), world.With(world.Fixture("leg-share"), "basis", canary("share")))
	w.Departed(id, 3)
	seen := string(public(w))
	for _, secret := range []string{canary("handover"), canary("document"), canary("share"), "12400.50", "1200.00", "BRCPQ", "CNCKG", "CKGA", "2647W", "X8084", "XIAMEN RAIL"} {
		require.NotContains(t, seen, secret)
	}
	for name, c := range map[string]struct {
		piece string
		orgs  []string
	}{
		"the legs":           {"legs/" + id, []string{carrierOrg, portOrg, bankOrg}},
		"the plan of a leg":  {"content/" + world.Leg(id, 3), []string{carrierOrg, terminalOrg}},
		"a hand-over":        {"handover/" + world.Leg(id, 2), []string{carrierOrg, terminalOrg}},
		"a departure":        {"departure/" + world.Leg(id, 3), []string{carrierOrg, terminalOrg}},
		"a share":            {"share/" + world.Leg(id, 3), []string{carrierOrg, terminalOrg}},
		"the through charge": {"through-charge/" + id, []string{carrierOrg, portOrg}},
		"the document of a leg": {"legDocument/" + world.Leg(id, 3) + "/" + legOf(w, "line", id, 3).Control.Document.Commitment,
			[]string{carrierOrg, portOrg, bankOrg, terminalOrg}},
	} {
		var have []string
		for _, org := range everybody {
			if w.Net.PrivateData(org, c.piece) != nil {
				have = append(have, org)
			}
		}
		require.ElementsMatch(t, c.orgs, have, name)
	}
}

// routed adds the legs of a multimodal bill to the papers of a walk.
func (k *walk) routed(id string, c cargo) {
	for n := 1; n <= 3; n++ {
		k.papers = append(k.papers, paper{family: "leg", id: world.Leg(id, n), cargo: c, bill: id})
	}
}

// underWay starts a walk with goods somewhere on the legs of a multimodal bill.
func (k *walk) underWay() {
	id, at := k.w.IssuedRoute(), k.pick(5)
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	k.routed(id, own)
	if at == 4 {
		k.w.Arrived(id)
		return
	}
	k.w.Commissioned(id)
	for n := 1; n <= at; n++ {
		k.w.Departed(id, n)
		if n < 3 && k.pick(3) > 0 {
			k.w.HandedOver(id, n, k.w.Now("leg-handover"))
			continue
		}
		return
	}
}

func (k *walk) leg(p paper) leg.Leg { return read[legView](k.w, "line", "leg", p.id).Control }

// performer is a party that may perform the leg.
func (k *walk) performer(p paper) string {
	switch k.leg(p).Mode {
	case leg.Truck:
		return []string{"trucker", "trucker2"}[k.pick(2)]
	case leg.Rail:
		return "rail"
	}
	return []string{"line", "line2"}[k.pick(2)]
}

// handover is what the next carrier of a leg signs.
func (k *walk) handover(p paper) string {
	if h := k.leg(p).Handover; h != nil {
		return h.Commitment
	}
	return world.Salt()
}

// legContent makes the private content of an act about legs.
func (k *walk) legContent(kind string, p paper) string {
	switch kind {
	case "leg-event", "leg-handover":
		return k.w.Now(kind)
	case "leg-document":
		document := world.With(world.Fixture(kind), "reference", p.id)
		if p.family == "leg" && k.leg(p).Mode == leg.Truck {
			return world.With(document, "type", "CMR")
		}
		return document
	}
	return world.Fixture(kind)
}

// The goods are with one carrier at a time, and never ahead of themselves.
func (k *walk) checkLegs(p paper) {
	b := k.bill(p.id)
	if b.Legs == nil || b.State == bill.Drafted || b.State == bill.Approved || b.State == bill.Voided {
		return
	}
	with, gone := 0, true
	for n := 1; n <= b.Legs.Count; n++ {
		l := legOf(k.w, "line", b.Legs.Of, n).Control
		switch l.State {
		case leg.Received, leg.InCarriage, leg.HandingOver, leg.Delivered:
			require.True(k, gone, "leg %d has the goods, and the one before did not hand them over", n)
			with++
			gone = false
		case leg.HandedOver:
			require.True(k, gone && n < b.Legs.Count, "leg %d", n)
			require.NotNil(k, l.Handover.Taken)
		default:
			gone = false
		}
	}
	require.LessOrEqual(k, with, 1, "the goods are in one place")
}
