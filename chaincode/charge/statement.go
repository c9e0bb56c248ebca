package charge

import (
	"slices"
	"time"

	"portledger/chaincode/calendar"
)

// Status is how far a charge line is settled (domain facts 4.2, gate CHARGES).
type Status string

// The statuses. A line whose amount is nothing is settled from the start.
const (
	Open     Status = "OPEN"
	Settled  Status = "SETTLED" // paid
	Waived   Status = "WAIVED"
	OnCredit Status = "CREDIT"
)

// Balance is an amount and what became of it: Amount = Settled + Waived + Credited + Outstanding, always.
type Balance struct {
	Amount      Amount `json:"amount"`
	Settled     Amount `json:"settled"`
	Waived      Amount `json:"waived"`
	Credited    Amount `json:"credited"`
	Outstanding Amount `json:"outstanding"`
}

func (b Balance) add(o Balance) Balance {
	return Balance{b.Amount.Add(o.Amount), b.Settled.Add(o.Settled), b.Waived.Add(o.Waived), b.Credited.Add(o.Credited),
		b.Outstanding.Add(o.Outstanding)}
}

// Step is what a line charges in one tier. Its amount is exact; only the line's is rounded.
type Step struct {
	FromDay int    `json:"fromDay"`
	ToDay   int    `json:"toDay"`
	Days    int    `json:"days"`
	Rate    Amount `json:"rate"`
	Amount  Amount `json:"amount"`
}

// Waivable is the part of a line that may be waived on a ground: what the line would not have come to without it.
type Waivable struct {
	Code WaiverCode `json:"code"`
	// Days are chargeable days, or units of power.
	Days   int    `json:"days"`
	Amount Amount `json:"amount"`
}

// Key names a line in its statement.
type Key struct {
	Code      Code   `json:"code"`
	Container string `json:"equipmentReference"`
}

// Line is one charge on one container. All of it follows from the tariff and the events, but for Entries and what
// they sum up to.
type Line struct {
	Key
	SizeType string    `json:"ISOEquipmentCode"`
	Payee    Payee     `json:"payee"`
	Tariff   Reference `json:"tariff"`
	// From and To are the first and the last instant of the clock, in UTC. Running tells that nothing has stopped it yet.
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Running bool      `json:"running,omitempty"`
	// Used and Free are in Unit; Chargeable is in started days, or in started units of power.
	Unit       Unit `json:"unit"`
	Used       int  `json:"used"`
	Free       int  `json:"free"`
	Chargeable int  `json:"chargeable"`
	// ChargeableFrom is the first day that is paid for, where days are counted.
	ChargeableFrom calendar.Date `json:"chargeableFrom,omitzero"`
	Tiers          []Step        `json:"tiers"`
	Waivable       []Waivable    `json:"waivable,omitempty"`
	Currency       string        `json:"currency"`
	Balance
	Status  Status  `json:"status"`
	Entries []Entry `json:"entries,omitempty"`
}

// Total is what the lines of one payee come to.
type Total struct {
	Payee Payee `json:"payee"`
	Balance
}

// Statement is what some containers' stays come to under one tariff.
type Statement struct {
	Tariff   Reference `json:"tariff"`
	Currency string    `json:"currency"`
	// At is the instant up to which running clocks were counted, in UTC; none when only stopped ones were.
	At time.Time `json:"at,omitzero"`
	// Lines are in the order of the containers given, and of the codes.
	Lines []Line `json:"lines"`
	// Totals are by payee, Total over all.
	Totals []Total `json:"totals"`
	Total  Balance `json:"total"`
}

// balanced answers the statement with all sums drawn anew from the lines' amounts and entries.
func (s Statement) balanced() Statement {
	nothing := nothingIn(s.Currency)
	s.Lines = slices.Clone(s.Lines)
	s.Totals, s.Total = []Total{}, nothing
	for i := range s.Lines {
		s.Lines[i].balance()
		s.Total = s.Total.add(s.Lines[i].Balance)
	}
	for _, p := range payees {
		total, lines := nothing, 0
		for _, l := range s.Lines {
			if l.Payee == p {
				total = total.add(l.Balance)
				lines++
			}
		}
		if lines > 0 {
			s.Totals = append(s.Totals, Total{p, total})
		}
	}
	return s
}

func nothingIn(currency string) Balance {
	zero := Amount{}.in(currency)
	return Balance{zero, zero, zero, zero, zero}
}

// balance draws a line's sums and status from its amount and entries.
func (l *Line) balance() {
	b := nothingIn(l.Currency)
	b.Amount = l.Amount
	for _, e := range l.Entries {
		switch e.As {
		case Settled:
			b.Settled = b.Settled.Add(e.Amount)
		case Waived:
			b.Waived = b.Waived.Add(e.Amount)
		case OnCredit:
			b.Credited = b.Credited.Add(e.Amount)
		}
	}
	b.Outstanding = b.Amount.Sub(b.Settled).Sub(b.Waived).Sub(b.Credited)
	l.Balance, l.Status = b, Settled
	if b.Outstanding.Sign() != 0 {
		l.Status = Open
	} else if last := len(l.Entries) - 1; last >= 0 {
		l.Status = l.Entries[last].As // what closed the line
	}
}

// Outstanding is what a payee is still owed.
func (s Statement) Outstanding(p Payee) Amount {
	for _, t := range s.balanced().Totals {
		if t.Payee == p {
			return t.Outstanding
		}
	}
	return Amount{}.in(s.Currency)
}

// Cleared tells whether no line of a payee is open: the gate CHARGES, for that payee's side (domain facts 4.2).
func (s Statement) Cleared(p Payee) bool {
	return !slices.ContainsFunc(s.balanced().Lines, func(l Line) bool { return l.Payee == p && l.Status == Open })
}

func (s Statement) find(k Key) int {
	return slices.IndexFunc(s.Lines, func(l Line) bool { return l.Key == k })
}
