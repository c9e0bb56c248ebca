package contract

import (
	"errors"
	"strings"
	"time"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/calendar"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
)

// Business days are public data of the organisation at whose place they count: a record calendar/ORGANISATION/ID under its
// own policy, written by its registrar. A later edition never says anything else of a day that is past.

// actPublish is the act by which an organisation publishes an edition of a calendar.
const actPublish = "publish-calendar"

// calendarLimits bound a calendar: some twenty years of holidays.
var calendarLimits = content.Limits{Bytes: 32 << 10, Depth: 3}

// edition is what a registrar publishes; its version follows from the one before.
type edition struct {
	ID string `json:"id"`
	// Witness is a second organisation (MSP id), which endorses that the first edition is well made.
	Witness   string             `json:"witness"`
	UTCOffset calendar.Offset    `json:"utcOffset"`
	FirstYear int                `json:"firstYear"`
	LastYear  int                `json:"lastYear"`
	Weekend   []calendar.Weekday `json:"weekend"`
	Holidays  []calendar.Date    `json:"holidays"`
	Workdays  []calendar.Date    `json:"workdays"`
}

func calendarName(org, id string) string { return org + "/" + id }

// publishCalendar writes a calendar's next edition.
func (o *Organisation) publishCalendar(ctx contractapi.TransactionContextInterface, request string, dry bool) (string, error) {
	t, err := o.office.turn(ctx, dry)
	if err != nil {
		return "", err
	}
	if err := t.registrarOnly(actPublish); err != nil {
		return "", err
	}
	var e edition
	if err := content.Read([]byte(request), calendarLimits, &e); err != nil {
		return "", faultOf(err, "")
	}
	name := calendarName(t.actor.Org, e.ID)
	if printable(e.ID) != e.ID || strings.Contains(e.ID, "/") {
		return "", fault.New(fault.Invalid, "check", calendar.CheckText).In("/id")
	}
	var before calendar.Calendar
	known, err := t.Get(key("calendar", name), &before)
	if err != nil {
		return "", err
	}
	next := calendar.Calendar{ID: e.ID, Version: before.Version + 1, UTCOffset: e.UTCOffset, FirstYear: e.FirstYear,
		LastYear: e.LastYear, Weekend: e.Weekend, Holidays: e.Holidays, Workdays: e.Workdays}
	if err := checkedCalendar(next, before, t.At); err != nil {
		return "", err
	}
	relied := []string{t.actor.Org}
	if known {
		if err := t.Anchored(key("calendar", name), relied); err != nil {
			return "", err
		}
	} else {
		if e.Witness == "" || printable(e.Witness) != e.Witness {
			return "", fault.New(fault.Invalid, "check", "required").In("/witness")
		}
		if err := t.witness(e.Witness); err != nil {
			return "", err
		}
		relied = nil
	}
	if err := t.Anchor(t.actor.Org, key("calendar", name)); err != nil {
		return "", err
	}
	if err := t.Put(key("calendar", name), next, relied, []string{t.actor.Org}); err != nil {
		return "", err
	}
	if err := t.Close(); err != nil {
		return "", err
	}
	done := Outcome{Family: "calendar", ID: name, State: lifecycle.State("PUBLISHED"), Version: next.Version}
	if dry {
		return t.answer(Plan{Outcome: done, Endorsers: t.Endorsers()})
	}
	return text(done)
}

// checkedCalendar tells whether an edition can be counted with and leaves the days up to now as they were.
func checkedCalendar(next, before calendar.Calendar, at time.Time) error {
	if err := next.Check(); err != nil {
		return calendarFault(err)
	}
	if before.Version == 0 {
		return nil
	}
	if next.UTCOffset != before.UTCOffset {
		return fault.New(fault.Invalid, "check", "past").In("/utcOffset")
	}
	for d := firstDay(before); d.Before(before.DateOf(at)) && before.Covers(d); d = d.AddDays(1) {
		was, err := before.IsBusinessDay(d)
		if err != nil {
			return calendarFault(err)
		}
		if is, err := next.IsBusinessDay(d); err != nil || is != was {
			return fault.New(fault.Invalid, "check", "past").In("/holidays")
		}
	}
	return nil
}

