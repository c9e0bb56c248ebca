package rules

import (
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/reefer"
)

// SettingsAgree is rule X-14 for the set-point and all else that a reefer is set to: the release line copies the bill, and a
// difference needs a reason (domain facts 4.5). bill and line are nil where there are no settings: what the bill does not state
// the line may, and what the bill states the line may not leave out. place is the line's place
// in the request; the refusal names the first field that differs, never a value.
func SettingsAgree(bill, line *reefer.Settings, reason, place string) *fault.Fault {
	refused := func(at string) *fault.Fault {
		return fault.New(fault.Invalid, "check", string(reefer.AsInBill)).By("X-14").In(place + "/reefer" + at)
	}
	switch {
	case reason != "" || bill == nil:
		return nil
	case line == nil:
		return refused("")
	}
	if problems := line.ProblemsAgainst(*bill, reason); len(problems) > 0 {
		return refused("/activeReeferSettings" + problems[0].At)
	}
	return nil
}

// RoadReady reports what a reefer lacks for the road at an instant: an inspection that holds, and a generator set where the
// line agreed on one (domain facts 4.5). It is a report and stops nothing: whether to let a container go without is between
// carrier, terminal and trucker. How long an inspection holds is the carrier's rule; where none is stated, only what no carrier
// allows is reported. Places are those of the line.
func RoadReady(pti *reefer.PTI, gensetNeeded bool, genset string, at time.Time) []reefer.Problem {
	var found []reefer.Problem
	if pti != nil {
		found = reefer.Under("/reefer/pti", pti.ProblemsAt(at, reefer.PTIDaysMax))
	}
	if gensetNeeded && genset == "" {
		found = append(found, reefer.Problem{Check: reefer.GensetRequired, At: "/reefer/genset"})
	}
	return found
}
