package rules

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
)

// Spot is a place as two papers are compared by it: a UN/LOCODE, and a facility with its list where one is stated.
type Spot struct{ Location, List, Facility string }

// in tells whether the spot is the place p, or a facility of it where p names none.
func (s Spot) in(p Spot) bool {
	return s.Location == p.Location && (p.Facility == "" || s == p)
}

// Route is the place rule of a multimodal bill (domain facts 3.3): the legs begin where the document says that the carriage
// begins, and end where it ends. Each may name the facility where the other does not.
func Route(from, to, first, last Spot) *fault.Fault {
	agree := func(a, b Spot) bool { return a.Location != "" && (a.in(b) || b.in(a)) }
	if !agree(first, from) {
		return fault.New(fault.Invalid, "check", "first-place").In("/content/legs/0/fromLocation")
	}
	if !agree(last, to) {
		return fault.New(fault.Invalid, "check", "last-place").In("/content/legs")
	}
	return nil
}

// Arrived is rule X-01 for a multimodal bill: it releases its goods once, at the end of its last leg, and so no order is
// issued before they are there. A leg's own document is never a basis.
func Arrived(last leg.Leg) *fault.Fault {
	if last.State != leg.Delivered {
		return fault.New(fault.NotAtFinalPlace, "why", "not-delivered").By("X-01")
	}
	return nil
}

// AtFinalPlace is its other half: the order names the place where the last leg ends.
func AtFinalPlace(pickup, final Spot) *fault.Fault {
	if !pickup.in(final) {
		return fault.New(fault.NotAtFinalPlace, "why", "pickup-location").By("X-01").In("/content/pickupLocation")
	}
	return nil
}

// AttachLeg is rule X-20 for a hand-over between carriers: a seal that was not intact is kept with the bill's delivery for
// claims, once a leg. The carriage goes on as it was.
func (d Delivery) AttachLeg(l leg.Leg) Delivery {
	if l.Handover != nil && l.Handover.Broken && !slices.Contains(d.Evidence, l.ID) {
		d.Evidence = append(slices.Clone(d.Evidence), l.ID)
	}
	return d
}
