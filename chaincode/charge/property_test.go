package charge

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"portledger/chaincode/calendar"
)

func price4() *rapid.Generator[Amount] {
	return rapid.Custom(func(t *rapid.T) Amount {
		return amount(rapid.StringMatching(`(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?`).Draw(t, "rate"))
	})
}

func anyTiers(t *rapid.T) []Tier {
	tiers := []Tier{{FromDay: 1, RatePerDay: price4().Draw(t, "rate")}}
	for range rapid.IntRange(0, 3).Draw(t, "tiers") {
		last := &tiers[len(tiers)-1]
		last.ToDay = last.FromDay + rapid.IntRange(0, 5).Draw(t, "length")
		tiers = append(tiers, Tier{FromDay: last.ToDay + 1, RatePerDay: price4().Draw(t, "rate")})
	}
	return tiers
}

func anyRule(t *rapid.T, code Code) Rule {
	r := Rule{Code: code}
	if code == Plug {
		r.UnitHours, r.RatePerUnit = rapid.IntRange(1, 48).Draw(t, "unit"), price4().Draw(t, "rate")
		r.Free = Free{Quantity: rapid.IntRange(0, 72).Draw(t, "free"), Unit: Hours}
		return r
	}
	r.Free = Free{rapid.IntRange(0, 12).Draw(t, "free"), rapid.SampledFrom([]Unit{CalendarDays, WorkingDays, Hours}).Draw(t, "unit"),
		rapid.SampledFrom([]Start{SameDay, NextDay}).Draw(t, "start")}
	if r.Free.Unit == Hours {
		r.Free.Quantity *= rapid.IntRange(1, 24).Draw(t, "hours")
	} else {
		r.Charged = rapid.SampledFrom([]Unit{"", CalendarDays, WorkingDays}).Draw(t, "charged")
	}
	r.Tiers = anyTiers(t)
	return r
}

func anyTariff(t *rapid.T) Tariff {
	tariff := theTariff(t)
	tariff.Rules = nil
	tariff.Currency = rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency")
	for _, code := range Codes {
		tariff.Rules = append(tariff.Rules, anyRule(t, code))
	}
	if err := tariff.Check(); err != nil {
		t.Fatal(err)
	}
	return tariff
}

var beginning = instant("2026-09-20T00:00:00+08:00")

