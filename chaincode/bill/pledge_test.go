package bill_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

func pledged(b bill.Bill, state bill.PledgeState) bill.Bill {
	b.Pledge = &bill.Pledge{ID: "pl-1", State: state, Mode: bill.LockMode, Bank: people["lender"].Ref, Pledgor: people["holder"].Ref}
	return b
}

// active is a pledged bill in a state.
func active(state lifecycle.State) bill.Bill { return pledged(in(state), bill.PledgeActive) }

// consenting is an issued, pledged bill whose bank consents to an act for another hour.
func consenting(act string) bill.Bill {
	b := active(bill.Issued)
	b.Pledge.Consent = &bill.Consent{Act: act, Until: lawtest.At.Add(time.Hour).Format(time.RFC3339)}
	return b
}

func expired(act string) bill.Bill {
	b := consenting(act)
	b.Pledge.Consent.Until = lawtest.At.Format(time.RFC3339)
	return b
}

func pledgeSituations() map[string]bill.Bill {
	toPaper := active(bill.Amendable)
	toPaper.Amendment = bill.ToPaper
	return map[string]bill.Bill{
		"ISSUED": in(bill.Issued), "ISSUED offered": offered(bill.Transfer), "PENDING": in(bill.PendingSurrender),
		"SURRENDERED": in(bill.Surrendered), "ACCOMPLISHED": in(bill.Accomplished), "DRAFT": in(bill.Drafted), "VOIDED": in(bill.Voided),
		"PROPOSED": pledged(in(bill.Issued), bill.PledgeProposed), "PROPOSED offered": pledged(offered(bill.Transfer), bill.PledgeProposed),
		"PROPOSED PENDING": pledged(in(bill.PendingSurrender), bill.PledgeProposed),
		"ACTIVE":           active(bill.Issued), "ACTIVE offered": pledged(offered(bill.Transfer), bill.PledgeActive),
		"ACTIVE PENDING": active(bill.PendingSurrender), "ACTIVE SURRENDERED": active(bill.Surrendered),
		"ACTIVE AMEND": active(bill.PendingAmendment), "ACTIVE AMENDABLE": active(bill.Amendable), "ACTIVE FOR PAPER": toPaper,
		"CONSENT transfer": consenting("TRANSFER"), "CONSENT endorse": consenting("ENDORSE"), "CONSENT surrender": consenting("SURRENDER"),
		"CONSENT amend": consenting("AMEND"), "EXPIRED surrender": expired("SURRENDER"),
	}
}

// Written out from domain facts 3.6 (mode LOCK, as far as release), X-06 and X-17.
const pledgeLaw = `
ISSUED         | propose-pledge | holder* | ISSUED
ISSUED offered | propose-pledge | holder* | !offer-open
PROPOSED       | propose-pledge | holder* | !duplicate
PROPOSED offered | propose-pledge | holder* | !offer-open
ACTIVE         | propose-pledge | holder* | !duplicate
ACTIVE offered | propose-pledge | holder* | !offer-open

ISSUED         | accept-pledge  |nobody|
ISSUED offered | accept-pledge  |nobody|
PROPOSED       | accept-pledge  | lender | ISSUED
PROPOSED offered | accept-pledge | lender | !offer-open
ACTIVE         | accept-pledge  |nobody|
ACTIVE offered | accept-pledge  |nobody|

ISSUED         | decline-pledge |nobody|
ISSUED offered | decline-pledge |nobody|
PENDING        | decline-pledge |nobody|
PROPOSED       | decline-pledge | lender | ISSUED
PROPOSED offered | decline-pledge | lender | ISSUED
PROPOSED PENDING | decline-pledge | lender | PENDING_SURRENDER_FOR_DELIVERY
ACTIVE         | decline-pledge |nobody|
ACTIVE offered | decline-pledge |nobody|
ACTIVE PENDING | decline-pledge |nobody|
ACTIVE AMEND   | decline-pledge |nobody|

ISSUED         | withdraw-pledge | holder* | !no-offer
ISSUED offered | withdraw-pledge | holder* | !no-offer
PENDING        | withdraw-pledge | holder* | !no-offer
PROPOSED       | withdraw-pledge | holder* | ISSUED
PROPOSED offered | withdraw-pledge | holder* | ISSUED
PROPOSED PENDING | withdraw-pledge | holder* | PENDING_SURRENDER_FOR_DELIVERY
ACTIVE         | withdraw-pledge | holder* | !no-offer
ACTIVE offered | withdraw-pledge | holder* | !no-offer
ACTIVE PENDING | withdraw-pledge | holder* | !no-offer
ACTIVE AMEND   | withdraw-pledge | holder* | !no-offer

ISSUED         | consent |nobody|
ISSUED offered | consent |nobody|
PROPOSED       | consent |nobody|
PROPOSED offered | consent |nobody|
ACTIVE         | consent | lender | ISSUED
ACTIVE offered | consent | lender | ISSUED
CONSENT surrender | consent | lender | ISSUED
EXPIRED surrender | consent | lender | ISSUED

ISSUED         | revoke-consent |nobody|
ISSUED offered | revoke-consent |nobody|
PROPOSED       | revoke-consent |nobody|
PROPOSED offered | revoke-consent |nobody|
ACTIVE         | revoke-consent | lender | !not-found
ACTIVE offered | revoke-consent | lender | !not-found
CONSENT surrender | revoke-consent | lender | ISSUED
EXPIRED surrender | revoke-consent | lender | ISSUED

ISSUED         | release-pledge |nobody|
ISSUED offered | release-pledge |nobody|
PENDING        | release-pledge |nobody|
SURRENDERED    | release-pledge |nobody|
PROPOSED       | release-pledge |nobody|
PROPOSED offered | release-pledge |nobody|
PROPOSED PENDING | release-pledge |nobody|
ACTIVE         | release-pledge | lender | ISSUED
ACTIVE offered | release-pledge | lender | ISSUED
ACTIVE PENDING | release-pledge | lender | PENDING_SURRENDER_FOR_DELIVERY
ACTIVE SURRENDERED | release-pledge | lender | SURRENDERED_FOR_DELIVERY
ACTIVE AMEND   | release-pledge | lender | PENDING_SURRENDER_FOR_AMENDMENT
ACTIVE AMENDABLE | release-pledge | lender | SURRENDERED_FOR_AMENDMENT
ACTIVE FOR PAPER | release-pledge | lender | SURRENDERED_FOR_AMENDMENT
CONSENT surrender | release-pledge | lender | ISSUED
EXPIRED surrender | release-pledge | lender | ISSUED
`

