package charge

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"portledger/chaincode/calendar"
)

// Account is what one payee asks for a release order, with everything that it follows from: who has it can recompute it
// at any later instant. The carrier's also has the freight that the bill says is to be collected (rule X-15).
type Account struct {
	Tariff Tariff `json:"tariff"`
	// Containers are what happened to the containers of the order, as the payee reports it.
	Containers []Events  `json:"containers"`
	Statement  Statement `json:"statement"`
	Freight    []Freight `json:"freightCollect,omitempty"`
}

// Freight is a charge of the bill that is to be collected 到付运费 (DCSA Charge with paymentTermCode COL). It follows from no
// tariff: name, currency and amount are the bill's.
type Freight struct {
	Name     string `json:"chargeName"`
	Currency string `json:"currency"`
	Balance
	Status  Status  `json:"status"`
	Entries []Entry `json:"entries,omitempty"`
}

// FreightCollect names a freight line in a settlement.
const FreightCollect Code = "FREIGHT_COLLECT"

// freightMax bounds the freight lines: more charges than any bill lists.
const freightMax = 100

// NewFreight is a charge of which nothing is settled yet.
func NewFreight(name, currency string, amount Amount) Freight {
	return Freight{Name: name, Currency: currency, Balance: Balance{Amount: amount.in(currency)}}.balanced()
}

// Due is the charge as the bill states it.
func (f Freight) Due() Freight { return NewFreight(f.Name, f.Currency, f.Amount) }

// line lets a freight line be booked and balanced as any other.
func (f Freight) line() Line {
	return Line{Key: Key{Code: FreightCollect}, Currency: f.Currency, Balance: Balance{Amount: f.Amount}, Entries: f.Entries}
}

func (f Freight) balanced() Freight {
	l := f.line()
	l.balance()
	f.Balance, f.Status, f.Entries = l.Balance, l.Status, l.Entries
	return f
}

func (f Freight) book(e Entry) (Freight, *Problem) {
	l := f.balanced().line()
	l.balance()
	check := finder{of: OfRequest}
	if e.check(&check, l); check.first != nil {
		return f, check.first
	}
	e.Amount = e.Amount.in(f.Currency)
	f.Entries = append(slices.Clone(f.Entries), e)
	return f.balanced(), nil
}

// Check recomputes the account of a payee: its statement must follow from tariff and events, list no other payee's money,
// and add up. The error is a *Problem.
func (a Account) Check(p Payee, days calendar.Calendar) error {
	f := finder{of: OfTariff}
	for i, r := range a.Tariff.Rules {
		f.unless(!isCode(r.Code) || r.Code.Payee() == p, fmt.Sprintf("/rules/%d/code", i), CheckOther)
	}
	if f.first != nil {
		return f.err()
	}
	if err := Verify(a.Statement, a.Tariff, a.Containers, days); err != nil {
		return err
	}
	return a.checkFreight(p)
}

func (a Account) checkFreight(p Payee) error {
	f := finder{of: OfFreight}
	f.unless(p == Carrier || len(a.Freight) == 0, "", CheckOther)
	f.unless(len(a.Freight) <= freightMax, "", CheckCount)
	if f.first != nil {
		return f.err()
	}
	for i, stated := range a.Freight {
		fresh := stated.Due()
		for j, e := range stated.Entries {
			next, p := fresh.book(e)
			if p != nil {
				return &Problem{Of: OfFreight, At: fmt.Sprintf("/%d/entries/%d%s", i, j, p.At), Check: p.Check}
			}
			fresh = next
		}
		f.unless(same(stated, fresh), fmt.Sprintf("/%d", i), CheckDiffers)
	}
	return f.err()
}

