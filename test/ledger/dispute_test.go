package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/test/world"
)

// backDented is the buyer's container that left and came back with a dent, signed clean by depot and trucker; the buyer is
// its user.
func backDented(w *world.World) (g readyForGate, in string) {
	w.TB.Helper()
	g = atGate(w)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.With(world.With(world.Sheet("gate-sheet-out", 1), "condition", "SOUND"), "damages", []any{}))
	w.Signed(g.receipt, "terminal")
	in = w.Must("line", "interchange", "authorise", fields{"type": "IN_EMPTY", "release": g.order, "line": 1, "out": g.receipt,
		"facility": w.Party["depot"], "trucker": w.Party["trucker"], "user": w.Party["buyer"]}, world.Sheet("authority-in", 1)).ID
	w.Must("depot", "interchange", "record", fields{"id": in}, world.Sheet("gate-sheet-in", 1))
	w.Signed(in, "depot")
	return g, in
}

// Domain facts 5.3 and 5.8, walk-through 8: the user, who signs nothing, has 72 hours, whoever wants the receipt closed.
func TestACarrierDoesNotCutTheUsersWindowShort(t *testing.T) {
	w := world.New(t)
	g, in := backDented(w)
	w.Must("line", "interchange", "close", fields{"id": g.receipt}, "") // nobody but its signers used it
	require.Equal(t, fault.TooEarly, receiptActs(w, "line", in)["close"].Fault.Code)
	w.Refused(fault.TooEarly, "line", "interchange", "close", fields{"id": in}, "")
	w.Net.Advance(interchange.DisputeWindow)
	w.Refused(fault.TooEarly, "line", "interchange", "close", fields{"id": in}, "")
	w.Must("buyer", "interchange", "dispute", fields{"id": in, "reason": "DAMAGE"}, world.Fixture("statement"))
}

func TestACarrierClosesWhatTheUserLetPass(t *testing.T) {
	w := world.New(t)
	_, in := backDented(w)
	w.Net.Advance(interchange.DisputeWindow + time.Second)
	w.Refused(fault.TooLate, "buyer", "interchange", "dispute", fields{"id": in, "reason": "DAMAGE"}, world.Fixture("statement"))
	w.Must("line", "interchange", "close", fields{"id": in}, "")
}

// What the carrier disputes is not settled by the two others between them: it is a side, and its peer endorses.
func TestACarrierInDisputeIsASide(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	signedByFacility(w, g)
	w.Must("line", "interchange", "dispute", fields{"id": g.receipt, "reason": "DAMAGE"}, world.Fixture("statement"))
	w.Must("terminal", "interchange", "propose-resolution", fields{"id": g.receipt}, world.Fixture("statement"))
	agree := fields{"id": g.receipt, "commitment": receiptOf(w, g.receipt).Dispute.Addendum}
	w.Refused(fault.WrongParty, "trucker", "interchange", "accept-resolution", agree, "")
	_, plan, err := w.Rehearse("line", "interchange", "accept-resolution", agree, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{carrierOrg, portOrg, terminalOrg}, plan.Endorsers)
	w.Must("line", "interchange", "accept-resolution", agree, "")
	require.Equal(t, interchange.Resolved, receiptOf(w, g.receipt).State)
}

// A terminal with trucks of its own signs twice, and settles a dispute with the line and not with itself.
func TestATerminalsOwnTruckIsNoOtherSide(t *testing.T) {
	w := world.New(t)
	w.Register("both", terminalOrg, false, "TERMINAL", "TRUCKER")
	order := w.Must("buyer", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": w.SurrenderedBill()},
		"terminal": w.Party["both"]}, world.Fixture("release")).ID
	for _, who := range []string{"line", "both"} {
		w.Must(who, "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	}
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	w.Must("line", "release", "issue", fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "both"), "")
	w.Must("both", "release", "accept-delegation", line(order, 1), "")
	w.Must("both", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Must("both", "release", "confirm-appointment", line(order, 1), "")
	id := w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["both"], "trucker": w.Party["both"]}, world.Sheet("authority-out", 1)).ID
	w.Must("both", "interchange", "record", fields{"id": id}, world.Sheet("gate-sheet-out", 1))
	w.Must("both", "interchange", "dispute", fields{"id": id, "reason": "DAMAGE"}, world.Fixture("statement"))
	require.Equal(t, ref(w, "line"), receiptOf(w, id).Dispute.Road)
	w.Must("both", "interchange", "propose-resolution", fields{"id": id}, world.Fixture("statement"))
	agree := fields{"id": id, "commitment": receiptOf(w, id).Dispute.Addendum}
	w.Refused(fault.WrongParty, "both", "interchange", "accept-resolution", agree, "")
	w.Must("line", "interchange", "accept-resolution", agree, "")
}

// A way back that was recorded wrongly is corrected also when the receipt of the way out is closed already.
func TestAReturnIsCorrectedAfterItsWayOutWasClosed(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Signed(g.receipt, "terminal")
	in := w.Returned(g.order, 1, g.receipt)
	w.Must("line", "interchange", "close", fields{"id": g.receipt}, "")
	require.True(t, receiptActs(w, "depot", in)["void"].Allowed)
	w.Must("depot", "interchange", "void", fields{"id": in, "reason": "DATA_ERROR"}, world.Sheet("gate-sheet-in", 1))
	fresh := receiptOf(w, in).SupersededBy
	require.Equal(t, in, receiptOf(w, g.receipt).Counterpart, "what is final stays as it is, and leads on")
	require.Equal(t, g.receipt, receiptOf(w, fresh).Counterpart)
	w.Signed(fresh, "depot")
	w.Must("line", "interchange", "close", fields{"id": fresh}, "")
}
