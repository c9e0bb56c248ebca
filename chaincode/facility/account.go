package facility

import (
	"github.com/shopspring/decimal"

	"portledger/chaincode/fault"
)

// Level is what a limit is set for.
type Level string

// The levels, in the order in which they are tried. Guarantor is the third party that stands behind facilities.
const (
	OfFacility  Level = "FACILITY"  // 单笔额度
	OfPledgor   Level = "PLEDGOR"   // 出质人
	OfGuarantor Level = "GUARANTOR" // 担保人
	OfBank      Level = "BANK"      // 银行总额
)

// Account is how much is taken up on one level, in one currency. Amounts are decimal texts, never binary numbers. Used is never
// negative, nor above Limit.
type Account struct {
	// Limit is empty where the bank set none.
	Limit string `json:"limit,omitempty"`
	Used  string `json:"used"`
}

// Reserve takes an amount up, within the limit (limit-exceeded).
func (a Account) Reserve(level Level, amount string) (Account, *fault.Fault) {
	more, f := money(amount)
	if f != nil {
		return a, f
	}
	used, f := a.used()
	if f != nil {
		return a, f
	}
	return a.with(level, used.Add(more))
}

// Free gives an amount back that was reserved.
func (a Account) Free(level Level, amount string) (Account, *fault.Fault) {
	less, f := money(amount)
	if f != nil {
		return a, f
	}
	used, f := a.used()
	if f != nil {
		return a, f
	}
	if less.GreaterThan(used) { // what was reserved was counted, so this account is not the one it was counted on
		return a, fault.New(fault.ContentMismatch)
	}
	a.Used = used.Sub(less).String()
	return a, nil
}

// Limited puts another limit in place, none for an empty one. One below what is used is refused.
func (a Account) Limited(level Level, limit string) (Account, *fault.Fault) {
	used, f := a.used()
	if f != nil {
		return a, f
	}
	a.Limit = limit
	return a.with(level, used)
}

func (a Account) with(level Level, used decimal.Decimal) (Account, *fault.Fault) {
	if a.Limit != "" {
		limit, f := money(a.Limit)
		if f != nil {
			return a, f
		}
		if used.GreaterThan(limit) {
			return a, fault.New(fault.LimitExceeded, "level", string(level))
		}
	}
	a.Used = used.String()
	return a, nil
}

// InUse tells whether anything is taken up.
func (a Account) InUse() bool {
	used, f := a.used()
	return f != nil || !used.IsZero()
}

func (a Account) used() (decimal.Decimal, *fault.Fault) {
	if a.Used == "" {
		return decimal.Zero, nil
	}
	return money(a.Used)
}

// Covers tells whether an amount reserved is enough for another; either may be no amount at all.
func Covers(reserved, needed string) bool {
	have, bad := money(reserved)
	want, worse := money(needed)
	return bad == nil && worse == nil && !want.GreaterThan(have)
}

// Left is what stays of an amount when a part of it ends: something does, and something ends.
func Left(of, part string) (string, *fault.Fault) {
	have, f := money(of)
	if f != nil {
		return "", f
	}
	ends, f := money(part)
	if f != nil {
		return "", f
	}
	if ends.IsZero() || !ends.LessThan(have) {
		return "", fault.New(fault.Invalid, "check", "less-than-reserved").In("/content/amount")
	}
	return have.Sub(ends).String(), nil
}

func money(text string) (decimal.Decimal, *fault.Fault) {
	d, err := decimal.NewFromString(text)
	if err != nil || d.IsNegative() {
		return d, fault.New(fault.Invalid, "check", "decimal").In("/content/amount")
	}
	return d, nil
}
