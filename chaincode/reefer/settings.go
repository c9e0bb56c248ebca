package reefer

import (
	"strings"

	"github.com/shopspring/decimal"

	"portledger/chaincode/identifier"
)

// Settings are DCSA's ActiveReeferSettings (EBL 3.0.4) as a bill or a release line states them. A field that is nil or
// empty is not stated. They are for reading: a decimal is written as text, where DCSA wants a JSON number.
type Settings struct {
	Temperature          *decimal.Decimal `json:"temperatureSetpoint,omitempty"`
	TemperatureUnit      string           `json:"temperatureUnit,omitempty"`     // CEL or FAH
	O2                   *decimal.Decimal `json:"o2Setpoint,omitempty"`          // %
	CO2                  *decimal.Decimal `json:"co2Setpoint,omitempty"`         // %
	Humidity             *decimal.Decimal `json:"humiditySetpoint,omitempty"`    // % relative
	AirExchange          *decimal.Decimal `json:"airExchangeSetpoint,omitempty"` // fresh air per hour
	AirExchangeUnit      string           `json:"airExchangeUnit,omitempty"`     // MQH (m³/h) or FQH (ft³/h)
	VentilationOpen      *bool            `json:"isVentilationOpen,omitempty"`
	DrainholesOpen       *bool            `json:"isDrainholesOpen,omitempty"`
	BulbMode             *bool            `json:"isBulbMode,omitempty"`
	ColdTreatment        *bool            `json:"isColdTreatmentRequired,omitempty"`
	ControlledAtmosphere *bool            `json:"isControlledAtmosphereRequired,omitempty"`
}

// Setpoint is the set-point as stated; false when there is none that can be computed with.
func (s Settings) Setpoint() (Temperature, bool) {
	if s.Temperature == nil {
		return Temperature{}, false
	}
	t := Temperature{Value: *s.Temperature, Unit: s.TemperatureUnit}
	return t, t.IsKnown()
}

// Units of air exchange (UN Rec 20).
const (
	MQH = "MQH" // cubic metre per hour
	FQH = "FQH" // cubic foot per hour
)

var hundred = decimal.NewFromInt(100)

// Problems checks the settings alone: what a marine reefer can be set to (domain facts 4.5).
func (s Settings) Problems() []Problem {
	var found list
	s.temperatureProblems(&found)
	s.airExchangeProblems(&found)
	found.percent(s.Humidity, "/humiditySetpoint")
	o2 := found.percent(s.O2, "/o2Setpoint")
	co2 := found.percent(s.CO2, "/co2Setpoint")
	if o2 && co2 && s.O2 != nil && s.CO2 != nil {
		found.unless(s.O2.Add(*s.CO2).Cmp(hundred) <= 0, "/co2Setpoint", GasesWithin100)
	}
	return found
}

func (s Settings) temperatureProblems(found *list) {
	const at = "/temperatureSetpoint"
	if s.Temperature == nil || !found.sized(s.Temperature, at) {
		found.unless(s.Temperature != nil || s.TemperatureUnit == "", "/temperatureUnit", SetPointAndUnit)
		return
	}
	t, known := s.Setpoint()
	found.unless(known, "/temperatureUnit", SetPointAndUnit)
	found.unless(!known || t.within(coldest, warmest), at, SetPointRange)
}

func (s Settings) airExchangeProblems(found *list) {
	const at = "/airExchangeSetpoint"
	if s.AirExchange == nil || !found.sized(s.AirExchange, at) {
		found.unless(s.AirExchange != nil || s.AirExchangeUnit == "", "/airExchangeUnit", AirExchangeAndUnit)
		return
	}
	found.unless(s.AirExchangeUnit == MQH || s.AirExchangeUnit == FQH, "/airExchangeUnit", AirExchangeAndUnit)
	found.unless(s.AirExchange.Sign() >= 0, at, NotNegative)
}

// percent answers whether a number that is stated can be computed with.
func (l *list) percent(n *decimal.Decimal, at string) bool {
	if !l.sized(n, at) {
		return false
	}
	l.unless(n == nil || (n.Sign() >= 0 && n.Cmp(hundred) <= 0), at, Percent)
	return true
}

