package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/test/world"
)

func (g readyForGate) recordFails(t *testing.T, w *world.World, code fault.Code) *fault.Fault {
	t.Helper()
	return w.Refused(code, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
}

// Walk-through 6: customs holds after issue; the gate stays shut until customs lifts it.
func TestWalkThrough6(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("customs", "release", "hold-customs", fields{"id": g.order}, world.Fixture("notice-hold"))
	view := orderOf(w, g.order)
	require.Equal(t, release.Delegated, view.Control.State)
	require.Equal(t, 0, view.Control.Customs)
	require.Equal(t, "CUSTOMS_ORDER", view.Lines[0].Control.Holds[0].Ground)
	require.Equal(t, "CUSTOMS_ORDER", g.recordFails(t, w, fault.OnHold).Args["ground"])
	w.Refused(fault.OnHold, "buyer", "release", "delegate", lineTo(w, g.order, 2, "trucker2"), "")
	for _, who := range []string{"line", "terminal"} {
		w.Refused(fault.WrongParty, who, "release", "lift-hold", fields{"id": g.order, "line": 1, "hold": 1}, "")
	}
	w.Must("customs", "release", "lift-hold", fields{"id": g.order, "line": 1, "hold": 1}, "")
	require.Equal(t, "CUSTOMS", g.recordFails(t, w, fault.GateNotCleared).Args["gate"])
	w.Must("customs", "release", "release-customs", fields{"id": g.order}, world.Fixture("notice"))
	require.Empty(t, orderOf(w, g.order).Lines[1].Control.Holds, "the release lifts what the notice laid on")
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Must("customs", "release", "hold-customs", fields{"id": g.order}, world.Fixture("notice-hold"))
	view = orderOf(w, g.order)
	require.True(t, view.Lines[0].Control.Flagged, "what is out gets a flag only")
	require.Empty(t, view.Lines[0].Control.Holds)
	require.Len(t, view.Lines[1].Control.Holds, 1)
	require.Equal(t, 1, view.Control.Customs)
}

func TestANoticeSaysWhatItsActSays(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	f := w.Refused(fault.Invalid, "customs", "release", "hold-customs", fields{"id": order}, world.Fixture("notice"))
	require.Equal(t, "/content/outcome", f.At)
	f = w.Refused(fault.Invalid, "customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice-hold"))
	require.Equal(t, "/content/outcome", f.At)
}

// Walk-through 7: one container out, the order runs out, the carrier extends it for the other.
func TestWalkThrough7(t *testing.T) {
	w := world.New(t)
	bill := w.SurrenderedBill()
	order := w.RequestedRelease(bill)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	w.Refused(fault.StillValid, "trucker2", "release", "expire", fields{"id": order}, "")
	w.Net.Advance(73 * time.Hour)
	w.Must("trucker2", "release", "expire", fields{"id": order}, "")
	view := orderOf(w, order)
	require.Equal(t, release.PartiallyExpired, view.Control.State)
	require.Equal(t, []any{release.LineGatedOut, release.LineExpired}, []any{view.Lines[0].Control.State, view.Lines[1].Control.State})
	w.Refused(fault.WrongState, "buyer", "release", "delegate", lineTo(w, order, 2, "trucker"), "")
	extend := fields{"id": order, "validTo": w.Net.Now().Add(48 * time.Hour).Format(time.RFC3339)}
	w.Refused(fault.WrongParty, "buyer", "release", "extend", extend, "")
	w.Must("line", "release", "extend", extend, "")
	require.Equal(t, "DELEGATED", w.State("release", order))
	w.Appointed(order, 2)
	w.GatedOut(order, 2)
	require.Equal(t, "GATED_OUT", w.State("release", order))
}

