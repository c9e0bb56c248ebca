package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/test/world"
)

// paidOnce demands what the fixture does, and lets the bank pay it.
func paidOnce(w *world.World, id string) {
	w.TB.Helper()
	w.Must("line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	w.Must("bank", "guarantee", "pay", letterOf(id), "")
}

// Who agreed already is the right party in the right state, and waits for the others.
func TestWhoAgreedWaitsForTheOthers(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	w.Must("line", "guarantee", "propose-amendment", letterOf(id), world.Fixture("guarantee-amendment"))
	w.Refused(fault.AmendmentOpen, "line", "guarantee", "accept-amendment", letterOf(id), "")
	said := possible(w, "line", "guarantee", id, guarantee.AcceptAmendment, 0)
	require.Equal(t, fault.AmendmentOpen, said.Fault.Code)
	require.Contains(t, read[struct{ Acts []string }](w, "line", "guarantee", id).Acts, "accept-amendment")
}

// A payment between the proposal and the last agreement can leave it without room: the agreement is told so before it is tried.
func TestAnAmendmentCoversWhatWasPaid(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	small := world.With(world.Fixture("guarantee-amendment"), "amount", "250000.00")
	w.Must("bank", "guarantee", "propose-amendment", letterOf(id), small)
	paidOnce(w, id)
	w.Must("line", "guarantee", "accept-amendment", letterOf(id), "")
	paidOnce(w, id)
	require.Equal(t, fault.AmountExceeded, possible(w, "buyer", "guarantee", id, guarantee.AcceptAmendment, 0).Fault.Code)
	require.Empty(t, w.Refused(fault.AmountExceeded, "buyer", "guarantee", "accept-amendment", letterOf(id), "").At)
	w.Must("buyer", "guarantee", "reject-amendment", fields{"id": id, "reason": "AMOUNT"}, "")
	f := w.Refused(fault.AmountExceeded, "bank", "guarantee", "propose-amendment", letterOf(id), small)
	require.Equal(t, "/content/amount", f.At)
}

// URDG 758 art 23: what a demand asks in place of payment is a longer validity.
func TestADemandAsksForALongerValidity(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	shorter := world.With(world.Fixture("demand"), "extendTo", "2027-01-31")
	f := w.Refused(fault.Invalid, "line", "guarantee", "demand", letterOf(id), shorter)
	require.Equal(t, "/content/extendTo", f.At)
	require.Equal(t, "later", f.Args["check"])
}
