package content

import (
	"math/big"
	"strings"
)

// PledgeTerms is what the ledger's rules need of the terms of a pledge. Amounts and the rate are decimal texts, dates RFC 3339
// full-dates.
type PledgeTerms struct {
	FacilityType string `json:"facilityType"`
	Amount       string `json:"amount"`
	Currency     string `json:"currency"`
	CargoValue   string `json:"cargoValue"`
	AdvanceRate  string `json:"advanceRate"`
	StartDate    string `json:"startDate"`
	MaturityDate string `json:"maturityDate"`
}

// PledgeTermsOf reads the view from checked terms.
func PledgeTermsOf(raw []byte) (PledgeTerms, error) { return decode[PledgeTerms](raw) }

// pledgeTermsProblems: the rate is what amount and value say, in as many decimals as it is written in.
func pledgeTermsProblems(p PledgeTerms) []Problem {
	var found list
	_, decimals, _ := strings.Cut(p.AdvanceRate, ".")
	rate := new(big.Rat).Quo(number(p.Amount), number(p.CargoValue)) // the schema lets no zero through
	found.unless(rate.FloatString(len(decimals)) == number(p.AdvanceRate).FloatString(len(decimals)), "/advanceRate", "amount-by-value")
	found.unless(p.StartDate <= p.MaturityDate, "/maturityDate", "dates-in-order")
	return found
}

// PledgeInsurance is what the ledger's rules need of an insurance.
type PledgeInsurance struct {
	InsuredAmount string `json:"insuredAmount"`
	Currency      string `json:"currency"`
}

func pledgeInsuranceProblems(p PledgeInsurance) []Problem {
	var found list
	found.unless((p.InsuredAmount != "") == (p.Currency != ""), "/currency", "with-amount")
	return found
}

// SupervisionReport is what the ledger's rules need of a supervisor's report.
type SupervisionReport struct {
	Findings string `json:"findings"`
}

// SupervisionReportOf reads the view from a checked report.
func SupervisionReportOf(raw []byte) (SupervisionReport, error) {
	return decode[SupervisionReport](raw)
}
