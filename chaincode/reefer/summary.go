package reefer

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"time"

	"github.com/shopspring/decimal"
)

// Summary is what the ledger keeps of a series (domain facts 4.5): the readings themselves stay outside, and the hash
// ties them to it. Count, FirstAt and LastAt cover every reading; the minima and maxima leave out those of a defrost, as
// excursions do, and are nil where nothing was logged.
type Summary struct {
	Count     int              `json:"count"`
	FirstAt   time.Time        `json:"firstAt"`
	LastAt    time.Time        `json:"lastAt"`
	MinReturn *decimal.Decimal `json:"minReturn,omitempty"` // °C
	MaxReturn *decimal.Decimal `json:"maxReturn,omitempty"` // °C
	MinSupply *decimal.Decimal `json:"minSupply,omitempty"` // °C
	MaxSupply *decimal.Decimal `json:"maxSupply,omitempty"` // °C
	DataHash  string           `json:"dataHash"`            // SHA-256 of the canonical bytes, lower-case hexadecimal
	URI       string           `json:"uri,omitempty"`       // where the readings are kept; never looked at here
}

// Hash is the SHA-256 of bytes in the form in which the ledger writes it.
func Hash(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Summary sums the series up. canonical are the bytes of the readings in the form that all parties hash (RFC 8785 for
// JSON); that they hold these readings is the caller's word.
func (s Series) Summary(canonical []byte) Summary {
	sum := Summary{Count: len(s.readings), DataHash: Hash(canonical)}
	if len(s.readings) == 0 {
		return sum
	}
	sum.FirstAt = s.readings[0].At.UTC()
	sum.LastAt = s.readings[len(s.readings)-1].At.UTC()
	for _, r := range s.readings {
		if r.Defrost {
			continue
		}
		widen(&sum.MinReturn, &sum.MaxReturn, r.ReturnAir)
		widen(&sum.MinSupply, &sum.MaxSupply, r.SupplyAir)
	}
	return sum
}

// widen takes a value into a range.
func widen(low, high **decimal.Decimal, value *decimal.Decimal) {
	if value == nil {
		return
	}
	if v := *value; *low == nil || v.LessThan(**low) {
		*low = &v
	}
	if v := *value; *high == nil || v.GreaterThan(**high) {
		*high = &v
	}
}

// Verify compares a summary with the readings it is of: an endorser or a party that fetched them computes it anew.
func (s Summary) Verify(series Series, canonical []byte) []Problem {
	is := series.Summary(canonical)
	var found list
	found.unless(s.Count == is.Count, "/count", AsComputed)
	found.unless(s.FirstAt.Equal(is.FirstAt), "/firstAt", AsComputed)
	found.unless(s.LastAt.Equal(is.LastAt), "/lastAt", AsComputed)
	found.unless(sameNumber(s.MinReturn, is.MinReturn), "/minReturn", AsComputed)
	found.unless(sameNumber(s.MaxReturn, is.MaxReturn), "/maxReturn", AsComputed)
	found.unless(sameNumber(s.MinSupply, is.MinSupply), "/minSupply", AsComputed)
	found.unless(sameNumber(s.MaxSupply, is.MaxSupply), "/maxSupply", AsComputed)
	found.unless(s.DataHash == is.DataHash, "/dataHash", AsHashed)
	return found
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Problems checks a summary by itself, which is all that can be done while the readings are elsewhere.
func (s Summary) Problems() []Problem {
	var found list
	found.unless(s.Count > 0, "/count", Required)
	found.unless(s.Count <= ReadingsMax, "/count", TooMany)
	found.unless(!s.FirstAt.IsZero(), "/firstAt", Required)
	found.unless(!s.LastAt.IsZero(), "/lastAt", Required)
	found.unless(!s.LastAt.Before(s.FirstAt), "/lastAt", TimesInOrder)
	found.unless(s.LastAt.Sub(s.FirstAt) <= SpanMax, "/lastAt", SpanWithinMax)
	// Readings have an instant each, so one reading has one, and two have not.
	found.unless((s.Count <= 1) == s.FirstAt.Equal(s.LastAt), "/count", OneInstant)
	rangeProblems(&found, "Return", s.MinReturn, s.MaxReturn)
	rangeProblems(&found, "Supply", s.MinSupply, s.MaxSupply)
	found.unless(sha256Form.MatchString(s.DataHash), "/dataHash", SHA256Form)
	return found
}

func rangeProblems(found *list, air string, low, high *decimal.Decimal) {
	sized := found.sized(low, "/min"+air)
	sized = found.sized(high, "/max"+air) && sized
	found.unless((low == nil) == (high == nil), "/max"+air, MinWithMax)
	if sized && low != nil && high != nil {
		found.unless(low.Cmp(*high) <= 0, "/max"+air, MinAtMostMax)
	}
}
