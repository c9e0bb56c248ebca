package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
)

func charges(status string) func(*release.OrderRequest) {
	return func(r *release.OrderRequest) {
		r.Charges = release.Charges{Status: status, Commitment: "c2", Seal: "s2"}
	}
}

func waiver(code string) func(*release.OrderRequest) {
	return func(r *release.OrderRequest) { r.Waiver = code }
}

func TestAnOpenStatementOpensTheGateOfItsPayeeAlone(t *testing.T) {
	for from, to := range map[lifecycle.State]lifecycle.State{release.Requested: release.Requested, release.ChargesCleared: release.Requested,
		release.CustomsReleased: release.Requested, release.Issued: release.Issued, release.Delegated: release.Delegated,
		release.PartiallyExpired: release.PartiallyExpired, release.GatedOut: release.GatedOut} {
		o, err := in(from).Apply(ask(release.PresentCharges, "carrier", charges(release.Presented)))
		require.NoError(t, err)
		require.Equal(t, to, o.State)
		require.Empty(t, o.CarrierCharges)
		require.Equal(t, in(from).TerminalCharges, o.TerminalCharges)
		o, err = o.Apply(ask(release.SettleCharges, "carrier", charges("CREDIT")))
		require.NoError(t, err)
		require.Equal(t, from, o.State, "the header is where it was")
		require.Equal(t, "CREDIT", o.CarrierCharges)
	}
}

func TestAWaiverOfAStatementIsRefusedInThisOrder(t *testing.T) {
	refused(t, fault.WrongParty, "", stated(), ask(release.WaiveCharges, "buyer", waiver("")))
	refused(t, fault.NoStatement, "", in(release.Requested), ask(release.WaiveCharges, "carrier", waiver("")))
	refused(t, fault.AlreadyCleared, "", stated(), ask(release.WaiveCharges, "terminal", waiver("")))
	for _, code := range []string{"", "CARRIER_FAULT", "inspection_clean"} {
		refused(t, fault.Invalid, "/waiver", stated(), ask(release.WaiveCharges, "carrier", waiver(code)))
	}
	for _, code := range release.ChargeWaivers {
		o, err := stated().Apply(ask(release.WaiveCharges, "carrier", waiver(code), charges("WAIVED")))
		require.NoError(t, err)
		require.Equal(t, "WAIVED", o.CarrierCharges)
	}
}

func TestAnExtensionNeedsTheCarriersMoneyFirst(t *testing.T) {
	soon := func(r *release.OrderRequest) { r.ValidTo = "tomorrow" }
	for _, state := range []lifecycle.State{release.Issued, release.Accepted, release.Delegated, release.PartiallyExpired} {
		o := in(state)
		o.CarrierStatement.Status = release.Presented
		refused(t, fault.ChargesOutstanding, "", o, ask(release.Extend, "carrier", soon))
		o = in(state)
		o.TerminalStatement.Status = release.Presented
		_, err := o.Apply(ask(release.Extend, "carrier"))
		require.NoError(t, err, "storage is another payee's")
	}
}
