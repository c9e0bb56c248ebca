package content

import (
	"math/big"

	"github.com/go-json-experiment/json/jsontext"
)

// reeferSettings are DCSA's ActiveReeferSettings as far as rules look at them. Numbers stay text.
type reeferSettings struct {
	Temperature     jsontext.Value `json:"temperatureSetpoint"`
	TemperatureUnit string         `json:"temperatureUnit"`
	O2              jsontext.Value `json:"o2Setpoint"`
	CO2             jsontext.Value `json:"co2Setpoint"`
	Humidity        jsontext.Value `json:"humiditySetpoint"`
	AirExchange     jsontext.Value `json:"airExchangeSetpoint"`
	AirExchangeUnit string         `json:"airExchangeUnit"`
}

// Set-points that a marine reefer can hold, in degrees Celsius.
var coldest, warmest = number("-70"), number("35")

func reeferSettingsProblems(found *list, at string, s reeferSettings) {
	found.unless((s.Temperature == nil) == (s.TemperatureUnit == ""), at+"/temperatureUnit", "set-point-and-unit")
	found.unless((s.AirExchange == nil) == (s.AirExchangeUnit == ""), at+"/airExchangeUnit", "air-exchange-and-unit")
	if s.Temperature != nil {
		celsius := celsiusOf(string(s.Temperature), s.TemperatureUnit)
		found.unless(within(celsius, coldest, warmest), at+"/temperatureSetpoint", "set-point-range")
	}
	hundred := number("100")
	found.unless(within(number(string(s.Humidity)), new(big.Rat), hundred), at+"/humiditySetpoint", "percent")
	gases := number(string(s.O2))
	gases.Add(gases, number(string(s.CO2)))
	found.unless(gases.Cmp(hundred) <= 0, at+"/co2Setpoint", "gases-within-100")
}

// celsiusOf converts exactly: a Fahrenheit degree is 5/9 of a Celsius degree.
func celsiusOf(degrees, unit string) *big.Rat {
	t := number(degrees)
	if unit == "FAH" {
		t.Sub(t, number("32"))
		t.Mul(t, big.NewRat(5, 9))
	}
	return t
}

func within(n, low, high *big.Rat) bool { return n.Cmp(low) >= 0 && n.Cmp(high) <= 0 }

// classHolds tells whether a set-point lies in the temperature class that a release line states.
func classHolds(class string, celsius *big.Rat) bool {
	switch class {
	case "DEEP_FROZEN":
		return celsius.Cmp(number("-25")) <= 0
	case "FROZEN":
		return celsius.Cmp(number("-18")) <= 0
	case "CHILLED":
		return within(celsius, number("-1.5"), number("8"))
	case "CONTROLLED":
		return within(celsius, number("8"), number("25"))
	}
	return false
}
