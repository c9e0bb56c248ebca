package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/test/lawtest"
)

// comesAlong makes one of the automatic moves of a presentation of the holder's to the lender.
func comesAlong(b bill.Bill, act lifecycle.Act, presenter, bank string) (bill.Bill, error) {
	return bill.Law.Follow(b, lifecycle.Command[bill.Request]{Act: act, Actor: people[presenter], At: lawtest.At, Request: bill.Request{
		Presented: bill.Presented{Presentation: "pr-1", Bank: people[bank].Ref}, Presenter: people[presenter].Ref}})
}

// inReach is a bill that is offered to the lender.
func inReach(act lifecycle.Act) bill.Bill {
	b := in(bill.Issued)
	b.Offer = &bill.Offer{Act: act, To: people["lender"].Ref}
	return b
}

// keptFor is a bill that its holder has for somebody else, who has the title.
func keptFor(name string) bill.Bill {
	b := in(bill.Issued)
	b.Custody, b.Title = &bill.Custody{Capacity: bill.AsPostBox, From: people[name].Ref}, people[name].Ref
	return b
}

func frozen(b bill.Bill) bill.Bill {
	b.Holds = []hold.Hold{{Number: 1, Ground: "COURT", By: people["court"].Ref}}
	return b
}

// The bank can have the bill when it pays, or has it already: nothing else is presented.
func TestABillIsPresentedThatTheBankCanHave(t *testing.T) {
	own := in(bill.Issued)
	own.Title = people["shipper"].Ref
	bound := inReach(bill.Transfer)
	bound.Presented = &bill.Presented{Presentation: "pr-0", Bank: people["lender"].Ref}
	for name, c := range map[string]struct {
		b               bill.Bill
		presenter, bank string
		code            fault.Code
	}{
		"offered":                                      {inReach(bill.EndorseToOrder), "holder", "lender", ""},
		"pledged":                                      {active(bill.Issued), "holder", "lender", ""},
		"kept for the presenter":                       {keptFor("shipper"), "shipper", "holder", ""},
		"the bank's own, of its shipper":               {in(bill.Issued), "shipper", "holder", fault.NotWithBank},
		"the bank's own, of the title holder":          {own, "shipper", "holder", fault.NotWithBank},
		"kept as a security that is not on the ledger": {asPledgee(keptFor("shipper")), "shipper", "holder", fault.NotWithBank},
		"kept as a security":                           {securedWith("holder"), "shipper", "holder", ""},
		"kept for somebody else":                       {keptFor("recipient"), "shipper", "holder", fault.NotWithBank},
		"pledged, with a part given back": {func() bill.Bill {
			b := active(bill.Issued)
			b.Parts = &bill.Parts{Open: &bill.OpenPart{Containers: 1}}
			return b
		}(), "holder", "lender", fault.PartOpen},
		"not offered":                       {in(bill.Issued), "holder", "lender", fault.NotWithBank},
		"offered to another":                {offered(bill.Transfer), "holder", "lender", fault.NotWithBank},
		"offered by another":                {inReach(bill.Transfer), "shipper", "lender", fault.NotWithBank},
		"pledge only proposed":              {pledged(in(bill.Issued), bill.PledgeProposed), "holder", "lender", fault.NotWithBank},
		"pledged, and offered to another":   {pledged(offered(bill.Transfer), bill.PledgeActive), "holder", "lender", fault.NotWithBank},
		"held by the bank, of no concern":   {in(bill.Issued), "recipient", "holder", fault.NotWithBank},
		"kept by the bank, and offered on":  {func() bill.Bill { b := keptFor("shipper"); b.Offer = offered(bill.Transfer).Offer; return b }(), "shipper", "holder", fault.NotWithBank},
		"surrendered":                       {in(bill.Surrendered), "shipper", "holder", fault.WrongState},
		"presented already":                 {bound, "holder", "lender", fault.BillPresented},
		"frozen, and presented already":     {frozen(bound), "holder", "lender", fault.OnHold},
		"presented already and not offered": {func() bill.Bill { b := bound; b.Offer = nil; return b }(), "holder", "lender", fault.BillPresented},
	} {
		after, err := comesAlong(c.b, bill.Present, c.presenter, c.bank)
		if c.code != "" {
			require.NotNil(t, fault.Of(err), name)
			require.Equal(t, c.code, fault.Of(err).Code, name)
			continue
		}
		require.NoError(t, err, name)
		require.True(t, after.Under("pr-1"), name)
		require.Contains(t, after.Relying(), people[c.bank].Org, name)
		require.Nil(t, c.b.Presented, "before and after share no memory")
	}
}

