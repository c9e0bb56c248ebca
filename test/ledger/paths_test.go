package ledger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// Walk-through 1 of domain facts 5.8: over the bank to the buyer, surrendered, released, out, back, closed.
func TestWalkThrough1(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	b := billOf(w, id)
	require.Equal(t, ref(w, "buyer"), b.Claimant)
	require.Equal(t, ref(w, "line"), b.Holder, "the carrier possesses a surrendered bill")
	order := w.RequestedRelease(id)
	require.Equal(t, "REQUESTED", w.State("release", order))
	w.AcceptedRelease(order)
	var outs, ins []string
	for line := 1; line <= 2; line++ {
		w.Appointed(order, line)
		require.Equal(t, "SURRENDERED_FOR_DELIVERY", w.State("bill", id), "accomplished with the last container only (X-17)")
		outs = append(outs, w.GatedOut(order, line))
		w.Signed(outs[line-1], "terminal")
	}
	require.Equal(t, "ACCOMPLISHED", w.State("bill", id))
	require.Equal(t, "GATED_OUT", w.State("release", order))
	f := w.Refused(fault.CycleBroken, "line", "interchange", "close", fields{"id": outs[0]}, "")
	require.Equal(t, "X-09", f.Rule)
	for line := 1; line <= 2; line++ {
		require.Equal(t, "GATED_OUT", w.State("release", order))
		ins = append(ins, w.Returned(order, line, outs[line-1]))
		w.Signed(ins[line-1], "depot")
	}
	require.Equal(t, "CLOSED", w.State("release", order))
	for _, receipt := range append(outs, ins...) {
		w.Must("line", "interchange", "close", fields{"id": receipt}, "")
	}
	view := orderOf(w, order)
	for i, l := range view.Lines {
		require.Equal(t, lifecycle.State("EMPTY_RETURNED"), l.Control.State)
		require.Equal(t, []string{outs[i], ins[i]}, []string{l.Control.Out, l.Control.In})
	}
	require.Equal(t, 2, view.Control.Returned)
	// Nothing is left to do with any of it, and nothing can be released twice.
	f = w.Refused(fault.NoBasis, "buyer", "release", "request",
		fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	require.Equal(t, "X-01", f.Rule)
}

// Walk-through 2: the bill has not arrived; the goods go out under a letter of indemnity that a bank joined.
func TestWalkThrough2(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank") // the original is with the bank
	letter := w.ActiveGuarantee(id)
	order := w.RequestedUnderGuarantee(id, letter)
	w.AcceptedRelease(order)
	for line := 1; line <= 2; line++ {
		w.Appointed(order, line)
		w.GatedOut(order, line)
	}
	require.Equal(t, "ISSUED", w.State("bill", id), "X-04: delivered, not surrendered")
	require.True(t, read[billView](w, "line", "bill", id).Delivery.UnderLoi)
	require.Equal(t, guarantee.Active, guaranteeOf(w, letter).State)

	w.PassOn(id, "bank", "buyer") // the original arrives
	surrender(w, id, "buyer")
	require.Equal(t, "ACCOMPLISHED", w.State("bill", id), "surrendered after delivery, it goes straight on")
	require.Equal(t, guarantee.Discharged, guaranteeOf(w, letter).State, "X-10")
	require.False(t, guaranteeOf(w, letter).Misdelivery)
	for _, basis := range []fields{{"type": "EBL_SURRENDER", "bill": id}, {"type": "LOI", "bill": id, "guarantee": letter}} {
		w.Refused(fault.NoBasis, "buyer", "release", "request", fields{"basis": basis, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	}
}

// one container out under guarantee, then the surrender by the same party: the other container only, and once.
func TestASurrenderAfterHalfADeliveryReleasesTheOtherHalf(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	letter := w.ActiveGuarantee(id)
	order := w.RequestedUnderGuarantee(id, letter)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	surrender(w, id, "buyer")
	require.Equal(t, "SURRENDERED_FOR_DELIVERY", w.State("bill", id))
	require.Equal(t, guarantee.Discharged, guaranteeOf(w, letter).State)
	again := func(content string) (fields, string) {
		return fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, content
	}
	request, content := again(world.Fixture("release"))
	f := w.Refused(fault.ContainerOut, "buyer", "release", "request", request, content)
	require.Equal(t, "X-04", f.Rule)
	w.Appointed(order, 2) // the order under guarantee goes on, since its claimant is the surrenderer
	w.GatedOut(order, 2)
	require.Equal(t, "ACCOMPLISHED", w.State("bill", id))
}

// somebody else surrenders the bill of goods that went out under guarantee.
func TestAMisdeliveryKeepsTheGuaranteeActive(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	letter := w.ActiveGuarantee(id)
	order := w.RequestedUnderGuarantee(id, letter)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	w.PassOn(id, "shipper", "forwarder")
	surrender(w, id, "forwarder")
	g := guaranteeOf(w, letter)
	require.Equal(t, guarantee.Active, g.State)
	require.True(t, g.Misdelivery, "the carrier is told")
	require.Equal(t, "SURRENDERED_FOR_DELIVERY", w.State("bill", id))
	// What is still inside is the surrenderer's: the guarantee is no basis for it any more.
	w.Appointed(order, 2)
	receipt := w.AuthorisedOut(order, 2)
	f := w.Refused(fault.NoBasis, "terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 2))
	require.Equal(t, "X-01", f.Rule)
}

// Two guarantees stand for one bill; goods left under one of them. Only that one can be misdelivered under.
func TestAMisdeliveryIsOfTheGuaranteeThatWasUsed(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	used := w.ActiveGuarantee(id)
	request := w.GuaranteeOf(id)
	request["deliverTo"] = w.Party["forwarder"]
	idle := w.Must("buyer", "guarantee", "draft", request, world.Fixture("guarantee-aa")).ID
	w.Must("buyer", "guarantee", "submit", fields{"id": idle}, "")
	w.Must("bank", "guarantee", "join", fields{"id": idle}, world.Fixture("joinder"))
	w.Must("line", "guarantee", "accept", fields{"id": idle}, "")
	order := w.RequestedUnderGuarantee(id, used)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	require.Equal(t, []string{used}, read[billView](w, "line", "bill", id).Delivery.Used)
	w.PassOn(id, "shipper", "buyer")
	surrender(w, id, "buyer")
	for _, letter := range []string{used, idle} {
		require.Equal(t, guarantee.Discharged, guaranteeOf(w, letter).State)
		require.False(t, guaranteeOf(w, letter).Misdelivery)
	}
}

// a guarantee over two bills ends with the second surrender.
func TestAGuaranteeOverTwoBills(t *testing.T) {
	w := world.New(t)
	one, two := w.IssuedBill(), other.issued(w)
	w.PassOn(one, "shipper", "buyer")
	w.PassOn(two, "shipper", "buyer")
	content := world.With(world.Fixture("guarantee-aa"), "underlying", []fields{
		{"transportDocumentReference": own.number, "equipmentReferences": []string{own.first, own.second}},
		{"transportDocumentReference": other.number, "equipmentReferences": []string{other.first}}})
	letter := w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(one, two), content).ID
	w.Must("buyer", "guarantee", "submit", fields{"id": letter}, "")
	w.Must("bank", "guarantee", "join", fields{"id": letter}, world.Fixture("joinder"))
	w.Must("line", "guarantee", "accept", fields{"id": letter}, "")
	f := w.Refused(fault.NotCovered, "buyer", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": two, "guarantee": letter}, "terminal": w.Party["terminal"]}, oneLine(other.of("release"), 1))
	require.Equal(t, "X-02", f.Rule)
	w.Must("buyer", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": two, "guarantee": letter}, "terminal": w.Party["terminal"]}, oneLine(other.of("release"), 0))
	surrender(w, one, "buyer")
	g := guaranteeOf(w, letter)
	require.Equal(t, guarantee.Active, g.State)
	require.Equal(t, []bool{true, false}, []bool{g.Bills[0].Surrendered, g.Bills[1].Surrendered})
	surrender(w, two, "buyer")
	require.Equal(t, guarantee.Discharged, guaranteeOf(w, letter).State)
}

// oneLine is a release content with one of its lines only.
func oneLine(content string, n int) string {
	return world.With(content, "lines", []any{asFields(content)["lines"].([]any)[n]})
}

func TestAStraightBill(t *testing.T) {
	w := world.New(t)
	id := w.IssueBill("bill-straight", fields{"consignee": w.Party["buyer"]}, "")
	require.Equal(t, bill.Straight, billOf(w, id).Kind)
	require.Empty(t, read[billView](w, "forwarder", "bill", id).Content)
	require.NotEmpty(t, read[billView](w, "buyer", "bill", id).Content, "named in the bill")
	for _, act := range []string{"endorse", "endorse-to-order"} {
		w.Refused(fault.KindForbids, "shipper", "bill", act, fields{"id": id, "to": w.Party["buyer"]}, "")
	}
	w.Refused(fault.KindForbids, "shipper", "bill", "blank-endorse", fields{"id": id}, "")
	w.Refused(fault.KindForbids, "shipper", "bill", "transfer", fields{"id": id, "to": w.Party["forwarder"]}, "")
	w.Refused(fault.NotTitleHolder, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.KindForbids, "buyer", "bill", "transfer", fields{"id": id, "to": w.Party["forwarder"]}, "")
	surrender(w, id, "buyer")
	require.Equal(t, ref(w, "buyer"), billOf(w, id).Claimant)
}

func TestABearerBill(t *testing.T) {
	w := world.New(t)
	id := w.IssueBill("bill-bearer", nil, "")
	require.Equal(t, bill.Bearer, billOf(w, id).Kind)
	for i, hop := range [][2]string{{"shipper", "bank"}, {"bank", "forwarder"}} {
		w.Must(hop[0], "bill", "transfer", fields{"id": id, "to": w.Party[hop[1]]}, "")
		w.Must(hop[1], "bill", "accept", fields{"id": id}, "")
		require.Equal(t, ref(w, hop[1]), billOf(w, id).Holder, i)
		require.True(t, billOf(w, id).Title.Zero())
	}
	w.Refused(fault.WrongParty, "shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Refused(fault.WrongParty, "bank", "bill", "surrender", fields{"id": id}, "")
	w.Must("forwarder", "bill", "blank-endorse", fields{"id": id}, "")
	require.Equal(t, ref(w, "forwarder"), billOf(w, id).Holder)
	surrender(w, id, "forwarder")
	require.Equal(t, ref(w, "forwarder"), billOf(w, id).Claimant)
}

// An order bill endorsed in blank passes by hand until somebody is named again, and ends with a name that is not to order.
func TestAnEndorsementChain(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "blank-endorse", fields{"id": id, "to": w.Party["bank"]}, "")
	require.Equal(t, bill.Order, billOf(w, id).Kind, "not before it is accepted")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	require.Equal(t, bill.Bearer, billOf(w, id).Kind)
	w.PassOn(id, "bank", "forwarder")
	require.Equal(t, bill.Order, billOf(w, id).Kind)
	w.Must("forwarder", "bill", "endorse", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.NotEndorsable, "buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Must("buyer", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.NotTitleHolder, "bank", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("bank", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	surrender(w, id, "buyer")
}

func TestASeaWaybill(t *testing.T) {
	w := world.New(t)
	id := w.IssueBill("bill-seawaybill", fields{"consignee": w.Party["buyer"]}, "")
	b := read[billView](w, "buyer", "bill", id)
	require.Equal(t, bill.SeaWaybill, b.Control.Kind)
	require.True(t, b.Control.Holder.Zero(), "nobody holds a sea waybill")
	require.NotEmpty(t, b.Content)
	require.Empty(t, b.Acts)
	for _, who := range []string{"buyer", "shipper", "line"} {
		w.Refused(fault.WrongParty, who, "bill", "surrender", fields{"id": id}, "")
	}
	var waybill struct {
		Number     string `json:"transportDocumentReference"`
		Equipments []struct {
			Equipment struct {
				Reference string `json:"equipmentReference"`
			} `json:"equipment"`
		} `json:"utilizedTransportEquipments"`
	}
	decode(t, string(b.Content), &waybill)
	c := cargo{waybill.Number, waybill.Equipments[0].Equipment.Reference, "OERU1000030"}
	content := oneLine(c.of("release"), 0)
	ask := fields{"basis": fields{"type": "SEA_WAYBILL", "bill": id}, "terminal": w.Party["terminal"]}
	f := w.Refused(fault.NotClaimant, "shipper", "release", "request", ask, content)
	require.Equal(t, "X-02", f.Rule)
	w.Refused(fault.NoBasis, "buyer", "release", "request",
		fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, content)
	w.Refused(fault.KindForbids, "buyer", "guarantee", "draft", w.GuaranteeOf(id), c.of("guarantee-aa"))
	require.Len(t, waybill.Equipments, 1, "the fixture has one container")
	order := w.Must("buyer", "release", "request", ask, content).ID
	require.Equal(t, ref(w, "buyer"), billOf(w, id).Claimant)
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "CREDIT"}, world.Fixture("credit-terms"))
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "WAIVED", "waiver": "COMMERCIAL"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.With(c.of("notice"), "containers", []string{c.first}))
	w.Must("line", "release", "issue", fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	w.Appointed(order, 1)
	receipt := w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, c.sheet("authority-out", 1)).ID
	w.Must("terminal", "interchange", "record", fields{"id": receipt}, c.sheet("gate-sheet-out", 1))
	require.Equal(t, "ACCOMPLISHED", w.State("bill", id))
}

func decode(t *testing.T, raw string, into any) {
	t.Helper()
	require.NoError(t, unmarshal(raw, into))
}

func TestADraftCanBeGivenUp(t *testing.T) {
	w := world.New(t)
	request := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["bank"]}
	id := w.Must("line", "bill", "draft", request, world.Fixture("bill-order")).ID
	require.Empty(t, read[billView](w, "bank", "bill", id).Content, "a draft is between carrier and shipper")
	w.Refused(fault.WrongParty, "line2", "bill", "void", fields{"id": id, "reason": "DATA_ERROR"}, "")
	w.Refused(fault.WrongParty, "line", "bill", "approve", fields{"id": id}, "")
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Refused(fault.WrongState, "shipper", "bill", "approve", fields{"id": id}, "")
	w.Refused(fault.Invalid, "line", "bill", "withdraw-approval", fields{"id": id}, "")
	w.Must("line", "bill", "withdraw-approval", fields{"id": id, "reason": "DATA_ERROR"}, "")
	w.Refused(fault.WrongState, "line", "bill", "issue", fields{"id": id}, "")
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("shipper", "bill", "withdraw-approval", fields{"id": id}, "")
	w.Refused(fault.Invalid, "line", "bill", "void", fields{"id": id, "reason": "WE_CHANGED_OUR_MIND"}, "")
	w.Must("line", "bill", "void", fields{"id": id, "reason": "DATA_ERROR"}, "")
	require.Empty(t, read[billView](w, "line", "bill", id).Acts)
	w.Refused(fault.WrongState, "shipper", "bill", "approve", fields{"id": id}, "")
}

func TestAnOfferCanBeRejectedOrWithdrawn(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Refused(fault.OfferOpen, "shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Refused(fault.OfferOpen, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "buyer", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.Invalid, "bank", "bill", "reject", fields{"id": id, "reason": "NO_THANKS"}, "")
	w.Must("bank", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Refused(fault.WrongParty, "bank", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.NoOffer, "shipper", "bill", "withdraw", fields{"id": id}, "")
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("shipper", "bill", "withdraw", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "buyer", "bill", "accept", fields{"id": id}, "")
	require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
	w.Must("line", "bill", "reject-surrender", fields{"id": id, "reason": "CHARGES_OPEN"}, "")
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
	w.Must("shipper", "bill", "withdraw-surrender", fields{"id": id}, "")
	require.True(t, billOf(w, id).Claimant.Zero())
	w.PassOn(id, "shipper", "bank")
}

func TestAGuaranteeCanBeRefusedOrWithdrawn(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	submitted := func() string {
		g := w.DraftedGuarantee(id)
		require.Empty(t, read[guaranteeView](w, "bank", "guarantee", g).Content)
		w.Must("buyer", "guarantee", "submit", fields{"id": g}, "")
		require.NotEmpty(t, read[guaranteeView](w, "bank", "guarantee", g).Content)
		return g
	}
	joined := func() string {
		g := submitted()
		w.Must("bank", "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
		require.NotEmpty(t, read[guaranteeView](w, "line", "guarantee", g).Pieces["joinder"])
		return g
	}
	reason := func(g string) fields { return fields{"id": g, "reason": "WORDING"} }
	g := submitted()
	w.Refused(fault.BankRequired, "line", "guarantee", "accept", fields{"id": g}, "")
	w.Must("line", "guarantee", "refuse", reason(g), "")
	w.Refused(fault.WrongState, "bank", "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
	w.Must("bank", "guarantee", "refuse", reason(submitted()), "")
	w.Must("bank", "guarantee", "refuse", reason(joined()), "")
	w.Must("line", "guarantee", "refuse", reason(joined()), "")
	w.Must("buyer", "guarantee", "withdraw", fields{"id": w.DraftedGuarantee(id)}, "")
	w.Must("buyer", "guarantee", "withdraw", fields{"id": submitted()}, "")
	g = joined()
	w.Must("buyer", "guarantee", "withdraw", fields{"id": g}, "")
	w.Refused(fault.WrongState, "line", "guarantee", "accept", fields{"id": g}, "")
	w.Refused(fault.NoBasis, "buyer", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": id, "guarantee": g}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	late := joined()
	w.PassOn(id, "shipper", "buyer")
	surrender(w, id, "buyer")
	w.Refused(fault.WrongState, "line", "guarantee", "accept", fields{"id": late}, "")
	w.Refused(fault.WrongState, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
}

// Every surrender looks at all guarantees of its bill, so there is an end to them.
func TestTwentyGuaranteesStandForABillAtMost(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	content := world.With(world.With(world.Fixture("guarantee-aa"), "igForm", "A"), "guarantorBank", nil)
	request := w.GuaranteeOf(id)
	request["kind"] = "A"
	delete(request, "bank")
	submitted := func() string {
		t.Helper()
		letter := w.Must("buyer", "guarantee", "draft", request, content).ID
		w.Must("buyer", "guarantee", "submit", fields{"id": letter}, "")
		return letter
	}
	forged := submitted()
	accept := text(fields{"id": forged})
	tokens := map[string]string{own.first: world.Salt(), own.second: world.Salt()}
	for _, brought := range []any{tokens, map[string]string{}, "x", []string{}} {
		err := direct(w, "line", "guarantee", "accept", accept, map[string][]byte{"tokens": []byte(text(brought))}, carrierOrg, portOrg)
		require.Equal(t, fault.ContentMismatch, codeOf(err), "the carrier's own peer knows its tokens")
	}
	for range 20 {
		w.Must("line", "guarantee", "accept", fields{"id": submitted()}, "")
	}
	f := w.Refused(fault.LimitReached, "line", "guarantee", "accept", fields{"id": forged}, "")
	require.Equal(t, "20", f.Args["limit"])
	surrender(w, id, "shipper")
	require.Empty(t, read[billView](w, "line", "bill", id).Delivery.Guarantees)
}

func TestTheNumberOfAVoidedDraftIsFreeAgain(t *testing.T) {
	w := world.New(t)
	draft := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}
	papers := world.Fixture("bill-order")
	first := w.Must("line", "bill", "draft", draft, papers).ID
	w.Refused(fault.Duplicate, "line", "bill", "draft", draft, papers)
	w.Must("line", "bill", "void", fields{"id": first, "reason": "DATA_ERROR"}, "")
	second := w.Must("line", "bill", "draft", draft, papers).ID
	require.NotEqual(t, first, second)
	w.Refused(fault.Duplicate, "line", "bill", "draft", draft, papers)
	w.Must("shipper", "bill", "approve", fields{"id": second}, "")
	w.Must("line", "bill", "void", fields{"id": second, "reason": "NOT_SHIPPED"}, "")
	w.Must("line", "bill", "draft", draft, papers)
}

func TestAVoidCannotFreeAnotherBillsNumber(t *testing.T) {
	w := world.New(t)
	draft := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}
	mine := w.Must("line", "bill", "draft", draft, world.Fixture("bill-order")).ID
	foreign := strings.Repeat("ab", 32)
	for _, number := range []string{foreign, "", "no token"} {
		_, err := w.Person["line"].Submit("bill:Act", []string{"void", `{"id":"` + mine + `","reason":"DATA_ERROR"}`},
			map[string][]byte{"number": []byte(number)}, carrierOrg, portOrg)
		require.Error(t, err, number)
	}
	require.Equal(t, "DRAFT", w.State("bill", mine))
}
