package charge

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/calendar"
)

func TestTheWorkedCheckOfTheDomainFacts(t *testing.T) {
	s := assessed(t, theTariff(t), theEvents(t))
	dem := line(t, s, Demurrage)
	require.Equal(t, []any{12, 7, 5, "560.00", "2026-11-09"}, []any{dem.Used, dem.Free, dem.Chargeable, dem.Amount.String(), dem.ChargeableFrom.String()})
	require.Equal(t, []Step{{1, 4, 4, amount("100"), amount("400")}, {5, 5, 1, amount("160"), amount("160")}}, dem.Tiers)
	require.Equal(t, []any{Carrier, "USD", Reference{"XMN-IMP-2026", 3}, Open, CalendarDays, false},
		[]any{dem.Payee, dem.Currency, dem.Tariff, dem.Status, dem.Unit, dem.Running})
	plug := line(t, s, Plug)
	require.Equal(t, []any{293, 0, 13, "535.60", Terminal}, []any{plug.Used, plug.Free, plug.Chargeable, plug.Amount.String(), plug.Payee})

	// Detention: five working days from 16 to 20 November, then 21 to 26 by the calendar.
	det := line(t, s, Detention)
	require.Equal(t, []any{11, 5, 6, "453.00", "2026-11-21"}, []any{det.Used, det.Free, det.Chargeable, det.Amount.String(), det.ChargeableFrom.String()})
	// Storage: 293 h 10 min less 48 h is ten days and some hours, so eleven: 3 at 10.005 and 8 at 30, 270.015 rounded once.
	sto := line(t, s, Storage)
	require.Equal(t, []any{294, 48, 11, "270.02"}, []any{sto.Used, sto.Free, sto.Chargeable, sto.Amount.String()})

	require.Equal(t, []Code{Demurrage, Detention, Storage, Plug}, []Code{s.Lines[0].Code, s.Lines[1].Code, s.Lines[2].Code, s.Lines[3].Code})
	require.Equal(t, "1013.00", s.Totals[0].Amount.String())
	require.Equal(t, "805.62", s.Totals[1].Amount.String())
	require.Equal(t, "1818.62", s.Total.Amount.String())
	require.Equal(t, "1818.62", s.Total.Outstanding.String())
}

// stays are rows of a demurrage rule: seven free calendar days from the next day on, 100 for four days, then 160.
func TestDemurrageByTheDay(t *testing.T) {
	for _, r := range []struct {
		why, discharge, gateOut string
		used, chargeable        int
		amount                  string
	}{
		{"out on the day of discharge", "2026-11-01T09:00:00+08:00", "2026-11-01T23:00:00+08:00", 0, 0, "0.00"},
		{"out at ship's side, in the same minute", "2026-11-01T09:00:00+08:00", "2026-11-01T09:00:00+08:00", 0, 0, "0.00"},
		{"out before free time is over", "2026-11-01T09:00:00+08:00", "2026-11-05T09:00:00+08:00", 4, 0, "0.00"},
		{"out on the last free day", "2026-11-01T09:00:00+08:00", "2026-11-08T23:59:59+08:00", 7, 0, "0.00"},
		{"out when the first chargeable day has just begun", "2026-11-01T09:00:00+08:00", "2026-11-09T00:00:00+08:00", 8, 1, "100.00"},
		{"out on the last day of the first tier", "2026-11-01T09:00:00+08:00", "2026-11-12T23:59:59+08:00", 11, 4, "400.00"},
		{"out on the first day of the second tier", "2026-11-01T09:00:00+08:00", "2026-11-13T00:00:01+08:00", 12, 5, "560.00"},
		{"over a leap day", "2028-02-20T09:00:00+08:00", "2028-03-01T09:00:00+08:00", 10, 3, "300.00"},
		{"the same dates without a leap day", "2027-02-20T09:00:00+08:00", "2027-03-01T09:00:00+08:00", 9, 2, "200.00"},
		{"over the end of a year", "2026-12-28T09:00:00+08:00", "2027-01-05T09:00:00+08:00", 8, 1, "100.00"},
		{"discharged on the next day at the port though not in UTC", "2026-11-01T16:30:00Z", "2026-11-10T15:59:00Z", 8, 1, "100.00"},
		{"told in another offset", "2026-10-31T21:00:00-04:00", "2026-11-12T23:30:00-01:00", 12, 5, "560.00"},
	} {
		t.Run(r.why, func(t *testing.T) {
			tariff := theTariff(t, only(Demurrage), func(t *Tariff) { t.ValidTo = calendar.Date{} })
			events := theEvents(t, func(e *Events) {
				*e = Events{Container: e.Container, SizeType: e.SizeType, Discharge: instant(r.discharge), GateOut: instant(r.gateOut)}
			})
			l := line(t, assessed(t, tariff, events), Demurrage)
			require.Equal(t, []any{r.used, r.chargeable, r.amount}, []any{l.Used, l.Chargeable, l.Amount.String()})
			require.Equal(t, r.chargeable == 0, l.Status == Settled, "nothing to pay is settled from the start")
		})
	}
}