// an expired or revoked line frees its container, and a new order that took it keeps it.
func TestAnEndedOrderFreesItsContainers(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	order := w.RequestedRelease(id)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	require.Equal(t, []string{order}, read[billView](w, "line", "bill", id).Delivery.Orders)
	w.Net.Advance(73 * time.Hour)
	w.Must("buyer", "release", "expire", fields{"id": order}, "")
	ask := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}
	again := w.Must("buyer", "release", "request", ask, oneLine(world.Fixture("release"), 1)).ID
	extend := fields{"id": order, "validTo": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}
	require.Equal(t, "X-05", w.Refused(fault.ContainerBusy, "line", "release", "extend", extend, "").Rule)
	w.Refused(fault.Invalid, "line", "release", "revoke", fields{"id": order, "reason": "OTHER"}, "")
	w.Must("line", "release", "revoke", fields{"id": order, "reason": "DATA_ERROR"}, "")
	require.Equal(t, "GATED_OUT", w.State("release", order), "it goes on for the container that is out")
	require.Equal(t, "X-05", w.Refused(fault.ContainerBusy, "buyer", "release", "request", ask, oneLine(world.Fixture("release"), 1)).Rule)
	require.Equal(t, []string{order, again}, read[billView](w, "line", "bill", id).Delivery.Orders)
	w.Must("buyer", "release", "cancel", fields{"id": again}, "")
	require.Equal(t, []string{order}, read[billView](w, "line", "bill", id).Delivery.Orders)
}

func TestARevocationCancelsAppointments(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Refused(fault.WrongParty, "terminal", "release", "revoke", fields{"id": g.order, "reason": "FRAUD_SUSPECTED"}, "")
	w.Must("line", "release", "revoke", fields{"id": g.order, "reason": "FRAUD_SUSPECTED"}, "")
	view := orderOf(w, g.order)
	require.Equal(t, release.Revoked, view.Control.State)
	require.Equal(t, "FRAUD_SUSPECTED", view.Control.Last.Reason)
	for _, l := range view.Lines {
		require.Equal(t, release.LineRevoked, l.Control.State)
		require.Empty(t, l.Control.Appointment)
		require.Equal(t, "FRAUD_SUSPECTED", l.Control.Last.Reason)
	}
	g.recordFails(t, w, fault.WrongState)
	w.Refused(fault.WrongState, "line", "release", "extend", fields{"id": g.order, "validTo": "2030-01-01T00:00:00Z"}, "")
}

