package content

// Credit is what the ledger's rules need of a bank's limits for a party. Limits are decimal texts in the currency; what does
// not apply is empty.
type Credit struct {
	Pledgor        string `json:"pledgor"`
	Guarantor      string `json:"guarantor"`
	Currency       string `json:"currency"`
	Limit          string `json:"limit"`
	PledgorLimit   string `json:"pledgorLimit"`
	GuarantorLimit string `json:"guarantorLimit"`
	BankLimit      string `json:"bankLimit"`
	// Until is when nothing can be taken up or accepted under it any more, RFC 3339; empty for no end.
	Until string `json:"validUntil"`
}

// CreditOf reads the view from checked terms.
func CreditOf(raw []byte) (Credit, error) { return decode[Credit](raw) }

// creditProblems: who owes does not stand behind itself.
func creditProblems(f Credit) []Problem {
	var found list
	found.unless(f.Guarantor != f.Pledgor, "/guarantor", "another-party")
	found.unless(f.GuarantorLimit == "" || f.Guarantor != "", "/guarantorLimit", "with-guarantor")
	return found
}

// Reservation is what the ledger's rules need of a part of a facility that is taken up; its end has no currency, and an
// amount only where a part of it ends.
type Reservation struct {
	Purpose  string `json:"purpose"`  // PLEDGE or GUARANTEE
	Document string `json:"document"` // ledger id of the bill or the guarantee
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// ReservationOf reads the view from a checked reservation, or from its end.
func ReservationOf(raw []byte) (Reservation, error) { return decode[Reservation](raw) }
