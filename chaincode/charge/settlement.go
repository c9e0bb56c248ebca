package charge

import "fmt"

// Settlement is one step of a payee for several lines, or for all: a payment that it received, a waiver, a credit.
type Settlement struct {
	// Reference is the payment's, or that of the credit terms; a waiver has none.
	Reference string `json:"reference,omitempty"`
	// Due is the day (YYYY-MM-DD) by which a credit is to be paid; nothing else has one.
	Due string `json:"dueDate,omitempty"`
	// Lines are what it is for; none stands for all that is open.
	Lines []Part `json:"lines,omitempty"`
}

// Part names a line, and how much of it; no amount stands for all that is open.
type Part struct {
	Code      Code   `json:"code"`
	Container string `json:"equipmentReference,omitempty"`
	// Charge is the number of a freight line, counted from 1 in the account's order.
	Charge int     `json:"charge,omitempty"`
	Amount *Amount `json:"amount,omitempty"`
}

// partsMax bounds a settlement: all lines of the largest order.
const partsMax = 500

// Settle books a settlement and answers the account after it; a is not changed. As is SETTLED, WAIVED or CREDIT, code the
// ground of a waiver, by the party that acts. The error is a *Problem; its pointers begin in the settlement.
func (a Account) Settle(s Settlement, as Status, code WaiverCode, by string) (Account, error) {
	if len(s.Lines) > partsMax {
		return Account{}, &Problem{Of: OfRequest, At: "/lines", Check: CheckCount}
	}
	e := Entry{As: as, By: by, Code: code, Due: s.Due}
	switch as {
	case Settled:
		e.Receipt = s.Reference
	case OnCredit:
		e.Terms = s.Reference
	default:
		if s.Reference != "" {
			return Account{}, &Problem{Of: OfRequest, At: "/reference", Check: CheckIdle}
		}
	}
	if len(s.Lines) == 0 {
		return a.settleAll(e)
	}
	for i, part := range s.Lines {
		next, p := a.settle(part, e)
		if p != nil {
			return Account{}, &Problem{Of: OfRequest, At: partPlace(i, p.At), Check: p.Check}
		}
		a = next
	}
	return a, nil
}

// partPlace is where a settlement says what an entry's problem is about.
func partPlace(i int, at string) string {
	switch at {
	case "/receipt", "/terms":
		return "/reference"
	case "/due":
		return "/dueDate"
	}
	return fmt.Sprintf("/lines/%d%s", i, at)
}

// settleAll books an entry on everything that is open, as far as its ground reaches.
func (a Account) settleAll(e Entry) (Account, error) {
	any := false
	for _, part := range a.open(e) {
		next, p := a.settle(part, e)
		if p != nil {
			at := p.At
			if at = partPlace(0, at); at != "/reference" && at != "/dueDate" {
				at = ""
			}
			return Account{}, &Problem{Of: OfRequest, At: at, Check: p.Check}
		}
		a, any = next, true
	}
	if !any {
		return Account{}, &Problem{Of: OfRequest, Check: CheckSettled}
	}
	return a, nil
}

// open are the parts that are left, for a bounded ground no more than it allows.
func (a Account) open(e Entry) []Part {
	var parts []Part
	freight := 0
	for _, l := range a.lines() {
		part := Part{Code: l.Code, Container: l.Container}
		if l.Code == FreightCollect {
			freight++
			part.Charge = freight
		}
		left := l.Outstanding
		if e.Code == WaiveInspection {
			if most := l.waivable(e.Code); most.Cmp(left) < 0 {
				left = most
			}
		}
		if left.Sign() > 0 {
			part.Amount = &left
			parts = append(parts, part)
		}
	}
	return parts
}

func (a Account) settle(part Part, e Entry) (Account, *Problem) {
	if part.Code == FreightCollect {
		return a.settleFreight(part, e)
	}
	k := Key{Code: part.Code, Container: part.Container}
	i := a.Statement.find(k)
	if i < 0 || part.Charge != 0 {
		return a, &Problem{Of: OfRequest, Check: CheckNoLine}
	}
	e.Amount = part.amount(a.Statement.balanced().Lines[i].Outstanding)
	next, err := a.Statement.Book(k, e)
	if p, ours := err.(*Problem); ours {
		return a, p
	}
	a.Statement = next
	return a, nil
}

func (a Account) settleFreight(part Part, e Entry) (Account, *Problem) {
	i := part.Charge - 1
	if i < 0 || i >= len(a.Freight) || part.Container != "" {
		return a, &Problem{Of: OfRequest, Check: CheckNoLine}
	}
	e.Amount = part.amount(a.Freight[i].balanced().Outstanding)
	next, p := a.Freight[i].book(e)
	if p != nil {
		return a, p
	}
	freight := append([]Freight(nil), a.Freight...)
	freight[i] = next
	a.Freight = freight
	return a, nil
}

// amount is what the part names, or all that is left.
func (p Part) amount(left Amount) Amount {
	if p.Amount != nil {
		return *p.Amount
	}
	return left
}
