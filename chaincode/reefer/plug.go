package reefer

import (
	"time"

	"github.com/shopspring/decimal"
)

// The two plug events.
const (
	PlugIn  = "PLUG_IN"  // 插电
	PlugOut = "PLUG_OUT" // 拔电
)

// PlugEvent is a container being connected to power or taken off it (domain facts 4.5).
type PlugEvent struct {
	Type     string           `json:"type"` // PLUG_IN or PLUG_OUT
	At       time.Time        `json:"at"`
	Facility string           `json:"facility,omitempty"` // the code of the terminal or depot, as the document writes it
	Slot     string           `json:"slot,omitempty"`     // the socket or yard slot
	Meter    *decimal.Decimal `json:"kwhMeter,omitempty"` // the meter's reading at that moment, kWh
}

// Plugs are plug events that follow one another in time and alternate. The zero value has none.
type Plugs struct{ events []PlugEvent }

// NewPlugs checks plug events as listed: each later than the one before, in and out by turns. Either may come first,
// since a record may begin with a container that is running. Within one stay the meter does not fall.
func NewPlugs(events []PlugEvent) (Plugs, []Problem) {
	var found list
	if len(events) > PlugEventsMax {
		return Plugs{}, append(found, Problem{Check: TooMany})
	}
	for i, e := range events {
		found.unless(e.Type == PlugIn || e.Type == PlugOut, place(i, "type"), PlugType)
		found.unless(!e.At.IsZero(), place(i, "at"), Required)
		found.sized(e.Meter, place(i, "kwhMeter"))
		if i > 0 {
			pairProblems(&found, i, events[i-1], e)
		}
	}
	if n := len(events); n > 0 {
		found.unless(events[n-1].At.Sub(events[0].At) <= SpanMax, place(n-1, "at"), SpanWithinMax)
	}
	if len(found) > 0 {
		return Plugs{}, found
	}
	return Plugs{events: append([]PlugEvent(nil), events...)}, nil
}

func pairProblems(found *list, i int, before, now PlugEvent) {
	found.unless(before.At.Before(now.At), place(i, "at"), TimesInOrder)
	found.unless(before.Type != now.Type, place(i, "type"), Alternate)
	if now.Type == PlugOut && before.Meter != nil && now.Meter != nil && isSized(*before.Meter) && isSized(*now.Meter) {
		found.unless(before.Meter.Cmp(*now.Meter) <= 0, place(i, "kwhMeter"), MeterNotFalling)
	}
}

// Gaps are the times off power that lasted longer than maxPowerOffMinutes, as excursions of kind POWER. Each runs over
// the whole gap, from plug-out to plug-in. A container that is still off counts until the given instant; a zero
// instant leaves that gap out. The time before the first event is unknown and no gap.
func (p Plugs) Gaps(maxPowerOffMinutes int, until time.Time) []Excursion {
	var gaps []Excursion
	for _, s := range p.stretches(PlugOut, until) {
		if s.to.Sub(s.from) > minutes(maxPowerOffMinutes) {
			gaps = append(gaps, newExcursion(Power, s.from, s.to, nil, decimal.Decimal{}))
		}
	}
	return gaps
}

// Stay is one time on power: what the terminal charges as PLUG (domain facts 4.6, 冷藏箱插电费).
type Stay struct {
	Facility string           `json:"facility,omitempty"`
	Slot     string           `json:"slot,omitempty"`
	From     time.Time        `json:"from"`
	To       time.Time        `json:"to"`
	Minutes  int              `json:"minutes"` // whole minutes
	Units    int              `json:"units"`   // started 24 hours, counted for each stay by itself
	KWh      *decimal.Decimal `json:"kwh,omitempty"`
}

// plugUnit is what a terminal charges for: every 24 hours that have begun.
const plugUnit = 24 * time.Hour

// Stays are the times on power. A container that is still plugged in counts until the given instant; a zero instant
// leaves that stay out.
func (p Plugs) Stays(until time.Time) []Stay {
	var stays []Stay
	for _, s := range p.stretches(PlugIn, until) {
		long := s.to.Sub(s.from)
		units := int(long / plugUnit)
		if long%plugUnit > 0 {
			units++
		}
		stays = append(stays, Stay{
			Facility: s.first.Facility, Slot: s.first.Slot, From: s.from, To: s.to,
			Minutes: int(long / time.Minute), Units: units, KWh: s.used(),
		})
	}
	return stays
}

// stretch is the time from an event to the next one. last is nil when that has not come yet.
type stretch struct {
	from, to time.Time
	first    PlugEvent
	last     *PlugEvent
}

func (s stretch) used() *decimal.Decimal {
	if s.last == nil || s.first.Meter == nil || s.last.Meter == nil {
		return nil
	}
	used := s.last.Meter.Sub(*s.first.Meter)
	return &used
}

// stretches are the times that begin with an event of one type.
func (p Plugs) stretches(begin string, until time.Time) []stretch {
	var found []stretch
	for i, e := range p.events {
		if e.Type != begin {
			continue
		}
		s := stretch{from: e.At.UTC(), to: until.UTC(), first: e}
		if i+1 < len(p.events) {
			s.last = &p.events[i+1]
			s.to = s.last.At.UTC()
		}
		if s.from.Before(s.to) {
			found = append(found, s)
		}
	}
	return found
}

// minutes never overflows: nobody means more than SpanMax, and less than none is none.
func minutes(n int) time.Duration {
	return time.Duration(max(0, min(n, int(SpanMax/time.Minute)))) * time.Minute
}
