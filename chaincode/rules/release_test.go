package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

func TestABillHasRoomForFiftyLiveOrders(t *testing.T) {
	d := rules.Delivery{Orders: make([]string, rules.OrdersMax-1)}
	require.Nil(t, rules.RoomForOrder(d))
	d.Orders = append(d.Orders, "ro-50")
	require.Equal(t, fault.LimitReached, rules.RoomForOrder(d).Code)
}

// Domain facts 4.7: the appointment of a truck that did not come ends a grace after its window.
func TestAnAppointmentOutlivesItsWindowByAGrace(t *testing.T) {
	end := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	require.Equal(t, fault.AppointmentOpen, rules.NoShow(end, end).Code)
	require.Equal(t, fault.AppointmentOpen, rules.NoShow(end.Add(rules.WindowGrace), end).Code)
	require.Nil(t, rules.NoShow(end.Add(rules.WindowGrace+time.Nanosecond), end))
}
