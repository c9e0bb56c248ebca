package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

var partly = []rules.Delivered{{Part: "c1", Tokens: []string{"a", "b"}}, {Part: "c2", Tokens: []string{"c"}}}

// X-02 between parts and balance.
func TestPartsAndBalanceShareNothing(t *testing.T) {
	for _, tc := range []struct {
		part   string
		tokens []string
		fits   bool
	}{
		{"c1", []string{"a", "b"}, true}, {"c1", []string{"b"}, true}, {"c1", []string{"b", "c"}, false}, {"c1", []string{"d"}, false},
		{"c2", []string{"c"}, true}, {"c3", []string{"a"}, false}, {"", []string{"d"}, true}, {"", []string{"d", "c"}, false},
	} {
		f := rules.InPart(partly, tc.part, tc.tokens, "/content/lines")
		if tc.part == "" {
			f = rules.InBalance(partly, tc.tokens, "/content/lines")
		}
		if tc.fits {
			require.Nil(t, f, tc)
			continue
		}
		require.Equal(t, &fault.Fault{Code: fault.NotCovered, Rule: "X-02", At: "/content/lines"}, f, tc)
	}
	require.Nil(t, rules.InBalance(nil, []string{"a"}, ""))
}

// a part is a basis while it stands, of its own bill, to its own claimant.
func TestX01AnAcceptedPartIsABasis(t *testing.T) {
	claimant, carrier, other := lifecycle.Ref{Party: "P1", Org: "O1"}, lifecycle.Ref{Party: "PC", Org: "OC"}, lifecycle.Ref{Party: "P2", Org: "O1"}
	b := bill.Bill{Record: lifecycle.Record{ID: "bl-1"}, Issuer: carrier}
	p := bill.Part{Record: lifecycle.Record{ID: "pt-1", State: bill.PartAccepted}, Bill: "bl-1", Carrier: carrier, Claimant: claimant}
	o := release.Order{Basis: release.Basis{Type: release.BySurrender, Bill: "bl-1", Part: "pt-1"}, Carrier: carrier, Requester: claimant, ReleaseTo: claimant}
	require.Nil(t, rules.PartBasis(o, b, p))
	for code, change := range map[fault.Code][]func(*release.Order, *bill.Part){
		fault.Invalid: {func(o *release.Order, _ *bill.Part) { o.Basis.Type = release.ByGuarantee },
			func(o *release.Order, p *bill.Part) { o.Basis.Guarantee, p.State = "lg-1", bill.PartAnnulled }},
		fault.NoBasis: {func(_ *release.Order, p *bill.Part) { p.State = bill.PartAnnulled }, func(_ *release.Order, p *bill.Part) { p.Bill = "bl-2" },
			func(o *release.Order, _ *bill.Part) { o.Carrier, o.Requester = other, other }},
		fault.NotClaimant: {func(o *release.Order, _ *bill.Part) { o.Requester = other }, func(o *release.Order, _ *bill.Part) { o.ReleaseTo = other }},
	} {
		for _, change := range change {
			wrong, part := o, p
			change(&wrong, &part)
			require.Equal(t, code, rules.PartBasis(wrong, b, part).Code)
		}
	}
}

func TestX11APartIsAnnulledBeforeItsGateOut(t *testing.T) {
	holder := lifecycle.Ref{Party: "P1", Org: "O1"}
	b := bill.Bill{Holder: holder}
	p := bill.Part{Record: lifecycle.Record{ID: "pt-1", State: bill.PartAccepted}, Claimant: holder}
	d := rules.Delivery{Out: []string{"a"}, PartOut: map[string]int{"pt-2": 1}}
	require.Nil(t, rules.PartAnnullable(b, d, p), "another part that left is none of its business")
	require.Zero(t, d.BalanceOut())
	require.Nil(t, rules.Annullable(d), "nor of the balance's")
	elsewhere := bill.Bill{Holder: lifecycle.Ref{Party: "P2", Org: "O1"}}
	require.Equal(t, fault.BalancePassedOn, rules.PartAnnullable(elsewhere, d, p).Code)
	d.PartOut["pt-1"], d.Out = 1, []string{"a", "b", "c"}
	require.Equal(t, fault.ContainerOut, rules.PartAnnullable(elsewhere, d, p).Code, "what is out comes before where the bill is")
	require.Equal(t, 1, d.BalanceOut())
	require.Equal(t, "X-11", rules.Annullable(d).Rule)
	p.State = bill.PartAnnulled
	require.Equal(t, fault.WrongState, rules.PartAnnullable(elsewhere, d, p).Code)
}

// a bill is delivered in parts or under a guarantee.
func TestX10NoPartBesideAGuarantee(t *testing.T) {
	standing := func(kind guarantee.Kind, state lifecycle.State) []guarantee.Guarantee {
		return []guarantee.Guarantee{{Record: lifecycle.Record{State: state}, Kind: kind}}
	}
	require.Nil(t, rules.Partable(rules.Delivery{}, nil))
	require.Nil(t, rules.Partable(rules.Delivery{}, standing("CLEAN_ON_BOARD", guarantee.Active)), "no goods are delivered on it")
	require.Nil(t, rules.Partable(rules.Delivery{}, standing("AA", guarantee.Discharged)))
	require.Equal(t, "X-10", rules.Partable(rules.Delivery{}, standing("AA", guarantee.Suspended)).Rule)
	require.Equal(t, "delivered", rules.Partable(rules.Delivery{UnderLoi: true}, standing("AA", guarantee.Active)).Args["why"])
	require.Nil(t, rules.Unparted(bill.Bill{}))
	require.Equal(t, "X-04", rules.Unparted(bill.Bill{Parts: &bill.Parts{Delivered: 1}}).Rule)
}

func TestOrdersOnPartsAreListedApart(t *testing.T) {
	whole := release.Order{Record: lifecycle.Record{ID: "ro-1"}}
	part := release.Order{Record: lifecycle.Record{ID: "ro-2"}, Basis: release.Basis{Part: "pt-1"}}
	var d rules.Delivery
	d.List(whole)
	d.List(part)
	require.Equal(t, [][]string{{"ro-1"}, {"ro-2"}}, [][]string{d.Orders, d.PartOrders})
	require.Equal(t, fault.ContainerBusy, rules.Amendable(d).Code)
	d.Unlist(whole)
	require.Nil(t, rules.Pledgeable(d), "what goes on a part is no security of the balance")
	d.PartOrders = make([]string, rules.OrdersMax)
	require.Equal(t, fault.LimitReached, rules.RoomForOrder(d).Code)
}
