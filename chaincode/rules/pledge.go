package rules

import (
	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
)

// Unpledged is rule X-07: the goods of a pledged bill are not delivered under a guarantee, since that would destroy the bank's
// security, nor to another place, which no bill says that the bank let be changed. There is no consent to it: the bank releases the pledge first. Once the bill is surrendered for delivery the
// bank has agreed to the goods going.
func Unpledged(b bill.Bill) *fault.Fault {
	if b.Pledged() && b.State != bill.Surrendered {
		return b.Locked("deliver-under-guarantee").By("X-07")
	}
	return nil
}

// Pledgeable is the second half of rule X-17: a bill of which anything was delivered under a guarantee takes no new pledge.
// Nor does one whose goods may go at any moment under an order that is still live (rule X-07). That a surrendered bill takes
// none is in the bill's own table.
func Pledgeable(d Delivery) *fault.Fault {
	switch {
	case d.UnderLoi:
		return fault.New(fault.ContainerOut).By("X-17")
	case len(d.Orders) > 0:
		return fault.New(fault.ContainerBusy).By("X-07")
	}
	return nil
}
