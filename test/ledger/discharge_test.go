package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/test/world"
)

// forTwoBills is a letter in force for two bills of the shipper, and those.
func forTwoBills(w *world.World) (letter, one, two string) {
	w.TB.Helper()
	one, two = w.IssuedBill(), other.issued(w)
	letter = w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(one, two), world.With(world.Fixture("guarantee-aa"), "underlying", []fields{
		{"transportDocumentReference": own.number, "equipmentReferences": own.containers()},
		{"transportDocumentReference": other.number, "equipmentReferences": other.containers()}})).ID
	w.Must("buyer", "guarantee", "submit", letterOf(letter), "")
	w.Must("bank", "guarantee", "join", letterOf(letter), world.Fixture("joinder"))
	w.Must("line", "guarantee", "accept", letterOf(letter), "")
	return letter, one, two
}

func surrenderedBy(w *world.World, id, who string) {
	w.TB.Helper()
	w.PassOn(id, "shipper", who)
	surrender(w, id, who)
}

// a letter for two bills counts those that are surrendered, and one whose surrender was annulled is not. Goods may
// leave under the letter again, so it must not end with the other bill.
func TestAnAnnulledSurrenderCountsNoMore(t *testing.T) {
	w := world.New(t)
	letter, one, two := forTwoBills(w)
	surrenderedBy(w, one, "buyer")
	w.Must("line", "bill", "annul-surrender", fields{"id": one, "reason": "COURT_ORDER"}, "")
	past := historyOf(t, w, "line", "guarantee", letter)
	require.Equal(t, guarantee.SurrenderAnnulled, past[len(past)-1].Act)
	order := w.RequestedUnderGuarantee(one, letter)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	surrenderedBy(w, two, "buyer")
	require.Equal(t, "ACTIVE", w.State("guarantee", letter))
	surrender(w, one, "buyer")
	require.Equal(t, "DISCHARGED", w.State("guarantee", letter))
}

// a demand, answered or not, does not stop goods whose bill came back from the party that they go to. It stops them while the
// bill is out. The letter is kept for the beneficiary, which releases it (decision 10): no guarantor ends what it owes by a rejection.
func TestADemandStopsNoGoodsWhoseBillCameBack(t *testing.T) {
	for act, content := range map[string]string{"": "", "pay": "", "reject-demand": world.Fixture("rejection")} {
		w := world.New(t)
		id := w.IssuedBill()
		letter := w.ActiveGuarantee(id)
		order := w.RequestedUnderGuarantee(id, letter)
		w.AcceptedRelease(order)
		w.Appointed(order, 1)
		w.Appointed(order, 2)
		w.GatedOut(order, 1)
		w.Must("line", "guarantee", "demand", letterOf(letter), world.Fixture("demand"))
		second := w.AuthorisedOut(order, 2)
		sheet := world.Sheet("gate-sheet-out", 2)
		require.Equal(t, "X-01", w.Refused(fault.NoBasis, "terminal", "interchange", "record", fields{"id": second}, sheet).Rule)
		surrenderedBy(w, id, "buyer")
		if act != "" {
			request := letterOf(letter)
			if content != "" {
				request["reason"] = "OTHER"
			}
			w.Must("bank", "guarantee", act, request, content)
			w.Refused(fault.GuaranteeInUse, "line", "guarantee", "release", letterOf(letter), "")
		}
		w.Must("terminal", "interchange", "record", fields{"id": second}, sheet)
		require.Equal(t, "ACCOMPLISHED", w.State("bill", id))
	}
}