// ProblemsOn checks the settings on their container: only a container that can cool (ISO 6346 type R, or H with a unit)
// and is carried running has any. nonOperating is DCSA's isNonOperatingReefer, a reefer carried as a dry box (冷代干).
func (s Settings) ProblemsOn(isoEquipmentCode string, nonOperating bool) []Problem {
	var found list
	found.unless(identifier.IsReefer(isoEquipmentCode) && !nonOperating, "", OperatingReeferOnly)
	return append(found, s.Problems()...)
}

// cubicFoot is a cubic foot in cubic metres, exactly: (0.3048 m)³.
var cubicFoot = decimal.New(28316846592, -12)

// Differences names the fields, by their DCSA names, in which two settings differ. The same set-point or air exchange in
// another unit is no difference. A field that only one of them states is one, a boolean too: vents that nobody mentioned
// are not vents that were ordered shut.
func (s Settings) Differences(other Settings) []string {
	rows := []struct {
		name string
		same bool
	}{
		{"temperatureSetpoint", s.sameTemperature(other)},
		{"o2Setpoint", sameNumber(s.O2, other.O2)},
		{"co2Setpoint", sameNumber(s.CO2, other.CO2)},
		{"humiditySetpoint", sameNumber(s.Humidity, other.Humidity)},
		{"airExchangeSetpoint", s.sameAirExchange(other)},
		{"isVentilationOpen", sameBool(s.VentilationOpen, other.VentilationOpen)},
		{"isDrainholesOpen", sameBool(s.DrainholesOpen, other.DrainholesOpen)},
		{"isBulbMode", sameBool(s.BulbMode, other.BulbMode)},
		{"isColdTreatmentRequired", sameBool(s.ColdTreatment, other.ColdTreatment)},
		{"isControlledAtmosphereRequired", sameBool(s.ControlledAtmosphere, other.ControlledAtmosphere)},
	}
	var names []string
	for _, r := range rows {
		if !r.same {
			names = append(names, r.name)
		}
	}
	return names
}

// ProblemsAgainst checks a release line's settings against the bill's: they are copied from it, and each field that
// differs is a problem unless a reason is given (domain facts 4.5, the line's settingsDifferenceReason).
func (s Settings) ProblemsAgainst(bill Settings, reason string) []Problem {
	if strings.TrimSpace(reason) != "" {
		return nil
	}
	var found list
	for _, name := range s.Differences(bill) {
		found.unless(false, "/"+name, AsInBill)
	}
	return found
}

func (s Settings) sameTemperature(other Settings) bool {
	a, aKnown := s.Setpoint()
	b, bKnown := other.Setpoint()
	if aKnown && bKnown {
		return a.Cmp(b) == 0
	}
	// What cannot be computed is the same only if it is written the same; mostly both state none.
	return s.TemperatureUnit == other.TemperatureUnit && sameNumber(s.Temperature, other.Temperature)
}

func (s Settings) sameAirExchange(other Settings) bool {
	if s.AirExchangeUnit == other.AirExchangeUnit {
		return sameNumber(s.AirExchange, other.AirExchange)
	}
	a, aKnown := s.cubicMetres()
	b, bKnown := other.cubicMetres()
	return aKnown && bKnown && a.Cmp(b) == 0
}

// cubicMetres is the air exchange in cubic metres per hour, exactly.
func (s Settings) cubicMetres() (decimal.Decimal, bool) {
	if s.AirExchange == nil || !isSized(*s.AirExchange) || (s.AirExchangeUnit != MQH && s.AirExchangeUnit != FQH) {
		return decimal.Decimal{}, false
	}
	if s.AirExchangeUnit == FQH {
		return s.AirExchange.Mul(cubicFoot), true
	}
	return *s.AirExchange, true
}

// sameNumber compares by value: 1.0 is 1. Numbers of an insane size are never the same as another.
func sameNumber(a, b *decimal.Decimal) bool {
	if a == nil || b == nil {
		return a == b
	}
	return isSized(*a) && isSized(*b) && a.Cmp(*b) == 0
}

func sameBool(a, b *bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
