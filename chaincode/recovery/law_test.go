package recovery_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/recovery"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"issuer":    lawtest.Actor("PISSUER", "CarrierMSP", party.Carrier),
	"carrier2":  lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"holder":    lawtest.Actor("PHOLDER", "BankMSP", party.Bank),
	"terminal":  lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	"authority": lawtest.Actor("PAUTHORITY", "PortMSP", party.Authority),
	"claimant":  lawtest.Actor("PCLAIMANT", "PortMSP", party.Bank),
	"stranger":  lawtest.Actor("PSTRANGER", "RailMSP", party.Terminal),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

var guardians = []string{"BankMSP", "CarrierMSP", "PortMSP", "TerminalMSP"}

// in is the recovery of a bill that the bank holds; opened ones were opened days ago, with these supporters.
func in(state lifecycle.State, days int, supporters ...string) recovery.Recovery {
	r := recovery.Recovery{Record: lifecycle.Record{ID: "bl-1/recovery", Family: "recovery", State: state, Version: 2}, Bill: "bl-1",
		Issuer: people["issuer"].Ref, Guardians: guardians}
	if state == recovery.Dormant || state == lifecycle.None {
		return r
	}
	r.Case = &recovery.Case{Ground: "DEAD_ORGANISATION", Keeper: people["holder"].Ref, Version: 5, Claimant: people["claimant"].Ref,
		Opened: lifecycle.Stamped(lawtest.At.Add(-time.Duration(days) * 24 * time.Hour))}
	for _, name := range supporters {
		r.Case.Supporters = append(r.Case.Supporters, people[name].Ref)
	}
	return r
}

// legLost is the same case about the second leg of the bill, whose carrier is the bank's organisation.
func legLost(r recovery.Recovery) recovery.Recovery {
	r.Case.Ground, r.Case.Leg, r.Case.Claimant, r.Case.Version = recovery.LostCarrier, 2, lifecycle.Ref{}, 7
	return r
}

func request(lifecycle.Act) recovery.Request {
	return recovery.Request{ID: "bl-1", Ground: "DEAD_ORGANISATION", Claimant: "PCLAIMANT", Replacement: "bl-2",
		Facts:   recovery.Facts{Keeper: people["holder"].Ref, Version: 5, LegVersion: 7},
		Parties: map[string]party.Party{"/claimant": registered("claimant")}, Issuer: people["issuer"].Ref, Guardians: guardians}
}

