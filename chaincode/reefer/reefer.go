// Package reefer holds the rules of a refrigerated container (冷藏箱): what its settings may be, which air counts,
// when it stood without power, and what a series of readings says about the cold that the cargo really had.
//
// It computes with decimals from values alone: no clock, no floats, no JSON text. It does not know who may act, where
// a record is stored, or what follows from an excursion: a hold (domain facts 4.5) or evidence for a claim (rule X-20)
// is for the package that calls it. Temperatures are degrees Celsius and differences kelvin unless a unit is named;
// humidity and gases are percent; times are instants and come back in UTC.
package reefer

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Check names a condition that a value did not meet. Where package content has the same condition, the name is the same.
type Check string

// The checks, in the order of the files that make them.
const (
	SetPointAndUnit     Check = "set-point-and-unit"         // a set-point and its unit, CEL or FAH, come together
	AirExchangeAndUnit  Check = "air-exchange-and-unit"      // an air exchange and its unit, MQH or FQH, come together
	SetPointRange       Check = "set-point-range"            // -70 to +35 °C
	Percent             Check = "percent"                    // 0 to 100
	GasesWithin100      Check = "gases-within-100"           // O2 + CO2 are parts of one volume
	OperatingReeferOnly Check = "only-for-operating-reefers" // no settings for a container that does not cool
	NotNegative         Check = "not-negative"
	NumberSize          Check = "number-size"           // more digits than any instrument gives
	AsInBill            Check = "as-in-bill-or-reason"  // a setting that differs from the bill's needs a reason
	PlugType            Check = "plug-type"             // PLUG_IN or PLUG_OUT
	Alternate           Check = "plug-events-alternate" // who is in must go out first
	TimesInOrder        Check = "times-in-order"
	MeterNotFalling     Check = "meter-not-falling"
	Required            Check = "required"
	ReadingOnce         Check = "reading-once" // one reading for one instant
	TooMany             Check = "too-many"     // beyond ReadingsMax or PlugEventsMax
	SpanWithinMax       Check = "span-within"  // beyond SpanMax
	MinAtMostMax        Check = "min-at-most-max"
	MinWithMax          Check = "min-with-max" // a range has both ends or none
	OneInstant          Check = "one-instant"  // one reading is one instant; more are not
	SHA256Form          Check = "sha256"       // 64 lower-case hexadecimal digits
	AsHashed            Check = "as-hashed"    // the data are not those that were hashed
	AsComputed          Check = "as-computed"  // the data give another value
	PTIResult           Check = "pti-result"   // PASS or FAIL
	PTIPassed           Check = "pti-passed"
	PTIPerformed        Check = "pti-performed" // the inspection came later than the instant asked for
	PTINotExpired       Check = "pti-not-expired"
	PTIValidity         Check = "pti-validity" // 30 to 180 days
	NotOpen             Check = "not-open"     // no open excursion has this number
	GensetRequired      Check = "genset-required"
	Once                Check = "once"          // the same document is there already
	NotInFuture         Check = "not-in-future" // later than the act that tells it
)

// Problem is one condition that a value does not meet. It never carries the value, which may be private.
type Problem struct {
	Check Check `json:"check"`
	// At is a JSON pointer from the value that was checked: "/temperatureSetpoint" in settings, "/3/at" in a list of
	// readings, "" for the value itself.
	At string `json:"at"`
}

// Under puts the place of the checked value in front of the places of its problems.
func Under(place string, problems []Problem) []Problem {
	moved := make([]Problem, 0, len(problems))
	for _, p := range problems {
		moved = append(moved, Problem{Check: p.Check, At: place + p.At})
	}
	return moved
}

// Limits, so that no input makes a peer work without end.
const (
	// ReadingsMax bounds a series: a reading every five minutes for a hundred days.
	ReadingsMax = 30_000
	// PlugEventsMax bounds the plug events of one container: several moves a day for a hundred days.
	PlugEventsMax = 1_000
	// SpanMax bounds the time from the first to the last entry. No container is cooled for a year without being emptied;
	// a longer span is a wrong date.
	SpanMax = 366 * 24 * time.Hour
)

// list collects problems.
type list []Problem

func (l *list) unless(met bool, at string, check Check) {
	if !met {
		*l = append(*l, Problem{Check: check, At: at})
	}
}

// isSized tells whether a number has a size that computing with it cannot blow up: a few characters of text make a number
// of ten thousand digits, and a program can make one of a billion. Documents have up to 15 digits before the point and 6
// after it.
func isSized(n decimal.Decimal) bool {
	const exponentMax, bitsMax = 15, 96
	return n.Exponent() >= -exponentMax && n.Exponent() <= exponentMax && n.Coefficient().BitLen() <= bitsMax
}

// sized records every number given that is too large or too fine to compute with.
func (l *list) sized(n *decimal.Decimal, at string) bool {
	ok := n == nil || isSized(*n)
	l.unless(ok, at, NumberSize)
	return ok
}

func place(i int, field string) string { return fmt.Sprintf("/%d/%s", i, field) }
