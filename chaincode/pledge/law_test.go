package pledge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/pledge"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"bank":     lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"next":     lawtest.Actor("PNEXT", "NextMSP", party.Bank),
	"pledgor":  lawtest.Actor("PPLEDGOR", "PortMSP", party.Consignee),
	"terminal": lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	"depot":    lawtest.Actor("PDEPOT", "TerminalMSP", party.Depot),
	"line":     lawtest.Actor("PLINE", "CarrierMSP", party.Carrier),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

func in(state lifecycle.State) pledge.Deed {
	return pledge.Deed{Record: lifecycle.Record{ID: "pl-1", Family: "pledge", State: state, Version: 2, Commitment: "terms"}, Bill: "bl-1",
		Bank: people["bank"].Ref, Pledgor: people["pledgor"].Ref}
}

func request(lifecycle.Act) pledge.Request {
	return pledge.Request{ID: "bl-1", Until: lawtest.At.Add(time.Hour).Format(time.RFC3339), To: "PTERMINAL", Hours: 24, Reason: "OTHER",
		Parties: map[string]party.Party{"/to": registered("terminal")}, Commitment: "salted", Supervision: "su-1", Next: people["next"].Ref, Has: true, Deed: in(pledge.Proposed)}
}

// Written out from decision 22.
const allowed = `
PROPOSED       | state-terms        | pledgor*       | PROPOSED
PROPOSED       | renew-registration | bank           | PROPOSED
PROPOSED       | renew-insurance    | bank, pledgor* | PROPOSED
PROPOSED       | appoint-supervisor | bank           | PROPOSED
ACTIVE         | show-terms         | bank           | ACTIVE
ACTIVE         | sign-trust-receipt | pledgor*       | ACTIVE
ACTIVE         | renew-registration | bank           | ACTIVE
ACTIVE         | renew-insurance    | bank, pledgor* | ACTIVE
ACTIVE         | appoint-supervisor | bank           | ACTIVE
TRUST_RELEASED | renew-registration | bank           | TRUST_RELEASED
TRUST_RELEASED | renew-insurance    | bank, pledgor* | TRUST_RELEASED
TRUST_RELEASED | appoint-supervisor | bank           | TRUST_RELEASED
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	documents := map[string]pledge.Deed{}
	for _, state := range []lifecycle.State{pledge.Proposed, pledge.Active, pledge.TrustReleased, pledge.Enforced} {
		documents[string(state)] = in(state)
	}
	lawtest.Trial[pledge.Deed, pledge.Request]{Law: pledge.Law, Actors: people, Documents: documents, Request: request, Want: allowed}.Run(t)
}

func watched() pledge.Supervision {
	return pledge.Supervision{Record: lifecycle.Record{ID: "su-1", Family: "supervision", State: pledge.Watching, Version: 1}, Pledge: "pl-1", Bill: "bl-1",
		Bank: people["bank"].Ref, Pledgor: people["pledgor"].Ref, Supervisor: people["terminal"].Ref, Hours: 24, LastReport: lifecycle.Stamped(lawtest.At)}
}

func TestWhoReportsAndWhoEndsASupervision(t *testing.T) {
	ended := watched()
	ended.State = pledge.Ended
	lawtest.Trial[pledge.Supervision, pledge.Request]{Law: pledge.SupervisionLaw, Actors: people, Request: request,
		Documents: map[string]pledge.Supervision{"WATCHING": watched(), "ENDED": ended}, Want: `