// An offset is data: a clock change in some place's summer time moves nothing.
func TestAnOffsetHasNoSummerTime(t *testing.T) {
	events := theEvents(t, func(e *Events) {
		*e = Events{Container: e.Container, SizeType: e.SizeType, Discharge: instant("2026-03-28T12:00:00Z"), GateOut: instant("2026-03-30T22:30:00Z")}
	})
	for offset, used := range map[string]int{"+01:00": 3, "+02:00": 4} { // Hamburg before and after 29 March
		var o calendar.Offset
		require.NoError(t, o.UnmarshalText([]byte(offset)))
		tariff := theTariff(t, only(Demurrage, free(0, CalendarDays, SameDay)), func(t *Tariff) { t.UTCOffset = o })
		require.Equal(t, used, line(t, assessed(t, tariff, events), Demurrage).Used, offset)
	}
}

func TestHoursOfAFaultDoNotCount(t *testing.T) {
	hold := func(cause Cause, from, to string) func(*Events) {
		return func(e *Events) {
			h := Hold{Cause: cause, From: instant(from)}
			if to != "" {
				h.To = instant(to)
			}
			e.Holds = append(e.Holds, h)
		}
	}
	for _, r := range []struct {
		why                    string
		holds                  []func(*Events)
		dem, sto, plug, waives int
	}{
		{"no hold", nil, 12, 294, 13, 0},
		{"a hold within a day: the day is started all the same", []func(*Events){hold(TerminalFault, "2026-11-05T00:00:00+08:00", "2026-11-05T23:00:00+08:00")}, 12, 271, 12, 0},
		{"a whole day", []func(*Events){hold(TerminalFault, "2026-11-05T00:00:00+08:00", "2026-11-06T00:00:00+08:00")}, 11, 270, 12, 0},
		{"from noon to noon: both days are started", []func(*Events){hold(CarrierFault, "2026-11-05T12:00:00+08:00", "2026-11-07T12:00:00+08:00")}, 11, 246, 11, 0},
		{"two causes that together hold a day", []func(*Events){hold(CarrierFault, "2026-11-05T00:00:00+08:00", "2026-11-05T15:00:00+08:00"),
			hold(TerminalFault, "2026-11-05T10:00:00+08:00", "2026-11-06T00:00:00+08:00")}, 11, 270, 12, 0},
		{"one cause after the other, without a gap", []func(*Events){hold(CarrierFault, "2026-11-05T00:00:00+08:00", "2026-11-05T15:00:00+08:00"),
			hold(TerminalFault, "2026-11-05T15:00:00+08:00", "2026-11-06T00:00:00+08:00")}, 11, 270, 12, 0},
		{"one cause after the other, with a gap", []func(*Events){hold(CarrierFault, "2026-11-05T00:00:00+08:00", "2026-11-05T15:00:00+08:00"),
			hold(TerminalFault, "2026-11-05T15:00:01+08:00", "2026-11-06T00:00:00+08:00")}, 12, 270, 12, 0},
		{"two causes at once are one hold", []func(*Events){hold(CarrierFault, "2026-11-05T00:00:00+08:00", "2026-11-08T00:00:00+08:00"),
			hold(TerminalFault, "2026-11-06T00:00:00+08:00", "2026-11-07T00:00:00+08:00")}, 9, 222, 10, 0},
		{"still in force at the gate-out", []func(*Events){hold(TerminalFault, "2026-11-12T00:00:00+08:00", "")}, 10, 255, 11, 0},
		{"before the discharge and after the gate-out", []func(*Events){hold(CarrierFault, "2026-10-01T00:00:00+08:00", "2026-10-20T00:00:00+08:00"),
			hold(CarrierFault, "2026-11-20T00:00:00+08:00", "2026-11-21T00:00:00+08:00")}, 12, 294, 13, 0},
		{"a court's hold stops the container, not the clock", []func(*Events){hold("COURT", "2026-11-05T00:00:00+08:00", "2026-11-08T00:00:00+08:00")}, 12, 294, 13, 0},
		{"a clean inspection counts, and may be waived", []func(*Events){hold(InspectionClean, "2026-11-05T00:00:00+08:00", "2026-11-07T00:00:00+08:00")}, 12, 294, 13, 2},
		{"an inspection during a fault waives nothing twice", []func(*Events){hold(CarrierFault, "2026-11-05T00:00:00+08:00", "2026-11-06T00:00:00+08:00"),
			hold(InspectionClean, "2026-11-05T00:00:00+08:00", "2026-11-07T00:00:00+08:00")}, 11, 270, 12, 1},
		{"a fault on one day and an inspection on another", []func(*Events){hold(CarrierFault, "2026-11-05T00:00:00+08:00", "2026-11-06T00:00:00+08:00"),
			hold(InspectionClean, "2026-11-07T00:00:00+08:00", "2026-11-08T00:00:00+08:00")}, 11, 270, 12, 1},
	} {
		t.Run(r.why, func(t *testing.T) {
			s := assessed(t, theTariff(t), theEvents(t, r.holds...))
			dem := line(t, s, Demurrage)
			require.Equal(t, []int{r.dem, r.sto, r.plug}, []int{dem.Used, line(t, s, Storage).Used, line(t, s, Plug).Chargeable})
			require.Equal(t, r.waives > 0, len(dem.Waivable) == 1)
			if r.waives > 0 {
				require.Equal(t, []any{WaiveInspection, r.waives}, []any{dem.Waivable[0].Code, dem.Waivable[0].Days})
			}
		})
	}
}

