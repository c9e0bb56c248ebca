package calendar

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// china2026 is the arrangement of the State Council's notice of 4 November 2025 国务院办公厅关于2026年部分节假日安排的通知.
const china2026 = `{"id":"CN","version":1,"utcOffset":"+08:00","firstYear":2026,"lastYear":2026,"weekend":["SA","SU"],
"holidays":["2026-01-01","2026-01-02","2026-01-03",
 "2026-02-15","2026-02-16","2026-02-17","2026-02-18","2026-02-19","2026-02-20","2026-02-21","2026-02-22","2026-02-23",
 "2026-04-04","2026-04-05","2026-04-06","2026-05-01","2026-05-02","2026-05-03","2026-05-04","2026-05-05",
 "2026-06-19","2026-06-20","2026-06-21","2026-09-25","2026-09-26","2026-09-27",
 "2026-10-01","2026-10-02","2026-10-03","2026-10-04","2026-10-05","2026-10-06","2026-10-07"],
"workdays":["2026-01-04","2026-02-14","2026-02-28","2026-05-09","2026-09-20","2026-10-10"]}`

func china(t require.TestingT) Calendar {
	var c Calendar
	require.NoError(t, json.Unmarshal([]byte(china2026), &c))
	require.NoError(t, c.Check())
	return c
}

func date(t require.TestingT, text string) Date {
	d, err := ParseDate(text)
	require.NoError(t, err, text)
	return d
}

func problem(t *testing.T, err error, at, check string) {
	t.Helper()
	var p *Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, Problem{At: at, Check: check}, *p)
}

func TestTheChineseYear2026(t *testing.T) {
	c := china(t)
	for text, want := range map[string]bool{
		"2026-01-01": false, "2026-01-04": true, "2026-01-05": true, "2026-02-13": true, "2026-02-14": true, "2026-02-15": false,
		"2026-02-23": false, "2026-02-24": true, "2026-02-28": true, "2026-03-01": false, "2026-10-03": false, "2026-10-10": true,
		"2026-10-11": false, "2026-12-31": true,
	} {
		business, err := c.IsBusinessDay(date(t, text))
		require.NoError(t, err)
		require.Equal(t, want, business, text)
	}
}

func TestFiveBusinessDaysFollowThePresentation(t *testing.T) {
	c := china(t)
	for presented, last := range map[string]string{
		"2026-03-02": "2026-03-09", // over one weekend
		"2026-02-13": "2026-02-27", // the Saturday after it is worked, then the spring festival
		"2026-02-21": "2026-02-28", // on a holiday: the day of presentation does not count anyway
		"2026-09-30": "2026-10-13", // the national day, and a worked Saturday
		"2025-12-31": "2026-01-08", // the day of presentation itself need not be covered
	} {
		got, err := c.AddBusinessDays(date(t, presented), 5)
		require.NoError(t, err, presented)
		require.Equal(t, last, got.String(), presented)
	}
}

func TestACountLeavesNoCoveredYear(t *testing.T) {
	c := china(t)
	_, err := c.AddBusinessDays(date(t, "2026-12-28"), 5)
	problem(t, err, "", CheckNotCovered)
	_, err = c.IsBusinessDay(date(t, "2027-01-01"))
	problem(t, err, "", CheckNotCovered)
	_, err = c.IsBusinessDay(Date{})
	problem(t, err, "", CheckNotCovered)
	_, err = c.FirstBusinessDay(date(t, "2025-12-31"))
	problem(t, err, "", CheckNotCovered)
	_, err = c.BusinessDaysBetween(date(t, "2026-12-31"), date(t, "2027-01-01"))
	problem(t, err, "", CheckNotCovered)
	_, err = c.BusinessDaysBetween(Date{}, date(t, "2026-01-01"))
	problem(t, err, "", CheckNotCovered)
	_, err = c.AddBusinessDays(Date{}, 1)
	problem(t, err, "", CheckNotCovered)
	_, err = c.AddBusinessDays(date(t, "2026-06-01"), -1)
	problem(t, err, "", CheckNegative)
	_, err = c.BusinessDaysBetween(date(t, "2026-06-02"), date(t, "2026-06-01"))
	problem(t, err, "", CheckNegative)
}

