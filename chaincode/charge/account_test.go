package charge

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/calendar"
)

// theAccount is the carrier's: the worked check's demurrage and detention, and freight in another currency.
func theAccount(t require.TestingT, changes ...func(*Account)) Account {
	tariff := theTariff(t, func(t *Tariff) {
		var rules []Rule
		for _, r := range t.Rules {
			if r.Code.Payee() == Carrier {
				rules = append(rules, r)
			}
		}
		t.Rules = rules
	})
	events := theEvents(t, func(e *Events) { // an inspection of three days that found nothing
		e.Holds = []Hold{{InspectionClean, instant("2026-11-05T00:00:00+08:00"), instant("2026-11-08T00:00:00+08:00")}}
	})
	a := Account{Tariff: tariff, Containers: events, Statement: assessed(t, tariff, events),
		Freight: []Freight{NewFreight("Ocean freight", "EUR", amount("9640.5")), NewFreight("Surcharge", "JPY", amount("700"))}}
	for _, change := range changes {
		change(&a)
	}
	return a
}

func settled(t require.TestingT, a Account, as Status, code WaiverCode, reference string, parts ...Part) Account {
	next, err := a.Settle(Settlement{Reference: reference, Lines: parts}, as, code, "PLINE")
	require.NoError(t, err)
	return next
}

func part(code Code, text string) Part {
	p := Part{Code: code, Container: "CSQU3054383"}
	if text != "" {
		a := amount(text)
		p.Amount = &a
	}
	return p
}

func TestAnAccountIsWhatTariffAndEventsSay(t *testing.T) {
	require.NoError(t, theAccount(t).Check(Carrier, theCalendar(t)))
	for name, r := range map[string]struct {
		change    func(*Account)
		payee     Payee
		of        Source
		at, check string
	}{
		"the terminal's statement with demurrage": {func(*Account) {}, Terminal, OfTariff, "/rules/0/code", CheckOther},
		"a dearer line":          {func(a *Account) { a.Statement.Lines[0].Amount = amount("560.01") }, Carrier, OfStatement, "/lines/0/amount", CheckDiffers},
		"freight that is less":   {func(a *Account) { a.Freight[0].Outstanding = amount("1.00") }, Carrier, OfFreight, "/0", CheckDiffers},
		"freight paid by nobody": {func(a *Account) { a.Freight[1].Entries = []Entry{{As: Settled, Amount: amount("700"), Receipt: "r"}} }, Carrier, OfFreight, "/1/entries/0/by", CheckText},
		"freight in half yen": {func(a *Account) {
			a.Freight[1].Entries = []Entry{{As: Settled, Amount: amount("0.5"), Receipt: "r", By: "P"}}
		}, Carrier, OfFreight, "/1/entries/0/amount", CheckAmount},
	} {
		t.Run(name, func(t *testing.T) {
			problem(t, theAccount(t, r.change).Check(r.payee, theCalendar(t)), r.of, r.at, r.check)
		})
	}
	terminals := theAccount(t, func(a *Account) {
		a.Tariff = theTariff(t, only(Storage))
		a.Statement = assessed(t, a.Tariff, a.Containers)
	})
	problem(t, terminals.Check(Terminal, theCalendar(t)), OfFreight, "", CheckOther)
}

func TestEveryWayToSettleAnAccount(t *testing.T) {
	a := theAccount(t)
	require.Equal(t, Open, a.Status())
	a = settled(t, a, Settled, "", "TT-1", part(Demurrage, "60.00"))
	require.Equal(t, "500.00", a.Statement.Lines[0].Outstanding.String())
	a = settled(t, a, Waived, WaiveInspection, "") // all that the inspection cost, and nothing else
	require.Equal(t, "360.00", a.Statement.Lines[0].Waived.String())
	require.Equal(t, "9640.50", a.Freight[0].Outstanding.String())
	_, err := a.Settle(Settlement{}, Waived, WaiveInspection, "PLINE")
	problem(t, err, OfRequest, "", CheckSettled)
	a = settled(t, a, OnCredit, "", "AEO-7", Part{Code: FreightCollect, Charge: 1}, part(Demurrage, ""))
	require.Equal(t, OnCredit, a.Freight[0].Status)
	require.Equal(t, Open, a.Status())
	a = settled(t, a, Settled, "", "TT-2")
	require.Equal(t, OnCredit, a.Status(), "something is still owed on terms")
	require.NoError(t, a.Check(Carrier, theCalendar(t)))
	require.Equal(t, Settled, settled(t, theAccount(t), Settled, "", "TT-3").Status())
	require.Equal(t, Waived, settled(t, theAccount(t), Waived, WaiveCommercial, "").Status())
}