func TestWhatACleanInspectionCostMayBeWaived(t *testing.T) {
	s := assessed(t, theTariff(t, only(Demurrage)), theEvents(t, func(e *Events) {
		e.Holds = []Hold{{InspectionClean, instant("2026-11-10T00:00:00+08:00"), instant("2026-11-12T00:00:00+08:00")}}
	}))
	require.Equal(t, []Waivable{{WaiveInspection, 2, amount("260.00")}}, s.Lines[0].Waivable, "three days at 100 would have been left")
	require.Equal(t, "560.00", s.Lines[0].Outstanding.String(), "it may be waived: it is not waived by itself")
}

func TestWorkingDays(t *testing.T) {
	for _, r := range []struct {
		why              string
		charged          Unit
		used, chargeable int
		from             string
	}{
		// Out of the gate on Tuesday 29 September: free are the 30th, 8, 9, 10 (a worked Saturday) and 12 October.
		{"the holidays do not count, nor does a weekend after free time", "", 9, 4, "2026-10-13"},
		{"after free time every day counts, if the tariff says so", CalendarDays, 11, 6, "2026-10-13"},
	} {
		t.Run(r.why, func(t *testing.T) {
			tariff := theTariff(t, only(Detention, func(d *Rule) { d.Charged = r.charged }))
			s := assessed(t, tariff, theEvents(t, func(e *Events) {
				e.Plugs = nil
				e.Discharge, e.GateOut, e.EmptyReturn = instant("2026-09-28T09:00:00+08:00"), instant("2026-09-29T09:00:00+08:00"), instant("2026-10-18T09:00:00+08:00")
			}))
			l := s.Lines[0]
			require.Equal(t, []any{r.used, r.chargeable, r.from}, []any{l.Used, l.Chargeable, l.ChargeableFrom.String()})
		})
	}
	_, err := Assess(theTariff(t), theEvents(t, func(e *Events) { e.EmptyReturn = instant("2028-01-03T09:00:00+08:00") }), theCalendar(t))
	require.NoError(t, err, "free time ended long before the calendar does")
	late := theTariff(t, only(Detention, func(r *Rule) { r.Charged = WorkingDays }))
	_, err = Assess(late, theEvents(t, func(e *Events) { e.EmptyReturn = instant("2028-01-03T09:00:00+08:00") }), theCalendar(t))
	problem(t, err, OfCalendar, "", calendar.CheckNotCovered)
}

func TestFreeHours(t *testing.T) {
	for _, r := range []struct {
		why, gateOut     string
		start            Start
		used, chargeable int
	}{
		{"the last free minute", "2026-11-03T09:00:00+08:00", SameDay, 48, 0},
		{"a minute more starts a day", "2026-11-03T09:01:00+08:00", SameDay, 49, 1},
		{"24 hours more", "2026-11-04T09:00:00+08:00", SameDay, 72, 1},
		{"from the midnight after it", "2026-11-04T00:00:00+08:00", NextDay, 48, 0},
		{"out before the clock began", "2026-11-01T23:00:00+08:00", NextDay, 0, 0},
	} {
		t.Run(r.why, func(t *testing.T) {
			tariff := theTariff(t, only(Storage, free(48, Hours, r.start)))
			l := assessed(t, tariff, theEvents(t, func(e *Events) {
				e.Discharge, e.GateOut, e.EmptyReturn, e.Plugs = instant("2026-11-01T09:00:00+08:00"), instant(r.gateOut), time.Time{}, nil
			})).Lines[0]
			require.Equal(t, []int{r.used, r.chargeable}, []int{l.Used, l.Chargeable})
		})
	}
}

