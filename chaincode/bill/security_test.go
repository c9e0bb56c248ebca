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

// possessed is a pledged bill that the bank has.
func possessed() bill.Bill {
	b := active(bill.Issued)
	b.Pledge.Mode = bill.PossessoryMode
	b.Custody = &bill.Custody{Capacity: bill.AsPledgee, From: b.Holder}
	b.Holder = people["lender"].Ref
	return b
}

// handingOn is a pledged bill whose bank offers its pledge to another.
func handingOn(b bill.Bill) bill.Bill {
	b.Pledge.To = people["other"].Ref
	return b
}

func trusted(state lifecycle.State) bill.Bill {
	b := pledged(in(state), bill.TrustReleased)
	b.Pledge.Receipt = "receipt"
	return b
}

// givenBack is a bill that its holder surrendered for amendment.
func givenBack(b bill.Bill) bill.Bill {
	b.Requester, b.Amendment, b.Holder = people["holder"].Ref, bill.AmendData, b.Issuer
	return b
}

func givenBackJointly(b bill.Bill) bill.Bill {
	b = givenBack(b)
	b.Given = &bill.Joint{Parties: []lifecycle.Ref{people["holder"].Ref, people["recipient"].Ref}, Needs: 1}
	return b
}

func only1(acts []lifecycle.Act) *lifecycle.Law[bill.Bill, bill.Request] {
	return only(func(act lifecycle.Act) bool { return slices.Contains(acts, act) })
}

