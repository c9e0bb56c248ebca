package reefer_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/reefer"
)

func decimalTenths(n int64) string { return decimal.New(n, -1).String() }

func TestReadingsThatCannotBeASeries(t *testing.T) {
	long := log(reefer.SpanMax+1, "-18", "-18")
	insane := log(time.Hour, "-18", "1e9999")
	insane[0].SupplyAir, insane[0].Setpoint = num("1e-9999"), num("123456789012345678901234567890")
	for _, row := range []struct {
		name     string
		readings []reefer.Reading
		want     []reefer.Problem
	}{
		{"none", nil, at(reefer.Required, "")},
		{"too many", make([]reefer.Reading, reefer.ReadingsMax+1), at(reefer.TooMany, "")},
		{"one without a time", []reefer.Reading{{}}, at(reefer.Required, "/0/at")},
		{"two at one instant in two zones", []reefer.Reading{{At: start}, {At: after(1)}, {At: start.In(time.FixedZone("", 8*3600))}}, at(reefer.ReadingOnce, "/2/at")},
		{"over a year", []reefer.Reading{long[1], long[0]}, at(reefer.SpanWithinMax, "/0/at")},
		{"numbers without end", insane, []reefer.Problem{
			{Check: reefer.NumberSize, At: "/0/supplyAir"}, {Check: reefer.NumberSize, At: "/0/setpoint"}, {Check: reefer.NumberSize, At: "/1/returnAir"}}},
	} {
		_, problems := reefer.NewSeries(row.readings)
		require.Equal(t, row.want, problems, row.name)
	}
	require.Equal(t, at(reefer.Required, "/reefer/log/0/at"), reefer.Under("/reefer/log", at(reefer.Required, "/0/at")))
}

func TestTheSummaryOfASeries(t *testing.T) {
	readings := log(time.Hour, "-18", "-17.5", "25", "-19.25")
	readings[0].SupplyAir, readings[3].SupplyAir = num("-20"), num("-22")
	readings[2].Defrost = true
	sum := series(t, readings).Summary([]byte("abc"))
	raw, err := json.Marshal(sum)
	require.NoError(t, err)
	require.JSONEq(t, `{"count":4,"firstAt":"2026-11-01T10:00:00Z","lastAt":"2026-11-01T13:00:00Z",
		"minReturn":"-19.25","maxReturn":"-17.5","minSupply":"-22","maxSupply":"-20",
		"dataHash":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}`, string(raw))
	require.Empty(t, sum.Problems())
	require.Empty(t, sum.Verify(series(t, readings), []byte("abc")))
	require.Nil(t, series(t, log(time.Hour, "")).Summary(nil).MinReturn)
}

func TestASummaryThatTheReadingsDoNotBearOut(t *testing.T) {
	s := series(t, log(time.Hour, "-18", "-17"))
	for _, row := range []struct {
		name   string
		change func(*reefer.Summary)
		want   []reefer.Problem
	}{
		{"in another zone and otherwise written", func(sum *reefer.Summary) {
			sum.FirstAt, sum.MinReturn = sum.FirstAt.In(time.FixedZone("", 8*3600)), num("-18.00")
		}, nil},
		{"kept elsewhere", func(sum *reefer.Summary) { sum.URI = "https://logs.example/1" }, nil},
		{"count", func(sum *reefer.Summary) { sum.Count++ }, at(reefer.AsComputed, "/count")},
		{"first", func(sum *reefer.Summary) { sum.FirstAt = sum.FirstAt.Add(1) }, at(reefer.AsComputed, "/firstAt")},
		{"last", func(sum *reefer.Summary) { sum.LastAt = sum.LastAt.Add(1) }, at(reefer.AsComputed, "/lastAt")},
		{"min", func(sum *reefer.Summary) { sum.MinReturn = num("-18.1") }, at(reefer.AsComputed, "/minReturn")},
		{"max", func(sum *reefer.Summary) { sum.MaxReturn = nil }, at(reefer.AsComputed, "/maxReturn")},
		{"supply", func(sum *reefer.Summary) { sum.MinSupply, sum.MaxSupply = num("1"), num("1e9999") },
			append(at(reefer.AsComputed, "/minSupply"), at(reefer.AsComputed, "/maxSupply")...)},
		{"hash", func(sum *reefer.Summary) { sum.DataHash = reefer.Hash([]byte("others")) }, at(reefer.AsHashed, "/dataHash")},
	} {
		sum := s.Summary([]byte("bytes"))
		row.change(&sum)
		require.Equal(t, row.want, sum.Verify(s, []byte("bytes")), row.name)
	}
}