func TestPower(t *testing.T) {
	plugs := func(times ...string) func(*Events) {
		return func(e *Events) {
			e.Plugs = nil
			for i := 0; i < len(times); i += 2 {
				c := Connection{In: instant(times[i])}
				if times[i+1] != "" {
					c.Out = instant(times[i+1])
				}
				e.Plugs = append(e.Plugs, c)
			}
		}
	}
	for _, r := range []struct {
		why   string
		plugs func(*Events)
		units int
	}{
		{"exactly a unit", plugs("2026-11-01T10:00:00+08:00", "2026-11-02T10:00:00+08:00"), 1},
		{"a second more", plugs("2026-11-01T10:00:00+08:00", "2026-11-02T10:00:01+08:00"), 2},
		{"two intervals within one unit pay one", plugs("2026-11-01T10:00:00+08:00", "2026-11-01T20:00:00+08:00",
			"2026-11-02T10:00:00+08:00", "2026-11-02T20:00:00+08:00"), 1},
		{"three intervals of 20 hours", plugs("2026-11-01T10:00:00+08:00", "2026-11-02T06:00:00+08:00",
			"2026-11-02T06:00:00+08:00", "2026-11-03T02:00:00+08:00", "2026-11-05T10:00:00+08:00", "2026-11-06T06:00:00+08:00"), 3},
		{"never written down as unplugged: until the gate", plugs("2026-11-12T14:30:00+08:00", ""), 1},
		{"written down as unplugged after the gate", plugs("2026-11-12T14:30:00+08:00", "2026-11-20T00:00:00+08:00"), 1},
		{"on the ship's power before discharge", plugs("2026-10-20T00:00:00+08:00", "2026-11-02T09:20:00+08:00"), 1},
	} {
		t.Run(r.why, func(t *testing.T) {
			require.Equal(t, r.units, line(t, assessed(t, theTariff(t), theEvents(t, r.plugs)), Plug).Chargeable)
		})
	}
	s := assessed(t, theTariff(t, only(Plug, func(r *Rule) { r.Free = Free{Quantity: 10, Unit: Hours} })),
		theEvents(t, plugs("2026-11-01T10:00:00+08:00", "2026-11-02T20:00:00+08:00")))
	require.Equal(t, []any{34, 10, 1, Hours}, []any{s.Lines[0].Used, s.Lines[0].Free, s.Lines[0].Chargeable, s.Lines[0].Unit})
	s = assessed(t, theTariff(t, only(Plug)), theEvents(t, plugs("2026-10-30T00:00:00+08:00", "2026-11-01T09:20:00+08:00", "2026-11-02T10:00:00+08:00", "2026-11-02T20:00:00+08:00")))
	require.Equal(t, "2026-11-02T02:00:00Z", s.Lines[0].From.Format(time.RFC3339), "unplugged at the moment of discharge is not plugged in")
	require.Empty(t, assessed(t, theTariff(t, only(Plug)), theEvents(t, plugs("2026-11-20T00:00:00+08:00", "2026-11-21T00:00:00+08:00"))).Lines,
		"power outside the stay is no terminal's charge")
}

func TestTheRuleThatNamesTheContainerGoesFirst(t *testing.T) {
	for sizeType, group := range map[string]string{"45R1": "45RT", "22R0": "22RE", "22R3": "22RS", "42G1": "42GP", "45RT": "45RT", "22T6": "22TD",
		"42P3": "42PC", "22H6": "22HI", "42H4": "42H4", "22U1": "22UT"} {
		require.Equal(t, group, groupOf(sizeType), sizeType)
	}
	rate := func(types ...string) Rule { return Rule{Code: Demurrage, ContainerTypes: types} }
	tariff := Tariff{Rules: []Rule{rate(), rate("45RT", "22RT"), rate("45R1"), {Code: Storage, ContainerTypes: []string{"22GP"}}}}
	for sizeType, want := range map[string]int{"45R1": 2, "45RT": 1, "22R1": 1, "42G1": 0} {
		r, listed := tariff.rule(Demurrage, sizeType)
		require.True(t, listed)
		require.Equal(t, tariff.Rules[want].ContainerTypes, r.ContainerTypes, sizeType)
	}
	_, listed := tariff.rule(Storage, "45R1")
	require.False(t, listed)
	s := assessed(t, theTariff(t), theEvents(t, func(e *Events) { e.SizeType, e.Plugs = "42G1", nil }))
	require.Equal(t, "80.00", line(t, s, Detention).Amount.String(), "14 days from the gate-out, 10 free, by the rule for all containers")
	require.Len(t, s.Lines, 3, "what the tariff does not list is no charge")
}