// Written out from domain facts 3.6 and decision 37: release on trust, settle, recall, enforce, transfer between banks.
const securityLaw = `
ACTIVE    | release-on-trust | lender | ISSUED
PASSING   | release-on-trust | lender | ISSUED
BANK'S    | release-on-trust | lender | ISSUED
HELD      | release-on-trust | lender | ISSUED
NONE      | release-on-trust |nobody|
PROPOSED  | release-on-trust |nobody|
TRUST     | release-on-trust |nobody|
ENFORCED  | release-on-trust |nobody|

TRUST     | settle-trust | lender | ISSUED
TRUST PENDING | settle-trust | lender | PENDING_SURRENDER_FOR_DELIVERY
AMENDABLE | settle-trust |nobody|
TRUST AMENDABLE | settle-trust | lender | SURRENDERED_FOR_AMENDMENT
TRUST SURRENDERED | settle-trust | lender | SURRENDERED_FOR_DELIVERY
TRUST DONE | settle-trust | lender | ACCOMPLISHED
DONE      | settle-trust |nobody|
NONE      | settle-trust |nobody|
PROPOSED  | settle-trust |nobody|
ACTIVE    | settle-trust |nobody|
PASSING   | settle-trust |nobody|
BANK'S    | settle-trust |nobody|
HELD      | settle-trust |nobody|
PENDING   | settle-trust |nobody|
SURRENDERED | settle-trust |nobody|
AMENDING  | settle-trust |nobody|
ENFORCED  | settle-trust |nobody|

ACTIVE    | enforce | lender | ISSUED
PASSING   | enforce | lender | ISSUED
BANK'S    | enforce | lender | ISSUED
PENDING   | enforce | lender | ISSUED
AMENDING  | enforce | lender | ISSUED
AMENDABLE | enforce | lender | ISSUED
TRUST AMENDABLE | enforce |nobody|
HELD      | enforce | lender | !on-hold
NONE      | enforce |nobody|
PROPOSED  | enforce |nobody|
TRUST     | enforce |nobody|
TRUST PENDING | enforce |nobody|
TRUST DONE | enforce | lender | ACCOMPLISHED
DONE      | enforce |nobody|
ENFORCED  | enforce |nobody|

TRUST     | recall-trust | lender | ISSUED
TRUST PENDING | recall-trust | lender | ISSUED
TRUST AMENDABLE | recall-trust | lender | ISSUED
AMENDABLE | recall-trust |nobody|
NONE      | recall-trust |nobody|
PROPOSED  | recall-trust |nobody|
ACTIVE    | recall-trust |nobody|
PASSING   | recall-trust |nobody|
BANK'S    | recall-trust |nobody|
HELD      | recall-trust |nobody|
PENDING   | recall-trust |nobody|
AMENDING  | recall-trust |nobody|
ENFORCED  | recall-trust |nobody|

ACTIVE    | offer-pledge-transfer | lender | ISSUED
BANK'S    | offer-pledge-transfer | lender | ISSUED
PASSING   | offer-pledge-transfer | lender | !offer-open
HELD      | offer-pledge-transfer | lender | !on-hold
NONE      | offer-pledge-transfer |nobody|
PROPOSED  | offer-pledge-transfer |nobody|
TRUST     | offer-pledge-transfer |nobody|
ENFORCED  | offer-pledge-transfer |nobody|

PASSING   | accept-pledge-transfer | other | ISSUED
NONE      | accept-pledge-transfer |nobody|
PROPOSED  | accept-pledge-transfer |nobody|
ACTIVE    | accept-pledge-transfer |nobody|
BANK'S    | accept-pledge-transfer |nobody|
HELD      | accept-pledge-transfer |nobody|
TRUST     | accept-pledge-transfer |nobody|
ENFORCED  | accept-pledge-transfer |nobody|

PASSING   | decline-pledge-transfer | other | ISSUED
NONE      | decline-pledge-transfer |nobody|
PROPOSED  | decline-pledge-transfer |nobody|
ACTIVE    | decline-pledge-transfer |nobody|
BANK'S    | decline-pledge-transfer |nobody|
HELD      | decline-pledge-transfer |nobody|
PENDING   | decline-pledge-transfer |nobody|
AMENDING  | decline-pledge-transfer |nobody|
SURRENDERED | decline-pledge-transfer |nobody|
TRUST     | decline-pledge-transfer |nobody|
TRUST PENDING | decline-pledge-transfer |nobody|
TRUST SURRENDERED | decline-pledge-transfer |nobody|
AMENDABLE | decline-pledge-transfer |nobody|
TRUST AMENDABLE | decline-pledge-transfer |nobody|
ENFORCED  | decline-pledge-transfer |nobody|

PASSING   | withdraw-pledge-transfer | lender | ISSUED
ACTIVE    | withdraw-pledge-transfer | lender | !no-offer
BANK'S    | withdraw-pledge-transfer | lender | !no-offer
HELD      | withdraw-pledge-transfer | lender | !no-offer
PENDING   | withdraw-pledge-transfer | lender | !no-offer
AMENDING  | withdraw-pledge-transfer | lender | !no-offer
SURRENDERED | withdraw-pledge-transfer | lender | !no-offer
NONE      | withdraw-pledge-transfer |nobody|
PROPOSED  | withdraw-pledge-transfer |nobody|
TRUST     | withdraw-pledge-transfer |nobody|
TRUST PENDING | withdraw-pledge-transfer |nobody|
TRUST SURRENDERED | withdraw-pledge-transfer |nobody|
AMENDABLE | withdraw-pledge-transfer | lender | !no-offer
TRUST AMENDABLE | withdraw-pledge-transfer |nobody|
ENFORCED  | withdraw-pledge-transfer |nobody|
`

func TestWhatBecomesOfAPledge(t *testing.T) {
	lawtest.Trial[bill.Bill, bill.Request]{Law: only1(securityActs), Actors: people, Request: request, Want: securityLaw,
		Documents: map[string]bill.Bill{
			"NONE": in(bill.Issued), "PROPOSED": pledged(in(bill.Issued), bill.PledgeProposed), "ACTIVE": active(bill.Issued),
			"PASSING": handingOn(active(bill.Issued)), "BANK'S": possessed(), "HELD": held(active(bill.Issued)),
			"PENDING": active(bill.PendingSurrender), "AMENDING": active(bill.PendingAmendment),
			"AMENDABLE": givenBack(active(bill.Amendable)), "TRUST AMENDABLE": givenBack(trusted(bill.Amendable)), "SURRENDERED": active(bill.Surrendered),
			"TRUST": trusted(bill.Issued), "TRUST PENDING": trusted(bill.PendingSurrender), "TRUST SURRENDERED": trusted(bill.Surrendered),
			"TRUST DONE": trusted(bill.Accomplished), "DONE": in(bill.Accomplished),
			"ENFORCED": pledged(in(bill.Issued), bill.PledgeEnforced)}}.Run(t)
}

