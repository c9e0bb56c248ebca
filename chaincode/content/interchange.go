package content

import (
	"fmt"
	"time"

	"portledger/chaincode/identifier"
)

// Authority is what the ledger's rules need of an interchange authority 放箱.
type Authority struct {
	EIRType            string    `json:"eirType"`
	EquipmentReference string    `json:"equipmentReference"`
	ISOEquipmentCode   string    `json:"ISOEquipmentCode"`
	FullEmpty          string    `json:"fullEmpty"`
	PickupFacility     *Facility `json:"pickupFacility"`
	ReturnFacility     *Facility `json:"returnFacility"`
	Deadline           time.Time `json:"-"` // in UTC
	FreeDays           int       `json:"freeDays"`
	BookingReference   string    `json:"bookingReference"`
}

// GateSheet is what the ledger's rules need of an interchange receipt filled at the gate.
type GateSheet struct {
	EIRType            string
	EquipmentReference string
	ISOEquipmentCode   string
	FullEmpty          string
	Facility           Facility
	At                 time.Time // of the gate move, in UTC
	TruckPlate         string
	GrossWeight        *Weight
	Seals              []GateSeal
	Condition          string // SOUND or DAMAGED
	ReleaseCodeProof   string // that the driver told the code of the appointment; see ReleaseCode
}

// GateSeal is a seal as the gate found it.
type GateSeal struct {
	Number    string `json:"number"`
	Source    string `json:"source"`
	Condition string `json:"condition"` // RIGHT, DAMAGED, MISSING, BROKEN or FAULTY
	// Replaces is the seal that this one was put on for, where the container was opened on the way.
	Replaces string `json:"replaces"`
}

// Assignment is what the ledger's rules need of a container assigned to an authority 配箱.
type Assignment struct {
	EquipmentReference string `json:"equipmentReference"`
	ISOEquipmentCode   string `json:"ISOEquipmentCode"`
}

// Statement is what the ledger's rules need of a remark, dispute, addendum or ruling: what of the sheet it is about, as
// JSON pointers into it.
type Statement struct {
	Lines   []string `json:"lines"`
	Damages []damage `json:"damages"`
}

// AssignmentOf reads the view from a checked assignment.
func AssignmentOf(raw []byte) (Assignment, error) { return decode[Assignment](raw) }

// StatementOf reads the view from a checked statement.
func StatementOf(raw []byte) (Statement, error) { return decode[Statement](raw) }

func statementProblems(s Statement) []Problem {
	var found list
	for i, d := range s.Damages {
		found.unless(damageTypes[d.Type] || d.Remark != "", fmt.Sprintf("/damages/%d/remark", i), "unlisted-damage-needs-remark")
	}
	return found
}

type authorityDocument struct {
	Authority
	DeadlineT string `json:"deadline"`
	Operator  *coded `json:"operator"`
	User      *coded `json:"user"`
	Trucker   *coded `json:"trucker"`
}

type gateSheetDocument struct {
	EIRType            string `json:"eirType"`
	EquipmentReference string `json:"equipmentReference"`
	ISOCode            string `json:"ISOEquipmentCode"`
	FullEmpty          string `json:"fullEmpty"`
	Gate               struct {
		Facility Facility `json:"facility"`
		At       string   `json:"at"`
	} `json:"gate"`
	Truck struct {
		Plate string `json:"plate"`
	} `json:"truck"`
	GrossWeight *Weight    `json:"grossWeight"`
	Seals       []GateSeal `json:"seals"`
	Condition   string     `json:"condition"`
	Damages     []damage   `json:"damages"`
	Reefer      *struct{}  `json:"reefer"`
	Photos      []struct {
		Hash string `json:"hash"`
	} `json:"photos"`
	ReleaseCodeProof string `json:"releaseCodeProof"`
}

type damage struct {
	Location    string   `json:"location"`
	Type        string   `json:"damageType"`
	Remark      string   `json:"remark"`
	PhotoHashes []string `json:"photoHashes"`
}

// AuthorityOf reads the view from a checked authority.
func AuthorityOf(raw []byte) (Authority, error) {
	d, err := decode[authorityDocument](raw)
	if err != nil {
		return Authority{}, err
	}
	d.Authority.Deadline, _ = parseTime(d.DeadlineT)
	return d.Authority, nil
}

