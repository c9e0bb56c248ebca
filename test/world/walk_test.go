package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/world"
)

func TestAShipmentFromBillToEmptyReturn(t *testing.T) {
	w := world.New(t)
	bill := w.SurrenderedBill()
	order := w.RequestedRelease(bill)
	w.IssuedRelease(order)
	w.Must("buyer", "release", "accept", world.Fields{"id": order}, "")
	var outs []string
	for line := 1; line <= 2; line++ {
		w.Appointed(order, line)
		outs = append(outs, w.GatedOut(order, line))
		w.Signed(outs[line-1], "terminal")
	}
	require.Equal(t, "ACCOMPLISHED", w.State("bill", bill))
	require.Equal(t, "GATED_OUT", w.State("release", order))
	for line := 1; line <= 2; line++ {
		in := w.Returned(order, line, outs[line-1])
		w.Signed(in, "depot")
		w.Must("line", "interchange", "close", world.Fields{"id": outs[line-1]}, "")
		w.Must("line", "interchange", "close", world.Fields{"id": in}, "")
	}
	require.Equal(t, "CLOSED", w.State("release", order))
}
