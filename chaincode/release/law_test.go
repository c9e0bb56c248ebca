package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/release"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"carrier":   lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier),
	"carrier2":  lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"terminal":  lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	"depot":     lawtest.Actor("PDEPOT", "TerminalMSP", party.Depot),
	"buyer":     lawtest.Actor("PBUYER", "PortMSP", party.Consignee),
	"releaseTo": lawtest.Actor("PRELEASETO", "PortMSP", party.Forwarder),
	"forwarder": lawtest.Actor("PFORWARDER", "PortMSP", party.Forwarder),
	"trucker":   lawtest.Actor("PTRUCKER", "PortMSP", party.Trucker),
	"trucker2":  lawtest.Actor("PTRUCKER2", "PortMSP", party.Trucker),
	"bank":      lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"court":     lawtest.Actor("PCOURT", "PortMSP", party.Authority),
	"customs":   lawtest.Actor("PCUSTOMS", "PortMSP", party.Customs),
	"impostor":  lawtest.Actor("PCARRIER", "PortMSP", party.Carrier, party.Terminal),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

type command = lifecycle.Command[release.OrderRequest]

// in is an order over two containers in a state, with the gates that the state needs. Its QUARANTINE gate applies.
func in(state lifecycle.State) release.Order {
	o := release.Order{Record: lifecycle.Record{ID: "ro-1", Family: "release", State: state, Version: 4},
		Basis:   release.Basis{Type: release.BySurrender, Bill: "bl-1"},
		Carrier: people["carrier"].Ref, Terminal: people["terminal"].Ref, Requester: people["buyer"].Ref,
		ReleaseTo: people["releaseTo"].Ref, Bank: people["bank"].Ref, Lines: 2, Gates: []release.Gate{release.GateQuarantine}}
	if !slices.Contains([]lifecycle.State{release.Requested, release.Rejected, release.Cancelled}, state) {
		o.CarrierCharges, o.TerminalCharges = "SETTLED", "SETTLED"
		if state != release.ChargesCleared {
			o.Customs = 2
		}
	}
	if o.Customs == 2 && state != release.CustomsReleased {
		o.ValidTo = lawtest.At.Add(72 * time.Hour).Format(time.RFC3339)
	}
	if state == release.PartiallyExpired {
		o.Out, o.Ended = 1, 1
	}
	return o
}

// over is an issued order whose validity has passed, with so many of its containers out.
func over(state lifecycle.State, out int) release.Order {
	o := in(state)
	o.ValidTo, o.Out = lawtest.At.Add(-time.Second).Format(time.RFC3339), out
	return o
}

func held(o release.Order) release.Order {
	o.Holds, o.LastHold = []hold.Hold{{Number: 1, Ground: "CUSTOMS_ORDER", By: people["customs"].Ref, Role: party.Customs}}, 1
	return o
}

func request(act lifecycle.Act) release.OrderRequest {
	return release.OrderRequest{ID: "ro-1", Terminal: "PTERMINAL", ReleaseTo: "PRELEASETO", Outcome: "SETTLED", Reason: map[bool]string{true: "OTHER", false: "COURT_ORDER"}[act != release.Revoke],
		ValidTo: lawtest.At.Add(96 * time.Hour).Format(time.RFC3339), Ground: "CUSTOMS_ORDER", Hold: 1, Gate: release.GateQuarantine, To: "PTRUCKER2", Count: 2, Covered: 1, Charges: release.Charges{Status: "SETTLED"}, Carrier: people["carrier"].Ref,
		Parties: map[string]party.Party{"/terminal": registered("terminal"), "/releaseTo": registered("releaseTo"), "/to": registered("trucker2")},
		Order:   in(release.Accepted)}
}

