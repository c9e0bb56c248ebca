package rules

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/release"
)

// RestsOn tells whether a release order rests on the guarantee and has not come to its end (rule X-03).
func RestsOn(o release.Order, g guarantee.Guarantee) bool {
	return o.Basis.Type == release.ByGuarantee && o.Basis.Guarantee == g.ID && !o.Over()
}

// Unused is the part of rule X-03 about goods that left: while a bill of goods delivered under the guarantee is out, the
// beneficiary may still be claimed upon, and the guarantee ends neither by time nor by release.
func Unused(g guarantee.Guarantee, d Delivery) *fault.Fault {
	surrendered := slices.ContainsFunc(g.Bills, func(u guarantee.Underlying) bool { return u.Bill == d.Bill && u.Surrendered })
	if slices.Contains(d.Used, g.ID) && !surrendered {
		return fault.New(fault.GuaranteeInUse, "why", "delivered").By("X-03")
	}
	return nil
}
