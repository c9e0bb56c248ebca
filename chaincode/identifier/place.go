package identifier

import (
	"regexp"
	"unicode/utf8"
)

var locodeForm = regexp.MustCompile(`^[A-Z]{2}[A-Z2-9]{3}$`)

// UNLocode checks the form of a UN/LOCODE: a country and three characters of a place in it.
func UNLocode(s string) error { return matches(KindUNLocode, s, 5, 5, locodeForm) }

var (
	terminalForm = regexp.MustCompile(`^[A-Z0-9]{1,6}$`)
	depotForm    = regexp.MustCompile(`^[A-Z0-9]{4}$`)
)

// FacilityCode checks the form of a facility's code without its UN/LOCODE: SMDG terminal codes have up to 6
// characters, BIC facility codes 4.
func FacilityCode(provider, code string) error {
	switch provider {
	case "SMDG":
		return matches(KindFacilityCode, code, 1, 6, terminalForm)
	case "BIC":
		return matches(KindFacilityCode, code, 4, 4, depotForm)
	}
	return wrong(KindFacilityCode, List)
}

var (
	countryForm  = regexp.MustCompile(`^[A-Z]{2}$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
)

// Country checks the form of a country code (ISO 3166-1 alpha-2). DCSA uses ZZ for "not known".
func Country(s string) error { return matches(KindCountry, s, 2, 2, countryForm) }

// Currency checks the form of a currency code (ISO 4217).
func Currency(s string) error { return matches(KindCurrency, s, 3, 3, currencyForm) }

var imoForm = regexp.MustCompile(`^[0-9]{7}$`)

// IMO checks a ship's IMO number: seven digits, the last one the sum of the others weighted 7 to 2, modulo 10.
func IMO(s string) error {
	if err := matches(KindIMO, s, 7, 7, imoForm); err != nil {
		return err
	}
	sum := 0
	for i := range 6 {
		sum += int(s[i]-'0') * (7 - i)
	}
	if byte('0'+sum%10) != s[6] {
		return wrong(KindIMO, CheckDigit)
	}
	return nil
}

var voyageForm = regexp.MustCompile(`^[0-9]{2}[0-9A-Z]{2}[NEWSR]$`)

// UniversalVoyage checks a universal voyage reference (DCSA): year, sequence and direction.
func UniversalVoyage(s string) error { return matches(KindVoyage, s, 5, 5, voyageForm) }

var plateForm = regexp.MustCompile(`^[A-Z0-9一-鿿]+$`)

// Plate checks the form of a truck's number plate as the ledger writes it: 2 to 15 Chinese characters, capital
// letters and digits, with no blanks, dots or dashes, so that two plates are the same when their texts are.
func Plate(s string) error {
	if n := utf8.RuneCountInString(s); n < 2 || n > 15 {
		return wrong(KindPlate, Length)
	}
	if !plateForm.MatchString(s) {
		return wrong(KindPlate, Form)
	}
	return nil
}
