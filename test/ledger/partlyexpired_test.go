package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// partlyExpired is an order of which one container is out and the other's time ran out.
func partlyExpired(w *world.World) (bill, order, out string) {
	w.TB.Helper()
	bill = w.SurrenderedBill()
	order = w.RequestedRelease(bill)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	out = w.GatedOut(order, 1)
	w.Net.Advance(73 * time.Hour)
	w.Must("buyer", "release", "expire", fields{"id": order}, "")
	return bill, order, out
}

func extended(w *world.World, order string) {
	w.TB.Helper()
	w.Must("line", "release", "extend", fields{"id": order, "validTo": w.Net.Now().Add(48 * time.Hour).Format(time.RFC3339)}, "")
}

// what customs says while an order has run out is not forgotten when the carrier extends it.
func TestCustomsIsHeardWhileAnOrderHasRunOut(t *testing.T) {
	w := world.New(t)
	_, order, _ := partlyExpired(w)
	w.Must("customs", "release", "hold-customs", fields{"id": order}, world.Fixture("notice-hold"))
	view := orderOf(w, order)
	require.Equal(t, 1, view.Control.Customs, "only what is out counts as released")
	require.True(t, view.Lines[0].Control.Flagged)
	require.Equal(t, "CUSTOMS_ORDER", view.Lines[1].Control.Holds[0].Ground)
	extended(w, order)
	w.Refused(fault.OnHold, "buyer", "release", "delegate", lineTo(w, order, 2, "trucker"), "")
	w.Must("customs", "release", "lift-hold", fields{"id": order, "line": 2, "hold": 1}, "")
	w.Appointed(order, 2)
	f := w.Refused(fault.GateNotCleared, "terminal", "interchange", "record", fields{"id": w.AuthorisedOut(order, 2)}, world.Sheet("gate-sheet-out", 2))
	require.Equal(t, "CUSTOMS", f.Args["gate"])
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	require.Equal(t, 2, orderOf(w, order).Control.Customs)
}

// NO_HOLD is asked at every step: a hold on the container that waits for an extension can be laid and lifted meanwhile.
func TestAnExpiredContainerIsHeldAndLetGo(t *testing.T) {
	w := world.New(t)
	_, order, _ := partlyExpired(w)
	hold := fields{"id": order, "ground": "TERMINAL_DAMAGE", "line": 2}
	w.Must("terminal", "release", "place-hold", hold, "")
	w.Refused(fault.WrongParty, "line", "release", "lift-hold", fields{"id": order, "line": 2, "hold": 1}, "")
	extended(w, order)
	w.Refused(fault.OnHold, "buyer", "release", "delegate", lineTo(w, order, 2, "trucker"), "")
	w.Must("terminal", "release", "lift-hold", fields{"id": order, "line": 2, "hold": 1}, "")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 2, "trucker"), "")
	w.Refused(fault.WrongState, "terminal", "release", "place-hold", fields{"id": order, "ground": "TERMINAL_DAMAGE", "line": 1}, "")
}

// An order whose containers are all back or on another order ends by the carrier's revocation, and the other goes on.
func TestTheRestOfAnExpiredOrderGoesOnAnother(t *testing.T) {
	w := world.New(t)
	bill, order, out := partlyExpired(w)
	w.Returned(order, 1, out)
	require.Equal(t, "PARTIALLY_EXPIRED", w.State("release", order), "it may still be extended")
	ask := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party["terminal"]}
	again := w.Must("buyer", "release", "request", ask, oneLine(world.Fixture("release"), 1)).ID
	w.Must("line", "release", "revoke", fields{"id": order, "reason": "DATA_ERROR"}, "")
	require.Equal(t, "CLOSED", w.State("release", order))
	require.Equal(t, release.Listed, orderOf(w, again).Lines[0].Control.State)
}
