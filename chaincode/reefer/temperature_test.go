package reefer_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/reefer"
)

func TestTheClassAndTheAirOfASetpoint(t *testing.T) {
	for _, row := range []struct {
		setpoint reefer.Temperature
		class    reefer.Class
		air      reefer.Air
	}{
		{celsius("-70"), reefer.DeepFrozen, reefer.ReturnAir},
		{celsius("-25"), reefer.DeepFrozen, reefer.ReturnAir},
		{celsius("-24.9"), reefer.Frozen, reefer.ReturnAir},
		{celsius("-18"), reefer.Frozen, reefer.ReturnAir},
		{celsius("-17.9"), "", reefer.ReturnAir},
		{celsius("-10"), "", reefer.ReturnAir},
		{celsius("-9.9"), "", reefer.SupplyAir},
		{celsius("-1.6"), "", reefer.SupplyAir},
		{celsius("-1.5"), reefer.Chilled, reefer.SupplyAir},
		{celsius("8"), reefer.Chilled, reefer.SupplyAir},
		{celsius("8.1"), reefer.Controlled, reefer.SupplyAir},
		{celsius("25"), reefer.Controlled, reefer.SupplyAir},
		{celsius("25.1"), "", reefer.SupplyAir},
		{fahrenheit("-13"), reefer.DeepFrozen, reefer.ReturnAir}, // -25 °C
		{fahrenheit("-0.4"), reefer.Frozen, reefer.ReturnAir},    // -18 °C
		{fahrenheit("0"), "", reefer.ReturnAir},                  // -17.78 °C: warmer than frozen
		{fahrenheit("14"), "", reefer.ReturnAir},                 // -10 °C
		{fahrenheit("29.3"), reefer.Chilled, reefer.SupplyAir},   // -1.5 °C
		{reefer.Temperature{Value: dec("250"), Unit: "KEL"}, "", reefer.SupplyAir},
		{celsius("-1e9999"), "", reefer.SupplyAir},
	} {
		class, ok := reefer.ClassOf(row.setpoint)
		require.Equal(t, row.class, class, "%v", row.setpoint)
		require.Equal(t, row.class != "", ok)
		require.Equal(t, row.air, reefer.AirFor(row.setpoint), "%v", row.setpoint)
	}
}

func TestASetpointMayLieInTwoClasses(t *testing.T) {
	require.True(t, reefer.Frozen.Holds(celsius("-30")))
	require.True(t, reefer.DeepFrozen.Holds(celsius("-30")))
	require.True(t, reefer.Chilled.Holds(celsius("8")))
	require.True(t, reefer.Controlled.Holds(celsius("8")))
	require.False(t, reefer.DeepFrozen.Holds(celsius("-24.9")))
	require.False(t, reefer.Class("WARM").Holds(celsius("8")))
}

func TestFahrenheitIsComparedExactlyAndRoundedOnlyForBands(t *testing.T) {
	require.Zero(t, fahrenheit("-40").Cmp(celsius("-40")))
	require.Positive(t, fahrenheit("0").Cmp(celsius("-17.777778")))
	require.Equal(t, "-17.777778", fahrenheit("0").InCelsius().String())
	require.Equal(t, "-18", fahrenheit("-0.4").InCelsius().String())
	require.Equal(t, "3.25", celsius("3.25").InCelsius().String())
}

func TestTheNamedClassHoldsItsSetpoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tenths := rapid.Int64Range(-800, 400).Draw(t, "tenths")
		setpoint := celsius(decimalTenths(tenths))
		if class, ok := reefer.ClassOf(setpoint); ok {
			require.True(t, class.Holds(setpoint))
		}
	})
}
