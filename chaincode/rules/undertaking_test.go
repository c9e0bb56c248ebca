package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

func TestX03WhichOrdersRestOnAGuarantee(t *testing.T) {
	g := letter("AA", guarantee.Active)
	order := func(state lifecycle.State, basis release.BasisType, id string) release.Order {
		return release.Order{Record: lifecycle.Record{State: state}, Basis: release.Basis{Type: basis, Guarantee: id}}
	}
	for _, state := range []lifecycle.State{release.Requested, release.ChargesCleared, release.CustomsReleased, release.Issued,
		release.Accepted, release.Delegated, release.GatedOut} {
		require.True(t, rules.RestsOn(order(state, release.ByGuarantee, g.ID), *g), state)
		require.False(t, rules.RestsOn(order(state, release.ByGuarantee, "lg-other"), *g), state)
		require.False(t, rules.RestsOn(order(state, release.BySurrender, ""), *g), state)
	}
	for _, state := range []lifecycle.State{release.Closed, release.Rejected, release.Cancelled} {
		require.False(t, rules.RestsOn(order(state, release.ByGuarantee, g.ID), *g), state)
	}
}

func TestX03GoodsThatLeftAreALiability(t *testing.T) {
	g := letter("AA", guarantee.Active)
	d := rules.Delivery{Bill: g.Bills[0].Bill}
	check(t, "nothing left", rules.Unused(*g, d), "", "")
	d.Used = []string{"lg-other"}
	check(t, "under another", rules.Unused(*g, d), "", "")
	d.Used = append(d.Used, g.ID)
	check(t, "under this one", rules.Unused(*g, d), fault.GuaranteeInUse, "X-03")
	g.Bills[0].Surrendered = true
	check(t, "and made good", rules.Unused(*g, d), "", "")
}
