package ledger_test

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// vote is what the joint holders of a bill asked for since it changed last, and who of them did.
type vote struct {
	act     lifecycle.Act
	request fields
	content string
	by      []lifecycle.Ref
}

// heldJointly starts a walk with a bill that two or three hold together.
func (k *walk) heldJointly() {
	id := k.w.IssuedBill()
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	people := k.several()
	k.w.Must("shipper", "bill", "endorse-jointly", k.together(fields{"id": id}, people), "")
	for _, name := range people {
		k.w.Must(name, "bill", "accept", fields{"id": id}, "")
	}
}

// several are two or three who can hold a bill, in some order.
func (k *walk) several() []string {
	people := []string{"bank", "buyer", "forwarder", "shipper"}
	k.dice.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	return people[:2+k.pick(2)]
}

// together names them as joint holders, of whom some number must agree.
func (k *walk) together(request fields, people []string) fields {
	var holders []string
	for _, name := range people {
		holders = append(holders, k.w.Party[name])
	}
	request["holders"], request["needs"] = holders, 1+k.pick(len(holders))
	return request
}

// seconds lets a joint holder, mostly, ask for what another one asked for; ok is false where nobody did.
func (k *walk) seconds(p paper) (who string, v *vote, ok bool) {
	if v = k.votes[p.id]; v == nil || p.family != "bill" || k.pick(4) == 0 {
		return "", nil, false
	}
	joint := k.bill(p.id).Joint
	if joint == nil {
		return "", nil, false
	}
	party := joint.Parties[k.pick(len(joint.Parties))]
	for _, name := range world.Names {
		if ref(k.w, name) == party {
			who = name
		}
	}
	return who, v, true
}

// settled is the bill without what every act changes and without what its holders only talk about.
func settled(b bill.Bill) bill.Bill {
	b.Record = lifecycle.Record{State: b.State, Commitment: b.Commitment}
	if b.Joint != nil {
		joint := *b.Joint
		joint.Proposal = nil
		b.Joint = &joint
	}
	return b
}

// ofHolder tells whether the table gives an act to the holder of a bill in this state.
func ofHolder(state lifecycle.State, act lifecycle.Act) bool {
	for _, r := range bill.Law.Rows {
		if r.From == state && r.Do == act && r.By != nil && r.By.Name == "holder" {
			return true
		}
	}
	return false
}

// ends are the acts of others that end or begin a joint holding.
var ends = []lifecycle.Act{bill.Accept, bill.AcceptSurrender, bill.AnnulSurrender}

// checkJoint holds an act against a count of its own: nothing moves with fewer than k, what the k-th asks for happens, and
// nobody else moves a bill that several hold.
func (k *walk) checkJoint(control json.RawMessage, who string, act lifecycle.Act, request fields, content string) {
	var was bill.Bill
	require.NoError(k, json.Unmarshal(control, &was))
	is := k.bill(was.ID)
	if was.Joint == nil {
		require.True(k, is.Joint == nil || slices.Contains(ends, act), "%s makes a joint holding", act)
		return
	}
	asked := k.votes[was.ID]
	delete(k.votes, was.ID)
	if !slices.Contains(was.Joint.Parties, ref(k.w, who)) || !ofHolder(was.State, act) {
		require.True(k, is.Joint == nil || is.Joint.Proposal == nil, "%s by %s ends a proposal", act, who)
		if is.Joint == nil {
			require.Contains(k, ends, act, "%s by %s ends a joint holding", act, who)
		} else {
			require.Equal(k, settled(was).Joint, settled(is).Joint, "%s by %s", act, who)
		}
		return
	}
	if act == bill.DeclineProposal {
		require.NotNil(k, asked, "there is a proposal to decline")
		require.Equal(k, settled(was), settled(is), "a proposal is declined and nothing else")
		require.Nil(k, is.Joint.Proposal)
		return
	}
	if asked == nil {
		asked = &vote{act: act, request: request, content: content}
	}
	require.Equal(k, asked.act, act, "another act than the proposed one")
	require.Equal(k, text(asked.request), text(request), "another request than the proposed one")
	require.NotContains(k, asked.by, ref(k.w, who), "nobody counts twice")
	asked.by = append(asked.by, ref(k.w, who))
	if len(asked.by) < was.Joint.Needs {
		require.Equal(k, settled(was), settled(is), "%d of %d asked for %s, and nothing moves", len(asked.by), was.Joint.Needs, act)
		require.Equal(k, asked.by, is.Joint.Proposal.Agreed)
		k.votes[was.ID] = asked
		return
	}
	k.joint++
	require.True(k, is.Joint == nil || is.Joint.Proposal == nil, "%s was made", act)
	idle := act == bill.Sign || act == bill.ShowToBank // a bank may be shown again what it was shown
	require.True(k, idle || text(settled(was)) != text(settled(is)), "%d asked for %s, and it happens", len(asked.by), act)
}

// checkHeld: an issued bill is held by one or by several together, any other by none of them, and whoever can move it is who holds it.
func (k *walk) checkHeld(p paper, b bill.Bill) {
	issued := b.State == bill.Issued || b.State == bill.PendingSurrender || b.State == bill.PendingAmendment
	var want []lifecycle.Ref
	switch {
	case b.Kind == bill.SeaWaybill:
		require.True(k, b.Holder.Zero() && b.Joint == nil, "nobody holds a sea waybill")
	case b.Joint != nil:
		want = b.Joint.Parties
		require.True(k, issued, "several hold a bill that is %s", b.State)
		require.True(k, b.Holder.Zero(), "several hold it, and one alone as well")
		require.True(k, len(want) >= 2 && len(want) <= bill.JointMax)
		require.True(k, b.Joint.Needs >= 1 && b.Joint.Needs <= len(want))
	case issued:
		want = []lifecycle.Ref{b.Holder}
	}
	able := map[lifecycle.Ref]bool{}
	for _, m := range k.open(p) {
		if m.act == bill.Transfer || m.act == bill.Surrender || m.act == bill.WithdrawSurrender {
			able[ref(k.w, m.who)] = true
		}
	}
	require.ElementsMatch(k, want, slices.Collect(maps.Keys(able)), "who holds an issued bill can move or claim it, and nobody else: %s", b.State)
	require.NotContains(k, want, b.Issuer, "the carrier holds no bill of its own that is out")
	require.NotContains(k, want, lifecycle.Ref{})
}
