package ledger_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// boxes are the containers of the bill of three, in order.
var boxes = []string{own.first, own.second, "OERU1000046"}

// partsView is what a reader sees of a bill's parts.
type partsView struct {
	Control bill.Bill       `json:"control"`
	Content json.RawMessage `json:"content"`
	Parts   []struct {
		Control bill.Part       `json:"control"`
		Content json.RawMessage `json:"content"`
	} `json:"parts"`
	Balance  []string                   `json:"balance"`
	Delivery rules.Delivery             `json:"delivery"`
	Pieces   map[string]json.RawMessage `json:"pieces"`
}

func partsOf(w *world.World, who, id string) partsView {
	w.TB.Helper()
	return read[partsView](w, who, "bill", id)
}

// threeHeld is an order bill of three containers in somebody's hands.
func threeHeld(w *world.World, who string) string {
	w.TB.Helper()
	id := w.IssueBill("bill-three", fields{"endorsee": w.Party["shipper"]}, "")
	if who != "shipper" {
		w.PassOn(id, "shipper", who)
	}
	return id
}

// some is the private content that names containers by their place.
func some(places ...int) string {
	var named []string
	for _, n := range places {
		named = append(named, boxes[n-1])
	}
	return text(fields{"containers": named})
}

// delivered surrenders a part that the line accepts, and answers its id.
func delivered(w *world.World, who, id string, places ...int) string {
	w.TB.Helper()
	w.Must(who, "bill", "surrender-part", fields{"id": id}, some(places...))
	w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	return billOf(w, id).LastPart()
}

// onPart is the public request of a release of a part; an empty part is the balance.
func onPart(w *world.World, id, part string) fields {
	basis := fields{"type": "EBL_SURRENDER", "bill": id}
	if part != "" {
		basis["part"] = part
	}
	return fields{"basis": basis, "terminal": w.Party["terminal"]}
}

// releaseOf is a release document for containers of the bill of three.
func releaseOf(places ...int) string {
	var doc map[string]any
	if err := unmarshal(world.Fixture("release"), &doc); err != nil {
		panic(err)
	}
	line := text(doc["lines"].([]any)[0])
	var lines []any
	for _, n := range places {
		var l map[string]any
		if err := unmarshal(strings.NewReplacer(boxes[0], boxes[n-1]).Replace(line), &l); err != nil {
			panic(err)
		}
		lines = append(lines, l)
	}
	doc["lines"] = lines
	return text(doc)
}

