package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

func TestX14AContainerIsTheShippersByTheBill(t *testing.T) {
	require.Nil(t, rules.OwnedAlike(true, true, "/content/lines/0"))
	require.Nil(t, rules.OwnedAlike(false, false, "/content/lines/0"))
	for _, bill := range []bool{true, false} {
		f := rules.OwnedAlike(bill, !bill, "/content/lines/0")
		require.Equal(t, fault.Invalid, f.Code)
		require.Equal(t, "X-14", f.Rule)
		require.Equal(t, "/content/lines/0/isShipperOwned", f.At)
	}
}