func ask(act lifecycle.Act, who string, with ...func(*release.OrderRequest)) command {
	c := command{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
	for _, w := range with {
		w(&c.Request)
	}
	return c
}

// Written out from domain facts 4.2 and 4.3. That an order can be given up until it is issued, whichever gates have closed,
// is this ledger's own: a declined order would be stuck.
const allowed = `
unborn           | request         | buyer, releaseTo, forwarder, bank | REQUESTED
REQUESTED        | reject          | carrier   | REJECTED
REQUESTED        | cancel          | buyer*    | CANCELLED
REQUESTED        | clear-charges   | carrier, terminal | REQUESTED
CHARGES_CLEARED  | reject          | carrier   | REJECTED
CHARGES_CLEARED  | cancel          | buyer*    | CANCELLED
CHARGES_CLEARED  | issue           | carrier   | !gate-not-cleared
CUSTOMS_RELEASED | reject          | carrier   | REJECTED
CUSTOMS_RELEASED | cancel          | buyer*    | CANCELLED
CUSTOMS_RELEASED | issue           | carrier   | ISSUED
ISSUED           | accept          | releaseTo* | ACCEPTED
ISSUED           | decline         | releaseTo* | REQUESTED
PARTIALLY_EXPIRED | extend         | carrier   | ACCEPTED
PARTIALLY_EXPIRED | revoke         | carrier   | GATED_OUT
`

// forEach writes the same moves for many situations; "=" stands for the situation itself.
func forEach(situations, moves string) string {
	var b strings.Builder
	for s := range strings.FieldsSeq(situations) {
		for line := range strings.Lines(strings.TrimSpace(moves)) {
			b.WriteString(s + " | " + strings.Replace(strings.TrimSpace(line), "=", s, 1) + "\n")
		}
	}
	return b.String()
}

const (
	everybody = "carrier*, carrier2*, terminal*, depot*, buyer*, releaseTo*, forwarder*, trucker*, trucker2*, bank*, customs*, court*, impostor*"
	inForce   = "ISSUED ACCEPTED DELEGATED"
	unissued  = "REQUESTED CHARGES_CLEARED CUSTOMS_RELEASED"
)

var allowedInMany = forEach("REQUESTED CHARGES_CLEARED", `release-customs | customs | =`) +
	forEach("CUSTOMS_RELEASED "+inForce, `release-customs | customs | !already-cleared`) +
	forEach(unissued+" "+inForce+" PARTIALLY_EXPIRED GATED_OUT", `hold-customs | customs | =`) +
	forEach(unissued+" "+inForce, `
		clear-gate  | customs  | =
		clear-gate  | terminal | !invalid
		refuse-gate | customs  | =
		refuse-gate | terminal | !invalid`) +
	forEach(unissued+" "+inForce+" PARTIALLY_EXPIRED", `
		place-hold | customs | =
		place-hold | carrier, terminal, bank, court | !invalid
		lift-hold  | customs, carrier, terminal, bank, court | !not-found`) +
	forEach(unissued+" "+inForce+" PARTIALLY_EXPIRED GATED_OUT CLOSED", `
		present-charges | carrier, terminal | =
		settle-charges  | carrier, terminal | !no-statement
		waive-charges   | carrier, terminal | !no-statement
		credit-charges  | carrier, terminal | !no-statement`) +
	forEach(inForce, `
		amend  | carrier | =
		extend | carrier | =
		revoke | carrier | REVOKED
		expire | `+everybody+` | !still-valid`)

// allowedElsewhere are situations that matter beside the state: held, run out, run out with one container out.
const allowedElsewhere = `
held      | accept          | releaseTo* | !on-hold
held      | decline         | releaseTo* | REQUESTED
held      | release-customs | customs    | !already-cleared
held      | hold-customs    | customs    | ISSUED
held      | clear-gate      | customs    | ISSUED
held      | clear-gate      | terminal   | !invalid
held      | refuse-gate     | customs    | ISSUED
held      | refuse-gate     | terminal   | !invalid
held      | place-hold      | customs    | ISSUED
held      | place-hold      | carrier, terminal, bank, court | !invalid
held      | lift-hold       | customs    | ISSUED
held      | lift-hold       | carrier, terminal, bank, court | !wrong-party
held      | amend           | carrier    | ISSUED
held      | extend          | carrier    | ISSUED
held      | revoke          | carrier    | REVOKED
held      | expire          | ` + everybody + ` | !still-valid
held      | present-charges | carrier, terminal | ISSUED
held      | settle-charges  | carrier, terminal | !no-statement
held      | waive-charges   | carrier, terminal | !no-statement
held      | credit-charges  | carrier, terminal | !no-statement
stated    | reject          | carrier    | REJECTED
stated    | cancel          | buyer*     | CANCELLED
stated    | clear-charges   | carrier    | !charges-outstanding
stated    | clear-charges   | terminal   | !already-cleared
stated    | present-charges | carrier    | REQUESTED
stated    | present-charges | terminal   | REQUESTED
stated    | settle-charges  | carrier    | REQUESTED
stated    | settle-charges  | terminal   | !already-cleared
stated    | credit-charges  | carrier    | REQUESTED
stated    | credit-charges  | terminal   | !already-cleared
stated    | waive-charges   | carrier    | !invalid
stated    | waive-charges   | terminal   | !already-cleared
stated    | release-customs | customs    | REQUESTED
stated    | hold-customs    | customs    | REQUESTED
stated    | clear-gate      | customs    | REQUESTED
stated    | clear-gate      | terminal   | !invalid
stated    | refuse-gate     | customs    | REQUESTED
stated    | refuse-gate     | terminal   | !invalid
stated    | place-hold      | customs    | REQUESTED
stated    | place-hold      | carrier, terminal, bank, court | !invalid
stated    | lift-hold       | customs, carrier, terminal, bank, court | !not-found
`

// stated is a requested order with an open statement of the carrier and a settled one of the terminal.
func stated() release.Order {
	o := in(release.Requested)
	o.CarrierStatement = release.Charges{Status: release.Presented, Commitment: "c", Seal: "s"}
	o.TerminalStatement = release.Charges{Status: "SETTLED", Commitment: "c", Seal: "s"}
	o.TerminalCharges = "SETTLED"
	return o
}

func TestEveryActOnAnOrderInEveryStateByEverybody(t *testing.T) {
	documents := map[string]release.Order{"unborn": {Record: lifecycle.Record{ID: "ro-1", Family: "release"}}}
	for _, s := range []lifecycle.State{release.Requested, release.ChargesCleared, release.CustomsReleased, release.Issued,
		release.Accepted, release.Delegated, release.GatedOut, release.Closed, release.Rejected, release.Cancelled,
		release.Revoked, release.Expired, release.PartiallyExpired} {
		documents[string(s)] = in(s)
	}
	documents["held"] = held(in(release.Issued))
	documents["stated"] = stated()
	lawtest.Trial[release.Order, release.OrderRequest]{
		Law: release.Law, Documents: documents, Actors: people, Request: request, Want: allowed + allowedInMany + allowedElsewhere,
		Anybody: []lifecycle.Act{release.Request, release.ReleaseCustoms, release.HoldCustoms, release.ClearGate, release.RefuseGate,
			release.PlaceHold, release.LiftHold},
	}.Run(t)
}

func refused(t *testing.T, code fault.Code, at string, o release.Order, c command) {
	t.Helper()
	after, err := o.Apply(c)
	f := fault.Of(err)
	require.NotNil(t, f)
	require.Equal(t, code, f.Code)
	require.Equal(t, at, f.At)
	require.Equal(t, o, after)
}

func TestARequestIsRefusedInThisOrder(t *testing.T) {
	fresh := release.Order{Record: lifecycle.Record{ID: "ro-1", Family: "release"}}
	depot := func(r *release.OrderRequest) { r.Parties["/terminal"] = registered("depot") }
	trucker := func(r *release.OrderRequest) { r.Parties["/releaseTo"] = registered("trucker") }
	many := func(r *release.OrderRequest) { r.Count = release.LinesMax + 1 }
	refused(t, fault.WrongRole, "", fresh, ask(release.Request, "trucker", depot))
	refused(t, fault.RecipientNotAllowed, "/terminal", fresh, ask(release.Request, "buyer", depot, trucker))
	refused(t, fault.RecipientNotAllowed, "/releaseTo", fresh, ask(release.Request, "buyer", trucker, many))
	refused(t, fault.TooLarge, "/content/lines", fresh, ask(release.Request, "buyer", many))
	o, err := fresh.Apply(ask(release.Request, "buyer", func(r *release.OrderRequest) { r.ReleaseTo = "" }))
	require.NoError(t, err)
	require.Equal(t, people["buyer"].Ref, o.ReleaseTo, "without another party the release goes to who asks")
	require.Equal(t, people["buyer"].Ref, o.Requester)
}

func TestChargesAreTwoDifferentMoneys(t *testing.T) {
	outcome := func(outcome, waiver string) func(*release.OrderRequest) {
		return func(r *release.OrderRequest) { r.Outcome, r.Waiver = outcome, waiver }
	}
	o := in(release.Requested)
	for _, bad := range [][2]string{{"", ""}, {"PAID", ""}, {"settled", ""}} {
		refused(t, fault.Invalid, "/outcome", o, ask(release.ClearCharges, "carrier", outcome(bad[0], bad[1])))
	}
	for _, bad := range [][2]string{{"WAIVED", ""}, {"WAIVED", "BECAUSE"}, {"SETTLED", "COMMERCIAL"}, {"CREDIT", "COMMERCIAL"},
		{"SETTLED", "because of Mr Chen"}, {"CREDIT", "because of Mr Chen"}} { // it would stand in public for ever
		refused(t, fault.Invalid, "/waiver", o, ask(release.ClearCharges, "terminal", outcome(bad[0], bad[1])))
	}
	own, err := o.Apply(ask(release.ClearCharges, "carrier", outcome("WAIVED", "INSPECTION_CLEAN")))
	require.NoError(t, err)
	require.Equal(t, release.Requested, own.State, "the terminal's charges are still open")
	refused(t, fault.AlreadyCleared, "", own, ask(release.ClearCharges, "carrier"))
	refused(t, fault.AlreadyCleared, "", own, ask(release.ClearCharges, "carrier", outcome("PAID", "")))
	both, err := own.Apply(ask(release.ClearCharges, "terminal", outcome("CREDIT", "")))
	require.NoError(t, err)
	require.Equal(t, release.ChargesCleared, both.State)
	require.Equal(t, []string{"WAIVED", "CREDIT"}, []string{both.CarrierCharges, both.TerminalCharges})
}

// A line's own terminal is one party in two parts: it clears both moneys, one after the other.
func TestOnePartyInTwoPartsClearsBoth(t *testing.T) {
	o := in(release.Requested)
	o.Terminal = o.Carrier
	both := lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier, party.Terminal)
	c := ask(release.ClearCharges, "carrier")
	c.Actor = both
	require.Equal(t, "carrier", release.Law.Part(o, c))
	o, err := o.Apply(c)
	require.NoError(t, err)
	require.Equal(t, "terminal", release.Law.Part(o, c))
	o, err = o.Apply(c)
	require.NoError(t, err)
	require.Equal(t, release.ChargesCleared, o.State)
	refused(t, fault.WrongState, "", o, c)
}

