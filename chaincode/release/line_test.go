package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/lawtest"
)

// line is a line in a state: right is who holds the release right, offer who it is being passed to, chain who had it.
func line(state lifecycle.State, right, offer string, chain ...string) release.Line {
	l := release.Line{Record: lifecycle.Record{ID: "ro-1/1", Family: "line", State: state, Version: 3}, Order: "ro-1", Number: 1,
		Carrier: people["carrier"].Ref, Terminal: people["terminal"].Ref, Box: "token",
		Gates: map[release.Gate]release.Clearance{release.GateCustoms: {Status: release.Cleared}},
		Right: people[right].Ref, Offer: people[offer].Ref}
	for _, who := range chain {
		l.Chain = append(append(make([]lifecycle.Ref, 0, 8), l.Chain...), people[who].Ref)
	}
	if state == release.AppointmentRequested || state == release.Appointed {
		l.Appointment, l.AppointmentEnds = "sealed", lawtest.At.Add(time.Hour).Format(time.RFC3339)
	}
	return l
}

// Written out from domain facts 4.3, 4.4 and 4.7.
const allowedOnLines = `
LISTED                   | delegate            | buyer*     | LISTED
LISTED                   | accept-delegation   |nobody|
LISTED                   | decline-delegation  |nobody|
LISTED                   | recall              |nobody|
LISTED                   | request-appointment | buyer*     | !wrong-role
before acceptance        | delegate            |nobody|
before acceptance        | accept-delegation   |nobody|
before acceptance        | decline-delegation  |nobody|
before acceptance        | recall              |nobody|
before acceptance        | request-appointment |nobody|
offered                  | delegate            | buyer*     | !offer-open
offered                  | accept-delegation   | forwarder* | LISTED
offered                  | decline-delegation  | forwarder* | LISTED
offered                  | recall              | buyer*     | LISTED
offered                  | request-appointment | buyer*     | !wrong-role
delegated                | delegate            | trucker*   | LISTED
delegated                | accept-delegation   |nobody|
delegated                | decline-delegation  |nobody|
delegated                | recall              | buyer*     | LISTED
delegated                | request-appointment | trucker    | APPOINTMENT_REQUESTED
offered on               | delegate            | forwarder* | !offer-open
offered on               | accept-delegation   | trucker*   | LISTED
offered on               | decline-delegation  | trucker*   | LISTED
offered on               | recall              | forwarder*, buyer* | LISTED
offered on               | request-appointment | forwarder* | !wrong-role
APPOINTMENT_REQUESTED    | confirm-appointment | terminal   | APPOINTED
APPOINTMENT_REQUESTED    | refuse-appointment  | terminal   | LISTED
APPOINTMENT_REQUESTED    | cancel-appointment  | trucker*   | LISTED
APPOINTMENT_REQUESTED    | recall              | buyer*     | LISTED
APPOINTMENT_REQUESTED    | delegate            | trucker*   | !appointment-open
APPOINTMENT_REQUESTED    | amend-appointment   | trucker    | APPOINTMENT_REQUESTED
APPOINTED                | amend-appointment   | trucker    | APPOINTMENT_REQUESTED
APPOINTED                | cancel-appointment  | trucker*   | LISTED
APPOINTED                | recall              | buyer*     | !appointment-open
APPOINTED                | delegate            | trucker*   | !appointment-open
APPOINTED                | no-show             | ` + everybody + ` | LISTED
held listed              | delegate            | trucker*   | !on-hold
held listed              | recall              | buyer*     | LISTED
held listed              | accept-delegation   |nobody|
held listed              | decline-delegation  |nobody|
held listed              | request-appointment | trucker    | !on-hold
held offered             | delegate            | buyer*     | !on-hold
held offered             | recall              | buyer*     | LISTED
held offered             | accept-delegation   | forwarder* | !on-hold
held offered             | decline-delegation  | forwarder* | LISTED
held offered             | request-appointment | buyer*     | !wrong-role
held requested           | confirm-appointment | terminal   | !on-hold
held requested           | amend-appointment   | trucker    | !on-hold
held requested           | refuse-appointment  | terminal   | LISTED
held requested           | cancel-appointment  | trucker*   | LISTED
held requested           | recall              | buyer*     | LISTED
held requested           | delegate            | trucker*   | !appointment-open
`

