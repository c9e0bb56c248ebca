package ledger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/test/world"
)

// firstOnly is a request for the first container of a bill, the shipper's own or not.
func firstOnly(w *world.World, bill string, own bool) (fields, string) {
	lines := asFields(world.Fixture("release"))["lines"].([]any)[:1]
	lines[0].(map[string]any)["isShipperOwned"] = own
	return fields{"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party["terminal"]},
		world.With(world.Fixture("release"), "lines", lines)
}

// ofTheShipper is a surrendered bill whose containers are the shipper's own.
func ofTheShipper(w *world.World) string {
	w.TB.Helper()
	content := strings.ReplaceAll(world.Fixture("bill-order"), `"isShipperOwned": false`, `"isShipperOwned": true`)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, content).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	w.PassOn(id, "shipper", "buyer")
	surrender(w, id, "buyer")
	return id
}

// A container whose order closes at the gate leaves with a receipt that is a whole cycle, and comes back to nobody.
func closesAtTheGate(t *testing.T, w *world.World, order string) {
	t.Helper()
	w.Appointed(order, 1)
	out := w.GatedOut(order, 1)
	require.Equal(t, "CLOSED", w.State("release", order))
	w.Signed(out, "terminal")
	w.Must("line", "interchange", "close", fields{"id": out}, "")
	require.Equal(t, string(interchange.Closed), w.State("interchange", out))
	receipt := w.Must("line", "interchange", "authorise", fields{"type": "IN_EMPTY", "release": order, "line": 1, "out": out,
		"facility": w.Party["depot"], "trucker": w.Party["trucker"]}, world.Sheet("authority-in", 1)).ID
	w.Refused(fault.CycleBroken, "depot", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-in", 1))
}

func TestAShippersOwnContainerClosesItsOrderAtTheGate(t *testing.T) {
	w := world.New(t)
	id := ofTheShipper(w)
	request, content := firstOnly(w, id, true)
	order := w.Must("buyer", "release", "request", request, content).ID
	w.AcceptedRelease(order)
	closesAtTheGate(t, w, order)
	require.Empty(t, read[billView](w, "line", "bill", id).Delivery.Orders)
}

// a cargo owner that keeps the carrier's container does not make it its own by saying so.
func TestAContainerIsTheShippersByTheBill(t *testing.T) {
	w := world.New(t)
	request, content := firstOnly(w, w.SurrenderedBill(), true)
	f := w.Refused(fault.Invalid, "buyer", "release", "request", request, content)
	require.Equal(t, "X-14", f.Rule)
	require.Equal(t, "/content/lines/0/isShipperOwned", f.At)
}

func TestAOneWayLeaseEndsAtTheGate(t *testing.T) {
	w := world.New(t)
	request, content := firstOnly(w, w.SurrenderedBill(), false)
	order := w.Must("buyer", "release", "request", request, content).ID
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	issue := fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339), "oneWay": []int{2}}
	require.Equal(t, "/oneWay", w.Refused(fault.Invalid, "line", "release", "issue", issue, "").At)
	issue["oneWay"] = []int{1}
	w.Must("line", "release", "issue", issue, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	closesAtTheGate(t, w, order)
}