// Who may do what to a pledge itself, in every state of the bill and of the pledge.
func TestEveryActOnAPledge(t *testing.T) {
	documents := pledgeSituations()
	for _, left := range []string{"CONSENT transfer", "CONSENT endorse", "CONSENT amend"} {
		delete(documents, left)
	}
	lawtest.Trial[bill.Bill, bill.Request]{Actors: people, Documents: documents, Request: request,
		Law: only(func(act lifecycle.Act) bool { return slices.Contains(pledgeActs, act) }),
		Want: pledgeLaw + `
CONSENT surrender | propose-pledge | holder* | !duplicate
EXPIRED surrender | propose-pledge | holder* | !duplicate
CONSENT surrender | accept-pledge |nobody|
EXPIRED surrender | accept-pledge |nobody|
CONSENT surrender | decline-pledge |nobody|
EXPIRED surrender | decline-pledge |nobody|
CONSENT surrender | withdraw-pledge | holder* | !no-offer
EXPIRED surrender | withdraw-pledge | holder* | !no-offer`}.Run(t)
}

// Rule X-06, row by row: each consent opens its own acts and no other, and a pledge stops no step back.
func TestAPledgeLocksWhatItsBankDoesNotConsentTo(t *testing.T) {
	opens := map[string][]lifecycle.Act{
		"ACTIVE": nil, "EXPIRED surrender": nil, "CONSENT transfer": {bill.Transfer}, "CONSENT surrender": {bill.Surrender},
		"CONSENT endorse": {bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.EndorseJointly}, "CONSENT amend": {bill.SurrenderForAmendment},
		"PROPOSED": {bill.Transfer, bill.Surrender, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.EndorseJointly, bill.SurrenderForAmendment},
	}
	for situation, open := range opens {
		for _, act := range opens["PROPOSED"] {
			b := pledgeSituations()[situation]
			after, err := b.Apply(command(act, "holder"))
			if slices.Contains(open, act) {
				require.NoError(t, err, "%s in %s", act, situation)
				require.Equal(t, situation == "PROPOSED", !after.Pledged(), "the pledge stays")
				require.Nil(t, after.Pledge.Consent, "%s uses the consent up", act)
				continue
			}
			f := fault.Of(err)
			require.NotNil(t, f, "%s in %s", act, situation)
			require.Equal(t, fault.Fault{Code: fault.Pledged, Rule: "X-06", Args: map[string]string{"bank": "PLENDER", "act": string(act)}}, *f)
		}
	}
	for _, at := range []struct {
		situation string
		act       lifecycle.Act
		who       string
	}{
		{"ACTIVE", bill.Sign, "holder"}, {"ACTIVE offered", bill.Withdraw, "holder"}, {"ACTIVE offered", bill.Reject, "recipient"},
		{"ACTIVE offered", bill.Accept, "recipient"}, {"ACTIVE PENDING", bill.WithdrawSurrender, "holder"},
		{"ACTIVE PENDING", bill.RejectSurrender, "issuer"}, {"ACTIVE PENDING", bill.AcceptSurrender, "issuer"},
		{"ACTIVE AMEND", bill.AcceptSurrender, "issuer"}, {"ACTIVE SURRENDERED", bill.AnnulSurrender, "issuer"},
		{"ACTIVE AMENDABLE", bill.AnnulSurrender, "issuer"},
	} {
		after, err := pledgeSituations()[at.situation].Apply(command(at.act, at.who))
		require.NoError(t, err, "%s in %s", at.act, at.situation)
		require.True(t, after.Pledged(), "%s in %s keeps the pledge", at.act, at.situation)
	}
}

