package content

// CreditTerms are what the ledger's rules need of the terms of a credit.
type CreditTerms struct {
	Due string `json:"dueDate"`
}

// CreditTermsOf reads the view from checked terms.
func CreditTermsOf(raw []byte) (CreditTerms, error) { return decode[CreditTerms](raw) }
