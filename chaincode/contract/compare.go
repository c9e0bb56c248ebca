package contract

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"portledger/chaincode/damage"
	"portledger/chaincode/fault"
)

// stated is what a release line or a gate sheet says of a container, as far as rule X-14 compares it.
type stated struct {
	Container   string    `json:"equipmentReference"`
	SizeType    string    `json:"ISOEquipmentCode"`
	GrossWeight *quantity `json:"grossWeight"`
	Seals       []struct {
		damage.Seal
		Replaces string `json:"replaces"`
	} `json:"seals"`
	Condition string        `json:"condition"`
	Damages   []damage.Line `json:"damages"`
	Reefer    *struct {
		// Setpoint is a gate sheet's, in Celsius; ActiveReeferSettings are a release line's.
		Setpoint             string `json:"setpoint"`
		ActiveReeferSettings *struct {
			Setpoint json.Number `json:"temperatureSetpoint"`
			Unit     string      `json:"temperatureUnit"`
		} `json:"activeReeferSettings"`
	} `json:"reefer"`
}

type quantity struct {
	Value string `json:"value"`
	Unit  string `json:"unit"`
}

func statedIn(raw []byte) (s stated, err error) {
	if err = json.Unmarshal(raw, &s); err != nil {
		err = fmt.Errorf("read paper to compare: %w", err)
	}
	return s, err
}

// record is the paper as rule X-14 compares it. A number that cannot be read is not stated: the paper's own schema has
// checked its form.
func (s stated) record(places damage.Places) damage.Record {
	r := damage.Record{Container: s.Container, SizeType: s.SizeType, Places: places}
	if s.Seals != nil {
		r.Seals = []damage.Seal{}
	}
	for _, seal := range s.Seals {
		r.Seals = append(r.Seals, seal.Seal)
	}
	if w := s.GrossWeight; w != nil {
		if value, err := decimal.NewFromString(w.Value); err == nil {
			r.Weight = &damage.Weight{Value: value, Unit: w.Unit}
		}
	}
	if s.Reefer == nil {
		return r
	}
	text, unit := s.Reefer.Setpoint, "CEL"
	if a := s.Reefer.ActiveReeferSettings; a != nil {
		text, unit = a.Setpoint.String(), a.Unit
	}
	if value, err := decimal.NewFromString(text); err == nil {
		r.Setpoint = &damage.Setpoint{Value: value, Unit: unit}
	}
	return r
}

// reseals are the resealings that a sheet tells of: seals put on in place of others.
func (s stated) reseals() []damage.Reseal {
	var all []damage.Reseal
	for _, seal := range s.Seals {
		if seal.Replaces != "" {
			all = append(all, damage.Reseal{Removed: []string{seal.Replaces}, Affixed: []damage.Seal{seal.Seal}})
		}
	}
	return all
}

// isEvidence tells whether the sheet of a container that leaves speaks of damage, or of a seal that is not right or was
// changed (rule X-20).
func (s stated) isEvidence() bool {
	if s.Condition == "DAMAGED" {
		return true
	}
	for _, seal := range s.Seals {
		if seal.Replaces != "" || (seal.Condition != "" && seal.Condition != damage.SealRight) {
			return true
		}
	}
	return false
}

// differences is rule X-14: what an earlier paper of the container says against the gate sheet.
func differences(earlier []byte, places damage.Places, sheet []byte) (damage.Report, error) {
	was, err := statedIn(earlier)
	if err != nil {
		return nil, err
	}
	is, err := statedIn(sheet)
	if err != nil {
		return nil, err
	}
	return damage.Compare(was.record(places), is.record(damage.SheetPlaces), is.reseals()), nil
}

// agrees refuses a sheet whose container or seals differ from the earlier paper (rule X-14). Whatever else differs is
// told to those who read both.
func agrees(earlier []byte, places damage.Places, sheet []byte) error {
	report, err := differences(earlier, places, sheet)
	if err != nil {
		return err
	}
	for _, d := range report {
		switch {
		case !d.Blocks:
		case d.Field == damage.FieldContainer:
			return fault.New(fault.ContainerMismatch).By("X-14").In("/content" + d.Other)
		default:
			return fault.New(fault.SealMismatch).By("X-14").In("/content" + d.Other)
		}
	}
	return nil
}

// newDamages are the damages on the way in that were not there on the way out (domain facts 5.3): the user's.
func newDamages(in, out []byte) ([]damage.Liability, error) {
	back, err := statedIn(in)
	if err != nil {
		return nil, err
	}
	left, err := statedIn(out)
	if err != nil {
		return nil, err
	}
	return damage.New(back.Damages, left.Damages), nil
}