func TestAmountsAreRoundedOnceAndAsTheCurrencyDemands(t *testing.T) {
	for currency, want := range map[string]string{"USD": "30.02", "JPY": "30", "KRW": "30", "KWD": "30.015", "CNY": "30.02"} {
		tariff := theTariff(t, only(Storage), func(t *Tariff) { t.Currency = currency })
		l := assessed(t, tariff, theEvents(t, func(e *Events) { e.GateOut = e.Discharge.Add(48*time.Hour + 72*time.Hour) })).Lines[0]
		require.Equal(t, want, l.Amount.String(), currency)
		require.Equal(t, want, l.Outstanding.String(), currency)
		require.Equal(t, "30.015", l.Tiers[0].Amount.String(), "a tier's amount is exact")
	}
	for text, want := range map[string]string{"0.005": "0.01", "0.0049": "0.00", "1.115": "1.12", "2.675": "2.68"} {
		require.Equal(t, want, amount(text).in("EUR").String())
	}
}

func TestAmountsAreTexts(t *testing.T) {
	for _, good := range []string{"0", "560", "560.00", "-1.5", "0.000001", "999999999999999.999999"} {
		a, err := ParseAmount(good)
		require.NoError(t, err, good)
		require.Equal(t, good, a.String())
	}
	for _, bad := range []string{"", "1e3", "+1", ".5", "1.", "01", "-0", "-0.00", "1,000", "NaN", "1.0000000", "1000000000000000", " 1", "٣"} {
		_, err := ParseAmount(bad)
		require.Error(t, err, bad)
	}
	require.Equal(t, "0", Amount{}.String())
	var tariff Tariff
	require.Error(t, json.Unmarshal([]byte(`{"rules":[{"ratePerUnit":41.2}]}`), &tariff), "a JSON number went through a binary fraction somewhere")
}

func TestWhatAccruesUntilAnInstant(t *testing.T) {
	accrued := func(at string) Statement {
		s, err := Accrued(theTariff(t), theEvents(t), theCalendar(t), instant(at))
		require.NoError(t, err)
		return s
	}
	require.Empty(t, accrued("2026-11-01T09:19:59+08:00").Lines, "nothing before the discharge")
	issue := accrued("2026-11-09T10:00:00+08:00")
	dem := line(t, issue, Demurrage)
	require.Equal(t, []any{"100.00", true, "2026-11-09T02:00:00Z"}, []any{dem.Amount.String(), dem.Running, dem.To.Format(time.RFC3339)})
	require.Len(t, issue.Lines, 3, "detention has not begun")
	require.Equal(t, "2026-11-09T02:00:00Z", issue.At.Format(time.RFC3339))

	out := accrued("2026-11-13T14:30:00+08:00")
	require.False(t, line(t, out, Demurrage).Running)
	require.True(t, line(t, out, Detention).Running)
	require.Zero(t, line(t, out, Detention).Used)

	// An extension settles to the new date: asked ahead of time, nothing stops the clock before it.
	events := theEvents(t, func(e *Events) { e.GateOut, e.EmptyReturn = time.Time{}, time.Time{} })
	ahead, err := Accrued(theTariff(t), events, theCalendar(t), instant("2026-11-16T23:59:59+08:00"))
	require.NoError(t, err)
	require.Equal(t, "1040.00", line(t, ahead, Demurrage).Amount.String(), "4 at 100 and 4 at 160")

	final, end := assessed(t, theTariff(t), theEvents(t)), accrued("2026-11-26T16:00:00+08:00")
	end.At = time.Time{}
	require.Equal(t, final, end, "when all clocks have stopped, both say the same")
	_, err = Accrued(theTariff(t), theEvents(t), theCalendar(t), time.Time{})
	problem(t, err, OfRequest, "/at", CheckYear)
}

