package contract

import (
	"encoding/json"

	"portledger/chaincode/content"
	"portledger/chaincode/facility"
)

// exposureView is what a bank is shown of its own book beside a facility.
type exposureView struct {
	Currency string `json:"currency"`
	// Facility to Bank are the accounts that a reservation would count on.
	Facility  facility.Account  `json:"facility"`
	Pledgor   facility.Account  `json:"pledgor"`
	Guarantor *facility.Account `json:"guarantor,omitempty"`
	// Bank is of all that the bank has taken up in the currency.
	Bank facility.Account `json:"bank"`
	// Reservations are those under the facility, in no certain order; Further tells that there are more.
	Reservations []content.Reservation `json:"reservations"`
	Further      bool                  `json:"further,omitempty"`
}

// shownMax bounds the reservations that are shown with a facility.
const shownMax = 200

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
		{facility.OfBank, f.Bank.Party, func(a facility.Account) { view.Bank = a }},
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
	return view, b.list(f, view)
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
