package reefer_test

import (
	"time"

	"github.com/shopspring/decimal"

	"portledger/chaincode/reefer"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func num(s string) *decimal.Decimal {
	d := dec(s)
	return &d
}

// opt is a number that an empty text leaves out.
func opt(s string) *decimal.Decimal {
	if s == "" {
		return nil
	}
	return num(s)
}

func ptr[T any](v T) *T { return &v }

// start is the plug-in of the worked check in the domain facts.
var start = time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return start.Add(d) }

func celsius(s string) reefer.Temperature { return reefer.Celsius(dec(s)) }

func fahrenheit(s string) reefer.Temperature {
	return reefer.Temperature{Value: dec(s), Unit: reefer.FAH}
}

// at makes one problem; none when the check is empty.
func at(check reefer.Check, place string) []reefer.Problem {
	if check == "" {
		return nil
	}
	return []reefer.Problem{{Check: check, At: place}}
}