// Whatever act there is: it does not move a presented bill, unless it is known to leave it where it is.
func TestAPresentedBillDoesNotMove(t *testing.T) {
	stays := []lifecycle.Act{bill.Sign, bill.PlaceHold, bill.LiftHold, bill.HandOver, bill.DeclineProposal, bill.DeclinePledge,
		bill.WithdrawPledge, bill.GiveConsent, bill.RevokeConsent, bill.AnnulPart}
	for _, free := range []bill.Bill{inReach(bill.EndorseToOrder), active(bill.Issued), in(bill.Issued), consenting("SURRENDER"),
		pledged(offered(bill.Transfer), bill.PledgeProposed), kindsOf(bill.Bearer)} {
		bound := free
		bound.Presented = &bill.Presented{Presentation: "pr-1", Bank: people["lender"].Ref}
		for _, verb := range bill.Law.Verbs {
			for name, actor := range people {
				c := lifecycle.Command[bill.Request]{Act: verb.Name, Actor: actor, At: lawtest.At, Request: request(verb.Name)}
				if _, err := free.Apply(c); err != nil {
					continue
				}
				after, err := bound.Apply(c)
				if verb.Name == bill.Enforce { // a default waits for nobody, and ends the binding
					require.NoError(t, err)
					require.Nil(t, after.Presented)
					continue
				}
				if err == nil {
					require.Contains(t, stays, verb.Name, name)
					require.Equal(t, []lifecycle.Ref{bound.Holder, bound.Title}, []lifecycle.Ref{after.Holder, after.Title})
					require.True(t, after.Under("pr-1"))
					continue
				}
				require.NotContains(t, stays, verb.Name, name)
				require.Equal(t, fault.BillPresented, fault.Of(err).Code, verb.Name)
				require.Equal(t, "pr-1", fault.Of(err).Args["presentation"])
			}
		}
	}
}

// Documents left with one bank do not bind another that has a pledge of the bill. Before itself a bank decides first on letting go, and
// takes its security all the same.
func TestAPledgeeDoesNotWaitForAnotherBank(t *testing.T) {
	trusted := active(bill.Issued)
	trusted.Pledge = &bill.Pledge{State: bill.TrustReleased, Mode: bill.LockMode, Bank: trusted.Pledge.Bank, Pledgor: trusted.Pledge.Pledgor}
	for act, b := range map[lifecycle.Act]bill.Bill{bill.Enforce: active(bill.Issued), bill.ReleasePledge: active(bill.Issued), bill.RecallTrust: trusted, bill.SettleTrust: trusted} {
		b.Offer = &bill.Offer{Act: bill.EndorseToOrder, To: people["recipient"].Ref}
		b.Presented = &bill.Presented{Presentation: "pr-1", Bank: people["recipient"].Ref}
		after, err := b.Apply(command(act, "lender"))
		require.NoError(t, err, act)
		require.Equal(t, act == bill.ReleasePledge || act == bill.SettleTrust, after.Under("pr-1"), "%s: what stays where it is stays bound", act)
		b.Presented = &bill.Presented{Presentation: "pr-1", Bank: people["lender"].Ref}
		after, err = b.Apply(command(act, "lender"))
		if act == bill.Enforce || act == bill.RecallTrust {
			require.NoError(t, err, act)
			require.Nil(t, after.Presented, act)
			continue
		}
		require.Equal(t, fault.BillPresented, fault.Of(err).Code, act)
	}
}

