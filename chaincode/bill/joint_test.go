package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

// do makes an act that has to succeed; change alters the request.
func do(t *testing.T, b bill.Bill, act lifecycle.Act, who string, change ...func(*bill.Request)) bill.Bill {
	t.Helper()
	c := command(act, who)
	for _, f := range change {
		f(&c.Request)
	}
	after, err := b.Apply(c)
	require.NoError(t, err)
	return after
}

func no(t *testing.T, code fault.Code, b bill.Bill, act lifecycle.Act, who string, change ...func(*bill.Request)) *fault.Fault {
	t.Helper()
	c := command(act, who)
	for _, f := range change {
		f(&c.Request)
	}
	after, err := b.Apply(c)
	require.NotNil(t, fault.Of(err))
	require.Equal(t, code, fault.Of(err).Code)
	require.Equal(t, b, after, "a refused act changes nothing")
	return fault.Of(err)
}

// jointly is an order bill that recipient and consignee hold jointly, both of whom must agree.
func jointly(t *testing.T) bill.Bill {
	t.Helper()
	b := do(t, in(bill.Issued), bill.EndorseJointly, "holder")
	b = do(t, b, bill.Accept, "recipient")
	require.True(t, b.Undecided())
	require.Equal(t, people["holder"].Ref, b.Holder, "control stays with the sender until the last one accepted")
	return do(t, b, bill.Accept, "consignee")
}

func TestAJointOfferTakesEffectWithTheLastAcceptance(t *testing.T) {
	b := jointly(t)
	require.True(t, b.Holder.Zero())
	require.Nil(t, b.Offer)
	require.Equal(t, &bill.Joint{Parties: []lifecycle.Ref{people["recipient"].Ref, people["consignee"].Ref}, Needs: 2, Titled: true}, b.Joint)
	require.Equal(t, []string{"CarrierMSP", "PortMSP"}, b.Relying())
	require.Contains(t, b.Readers(), people["consignee"].Ref)

	offer := do(t, in(bill.Issued), bill.EndorseJointly, "holder")
	require.Nil(t, do(t, do(t, offer, bill.Accept, "recipient"), bill.Withdraw, "holder").Offer, "until then the holder takes it back")
	require.Nil(t, do(t, do(t, offer, bill.Accept, "recipient"), bill.Reject, "consignee").Offer, "or one recipient ends it")
	no(t, fault.Duplicate, do(t, offer, bill.Accept, "recipient"), bill.Accept, "recipient")
	no(t, fault.WrongParty, offer, bill.Accept, "shipper")
}

func TestJointHoldersActWhenEnoughAskForTheSame(t *testing.T) {
	b := jointly(t)
	no(t, fault.WrongParty, b, bill.Surrender, "holder")
	once := do(t, b, bill.Surrender, "consignee")
	require.True(t, once.Undecided())
	require.Equal(t, bill.Issued, once.State)
	require.Equal(t, bill.Surrender, once.Joint.Proposal.Act)
	require.Nil(t, b.Joint.Proposal, "the bill before is not changed")
	no(t, fault.Duplicate, once, bill.Surrender, "consignee")
	require.Equal(t, "surrender", no(t, fault.ProposalOpen, once, bill.EndorseToOrder, "recipient", toHolder).Args["act"])

	twice := do(t, once, bill.Surrender, "recipient", func(r *bill.Request) { r.Version = 9 })
	require.False(t, twice.Undecided())
	require.Equal(t, bill.PendingSurrender, twice.State)
	require.Equal(t, people["recipient"].Ref, twice.Claimant, "the first of them stands for all")
	require.NotNil(t, twice.Joint)

	asked := do(t, twice, bill.WithdrawSurrender, "recipient")
	require.NotNil(t, asked.Joint.Proposal)
	rejected := do(t, asked, bill.RejectSurrender, "issuer")
	require.Equal(t, bill.Issued, rejected.State)
	require.Nil(t, rejected.Joint.Proposal, "any other change of the bill ends a proposal")

	done := do(t, twice, bill.AcceptSurrender, "issuer")
	require.Equal(t, people["issuer"].Ref, done.Holder)
	require.Nil(t, done.Joint)
	require.Equal(t, people["recipient"].Ref, done.Title)
}

func toHolder(r *bill.Request) {
	r.To, r.Parties["/to"] = "PHOLDER", registered("holder")
}

func TestAProposalIsDeclinedByAnyHolder(t *testing.T) {
	b := jointly(t)
	no(t, fault.NoOffer, b, bill.DeclineProposal, "recipient")
	once := do(t, b, bill.EndorseToOrder, "recipient", toHolder)
	other := func(r *bill.Request) { r.To, r.Parties["/to"] = "PSHIPPER", registered("shipper") }
	no(t, fault.ProposalOpen, once, bill.EndorseToOrder, "consignee", other)
	for _, who := range []string{"recipient", "consignee"} {
		require.Equal(t, b, do(t, once, bill.DeclineProposal, who))
	}
	offered := do(t, once, bill.EndorseToOrder, "consignee", toHolder)
	require.Equal(t, people["holder"].Ref, offered.Offer.To)
	require.True(t, offered.Holder.Zero())
	alone := do(t, offered, bill.Accept, "holder")
	require.Equal(t, people["holder"].Ref, alone.Holder)
	require.Equal(t, people["holder"].Ref, alone.Title)
	require.Nil(t, alone.Joint)
}

