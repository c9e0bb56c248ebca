package ledger_test

import (
	"encoding/json"
	"slices"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
)

var final = map[lifecycle.State]bool{bill.Accomplished: true, bill.Voided: true, release.Closed: true, release.Rejected: true,
	release.Cancelled: true, release.EmptyReturned: true, guarantee.Refused: true, guarantee.Withdrawn: true, guarantee.Discharged: true,
	release.Revoked: true}

// isFinal tells whether nothing can happen to the paper any more. A line that expired may be taken up again with its order.
func isFinal(p paper, state lifecycle.State) bool {
	return final[state] || (p.family == "leg" && (state == leg.HandedOver || state == leg.Delivered)) || (p.family == "interchange" && state == interchange.Expired)
}

// isOver is isFinal where what is around a bill counts as well: one on paper lives, one that was replaced does not.
func (k *walk) isOver(p paper, state lifecycle.State) bool {
	if p.family != "bill" {
		return isFinal(p, state)
	}
	return isFinal(p, state) && !k.bill(p.id).OnPaper() || k.recovered(p)
}

// check holds what must always be true against everything there is.
func (k *walk) check() {
	live := map[string]string{}
	k.checkGoods()
	for _, p := range k.papers {
		control := string(k.control(p))
		h := k.head(p)
		if p.family == "line" { // customs may flag a container that left, and its receipt may be corrected
			control = string(h.State)
		}
		if p.family == "release" && h.State == release.Closed { // detention is stated and paid when the last container is back
			control = withoutMoney(k, control)
		}
		if ended, has := k.ended[p.String()]; has {
			require.Equal(k, ended, control, "what came to an end stays as it was")
		} else if k.isOver(p, h.State) {
			k.ended[p.String()] = control
		}
		switch p.family {
		case "bill":
			k.checkBill(p)
			k.checkLegs(p)
		case "guarantee":
			k.checkMoney(p)
		case "release":
			k.checkOrder(p)
		case "line":
			l := orderOf(k.w, p.id).Lines[p.line-1].Control
			if slices.Contains([]lifecycle.State{release.Listed, release.AppointmentRequested, release.Appointed}, l.State) {
				require.Empty(k, live[l.Box], "a container on two live lines: %s and %s", live[l.Box], p)
				live[l.Box] = p.String()
			}
		}
	}
}

// withoutMoney is an order's record without how its charges stand, and without the acts that tell of them.
func withoutMoney(t require.TestingT, control string) string {
	var o release.Order
	require.NoError(t, json.Unmarshal([]byte(control), &o))
	o.CarrierStatement, o.TerminalStatement, o.CarrierCharges, o.TerminalCharges = release.Charges{}, release.Charges{}, "", ""
	o.Version, o.Chain, o.Last = 0, "", lifecycle.Entry{}
	rest, err := json.Marshal(o)
	require.NoError(t, err)
	return string(rest)
}

// checkMoney: what was paid under a guarantee and what can still be demanded are together what it was given for.
func (k *walk) checkMoney(p paper) {
	var seen struct {
		Pieces struct{ Account guarantee.Account }
	}
	k.w.Read("line", "guarantee", p.id, &seen)
	a := seen.Pieces.Account
	if a.Amount == "" {
		return
	}
	amount, paid, left := decimal.RequireFromString(a.Amount), decimal.RequireFromString(a.Paid), decimal.RequireFromString(a.Remaining)
	require.True(k, paid.Add(left).Equal(amount), "%s: %s paid and %s left of %s", p, paid, left, amount)
	require.False(k, paid.IsNegative() || left.IsNegative(), "%s", p)
}

// checkOrder holds the counts of an order against its lines, and the bill's list of live orders against the order.
func (k *walk) checkOrder(p paper) {
	view := orderOf(k.w, p.id)
	var customs, given, out, returned, ended int
	for _, l := range view.Lines {
		customs += count(l.Control.Has(release.GateCustoms))
		given += count(len(l.Control.Chain) > 0)
		out += count(l.Control.Out != "")
		returned += count(l.Control.In != "")
		ended += count(l.Control.State == release.LineExpired || l.Control.State == release.LineRevoked)
	}
	o := view.Control
	require.Equal(k, []int{customs, given, out, returned, ended}, []int{o.Customs, o.Given, o.Out, o.Returned, o.Ended}, "%s is %s", p, o.State)
	d := read[billView](k.w, "line", "bill", p.bill).Delivery
	listed := slices.Contains(append(d.Orders, d.PartOrders...), p.id)
	require.Equal(k, !o.Over(), listed, "%s is %s", p, o.State)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (k *walk) checkBill(p paper) {
	b := k.bill(p.id)
	k.checkParts(p, b)
	k.checkHeld(p, b)
	issued := b.State == bill.Issued || b.State == bill.PendingSurrender || b.State == bill.PendingAmendment
	if !issued && b.State != bill.Surrendered && b.State != bill.Accomplished {
		require.True(k, b.Claimant.Zero(), "nobody claims under a bill that is %s", b.State)
	}
}
