package leg

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"portledger/chaincode/fault"
)

// performerFits: each mode is performed by a carrier that is registered as one of it.
func performerFits(l Leg, c command) *fault.Fault {
	if !c.Request.Parties["/performer"].Has(performers[l.Mode]) {
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/performer")
	}
	return nil
}

// outOfOrder refuses an act that belongs to another place in the chain of legs.
func outOfOrder(l Leg, c command) *fault.Fault {
	return fault.New(fault.LegOutOfOrder, "leg", strconv.Itoa(l.Sequence), "of", strconv.Itoa(l.Of), "act", string(c.Act))
}

// first: only the first carrier takes the goods from the shipper; every other gets them from the carrier before, unless that was
// lost with them.
func first(l Leg, c command) *fault.Fault {
	if !l.First() && l.Recovers == "" {
		return outOfOrder(l, c)
	}
	return nil
}

// last: delivery at the final place ends the chain.
func last(l Leg, c command) *fault.Fault {
	if !l.Last() {
		return outOfOrder(l, c)
	}
	return nil
}

func notLast(l Leg, c command) *fault.Fault {
	if l.Last() {
		return outOfOrder(l, c)
	}
	return nil
}

// documented: a vessel leg has no document of its own.
func documented(l Leg, _ command) *fault.Fault {
	if len(documents[l.Mode]) == 0 {
		return fault.New(fault.NoLegDocument, "mode", string(l.Mode))
	}
	return nil
}

// DocumentFits: a consignment note is of the leg's own mode.
func (l Leg) DocumentFits(kind string) *fault.Fault {
	if !slices.Contains(documents[l.Mode], kind) {
		return fault.New(fault.Invalid, "check", "document-of-mode").In("/content/type")
	}
	return nil
}

// sameHandover: both carriers sign one content.
func sameHandover(l Leg, c command) *fault.Fault {
	if c.Request.Commitment != l.Handover.Commitment {
		return fault.New(fault.HashMismatch).In("/commitment")
	}
	return nil
}

// Ready tells whether the leg can take the goods over from the one before: some carrier is commissioned and waits.
func (l Leg) Ready() *fault.Fault {
	if l.State != Commissioned {
		return fault.New(fault.NextLegNotReady, "leg", strconv.Itoa(l.Sequence))
	}
	return nil
}

// Money is an amount, in decimal text, with its ISO 4217 currency.
type Money struct{ Amount, Currency string }

// value is the amount; the forms of both contents see to it that it is one.
func (m Money) value() decimal.Decimal {
	v, err := decimal.NewFromString(m.Amount)
	if err != nil {
		return decimal.Zero
	}
	return v
}

// Apportioned checks the carriers' shares against the through charge 全程运费, of which the last one is new. Until every leg has its
// share they stay within it; then they come to it exactly. An issuer that performs no leg itself keeps what is left.
func Apportioned(through Money, shares []Money, complete, issuerPerforms bool) *fault.Fault {
	total, sum := through.value(), decimal.Zero
	for _, s := range shares {
		if s.Currency != through.Currency {
			return fault.New(fault.Invalid, "check", "same-currency").In("/content/currency")
		}
		sum = sum.Add(s.value())
	}
	if sum.GreaterThan(total) || (complete && issuerPerforms && !sum.Equal(total)) {
		return fault.New(fault.SharesMismatch).In("/content/amount")
	}
	return nil
}