func TestGatesCloseInEitherOrder(t *testing.T) {
	customs := ask(release.ReleaseCustoms, "customs", func(r *release.OrderRequest) { r.Covered = 2 })
	carrier, terminal := ask(release.ClearCharges, "carrier"), ask(release.ClearCharges, "terminal")
	for _, order := range [][]command{
		{carrier, terminal, customs}, {terminal, carrier, customs}, {customs, carrier, terminal},
		{carrier, customs, terminal}, {terminal, customs, carrier}, {customs, terminal, carrier},
	} {
		o := in(release.Requested)
		for i, c := range order {
			require.NotEqual(t, release.CustomsReleased, o.State)
			after, err := o.Apply(c)
			require.NoError(t, err, "%d %s", i, c.Act)
			o = after
		}
		require.Equal(t, release.CustomsReleased, o.State)
	}
	half, err := in(release.ChargesCleared).Apply(ask(release.ReleaseCustoms, "customs"))
	require.NoError(t, err)
	require.Equal(t, release.ChargesCleared, half.State, "a notice about one of two containers is not enough")
	refused(t, fault.GateNotCleared, "", half, ask(release.Issue, "carrier"))
	ahead, err := half.Apply(ask(release.Issue, "carrier", func(r *release.OrderRequest) { r.Ahead = true }))
	require.NoError(t, err, "trap 4: a carrier may issue before customs releases")
	require.Equal(t, release.Issued, ahead.State)
}

