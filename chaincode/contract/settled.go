package contract

import (
	"errors"
	"time"

	"portledger/chaincode/calendar"
	"portledger/chaincode/charge"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// settledAtGate is rule X-16 for one container that is about to leave, whose gate CHARGES is clear.
func settledAtGate(t *turn, o release.Order, l release.Line) error {
	for _, s := range sidesOf(o) {
		if err := accrued(t, o, s, t.At, l); err != nil {
			return err
		}
	}
	return nil
}

// settledUntil is rule X-16 for an order that shall be valid longer: what the carrier's containers that are still inside
// will owe by then is settled.
func settledUntil(t *turn, before, o release.Order, c orderCommand) error {
	have, _ := time.Parse(time.RFC3339, before.ValidTo)
	want, err := time.Parse(time.RFC3339, o.ValidTo)
	if err != nil || !want.After(have) || c.Request.ValidTo == "" {
		return nil
	}
	if f := release.CarrierSettled(before); f != nil {
		return f.In("/validTo")
	}
	for n := 1; n <= o.Lines; n++ {
		l, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		if l.Out != "" {
			continue
		}
		if err := accrued(t, o, sidesOf(o)[0], want.UTC(), l); err != nil {
			return inRequest(err, "/validTo")
		}
	}
	return nil
}

// inRequest says which field of the request a refusal is about.
func inRequest(err error, at string) error {
	if f := fault.Of(err); f != nil && f.At == "" {
		return f.In(at)
	}
	return err
}

// accrued lets everybody who keeps an account tell whether a container owes more at an instant than is booked. Others take
// their word: all read the same keys, and nothing that is written depends on it.
func accrued(t *turn, o release.Order, s side, at time.Time, l release.Line) error {
	if s.now.Seal == "" {
		return nil
	}
	value, err := peekAny(t, chargesKey(o, s.payee), s.readers(o)...)
	if err != nil {
		return err
	}
	piece, err := peekAny(t, contentKey(l.ID), o.Readers()...)
	if err != nil {
		return err
	}
	var a charge.Account
	if value != nil {
		if a, _, err = openCharges(value); err != nil {
			return err
		}
	}
	days, err := tariffDays(t, s.now.Calendar, a.Tariff)
	if err != nil || value == nil || piece == nil {
		return err
	}
	listed, _, err := unseal(piece)
	if err != nil {
		return err
	}
	view, err := content.ReleaseLineOf([]byte(listed.Content))
	if err != nil {
		return err
	}
	short, err := a.Short(view.EquipmentReference, days, at)
	if p := (*charge.Problem)(nil); errors.As(err, &p) && p.Of == charge.OfCalendar { // it ends before the day that is asked for
		return fault.New(fault.GateNotCleared, "gate", string(release.GateCharges)).By("X-16")
	}
	if err != nil {
		return chargeFault(err)
	}
	if f := rules.Accrued(short, s.name); f != nil {
		return f
	}
	return nil
}

// tariffDays reads the business days that a tariff counts by. A later edition of the calendar stands in for the one that
// the tariff names: of days that are past they say the same.
func tariffDays(t *turn, name string, tariff charge.Tariff) (calendar.Calendar, error) {
	if name == "" {
		return calendar.Calendar{}, nil
	}
	days, err := businessDays(t, name)
	if f := fault.Of(err); f != nil && f.At != "" {
		return days, f.In("/content/tariff/calendar/reference")
	}
	days.ID = name
	if days.Version > tariff.Calendar.Version {
		days.Version = tariff.Calendar.Version
	}
	return days, err
}
