package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// What a pledgor can do with one consent to keep its bank from enforcing.

// A pledgor and its accomplice bind the pledged bill to a sale that nobody pays for. The bank's consent bounds how long, and when the
// deadline is over the bank needs neither of them.
func TestASaleThatNobodyPaysDoesNotKeepTheBankOut(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	long := sale(w, id)
	long["deadline"] = w.Net.Now().Add(time.Hour + time.Second).Format(time.RFC3339)
	f := w.Refused(fault.Pledged, "shipper", "exchange", "propose", long, world.Fixture("exchange-terms"))
	require.Equal(t, []string{"X-06", "/deadline"}, []string{f.Rule, f.At})

	ex := agreed(w, id)
	enforce := fields{"id": id, "reason": "NON_PAYMENT"}
	w.Refused(fault.Committed, "bank", "bill", "enforce", enforce, "")
	w.Net.Advance(time.Hour)
	w.Must("bank", "bill", "enforce", enforce, "")
	b := billOf(w, id)
	require.Equal(t, []lifecycle.Ref{ref(w, "bank"), ref(w, "bank")}, []lifecycle.Ref{b.Holder, b.Title})
	require.Empty(t, b.Committed())
	w.Must("shipper", "exchange", "withdraw", fields{"id": ex, "reason": "NOT_PAID"}, "")
	require.Equal(t, b, billOf(w, id), "the exchange comes to its end and moves nothing")
}

// The consent ran out, or was taken back, or is to somebody else: what was proposed under it is agreed to no more.
func TestASaleEndsWithinTheConsent(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	ex := offeredForPayment(w, sale(w, id))
	short := consent(w, id, "ENDORSE")
	short["until"] = w.Net.Now().Add(30 * time.Minute).Format(time.RFC3339)
	w.Must("bank", "bill", "consent", short, "")
	require.Empty(t, w.Refused(fault.Pledged, "buyer", "exchange", "agree", fields{"id": ex}, "").At)
	require.Equal(t, fault.Pledged, possible(w, "buyer", "exchange", ex, "agree", 0).Fault.Code)
	require.NotNil(t, billOf(w, id).Pledge.Consent, "a refused agreement uses nothing up")
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
}

// presentedElsewhere pledges a bill to the factor, which consents to its presentation to another bank.
func presentedElsewhere(t *testing.T) (w *world.World, id, presentation string) {
	t.Helper()
	w = world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id = w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["factor"]}, "")
	w.Must("factor", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("factor", "bill", "consent", consent(w, id, "ENDORSE"), "")
	return w, id, w.CompletePresentation(id)
}

