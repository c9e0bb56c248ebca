package rules

import (
	"strconv"
	"time"

	"portledger/chaincode/fault"
)

// OrdersMax bounds the live release orders of one bill: every act that looks at them stays as cheap as the first.
const OrdersMax = 50

// RoomForOrder tells whether one more release order can be live on the bill.
func RoomForOrder(d Delivery) *fault.Fault {
	if len(d.Orders)+len(d.PartOrders) >= OrdersMax {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(OrdersMax), "what", "release orders")
	}
	return nil
}

// NoShow is what becomes of an appointment that nobody came to: it ends a grace after its window, and not before (domain
// facts 4.7).
func NoShow(at, windowEnd time.Time) *fault.Fault {
	if !at.After(windowEnd.Add(WindowGrace)) {
		return fault.New(fault.AppointmentOpen)
	}
	return nil
}
