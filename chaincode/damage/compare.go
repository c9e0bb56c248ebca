package damage

import "github.com/shopspring/decimal"

// Record is what one paper says of a container, as far as rule X-14 compares it. What is nil or empty is not stated, and
// what only one paper states is no difference.
type Record struct {
	Container string // ISO 6346, for example CSQU3054383
	SizeType  string // ISO 6346, for example 45R1
	// Seals are those that the paper lists. Nil is a paper without a list; an empty list says that there are none.
	Seals    []Seal
	Weight   *Weight
	Setpoint *Setpoint
	Places   Places
}

// Places are the JSON pointers of a record's fields in its paper; that of the seals is the list's.
type Places struct {
	Container, SizeType, Seals, Weight, Setpoint string
}

// Places of the ledger's own papers.
var (
	LinePlaces = Places{"/equipmentReference", "/ISOEquipmentCode", "/seals", "/grossWeight",
		"/reefer/activeReeferSettings/temperatureSetpoint"}
	SheetPlaces = Places{"/equipmentReference", "/ISOEquipmentCode", "/seals", "/grossWeight", "/reefer/setpoint"}
)

// Under puts the place of an object in front: a bill's container is one of many.
func (p Places) Under(place string) Places {
	return Places{place + p.Container, place + p.SizeType, place + p.Seals, place + p.Weight, place + p.Setpoint}
}

// BillPlaces are those in one of a bill's utilizedTransportEquipments. A bill has its weight by cargo item and not by
// container, so that place is the caller's to name.
func BillPlaces(equipment string) Places {
	return Places{Container: "/equipment/equipmentReference", SizeType: "/equipment/ISOEquipmentCode", Seals: "/seals",
		Setpoint: "/activeReeferSettings/temperatureSetpoint"}.Under(equipment)
}

// Setpoint is a set-point as the paper states it. A gate sheet's is in CEL.
type Setpoint struct {
	Value decimal.Decimal
	Unit  string // CEL or FAH
}

// Field is what two papers differ in, by DCSA's name.
type Field string

// The fields of rule X-14.
const (
	FieldContainer Field = "equipmentReference"
	FieldSizeType  Field = "ISOEquipmentCode"
	FieldSeals     Field = "seals"
	FieldWeight    Field = "grossWeight"
	FieldSetpoint  Field = "temperatureSetpoint"
)

// How says in which way a field differs.
type How string

// The ways.
const (
	OtherValue     How = "other-value"
	NotComparable  How = "not-comparable" // a unit or a size of number that is not ours
	SealGone       How = "seal-gone"      // listed before and not now, or now MISSING
	SealAdded      How = "seal-added"     // not listed before, or then MISSING
	OtherSource    How = "other-source"   // the same number, affixed by another party
	OtherCondition How = "other-condition"
	BeyondHalf     How = "beyond-half-percent"
)

// Difference is one entry of the compare report.
type Difference struct {
	Field  Field  `json:"field"`
	How    How    `json:"how"`
	At     string `json:"at"`     // in the earlier paper
	Other  string `json:"other"`  // in the later one
	Blocks bool   `json:"blocks"` // the container may not pass; otherwise the difference is only reported
}

// Report is the compare report of rule X-14, in the order of the fields. An empty one is agreement.
type Report []Difference

// Blocks tells whether any difference stops the container.
func (r Report) Blocks() bool {
	for _, d := range r {
		if d.Blocks {
			return true
		}
	}
	return false
}

// Compare compares two papers of one container, the earlier with the later one. reseals are the events between the two,
// in the order of time: what they explain is no difference. A difference of container number or seal blocks, any other
// is reported (rule X-14).
func Compare(earlier, later Record, reseals []Reseal) Report {
	var found Report
	text := func(f Field, a, b, at, other string, blocks bool) {
		if a != "" && b != "" && a != b {
			found = append(found, Difference{Field: f, How: OtherValue, At: at, Other: other, Blocks: blocks})
		}
	}
	a, b := earlier.Places, later.Places
	text(FieldContainer, earlier.Container, later.Container, a.Container, b.Container, true)
	text(FieldSizeType, earlier.SizeType, later.SizeType, a.SizeType, b.SizeType, false)
	found = append(found, compareSeals(earlier, later, reseals)...)
	measure := func(f Field, how How, at, other string) {
		if how != "" {
			found = append(found, Difference{Field: f, How: how, At: at, Other: other})
		}
	}
	measure(FieldWeight, compareWeights(earlier.Weight, later.Weight), a.Weight, b.Weight)
	measure(FieldSetpoint, compareSetpoints(earlier.Setpoint, later.Setpoint), a.Setpoint, b.Setpoint)
	return found
}
