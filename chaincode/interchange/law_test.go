package interchange_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"carrier":   lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier),
	"carrier2":  lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"terminal":  lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	"terminal2": lawtest.Actor("PTERMINAL2", "TerminalMSP", party.Terminal),
	"depot":     lawtest.Actor("PDEPOT", "TerminalMSP", party.Depot),
	"trucker":   lawtest.Actor("PTRUCKER", "PortMSP", party.Trucker),
	"trucker2":  lawtest.Actor("PTRUCKER2", "PortMSP", party.Trucker),
	"buyer":     lawtest.Actor("PBUYER", "PortMSP", party.Consignee),
	"impostor":  lawtest.Actor("PTERMINAL", "PortMSP", party.Terminal, party.Trucker),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

func in(state lifecycle.State) interchange.Receipt {
	r := interchange.Receipt{Record: lifecycle.Record{ID: "ir-1", Family: "interchange", State: state, Version: 2},
		Type: interchange.OutFull, Cycle: "ir-1", Release: "ro-1", Line: 1,
		Operator: people["carrier"].Ref, Facility: people["terminal"].Ref, Trucker: people["trucker"].Ref}
	if state != interchange.Authorised && state != interchange.Cancelled {
		r.Sheet = "sheet"
	}
	return r
}

func request(act lifecycle.Act) interchange.Request {
	r := interchange.Request{ID: "ir-1", Type: interchange.OutFull, Release: "ro-1", Line: 1, Facility: "PTERMINAL", Trucker: "PTRUCKER",
		Reason: "OTHER", Commitment: "sheet", Sheet: "sheet", Counterpart: "ir-2",
		Parties: map[string]party.Party{"/facility": registered("terminal"), "/trucker": registered("trucker")}}
	return r
}

