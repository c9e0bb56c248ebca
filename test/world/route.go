package world

import (
	"encoding/json"
	"fmt"
	"time"
)

// The steps of a multimodal shipment: a truck to the port, the line's own vessel, a train to the final place.

// Performers are the performing carriers of the fixtures' legs, in order.
var Performers = []string{"trucker", "line", "rail"}

// DraftedRoute is the draft of a multimodal bill with its legs and its through charge.
func (w *World) DraftedRoute() string {
	w.TB.Helper()
	id := w.Must("line", "bill", "draft", Fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"], "billSubtype": "MULTIMODAL"},
		Fixture("bill-multimodal")).ID
	w.Must("line", "bill", "plan-legs", Fields{"id": id}, Fixture("legs"))
	w.Must("line", "bill", "state-through-charge", Fields{"id": id}, Fixture("through-charge"))
	return id
}

// IssuedRoute is a DraftedRoute that was approved and issued to the shipper.
func (w *World) IssuedRoute() string {
	w.TB.Helper()
	id := w.DraftedRoute()
	w.Must("shipper", "bill", "approve", Fields{"id": id}, "")
	w.Must("line", "bill", "issue", Fields{"id": id}, "")
	return id
}

// Leg is the id of the n-th leg of a bill.
func Leg(bill string, n int) string { return fmt.Sprintf("%s.%d", bill, n) }

// Commissioned gives every leg of a bill its carrier.
func (w *World) Commissioned(bill string) {
	w.TB.Helper()
	for i, name := range Performers {
		w.Must("line", "leg", "commission", Fields{"id": Leg(bill, i+1), "performer": w.Party[name]}, "")
	}
}

// Event is a departure or arrival now.
func (w *World) Event() string { return w.Now("leg-event") }

// Now is a fixture that tells of something that happened now.
func (w *World) Now(fixture string) string {
	return With(Fixture(fixture), "dateTime", w.Net.Now().UTC().Format(time.RFC3339))
}

// Departed brings a leg whose carrier is commissioned, or got the goods, on the road.
func (w *World) Departed(bill string, n int) {
	w.TB.Helper()
	id := Leg(bill, n)
	if n == 1 {
		w.Must(Performers[0], "leg", "take-over", Fields{"id": id}, "")
	}
	w.Must(Performers[n-1], "leg", "depart", Fields{"id": id}, w.Event())
}

// HandedOver lets the carrier of a leg hand over to the next, who signs.
func (w *World) HandedOver(bill string, n int, content string) {
	w.TB.Helper()
	id := Leg(bill, n)
	w.Must(Performers[n-1], "leg", "hand-over", Fields{"id": id}, content)
	w.Must(Performers[n], "leg", "accept-hand-over", Fields{"id": id, "commitment": w.HandoverOf(id)}, "")
}

// HandoverOf is the commitment that both carriers of a hand-over sign.
func (w *World) HandoverOf(leg string) string {
	w.TB.Helper()
	var view struct {
		Control struct {
			Handover struct{ Commitment string } `json:"handover"`
		} `json:"control"`
	}
	w.Read("line", "leg", leg, &view)
	return view.Control.Handover.Commitment
}

// Arrived brings the goods of a multimodal bill over all its legs to the final place.
func (w *World) Arrived(bill string) {
	w.TB.Helper()
	w.Commissioned(bill)
	for n := 1; n < len(Performers); n++ {
		w.Departed(bill, n)
		w.HandedOver(bill, n, w.Now("leg-handover"))
	}
	w.Departed(bill, len(Performers))
	w.Must("rail", "leg", "deliver", Fields{"id": Leg(bill, len(Performers))}, w.Event())
}

// AtFinalPlace makes the release of the fixtures one at the place where the last leg ends.
func AtFinalPlace(release string) string {
	var legs struct {
		Legs []struct {
			To map[string]any `json:"toLocation"`
		} `json:"legs"`
	}
	if err := json.Unmarshal([]byte(Fixture("legs")), &legs); err != nil {
		panic(err)
	}
	return With(release, "pickupLocation", legs.Legs[len(legs.Legs)-1].To)
}
