package charge

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/chaincode/calendar"
)

// Admit tells whether a line cites this version of the tariff and a charge that it lists for such a container: there is
// no charge outside the list. It does not recompute anything. The error is a *Problem with a pointer into the line.
func (t Tariff) Admit(l Line) error {
	_, listed := t.rule(l.Code, l.SizeType)
	f := finder{of: OfStatement}
	f.unless(l.Tariff == t.Reference, "/tariff", CheckOther)
	f.unless(listed, "/code", CheckNotListed)
	f.unless(l.Payee == l.Code.Payee(), "/payee", CheckOther)
	f.unless(l.Currency == t.Currency, "/currency", CheckOther)
	return f.err()
}

// Verify recomputes a statement from the tariff, the events and the calendar, with At and the booked entries taken from
// it, and answers the place of the first difference. What is charged is compared before what was booked. A statement
// that anybody computed elsewhere is accepted only when every character of it comes out again. The error is a *Problem.
func Verify(s Statement, t Tariff, containers []Events, days calendar.Calendar) error {
	if err := s.admitted(t); err != nil {
		return err
	}
	fresh, err := recompute(s, t, containers, days)
	if err != nil {
		return err
	}
	if err := difference(s.unbooked(), fresh); err != nil {
		return err
	}
	booked, err := fresh.Carry(s)
	if err != nil {
		return err
	}
	return difference(s, booked)
}

func recompute(s Statement, t Tariff, containers []Events, days calendar.Calendar) (Statement, error) {
	if s.At.IsZero() {
		return Assess(t, containers, days)
	}
	return Accrued(t, containers, days, s.At)
}

func (s Statement) admitted(t Tariff) error {
	for i, l := range s.Lines {
		if p, ours := t.Admit(l).(*Problem); ours {
			return &Problem{Of: p.Of, At: fmt.Sprintf("/lines/%d%s", i, p.At), Check: p.Check}
		}
	}
	return nil
}

// unbooked is the statement before anything was settled, with the amounts that it states.
func (s Statement) unbooked() Statement {
	s = s.balanced()
	for i := range s.Lines {
		s.Lines[i].Entries = nil
	}
	return s.balanced()
}

// difference compares two statements as the texts that they are, token by token.
func difference(stated, computed Statement) error {
	a, err := json.Marshal(stated)
	if err != nil {
		return &Problem{Of: OfStatement, Check: CheckDiffers}
	}
	b, err := json.Marshal(computed)
	if err != nil {
		return &Problem{Of: OfStatement, Check: CheckDiffers}
	}
	if bytes.Equal(a, b) {
		return nil
	}
	one, two := jsontext.NewDecoder(bytes.NewReader(a)), jsontext.NewDecoder(bytes.NewReader(b))
	for {
		x, errX := one.ReadToken()
		y, errY := two.ReadToken()
		if errX != nil || errY != nil || x.Kind() != y.Kind() || x.String() != y.String() {
			return &Problem{Of: OfStatement, At: place(one, two), Check: CheckDiffers}
		}
	}
}

// place is where both texts stood: the deeper place when one of them had nothing there.
func place(stated, computed *jsontext.Decoder) string {
	if computed.StackDepth() > stated.StackDepth() {
		return string(computed.StackPointer())
	}
	return string(stated.StackPointer())
}
