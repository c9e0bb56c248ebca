package rules_test

import (
	"testing"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

func pledgedIn(state lifecycle.State, pledge bill.PledgeState) bill.Bill {
	b := billIn(state, bill.Order)
	b.Pledge = &bill.Pledge{State: pledge, Bank: lifecycle.Ref{Party: "PLENDER", Org: "LenderMSP"}}
	return b
}

func TestAPledgedBillBacksNoDeliveryUnderAGuarantee(t *testing.T) {
	for _, state := range []lifecycle.State{bill.Issued, bill.PendingSurrender} {
		active, proposed := pledgedIn(state, bill.PledgeActive), pledgedIn(state, bill.PledgeProposed)
		check(t, "guarantee", rules.Guaranteeable(active, *letter("AA", guarantee.Drafted)), fault.Pledged, "X-07")
		check(t, "to another place", rules.Guaranteeable(active, *letter("BB", guarantee.Drafted)), fault.Pledged, "X-07")
		check(t, "of a form that is no basis", rules.Guaranteeable(active, *letter("AMENDMENT", guarantee.Drafted)), "", "")
		check(t, "while only proposed", rules.Guaranteeable(proposed, *letter("AA", guarantee.Drafted)), "", "")
		check(t, "release", rules.Basis(order(release.ByGuarantee), active, letter("AA", guarantee.Active)), fault.Pledged, "X-07")
		check(t, "while only proposed", rules.Basis(order(release.ByGuarantee), proposed, letter("AA", guarantee.Active)), "", "")
		check(t, "the basis before the pledge", rules.Basis(order(release.ByGuarantee), active, letter("AA", guarantee.Suspended)), fault.NoBasis, "X-01")
	}
	check(t, "the state before the pledge", rules.Guaranteeable(pledgedIn(bill.Surrendered, bill.PledgeActive), *letter("AA", guarantee.Drafted)), fault.WrongState, "")
	surrendered := pledgedIn(bill.Surrendered, bill.PledgeActive)
	check(t, "the bank consented to the surrender", rules.Basis(order(release.BySurrender), surrendered, nil), "", "")
	check(t, "the bank consented to the surrender", rules.Unpledged(surrendered), "", "")
}

func TestGoodsThatMayGoAreNotPledged(t *testing.T) {
	check(t, "nothing delivered", rules.Pledgeable(rules.Delivery{Guarantees: []string{"lg-1"}}), "", "")
	check(t, "delivered under a guarantee", rules.Pledgeable(rules.Delivery{UnderLoi: true}), fault.ContainerOut, "X-17")
	check(t, "a live order", rules.Pledgeable(rules.Delivery{Orders: []string{"ro-1"}}), fault.ContainerBusy, "X-07")
	check(t, "what went before what may go", rules.Pledgeable(rules.Delivery{UnderLoi: true, Orders: []string{"ro-1"}}), fault.ContainerOut, "X-17")
}
