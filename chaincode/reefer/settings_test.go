package reefer_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/reefer"
)

func TestSetpointsThatAReeferCanHold(t *testing.T) {
	for _, row := range []struct {
		value, unit string
		want        []reefer.Problem
	}{
		{"", "", nil},
		{"-70", "CEL", nil}, {"-70.01", "CEL", at(reefer.SetPointRange, "/temperatureSetpoint")},
		{"35", "CEL", nil}, {"35.0001", "CEL", at(reefer.SetPointRange, "/temperatureSetpoint")},
		{"-94", "FAH", nil}, {"-94.1", "FAH", at(reefer.SetPointRange, "/temperatureSetpoint")}, // -94 °F is -70 °C
		{"95", "FAH", nil}, {"95.1", "FAH", at(reefer.SetPointRange, "/temperatureSetpoint")}, // 95 °F is 35 °C
		{"40", "FAH", nil}, {"40", "CEL", at(reefer.SetPointRange, "/temperatureSetpoint")},
		{"-18", "", at(reefer.SetPointAndUnit, "/temperatureUnit")},
		{"", "CEL", at(reefer.SetPointAndUnit, "/temperatureUnit")},
		{"255", "KEL", at(reefer.SetPointAndUnit, "/temperatureUnit")},
		{"1e9999", "CEL", at(reefer.NumberSize, "/temperatureSetpoint")},
		{"1e-9999", "FAH", at(reefer.NumberSize, "/temperatureSetpoint")},
	} {
		s := reefer.Settings{Temperature: opt(row.value), TemperatureUnit: row.unit}
		require.Equal(t, row.want, s.Problems(), "%s %s", row.value, row.unit)
	}
	endless := decimal.New(1, math.MaxInt32) // text cannot say this, but a program can
	s := reefer.Settings{Temperature: &endless, TemperatureUnit: "CEL"}
	require.Equal(t, at(reefer.NumberSize, "/temperatureSetpoint"), s.Problems())
}

func TestHumidityAndGasesArePartsOfAHundred(t *testing.T) {
	for _, row := range []struct {
		humidity, o2, co2 string
		want              []reefer.Problem
	}{
		{"0", "0", "0", nil}, {"100", "60", "40", nil}, {"", "", "", nil}, {"", "100", "", nil},
		{"", "60", "40.01", at(reefer.GasesWithin100, "/co2Setpoint")},
		{"100.1", "", "", at(reefer.Percent, "/humiditySetpoint")},
		{"-0.1", "", "", at(reefer.Percent, "/humiditySetpoint")},
		{"", "-1", "", at(reefer.Percent, "/o2Setpoint")},
		{"", "", "1e100", at(reefer.NumberSize, "/co2Setpoint")},
	} {
		s := reefer.Settings{Humidity: opt(row.humidity), O2: opt(row.o2), CO2: opt(row.co2)}
		require.Equal(t, row.want, s.Problems(), "%+v", row)
	}
}

func TestAirExchangeHasAUnit(t *testing.T) {
	for _, row := range []struct {
		value, unit string
		want        []reefer.Problem
	}{
		{"25", "MQH", nil}, {"15", "FQH", nil}, {"0", "MQH", nil}, {"", "", nil},
		{"25", "", at(reefer.AirExchangeAndUnit, "/airExchangeUnit")},
		{"", "MQH", at(reefer.AirExchangeAndUnit, "/airExchangeUnit")},
		{"-1", "MQH", at(reefer.NotNegative, "/airExchangeSetpoint")},
		{"1e99", "MQH", at(reefer.NumberSize, "/airExchangeSetpoint")},
	} {
		s := reefer.Settings{AirExchange: opt(row.value), AirExchangeUnit: row.unit}
		require.Equal(t, row.want, s.Problems(), "%+v", row)
	}
}

func TestOnlyAnOperatingReeferHasSettings(t *testing.T) {
	s := reefer.Settings{Temperature: num("-18"), TemperatureUnit: "CEL"}
	for _, cools := range []string{"22R1", "45R1", "45RT", "22H0"} {
		require.Empty(t, s.ProblemsOn(cools, false), cools)
		require.Equal(t, at(reefer.OperatingReeferOnly, ""), s.ProblemsOn(cools, true), cools)
	}
	for _, dry := range []string{"22G1", "45G1", "22H5", "4532", ""} {
		require.Equal(t, at(reefer.OperatingReeferOnly, ""), s.ProblemsOn(dry, false), dry)
	}
}

func frozenSettings() reefer.Settings {
	return reefer.Settings{
		Temperature: num("-18"), TemperatureUnit: "CEL", Humidity: num("85"), O2: num("21"), CO2: num("0"),
		AirExchange: num("25"), AirExchangeUnit: "MQH", VentilationOpen: ptr(false), DrainholesOpen: ptr(true),
	}
}