func TestPossessionAloneLeavesTheTitleBehind(t *testing.T) {
	b := jointly(t)
	b.Joint.Needs = 1
	b = do(t, b, bill.Transfer, "consignee", toHolder)
	b = do(t, b, bill.Accept, "holder")
	require.Equal(t, people["holder"].Ref, b.Holder)
	require.Equal(t, people["recipient"].Ref, b.Title)
}

func TestConditionsHoldForEachOfThem(t *testing.T) {
	b := jointly(t)
	b.Endorsable = false
	no(t, fault.NotEndorsable, b, bill.EndorseToOrder, "recipient", toHolder)
	require.Contains(t, b.Open(people["consignee"]), bill.Surrender)
	require.NotContains(t, b.Open(people["holder"]), bill.Surrender)
	offer := do(t, in(bill.Issued), bill.EndorseJointly, "holder")
	require.Contains(t, offer.Open(people["recipient"]), bill.Accept)
	require.Contains(t, b.Part(command(bill.Surrender, "recipient")), "joint holder")
	require.Equal(t, "joint recipient", offer.Part(command(bill.Accept, "recipient")))
}

func TestWhoCanHoldJointly(t *testing.T) {
	b := in(bill.Issued)
	named := func(needs int, names ...string) func(*bill.Request) {
		return func(r *bill.Request) {
			r.Holders, r.Needs, r.Parties = nil, needs, map[string]party.Party{}
			for i, name := range names {
				r.Holders = append(r.Holders, people[name].Party)
				r.Parties["/holders/"+string(rune('0'+i))] = registered(name)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*bill.Request)
		code   fault.Code
		at     string
	}{
		"one, and none must agree": {named(0, "recipient"), fault.Invalid, "/holders"},
		"six":                      {named(2, "recipient", "consignee", "shipper", "holder", "terminal", "issuer"), fault.Invalid, "/holders"},
		"more than there are":      {named(3, "recipient", "consignee"), fault.Invalid, "/needs"},
		"none must agree":          {named(0, "recipient", "consignee"), fault.Invalid, "/needs"},
		"the same twice":           {named(1, "recipient", "recipient"), fault.Invalid, "/holders/1"},
		"the issuer":               {named(1, "recipient", "issuer"), fault.RecipientNotAllowed, "/holders/1"},
		"a terminal":               {named(1, "terminal", "recipient"), fault.RecipientNotAllowed, "/holders/0"},
		"the holder stays as one":  {named(1, "holder", "recipient"), "", ""},
	} {
		if c.code == "" {
			do(t, b, bill.EndorseJointly, "holder", c.change)
			continue
		}
		require.Equal(t, c.at, no(t, c.code, b, bill.EndorseJointly, "holder", c.change).At, name)
	}
	require.Equal(t, lawtest.At, command(bill.Accept, "holder").At)
}

func TestAJointSurrenderGoesBackToAllWhoMadeIt(t *testing.T) {
	b := jointly(t)
	joint := b.Joint
	for _, act := range []lifecycle.Act{bill.Surrender, bill.SurrenderForAmendment} {
		given := do(t, do(t, b, act, "recipient"), act, "consignee")
		given = do(t, given, bill.AcceptSurrender, "issuer")
		require.Nil(t, given.Joint)
		require.Equal(t, []string{"CarrierMSP", "CarrierMSP"}, given.Relying(), "the issuer alone moves it")
		require.Contains(t, given.Readers(), people["consignee"].Ref)
		back := do(t, given, bill.AnnulSurrender, "issuer")
		require.Equal(t, joint, back.Joint)
		require.True(t, back.Holder.Zero() && back.Title.Zero() && back.Given == nil)
	}
}

func TestAReissueGoesToAllWhoHeldJointly(t *testing.T) {
	b := jointly(t)
	joint := b.Joint
	old := do(t, do(t, b, bill.SurrenderForAmendment, "recipient"), bill.SurrenderForAmendment, "consignee")
	old = do(t, old, bill.AcceptSurrender, "issuer")
	c := command(bill.Issue, "issuer")
	c.Request.Old = []bill.Bill{old}
	fresh, err := bill.Law.Follow(bill.Bill{}, c)
	require.NoError(t, err)
	require.Equal(t, joint, fresh.Joint)
	require.True(t, fresh.Holder.Zero() && fresh.Title.Zero())

	alone := old
	alone.Given = nil
	c = command(bill.Reissue, "issuer")
	c.Request.Shipper, c.Request.Old = "", []bill.Bill{alone}
	_, err = old.Apply(c)
	require.Equal(t, "same-requester", fault.Of(err).Args["check"], "one of them alone is somebody else")
}

func TestEveryJointHolderIsNamedAsAWay(t *testing.T) {
	var parties []string
	for _, way := range jointly(t).Ways(bill.Surrender) {
		parties = append(parties, way.Party)
	}
	require.Equal(t, []string{"PRECIPIENT", "PCONSIGNEE"}, parties)
}