func TestNoConsentOpensAReissue(t *testing.T) {
	for name, act := range map[string]lifecycle.Act{"ACTIVE AMENDABLE": bill.Reissue, "ACTIVE FOR PAPER": bill.SwitchToPaper} {
		_, err := pledgeSituations()[name].Apply(command(act, "issuer"))
		f := fault.Of(err)
		require.Equal(t, []any{fault.Pledged, "X-06"}, []any{f.Code, f.Rule}, act)
	}
}

func TestAPledgeIsRefusedInOrder(t *testing.T) {
	bank := func(name string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) { r.Parties["/bank"] = registered(name) }
	}
	untitled := func(b *bill.Bill, _ *bill.Request) { b.Title = people["shipper"].Ref }
	all := func(fs ...func(*bill.Bill, *bill.Request)) func(*bill.Bill, *bill.Request) {
		return func(b *bill.Bill, r *bill.Request) {
			for _, f := range fs {
				f(b, r)
			}
		}
	}
	house := func(b *bill.Bill, _ *bill.Request) { b.Master = "bl-0" }
	frozen := func(b *bill.Bill, _ *bill.Request) { b.Holds = []hold.Hold{{Number: 1}} }
	for _, r := range []refusal{
		{name: "a hold before the kind", b: in(bill.Issued), with: all(frozen, kind(bill.Straight)), code: fault.OnHold},
		{name: "straight", b: in(bill.Issued), with: kind(bill.Straight), code: fault.KindForbids},
		{name: "house", b: in(bill.Issued), with: house, code: fault.KindForbids},
		{name: "the kind before the title", b: in(bill.Issued), with: all(house, untitled), code: fault.KindForbids},
		{name: "without title", b: in(bill.Issued), with: untitled, code: fault.NotTitleHolder},
		{name: "the title before the offer", b: offered(bill.Transfer), with: untitled, code: fault.NotTitleHolder},
		{name: "the offer before the other pledge", b: pledged(offered(bill.Transfer), bill.PledgeActive), code: fault.OfferOpen},
		{name: "the other pledge before the bank", b: active(bill.Issued), with: bank("recipient"), code: fault.Duplicate},
		{name: "to no bank", b: in(bill.Issued), with: bank("recipient"), code: fault.RecipientNotAllowed, at: "/bank"},
		{name: "to oneself", b: in(bill.Issued), with: bank("holder"), code: fault.RecipientNotAllowed, at: "/bank"},
	} {
		r.act, r.who = bill.ProposePledge, "holder"
		t.Run(r.name, r.run)
	}
	joint, c := in(bill.Issued), command(bill.ProposePledge, "holder")
	joint.Joint, joint.Holder = &bill.Joint{Parties: []lifecycle.Ref{people["holder"].Ref, people["recipient"].Ref}, Needs: 1, Titled: true}, lifecycle.Ref{}
	_, err := joint.Apply(c)
	require.Equal(t, "JOINT", fault.Of(err).Args["kind"], err)
}

func TestAConsentIsRefusedInOrder(t *testing.T) {
	says := func(act, to, until string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) { r.Act, r.To, r.Until = act, to, until }
	}
	past, later := lawtest.At.Format(time.RFC3339), lawtest.At.Add(time.Hour).Format(time.RFC3339)
	for _, r := range []refusal{
		{name: "the act before the recipient", with: says("SPLIT", "PRECIPIENT", past), code: fault.Invalid, at: "/act"},
		{name: "a surrender has no recipient", with: says("SURRENDER", "PRECIPIENT", past), code: fault.Invalid, at: "/to"},
		{name: "ended", with: says("TRANSFER", "PRECIPIENT", past), code: fault.Invalid, at: "/until"},
		{name: "no time", with: says("TRANSFER", "", "soon"), code: fault.Invalid, at: "/until"},
		{name: "to a depot", with: func(b *bill.Bill, r *bill.Request) {
			says("ENDORSE", "PRECIPIENT", later)(b, r)
			to(party.Depot)(b, r)
		}, code: fault.RecipientNotAllowed, at: "/to"},
	} {
		r.b, r.act, r.who = active(bill.Issued), bill.GiveConsent, "lender"
		t.Run(r.name, r.run)
	}
}