// Rule X-06: the bank has the bill and still cannot move it; the pledgor, who keeps the title, cannot either.
func TestNobodyMovesAPossessoryPledgeAlone(t *testing.T) {
	c := command(bill.AcceptPledge, "lender")
	b := pledged(in(bill.Issued), bill.PledgeProposed)
	b.Pledge.Mode = bill.PossessoryMode
	b, err := b.Apply(c)
	require.NoError(t, err)
	require.Equal(t, possessed().Holder, b.Holder)
	require.Equal(t, people["holder"].Ref, b.Title, "the title stays until enforcement")
	require.Equal(t, bill.Custody{Capacity: bill.AsPledgee, From: people["holder"].Ref}, *b.Custody)
	require.Subset(t, b.Relying(), []string{"LenderMSP", people["holder"].Org, "CarrierMSP"})
	bearer := b
	bearer.Kind, bearer.Title = bill.Bearer, lifecycle.Ref{}
	for _, b := range []bill.Bill{b, bearer} {
		for act, code := range map[lifecycle.Act]fault.Code{bill.Transfer: fault.Pledged, bill.EndorseToOrder: fault.NotTitleHolder,
			bill.BlankEndorse: fault.NotTitleHolder, bill.Endorse: fault.NotTitleHolder, bill.EndorseJointly: fault.NotTitleHolder,
			bill.Surrender: fault.NotTitleHolder, bill.SurrenderForAmendment: fault.NotTitleHolder, bill.ProposePledge: fault.NotTitleHolder,
			bill.ShowToBank: fault.NotTitleHolder, bill.GiveConsent: fault.KindForbids, bill.InstructCustodian: fault.WrongParty} {
			_, err := b.Apply(command(act, "lender"))
			require.Equal(t, code, fault.Of(err).Code, act)
			_, err = b.Apply(command(act, "holder"))
			require.Equal(t, fault.WrongParty, fault.Of(err).Code, "the pledgor: %s", act)
		}
	}
	back, err := b.Apply(command(bill.ReleasePledge, "lender"))
	require.NoError(t, err)
	require.Equal(t, in(bill.Issued).Holder, back.Holder)
	require.Nil(t, back.Custody)
	require.Nil(t, back.Pledge)
}

func TestEnforcementMakesTheBankHolderWithTitle(t *testing.T) {
	offer := pledged(offered(bill.Transfer), bill.PledgeActive)
	joint := active(bill.Issued)
	joint.Joint, joint.Holder = &bill.Joint{Parties: []lifecycle.Ref{people["holder"].Ref, people["recipient"].Ref}, Needs: 1, Titled: true}, lifecycle.Ref{}
	straight := active(bill.Issued)
	straight.Kind, straight.Consignee = bill.Straight, people["holder"].Ref
	for name, b := range map[string]bill.Bill{"lock": active(bill.Issued), "possessory": possessed(), "an offer": offer, "joint": joint,
		"surrendering": active(bill.PendingSurrender), "amending": givenBack(active(bill.Amendable)), "amending jointly": givenBackJointly(active(bill.Amendable)), "consented": consenting("SURRENDER"), "straight": straight, "passing": handingOn(active(bill.Issued))} {
		after, err := b.Apply(command(bill.Enforce, "lender"))
		require.NoError(t, err, name)
		require.Equal(t, []lifecycle.Ref{people["lender"].Ref, people["lender"].Ref}, []lifecycle.Ref{after.Holder, after.Title}, name)
		require.Equal(t, []any{bill.PledgeEnforced, "NON_PAYMENT"}, []any{after.Pledge.State, after.Pledge.Default}, name)
		require.True(t, after.Offer == nil && after.Joint == nil && after.Custody == nil && after.Claimant.Zero() && after.Pledge.Consent == nil, name)
		require.True(t, after.Requester.Zero() && after.Amendment == "" && after.Given == nil, name)
		require.Contains(t, after.Parties(), people["holder"].Ref, "%s: the pledgor is told", name)
		done, err := after.Apply(command(bill.Surrender, "lender"))
		require.NoError(t, err, "%s: the bank can claim", name)
		require.Equal(t, bill.PendingSurrender, done.State)
	}
	c := command(bill.Enforce, "lender")
	c.Request.Reason = "OTHER"
	_, err := active(bill.Issued).Apply(c)
	require.Equal(t, "/reason", fault.Of(err).At)
}

