package rules

import (
	"slices"
	"strconv"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
)

// Housed is the issuing half of rule X-18: house bills stand under a carrier's own bill that is in force and that the
// forwarder has itself: as holder, as the one who surrendered it, or as the consignee of a sea waybill.
func Housed(forwarder lifecycle.Ref, master bill.Bill) *fault.Fault {
	switch master.State {
	case bill.Issued, bill.PendingSurrender, bill.Surrendered:
	default:
		return wrongState("bill", master.State).By("X-18").In("/master")
	}
	if master.House() {
		return fault.New(fault.KindForbids, "kind", "HOUSE", "act", "draft").By("X-18").In("/master")
	}
	if f := WholeMaster(master); f != nil {
		return f
	}
	if (forwarder != master.Holder || master.Custody != nil) && forwarder != master.Claimant && !(master.Kind == bill.SeaWaybill && forwarder == master.Consignee) {
		return fault.New(fault.WrongParty, "act", "draft", "by", "holder of the master bill").By("X-18").In("/master")
	}
	return nil
}

// HousesMax bounds the house bills that are ever issued under one master.
const HousesMax = 200

// Stand books a house bill under its master. A sea waybill shows its content to its consignee when it is issued, and a terminal
// that has a live order of the master endorses that: such a one comes before the order, or not at all.
func (d Delivery) Stand(house bill.Bill) (Delivery, *fault.Fault) {
	switch {
	case house.Kind == bill.SeaWaybill && len(d.Orders)+len(d.PartOrders) > 0:
		return d, fault.New(fault.ContainerBusy).By("X-18")
	case len(d.Houses) >= HousesMax:
		return d, fault.New(fault.LimitReached, "limit", strconv.Itoa(HousesMax), "what", "bills")
	}
	d.Houses = append(slices.Clone(d.Houses), house.ID)
	return d, nil
}

// Unclaimed is rule X-18 for the goods of a house bill that is issued: no order on the master itself waits for any of its goods,
// and none of the house bill's containers left.
func Unclaimed(master bill.Bill, d Delivery, orders []release.Order, tokens []string) *fault.Fault {
	if slices.ContainsFunc(orders, func(o release.Order) bool { return o.Basis.Bill == master.ID }) {
		return fault.New(fault.ContainerBusy).By("X-18")
	}
	if slices.ContainsFunc(tokens, func(token string) bool { return slices.Contains(d.Out, token) }) {
		return fault.New(fault.ContainerOut).By("X-18")
	}
	return nil
}

// NotHoused is rule X-18 for what leaves under another document: its containers are none that a house bill lists.
func NotHoused(housed, tokens []string, place string) *fault.Fault {
	for _, token := range tokens {
		if slices.Contains(housed, token) {
			return fault.New(fault.ContainerHoused).By("X-18").In(place)
		}
	}
	return nil
}

// MasterReleased is the releasing half of rule X-18: goods go out on a house bill once the master is released to the
// forwarder who issued it: surrendered by the forwarder, or a sea waybill to it.
func MasterReleased(house, master bill.Bill) *fault.Fault {
	to := lifecycle.Ref{}
	switch {
	case master.Kind == bill.SeaWaybill && master.State == bill.Issued:
		to = master.Consignee
	case master.State == bill.Surrendered:
		to = master.Claimant
	}
	if to.Zero() || to != house.Issuer || master.ID != house.Master || master.Issuer != house.Carrier {
		return fault.New(fault.NoBasis).By("X-18")
	}
	return nil
}
