// Package calendar counts business days 工作日 with calendars that are data on the ledger.
//
// Banks examine a demand within five business days after presentation (URDG 758 art 20), terminals grant free time
// 免费期 in working days: which days those are, holidays 节假日 and worked weekends 调休上班日 included, is published a
// year at a time and differs by place. So it is a record with a version, never the rules of a library or a machine.
//
// The package knows no clock, no time zone database and no storage; a time of day becomes a date with the offset that
// the record states. It knows no guarantee and no tariff either: how many days something takes is said by those.
package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Calendar says which days of some years are business days at a place (URDG 758 art 2: a day on which the place where
// an act is to be performed is regularly open for it). The counting functions expect one that passed Check.
type Calendar struct {
	// ID names the calendar, such as "CN-XMN-BANK"; Version counts its editions from 1. Who counts by a calendar
	// names both, so that a later edition does not move a date that was counted before.
	ID      string `json:"id"`
	Version int    `json:"version"`
	// UTCOffset is the offset of the place ("+08:00"): it turns a time of day into a date.
	UTCOffset Offset `json:"utcOffset"`
	// FirstYear and LastYear bound what the calendar knows, both included. It answers for no other year.
	FirstYear int `json:"firstYear"`
	LastYear  int `json:"lastYear"`
	// Weekend are the weekly days of rest, from Monday on.
	Weekend []Weekday `json:"weekend"`
	// Holidays are days of rest beside the weekend, in order. They may fall on a weekend, as published lists do.
	Holidays []Date `json:"holidays"`
	// Workdays are weekend days that are worked 调休上班日, in order.
	Workdays []Date `json:"workdays"`
}

// Weekday is a day of the week by its code in RFC 5545 (iCalendar), section 3.3.10.
type Weekday string

// weekdays are the codes in the order in which a calendar lists them.
var weekdays = []Weekday{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func weekdayOf(d Date) Weekday { return weekdays[(int(d.Weekday())+6)%7] }

// Limits of a calendar. Business-day lists are published for one or two years; a calendar of a decade is generous.
const (
	textMax  = 100
	yearMin  = 1970
	yearMax  = 2999
	yearsMax = 20
)

// Checks that a Problem names.
const (
	CheckText       = "text"        // empty, too long, or with blanks around it
	CheckNumber     = "number"      // out of range
	CheckDate       = "date"        // not an RFC 3339 full-date
	CheckOffset     = "utc-offset"  // not an offset such as "+08:00", or none
	CheckYears      = "years"       // no years, too many, or outside what anyone plans for
	CheckWeekday    = "weekday"     // not a code of RFC 5545
	CheckCount      = "count"       // no day of the week is left to work on
	CheckOrder      = "order"       // not in strictly ascending order: unordered, or twice
	CheckOutside    = "outside"     // outside the years of the calendar
	CheckNotWeekend = "not-weekend" // an extra working day that is worked anyway
	CheckBoth       = "both"        // a holiday and an extra working day at once
	CheckNotCovered = "not-covered" // the counting left the years of the calendar
	CheckNegative   = "negative"    // counting backwards
)

// Problem says what is wrong with a calendar or a count, and where. It carries no value.
type Problem struct {
	At    string // JSON pointer into the calendar (RFC 6901); empty for a count or a single value
	Check string // one of the checks above
}

func (p *Problem) Error() string { return fmt.Sprintf("calendar at %q: %s", p.At, p.Check) }

// finder keeps the first problem in the order of looking.
type finder struct{ first *Problem }

func (f *finder) unless(good bool, at, check string) {
	if !good && f.first == nil {
		f.first = &Problem{At: at, Check: check}
	}
}

func (f *finder) err() error {
	if f.first == nil {
		return nil
	}
	return f.first
}

// Check tells whether the calendar can be counted with; the error is a *Problem. Lists must be in order so that one
// calendar has one text, and one hash.
func (c Calendar) Check() error {
	var f finder
	f.unless(isText(c.ID), "/id", CheckText)
	f.unless(c.Version >= 1, "/version", CheckNumber)
	f.unless(c.UTCOffset.Stated(), "/utcOffset", CheckOffset)
	f.unless(yearMin <= c.FirstYear && c.FirstYear <= yearMax, "/firstYear", CheckYears)
	f.unless(c.FirstYear <= c.LastYear && c.LastYear <= yearMax && c.LastYear-c.FirstYear < yearsMax, "/lastYear", CheckYears)
	f.unless(len(c.Weekend) < len(weekdays), "/weekend", CheckCount)
	if f.first != nil {
		return f.err() // the lists are measured by what was looked at so far
	}
	for i, w := range c.Weekend {
		at := fmt.Sprintf("/weekend/%d", i)
		f.unless(slices.Contains(weekdays, w), at, CheckWeekday)
		f.unless(i == 0 || slices.Index(weekdays, c.Weekend[i-1]) < slices.Index(weekdays, w), at, CheckOrder)
	}
	c.checkDates(&f, "/holidays", c.Holidays)
	c.checkDates(&f, "/workdays", c.Workdays)
	if f.first != nil {
		return f.err()
	}
	for i, d := range c.Workdays {
		at := fmt.Sprintf("/workdays/%d", i)
		f.unless(slices.Contains(c.Weekend, weekdayOf(d)), at, CheckNotWeekend)
		f.unless(!has(c.Holidays, d), at, CheckBoth)
	}
	return f.err()
}

func (c Calendar) checkDates(f *finder, at string, dates []Date) {
	for i, d := range dates {
		f.unless(c.Covers(d), fmt.Sprintf("%s/%d", at, i), CheckOutside)
		f.unless(i == 0 || dates[i-1].Before(d), fmt.Sprintf("%s/%d", at, i), CheckOrder)
		if f.first != nil {
			return
		}
	}
}

func isText(s string) bool {
	return s != "" && len(s) <= textMax && utf8.ValidString(s) && strings.TrimSpace(s) == s && !strings.ContainsRune(s, 0)
}

// Covers tells whether a date lies in the calendar's years.
func (c Calendar) Covers(d Date) bool {
	return !d.IsZero() && c.FirstYear <= d.Year() && d.Year() <= c.LastYear
}

// DateOf is the date that a time has at the calendar's place.
func (c Calendar) DateOf(at time.Time) Date { return c.UTCOffset.DateOf(at) }

// has looks in an ordered list.
func has(dates []Date, d Date) bool {
	_, found := slices.BinarySearchFunc(dates, d, Date.Compare)
	return found
}