func firstDay(c calendar.Calendar) calendar.Date {
	d, err := calendar.ParseDate(number(c.FirstYear) + "-01-01")
	if err != nil { // a year that passed Check has a first day
		return calendar.Date{}
	}
	return d
}

func calendarFault(err error) error {
	var p *calendar.Problem
	if errors.As(err, &p) {
		return fault.New(fault.Invalid, "check", p.Check).In(p.At)
	}
	return err
}

// plain are the business days where no calendar is named: Monday to Friday, in UTC.
const plain = `+00:00`

// businessDays reads the calendar of a name, and fails for one that its organisation did not publish.
func businessDays(t *turn, name string) (calendar.Calendar, error) {
	var c calendar.Calendar
	if name == "" {
		offset, err := calendar.ParseOffset(plain)
		return calendar.Calendar{ID: plain, Version: 1, UTCOffset: offset, Weekend: []calendar.Weekday{"SA", "SU"}}, err
	}
	missing := fault.New(fault.NotFound, "family", "calendar", "id", printable(name)).In("/calendar")
	org, _, split := strings.Cut(name, "/")
	if !split || printable(name) != name {
		return c, missing
	}
	found, err := t.Get(key("calendar", name), &c)
	if err != nil {
		return c, err
	}
	if !found {
		return c, missing
	}
	return c, t.Anchored(key("calendar", name), []string{org})
}

// examinationDays is how long a guarantor has to examine a demand: business days following the day of presentation
// (URDG 758 art 20).
const examinationDays = 5

// examinedUntil is the instant at which the time to examine a demand made now ends. Years that the calendar does not list
// count by its weekend alone: that nobody published them yet must not keep a beneficiary from its demand.
func examinedUntil(t *turn, c calendar.Calendar) (string, error) {
	presented := c.DateOf(t.At)
	last, err := covering(c, presented).AddBusinessDays(presented, examinationDays)
	if err != nil {
		return "", calendarFault(err)
	}
	return lifecycle.Stamped(c.UTCOffset.StartOf(last.AddDays(1))), nil
}

// covering is the calendar with the years around a date, of which it may list no holidays.
func covering(c calendar.Calendar, d calendar.Date) calendar.Calendar {
	c.FirstYear, c.LastYear = min(c.FirstYear, d.Year()), max(c.LastYear, d.Year()+1)
	return c
}

// expiryOf is the instant until which a guarantee of a stated expiry date takes demands. Under URDG 758 a date that is no business
// day where demands are presented stands for the first one that follows (art 25(d)).
func expiryOf(c calendar.Calendar, date, subject string) (string, error) {
	if subject != guarantee.URDG {
		return endOf(c, date)
	}
	d, err := calendar.ParseDate(date)
	if err == nil {
		d, err = covering(c, d).FirstBusinessDay(d)
	}
	if err != nil {
		return "", calendarFault(err)
	}
	return endOf(c, d.String())
}

// endOf is the instant at which a date ends at the calendar's place.
func endOf(c calendar.Calendar, date string) (string, error) {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return "", calendarFault(err)
	}
	return lifecycle.Stamped(c.UTCOffset.StartOf(d.AddDays(1))), nil
}

// openYears is how long an undertaking that states no end stands from its issue (URDG 758 art 25(c)).
const openYears = 3

// termsOf reads off a cover what the rules need to see.
func termsOf(t *turn, c content.Cover, calendarName string) (guarantee.Terms, error) {
	terms := guarantee.Terms{OneDemand: c.MultipleDemands == "EXCLUDED"}
	if c.Rules == guarantee.URDG {
		terms.Rules = c.Rules
	}
	days, err := businessDays(t, calendarName)
	if err != nil {
		return terms, err
	}
	switch {
	case c.ExpiryDate != "":
		terms.Ends, err = expiryOf(days, c.ExpiryDate, c.Rules)
	case c.Rules == guarantee.URDG:
		issued, err := calendar.ParseDate(c.IssueDate)
		if err != nil {
			return terms, calendarFault(err)
		}
		terms.Ends, err = endOf(days, issued.AddYears(openYears).String())
		return terms, err
	}
	return terms, err
}
