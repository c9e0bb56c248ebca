package guarantee_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/test/lawtest"
)

func reducing(amount string, parts ...guarantee.Reduction) guarantee.Limit {
	l := fixed(amount)
	l.Reductions = parts
	return l
}

// URDG 758 art 13: an amount is reduced on a date, or with an event that the beneficiary tells.
func TestAnAmountIsReducedOnADateAndWithAnEvent(t *testing.T) {
	l := reducing("100", guarantee.Reduction{On: "2027-01-01", Amount: "30"}, guarantee.Reduction{Event: "FIRST_LOT", Amount: "20.5"})
	a := opened(t, l)
	require.Equal(t, "100", a.Remaining)
	early, f := a.On("2026-12-31")
	require.Nil(t, f)
	require.Equal(t, a, early)
	first, f := a.On("2027-01-01")
	require.Nil(t, f)
	require.Equal(t, []string{"70", "0", "70"}, []string{first.Amount, first.Paid, first.Remaining})
	require.False(t, a.Reductions[0].Applied, "before and after share no memory")
	again, f := first.On("2028-01-01")
	require.Nil(t, f)
	require.Equal(t, first, again, "once")
	require.True(t, first.AwaitsEvent())
	_, f = first.Happened("SECOND_LOT")
	require.Equal(t, "/content/event", f.At)
	second, f := first.Happened("FIRST_LOT")
	require.Nil(t, f)
	require.Equal(t, "49.5", second.Remaining)
	require.False(t, second.AwaitsEvent())
	_, f = second.Happened("FIRST_LOT")
	require.Equal(t, fault.Invalid, f.Code)
	_, f = second.Demand("49.51", "USD")
	require.Equal(t, fault.AmountExceeded, f.Code)
}

// What was demanded in time is paid, whatever falls away meanwhile.
func TestAReductionNeverReachesWhatWasPaidOrDemanded(t *testing.T) {
	a := opened(t, reducing("100", guarantee.Reduction{On: "2027-01-01", Amount: "90"}))
	a, f := a.Demand("60", "USD")
	require.Nil(t, f)
	a, f = a.On("2027-01-01")
	require.Nil(t, f)
	require.Equal(t, "60", a.Amount)
	a, f = a.Pay()
	require.Nil(t, f)
	require.Equal(t, []string{"60", "60", "0"}, []string{a.Amount, a.Paid, a.Remaining})
}

func TestReductionsLeaveSomething(t *testing.T) {
	for _, parts := range [][]guarantee.Reduction{{{On: "2027-01-01", Amount: "100"}}, {{On: "2027-01-01", Amount: "60"}, {Event: "E", Amount: "40"}}} {
		_, f := guarantee.Open(reducing("100", parts...))
		require.Equal(t, fault.AmountExceeded, f.Code)
		require.Equal(t, "/content/reducesBy", f.At)
		_, f = opened(t, fixed("100")).Amend(reducing("100", parts...))
		require.Equal(t, fault.AmountExceeded, f.Code)
	}
	_, f := guarantee.Open(reducing("100", guarantee.Reduction{On: "2027-01-01", Amount: "-1"}))
	require.Equal(t, "/content/reducesBy", f.At)
}

// Money is never created: whatever happens in whatever order, paid and remaining add up, and paid never shrinks.
func TestAReducedAccountAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"0.01", "10", "33.333333"})
		a := opened(t, reducing("100", guarantee.Reduction{On: "2027-01-01", Amount: part.Draw(t, "a")}, guarantee.Reduction{On: "2027-02-01", Amount: part.Draw(t, "b")},
			guarantee.Reduction{Event: "E", Amount: part.Draw(t, "c")}))
		for range 12 {
			before := a
			switch rapid.IntRange(0, 4).Draw(t, "act") {
			case 0:
				a, _ = a.On(rapid.SampledFrom([]string{"2026-12-31", "2027-01-15", "2027-03-01"}).Draw(t, "on"))
			case 1:
				a, _ = a.Happened("E")
			case 2:
				a, _ = a.Demand(rapid.SampledFrom([]string{"1", "40", "99.99"}).Draw(t, "demand"), "USD")
			case 3:
				if a.Demanded != "" {
					a, _ = a.Pay()
				}
			case 4:
				a = a.Dismiss()
			}
			n := decimal.RequireFromString
			require.True(t, n(a.Paid).Add(n(a.Remaining)).Equal(n(a.Amount)))
			require.False(t, n(a.Remaining).IsNegative())
			require.False(t, n(a.Paid).LessThan(n(before.Paid)))
			require.False(t, n(a.Amount).GreaterThan(n(before.Amount)))
		}
	})
}

// underURDG is an active guarantee under URDG 758 that ends so long from now.
func underURDG(left time.Duration) guarantee.Guarantee {
	return with(in(guarantee.Active, "AA", "bank"), func(g *guarantee.Guarantee) {
		g.Terms = guarantee.Terms{Ends: after(left), Rules: guarantee.URDG}
	})
}

// URDG 758 art 26(b): thirty calendar days from the date on which it would have expired, once.
func TestForceMajeureExtendsOnceByThirtyDays(t *testing.T) {
	for _, who := range []string{"carrier", "bank"} {
		g, err := underURDG(time.Hour).Apply(command(guarantee.ForceMajeure, who))
		require.NoError(t, err)
		require.Equal(t, after(time.Hour+30*24*time.Hour), g.Terms.Ends)
		require.Equal(t, guarantee.Active, g.State)
		_, err = g.Apply(command(guarantee.ForceMajeure, who))
		require.Equal(t, "once", fault.Of(err).Args["why"])
	}
	_, err := underURDG(time.Hour).Apply(command(guarantee.ForceMajeure, "applicant"))
	require.Equal(t, fault.WrongParty, fault.Of(err).Code, "with a bank the applicant is not the guarantor")
	_, err = underURDG(31 * 24 * time.Hour).Apply(command(guarantee.ForceMajeure, "carrier"))
	require.Equal(t, "early", fault.Of(err).Args["why"])
	late, err := underURDG(-29 * 24 * time.Hour).Apply(command(guarantee.ForceMajeure, "carrier"))
	require.NoError(t, err, "who was prevented could not say so in time")
	require.Equal(t, after(24*time.Hour), late.Terms.Ends)
	_, err = underURDG(-30 * 24 * time.Hour).Apply(command(guarantee.ForceMajeure, "carrier"))
	require.Equal(t, fault.DeadlinePassed, fault.Of(err).Code)
	other := underURDG(time.Hour)
	other.Terms.Rules, other.Terms.ForceMajeure = "", true
	_, err = other.Apply(command(guarantee.ForceMajeure, "bank"))
	require.Equal(t, "rules", fault.Of(err).Args["why"], "the first of two")
	require.NotContains(t, guarantee.Law.Open(in(guarantee.Claimed, "AA", "bank"), people["bank"]), lifecycle.Act("extend-force-majeure"))
}

func TestForceMajeureMattersAtTheExpiry(t *testing.T) {
	g := underURDG(time.Hour)
	at := func(d time.Duration) time.Time { return lawtest.At.Add(d) }
	require.Nil(t, g.Prevented(at(-time.Hour), time.Time{}))
	require.Nil(t, g.Prevented(at(-time.Hour), at(2*time.Hour)))
	require.NotNil(t, g.Prevented(at(-2*time.Hour), at(-time.Hour)), "over before")
	require.NotNil(t, g.Prevented(at(time.Hour), time.Time{}), "only after")
}