func TestEveryActOnALineInEveryStateByEverybody(t *testing.T) {
	unborn := line(lifecycle.None, "", "")
	lawtest.Trial[release.Line, release.OrderRequest]{
		Law: release.LineLaw, Actors: people, Request: request, Want: allowedOnLines + reeferOnLines,
		Documents: warm(map[string]release.Line{
			"unborn": unborn, "before acceptance": line(release.Listed, "", ""),
			"LISTED": line(release.Listed, "buyer", ""), "offered": line(release.Listed, "buyer", "forwarder"),
			"delegated":             line(release.Listed, "trucker", "", "buyer"),
			"offered on":            line(release.Listed, "forwarder", "trucker", "buyer"),
			"APPOINTMENT_REQUESTED": line(release.AppointmentRequested, "trucker", "", "buyer"),
			"APPOINTED":             line(release.Appointed, "trucker", "", "buyer"),
			"GATED_OUT":             line(release.LineGatedOut, "trucker", "", "buyer"),
			"EMPTY_RETURNED":        line(release.EmptyReturned, "trucker", "", "buyer"),
			"WITHDRAWN":             line(release.LineWithdrawn, "buyer", ""),
			"REVOKED":               line(release.LineRevoked, "trucker", "", "buyer"),
			"EXPIRED":               line(release.LineExpired, "trucker", "", "buyer"),
			"held listed":           heldLine(line(release.Listed, "trucker", "", "buyer")),
			"held offered":          heldLine(line(release.Listed, "buyer", "forwarder")),
			"held requested":        heldLine(line(release.AppointmentRequested, "trucker", "", "buyer")),
		}),
	}.Run(t)
}

func heldLine(l release.Line) release.Line {
	l.Holds = held(release.Order{}).Holds
	return l
}

func atGate(g release.Gate) func(*release.OrderRequest) {
	return func(r *release.OrderRequest) { r.Gate = g }
}

func lineRefused(t *testing.T, code fault.Code, at string, l release.Line, c command) {
	t.Helper()
	after, err := l.Apply(c)
	f := fault.Of(err)
	require.NotNil(t, f)
	require.Equal(t, code, f.Code)
	require.Equal(t, at, f.At)
	require.Equal(t, l, after)
}

func passTo(name string) func(*release.OrderRequest) {
	return func(r *release.OrderRequest) { r.To, r.Parties["/to"] = people[name].Party, registered(name) }
}

func orderIs(o release.Order) func(*release.OrderRequest) {
	return func(r *release.OrderRequest) { r.Order = o }
}

func TestADelegationIsRefusedInThisOrder(t *testing.T) {
	held := line(release.Listed, "buyer", "")
	offered := line(release.Listed, "buyer", "forwarder")
	lineRefused(t, fault.WrongParty, "", held, ask(release.Delegate, "forwarder", orderIs(in(release.GatedOut))))
	lineRefused(t, fault.WrongState, "", offered, ask(release.Delegate, "buyer", orderIs(in(release.GatedOut)), passTo("bank")))
	lineRefused(t, fault.OfferOpen, "", offered, ask(release.Delegate, "buyer", passTo("bank")))
	for _, who := range []string{"bank", "terminal", "carrier", "customs", "depot"} {
		lineRefused(t, fault.RecipientNotAllowed, "/to", held, ask(release.Delegate, "buyer", passTo(who)))
	}
	far := line(release.Listed, "forwarder", "", "buyer")
	for _, who := range []string{"forwarder", "buyer"} {
		lineRefused(t, fault.RecipientNotAllowed, "/to", far, ask(release.Delegate, "forwarder", passTo(who)))
	}
	long := line(release.Listed, "trucker", "", "buyer", "buyer", "buyer", "buyer", "buyer", "buyer", "buyer", "buyer")
	lineRefused(t, fault.LimitReached, "", long, ask(release.Delegate, "trucker", passTo("bank")))
	lineRefused(t, fault.LimitReached, "", long, ask(release.Delegate, "trucker", passTo("trucker2")))
}