WATCHING | report-supervision | terminal       | WATCHING
WATCHING | end-supervision    | terminal, bank | ENDED
`}.Run(t)
	require.Equal(t, []string{"BankMSP", "PortMSP", "TerminalMSP"}, watched().Relying())
}

func TestConditionsRefuseInOrder(t *testing.T) {
	shown, none := in(pledge.Active), in(pledge.Active)
	shown.Shown, none.Commitment = people["next"].Ref, ""
	past := lawtest.At.Format(time.RFC3339)
	for name, c := range map[string]struct {
		deed pledge.Deed
		act  lifecycle.Act
		who  string
		with func(*pledge.Request)
		code fault.Code
		at   string
	}{
		"no other bank, and no terms": {none, pledge.ShowTerms, "bank", func(r *pledge.Request) { r.Next = lifecycle.Ref{} }, fault.NoOffer, ""},
		"no terms":                    {none, pledge.ShowTerms, "bank", func(*pledge.Request) {}, fault.NotFound, ""},
		"shown already":               {shown, pledge.ShowTerms, "bank", func(*pledge.Request) {}, fault.Duplicate, ""},
		"ran out":                     {in(pledge.Active), pledge.RenewRegistration, "bank", func(r *pledge.Request) { r.Until = past }, fault.Invalid, "/until"},
		"no time":                     {in(pledge.Active), pledge.RenewInsurance, "pledgor", func(r *pledge.Request) { r.Until = "tomorrow" }, fault.Invalid, "/until"},
		"who before how often": {in(pledge.Active), pledge.AppointSupervisor, "bank", func(r *pledge.Request) {
			r.Hours, r.Parties["/to"] = 0, registered("line")
		}, fault.RecipientNotAllowed, "/to"},
		"the bank itself": {in(pledge.Active), pledge.AppointSupervisor, "bank", func(r *pledge.Request) { r.Parties["/to"] = registered("bank") }, fault.RecipientNotAllowed, "/to"},
		"never":           {in(pledge.Active), pledge.AppointSupervisor, "bank", func(r *pledge.Request) { r.Hours = 0 }, fault.Invalid, "/hours"},
		"once in a year":  {in(pledge.Active), pledge.AppointSupervisor, "bank", func(r *pledge.Request) { r.Hours = 8760 }, fault.Invalid, "/hours"},
	} {
		r := request(c.act)
		c.with(&r)
		_, err := c.deed.Apply(lifecycle.Command[pledge.Request]{Act: c.act, Actor: people[c.who], At: lawtest.At, Request: r})
		f := fault.Of(err)
		require.NotNil(t, f, name)
		require.Equal(t, []any{c.code, c.at}, []any{f.Code, f.At}, name)
	}
	_, err := watched().Apply(lifecycle.Command[pledge.Request]{Act: pledge.EndSupervision, Actor: people["bank"], At: lawtest.At})
	require.Equal(t, "/reason", fault.Of(err).At)
}

func TestADeedFollowsThePledgeToAnotherBank(t *testing.T) {
	d := in(pledge.Active)
	d.Supervision, d.Shown = "su-1", people["next"].Ref
	after, err := pledge.Law.Follow(d, lifecycle.Command[pledge.Request]{Act: pledge.PassDeed, At: lawtest.At, Request: request(pledge.PassDeed)})
	require.NoError(t, err)
	require.Equal(t, []string{"NextMSP", "PortMSP"}, after.Relying())
	require.Empty(t, after.Supervision, "a supervisor reports to the bank that appointed it")
	require.True(t, after.Shown.Zero())
	require.Equal(t, "terms", after.Commitment, "the terms stay")
}

func TestAlarms(t *testing.T) {
	d, w := in(pledge.Active), watched()
	require.Empty(t, d.Alarms(nil, "", lawtest.At))
	require.Empty(t, d.Alarms(&w, "", lawtest.At.Add(24*time.Hour)), "a day to the second")
	soon := lawtest.At.Add(time.Hour).Format(time.RFC3339)
	d.Registration, d.Insurance = &pledge.Clock{Until: soon}, &pledge.Clock{Until: soon}
	require.Empty(t, d.Alarms(&w, "", lawtest.At.Add(time.Hour-time.Second)))
	require.Equal(t, []pledge.Alarm{pledge.RegistryExpired, pledge.InsuranceExpired}, d.Alarms(&w, "", lawtest.At.Add(time.Hour)))
	require.Equal(t, []pledge.Alarm{pledge.RegistryExpired, pledge.InsuranceExpired, pledge.SupervisionStopped}, d.Alarms(&w, "", lawtest.At.Add(25*time.Hour)))
	require.Contains(t, d.Alarms(&w, "NOT_FOUND", lawtest.At), pledge.GoodsNotInOrder)
	require.NotContains(t, d.Alarms(&w, pledge.InOrder, lawtest.At), pledge.GoodsNotInOrder)
	w.State = pledge.Ended
	require.Contains(t, d.Alarms(&w, "", lawtest.At), pledge.SupervisionStopped)
	d.State = pledge.Enforced
	require.Empty(t, d.Alarms(&w, "", lawtest.At.Add(25*time.Hour)), "nothing stands any more")
}
