package reefer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/reefer"
)

// frozenTerms are those of the domain facts, 4.5: -18 °C, 3 K either way, 60 minutes.
func frozenTerms() reefer.Terms {
	return reefer.Terms{Setpoint: num("-18"), Temperature: &reefer.Tolerance{Low: dec("3.0"), High: dec("3.0"), GraceMinutes: 60}}
}

func chilledTerms() reefer.Terms {
	return reefer.Terms{Setpoint: num("2"), Temperature: &reefer.Tolerance{Low: dec("1"), High: dec("1.5"), GraceMinutes: 30}}
}

// log makes readings of return air, one every interval; an empty text is a reading without it.
func log(every time.Duration, returnAir ...string) []reefer.Reading {
	var readings []reefer.Reading
	for i, air := range returnAir {
		readings = append(readings, reefer.Reading{At: after(time.Duration(i) * every), ReturnAir: opt(air)})
	}
	return readings
}

func series(t require.TestingT, readings []reefer.Reading) reefer.Series {
	s, problems := reefer.NewSeries(readings)
	require.Empty(t, problems)
	return s
}

func excursions(t require.TestingT, terms reefer.Terms, readings []reefer.Reading) []reefer.Excursion {
	found, problems := series(t, readings).Excursions(terms)
	require.Empty(t, problems)
	return found
}

// brief is an excursion in the words of a table.
type brief struct {
	kind     reefer.Kind
	from, to time.Duration
	peak     string
	severity reefer.Severity
}

func briefs(found []reefer.Excursion) []brief {
	var list []brief
	for _, e := range found {
		b := brief{kind: e.Kind, from: e.From.Sub(start), to: e.To.Sub(start), severity: e.Severity}
		if e.Peak != nil {
			b.peak = e.Peak.String()
		}
		list = append(list, b)
	}
	return list
}

func TestTemperatureExcursionsOfFrozenGoods(t *testing.T) {
	h, half := time.Hour, 30*time.Minute
	for _, row := range []struct {
		name     string
		readings []reefer.Reading
		want     []brief
	}{
		{"at the set-point", log(h, "-18", "-18", "-18"), nil},
		{"on the edges of the tolerance", log(h, "-15", "-21", "-15", "-21"), nil},
		{"outside for exactly the grace", log(h, "-18", "-14.9", "-18"), nil},
		{"outside for longer", log(half, "-18", "-14.9", "-14.8", "-14.9", "-18"), []brief{{reefer.TempHigh, half, 4 * half, "-14.8", reefer.Minor}}},
		{"too cold", log(half, "-21.1", "-22", "-21.5", "-18"), []brief{{reefer.TempLow, 0, 3 * half, "-22", reefer.Minor}}},
		{"outside until the end", log(half, "-18", "-14", "-14", "-14", "-14"), []brief{{reefer.TempHigh, half, 4 * half, "-14", reefer.Minor}}},
		{"outside at the very end only", log(2*h, "-18", "-18", "0"), nil},
		{"from too warm to too cold", log(2*h, "-14", "-22", "-18"), []brief{
			{reefer.TempHigh, 0, 2 * h, "-14", reefer.Minor}, {reefer.TempLow, 2 * h, 4 * h, "-22", reefer.Minor}}},
		{"twice", log(90*time.Minute, "-14", "-18", "-14", "-18"), []brief{
			{reefer.TempHigh, 0, 3 * half, "-14", reefer.Minor}, {reefer.TempHigh, 6 * half, 9 * half, "-14", reefer.Minor}}},
		{"a reading without the air is passed over", log(h, "-14", "", "-18"), []brief{{reefer.TempHigh, 0, 2 * h, "-14", reefer.Minor}}},
		{"no air at all", log(h, "", "", ""), nil},
	} {
		require.Equal(t, row.want, briefs(excursions(t, frozenTerms(), row.readings)), row.name)
	}
}

