package guarantee

import (
	"slices"

	"github.com/shopspring/decimal"

	"portledger/chaincode/fault"
)

// Reduction is a part of the amount that falls away (URDG 758 art 13; domain facts 5.5 reducesBy[]): on a date, or when the
// beneficiary says that an event happened.
type Reduction struct {
	// On is the first day on which the part is gone, a full-date of RFC 3339 at the place of the calendar; Event names what has to
	// happen. One of them is empty.
	On     string `json:"on,omitempty"`
	Event  string `json:"event,omitempty"`
	Amount string `json:"amount"`
	// Applied says that the part was taken off.
	Applied bool `json:"applied,omitempty"`
}

// schedule checks that reductions leave something of the total: what shall end has an expiry.
func schedule(reductions []Reduction, total decimal.Decimal) *fault.Fault {
	left := total
	for _, r := range reductions {
		part, f := money(r.Amount)
		if f != nil {
			return f.In("/content/reducesBy")
		}
		left = left.Sub(part)
	}
	if len(reductions) > 0 && !left.IsPositive() {
		return fault.New(fault.AmountExceeded).In("/content/reducesBy")
	}
	return nil
}

// On is the account on a day: with every reduction whose date has come. A demand that was made before stays as it was made.
func (a Account) On(date string) (Account, *fault.Fault) {
	return a.reduce(func(r Reduction) bool { return r.On != "" && r.On <= date })
}

// AwaitsEvent tells whether a reduction still waits for something to happen.
func (a Account) AwaitsEvent() bool {
	return slices.ContainsFunc(a.Reductions, func(r Reduction) bool { return r.Event != "" && !r.Applied })
}

// Happened takes off what falls away with an event.
func (a Account) Happened(event string) (Account, *fault.Fault) {
	waits := func(r Reduction) bool { return r.Event != "" && r.Event == event && !r.Applied }
	if !slices.ContainsFunc(a.Reductions, waits) {
		return a, fault.New(fault.Invalid, "check", "event").In("/content/event")
	}
	return a.reduce(waits)
}

// reduce takes off what falls away. What was paid or is demanded already stays covered: the amount never falls below it.
func (a Account) reduce(due func(Reduction) bool) (Account, *fault.Fault) {
	gone := decimal.Zero
	after := a
	after.Reductions = slices.Clone(a.Reductions)
	for i, r := range after.Reductions {
		if r.Applied || !due(r) {
			continue
		}
		part, f := money(r.Amount)
		if f != nil {
			return a, f
		}
		gone, after.Reductions[i].Applied = gone.Add(part), true
	}
	if gone.IsZero() {
		return a, nil
	}
	total, f := money(a.Amount)
	if f != nil {
		return a, f
	}
	paid, f := money(a.Paid)
	if f != nil {
		return a, f
	}
	if a.Demanded != "" {
		demanded, f := money(a.Demanded)
		if f != nil {
			return a, f
		}
		return after.split(decimal.Max(total.Sub(gone), paid.Add(demanded)), paid)
	}
	return after.split(decimal.Max(total.Sub(gone), paid), paid)
}