// atPartGate clears an order of one container and brings a truck of the party to the gate.
func atPartGate(w *world.World, who, order string, place int) string {
	w.TB.Helper()
	for _, payee := range []string{"line", "terminal"} {
		w.Must(payee, "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	}
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.With(world.Fixture("notice"), "containers", []string{boxes[place-1]}))
	w.Must("line", "release", "issue", fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}, "")
	w.Must(who, "release", "accept", fields{"id": order}, "")
	w.Must(who, "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "accept-delegation", fields{"id": order, "line": 1}, "")
	w.Must("trucker", "release", "request-appointment", fields{"id": order, "line": 1}, w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", fields{"id": order, "line": 1}, "")
	return w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, boxed("authority-out", place)).ID
}

func boxed(fixture string, place int) string {
	return strings.ReplaceAll(world.Fixture(fixture), boxes[0], boxes[place-1])
}

// collected takes one container out on an order of its own, and answers the order.
func collected(w *world.World, who, id, part string, place int) string {
	w.TB.Helper()
	order := w.Must(who, "release", "request", onPart(w, id, part), releaseOf(place)).ID
	receipt := atPartGate(w, who, order, place)
	w.Must("terminal", "interchange", "record", fields{"id": receipt}, boxed("gate-sheet-out", place))
	return order
}

// Rule X-02: one container goes first, the balance goes to another buyer, who surrenders the rest.
func TestABillIsDeliveredInParts(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	open := billOf(w, id)
	require.Equal(t, []any{bill.Issued, ref(w, "buyer"), 1, 3}, []any{open.State, open.Holder, open.OpenPart().Containers, open.Balance()})
	require.JSONEq(t, some(2), string(partsOf(w, "line", id).Pieces["part"]), "the issuer sees what it is asked for")
	require.Nil(t, partsOf(w, "terminal", id).Pieces["part"])
	w.Refused(fault.PartOpen, "buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "")
	w.Refused(fault.PartOpen, "buyer", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.NoBasis, "buyer", "release", "request", onPart(w, id, ""), releaseOf(2))
	w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	part := billOf(w, id).LastPart()

	w.PassOn(id, "buyer", "forwarder")
	seen := partsOf(w, "forwarder", id)
	require.Equal(t, []string{boxes[0], boxes[2]}, seen.Balance, "the new holder sees what is left")
	require.Equal(t, []any{1, 2}, []any{seen.Control.Delivered(), seen.Control.Balance()})
	require.Empty(t, seen.Parts[0].Content, "who took the part is not asked for by name alone")
	require.JSONEq(t, some(2), string(partsOf(w, "buyer", id).Parts[0].Content), "the claimant still sees its part")

	for _, wrong := range map[string]struct {
		who   string
		basis fields
		lines string
		code  fault.Code
	}{
		"another container":            {"buyer", onPart(w, id, part), releaseOf(1), fault.NotCovered},
		"one of the balance beside":    {"buyer", onPart(w, id, part), releaseOf(2, 3), fault.NotCovered},
		"another party":                {"forwarder", onPart(w, id, part), releaseOf(2), fault.NotClaimant},
		"no such part":                 {"buyer", onPart(w, id, "pt-none"), releaseOf(2), fault.NotFound},
		"the balance, not surrendered": {"forwarder", onPart(w, id, ""), releaseOf(1), fault.NoBasis},
	} {
		w.Refused(wrong.code, wrong.who, "release", "request", wrong.basis, wrong.lines)
	}
	asGuarantee := onPart(w, id, part)
	asGuarantee["basis"].(fields)["type"] = "SEA_WAYBILL"
	require.Equal(t, "/basis/part", w.Refused(fault.Invalid, "buyer", "release", "request", asGuarantee, releaseOf(2)).At)

	collected(w, "buyer", id, part, 2)
	require.Equal(t, bill.Issued, billOf(w, id).State)
	surrender(w, id, "forwarder")
	f := w.Refused(fault.NotCovered, "forwarder", "release", "request", onPart(w, id, ""), releaseOf(1, 2))
	require.Equal(t, []string{"X-02", "/content/lines"}, []string{f.Rule, f.At})
	w.Refused(fault.NotClaimant, "buyer", "release", "request", onPart(w, id, ""), releaseOf(1))
	collected(w, "forwarder", id, "", 1)
	require.Equal(t, bill.Surrendered, billOf(w, id).State)
	collected(w, "forwarder", id, "", 3)
	require.Equal(t, bill.Accomplished, billOf(w, id).State)
}

// Rule X-17: the balance is surrendered and gone before the part, and the last container of all ends the bill.
func TestTheLastContainerOfAllEndsTheBill(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	part := delivered(w, "buyer", id, 1, 2)
	w.Refused(fault.LastContainer, "buyer", "bill", "surrender-part", fields{"id": id}, some(3))
	surrender(w, id, "buyer")
	collected(w, "buyer", id, "", 3)
	collected(w, "buyer", id, part, 1)
	require.Equal(t, bill.Surrendered, billOf(w, id).State)
	collected(w, "buyer", id, part, 2)
	require.Equal(t, bill.Accomplished, billOf(w, id).State)
}

func TestNoContainerIsSurrenderedTwice(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	w.Refused(fault.LastContainer, "buyer", "bill", "surrender-part", fields{"id": id}, some(1, 2, 3))
	f := w.Refused(fault.NotCovered, "buyer", "bill", "surrender-part", fields{"id": id}, text(fields{"containers": []string{other.first}}))
	require.Equal(t, "/content/containers", f.At)
	w.Refused(fault.WrongParty, "shipper", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Refused(fault.Invalid, "buyer", "bill", "surrender-part", fields{"id": id}, text(fields{"containers": []string{boxes[0], boxes[0]}}))
	w.Refused(fault.Invalid, "buyer", "bill", "surrender-part", fields{"id": id}, text(fields{"containers": []string{"OERU1000024"}}))
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Refused(fault.PartOpen, "buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	w.Must("line", "bill", "reject-part", fields{"id": id, "reason": "CHARGES_OPEN"}, "")
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("buyer", "bill", "withdraw-part", fields{"id": id}, "")
	require.Nil(t, billOf(w, id).Parts)
	delivered(w, "buyer", id, 1)
	require.Equal(t, "X-02", w.Refused(fault.NotCovered, "buyer", "bill", "surrender-part", fields{"id": id}, some(1)).Rule)

	w.Refused(fault.PartDelivered, "buyer", "bill", "surrender-for-amendment", fields{"id": id, "reason": "SPLIT"}, "")
	require.Equal(t, fault.PartDelivered, possible(w, "buyer", "bill", id, bill.SurrenderForAmendment, 0).Fault.Code)
}

// Two clerks surrender different parts at once, and two the same: one wins.
func TestOfTwoPartsAtOnceOneWins(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	oneWins(t, w, w.Endorsed("buyer", "bill", "surrender-part", fields{"id": id}, some(1)),
		w.Endorsed("buyer", "bill", "surrender-part", fields{"id": id}, some(2)),
		w.Endorsed("buyer", "bill", "surrender", fields{"id": id}, ""),
		w.Endorsed("buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, ""))
	oneWins(t, w, w.Endorsed("line", "bill", "accept-part", fields{"id": id}, ""), w.Endorsed("buyer", "bill", "withdraw-part", fields{"id": id}, ""))
	part := billOf(w, id).LastPart()
	oneWins(t, w, w.Endorsed("buyer", "release", "request", onPart(w, id, part), releaseOf(1)),
		w.Endorsed("buyer", "release", "request", onPart(w, id, part), releaseOf(1)))
	require.Equal(t, 2, billOf(w, id).Balance())
}

// an accepted part goes back to the balance before its gate-out, and its orders end.
func TestAPartIsAnnulled(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	first := delivered(w, "buyer", id, 1)
	kept := collected(w, "buyer", id, first, 1)
	second := delivered(w, "buyer", id, 2)
	order := w.Must("buyer", "release", "request", onPart(w, id, second), releaseOf(2)).ID
	receipt := atPartGate(w, "buyer", order, 2)
	annul := func(part string) fields { return fields{"id": id, "part": part, "reason": "COURT_ORDER"} }
	w.Refused(fault.WrongParty, "buyer", "bill", "annul-part", annul(second), "")
	f := w.Refused(fault.ContainerOut, "line", "bill", "annul-part", annul(first), "")
	require.Equal(t, []string{"X-11", "/part"}, []string{f.Rule, f.At})
	w.Refused(fault.NotFound, "line", "bill", "annul-part", annul("pt-none"), "")
	w.Must("buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "")
	w.Refused(fault.OfferOpen, "line", "bill", "annul-part", annul(second), "")
	w.Must("forwarder", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.True(t, possible(w, "line", "bill", id, bill.AnnulPart, 0).Allowed)
	w.Must("line", "bill", "annul-part", annul(second), "")

	require.Equal(t, release.Revoked, orderOf(w, order).Control.State)
	require.Equal(t, "BASIS_LOST", orderOf(w, order).Control.Last.Reason)
	require.Equal(t, release.GatedOut, orderOf(w, kept).Control.State, "what is out stays out")
	_, err := w.Try("terminal", "interchange", "record", fields{"id": receipt}, boxed("gate-sheet-out", 2))
	require.Error(t, err)
	after := partsOf(w, "buyer", id)
	require.Equal(t, []string{boxes[1], boxes[2]}, after.Balance)
	require.Equal(t, bill.PartAnnulled, after.Parts[0].Control.State)
	w.Refused(fault.NoBasis, "buyer", "release", "request", onPart(w, id, second), releaseOf(2))
	require.Equal(t, fault.ContainerOut, possible(w, "line", "bill", id, bill.AnnulPart, 0).Fault.Code, "none is left to annul")
	w.Refused(fault.ContainerOut, "line", "bill", "annul-part", annul(second), "")
	w.Must("line", "interchange", "cancel", fields{"id": receipt, "reason": "OTHER"}, "")
	third := delivered(w, "buyer", id, 2)
	w.PassOn(id, "buyer", "bank")
	require.Equal(t, "X-11", w.Refused(fault.BalancePassedOn, "line", "bill", "annul-part", annul(third), "").Rule)

	surrender(w, id, "bank")
	w.Must("line", "bill", "annul-surrender", fields{"id": id, "reason": "DATA_ERROR"}, "")
	require.Equal(t, []any{bill.Issued, ref(w, "bank"), 1}, []any{billOf(w, id).State, billOf(w, id).Holder, billOf(w, id).Balance()})
	collected(w, "buyer", id, third, 2)
}

// Rule X-06: the goods of a pledged bill go in parts with a consent to each, and the balance stays pledged.
func TestAPartOfAPledgedBillNeedsItsBank(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	first := delivered(w, "buyer", id, 1)
	w.Must("buyer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	require.Equal(t, boxes[1:], partsOf(w, "bank", id).Balance, "the bank sees what it lends on")
	order := w.Must("buyer", "release", "request", onPart(w, id, first), releaseOf(1)).ID
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	require.Equal(t, release.Requested, orderOf(w, order).Control.State, "an order on a part is no hindrance")

	require.Equal(t, "X-06", w.Refused(fault.Pledged, "buyer", "bill", "surrender-part", fields{"id": id}, some(2)).Rule)
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Refused(fault.Pledged, "buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	require.Equal(t, "/content", w.Refused(fault.Invalid, "bank", "bill", "consent", consent(w, id, "DELIVER_PART"), "").At)
	require.Equal(t, "/content/containers", w.Refused(fault.NotCovered, "bank", "bill", "consent", consent(w, id, "DELIVER_PART"), some(1)).At, "it is out already")
	require.Equal(t, "/content", w.Refused(fault.Invalid, "bank", "bill", "consent", consent(w, id, "SURRENDER"), some(2)).At)
	w.Must("bank", "bill", "consent", consent(w, id, "DELIVER_PART"), some(2))
	require.JSONEq(t, some(2), string(partsOf(w, "buyer", id).Pieces["consentedPart"]))
	require.NotContains(t, partsOf(w, "shipper", id).Pieces, "consentedPart")
	f := w.Refused(fault.Pledged, "buyer", "bill", "surrender-part", fields{"id": id}, some(3)) // the better goods
	require.Equal(t, []string{"X-06", "/content/containers"}, []string{f.Rule, f.At})
	_, plan, err := w.Rehearse("buyer", "bill", "surrender-part", fields{"id": id}, some(2), world.Salt())
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, carrierOrg, portOrg}, plan.Endorsers)
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	require.JSONEq(t, some(2), string(partsOf(w, "bank", id).Pieces["part"]), "the bank sees what goes")
	w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	require.True(t, billOf(w, id).Pledged())
	w.Refused(fault.LastContainer, "buyer", "bill", "surrender-part", fields{"id": id}, some(3))
	w.Refused(fault.Pledged, "buyer", "bill", "surrender", fields{"id": id}, "")
	collected(w, "buyer", id, billOf(w, id).LastPart(), 2)
}

// Rules: a bill that a letter stands for is surrendered as a whole, and no letter is taken for a balance.
func TestPartsAndGuaranteesExcludeEachOther(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	letter, late := w.ActiveGuarantee(id), w.DraftedGuarantee(id)
	require.Equal(t, "X-10", w.Refused(fault.GuaranteeInUse, "buyer", "bill", "surrender-part", fields{"id": id}, some(1)).Rule)
	require.Equal(t, fault.GuaranteeInUse, possible(w, "buyer", "bill", id, bill.SurrenderPart, 0).Fault.Code)
	order := w.RequestedUnderGuarantee(id, letter)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	require.Equal(t, "delivered", w.Refused(fault.GuaranteeInUse, "buyer", "bill", "surrender-part", fields{"id": id}, some(2)).Args["why"])
	surrender(w, id, "buyer")
	require.Equal(t, "DISCHARGED", w.State("guarantee", letter), "a whole surrender settles it")

	w = world.New(t)
	id = w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	late = w.DraftedGuarantee(id)
	w.Must("buyer", "guarantee", "submit", fields{"id": late}, "")
	w.Must("bank", "guarantee", "join", fields{"id": late}, world.Fixture("joinder"))
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	require.Equal(t, "X-04", w.Refused(fault.PartOpen, "line", "guarantee", "accept", fields{"id": late}, "").Rule)
	w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	require.Equal(t, "X-04", w.Refused(fault.PartDelivered, "line", "guarantee", "accept", fields{"id": late}, "").Rule)
	require.Equal(t, "X-04", w.Refused(fault.PartDelivered, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa")).Rule)
}

// What a bill tells of the acts on its parts is what an attempt gets, for everybody on the way of a part.
func TestABillTellsWhatPartsAreOpen(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	var first, second, order string
	for n, step := range []func(){
		func() {},
		func() { w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1)) },
		func() { w.Must("line", "bill", "accept-part", fields{"id": id}, ""); first = billOf(w, id).LastPart() },
		func() { order = collected(w, "buyer", id, first, 1) },
		func() { second = delivered(w, "buyer", id, 2) },
		func() {
			w.Must("line", "bill", "annul-part", fields{"id": id, "part": second, "reason": "DATA_ERROR"}, "")
		},
		func() { w.Must("buyer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "") },
		func() { w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "") },
		func() { w.Must("bank", "bill", "consent", consent(w, id, "DELIVER_PART"), some(2, 3)) },
		func() { second = delivered(w, "buyer", id, 3) },
		func() { w.Must("bank", "bill", "release-pledge", fields{"id": id}, "") },
		func() { w.PassOn(id, "buyer", "bank") },
		func() { surrender(w, id, "bank") },
	} {
		step()
		good := map[lifecycle.Act]fields{bill.RejectPart: {"reason": "OTHER"}, bill.AnnulPart: {"reason": "COURT_ORDER", "part": cmp.Or(second, first, "pt-none")}}
		place := slices.IndexFunc(boxes, func(box string) bool { return slices.Contains(partsOf(w, "bank", id).Balance, box) })
		if seen := partsOf(w, "buyer", id).Balance; place < 0 && len(seen) > 0 {
			place = slices.Index(boxes, seen[0])
		}
		for _, who := range []string{"line", "buyer", "bank", "terminal"} {
			for _, act := range []lifecycle.Act{bill.SurrenderPart, bill.AcceptPart, bill.RejectPart, bill.WithdrawPart, bill.AnnulPart} {
				request, content := fields{"id": id}, ""
				for name, value := range good[act] {
					request[name] = value
				}
				if act == bill.SurrenderPart {
					content = some(max(place, 0) + 1)
				}
				_, _, err := w.Rehearse(who, "bill", string(act), request, content, world.Salt())
				said := possible(w, who, "bill", id, act, 0)
				require.Equal(t, said.Allowed, err == nil, "step %d: %s by %s: %v, %v", n, act, who, said.Fault, err)
				if !said.Allowed {
					require.Equal(t, said.Fault.Code, codeOf(err), "step %d: %s by %s", n, act, who)
				}
			}
		}
	}
	require.Equal(t, release.GatedOut, orderOf(w, order).Control.State)
}

// A hold on the bill freezes its parts too.
func TestAHoldFreezesParts(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	part := delivered(w, "buyer", id, 1)
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
	w.Refused(fault.OnHold, "buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	w.Refused(fault.OnHold, "buyer", "release", "request", onPart(w, id, part), releaseOf(1))
	w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
	w.Refused(fault.OnHold, "line", "bill", "accept-part", fields{"id": id}, "")
	w.Must("line", "bill", "reject-part", fields{"id": id, "reason": "OTHER"}, "")
}

// Two of two must name the same containers; the first of them takes delivery.
func TestJointHoldersTakeAPart(t *testing.T) {
	w := world.New(t)
	id := w.IssueBill("bill-three", fields{"endorsee": w.Party["shipper"]}, "")
	w.Must("shipper", "bill", "endorse-jointly", fields{"id": id, "holders": []string{w.Party["bank"], w.Party["buyer"]}, "needs": 2}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	require.JSONEq(t, some(1), string(partsOf(w, "bank", id).Pieces["part"]), "the other sees what is proposed")
	w.Refused(fault.ProposalOpen, "bank", "bill", "surrender-part", fields{"id": id}, some(2))
	w.Must("bank", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	part := billOf(w, id).LastPart()
	w.Refused(fault.NotClaimant, "buyer", "release", "request", onPart(w, id, part), releaseOf(1))
	w.Must("bank", "release", "request", onPart(w, id, part), releaseOf(1))
	require.Equal(t, boxes[1:], partsOf(w, "buyer", id).Balance)
	w.Must("line", "bill", "annul-part", fields{"id": id, "part": part, "reason": "DATA_ERROR"}, "")
	require.Equal(t, 3, billOf(w, id).Balance())
	require.NotNil(t, billOf(w, id).Joint)
}

// Rule X-18: a house bill is delivered in parts like another, once its master is released; none stands under a master that is not
// whole; and no part of a master takes what one lists.
func TestHouseBillsAndParts(t *testing.T) {
	w := world.New(t)
	master := threeHeld(w, "forwarder")
	id := w.Must("forwarder", "bill", "draft", houseRequest(w, master), house.of("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	late := w.Endorsed("forwarder", "bill", "surrender-part", fields{"id": master}, some(1))
	w.Must("forwarder", "bill", "issue", fields{"id": id}, "")
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, w.Net.Commit(late), "what was free before the house bill was issued")
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("forwarder", "bill", "accept-part", fields{"id": id}, "")
	part := billOf(w, id).LastPart()
	of := func(n int) string { return strings.ReplaceAll(releaseOf(n), own.number, house.number) }
	require.Equal(t, "X-18", w.Refused(fault.NoBasis, "buyer", "release", "request", onPart(w, id, part), of(1)).Rule)

	for _, taken := range []string{some(1), some(2), some(3, 2)} {
		f := w.Refused(fault.ContainerHoused, "forwarder", "bill", "surrender-part", fields{"id": master}, taken)
		require.Equal(t, []string{"X-18", "/content/containers"}, []string{f.Rule, f.At})
	}
	masters := delivered(w, "forwarder", master, 3)
	f := w.Refused(fault.PartDelivered, "forwarder", "bill", "draft", houseRequest(w, master), strings.ReplaceAll(house.of("bill-order"), "HOUSE0001", "HOUSE0002"))
	require.Equal(t, []string{"X-18", "/master"}, []string{f.Rule, f.At})
	surrender(w, master, "forwarder")
	w.Refused(fault.NotCovered, "buyer", "release", "request", onPart(w, id, part), of(2))
	w.Must("buyer", "release", "request", onPart(w, id, part), of(1))
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("forwarder", "bill", "accept-surrender", fields{"id": id}, "")
	w.Refused(fault.NotCovered, "buyer", "release", "request", onPart(w, id, ""), of(3))
	w.Must("buyer", "release", "request", onPart(w, id, ""), of(2))
	require.Equal(t, ref(w, "forwarder"), partsOf(w, "forwarder", master).Parts[0].Control.Claimant)
	require.Equal(t, masters, billOf(w, master).LastPart())
}

// What was delivered in parts outlives the loss of control: the part's claimant collects, and the replacement is for the rest.
func TestARecoveredBillIsForTheBalance(t *testing.T) {
	w := world.New(t, railOrg)
	id := w.IssueBill("bill-three", fields{"endorsee": w.Party["shipper"]}, "")
	w.PassOn(id, "shipper", "buyer")
	part := delivered(w, "buyer", id, 1)
	w.Register("factor", railOrg, false, "CONSIGNEE")
	w.PassOn(id, "buyer", "factor")
	w.Must("factor", "bill", "surrender-part", fields{"id": id}, some(2))
	w.Must("factor", "bill", "withdraw-part", fields{"id": id}, "")
	openRecovery(w, id)
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
	found := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	w.Must("line", "bill", "hand-over", fields{"id": found}, "")
	require.Equal(t, boxes[1:], partsOf(w, "buyer", found).Balance)
	collected(w, "buyer", id, part, 1)
	surrender(w, found, "buyer")
	w.Refused(fault.NotCovered, "buyer", "release", "request", onPart(w, found, ""), releaseOf(1))
	collected(w, "buyer", found, "", 2)
	collected(w, "buyer", found, "", 3)
	require.Equal(t, bill.Accomplished, billOf(w, found).State)
}

// apart lets a walk ask for what can be had of a bill that is delivered in parts: sometimes the part, sometimes the balance.
func (k *walk) apart(p paper, who string, basis fields) (string, cargo) {
	b := k.bill(p.bill)
	if b.Delivered() == 0 || p.cargo.second == "" || k.pick(5) == 0 {
		return who, p.cargo
	}
	if k.pick(2) == 0 {
		return who, cargo{p.cargo.number, p.cargo.second, ""}
	}
	basis["type"], basis["part"] = "EBL_SURRENDER", b.LastPart()
	for _, name := range world.Names {
		if ref(k.w, name) == partsOf(k.w, "line", p.bill).Parts[0].Control.Claimant {
			who = name
		}
	}
	return who, cargo{p.cargo.number, p.cargo.first, ""}
}

// checkParts: delivered and balance are all containers, what left of a part is not more than the part, and what left in all
// not more than there is.
func (k *walk) checkParts(p paper, b bill.Bill) {
	view := partsOf(k.w, "line", p.id)
	delivered, out := 0, 0
	for _, part := range view.Parts {
		gone := view.Delivery.PartOut[part.Control.ID]
		out += gone
		require.LessOrEqual(k, gone, part.Control.Containers)
		if part.Control.State == bill.PartAccepted {
			delivered += part.Control.Containers
		} else {
			require.Zero(k, gone, "nothing leaves on an annulled part")
		}
	}
	require.Equal(k, delivered, b.Delivered())
	require.Equal(k, b.Containers, b.Delivered()+b.Balance())
	require.GreaterOrEqual(k, b.Balance(), 1)
	require.LessOrEqual(k, out, delivered)
}

// Everybody but one that relies on it colludes.
func TestPartsAreNotForged(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	part := delivered(w, "buyer", id, 1)
	w.PassOn(id, "buyer", "bank")
	for name, orgs := range map[string][]string{"without the bank": {carrierOrg, portOrg, terminalOrg}, "without the line": {bankOrg, portOrg, terminalOrg}} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("buyer", w.Rewrite("bill/"+id, nil, func(r map[string]any) {
			r["parts"].(map[string]any)["delivered"] = 0
		}), orgs...), "the balance "+name)
	}
	for name, orgs := range map[string][]string{"without the port": {carrierOrg, bankOrg, terminalOrg}, "without the line": {bankOrg, portOrg, terminalOrg}} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", w.Rewrite("part/"+part, nil, func(r map[string]any) {
			r["claimant"] = ref(w, "bank")
		}), orgs...), "the part "+name)
	}
	forged := partsOf(w, "line", id).Parts[0].Control
	forged.ID, forged.Claimant = "pt-forged", ref(w, "bank")
	require.Equal(t, memfabric.Valid, w.Forge("bank", w.Rewrite("part/pt-forged", nil, func(r map[string]any) {
		for k, v := range asRecord(forged) {
			r[k] = v
		}
	}), bankOrg, terminalOrg))
	w.Refused(fault.NotAnchored, "bank", "release", "request", onPart(w, id, "pt-forged"), releaseOf(1))
}

// A part surrender sent again, another's, or with another list does nothing.
func TestPartsAreNotReplayed(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	delivered(w, "buyer", id, 1)
	proposal, plan, err := w.Rehearse("buyer", "bill", "surrender-part", fields{"id": id, "version": billOf(w, id).Version}, some(2), world.Salt())
	require.NoError(t, err)
	list := slices.IndexFunc(keysOf(proposal.Transient), func(name string) bool { return strings.HasPrefix(name, "delivered/") })
	require.GreaterOrEqual(t, list, 0)
	name := keysOf(proposal.Transient)[list]
	honest := proposal.Transient[name]
	for _, lie := range [][]byte{[]byte(`{"salt":"","parts":null}`), nil} {
		if proposal.Transient[name] = lie; lie == nil {
			delete(proposal.Transient, name)
		}
		_, err = w.Net.Submit(proposal, plan.Endorsers...)
		require.Contains(t, []fault.Code{fault.ContentMismatch, fault.PrivateInputMissing}, codeOf(err))
	}
	proposal.Transient[name] = honest
	_, err = w.Net.Submit(proposal, plan.Endorsers...)
	require.NoError(t, err)
	_, err = w.Net.Submit(proposal, plan.Endorsers...)
	require.Equal(t, fault.VersionMismatch, codeOf(err))
	err = direct(w, "line", "bill", "surrender-part", text(fields{"id": id}), proposal.Transient, carrierOrg, portOrg)
	require.Equal(t, fault.WrongParty, codeOf(err))
	err = direct(w, "buyer", "bill", "accept-part", text(fields{"id": id}), nil, carrierOrg, portOrg)
	require.Equal(t, fault.WrongParty, codeOf(err))
}

func keysOf(m map[string][]byte) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Which containers go is nobody's business but the issuer's and the holder's: the ledger shows counts and commitments.
func TestPartsStayPrivate(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	delivered(w, "buyer", id, 1, 2)
	for _, who := range []string{"terminal", "bank", "customs"} {
		var raw json.RawMessage
		w.Read(who, "bill", id, &raw)
		for _, box := range boxes {
			require.NotContains(t, string(raw), box, who)
		}
	}
	b := billOf(w, id)
	require.Nil(t, w.Net.PrivateData(terminalOrg, "delivered/"+b.DeliveredList()))
	require.NotNil(t, w.Net.PrivateData(carrierOrg, "delivered/"+b.DeliveredList()))
	require.NotContains(t, string(w.Net.PrivateData(portOrg, "delivered/"+b.DeliveredList())), boxes[0], "the list is of tokens")
}
