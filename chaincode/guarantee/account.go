package guarantee

import (
	"github.com/shopspring/decimal"

	"portledger/chaincode/fault"
)

// Account is how much can still be demanded. It is private to those who are bound: amounts are decimal texts, never binary
// numbers, and the record shows only the hash of the piece. Paid and Remaining always add up to Amount, and neither is
// ever negative. An undertaking without a limit (the International Group's wordings) has neither Amount nor Remaining.
type Account struct {
	Amount    string `json:"amount,omitempty"`
	Currency  string `json:"currency,omitempty"`
	Paid      string `json:"paid,omitempty"`
	Remaining string `json:"remaining,omitempty"`
	// Demanded is the amount of the open demand, in DemandedIn.
	Demanded   string `json:"demanded,omitempty"`
	DemandedIn string `json:"demandedIn,omitempty"`
	// Whole says that only all that remains can be demanded: partial demands are excluded (URDG 758 art 17).
	Whole bool `json:"whole,omitempty"`
	// Reductions are the parts that fall away, those that did already among them.
	Reductions []Reduction `json:"reductions,omitempty"`
}

// Limit is the amount up to which somebody is bound, as decimal texts.
type Limit struct {
	// Type is UNLIMITED, FIXED (Amount) or PERCENT_OF_CIF (Percent of Value).
	Type                             string
	Amount, Percent, Value, Currency string
	Whole                            bool
	// Reductions fall away from a limit that is an amount.
	Reductions []Reduction
}

// decimals is how many places after the point a decimal text of the ledger has at most.
const decimals = 6

// hundred per cent are two places.
const perCent = -2

// total is the limit in its currency; limited is false where there is none. A percentage is cut to the last place that a
// text can hold, never rounded up.
func (l Limit) total() (total decimal.Decimal, limited bool, f *fault.Fault) {
	switch l.Type {
	case "FIXED":
		total, f = money(l.Amount)
	case "PERCENT_OF_CIF":
		var percent, value decimal.Decimal
		if percent, f = money(l.Percent); f == nil {
			value, f = money(l.Value)
		}
		total = percent.Mul(value).Shift(perCent).Truncate(decimals)
	default:
		return total, false, nil
	}
	return total, true, f
}

// AtLeast tells whether the limit is no less than so many per cent of the CIF value. A fixed amount does not say of how much.
func (l Limit) AtLeast(percent string) bool {
	least, f := money(percent)
	switch {
	case f != nil:
		return false
	case l.Type == "PERCENT_OF_CIF":
		stated, f := money(l.Percent)
		return f == nil && stated.GreaterThanOrEqual(least)
	}
	return l.Type == "UNLIMITED"
}

func money(text string) (decimal.Decimal, *fault.Fault) {
	d, err := decimal.NewFromString(text)
	if err != nil || d.IsNegative() {
		return d, fault.New(fault.Invalid, "check", "decimal").In("/content/amount")
	}
	return d, nil
}

// Open begins the account of an undertaking.
func Open(l Limit) (Account, *fault.Fault) {
	total, limited, f := l.total()
	if f != nil || !limited {
		return Account{}, f
	}
	if f := schedule(l.Reductions, total); f != nil {
		return Account{}, f
	}
	return Account{Amount: total.String(), Currency: l.Currency, Paid: "0", Remaining: total.String(), Whole: l.Whole,
		Reductions: l.Reductions}, nil
}

// Limited tells whether there is an amount at all.
func (a Account) Limited() bool { return a.Amount != "" }

// Exhausted tells whether nothing is payable any more (URDG 758 art 25(b)).
func (a Account) Exhausted() bool {
	left, f := money(a.Remaining)
	return a.Limited() && f == nil && left.IsZero()
}

// Demand claims an amount: in the undertaking's currency, and not more than remains (URDG 758 art 17).
func (a Account) Demand(amount, currency string) (Account, *fault.Fault) {
	asked, f := money(amount)
	if f != nil {
		return a, f
	}
	if a.Limited() {
		left, f := money(a.Remaining)
		switch {
		case f != nil:
			return a, f
		case currency != a.Currency:
			return a, fault.New(fault.Invalid, "check", "currency").In("/content/currency")
		case asked.GreaterThan(left), a.Whole && !asked.Equal(left):
			return a, fault.New(fault.AmountExceeded).In("/content/amount")
		}
	}
	a.Demanded, a.DemandedIn = asked.String(), currency
	return a, nil
}

// Pay settles the open demand: what was paid is taken off what remains.
func (a Account) Pay() (Account, *fault.Fault) {
	asked, f := money(a.Demanded)
	if f != nil || !a.Limited() {
		return a.Dismiss(), f
	}
	paid, f := money(a.Paid)
	if f != nil {
		return a, f
	}
	total, f := money(a.Amount)
	if f != nil {
		return a, f
	}
	return a.Dismiss().split(total, paid.Add(asked))
}

// Dismiss ends the open demand without a payment.
func (a Account) Dismiss() Account {
	a.Demanded, a.DemandedIn = "", ""
	return a
}

// Amend puts another limit in place. What was paid stays paid: a limit below it is refused, and so is another currency
// once something was paid.
func (a Account) Amend(l Limit) (Account, *fault.Fault) {
	total, limited, f := l.total()
	if f != nil || !limited {
		return Account{}, f
	}
	paid := decimal.Zero
	if a.Limited() {
		if paid, f = money(a.Paid); f != nil {
			return a, f
		}
		if a.Currency != l.Currency && !paid.IsZero() {
			return a, fault.New(fault.Invalid, "check", "currency").In("/content/currency")
		}
	}
	if f := schedule(l.Reductions, total); f != nil {
		return a, f
	}
	a.Currency, a.Whole, a.Reductions = l.Currency, l.Whole, l.Reductions
	return a.split(total, paid)
}

// split writes total as what is paid and what remains.
func (a Account) split(total, paid decimal.Decimal) (Account, *fault.Fault) {
	left := total.Sub(paid)
	if left.IsNegative() {
		return a, fault.New(fault.AmountExceeded).In("/content/amount")
	}
	a.Amount, a.Paid, a.Remaining = total.String(), paid.String(), left.String()
	return a, nil
}
