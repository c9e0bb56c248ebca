package contract

import (
	"encoding/json"
	"errors"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
)

// A bank's exposure 敞口 is its own business (decision 27): every piece of it stands in the bank's own collection, under keys made
// with the organisation's secret and salted, since Fabric publishes the bare hashes of keys and values.
//
//	lending/PARTY       lending, under a key that everybody knows: how many facilities the bank works with
//	exposure/TOKEN      levelAccount: how much is taken up of one facility, by one pledgor, guarantor or the bank as a whole, in one
//	                    currency
//	reserved/TOKEN      reservation: what a part of a facility is taken up for
//	earmark/ID/TOKEN    the same once more under its facility, to be listed
//	accepted/TOKEN      a mark that the bank accepted what the reservation is for

// lending is how a bank works: once it set a limit, it accepts nothing that is not reserved.
type lending struct {
	Facilities int `json:"facilities"`
}

// levelAccount is an account with what it is of.
type levelAccount struct {
	Salt     string         `json:"salt"`
	Bank     string         `json:"bank"`
	Level    facility.Level `json:"level"`
	Of       string         `json:"of"`
	Currency string         `json:"currency"`
	facility.Account
}

// reservation is a part of a facility that is taken up, with the parties that it was counted for.
type reservation struct {
	Salt      string `json:"salt"`
	Facility  string `json:"facility"`
	Pledgor   string `json:"pledgor"`
	Guarantor string `json:"guarantor,omitempty"`
	// Until is when the facility runs out.
	Until string `json:"until,omitempty"`
	content.Reservation
}

func lendingKey(bank string) string            { return "lending/" + bank }
func exposureKey(token string) string          { return "exposure/" + token }
func reservedKey(token string) string          { return "reserved/" + token }
func acceptedKey(token string) string          { return "accepted/" + token }
func earmarkPrefix(facility string) string     { return "earmark/" + facility + "/" }
func earmarkKey(facility, token string) string { return earmarkPrefix(facility) + token }

// acceptedMark is the same for all, so that every endorser of an acceptance can write it.
var acceptedMark = []byte("portledger/accepted/1")

// drawing is what a bank takes upon itself by accepting a pledge or joining a guarantee.
type drawing struct {
	purpose, document string
	// pledgor is the party that will owe.
	pledgor lifecycle.Ref
	// amount and currency are empty where this peer does not know them, or does not know them yet.
	amount, currency string
	// unlimited is an undertaking without an amount: no reservation is enough for it.
	unlimited bool
}

// withinLimits lets the bank's own peer refuse what is not reserved under one of its facilities, once the bank works with any. All
// endorsers read the same keys and write the same mark, which a free of the reservation at the same moment conflicts with.
func withinLimits(t *turn, bank lifecycle.Ref, d drawing) error {
	name := []string{bank.Party, d.purpose, d.document}
	token, err := t.Supply("reservation", func() ([]byte, error) { return ownToken(t, "reservation", name...) })
	if err != nil {
		return err
	}
	if err := checkToken(t, bank.Org, string(token), "reservation", name...); err != nil {
		return err
	}
	works, err := t.Peek(bank.Org, lendingKey(bank.Party))
	if err != nil {
		return err
	}
	reserved, err := t.Peek(bank.Org, reservedKey(string(token)))
	if err != nil {
		return err
	}
	t.Keep(bank.Org, acceptedKey(string(token)), acceptedMark)
	if works == nil || bank.Org != t.Self {
		return nil
	}
	return covered(t, works, reserved, d)
}

// pledgeWithinLimits is withinLimits for a pledge that a bank accepts or takes over. The amount is that of the terms, where they
// are on the ledger.
func pledgeWithinLimits(t *turn, act lifecycle.Act, b bill.Bill) error {
	bank := b.Pledge.Bank
	if act == bill.AcceptPledgeTransfer {
		bank = b.Pledge.To
	}
	d := drawing{purpose: facility.ForPledge, document: b.ID, pledgor: b.Pledge.Pledgor}
	value, err := t.Peek(bank.Org, termsKey(b.Pledge.ID))
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil {
		return err
	}
	if seen {
		terms, err := content.PledgeTermsOf([]byte(s.Content))
		if err != nil {
			return err
		}
		d.amount, d.currency = terms.Amount, terms.Currency
	}
	return withinLimits(t, bank, d)
}