func TestASummaryThatContradictsItself(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*reefer.Summary)
		want   []reefer.Problem
	}{
		{"none", func(*reefer.Summary) {}, nil},
		{"min equals max", func(s *reefer.Summary) { s.MinReturn = s.MaxReturn }, nil},
		{"no supply air", func(s *reefer.Summary) { s.MinSupply, s.MaxSupply = nil, nil }, nil},
		{"one reading", func(s *reefer.Summary) { s.Count, s.LastAt = 1, s.FirstAt }, nil},
		{"one reading over an hour", func(s *reefer.Summary) { s.Count = 1 }, at(reefer.OneInstant, "/count")},
		{"two readings at one instant", func(s *reefer.Summary) { s.LastAt = s.FirstAt }, at(reefer.OneInstant, "/count")},
		{"no reading", func(s *reefer.Summary) { s.Count, s.LastAt = 0, s.FirstAt }, at(reefer.Required, "/count")},
		{"too many", func(s *reefer.Summary) { s.Count = reefer.ReadingsMax + 1 }, at(reefer.TooMany, "/count")},
		{"last before first", func(s *reefer.Summary) { s.FirstAt, s.LastAt = s.LastAt, s.FirstAt }, at(reefer.TimesInOrder, "/lastAt")},
		{"over a year", func(s *reefer.Summary) { s.LastAt = s.FirstAt.Add(reefer.SpanMax + 1) }, at(reefer.SpanWithinMax, "/lastAt")},
		{"min above max", func(s *reefer.Summary) { s.MinReturn = num("-17.9") }, at(reefer.MinAtMostMax, "/maxReturn")},
		{"min without max", func(s *reefer.Summary) { s.MaxSupply = nil }, at(reefer.MinWithMax, "/maxSupply")},
		{"insane", func(s *reefer.Summary) { s.MinSupply = num("-1e9999") }, at(reefer.NumberSize, "/minSupply")},
		{"hash", func(s *reefer.Summary) { s.DataHash = "BA7816" }, at(reefer.SHA256Form, "/dataHash")},
	} {
		s := reefer.Summary{
			Count: 2, FirstAt: start, LastAt: after(time.Hour), MinReturn: num("-19"), MaxReturn: num("-18"),
			MinSupply: num("-22"), MaxSupply: num("-20"), DataHash: reefer.Hash(nil),
		}
		row.change(&s)
		require.Equal(t, row.want, s.Problems(), row.name)
	}
}

// readings are any readings of one day at different minutes, in any order.
func readings(t *rapid.T) []reefer.Reading {
	value := func(low, high int64) *rapid.Generator[*decimal.Decimal] {
		return rapid.Custom(func(t *rapid.T) *decimal.Decimal {
			n := rapid.Int64Range(low, high+5).Draw(t, "tenths")
			if n > high {
				return nil
			}
			return ptr(decimal.New(n, -1))
		})
	}
	var list []reefer.Reading
	for _, minute := range rapid.SliceOfNDistinct(rapid.IntRange(0, 24*60), 1, 60, rapid.ID[int]).Draw(t, "minutes") {
		list = append(list, reefer.Reading{
			At: after(time.Duration(minute) * time.Minute), ReturnAir: value(-250, -100).Draw(t, "return"), SupplyAir: value(-50, 100).Draw(t, "supply"),
			Humidity: value(500, 1000).Draw(t, "humidity"), O2: value(0, 210).Draw(t, "o2"), CO2: value(0, 100).Draw(t, "co2"),
			Setpoint: rapid.SampledFrom([]*decimal.Decimal{nil, num("-18"), num("2")}).Draw(t, "setpoint"),
			PowerOn:  rapid.SampledFrom([]*bool{nil, ptr(false), ptr(true)}).Draw(t, "power"), Defrost: rapid.IntRange(0, 9).Draw(t, "defrost") == 0,
		})
	}
	return list
}

