package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/test/lawtest"
)

// replacing is a bill that took the place of a lost one.
func replacing(lost bill.Bill) bill.Bill {
	b, err := bill.Law.Follow(bill.Bill{Record: lifecycle.Record{ID: "bl-2", Family: "bill"}}, lifecycle.Command[bill.Request]{
		Act: bill.Replace, Actor: people["issuer"], At: lawtest.At, Request: bill.Request{Lost: &lost, Claimant: people["holder"].Ref}})
	if err != nil {
		panic(err)
	}
	return b
}

func TestAReplacementIsTheSameBillInOtherHands(t *testing.T) {
	claimant := people["holder"].Ref
	order := in(bill.Issued)
	order.Holder, order.Title = people["recipient"].Ref, people["consignee"].Ref
	b := replacing(order)
	require.Equal(t, bill.Issued, b.State)
	require.Equal(t, "bl-1", b.Recovers)
	require.Equal(t, []lifecycle.Ref{claimant, claimant, order.Issuer, order.Shipper}, []lifecycle.Ref{b.Holder, b.Title, b.Issuer, b.Shipper})
	require.True(t, b.Endorsable)

	order.Endorsable = false
	require.False(t, replacing(order).Endorsable, "an endorsement that was not to order stays one")

	frozen := held(in(bill.PendingAmendment))
	b = replacing(frozen)
	require.Equal(t, frozen.Holds, b.Holds, "holds go over: nobody could lift them on a bill that does not move")
	require.Equal(t, 2, b.LastHold)
	require.True(t, b.Requester.Zero() && b.Amendment == "", "what the lost holder asked for ends")

	bearer := in(bill.Issued)
	bearer.Kind, bearer.Title = bill.Bearer, lifecycle.Ref{}
	require.True(t, replacing(bearer).Title.Zero())

	b = replacing(waybill())
	require.True(t, b.Holder.Zero(), "nobody holds a sea waybill")
	require.Equal(t, claimant, b.Consignee)
}

func TestTheKeeperIsWhoCanFreezeTheBill(t *testing.T) {
	claimed := waybill()
	claimed.Claimant = claimed.Consignee
	for name, c := range map[string]struct {
		b    bill.Bill
		want lifecycle.Ref
	}{
		"draft":             {in(bill.Drafted), lifecycle.Ref{}},
		"issued":            {in(bill.Issued), people["holder"].Ref},
		"pending surrender": {in(bill.PendingSurrender), people["holder"].Ref},
		"pending amendment": {in(bill.PendingAmendment), people["holder"].Ref},
		"surrendered":       {in(bill.Surrendered), lifecycle.Ref{}},
		"accomplished":      {in(bill.Accomplished), lifecycle.Ref{}},
		"sea waybill":       {waybill(), people["consignee"].Ref},
		"claimed waybill":   {claimed, lifecycle.Ref{}},
	} {
		require.Equal(t, c.want, c.b.Keeper(), name)
	}
}
