// Package charge computes what a container's stay costs, and keeps the books on how that was settled: free time 免费期,
// demurrage 滞箱费(港内), detention 滞箱费(港外), storage 堆存费, per diem and reefer power 插电费.
//
// Everything is a pure function of dated events and one published version of a tariff 公示价目, in decimal arithmetic:
// whoever has the same events and the same tariff gets the same statement, to the cent, on any machine and at any time.
//
// The package knows no clock, no storage and no parties' rights. Who may settle, waive or grant credit is decided
// above it, and so is what freight the bill says is to be collected. Sources: domain facts 4.6 for the charges, 4.2 for
// the ways to settle them, rules.
package charge

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Code names a kind of charge (DCSA freetimeTypeCode; PLUG is the ledger's own).
type Code string

// The codes, in the order in which a statement lists them.
const (
	Demurrage Code = "DEM"  // 滞箱费(港内): discharge to full gate-out, paid to the carrier
	Detention Code = "DET"  // 滞箱费(港外): full gate-out to empty return, paid to the carrier
	Storage   Code = "STO"  // 堆存费: discharge to full gate-out, paid to the terminal
	PerDiem   Code = "PDM"  // full gate-out to empty return, paid to the carrier
	Plug      Code = "PLUG" // 冷藏箱制冷/插电费: plug-in to plug-out, paid to the terminal
)

// Codes are all of them, in that order.
var Codes = []Code{Demurrage, Detention, Storage, PerDiem, Plug}

// Payee is who a charge is paid to: different money that is never added up into one flag.
type Payee string

// The payees, in the order in which a statement lists them.
const (
	Carrier  Payee = "CARRIER"
	Terminal Payee = "TERMINAL"
)

var payees = []Payee{Carrier, Terminal}

// Payee is who the charge is paid to.
func (c Code) Payee() Payee {
	if c == Storage || c == Plug {
		return Terminal
	}
	return Carrier
}

// Unit is what time is counted in (DCSA timeUnit).
type Unit string

// The units.
const (
	CalendarDays Unit = "CD" // 日历日
	WorkingDays  Unit = "WD" // 工作日, by the calendar that the tariff names
	Hours        Unit = "HR" // 小时
)

// Start says when free time begins.
type Start string

// The starts. DOD is DCSA's "day of discharge"; for detention and per diem it is the day of the gate-out.
const (
	SameDay Start = "DOD"
	NextDay Start = "NEXT_DAY"
)

// Reference cites one version of something published: a tariff, a calendar.
type Reference struct {
	Reference string `json:"reference"`
	Version   int    `json:"version"`
}

// Source says which of the inputs a problem is about.
type Source string

// The sources. Their pointers begin in a Tariff, in the list of containers' Events (in one Events for its own Check),
// in a Calendar, in a Statement, and in the input of a settlement.
const (
	OfTariff    Source = "tariff"
	OfEvents    Source = "events"
	OfCalendar  Source = "calendar"
	OfStatement Source = "statement"
	OfRequest   Source = "request"
	OfFreight   Source = "freightCollect" // in the list of an Account's freight lines
)

// Checks that a Problem names, beside those of packages identifier and calendar.
const (
	CheckText       = "text"        // empty, too long, or with blanks around it
	CheckNumber     = "number"      // out of range
	CheckCount      = "count"       // too few or too many
	CheckCode       = "code"        // not one of the codes
	CheckDate       = "date"        // missing
	CheckOrder      = "order"       // before what it must follow
	CheckOverlap    = "overlap"     // at the same time as the one before it
	CheckMissing    = "missing"     // asked for by something else that is there
	CheckIdle       = "idle"        // given where it means nothing
	CheckTwice      = "twice"       // there is one of the kind already
	CheckTiers      = "tiers"       // tiers do not follow each other from day 1 to an open end
	CheckRate       = "rate"        // a price below zero
	CheckYear       = "year"        // an instant in a year that nobody means
	CheckSpan       = "span"        // a stay longer than anyone pays for
	CheckNotReefer  = "not-reefer"  // power for a container that cannot cool
	CheckNotValid   = "not-valid"   // the tariff is not in force on the day of discharge
	CheckOther      = "other"       // another tariff, version, calendar or currency than the one in hand
	CheckNotListed  = "not-listed"  // the tariff lists no such charge for such a container
	CheckDiffers    = "differs"     // not what the tariff and the events come to
	CheckNoLine     = "no-line"     // the statement has no such line
	CheckSettled    = "settled"     // nothing is left to settle
	CheckAmount     = "amount"      // not above zero, or finer than the currency
	CheckTooMuch    = "too-much"    // more than is left to settle, or to waive on that ground
	CheckWaiverCode = "waiver-code" // not a ground for waiving
)

// Problem says what is wrong with an input, and where. It carries no amount, no name and no time.
type Problem struct {
	Of    Source
	At    string // JSON pointer (RFC 6901) into Of; empty for the whole
	Check string
}

func (p *Problem) Error() string { return fmt.Sprintf("%s at %q: %s", p.Of, p.At, p.Check) }

// finder keeps the first problem in the order of looking.
type finder struct {
	of    Source
	first *Problem
}

func (f *finder) unless(good bool, at, check string) {
	if !good && f.first == nil {
		f.first = &Problem{Of: f.of, At: at, Check: check}
	}
}

func (f *finder) err() error {
	if f.first == nil {
		return nil
	}
	return f.first
}

// textMax bounds references and codes, as the ledger's schemas do.
const textMax = 100

func isText(s string) bool {
	return s != "" && len(s) <= textMax && utf8.ValidString(s) && strings.TrimSpace(s) == s && !strings.ContainsRune(s, 0)
}

func isCode(c Code) bool { return slices.Contains(Codes, c) }
