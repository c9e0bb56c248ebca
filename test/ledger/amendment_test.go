package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/test/world"
)

// amendable is a bill of the shipper that the line took back for a reason.
func amendable(w *world.World, id, who, reason string) {
	w.TB.Helper()
	w.Must(who, "bill", "surrender-for-amendment", fields{"id": id, "reason": reason}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
}

func replacedBy(w *world.World, id string) []string { return billOf(w, id).ReplacedBy }

// Only issuer, holder and shipper get the new documents; every one is sealed by itself, and a comment is between the two.
func TestWhoSeesAReissue(t *testing.T) {
	w := world.New(t, railOrg)
	id := w.IssuedBill()
	comment := `{"comment":"` + canary("comment") + `"}`
	w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "SPLIT"}, comment)
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	content := marked(t, world.Fixture("reissue-split"), "Temperature set-point as declared", "first")
	w.Must("line", "bill", "reissue", fields{"id": id}, content)
	for _, needle := range []string{canary("comment"), canary("first"), "OEDL26XMN00042"} {
		require.NotContains(t, string(public(w)), needle)
		for _, org := range []string{bankOrg, terminalOrg} {
			require.NotContains(t, string(seenBy(w, org)), needle, org)
		}
	}
	one, two := replacedBy(w, id)[0], replacedBy(w, id)[1]
	require.NotEqual(t, billOf(w, one).Commitment, billOf(w, two).Commitment)
	// Who is offered the second bill learns nothing of the first.
	w.PassOn(two, "shipper", "bank")
	require.NotContains(t, string(seenBy(w, bankOrg)), canary("first"))
	require.NotEmpty(t, read[billView](w, "bank", "bill", two).Content)
	// The new bill can be delivered like any other: its tokens came along.
	w.PassOn(one, "shipper", "buyer")
	surrender(w, one, "buyer")
	w.Must("buyer", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": one}, "terminal": w.Party["terminal"]}, oneLine(world.Fixture("release"), 0))
	require.Len(t, read[billView](w, "line", "bill", one).Delivery.Orders, 1)
}

func TestTheChainOfANewBillBeginsWithIssue(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	amendable(w, id, "shipper", "AMD")
	w.Must("line", "bill", "reissue", fields{"id": id}, world.Fixture("reissue"))
	past := historyOf(t, w, "buyer", "bill", replacedBy(w, id)[0])
	require.Len(t, past, 1)
	require.Equal(t, lifecycle.Act("issue"), past[0].Act)
	require.Equal(t, w.Party["shipper"], past[0].To)
	var again lifecycle.Record
	for _, p := range historyOf(t, w, "buyer", "bill", id) {
		again.Stamp(p.Entry)
	}
	require.Equal(t, billOf(w, id).Chain, again.Chain)
	require.Equal(t, "AMD", billOf(w, id).Last.Reason)
}

// The former number may be used again by the bill that replaces it, and by no other.
func TestABillNumberGoesToItsSuccessorOnly(t *testing.T) {
	w := world.New(t)
	one, two := w.IssuedBill(), other.issued(w)
	amendable(w, one, "shipper", "AMD")
	f := w.Refused(fault.Duplicate, "line", "bill", "reissue", fields{"id": one},
		strings.ReplaceAll(world.Fixture("reissue"), own.number, other.number))
	require.Equal(t, "/content/bills/0/transportDocumentReference", f.At)
	w.Must("line", "bill", "reissue", fields{"id": one}, world.Fixture("reissue"))
	w.Refused(fault.Duplicate, "line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order"))
	require.Equal(t, "ISSUED", w.State("bill", two))
}

func TestOneContainerStandsOnOneNewBill(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	amendable(w, id, "shipper", "SPLIT")
	var doc struct {
		Bills []json.RawMessage `json:"bills"`
	}
	require.NoError(t, unmarshal(world.Fixture("reissue"), &doc))
	twice := `{"bills":[` + string(doc.Bills[0]) + `,` + strings.ReplaceAll(string(doc.Bills[0]), own.number, own.number+"B") + `]}`
	f := w.Refused(fault.Invalid, "line", "bill", "reissue", fields{"id": id}, twice)
	require.Equal(t, "container-once", f.Args["check"])
	f = w.Refused(fault.Invalid, "line", "bill", "reissue", fields{"id": id}, strings.ReplaceAll(world.Fixture("reissue-split"), own.number+"B", own.number))
	require.Equal(t, "bill-once", f.Args["check"])
	f = w.Refused(fault.Invalid, "line", "bill", "reissue", fields{"id": id, "bills": []string{id}}, world.Fixture("reissue-split"))
	require.Equal(t, "unique", f.Args["check"])
}