func TestAConsentIsForItsRecipientOnly(t *testing.T) {
	b := consenting("ENDORSE")
	b.Pledge.Consent.To = people["consignee"].Ref
	for _, r := range []refusal{
		{name: "the kind before the pledge", act: bill.Endorse, with: kind(bill.Straight), code: fault.KindForbids},
		{name: "who may hold before whom the bank agreed to", act: bill.Endorse, with: to(party.Depot), code: fault.RecipientNotAllowed, at: "/to"},
		{name: "another", act: bill.EndorseToOrder, code: fault.Pledged, at: "/to"},
		{name: "in blank to nobody", act: bill.BlankEndorse, with: func(_ *bill.Bill, r *bill.Request) { r.To = ""; delete(r.Parties, "/to") }, code: fault.Pledged, at: "/to"},
		{name: "several", act: bill.EndorseJointly, code: fault.Pledged, at: "/holders"},
	} {
		r.b, r.who = b, "holder"
		t.Run(r.name, r.run)
	}
	c := command(bill.EndorseToOrder, "holder")
	c.Request.Parties["/to"] = registered("consignee")
	after, err := b.Apply(c)
	require.NoError(t, err)
	require.Nil(t, after.Pledge.Consent)
	require.NotNil(t, b.Pledge.Consent, "the bill before is not changed")
	refused, err := after.Apply(lifecycle.Command[bill.Request]{Act: bill.Withdraw, Actor: people["holder"], At: lawtest.At})
	require.NoError(t, err)
	require.Nil(t, refused.Pledge.Consent, "an offer that is withdrawn does not give the consent back")
}

func TestANewConsentReplacesTheOld(t *testing.T) {
	c := command(bill.GiveConsent, "lender")
	after, err := consenting("SURRENDER").Apply(c)
	require.NoError(t, err)
	require.Equal(t, bill.Consent{Act: "TRANSFER", To: people["recipient"].Ref, Until: c.Request.Until}, *after.Pledge.Consent)
}

// A proposal falls when possession changes; an active pledge goes with the bill.
func TestWhatPossessionDoesToAPledge(t *testing.T) {
	for state, stays := range map[bill.PledgeState]bool{bill.PledgeProposed: false, bill.PledgeActive: true} {
		after, err := pledged(offered(bill.Transfer), state).Apply(command(bill.Accept, "recipient"))
		require.NoError(t, err)
		require.Equal(t, stays, after.Pledge != nil, state)
		after, err = pledged(in(bill.PendingSurrender), state).Apply(command(bill.AcceptSurrender, "issuer"))
		require.NoError(t, err)
		require.Equal(t, stays, after.Pledge != nil, state)
	}
	done, err := bill.Law.Follow(active(bill.Surrendered), command(bill.Accomplish, "issuer"))
	require.NoError(t, err)
	require.Nil(t, done.Pledge, "the goods are gone, and the security with them")
}

func TestTheBankReliesOnAPledgedBill(t *testing.T) {
	require.NotContains(t, pledged(in(bill.Issued), bill.PledgeProposed).Relying(), "LenderMSP")
	for _, state := range []lifecycle.State{bill.Issued, bill.PendingSurrender, bill.PendingAmendment, bill.Amendable} {
		require.Contains(t, active(state).Relying(), "LenderMSP", state)
	}
	require.NotContains(t, active(bill.Surrendered).Relying(), "LenderMSP", "it consented to the delivery, and gate moves do not wait for it")
	require.Contains(t, pledged(in(bill.Issued), bill.PledgeProposed).Readers(), people["lender"].Ref, "it sees what it lends on")
}

// A bill that takes a lost one's place stays pledged, but for a bank of the lost organisation and without the lost consent.
func TestAReplacementStaysPledged(t *testing.T) {
	replacement := func(lost bill.Bill) bill.Bill {
		c := command(bill.Replace, "issuer")
		c.Request.Lost, c.Request.Claimant = &lost, people["consignee"].Ref
		b, err := bill.Law.Follow(bill.Bill{Record: lifecycle.Record{ID: "bl-2", Family: "bill"}}, c)
		require.NoError(t, err)
		return b
	}
	require.Equal(t, active(bill.Issued).Pledge, replacement(consenting("SURRENDER")).Pledge)
	require.Nil(t, replacement(pledged(in(bill.Issued), bill.PledgeProposed)).Pledge)
	own := active(bill.Issued)
	own.Pledge.Bank.Org = own.Holder.Org
	require.Nil(t, replacement(own).Pledge)
}
