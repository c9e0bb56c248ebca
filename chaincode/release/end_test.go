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

func after(t *testing.T, o release.Order, c command) release.Order {
	t.Helper()
	o, err := o.Apply(c)
	require.NoError(t, err)
	return o
}

// Domain facts 4.3: expiry ends what is inside, and an order of which something is out goes on for that alone.
func TestAnOrderExpiresAfterItsValidityAndNotBefore(t *testing.T) {
	for _, state := range []lifecycle.State{release.Issued, release.Accepted, release.Delegated} {
		refused(t, fault.StillValid, "", in(state), ask(release.Expire, "trucker2"))
		last := over(state, 0)
		last.ValidTo = lawtest.At.Format(time.RFC3339)
		refused(t, fault.StillValid, "", last, ask(release.Expire, "trucker2"))
		o := after(t, over(state, 0), ask(release.Expire, "trucker2"))
		require.Equal(t, release.Expired, o.State)
		require.Equal(t, 2, o.Ended)
		o = after(t, over(state, 1), ask(release.Expire, "trucker2"))
		require.Equal(t, release.PartiallyExpired, o.State)
		require.Equal(t, 1, o.Ended)
		require.False(t, o.Over())
	}
}

func TestAnExtensionTakesUpWhatIsStillInside(t *testing.T) {
	o := after(t, in(release.PartiallyExpired), ask(release.Extend, "carrier"))
	require.Equal(t, release.Accepted, o.State)
	require.Zero(t, o.Ended)
	given := in(release.PartiallyExpired)
	given.Given = 1
	require.Equal(t, release.Delegated, after(t, given, ask(release.Extend, "carrier")).State)
	earlier := func(r *release.OrderRequest) { r.ValidTo = lawtest.At.Add(time.Hour).Format(time.RFC3339) }
	refused(t, fault.Invalid, "/validTo", in(release.Accepted), ask(release.Extend, "carrier", earlier))
	refused(t, fault.WrongParty, "", in(release.Accepted), ask(release.Extend, "carrier2", earlier))
	require.NotEqual(t, in(release.Accepted).ValidTo, after(t, in(release.Accepted), ask(release.Amend, "carrier", earlier)).ValidTo, "an amendment may also shorten")
	past := func(r *release.OrderRequest) { r.ValidTo = lawtest.At.Format(time.RFC3339) }
	for _, act := range []lifecycle.Act{release.Amend, release.Extend} {
		refused(t, fault.Invalid, "/validTo", in(release.Issued), ask(act, "carrier", past))
	}
	kept := after(t, in(release.Issued), ask(release.Amend, "carrier", func(r *release.OrderRequest) { r.ValidTo = "" }))
	require.Equal(t, in(release.Issued).ValidTo, kept.ValidTo)
}

func TestARevocationNeedsOneOfEightReasons(t *testing.T) {
	with := func(code string) func(*release.OrderRequest) {
		return func(r *release.OrderRequest) { r.Reason = code }
	}
	for _, code := range []string{"BASIS_LOST", "LOI_LAPSED", "FRAUD_SUSPECTED", "CUSTOMS_ORDER", "COURT_ORDER", "WRONG_PARTY", "DATA_ERROR", "PAYMENT_REVERSED"} {
		require.Equal(t, release.Revoked, after(t, in(release.Delegated), ask(release.Revoke, "carrier", with(code))).State)
	}
	for _, code := range []string{"", "OTHER", "CAPACITY"} {
		refused(t, fault.Invalid, "/reason", in(release.Delegated), ask(release.Revoke, "carrier", with(code)))
	}
	partly := in(release.Delegated)
	partly.Out = 1
	o := after(t, partly, ask(release.Revoke, "carrier", with("DATA_ERROR")))
	require.Equal(t, release.GatedOut, o.State, "what is out stays out")
	require.Equal(t, 1, o.Ended)
	o, err := o.Follow(release.LineReturned, ask(release.LineReturned, "terminal"))
	require.NoError(t, err)
	require.Equal(t, release.Closed, o.State, "and closes the order when it is back")
}

