package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/presentation"
	"portledger/test/world"
)

// What a bank has, others do not take from it, and what it has coming to it they do not keep from it.

// A shipper that defaulted presents the bill that the bank took, to get it back with the documents; so does one that endorsed it away long ago.
func TestNobodyPresentsWhatABankHasInItsOwnRight(t *testing.T) {
	w := world.New(t)
	enforced, bought := pledgedBill(w), otherPledged(w)
	w.Must("bank", "bill", "enforce", fields{"id": enforced, "reason": "NON_PAYMENT"}, "")
	w.Must("bank", "bill", "release-pledge", fields{"id": bought}, "")
	w.PassOn(bought, "shipper", "buyer")
	w.PassOn(bought, "buyer", "bank")
	for _, id := range []string{enforced, bought} {
		before := billOf(w, id)
		pr := w.OpenedPresentation("shipper", id)
		require.Equal(t, fault.NotWithBank, possible(w, "shipper", "presentation", pr, presentation.Complete, 0).Fault.Code)
		w.Refused(fault.NotWithBank, "shipper", "presentation", "complete", fields{"id": pr}, "")
		w.Must("shipper", "presentation", "withdraw", fields{"id": pr}, "")
		require.Equal(t, before, billOf(w, id))
	}
}

// A bank that keeps a bill for the presenter hands it back whole, or has it in its own right once it paid.
func TestAPostBoxExaminesDocuments(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	kept := func() string {
		w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"], "capacity": "POST_BOX"}, "")
		w.Must("bank", "bill", "accept", fields{"id": id}, "")
		pr := w.OpenedPresentation("shipper", id)
		w.Must("shipper", "presentation", "complete", fields{"id": pr}, "")
		return pr
	}
	pr := kept()
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Must("checker", "presentation", "refuse", w.Refusing(pr), "")
	w.Must("shipper", "presentation", "take-back", fields{"id": pr}, "")
	b := billOf(w, id)
	require.Equal(t, ref(w, "shipper"), b.Holder)
	require.Nil(t, b.Custody)
	w.PassOn(id, "shipper", "buyer")
	w.PassOn(id, "buyer", "shipper")
	pr = kept()
	w.Honour(pr)
	b = billOf(w, id)
	require.Equal(t, ref(w, "bank"), b.Holder)
	require.Nil(t, b.Custody)
	w.Must("bank", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
}

// A pledgor has a drawer full of presentations of the pledged bill to its bank, so that one of them is always before the bank: it enforces
// all the same, and the documents go back without the bill.
func TestDocumentsAtItsOwnCounterDoNotKeepABankOut(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	pr, other := w.OpenedPresentation("shipper", id), w.OpenedPresentation("shipper", id)
	w.Must("shipper", "presentation", "complete", fields{"id": pr}, "")
	w.Refused(fault.BillPresented, "bank", "bill", "release-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	b := billOf(w, id)
	require.Equal(t, []any{ref(w, "bank"), ref(w, "bank")}, []any{b.Holder, b.Title})
	w.Refused(fault.NotWithBank, "shipper", "presentation", "complete", fields{"id": other}, "")
	w.Must("bank", "presentation", "propose-honour", fields{"id": pr}, "")
	w.Refused(fault.NotWithBank, "checker", "presentation", "honour", fields{"id": pr}, "")
	w.Net.Advance(20 * 24 * time.Hour)
	w.Must("shipper", "presentation", "take-back", fields{"id": pr}, "")
	require.Equal(t, b, billOf(w, id))
}

// The bank let the bill be changed; the line has it and changes nothing, and the pledgor does not pay.
func TestABillThatWaitsToBeChangedIsEnforced(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "AMEND"), "")
	amendable(w, id, "shipper", "AMD")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	b := billOf(w, id)
	require.Equal(t, []any{bill.Issued, ref(w, "bank"), ref(w, "bank"), ""}, []any{b.State, b.Holder, b.Title, b.Amendment})
	w.Refused(fault.WrongState, "line", "bill", "annul-surrender", fields{"id": id, "reason": "DATA_ERROR"}, "")
	surrender(w, id, "bank")

	id = otherPledged(w)
	w.Must("shipper", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))
	w.Must("bank", "bill", "release-on-trust", fields{"id": id, "receipt": deedSeen(w, "bank", id).Pledge.Control.Receipt}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "AMEND"), "")
	amendable(w, id, "shipper", "AMD")
	w.Must("bank", "bill", "recall-trust", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	b = billOf(w, id)
	require.Equal(t, []any{bill.Issued, ref(w, "shipper"), bill.PledgeActive}, []any{b.State, b.Holder, b.Pledge.State})
	w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": id}, "")
}

// The pledgor asks for two consents, to sell and to surrender, and lets a third one surrender of whom the bank knows nothing.
func TestAConsentIsNoneToTheNextHolder(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	require.Nil(t, billOf(w, id).Pledge.Consent)
	w.Refused(fault.Pledged, "buyer", "bill", "surrender", fields{"id": id}, "")
}

// A bank that was paid has no goods to freeze any more.
func TestABankThatWasPaidFreezesNothing(t *testing.T) {
	w := world.New(t)
	id := onTrust(w, "LOCK")
	surrender(w, id, "shipper")
	order := w.Must("shipper", "release", "request", houseRelease(w, id), own.of("release")).ID
	freeze := fields{"id": order, "ground": "BANK"}
	w.Must("bank", "release", "place-hold", freeze, "")
	w.Must("bank", "bill", "settle-trust", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "bank", "release", "place-hold", freeze, "")
	require.Equal(t, fault.WrongParty, possible(w, "bank", "release", order, "place-hold", 0).Fault.Code)
	w.Must("bank", "release", "lift-hold", fields{"id": order, "hold": 1}, "")
}

// The bank released on trust, and lets the pledgor sell what it has: the buyer, who signed nothing, gets no goods without the bank.
func TestABuyerOfWhatIsHeldOnTrustAsksTheBank(t *testing.T) {
	w := world.New(t)
	id := onTrust(w, "POSSESSORY")
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	w.PassOn(id, "shipper", "buyer")
	w.Refused(fault.Pledged, "buyer", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.Pledged, "buyer", "bill", "surrender-part", fields{"id": id}, world.Fixture("part"))
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
}

// A change of destination takes the bank's consent. A letter for another place would bring the same about, and leave the bill as it is.
func TestPledgedGoodsDoNotGoToAnotherPlace(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	content := world.With(world.With(world.Fixture("guarantee-aa"), "igForm", "B"), "guarantorBank", nil)
	draft := fields{"kind": "B", "beneficiary": w.Party["line"], "deliverTo": w.Party["buyer"], "bills": []string{id}}
	content = world.With(content, "deliveryPlace", fields{"UNLocationCode": "CNNGB"})
	require.Equal(t, "X-07", w.Refused(fault.Pledged, "buyer", "guarantee", "draft", draft, content).Rule)
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	letterB(w, id, "buyer")
}