func kindsOf(kind bill.Kind) bill.Bill {
	b := in(bill.Issued)
	b.Kind, b.Title = kind, lifecycle.Ref{}
	return b
}

func presented(t *testing.T, b bill.Bill, presenter, bank string) bill.Bill {
	t.Helper()
	after, err := comesAlong(b, bill.Present, presenter, bank)
	require.NoError(t, err)
	return after
}

func TestABankThatHonoursTakesTheBillUp(t *testing.T) {
	offered := presented(t, inReach(bill.EndorseToOrder), "holder", "lender")
	after, err := comesAlong(offered, bill.TakeUp, "holder", "lender")
	require.NoError(t, err)
	require.Equal(t, []any{people["lender"].Ref, people["lender"].Ref}, []any{after.Holder, after.Title})
	require.Nil(t, after.Offer)
	require.Nil(t, after.Presented)
	_, err = comesAlong(frozen(offered), bill.TakeUp, "holder", "lender")
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
	_, err = comesAlong(offered, bill.TakeUp, "holder", "holder")
	require.Equal(t, fault.NotWithBank, fault.Of(err).Code, "another bank's presentation")
	after, err = comesAlong(presented(t, active(bill.Issued), "holder", "lender"), bill.TakeUp, "holder", "lender")
	require.NoError(t, err)
	require.Equal(t, active(bill.Issued), after, "the security is all that the bank has")
	kept := presented(t, keptFor("shipper"), "shipper", "holder")
	after, err = comesAlong(kept, bill.TakeUp, "shipper", "holder")
	require.NoError(t, err)
	require.Nil(t, after.Custody, "the bank has in its own right what it paid for")
	require.Equal(t, []any{people["holder"].Ref, people["shipper"].Ref}, []any{after.Holder, after.Title})
	_, err = comesAlong(frozen(kept), bill.TakeUp, "shipper", "holder")
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
	secured := presented(t, securedWith("holder"), "shipper", "holder")
	after, err = comesAlong(frozen(secured), bill.TakeUp, "shipper", "holder")
	require.NoError(t, err, "what the bank has as security it keeps, frozen or not")
	require.Equal(t, secured.Custody, after.Custody)
}

func TestRefusedDocumentsComeBackAsTheyWent(t *testing.T) {
	for name, free := range map[string]bill.Bill{"offered": inReach(bill.Endorse), "pledged": active(bill.Issued)} {
		after, err := comesAlong(frozen(presented(t, free, "holder", "lender")), bill.HandBack, "holder", "lender")
		require.NoError(t, err, name)
		free.Offer, free.Holds = nil, after.Holds
		require.Equal(t, free, after, "%s: a step back is possible, frozen or not", name)
	}
	kept := keptFor("shipper")
	kept.Endorsable = true
	after, err := comesAlong(presented(t, kept, "shipper", "holder"), bill.HandBack, "shipper", "holder")
	require.NoError(t, err)
	require.Equal(t, []any{people["shipper"].Ref, people["shipper"].Ref, true}, []any{after.Holder, after.Title, after.Endorsable})
	require.Nil(t, after.Custody, "the presenter has it for itself again")
	_, err = comesAlong(frozen(presented(t, kept, "shipper", "holder")), bill.HandBack, "shipper", "holder")
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
	secured := securedWith("holder")
	after, err = comesAlong(presented(t, secured, "shipper", "holder"), bill.HandBack, "shipper", "holder")
	require.NoError(t, err)
	require.Equal(t, secured, after, "what the bank has as security it keeps")
}

// securedWith is a bill that a bank has as the shipper's pledgee.
func securedWith(bank string) bill.Bill {
	b := asPledgee(keptFor("shipper"))
	b.Pledge = &bill.Pledge{State: bill.PledgeActive, Mode: bill.PossessoryMode, Bank: people[bank].Ref, Pledgor: people["shipper"].Ref}
	return b
}

func asPledgee(b bill.Bill) bill.Bill {
	b.Custody.Capacity = bill.AsPledgee
	return b
}
