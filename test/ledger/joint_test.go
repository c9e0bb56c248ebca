package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// jointly is a bill that the bank and the buyer hold together, two of two.
func jointly(w *world.World) string {
	w.TB.Helper()
	id := w.IssuedBill()
	w.Must("shipper", "bill", "endorse-jointly", fields{"id": id, "holders": []string{w.Party["bank"], w.Party["buyer"]}, "needs": 2}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	require.Equal(w.TB, ref(w, "shipper"), billOf(w, id).Holder)
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	return id
}

func TestTwoHoldersActTogether(t *testing.T) {
	w := world.New(t)
	id := jointly(w)
	for _, who := range []string{"bank", "buyer"} {
		require.NotEmpty(t, read[billView](w, who, "bill", id).Content, "content goes to each")
		require.Contains(t, read[billView](w, who, "bill", id).Acts, bill.Surrender)
	}
	w.Refused(fault.WrongParty, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Must("bank", "bill", "surrender", fields{"id": id}, "")
	require.Equal(t, bill.Issued, billOf(w, id).State, "one of two asked")
	w.Refused(fault.Duplicate, "bank", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.ProposalOpen, "buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "")
	w.Must("buyer", "bill", "decline-proposal", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Refused(fault.NoOffer, "buyer", "bill", "decline-proposal", fields{"id": id, "reason": "NOT_AGREED"}, "")

	w.Must("buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "")
	require.Empty(t, read[billView](w, "forwarder", "bill", id).Content, "a proposal shows nothing to anybody")
	w.Must("bank", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "")
	require.NotEmpty(t, read[billView](w, "forwarder", "bill", id).Content)
	w.Must("forwarder", "bill", "accept", fields{"id": id}, "")
	b := billOf(w, id)
	require.Equal(t, []lifecycle.Ref{ref(w, "forwarder"), ref(w, "forwarder")}, []lifecycle.Ref{b.Holder, b.Title})
	require.Nil(t, b.Joint)
}

func TestJointHoldersSurrender(t *testing.T) {
	w := world.New(t)
	id := jointly(w)
	w.Must("bank", "bill", "surrender", fields{"id": id}, "")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	require.Equal(t, bill.PendingSurrender, billOf(w, id).State)
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	require.Equal(t, ref(w, "bank"), billOf(w, id).Claimant, "the first named stands for all")
}

// Every joint holder's organisation endorses, so none of them is outvoted by forged chaincode.
func TestAJointBillDoesNotMoveWithoutEachHoldersPeer(t *testing.T) {
	w := world.New(t)
	id := jointly(w)
	lie := w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["holder"] = ref(w, "buyer"); delete(r, "joint") })
	for _, orgs := range [][]string{{carrierOrg, portOrg, terminalOrg}, {carrierOrg, bankOrg, terminalOrg}, {portOrg, bankOrg}} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("buyer", lie, orgs...), orgs)
	}
}

func TestOneWhoRejectsEndsAJointOffer(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	offer := fields{"id": id, "holders": []string{w.Party["bank"], w.Party["buyer"]}, "needs": 1}
	w.Must("shipper", "bill", "endorse-jointly", offer, "")
	require.NotEmpty(t, read[billView](w, "bank", "bill", id).Content)
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Must("bank", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Nil(t, billOf(w, id).Offer)
	require.Nil(t, w.Net.PrivateData(bankOrg, "content/"+id), "the copy is purged in the rejection")
	f := w.Refused(fault.UnknownParty, "shipper", "bill", "endorse-jointly",
		fields{"id": id, "holders": []string{w.Party["bank"], "PNOBODY"}, "needs": 1}, "")
	require.Equal(t, "/holders/1", f.At)
}
