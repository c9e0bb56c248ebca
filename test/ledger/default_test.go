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

// A pledgor presents the pledged bill to another bank under a credit, and leaves the documents there: the bank that has the pledge
// enforces all the same. Documents at the bank's own counter it decides on first.
func TestDocumentsLeftWithAnotherBankDoNotKeepTheBankOut(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["factor"]}, "")
	w.Must("factor", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("factor", "bill", "consent", consent(w, id, "ENDORSE"), "")
	pr := w.CompletePresentation(id)
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Must("checker", "presentation", "refuse", w.Refusing(pr), "")
	w.Refused(fault.BillPresented, "factor", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Must("factor", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	b := billOf(w, id)
	require.Equal(t, ref(w, "factor"), b.Holder)
	require.Nil(t, b.Presented)
	w.Must("shipper", "presentation", "take-back", fields{"id": pr}, "")
	require.Equal(t, b, billOf(w, id), "the documents go back without the bill")

	id = otherPledged(w)
	pr = w.OpenedPresentation("shipper", id)
	w.Must("shipper", "presentation", "complete", fields{"id": pr}, "")
	w.Refused(fault.BillPresented, "bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
}

// The bank that has the pledge is repaid out of the credit, and lets go of its security before the other bank pays.
func TestAPledgeIsReleasedWhileAnotherBankExamines(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["factor"]}, "")
	w.Must("factor", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("factor", "bill", "consent", consent(w, id, "ENDORSE"), "")
	pr := w.CompletePresentation(id)
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