func TestAHoldOnOneContainerLeavesTheOther(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("terminal", "release", "place-hold", fields{"id": order, "ground": "TERMINAL_DAMAGE", "line": 1}, "")
	w.Refused(fault.OnHold, "buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 2, "trucker"), "")
	w.Refused(fault.WrongRole, "bank", "release", "place-hold", fields{"id": order, "ground": "BANK"}, "")
	w.Refused(fault.Invalid, "line", "release", "place-hold", fields{"id": order, "ground": "COURT"}, "")
	w.Refused(fault.NotFound, "line", "release", "place-hold", fields{"id": order, "ground": "CARRIER_CHARGES", "line": 3}, "")
	w.Must("line", "release", "place-hold", fields{"id": order, "ground": "CARRIER_CHARGES", "until": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}, "")
	w.Refused(fault.OnHold, "trucker", "release", "accept-delegation", line(order, 2), "")
	w.Net.Advance(time.Hour)
	w.Must("trucker", "release", "accept-delegation", line(order, 2), "")
	w.Refused(fault.NotFound, "terminal", "release", "lift-hold", fields{"id": order, "hold": 7, "line": 1}, "")
	w.Must("terminal", "release", "lift-hold", fields{"id": order, "hold": 1, "line": 1}, "")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
}

func TestTheOtherGatesAreClearedLineByLine(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	ask := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}
	with := func(gates ...string) fields {
		request := fields{"gates": gates}
		for k, v := range ask {
			request[k] = v
		}
		return request
	}
	require.Equal(t, "/gates", w.Refused(fault.Invalid, "buyer", "release", "request", with("DANGEROUS_GOODS"), world.Fixture("release")).At)
	require.Equal(t, "/gates", w.Refused(fault.Invalid, "buyer", "release", "request", with("CUSTOMS"), world.Fixture("release")).At)
	order := w.Must("buyer", "release", "request", with("QUARANTINE", "DISINFECTION"), world.Fixture("release")).ID
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	g := readyForGate{order: order, receipt: w.AuthorisedOut(order, 1)}
	require.Equal(t, "QUARANTINE", g.recordFails(t, w, fault.GateNotCleared).Args["gate"])
	quarantine := fields{"id": order, "gate": "QUARANTINE", "lines": []int{1}}
	w.Refused(fault.Invalid, "terminal", "release", "clear-gate", quarantine, world.Fixture("evidence"))
	w.Refused(fault.WrongRole, "line", "release", "clear-gate", quarantine, world.Fixture("evidence"))
	failed := world.With(world.Fixture("evidence"), "result", "FAIL")
	require.Equal(t, "/content/result", w.Refused(fault.Invalid, "customs", "release", "clear-gate", quarantine, failed).At)
	w.Must("customs", "release", "clear-gate", quarantine, world.Fixture("evidence"))
	w.Refused(fault.AlreadyCleared, "customs", "release", "clear-gate", quarantine, world.Fixture("evidence"))
	require.Equal(t, "DISINFECTION", g.recordFails(t, w, fault.GateNotCleared).Args["gate"])
	w.Must("terminal", "release", "refuse-gate", fields{"id": order, "gate": "DISINFECTION", "reason": "OTHER"}, failed)
	l := orderOf(w, order).Lines[0].Control
	require.Equal(t, release.Refused, l.Gates[release.GateDisinfection].Status)
	require.NotEmpty(t, l.Gates[release.GateDisinfection].Evidence)
	require.Equal(t, w.Party["customs"], l.Gates[release.GateQuarantine].By)
	require.Equal(t, "DISINFECTION", g.recordFails(t, w, fault.GateNotCleared).Args["gate"])
	w.Must("terminal", "release", "clear-gate", fields{"id": order, "gate": "DISINFECTION"}, world.Fixture("evidence"))
	var view struct {
		Gates []struct{ Gate, Status string } `json:"gates"`
	}
	w.Read("line", "release", order, &view)
	status := map[string]string{}
	for _, gate := range view.Gates {
		status[gate.Gate] = gate.Status
	}
	require.Equal(t, map[string]string{"TITLE": "CLEARED", "CHARGES": "CLEARED", "CUSTOMS": "CLEARED", "QUARANTINE": "PENDING",
		"DISINFECTION": "CLEARED", "DANGEROUS_GOODS": "NOT_APPLICABLE", "NO_HOLD": "CLEARED"}, status)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
}

func TestNobodyCame(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	noShow := line(g.order, 1)
	w.Refused(fault.AppointmentOpen, "terminal", "release", "no-show", noShow, "")
	w.Net.Advance(90 * time.Minute) // the window of an hour, and the grace
	w.Refused(fault.AppointmentOpen, "terminal", "release", "no-show", noShow, "")
	w.Refused(fault.AppointmentOpen, "buyer", "release", "recall", noShow, "")
	for _, name := range world.Names { // whoever sees the appointment and whoever does not
		require.Equal(t, fault.AppointmentOpen, possible(w, name, "release", g.order, release.NoShow, 1).Fault.Code, name)
	}
	w.Net.Advance(time.Minute)
	for _, name := range world.Names {
		require.True(t, possible(w, name, "release", g.order, release.NoShow, 1).Allowed, name)
	}
	w.Must("line2", "release", "no-show", noShow, "")
	l := orderOf(w, g.order).Lines[0].Control
	require.Empty(t, l.AppointmentEnds)
	require.Equal(t, release.Listed, l.State)
	require.Equal(t, ref(w, "trucker"), l.Right, "the right stays where it is")
	w.Refused(fault.WrongState, "terminal", "release", "no-show", noShow, "")
	w.Must("buyer", "release", "recall", noShow, "")
}

