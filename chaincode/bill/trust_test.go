package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A pledgor that defaults under a trust receipt: the bill comes back into the security, and from there the bank enforces.
func TestTheBankRecallsWhatItReleasedOnTrust(t *testing.T) {
	lock, possessory, surrendering := trusted(bill.Issued), trusted(bill.Issued), trusted(bill.PendingSurrender)
	possessory.Pledge.Mode = bill.PossessoryMode
	offered := trusted(bill.Issued)
	offered.Offer = &bill.Offer{Act: bill.Transfer, To: people["recipient"].Ref}
	joint := possessory
	joint.Joint, joint.Holder = &bill.Joint{Parties: []lifecycle.Ref{people["holder"].Ref, people["recipient"].Ref}, Needs: 1}, lifecycle.Ref{}
	for name, b := range map[string]bill.Bill{"lock": lock, "possessory": possessory, "surrendering": surrendering, "an offer": offered,
		"a part": parted(trusted(bill.Issued), 0, 1), "joint": joint,
		"amending": givenBack(trusted(bill.Amendable)), "amending jointly": givenBackJointly(trusted(bill.Amendable))} {
		after, err := b.Apply(command(bill.RecallTrust, "lender"))
		require.NoError(t, err, name)
		require.Equal(t, bill.Issued, after.State, name)
		require.Equal(t, []any{bill.PledgeActive, "", "NON_PAYMENT"}, []any{after.Pledge.State, after.Pledge.Receipt, after.Pledge.Default}, name)
		require.True(t, after.Offer == nil && after.Claimant.Zero() && after.Requester.Zero() && after.OpenPart() == nil && after.Given == nil, name)
		require.NotEqual(t, after.Issuer, after.Holder, name)
		require.Equal(t, name == "possessory", after.Holder == people["lender"].Ref, name)
		if name != "possessory" {
			_, err = after.Apply(command(bill.Surrender, "holder"))
			require.Equal(t, fault.Pledged, fault.Of(err).Code, name)
		}
		taken, err := after.Apply(command(bill.Enforce, "lender"))
		require.NoError(t, err, name)
		require.Equal(t, []lifecycle.Ref{people["lender"].Ref, people["lender"].Ref}, []lifecycle.Ref{taken.Holder, taken.Title}, name)
	}
	require.Nil(t, lock.Offer)
	back, err := possessory.Apply(command(bill.RecallTrust, "lender"))
	require.NoError(t, err)
	require.Equal(t, bill.Custody{Capacity: bill.AsPledgee, From: people["holder"].Ref}, *back.Custody)
	again, err := back.Apply(command(bill.ReleaseOnTrust, "lender"))
	require.NoError(t, err)
	require.Equal(t, []any{bill.TrustReleased, "", people["holder"].Ref}, []any{again.Pledge.State, again.Pledge.Default, again.Holder})
	c := command(bill.RecallTrust, "lender")
	c.Request.Reason = "OTHER"
	_, err = lock.Apply(c)
	require.Equal(t, "/reason", fault.Of(err).At)
}

// Once the goods are gone there is nothing to take: the default stays on the record.
func TestADefaultIsRecordedWhenTheGoodsAreGone(t *testing.T) {
	after, err := trusted(bill.Accomplished).Apply(command(bill.Enforce, "lender"))
	require.NoError(t, err)
	require.Equal(t, []any{bill.PledgeEnforced, "NON_PAYMENT"}, []any{after.Pledge.State, after.Pledge.Default})
	require.Equal(t, trusted(bill.Accomplished).Holder, after.Holder)
	_, err = after.Apply(command(bill.SettleTrust, "lender"))
	require.Equal(t, fault.WrongParty, fault.Of(err).Code)
}

// A frozen bill does not change hands: neither back to the pledgor nor to the bank.
func TestAFrozenBillStaysWhereItIs(t *testing.T) {
	for act, b := range map[lifecycle.Act]bill.Bill{bill.ReleasePledge: possessed(), bill.ReleaseOnTrust: possessed(), bill.RecallTrust: trusted(bill.Issued)} {
		_, err := held(b).Apply(command(act, "lender"))
		require.Equal(t, fault.OnHold, fault.Of(err).Code, act)
	}
	for _, act := range []lifecycle.Act{bill.ReleasePledge, bill.ReleaseOnTrust} {
		_, err := held(active(bill.Issued)).Apply(command(act, "lender"))
		require.NoError(t, err, "%s moves nothing", act)
	}
}

// What the pledgor was about to deliver in part is not delivered under the bank.
func TestEnforcementEndsAnOpenPart(t *testing.T) {
	after, err := parted(active(bill.Issued), 0, 1).Apply(command(bill.Enforce, "lender"))
	require.NoError(t, err)
	require.Nil(t, after.OpenPart())
}
