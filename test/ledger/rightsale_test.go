package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/test/world"
)

// rightSold is the public part of a proposal by the buyer to sell the right to a line of an order, 0 for all.
func rightSold(w *world.World, order string, line int, to string) fields {
	request := fields{"release": order, "buyer": w.Party[to], "bank": w.Party["bank"], "proofKind": "BANK_SIGNATURE",
		"deadline": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}
	if line != 0 {
		request["line"] = line
	}
	return request
}

func TestTheRightToAContainerPassesAgainstPayment(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("haulier", railOrg, false, "TRUCKER")
	key := keyOf(w, "bank")
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	terms := world.Fixture("exchange-terms")
	ex := w.Must("buyer", "exchange", "propose", rightSold(w, order, 1, "haulier"), terms).ID
	w.Refused(fault.NotShown, "haulier", "exchange", "agree", fields{"id": ex}, "")
	_, plan, err := w.Rehearse("buyer", "exchange", "show", fields{"id": ex}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{portOrg, railOrg}, plan.Endorsers)
	w.Must("buyer", "exchange", "show", fields{"id": ex}, "")
	require.Contains(t, string(read[exchangeView](w, "haulier", "exchange", ex).Subject), own.first)
	require.NotContains(t, string(read[exchangeView](w, "haulier", "exchange", ex).Subject), own.second)
	w.Must("haulier", "exchange", "agree", fields{"id": ex}, "")
	w.Refused(fault.Committed, "buyer", "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["trucker"]}, "")
	w.Refused(fault.Committed, "buyer", "release", "recall", fields{"id": order, "line": 1}, "")
	w.Refused(fault.Committed, "haulier", "release", "accept-delegation", fields{"id": order, "line": 1}, "")
	w.Refused(fault.Committed, "haulier", "release", "decline-delegation", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
	_, plan, err = w.Rehearse("haulier", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "", "")
	require.NoError(t, err)
	require.Equal(t, []string{carrierOrg, portOrg, railOrg, terminalOrg}, plan.Endorsers, "who gets a right marks the line as its own")
	require.Empty(t, plan.Attach)
	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	view := orderOf(w, order)
	require.Equal(t, ref(w, "haulier"), view.Lines[0].Control.Right)
	require.Equal(t, ref(w, "buyer"), view.Lines[1].Control.Right)
	require.Equal(t, 1, view.Control.Given)
	w.Refused(fault.PassedAgainstPayment, "buyer", "release", "recall", fields{"id": order, "line": 1}, "")
	require.NotEmpty(t, read[releaseView](w, "haulier", "release", order).Lines[0].Content)
	w.Must("haulier", "release", "request-appointment", fields{"id": order, "line": 1}, w.Appointment(0))
	for _, org := range []string{carrierOrg, terminalOrg} {
		require.NotContains(t, string(seenBy(w, org)), "128500.00", org)
	}
}

func TestTheRightToAllContainersPassesOrNone(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	terms := world.Fixture("exchange-terms")
	w.Refused(fault.NotFound, "buyer", "exchange", "propose", rightSold(w, order, 3, "forwarder"), terms)
	w.Refused(fault.SellerNotInControl, "forwarder", "exchange", "propose", rightSold(w, order, 0, "trucker"), terms)
	require.Equal(t, "/buyer", w.Refused(fault.RecipientNotAllowed, "buyer", "exchange", "propose", rightSold(w, order, 0, "shipper"), terms).At)
	ex := w.Must("buyer", "exchange", "propose", rightSold(w, order, 0, "forwarder"), terms).ID
	one := w.Must("buyer", "exchange", "propose", rightSold(w, order, 2, "trucker"), terms).ID
	w.Must("trucker", "exchange", "agree", fields{"id": one}, "")
	w.Refused(fault.Committed, "forwarder", "exchange", "agree", fields{"id": ex}, "")
	require.Empty(t, orderOf(w, order).Lines[0].Control.Against, "all or none")
	w.Net.Advance(time.Hour)
	w.Must("trucker", "exchange", "withdraw", fields{"id": one, "reason": "NOT_PAID"}, "")
	require.Zero(t, orderOf(w, order).Lines[1].Control.Against)

	ex = w.Must("buyer", "exchange", "propose", rightSold(w, order, 0, "forwarder"), terms).ID
	w.Must("forwarder", "exchange", "agree", fields{"id": ex}, "")
	w.Must("terminal", "release", "place-hold", fields{"id": order, "ground": "TERMINAL_DAMAGE", "line": 2}, "")
	w.Refused(fault.OnHold, "bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	require.Equal(t, ref(w, "buyer"), orderOf(w, order).Lines[0].Control.Right)
	w.Must("terminal", "release", "lift-hold", fields{"id": order, "hold": 1, "line": 2}, "")
	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	view := orderOf(w, order)
	require.Equal(t, 2, view.Control.Given)
	for _, l := range view.Lines {
		require.Equal(t, ref(w, "forwarder"), l.Control.Right)
	}

	// What was only delegated is not the delegate's to sell; what was paid for is, and its delegations are recalled.
	w.Must("forwarder", "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "accept-delegation", fields{"id": order, "line": 1}, "")
	w.Refused(fault.SellerNotInControl, "trucker", "exchange", "propose", rightSold(w, order, 1, "trucker2"), terms)
	w.Must("forwarder", "release", "recall", fields{"id": order, "line": 1}, "")
	ex = w.Must("forwarder", "exchange", "propose", rightSold(w, order, 1, "trucker2"), terms).ID
	w.Must("trucker2", "exchange", "agree", fields{"id": ex}, "")

	// An order that is revoked sells nothing, and the exchange comes to its end all the same.
	w.Must("line", "release", "revoke", fields{"id": order, "reason": "COURT_ORDER"}, "")
	w.Refused(fault.WrongState, "bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	w.Net.Advance(time.Hour)
	w.Must("forwarder", "exchange", "withdraw", fields{"id": ex, "reason": "NOT_PAID"}, "")
	require.Equal(t, exchange.Withdrawn, exchangeOf(w, ex).State)
}
