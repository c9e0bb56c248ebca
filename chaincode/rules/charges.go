package rules

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
)

// Accrued is rule X-16 for who knows tariff and events: what came up on a container up to an instant must be booked. That
// nothing of a presented statement is open, everybody can tell: the gate CHARGES.
func Accrued(short bool, payee string) *fault.Fault {
	if short {
		return release.Outstanding(payee).By("X-16")
	}
	return nil
}

// Collect is a charge that a bill asks to be collected, or a statement of charges lists: name, currency and decimal text.
type Collect struct{ Name, Currency, Amount string }

// Freight is rule X-15: the carrier's statement lists the collect charges of the bill, all of them, in its order and as
// they are there. Prepaid charges are none of it, and never stand in the way.
func Freight(billed, stated []Collect) *fault.Fault {
	mismatch := fault.New(fault.ContentMismatch).By("X-15").In("/content/freightCollect")
	if len(billed) != len(stated) {
		return mismatch
	}
	for i := range billed {
		if billed[i] != stated[i] {
			return mismatch
		}
	}
	return nil
}
