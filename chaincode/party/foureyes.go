package party

import (
	"slices"
	"strconv"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A party marks acts that two of its persons must make together 双人复核 (decision 33). One person may mark, since that only
// binds more; to unmark takes two, or one could unmark and then act alone.
const (
	MarkFourEyes   lifecycle.Act = "mark-four-eyes"
	UnmarkFourEyes lifecycle.Act = "unmark-four-eyes"
)

// FourEyesMax is how many acts a party can mark.
const FourEyesMax = 64

var itself = &lifecycle.By[Party]{Name: "party itself", Ref: Party.Ref}

var eyeRows = []lifecycle.Row[Party, Request]{
	{From: Registered, Do: MarkFourEyes, By: itself, To: Registered,
		Asks: []lifecycle.Guard[Party, Request]{actsKnown, roomForMarks}, Then: mark},
	{From: Registered, Do: UnmarkFourEyes, By: itself, To: Registered,
		Asks: []lifecycle.Guard[Party, Request]{actsMarked}, Then: unmark},
}

func actsKnown(_ Party, c command) *fault.Fault {
	for i, act := range c.Request.Acts {
		if slices.Contains(c.Request.Acts[:i], act) || !c.Request.Known(act) {
			return fault.New(fault.Invalid, "check", "act").In("/acts")
		}
	}
	return nil
}

func roomForMarks(p Party, c command) *fault.Fault {
	if len(marked(p, c)) > FourEyesMax {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(FourEyesMax), "what", "acts").In("/acts")
	}
	return nil
}

func actsMarked(p Party, c command) *fault.Fault {
	for i, act := range c.Request.Acts {
		if slices.Contains(c.Request.Acts[:i], act) || !slices.Contains(p.FourEyes, act) {
			return fault.New(fault.Invalid, "check", "act").In("/acts")
		}
	}
	return nil
}

// marked are all marks after the act: what is marked already stays so.
func marked(p Party, c command) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(p.FourEyes, c.Request.Acts))))
}

func mark(p *Party, c command) { p.FourEyes = marked(*p, c) }

func unmark(p *Party, c command) {
	p.FourEyes = slices.DeleteFunc(slices.Clone(p.FourEyes), func(act string) bool { return slices.Contains(c.Request.Acts, act) })
}
