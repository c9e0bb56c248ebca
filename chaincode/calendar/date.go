package calendar

import (
	"cmp"
	"regexp"
	"strconv"
	"time"
)

// Date is a civil date of the Gregorian calendar, from 0001-01-01 to 9999-12-31, in JSON a full-date of RFC 3339
// ("2026-11-13"). It has no time and no zone. Dates are compared with == too. The zero value is no date.
type Date struct{ n int } // 0001-01-01 is day 1

const (
	epochDay     = 719163  // 1970-01-01
	lastDay      = 3652059 // 9999-12-31
	daySeconds   = 24 * 60 * 60
	monthsInYear = 12
	lastYear     = 9999
)

// ParseDate reads a full-date of RFC 3339 and nothing else; the error is a *Problem.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	d := onDay(t)
	if err != nil || d.IsZero() || d.String() != text {
		return Date{}, &Problem{Check: CheckDate}
	}
	return d, nil
}

// onDay is the date of a time in UTC; times outside the years 1 to 9999 have none.
func onDay(t time.Time) Date {
	t = t.UTC()
	if t.Year() < 1 || t.Year() > lastYear {
		return Date{}
	}
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return Date{n: int(midnight.Unix()/daySeconds) + epochDay}
}

// midnight is the beginning of the date in UTC.
func (d Date) midnight() time.Time { return time.Unix(int64(d.n-epochDay)*daySeconds, 0).UTC() }

// IsZero tells whether this is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// String is the full-date of RFC 3339; empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.midnight().Format(time.DateOnly)
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads as ParseDate does.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Year is the year, 1 to 9999.
func (d Date) Year() int { return d.midnight().Year() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// Compare is -1, 0 or 1 as d is before, on or after e.
func (d Date) Compare(e Date) int { return cmp.Compare(d.n, e.n) }

// Before tells whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// After tells whether d is a later day than e.
func (d Date) After(e Date) bool { return d.n > e.n }

// DaysSince is the number of days from e to d, negative when d is the earlier one.
func (d Date) DaysSince(e Date) int { return d.n - e.n }

// AddDays is the date that many calendar days later, or earlier when days is negative: a guarantor may suspend payment
// for up to 30 calendar days (URDG 758 art 23), and force majeure adds 30 (art 26). Like all sums of dates it stops at
// the first and the last date there is, and leaves no date alone.
func (d Date) AddDays(days int) Date {
	if d.IsZero() {
		return d
	}
	return Date{n: within(1, d.n+within(-lastDay, days, lastDay), lastDay)}
}

// AddMonths is the same day of the month that many months later. A month without that day ends on its last day:
// 31 January and one month is 28 or 29 February (Civil Code of China, art 202).
func (d Date) AddMonths(months int) Date {
	if d.IsZero() {
		return d
	}
	const all = lastYear * monthsInYear
	t := d.midnight()
	month := t.Year()*monthsInYear + int(t.Month()) - 1 + within(-all, months, all)
	switch year, m := month/monthsInYear, time.Month(month%monthsInYear+1); {
	case month < monthsInYear:
		return Date{n: 1}
	case year > lastYear:
		return Date{n: lastDay}
	default:
		days := time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return onDay(time.Date(year, m, min(t.Day(), days), 0, 0, 0, 0, time.UTC))
	}
}

// AddYears is the same date that many years later, 28 February for 29 February where there is none: an undertaking
// without expiry ends three years after issue (URDG 758 art 25).
func (d Date) AddYears(years int) Date {
	return d.AddMonths(within(-lastYear, years, lastYear) * monthsInYear)
}

func within(low, n, high int) int { return max(low, min(n, high)) }

// Offset is a fixed difference to UTC, in JSON as RFC 3339 writes it: "+08:00". There is no summer time in it: a place
// that has one states the offset its dates are to be read with. The zero value is no offset, which is not "+00:00".
type Offset struct {
	minutes int
	stated  bool
}

// offsetForm spans the offsets in use on earth, UTC-12 to UTC+14. "Z" is refused, and so is "-00:00", which RFC 3339
// reserves for an unknown offset: one offset has one text.
var offsetForm = regexp.MustCompile(`^(?:\+(?:0[0-9]|1[0-3]):[0-5][0-9]|\+14:00|-(?:0[0-9]|1[01]):[0-5][0-9]|-12:00)$`)

// ParseOffset reads an offset such as "+08:00"; the error is a *Problem.
func ParseOffset(text string) (Offset, error) {
	if !offsetForm.MatchString(text) || text == "-00:00" {
		return Offset{}, &Problem{Check: CheckOffset}
	}
	hours, _ := strconv.Atoi(text[1:3]) // the form leaves only digits
	minutes, _ := strconv.Atoi(text[4:6])
	o := Offset{minutes: hours*60 + minutes, stated: true}
	if text[0] == '-' {
		o.minutes = -o.minutes
	}
	return o, nil
}

// Stated tells whether there is an offset at all.
func (o Offset) Stated() bool { return o.stated }

// String is the text that ParseOffset reads; empty for no offset.
func (o Offset) String() string {
	if !o.stated {
		return ""
	}
	sign, minutes := "+", o.minutes
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	return sign + twoDigits(minutes/60) + ":" + twoDigits(minutes%60)
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// MarshalText writes the offset as String does.
func (o Offset) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads as ParseOffset does.
func (o *Offset) UnmarshalText(text []byte) error {
	parsed, err := ParseOffset(string(text))
	if err != nil {
		return err
	}
	*o = parsed
	return nil
}

func (o Offset) span() time.Duration { return time.Duration(o.minutes) * time.Minute }

// DateOf is the date that a time has at this offset.
func (o Offset) DateOf(at time.Time) Date { return onDay(at.UTC().Add(o.span())) }

// StartOf is the instant at which a date begins at this offset, in UTC.
func (o Offset) StartOf(d Date) time.Time { return d.midnight().Add(-o.span()) }
