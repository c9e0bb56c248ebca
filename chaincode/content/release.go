package content

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/chaincode/identifier"
)

// Release is what the ledger's rules need of a release order.
type Release struct {
	TransportDocumentReference string        `json:"transportDocumentReference"`
	CarrierCode                string        `json:"carrierCode"`
	CarrierCodeListProvider    string        `json:"carrierCodeListProvider"`
	PickupLocation             Facility      `json:"pickupLocation"`
	ReturnLocation             *Facility     `json:"returnLocation"`
	Direct                     bool          `json:"isDirectDeliveryRequired"`
	Priority                   string        `json:"priority"`
	Lines                      []ReleaseLine `json:"-"`
}

// ReleaseLine is one container of a release order. Raw is the line as it stands in the document, which is a
// content of its own: who holds the right to one container sees that line and no other.
type ReleaseLine struct {
	EquipmentReference string         `json:"equipmentReference"`
	ISOEquipmentCode   string         `json:"ISOEquipmentCode"`
	FullEmpty          string         `json:"fullEmpty"` // FULL or EMPTY
	GrossWeight        *Weight        `json:"grossWeight"`
	Seals              []string       `json:"-"`
	NonOperating       bool           `json:"isNonOperatingReefer"`
	ShipperOwned       bool           `json:"isShipperOwned"`
	Dangerous          []struct{}     `json:"dangerousGoods"` // how many entries is all that matters here
	Reefer             *LineReefer    `json:"-"`              // nil for a container that does not cool
	Raw                jsontext.Value `json:"-"`
}

// Weight is an amount with its unit: KGM or LBR. The value is decimal text.
type Weight struct {
	Value string `json:"value"`
	Unit  string `json:"unit"`
}

// Facility is a terminal or depot: a UN/LOCODE and a code in the list of SMDG or BIC. Two are the same when all
// three texts are.
type Facility struct {
	UNLocationCode           string `json:"UNLocationCode"`
	FacilityCodeListProvider string `json:"facilityCodeListProvider"`
	FacilityCode             string `json:"facilityCode"`
}

// ReleaseOf reads the view from a checked release order.
func ReleaseOf(raw []byte) (Release, error) {
	type lines struct {
		Lines []jsontext.Value `json:"lines"`
	}
	r, err := decode[Release](raw)
	if err != nil {
		return Release{}, err
	}
	l, err := decode[lines](raw)
	if err != nil {
		return Release{}, err
	}
	for _, line := range l.Lines {
		view, err := ReleaseLineOf(line)
		if err != nil {
			return Release{}, err
		}
		r.Lines = append(r.Lines, view)
	}
	return r, nil
}

// ReleaseLineOf reads the view from a checked release line.
func ReleaseLineOf(raw []byte) (ReleaseLine, error) {
	l, err := decode[ReleaseLine](raw)
	if err != nil {
		return ReleaseLine{}, err
	}
	d, err := decode[lineDocument](raw)
	if err != nil {
		return ReleaseLine{}, err
	}
	l.Seals, l.Raw = sealNumbers(d.Seals), raw
	l.Reefer, err = lineReeferOf(raw)
	return l, err
}

type releaseDocument struct {
	CarrierCode             string         `json:"carrierCode"`
	CarrierCodeListProvider string         `json:"carrierCodeListProvider"`
	ReleaseTo               *coded         `json:"releaseToParty"`
	Notify                  []coded        `json:"notifyParties"`
	Pickup                  *Facility      `json:"pickupLocation"`
	Return                  *Facility      `json:"returnLocation"`
	Lines                   []lineDocument `json:"lines"`
}

type lineDocument struct {
	EquipmentReference string       `json:"equipmentReference"`
	ISOCode            string       `json:"ISOEquipmentCode"`
	FullEmpty          string       `json:"fullEmpty"`
	Seals              []seal       `json:"seals"`
	NonOperating       bool         `json:"isNonOperatingReefer"`
	Reefer             *reeferBlock `json:"reefer"`
	EmptyReturn        *Facility    `json:"emptyReturnLocation"`
}

type reeferBlock struct {
	Settings  reeferSettings `json:"activeReeferSettings"`
	Class     string         `json:"temperatureClass"`
	Tolerance *struct {
		Low  string `json:"low"`
		High string `json:"high"`
	} `json:"tolerance"`
	PTI *struct {
		PerformedAt string `json:"performedAt"`
		ValidUntil  string `json:"validUntil"`
	} `json:"pti"`
}

