package bill_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

func draft(who lifecycle.Actor, master string) (bill.Bill, error) {
	r := request(bill.Draft)
	r.Master, r.Carrier = master, people["issuer"].Ref
	return bill.Bill{}.Apply(lifecycle.Command[bill.Request]{Act: bill.Draft, Actor: who, At: lawtest.At, Request: r})
}

func TestForwardersDraftHouseBillsAndCarriersTheirOwn(t *testing.T) {
	forwarder := lawtest.Actor("PFORWARDER", "PortMSP", party.Forwarder)
	b, err := draft(forwarder, "bl-1")
	require.NoError(t, err)
	require.True(t, b.House())
	require.Equal(t, forwarder.Ref, b.Issuer)
	require.Equal(t, people["issuer"].Ref, b.Operator(), "the containers stay the carrier's")
	require.Equal(t, []string{"PortMSP", "PortMSP", "CarrierMSP"}, b.Relying(), "who releases goods on it relies on it")

	_, err = draft(forwarder, "")
	require.Equal(t, "/master", fault.Of(err).At)
	_, err = draft(people["issuer"], "bl-1")
	require.Equal(t, "/master", fault.Of(err).At)
	_, err = draft(people["recipient"], "bl-1")
	require.Equal(t, fault.WrongRole, fault.Of(err).Code)
	own, err := draft(people["issuer"], "")
	require.NoError(t, err)
	require.Equal(t, people["issuer"].Ref, own.Operator())
}

// Written from domain facts 3.5 and X-18: what the holder of a master may still do once house bills stand under it.
func TestX18AMasterStaysAsItIs(t *testing.T) {
	b := in(bill.Issued)
	b.Housed = true
	stay := []lifecycle.Act{bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.EndorseJointly, bill.SurrenderForAmendment,
		bill.ProposePledge}
	free := []lifecycle.Act{bill.Surrender, bill.SurrenderPart, bill.Sign, bill.ShowToBank}
	for _, act := range append(stay, free...) {
		c := command(act, "holder")
		c.Probe = true
		_, err := b.Apply(c)
		if slices.Contains(free, act) {
			require.NoError(t, err, act)
			continue
		}
		f := fault.Of(err)
		require.Equal(t, []string{string(fault.HousesStand), "X-18"}, []string{string(f.Code), f.Rule}, act)
	}
	for _, passes := range bill.Payable {
		c := command(bill.Commit, "holder")
		c.Request.Seller, c.Request.Passes = people["holder"].Ref, passes
		require.Equal(t, fault.HousesStand, fault.Of(b.Sellable(c)).Code, passes)
	}
	b.Pledge = &bill.Pledge{State: bill.PledgeProposed, Bank: people["lender"].Ref, Pledgor: b.Holder}
	c := command(bill.AcceptPledge, "lender")
	_, err := b.Apply(c)
	require.Equal(t, fault.HousesStand, fault.Of(err).Code)
}

func TestX18WhichMasterBearsHouseBills(t *testing.T) {
	pledged := in(bill.Issued)
	pledged.Pledge = &bill.Pledge{State: bill.TrustReleased, Bank: people["lender"].Ref, Pledgor: pledged.Holder}
	agreed := in(bill.Surrendered)
	agreed.Pledge = &bill.Pledge{State: bill.PledgeActive, Bank: people["lender"].Ref, Pledgor: agreed.Claimant}
	untitled := in(bill.Issued)
	untitled.Title = people["recipient"].Ref
	presented := in(bill.Issued)
	presented.Presented = &bill.Presented{Presentation: "ps-1", Bank: people["lender"].Ref}
	for name, c := range map[string]struct {
		b    bill.Bill
		want fault.Code
	}{
		"held": {in(bill.Issued), ""}, "being surrendered": {in(bill.PendingSurrender), ""}, "surrendered": {in(bill.Surrendered), ""},
		"a sea waybill": {waybill(), ""}, "surrendered with its bank's consent": {agreed, ""},
		"a draft": {in(bill.Drafted), fault.WrongState}, "being amended": {in(bill.PendingAmendment), fault.WrongState},
		"offered": {offered(bill.Transfer), fault.OfferOpen}, "committed": {committed(), fault.Committed}, "frozen": {held(in(bill.Issued)), fault.OnHold},
		"pledged": {pledged, fault.Pledged}, "possessed without title": {untitled, fault.NotTitleHolder}, "presented": {presented, fault.BillPresented},
	} {
		after, err := bill.Law.Follow(c.b, command(bill.BearHouse, "holder"))
		if c.want == "" {
			require.NoError(t, err, name)
			require.True(t, after.Housed, name)
			require.Equal(t, c.b.State, after.State, name)
			continue
		}
		require.Equal(t, c.want, fault.Of(err).Code, name)
	}
}
