package charge

import (
	"errors"
	"slices"
	"time"

	"portledger/chaincode/calendar"
)

// span is a time from one instant to another; they may be the same.
type span struct{ from, to time.Time }

func (s span) length() time.Duration { return s.to.Sub(s.from) }

// cut is the part of s inside other; false when they do not even touch.
func (s span) cut(other span) (span, bool) {
	if other.from.After(s.from) {
		s.from = other.from
	}
	if other.to.Before(s.to) {
		s.to = other.to
	}
	return s, !s.to.Before(s.from)
}

// clock is the time that one code is charged for.
type clock struct {
	spans   []span // in order, apart from each other, at least one
	running bool   // nothing has stopped it yet: the last span ends at the instant of asking
}

func (c clock) whole() span { return span{c.spans[0].from, c.spans[len(c.spans)-1].to} }

// clock answers a code's clock, if it has begun. At a zero instant only what has been stopped is a clock.
func (e Events) clock(code Code, at time.Time) (clock, bool) {
	switch code {
	case Demurrage, Storage:
		return between(e.Discharge, e.GateOut, at)
	case Plug:
		return e.power(at)
	default:
		return between(e.GateOut, e.EmptyReturn, at)
	}
}

func between(from, to, at time.Time) (clock, bool) {
	running := to.IsZero()
	if running {
		to = at
	}
	if from.IsZero() || to.IsZero() {
		return clock{}, false
	}
	return clock{spans: []span{{from, to}}, running: running}, true
}

// power is the terminal's: only what lies between discharge and gate-out is charged, however late the plug-out was
// written down. It is not over before the container is out, since it can be plugged in again.
func (e Events) power(at time.Time) (clock, bool) {
	stay, begun := between(e.Discharge, e.GateOut, at)
	if !begun {
		return clock{}, false
	}
	c := clock{running: stay.running}
	for _, p := range e.Plugs {
		s := span{p.In, p.Out}
		if p.Out.IsZero() {
			s.to = stay.whole().to
		}
		if s, inside := s.cut(stay.whole()); inside && s.length() > 0 {
			c.spans = append(c.spans, s)
		}
	}
	return c, len(c.spans) > 0
}

// held are the times of some causes as spans in order, apart from each other; open holds end at the given instant.
func (e Events) held(end time.Time, causes ...Cause) []span {
	var merged []span
	for _, h := range e.Holds { // ordered by their beginning
		s := span{h.From, h.To}
		if h.To.IsZero() {
			s.to = end
		}
		if !slices.Contains(causes, h.Cause) || s.to.Before(s.from) {
			continue
		}
		if last := len(merged) - 1; last >= 0 && !merged[last].to.Before(s.from) {
			if s.to.After(merged[last].to) {
				merged[last].to = s.to
			}
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// meter counts a clock's time under one tariff, leaving out the time that was held.
type meter struct {
	offset calendar.Offset
	days   calendar.Calendar // for working days
	held   []span
}

// tally is what a clock comes to.
type tally struct {
	used       int           // in the unit of the free time
	chargeable int           // in started days, or units of power
	first      calendar.Date // the first chargeable day, where days are counted
}

func (m meter) count(r Rule, c clock) (tally, error) {
	switch {
	case r.Code == Plug:
		return m.hours(r.Free.Quantity, time.Duration(r.UnitHours)*time.Hour, c.spans), nil
	case r.Free.Unit == Hours:
		s := c.whole()
		if r.Free.Start == NextDay {
			s.from = m.offset.StartOf(m.offset.DateOf(s.from).AddDays(1))
		}
		if s.to.Before(s.from) {
			return tally{}, nil
		}
		return m.hours(r.Free.Quantity, 24*time.Hour, []span{s}), nil
	default:
		return m.calendarDays(r, c.whole())
	}
}

// hours counts the hours that pass and are not held, all spans together: a reefer that is plugged in again within a
// started unit pays that unit once.
func (m meter) hours(free int, unit time.Duration, spans []span) tally {
	var passed time.Duration
	for _, s := range spans {
		passed += s.length()
		for _, h := range m.held {
			if part, touches := s.cut(h); touches {
				passed -= part.length()
			}
		}
	}
	over := max(0, passed-time.Duration(free)*time.Hour)
	return tally{used: started(passed, time.Hour), chargeable: started(over, unit)}
}

// started is the number of units begun: a started one counts whole.
func started(passed, unit time.Duration) int { return int((passed + unit - 1) / unit) }

// calendarDays counts dates at the tariff's offset, the one of the last event included: a started day counts whole. The
// first days that count as the free unit says are free, the later ones that count as the charged unit says are paid.
func (m meter) calendarDays(r Rule, s span) (tally, error) {
	first, last := m.offset.DateOf(s.from), m.offset.DateOf(s.to)
	if r.Free.Start == NextDay {
		first = first.AddDays(1)
	}
	free, t := 0, tally{}
	for d := first; !d.After(last); d = d.AddDays(1) {
		unit := r.Free.Unit
		isFree := free < r.Free.Quantity
		if !isFree {
			unit = r.chargedUnit()
		}
		counts, err := m.counts(d, unit, s)
		switch {
		case err != nil:
			return tally{}, err
		case !counts:
		case isFree:
			free++
		default:
			t.chargeable++
			if t.first.IsZero() {
				t.first = d
			}
		}
	}
	t.used = free + t.chargeable
	return t, nil
}

// counts tells whether a date of the stay counts. It does not when all of it that belongs to the stay was held: an hour
// that was not held starts the day, and a started day counts whole.
func (m meter) counts(d calendar.Date, unit Unit, s span) (bool, error) {
	day := span{m.offset.StartOf(d), m.offset.StartOf(d.AddDays(1))}
	part, _ := s.cut(day)
	for _, h := range m.held {
		if !h.from.After(part.from) && !h.to.Before(part.to) {
			return false, nil
		}
	}
	if unit != WorkingDays {
		return true, nil
	}
	business, err := m.days.IsBusinessDay(d)
	return business, calendarProblem(err)
}

// calendarProblem tells what package calendar found as a problem of this one.
func calendarProblem(err error) error {
	var p *calendar.Problem
	if errors.As(err, &p) {
		return &Problem{Of: OfCalendar, At: p.At, Check: p.Check}
	}
	return err
}
