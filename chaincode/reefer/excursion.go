package reefer

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Kind says what was outside.
type Kind string

// The kinds of excursion (domain facts 4.5), in the order in which they are listed.
const (
	TempHigh Kind = "TEMP_HIGH"
	TempLow  Kind = "TEMP_LOW"
	Humidity Kind = "HUMIDITY"
	O2       Kind = "O2"
	CO2      Kind = "CO2"
	Power    Kind = "POWER"
)

// Severity grades an excursion.
type Severity string

// The grades, from light to grave.
const (
	Minor    Severity = "MINOR"
	Major    Severity = "MAJOR"
	Critical Severity = "CRITICAL" // holds the container at the terminal, and is evidence (rule X-20)
)

// Excursion is a time outside of what was agreed that lasted longer than the grace.
type Excursion struct {
	Kind     Kind             `json:"kind"`
	From     time.Time        `json:"from"`
	To       time.Time        `json:"to"`
	Peak     *decimal.Decimal `json:"peak,omitempty"` // the value farthest from its set-point: °C or %; none for POWER
	Minutes  int              `json:"minutes"`        // whole minutes
	Severity Severity         `json:"severity"`
}

const (
	minorMax = 2 * time.Hour
	majorMax = 12 * time.Hour
)

// deviationMax is the deviation in kelvin beyond which no excursion is minor.
var deviationMax = decimal.NewFromInt(5)

// severityOf grades an excursion by the rule "MINOR ≤ 2 h, MAJOR ≤ 12 h or deviation > 5 K, CRITICAL above"
// (domain facts 4.5). We read it so:
//   - the time alone gives the grade: up to 2 h MINOR, up to 12 h MAJOR, beyond 12 h CRITICAL;
//   - "or deviation > 5 K" makes an excursion of up to 2 h MAJOR as well: it lifts, it never softens, and it does not
//     make a short one CRITICAL;
//   - "above" is about the time, since MAJOR names no upper bound of deviation;
//   - the deviation (偏差) is measured from the set-point, as the tolerance (上偏差, 下偏差) is, not from the edge of the
//     tolerance: with ±3 K around -18 °C, -12.9 °C is a deviation of 5.1 K.
func severityOf(long time.Duration, deviation decimal.Decimal) Severity {
	switch {
	case long > majorMax:
		return Critical
	case long > minorMax || deviation.GreaterThan(deviationMax):
		return Major
	}
	return Minor
}

// Worst is the gravest severity of a list; empty when the list is.
func Worst(excursions []Excursion) Severity {
	grades := []Severity{"", Minor, Major, Critical}
	worst := 0
	for _, e := range excursions {
		worst = max(worst, slices.Index(grades, e.Severity))
	}
	return grades[worst]
}

// newExcursion grades by deviation in kelvin; for other kinds than temperatures that is zero.
func newExcursion(k Kind, from, to time.Time, peak *decimal.Decimal, kelvin decimal.Decimal) Excursion {
	long := to.Sub(from)
	return Excursion{Kind: k, From: from, To: to, Peak: peak, Minutes: int(long / time.Minute), Severity: severityOf(long, kelvin)}
}

// JoinPower makes one list of the times without power that plug events and readings tell of, so that what both have seen
// counts once. Other kinds are left out.
func JoinPower(lists ...[]Excursion) []Excursion {
	var all []Excursion
	for _, e := range slices.Concat(lists...) {
		if e.Kind == Power {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b Excursion) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	var joined []Excursion
	for _, e := range all {
		if n := len(joined); n > 0 && !e.From.After(joined[n-1].To) {
			if e.To.After(joined[n-1].To) {
				joined[n-1] = newExcursion(Power, joined[n-1].From, e.To, nil, decimal.Decimal{})
			}
			continue
		}
		joined = append(joined, e)
	}
	return joined
}
