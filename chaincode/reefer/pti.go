package reefer

import "time"

// Results of a pre-trip inspection.
const (
	Pass = "PASS"
	Fail = "FAIL"
)

// PTI is a pre-trip inspection 预检: the test of the unit before it takes cargo (domain facts 4.5).
type PTI struct {
	PerformedAt     time.Time `json:"performedAt"`
	Result          string    `json:"result"`              // PASS or FAIL
	ValidUntil      time.Time `json:"validUntil,omitzero"` // still valid at that instant; zero when not stated
	Inspector       string    `json:"inspector,omitempty"`
	SoftwareVersion string    `json:"softwareVersion,omitempty"` // of the controller
}

// How long an inspection may hold is the line's rule, from 30 to 180 days. A day is 24 hours.
const (
	PTIDaysMin = 30
	PTIDaysMax = 180
)

const day = 24 * time.Hour

// Problems checks an inspection by itself.
func (p PTI) Problems() []Problem {
	var found list
	found.unless(!p.PerformedAt.IsZero(), "/performedAt", Required)
	found.unless(p.Result == Pass || p.Result == Fail, "/result", PTIResult)
	if !p.ValidUntil.IsZero() {
		found.unless(p.PerformedAt.Before(p.ValidUntil), "/validUntil", TimesInOrder)
		holds := p.ValidUntil.Sub(p.PerformedAt)
		found.unless(holds >= PTIDaysMin*day && holds <= PTIDaysMax*day, "/validUntil", PTIValidity)
	}
	return found
}

// ProblemsAt tells why an inspection is not valid at an instant; none when it is. Where the inspection does not state its
// end, it holds for the line's days; an answer needs one or the other.
func (p PTI) ProblemsAt(at time.Time, lineDays int) []Problem {
	var found list
	found.unless(p.Result == Pass, "/result", PTIPassed)
	found.unless(!p.PerformedAt.IsZero() && !at.Before(p.PerformedAt), "/performedAt", PTIPerformed)
	end := p.ValidUntil
	if end.IsZero() {
		if lineDays < PTIDaysMin || lineDays > PTIDaysMax {
			return append(found, Problem{Check: PTIValidity, At: "/validUntil"})
		}
		end = p.PerformedAt.Add(time.Duration(lineDays) * day)
	}
	found.unless(!at.After(end), "/validUntil", PTINotExpired)
	return found
}
