package reefer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/reefer"
)

func plugged(kind string, in time.Duration) reefer.PlugEvent {
	return reefer.PlugEvent{Type: kind, At: after(in), Facility: "XMT1", Slot: "R12"}
}

func power(from, to time.Duration) reefer.Excursion {
	e, problems := reefer.Terms{}.Excursion(reefer.Claim{Kind: reefer.Power, From: after(from), To: after(to)})
	if len(problems) > 0 {
		panic(problems)
	}
	return e
}

func TestAPowerGapBecomesAnExcursion(t *testing.T) {
	var l reefer.Log
	for _, e := range []reefer.PlugEvent{plugged(reefer.PlugIn, 0), plugged(reefer.PlugOut, time.Hour), plugged(reefer.PlugIn, 3*time.Hour)} {
		var problems []reefer.Problem
		l, problems = l.Plug(e, ptr(120))
		require.Empty(t, problems)
	}
	require.Empty(t, l.Excursions, "two hours are allowed")
	l, _ = l.Plug(plugged(reefer.PlugOut, 4*time.Hour), ptr(120))
	l, _ = l.Plug(plugged(reefer.PlugIn, 17*time.Hour), ptr(120))
	require.Len(t, l.Excursions, 1)
	require.Equal(t, power(4*time.Hour, 17*time.Hour), l.Excursions[0].Excursion)
	require.Equal(t, reefer.Critical, l.Open())
	require.True(t, l.Evidence())
	for _, bad := range []struct {
		event reefer.PlugEvent
		want  []reefer.Problem
	}{
		{plugged(reefer.PlugIn, 18*time.Hour), at(reefer.Alternate, "/type")},
		{plugged(reefer.PlugOut, 17*time.Hour), at(reefer.TimesInOrder, "/at")},
		{plugged("PULLED", 18*time.Hour), at(reefer.PlugType, "/type")},
	} {
		after, problems := l.Plug(bad.event, ptr(120))
		require.Equal(t, bad.want, problems)
		require.Equal(t, l, after)
	}
}

func TestWhatIsToldTwiceIsOneExcursionAndWhatHasGrownIsOpenAgain(t *testing.T) {
	report := func(l reefer.Log, found ...reefer.Excursion) reefer.Log {
		l, problems := l.Report(reefer.Report{By: "p"}, found)
		require.Empty(t, problems)
		return l
	}
	l := report(reefer.Log{}, power(0, 3*time.Hour), power(20*time.Hour, 22*time.Hour))
	l, problems := l.Acknowledge([]int{1, 2}, "buyer", start, "seen")
	require.Empty(t, problems)
	require.Empty(t, l.Open())
	again := report(l, power(0, 3*time.Hour), power(time.Hour, 2*time.Hour))
	require.Equal(t, l.Excursions, again.Excursions, "nothing new")
	grown := report(l, power(2*time.Hour, 20*time.Hour))
	require.Len(t, grown.Excursions, 1, "all three are one")
	require.Equal(t, power(0, 22*time.Hour), grown.Excursions[0].Excursion)
	require.Equal(t, 1, grown.Excursions[0].Number)
	require.Equal(t, reefer.Critical, grown.Open())
	require.Empty(t, l.Open(), "the log before is what it was")
	fresh := report(grown, power(40*time.Hour, 41*time.Hour))
	require.Equal(t, 3, fresh.Excursions[1].Number, "a number is never given twice")
}

func TestAnAcknowledgementNamesOpenExcursions(t *testing.T) {
	l, _ := reefer.Log{}.Report(reefer.Report{By: "p"}, []reefer.Excursion{power(0, 3*time.Hour)})
	for _, bad := range []struct {
		numbers []int
		want    []reefer.Problem
	}{{nil, at(reefer.Required, "")}, {[]int{2}, at(reefer.NotOpen, "/0")}, {[]int{1, 1}, at(reefer.NotOpen, "/1")}} {
		after, problems := l.Acknowledge(bad.numbers, "buyer", start, "")
		require.Equal(t, bad.want, problems)
		require.Equal(t, l, after)
	}
}

