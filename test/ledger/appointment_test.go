package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// Another truck is another appointment: the terminal confirms it again, and the gate knows the last one only.
func TestAnAppointmentIsChangedBeforeTheGate(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	changed := strings.ReplaceAll(w.Appointment(2*time.Hour), "闽D12345", "闽D55555")
	w.Refused(fault.WrongParty, "trucker2", "release", "amend-appointment", line(g.order, 1), changed)
	w.Refused(fault.NotValidNow, "trucker", "release", "amend-appointment", line(g.order, 1), w.Appointment(80*time.Hour))
	before := orderOf(w, g.order).Lines[0].Control
	w.Must("trucker", "release", "amend-appointment", line(g.order, 1), changed)
	l := orderOf(w, g.order).Lines[0].Control
	require.Equal(t, release.AppointmentRequested, l.State)
	require.NotEqual(t, before.Appointment, l.Appointment)
	require.Greater(t, l.AppointmentEnds, before.AppointmentEnds)
	w.Refused(fault.WrongState, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Must("terminal", "release", "confirm-appointment", line(g.order, 1), "")
	w.Net.Advance(2 * time.Hour)
	w.Refused(fault.PlateMismatch, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, strings.ReplaceAll(world.Sheet("gate-sheet-out", 1), "闽D12345", "闽D55555"))
	w.Refused(fault.WrongState, "trucker", "release", "amend-appointment", line(g.order, 1), changed)
}

// Who has no business with the truck keeps nothing of its appointment, also after a change.
func TestAnAppointmentIsSeenByTerminalAndTrucker(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("trucker", "release", "amend-appointment", line(g.order, 1), w.Appointment(time.Hour))
	sees := func(name string) json.RawMessage {
		return read[struct {
			Lines []struct{ Appointment json.RawMessage }
		}](w, name, "release", g.order).Lines[0].Appointment
	}
	for _, name := range []string{"terminal", "trucker"} {
		require.JSONEq(t, w.Appointment(time.Hour), string(sees(name)))
	}
	for _, name := range []string{"line", "bank", "buyer", "trucker2"} {
		require.Empty(t, sees(name), name)
	}
}

const driversCode = "48213907"

// coded is an appointment with a release code.
func coded(w *world.World, code string) string {
	return world.With(w.Appointment(0), "releaseCode", content.NewReleaseCode(world.Salt(), code))
}

func TestATerminalLetsOutWhoKnowsTheCode(t *testing.T) {
	w := world.NewWith(t, map[string]string{terminalOrg: `,"gate":{"releaseCode":true}`})
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("buyer", "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	require.True(t, possible(w, "trucker", "release", order, release.RequestAppointment, 1).Allowed)
	f := w.Refused(fault.Invalid, "trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
	require.Equal(t, "/content/releaseCode", f.At)
	appointment := coded(w, driversCode)
	w.Must("trucker", "release", "request-appointment", line(order, 1), appointment)
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")

	receipt := fields{"id": w.AuthorisedOut(order, 1)}
	require.True(t, possible(w, "terminal", "interchange", receipt["id"].(string), lifecycle.Act("record"), 0).Allowed)
	var agreed struct{ ReleaseCode content.ReleaseCode }
	require.NoError(t, json.Unmarshal([]byte(appointment), &agreed))
	told := func(code string) string {
		return world.With(world.Sheet("gate-sheet-out", 1), "releaseCodeProof", content.CodeProof(agreed.ReleaseCode.Salt, code))
	}
	w.Refused(fault.ReleaseCodeMismatch, "terminal", "interchange", "record", receipt, world.Sheet("gate-sheet-out", 1))
	f = w.Refused(fault.ReleaseCodeMismatch, "terminal", "interchange", "record", receipt, told("11111111"))
	require.Equal(t, "/content/releaseCodeProof", f.At)
	w.Refused(fault.PlateMismatch, "terminal", "interchange", "record", receipt, strings.ReplaceAll(told("11111111"), "闽D12345", "闽D55555"))
	w.Must("terminal", "interchange", "record", receipt, told(driversCode))
	for _, org := range []string{carrierOrg, terminalOrg, bankOrg, portOrg} {
		require.NotContains(t, string(seenBy(w, org)), driversCode, "the code itself never comes to the ledger")
	}
}
