package contract

import (
	"encoding/json"

	"portledger/chaincode/content"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
)

// exposureView is what a bank is shown of its own book beside a facility.
type exposureView struct {
	Currency string `json:"currency"`
	// Facility, Pledgor and Guarantor are the accounts that a reservation would count on.
	Facility  facility.Account  `json:"facility"`
	Pledgor   facility.Account  `json:"pledgor"`
	Guarantor *facility.Account `json:"guarantor,omitempty"`
	// Bank is what the bank has taken up altogether in the currency.
	Bank string `json:"bank"`
	// Reservations are those under the facility, in no certain order; Further tells that there are more.
	Reservations []content.Reservation `json:"reservations"`
	Further      bool                  `json:"further,omitempty"`
}

const (
	// shownMax bounds the reservations that are shown with a facility.
	shownMax = 200
	// accountsMax bounds the accounts that a bank's total is summed over.
	accountsMax = 10000
)

// exposureOf reads the bank's book on its own peer.
func exposureOf(t *turn, f facility.Facility) (*exposureView, error) {
	terms, known, err := facilityTerms(t, f)
	if err != nil || !known {
		return nil, err
	}
	b, err := bookOf(t, f.Bank)
	if err != nil {
		return nil, err
	}
	view := &exposureView{Currency: terms.Currency, Reservations: []content.Reservation{}}
	for _, part := range []struct {
		level facility.Level
		of    string
		show  func(facility.Account)
	}{
		{facility.OfFacility, f.ID, func(a facility.Account) { view.Facility = a }},
		{facility.OfPledgor, terms.Pledgor, func(a facility.Account) { view.Pledgor = a }},
		{facility.OfGuarantor, terms.Guarantor, func(a facility.Account) { view.Guarantor = &a }},
	} {
		if part.of == "" {
			continue
		}
		a, err := b.load(part.level, part.of, terms.Currency)
		if err != nil {
			return nil, err
		}
		part.show(a.Account)
	}
	if view.Bank, err = b.total(terms.Currency); err != nil {
		return nil, err
	}
	return view, b.list(f, view)
}

// total sums what all pledgors owe the bank in a currency.
func (b book) total(currency string) (string, error) {
	accounts, err := b.Unseen(exposureKey(""), accountsMax+1)
	if err != nil {
		return "", err
	}
	if len(accounts) > accountsMax {
		return "", fault.New(fault.LimitReached, "limit", number(accountsMax), "what", "accounts")
	}
	var used []string
	for _, piece := range accounts {
		var a levelAccount
		if err := json.Unmarshal(piece.Value, &a); err != nil {
			return "", err
		}
		if a.Bank == b.bank.Party && a.Level == facility.OfPledgor && a.Currency == currency {
			used = append(used, a.Used)
		}
	}
	sum, f := facility.Sum(used)
	if f != nil {
		return "", f
	}
	return sum, nil
}

func (b book) list(f facility.Facility, view *exposureView) error {
	pieces, err := b.Unseen(earmarkPrefix(f.ID), shownMax+1)
	if err != nil {
		return err
	}
	for i, piece := range pieces {
		if i == shownMax {
			view.Further = true
			break
		}
		var r reservation
		if err := json.Unmarshal(piece.Value, &r); err != nil {
			return err
		}
		view.Reservations = append(view.Reservations, r.Reservation)
	}
	return nil
}