func TestAClaimIsGradedByTheTerms(t *testing.T) {
	terms := reefer.Terms{Setpoint: num("-18")}
	claim := reefer.Claim{Kind: reefer.TempHigh, From: start, To: after(time.Hour), Peak: num("-12.9")}
	e, problems := terms.Excursion(claim)
	require.Empty(t, problems)
	require.Equal(t, reefer.Major, e.Severity, "more than 5 K")
	require.Equal(t, 60, e.Minutes)
	for _, bad := range []struct {
		change func(*reefer.Claim)
		want   []reefer.Problem
	}{
		{func(c *reefer.Claim) { c.Kind = "HOT" }, at(reefer.Required, "/kind")},
		{func(c *reefer.Claim) { c.To = c.From }, at(reefer.TimesInOrder, "/to")},
		{func(c *reefer.Claim) { c.To = c.From.Add(2 * reefer.SpanMax) }, at(reefer.SpanWithinMax, "/to")},
		{func(c *reefer.Claim) { c.Peak = nil }, at(reefer.Required, "/peak")},
		{func(c *reefer.Claim) { c.Kind = reefer.Power }, at(reefer.Required, "/peak")},
	} {
		c := claim
		bad.change(&c)
		_, problems := terms.Excursion(c)
		require.Equal(t, bad.want, problems)
	}
}

func TestALogIsBounded(t *testing.T) {
	var l reefer.Log
	for i := range reefer.LogPlugsMax {
		var problems []reefer.Problem
		l, problems = l.Plug(plugged([]string{reefer.PlugIn, reefer.PlugOut}[i%2], time.Duration(i)*time.Hour), nil)
		require.Empty(t, problems)
	}
	_, problems := l.Plug(plugged(reefer.PlugIn, 1000*time.Hour), nil)
	require.Equal(t, at(reefer.TooMany, ""), problems)
	for range reefer.LogReportsMax {
		l, problems = l.Report(reefer.Report{By: "p"}, nil)
		require.Empty(t, problems)
	}
	_, problems = l.Report(reefer.Report{By: "p"}, nil)
	require.Equal(t, at(reefer.TooMany, ""), problems)
	var many []reefer.Excursion
	for i := range reefer.LogExcursionsMax + 1 {
		many = append(many, power(time.Duration(2*i)*time.Hour, time.Duration(2*i+1)*time.Hour))
	}
	_, problems = reefer.Log{}.Report(reefer.Report{By: "p"}, many)
	require.Equal(t, at(reefer.TooMany, ""), problems)
}

// Whatever is sent: plug events alternate in time, excursions of a kind never touch, the open severity is the worst
// unacknowledged one, and what is refused changes nothing.
func TestALogHoldsTogetherWhateverIsSent(t *testing.T) {
	hours := rapid.IntRange(0, 100)
	rapid.Check(t, func(rt *rapid.T) {
		var l reefer.Log
		for range rapid.IntRange(1, 30).Draw(rt, "acts") {
			before, was := l, l.Open()
			var problems []reefer.Problem
			switch rapid.IntRange(0, 2).Draw(rt, "act") {
			case 0:
				kind := rapid.SampledFrom([]string{reefer.PlugIn, reefer.PlugOut}).Draw(rt, "type")
				l, problems = l.Plug(plugged(kind, time.Duration(hours.Draw(rt, "at"))*time.Hour), ptr(60))
			case 1:
				from := hours.Draw(rt, "from")
				claim := reefer.Claim{Kind: rapid.SampledFrom([]reefer.Kind{reefer.TempHigh, reefer.TempLow}).Draw(rt, "kind"),
					From: after(time.Duration(from) * time.Hour), To: after(time.Duration(from+hours.Draw(rt, "long")) * time.Hour), Peak: num("-10")}
				e, bad := reefer.Terms{}.Excursion(claim)
				if len(bad) > 0 {
					continue
				}
				l, problems = l.Report(reefer.Report{By: "p"}, []reefer.Excursion{e})
			case 2:
				l, problems = l.Acknowledge([]int{rapid.IntRange(1, 5).Draw(rt, "number")}, "buyer", start, "")
			}
			if len(problems) > 0 {
				require.Equal(rt, before, l)
			}
			require.Equal(rt, was, before.Open(), "an act leaves the log before it alone")
			holdsTogether(rt, l)
		}
	})
}

func holdsTogether(t require.TestingT, l reefer.Log) {
	for i := range l.Plugs[min(1, len(l.Plugs)):] {
		require.True(t, l.Plugs[i].At.Before(l.Plugs[i+1].At))
		require.NotEqual(t, l.Plugs[i].Type, l.Plugs[i+1].Type)
	}
	grades := map[reefer.Severity]int{"": 0, reefer.Minor: 1, reefer.Major: 2, reefer.Critical: 3}
	worst := reefer.Severity("")
	for i, f := range l.Excursions {
		if f.AcknowledgedBy == "" && grades[f.Severity] > grades[worst] {
			worst = f.Severity
		}
		for _, g := range l.Excursions[i+1:] {
			require.NotEqual(t, f.Number, g.Number)
			apart := f.Kind != g.Kind || f.To.Before(g.From) || g.To.Before(f.From)
			require.True(t, apart, "%v and %v are one", f, g)
		}
	}
	require.Equal(t, worst, l.Open())
}
