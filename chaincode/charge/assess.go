package charge

import (
	"fmt"
	"time"

	"portledger/chaincode/calendar"
)

// containersMax is what one release order may list.
const containersMax = 500

// Assess charges every clock that has been stopped: demurrage, storage and power by the gate-out, detention and per diem
// by the empty return. What has not been stopped yet has no line. days is the calendar that the tariff names; a tariff
// that counts no working days needs none. All errors are of type *Problem.
func Assess(t Tariff, containers []Events, days calendar.Calendar) (Statement, error) {
	return assess(t, containers, days, time.Time{})
}

// Accrued charges what has accrued up to an instant: clocks that are running then are counted to it, and what happened
// later is left out. At gate-out it shows what came up since the release order was issued, and at a later day what an
// extension has to settle first (rule X-16).
func Accrued(t Tariff, containers []Events, days calendar.Calendar, at time.Time) (Statement, error) {
	if !isPlausible(at) {
		return Statement{}, &Problem{Of: OfRequest, At: "/at", Check: CheckYear}
	}
	return assess(t, containers, days, at.UTC())
}

func assess(t Tariff, containers []Events, days calendar.Calendar, at time.Time) (Statement, error) {
	if err := t.Check(); err != nil {
		return Statement{}, err
	}
	if err := checkCalendar(t, days); err != nil {
		return Statement{}, err
	}
	if len(containers) > containersMax {
		return Statement{}, &Problem{Of: OfEvents, Check: CheckCount}
	}
	s := Statement{Tariff: t.Reference, Currency: t.Currency, At: at, Lines: []Line{}}
	seen := make(map[string]bool, len(containers))
	for i, e := range containers {
		lines, err := t.lines(e, days, at)
		if err == nil && seen[e.Container] {
			err = &Problem{Of: OfEvents, At: "/equipmentReference", Check: CheckTwice}
		}
		if err != nil {
			return Statement{}, inContainer(i, err)
		}
		seen[e.Container] = true
		s.Lines = append(s.Lines, lines...)
	}
	return s.balanced(), nil
}

// inContainer leads the pointer of a container's own problem through the list.
func inContainer(i int, err error) error {
	p, ours := err.(*Problem)
	if !ours || p.Of != OfEvents {
		return err
	}
	return &Problem{Of: OfEvents, At: fmt.Sprintf("/%d%s", i, p.At), Check: p.Check}
}

// checkCalendar: a tariff that names a calendar is counted with that edition and no other.
func checkCalendar(t Tariff, days calendar.Calendar) error {
	if t.Calendar == (Reference{}) {
		return nil
	}
	if err := days.Check(); err != nil {
		return calendarProblem(err)
	}
	f := finder{of: OfCalendar}
	f.unless(days.ID == t.Calendar.Reference, "/id", CheckOther)
	f.unless(days.Version == t.Calendar.Version, "/version", CheckOther)
	return f.err()
}

// lines charges one container.
func (t Tariff) lines(e Events, days calendar.Calendar, at time.Time) ([]Line, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	if !at.IsZero() {
		e = e.until(at)
	}
	if e.Discharge.IsZero() {
		return nil, nil // no clock has begun
	}
	if !t.inForce(t.UTCOffset.DateOf(e.Discharge)) {
		return nil, &Problem{Of: OfEvents, At: "/discharge", Check: CheckNotValid}
	}
	var lines []Line
	for _, code := range Codes {
		rule, listed := t.rule(code, e.SizeType)
		c, begun := e.clock(code, at)
		if !listed || !begun {
			continue
		}
		if c.whole().length() > stayMax {
			return nil, &Problem{Of: OfEvents, Check: CheckSpan}
		}
		l, err := t.line(e, rule, c, days)
		if err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// line charges one clock. The clock is counted a second time without the hours of clean inspections: what they made
// dearer is what may be waived.
func (t Tariff) line(e Events, r Rule, c clock, days calendar.Calendar) (Line, error) {
	whole := c.whole()
	m := meter{offset: t.UTCOffset, days: days, held: e.held(whole.to, CarrierFault, TerminalFault)}
	counted, err := m.count(r, c)
	if err != nil {
		return Line{}, err
	}
	m.held = e.held(whole.to, CarrierFault, TerminalFault, InspectionClean)
	uninspected, err := m.count(r, c)
	if err != nil {
		return Line{}, err
	}
	tiers, amount := price(r.prices(), 1, counted.chargeable)
	l := Line{
		Key: Key{Code: r.Code, Container: e.Container}, SizeType: e.SizeType, Payee: r.Code.Payee(), Tariff: t.Reference,
		From: whole.from.UTC(), To: whole.to.UTC(), Running: c.running,
		Unit: r.Free.Unit, Used: counted.used, Free: r.Free.Quantity, Chargeable: counted.chargeable,
		ChargeableFrom: counted.first, Tiers: tiers, Currency: t.Currency,
		Balance: Balance{Amount: amount.in(t.Currency)},
	}
	if r.Code == Plug {
		l.Unit = Hours
	}
	_, rest := price(r.prices(), 1, uninspected.chargeable)
	if dearer := l.Amount.Sub(rest.in(t.Currency)); dearer.Sign() > 0 {
		l.Waivable = []Waivable{{WaiveInspection, counted.chargeable - uninspected.chargeable, dearer}}
	}
	return l, nil
}

// price charges the days from one to another, both counted, by the tiers that they fall into.
func price(tiers []Tier, from, to int) ([]Step, Amount) {
	steps, sum := []Step{}, Amount{}
	for _, t := range tiers {
		first, last := max(from, t.FromDay), to
		if t.ToDay != 0 {
			last = min(to, t.ToDay)
		}
		if last < first {
			continue
		}
		days := last - first + 1
		amount := t.RatePerDay.times(days)
		steps = append(steps, Step{FromDay: first, ToDay: last, Days: days, Rate: t.RatePerDay, Amount: amount})
		sum = sum.Add(amount)
	}
	return steps, sum
}