// A bill can be combined only with others that the same party gave back to the same issuer for it.
func TestSomebodyElsesBillIsNotCombined(t *testing.T) {
	w := world.New(t)
	one, two := w.IssuedBill(), other.issued(w)
	w.PassOn(two, "shipper", "buyer")
	amendable(w, one, "shipper", "COMBINE")
	amendable(w, two, "buyer", "COMBINE")
	f := w.Refused(fault.Invalid, "line", "bill", "reissue", fields{"id": one, "bills": []string{two}}, world.Fixture("reissue"))
	require.Equal(t, "/bills/0", f.At)
	require.Equal(t, "same-requester", f.Args["check"])
	f = w.Refused(fault.WrongParty, "line2", "bill", "reissue", fields{"id": one, "bills": []string{two}}, world.Fixture("reissue"))
	require.Equal(t, "issuer", f.Args["by"])
	f = w.Refused(fault.NotFound, "line", "bill", "reissue", fields{"id": one, "bills": []string{"bl-none"}}, world.Fixture("reissue"))
	require.Equal(t, "/bills/0", f.At)
}

// A switch bill names other parties and may be of another kind; the former shipper has no part in it.
func TestASwitchBill(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	amendable(w, id, "bank", "SWI")
	w.Refused(fault.NotConserved, "line", "bill", "reissue", fields{"id": id}, `{"bills":[`+world.Fixture("bill-bearer")+`]}`)
	w.Must("line", "bill", "reissue", fields{"id": id, "shipper": w.Party["forwarder"], "endorsee": w.Party["buyer"]}, world.Fixture("reissue"))
	b := billOf(w, replacedBy(w, id)[0])
	require.Equal(t, ref(w, "forwarder"), b.Shipper)
	require.Equal(t, ref(w, "buyer"), b.Title)
	require.Equal(t, ref(w, "bank"), b.Holder)
	require.Empty(t, read[billView](w, "shipper", "bill", b.ID).Content, "the former shipper sees its old bill only")
	require.NotEmpty(t, read[billView](w, "shipper", "bill", id).Content)
}

