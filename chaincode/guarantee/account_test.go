package guarantee_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
)

func fixed(amount string) guarantee.Limit {
	return guarantee.Limit{Type: "FIXED", Amount: amount, Currency: "USD"}
}

func opened(t require.TestingT, l guarantee.Limit) guarantee.Account {
	a, f := guarantee.Open(l)
	require.Nil(t, f)
	return a
}

func TestAPercentageOfTheValueIsAnAmount(t *testing.T) {
	a := opened(t, guarantee.Limit{Type: "PERCENT_OF_CIF", Percent: "200", Value: "285600.00", Currency: "USD"})
	require.Equal(t, guarantee.Account{Amount: "571200", Currency: "USD", Paid: "0", Remaining: "571200"}, a)
	a = opened(t, guarantee.Limit{Type: "PERCENT_OF_CIF", Percent: "33.333333", Value: "0.000005", Currency: "USD"})
	require.Equal(t, "0.000001", a.Amount, "cut, never rounded up")
}

func TestWhatHasNoLimitIsNeverExhausted(t *testing.T) {
	a := opened(t, guarantee.Limit{Type: "UNLIMITED"})
	a, f := a.Demand("999999999.99", "CNY")
	require.Nil(t, f)
	a, f = a.Pay()
	require.Nil(t, f)
	require.Equal(t, guarantee.Account{}, a)
	require.False(t, a.Exhausted())
}

func TestADemandStaysWithinWhatRemains(t *testing.T) {
	a := opened(t, fixed("100.10"))
	for _, c := range []struct {
		amount, currency string
		code             fault.Code
		at               string
	}{
		{"100.11", "USD", fault.AmountExceeded, "/content/amount"},
		{"100.10", "CNY", fault.Invalid, "/content/currency"},
		{"100.11", "CNY", fault.Invalid, "/content/currency"},
		{"-1", "USD", fault.Invalid, "/content/amount"},
		{"much", "USD", fault.Invalid, "/content/amount"},
	} {
		same, f := a.Demand(c.amount, c.currency)
		require.NotNil(t, f, c)
		require.Equal(t, c.code, f.Code, c)
		require.Equal(t, c.at, f.At, c)
		require.Equal(t, a, same)
	}
	whole := fixed("100.10")
	whole.Whole = true
	_, f := opened(t, whole).Demand("50", "USD")
	require.Equal(t, fault.AmountExceeded, f.Code, "partial demands are excluded: URDG 758 art 17")
	_, f = opened(t, whole).Demand("100.1", "USD")
	require.Nil(t, f)
}

func TestAnAmendmentCannotTakeBackWhatWasPaid(t *testing.T) {
	a, _ := opened(t, fixed("100")).Demand("60", "USD")
	a, f := a.Pay()
	require.Nil(t, f)
	_, f = a.Amend(fixed("59.99"))
	require.Equal(t, fault.AmountExceeded, f.Code)
	other := fixed("500")
	other.Currency = "CNY"
	_, f = a.Amend(other)
	require.Equal(t, fault.Invalid, f.Code)
	a, f = a.Amend(fixed("60"))
	require.Nil(t, f)
	require.True(t, a.Exhausted())
}

// Money is never made: over any sequence of demands, payments, rejections and amendments what was paid and what remains
// add up to the amount, neither is negative, and a refused step changes nothing.
func TestMoneyIsNeverMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Custom(func(t *rapid.T) string {
			return decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "units"), -int32(rapid.IntRange(0, 6).Draw(t, "places"))).String()
		})
		a := opened(t, fixed(amount.Draw(t, "limit")))
		paid := decimal.Zero
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before := a
			var f *fault.Fault
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				a, f = a.Demand(amount.Draw(t, "demand"), "USD")
			case 1:
				if a.Demanded == "" {
					continue
				}
				asked := decimal.RequireFromString(a.Demanded)
				if a, f = a.Pay(); f == nil {
					paid = paid.Add(asked)
				}
			case 2:
				a = a.Dismiss()
			case 3:
				if a.Demanded != "" { // amended only while nothing is claimed
					continue
				}
				a, f = a.Amend(fixed(amount.Draw(t, "amended")))
			}
			if f != nil {
				require.Equal(t, before, a, "a refused step changes nothing")
			}
			left := decimal.RequireFromString(a.Remaining)
			require.True(t, paid.Equal(decimal.RequireFromString(a.Paid)), "what was paid stays paid")
			require.True(t, paid.Add(left).Equal(decimal.RequireFromString(a.Amount)))
			require.False(t, left.IsNegative())
			require.Equal(t, left.IsZero(), a.Exhausted())
		}
	})
}