// Rule X-06 after a release on trust.
func TestABillReleasedOnTrustIsOnlySurrendered(t *testing.T) {
	c := command(bill.ReleaseOnTrust, "lender")
	after, err := possessed().Apply(c)
	require.NoError(t, err)
	require.Equal(t, in(bill.Issued).Holder, after.Holder, "the pledgor has it again")
	require.Equal(t, []any{bill.TrustReleased, "receipt"}, []any{after.Pledge.State, after.Pledge.Receipt})
	for _, act := range []lifecycle.Act{bill.Transfer, bill.EndorseToOrder, bill.BlankEndorse, bill.SurrenderForAmendment} {
		_, err := after.Apply(command(act, "holder"))
		require.Equal(t, fault.Pledged, fault.Of(err).Code, act)
	}
	gone, err := after.Apply(command(bill.Surrender, "holder"))
	require.NoError(t, err)
	require.True(t, gone.Pledged())
	require.Contains(t, gone.Relying(), "LenderMSP", "until the carrier takes it")
	gone, err = gone.Apply(command(bill.AcceptSurrender, "issuer"))
	require.NoError(t, err)
	require.NotContains(t, gone.Relying(), "LenderMSP")
	gone, err = bill.Law.Follow(gone, command(bill.Accomplish, "issuer"))
	require.NoError(t, err)
	require.True(t, gone.Pledged(), "the bank's interest is shown until it is settled")
	gone, err = gone.Apply(command(bill.SettleTrust, "lender"))
	require.NoError(t, err)
	require.Nil(t, gone.Pledge)

	c.Request.Signed = ""
	_, err = active(bill.Issued).Apply(c)
	require.Equal(t, fault.NotFound, fault.Of(err).Code, "no receipt is signed")
	c.Request.Signed = "another"
	_, err = active(bill.Issued).Apply(c)
	require.Equal(t, fault.Fault{Code: fault.ContentMismatch, At: "/receipt"}, *fault.Of(err))
}

func TestAPledgePassesToAnotherBank(t *testing.T) {
	c := command(bill.AcceptPledgeTransfer, "other")
	for name, b := range map[string]bill.Bill{"lock": consenting("SURRENDER"), "possessory": possessed()} {
		before := handingOn(b)
		require.NotContains(t, before.Relying(), "OtherMSP")
		require.Contains(t, before.Readers(), people["other"].Ref)
		after, err := before.Apply(c)
		require.NoError(t, err, name)
		require.Equal(t, people["other"].Ref, after.Pledge.Bank)
		require.Nil(t, after.Pledge.Consent, "the old bank's consent ends")
		require.Contains(t, after.Relying(), "OtherMSP")
		require.NotContains(t, after.Relying(), "LenderMSP")
		if name == "possessory" {
			require.Equal(t, people["other"].Ref, after.Holder)
		}
	}
	c.Request.Unseen = true
	_, err := handingOn(active(bill.Issued)).Apply(c)
	require.Equal(t, fault.NotFound, fault.Of(err).Code, "terms that it was not shown")
	c.Request.Unseen, c.Request.Stated = false, "terms"
	_, err = handingOn(active(bill.Issued)).Apply(c)
	require.Equal(t, "/terms", fault.Of(err).At)
	for _, to := range []string{"lender", "recipient", "holder"} {
		c := command(bill.OfferPledgeTransfer, "lender")
		c.Request.Parties["/to"] = registered(to)
		_, err = active(bill.Issued).Apply(c)
		require.Equal(t, fault.RecipientNotAllowed, fault.Of(err).Code, to)
	}
}