// a basis that is gone ends the order in whatever state it is.
func TestALapseEndsAnOrderInEveryStateInWhichItIsUnfinished(t *testing.T) {
	for _, state := range []lifecycle.State{release.Requested, release.ChargesCleared, release.CustomsReleased, release.Issued, release.Accepted, release.Delegated} {
		o, err := in(state).Follow(release.Lapse, ask(release.Lapse, "bank"))
		require.NoError(t, err, state)
		require.Equal(t, release.Revoked, o.State)
		require.True(t, o.Over())
	}
	o, err := in(release.PartiallyExpired).Follow(release.Lapse, ask(release.Lapse, "bank"))
	require.NoError(t, err)
	require.Equal(t, release.GatedOut, o.State)
	for _, state := range []lifecycle.State{release.GatedOut, release.Closed, release.Revoked, release.Expired, release.Rejected, release.Cancelled} {
		_, err := in(state).Follow(release.Lapse, ask(release.Lapse, "bank"))
		require.Equal(t, fault.WrongState, fault.Of(err).Code, state)
	}
}

// customs may change its mind until the container is out.
func TestACustomsHoldReopensTheGate(t *testing.T) {
	o := after(t, in(release.CustomsReleased), ask(release.HoldCustoms, "customs"))
	require.Equal(t, release.ChargesCleared, o.State)
	require.Equal(t, 1, o.Customs)
	o = after(t, o, ask(release.ReleaseCustoms, "customs"))
	require.Equal(t, release.CustomsReleased, o.State)
	o = after(t, in(release.Delegated), ask(release.HoldCustoms, "customs"))
	require.Equal(t, release.Delegated, o.State, "a hold stands beside the state")

	l := line(release.Appointed, "trucker", "", "buyer")
	c := ask(release.Reopen, "customs", atGate(release.GateCustoms), func(r *release.OrderRequest) { r.Status = release.Pending })
	stopped, err := l.Follow(release.Reopen, c)
	require.NoError(t, err)
	require.False(t, stopped.Has(release.GateCustoms))
	require.False(t, stopped.Flagged)
	stopped, err = stopped.Follow(release.HoldLine, c)
	require.NoError(t, err)
	require.Len(t, stopped.Holds, 1)
	twice, err := stopped.Follow(release.HoldLine, c)
	require.NoError(t, err)
	require.Len(t, twice.Holds, 1, "a notice told twice is one hold")
	freed, err := stopped.Follow(release.Clear, c)
	require.NoError(t, err)
	require.Empty(t, freed.Holds, "the release of the same customs speaks last")
	gone, err := line(release.LineGatedOut, "trucker", "", "buyer").Follow(release.Reopen, c)
	require.NoError(t, err)
	require.True(t, gone.Flagged)
	require.True(t, gone.Has(release.GateCustoms), "nothing can be stopped any more")
}

// Domain facts 4.2: the gates are asked for in this order when a container leaves.
func TestEveryGateThatAppliesStopsTheContainer(t *testing.T) {
	l := line(release.Appointed, "trucker", "", "buyer")
	l.Gates = map[release.Gate]release.Clearance{}
	gates := []release.Gate{release.GateCustoms, release.GateQuarantine, release.GateDisinfection, release.GateDangerousGoods}
	for _, g := range gates {
		l.Gates[g] = release.Clearance{Status: release.Pending}
	}
	for i, g := range gates {
		_, err := l.Follow(release.GateOut, ask(release.GateOut, "terminal", orderIs(in(release.Delegated))))
		require.Equal(t, string(g), fault.Of(err).Args["gate"])
		if i == 1 {
			refusedGate, err := l.Follow(release.Reopen, ask(release.Reopen, "customs", atGate(g), func(r *release.OrderRequest) { r.Status = release.Refused }))
			require.NoError(t, err)
			l = refusedGate
			_, err = l.Follow(release.GateOut, ask(release.GateOut, "terminal", orderIs(in(release.Delegated))))
			require.Equal(t, string(g), fault.Of(err).Args["gate"])
		}
		cleared, err := l.Follow(release.Clear, ask(release.Clear, "customs", atGate(g)))
		require.NoError(t, err)
		l = cleared
	}
	_, err := l.Follow(release.GateOut, ask(release.GateOut, "terminal", orderIs(held(in(release.Delegated)))))
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
	_, err = heldLine(l).Follow(release.GateOut, ask(release.GateOut, "terminal", orderIs(in(release.Delegated))))
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
	_, err = l.Follow(release.GateOut, ask(release.GateOut, "terminal", orderIs(in(release.Delegated))))
	require.NoError(t, err)
}

