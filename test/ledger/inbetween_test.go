package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// What changes between two steps of a release is looked at again by the second one.

// asked is an accepted order whose first container's trucker asks for a slot.
func asked(w *world.World, slot time.Duration) (order string) {
	w.TB.Helper()
	order = w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	w.Must("trucker", "release", "request-appointment", line(order, 1), w.Appointment(slot))
	return order
}

// X-08, domain facts 4.3: the window is inside the validity, as that is when the terminal confirms.
func TestASlotBeyondAShortenedValidityIsNotConfirmed(t *testing.T) {
	w := world.New(t)
	order := asked(w, 10*time.Hour)
	shorten := fields{"id": order, "validTo": w.Net.Now().Add(2 * time.Hour).Format(time.RFC3339)}
	w.Must("line", "release", "amend", shorten, world.Fixture("amendment"))
	require.Equal(t, fault.NotValidNow, possible(w, "terminal", "release", order, release.ConfirmAppointment, 1).Fault.Code)
	w.Refused(fault.NotValidNow, "terminal", "release", "confirm-appointment", line(order, 1), "")
	w.Must("trucker", "release", "amend-appointment", line(order, 1), w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
}

func TestASlotThatIsOverIsNotConfirmed(t *testing.T) {
	w := world.New(t)
	order := asked(w, 0)
	w.Net.Advance(time.Hour) // to the very end of the window
	require.True(t, possible(w, "terminal", "release", order, release.ConfirmAppointment, 1).Allowed)
	w.Net.Advance(time.Second)
	w.Refused(fault.NotValidNow, "terminal", "release", "confirm-appointment", line(order, 1), "")
	w.Must("terminal", "release", "refuse-appointment", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
}

// The last second of an order counts: it is valid at its end, and expires after it.
func TestTheLastSecondOfAnOrderCounts(t *testing.T) {
	w := world.New(t)
	order := asked(w, 71*time.Hour)
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	receipt := w.AuthorisedOut(order, 1)
	end, err := time.Parse(time.RFC3339, orderOf(w, order).Control.ValidTo)
	require.NoError(t, err)
	w.Net.Advance(end.Sub(w.Net.Now()))
	w.Refused(fault.StillValid, "buyer", "release", "expire", fields{"id": order}, "")
	require.True(t, possible(w, "terminal", "interchange", receipt, "record", 0).Allowed)
	w.Net.Advance(time.Second)
	w.Refused(fault.NotValidNow, "terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	w.Must("buyer", "release", "expire", fields{"id": order}, "")
}

// endingSoon is a guarantee whose validity ends in a day, and an order on it that awaits its issue.
func endingSoon(w *world.World) (bill, letter, order string) {
	w.TB.Helper()
	bill = w.IssuedBill()
	letter = joinedBy(w, bill, "", world.With(world.With(world.Fixture("joinder"), "issueDate", "2026-01-01"), "expiryDate", "2026-01-01"))
	return bill, letter, w.RequestedUnderGuarantee(bill, letter)
}

// a guarantee under which nobody could claim is no basis, at the request, at the issue and at the gate.
func TestAGuaranteeEndsInTheMiddle(t *testing.T) {
	w := world.New(t)
	bill, letter, order := endingSoon(w)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	receipt := w.AuthorisedOut(order, 1)
	require.True(t, possible(w, "terminal", "interchange", receipt, "record", 0).Allowed)
	again := func() *fault.Fault {
		return w.Refused(fault.NoBasis, "terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	}
	w.Net.Advance(24 * time.Hour)
	require.Equal(t, "X-01", again().Rule)
	require.Equal(t, fault.DeadlinePassed, codeOf(tryTo(w, "line", "demand", letter)))
	for _, g := range read[struct {
		Gates []struct{ Gate, Status string }
	}](w, "line", "release", order).Gates {
		if g.Gate == "TITLE" {
			require.Equal(t, "PENDING", g.Status)
		}
	}
	// Everybody who is bound lengthens it, and the truck goes.
	longer := world.With(world.Fixture("joinder"), "bankReference", nil)
	for _, member := range []string{"swiftReference", "bank", "governingLaw", "jurisdiction", "undertakings"} {
		longer = world.With(longer, member, nil)
	}
	w.Must("bank", "guarantee", "propose-amendment", letterOf(letter), world.With(longer, "expiryDate", "2027-11-20"))
	w.Must("buyer", "guarantee", "accept-amendment", letterOf(letter), "")
	w.Must("line", "guarantee", "accept-amendment", letterOf(letter), "")
	w.Must("trucker", "release", "amend-appointment", line(order, 1), w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	w.Must("terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	// The bill made good, the guarantee is needed no more.
	w.PassOn(bill, "shipper", "buyer")
	surrender(w, bill, "buyer")
	require.Equal(t, guarantee.Discharged, guaranteeOf(w, letter).State)
}

func TestAGuaranteeEndsBeforeTheIssue(t *testing.T) {
	w := world.New(t)
	bill, _, order := endingSoon(w)
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	w.Net.Advance(24 * time.Hour)
	issue := fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}
	require.Equal(t, "X-01", w.Refused(fault.NoBasis, "line", "release", "issue", issue, "").Rule)
	require.Equal(t, fault.NoBasis, possible(w, "line", "release", order, release.Issue, 0).Fault.Code)
	w.PassOn(bill, "shipper", "buyer")
	surrender(w, bill, "buyer")
	w.Must("line", "release", "issue", issue, "") // the bill itself stands behind it now
}

// Domain facts 4.2: a notice clears the containers of the bill that it names.
func TestANoticeForAnotherBillClearsNothing(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	other := func(name string) string {
		return world.With(world.Fixture(name), "transportDocumentReference", "OEDL26XMN00043")
	}
	f := w.Refused(fault.NotCovered, "customs", "release", "release-customs", fields{"id": order}, other("notice"))
	require.Equal(t, "/content/transportDocumentReference", f.At)
	w.Refused(fault.NotCovered, "customs", "release", "hold-customs", fields{"id": order}, other("notice-hold"))
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.With(world.Fixture("notice"), "transportDocumentReference", nil))
	require.Equal(t, 2, orderOf(w, order).Control.Customs)
}

// Domain facts 4.1 (amendments): what is shown is the last amendment, so it takes over what an earlier one changed.
func TestALaterAmendmentForgetsNothing(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("line", "release", "amend", fields{"id": order}, world.Fixture("amendment"))
	f := w.Refused(fault.Invalid, "line", "release", "amend", fields{"id": order}, `{"additionalInformation":"Mind the crane."}`)
	require.Equal(t, "/content/returnLocation", f.At)
	require.Equal(t, "required", f.Args["check"])
	w.Must("line", "release", "amend", fields{"id": order}, world.With(world.Fixture("amendment"), "additionalInformation", "Mind the crane."))
	seen := read[struct {
		Amendment struct {
			ReturnLocation        struct{ FacilityCode string }
			AdditionalInformation string
		}
	}](w, "terminal", "release", order).Amendment
	require.Equal(t, []string{"XMT1", "Mind the crane."}, []string{seen.ReturnLocation.FacilityCode, seen.AdditionalInformation})
}

// NO_HOLD is any authority's (domain facts 4.2): nobody keeps customs off by filling the list.
func TestTheListOfHoldsIsNotFilledByOne(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	for line := range 2 { // the order itself, and its first container
		for n := 1; ; n++ {
			request := fields{"id": order, "ground": "TERMINAL_DAMAGE", "until": w.Net.Now().Add(time.Duration(n) * time.Hour).Format(time.RFC3339)}
			if line > 0 {
				request["line"] = line
			}
			if _, err := w.Try("terminal", "release", "place-hold", request, ""); err != nil {
				require.Equal(t, fault.LimitReached, codeOf(err))
				break
			}
		}
	}
	w.Must("customs", "release", "place-hold", fields{"id": order, "ground": "CUSTOMS_ORDER"}, "")
	w.Must("customs", "release", "hold-customs", fields{"id": order, "lines": []int{1}}, world.Fixture("notice-hold"))
	require.Equal(t, "CUSTOMS_ORDER", orderOf(w, order).Lines[0].Control.Holds[6].Ground)
}
