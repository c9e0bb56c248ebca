// Package hold is the freeze 扣留 that an authority lays on a document: on what ground, by whom, and until when. Holds stand
// beside a document's state, so that lifting one returns to where it was.
//
// Grounds are codes; why in words is private content or nobody's business.
package hold

import (
	"slices"
	"strconv"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Max bounds the holds that can stand on one document at once, EachMax those of one party: nobody can fill the list and so keep
// an authority off.
const (
	Max     = 32
	EachMax = 6
)

// Hold is one freeze in force.
type Hold struct {
	// Number tells the holds of a document apart; it is never used again on the same document.
	Number int    `json:"number"`
	Ground string `json:"ground"`
	// By is the party that placed it, Role what it acted as: only the same role of the same party lifts it.
	By   lifecycle.Ref  `json:"by"`
	Role lifecycle.Role `json:"role"`
	// Until is when it ends by itself, RFC 3339; empty for one that must be lifted.
	Until string `json:"until,omitempty"`
}

// Standing tells whether the hold is in force at that time.
func (h Hold) Standing(at time.Time) bool {
	until, err := time.Parse(time.RFC3339, h.Until)
	return err != nil || at.Before(until)
}

// isOf tells whether the actor placed the hold and still plays the role that it placed it in.
func (h Hold) isOf(a lifecycle.Actor) bool {
	return h.By == a.Ref && a.Has([]lifecycle.Role{h.Role})
}

// Any answers the first hold in force, as the refusal of whatever it freezes; nil when there is none.
func Any(holds []Hold, at time.Time) *fault.Fault {
	for _, h := range holds {
		if h.Standing(at) {
			return fault.New(fault.OnHold, "ground", h.Ground, "by", h.By.Party, "until", h.Until)
		}
	}
	return nil
}

// Place adds a hold. Those that ran out make room.
func Place(holds []Hold, last int, h Hold, at time.Time) (after []Hold, number int, f *fault.Fault) {
	if h.Until != "" {
		until, err := lifecycle.Instant(h.Until)
		if err != nil || !until.After(at) {
			return holds, last, fault.New(fault.Invalid, "check", "future").In("/until")
		}
	}
	theirs := 0
	for _, other := range holds {
		if other.Standing(at) {
			after = append(after, other)
			if other.By == h.By {
				theirs++
			}
		}
	}
	for _, bound := range []struct{ have, most int }{{theirs, EachMax}, {len(after), Max}} {
		if bound.have >= bound.most {
			return holds, last, fault.New(fault.LimitReached, "limit", strconv.Itoa(bound.most), "what", "holds")
		}
	}
	h.Number = last + 1
	return append(after, h), h.Number, nil
}

// Lift takes away a hold of the given party, which must still play the role that it placed it in.
func Lift(holds []Hold, number int, by lifecycle.Actor) ([]Hold, *fault.Fault) {
	i := slices.IndexFunc(holds, func(h Hold) bool { return h.Number == number })
	if i < 0 {
		return holds, fault.New(fault.NotFound, "family", "hold", "id", strconv.Itoa(number)).In("/hold")
	}
	if !holds[i].isOf(by) {
		return holds, fault.New(fault.WrongParty, "act", "lift-hold", "by", "authority that placed it").In("/hold")
	}
	return slices.Delete(slices.Clone(holds), i, i+1), nil
}

// Theirs tells whether any of the holds is one that the actor could lift; the refusal if not.
func Theirs(holds []Hold, by lifecycle.Actor) *fault.Fault {
	if len(holds) == 0 {
		return fault.New(fault.NotFound, "family", "hold", "id", "?")
	}
	for _, h := range holds {
		if h.isOf(by) {
			return nil
		}
	}
	return fault.New(fault.WrongParty, "act", "lift-hold", "by", "authority that placed it")
}
