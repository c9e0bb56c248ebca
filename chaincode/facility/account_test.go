package facility_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
)

func must[T any](t require.TestingT, v T, f *fault.Fault) T {
	require.Nil(t, f)
	return v
}

func TestALimitHolds(t *testing.T) {
	a, f := facility.Account{}.Limited(facility.OfFacility, "100.00")
	a = must(t, a, f)
	a, f = a.Reserve(facility.OfFacility, "60.5")
	a = must(t, a, f)
	require.Equal(t, facility.Account{Limit: "100.00", Used: "60.5"}, a)
	_, f = a.Reserve(facility.OfPledgor, "39.500001")
	require.Equal(t, fault.LimitExceeded, f.Code)
	require.Equal(t, "PLEDGOR", f.Args["level"])
	require.NotContains(t, f.Text(false), "39", "no amount in the text")
	a, f = a.Reserve(facility.OfFacility, "39.5")
	a = must(t, a, f)
	_, f = a.Limited(facility.OfFacility, "99.99")
	require.Equal(t, fault.LimitExceeded, f.Code)
	a, f = a.Free(facility.OfFacility, "60.5")
	a = must(t, a, f)
	require.Equal(t, "39.5", a.Used)
	require.True(t, a.InUse())
	_, f = a.Free(facility.OfFacility, "39.51")
	require.Equal(t, fault.ContentMismatch, f.Code)
	a, f = a.Free(facility.OfFacility, "39.5")
	require.False(t, must(t, a, f).InUse())
}

func TestAmountsAreDecimalTexts(t *testing.T) {
	for _, bad := range []string{"", "x", "-1", "1e", "NaN"} {
		for _, try := range []func() (facility.Account, *fault.Fault){
			func() (facility.Account, *fault.Fault) { return facility.Account{}.Reserve(facility.OfFacility, bad) },
			func() (facility.Account, *fault.Fault) { return facility.Account{}.Free(facility.OfFacility, bad) },
		} {
			_, f := try()
			require.Equal(t, fault.Invalid, f.Code, bad)
		}
		require.False(t, facility.Covers("10", bad))
		require.False(t, facility.Covers(bad, "10"))
	}
	require.True(t, facility.Covers("10", "10.00"))
	require.False(t, facility.Covers("10", "10.000001"))
	left, f := facility.Left("0.30", "0.1")
	require.Equal(t, "0.2", must(t, left, f))
	for _, bad := range []string{"0", "0.3", "0.31", "-0.1", "x", ""} {
		_, f := facility.Left("0.30", bad)
		require.Equal(t, []any{fault.Invalid, "/content/amount"}, []any{f.Code, f.At}, bad)
	}
}

// Whatever is reserved, freed and limited in whatever order: what is used is the sum of what is reserved and not freed, never
// negative, never above the limit, and a refusal changes nothing.
func TestUsedIsTheSumOfWhatIsReserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := facility.Account{}
		limit, open, total := decimal.Zero, []decimal.Decimal{}, decimal.Zero
		amount := func() decimal.Decimal {
			return decimal.New(rapid.Int64Range(0, 10_000_000).Draw(t, "amount"), -6+rapid.Int32Range(0, 4).Draw(t, "places"))
		}
		limited := false
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "act") {
			case 0:
				want := amount()
				next, f := a.Limited(facility.OfFacility, want.String())
				require.Equal(t, total.GreaterThan(want), f != nil)
				if f == nil {
					a, limit, limited = next, want, true
				}
			case 1, 2:
				want := amount()
				next, f := a.Reserve(facility.OfFacility, want.String())
				require.Equal(t, limited && total.Add(want).GreaterThan(limit), f != nil)
				if f == nil {
					a, open, total = next, append(open, want), total.Add(want)
				}
			case 3:
				if len(open) == 0 {
					continue
				}
				i := rapid.IntRange(0, len(open)-1).Draw(t, "which")
				next, f := a.Free(facility.OfFacility, open[i].String())
				a, total = must(t, next, f), total.Sub(open[i])
				open = append(open[:i:i], open[i+1:]...)
			}
			used := decimal.Zero
			if a.Used != "" {
				used = decimal.RequireFromString(a.Used)
			}
			require.True(t, used.Equal(total), "%s is used, %s reserved", used, total)
			require.False(t, used.IsNegative() || limited && used.GreaterThan(limit))
		}
	})
}