// guaranteeWithinLimits is withinLimits for a guarantee that a bank joins; cover is nil before its terms are looked at.
func guaranteeWithinLimits(t *turn, g guarantee.Guarantee, cover *content.Cover) error {
	d := drawing{purpose: facility.ForGuarantee, document: g.ID, pledgor: g.Applicant}
	if cover != nil {
		a, f := guarantee.Open(limitOf(*cover))
		if f != nil {
			return f
		}
		d.amount, d.currency, d.unlimited = a.Amount, a.Currency, !a.Limited()
	}
	return withinLimits(t, g.Bank, d)
}

// amendmentWithinLimits is withinLimits for an amendment that the bank proposes, whose terms come along, or agrees to.
func amendmentWithinLimits(t *turn, g guarantee.Guarantee, p papers) error {
	if t.actor.Ref != g.Bank {
		return nil
	}
	raw := p.raw
	if raw == nil {
		value, err := t.Peek(g.Bank.Org, letterAmendmentKey(g.ID, g.Proposals))
		if err != nil {
			return err
		}
		s, seen, err := unseal(value)
		if err != nil || !seen {
			return errors.Join(err, guaranteeWithinLimits(t, g, nil))
		}
		raw = []byte(s.Content)
	}
	view, err := content.LetterAmendmentOf(raw)
	if err != nil {
		return err
	}
	return guaranteeWithinLimits(t, g, &view.Cover)
}

// covered compares on the bank's own peer what is reserved with what is taken on.
func covered(t *turn, works, reserved []byte, d drawing) error {
	var l lending
	if err := json.Unmarshal(works, &l); err != nil || l.Facilities == 0 {
		return err
	}
	if reserved == nil {
		return fault.New(fault.NoReservation)
	}
	var r reservation
	if err := json.Unmarshal(reserved, &r); err != nil {
		return err
	}
	if err := drawable(t, r); err != nil {
		return err
	}
	fits := r.Pledgor == d.pledgor.Party && !d.unlimited
	if d.amount != "" {
		fits = fits && r.Currency == d.currency && facility.Covers(r.Amount, d.amount)
	}
	if !fits {
		return fault.New(fault.NoReservation)
	}
	return nil
}

// drawable: what was reserved is taken up only while the facility is in force. The bank's own peer looks at it without a trace.
func drawable(t *turn, r reservation) error {
	var f facility.Facility
	if _, err := t.UnseenRecord(key("facility", r.Facility), &f); err != nil {
		return err
	}
	if f := facility.Drawable(f.State, r.Until, t.At); f != nil {
		return f
	}
	return nil
}

// over tells whether the bank is not bound any more by what a reservation is for: it never accepted it, or it came to its end.
// The documents are read without a trace, so that no block tells which facility was for which of them; the mark, which is read
// with one, makes an acceptance at the same moment conflict.
func over(t *turn, bank lifecycle.Ref, token string, r reservation) (bool, error) {
	mark, err := t.Peek(bank.Org, acceptedKey(token))
	if err != nil || mark == nil {
		return err == nil, err
	}
	if r.Purpose == facility.ForGuarantee {
		var g guarantee.Guarantee
		found, err := t.UnseenRecord(key("guarantee", r.Document), &g)
		ended := []lifecycle.State{guarantee.Refused, guarantee.Withdrawn, guarantee.Discharged, guarantee.Paid, guarantee.Expired}
		return !found || slices.Contains(ended, g.State), err
	}
	b, found, err := livingBill(t, r.Document)
	return !found || !b.LentOnBy(bank), err
}

// livingBill follows a bill to the one that took its place, when its control was lost.
func livingBill(t *turn, id string) (b bill.Bill, found bool, err error) {
	for range radarMax {
		b = bill.Bill{}
		if found, err = t.UnseenRecord(key("bill", id), &b); err != nil || !found {
			return b, found, err
		}
		next, err := replacementOf(t, b)
		if err != nil || next == "" {
			return b, true, err
		}
		id = next
	}
	return b, false, fault.New(fault.LimitReached, "limit", number(radarMax), "what", "bills")
}
