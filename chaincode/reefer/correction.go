package reefer

import (
	"slices"
	"strings"
	"time"
)

// LogCorrectionsMax bounds the corrections of one container's plug events.
const LogCorrectionsMax = 20

// Correction says that a plug event was written down wrongly. The event stays in the log as it was told: what counts from then
// on is the last correction of it.
type Correction struct {
	// Event is the number of the event in the log, from 1.
	Event int `json:"event"`
	// Is is the event as it should have been told; nil strikes it out, because it did not happen.
	Is     *PlugEvent `json:"corrected,omitempty"`
	Reason string     `json:"reason"`
}

// Corrected is a correction in a log.
type Corrected struct {
	Correction
	By string    `json:"by"` // the party's id
	On time.Time `json:"on"`
}

// Effective are the plug events as they count, with every correction.
func (l Log) Effective() []PlugEvent {
	events := make([]*PlugEvent, len(l.Plugs))
	for i := range l.Plugs {
		events[i] = &l.Plugs[i]
	}
	for _, c := range l.Corrections {
		events[c.Event-1] = c.Is
	}
	var effective []PlugEvent
	for _, e := range events {
		if e != nil {
			effective = append(effective, *e)
		}
	}
	return effective
}

// Correct adds a correction. What counts afterwards must be a sequence of plug events like any other. A time without power that
// shows only now becomes an excursion; one that was found before stays until the party that it concerns takes note of it, and
// sees the correction beside it: nobody talks himself out of an excursion.
func (l Log) Correct(c Correction, by string, at time.Time, maxPowerOffMinutes *int) (Log, []Problem) {
	if len(l.Corrections) >= LogCorrectionsMax {
		return l, []Problem{{Check: TooMany}}
	}
	if c.Event < 1 || c.Event > len(l.Plugs) {
		return l, []Problem{{Check: Required, At: "/event"}}
	}
	if c.Is != nil {
		is := *c.Is
		is.At = is.At.UTC()
		c.Is = &is
		if is.At.After(at) {
			return l, []Problem{{Check: NotInFuture, At: "/corrected/at"}}
		}
	}
	after := l
	after.Corrections = append(slices.Clone(l.Corrections), Corrected{Correction: c, By: by, On: at.UTC()})
	plugs, problems := NewPlugs(after.Effective())
	if len(problems) > 0 {
		return l, inCorrection(c, problems)
	}
	if maxPowerOffMinutes == nil {
		return after, nil
	}
	return l.or(after.found(plugs.Gaps(*maxPowerOffMinutes, time.Time{})))
}

// inCorrection puts problems of the sequence, which may show at the event that follows, to the correction that makes them.
func inCorrection(c Correction, problems []Problem) []Problem {
	inner := make([]Problem, 0, len(problems))
	for _, p := range problems {
		at := "/event"
		if c.Is != nil {
			at = "/corrected" + p.At[strings.LastIndexByte(p.At, '/'):]
		}
		inner = append(inner, Problem{Check: p.Check, At: at})
	}
	return inner
}
