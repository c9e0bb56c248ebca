package reefer

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Reading is what a reefer's controller logged at one instant (domain facts 4.5). What is nil was not logged. The log
// has more, such as alarms and probes; the rules here do not look at that.
type Reading struct {
	At        time.Time        `json:"at"`
	SupplyAir *decimal.Decimal `json:"supplyAir,omitempty"` // °C
	ReturnAir *decimal.Decimal `json:"returnAir,omitempty"` // °C
	Humidity  *decimal.Decimal `json:"humidity,omitempty"`  // % relative
	O2        *decimal.Decimal `json:"o2,omitempty"`        // %
	CO2       *decimal.Decimal `json:"co2,omitempty"`       // %
	Setpoint  *decimal.Decimal `json:"setpoint,omitempty"`  // °C, as the controller was set then
	PowerOn   *bool            `json:"powerOn,omitempty"`
	Defrost   bool             `json:"defrost,omitempty"` // the coil was being heated: the air says nothing about the cargo
}

// Series are readings in the order of time, one for an instant. The zero value has none.
type Series struct{ readings []Reading }

// NewSeries sorts the readings, which may come in any order, and checks them. Places of problems are those of the list
// as given.
func NewSeries(readings []Reading) (Series, []Problem) {
	var found list
	found.unless(len(readings) > 0, "", Required)
	found.unless(len(readings) <= ReadingsMax, "", TooMany)
	if len(found) > 0 {
		return Series{}, found
	}
	for i, r := range readings {
		readingProblems(&found, i, r)
	}
	order := byTime(readings)
	for i, n := range order[1:] {
		found.unless(!readings[order[i]].At.Equal(readings[n].At), place(n, "at"), ReadingOnce)
	}
	first, last := readings[order[0]], readings[order[len(order)-1]]
	found.unless(last.At.Sub(first.At) <= SpanMax, place(order[len(order)-1], "at"), SpanWithinMax)
	if len(found) > 0 {
		return Series{}, found
	}
	s := Series{readings: make([]Reading, 0, len(order))}
	for _, n := range order {
		s.readings = append(s.readings, readings[n])
	}
	return s, nil
}

// byTime are the indexes of the readings in the order of time.
func byTime(readings []Reading) []int {
	order := make([]int, len(readings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return readings[a].At.Compare(readings[b].At) })
	return order
}

func readingProblems(found *list, i int, r Reading) {
	found.unless(!r.At.IsZero(), place(i, "at"), Required)
	found.sized(r.SupplyAir, place(i, "supplyAir"))
	found.sized(r.ReturnAir, place(i, "returnAir"))
	found.sized(r.Humidity, place(i, "humidity"))
	found.sized(r.O2, place(i, "o2"))
	found.sized(r.CO2, place(i, "co2"))
	found.sized(r.Setpoint, place(i, "setpoint"))
}