func TestSeverityByTimeAndDeviation(t *testing.T) {
	for _, row := range []struct {
		name string
		long time.Duration
		peak string
		want reefer.Severity
	}{
		{"two hours", 2 * time.Hour, "-14", reefer.Minor},
		{"a second more", 2*time.Hour + time.Second, "-14", reefer.Major},
		{"twelve hours", 12 * time.Hour, "-14", reefer.Major},
		{"a second more than twelve hours", 12*time.Hour + time.Second, "-14", reefer.Critical},
		{"short, and 5 K off the set-point", 90 * time.Minute, "-13", reefer.Minor},
		{"short, and more than 5 K off", 90 * time.Minute, "-12.9", reefer.Major},
		{"short, and very far off", 90 * time.Minute, "20", reefer.Major},
		{"short, and far too cold", 90 * time.Minute, "-23.1", reefer.Major},
		{"long and far off", 13 * time.Hour, "5", reefer.Critical},
	} {
		found := excursions(t, frozenTerms(), log(row.long, row.peak, "-18"))
		require.Len(t, found, 1, row.name)
		require.Equal(t, row.want, found[0].Severity, row.name)
		require.Equal(t, int(row.long/time.Minute), found[0].Minutes, row.name)
	}
}

func TestReturnAirCountsForFrozenAndSupplyAirForChilled(t *testing.T) {
	warmReturn := []reefer.Reading{
		{At: after(0), ReturnAir: num("30"), SupplyAir: num("2")}, {At: after(3 * time.Hour), ReturnAir: num("2"), SupplyAir: num("2")},
	}
	require.Empty(t, excursions(t, chilledTerms(), warmReturn), "return air of chilled goods is always warmer")
	warmSupply := []reefer.Reading{
		{At: after(0), ReturnAir: num("-18"), SupplyAir: num("30")}, {At: after(3 * time.Hour), ReturnAir: num("-18")},
	}
	require.Empty(t, excursions(t, frozenTerms(), warmSupply))
	require.Len(t, excursions(t, chilledTerms(), warmSupply[:1]), 0, "one reading has no length")
	cold := []reefer.Reading{{At: after(0), SupplyAir: num("0.9")}, {At: after(time.Hour), SupplyAir: num("1")}}
	require.Equal(t, []brief{{reefer.TempLow, 0, time.Hour, "0.9", reefer.Minor}}, briefs(excursions(t, chilledTerms(), cold)))
}

func TestDefrostSaysNothingAboutTheCargo(t *testing.T) {
	readings := log(time.Hour, "-18", "10", "12", "-18")
	require.Len(t, excursions(t, frozenTerms(), readings), 1)
	readings[1].Defrost, readings[2].Defrost = true, true
	require.Empty(t, excursions(t, frozenTerms(), readings))

	readings = log(time.Hour, "-14", "12", "-14", "-18")
	readings[1].Defrost = true
	require.Equal(t, []brief{{reefer.TempHigh, 0, 3 * time.Hour, "-14", reefer.Major}}, briefs(excursions(t, frozenTerms(), readings)),
		"a defrost does not end an excursion, and its air is no peak")
}

func TestWithoutAnAgreedSetpointTheControllersOwnCounts(t *testing.T) {
	terms := frozenTerms()
	terms.Setpoint = nil
	readings := []reefer.Reading{
		{At: after(0), Setpoint: num("-18"), ReturnAir: num("-18"), SupplyAir: num("30")},
		{At: after(2 * time.Hour), Setpoint: num("2"), ReturnAir: num("30"), SupplyAir: num("2")},
		{At: after(4 * time.Hour), Setpoint: num("2"), ReturnAir: num("2"), SupplyAir: num("9")},
		{At: after(6 * time.Hour), SupplyAir: num("40")},
		{At: after(8 * time.Hour), Setpoint: num("2"), SupplyAir: num("2")},
	}
	require.Equal(t, []brief{{reefer.TempHigh, 4 * time.Hour, 8 * time.Hour, "9", reefer.Major}}, briefs(excursions(t, terms, readings)))
}