func TestARunningClockHasNoFinalLine(t *testing.T) {
	s := assessed(t, theTariff(t), theEvents(t, func(e *Events) { e.EmptyReturn = time.Time{} }))
	require.Len(t, s.Lines, 3)
	s = assessed(t, theTariff(t), theEvents(t, func(e *Events) { e.GateOut, e.EmptyReturn = time.Time{}, time.Time{} }))
	require.Empty(t, s.Lines, "not even power: it can be plugged in again")
	s = assessed(t, theTariff(t), theEvents(t, func(e *Events) { *e = Events{Container: e.Container, SizeType: e.SizeType} }))
	require.Empty(t, s.Lines)
	require.Equal(t, "0.00", s.Total.Outstanding.String())
	require.True(t, s.Cleared(Carrier))
}

func TestSeveralContainersHaveOneStatement(t *testing.T) {
	events := append(theEvents(t), theEvents(t, func(e *Events) { e.Container = "TGHU1643396" })...)
	s := assessed(t, theTariff(t), events)
	require.Len(t, s.Lines, 8)
	require.Equal(t, "3637.24", s.Total.Amount.String())
	require.NoError(t, Verify(s, theTariff(t), events, theCalendar(t)))
	_, err := Assess(theTariff(t), append(theEvents(t), theEvents(t)...), theCalendar(t))
	problem(t, err, OfEvents, "/1/equipmentReference", CheckTwice)
	_, err = Assess(theTariff(t), make([]Events, containersMax+1), theCalendar(t))
	problem(t, err, OfEvents, "", CheckCount)
}

func TestTheVersionInForceOnTheDayOfDischargeCharges(t *testing.T) {
	for discharge, inForce := range map[string]bool{"2025-12-31T23:59:59+08:00": false, "2025-12-31T16:00:00Z": true, "2026-12-31T15:59:59Z": true, "2027-01-01T00:00:00+08:00": false} {
		_, err := Assess(theTariff(t), theEvents(t, func(e *Events) {
			*e = Events{Container: e.Container, SizeType: e.SizeType, Discharge: instant(discharge), GateOut: instant("2027-01-05T00:00:00+08:00")}
		}), theCalendar(t))
		if inForce {
			require.NoError(t, err, discharge)
			continue
		}
		problem(t, err, OfEvents, "/0/discharge", CheckNotValid)
	}
}

func TestInputsThatDoNotFitEachOther(t *testing.T) {
	_, err := Assess(theTariff(t), theEvents(t), calendar.Calendar{})
	problem(t, err, OfCalendar, "/id", calendar.CheckText)
	other := theCalendar(t)
	other.Version = 2
	_, err = Assess(theTariff(t), theEvents(t), other)
	problem(t, err, OfCalendar, "/version", CheckOther)
	_, err = Assess(theTariff(t), theEvents(t, func(e *Events) { e.EmptyReturn = instant("2037-01-01T00:00:00+08:00") }), theCalendar(t))
	problem(t, err, OfEvents, "/0", CheckSpan)
}

