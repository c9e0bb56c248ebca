package content

import (
	"fmt"

	"portledger/chaincode/identifier"
)

// Party is what the ledger knows of a legal person.
type Party struct {
	LegalName        string            `json:"legalName"`
	IdentifyingCodes []IdentifyingCode `json:"identifyingCodes"`
}

// IdentifyingCode is a code of a party in some list (DCSA IdentifyingCode).
type IdentifyingCode struct {
	CodeListProvider string `json:"codeListProvider"`
	PartyCode        string `json:"partyCode"`
	CodeListName     string `json:"codeListName"`
}

// PartyOf reads the view from a checked party.
func PartyOf(raw []byte) (Party, error) { return decode[Party](raw) }

// checkedLists are the code lists whose codes are checked, by provider and name. A code of any other list is
// taken as it stands. DCSA has no provider for the unified social credit code; ZZZ (mutually defined) with the
// name USCC is ours. SMDG and NMFTA are DCSA's names from carrierCodeListProvider.
var checkedLists = []struct {
	provider, name string // an empty name takes any, and none
	check          string
	good           func(code string) error
}{
	{"GLEIF", "", identifier.KindLEI, identifier.LEI},
	{"ZZZ", "USCC", identifier.KindCreditCode, identifier.CreditCode},
	{"SMDG", "", identifier.KindCarrierCode, func(code string) error { return identifier.CarrierCode("SMDG", code) }},
	{"NMFTA", "", identifier.KindCarrierCode, func(code string) error { return identifier.CarrierCode("NMFTA", code) }},
	{"ZZZ", "BIC", identifier.KindBIC, identifier.BIC},
}

func codeProblems(found *list, at string, codes []IdentifyingCode) {
	for i, c := range codes {
		for _, l := range checkedLists {
			if c.CodeListProvider == l.provider && (l.name == "" || l.name == c.CodeListName) {
				found.unless(l.good(c.PartyCode) == nil, fmt.Sprintf("%s/identifyingCodes/%d/partyCode", at, i), l.check)
			}
		}
	}
}

// partyProblems: every code is good, and none is stated twice.
func partyProblems(p Party) []Problem {
	var found list
	codeProblems(&found, "", p.IdentifyingCodes)
	seen := map[IdentifyingCode]bool{}
	for i, c := range p.IdentifyingCodes {
		found.unless(!seen[c], fmt.Sprintf("/identifyingCodes/%d", i), "code-once")
		seen[c] = true
	}
	return found
}
