package ledger_test

import (
	"testing"
	"time"

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

// reducedBy is an active guarantee whose bank is bound for less from a day on, and with an event.
func reducedBy(w *world.World) string {
	w.TB.Helper()
	parts := []fields{{"on": "2026-01-10", "amount": "300000.00"}, {"event": "FIRST_LOT_DELIVERED", "amount": "200000.00"}}
	return joinedBy(w, w.IssuedBill(), "", world.With(world.Fixture("joinder"), "reducesBy", parts))
}

// URDG 758 art 13: the schedule is counted at the day of presentation, and everybody computes the same account.
func TestAnAmountFallsAwayOnItsDayAndWithItsEvent(t *testing.T) {
	w := world.New(t)
	id := reducedBy(w)
	require.True(t, possible(w, "line", "guarantee", id, guarantee.Reduce, 0).Allowed)
	w.Refused(fault.WrongParty, "bank", "guarantee", "reduce", letterOf(id), world.Fixture("reduction"))
	wrong := world.With(world.Fixture("reduction"), "event", "SECOND_LOT")
	require.Equal(t, "/content/event", w.Refused(fault.Invalid, "line", "guarantee", "reduce", letterOf(id), wrong).At)
	w.Must("line", "guarantee", "reduce", letterOf(id), world.Fixture("reduction"))
	require.Equal(t, fault.NoReduction, possible(w, "line", "guarantee", id, guarantee.Reduce, 0).Fault.Code)
	w.Refused(fault.NoReduction, "line", "guarantee", "reduce", letterOf(id), world.Fixture("reduction"))
	w.Net.Advance(time.Date(2026, 1, 10, 0, 0, 1, 0, time.UTC).Sub(w.Net.Now()))
	w.Refused(fault.AmountExceeded, "line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	w.Must("line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "amount", "71200.00"))
	require.Equal(t, "PAID", string(w.Must("bank", "guarantee", "pay", letterOf(id), "").State))
	require.NotContains(t, string(publicOf(w)), "FIRST_LOT")
}

// URDG 758 art 26: thirty days more, for everybody to see; why is private.
func TestForceMajeureAtTheExpiry(t *testing.T) {
	w := world.New(t)
	short := world.With(world.With(world.Fixture("joinder"), "issueDate", "2026-01-01"), "expiryDate", "2026-01-30")
	id := joinedBy(w, w.IssuedBill(), "", short)
	since := func(at time.Time) string {
		return world.With(world.Fixture("force-majeure"), "since", at.Format(time.RFC3339))
	}
	w.Net.Advance(time.Date(2026, 2, 1, 6, 0, 0, 0, time.UTC).Sub(w.Net.Now()))
	w.Refused(fault.DeadlinePassed, "line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	w.Refused(fault.WrongParty, "buyer", "guarantee", "extend-force-majeure", letterOf(id), since(w.Net.Now()))
	f := w.Refused(fault.Invalid, "line", "guarantee", "extend-force-majeure", letterOf(id), since(w.Net.Now().Add(-time.Hour)))
	require.Equal(t, "/content/since", f.At, "it began after the end")
	w.Must("line", "guarantee", "extend-force-majeure", letterOf(id), since(w.Net.Now().Add(-48*time.Hour)))
	require.Equal(t, "2026-03-02T00:00:00Z", guaranteeOf(w, id).Terms.Ends)
	w.Refused(fault.NoForceMajeure, "bank", "guarantee", "extend-force-majeure", letterOf(id), since(w.Net.Now().Add(-48*time.Hour)))
	w.Must("line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	require.NotContains(t, string(publicOf(w)), "typhoon")
}

// URDG 758 art 25(d): an expiry on a day that is no business day at the place of presentation is one on the next that is. What is not
// subject to the rules ends when it says.
func TestAnExpiryOnNoBusinessDayMovesToTheNext(t *testing.T) {
	w := world.New(t)
	publishDays(w) // Saturdays and Sundays, at +08:00
	ends := func(date, rules, calendar string) string {
		short := world.With(world.With(world.With(world.Fixture("joinder"), "issueDate", "2026-01-01"), "expiryDate", date), "rules", rules)
		id := w.DraftedGuarantee(w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "PLG-"+date+rules[:1]+calendar))
		w.Must("buyer", "guarantee", "submit", letterOf(id), "")
		request := letterOf(id)
		if calendar != "" {
			request["calendar"] = carrierOrg + "/" + calendar
		}
		w.Must("bank", "guarantee", "join", request, short)
		return guaranteeOf(w, id).Terms.Ends
	}
	for _, c := range []struct{ date, rules, calendar, want string }{
		{"2026-01-30", "URDG758", "", "2026-01-31T00:00:00Z"}, // a Friday
		{"2026-01-31", "URDG758", "", "2026-02-03T00:00:00Z"},
		{"2026-01-31", "NONE", "", "2026-02-01T00:00:00Z"},
		{"2026-02-01", "URDG758", "CN", "2026-02-02T16:00:00Z"},
		{"2027-01-02", "URDG758", "CN", "2027-01-04T16:00:00Z"}, // a year that the calendar does not list counts by its weekend
	} {
		require.Equal(t, c.want, ends(c.date, c.rules, c.calendar), c)
	}
}
