// Package damage reads the damage lines of equipment interchange receipts (设备交接单): what a line says, who answers for
// it, and whether the papers of one container agree (rule X-14).
//
// Codes are CEDEX (ISO 9897). The package decides from values alone: no clock, no floats, no JSON text. It does not know
// which receipts belong to one cycle, who may act, or what a difference leads to: the caller hands over the right pair
// and acts on the answer. What it answers names codes, places and sides, never a seal's number or a weight.
package damage

import (
	"fmt"
	"strings"
)

// Check names a condition that a line or a seal does not meet. Where package content has the same condition, the name is
// the same.
type Check string

// The checks of damage lines and seals.
const (
	TooMany            Check = "too-many"                     // beyond LinesMax
	LocationForm       Check = "cedex-location"               // four characters of ISO 9897
	SectionOnContainer Check = "section-on-container"         // a 20 ft container has five sections
	TypeForm           Check = "cedex-damage-type"            // two capital letters
	UnlistedNeedsWords Check = "unlisted-damage-needs-remark" // a code that no table explains
	QuantityRange      Check = "quantity-range"               // 1 to 999
	SideKnown          Check = "responsibility"               // U, O or T
	SealOnce           Check = "seal-once"                    // one line for one seal
	SealConditionKnown Check = "seal-condition"               // one of five
)

// Problem is one condition that is not met. It never carries the value, which may be private.
type Problem struct {
	Check Check `json:"check"`
	// At is a JSON pointer from the list that was checked: "/3/remark".
	At string `json:"at"`
}

// Side is who answers for a damage, in the letters of the receipt.
type Side string

// The sides.
const (
	User       Side = "U" // 用箱人: who had the container between OUT and IN
	Owner      Side = "O" // 箱主
	ThirdParty Side = "T" // 第三方
)

// Line is one damage of a receipt, as the gate wrote it (domain facts 5.2). Lengths are millimetres.
type Line struct {
	Location    string   `json:"location"`            // where: see Location
	Component   string   `json:"component,omitempty"` // what: three characters of ISO 9897
	Type        string   `json:"damageType"`          // how: see Types
	Severity    string   `json:"severity,omitempty"`
	Quantity    int      `json:"quantity,omitempty"` // how many alike; not stated is one
	Length      int      `json:"length,omitempty"`   // mm
	Width       int      `json:"width,omitempty"`    // mm
	Depth       int      `json:"depth,omitempty"`    // mm
	RepairCode  string   `json:"repairCode,omitempty"`
	Side        Side     `json:"responsibility,omitempty"` // as the gate saw it
	PhotoHashes []string `json:"photoHashes,omitempty"`
	PreExisting bool     `json:"preExisting,omitempty"` // as the gate saw it; Liabilities looks for itself
	Remark      string   `json:"remark,omitempty"`
}

// Limits of a receipt, as its schema states them. Matching two receipts takes time by the product of their lines.
const (
	LinesMax    = 100
	quantityMax = 999
)

// amount is how many damages the line stands for, at least one.
func (l Line) amount() int { return max(1, l.Quantity) }

// list collects problems.
type list []Problem

func (l *list) unless(met bool, at string, check Check) {
	if !met {
		*l = append(*l, Problem{Check: check, At: at})
	}
}

// Problems checks damage lines on a container of the given size-type (ISO 6346). An empty size-type checks no sections.
func Problems(lines []Line, isoEquipmentCode string) []Problem {
	var found list
	if len(lines) > LinesMax {
		return append(found, Problem{Check: TooMany})
	}
	for i, l := range lines {
		lineProblems(&found, fmt.Sprintf("/%d", i), l, isoEquipmentCode)
	}
	return found
}

func lineProblems(found *list, at string, l Line, isoEquipmentCode string) {
	where, ok := ParseLocation(l.Location)
	found.unless(ok, at+"/location", LocationForm)
	found.unless(!ok || where.isOn(isoEquipmentCode), at+"/location", SectionOnContainer)
	_, listed := TypeOf(l.Type)
	formed := typeForm.MatchString(l.Type)
	found.unless(formed, at+"/damageType", TypeForm)
	found.unless(!formed || listed || strings.TrimSpace(l.Remark) != "", at+"/remark", UnlistedNeedsWords)
	found.unless(l.Quantity >= 0 && l.Quantity <= quantityMax, at+"/quantity", QuantityRange)
	found.unless(l.Side == "" || l.Side == User || l.Side == Owner || l.Side == ThirdParty, at+"/responsibility", SideKnown)
}