func TestASettlementIsRefusedAtItsPlace(t *testing.T) {
	for name, r := range map[string]struct {
		s         Settlement
		as        Status
		code      WaiverCode
		at, check string
	}{
		"a payment without reference":     {Settlement{}, Settled, "", "/reference", CheckText},
		"credit without terms":            {Settlement{Lines: []Part{part(Demurrage, "1")}}, OnCredit, "", "/reference", CheckText},
		"a waiver with a payment":         {Settlement{Reference: "r"}, Waived, WaiveForce, "/reference", CheckIdle},
		"no such line":                    {Settlement{Reference: "r", Lines: []Part{part(Demurrage, ""), part(Storage, "")}}, Settled, "", "/lines/1", CheckNoLine},
		"no such freight":                 {Settlement{Reference: "r", Lines: []Part{{Code: FreightCollect, Charge: 3}}}, Settled, "", "/lines/0", CheckNoLine},
		"freight of a container":          {Settlement{Reference: "r", Lines: []Part{{Code: FreightCollect, Charge: 1, Container: "C"}}}, Settled, "", "/lines/0", CheckNoLine},
		"more than is open":               {Settlement{Reference: "r", Lines: []Part{part(Demurrage, "560.01")}}, Settled, "", "/lines/0/amount", CheckTooMuch},
		"the same line twice":             {Settlement{Reference: "r", Lines: []Part{part(Demurrage, ""), part(Demurrage, "")}}, Settled, "", "/lines/1/amount", CheckAmount},
		"less than nothing":               {Settlement{Reference: "r", Lines: []Part{part(Demurrage, "-1")}}, Settled, "", "/lines/0/amount", CheckAmount},
		"nothing":                         {Settlement{Reference: "r", Lines: []Part{part(Demurrage, "0")}}, Settled, "", "/lines/0/amount", CheckAmount},
		"an unknown ground":               {Settlement{Lines: []Part{part(Demurrage, "1")}}, Waived, "MERCY", "/lines/0/code", CheckWaiverCode},
		"more than the inspection's cost": {Settlement{Lines: []Part{part(Demurrage, "360.01")}}, Waived, WaiveInspection, "/lines/0/amount", CheckTooMuch},
		"a clean inspection of freight":   {Settlement{Lines: []Part{{Code: FreightCollect, Charge: 1}}}, Waived, WaiveInspection, "/lines/0/amount", CheckTooMuch},
	} {
		t.Run(name, func(t *testing.T) {
			a := theAccount(t)
			_, err := a.Settle(r.s, r.as, r.code, "PLINE")
			problem(t, err, OfRequest, r.at, r.check)
			require.Equal(t, theAccount(t), a)
		})
	}
}

func TestAnAccountTakesOverWhatWasBookedAndNothingElse(t *testing.T) {
	first := theAccount(t)
	require.NoError(t, first.Opens())
	paid := settled(t, first, Settled, "", "TT-1", part(Demurrage, "60.00"), Part{Code: FreightCollect, Charge: 2})
	require.Error(t, paid.Opens(), "nothing is paid before it is asked for")
	require.NoError(t, paid.Follows(paid))
	require.Error(t, first.Follows(paid), "a payment does not disappear")
	require.Error(t, paid.Follows(first), "nor appear")
	moved := settled(t, first, Settled, "", "TT-1", part(Detention, "60.00"), Part{Code: FreightCollect, Charge: 2})
	require.Error(t, moved.Follows(paid), "nor move to another line")
	other := settled(t, first, Settled, "", "TT-1", part(Demurrage, "60.00"), Part{Code: FreightCollect, Charge: 1})
	problem(t, other.Follows(paid), OfFreight, "/0/entries", CheckDiffers)
	newer := theAccount(t, func(a *Account) {
		a.Tariff.Version = 4
		a.Statement = assessed(t, a.Tariff, a.Containers)
	})
	require.NoError(t, newer.Follows(first), "nothing was booked under the old tariff")
	demurrageOnly := settled(t, first, Settled, "", "TT-1", part(Demurrage, "60.00"))
	problem(t, newer.Follows(demurrageOnly), OfStatement, "/tariff", CheckOther)
	dearer := theAccount(t, func(a *Account) {
		a.Tariff.Rules[0].Tiers[0].RatePerDay = amount("1000.00")
		a.Statement = assessed(t, a.Tariff, a.Containers)
	})
	for _, before := range []Account{first, demurrageOnly} { // whether paid or not: other rates are another edition
		problem(t, dearer.Follows(before), OfTariff, "/version", CheckDiffers)
	}
}