func TestAnExpiryOnAHolidayMovesToTheNextBusinessDay(t *testing.T) {
	c := china(t)
	for on, want := range map[string]string{"2026-10-01": "2026-10-08", "2026-10-08": "2026-10-08", "2026-02-14": "2026-02-14"} {
		got, err := c.FirstBusinessDay(date(t, on))
		require.NoError(t, err)
		require.Equal(t, want, got.String())
	}
}

func TestATimeBecomesADateAtTheCalendarsPlace(t *testing.T) {
	c := china(t)
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return parsed
	}
	require.Equal(t, "2026-11-13", c.DateOf(at("2026-11-12T16:00:00Z")).String())
	require.Equal(t, "2026-11-12", c.DateOf(at("2026-11-12T15:59:59.999Z")).String())
	require.Equal(t, "2026-11-13", c.DateOf(at("2026-11-13T23:00:00+08:00")).String())
	require.Equal(t, "2026-11-12T16:00:00Z", c.UTCOffset.StartOf(date(t, "2026-11-13")).Format(time.RFC3339))
	west, err := ParseOffset("-03:30")
	require.NoError(t, err)
	require.Equal(t, "2026-11-12", west.DateOf(at("2026-11-13T03:29:59Z")).String())
	require.Equal(t, "2026-11-13", west.DateOf(at("2026-11-13T03:30:00Z")).String())
	require.True(t, west.DateOf(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero(), "a year that no text can name is no date")
}

func TestACalendarThatCannotBeCountedWithIsRefused(t *testing.T) {
	day := func(text string) Date { return date(t, text) }
	for _, r := range []struct {
		why       string
		spoil     func(*Calendar)
		at, check string
	}{
		{"no id", func(c *Calendar) { c.ID = " " }, "/id", CheckText},
		{"no version", func(c *Calendar) { c.Version = 0 }, "/version", CheckNumber},
		{"no offset", func(c *Calendar) { c.UTCOffset = Offset{} }, "/utcOffset", CheckOffset},
		{"years in the wrong order", func(c *Calendar) { c.LastYear = 2025 }, "/lastYear", CheckYears},
		{"a year of no use", func(c *Calendar) { c.FirstYear = 1 }, "/firstYear", CheckYears},
		{"a century of years", func(c *Calendar) { c.FirstYear = 1990 }, "/lastYear", CheckYears},
		{"years that overflow", func(c *Calendar) { c.LastYear = int(^uint(0) >> 1) }, "/lastYear", CheckYears},
		{"no day to work on", func(c *Calendar) { c.Weekend = weekdays }, "/weekend", CheckCount},
		{"an unknown weekday", func(c *Calendar) { c.Weekend = []Weekday{"SA", "Sunday"} }, "/weekend/1", CheckWeekday},
		{"a weekend out of order", func(c *Calendar) { c.Weekend = []Weekday{"SU", "SA"} }, "/weekend/1", CheckOrder},
		{"a weekday twice", func(c *Calendar) { c.Weekend = []Weekday{"SA", "SA"} }, "/weekend/1", CheckOrder},
		{"holidays out of order", func(c *Calendar) { c.Holidays[1], c.Holidays[2] = c.Holidays[2], c.Holidays[1] }, "/holidays/2", CheckOrder},
		{"a holiday twice", func(c *Calendar) { c.Holidays[1] = c.Holidays[0] }, "/holidays/1", CheckOrder},
		{"a holiday of another year", func(c *Calendar) { c.Holidays = append(c.Holidays, day("2027-01-01")) }, "/holidays/33", CheckOutside},
		{"a holiday that is no date", func(c *Calendar) { c.Holidays[0] = Date{} }, "/holidays/0", CheckOutside},
		{"a working day of another year", func(c *Calendar) { c.Workdays[0] = day("2025-01-04") }, "/workdays/0", CheckOutside},
		{"an extra working day on a Monday", func(c *Calendar) { c.Workdays[0] = day("2026-01-05") }, "/workdays/0", CheckNotWeekend},
		{"rest and work on one day", func(c *Calendar) { c.Workdays[0] = day("2026-01-03") }, "/workdays/0", CheckBoth},
	} {
		t.Run(r.why, func(t *testing.T) {
			c := china(t)
			c.Holidays, c.Workdays = slices.Clone(c.Holidays), slices.Clone(c.Workdays)
			r.spoil(&c)
			problem(t, c.Check(), r.at, r.check)
		})
	}
}