func TestHumidityAndGasesHaveOneKindForBothSides(t *testing.T) {
	band := func(setpoint string) *reefer.Target {
		return &reefer.Target{Setpoint: dec(setpoint), Tolerance: reefer.Tolerance{Low: dec("5"), High: dec("5")}}
	}
	terms := reefer.Terms{Humidity: band("85"), O2: band("10"), CO2: band("6")}
	readings := []reefer.Reading{
		{At: after(0), Humidity: num("91"), O2: num("10"), CO2: num("12")},
		{At: after(time.Hour), Humidity: num("60"), O2: num("4"), CO2: num("6")},
		{At: after(2 * time.Hour), Humidity: num("80"), O2: num("21"), CO2: num("6")},
	}
	require.Equal(t, []brief{
		{reefer.Humidity, 0, 2 * time.Hour, "60", reefer.Minor},
		{reefer.O2, time.Hour, 2 * time.Hour, "21", reefer.Minor},
		{reefer.CO2, 0, time.Hour, "12", reefer.Minor},
	}, briefs(excursions(t, terms, readings)), "percent points are no kelvin: 25 points off stay minor")
}

func TestPowerIsJudgedByAllReadings(t *testing.T) {
	terms := reefer.Terms{MaxPowerOffMinutes: ptr(60)}
	readings := log(time.Hour, "", "", "", "")
	readings[0].PowerOn, readings[1].PowerOn, readings[3].PowerOn = ptr(true), ptr(false), ptr(true)
	readings[1].Defrost = true
	require.Equal(t, []brief{{reefer.Power, time.Hour, 3 * time.Hour, "", reefer.Minor}}, briefs(excursions(t, terms, readings)))
	terms.MaxPowerOffMinutes = ptr(120)
	require.Empty(t, excursions(t, terms, readings), "exactly the time allowed")
}

func TestPowerSeenTwiceCountsOnce(t *testing.T) {
	off := func(from, to time.Duration) reefer.Excursion {
		return excursions(t, reefer.Terms{MaxPowerOffMinutes: ptr(0)}, []reefer.Reading{
			{At: after(from), PowerOn: ptr(false)}, {At: after(to), PowerOn: ptr(true)}})[0]
	}
	h := time.Hour
	joined := reefer.JoinPower(
		[]reefer.Excursion{off(20*h, 21*h), off(0, 2*h), {Kind: reefer.TempHigh, From: start, To: after(99 * h)}},
		[]reefer.Excursion{off(h, 13*h), off(2*h, 3*h), off(13*h, 14*h)})
	require.Equal(t, []brief{{reefer.Power, 0, 14 * h, "", reefer.Critical}, {reefer.Power, 20 * h, 21 * h, "", reefer.Minor}}, briefs(joined))
	require.Equal(t, 14*60, joined[0].Minutes)
	require.Empty(t, reefer.JoinPower())
}

func TestTermsThatCannotBeMeant(t *testing.T) {
	terms := reefer.Terms{
		Setpoint: num("1e9999"), Temperature: &reefer.Tolerance{Low: dec("-1"), High: dec("1e99"), GraceMinutes: -1},
		O2: &reefer.Target{Setpoint: dec("101"), Tolerance: reefer.Tolerance{High: dec("-0.1")}}, MaxPowerOffMinutes: ptr(-1),
	}
	_, problems := series(t, log(time.Hour, "1")).Excursions(terms)
	require.Equal(t, []reefer.Problem{
		{Check: reefer.NumberSize, At: "/setpoint"}, {Check: reefer.NumberSize, At: "/temperature/high"},
		{Check: reefer.NotNegative, At: "/temperature/low"}, {Check: reefer.NotNegative, At: "/temperature/graceMinutes"},
		{Check: reefer.Percent, At: "/o2/setpoint"}, {Check: reefer.NotNegative, At: "/o2/tolerance/high"},
		{Check: reefer.NotNegative, At: "/maxPowerOffMinutes"},
	}, problems)
}

func TestTheWorstSeverity(t *testing.T) {
	is := func(s ...reefer.Severity) (list []reefer.Excursion) {
		for _, one := range s {
			list = append(list, reefer.Excursion{Severity: one})
		}
		return list
	}
	require.Empty(t, reefer.Worst(nil))
	require.Equal(t, reefer.Major, reefer.Worst(is(reefer.Minor, reefer.Major, reefer.Minor)))
	require.Equal(t, reefer.Critical, reefer.Worst(is(reefer.Critical, reefer.Minor)))
	require.Equal(t, reefer.Minor, reefer.Worst(is("UNHEARD_OF", reefer.Minor)))
}
