package damage

import (
	"fmt"
	"slices"
)

// Seal is a seal as a paper lists it. A bill or a release line states no condition, which is RIGHT.
type Seal struct {
	Number    string        `json:"number"`
	Source    string        `json:"source,omitempty"` // who affixed it: CAR, SHI, VET, CUS or TER; empty when not stated
	Condition SealCondition `json:"condition,omitempty"`
}

// SealCondition is a seal as the gate found it (EDIFACT 4517).
type SealCondition string

// The conditions.
const (
	SealRight   SealCondition = "RIGHT"   // 完好
	SealDamaged SealCondition = "DAMAGED" // 受损
	SealMissing SealCondition = "MISSING" // 缺失
	SealBroken  SealCondition = "BROKEN"  // 断开
	SealFaulty  SealCondition = "FAULTY"  // 有缺陷
)

func (s Seal) condition() SealCondition {
	if s.Condition == "" {
		return SealRight
	}
	return s.Condition
}

// isThere tells a seal on the doors from one that is listed as MISSING.
func (s Seal) isThere() bool { return s.condition() != SealMissing }

// isOpen tells whether the doors could be opened past this seal, or were.
func (s Seal) isOpen() bool { return s.condition() == SealBroken || !s.isThere() }

// SealProblems checks a paper's seals by themselves.
func SealProblems(seals []Seal) []Problem {
	known := []SealCondition{"", SealRight, SealDamaged, SealMissing, SealBroken, SealFaulty}
	var found list
	for i, s := range seals {
		found.unless(byNumber(seals, s.Number) == i, fmt.Sprintf("/%d/number", i), SealOnce)
		found.unless(slices.Contains(known, s.Condition), fmt.Sprintf("/%d/condition", i), SealConditionKnown)
	}
	return found
}

// Reseal is a resealing (DCSA event RSEA): customs, quarantine or a terminal opened the container and closed it again.
// It explains exactly the seals that it names.
type Reseal struct {
	Removed []string `json:"removed"` // numbers
	Affixed []Seal   `json:"affixed"`
}

// expected is a seal that the later paper should list, with its place in the earlier paper. A seal of a resealing has
// the place of the list that it is missing from.
type expected struct {
	Seal
	at string
}

// compareSeals looks for every seal that should be there, and then at those that should not.
//
// Seals differ by number, by source where both papers state one, and by condition. Another number or source blocks, as
// rule X-14 says of seals. Of differing conditions only those that leave the doors open block: MISSING or BROKEN on either
// paper. DAMAGED and FAULTY seals still close, and their number agrees, so that is only reported.
// A seal that both papers call BROKEN is no difference; it is evidence all the same (rule X-20), and the caller's to see.
func compareSeals(earlier, later Record, reseals []Reseal) Report {
	if earlier.Seals == nil || later.Seals == nil {
		return nil
	}
	var found Report
	report := func(how How, at, other string, blocks bool) {
		found = append(found, Difference{Field: FieldSeals, How: how, At: at, Other: other, Blocks: blocks})
	}
	should := resealed(earlier, reseals)
	for _, was := range should {
		n := byNumber(later.Seals, was.Number)
		if n < 0 {
			if was.isThere() {
				report(SealGone, was.at, later.Places.Seals, true)
			}
			continue
		}
		is, other := later.Seals[n], fmt.Sprintf("%s/%d", later.Places.Seals, n)
		if was.Source != "" && is.Source != "" && was.Source != is.Source {
			report(OtherSource, was.at, other, true)
		}
		if how := changed(was.Seal, is); how != "" {
			report(how, was.at, other, was.isOpen() || is.isOpen())
		}
	}
	for n, is := range later.Seals {
		listed := slices.ContainsFunc(should, func(was expected) bool { return was.Number == is.Number })
		if !listed && is.isThere() && byNumber(later.Seals, is.Number) == n {
			report(SealAdded, earlier.Places.Seals, fmt.Sprintf("%s/%d", later.Places.Seals, n), true)
		}
	}
	return found
}

// changed says how the condition of one seal differs; empty when it does not.
func changed(was, is Seal) How {
	switch {
	case was.condition() == is.condition():
		return ""
	case !is.isThere():
		return SealGone
	case !was.isThere():
		return SealAdded
	}
	return OtherCondition
}

// resealed are the earlier paper's seals after the events between the papers.
func resealed(earlier Record, reseals []Reseal) []expected {
	var should []expected
	for i, s := range earlier.Seals {
		if byNumber(earlier.Seals, s.Number) == i {
			should = append(should, expected{Seal: s, at: fmt.Sprintf("%s/%d", earlier.Places.Seals, i)})
		}
	}
	for _, r := range reseals {
		should = slices.DeleteFunc(should, func(e expected) bool { return slices.Contains(r.Removed, e.Number) })
		for _, s := range r.Affixed {
			should = slices.DeleteFunc(should, func(e expected) bool { return e.Number == s.Number })
			should = append(should, expected{Seal: s, at: earlier.Places.Seals})
		}
	}
	return should
}

// byNumber is the place of the first seal with a number, or -1.
func byNumber(seals []Seal, number string) int {
	return slices.IndexFunc(seals, func(s Seal) bool { return s.Number == number })
}
