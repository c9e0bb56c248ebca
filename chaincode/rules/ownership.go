package rules

import "portledger/chaincode/fault"

// OwnedAlike is the part of rule X-14 about whose container it is: one that the release calls the shipper's own 货主箱, and so
// does not bring back, is so by the bill. place is the line's in the request.
func OwnedAlike(bill, line bool, place string) *fault.Fault {
	if bill != line {
		return fault.New(fault.Invalid, "check", "shipper-owned").By("X-14").In(place + "/isShipperOwned")
	}
	return nil
}