func TestACalendarKeepsItsText(t *testing.T) {
	text, err := json.Marshal(china(t))
	require.NoError(t, err)
	require.JSONEq(t, china2026, string(text))
	for _, bad := range []string{`{"holidays":["2026-02-30"]}`, `{"holidays":[""]}`, `{"holidays":["2026-2-03"]}`, `{"holidays":[20260203]}`,
		`{"holidays":["2026-02-03T00:00:00Z"]}`, `{"holidays":["0000-01-01"]}`, `{"utcOffset":"Z"}`, `{"utcOffset":"+8:00"}`,
		`{"utcOffset":"-00:00"}`, `{"utcOffset":"+14:30"}`, `{"utcOffset":"-12:30"}`, `{"utcOffset":""}`} {
		var c Calendar
		require.Error(t, json.Unmarshal([]byte(bad), &c), bad)
	}
	for _, good := range []string{"+00:00", "+14:00", "+13:45", "-12:00", "-03:30", "+08:00"} {
		o, err := ParseOffset(good)
		require.NoError(t, err)
		require.Equal(t, good, o.String())
	}
}

func TestMonthsAndYearsEndOnADayThatExists(t *testing.T) {
	for _, r := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-11-13", 36, "2029-11-13"},                                   // three years after issue
		{"2024-02-29", 36, "2027-02-28"}, {"2024-02-29", 48, "2028-02-29"}, // issued on a leap day
		{"2096-02-29", 48, "2100-02-28"}, {"1996-02-29", 48, "2000-02-29"}, // the hundred-year rule
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-08-31", 1, "2026-09-30"}, // short months
		{"2026-12-31", 2, "2027-02-28"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-01-15", -1, "2025-12-15"}, {"2026-01-15", -13, "2024-12-15"},
		{"2026-01-15", 0, "2026-01-15"}, {"9999-01-01", 12, "9999-12-31"}, {"0001-06-01", -12, "0001-01-01"},
		{"2026-01-15", int(^uint(0) >> 1), "9999-12-31"}, {"2026-01-15", -int(^uint(0)>>1) - 1, "0001-01-01"},
	} {
		require.Equal(t, r.want, date(t, r.from).AddMonths(r.months).String(), "%s and %d months", r.from, r.months)
	}
	require.Equal(t, "2027-02-28", date(t, "2024-02-29").AddYears(3).String())
	require.Equal(t, "9999-12-31", date(t, "2024-02-29").AddYears(int(^uint(0)>>1)).String())
	require.Equal(t, "2028-03-01", date(t, "2028-01-31").AddDays(30).String(), "30 calendar days over a leap day")
	require.Equal(t, "2026-03-02", date(t, "2026-01-31").AddDays(30).String())
	require.Equal(t, "0001-01-01", date(t, "2026-01-31").AddDays(-1<<60).String())
	require.Equal(t, Date{}, Date{}.AddDays(30))
	require.Equal(t, Date{}, Date{}.AddYears(3))
}