func TestAShippersOwnContainerDoesNotComeBack(t *testing.T) {
	l := line(release.LineGatedOut, "trucker", "", "buyer")
	l.NoReturn = true
	_, err := l.Follow(release.ReturnEmpty, ask(release.ReturnEmpty, "depot"))
	require.Equal(t, fault.CycleBroken, fault.Of(err).Code)
}

// Domain facts 4.3: the carrier says at issue which containers end their lease with the cargo owner; an order that is declined is
// issued anew.
func TestAOneWayContainerDoesNotComeBack(t *testing.T) {
	oneWay := func(lines ...int) func(*release.OrderRequest) {
		return func(r *release.OrderRequest) { r.OneWay = lines }
	}
	for _, wrong := range [][]int{{0}, {3}, {1, 1}} {
		refused(t, fault.Invalid, "/oneWay", in(release.CustomsReleased), ask(release.Issue, "carrier", oneWay(wrong...)))
	}
	o := after(t, in(release.CustomsReleased), ask(release.Issue, "carrier", oneWay(1)))
	l := line(release.LineGatedOut, "trucker", "", "buyer")
	require.True(t, o.Keeps(l))
	_, err := l.Follow(release.ReturnEmpty, ask(release.ReturnEmpty, "depot", orderIs(o)))
	require.Equal(t, fault.CycleBroken, fault.Of(err).Code)
	l.Number = 2
	require.False(t, o.Keeps(l))
	require.Empty(t, after(t, o, ask(release.Decline, "releaseTo")).OneWay)
}

// Whoever answers for a gate, and nobody else; and each ground of a hold has its own authority.
func TestGatesAndGroundsHaveTheirKeepers(t *testing.T) {
	for gate, who := range map[release.Gate]string{release.GateQuarantine: "customs", release.GateDisinfection: "terminal", release.GateDangerousGoods: "terminal"} {
		for _, other := range []string{"customs", "terminal"} {
			c := ask(release.ClearGate, other, atGate(gate))
			if other == who {
				after(t, in(release.Issued), c)
				continue
			}
			refused(t, fault.Invalid, "/gate", in(release.Issued), c)
		}
	}
	bare := in(release.Issued)
	bare.Gates = nil
	refused(t, fault.AlreadyCleared, "", bare, ask(release.ClearGate, "customs"))
	for who, own := range map[string][]string{"carrier": {"CARRIER_CHARGES"}, "terminal": {"TERMINAL_DAMAGE"},
		"customs": {"CUSTOMS_INSPECTION", "CUSTOMS_ORDER", "QUARANTINE"}, "bank": {"BANK"}, "court": {"COURT"}} {
		for _, ground := range own {
			o := after(t, in(release.Requested), ask(release.PlaceHold, who, func(r *release.OrderRequest) { r.Ground = ground }))
			require.Equal(t, people[who].Ref, o.Holds[0].By)
			require.Equal(t, people[who].Roles[0], o.Holds[0].Role)
			if who != "court" {
				refused(t, fault.WrongParty, "/hold", o, ask(release.LiftHold, "court"))
			}
			require.Empty(t, after(t, o, ask(release.LiftHold, who)).Holds)
		}
	}
	refused(t, fault.Invalid, "/until", in(release.Requested), ask(release.PlaceHold, "customs", func(r *release.OrderRequest) { r.Until = "2020-01-01T00:00:00Z" }))
}
