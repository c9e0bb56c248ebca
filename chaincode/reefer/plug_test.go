package reefer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/reefer"
)

func in(d time.Duration) reefer.PlugEvent { return reefer.PlugEvent{Type: reefer.PlugIn, At: after(d)} }
func out(d time.Duration) reefer.PlugEvent {
	return reefer.PlugEvent{Type: reefer.PlugOut, At: after(d)}
}

func metered(e reefer.PlugEvent, kwh string) reefer.PlugEvent {
	e.Meter = num(kwh)
	return e
}

func TestPlugEventsAlternateInTime(t *testing.T) {
	h := time.Hour
	for _, row := range []struct {
		name   string
		events []reefer.PlugEvent
		want   []reefer.Problem
	}{
		{"none", nil, nil},
		{"in, out, in", []reefer.PlugEvent{in(0), out(h), in(2 * h)}, nil},
		{"out comes first", []reefer.PlugEvent{out(0), in(h)}, nil},
		{"in twice", []reefer.PlugEvent{in(0), in(h)}, at(reefer.Alternate, "/1/type")},
		{"out twice", []reefer.PlugEvent{in(0), out(h), out(2 * h)}, at(reefer.Alternate, "/2/type")},
		{"at one instant", []reefer.PlugEvent{in(0), out(0)}, at(reefer.TimesInOrder, "/1/at")},
		{"backwards", []reefer.PlugEvent{in(h), out(0)}, at(reefer.TimesInOrder, "/1/at")},
		{"no type", []reefer.PlugEvent{{At: start}}, at(reefer.PlugType, "/0/type")},
		{"no time", []reefer.PlugEvent{{Type: reefer.PlugIn}}, at(reefer.Required, "/0/at")},
		{"over a year", []reefer.PlugEvent{in(0), out(reefer.SpanMax + 1)}, at(reefer.SpanWithinMax, "/1/at")},
		{"a meter that runs back", []reefer.PlugEvent{metered(in(0), "100.5"), metered(out(h), "100.4")}, at(reefer.MeterNotFalling, "/1/kwhMeter")},
		{"another meter at the next socket", []reefer.PlugEvent{metered(out(0), "100"), metered(in(h), "7")}, nil},
		{"a number without end", []reefer.PlugEvent{metered(in(0), "1e9999"), metered(out(h), "1")}, at(reefer.NumberSize, "/0/kwhMeter")},
	} {
		_, problems := reefer.NewPlugs(row.events)
		require.Equal(t, row.want, problems, row.name)
	}
	_, problems := reefer.NewPlugs(make([]reefer.PlugEvent, reefer.PlugEventsMax+1))
	require.Equal(t, at(reefer.TooMany, ""), problems)
}

func plugs(t require.TestingT, events ...reefer.PlugEvent) reefer.Plugs {
	p, problems := reefer.NewPlugs(events)
	require.Empty(t, problems)
	return p
}

func TestALongTimeOffPowerIsAnExcursion(t *testing.T) {
	p := plugs(t, out(0), in(30*time.Minute), out(time.Hour), in(91*time.Minute), out(2*time.Hour))
	long := reefer.Excursion{Kind: reefer.Power, From: after(time.Hour), To: after(91 * time.Minute), Minutes: 31, Severity: reefer.Minor}
	require.Equal(t, []reefer.Excursion{long}, p.Gaps(30, time.Time{}), "exactly 30 minutes are allowed, 31 are not")

	open := p.Gaps(30, after(15*time.Hour))
	require.Len(t, open, 2, "who is still off counts until now")
	require.Equal(t, reefer.Critical, open[1].Severity)
	require.Equal(t, 13*60, open[1].Minutes)

	require.Len(t, p.Gaps(30, after(time.Hour)), 1, "an instant before the last event adds nothing")
	require.Len(t, p.Gaps(0, time.Time{}), 2)
	require.Len(t, p.Gaps(-5, time.Time{}), 2, "less than none is none")
	require.Empty(t, plugs(t, in(0), out(time.Hour)).Gaps(0, time.Time{}))
}

// The worked check of the domain facts, 4.6.
func TestPlugUnitsAreStarted24Hours(t *testing.T) {
	end := time.Date(2026, 11, 13, 14, 8, 0, 0, time.UTC)
	socket := metered(in(0), "1200.25")
	socket.Facility, socket.Slot = "XICT", "B-07"
	stays := plugs(t, socket, metered(reefer.PlugEvent{Type: reefer.PlugOut, At: end}, "2301.5")).Stays(time.Time{})
	require.Len(t, stays, 1)
	require.Equal(t, 13, stays[0].Units)
	require.Equal(t, 12*24*60+4*60+8, stays[0].Minutes)
	require.Equal(t, "1101.25", stays[0].KWh.String())
	require.Equal(t, "XICT", stays[0].Facility)

	for _, row := range []struct {
		long  time.Duration
		units int
	}{{time.Nanosecond, 1}, {24 * time.Hour, 1}, {24*time.Hour + time.Second, 2}, {48 * time.Hour, 2}} {
		require.Equal(t, row.units, plugs(t, in(0), out(row.long)).Stays(time.Time{})[0].Units, row.long)
	}
}

func TestAnOpenStayCountsUntilNow(t *testing.T) {
	p := plugs(t, in(0), out(time.Hour), in(2*time.Hour))
	require.Len(t, p.Stays(time.Time{}), 1)
	stays := p.Stays(after(3 * time.Hour))
	require.Len(t, stays, 2)
	require.Equal(t, 60, stays[1].Minutes)
	require.Nil(t, stays[1].KWh)
}

func TestTimeIsEitherOnOrOffPower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(1, 5000), 1, 20).Draw(t, "minutes between events")
		turn, long := rapid.Bool().Draw(t, "in first"), 0
		var events []reefer.PlugEvent
		for _, step := range steps {
			event := out(time.Duration(long) * time.Minute)
			if turn {
				event.Type = reefer.PlugIn
			}
			events, turn, long = append(events, event), !turn, long+step
		}
		p := plugs(t, events...)
		until := after(time.Duration(long) * time.Minute)
		sum := 0
		for _, s := range p.Stays(until) {
			sum += s.Minutes
		}
		for _, g := range p.Gaps(0, until) {
			sum += g.Minutes
		}
		require.Equal(t, long, sum)
	})
}