func anyDate() *rapid.Generator[Date] {
	return rapid.Custom(func(t *rapid.T) Date { return Date{n: rapid.IntRange(1, lastDay).Draw(t, "day")} })
}

func TestDatesAgreeWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDate().Draw(t, "date"), rapid.IntRange(-4000, 4000).Draw(t, "days")
		same, err := ParseDate(d.String())
		if err != nil || same != d {
			t.Fatalf("%s does not come back", d)
		}
		slow := d.midnight().AddDate(0, 0, n)
		if year := slow.Year(); year < 1 || year > lastYear {
			return
		}
		later := d.AddDays(n)
		if later.String() != slow.Format(time.DateOnly) || later.DaysSince(d) != n || later.AddDays(-n) != d || later.Weekday() != slow.Weekday() {
			t.Fatalf("%s and %d days is %s", d, n, later)
		}
	})
}

func TestMonthsNeverOverflowIntoTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDate().Draw(t, "date"), rapid.IntRange(0, 600).Draw(t, "months")
		m := d.midnight()
		first := time.Date(m.Year(), m.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		if first.Year() > lastYear {
			return
		}
		got := d.AddMonths(n).midnight()
		last := first.AddDate(0, 1, -1)
		if got.Year() != first.Year() || got.Month() != first.Month() || got.Day() != min(m.Day(), last.Day()) {
			t.Fatalf("%s and %d months is %s", d, n, got)
		}
	})
}

// slowly counts business days with the lists alone, day by day: a second way to the same answer.
func slowly(c Calendar, from, to Date) int {
	n := 0
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		rest := slices.Contains(c.Holidays, d) || d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		if !rest || slices.Contains(c.Workdays, d) {
			n++
		}
	}
	return n
}

func TestAddingAndCountingBusinessDaysUndoEachOther(t *testing.T) {
	c := china(t)
	first := date(t, "2025-12-31")
	rapid.Check(t, func(t *rapid.T) {
		from, n := first.AddDays(rapid.IntRange(0, 250).Draw(t, "from")), rapid.IntRange(0, 70).Draw(t, "n")
		to, err := c.AddBusinessDays(from, n)
		if err != nil {
			t.Fatal(err)
		}
		between, err := c.BusinessDaysBetween(from, to)
		if err != nil || between != n || slowly(c, from, to) != n {
			t.Fatalf("%d business days after %s is %s, and back it is %d", n, from, to, between)
		}
		if business, err := c.IsBusinessDay(to); n > 0 && (err != nil || !business) {
			t.Fatalf("%s is no business day", to)
		}
	})
}

func TestADateBeginsWhereTheOneBeforeEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Offset{minutes: rapid.IntRange(-720, 840).Draw(t, "minutes"), stated: true}
		d := Date{n: rapid.IntRange(2, lastDay-1).Draw(t, "day")}
		start := o.StartOf(d)
		if o.DateOf(start) != d || o.DateOf(start.Add(-1)) != d.AddDays(-1) || !o.StartOf(d.AddDays(1)).Equal(start.Add(24*time.Hour)) {
			t.Fatalf("%s at %s", d, o)
		}
		same, err := ParseOffset(o.String())
		if err != nil || same != o {
			t.Fatalf("%s does not come back", o)
		}
	})
}

func FuzzNoCalendarPanics(f *testing.F) {
	f.Add([]byte(china2026), "2026-02-13", 5)
	f.Fuzz(func(t *testing.T, raw []byte, from string, n int) {
		var c Calendar
		if json.Unmarshal(raw, &c) != nil || c.Check() != nil {
			return
		}
		d, err := ParseDate(from)
		if err != nil {
			return
		}
		to, err := c.AddBusinessDays(d, n)
		if err != nil {
			return
		}
		between, err := c.BusinessDaysBetween(d, to)
		if err != nil || between != n {
			t.Fatalf("%d business days after %s is %s, and back it is %d", n, d, to, between)
		}
		_, _ = c.FirstBusinessDay(to)
	})
}
