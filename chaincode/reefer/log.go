package reefer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// What the log of one container may hold. It is replaced as a whole with every entry, so it has to stay a few ten
// kilobytes: a month with three moves a day, a report every day, and more excursions than any cargo survives.
const (
	LogPlugsMax      = 100
	LogReportsMax    = 40
	LogExcursionsMax = 100
)

// Log is what is known of a container's cold while it is on a release order. The zero value is an empty log; every act
// answers a new one.
type Log struct {
	// Plugs are the events as they were told; see Effective.
	Plugs       []PlugEvent `json:"plugEvents,omitempty"`
	Corrections []Corrected `json:"corrections,omitempty"`
	Reports     []Report    `json:"readings,omitempty"`
	// Excursions of one kind never touch each other: what touches is one excursion.
	Excursions   []Finding  `json:"excursions,omitempty"`
	Certificates []Attached `json:"certificates,omitempty"`
	// Last is the number last given to an excursion.
	Last int `json:"lastExcursion,omitempty"`
}

// Report is a summary of readings that somebody handed in.
type Report struct {
	Summary
	By string    `json:"by"` // the party's id
	On time.Time `json:"on"`
	// Computed tells that the readings came along and gave this summary and these excursions: else it is the party's word.
	Computed bool `json:"computed"`
}

// Finding is an excursion in a log.
type Finding struct {
	Number int `json:"number"`
	Excursion
	AcknowledgedBy string    `json:"acknowledgedBy,omitempty"` // the party's id
	AcknowledgedAt time.Time `json:"acknowledgedAt,omitzero"`
	Note           string    `json:"note,omitempty"`
}

// Claim is an excursion that somebody reports. Its length and severity are computed, never claimed.
type Claim struct {
	Kind Kind             `json:"kind"`
	From time.Time        `json:"from"`
	To   time.Time        `json:"to"`
	Peak *decimal.Decimal `json:"peak,omitempty"`
}

// Plug adds a plug event. A time without power of more than maxPowerOffMinutes (nil: whatever it takes) that ends with it
// becomes an excursion. Places of problems are those of the event.
func (l Log) Plug(e PlugEvent, maxPowerOffMinutes *int) (Log, []Problem) {
	if len(l.Plugs) >= LogPlugsMax {
		return l, []Problem{{Check: TooMany}}
	}
	e.At = e.At.UTC()
	after := l
	after.Plugs = append(slices.Clone(l.Plugs), e)
	events := after.Effective()
	plugs, problems := NewPlugs(events)
	if len(problems) > 0 {
		return l, inLast(len(events)-1, problems)
	}
	if maxPowerOffMinutes == nil {
		return after, nil
	}
	return l.or(after.found(plugs.Gaps(*maxPowerOffMinutes, time.Time{})))
}

// inLast takes the place of the last entry from the places of problems.
func inLast(n int, problems []Problem) []Problem {
	inner := make([]Problem, 0, len(problems))
	for _, p := range problems {
		inner = append(inner, Problem{Check: p.Check, At: strings.TrimPrefix(p.At, "/"+strconv.Itoa(n))})
	}
	return inner
}

// Report adds a report and what it found.
func (l Log) Report(r Report, excursions []Excursion) (Log, []Problem) {
	if len(l.Reports) >= LogReportsMax {
		return l, []Problem{{Check: TooMany}}
	}
	r.FirstAt, r.LastAt, r.On = r.FirstAt.UTC(), r.LastAt.UTC(), r.On.UTC()
	after := l
	after.Reports = append(slices.Clone(l.Reports), r)
	return l.or(after.found(excursions))
}

// Acknowledge marks open excursions as taken note of.
func (l Log) Acknowledge(numbers []int, by string, at time.Time, note string) (Log, []Problem) {
	after := l
	after.Excursions = slices.Clone(l.Excursions)
	var found list
	found.unless(len(numbers) > 0, "", Required)
	for i, n := range numbers {
		where := "/" + strconv.Itoa(i)
		j := slices.IndexFunc(after.Excursions, func(f Finding) bool { return f.Number == n })
		if j < 0 || !after.Excursions[j].open() {
			found = append(found, Problem{Check: NotOpen, At: where})
			continue
		}
		f := &after.Excursions[j]
		f.AcknowledgedBy, f.AcknowledgedAt, f.Note = by, at.UTC(), note
	}
	if len(found) > 0 {
		return l, found
	}
	return after, nil
}

// or answers the log after, or the one before where there are problems.
func (l Log) or(after Log, problems []Problem) (Log, []Problem) {
	if len(problems) > 0 {
		return l, problems
	}
	return after, nil
}

// Open is the gravest severity that nobody acknowledged; empty when there is none.
func (l Log) Open() Severity {
	var open []Excursion
	for _, f := range l.Excursions {
		if f.open() {
			open = append(open, f.Excursion)
		}
	}
	return Worst(open)
}

