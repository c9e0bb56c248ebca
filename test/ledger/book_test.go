package ledger_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/test/world"
)

// ownBook is a bank's book as a clerk would keep it on paper: what is reserved for each bill, and what is lent.
type ownBook struct {
	*world.World
	facilities []string
	bills      []string
	reserved   map[string]earmarked
	lent       map[string]bool
}

type earmarked struct {
	facility int
	amount   int64
}

// The limits of the two facilities, and of the pledgor of both.
var bookLimits, pledgorLimit = []int64{100, 90}, int64(150)

// sum is what is reserved under a facility, a negative one for all.
func (b *ownBook) sum(facility int) (total int64) {
	for _, r := range b.reserved {
		if facility < 0 || r.facility == facility {
			total += r.amount
		}
	}
	return total
}

func (b *ownBook) try(family, act, id, content string) fault.Code {
	_, err := b.Try("bank", family, act, fields{"id": id}, content)
	return codeOf(err)
}

// step makes one act and answers what it got, and what the paper says it should get.
func (b *ownBook) step(act string, facility int, bill string, amount int64) (got, want fault.Code) {
	was, is := b.reserved[bill]
	switch act {
	case "reserve":
		switch {
		case is && (was.facility != facility || amount <= was.amount):
			want = fault.Duplicate
		case b.sum(facility)-was.amount+amount > bookLimits[facility], b.sum(-1)-was.amount+amount > pledgorLimit:
			want = fault.LimitExceeded
		default:
			b.reserved[bill] = earmarked{facility, amount}
		}
		return b.try("facility", act, b.facilities[facility], reserving("PLEDGE", bill, fmt.Sprint(amount))), want
	case "free":
		switch {
		case !is || was.facility != facility:
			want = fault.NotFound
		case b.lent[bill]:
			want = fault.FacilityInUse
		default:
			delete(b.reserved, bill)
		}
		return b.try("facility", act, b.facilities[facility], freeing("PLEDGE", bill)), want
	case "accept-pledge":
		if !is {
			want = fault.NoReservation
		}
		b.lent[bill] = is
		return b.try("bill", act, bill, ""), want
	}
	b.lent[bill] = false
	got = b.try("bill", "release-pledge", bill, "")
	b.Must("shipper", "bill", "propose-pledge", fields{"id": bill, "bank": b.Party["bank"]}, "")
	return got, want
}

// Whatever a bank reserves, raises, accepts, releases and frees in whatever order: what its accounts say is used is the sum of its
// reservations, no limit is exceeded, and nothing is lent that is not reserved.
func TestABooksAccountsAreTheSumOfItsReservations(t *testing.T) {
	w := world.New(t)
	b := &ownBook{World: w, reserved: map[string]earmarked{}, lent: map[string]bool{},
		facilities: []string{credit(w, "shipper", "100", fields{"pledgorLimit": "150"}), credit(w, "shipper", "90", nil)}}
	for i := range 3 {
		b.bills = append(b.bills, cargo{fmt.Sprintf("OEDL26XMN02%03d", i), own.first, own.second}.proposed(w, "bank"))
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 {
			bill := b.bills[rapid.IntRange(0, 2).Draw(rt, "bill")]
			act := rapid.SampledFrom([]string{"reserve", "reserve", "free", "lend"}).Draw(rt, "act")
			if act == "lend" {
				act = map[bool]string{false: "accept-pledge", true: "release-pledge"}[b.lent[bill]]
			}
			got, want := b.step(act, rapid.IntRange(0, 1).Draw(rt, "facility"), bill, rapid.Int64Range(1, 110).Draw(rt, "amount"))
			require.Equal(rt, want, got, act)
			for i, id := range b.facilities {
				used, pledgor, _, all := exposure(w, id)
				require.Equal(rt, decimal.New(b.sum(i), 0).String(), used)
				require.Equal(rt, decimal.New(b.sum(-1), 0).String(), pledgor)
				require.Equal(rt, pledgor, all)
			}
		}
	})
}
