package interchange_test

import (
	"strings"
	"testing"
	"time"

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
	"surveyor":  lawtest.Actor("PSURVEYOR", "BankMSP", party.Forwarder),
	"impostor":  lawtest.Actor("PTERMINAL", "PortMSP", party.Terminal, party.Trucker),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

// The clock of the documents: recorded an hour before every trial, with a deadline an hour after it.
var (
	hourAgo = lawtest.At.Add(-time.Hour)
	stamped = lifecycle.Stamped
)

func in(state lifecycle.State) interchange.Receipt {
	r := interchange.Receipt{Record: lifecycle.Record{ID: "ir-1", Family: "interchange", State: state, Version: 2},
		Type: interchange.OutFull, Direction: interchange.Outward, Cycle: "ir-1", Release: "ro-1", Line: 1, Deadline: stamped(lawtest.At.Add(time.Hour)),
		Operator: people["carrier"].Ref, Facility: people["terminal"].Ref, Trucker: people["trucker"].Ref, User: people["buyer"].Ref}
	switch state {
	case interchange.Authorised, interchange.Cancelled, interchange.Expired:
		return r
	case interchange.Disputed, interchange.Escalated, interchange.Resolved:
		r.Dispute = &interchange.Dispute{By: people["buyer"].Ref, Road: people["buyer"].Ref, Statement: "statement"}
	}
	if state == interchange.Escalated {
		r.Dispute.Arbiter = people["surveyor"].Ref
	}
	r.Sheet, r.RecordedAt, r.DisputeUntil = "sheet", stamped(hourAgo), stamped(hourAgo.Add(interchange.DisputeWindow))
	return r
}

func request(act lifecycle.Act) interchange.Request {
	r := interchange.Request{ID: "ir-1", Type: interchange.OutFull, Release: "ro-1", Line: 1, Facility: "PTERMINAL", Trucker: "PTRUCKER",
		Reason: "OTHER", Commitment: "sheet", Paper: "paper", Counterpart: "ir-2", Arbiter: "PCARRIER",
		Parties: map[string]party.Party{"/facility": registered("terminal"), "/trucker": registered("trucker"), "/arbiter": registered("carrier")}}
	if act == interchange.AcceptResolution {
		r.Commitment = "addendum"
	}
	return r
}

func ask(act lifecycle.Act, who string, with ...func(*interchange.Request)) lifecycle.Command[interchange.Request] {
	c := lifecycle.Command[interchange.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
	for _, w := range with {
		w(&c.Request)
	}
	return c
}

// Written out from domain facts 5.3. Beyond it: the order of signing is free ("order of signing may be free"), an
// authority for a type takes an assigned container, and a dispute is escalated before somebody rules on it.
const allowed = `
unborn              | authorise          | carrier, carrier2 | AUTHORISED
AUTHORISED          | assign             | terminal | !duplicate
AUTHORISED          | confirm-assignment | carrier  | !duplicate
AUTHORISED          | cancel             | carrier  | CANCELLED
AUTHORISED          | expire             | EVERYONE | !too-early
AUTHORISED          | record             | terminal | RECORDED
AUTHORISED late     | assign             | terminal | !too-late
AUTHORISED late     | confirm-assignment | carrier  | !too-late
AUTHORISED late     | cancel             | carrier  | CANCELLED
AUTHORISED late     | expire             | EVERYONE | EXPIRED
AUTHORISED late     | record             | terminal | !too-late
AUTHORISED type     | assign             | terminal | AUTHORISED
AUTHORISED type     | confirm-assignment | carrier  | !cycle-broken
AUTHORISED type     | cancel             | carrier  | CANCELLED
AUTHORISED type     | expire             | EVERYONE | !too-early
AUTHORISED type     | record             | terminal | !cycle-broken
AUTHORISED assigned | assign             | terminal | AUTHORISED
AUTHORISED assigned | confirm-assignment | carrier  | AUTHORISED
AUTHORISED assigned | cancel             | carrier  | CANCELLED
AUTHORISED assigned | expire             | EVERYONE | !too-early
AUTHORISED assigned | record             | terminal | !cycle-broken
RECORDED            | sign-by-facility   | terminal | FACILITY_SIGNED
RECORDED            | sign-by-trucker    | trucker  | TRUCKER_SIGNED
RECORDED            | void               | terminal | VOIDED
RECORDED            | dispute            | SIDES    | DISPUTED
FACILITY_SIGNED     | sign-by-trucker    | trucker  | SIGNED
FACILITY_SIGNED     | sign-with-remarks  | trucker  | SIGNED_WITH_REMARKS
FACILITY_SIGNED     | deem-signed        | terminal | !not-deemed
FACILITY_SIGNED     | void               | terminal | VOIDED
FACILITY_SIGNED     | dispute            | SIDES    | DISPUTED
FACILITY_SIGNED fresh  | sign-by-trucker   | trucker  | SIGNED
FACILITY_SIGNED fresh  | sign-with-remarks | trucker  | SIGNED_WITH_REMARKS
FACILITY_SIGNED fresh  | deem-signed       | terminal | !too-early
FACILITY_SIGNED fresh  | void              | terminal | VOIDED
FACILITY_SIGNED fresh  | dispute           | SIDES    | DISPUTED
FACILITY_SIGNED silent | sign-by-trucker   | trucker  | SIGNED
FACILITY_SIGNED silent | sign-with-remarks | trucker  | SIGNED_WITH_REMARKS
FACILITY_SIGNED silent | deem-signed       | terminal | DEEMED_SIGNED
FACILITY_SIGNED silent | void              | terminal | VOIDED
FACILITY_SIGNED silent | dispute           | SIDES    | DISPUTED
TRUCKER_SIGNED      | sign-by-facility   | terminal | SIGNED
TRUCKER_SIGNED      | void               | terminal | VOIDED
TRUCKER_SIGNED      | dispute            | SIDES    | DISPUTED
SIGNED              | dispute            | SIDES    | DISPUTED
SIGNED              | close              | carrier  | !cycle-broken
SIGNED paired       | dispute            | SIDES    | DISPUTED
SIGNED paired       | close              | carrier  | !too-early
SIGNED by all       | dispute            | carrier, terminal, trucker | DISPUTED
SIGNED by all       | close              | carrier  | CLOSED
SIGNED old          | dispute            | SIDES    | !too-late
SIGNED old          | close              | carrier  | CLOSED
SIGNED_WITH_REMARKS | dispute            | SIDES    | DISPUTED
SIGNED_WITH_REMARKS | close              | carrier  | !cycle-broken
SIGNED_WITH_REMARKS paired | dispute     | SIDES    | DISPUTED
SIGNED_WITH_REMARKS paired | close       | carrier  | !too-early
SIGNED_WITH_REMARKS old    | dispute     | SIDES    | !too-late
SIGNED_WITH_REMARKS old    | close       | carrier  | CLOSED
DEEMED_SIGNED       | dispute            | SIDES    | DISPUTED
DEEMED_SIGNED       | close              | carrier  | !cycle-broken
DISPUTED            | propose-resolution | terminal, buyer* | DISPUTED
DISPUTED            | accept-resolution  | nobody   | RESOLVED
DISPUTED            | escalate           | terminal, buyer* | ESCALATED
DISPUTED proposed by the facility | propose-resolution | terminal, buyer* | DISPUTED
DISPUTED proposed by the facility | accept-resolution  | buyer*           | RESOLVED
DISPUTED proposed by the facility | escalate           | terminal, buyer* | ESCALATED
DISPUTED proposed by the user     | propose-resolution | terminal, buyer* | DISPUTED
DISPUTED proposed by the user     | accept-resolution  | terminal*        | RESOLVED
DISPUTED proposed by the user     | escalate           | terminal, buyer* | ESCALATED
ESCALATED           | rule               | surveyor* | RESOLVED
RESOLVED            | close              | carrier  | !cycle-broken
RESOLVED paired     | close              | carrier  | CLOSED
`

// Who may trigger what the clock decides, and who may dispute: facility, trucker, user and carrier.
const (
	everyone = "carrier*, carrier2*, terminal*, terminal2*, depot*, trucker*, trucker2*, buyer*, surveyor*, impostor*"
	sides    = "carrier, terminal, trucker, buyer*"
)

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	documents := map[string]interchange.Receipt{"unborn": {Record: lifecycle.Record{ID: "ir-1", Family: "interchange"}}}
	for _, s := range []lifecycle.State{interchange.Authorised, interchange.Recorded, interchange.FacilitySigned, interchange.TruckerSigned,
		interchange.Signed, interchange.SignedWithRemarks, interchange.DeemedSigned, interchange.Disputed, interchange.Escalated,
		interchange.Resolved, interchange.Closed, interchange.Cancelled, interchange.Expired, interchange.Voided} {
		documents[string(s)] = in(s)
	}
	with := func(name string, change func(*interchange.Receipt)) {
		state, _, _ := strings.Cut(name, " ")
		r := in(lifecycle.State(state))
		change(&r)
		documents[name] = r
	}
	paired := func(r *interchange.Receipt) { r.Counterpart = "ir-2" }
	old := func(r *interchange.Receipt) { paired(r); r.DisputeUntil = stamped(hourAgo) }
	byType := func(r *interchange.Receipt) { r.Type, r.Release, r.Line = interchange.OutEmpty, "", 0 }
	with("AUTHORISED late", func(r *interchange.Receipt) { r.Deadline = stamped(hourAgo) })
	with("AUTHORISED type", byType)
	with("AUTHORISED assigned", func(r *interchange.Receipt) { byType(r); r.Assignment = "assignment" })
	with("FACILITY_SIGNED fresh", func(r *interchange.Receipt) { r.Deemed = true })
	with("FACILITY_SIGNED silent", func(r *interchange.Receipt) {
		r.Deemed, r.RecordedAt = true, stamped(lawtest.At.Add(-interchange.DeemAfter-time.Second))
	})
	with("SIGNED paired", paired)
	with("SIGNED old", old)
	with("SIGNED by all", func(r *interchange.Receipt) { paired(r); r.User = lifecycle.Ref{} })
	with("SIGNED_WITH_REMARKS paired", paired)
	with("SIGNED_WITH_REMARKS old", old)
	with("RESOLVED paired", paired)
	proposed := func(who string) func(*interchange.Receipt) {
		return func(r *interchange.Receipt) { r.Dispute.Proposer, r.Dispute.Addendum = people[who].Ref, "addendum" }
	}
	with("DISPUTED proposed by the facility", proposed("terminal"))
	with("DISPUTED proposed by the user", proposed("buyer"))
	lawtest.Trial[interchange.Receipt, interchange.Request]{
		Law: interchange.Law, Documents: documents, Actors: people, Request: request,
		Want:    strings.NewReplacer("EVERYONE", everyone, "SIDES", sides).Replace(allowed),
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
	for _, later := range []interchange.Type{"", "SIDEWAYS", "out_full"} {
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

func TestBothSignTheSameSheetInEitherOrder(t *testing.T) {
	other := func(r *interchange.Request) { r.Commitment = "another sheet" }
	for state, acts := range map[lifecycle.State]map[lifecycle.Act]string{
		interchange.Recorded:       {interchange.SignByFacility: "terminal", interchange.SignByTrucker: "trucker"},
		interchange.FacilitySigned: {interchange.SignByTrucker: "trucker", interchange.SignWithRemarks: "trucker"},
		interchange.TruckerSigned:  {interchange.SignByFacility: "terminal"},
	} {
		for act, who := range acts {
			refused(t, fault.HashMismatch, "/commitment", in(state), ask(act, who, other))
		}
	}
	refused(t, fault.WrongParty, "", in(interchange.FacilitySigned), ask(interchange.SignByTrucker, "trucker2", other))
	at := stamped(lawtest.At)
	for _, order := range [][2]lifecycle.Act{{interchange.SignByFacility, interchange.SignByTrucker}, {interchange.SignByTrucker, interchange.SignByFacility}} {
		r := in(interchange.Recorded)
		for _, act := range order {
			who := map[lifecycle.Act]string{interchange.SignByFacility: "terminal", interchange.SignByTrucker: "trucker"}[act]
			var err error
			r, err = r.Apply(ask(act, who))
			require.NoError(t, err)
		}
		require.Equal(t, interchange.Signed, r.State)
		require.Equal(t, &interchange.Signature{Person: "u-PTERMINAL", At: at}, r.FacilitySigned)
		require.Equal(t, &interchange.Signature{Person: "u-PTRUCKER", At: at}, r.TruckerSigned)
	}
}

func TestRemarksOpenTheWindowAnew(t *testing.T) {
	r, err := in(interchange.FacilitySigned).Apply(ask(interchange.SignWithRemarks, "trucker"))
	require.NoError(t, err)
	require.Equal(t, "paper", r.Remarks)
	require.Equal(t, stamped(lawtest.At.Add(interchange.DisputeWindow)), r.DisputeUntil)
}

// The import cycle rests on a release line, the other movements on the carrier's own booking or transfer order.
func TestWhatAMovementNames(t *testing.T) {
	fresh := interchange.Receipt{Record: lifecycle.Record{ID: "ir-1", Family: "interchange"}}
	named := func(kind interchange.Type, release string, line int, out, facility string) func(*interchange.Request) {
		return func(r *interchange.Request) {
			r.Type, r.Release, r.Line, r.Out = kind, release, line, out
			r.Parties["/facility"] = registered(facility)
		}
	}
	refused(t, fault.Invalid, "/release", fresh, ask(interchange.Authorise, "carrier", named(interchange.OutFull, "", 0, "ir-0", "buyer")))
	refused(t, fault.Invalid, "/line", fresh, ask(interchange.Authorise, "carrier", named(interchange.OutFull, "ro-1", 0, "ir-0", "buyer")))
	for _, kind := range []interchange.Type{interchange.OutEmpty, interchange.InFull, interchange.Transfer} {
		refused(t, fault.Invalid, "/release", fresh, ask(interchange.Authorise, "carrier", named(kind, "ro-1", 1, "", "terminal")))
	}
	refused(t, fault.Invalid, "/out", fresh, ask(interchange.Authorise, "carrier", named(interchange.OutEmpty, "", 0, "ir-0", "terminal")))
	refused(t, fault.Invalid, "/out", fresh, ask(interchange.Authorise, "carrier", named(interchange.InFull, "", 0, "", "terminal")))
	refused(t, fault.RecipientNotAllowed, "/facility", fresh, ask(interchange.Authorise, "carrier", named(interchange.InFull, "", 0, "ir-0", "depot")))
	for _, good := range []struct {
		kind      interchange.Type
		out       string
		direction string
	}{{interchange.OutEmpty, "", "OUT"}, {interchange.Transfer, "", "OUT"}, {interchange.Transfer, "ir-0", "IN"}} {
		r, err := fresh.Apply(ask(interchange.Authorise, "carrier", named(good.kind, "", 0, good.out, "depot")))
		require.NoError(t, err, good.kind)
		require.Equal(t, good.direction, r.Direction)
	}
}

func TestADisputeEndsByAgreementOrRuling(t *testing.T) {
	d, err := in(interchange.Signed).Apply(ask(interchange.RaiseDispute, "terminal"))
	require.NoError(t, err)
	require.Equal(t, people["trucker"].Ref, d.Dispute.Road, "the trucker stands for the road")
	require.Equal(t, []string{"TerminalMSP", "PortMSP"}, d.Relying())
	arbiter := func(who string) func(*interchange.Request) {
		return func(r *interchange.Request) { r.Parties["/arbiter"] = registered(who) }
	}
	for _, side := range []string{"terminal", "trucker", "buyer"} {
		refused(t, fault.RecipientNotAllowed, "/arbiter", d, ask(interchange.Escalate, "terminal", arbiter(side)))
	}
	named, err := d.Apply(ask(interchange.Escalate, "terminal", arbiter("surveyor")))
	require.NoError(t, err)
	require.Equal(t, interchange.Disputed, named.State, "one side alone names nobody")
	again, err := named.Apply(ask(interchange.Escalate, "terminal", arbiter("surveyor")))
	require.NoError(t, err)
	require.Equal(t, interchange.Disputed, again.State, "nor twice")
	both, err := named.Apply(ask(interchange.Escalate, "trucker", arbiter("surveyor")))
	require.NoError(t, err)
	require.Equal(t, interchange.Escalated, both.State)
	require.Contains(t, both.Readers(), people["surveyor"].Ref)
	require.True(t, named.Dispute.Arbiter.Zero(), "the receipt before is as it was")

	proposed, err := d.Apply(ask(interchange.Propose, "terminal"))
	require.NoError(t, err)
	refused(t, fault.WrongParty, "", proposed, ask(interchange.AcceptResolution, "terminal"))
	refused(t, fault.HashMismatch, "/commitment", proposed, ask(interchange.AcceptResolution, "trucker"))
	resolved, err := proposed.Apply(ask(interchange.AcceptResolution, "trucker", func(r *interchange.Request) { r.Commitment = "paper" }))
	require.NoError(t, err)
	require.Equal(t, "sheet", resolved.Sheet, "the sheet stays as it was")
	require.Equal(t, "paper", resolved.Dispute.Addendum)
}

// Who disputes is a side, and settles nothing with itself nor rules in its own cause.
func TestADisputeHasTwoSides(t *testing.T) {
	raised := func(who string, change func(*interchange.Receipt)) interchange.Receipt {
		r := in(interchange.Signed)
		change(&r)
		d, err := r.Apply(ask(interchange.RaiseDispute, who))
		require.NoError(t, err)
		return d
	}
	asItIs := func(*interchange.Receipt) {}
	ownTruck := func(r *interchange.Receipt) { r.Trucker = r.Facility }
	d := raised("carrier", asItIs)
	require.Equal(t, people["carrier"].Ref, d.Dispute.Road)
	require.Equal(t, []string{"TerminalMSP", "PortMSP", "CarrierMSP"}, d.Relying())
	refused(t, fault.WrongParty, "", d, ask(interchange.Propose, "trucker"))
	refused(t, fault.RecipientNotAllowed, "/arbiter", d, ask(interchange.Escalate, "terminal"))
	require.Equal(t, people["buyer"].Ref, raised("buyer", asItIs).Dispute.Road)
	require.Equal(t, people["buyer"].Ref, raised("terminal", ownTruck).Dispute.Road, "its own truck is not another side")
	require.Equal(t, people["carrier"].Ref, raised("terminal", func(r *interchange.Receipt) { ownTruck(r); r.User = lifecycle.Ref{} }).Dispute.Road)
	alone := in(interchange.Signed)
	alone.Trucker, alone.User, alone.Operator = alone.Facility, lifecycle.Ref{}, alone.Facility
	refused(t, fault.WrongParty, "", alone, ask(interchange.RaiseDispute, "terminal"))
}

func TestASupersedingReceiptStartsWithAnotherSheet(t *testing.T) {
	old := in(interchange.FacilitySigned)
	old.FacilitySigned = &interchange.Signature{Person: "u"}
	fresh := interchange.Receipt{Record: lifecycle.Record{ID: "ir-2", Family: "interchange"}}
	c := ask(interchange.Supersede, "terminal", func(r *interchange.Request) { r.Old = old })
	r, err := interchange.Law.Follow(fresh, c)
	require.NoError(t, err)
	require.Equal(t, interchange.Recorded, r.State)
	require.Equal(t, []string{"ir-2", "ir-1", "ir-1", "ir-1", "paper"}, []string{r.ID, r.Cycle, r.Supersedes, r.AuthorityID(), r.Sheet})
	require.Nil(t, r.FacilitySigned)
	voided, err := old.Apply(ask(interchange.Void, "terminal"))
	require.NoError(t, err)
	require.Equal(t, "ir-2", voided.SupersededBy)
}

func TestTheReturnPairsARecordedOut(t *testing.T) {
	for _, s := range []lifecycle.State{interchange.Recorded, interchange.FacilitySigned, interchange.Signed, interchange.Disputed, interchange.Resolved} {
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
	mute := func(r *interchange.Request) { r.Reason = "" }
	refused(t, fault.Invalid, "/reason", in(interchange.Authorised), ask(interchange.Cancel, "carrier", mute))
	refused(t, fault.Invalid, "/reason", in(interchange.Recorded), ask(interchange.Void, "terminal", mute))
	refused(t, fault.Invalid, "/reason", in(interchange.Signed), ask(interchange.RaiseDispute, "carrier", mute))
	refused(t, fault.NotDeemed, "", in(interchange.FacilitySigned), ask(interchange.DeemSigned, "terminal", mute))
}

// Design 4: the facility's and the organisation of the trucker.
func TestWhoMustEndorseAndWhoMayRead(t *testing.T) {
	require.Equal(t, []string{"TerminalMSP", "PortMSP"}, in(interchange.Recorded).Relying())
	require.ElementsMatch(t, []lifecycle.Ref{people["carrier"].Ref, people["terminal"].Ref, people["trucker"].Ref, people["buyer"].Ref}, in(interchange.Signed).Readers())
	require.True(t, in(interchange.Authorised).Live())
	require.False(t, in(interchange.Recorded).Live())
}
