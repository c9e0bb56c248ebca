package content

import (
	"errors"
	"math/big"
	"regexp"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"portledger/chaincode/identifier"
)

// Formats of our own, beside those named by package identifier.
const (
	formatDateTime = "date-time"        // RFC 3339, with offset
	formatDate     = "date"             // RFC 3339 full-date
	formatDecimal  = "decimal"          // decimal text, may be negative
	formatPositive = "positive-decimal" // decimal text above zero
	formatSHA256   = "sha256"           // 64 lower-case hexadecimal digits
)

var errFormat = errors.New("wrong form") // says nothing of the value

// formats are asserted: a schema's "format" is a check here, not a remark.
var formats = []*jsonschema.Format{
	textFormat(identifier.KindContainer, identifier.Container),
	textFormat(identifier.KindCreditCode, identifier.CreditCode),
	textFormat(identifier.KindLEI, identifier.LEI),
	textFormat(identifier.KindIMO, identifier.IMO),
	textFormat(identifier.KindUNLocode, identifier.UNLocode),
	textFormat(identifier.KindBIC, identifier.BIC),
	textFormat(identifier.KindSizeType, identifier.SizeType),
	textFormat(identifier.KindCurrency, identifier.Currency),
	textFormat(identifier.KindCountry, identifier.Country),
	textFormat(identifier.KindVoyage, identifier.UniversalVoyage),
	textFormat(identifier.KindPlate, identifier.Plate),
	textFormat(formatDateTime, checkWith(func(s string) bool { _, ok := parseTime(s); return ok })),
	textFormat(formatDate, checkWith(isDate)),
	textFormat(formatDecimal, checkWith(isDecimal)),
	textFormat(formatPositive, checkWith(isPositive)),
	textFormat(formatSHA256, checkWith(sha256Form.MatchString)),
}

// textFormat leaves other types than texts alone: they are the business of "type".
func textFormat(name string, check func(string) error) *jsonschema.Format {
	return &jsonschema.Format{Name: name, Validate: func(v any) error {
		if s, ok := v.(string); ok {
			return check(s)
		}
		return nil
	}}
}

func checkWith(good func(string) bool) func(string) error {
	return func(s string) error {
		if good(s) {
			return nil
		}
		return errFormat
	}
}

var (
	sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)
	dateForm   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	timeForm   = regexp.MustCompile(
		`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$`)
	// A decimal has up to 15 digits before the point and 6 after it, no plus sign, no exponent and no idle zeros
	// in front.
	decimalForm = regexp.MustCompile(`^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?$`)
)

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && dateForm.MatchString(s)
}

// parseTime reads an RFC 3339 time and gives it in UTC, so that nothing of the machine's time zone is left.
func parseTime(s string) (time.Time, bool) {
	if !timeForm.MatchString(s) {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	return at.UTC(), err == nil
}

// isDecimal refuses minus zero beside what has not the form.
func isDecimal(s string) bool {
	return decimalForm.MatchString(s) && (s[0] != '-' || number(s).Sign() < 0)
}

func isPositive(s string) bool { return decimalForm.MatchString(s) && number(s).Sign() > 0 }

// number reads a decimal or a JSON number that Parse let through, exactly. Anything else is zero.
func number(s string) *big.Rat {
	n, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat)
	}
	return n
}