// GateSheetOf reads the view from a checked gate sheet.
func GateSheetOf(raw []byte) (GateSheet, error) {
	d, err := decode[gateSheetDocument](raw)
	if err != nil {
		return GateSheet{}, err
	}
	at, _ := parseTime(d.Gate.At)
	return GateSheet{
		EIRType: d.EIRType, EquipmentReference: d.EquipmentReference, ISOEquipmentCode: d.ISOCode, FullEmpty: d.FullEmpty,
		Facility: d.Gate.Facility, At: at, TruckPlate: d.Truck.Plate, GrossWeight: d.GrossWeight,
		Seals: d.Seals, Condition: d.Condition, ReleaseCodeProof: d.ReleaseCodeProof,
	}, nil
}

// loadOf tells whether a type of interchange moves a full or an empty container; a transfer may do either.
var loadOf = map[string]string{"OUT_FULL": "FULL", "IN_FULL": "FULL", "OUT_EMPTY": "EMPTY", "IN_EMPTY": "EMPTY"}

func loadProblems(found *list, eirType, fullEmpty string) {
	want := loadOf[eirType]
	found.unless(want == "" || want == fullEmpty, "/fullEmpty", "type-and-load")
}

func authorityProblems(d authorityDocument) []Problem {
	var found list
	loadProblems(&found, d.EIRType, d.FullEmpty)
	facilityProblems(&found, "/pickupFacility", d.PickupFacility)
	facilityProblems(&found, "/returnFacility", d.ReturnFacility)
	out := d.EIRType == "OUT_FULL" || d.EIRType == "OUT_EMPTY" || d.EIRType == "TRANSFER"
	in := d.EIRType == "IN_FULL" || d.EIRType == "IN_EMPTY" || d.EIRType == "TRANSFER"
	found.unless(!out || d.PickupFacility != nil, "/pickupFacility", "out-needs-pickup")
	found.unless(!in || d.ReturnFacility != nil, "/returnFacility", "in-needs-return")
	export := d.EIRType == "OUT_EMPTY" || d.EIRType == "IN_FULL"
	found.unless(!export || d.BookingReference != "", "/bookingReference", "export-needs-booking")
	found.unless(d.EIRType == "OUT_EMPTY" || d.EquipmentReference != "", "/equipmentReference", "required")
	for _, named := range []struct {
		at    string
		party *coded
	}{{"/operator", d.Operator}, {"/user", d.User}, {"/trucker", d.Trucker}} {
		if named.party != nil {
			codeProblems(&found, named.at, named.party.Codes)
		}
	}
	return found
}

// damageTypes are the CEDEX damage types in use (ISO 9897). Another code of two letters needs a remark.
var damageTypes = map[string]bool{
	"BT": true, "BW": true, "BR": true, "BO": true, "BN": true, "CK": true, "CO": true, "CT": true, "CU": true,
	"DL": true, "DT": true, "DY": true, "FZ": true, "GD": true, "HO": true, "IR": true, "LK": true, "LO": true,
	"ML": true, "MS": true, "NI": true, "OD": true, "OL": true, "PF": true, "RO": true, "SC": true, "WM": true, "WT": true,
}

func gateSheetProblems(d gateSheetDocument) []Problem {
	var found list
	loadProblems(&found, d.EIRType, d.FullEmpty)
	facilityProblems(&found, "/gate/facility", &d.Gate.Facility)
	found.unless(d.FullEmpty != "FULL" || len(d.Seals) > 0, "/seals", "full-needs-seal")
	found.unless(d.Reefer == nil || identifier.IsReefer(d.ISOCode), "/reefer", "only-for-reefers")
	found.unless((d.Condition == "DAMAGED") == (len(d.Damages) > 0), "/damages", "condition-and-damages")
	seals := map[string]bool{}
	for i, s := range d.Seals {
		found.unless(!seals[s.Number], fmt.Sprintf("/seals/%d/number", i), "seal-once")
		seals[s.Number] = true
	}
	photos := map[string]bool{}
	for _, p := range d.Photos {
		photos[p.Hash] = true
	}
	for i, dmg := range d.Damages {
		at := fmt.Sprintf("/damages/%d", i)
		found.unless(damageTypes[dmg.Type] || dmg.Remark != "", at+"/remark", "unlisted-damage-needs-remark")
		for j, hash := range dmg.PhotoHashes {
			found.unless(photos[hash], fmt.Sprintf("%s/photoHashes/%d", at, j), "known-photo")
		}
	}
	return found
}
