package content

import (
	"fmt"
	"math/big"

	"github.com/go-json-experiment/json/jsontext"
)

// Load is what a transport document says of one container: packages, and gross weight in kilograms, exactly.
type Load struct {
	Container string
	Packages  *big.Rat
	Kilograms *big.Rat
}

// pound is a pound (LBR, UN/CEFACT Recommendation 20) in kilograms, exactly.
var pound = big.NewRat(45359237, 100000000)

// kilograms is a weight in KGM or LBR, exactly.
func kilograms(value, unit string) *big.Rat {
	weight := number(value)
	if unit == "LBR" {
		weight.Mul(weight, pound)
	}
	return weight
}

// loads adds up the cargo items of each container, in the order of the containers.
func loads(d billDocument) []Load {
	all := make([]Load, len(d.Equipments))
	for i, e := range d.Equipments {
		all[i] = Load{Container: e.Equipment.Reference, Packages: new(big.Rat), Kilograms: new(big.Rat)}
		for _, c := range d.Consignments {
			for _, item := range c.CargoItems {
				if item.EquipmentReference != all[i].Container {
					continue
				}
				all[i].Kilograms.Add(all[i].Kilograms, kilograms(string(item.GrossWeight.Value), item.GrossWeight.Unit))
				all[i].Packages.Add(all[i].Packages, number(string(item.Outer.Packages)))
			}
		}
	}
	return all
}

// LoadsOf reads what a checked transport document says of its containers.
func LoadsOf(raw []byte) ([]Load, error) {
	d, err := decode[billDocument](raw)
	return loads(d), err
}

// Replacement is one of the transport documents of a reissue. Raw is the document as it stands there, which becomes a
// content of its own.
type Replacement struct {
	Bill
	Raw jsontext.Value
}

// ReissueOf reads the transport documents from a checked reissue.
func ReissueOf(raw []byte) ([]Replacement, error) {
	d, err := decode[reissueDocument](raw)
	if err != nil {
		return nil, err
	}
	all := make([]Replacement, len(d.Bills))
	for i, bill := range d.Bills {
		view, err := BillOf(bill)
		if err != nil {
			return nil, err
		}
		all[i] = Replacement{Bill: view, Raw: bill}
	}
	return all, nil
}

type reissueDocument struct {
	Bills []jsontext.Value `json:"bills"`
}

// reissueProblems are those of each document, and numbers that are given twice.
func reissueProblems(d reissueDocument) []Problem {
	var found list
	numbers, containers := map[string]bool{}, map[string]bool{}
	for i, raw := range d.Bills {
		at := fmt.Sprintf("/bills/%d", i)
		bill, err := decode[billDocument](raw)
		if err != nil {
			found.add(at, CheckType)
			continue
		}
		for _, p := range billProblems(bill) {
			found.add(at+p.At, p.Check)
		}
		found.unless(!numbers[bill.Reference], at+"/transportDocumentReference", "bill-once")
		numbers[bill.Reference] = true
		// A container is handed over whole, so it stands on one bill only: two holders could not both get it.
		for j, e := range bill.Equipments {
			found.unless(!containers[e.Equipment.Reference], fmt.Sprintf("%s/utilizedTransportEquipments/%d/equipment/equipmentReference", at, j), "container-once")
		}
		for _, e := range bill.Equipments {
			containers[e.Equipment.Reference] = true
		}
	}
	return found
}

// PaperOf reads the serial numbers of the originals from a checked list.
func PaperOf(raw []byte) ([]string, error) {
	d, err := decode[struct {
		Serials []string `json:"serials"`
	}](raw)
	return d.Serials, err
}

// OriginalOf reads the serial number from a checked original.
func OriginalOf(raw []byte) (string, error) {
	d, err := decode[struct {
		Serial string `json:"serial"`
	}](raw)
	return d.Serial, err
}
