package charge

import (
	"fmt"
	"slices"
	"time"

	"portledger/chaincode/identifier"
)

// Events are what happened to one container, with the times that the terminal, the gate and the depot reported. What
// has not happened yet is left out. Times are in any offset.
type Events struct {
	// Container is its number (ISO 6346); SizeType its ISO 6346 size-type or group code. Names are DCSA's.
	Container string `json:"equipmentReference"`
	SizeType  string `json:"ISOEquipmentCode"`
	// Discharge 卸船, GateOut (full) 重箱出闸 and EmptyReturn 还空 are the moments that start and stop the clocks.
	Discharge   time.Time `json:"discharge,omitzero"`
	GateOut     time.Time `json:"gateOut,omitzero"`
	EmptyReturn time.Time `json:"emptyReturn,omitzero"`
	// Plugs are the times on shore power, in order.
	Plugs []Connection `json:"plugs,omitempty"`
	// Holds are the times in which the container was not free to move, ordered by their beginning.
	Holds []Hold `json:"holds,omitempty"`
}

// Connection is one time on shore power. Only the last one may have no Out: the reefer is still plugged in.
type Connection struct {
	In  time.Time `json:"in"`
	Out time.Time `json:"out,omitzero"`
}

// Hold is one interval of a hold 扣留; without To it is still in force.
type Hold struct {
	Cause Cause     `json:"cause"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to,omitzero"`
}

// Cause says why a container was held. Only three causes matter to charges (domain facts 4.6).
type Cause string

// The causes.
const (
	// Hours of these two do not count at all: nobody pays for what the payee's side did wrong.
	CarrierFault  Cause = "CARRIER_FAULT"
	TerminalFault Cause = "TERMINAL_FAULT"
	// Hours of an inspection that found nothing count, but what they cost may be waived as INSPECTION_CLEAN.
	InspectionClean Cause = "CUSTOMS_INSPECTION_CLEAN"
)

// otherCauses are the holds of domain facts 4.3: they stop the container, not the clock.
var otherCauses = []Cause{"CARRIER_CHARGES", "CUSTOMS_INSPECTION", "CUSTOMS_ORDER", "QUARANTINE", "TERMINAL_DAMAGE", "BANK", "COURT"}

var causes = append([]Cause{CarrierFault, TerminalFault, InspectionClean}, otherCauses...)

// Limits of one container's events.
const (
	plugsMax = 200
	holdsMax = 200
	// Years that a container's event can be in: others are slips of the pen, and their dates may have no text.
	yearMin = 2000
	yearMax = 2999
	// stayMax bounds one clock. A box that stands for ten years is abandoned, not in demurrage.
	stayMax = 3660 * 24 * time.Hour
)

// Check tells whether the events can be charged for; the error is a *Problem.
func (e Events) Check() error {
	f := finder{of: OfEvents}
	f.unless(identifier.Container(e.Container) == nil, "/equipmentReference", identifier.KindContainer)
	f.unless(identifier.SizeType(e.SizeType) == nil, "/ISOEquipmentCode", identifier.KindSizeType)
	moves := []struct {
		at   string
		time time.Time
	}{{"/discharge", e.Discharge}, {"/gateOut", e.GateOut}, {"/emptyReturn", e.EmptyReturn}}
	for i, m := range moves {
		if m.time.IsZero() {
			continue
		}
		f.unless(isPlausible(m.time), m.at, CheckYear)
		if i > 0 {
			f.unless(!moves[i-1].time.IsZero(), moves[i-1].at, CheckMissing)
			f.unless(!m.time.Before(moves[i-1].time), m.at, CheckOrder)
		}
	}
	e.checkPlugs(&f)
	e.checkHolds(&f)
	return f.err()
}

// checkPlugs: one plug at a time. A plug-in at the moment of the plug-out before it is a change of socket.
func (e Events) checkPlugs(f *finder) {
	if len(e.Plugs) == 0 {
		return
	}
	f.unless(len(e.Plugs) <= plugsMax, "/plugs", CheckCount)
	f.unless(identifier.IsReefer(e.SizeType), "/plugs", CheckNotReefer)
	f.unless(!e.Discharge.IsZero(), "/discharge", CheckMissing)
	for i, p := range e.Plugs {
		if f.first != nil {
			return
		}
		at := fmt.Sprintf("/plugs/%d", i)
		f.unless(isPlausible(p.In), at+"/in", CheckYear)
		if i > 0 {
			before := e.Plugs[i-1]
			f.unless(!before.Out.IsZero(), fmt.Sprintf("/plugs/%d/out", i-1), CheckMissing)
			f.unless(!p.In.Before(before.Out), at+"/in", CheckOverlap)
		}
		if !p.Out.IsZero() {
			f.unless(isPlausible(p.Out), at+"/out", CheckYear)
			f.unless(p.Out.After(p.In), at+"/out", CheckOrder)
		}
	}
}

// checkHolds: holds of different causes may be in force at once, as they are in the yard; those of one cause may not.
func (e Events) checkHolds(f *finder) {
	f.unless(len(e.Holds) <= holdsMax, "/holds", CheckCount)
	for i, h := range e.Holds {
		if f.first != nil {
			return
		}
		at := fmt.Sprintf("/holds/%d", i)
		f.unless(slices.Contains(causes, h.Cause), at+"/cause", CheckCode)
		f.unless(isPlausible(h.From), at+"/from", CheckYear)
		f.unless(i == 0 || !h.From.Before(e.Holds[i-1].From), at+"/from", CheckOrder)
		if !h.To.IsZero() {
			f.unless(isPlausible(h.To), at+"/to", CheckYear)
			f.unless(h.To.After(h.From), at+"/to", CheckOrder)
		}
		for _, before := range e.Holds[:i] {
			over := !before.To.IsZero() && !before.To.After(h.From)
			f.unless(before.Cause != h.Cause || over, at+"/from", CheckOverlap)
		}
	}
}

func isPlausible(t time.Time) bool { return yearMin <= t.UTC().Year() && t.UTC().Year() <= yearMax }

// until is what had happened at an instant. Plugs and holds stay as they are: only what lies within a clock counts.
func (e Events) until(at time.Time) Events {
	for _, move := range []*time.Time{&e.Discharge, &e.GateOut, &e.EmptyReturn} {
		if move.After(at) {
			*move = time.Time{}
		}
	}
	return e
}