func anyTerms(t *rapid.T) reefer.Terms {
	tolerance := func() reefer.Tolerance {
		return reefer.Tolerance{
			Low: decimal.New(rapid.Int64Range(0, 50).Draw(t, "low"), -1), High: decimal.New(rapid.Int64Range(0, 50).Draw(t, "high"), -1),
			GraceMinutes: rapid.IntRange(0, 90).Draw(t, "grace"),
		}
	}
	return reefer.Terms{
		Setpoint:           rapid.SampledFrom([]*decimal.Decimal{nil, num("-18"), num("2")}).Draw(t, "agreed"),
		Temperature:        ptr(tolerance()),
		Humidity:           &reefer.Target{Setpoint: dec("85"), Tolerance: tolerance()},
		O2:                 &reefer.Target{Setpoint: dec("5"), Tolerance: tolerance()},
		CO2:                &reefer.Target{Setpoint: dec("5"), Tolerance: tolerance()},
		MaxPowerOffMinutes: ptr(rapid.IntRange(0, 90).Draw(t, "off")),
	}
}

func TestExcursionsOfOneKindNeverOverlapAndFitTheSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := series(t, readings(t))
		terms := anyTerms(t)
		found, problems := s.Excursions(terms)
		require.Empty(t, problems)
		sum := s.Summary(nil)
		total, last := map[reefer.Kind]int{}, map[reefer.Kind]time.Time{}
		for _, e := range found {
			require.True(t, e.From.Before(e.To))
			require.False(t, e.From.Before(sum.FirstAt) || e.To.After(sum.LastAt))
			require.False(t, e.From.Before(last[e.Kind]), "%s overlaps", e.Kind)
			require.Equal(t, e.Kind == reefer.Power, e.Peak == nil)
			last[e.Kind], total[e.Kind] = e.To, total[e.Kind]+e.Minutes
		}
		for kind, minutes := range total {
			require.LessOrEqual(t, minutes, int(sum.LastAt.Sub(sum.FirstAt)/time.Minute), "%s", kind)
		}
	})
}

func TestTheOrderOfReadingsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := readings(t)
		terms := anyTerms(t)
		shuffled := rapid.Permutation(list).Draw(t, "shuffled")
		require.Equal(t, excursions(t, terms, list), excursions(t, terms, shuffled))
		require.Equal(t, series(t, list).Summary([]byte("x")), series(t, shuffled).Summary([]byte("x")))
	})
}

func TestAComputedSummaryIsSoundAndVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := series(t, readings(t))
		canonical := rapid.SliceOf(rapid.Byte()).Draw(t, "canonical")
		sum := s.Summary(canonical)
		require.Empty(t, sum.Problems())
		require.Empty(t, sum.Verify(s, canonical))
		require.NotEmpty(t, sum.Verify(s, append(canonical, 0)))
	})
}

// A second, dumber way to say when it was too warm for one sort of readings: minute by minute.
func TestMinutesTooWarmAgreeWithCountingThem(t *testing.T) {
	terms := frozenTerms()
	terms.Temperature.GraceMinutes = 0
	rapid.Check(t, func(t *rapid.T) {
		list := readings(t)
		s := series(t, list)
		last := s.Summary(nil).LastAt
		byMinute := map[time.Time]reefer.Reading{}
		end := start
		for _, r := range list {
			if r.ReturnAir != nil && !r.Defrost {
				byMinute[r.At] = r
				if r.At.After(end) {
					end = r.At
				}
			}
		}
		warm, want := false, 0
		for at := start; at.Before(end) && !at.After(last); at = at.Add(time.Minute) {
			if r, ok := byMinute[at]; ok {
				warm = r.ReturnAir.GreaterThan(dec("-15"))
			}
			if warm {
				want++
			}
		}
		is := 0
		for _, e := range excursions(t, terms, list) {
			if e.Kind == reefer.TempHigh {
				is += e.Minutes
			}
		}
		require.Equal(t, want, is)
	})
}