func TestAContainerIsShortOfWhatCameUpSince(t *testing.T) {
	a := theAccount(t, func(a *Account) {
		a.Containers[0].GateOut, a.Containers[0].EmptyReturn, a.Containers[0].Plugs, a.Containers[0].Holds = instant("0001-01-01T00:00:00Z"), instant("0001-01-01T00:00:00Z"), nil, nil
		s, err := Accrued(a.Tariff, a.Containers, theCalendar(t), instant("2026-11-13T14:30:00+08:00"))
		require.NoError(t, err)
		a.Statement = s
	})
	a = settled(t, a, Settled, "", "TT-1")
	for at, want := range map[string]bool{
		"2026-11-01T00:00:00+08:00": false, // not even discharged
		"2026-11-10T00:00:00+08:00": false, // a later day is paid for
		"2026-11-13T23:59:59+08:00": false, // the same day
		"2026-11-14T00:00:00+08:00": true,  // the next has begun
	} {
		short, err := a.Short("CSQU3054383", theCalendar(t), instant(at))
		require.NoError(t, err)
		require.Equal(t, want, short, at)
	}
	short, err := a.Short("OERU1000025", theCalendar(t), instant("2026-12-01T00:00:00Z"))
	require.NoError(t, err)
	require.False(t, short, "nothing is asked for another container")
	_, err = a.Short("CSQU3054383", calendar.Calendar{}, instant("2026-12-01T00:00:00Z"))
	require.Error(t, err)
}

// Whatever is booked in whatever order: every line adds up, nothing is below zero, a refusal changes nothing, the gate is
// clear exactly when nothing is outstanding, and the account is still what anybody recomputes.
func TestNoSettlementMakesMoney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := theAccount(t)
		owed := sums(a)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before, err := json.Marshal(a)
			require.NoError(t, err)
			as := rapid.SampledFrom([]Status{Settled, Waived, OnCredit}).Draw(t, "as")
			code, reference := WaiverCode(""), "R"
			if as == Waived {
				code, reference = rapid.SampledFrom(waiverCodes).Draw(t, "code"), ""
			}
			var parts []Part
			for range rapid.IntRange(0, 3).Draw(t, "parts") {
				parts = append(parts, somePart(t))
			}
			was := a
			next, err := a.Settle(Settlement{Reference: reference, Lines: parts}, as, code, "PLINE")
			after, bad := json.Marshal(was)
			require.NoError(t, bad)
			require.JSONEq(t, string(before), string(after))
			if err == nil {
				require.Error(t, next.Follows(was), "a step is a step")
				a = next
			}
			holds(t, a, owed)
		}
	})
}

func somePart(t *rapid.T) Part {
	p := Part{Code: rapid.SampledFrom([]Code{Demurrage, Detention, FreightCollect}).Draw(t, "line")}
	if p.Code == FreightCollect {
		p.Charge = rapid.IntRange(1, 2).Draw(t, "charge")
	} else {
		p.Container = "CSQU3054383"
	}
	if rapid.Bool().Draw(t, "in part") {
		some := amount(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 600).Draw(t, "units"), rapid.IntRange(0, 1).Draw(t, "cents")*50))
		p.Amount = &some
	}
	return p
}

// sums are the amounts of the lines, which no settlement changes.
func sums(a Account) []string {
	var texts []string
	for _, l := range a.lines() {
		texts = append(texts, l.Amount.String())
	}
	return texts
}

func holds(t *rapid.T, a Account, owed []string) {
	require.Equal(t, owed, sums(a))
	clear := true
	for _, l := range a.lines() {
		sum := l.Settled.Add(l.Waived).Add(l.Credited).Add(l.Outstanding)
		require.Zero(t, sum.Cmp(l.Amount))
		require.GreaterOrEqual(t, l.Outstanding.Sign(), 0)
		clear = clear && l.Outstanding.Sign() == 0
	}
	require.Equal(t, clear, a.Status() != Open)
	require.NoError(t, a.Check(Carrier, theCalendar(t)))
	require.NoError(t, a.Follows(a))
}
