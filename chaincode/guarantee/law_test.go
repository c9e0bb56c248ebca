package guarantee_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"applicant": lawtest.Actor("PAPPLICANT", "PortMSP", party.Consignee),
	"shipper":   lawtest.Actor("PSHIPPER", "PortMSP", party.Shipper),
	"forwarder": lawtest.Actor("PFORWARDER", "PortMSP", party.Forwarder),
	"carrier":   lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier),
	"carrier2":  lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"bank":      lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"bank2":     lawtest.Actor("PBANK2", "BankMSP", party.Bank),
	"terminal":  lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	"customs":   lawtest.Actor("PCUSTOMS", "PortMSP", party.Customs),
	"impostor":  lawtest.Actor("PBANK", "PortMSP", party.Bank, party.Consignee),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

func in(state lifecycle.State, kind guarantee.Kind, bank string) guarantee.Guarantee {
	g := guarantee.Guarantee{Record: lifecycle.Record{ID: "lg-1", Family: "guarantee", State: state, Version: 2}, Kind: kind,
		Applicant: people["applicant"].Ref, Beneficiary: people["carrier"].Ref, DeliverTo: people["applicant"].Ref,
		Bank: people[bank].Ref, Bills: append(make([]guarantee.Underlying, 0, 8), guarantee.Underlying{Bill: "bl-1"})}
	if state != guarantee.Drafted && state != guarantee.Submitted && bank != "" {
		g.Joinder = "joined"
	}
	if state == guarantee.Claimed {
		g.Demands, g.Claim = 1, guarantee.Claim{Number: 1, Due: after(72 * time.Hour), Extension: true}
	}
	return g
}

// after is an instant that much later than every trial, or earlier.
func after(d time.Duration) string { return lifecycle.Stamped(lawtest.At.Add(d)) }

// with changes a document for a trial.
func with(g guarantee.Guarantee, change func(*guarantee.Guarantee)) guarantee.Guarantee {
	change(&g)
	return g
}

// proposed is a guarantee with an amendment that some agreed to, the proposer first.
func proposed(bank string, agreed ...string) guarantee.Guarantee {
	g := in(guarantee.Active, "AA", bank)
	g.Proposals, g.Amendment = 1, guarantee.Amendment{Number: 1, By: people[agreed[0]].Ref}
	for _, name := range agreed {
		g.Amendment.Agreed = append(g.Amendment.Agreed, people[name].Ref)
	}
	return g
}

func request(act lifecycle.Act) guarantee.Request {
	r := guarantee.Request{ID: "lg-1", Reason: "OTHER", Bills: []string{"bl-1"}, Claimant: people["applicant"].Ref}
	if act == guarantee.Draft {
		r.Kind, r.Beneficiary, r.DeliverTo, r.Bank = "AA", "PCARRIER", "PAPPLICANT", "PBANK"
		r.Parties = map[string]party.Party{"/beneficiary": registered("carrier"), "/deliverTo": registered("applicant"), "/bank": registered("bank")}
	}
	return r
}