// A pledgor presents the pledged bill to another bank under a credit, and leaves the documents there: the bank that has the pledge
// enforces all the same.
func TestDocumentsLeftWithAnotherBankDoNotKeepTheBankOut(t *testing.T) {
	w, id, pr := presentedElsewhere(t)
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Must("checker", "presentation", "refuse", w.Refusing(pr), "")
	w.Refused(fault.BillPresented, "factor", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Must("factor", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	b := billOf(w, id)
	require.Equal(t, ref(w, "factor"), b.Holder)
	require.Nil(t, b.Presented)
	w.Must("shipper", "presentation", "take-back", fields{"id": pr}, "")
	require.Equal(t, b, billOf(w, id), "the documents go back without the bill")
}

// The bank that has the pledge is repaid out of the credit, and lets go of its security before the other bank pays.
func TestAPledgeIsReleasedWhileAnotherBankExamines(t *testing.T) {
	w, id, pr := presentedElsewhere(t)
	w.Must("factor", "bill", "release-pledge", fields{"id": id}, "")
	require.True(t, billOf(w, id).Under(pr))
	w.Honour(pr)
	require.Equal(t, ref(w, "bank"), billOf(w, id).Title)
	require.Nil(t, billOf(w, id).Pledge)
}

// Another bank takes no pledge over of a bill that is on its way out of it.
func TestAPledgeDoesNotPassWhileTheBillIsOnItsWay(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := pledgedBill(w)
	w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
	take := fields{"id": id}
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Refused(fault.OfferOpen, "factor", "bill", "accept-pledge-transfer", take, "")
	w.Must("shipper", "bill", "withdraw", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, bill.ConsentPart), some(1))
	w.Must("shipper", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Refused(fault.PartOpen, "factor", "bill", "accept-pledge-transfer", take, "")
	w.Must("shipper", "bill", "withdraw-part", fields{"id": id}, "")
	w.Must("factor", "bill", "accept-pledge-transfer", take, "")
	require.Equal(t, ref(w, "factor"), billOf(w, id).Pledge.Bank)
}

// A part waits for the line's answer when the pledgor defaults: it ends. What the bank let go before is the pledgor's, and counts.
func TestADefaultWhileABillIsDeliveredInParts(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	w.Must("buyer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, bill.ConsentPart), some(1))
	first := delivered(w, "buyer", id, 1)
	w.Must("bank", "bill", "consent", consent(w, id, bill.ConsentPart), some(2))
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	late := w.Endorsed("line", "bill", "accept-part", fields{"id": id}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	w.Net.Commit(late)
	require.Nil(t, billOf(w, id).OpenPart())
	w.Refused(fault.NotFound, "line", "bill", "accept-part", fields{"id": id}, "")
	require.Equal(t, []int{1, 2}, []int{billOf(w, id).Delivered(), billOf(w, id).Balance()})
	require.Equal(t, boxes[1:], partsOf(w, "bank", id).Balance)
	w.Refused(fault.WrongParty, "buyer", "bill", "surrender-part", fields{"id": id}, some(2))
	w.Refused(fault.BalancePassedOn, "line", "bill", "annul-part", fields{"id": id, "part": first, "reason": "COURT_ORDER"}, "")
	w.Refused(fault.NotClaimant, "bank", "release", "request", onPart(w, id, first), releaseOf(1))
	collected(w, "buyer", id, first, 1)
	surrender(w, id, "bank")
	w.Refused(fault.NotCovered, "bank", "release", "request", onPart(w, id, ""), releaseOf(1, 2, 3))
	w.Must("bank", "release", "request", onPart(w, id, ""), releaseOf(2, 3))
}

// Goods that left under a trust receipt are gone; the recall takes the rest, and a part that waits with it.
func TestARecallWhileABillIsDeliveredInParts(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "shipper")
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("shipper", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))
	w.Must("bank", "bill", "release-on-trust", fields{"id": id, "receipt": deedSeen(w, "bank", id).Pledge.Control.Receipt}, "")
	delivered(w, "shipper", id, 3)
	w.Must("shipper", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("bank", "bill", "recall-trust", fields{"id": id, "reason": "BREACH_OF_TERMS"}, "")
	w.Refused(fault.NotFound, "line", "bill", "accept-part", fields{"id": id}, "")
	w.Refused(fault.Pledged, "shipper", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Refused(fault.WrongParty, "bank", "bill", "recall-trust", fields{"id": id, "reason": "BREACH_OF_TERMS"}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	require.Equal(t, boxes[:2], partsOf(w, "bank", id).Balance)
	surrender(w, id, "bank")
}

// A consent is to an act under one pledge: not under the next one, nor on the bill that takes this one's place.
func TestAConsentEndsWithItsPledge(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Refused(fault.WrongParty, "bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": id}, "")

	w.Must("bank", "bill", "consent", consent(w, id, "AMEND"), "")
	w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "AMD"}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	w.Refused(fault.WrongState, "bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	w.Must("line", "bill", "reissue", fields{"id": id}, `{"bills":[`+world.Fixture("bill-order")+`]}`)
	fresh := billOf(w, id).ReplacedBy[0]
	w.Refused(fault.WrongParty, "bank", "bill", "consent", consent(w, fresh, "SURRENDER"), "")
	surrender(w, fresh, "shipper")
}

// Each act of a pledge once: made again it is refused, and changes nothing.
func TestNothingOfAPledgeHappensTwice(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssuedBill()
	twice := func(code fault.Code, who, act string, request fields, content string) {
		t.Helper()
		w.Must(who, "bill", act, request, content)
		before := billOf(w, id)
		w.Refused(code, who, "bill", act, request, content)
		require.Equal(t, before, billOf(w, id))
	}
	propose, same := fields{"id": id, "bank": w.Party["bank"]}, fields{"id": id}
	twice(fault.Duplicate, "shipper", "propose-pledge", propose, "")
	twice(fault.NoOffer, "shipper", "withdraw-pledge", same, "")
	w.Must("shipper", "bill", "propose-pledge", propose, "")
	twice(fault.WrongParty, "bank", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Must("shipper", "bill", "propose-pledge", propose, "")
	twice(fault.WrongParty, "bank", "accept-pledge", same, "")
	w.Must("bank", "bill", "consent", consent(w, id, "TRANSFER"), "")
	twice(fault.NotFound, "bank", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}, "")
	offer := fields{"id": id, "to": w.Party["factor"]}
	twice(fault.OfferOpen, "bank", "offer-pledge-transfer", offer, "")
	twice(fault.NoOffer, "bank", "withdraw-pledge-transfer", same, "")
	w.Must("bank", "bill", "offer-pledge-transfer", offer, "")
	twice(fault.WrongParty, "factor", "decline-pledge-transfer", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Must("bank", "bill", "offer-pledge-transfer", offer, "")
	twice(fault.WrongParty, "factor", "accept-pledge-transfer", same, "")
	w.Must("shipper", "bill", "sign-trust-receipt", same, world.Fixture("trust-receipt"))
	receipt := fields{"id": id, "receipt": deedSeen(w, "factor", id).Pledge.Control.Receipt}
	twice(fault.WrongParty, "factor", "release-on-trust", receipt, "")
	owing := fields{"id": id, "reason": "NON_PAYMENT"}
	twice(fault.WrongParty, "factor", "recall-trust", owing, "")
	twice(fault.WrongParty, "factor", "enforce", owing, "")
	w.Refused(fault.WrongParty, "factor", "bill", "release-pledge", same, "")
}

// One person of the bank, bribed, finds no act by which the security or a limit goes that the bank did not let it make alone.
func TestOnePersonOfTheBankGivesNothingAway(t *testing.T) {
	w := eyed(t, "bill/*", "facility/*")
	w.Register("factor", terminalOrg, false, "BANK")
	w.With(w.Proposed("bank", "facility", "open", fields{"witness": terminalOrg}, ""), func() {
		w.Must("checker", "facility", "open", fields{"witness": terminalOrg}, "")
	})
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	accept := fields{"id": id, "version": billOf(w, id).Version}
	w.Refused(fault.FourEyes, "bank", "bill", "accept-pledge", accept, "")
	a := w.Proposed("bank", "bill", "accept-pledge", accept, "")
	notApproved(w, "same-person", with(w, a, "bank", "bill", "accept-pledge", accept, ""))
	require.NoError(t, with(w, a, "checker", "bill", "accept-pledge", accept, ""))
	for act, c := range map[lifecycle.Act]struct {
		request fields
		content string
	}{
		bill.GiveConsent: {consent(w, id, "SURRENDER"), ""}, bill.ReleasePledge: {fields{"id": id}, ""},
		bill.Enforce:             {fields{"id": id, "reason": "NON_PAYMENT"}, ""},
		bill.OfferPledgeTransfer: {fields{"id": id, "to": w.Party["factor"]}, ""},
		"renew-registration":     {fields{"id": id, "until": until(w, time.Hour)}, world.Fixture("pledge-registration")},
		"appoint-supervisor":     {fields{"id": id, "to": w.Party["terminal"], "hours": 24}, ""},
	} {
		for _, who := range []string{"bank", "checker"} {
			w.Refused(fault.FourEyes, who, "bill", string(act), c.request, c.content)
		}
	}
	w.Refused(fault.FourEyes, "checker", "facility", "open", fields{"witness": terminalOrg}, "")
	require.True(t, billOf(w, id).Pledged())
}
