package content

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/fixtures"
)

func TestCollectChargesOfABill(t *testing.T) {
	bill := string(fixtures.Read("bill-order.json"))
	none, err := CollectCharges([]byte(bill))
	require.NoError(t, err)
	require.Empty(t, none)
	all, err := CollectCharges([]byte(strings.ReplaceAll(bill, `"paymentTermCode": "PRE"`, `"paymentTermCode": "COL"`)))
	require.NoError(t, err)
	require.Equal(t, []Collect{{"Ocean freight", "USD", "9640.50"}, {"Reefer surcharge", "USD", "700.00"}}, all)
}

func TestTheFormOfChargesIsChecked(t *testing.T) {
	checker, err := New()
	require.NoError(t, err)
	for _, name := range []string{"charge-statement", "charge-statement-later", "charge-statement-terminal", "charge-statement-collect"} {
		require.NoError(t, checker.Check(KindChargeStatement, fixtures.Read(name+".json")), name)
	}
	for _, bad := range []string{`{"lines":[]}`, `{"lines":[{"code":"DEM","amount":"0"}]}`, `{"lines":[{"code":"THC"}]}`, `{"paid":true}`, `{"reference":" "}`} {
		require.Error(t, checker.Check(KindSettlement, []byte(bad)), bad)
	}
	require.NoError(t, checker.Check(KindSettlement, []byte(`{}`)))
}
