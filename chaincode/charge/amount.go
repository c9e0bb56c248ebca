package charge

import (
	"errors"
	"regexp"

	"github.com/shopspring/decimal"
)

// Amount is an exact decimal number, in JSON a text ("560.00") that keeps its decimals. The zero value is 0.
type Amount struct{ d decimal.Decimal }

// amountForm is the ledger's form of decimals: up to 15 digits before the point and 6 after it, no plus sign, no
// exponent and no idle zeros in front. It bounds the work, too.
var amountForm = regexp.MustCompile(`^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?$`)

var errAmount = errors.New("not a decimal amount") // says nothing of the value

// ParseAmount reads an amount; minus zero is refused.
func ParseAmount(text string) (Amount, error) {
	d, err := decimal.NewFromString(text)
	if !amountForm.MatchString(text) || err != nil || (text[0] == '-' && d.IsZero()) {
		return Amount{}, errAmount
	}
	return Amount{d}, nil
}

// String is the text that ParseAmount reads.
func (a Amount) String() string { return a.d.StringFixed(-a.d.Exponent()) }

// MarshalText writes the amount as String does.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads as ParseAmount does.
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := ParseAmount(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// Sign is -1, 0 or 1.
func (a Amount) Sign() int { return a.d.Sign() }

// Cmp compares values, not texts: 560 equals 560.00.
func (a Amount) Cmp(b Amount) int { return a.d.Cmp(b.d) }

// Add is a + b.
func (a Amount) Add(b Amount) Amount { return Amount{a.d.Add(b.d)} }

// Sub is a - b.
func (a Amount) Sub(b Amount) Amount { return Amount{a.d.Sub(b.d)} }

func (a Amount) times(n int) Amount { return Amount{a.d.Mul(decimal.NewFromInt(int64(n)))} }

// in rounds half up to what the currency has coins for, and writes all of its decimals. Only the amount of a line is
// rounded; rates and the amounts of tiers stay exact, and sums of rounded amounts need no rounding.
func (a Amount) in(currency string) Amount { return Amount{a.d.Round(decimals(currency))} }

// decimals is the number of decimals of a currency (ISO 4217, minor unit): 2 but for the ones listed here. The list is
// kept here because one in a library could change with its version, and an old statement with it.
func decimals(currency string) int32 {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}