// anyTimes are instants of a stay in order, often on the same day and sometimes the same.
func anyTimes(t *rapid.T, n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		hours := rapid.IntRange(0, 24*50).Draw(t, "hours")
		times[i] = beginning.Add(time.Duration(hours)*time.Hour + time.Duration(rapid.SampledFrom([]int{0, 1, 29, 59}).Draw(t, "minutes"))*time.Minute)
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

func anyEvents(t *rapid.T) []Events {
	moves := anyTimes(t, 3)
	e := Events{Container: "CSQU3054383", SizeType: "45R1", Discharge: moves[0], GateOut: moves[1], EmptyReturn: moves[2]}
	plugs := anyTimes(t, 2*rapid.IntRange(0, 3).Draw(t, "plugs"))
	for i := 0; i < len(plugs); i += 2 {
		if plugs[i+1].After(plugs[i]) {
			e.Plugs = append(e.Plugs, Connection{plugs[i], plugs[i+1]})
		}
	}
	for _, cause := range []Cause{CarrierFault, TerminalFault, InspectionClean, "COURT"} {
		held := anyTimes(t, 2*rapid.IntRange(0, 2).Draw(t, "holds"))
		for i := 0; i < len(held); i += 2 {
			if held[i+1].After(held[i]) {
				e.Holds = append(e.Holds, Hold{cause, held[i], held[i+1]})
			}
		}
	}
	slices.SortStableFunc(e.Holds, func(a, b Hold) int { return a.From.Compare(b.From) })
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	return []Events{e}
}

func must(t *rapid.T) func(Statement, error) Statement {
	return func(s Statement, err error) Statement {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// conserved: amount = settled + waived + credited + outstanding, on each line and in each sum; sums are sums of lines; and
// nothing is below zero.
func conserved(t *rapid.T, s Statement) {
	var all Balance
	of := map[Payee]Balance{}
	for _, l := range s.Lines {
		all, of[l.Payee] = all.add(l.Balance), of[l.Payee].add(l.Balance)
		if l.Status == Open != (l.Outstanding.Sign() > 0) {
			t.Fatalf("%s is %s with %s outstanding", l.Code, l.Status, l.Outstanding)
		}
	}
	same := func(a, b Balance) bool {
		return a.Amount.Cmp(b.Amount) == 0 && a.Settled.Cmp(b.Settled) == 0 && a.Waived.Cmp(b.Waived) == 0 &&
			a.Credited.Cmp(b.Credited) == 0 && a.Outstanding.Cmp(b.Outstanding) == 0
	}
	balances := []Balance{s.Total}
	for _, total := range s.Totals {
		if !same(total.Balance, of[total.Payee]) || s.Outstanding(total.Payee).Cmp(total.Outstanding) != 0 {
			t.Fatalf("%s is not the sum of its lines", total.Payee)
		}
		balances = append(balances, total.Balance)
	}
	if !same(s.Total, all) || len(s.Totals) != len(of) {
		t.Fatal("the total is not the sum of its lines")
	}
	for _, l := range s.Lines {
		balances = append(balances, l.Balance)
	}
	for _, b := range balances {
		if b.Amount.Cmp(b.Settled.Add(b.Waived).Add(b.Credited).Add(b.Outstanding)) != 0 {
			t.Fatalf("money is made or lost: %v", b)
		}
		if min(b.Amount.Sign(), b.Settled.Sign(), b.Waived.Sign(), b.Credited.Sign(), b.Outstanding.Sign()) < 0 {
			t.Fatalf("less than nothing: %v", b)
		}
	}
}

func anyEntry(t *rapid.T, l Line) Entry {
	e := Entry{Amount: amount(rapid.StringMatching(`-?[1-9][0-9]{0,3}(\.[0-9]{1,3})?`).Draw(t, "amount")), By: "someone"}
	if rapid.Bool().Draw(t, "all") {
		e.Amount = l.Outstanding
	}
	switch e.As = rapid.SampledFrom([]Status{Settled, Waived, OnCredit}).Draw(t, "as"); e.As {
	case Settled:
		e.Receipt = "RCPT"
	case Waived:
		e.Code = rapid.SampledFrom(waiverCodes).Draw(t, "code")
	default:
		e.Terms = "TERMS"
	}
	return e
}

func TestMoneyIsNeverMadeOrLost(t *testing.T) {
	days := theCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		tariff, events := anyTariff(t), anyEvents(t)
		s := must(t)(Assess(tariff, events, days))
		conserved(t, s)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			if len(s.Lines) == 0 {
				break
			}
			l := s.Lines[rapid.IntRange(0, len(s.Lines)-1).Draw(t, "line")]
			before := s.Total.Outstanding
			e := anyEntry(t, l)
			after, err := s.Book(l.Key, e)
			if err != nil {
				continue
			}
			if after.Total.Amount.Cmp(s.Total.Amount) != 0 || after.Total.Outstanding.Cmp(before.Sub(e.Amount)) != 0 {
				t.Fatalf("booking %s moved something else", e.Amount)
			}
			s = after
			conserved(t, s)
		}
		if err := Verify(s, tariff, events, days); err != nil {
			t.Fatal(err)
		}
	})
}

func amountOf(s Statement, code Code) Amount {
	for _, l := range s.Lines {
		if l.Code == code {
			return l.Amount
		}
	}
	return Amount{}
}