func releaseProblems(d releaseDocument) []Problem {
	var found list
	found.unless(identifier.CarrierCode(d.CarrierCodeListProvider, d.CarrierCode) == nil, "/carrierCode", identifier.KindCarrierCode)
	facilityProblems(&found, "/pickupLocation", d.Pickup)
	facilityProblems(&found, "/returnLocation", d.Return)
	if d.ReleaseTo != nil {
		codeProblems(&found, "/releaseToParty", d.ReleaseTo.Codes)
	}
	for i, n := range d.Notify {
		codeProblems(&found, fmt.Sprintf("/notifyParties/%d", i), n.Codes)
	}
	seen := map[string]bool{}
	for i, l := range d.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		found.unless(!seen[l.EquipmentReference], at+"/equipmentReference", "container-once")
		seen[l.EquipmentReference] = true
		lineProblems(&found, at, l)
	}
	return found
}

func releaseLineProblems(d lineDocument) []Problem {
	var found list
	lineProblems(&found, "", d)
	return found
}

func lineProblems(found *list, at string, l lineDocument) {
	found.unless(l.FullEmpty != "FULL" || len(l.Seals) > 0, at+"/seals", "full-needs-seal")
	facilityProblems(found, at+"/emptyReturnLocation", l.EmptyReturn)
	cools := identifier.IsReefer(l.ISOCode)
	found.unless(!l.NonOperating || cools, at+"/isNonOperatingReefer", "only-for-reefers")
	if l.Reefer == nil {
		return
	}
	at += "/reefer"
	found.unless(cools && !l.NonOperating, at, "only-for-operating-reefers")
	reeferSettingsProblems(found, at+"/activeReeferSettings", l.Reefer.Settings)
	reeferBlockProblems(found, at, *l.Reefer)
}

func reeferBlockProblems(found *list, at string, r reeferBlock) {
	if r.Class != "" {
		s := r.Settings
		found.unless(s.Temperature != nil && classHolds(r.Class, celsiusOf(string(s.Temperature), s.TemperatureUnit)),
			at+"/temperatureClass", "class-holds-set-point")
	}
	if t := r.Tolerance; t != nil {
		found.unless(number(t.Low).Sign() >= 0, at+"/tolerance/low", "not-negative")
		found.unless(number(t.High).Sign() >= 0, at+"/tolerance/high", "not-negative")
	}
	if p := r.PTI; p != nil && p.ValidUntil != "" {
		found.unless(isOrdered(p.PerformedAt, p.ValidUntil), at+"/pti/validUntil", "times-in-order")
	}
}

func facilityProblems(found *list, at string, f *Facility) {
	if f != nil {
		found.unless(identifier.FacilityCode(f.FacilityCodeListProvider, f.FacilityCode) == nil, at+"/facilityCode", identifier.KindFacilityCode)
	}
}

// isOrdered tells whether two checked times follow one another; the same time twice does not.
func isOrdered(from, to string) bool {
	a, _ := parseTime(from)
	b, _ := parseTime(to)
	return a.Before(b)
}

// Appointment is what the ledger's rules need of a truck's appointment.
type Appointment struct {
	From, To   time.Time // the window at the terminal, in UTC
	TruckPlate string
	// ReleaseCode is nil where the appointment has none.
	ReleaseCode *ReleaseCode
}

type appointmentDocument struct {
	Window struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"window"`
	TruckPlate  string       `json:"truckPlate"`
	ReleaseCode *ReleaseCode `json:"releaseCode"`
}

// AppointmentOf reads the view from a checked appointment.
func AppointmentOf(raw []byte) (Appointment, error) {
	d, err := decode[appointmentDocument](raw)
	if err != nil {
		return Appointment{}, err
	}
	from, _ := parseTime(d.Window.From)
	to, _ := parseTime(d.Window.To)
	return Appointment{From: from, To: to, TruckPlate: d.TruckPlate, ReleaseCode: d.ReleaseCode}, nil
}

// appointmentWindowMax bounds an appointment; terminals use 1 to 2 hours.
const appointmentWindowMax = 24 * time.Hour

func appointmentProblems(d appointmentDocument) []Problem {
	var found list
	from, _ := parseTime(d.Window.From)
	to, _ := parseTime(d.Window.To)
	found.unless(from.Before(to), "/window/to", "times-in-order")
	found.unless(to.Sub(from) <= appointmentWindowMax, "/window/to", "window-within-a-day")
	return found
}