func ask(act lifecycle.Act, who string, with ...func(*interchange.Request)) lifecycle.Command[interchange.Request] {
	c := lifecycle.Command[interchange.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
	for _, w := range with {
		w(&c.Request)
	}
	return c
}

// Written out from domain facts 5.3, as far as this version goes: no remarks, disputes, voiding or expiry yet.
const allowed = `
unborn          | authorise        | carrier, carrier2 | AUTHORISED
AUTHORISED      | cancel           | carrier  | CANCELLED
AUTHORISED      | record           | terminal | RECORDED
RECORDED        | sign-by-facility | terminal | FACILITY_SIGNED
FACILITY_SIGNED | sign-by-trucker  | trucker  | SIGNED
SIGNED          | close            | carrier  | !cycle-broken
SIGNED paired   | close            | carrier  | CLOSED
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	documents := map[string]interchange.Receipt{"unborn": {Record: lifecycle.Record{ID: "ir-1", Family: "interchange"}}}
	for _, s := range []lifecycle.State{interchange.Authorised, interchange.Recorded, interchange.FacilitySigned, interchange.Signed,
		interchange.Closed, interchange.Cancelled} {
		documents[string(s)] = in(s)
	}
	paired := in(interchange.Signed)
	paired.Counterpart = "ir-2"
	documents["SIGNED paired"] = paired
	lawtest.Trial[interchange.Receipt, interchange.Request]{
		Law: interchange.Law, Documents: documents, Actors: people, Request: request, Want: allowed,
		Anybody: []lifecycle.Act{interchange.Authorise},
	}.Run(t)
}

func refused(t *testing.T, code fault.Code, at string, r interchange.Receipt, c lifecycle.Command[interchange.Request]) {
	t.Helper()
	after, err := r.Apply(c)
	f := fault.Of(err)
	require.NotNil(t, f)
	require.Equal(t, code, f.Code)
	require.Equal(t, at, f.At)
	require.Equal(t, r, after)
}

func TestAnAuthorityIsRefusedInThisOrder(t *testing.T) {
	fresh := interchange.Receipt{Record: lifecycle.Record{ID: "ir-1", Family: "interchange"}}
	kind := func(k interchange.Type, out string) func(*interchange.Request) {
		return func(r *interchange.Request) { r.Type, r.Out = k, out }
	}
	named := func(place, who string) func(*interchange.Request) {
		return func(r *interchange.Request) { r.Parties[place] = registered(who) }
	}
	refused(t, fault.WrongRole, "", fresh, ask(interchange.Authorise, "terminal", kind("NONSENSE", "")))
	for _, later := range []interchange.Type{"", "OUT_EMPTY", "IN_FULL", "TRANSFER", "out_full"} {
		refused(t, fault.Invalid, "/type", fresh, ask(interchange.Authorise, "carrier", kind(later, "ir-9"), named("/facility", "buyer")))
	}
	refused(t, fault.Invalid, "/out", fresh, ask(interchange.Authorise, "carrier", kind(interchange.OutFull, "ir-9"), named("/facility", "buyer")))
	refused(t, fault.Invalid, "/out", fresh, ask(interchange.Authorise, "carrier", kind(interchange.InEmpty, "")))
	refused(t, fault.RecipientNotAllowed, "/facility", fresh, ask(interchange.Authorise, "carrier", named("/facility", "depot"), named("/trucker", "buyer")))
	refused(t, fault.RecipientNotAllowed, "/facility", fresh, ask(interchange.Authorise, "carrier", kind(interchange.InEmpty, "ir-9"), named("/facility", "buyer")))
	refused(t, fault.RecipientNotAllowed, "/trucker", fresh, ask(interchange.Authorise, "carrier", named("/trucker", "buyer")))

	out, err := fresh.Apply(ask(interchange.Authorise, "carrier"))
	require.NoError(t, err)
	require.Equal(t, "ir-1", out.Cycle, "an out opens the cycle")
	require.Empty(t, out.Counterpart)
	for _, facility := range []string{"depot", "terminal"} {
		back, err := fresh.Apply(ask(interchange.Authorise, "carrier", kind(interchange.InEmpty, "ir-0"), named("/facility", facility)))
		require.NoError(t, err, facility)
		require.Equal(t, "ir-0", back.Cycle, "an in belongs to the cycle of its out")
		require.Equal(t, "ir-0", back.Counterpart)
		require.Equal(t, people["carrier"].Ref, back.Operator)
	}
}

func TestBothSignTheSameSheet(t *testing.T) {
	other := func(r *interchange.Request) { r.Commitment = "another sheet" }
	refused(t, fault.HashMismatch, "/commitment", in(interchange.Recorded), ask(interchange.SignByFacility, "terminal", other))
	refused(t, fault.HashMismatch, "/commitment", in(interchange.FacilitySigned), ask(interchange.SignByTrucker, "trucker", other))
	refused(t, fault.WrongState, "", in(interchange.Recorded), ask(interchange.SignByTrucker, "trucker", other))
	refused(t, fault.WrongParty, "", in(interchange.FacilitySigned), ask(interchange.SignByTrucker, "trucker2", other))
	one, err := in(interchange.Recorded).Apply(ask(interchange.SignByFacility, "terminal"))
	require.NoError(t, err)
	both, err := one.Apply(ask(interchange.SignByTrucker, "trucker"))
	require.NoError(t, err)
	at := lifecycle.Stamped(lawtest.At)
	require.Equal(t, &interchange.Signature{Person: "u-PTERMINAL", At: at}, both.FacilitySigned)
	require.Equal(t, &interchange.Signature{Person: "u-PTRUCKER", At: at}, both.TruckerSigned)
	require.Nil(t, one.TruckerSigned)
}

func TestTheReturnPairsARecordedOut(t *testing.T) {
	for _, s := range []lifecycle.State{interchange.Recorded, interchange.FacilitySigned, interchange.Signed} {
		paired, err := interchange.Law.Follow(in(s), ask(interchange.Pair, "depot"))
		require.NoError(t, err)
		require.Equal(t, s, paired.State)
		require.Equal(t, "ir-2", paired.Counterpart)
	}
	for _, s := range []lifecycle.State{interchange.Authorised, interchange.Cancelled, interchange.Closed} {
		_, err := interchange.Law.Follow(in(s), ask(interchange.Pair, "depot"))
		require.Equal(t, fault.WrongState, fault.Of(err).Code, s)
	}
}

func TestACancellationNeedsAReason(t *testing.T) {
	refused(t, fault.Invalid, "/reason", in(interchange.Authorised), ask(interchange.Cancel, "carrier", func(r *interchange.Request) { r.Reason = "" }))
}

// Design 4: the facility's and the organisation of the trucker.
func TestWhoMustEndorseAndWhoMayRead(t *testing.T) {
	require.Equal(t, []string{"TerminalMSP", "PortMSP"}, in(interchange.Recorded).Relying())
	require.ElementsMatch(t, []lifecycle.Ref{people["carrier"].Ref, people["terminal"].Ref, people["trucker"].Ref}, in(interchange.Signed).Readers())
	require.True(t, in(interchange.Authorised).Live())
	require.False(t, in(interchange.Recorded).Live())
}