func TestATariffThatCannotBeChargedByIsRefused(t *testing.T) {
	for _, r := range []struct {
		why       string
		spoil     func(*Tariff)
		at, check string
	}{
		{"no reference", func(t *Tariff) { t.Reference.Reference = "" }, "/reference", CheckText},
		{"no version", func(t *Tariff) { t.Version = 0 }, "/version", CheckNumber},
		{"no publisher", func(t *Tariff) { t.Publisher = strings.Repeat("x", 101) }, "/publisher", CheckText},
		{"no beginning", func(t *Tariff) { t.ValidFrom = calendar.Date{} }, "/validFrom", CheckDate},
		{"an end before its beginning", func(t *Tariff) { t.ValidTo = t.ValidFrom.AddDays(-1) }, "/validTo", CheckOrder},
		{"no currency", func(t *Tariff) { t.Currency = "RMB " }, "/currency", "currency"},
		{"no offset", func(t *Tariff) { t.UTCOffset = calendar.Offset{} }, "/utcOffset", calendar.CheckOffset},
		{"half a calendar", func(t *Tariff) { t.Calendar.Version = 0 }, "/calendar", CheckText},
		{"working days without a calendar", func(t *Tariff) { t.Calendar = Reference{} }, "/calendar", CheckMissing},
		{"no rules", func(t *Tariff) { t.Rules = nil }, "/rules", CheckCount},
		{"an unknown code", func(t *Tariff) { t.Rules[0].Code = "THC" }, "/rules/0/code", CheckCode},
		{"an unknown container type", func(t *Tariff) { t.Rules[1].ContainerTypes[0] = "40HC" }, "/rules/1/containerTypes/0", "iso-size-type"},
		{"a container type twice", func(t *Tariff) { t.Rules[1].ContainerTypes = []string{"45RT", "45RT"} }, "/rules/1/containerTypes/1", CheckTwice},
		{"too many container types", func(t *Tariff) { t.Rules[1].ContainerTypes = make([]string, typesMax+1) }, "/rules/1/containerTypes", CheckCount},
		{"negative free time", func(t *Tariff) { t.Rules[0].Free.Quantity = -1 }, "/rules/0/free/quantity", CheckNumber},
		{"no unit", func(t *Tariff) { t.Rules[0].Free.Unit = "" }, "/rules/0/free/unit", CheckCode},
		{"no start", func(t *Tariff) { t.Rules[0].Free.Start = "" }, "/rules/0/free/start", CheckCode},
		{"days charged in hours", func(t *Tariff) { t.Rules[0].Charged = Hours }, "/rules/0/charged", CheckCode},
		{"hours charged in dates", func(t *Tariff) { t.Rules[3].Charged = CalendarDays }, "/rules/3/charged", CheckIdle},
		{"no tiers", func(t *Tariff) { t.Rules[0].Tiers = nil }, "/rules/0/tiers", CheckCount},
		{"tiers from day 2", func(t *Tariff) { t.Rules[0].Tiers[0].FromDay = 2 }, "/rules/0/tiers/0/fromDay", CheckTiers},
		{"a gap between tiers", func(t *Tariff) { t.Rules[0].Tiers[1].FromDay = 6 }, "/rules/0/tiers/1/fromDay", CheckTiers},
		{"tiers that overlap", func(t *Tariff) { t.Rules[0].Tiers[1].FromDay = 4 }, "/rules/0/tiers/1/fromDay", CheckTiers},
		{"an open tier before the last", func(t *Tariff) { t.Rules[0].Tiers[0].ToDay = 0 }, "/rules/0/tiers/0/toDay", CheckTiers},
		{"a tier without an end to count to", func(t *Tariff) { t.Rules[0].Tiers[0].ToDay = int(^uint(0) >> 1) }, "/rules/0/tiers/0/toDay", CheckTiers},
		{"days after the last tier without a price", func(t *Tariff) { t.Rules[0].Tiers[1].ToDay = 30 }, "/rules/0/tiers/1/toDay", CheckTiers},
		{"a price below zero", func(t *Tariff) { t.Rules[0].Tiers[1].RatePerDay = amount("-1") }, "/rules/0/tiers/1/ratePerDay", CheckRate},
		{"a unit of power for demurrage", func(t *Tariff) { t.Rules[0].UnitHours = 24 }, "/rules/0/unitHours", CheckIdle},
		{"a price of power for demurrage", func(t *Tariff) { t.Rules[0].RatePerUnit = amount("1") }, "/rules/0/ratePerUnit", CheckIdle},
		{"power without a unit", func(t *Tariff) { t.Rules[4].UnitHours = 0 }, "/rules/4/unitHours", CheckNumber},
		{"power below zero", func(t *Tariff) { t.Rules[4].RatePerUnit = amount("-1") }, "/rules/4/ratePerUnit", CheckRate},
		{"power by tiers", func(t *Tariff) { t.Rules[4].Tiers = t.Rules[0].Tiers }, "/rules/4/tiers", CheckIdle},
		{"power free by the day", func(t *Tariff) { t.Rules[4].Free = Free{Quantity: 1, Unit: CalendarDays} }, "/rules/4/free/unit", CheckCode},
		{"power from the next day", func(t *Tariff) { t.Rules[4].Free = Free{Quantity: 1, Unit: Hours, Start: NextDay} }, "/rules/4/free/start", CheckIdle},
		{"power charged in dates", func(t *Tariff) { t.Rules[4].Charged = CalendarDays }, "/rules/4/charged", CheckIdle},
		{"two rules for all containers", func(t *Tariff) { t.Rules = append(t.Rules, t.Rules[0]) }, "/rules/5", CheckTwice},
		{"two rules for one group", func(t *Tariff) { t.Rules = append(t.Rules, t.Rules[1]) }, "/rules/5", CheckTwice},
	} {
		t.Run(r.why, func(t *testing.T) {
			tariff := theTariff(t)
			require.NoError(t, tariff.Check())
			r.spoil(&tariff)
			problem(t, tariff.Check(), OfTariff, r.at, r.check)
		})
	}
}

