package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

func TestWhatAccruedIsSettledFirst(t *testing.T) {
	require.Nil(t, rules.Accrued(false, "carrier"))
	f := rules.Accrued(true, "terminal")
	require.Equal(t, fault.ChargesOutstanding, f.Code)
	require.Equal(t, "X-16", f.Rule)
	require.Equal(t, "terminal", f.Args["payee"])
}

func TestAStatementListsTheFreightOfTheBill(t *testing.T) {
	ocean, surcharge := rules.Collect{Name: "Ocean freight", Currency: "USD", Amount: "9640.50"}, rules.Collect{Name: "Surcharge", Currency: "USD", Amount: "700.00"}
	cheaper := ocean
	cheaper.Amount = "9640.49"
	require.Nil(t, rules.Freight(nil, nil), "prepaid never stands in the way")
	require.Nil(t, rules.Freight([]rules.Collect{ocean, surcharge}, []rules.Collect{ocean, surcharge}))
	for name, stated := range map[string][]rules.Collect{"none": nil, "one": {ocean}, "another order": {surcharge, ocean}, "more": {ocean, surcharge, surcharge}, "less money": {cheaper, surcharge}} {
		f := rules.Freight([]rules.Collect{ocean, surcharge}, stated)
		require.NotNil(t, f, name)
		require.Equal(t, fault.ContentMismatch, f.Code)
		require.Equal(t, "X-15", f.Rule)
		require.Equal(t, "/content/freightCollect", f.At)
	}
	require.NotNil(t, rules.Freight(nil, []rules.Collect{ocean}), "nothing is collected that the bill does not say")
}