func TestAmountsOnlyGrowWithTime(t *testing.T) {
	days := theCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		tariff, events := anyTariff(t), anyEvents(t)
		at := anyTimes(t, 2)
		earlier, later := must(t)(Accrued(tariff, events, days, at[0])), must(t)(Accrued(tariff, events, days, at[1]))
		for _, code := range Codes {
			if amountOf(earlier, code).Cmp(amountOf(later, code)) > 0 {
				t.Fatalf("%s fell from %s to %s", code, amountOf(earlier, code), amountOf(later, code))
			}
		}
		for i, l := range earlier.Lines {
			if l.Outstanding.Sign() > 0 && i%2 == 0 {
				earlier = must(t)(earlier.Settle(l.Key, l.Outstanding, "RCPT", "someone"))
			}
		}
		carried := must(t)(later.Carry(earlier))
		conserved(t, carried)
		if carried.Total.Settled.Cmp(earlier.Total.Settled) != 0 {
			t.Fatal("a payment was lost on the way")
		}
		if err := Verify(carried, tariff, events, days); err != nil {
			t.Fatal(err)
		}
		end := must(t)(Accrued(tariff, events, days, beginning.AddDate(0, 0, 60)))
		end.At = time.Time{}
		if whole := must(t)(Assess(tariff, events, days)); !reflect.DeepEqual(whole, end) {
			t.Fatalf("stopped clocks went on: %v and %v", whole, end)
		}
	})
}

func TestMoreFreeTimeNeverCostsMore(t *testing.T) {
	days := theCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		tariff, events := anyTariff(t), anyEvents(t)
		generous := tariff
		generous.Rules = slices.Clone(tariff.Rules)
		for i := range generous.Rules {
			generous.Rules[i].Free.Quantity += rapid.IntRange(0, 5).Draw(t, "more")
		}
		less, more := must(t)(Assess(tariff, events, days)), must(t)(Assess(generous, events, days))
		for i, l := range less.Lines {
			if more.Lines[i].Amount.Cmp(l.Amount) > 0 || more.Lines[i].Chargeable > l.Chargeable {
				t.Fatalf("%s: %s with %d free, %s with %d", l.Code, l.Amount, l.Free, more.Lines[i].Amount, more.Lines[i].Free)
			}
		}
	})
}

func TestAFaultOfThePayeesSideNeverCostsMore(t *testing.T) {
	days := theCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		tariff, events := anyTariff(t), anyEvents(t)
		free := slices.Clone(events)
		free[0].Holds = slices.DeleteFunc(slices.Clone(events[0].Holds), func(h Hold) bool { return h.Cause != "COURT" })
		held, unheld := must(t)(Assess(tariff, events, days)), must(t)(Assess(tariff, free, days))
		for i, l := range held.Lines {
			if l.Amount.Cmp(unheld.Lines[i].Amount) > 0 {
				t.Fatalf("%s: %s held, %s not", l.Code, l.Amount, unheld.Lines[i].Amount)
			}
			for _, w := range l.Waivable {
				if w.Amount.Sign() <= 0 || w.Amount.Cmp(l.Amount) > 0 || w.Amount.String() != w.Amount.in(l.Currency).String() {
					t.Fatalf("%s of %s may be waived", w.Amount, l.Amount)
				}
			}
		}
	})
}

func TestDaysSplitAtATierCostAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tiers, n := anyTiers(t), rapid.IntRange(0, 40).Draw(t, "days")
		steps, whole := price(tiers, 1, n)
		days, parts := 0, Amount{}
		for _, s := range steps {
			_, alone := price(tiers, s.FromDay, s.ToDay)
			if alone.Cmp(s.Amount) != 0 {
				t.Fatalf("days %d to %d alone cost %s", s.FromDay, s.ToDay, alone)
			}
			days, parts = days+s.Days, parts.Add(alone)
		}
		k := rapid.IntRange(0, n).Draw(t, "split")
		_, before := price(tiers, 1, k)
		_, after := price(tiers, k+1, n)
		var slow Amount // a day at a time: a second way to the same answer
		for d := 1; d <= n; d++ {
			i := slices.IndexFunc(tiers, func(t Tier) bool { return t.ToDay == 0 || d <= t.ToDay })
			slow = slow.Add(tiers[i].RatePerDay)
		}
		if days != n || parts.Cmp(whole) != 0 || before.Add(after).Cmp(whole) != 0 || slow.Cmp(whole) != 0 {
			t.Fatalf("%d days cost %s, in tiers %s, split %s, by the day %s", n, whole, parts, before.Add(after), slow)
		}
	})
}