func TestEventsThatCannotHaveHappenedAreRefused(t *testing.T) {
	at := func(text string) time.Time { return instant(text + "T00:00:00+08:00") }
	plug := func(in, out string) Connection { return Connection{at(in), at(out)} }
	for _, r := range []struct {
		why       string
		spoil     func(*Events)
		at, check string
	}{
		{"a wrong container number", func(e *Events) { e.Container = "CSQU3054384" }, "/equipmentReference", "iso6346"},
		{"a wrong type", func(e *Events) { e.SizeType = "40RH" }, "/ISOEquipmentCode", "iso-size-type"},
		{"out before discharge", func(e *Events) { e.GateOut = at("2026-10-31") }, "/gateOut", CheckOrder},
		{"back before out", func(e *Events) { e.EmptyReturn = at("2026-11-12") }, "/emptyReturn", CheckOrder},
		{"out without discharge", func(e *Events) { e.Discharge = time.Time{} }, "/discharge", CheckMissing},
		{"back without out", func(e *Events) { e.GateOut = time.Time{} }, "/gateOut", CheckMissing},
		{"power without discharge", func(e *Events) { e.Discharge, e.GateOut, e.EmptyReturn = time.Time{}, time.Time{}, time.Time{} }, "/discharge", CheckMissing},
		{"another century", func(e *Events) { e.Discharge = at("1926-11-01") }, "/discharge", CheckYear},
		{"a dry box on power", func(e *Events) { e.SizeType = "42G1" }, "/plugs", CheckNotReefer},
		{"too many plugs", func(e *Events) { e.Plugs = make([]Connection, plugsMax+1) }, "/plugs", CheckCount},
		{"a plug-in without a time", func(e *Events) { e.Plugs[0].In = time.Time{} }, "/plugs/0/in", CheckYear},
		{"out of the plug before in", func(e *Events) { e.Plugs[0].Out = e.Plugs[0].In }, "/plugs/0/out", CheckOrder},
		{"a plug-out of another age", func(e *Events) { e.Plugs[0].Out = at("9999-11-01") }, "/plugs/0/out", CheckYear},
		{"two plugs at once", func(e *Events) {
			e.Plugs = []Connection{plug("2026-11-02", "2026-11-05"), plug("2026-11-04", "2026-11-06")}
		}, "/plugs/1/in", CheckOverlap},
		{"plugs out of order", func(e *Events) {
			e.Plugs = []Connection{plug("2026-11-05", "2026-11-06"), plug("2026-11-02", "2026-11-03")}
		}, "/plugs/1/in", CheckOverlap},
		{"plugged in again without plugging out", func(e *Events) { e.Plugs = []Connection{{In: at("2026-11-02")}, plug("2026-11-04", "2026-11-06")} }, "/plugs/0/out", CheckMissing},
		{"an unknown cause", func(e *Events) { e.Holds = []Hold{{"WEATHER", at("2026-11-02"), at("2026-11-03")}} }, "/holds/0/cause", CheckCode},
		{"a hold without a beginning", func(e *Events) { e.Holds = []Hold{{Cause: CarrierFault}} }, "/holds/0/from", CheckYear},
		{"a hold that ends before it begins", func(e *Events) { e.Holds = []Hold{{CarrierFault, at("2026-11-03"), at("2026-11-02")}} }, "/holds/0/to", CheckOrder},
		{"a hold into another age", func(e *Events) { e.Holds = []Hold{{CarrierFault, at("2026-11-03"), at("9999-11-02")}} }, "/holds/0/to", CheckYear},
		{"holds out of order", func(e *Events) {
			e.Holds = []Hold{{CarrierFault, at("2026-11-05"), at("2026-11-06")}, {TerminalFault, at("2026-11-02"), at("2026-11-03")}}
		}, "/holds/1/from", CheckOrder},
		{"holds of one cause at once", func(e *Events) {
			e.Holds = []Hold{{CarrierFault, at("2026-11-02"), at("2026-11-06")}, {TerminalFault, at("2026-11-03"), at("2026-11-08")}, {CarrierFault, at("2026-11-05"), at("2026-11-07")}}
		}, "/holds/2/from", CheckOverlap},
		{"a hold after one of its cause that has no end", func(e *Events) {
			e.Holds = []Hold{{Cause: CarrierFault, From: at("2026-11-02")}, {Cause: CarrierFault, From: at("2026-11-05")}}
		}, "/holds/1/from", CheckOverlap},
		{"too many holds", func(e *Events) { e.Holds = make([]Hold, holdsMax+1) }, "/holds", CheckCount},
	} {
		t.Run(r.why, func(t *testing.T) {
			events := theEvents(t)
			require.NoError(t, events[0].Check())
			r.spoil(&events[0])
			problem(t, events[0].Check(), OfEvents, r.at, r.check)
			_, err := Assess(theTariff(t), events, theCalendar(t))
			problem(t, err, OfEvents, "/0"+r.at, r.check)
		})
	}
}
