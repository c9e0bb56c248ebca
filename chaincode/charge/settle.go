package charge

import (
	"fmt"
	"slices"
)

// WaiverCode is the ground on which a payee gives up money; a waiver without one is refused (rule X-15).
type WaiverCode string

// The grounds. INSPECTION_CLEAN is the trade's (domain facts 4.6) and bounded by the line's Waivable; the others are this
// ledger's own.
const (
	WaiveInspection WaiverCode = "INSPECTION_CLEAN" // 查验无问题: customs inspected and found nothing
	WaiveForce      WaiverCode = "FORCE_MAJEURE"    // 不可抗力
	WaiveFault      WaiverCode = "SERVICE_FAILURE"  // 承运人或码头原因: a fault that was not recorded as a hold
	WaiveCommercial WaiverCode = "COMMERCIAL"       // 商务减免: agreed
)

var waiverCodes = []WaiverCode{WaiveInspection, WaiveForce, WaiveFault, WaiveCommercial}

// Entry is one step in settling a line: a payment, a waiver or a credit, in part or in full.
type Entry struct {
	// As is SETTLED, WAIVED or CREDIT.
	As     Status `json:"as"`
	Amount Amount `json:"amount"`
	// By is the party that acted: who paid, who waived, who granted the credit.
	By string `json:"by"`
	// Receipt is the payment's reference, Code the waiver's ground, Terms the reference of the credit terms: one of them.
	Receipt string     `json:"receipt,omitempty"`
	Code    WaiverCode `json:"code,omitempty"`
	Terms   string     `json:"terms,omitempty"`
	// Due is the day (YYYY-MM-DD) by which a credit is to be paid.
	Due string `json:"due,omitempty"`
}

// entriesMax bounds the instalments of one line.
const entriesMax = 50

// Settle books a payment, of a part or of the whole, and answers the statement after it; s is not changed. Errors of
// this and the other two are of type *Problem.
func (s Statement) Settle(k Key, amount Amount, receipt, by string) (Statement, error) {
	return s.Book(k, Entry{As: Settled, Amount: amount, Receipt: receipt, By: by})
}

// Waive books that the payee gives up an amount, on a ground.
func (s Statement) Waive(k Key, amount Amount, code WaiverCode, by string) (Statement, error) {
	return s.Book(k, Entry{As: Waived, Amount: amount, Code: code, By: by})
}

// Credit books that an amount is owed on recorded terms: the line no longer stands in the way of the goods.
func (s Statement) Credit(k Key, amount Amount, terms, by string) (Statement, error) {
	return s.Book(k, Entry{As: OnCredit, Amount: amount, Terms: terms, By: by})
}

// Book books an entry of any kind.
func (s Statement) Book(k Key, e Entry) (Statement, error) {
	s = s.balanced() // and with that, lines of its own
	if p := s.book(k, e); p != nil {
		return Statement{}, p
	}
	return s.balanced(), nil
}

// book changes the line of s itself and leaves the totals alone.
func (s Statement) book(k Key, e Entry) *Problem {
	i := s.find(k)
	if i < 0 {
		return &Problem{Of: OfRequest, Check: CheckNoLine}
	}
	l := &s.Lines[i]
	f := finder{of: OfRequest}
	if e.check(&f, *l); f.first != nil {
		return f.first
	}
	e.Amount = e.Amount.in(l.Currency)
	l.Entries = append(slices.Clone(l.Entries), e)
	l.balance()
	return nil
}

// check tells whether an entry can be booked on a line: first what it says, then what is left.
func (e Entry) check(f *finder, l Line) {
	f.unless(e.Amount.Sign() > 0 && e.Amount.Cmp(e.Amount.in(l.Currency)) == 0, "/amount", CheckAmount)
	f.unless(isText(e.By), "/by", CheckText)
	switch e.As {
	case Settled:
		f.unless(isText(e.Receipt), "/receipt", CheckText)
	case Waived:
		f.unless(slices.Contains(waiverCodes, e.Code), "/code", CheckWaiverCode)
	case OnCredit:
		f.unless(isText(e.Terms), "/terms", CheckText)
	default:
		f.unless(false, "/as", CheckCode)
	}
	f.unless(e.Receipt == "" || e.As == Settled, "/receipt", CheckIdle)
	f.unless(e.Code == "" || e.As == Waived, "/code", CheckIdle)
	f.unless(e.Terms == "" || e.As == OnCredit, "/terms", CheckIdle)
	f.unless(e.Due == "" || e.As == OnCredit, "/due", CheckIdle)
	f.unless(len(l.Entries) < entriesMax, "", CheckCount)
	f.unless(l.Outstanding.Sign() > 0, "/amount", CheckSettled)
	f.unless(e.Amount.Cmp(l.Outstanding) <= 0, "/amount", CheckTooMuch)
	if e.Code == WaiveInspection {
		f.unless(e.Amount.Cmp(l.waivable(e.Code)) <= 0, "/amount", CheckTooMuch)
	}
}

// waivable is what is left to waive on a bounded ground.
func (l Line) waivable(code WaiverCode) Amount {
	var left Amount
	for _, w := range l.Waivable {
		if w.Code == code {
			left = left.Add(w.Amount)
		}
	}
	for _, e := range l.Entries {
		if e.As == Waived && e.Code == code {
			left = left.Sub(e.Amount)
		}
	}
	return left
}

// Carry takes the entries of an earlier statement over to a later one of the same tariff, so that only what came up in
// between is outstanding: the whole of rule X-16. Amounts grow with time; if a line became cheaper than what is booked
// on it already (a hold was recorded late), or is gone, the entry that no longer fits is named: money that is to go back
// is for people to decide.
func (s Statement) Carry(before Statement) (Statement, error) {
	f := finder{of: OfStatement}
	f.unless(before.Tariff == s.Tariff, "/tariff", CheckOther)
	f.unless(before.Currency == s.Currency, "/currency", CheckOther)
	if f.first != nil {
		return Statement{}, f.err()
	}
	s = s.balanced()
	for i, l := range before.Lines {
		for j, e := range l.Entries {
			if p := s.book(l.Key, e); p != nil {
				return Statement{}, &Problem{Of: OfStatement, At: fmt.Sprintf("/lines/%d/entries/%d%s", i, j, p.At), Check: p.Check}
			}
		}
	}
	return s.balanced(), nil
}