// Written out from decision 16.
const allowed = `
DORMANT   | open-recovery      | issuer            | OPEN
OPEN      | object-to-recovery | holder*           | DORMANT
OPEN      | withdraw-recovery  | issuer            | DORMANT
OPEN      | support-recovery   | terminal, authority | OPEN
OPEN      | execute-recovery   | issuer            | !support-missing
SUPPORTED | object-to-recovery | holder*           | DORMANT
SUPPORTED | withdraw-recovery  | issuer            | DORMANT
SUPPORTED | support-recovery   | terminal, authority | !duplicate
SUPPORTED | execute-recovery   | issuer            | RECOVERED
LEG       | object-to-recovery | holder*           | DORMANT
LEG       | withdraw-recovery  | issuer            | DORMANT
LEG       | support-recovery   | terminal, authority, claimant | !duplicate
LEG       | execute-recovery   | issuer            | DORMANT
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[recovery.Recovery, recovery.Request]{
		Law: recovery.Law, Actors: people, Request: request, Want: allowed,
		Documents: map[string]recovery.Recovery{
			"DORMANT": in(recovery.Dormant, 0), "OPEN": in(recovery.Opened, 8),
			"SUPPORTED": in(recovery.Opened, 8, "terminal", "authority"), "RECOVERED": in(recovery.Recovered, 8),
			"LEG": legLost(in(recovery.Opened, 8, "terminal", "authority")),
		},
	}.Run(t)
}

func try(r recovery.Recovery, act lifecycle.Act, who string, change func(*recovery.Request)) error {
	c := lifecycle.Command[recovery.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
	change(&c.Request)
	_, err := r.Apply(c)
	return err
}

func TestConditionsRefuseInOrder(t *testing.T) {
	as := func(name, org string) func(*recovery.Request) {
		return func(q *recovery.Request) {
			p := registered(name)
			p.Org = org
			q.Parties = map[string]party.Party{"/claimant": p}
		}
	}
	lender := lifecycle.Ref{Party: "PLENDER", Org: "RailMSP"}
	moved := func(q *recovery.Request) { q.Facts.Version++ }
	for name, c := range map[string]struct {
		r      recovery.Recovery
		act    lifecycle.Act
		who    string
		change func(*recovery.Request)
		want   fault.Code
		why    string
	}{
		"nobody else controls it, and no ground":  {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Facts.Keeper, q.Ground = lifecycle.Ref{}, "" }, fault.NoRecovery, "issuer-controls"},
		"the issuer's own organisation":           {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Facts.Keeper = people["carrier2"].Ref }, fault.NoRecovery, "issuer-controls"},
		"no ground, and nobody fit to claim":      {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Ground = "BOREDOM"; as("issuer", "CarrierMSP")(q) }, fault.Invalid, ""},
		"the issuer claims":                       {in(recovery.Dormant, 0), recovery.Open, "issuer", as("issuer", "CarrierMSP"), fault.RecipientNotAllowed, "issuer"},
		"the lost organisation claims":            {in(recovery.Dormant, 0), recovery.Open, "issuer", as("claimant", "BankMSP"), fault.RecipientNotAllowed, "lost"},
		"no bank that could be lost":              {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Ground = recovery.LostPledgee; as("issuer", "CarrierMSP")(q) }, fault.NoRecovery, "no-pledgee"},
		"a bank is lost, and another claims":      {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Ground, q.Facts.Pledgee = recovery.LostPledgee, lender }, fault.RecipientNotAllowed, "not-holder"},
		"a bank is lost, and the issuer holds":    {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Facts.Keeper, q.Facts.Pledgee = people["carrier2"].Ref, lender }, fault.NoRecovery, "issuer-controls"},
		"no bank examines it":                     {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Ground = recovery.LostExaminer }, fault.NoRecovery, "no-examiner"},
		"an examiner is lost, and another claims": {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Ground, q.Facts.Examiner = recovery.LostExaminer, lender }, fault.RecipientNotAllowed, "not-holder"},
		"it is kept for nobody":                   {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) { q.Ground = recovery.LostDepositor }, fault.NoRecovery, "no-depositor"},
		"the custodian claims": {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) {
			q.Ground, q.Facts.Depositor, q.Facts.Holder = recovery.LostDepositor, lender, people["claimant"].Ref
		}, fault.RecipientNotAllowed, "holder"},
		"the lost depositor's organisation claims": {in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) {
			q.Ground, q.Facts.Depositor = recovery.LostDepositor, lifecycle.Ref{Party: "PLOST", Org: "PortMSP"}
		}, fault.RecipientNotAllowed, "lost"},
		"a terminal claims":                   {in(recovery.Dormant, 0), recovery.Open, "issuer", as("terminal", "TerminalMSP"), fault.RecipientNotAllowed, "role"},
		"supported twice, and the bill moved": {in(recovery.Opened, 8, "terminal"), recovery.Support, "terminal", moved, fault.Duplicate, ""},
		"support of a bill that moved":        {in(recovery.Opened, 8), recovery.Support, "terminal", moved, fault.ControlNotLost, ""},
		"a bill that moved, unsupported":      {in(recovery.Opened, 1), recovery.Execute, "issuer", moved, fault.ControlNotLost, ""},
		"unsupported, and too early":          {in(recovery.Opened, 1, "terminal"), recovery.Execute, "issuer", func(*recovery.Request) {}, fault.SupportMissing, ""},
		"too early":                           {in(recovery.Opened, 6, "terminal", "authority"), recovery.Execute, "issuer", func(*recovery.Request) {}, fault.RecoveryWaits, ""},
	} {
		f := fault.Of(try(c.r, c.act, c.who, c.change))
		require.NotNil(t, f, name)
		require.Equal(t, c.want, f.Code, name)
		require.Equal(t, c.why, f.Args["why"], name)
	}
	require.NoError(t, try(in(recovery.Opened, 7, "terminal", "authority"), recovery.Execute, "issuer", func(*recovery.Request) {}), "after seven days to the second")
	require.Equal(t, "PortMSP", fault.Of(try(in(recovery.Opened, 8, "terminal"), recovery.Execute, "issuer", func(*recovery.Request) {})).Args["orgs"])
}

// A customer of a guardian organisation vouches for nothing.
func TestOnlyInstitutionsSupport(t *testing.T) {
	people["buyer"] = lawtest.Actor("PBUYER", "PortMSP", party.Consignee)
	defer delete(people, "buyer")
	err := try(in(recovery.Opened, 8), recovery.Support, "buyer", func(*recovery.Request) {})
	require.Equal(t, fault.WrongRole, fault.Of(err).Code)
}

func TestAllGuardiansButTheLostOneEndorse(t *testing.T) {
	r := in(recovery.Opened, 0)
	require.Equal(t, []string{"CarrierMSP", "PortMSP", "TerminalMSP"}, r.Endorsers(lifecycle.Ref{}))
	require.Equal(t, 3, r.Need())
	dormant := in(recovery.Dormant, 0)
	require.Equal(t, guardians, dormant.Endorsers(lifecycle.Ref{Party: "P", Org: "RailMSP"}), "none of them is lost")
	require.Equal(t, guardians, in(recovery.Dormant, 0).Guardians, "and the record is left as it was")
}

func TestARecoveryIsBornWithItsBill(t *testing.T) {
	r, err := recovery.Law.Follow(recovery.Recovery{}, lifecycle.Command[recovery.Request]{Act: recovery.Provide, Request: request(recovery.Provide)})
	require.NoError(t, err)
	require.Equal(t, recovery.Dormant, r.State)
	require.Equal(t, guardians, r.Guardians)
}

func TestACommandLeavesTheRecoveryAsItWas(t *testing.T) {
	r := in(recovery.Opened, 8, "terminal")
	after, err := r.Apply(lifecycle.Command[recovery.Request]{Act: recovery.Support, Actor: people["authority"], At: lawtest.At, Request: request(recovery.Support)})
	require.NoError(t, err)
	require.Len(t, after.Case.Supporters, 2)
	require.Len(t, r.Case.Supporters, 1)
}

// Somebody beside the holder is lost: its own objection counts, and its organisation endorses nothing.
func TestWhoIsLostBesideTheHolderCountsAsLost(t *testing.T) {
	lost := people["holder"].Ref
	for ground, facts := range map[string]recovery.Facts{
		recovery.LostPledgee:   {Keeper: people["claimant"].Ref, Holder: people["claimant"].Ref, Pledgee: lost, Version: 5},
		recovery.LostExaminer:  {Keeper: people["claimant"].Ref, Holder: people["claimant"].Ref, Examiner: lost, Version: 5},
		recovery.LostDepositor: {Keeper: lifecycle.Ref{Party: "PCUSTODIAN", Org: "RailMSP"}, Depositor: lost, Version: 5},
	} {
		c := lifecycle.Command[recovery.Request]{Act: recovery.Open, Actor: people["issuer"], At: lawtest.At, Request: request(recovery.Open)}
		c.Request.Ground, c.Request.Facts = ground, facts
		after, err := in(recovery.Dormant, 0).Apply(c)
		require.NoError(t, err, ground)
		require.Equal(t, []lifecycle.Ref{lost, lost}, []lifecycle.Ref{after.Case.Keeper, after.Case.Beside()}, ground)
		require.NotContains(t, after.Endorsers(lifecycle.Ref{}), "BankMSP", ground)
	}
	require.True(t, in(recovery.Opened, 1).Case.Beside().Zero(), "control itself is lost")
}

// A carrier that is lost with the goods: the leg is named and nobody claims; executed, the record is ready for the next case.
func TestALegIsReplaced(t *testing.T) {
	rail := lifecycle.Ref{Party: "PRAIL", Org: "RailMSP"}
	ask := func(change func(*recovery.Request)) error {
		return try(in(recovery.Dormant, 0), recovery.Open, "issuer", func(q *recovery.Request) {
			q.Ground, q.Leg, q.Claimant, q.Parties = recovery.LostCarrier, 2, "", nil
			q.Facts = recovery.Facts{Carrier: rail, Carrying: true, LegVersion: 7}
			change(q)
		})
	}
	require.NoError(t, ask(func(*recovery.Request) {}), "though the issuer has the bill itself")
	require.NoError(t, ask(func(q *recovery.Request) { q.Ground, q.Facts.Receiver = recovery.LostReceiver, rail }))
	for name, c := range map[string]struct {
		change func(*recovery.Request)
		code   fault.Code
		at     string
	}{
		"no leg":                   {func(q *recovery.Request) { q.Leg = 0 }, fault.Invalid, "/leg"},
		"a leg and another ground": {func(q *recovery.Request) { q.Ground = "COURT_ORDER" }, fault.Invalid, "/leg"},
		"somebody claims":          {func(q *recovery.Request) { q.Claimant = "PCLAIMANT" }, fault.Invalid, "/claimant"},
		"nobody is handed to":      {func(q *recovery.Request) { q.Ground = recovery.LostReceiver }, fault.NoRecovery, "/leg"},
		"the issuer's own carrier": {func(q *recovery.Request) { q.Facts.Carrier = people["carrier2"].Ref }, fault.NoRecovery, "/leg"},
		"nobody carries":           {func(q *recovery.Request) { q.Facts = recovery.Facts{} }, fault.NoRecovery, ""},
		"a bill and no claimant":   {func(q *recovery.Request) { q.Ground, q.Leg, q.Facts.Keeper = "COURT_ORDER", 0, rail }, fault.Invalid, "/claimant"},
	} {
		f := fault.Of(ask(c.change))
		require.NotNil(t, f, name)
		require.Equal(t, []any{c.code, c.at}, []any{f.Code, f.At}, name)
	}
	lost := legLost(in(recovery.Opened, 8, "terminal", "authority"))
	moved := func(q *recovery.Request) { q.Facts.LegVersion++ }
	require.Equal(t, fault.ControlNotLost, fault.Of(try(lost, recovery.Execute, "issuer", moved)).Code)
	require.Equal(t, fault.RecoveryWaits, fault.Of(try(legLost(in(recovery.Opened, 6, "terminal", "authority")), recovery.Execute, "issuer", func(*recovery.Request) {})).Code)
	c := lifecycle.Command[recovery.Request]{Act: recovery.Execute, Actor: people["issuer"], At: lawtest.At, Request: request(recovery.Execute)}
	after, err := lost.Apply(c)
	require.NoError(t, err)
	require.Nil(t, after.Case)
	require.Equal(t, []recovery.Leg{{Sequence: 2, ID: "bl-2"}}, after.Legs)
}
