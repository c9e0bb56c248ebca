package damage

import "github.com/shopspring/decimal"

// Weight is a gross weight as the paper states it.
type Weight struct {
	Value decimal.Decimal
	Unit  string // KGM or LBR
}

// The units of weight (UN Rec 20).
const (
	KGM = "KGM" // kilogram
	LBR = "LBR" // pound
)

// The numbers of the rules, all exact.
var (
	pound     = decimal.New(45359237, -8) // in kilograms, by international agreement of 1959
	tolerance = decimal.New(5, -3)        // ±0.5 % (rule X-14)
	freezing  = decimal.NewFromInt(32)    // of water, in °F
	five      = decimal.NewFromInt(5)
	nine      = decimal.NewFromInt(9)
)

// isSized tells whether a number has a size that computing with it cannot blow up: a few characters of text make a number
// of ten thousand digits. Documents have up to 15 digits before the point and 6 after it.
func isSized(n decimal.Decimal) bool {
	const exponentMax, bitsMax = 15, 96
	return n.Exponent() >= -exponentMax && n.Exponent() <= exponentMax && n.Coefficient().BitLen() <= bitsMax
}

func (w Weight) kilograms() (decimal.Decimal, bool) {
	switch {
	case !isSized(w.Value):
		return decimal.Decimal{}, false
	case w.Unit == LBR:
		return w.Value.Mul(pound), true
	}
	return w.Value, w.Unit == KGM
}

// compareWeights allows the later weight to be 0.5 % more or less than the earlier one, that much included. Empty is
// agreement.
func compareWeights(earlier, later *Weight) How {
	if earlier == nil || later == nil {
		return ""
	}
	a, aKnown := earlier.kilograms()
	b, bKnown := later.kilograms()
	switch {
	case !aKnown || !bKnown:
		return NotComparable
	case b.Sub(a).Abs().GreaterThan(a.Abs().Mul(tolerance)):
		return BeyondHalf
	}
	return ""
}

// ninths is nine times the set-point in degrees Celsius, which is exact: a Fahrenheit degree is 5/9 of a Celsius degree.
func (s Setpoint) ninths() (decimal.Decimal, bool) {
	switch {
	case !isSized(s.Value):
		return decimal.Decimal{}, false
	case s.Unit == "FAH":
		return s.Value.Sub(freezing).Mul(five), true
	}
	return s.Value.Mul(nine), s.Unit == "CEL"
}

func compareSetpoints(earlier, later *Setpoint) How {
	if earlier == nil || later == nil {
		return ""
	}
	a, aKnown := earlier.ninths()
	b, bKnown := later.ninths()
	switch {
	case !aKnown || !bKnown:
		return NotComparable
	case a.Cmp(b) != 0:
		return OtherValue
	}
	return ""
}