// A change of socket costs nothing: the same time on power in one piece or in two.
func TestPowerSplitInTwoCostsAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tariff := theTariff(t)
		tariff.Rules = []Rule{anyRule(t, Plug)}
		times := anyTimes(t, 5)
		e := Events{Container: "CSQU3054383", SizeType: "45R1", Discharge: times[0], GateOut: times[4]}
		if !times[1].Before(times[2]) || !times[2].Before(times[3]) {
			return
		}
		one, two := e, e
		one.Plugs = []Connection{{times[1], times[3]}}
		two.Plugs = []Connection{{times[1], times[2]}, {times[2], times[3]}}
		days := theCalendar(t)
		a, b := must(t)(Assess(tariff, []Events{one}, days)), must(t)(Assess(tariff, []Events{two}, days))
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestAStatementIsTheSameInEveryOffset(t *testing.T) {
	days := theCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		tariff, events := anyTariff(t), anyEvents(t)
		away := time.FixedZone("", rapid.IntRange(-720, 840).Draw(t, "minutes")*60)
		elsewhere := []Events{events[0]}
		elsewhere[0].Discharge, elsewhere[0].GateOut = events[0].Discharge.In(away), events[0].GateOut.In(away)
		a, errA := json.Marshal(must(t)(Assess(tariff, events, days)))
		b, errB := json.Marshal(must(t)(Assess(tariff, elsewhere, days)))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Fatalf("%s\n%s", a, b)
		}
	})
}

// Whatever JSON comes in: it is refused with a problem, or it makes a statement that its own verification accepts.
func FuzzNoTariffOrEventPanics(f *testing.F) {
	f.Add([]byte(tariffText), []byte(eventsText), []byte(calendarText), int64(1794000000))
	f.Add([]byte(`{"rules":[{"code":"PLUG"}]}`), []byte(`[{"plugs":[{}],"holds":[{}]}]`), []byte(`{}`), int64(0))
	f.Fuzz(func(t *testing.T, rawTariff, rawEvents, rawDays []byte, at int64) {
		var tariff Tariff
		var events []Events
		var days calendar.Calendar
		if json.Unmarshal(rawTariff, &tariff) != nil || json.Unmarshal(rawEvents, &events) != nil || json.Unmarshal(rawDays, &days) != nil {
			return
		}
		for _, assess := range []func() (Statement, error){
			func() (Statement, error) { return Assess(tariff, events, days) },
			func() (Statement, error) { return Accrued(tariff, events, days, time.Unix(at, 0)) },
		} {
			s, err := assess()
			if err != nil {
				if _, ours := err.(*Problem); !ours {
					t.Fatalf("%v is no problem of ours", err)
				}
				continue
			}
			if err := Verify(s, tariff, events, days); err != nil {
				t.Fatal(err)
			}
			for _, l := range s.Lines {
				_, _ = s.Settle(l.Key, l.Outstanding, "RCPT", "someone")
			}
		}
	})
}

func FuzzNoStatementPanics(f *testing.F) {
	tariff, events, days := theTariff(f), theEvents(f), theCalendar(f)
	good, err := json.Marshal(assessed(f, tariff, events))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "5.00")
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		var s Statement
		a, err := ParseAmount(text)
		if err != nil || json.Unmarshal(raw, &s) != nil {
			return
		}
		_ = Verify(s, tariff, events, days)
		_, _ = s.Outstanding(Carrier), s.Cleared(Terminal)
		for _, l := range s.Lines {
			if after, err := s.Settle(l.Key, a, "RCPT", "someone"); err == nil {
				_, _ = s.Carry(after)
			}
		}
	})
}
