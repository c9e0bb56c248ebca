package charge

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

var dem = Key{Demurrage, "CSQU3054383"}

func demurrage(t *testing.T, changes ...func(*Events)) Statement {
	return assessed(t, theTariff(t), theEvents(t, changes...))
}

func cleanInspection(e *Events) {
	e.Holds = []Hold{{InspectionClean, instant("2026-11-10T00:00:00+08:00"), instant("2026-11-12T00:00:00+08:00")}}
}

func TestALineIsSettledInParts(t *testing.T) {
	s := demurrage(t, cleanInspection)
	untouched, err := json.Marshal(s)
	require.NoError(t, err)

	paid, err := s.Settle(dem, amount("200"), "RCPT-1", "consignee")
	require.NoError(t, err)
	l := line(t, paid, Demurrage)
	require.Equal(t, []any{Open, "200.00", "360.00"}, []any{l.Status, l.Settled.String(), l.Outstanding.String()})
	require.Equal(t, "813.00", paid.Outstanding(Carrier).String())
	require.Equal(t, "805.62", paid.Outstanding(Terminal).String(), "another payee's money is not touched")

	waived, err := paid.Waive(dem, amount("260.00"), WaiveInspection, "carrier")
	require.NoError(t, err)
	credited, err := waived.Credit(dem, amount("100"), "TERMS-30D", "carrier")
	require.NoError(t, err)
	l = line(t, credited, Demurrage)
	require.Equal(t, []any{OnCredit, "200.00", "260.00", "100.00", "0.00"},
		[]any{l.Status, l.Settled.String(), l.Waived.String(), l.Credited.String(), l.Outstanding.String()})
	require.Equal(t, []Entry{{As: Settled, Amount: amount("200.00"), By: "consignee", Receipt: "RCPT-1"},
		{As: Waived, Amount: amount("260.00"), By: "carrier", Code: WaiveInspection},
		{As: OnCredit, Amount: amount("100.00"), By: "carrier", Terms: "TERMS-30D"}}, l.Entries)
	require.False(t, credited.Cleared(Carrier), "detention is open")
	credited, err = credited.Settle(Key{Detention, dem.Container}, amount("453"), "RCPT-2", "consignee")
	require.NoError(t, err)
	require.True(t, credited.Cleared(Carrier))
	require.False(t, credited.Cleared(Terminal))

	again, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, string(untouched), string(again), "a statement is not changed by settling it")
}

func TestTwoSettlementsOfOneStatementDoNotMeet(t *testing.T) {
	s := demurrage(t)
	for range 3 { // so that the list of entries has room for one more
		var err error
		s, err = s.Settle(dem, amount("1"), "RCPT-1", "consignee")
		require.NoError(t, err)
	}
	one, err := s.Settle(dem, amount("2"), "RCPT-2", "consignee")
	require.NoError(t, err)
	_, err = s.Settle(dem, amount("3"), "RCPT-3", "consignee")
	require.NoError(t, err)
	require.Equal(t, "RCPT-2", line(t, one, Demurrage).Entries[3].Receipt)
}