func TestEachDifferingFieldIsNamed(t *testing.T) {
	bill := frozenSettings()
	for _, row := range []struct {
		name   string
		change func(*reefer.Settings)
		want   []string
	}{
		{"nothing", func(*reefer.Settings) {}, nil},
		{"the same number otherwise written", func(s *reefer.Settings) { s.Temperature = num("-18.00") }, nil},
		{"the same temperature in Fahrenheit", func(s *reefer.Settings) { s.Temperature, s.TemperatureUnit = num("-0.4"), "FAH" }, nil},
		{"the same number in another unit", func(s *reefer.Settings) { s.TemperatureUnit = "FAH" }, []string{"temperatureSetpoint"}},
		{"a set-point left out", func(s *reefer.Settings) { s.Temperature, s.TemperatureUnit = nil, "" }, []string{"temperatureSetpoint"}},
		{"cubic feet for cubic metres", func(s *reefer.Settings) { s.AirExchangeUnit = "FQH" }, []string{"airExchangeSetpoint"}},
		{"a boolean left out", func(s *reefer.Settings) { s.VentilationOpen = nil }, []string{"isVentilationOpen"}},
		{"a boolean turned", func(s *reefer.Settings) { s.DrainholesOpen = ptr(false) }, []string{"isDrainholesOpen"}},
		{"several", func(s *reefer.Settings) { s.CO2, s.O2, s.BulbMode = num("5"), num("3"), ptr(true) },
			[]string{"o2Setpoint", "co2Setpoint", "isBulbMode"}},
		{"flags", func(s *reefer.Settings) {
			s.ColdTreatment, s.ControlledAtmosphere, s.Humidity = ptr(true), ptr(true), num("84")
		},
			[]string{"humiditySetpoint", "isColdTreatmentRequired", "isControlledAtmosphereRequired"}},
	} {
		line := frozenSettings()
		row.change(&line)
		require.Equal(t, row.want, line.Differences(bill), row.name)
		require.Equal(t, row.want, bill.Differences(line), "%s, the other way", row.name)
		require.Len(t, line.ProblemsAgainst(bill, " "), len(row.want), "%s: a blank is no reason", row.name)
		require.Empty(t, line.ProblemsAgainst(bill, "shipper's amendment 3"), row.name)
	}
	line := frozenSettings()
	line.Temperature = num("-20")
	require.Equal(t, at(reefer.AsInBill, "/temperatureSetpoint"), line.ProblemsAgainst(bill, ""))
}

func TestAnAirExchangeIsTheSameInExactlyConvertedFeet(t *testing.T) {
	metres := reefer.Settings{AirExchange: num("2.8316846592"), AirExchangeUnit: "MQH"}
	feet := reefer.Settings{AirExchange: num("100"), AirExchangeUnit: "FQH"}
	require.Empty(t, metres.Differences(feet))
}

func TestSettingsAreReadAsDCSAWritesThem(t *testing.T) {
	var s reefer.Settings
	require.NoError(t, json.Unmarshal([]byte(`{"temperatureSetpoint":-1.5,"temperatureUnit":"CEL","o2Setpoint":3,"isBulbMode":true}`), &s))
	require.Empty(t, s.Problems())
	require.Empty(t, s.Differences(reefer.Settings{Temperature: num("-1.5"), TemperatureUnit: "CEL", O2: num("3"), BulbMode: ptr(true)}))
}

func TestDifferencesAreMutualAndNoneFromItself(t *testing.T) {
	number := rapid.SampledFrom([]string{"", "-18", "-18.0", "0", "-0.4", "100", "1e9999"})
	flag := rapid.SampledFrom([]*bool{nil, ptr(false), ptr(true)})
	settings := rapid.Custom(func(t *rapid.T) reefer.Settings {
		return reefer.Settings{
			Temperature: opt(number.Draw(t, "t")), TemperatureUnit: rapid.SampledFrom([]string{"", "CEL", "FAH", "K"}).Draw(t, "unit"),
			O2: opt(number.Draw(t, "o2")), AirExchange: opt(number.Draw(t, "air")),
			AirExchangeUnit: rapid.SampledFrom([]string{"", "MQH", "FQH"}).Draw(t, "airUnit"), BulbMode: flag.Draw(t, "bulb"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := settings.Draw(t, "a"), settings.Draw(t, "b")
		require.Equal(t, a.Differences(b), b.Differences(a))
		if len(a.Problems()) == 0 {
			require.Empty(t, a.Differences(a))
		}
	})
}