// Evidence tells whether a CRITICAL excursion was found, acknowledged or not (rule X-20).
func (l Log) Evidence() bool {
	return slices.ContainsFunc(l.Excursions, func(f Finding) bool { return f.Severity == Critical })
}

func (f Finding) open() bool { return f.AcknowledgedBy == "" }

// found writes excursions down. What an earlier entry told already is not told twice; what has grown since is open again,
// because nobody has seen it at that length.
func (l Log) found(excursions []Excursion) (Log, []Problem) {
	l.Excursions = slices.Clone(l.Excursions)
	for _, e := range excursions {
		l.find(e)
	}
	if len(l.Excursions) > LogExcursionsMax {
		return l, []Problem{{Check: TooMany}}
	}
	return l, nil
}

func (l *Log) find(e Excursion) {
	e.From, e.To = e.From.UTC(), e.To.UTC()
	i := slices.IndexFunc(l.Excursions, func(f Finding) bool { return f.touches(e) })
	if i < 0 {
		l.Last++
		l.Excursions = append(l.Excursions, Finding{Number: l.Last, Excursion: e})
		return
	}
	grown := l.Excursions[i].Excursion.with(e)
	if grown.same(l.Excursions[i].Excursion) {
		return
	}
	l.Excursions[i] = Finding{Number: l.Excursions[i].Number, Excursion: grown}
	for { // what has grown may reach the next one
		j := slices.IndexFunc(l.Excursions, func(f Finding) bool { return f.Number != l.Excursions[i].Number && f.touches(grown) })
		if j < 0 {
			break
		}
		grown = grown.with(l.Excursions[j].Excursion)
		l.Excursions[i].Excursion = grown
		l.Excursions = slices.Delete(l.Excursions, j, j+1)
		if j < i {
			i--
		}
	}
}

// touches tells whether two excursions of one kind follow each other without a gap.
func (e Excursion) touches(other Excursion) bool {
	return e.Kind == other.Kind && !e.From.After(other.To) && !other.From.After(e.To)
}

func (e Excursion) same(other Excursion) bool {
	return e.From.Equal(other.From) && e.To.Equal(other.To) && sameNumber(e.Peak, other.Peak) && e.Severity == other.Severity
}

// with joins two excursions that touch. The whole is as grave as its gravest part, or graver by its length.
func (e Excursion) with(other Excursion) Excursion {
	whole := e
	if other.From.Before(e.From) {
		whole.From = other.From
	}
	if other.To.After(e.To) {
		whole.To = other.To
	}
	long := whole.To.Sub(whole.From)
	whole.Minutes = int(long / time.Minute)
	whole.Severity = Worst([]Excursion{e, other, {Severity: severityOf(long, decimal.Decimal{})}})
	whole.Peak = e.farther(other)
	return whole
}

// farther is the peak that lies farther out. Of humidity and gases, which have two sides, it is that of the longer part.
func (e Excursion) farther(other Excursion) *decimal.Decimal {
	switch {
	case e.Peak == nil:
		return other.Peak
	case other.Peak == nil:
		return e.Peak
	case e.Kind == TempHigh && other.Peak.GreaterThan(*e.Peak),
		e.Kind == TempLow && other.Peak.LessThan(*e.Peak),
		e.Kind != TempHigh && e.Kind != TempLow && other.Minutes > e.Minutes:
		return other.Peak
	}
	return e.Peak
}

// Excursion grades a claim by the terms. Without an agreed set-point its length alone counts.
func (t Terms) Excursion(c Claim) (Excursion, []Problem) {
	var found list
	kinds := []Kind{TempHigh, TempLow, Humidity, O2, CO2, Power}
	found.unless(slices.Contains(kinds, c.Kind), "/kind", Required)
	found.unless(c.From.Before(c.To), "/to", TimesInOrder)
	found.unless(c.To.Sub(c.From) <= SpanMax, "/to", SpanWithinMax)
	found.unless((c.Peak == nil) == (c.Kind == Power), "/peak", Required)
	found.sized(c.Peak, "/peak")
	if problems := t.Problems(); len(found)+len(problems) > 0 {
		return Excursion{}, append(found, problems...)
	}
	var deviation decimal.Decimal
	if t.Setpoint != nil && (c.Kind == TempHigh || c.Kind == TempLow) {
		deviation = c.Peak.Sub(*t.Setpoint).Abs()
	}
	return newExcursion(c.Kind, c.From.UTC(), c.To.UTC(), c.Peak, deviation), nil
}

// AsClaimed compares what readings gave with what was claimed of them.
func AsClaimed(computed, claimed []Excursion) bool {
	return slices.EqualFunc(computed, claimed, func(a, b Excursion) bool { return a.Kind == b.Kind && a.same(b) })
}
