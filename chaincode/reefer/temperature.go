package reefer

import "github.com/shopspring/decimal"

// Units of temperature (UN Rec 20), as documents write them.
const (
	CEL = "CEL" // degree Celsius 摄氏度
	FAH = "FAH" // degree Fahrenheit 华氏度
)

// Temperature is a temperature as a document states it. It is compared as it stands: 0 °F is -17.78 °C without end, and
// rounding it would move it across a limit.
type Temperature struct {
	Value decimal.Decimal
	Unit  string // CEL or FAH
}

// Celsius makes a temperature of degrees Celsius.
func Celsius(degrees decimal.Decimal) Temperature { return Temperature{Value: degrees, Unit: CEL} }

// IsKnown tells whether the unit is one of ours and the value has a sane size. All other questions are answered only
// for known temperatures; for others the answer is no.
func (t Temperature) IsKnown() bool { return (t.Unit == CEL || t.Unit == FAH) && isSized(t.Value) }

var (
	freezing = decimal.NewFromInt(32) // of water, in °F
	five     = decimal.NewFromInt(5)
	nine     = decimal.NewFromInt(9)
)

// ninths is nine times the temperature in degrees Celsius, which is exact: a Fahrenheit degree is 5/9 of a Celsius degree.
func (t Temperature) ninths() decimal.Decimal {
	if t.Unit == FAH {
		return t.Value.Sub(freezing).Mul(five)
	}
	return t.Value.Mul(nine)
}

// Cmp compares two known temperatures exactly, whatever their units.
func (t Temperature) Cmp(other Temperature) int { return t.ninths().Cmp(other.ninths()) }

// celsiusPlaces is finer than any probe by four digits.
const celsiusPlaces = 6

// InCelsius gives a known temperature in degrees Celsius, rounded to six places when it is stated in Fahrenheit. It is for
// bands around a set-point; limits are compared with Cmp.
func (t Temperature) InCelsius() decimal.Decimal {
	if t.Unit == FAH {
		return t.ninths().DivRound(nine, celsiusPlaces)
	}
	return t.Value
}

// within tells whether low <= t <= high, both in degrees Celsius.
func (t Temperature) within(low, high decimal.Decimal) bool {
	return t.IsKnown() && t.Cmp(Celsius(low)) >= 0 && t.Cmp(Celsius(high)) <= 0
}

// Class is the temperature class that a release line states.
type Class string

// The classes (domain facts 4.5). There is none between -18 and -1.5 °C nor above 25 °C.
const (
	DeepFrozen Class = "DEEP_FROZEN" // 深冷, at most -25 °C
	Frozen     Class = "FROZEN"      // 冷冻, at most -18 °C
	Chilled    Class = "CHILLED"     // 冷藏, -1.5 to 8 °C
	Controlled Class = "CONTROLLED"  // 控温, 8 to 25 °C
)

// coldest and warmest are the set-points that a marine reefer can hold.
var coldest, warmest = decimal.NewFromInt(-70), decimal.NewFromInt(35)

// classes are tried in this order, so that a set-point of two classes is named by the narrower or the colder one:
// -30 °C is deep frozen, and 8 °C is chilled.
var classes = []struct {
	class     Class
	low, high decimal.Decimal
}{
	{DeepFrozen, coldest, decimal.NewFromInt(-25)},
	{Frozen, coldest, decimal.NewFromInt(-18)},
	{Chilled, decimal.New(-15, -1), decimal.NewFromInt(8)},
	{Controlled, decimal.NewFromInt(8), decimal.NewFromInt(25)},
}

// ClassOf names the class of a set-point; false when it lies in none.
func ClassOf(setpoint Temperature) (Class, bool) {
	for _, c := range classes {
		if setpoint.within(c.low, c.high) {
			return c.class, true
		}
	}
	return "", false
}

// Holds tells whether a set-point lies in a class. A set-point may lie in two: -30 °C is frozen as well as deep frozen.
func (c Class) Holds(setpoint Temperature) bool {
	for _, row := range classes {
		if row.class == c {
			return setpoint.within(row.low, row.high)
		}
	}
	return false
}

// Air is the stream of air that a rule looks at.
type Air string

// Return air comes back from the cargo, supply air goes to it.
const (
	ReturnAir Air = "RETURN" // 回风
	SupplyAir Air = "SUPPLY" // 送风
)

// frozenRange is where controllers change over: at and below -10 °C they steer by return air, above it by supply air
// (operation manuals of the large makers, frozen mode).
var frozenRange = Celsius(decimal.NewFromInt(-10))

// AirFor says which air counts for a known set-point: return air for frozen goods, whose surface it has just passed, and
// supply air for chilled goods, which it would freeze first (domain facts 4.5). The facts name classes only; a set-point
// between the classes follows the controller.
func AirFor(setpoint Temperature) Air {
	if setpoint.IsKnown() && setpoint.Cmp(frozenRange) <= 0 {
		return ReturnAir
	}
	return SupplyAir
}