func TestASettlementThatMakesNoSenseIsRefused(t *testing.T) {
	s := demurrage(t, cleanInspection)
	pay := func(a string) Entry { return Entry{As: Settled, Amount: amount(a), Receipt: "RCPT-1", By: "consignee"} }
	full, err := s.Book(dem, pay("560"))
	require.NoError(t, err)
	half, err := s.Waive(dem, amount("200"), WaiveInspection, "carrier")
	require.NoError(t, err)
	for _, r := range []struct {
		why       string
		s         Statement
		k         Key
		e         Entry
		at, check string
	}{
		{"no such charge", s, Key{PerDiem, dem.Container}, pay("1"), "", CheckNoLine},
		{"no such container", s, Key{Demurrage, "TGHU1643396"}, pay("1"), "", CheckNoLine},
		{"nothing", s, dem, pay("0"), "/amount", CheckAmount},
		{"less than nothing", s, dem, pay("-1"), "/amount", CheckAmount},
		{"finer than the currency", s, dem, pay("1.001"), "/amount", CheckAmount},
		{"more than is owed", s, dem, pay("560.01"), "/amount", CheckTooMuch},
		{"what is settled", full, dem, pay("1"), "/amount", CheckSettled},
		{"by nobody", s, dem, Entry{As: Settled, Amount: amount("1"), Receipt: "R"}, "/by", CheckText},
		{"a payment without a receipt", s, dem, Entry{As: Settled, Amount: amount("1"), By: "x"}, "/receipt", CheckText},
		{"a waiver without a ground", s, dem, Entry{As: Waived, Amount: amount("1"), By: "x"}, "/code", CheckWaiverCode},
		{"a waiver on another ground", s, dem, Entry{As: Waived, Amount: amount("1"), By: "x", Code: "FRIEND"}, "/code", CheckWaiverCode},
		{"more than the inspection cost", s, dem, Entry{As: Waived, Amount: amount("260.01"), By: "x", Code: WaiveInspection}, "/amount", CheckTooMuch},
		{"more than is left of what the inspection cost", half, dem, Entry{As: Waived, Amount: amount("60.01"), By: "x", Code: WaiveInspection}, "/amount", CheckTooMuch},
		{"credit without terms", s, dem, Entry{As: OnCredit, Amount: amount("1"), By: "x"}, "/terms", CheckText},
		{"a payment on terms", s, dem, Entry{As: Settled, Amount: amount("1"), By: "x", Receipt: "R", Terms: "T"}, "/terms", CheckIdle},
		{"a waiver with a receipt", s, dem, Entry{As: Waived, Amount: amount("1"), By: "x", Code: WaiveForce, Receipt: "R"}, "/receipt", CheckIdle},
		{"credit with a ground", s, dem, Entry{As: OnCredit, Amount: amount("1"), By: "x", Terms: "T", Code: WaiveForce}, "/code", CheckIdle},
		{"neither paid nor waived nor credited", s, dem, Entry{As: Open, Amount: amount("1"), By: "x"}, "/as", CheckCode},
	} {
		t.Run(r.why, func(t *testing.T) {
			_, err := r.s.Book(r.k, r.e)
			problem(t, err, OfRequest, r.at, r.check)
		})
	}
	for range entriesMax {
		s, err = s.Book(dem, pay("1"))
		require.NoError(t, err)
	}
	_, err = s.Book(dem, pay("1"))
	problem(t, err, OfRequest, "", CheckCount)
}

// Rule X-16: what accrued after issue but before the gate-out is settled or credited at the gate-out.
func TestWhatWasPaidAtIssueIsCarriedToTheGate(t *testing.T) {
	events := theEvents(t)
	issue, err := Accrued(theTariff(t), events, theCalendar(t), instant("2026-11-10T10:00:00+08:00"))
	require.NoError(t, err)
	for _, l := range issue.Lines {
		issue, err = issue.Settle(l.Key, l.Outstanding, "RCPT-1", "consignee")
		require.NoError(t, err)
	}
	require.True(t, issue.Cleared(Carrier) && issue.Cleared(Terminal))
	gate, err := Accrued(theTariff(t), events, theCalendar(t), events[0].GateOut)
	require.NoError(t, err)
	gate, err = gate.Carry(issue)
	require.NoError(t, err)
	require.Equal(t, "360.00", gate.Outstanding(Carrier).String(), "two more days at 100 and one at 160")
	require.Equal(t, "200.00", line(t, gate, Demurrage).Settled.String())
	require.False(t, gate.Cleared(Carrier))
	require.NoError(t, Verify(gate, theTariff(t), events, theCalendar(t)))
}

func TestMoneyThatNoLongerFitsIsNamed(t *testing.T) {
	paid, err := demurrage(t).Settle(dem, amount("300"), "RCPT-1", "consignee")
	require.NoError(t, err)
	paid, err = paid.Settle(dem, amount("260"), "RCPT-2", "consignee")
	require.NoError(t, err)
	fault := func(e *Events) {
		e.Holds = []Hold{{TerminalFault, instant("2026-11-05T00:00:00+08:00"), instant("2026-11-06T00:00:00+08:00")}}
	}
	_, err = demurrage(t, fault).Carry(paid)
	problem(t, err, OfStatement, "/lines/0/entries/1/amount", CheckTooMuch)
	nothing := assessed(t, theTariff(t, only(Storage)), theEvents(t))
	_, err = nothing.Carry(paid)
	problem(t, err, OfStatement, "/lines/0/entries/0", CheckNoLine)
	newer := assessed(t, theTariff(t, func(t *Tariff) { t.Version++ }), theEvents(t))
	_, err = newer.Carry(paid)
	problem(t, err, OfStatement, "/tariff", CheckOther)
	yuan := assessed(t, theTariff(t, func(t *Tariff) { t.Currency = "CNY" }), theEvents(t))
	_, err = yuan.Carry(paid)
	problem(t, err, OfStatement, "/currency", CheckOther)
}