func TestIssueNeedsAFutureEnd(t *testing.T) {
	validTo := func(text string) func(*release.OrderRequest) {
		return func(r *release.OrderRequest) { r.ValidTo = text }
	}
	for _, bad := range []string{"", "tomorrow", "2026-11-21", lawtest.At.Format(time.RFC3339), lawtest.At.Add(-time.Second).Format(time.RFC3339)} {
		refused(t, fault.Invalid, "/validTo", in(release.CustomsReleased), ask(release.Issue, "carrier", validTo(bad)))
	}
	o, err := in(release.CustomsReleased).Apply(ask(release.Issue, "carrier", validTo("2026-11-21T17:30:01+08:00")))
	require.NoError(t, err, "a second later, in another zone")
	require.Equal(t, "2026-11-21T17:30:01+08:00", o.ValidTo)
	refused(t, fault.WrongParty, "", in(release.CustomsReleased), ask(release.Issue, "carrier2", validTo("")))
}

func TestADeclinedOrderCanBeIssuedAgainOrGivenUp(t *testing.T) {
	refused(t, fault.Invalid, "/reason", in(release.Issued), ask(release.Decline, "releaseTo", func(r *release.OrderRequest) { r.Reason = "" }))
	o, err := in(release.Issued).Apply(ask(release.Decline, "releaseTo"))
	require.NoError(t, err)
	require.Equal(t, release.CustomsReleased, o.State, "requested again, with its gates still closed")
	require.Empty(t, o.ValidTo)
	again, err := o.Apply(ask(release.Issue, "carrier"))
	require.NoError(t, err)
	require.Equal(t, release.Issued, again.State)
	gone, err := o.Apply(ask(release.Cancel, "buyer"))
	require.NoError(t, err)
	require.Equal(t, release.Cancelled, gone.State)
}

