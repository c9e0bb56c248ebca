package content

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/chaincode/reefer"
)

// LineReefer is what a release line agrees about its cold (domain facts 4.5).
type LineReefer struct {
	Settings reefer.Settings
	// Reason is why the settings are not the bill's (rule X-14).
	Reason string
	// Terms are what measurements are held against.
	Terms reefer.Terms
	PTI   *reefer.PTI
	// Genset tells whether the road leg needs a generator set.
	Genset bool
}

type lineReeferDocument struct {
	Reefer *struct {
		Settings  reefer.Settings   `json:"activeReeferSettings"`
		Reason    string            `json:"settingsDifferenceReason"`
		Tolerance *reefer.Tolerance `json:"tolerance"`
		PowerOff  *int              `json:"maxPowerOffMinutes"`
		PTI       *reefer.PTI       `json:"pti"`
		Genset    struct {
			Required bool `json:"required"`
		} `json:"genset"`
	} `json:"reefer"`
}

// lineReeferOf reads the reefer block of a checked release line; nil where there is none.
func lineReeferOf(raw []byte) (*LineReefer, error) {
	d, err := decode[lineReeferDocument](raw)
	if err != nil || d.Reefer == nil {
		return nil, err
	}
	r := d.Reefer
	l := &LineReefer{Settings: r.Settings, Reason: r.Reason, PTI: r.PTI, Genset: r.Genset.Required,
		Terms: reefer.Terms{Temperature: r.Tolerance, MaxPowerOffMinutes: r.PowerOff}}
	if setpoint, known := r.Settings.Setpoint(); known {
		celsius := setpoint.InCelsius()
		l.Terms.Setpoint = &celsius
	}
	return l, nil
}

type billReefersDocument struct {
	Equipments []struct {
		Settings *reefer.Settings `json:"activeReeferSettings"`
	} `json:"utilizedTransportEquipments"`
}

// PlugEventOf reads a checked plug event.
func PlugEventOf(raw []byte) (reefer.PlugEvent, error) { return decode[reefer.PlugEvent](raw) }

// PlugCorrectionOf reads a checked correction of a plug event.
func PlugCorrectionOf(raw []byte) (reefer.Correction, error) { return decode[reefer.Correction](raw) }

// CertificateOf reads a checked certificate.
func CertificateOf(raw []byte) (reefer.Certificate, error) { return decode[reefer.Certificate](raw) }

// ReeferReadings are a report of readings: the summary, the excursions that it claims and, where they came along, the
// readings themselves with the bytes that the summary's hash is of.
type ReeferReadings struct {
	Summary   reefer.Summary
	Claims    []reefer.Claim
	Data      []reefer.Reading
	Canonical []byte
}

type readingsDocument struct {
	Summary reefer.Summary `json:"readings"`
	Claims  []reefer.Claim `json:"excursions"`
	Data    jsontext.Value `json:"data"`
}

// ReeferReadingsOf reads a checked report.
func ReeferReadingsOf(raw []byte) (ReeferReadings, error) {
	d, err := decode[readingsDocument](raw)
	if err != nil {
		return ReeferReadings{}, err
	}
	r := ReeferReadings{Summary: d.Summary, Claims: d.Claims}
	if d.Data == nil {
		return r, nil
	}
	if r.Data, err = decode[[]reefer.Reading](d.Data); err != nil {
		return ReeferReadings{}, err
	}
	r.Canonical, err = Canonical(d.Data)
	return r, err
}

// reportProblems are the field rules of a report, with its readings or without them.
func reportProblems(raw []byte) ([]Problem, error) {
	r, err := ReeferReadingsOf(raw)
	if err != nil {
		return nil, err
	}
	found := problemsOf("/readings", r.Summary.Problems())
	if r.Data == nil {
		return found, nil
	}
	series, problems := reefer.NewSeries(r.Data)
	if len(problems) > 0 {
		return append(found, problemsOf("/data", problems)...), nil
	}
	return append(found, problemsOf("/readings", r.Summary.Verify(series, r.Canonical))...), nil
}

func problemsOf(at string, problems []reefer.Problem) []Problem {
	found := make([]Problem, 0, len(problems))
	for _, p := range problems {
		found = append(found, Problem{At: at + p.At, Check: string(p.Check)})
	}
	return found
}

// Acknowledgement names excursions that somebody takes note of.
type Acknowledgement struct {
	Excursions []int  `json:"excursions"`
	Note       string `json:"note"`
}

// AcknowledgementOf reads a checked acknowledgement.
func AcknowledgementOf(raw []byte) (Acknowledgement, error) { return decode[Acknowledgement](raw) }

// Road is what a truck brings for a reefer, as an appointment or a gate sheet tells it, and when.
type Road struct {
	Genset string
	At     time.Time // of the gate; zero in an appointment
}

type roadDocument struct {
	Genset string `json:"genset"`
	Gate   struct {
		At time.Time `json:"at"`
	} `json:"gate"`
}

// RoadOf reads the view from a checked appointment or gate sheet.
func RoadOf(raw []byte) (Road, error) {
	d, err := decode[roadDocument](raw)
	return Road{Genset: d.Genset, At: d.Gate.At.UTC()}, err
}