func TestTheRightIsAToken(t *testing.T) {
	l := line(release.Listed, "buyer", "")
	do := func(act lifecycle.Act, who string, with ...func(*release.OrderRequest)) {
		after, err := l.Apply(ask(act, who, with...))
		require.NoError(t, err, "%s by %s", act, who)
		l = after
	}
	do(release.Delegate, "buyer", passTo("forwarder"))
	require.Equal(t, people["buyer"].Ref, l.Right, "the right stays until it is accepted")
	do(release.DeclineDelegation, "forwarder")
	require.Equal(t, line(release.Listed, "buyer", ""), l)
	do(release.Delegate, "buyer", passTo("forwarder"))
	do(release.Recall, "buyer")
	require.Equal(t, line(release.Listed, "buyer", ""), l)
	do(release.Delegate, "buyer", passTo("forwarder"))
	do(release.AcceptDelegation, "forwarder")
	do(release.Delegate, "forwarder", passTo("trucker"))
	do(release.AcceptDelegation, "trucker")
	require.Equal(t, people["trucker"].Ref, l.Right)
	require.Equal(t, []lifecycle.Ref{people["buyer"].Ref, people["forwarder"].Ref}, l.Chain)
	lineRefused(t, fault.WrongParty, "", l, ask(release.Recall, "buyer"))
	before := l
	do(release.Recall, "forwarder")
	require.Equal(t, line(release.Listed, "forwarder", "", "buyer"), l)
	require.Len(t, before.Chain, 2)
}

// Who passed the right on can always take it back until an appointment is confirmed: an offer to an accomplice or an
// appointment that is merely asked for does not keep it.
func TestARightCannotBeKeptBackFromARecall(t *testing.T) {
	for name, l := range map[string]release.Line{
		"offered on":            line(release.Listed, "trucker", "trucker2", "buyer"),
		"appointment requested": line(release.AppointmentRequested, "trucker", "", "buyer"),
	} {
		after, err := l.Apply(ask(release.Recall, "buyer"))
		require.NoError(t, err, name)
		require.Equal(t, line(release.Listed, "buyer", ""), release.Line{Record: after.Record, Order: after.Order, Number: after.Number,
			Carrier: after.Carrier, Terminal: after.Terminal, Box: after.Box, Gates: after.Gates, Right: after.Right,
			Offer: after.Offer, Appointment: after.Appointment}, name)
		require.Empty(t, after.Chain)
	}
	lineRefused(t, fault.AppointmentOpen, "", line(release.Appointed, "trucker", "", "buyer"), ask(release.Recall, "buyer"))
}

func TestAutoAcceptPassesTheRightAtOnce(t *testing.T) {
	l, err := line(release.Listed, "buyer", "").Apply(ask(release.Delegate, "buyer", func(r *release.OrderRequest) {
		p := registered("trucker2")
		p.AutoAccept = true
		r.Parties["/to"] = p
	}))
	require.NoError(t, err)
	require.Equal(t, line(release.Listed, "trucker2", "", "buyer").Right, l.Right)
	require.True(t, l.Offer.Zero())
}

func TestAnAppointmentIsRefusedInThisOrder(t *testing.T) {
	held := line(release.Listed, "trucker", "", "buyer")
	offered := line(release.Listed, "trucker", "trucker2", "buyer")
	late := in(release.Delegated)
	late.ValidTo = lawtest.At.Add(-time.Second).Format(time.RFC3339)
	gone := late
	gone.State = release.GatedOut
	never := in(release.Delegated)
	never.ValidTo = ""
	lineRefused(t, fault.WrongState, "", offered, ask(release.RequestAppointment, "trucker", orderIs(gone)))
	lineRefused(t, fault.NotValidNow, "", offered, ask(release.RequestAppointment, "trucker", orderIs(late)))
	lineRefused(t, fault.NotValidNow, "", held, ask(release.RequestAppointment, "trucker", orderIs(never)))
	lineRefused(t, fault.OfferOpen, "", offered, ask(release.RequestAppointment, "trucker"))
	asked := line(release.AppointmentRequested, "trucker", "", "buyer")
	lineRefused(t, fault.NotValidNow, "", asked, ask(release.ConfirmAppointment, "terminal", orderIs(late)))
	lineRefused(t, fault.WrongState, "", asked, ask(release.ConfirmAppointment, "terminal", orderIs(gone)))
	shortened, missed := in(release.Delegated), asked
	shortened.ValidTo = lawtest.At.Add(time.Hour - time.Second).Format(time.RFC3339)
	lineRefused(t, fault.NotValidNow, "", asked, ask(release.ConfirmAppointment, "terminal", orderIs(shortened)))
	missed.AppointmentEnds = lawtest.At.Add(-time.Second).Format(time.RFC3339)
	lineRefused(t, fault.NotValidNow, "", missed, ask(release.ConfirmAppointment, "terminal"))
	lineRefused(t, fault.Invalid, "/reason", asked, ask(release.RefuseAppointment, "terminal", func(r *release.OrderRequest) { r.Reason = "full" }))
	for act, who := range map[lifecycle.Act]string{release.RefuseAppointment: "terminal", release.CancelAppointment: "trucker"} {
		after, err := asked.Apply(ask(act, who))
		require.NoError(t, err)
		require.Equal(t, held, after, "%s leaves no appointment behind", act)
	}
}