func TestTheLinesMoveTheOrder(t *testing.T) {
	follow := func(o release.Order, acts ...lifecycle.Act) release.Order {
		for _, act := range acts {
			after, err := o.Follow(act, ask(act, "carrier"))
			require.NoError(t, err, act)
			o = after
		}
		return o
	}
	accepted := in(release.Accepted)
	require.Equal(t, release.Delegated, follow(accepted, release.LineGiven).State)
	require.Equal(t, release.Accepted, follow(accepted, release.LineGiven, release.LineRecalled).State)
	require.Equal(t, release.Delegated, follow(accepted, release.LineGiven, release.LineGiven, release.LineRecalled).State, "one is still given")
	require.Equal(t, release.Delegated, follow(accepted, release.LineGiven, release.LineOut).State)
	require.Equal(t, release.GatedOut, follow(accepted, release.LineOut, release.LineOut).State)
	require.Equal(t, release.Accepted, follow(accepted, release.LineOut, release.LineReturned).State, "one is out and back, one still inside")
	require.Equal(t, release.Closed, follow(accepted, release.LineOut, release.LineOut, release.LineReturned, release.LineReturned).State)
	require.Equal(t, release.Closed, follow(accepted, release.LineOut, release.LineReturned, release.LineOut, release.LineReturned).State)
	for _, act := range []lifecycle.Act{release.LineOut, release.LineGiven, release.LineReturned, release.AllOut} {
		_, err := in(release.Issued).Follow(act, ask(act, "carrier"))
		require.Equal(t, fault.WrongState, fault.Of(err).Code, "%s before acceptance", act)
	}
}

func TestReasonsAndOutcomesAreClosedLists(t *testing.T) {
	// Domain facts 4.3, 4.2 and X-15.
	for _, code := range []string{"BASIS_LOST", "LOI_LAPSED", "FRAUD_SUSPECTED", "CUSTOMS_ORDER", "COURT_ORDER", "WRONG_PARTY", "DATA_ERROR", "PAYMENT_REVERSED"} {
		require.True(t, slices.Contains(release.Reasons, code), code)
	}
	require.Equal(t, []string{"SETTLED", "WAIVED", "CREDIT"}, release.Outcomes)
	refused(t, fault.Invalid, "/reason", in(release.Requested), ask(release.Reject, "carrier", func(r *release.OrderRequest) { r.Reason = "no" }))
}

func TestWhoMustEndorseAnOrder(t *testing.T) {
	require.Equal(t, []string{"CarrierMSP", "TerminalMSP"}, in(release.Issued).Relying())
	require.False(t, in(release.Issued).Live())
	require.True(t, in(release.Accepted).Live())
	require.True(t, in(release.Delegated).Live())
	require.False(t, in(release.GatedOut).Live())
}