// A straight bill is no security unless its carrier agreed to control by this very bank.
func TestAStraightBillIsPledgedWithTheCarriersAgreement(t *testing.T) {
	b := in(bill.Issued)
	b.Kind, b.Consignee, b.Endorsable = bill.Straight, people["holder"].Ref, false
	_, err := b.Apply(command(bill.ProposePledge, "holder"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code)
	_, err = in(bill.Issued).Apply(command(bill.AgreeBankControl, "issuer"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code, "no other bill needs it")
	_, err = b.Apply(command(bill.AgreeBankControl, "holder"))
	require.Equal(t, fault.WrongParty, fault.Of(err).Code)
	agreed, err := b.Apply(command(bill.AgreeBankControl, "issuer"))
	require.NoError(t, err)
	c := command(bill.ProposePledge, "holder")
	c.Request.Parties["/bank"] = registered("other")
	_, err = agreed.Apply(c)
	require.Equal(t, "agreement", fault.Of(err).Args["why"])
	asked, err := agreed.Apply(command(bill.ProposePledge, "holder"))
	require.NoError(t, err)
	asked.BankControl = people["other"].Ref
	_, err = asked.Apply(command(bill.AcceptPledge, "lender"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code)
	asked.BankControl = people["lender"].Ref
	_, err = asked.Apply(command(bill.AcceptPledge, "lender"))
	require.NoError(t, err)
}

func TestTheTermsAreThoseThatTheBankSaw(t *testing.T) {
	asked := pledged(in(bill.Issued), bill.PledgeProposed)
	for seen, stated := range map[string]string{"": "terms", "terms": "", "old": "new"} {
		c := command(bill.AcceptPledge, "lender")
		c.Request.Terms, c.Request.Stated = seen, stated
		_, err := asked.Apply(c)
		require.Equal(t, fault.Fault{Code: fault.ContentMismatch, At: "/terms"}, *fault.Of(err))
	}
	c := command(bill.AcceptPledge, "lender")
	c.Request.Terms, c.Request.Stated = "terms", "terms"
	after, err := asked.Apply(c)
	require.NoError(t, err)
	require.Equal(t, "terms", after.Pledge.Terms)
	c = command(bill.ProposePledge, "holder")
	c.Request.Mode = "FIDUCIARY"
	_, err = in(bill.Issued).Apply(c)
	require.Equal(t, "/mode", fault.Of(err).At)
}

// The record shows what a custodian is; it hands back, or on as it was told, and nothing else.
func TestAPostBoxOnlyHandsOn(t *testing.T) {
	give := func(b bill.Bill, who, to, capacity string) (bill.Bill, error) {
		c := command(bill.Transfer, who)
		c.Request.To, c.Request.Capacity, c.Request.Parties["/to"] = people[to].Party, capacity, registered(to)
		after, err := b.Apply(c)
		if err != nil {
			return b, err
		}
		return after.Apply(command(bill.Accept, to))
	}
	kept, err := give(in(bill.Issued), "holder", "lender", "POST_BOX")
	require.NoError(t, err)
	require.Equal(t, bill.Custody{Capacity: bill.AsPostBox, From: people["holder"].Ref}, *kept.Custody)
	require.Equal(t, people["holder"].Ref, kept.Title)
	require.Contains(t, kept.Relying(), people["holder"].Org, "nor does it move without whom it is kept for")
	bearer := kept
	bearer.Kind, bearer.Title = bill.Bearer, lifecycle.Ref{}
	for _, act := range []lifecycle.Act{bill.EndorseToOrder, bill.BlankEndorse, bill.Endorse, bill.EndorseJointly, bill.Surrender, bill.SurrenderForAmendment, bill.ProposePledge, bill.ShowToBank} {
		for _, b := range []bill.Bill{kept, bearer} {
			_, err := b.Apply(command(act, "lender"))
			require.Equal(t, fault.NotTitleHolder, fault.Of(err).Code, act)
		}
	}
	_, err = give(kept, "lender", "recipient", "")
	require.Equal(t, "instructed", fault.Of(err).Args["why"])
	_, err = give(kept, "lender", "holder", "POST_BOX")
	require.Equal(t, "instructed", fault.Of(err).Args["why"], "it goes back as what it was")
	back, err := give(kept, "lender", "holder", "HOLDER")
	require.NoError(t, err)
	require.Nil(t, back.Custody)

	c := command(bill.InstructCustodian, "holder")
	c.Request.To, c.Request.Capacity, c.Request.Parties["/to"] = "POTHER", "POST_BOX", registered("other")
	told, err := kept.Apply(c)
	require.NoError(t, err)
	_, err = give(told, "lender", "other", "")
	require.Equal(t, "instructed", fault.Of(err).Args["why"], "not as a holder")
	second, err := give(told, "lender", "other", "POST_BOX")
	require.NoError(t, err)
	require.Equal(t, bill.Custody{Capacity: bill.AsPostBox, From: people["holder"].Ref}, *second.Custody, "still for the same")
	_, err = kept.Apply(command(bill.InstructCustodian, "lender"))
	require.Equal(t, fault.WrongParty, fault.Of(err).Code)

	straight := in(bill.Issued)
	straight.Kind, straight.Consignee = bill.Straight, people["holder"].Ref
	kept, err = give(straight, "holder", "lender", "POST_BOX")
	require.NoError(t, err)
	_, err = give(kept, "lender", "holder", "")
	require.NoError(t, err)
}

func TestACapacityIsRefusedInOrder(t *testing.T) {
	as := func(capacity string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) { r.Capacity = capacity }
	}
	for _, r := range []refusal{
		{name: "who may hold before what as", with: func(b *bill.Bill, r *bill.Request) { as("LODGER")(b, r); to(party.Depot)(b, r) }, code: fault.RecipientNotAllowed, at: "/to"},
		{name: "no such capacity", with: as("LODGER"), code: fault.Invalid, at: "/capacity"},
		{name: "a pledgee is a bank", with: as("PLEDGEE"), code: fault.RecipientNotAllowed, at: "/to"},
		{name: "the capacity before the kind", with: func(b *bill.Bill, r *bill.Request) { as("LODGER")(b, r); b.Kind = bill.Straight }, code: fault.Invalid, at: "/capacity"},
	} {
		r.b, r.act, r.who = in(bill.Issued), bill.Transfer, "holder"
		t.Run(r.name, r.run)
	}
}

func TestABankMayLookFirst(t *testing.T) {
	shown, err := in(bill.Issued).Apply(command(bill.ShowToBank, "holder"))
	require.NoError(t, err)
	require.Contains(t, shown.Readers(), people["lender"].Ref)
	require.NotContains(t, shown.Relying(), "LenderMSP")
	moved, err := shown.Apply(command(bill.Transfer, "holder"))
	require.NoError(t, err)
	moved, err = moved.Apply(command(bill.Accept, "recipient"))
	require.NoError(t, err)
	require.NotContains(t, moved.Readers(), people["lender"].Ref, "it was the former holder's to show")
}

// The pledge of a straight bill passes on as its carrier agreed, and not as it agreed before.
func TestAnotherBankNeedsTheCarriersAgreementWhenItAccepts(t *testing.T) {
	b := handingOn(active(bill.Issued))
	b.Kind, b.Consignee, b.BankControl = bill.Straight, b.Holder, people["other"].Ref
	after, err := b.Apply(command(bill.AcceptPledgeTransfer, "other"))
	require.NoError(t, err)
	require.Equal(t, people["other"].Ref, after.Pledge.Bank)
	b.BankControl = people["lender"].Ref
	_, err = b.Apply(command(bill.AcceptPledgeTransfer, "other"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code)
}

// A consent is to whoever has the bill when it is given.
func TestAConsentDoesNotPassWithTheBill(t *testing.T) {
	b := consenting(bill.ConsentSurrender)
	b.Offer = &bill.Offer{Act: bill.EndorseToOrder, To: people["recipient"].Ref}
	after, err := b.Apply(command(bill.Accept, "recipient"))
	require.NoError(t, err)
	require.True(t, after.Pledged())
	require.Nil(t, after.Pledge.Consent)
	require.NotNil(t, b.Pledge.Consent, "before and after share no memory")
	_, err = after.Apply(command(bill.Surrender, "recipient"))
	require.Equal(t, fault.Pledged, fault.Of(err).Code)
}

// Whom the pledgor passed a bill on to that was released on trust signed no receipt.
func TestATrustReceiptIsThePledgorsWord(t *testing.T) {
	b := trusted(bill.Issued)
	b.Holder, b.Title = people["recipient"].Ref, people["recipient"].Ref
	for _, act := range []lifecycle.Act{bill.Surrender, bill.SurrenderPart} {
		_, err := b.Apply(command(act, "recipient"))
		require.Equal(t, fault.Pledged, fault.Of(err).Code, act)
	}
	jointly := trusted(bill.Issued)
	jointly.Joint = &bill.Joint{Parties: []lifecycle.Ref{jointly.Holder, people["recipient"].Ref}, Needs: 1, Titled: true}
	jointly.Holder, jointly.Title = lifecycle.Ref{}, lifecycle.Ref{}
	_, err := jointly.Apply(command(bill.Surrender, "recipient"))
	require.Equal(t, fault.Pledged, fault.Of(err).Code, "one of several")
	b.Pledge.Consent = consenting(bill.ConsentSurrender).Pledge.Consent
	_, err = b.Apply(command(bill.Surrender, "recipient"))
	require.NoError(t, err)
}