// The guarantee names the bill that would go.
func TestABillUnderGuaranteeIsNotAmended(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.ActiveGuarantee(id)
	w.Refused(fault.GuaranteeInUse, "shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "COD"}, "")
}

// Nothing new comes to rest on a bill that was given back.
func TestABillThatIsGivenBackTakesNoGuarantee(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "COD"}, "")
	w.Refused(fault.WrongState, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
	f := w.Refused(fault.NoBasis, "shipper", "release", "request",
		fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	require.Equal(t, "X-01", f.Rule)
}

// an order that the carrier cannot take back any more keeps its basis.
// Rule X-11: the release right goes with the surrender that it rested on.
func TestAnAnnulmentRevokesAnAcceptedOrder(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	order := w.RequestedRelease(id)
	w.AcceptedRelease(order)
	w.Must("line", "bill", "annul-surrender", fields{"id": id, "reason": "COURT_ORDER"}, "")
	require.Equal(t, "ISSUED", w.State("bill", id))
	require.Equal(t, "REVOKED", w.State("release", order))
}

// The buyer that got its bill back can pass it on, and whoever gets it can claim again.
func TestAfterAnAnnulmentEverythingIsOpenAgain(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	order := w.RequestedRelease(id)
	w.Must("line", "bill", "annul-surrender", fields{"id": id, "reason": "DATA_ERROR"}, "")
	require.Equal(t, "REVOKED", w.State("release", order))
	require.Empty(t, read[billView](w, "line", "bill", id).Delivery.Orders)
	w.PassOn(id, "buyer", "forwarder")
	surrender(w, id, "forwarder")
	w.Must("forwarder", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
}

// Anybody can register a party and call it customs: the issuer knows whose authorities it takes.
func TestAHoldComesFromATrustedAuthority(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Register("pretender", bankOrg, false, "CUSTOMS", "AUTHORITY")
	w.Register("court", portOrg, false, "AUTHORITY")
	_, err := w.Try("pretender", "bill", "place-hold", fields{"id": id, "ground": "CUSTOMS_ORDER"}, "")
	require.Equal(t, fault.FeedNotTrusted, codeOf(err))
	w.Must("court", "bill", "place-hold", fields{"id": id, "ground": "COURT", "until": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}, "")
	w.Refused(fault.OnHold, "shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "COD"}, "")
	w.Net.Advance(2 * time.Hour)
	amendable(w, id, "shipper", "COD")
	w.Must("court", "bill", "place-hold", fields{"id": id, "ground": "COURT"}, "")
	w.Refused(fault.OnHold, "line", "bill", "reissue", fields{"id": id}, world.Fixture("reissue"))
	f := w.Refused(fault.NotFound, "court", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")
	require.Equal(t, "/hold", f.At)
	w.Must("court", "bill", "lift-hold", fields{"id": id, "hold": 2}, "")
	w.Must("line", "bill", "reissue", fields{"id": id}, world.Fixture("reissue"))
}

// A frozen bill releases nothing, not even a sea waybill, which nobody surrenders.
func TestAFrozenBillIsNoBasis(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
	w.Refused(fault.OnHold, "buyer", "release", "request",
		fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")
	order := w.RequestedRelease(id)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	receipt := w.AuthorisedOut(order, 1)
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
	w.Refused(fault.OnHold, "terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
}

func TestADraftStaysBetweenTwoOrganisations(t *testing.T) {
	w := world.New(t)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order")).ID
	w.Register("insider", carrierOrg, false, "SHIPPER")
	w.Refused(fault.OneOrganisation, "line", "bill", "update-draft", fields{"id": id, "shipper": w.Party["insider"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order"))
	// A draft for one container becomes one for two: what counts is what is written last.
	w.Must("line", "bill", "update-draft", fields{"id": id, "shipper": w.Party["shipper"], "consignee": w.Party["buyer"]}, rewrite("bill-straight", own))
	b := read[billView](w, "line", "bill", id)
	require.Equal(t, bill.Straight, b.Control.Kind)
	require.False(t, b.Control.Endorsable)
	require.Equal(t, b.Control.Containers, b.Delivery.Containers)
	require.Contains(t, string(b.Content), `"isToOrder":false`)
}

// What a bill tells of an act is what an attempt gets, for everybody and in every state of an amendment.
func TestABillTellsWhichActsAreOpen(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	steps := []func(){
		func() {},
		func() {
			w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
		},
		func() { w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "") },
		func() {
			w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "SWTP"}, "")
		},
		func() { w.Must("line", "bill", "accept-surrender", fields{"id": id}, "") },
		func() { w.Must("line", "bill", "switch-to-paper", fields{"id": id}, `{"serials":["A1"]}`) },
		func() { w.Must("line", "bill", "collect-original", fields{"id": id}, `{"serial":"A1"}`) },
		func() {
			w.Must("line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["buyer"], "endorsee": w.Party["buyer"]}, world.Fixture("reissue"))
		},
	}
	good := map[lifecycle.Act]struct {
		request fields
		content string
	}{
		bill.Transfer: {fields{"to": w.Party["buyer"]}, ""}, bill.Endorse: {fields{"to": w.Party["buyer"]}, ""},
		bill.EndorseToOrder: {fields{"to": w.Party["buyer"]}, ""}, bill.BlankEndorse: {fields{"to": w.Party["buyer"]}, ""},
		bill.Reject: {fields{"reason": "OTHER"}, ""}, bill.RejectSurrender: {fields{"reason": "OTHER"}, ""}, bill.Void: {fields{"reason": "OTHER"}, ""},
		bill.SurrenderForAmendment: {fields{"reason": "AMD"}, ""}, bill.AnnulSurrender: {fields{"reason": "DATA_ERROR"}, ""},
		bill.Reissue: {fields{}, world.Fixture("reissue")}, bill.SwitchToPaper: {fields{}, `{"serials":["A1"]}`},
		bill.CollectOriginal: {fields{}, `{"serial":"A1"}`}, bill.RequestChange: {fields{}, `{"comment":"x"}`},
		bill.RestoreElectronic: {fields{"to": w.Party["buyer"], "endorsee": w.Party["buyer"]}, world.Fixture("reissue")},
		bill.UpdateDraft:       {fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order")},
		bill.PlanLegs:          {fields{}, world.Fixture("legs")}, bill.StateThroughCharge: {fields{}, world.Fixture("through-charge")},
		bill.LiftHold:       {fields{"hold": 1}, ""},
		bill.EndorseJointly: {fields{"holders": []string{w.Party["buyer"], w.Party["bank"]}, "needs": 2}, ""},
		bill.ProposePledge:  {fields{"bank": w.Party["bank"]}, ""},
		bill.DeclinePledge:  {fields{"reason": "OTHER"}, ""}, bill.DeclineProposal: {fields{"reason": "OTHER"}, ""},
		bill.RevokeConsent: {fields{"reason": "OTHER"}, ""}, bill.WithdrawApproval: {fields{"reason": "OTHER"}, ""},
		bill.SurrenderPart:     {fields{}, some(1)},
		bill.RejectPart:        {fields{"reason": "OTHER"}, ""},
		bill.AnnulPart:         {fields{"part": "pt-none", "reason": "DATA_ERROR"}, ""},
		bill.InstructCustodian: {fields{"to": w.Party["buyer"]}, ""}, bill.Enforce: {fields{"reason": "NON_PAYMENT"}, ""}, bill.RecallTrust: {fields{"reason": "NON_PAYMENT"}, ""},
		bill.AgreeBankControl: {fields{"bank": w.Party["bank"]}, ""}, bill.ShowToBank: {fields{"bank": w.Party["bank"]}, ""},
		bill.OfferPledgeTransfer: {fields{"to": w.Party["bank"]}, ""}, bill.DeclinePledgeTransfer: {fields{"reason": "OTHER"}, ""},
		bill.ReleaseOnTrust: {fields{"receipt": world.Salt()}, ""},
		bill.GiveConsent:    {consent(w, id, "SURRENDER"), ""},
		recovery.Open:       {fields{"ground": "LOST_KEY", "claimant": w.Party["bank"]}, world.Fixture("recovery-evidence")},
	}
	for n, step := range steps {
		step()
		for _, who := range []string{"line", "line2", "shipper", "buyer", "bank", "customs"} {
			for _, p := range possibilities(w, who, "bill", id).Acts {
				request := fields{"id": id}
				for name, value := range good[p.Act].request {
					request[name] = value
				}
				if p.Act == bill.PlaceHold {
					request["ground"] = map[string]string{"line": "CARRIER_CHARGES"}[who]
					if request["ground"] == "" {
						request["ground"] = "QUARANTINE"
					}
				}
				_, _, err := w.Rehearse(who, "bill", string(p.Act), request, good[p.Act].content, world.Salt())
				require.Equal(t, p.Allowed, err == nil, "step %d: %s by %s: %v, %v", n, p.Act, who, p.Fault, err)
				if !p.Allowed {
					require.Equal(t, p.Fault.Code, codeOf(err), "step %d: %s by %s", n, p.Act, who)
				}
			}
		}
	}
}

// A record on the ledger and paper originals about the same goods would be two bills: no document says of itself that it is printed.
func TestABillOnTheLedgerIsElectronic(t *testing.T) {
	w := world.New(t)
	printed := func(document string) string { return world.With(document, "isElectronic", false) }
	request := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}
	f := w.Refused(fault.Invalid, "line", "bill", "draft", request, printed(world.Fixture("bill-order")))
	require.Equal(t, []string{"electronic", "/content/isElectronic"}, []string{f.Args["check"], f.At})
	id := w.Must("line", "bill", "draft", request, world.Fixture("bill-order")).ID
	update := fields{"id": id, "shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}
	w.Refused(fault.Invalid, "line", "bill", "update-draft", update, printed(world.Fixture("bill-order")))
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	amendable(w, id, "shipper", "AMD")
	f = w.Refused(fault.Invalid, "line", "bill", "reissue", fields{"id": id}, `{"bills":[`+printed(world.Fixture("bill-order"))+`]}`)
	require.Equal(t, "/content/bills/0/isElectronic", f.At)
}

// The carrier says who brought the originals of a straight bill back. It does not say whose the goods are.
func TestAStraightBillComesBackFromPaperToItsConsignee(t *testing.T) {
	w := world.New(t)
	id := w.IssueBill("bill-straight", fields{"consignee": w.Party["buyer"]}, "")
	amendable(w, id, "shipper", "SWTP")
	w.Must("line", "bill", "switch-to-paper", fields{"id": id}, `{"serials":["A1"]}`)
	w.Must("line", "bill", "collect-original", fields{"id": id}, `{"serial":"A1"}`)
	again := `{"bills":[` + world.Fixture("bill-straight") + `]}`
	f := w.Refused(fault.Invalid, "line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["forwarder"], "consignee": w.Party["forwarder"]}, again)
	require.Equal(t, []string{"same-parties", "/consignee"}, []string{f.Args["check"], f.At})
	f = w.Refused(fault.Invalid, "line", "bill", "restore-electronic",
		fields{"id": id, "to": w.Party["buyer"], "consignee": w.Party["buyer"], "shipper": w.Party["forwarder"]}, again)
	require.Equal(t, []string{"same-parties", "/shipper"}, []string{f.Args["check"], f.At})
	w.Must("line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["buyer"], "consignee": w.Party["buyer"]}, again)
	b := billOf(w, replacedBy(w, id)[0])
	require.Equal(t, ref(w, "buyer"), b.Title)
	w.Refused(fault.KindForbids, "buyer", "bill", "endorse", fields{"id": b.ID, "to": w.Party["bank"]}, "")
	surrender(w, b.ID, "buyer")
}

// An endorsement that was not to order is not washed off on paper.
func TestPaperDoesNotOpenAClosedChain(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "endorse", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	amendable(w, id, "buyer", "SWTP")
	w.Must("line", "bill", "switch-to-paper", fields{"id": id}, `{"serials":["A1"]}`)
	w.Must("line", "bill", "collect-original", fields{"id": id}, `{"serial":"A1"}`)
	f := w.Refused(fault.Invalid, "line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["bank"], "endorsee": w.Party["bank"]}, world.Fixture("reissue"))
	require.Equal(t, "/endorsee", f.At)
	w.Must("line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["buyer"], "endorsee": w.Party["buyer"]}, world.Fixture("reissue"))
	w.Refused(fault.NotEndorsable, "buyer", "bill", "endorse-to-order", fields{"id": replacedBy(w, id)[0], "to": w.Party["bank"]}, "")
}

// MLETR art. 17 and 18: what was on paper once stays known to have been, whatever takes its place later.
func TestThePaperOfABillIsRememberedByItsSuccessors(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	amendable(w, id, "shipper", "SWTP")
	w.Must("line", "bill", "switch-to-paper", fields{"id": id}, `{"serials":["A1"]}`)
	w.Must("line", "bill", "collect-original", fields{"id": id}, `{"serial":"A1"}`)
	w.Must("line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("reissue"))
	back := replacedBy(w, id)[0]
	mediums := billOf(w, back).Mediums
	require.Len(t, mediums, 2)
	amendable(w, back, "shipper", "SPLIT")
	w.Must("line", "bill", "reissue", fields{"id": back}, world.Fixture("reissue-split"))
	one, two := replacedBy(w, back)[0], replacedBy(w, back)[1]
	require.Equal(t, mediums, billOf(w, one).Mediums)
	for _, part := range []string{one, two} {
		amendable(w, part, "shipper", "COMBINE")
	}
	w.Must("line", "bill", "reissue", fields{"id": two, "bills": []string{one}}, world.Fixture("reissue"))
	require.Equal(t, mediums, billOf(w, replacedBy(w, two)[0]).Mediums)
}

// The shipper's organisation endorses, and has not what the bank asked for.
func TestABankCombinesBillsOfAShipper(t *testing.T) {
	w := world.New(t)
	one, two := w.IssuedBill(), other.issued(w)
	var docs []fields
	for _, id := range []string{one, two} {
		w.PassOn(id, "shipper", "bank")
		amendable(w, id, "bank", "COMBINE")
		docs = append(docs, asFields(string(read[billView](w, "line", "bill", id).Content)))
	}
	w.Must("line", "bill", "reissue", fields{"id": one, "bills": []string{two}}, text(fields{"bills": []fields{joined(docs)}}))
	b := billOf(w, replacedBy(w, one)[0])
	require.Equal(t, []any{4, ref(w, "bank"), []string{one, two}}, []any{b.Containers, b.Holder, b.Replaces})
}