func command(act lifecycle.Act, who string) lifecycle.Command[guarantee.Request] {
	return lifecycle.Command[guarantee.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
}

// Written out from domain facts 5.6, with what URDG 758 adds: an amendment agreed by all, one demand at a time.
const allowed = `
unborn           | draft    | applicant, shipper, forwarder, impostor | DRAFT
DRAFT            | submit   | applicant* | SUBMITTED
DRAFT            | withdraw | applicant* | WITHDRAWN
SUBMITTED A      | accept   | carrier*   | ACTIVE
SUBMITTED A      | refuse   | carrier*   | REFUSED
SUBMITTED A      | withdraw | applicant* | WITHDRAWN
SUBMITTED A      | join     |nobody|
SUBMITTED AA     | join     | bank       | BANK_JOINED
SUBMITTED AA     | accept   | carrier*   | !bank-required
SUBMITTED AA     | refuse   | carrier*, bank | REFUSED
SUBMITTED AA     | withdraw | applicant* | WITHDRAWN
SUBMITTED COB    | accept   | carrier*   | SUBMITTED
SUBMITTED COB    | refuse   | carrier*   | REFUSED
SUBMITTED COB    | withdraw | applicant* | WITHDRAWN
SUBMITTED COB    | join     |nobody|
APPROVED ONCE    | accept   | carrier*   | ACTIVE
APPROVED ONCE    | refuse   | carrier*   | REFUSED
APPROVED ONCE    | withdraw | applicant* | WITHDRAWN
APPROVED ONCE    | join     |nobody|
BANK_JOINED      | accept   | carrier*   | ACTIVE
BANK_JOINED      | refuse   | carrier*, bank | REFUSED
BANK_JOINED      | withdraw | applicant* | WITHDRAWN
ACTIVE           | propose-amendment  | applicant*, carrier*, bank | ACTIVE
ACTIVE           | accept-amendment   | applicant*, carrier*, bank | !no-amendment
ACTIVE           | reject-amendment   | applicant*, carrier*, bank | !no-amendment
ACTIVE           | withdraw-amendment |nobody|
ACTIVE           | demand   | carrier*   | CLAIMED
ACTIVE           | suspend  | carrier*   | SUSPENDED
ACTIVE           | release  | carrier*   | DISCHARGED
ACTIVE           | expire   | applicant*, shipper*, forwarder*, carrier*, carrier2*, bank*, bank2*, terminal*, customs*, impostor* | !not-expired
ACTIVE           | reduce               | carrier*        | ACTIVE
ACTIVE           | extend-force-majeure | carrier*, bank* | !no-force-majeure
PROPOSED         | reduce               | carrier*        | ACTIVE
PROPOSED         | extend-force-majeure | carrier*, bank* | !no-force-majeure
PAST ITS END     | reduce               | carrier*        | ACTIVE
PAST ITS END     | extend-force-majeure | carrier*, bank* | !no-force-majeure
SUSPENDED        | reduce               | carrier*        | SUSPENDED
SUSPENDED        | extend-force-majeure | carrier*, bank* | !no-force-majeure
PROPOSED         | propose-amendment  | applicant*, carrier*, bank | !amendment-open
PROPOSED         | accept-amendment   | applicant*, bank | ACTIVE
PROPOSED         | accept-amendment   | carrier*         | !amendment-open
PROPOSED         | reject-amendment   | applicant*, bank | ACTIVE
PROPOSED         | reject-amendment   | carrier*         | !amendment-open
PROPOSED         | withdraw-amendment | carrier*   | ACTIVE
PROPOSED         | demand   | carrier*   | CLAIMED
PROPOSED         | suspend  | carrier*   | SUSPENDED
PROPOSED         | release  | carrier*   | DISCHARGED
PROPOSED         | expire   | applicant*, shipper*, forwarder*, carrier*, carrier2*, bank*, bank2*, terminal*, customs*, impostor* | !not-expired
PAST ITS END     | propose-amendment  | applicant*, carrier*, bank | ACTIVE
PAST ITS END     | accept-amendment   | applicant*, carrier*, bank | !no-amendment
PAST ITS END     | reject-amendment   | applicant*, carrier*, bank | !no-amendment
PAST ITS END     | withdraw-amendment |nobody|
PAST ITS END     | demand   | carrier*   | !deadline-passed
PAST ITS END     | suspend  | carrier*   | SUSPENDED
PAST ITS END     | release  | carrier*   | DISCHARGED
PAST ITS END     | expire   | applicant*, shipper*, forwarder*, carrier*, carrier2*, bank*, bank2*, terminal*, customs*, impostor* | EXPIRED
SUSPENDED        | resume   | carrier*   | ACTIVE
SUSPENDED        | release  | carrier*   | DISCHARGED
SUSPENDED        | expire   | applicant*, shipper*, forwarder*, carrier*, carrier2*, bank*, bank2*, terminal*, customs*, impostor* | !not-expired
CLAIMED          | pay             | applicant*, bank* | ACTIVE
CLAIMED          | reject-demand   | bank*      | ACTIVE
CLAIMED          | extend          | bank*      | ACTIVE
CLAIMED          | suspend-payment | bank*      | CLAIMED
CLAIMED A        | pay             | applicant* | ACTIVE
CLAIMED A        | reject-demand   | applicant* | ACTIVE
CLAIMED A        | extend          | applicant* | ACTIVE
CLAIMED A        | suspend-payment | applicant* | CLAIMED
CLAIMED TOO LONG | pay             | applicant*, bank* | ACTIVE
CLAIMED TOO LONG | reject-demand   | bank*      | !deadline-passed
CLAIMED TOO LONG | extend          | bank*      | !no-extension-asked
CLAIMED TOO LONG | suspend-payment | bank*      | !no-extension-asked
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[guarantee.Guarantee, guarantee.Request]{
		Law: guarantee.Law, Actors: people, Anybody: []lifecycle.Act{guarantee.Draft}, Request: request, Want: allowed,
		Documents: map[string]guarantee.Guarantee{
			"unborn": {Record: lifecycle.Record{ID: "lg-1", Family: "guarantee"}},
			"DRAFT":  in(guarantee.Drafted, "AA", "bank"), "SUBMITTED A": in(guarantee.Submitted, "A", ""),
			"SUBMITTED AA": in(guarantee.Submitted, "AA", "bank"), "BANK_JOINED": in(guarantee.BankJoined, "AA", "bank"),
			"SUBMITTED COB": in(guarantee.Submitted, "CLEAN_ON_BOARD", ""),
			"APPROVED ONCE": with(in(guarantee.Submitted, "CLEAN_ON_BOARD", ""), func(g *guarantee.Guarantee) { g.Approver = "u-first" }),
			"ACTIVE":        in(guarantee.Active, "AA", "bank"), "REFUSED": in(guarantee.Refused, "AA", "bank"),
			"PROPOSED":     proposed("bank", "carrier"),
			"PAST ITS END": with(in(guarantee.Active, "AA", "bank"), func(g *guarantee.Guarantee) { g.Terms.Ends = after(0) }),
			"SUSPENDED":    in(guarantee.Suspended, "AA", "bank"), "CLAIMED": in(guarantee.Claimed, "AA", "bank"),
			"CLAIMED A": in(guarantee.Claimed, "A", ""),
			"CLAIMED TOO LONG": with(in(guarantee.Claimed, "AA", "bank"), func(g *guarantee.Guarantee) {
				g.Claim.Due, g.Claim.Extension = after(-time.Second), false
			}),
			"PAID": in(guarantee.Paid, "AA", "bank"), "EXPIRED": in(guarantee.Expired, "AA", "bank"),
			"WITHDRAWN": in(guarantee.Withdrawn, "AA", "bank"), "DISCHARGED": in(guarantee.Discharged, "AA", "bank"),
		},
	}.Run(t)
}

func TestADraftIsRefusedInThisOrder(t *testing.T) {
	draft := func(with ...func(*guarantee.Request)) *fault.Fault {
		c := command(guarantee.Draft, "applicant")
		for _, w := range with {
			w(&c.Request)
		}
		fresh := guarantee.Guarantee{Record: lifecycle.Record{ID: "lg-1", Family: "guarantee"}}
		after, err := fresh.Apply(c)
		if err != nil {
			require.Equal(t, fresh, after)
		}
		return fault.Of(err)
	}
	kind := func(k guarantee.Kind) func(*guarantee.Request) {
		return func(r *guarantee.Request) { r.Kind = k }
	}
	named := func(place, who string) func(*guarantee.Request) {
		return func(r *guarantee.Request) { r.Parties[place] = registered(who) }
	}
	noBank := func(r *guarantee.Request) { r.Bank = ""; delete(r.Parties, "/bank") }
	bills := func(ids ...string) func(*guarantee.Request) {
		return func(r *guarantee.Request) { r.Bills = ids }
	}
	var many []string
	for i := range 21 {
		many = append(many, fmt.Sprintf("bl-%d", i))
	}
	for _, c := range []struct {
		name string
		with []func(*guarantee.Request)
		code fault.Code
		at   string
	}{
		{"a form that does not exist", []func(*guarantee.Request){kind("Z")}, fault.Invalid, "/kind"},
		{"antedated bills are a fraud", []func(*guarantee.Request){kind("ANTEDATED")}, fault.FraudulentKind, "/kind"},
		{"a fraud before anything else", []func(*guarantee.Request){kind("ADVANCED"), noBank, bills()}, fault.FraudulentKind, "/kind"},
		{"the form before the bank", []func(*guarantee.Request){kind(""), noBank}, fault.Invalid, "/kind"},
		{"AA without a bank", []func(*guarantee.Request){noBank}, fault.BankRequired, "/bank"},
		{"A with a bank", []func(*guarantee.Request){kind("A")}, fault.BankNotAllowed, "/bank"},
		{"a bank that is none", []func(*guarantee.Request){named("/bank", "forwarder")}, fault.RecipientNotAllowed, "/bank"},
		{"the bank before the beneficiary", []func(*guarantee.Request){noBank, named("/beneficiary", "bank")}, fault.BankRequired, "/bank"},
		{"to a terminal", []func(*guarantee.Request){named("/beneficiary", "terminal")}, fault.RecipientNotAllowed, "/beneficiary"},
		{"port credit to a carrier", []func(*guarantee.Request){kind("PORT_CREDIT")}, fault.RecipientNotAllowed, "/beneficiary"},
		{"customs duty to a carrier", []func(*guarantee.Request){kind("CUSTOMS_DUTY")}, fault.RecipientNotAllowed, "/beneficiary"},
		{"the beneficiary before the receiver", []func(*guarantee.Request){named("/beneficiary", "bank"), named("/deliverTo", "bank")}, fault.RecipientNotAllowed, "/beneficiary"},
		{"goods to a bank", []func(*guarantee.Request){named("/deliverTo", "bank")}, fault.RecipientNotAllowed, "/deliverTo"},
		{"nobody to deliver to", []func(*guarantee.Request){func(r *guarantee.Request) { r.DeliverTo = "" }}, fault.Invalid, "/deliverTo"},
		{"no bill", []func(*guarantee.Request){bills()}, fault.Invalid, "/bills"},
		{"a bill twice", []func(*guarantee.Request){bills("bl-1", "bl-1")}, fault.Invalid, "/bills"},
		{"too many bills", []func(*guarantee.Request){bills(many...)}, fault.Invalid, "/bills"},
	} {
		f := draft(c.with...)
		require.NotNil(t, f, c.name)
		require.Equal(t, c.code, f.Code, c.name)
		require.Equal(t, c.at, f.At, c.name)
	}
	require.Nil(t, draft(bills(many[:20]...)))
	require.Nil(t, draft(kind("PORT_CREDIT"), named("/beneficiary", "terminal")))
	require.Nil(t, draft(kind("CUSTOMS_DUTY"), named("/beneficiary", "customs")))
	nobody := func(r *guarantee.Request) { r.DeliverTo = ""; delete(r.Parties, "/deliverTo") }
	require.Nil(t, draft(kind("PORT_CREDIT"), named("/beneficiary", "terminal"), nobody, bills()), "charges need no bill")
	require.Nil(t, draft(kind("CONTAINER_USE"), nobody, bills()), "nor do containers")
	require.Nil(t, draft(kind("TELEX_RELEASE"), noBank), "a bank may join a telex release, or not")
	require.Nil(t, draft(kind("TELEX_RELEASE")))
}

// Domain facts 5.4: which forms a bank signs and which give a basis for a release.
func TestTheForms(t *testing.T) {
	for kind, bank := range map[guarantee.Kind]string{"A": "none", "B": "none", "C": "none", "AA": "required", "BB": "required", "CC": "required"} {
		require.Equal(t, bank, guarantee.Forms[kind].Bank, kind)
	}
	var bases []string
	for kind, form := range guarantee.Forms {
		if form.Basis {
			bases = append(bases, string(kind))
		}
	}
	require.ElementsMatch(t, []string{"A", "AA", "C", "CC", "TELEX_RELEASE"}, bases, "X-01, X-22")
	for _, fraud := range []guarantee.Kind{"ANTEDATED", "ADVANCED_BILL", "ANTEDATED_BILL"} {
		require.NotContains(t, guarantee.Forms, fraud)
	}
}

func TestARefusalNeedsAReason(t *testing.T) {
	for _, who := range []string{"carrier", "bank"} {
		c := command(guarantee.Refuse, who)
		c.Request.Reason = "we do not like them"
		_, err := in(guarantee.Submitted, "AA", "bank").Apply(c)
		require.Equal(t, fault.Invalid, fault.Of(err).Code)
		require.Equal(t, "/reason", fault.Of(err).At)
	}
}

// discharged once every bill it lists is surrendered; X-04: not after a misdelivery.
func TestDischargeBySurrender(t *testing.T) {
	g := in(guarantee.Active, "AA", "bank")
	g.Bills = append(g.Bills, guarantee.Underlying{Bill: "bl-2"})
	_, err := guarantee.Law.Follow(g, command(guarantee.Discharge, "carrier"))
	require.Equal(t, "X-10", fault.Of(err).Rule)
	one, err := guarantee.Law.Follow(g, command(guarantee.BillSurrendered, "carrier"))
	require.NoError(t, err)
	require.False(t, g.Bills[0].Surrendered, "before and after share no memory")
	_, err = guarantee.Law.Follow(one, command(guarantee.Discharge, "carrier"))
	require.Equal(t, fault.GuaranteeInUse, fault.Of(err).Code, "one bill is still out")
	second := command(guarantee.BillSurrendered, "carrier")
	second.Request.Bills = []string{"bl-2"}
	both, err := guarantee.Law.Follow(one, second)
	require.NoError(t, err)
	done, err := guarantee.Law.Follow(both, command(guarantee.Discharge, "carrier"))
	require.NoError(t, err)
	require.Equal(t, guarantee.Discharged, done.State)

	annulled, err := guarantee.Law.Follow(one, command(guarantee.SurrenderAnnulled, "carrier"))
	require.NoError(t, err)
	again, err := guarantee.Law.Follow(annulled, second)
	require.NoError(t, err)
	_, err = guarantee.Law.Follow(again, command(guarantee.Discharge, "carrier"))
	require.Equal(t, fault.GuaranteeInUse, fault.Of(err).Code, "X-11: the first bill is out again")
	second.Act = guarantee.SurrenderAnnulled
	second.Request.Bills = []string{"bl-9"}
	_, err = guarantee.Law.Follow(one, second)
	require.Equal(t, fault.NotCovered, fault.Of(err).Code)
	second.Act, second.Request.Bills = guarantee.BillSurrendered, []string{"bl-2"}

	second.Request.Used, second.Request.Claimant = true, people["forwarder"].Ref
	wrong, err := guarantee.Law.Follow(one, second)
	require.NoError(t, err)
	require.True(t, wrong.Misdelivery)
	_, err = guarantee.Law.Follow(wrong, command(guarantee.Discharge, "carrier"))
	require.Equal(t, fault.GuaranteeInUse, fault.Of(err).Code, "the guarantee stays for a demand")

	second.Request.Bills = []string{"bl-9"}
	_, err = guarantee.Law.Follow(one, second)
	require.Equal(t, fault.NotCovered, fault.Of(err).Code, "another bill is not its business")
}

// an open claim blocks the automatic discharge; the surrender is noted all the same.
func TestAnOpenClaimBlocksDischarge(t *testing.T) {
	noted, err := guarantee.Law.Follow(in(guarantee.Claimed, "AA", "bank"), command(guarantee.BillSurrendered, "carrier"))
	require.NoError(t, err)
	require.True(t, noted.Bills[0].Surrendered)
	require.Equal(t, guarantee.Claimed, noted.State)
	_, err = guarantee.Law.Follow(noted, command(guarantee.Discharge, "carrier"))
	require.Equal(t, fault.WrongState, fault.Of(err).Code)
}

// Domain facts 5.4: a clean bill despite remarks is a risk that two persons of the beneficiary take.
func TestAHighRiskTakesTwoPersons(t *testing.T) {
	g := in(guarantee.Submitted, "CLEAN_ON_BOARD", "")
	once, err := g.Apply(command(guarantee.Accept, "carrier"))
	require.NoError(t, err)
	require.Equal(t, guarantee.Submitted, once.State)
	same, err := once.Apply(command(guarantee.Accept, "carrier"))
	require.Equal(t, fault.SecondPerson, fault.Of(err).Code)
	require.Equal(t, once, same)
	second := command(guarantee.Accept, "carrier")
	second.Actor.Person = "u-second"
	twice, err := once.Apply(second)
	require.NoError(t, err)
	require.Equal(t, guarantee.Active, twice.State)
}

// Two conditions at once: the first in the table's order answers.
func TestTheFirstConditionAnswers(t *testing.T) {
	g := with(in(guarantee.Active, "AA", "bank"), func(g *guarantee.Guarantee) {
		g.Terms = guarantee.Terms{Ends: after(-time.Hour), OneDemand: true}
		g.Payments = 1
	})
	_, err := g.Apply(command(guarantee.Demand, "carrier"))
	require.Equal(t, fault.DeadlinePassed, fault.Of(err).Code)
	require.Equal(t, after(-time.Hour), fault.Of(err).Args["until"], "the refusal names the date")
	g.Terms.Ends = ""
	_, err = g.Apply(command(guarantee.Demand, "carrier"))
	require.Equal(t, fault.DemandExcluded, fault.Of(err).Code)
	late := command(guarantee.RejectDemand, "bank")
	late.At, late.Request.Reason = late.At.Add(80*time.Hour), "they are late"
	claimed := in(guarantee.Claimed, "AA", "bank")
	_, err = claimed.Apply(late)
	require.Equal(t, fault.DeadlinePassed, fault.Of(err).Code, "URDG 758 art 24(f), before the reason is looked at")
}

func TestAnAmendmentTakesEveryAgreement(t *testing.T) {
	g := proposed("bank", "carrier")
	one, err := g.Apply(command(guarantee.AcceptAmendment, "applicant"))
	require.NoError(t, err)
	require.False(t, one.Agreed())
	for _, act := range []lifecycle.Act{guarantee.AcceptAmendment, guarantee.RejectAmendment} {
		again := command(act, "applicant")
		again.Request.Reason = "OTHER"
		_, err = one.Apply(again)
		require.Equal(t, fault.AmendmentOpen, fault.Of(err).Code, "it has spoken, and the others have not")
		require.Contains(t, guarantee.Law.Open(one, again.Actor), act, "state and party are right")
	}
	_, err = guarantee.Law.Follow(one, command(guarantee.Amend, "bank"))
	require.Equal(t, fault.AmendmentOpen, fault.Of(err).Code)
	all, err := one.Apply(command(guarantee.AcceptAmendment, "bank"))
	require.NoError(t, err)
	require.True(t, all.Agreed())
	require.Len(t, one.Amendment.Agreed, 2, "before and after share no memory")
	c := command(guarantee.Amend, "bank")
	c.Request.Terms.Ends = after(time.Hour)
	amended, err := guarantee.Law.Follow(all, c)
	require.NoError(t, err)
	require.Equal(t, after(time.Hour), amended.Terms.Ends)
	require.Zero(t, amended.Amendment)
}

func TestPaymentIsHeldBackOnceAndForThirtyDays(t *testing.T) {
	held, err := in(guarantee.Claimed, "AA", "bank").Apply(command(guarantee.SuspendPayment, "bank"))
	require.NoError(t, err)
	require.Equal(t, after(30*24*time.Hour), held.Claim.SuspendedUntil)
	_, err = held.Apply(command(guarantee.SuspendPayment, "bank"))
	require.Equal(t, fault.DeadlinePassed, fault.Of(err).Code)
	presented := func(ago time.Duration) (guarantee.Guarantee, error) {
		g := with(in(guarantee.Claimed, "AA", "bank"), func(g *guarantee.Guarantee) { g.Claim.Presented = after(-ago) })
		return g.Apply(command(guarantee.SuspendPayment, "bank"))
	}
	late, err := presented(29 * 24 * time.Hour)
	require.NoError(t, err)
	require.Equal(t, after(24*time.Hour), late.Claim.SuspendedUntil, "thirty days from the receipt of the demand")
	_, err = presented(30 * 24 * time.Hour)
	require.Equal(t, after(0), fault.Of(err).Args["until"], "art 23(a)")
}

func TestAnExtensionLeadsBeyondTheValidity(t *testing.T) {
	g := with(in(guarantee.Claimed, "AA", "bank"), func(g *guarantee.Guarantee) { g.Terms.Ends = after(time.Hour) })
	require.Equal(t, fault.Invalid, g.Longer(after(time.Hour)).Code)
	require.Equal(t, fault.Invalid, g.Longer(after(time.Minute)).Code)
	require.Nil(t, g.Longer(after(2*time.Hour)))
	g.Terms.Ends = ""
	require.NotNil(t, g.Longer(after(time.Hour)), "what has no end cannot be extended")
}

func TestWhoMustEndorseAndWhoMayRead(t *testing.T) {
	require.Equal(t, []string{"PortMSP", "CarrierMSP"}, in(guarantee.Submitted, "AA", "bank").Relying())
	require.Equal(t, []string{"PortMSP", "CarrierMSP", "BankMSP"}, in(guarantee.BankJoined, "AA", "bank").Relying())
	require.NotContains(t, in(guarantee.Drafted, "AA", "bank").Readers(), people["bank"].Ref)
	require.Contains(t, in(guarantee.Submitted, "AA", "bank").Readers(), people["bank"].Ref)
}