func TestAnAmendmentReachesWhoeverNeedsIt(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Refused(fault.WrongParty, "buyer", "release", "amend", fields{"id": order}, world.Fixture("amendment"))
	w.Must("line", "release", "amend", fields{"id": order}, world.Fixture("amendment"))
	type amended struct {
		Amendment any `json:"amendment"`
	}
	for who, sees := range map[string]bool{"line": true, "terminal": true, "buyer": true, "trucker": false, "bank": false, "forwarder": false} {
		require.Equal(t, sees, read[amended](w, who, "release", order).Amendment != nil, who)
	}
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	require.NotNil(t, read[amended](w, "trucker", "release", order).Amendment)
}

// Trap 4: a carrier whose setting says so issues before customs releases; the gate asks for customs all the same.
func TestACarrierMayIssueAhead(t *testing.T) {
	w := world.NewWith(t, map[string]string{carrierOrg: `,"release":{"issueAhead":true}`})
	order := w.RequestedRelease(w.SurrenderedBill())
	issue := fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}
	w.Refused(fault.WrongState, "line", "release", "issue", issue, "") // charges come first whatever the setting
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "CREDIT"}, world.Fixture("credit-terms"))
	w.Must("line", "release", "issue", issue, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	w.Appointed(order, 1)
	g := readyForGate{order: order, receipt: w.AuthorisedOut(order, 1)}
	require.Equal(t, "CUSTOMS", g.recordFails(t, w, fault.GateNotCleared).Args["gate"])
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
}

// A court's hold counts where carrier and terminal take the court's organisation seriously.
func TestAnAuthorityMustBeTrusted(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("court", portOrg, false, "AUTHORITY")
	w.Register("elsewhere", railOrg, false, "AUTHORITY")
	order := w.RequestedRelease(w.SurrenderedBill())
	hold := fields{"id": order, "ground": "COURT"}
	require.Equal(t, railOrg, w.Refused(fault.FeedNotTrusted, "elsewhere", "release", "place-hold", hold, "").Args["feed"])
	w.Must("court", "release", "place-hold", hold, "")
	w.Refused(fault.WrongParty, "elsewhere", "release", "lift-hold", fields{"id": order, "hold": 1}, "")
	require.Equal(t, "COURT", orderOf(w, order).Control.Last.Reason)
}

// The bank that joined the guarantee may freeze what rests on it.
func TestTheBankOfTheGuaranteeHolds(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	order := w.RequestedUnderGuarantee(id, w.ActiveGuarantee(id))
	w.AcceptedRelease(order)
	w.Must("bank", "release", "place-hold", fields{"id": order, "ground": "BANK"}, "")
	w.Refused(fault.OnHold, "buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("bank", "release", "lift-hold", fields{"id": order, "hold": 1}, "")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
}

// Asked what is possible, the ledger tries every act on order and lines without its input.
func TestTheActsOfAReleaseAreTriedWithoutTheirInput(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	allowed := func(who string) map[string]bool {
		found := map[string]bool{}
		for _, p := range possibilities(w, who, "release", g.order).Acts {
			if p.Allowed && p.Line < 2 {
				found[string(p.Act)] = true
			}
		}
		return found
	}
	require.Equal(t, map[string]bool{"revoke": true, "amend": true, "extend": true, "place-hold": true,
		"report-readings": true, "attach-certificate": true, "present-charges": true}, allowed("line"))
	require.Equal(t, map[string]bool{"hold-customs": true, "place-hold": true}, allowed("customs"))
	require.Equal(t, map[string]bool{"cancel-appointment": true, "amend-appointment": true}, allowed("trucker"))
	w.Must("customs", "release", "hold-customs", fields{"id": g.order}, world.Fixture("notice-hold"))
	require.Contains(t, allowed("customs"), "release-customs")
	require.Contains(t, allowed("customs"), "lift-hold")
}