func TestNoChargeOutsideTheTariff(t *testing.T) {
	tariff := theTariff(t)
	l := demurrage(t).Lines[0]
	require.NoError(t, tariff.Admit(l))
	for _, r := range []struct {
		why       string
		spoil     func(*Line)
		at, check string
	}{
		{"another version", func(l *Line) { l.Tariff.Version = 2 }, "/tariff", CheckOther},
		{"another tariff", func(l *Line) { l.Tariff.Reference = "X" }, "/tariff", CheckOther},
		{"a code that nobody knows", func(l *Line) { l.Code = "THC" }, "/code", CheckNotListed},
		{"a code that this tariff leaves out", func(l *Line) { l.Code = PerDiem }, "/code", CheckNotListed},
		{"power for a type that it leaves out", func(l *Line) { l.Code, l.SizeType, l.Payee = Plug, "42H1", Terminal }, "/code", CheckNotListed},
		{"another payee", func(l *Line) { l.Payee = Terminal }, "/payee", CheckOther},
		{"another currency", func(l *Line) { l.Currency = "CNY" }, "/currency", CheckOther},
	} {
		t.Run(r.why, func(t *testing.T) {
			bad := l
			r.spoil(&bad)
			problem(t, tariff.Admit(bad), OfStatement, r.at, r.check)
			s := demurrage(t)
			s.Lines[0] = bad
			problem(t, Verify(s, tariff, theEvents(t), theCalendar(t)), OfStatement, "/lines/0"+r.at, r.check)
		})
	}
}

func TestVerifyNamesTheFirstDifference(t *testing.T) {
	tariff, events, days := theTariff(t), theEvents(t, cleanInspection), theCalendar(t)
	good := assessed(t, tariff, events)
	good, err := good.Settle(dem, amount("60"), "RCPT-1", "consignee")
	require.NoError(t, err)
	text, err := json.Marshal(good)
	require.NoError(t, err)
	read := func() Statement {
		var s Statement
		require.NoError(t, json.Unmarshal(text, &s))
		return s
	}
	require.NoError(t, Verify(read(), tariff, events, days), "a statement survives its own text")
	for _, r := range []struct {
		spoil     func(*Statement)
		at, check string
	}{
		{func(s *Statement) { s.Lines[0].Amount = amount("559.00") }, "/lines/0/amount", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Amount = amount("560") }, "/lines/0/amount", CheckDiffers}, // one amount, one text
		{func(s *Statement) { s.Lines[0].Used = 11 }, "/lines/0/used", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Tiers[1].Rate = amount("159") }, "/lines/0/tiers/1/rate", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Tiers = s.Lines[0].Tiers[:1] }, "/lines/0/tiers/1", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Waivable[0].Days = 5 }, "/lines/0/waivable/0/days", CheckDiffers},
		{func(s *Statement) { s.Lines[0].To = s.Lines[0].To.Add(1) }, "/lines/0/to", CheckDiffers},
		{func(s *Statement) { s.Lines[2], s.Lines[3] = s.Lines[3], s.Lines[2] }, "/lines/2/code", CheckDiffers},
		{func(s *Statement) { s.Lines = s.Lines[:3] }, "/lines/3", CheckDiffers},
		{func(s *Statement) { s.Lines = append(s.Lines, s.Lines[3]) }, "/lines/4", CheckDiffers},
		{func(s *Statement) { s.Lines = nil }, "/lines", CheckDiffers},
		{func(s *Statement) { s.Currency = "CNY" }, "/currency", CheckDiffers},
		{func(s *Statement) { s.Tariff.Version = 4 }, "/tariff/version", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Status = Settled }, "/lines/0/status", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Outstanding = amount("0.00") }, "/lines/0/outstanding", CheckDiffers},
		{func(s *Statement) { s.Totals[0].Settled = amount("61.00") }, "/totals/0/settled", CheckDiffers},
		{func(s *Statement) { s.Total.Amount = amount("0.00") }, "/total/amount", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Entries[0].Amount = amount("560.01") }, "/lines/0/entries/0/amount", CheckTooMuch},
		{func(s *Statement) { s.Lines[0].Entries[0].Amount = amount("-60.00") }, "/lines/0/entries/0/amount", CheckAmount},
		{func(s *Statement) { s.Lines[0].Entries[0].Receipt = "" }, "/lines/0/entries/0/receipt", CheckText},
		{func(s *Statement) { s.Lines[0].Entries[0].Amount = amount("60") }, "/lines/0/entries/0/amount", CheckDiffers},
		{func(s *Statement) { s.Lines[0].Entries = nil }, "/lines/0/settled", CheckDiffers},
	} {
		t.Run(fmt.Sprint(r.at, " ", r.check), func(t *testing.T) {
			s := read()
			r.spoil(&s)
			problem(t, Verify(s, tariff, events, days), OfStatement, r.at, r.check)
		})
	}
	bad := theEvents(t, func(e *Events) { e.GateOut = instant("2026-10-01T00:00:00Z") })
	problem(t, Verify(good, tariff, bad, days), OfEvents, "/0/gateOut", CheckOrder)
}