// order live, gates cleared, within validity; one missing thing at a time, the earlier one first.
func TestALineLeavesOnlyWhenEverythingIsCleared(t *testing.T) {
	out := func(l release.Line, o release.Order, at time.Time) error {
		c := ask(release.GateOut, "terminal", orderIs(o))
		c.At = at
		_, err := l.Follow(release.GateOut, c)
		return err
	}
	ready, live := line(release.Appointed, "trucker", "", "buyer"), in(release.Delegated)
	require.NoError(t, out(ready, live, lawtest.At))
	end, err := time.Parse(time.RFC3339, live.ValidTo)
	require.NoError(t, err)
	require.NoError(t, out(ready, live, end))
	owing, uncleared := live, ready
	owing.TerminalCharges = ""
	uncleared.Gates = map[release.Gate]release.Clearance{release.GateCustoms: {Status: release.Pending}}
	for _, c := range []struct {
		name string
		err  error
		code fault.Code
		args map[string]string
	}{
		{"no appointment", out(line(release.Listed, "trucker", "", "buyer"), live, lawtest.At), fault.WrongState, nil},
		{"twice", out(line(release.LineGatedOut, "trucker", "", "buyer"), live, lawtest.At), fault.WrongState, nil},
		{"order not accepted", out(uncleared, in(release.Issued), end.Add(time.Hour)), fault.WrongState, nil},
		{"charges before customs", out(uncleared, owing, end.Add(time.Hour)), fault.GateNotCleared, map[string]string{"gate": "CHARGES"}},
		{"customs before validity", out(uncleared, live, end.Add(time.Hour)), fault.GateNotCleared, map[string]string{"gate": "CUSTOMS"}},
		{"a second too late", out(ready, live, end.Add(time.Second)), fault.NotValidNow, nil},
	} {
		f := fault.Of(c.err)
		require.NotNil(t, f, c.name)
		require.Equal(t, c.code, f.Code, c.name)
		if c.args != nil {
			require.Equal(t, c.args, f.Args, c.name)
			require.Equal(t, "X-08", f.Rule, c.name)
		}
	}
}

func TestACustomsNoticeClearsALineOnce(t *testing.T) {
	l := line(release.Listed, "", "")
	l.Gates = map[release.Gate]release.Clearance{release.GateCustoms: {Status: release.Pending}}
	cleared, err := l.Follow(release.Clear, ask(release.Clear, "customs", atGate(release.GateCustoms)))
	require.NoError(t, err)
	require.Equal(t, release.Clearance{Status: release.Cleared, By: "PCUSTOMS", At: lifecycle.Stamped(lawtest.At)}, cleared.Gates[release.GateCustoms])
	require.False(t, l.Has(release.GateCustoms), "the line before is not changed")
	_, err = cleared.Follow(release.Clear, ask(release.Clear, "customs", atGate(release.GateCustoms)))
	require.Equal(t, fault.AlreadyCleared, fault.Of(err).Code)
}

// Design 4: carrier's and terminal's; from acceptance until the container is out also the right holder's.
func TestWhoMustEndorseALine(t *testing.T) {
	two, three := []string{"CarrierMSP", "TerminalMSP"}, []string{"CarrierMSP", "TerminalMSP", "PortMSP"}
	require.Equal(t, two, line(release.Listed, "", "").Relying())
	require.Equal(t, three, line(release.Listed, "buyer", "").Relying())
	require.Equal(t, three, line(release.Appointed, "trucker", "", "buyer").Relying())
	require.Equal(t, two, line(release.LineGatedOut, "trucker", "", "buyer").Relying())
}
