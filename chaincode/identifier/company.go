package identifier

import (
	"regexp"
	"strings"
)

// creditAlphabet gives the 31 characters of GB 32100 in the order of their values: no I, O, S, V or Z.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var creditForm = regexp.MustCompile(`^[0-9A-HJ-NP-RTUWXY]{18}$`)

// CreditCode checks a unified social credit code 统一社会信用代码 (GB 32100-2015): 18 characters, the last one
// a check character modulo 31.
func CreditCode(s string) error {
	if err := matches(KindCreditCode, s, 18, 18, creditForm); err != nil {
		return err
	}
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(creditAlphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	if creditAlphabet[(31-sum%31)%31] != s[17] {
		return wrong(KindCreditCode, CheckDigit)
	}
	return nil
}

var leiForm = regexp.MustCompile(`^[0-9A-Z]{18}[0-9]{2}$`)

// LEI checks a legal entity identifier (ISO 17442): 20 characters whose last two digits make the whole,
// letters read as 10 to 35, leave 1 modulo 97 (ISO/IEC 7064, MOD 97-10).
func LEI(s string) error {
	if err := matches(KindLEI, s, 20, 20, leiForm); err != nil {
		return err
	}
	rest := 0
	for i := range len(s) {
		if c := s[i]; c <= '9' {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	if rest != 1 {
		return wrong(KindLEI, CheckDigit)
	}
	return nil
}

var bicForm = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$`)

// BIC checks the form of a bank's business identifier code (ISO 9362): 8 characters, or 11 with a branch.
func BIC(s string) error {
	if len(s) != 8 && len(s) != 11 {
		return wrong(KindBIC, Length)
	}
	return matches(KindBIC, s, 8, 11, bicForm)
}

var (
	linerForm = regexp.MustCompile(`^[A-Z0-9]{3}$`)
	scacForm  = regexp.MustCompile(`^[A-Z]{2,4}$`)
)

// CarrierCode checks the form of a carrier's code in its list: SMDG liner codes have 3 characters, NMFTA
// standard carrier alpha codes (SCAC) 2 to 4 letters.
func CarrierCode(provider, code string) error {
	switch provider {
	case "SMDG":
		return matches(KindCarrierCode, code, 3, 3, linerForm)
	case "NMFTA":
		return matches(KindCarrierCode, code, 2, 4, scacForm)
	}
	return wrong(KindCarrierCode, List)
}
