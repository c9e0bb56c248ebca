// Package identifier checks the identifiers of the trade: containers, companies, ships, places, banks.
//
// It knows forms and check digits, and nothing of published lists: that a well-formed UN/LOCODE or SMDG
// code is really in use is reference data and no business of a ledger rule. It knows nothing of JSON,
// documents or parties either. Everything here is a pure function of its text.
package identifier

import (
	"fmt"
	"regexp"
)

// Part says which part of an identifier was found wrong.
type Part string

// The parts, in the order in which they are looked at: a text of the wrong length is not asked for its form,
// and one of the wrong form is not asked for its check digit.
const (
	Length     Part = "length"
	Form       Part = "form"
	CheckDigit Part = "check-digit"
	List       Part = "list" // the issuing list is not one that we know
)

// Error says which identifier failed, and in which part. It never carries the text that was checked, since
// that may be private and an error text travels far.
type Error struct {
	Kind string // the name of the check, for example "iso6346"
	Part Part
}

func (e *Error) Error() string { return fmt.Sprintf("%s: wrong %s", e.Kind, e.Part) }

// Names of the checks, used as Error.Kind and as the "format" of JSON Schemas.
const (
	KindContainer    = "iso6346"
	KindCreditCode   = "credit-code"
	KindLEI          = "lei"
	KindIMO          = "imo"
	KindUNLocode     = "un-locode"
	KindBIC          = "bic"
	KindSizeType     = "iso-size-type"
	KindCurrency     = "currency"
	KindCountry      = "country"
	KindCarrierCode  = "carrier-code"
	KindFacilityCode = "facility-code"
	KindVoyage       = "universal-voyage"
	KindPlate        = "plate"
)

func wrong(kind string, part Part) error { return &Error{Kind: kind, Part: part} }

// matches checks length bounds first and then the form.
func matches(kind, s string, shortest, longest int, form *regexp.Regexp) error {
	if len(s) < shortest || len(s) > longest {
		return wrong(kind, Length)
	}
	if !form.MatchString(s) {
		return wrong(kind, Form)
	}
	return nil
}
