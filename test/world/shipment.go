package world

import (
	"encoding/json"
	"strings"
	"time"

	"portledger/test/fixtures"
)

// Fixture is a document of the fixtures by name, without its extension.
func Fixture(name string) string { return string(fixtures.Read(name + ".json")) }

// With replaces one member of a JSON object; nil takes it out.
func With(object, member string, value any) string {
	var all map[string]any
	if err := json.Unmarshal([]byte(object), &all); err != nil {
		panic(err)
	}
	all[member] = value
	if value == nil {
		delete(all, member)
	}
	body, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// The steps of walk-through 1, each bringing a shipment to a point that tests start from.

// IssuedBill is the order bill of the fixtures, issued to the shipper.
func (w *World) IssuedBill() string {
	w.TB.Helper()
	return w.IssueBill("bill-order", Fields{"endorsee": w.Party["shipper"]}, "")
}

// IssueBill drafts, approves and issues a bill of the fixtures; reference replaces its number unless empty.
func (w *World) IssueBill(fixture string, parties Fields, reference string) string {
	w.TB.Helper()
	content := Fixture(fixture)
	if reference != "" {
		content = strings.ReplaceAll(content, "OEDL26XMN00042", reference)
	}
	request := Fields{"shipper": w.Party["shipper"]}
	for k, v := range parties {
		request[k] = v
	}
	id := w.Must("line", "bill", "draft", request, content).ID
	w.Must("shipper", "bill", "approve", Fields{"id": id}, "")
	w.Must("line", "bill", "issue", Fields{"id": id}, "")
	return id
}

// PassOn passes a bill on, to order, and lets the recipient accept.
func (w *World) PassOn(id, from, to string) {
	w.TB.Helper()
	w.Must(from, "bill", "endorse-to-order", Fields{"id": id, "to": w.Party[to]}, "")
	w.Must(to, "bill", "accept", Fields{"id": id}, "")
}

// SurrenderedBill is an issued bill that went over the bank to the buyer, who surrendered it.
func (w *World) SurrenderedBill() string {
	w.TB.Helper()
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	w.PassOn(id, "bank", "buyer")
	w.Must("buyer", "bill", "surrender", Fields{"id": id}, "")
	w.Must("line", "bill", "accept-surrender", Fields{"id": id}, "")
	return id
}

// RequestedRelease is a release order that the buyer asked for on a surrendered bill.
func (w *World) RequestedRelease(bill string) string {
	w.TB.Helper()
	return w.Must("buyer", "release", "request", Fields{
		"basis": Fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party["terminal"]},
		Fixture("release")).ID
}

// IssuedRelease clears every gate of a requested order and issues it.
func (w *World) IssuedRelease(order string) {
	w.TB.Helper()
	w.Must("line", "release", "clear-charges", Fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", Fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", Fields{"id": order}, Fixture("notice"))
	w.Must("line", "release", "issue", Fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}, "")
}

// Appointed gives the right of one line to the trucker and confirms an appointment around now.
func (w *World) Appointed(order string, line int) {
	w.TB.Helper()
	w.Must("buyer", "release", "delegate", Fields{"id": order, "line": line, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "accept-delegation", Fields{"id": order, "line": line}, "")
	w.Must("trucker", "release", "request-appointment", Fields{"id": order, "line": line}, w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", Fields{"id": order, "line": line}, "")
}

// Appointment is the fixture's appointment with a window of an hour from in from now.
func (w *World) Appointment(in time.Duration) string {
	from := w.Net.Now().Add(in)
	return With(Fixture("appointment"), "window", map[string]any{
		"from": from.Format(time.RFC3339), "to": from.Add(time.Hour).Format(time.RFC3339)})
}

// Containers are those of the fixtures' bill, in order.
var Containers = []string{"OERU1000025", "OERU1000030"}

// Seals are those of the containers, in order.
var Seals = []string{"OE778123", "OE778124"}

// Sheet is a fixture about the container of a line.
func Sheet(fixture string, line int) string {
	return strings.NewReplacer(Containers[0], Containers[line-1], Seals[0], Seals[line-1]).Replace(Fixture(fixture))
}

// printed are the times that the fixtures of gate sheets bear.
var printed = []string{"2026-11-22T14:08:00+08:00", "2026-11-24T09:41:00+08:00", "2026-11-26T09:41:00+08:00"}

// filledIn is a gate sheet of the fixtures as it is filled in now, by this network's clock. One that states a time of its own
// keeps it, and so does every other paper.
func (w *World) filledIn(family, content string) string {
	if family != "interchange" {
		return content
	}
	now := w.Net.Now().UTC().Format(time.RFC3339)
	for _, at := range printed {
		content = strings.ReplaceAll(content, `"`+at+`"`, `"`+now+`"`)
	}
	return content
}

// AuthorisedOut is the line's authority to take the container of a line out.
func (w *World) AuthorisedOut(order string, line int) string {
	w.TB.Helper()
	return w.Must("line", "interchange", "authorise", Fields{"type": "OUT_FULL", "release": order, "line": line,
		"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, Sheet("authority-out", line)).ID
}

// GatedOut records the container of a line passing the gate, and answers the receipt.
func (w *World) GatedOut(order string, line int) string {
	w.TB.Helper()
	id := w.AuthorisedOut(order, line)
	w.Must("terminal", "interchange", "record", Fields{"id": id}, Sheet("gate-sheet-out", line))
	return id
}

// Returned brings the empty container of a line back to the depot, and answers the receipt.
func (w *World) Returned(order string, line int, out string) string {
	w.TB.Helper()
	id := w.Must("line", "interchange", "authorise", Fields{"type": "IN_EMPTY", "release": order, "line": line, "out": out,
		"facility": w.Party["depot"], "trucker": w.Party["trucker"]}, Sheet("authority-in", line)).ID
	w.Must("depot", "interchange", "record", Fields{"id": id}, Sheet("gate-sheet-in", line))
	return id
}

// Signed signs a receipt on both sides.
func (w *World) Signed(receipt, facility string) {
	w.TB.Helper()
	var view struct {
		Control struct{ Sheet string } `json:"control"`
	}
	w.Read(facility, "interchange", receipt, &view)
	w.Must(facility, "interchange", "sign-by-facility", Fields{"id": receipt, "commitment": view.Control.Sheet}, "")
	w.Must("trucker", "interchange", "sign-by-trucker", Fields{"id": receipt, "commitment": view.Control.Sheet}, "")
}
