package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
	"portledger/test/world"
)

// sheetAt is a gate sheet that says when the move was made.
func sheetAt(fixture string, at time.Time) string {
	return world.With(world.Sheet(fixture, 1), "gate", map[string]any{"at": at.Format(time.RFC3339), "lane": "G3",
		"facility": map[string]any{"UNLocationCode": "CNXMN", "facilityCodeListProvider": "SMDG", "facilityCode": "XMT1"}})
}

// Demurrage ends and detention begins with the sheet's own time: nobody moves money by writing another one (X-08, trap 8).
func TestASheetTellsOfAMoveThatCanHaveBeen(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	now := w.Net.Now()
	record := fields{"id": g.receipt}
	refused := func(code fault.Code, check string, at time.Time) {
		t.Helper()
		f := w.Refused(code, "terminal", "interchange", "record", record, sheetAt("gate-sheet-out", at))
		require.Equal(t, "/content/gate/at", f.At)
		require.Equal(t, check, f.Args["check"])
	}
	refused(fault.OutsideWindow, "", now.AddDate(-1, 0, 0))
	refused(fault.OutsideWindow, "", now.AddDate(73, 0, 0))
	refused(fault.OutsideWindow, "", now.Add(-rules.WindowGrace-time.Second))
	refused(fault.Invalid, "not-in-future", now.Add(state.SkewMax+time.Second))
	refused(fault.Invalid, "after-authority", now.Add(-state.SkewMax-time.Second))
	require.Equal(t, interchange.Authorised, receiptOf(w, g.receipt).State)
	w.Must("terminal", "interchange", "record", record, sheetAt("gate-sheet-out", now.Add(state.SkewMax)))

	// A correction is no way round it: it is held against the first authority.
	w.Net.Advance(20 * time.Minute)
	wrong := fields{"id": g.receipt, "reason": "DATA_ERROR"}
	for _, at := range []time.Time{now.Add(-state.SkewMax - time.Second), w.Net.Now().Add(state.SkewMax + time.Second)} {
		require.Equal(t, "/content/gate/at", w.Refused(fault.Invalid, "terminal", "interchange", "void", wrong, sheetAt("gate-sheet-out", at)).At)
	}
	w.Must("terminal", "interchange", "void", wrong, sheetAt("gate-sheet-out", now))
}

// The way back is not before it was allowed, which is after the way out, nor after it is written down.
func TestAnEmptyComesBackAfterItLeft(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Net.Advance(24 * time.Hour)
	in := fields{"id": w.Must("line", "interchange", "authorise", fields{"type": "IN_EMPTY", "release": g.order, "line": 1, "out": g.receipt,
		"facility": w.Party["depot"], "trucker": w.Party["trucker"]}, world.Sheet("authority-in", 1)).ID}
	w.Net.Advance(48 * time.Hour)
	for check, at := range map[string]time.Time{"after-authority": w.Net.Now().Add(-49 * time.Hour), "not-in-future": w.Net.Now().Add(time.Hour)} {
		f := w.Refused(fault.Invalid, "depot", "interchange", "record", in, sheetAt("gate-sheet-in", at))
		require.Equal(t, check, f.Args["check"])
	}
	w.Must("depot", "interchange", "record", in, sheetAt("gate-sheet-in", w.Net.Now().Add(-2*time.Hour))) // written down late
}

// Who stands at the gate with an order that ran out is told so, and not that it is the wrong container.
func TestAnExpiredOrderIsNamedAtTheGate(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Net.Advance(73 * time.Hour)
	f := w.Refused(fault.NotValidNow, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, "X-08", f.Rule)
	w.Must("buyer", "release", "expire", fields{"id": g.order}, "")
	f = w.Refused(fault.NotValidNow, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, "X-08", f.Rule)
	require.Equal(t, fault.NotValidNow, receiptActs(w, "terminal", g.receipt)["record"].Fault.Code)
}

func TestARevokedOrderIsNamedAtTheGate(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("line", "release", "revoke", fields{"id": g.order, "reason": "DATA_ERROR"}, "")
	f := w.Refused(fault.WrongState, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, "REVOKED", f.Args["state"])
}