// Follows tells whether the account takes over everything that was booked on the one before it, and nothing else: neither
// side can make a payment disappear, or appear, by stating the charges anew. Another edition of the tariff can take the
// place of one on which nothing is booked, and one edition says one thing. The error is a *Problem.
func (a Account) Follows(before Account) error {
	if a.Tariff.Reference == before.Tariff.Reference && !same(a.Tariff, before.Tariff) {
		return &Problem{Of: OfTariff, At: "/version", Check: CheckDiffers}
	}
	if err := a.freightFollows(before); err != nil {
		return err
	}
	if !before.Statement.booked() {
		return a.nothingBooked()
	}
	carried, err := a.Statement.unbooked().Carry(before.Statement)
	if err != nil {
		return err
	}
	return difference(a.Statement, carried)
}

// Opens tells whether a first account begins with nothing booked.
func (a Account) Opens() error { return a.Follows(Account{}) }

func (a Account) nothingBooked() error {
	f := finder{of: OfStatement}
	for i, l := range a.Statement.Lines {
		f.unless(len(l.Entries) == 0, fmt.Sprintf("/lines/%d/entries", i), CheckDiffers)
	}
	return f.err()
}

func (a Account) freightFollows(before Account) error {
	f := finder{of: OfFreight}
	f.unless(len(a.Freight) >= len(before.Freight), "", CheckDiffers)
	for i, stated := range a.Freight {
		var entries []Entry
		if i < len(before.Freight) {
			entries = before.Freight[i].Entries
		}
		f.unless(same(stated.Entries, entries), fmt.Sprintf("/%d/entries", i), CheckDiffers)
	}
	return f.err()
}

func (s Statement) booked() bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return len(l.Entries) > 0 })
}

// same compares two values as the texts that they are; nothing is the same as an empty list.
func same[T any](a, b T) bool {
	one, errA := json.Marshal(a)
	other, errB := json.Marshal(b)
	blank := func(text []byte) bool { return string(text) == "null" || string(text) == "[]" }
	return errA == nil && errB == nil && (string(one) == string(other) || blank(one) && blank(other))
}

// Status sums an account up in the one word that everybody may see: OPEN while anything is outstanding, else CREDIT where
// something is still owed on terms, SETTLED where money was paid or nothing was to pay, and WAIVED where all was given up.
func (a Account) Status() Status {
	var sum Balance
	for _, l := range a.lines() {
		if l.Outstanding.Sign() != 0 {
			return Open
		}
		for _, part := range []struct{ to, of *Amount }{{&sum.Settled, &l.Settled}, {&sum.Waived, &l.Waived}, {&sum.Credited, &l.Credited}} {
			if part.of.Sign() > 0 {
				*part.to = *part.of // currencies may differ: only whether there is any matters
			}
		}
	}
	switch {
	case sum.Credited.Sign() > 0:
		return OnCredit
	case sum.Waived.Sign() > 0 && sum.Settled.Sign() == 0:
		return Waived
	}
	return Settled
}

// lines are all that can be settled, freight last.
func (a Account) lines() []Line {
	lines := a.Statement.balanced().Lines
	for _, f := range a.Freight {
		l := f.line()
		l.balance()
		lines = append(lines, l)
	}
	return lines
}

// Short tells whether a container that is still inside owes more at an instant than what is booked for it (rule X-16). What
// is booked beyond that, because a later day was paid for, is no matter here. The error is a *Problem.
func (a Account) Short(container string, days calendar.Calendar, at time.Time) (bool, error) {
	i := slices.IndexFunc(a.Containers, func(e Events) bool { return e.Container == container })
	if i < 0 {
		return false, nil
	}
	inside := a.Containers[i]
	inside.GateOut, inside.EmptyReturn = time.Time{}, time.Time{}
	fresh, err := Accrued(a.Tariff, []Events{inside}, days, at)
	if err != nil {
		return false, err
	}
	for _, l := range fresh.Lines {
		var booked Amount
		if j := a.Statement.find(l.Key); j >= 0 {
			for _, e := range a.Statement.Lines[j].Entries {
				booked = booked.Add(e.Amount)
			}
		}
		if l.Amount.Cmp(booked) > 0 {
			return true, nil
		}
	}
	return false, nil
}
