package content

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/chaincode/identifier"
)

// Place is where a leg begins or ends, or where a bill says that the carriage does: a UN/LOCODE, and the facility there where
// it is stated.
type Place struct {
	UNLocationCode           string `json:"UNLocationCode"`
	FacilityCodeListProvider string `json:"facilityCodeListProvider"`
	FacilityCode             string `json:"facilityCode"`
}

// Leg is one stage of a multimodal carriage.
type Leg struct {
	Sequence int
	Mode     string
	From, To Place
	// Raw is the leg as it stands in the document, which becomes a piece of its own.
	Raw jsontext.Value
}

// Handover is what the ledger's rules need of a hand-over between carriers.
type Handover struct {
	At          time.Time // in UTC
	SealsIntact bool
}

// LegDocument is a consignment note as it is registered: the reference is unique with its carrier.
type LegDocument struct {
	Type      string `json:"type"`
	Reference string `json:"reference"`
}

// Amount is a through charge or a share of one: decimal text and ISO 4217 code.
type Amount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

type legsDocument struct {
	Legs []struct {
		Sequence  int    `json:"legSequence"`
		Mode      string `json:"modeOfTransport"`
		Performer *coded `json:"performingCarrier"`
		From      Place  `json:"fromLocation"`
		To        Place  `json:"toLocation"`
		Departure string `json:"plannedDeparture"`
		Arrival   string `json:"plannedArrival"`
	} `json:"legs"`
}

// LegsOf reads the legs from a checked list.
func LegsOf(raw []byte) ([]Leg, error) {
	d, err := decode[legsDocument](raw)
	if err != nil {
		return nil, err
	}
	texts, err := decode[struct {
		Legs []jsontext.Value `json:"legs"`
	}](raw)
	if err != nil {
		return nil, err
	}
	all := make([]Leg, len(d.Legs))
	for i, l := range d.Legs {
		all[i] = Leg{Sequence: l.Sequence, Mode: l.Mode, From: l.From, To: l.To, Raw: texts.Legs[i]}
	}
	return all, nil
}

// HandoverOf reads the view from a checked hand-over.
func HandoverOf(raw []byte) (Handover, error) {
	d, err := decode[handoverDocument](raw)
	at, _ := parseTime(d.At)
	return Handover{At: at, SealsIntact: d.Intact}, err
}

// LegEventOf reads when a checked departure or arrival was.
func LegEventOf(raw []byte) (time.Time, error) {
	d, err := decode[struct {
		At string `json:"dateTime"`
	}](raw)
	at, _ := parseTime(d.At)
	return at, err
}

// LegDocumentOf reads the view from a checked leg document.
func LegDocumentOf(raw []byte) (LegDocument, error) { return decode[LegDocument](raw) }

// AmountOf reads a checked through charge or share.
func AmountOf(raw []byte) (Amount, error) { return decode[Amount](raw) }

// RouteOf reads from a checked transport document where the carriage begins and where it ends: at the place of receipt, or
// else the port of loading; at the place of delivery, or else the port of discharge (domain facts 3.3).
func RouteOf(raw []byte) (from, to Place, err error) {
	d, err := decode[struct {
		Transports struct {
			Receipt   *location `json:"placeOfReceipt"`
			Loading   location  `json:"portOfLoading"`
			Discharge location  `json:"portOfDischarge"`
			Delivery  *location `json:"placeOfDelivery"`
		} `json:"transports"`
	}](raw)
	if err != nil {
		return from, to, err
	}
	first, last := d.Transports.Loading, d.Transports.Discharge
	if d.Transports.Receipt != nil {
		first = *d.Transports.Receipt
	}
	if d.Transports.Delivery != nil {
		last = *d.Transports.Delivery
	}
	return first.place(), last.place(), nil
}

func (l location) place() Place {
	p := Place{UNLocationCode: l.UNLocationCode}
	if l.Facility != nil {
		p.FacilityCode, p.FacilityCodeListProvider = l.Facility.Code, l.Facility.Provider
	}
	return p
}

// legsProblems: legs follow each other in place and time, and make a carriage by at least two modes 两种以上运输方式.
func legsProblems(d legsDocument) []Problem {
	var found list
	var modes []string
	for i, l := range d.Legs {
		at := fmt.Sprintf("/legs/%d", i)
		found.unless(l.Sequence == i+1, at+"/legSequence", "leg-in-order")
		if l.Performer != nil {
			codeProblems(&found, at+"/performingCarrier", l.Performer.Codes)
		}
		placeProblems(&found, at+"/fromLocation", l.From)
		placeProblems(&found, at+"/toLocation", l.To)
		departure, _ := parseTime(l.Departure)
		arrival, _ := parseTime(l.Arrival)
		found.unless(departure.Before(arrival), at+"/plannedArrival", "arrives-after-departure")
		if i > 0 {
			before, _ := parseTime(d.Legs[i-1].Arrival)
			found.unless(l.From == d.Legs[i-1].To, at+"/fromLocation", "legs-join")
			found.unless(!departure.Before(before), at+"/plannedDeparture", "leaves-after-arrival")
		}
		if !slices.Contains(modes, l.Mode) {
			modes = append(modes, l.Mode)
		}
	}
	found.unless(len(modes) > 1, "/legs", "two-modes")
	return found
}

func placeProblems(found *list, at string, p Place) {
	found.unless((p.FacilityCode == "") == (p.FacilityCodeListProvider == ""), at+"/facilityCode", "facility-and-list")
	if p.FacilityCode != "" && p.FacilityCodeListProvider != "" {
		found.unless(identifier.FacilityCode(p.FacilityCodeListProvider, p.FacilityCode) == nil, at+"/facilityCode", identifier.KindFacilityCode)
	}
}

type handoverDocument struct {
	At     string `json:"dateTime"`
	Intact bool   `json:"sealsIntact"`
	Seals  []struct {
		Condition string `json:"condition"`
	} `json:"seals"`
	Remarks string `json:"remarks"`
}

// handoverProblems: a seal that is not right is told of, and the seals that are listed bear out what is said of them.
func handoverProblems(d handoverDocument) []Problem {
	var found list
	found.unless(d.Intact || d.Remarks != "", "/remarks", "broken-seal-needs-remark")
	for i, s := range d.Seals {
		found.unless(!d.Intact || s.Condition == "RIGHT", fmt.Sprintf("/seals/%d/condition", i), "seals-intact")
	}
	return found
}

// PickupOf reads the pick-up place from a checked amendment of a release order; nil where it names none.
func PickupOf(raw []byte) (*Facility, error) {
	d, err := decode[struct {
		Pickup *Facility `json:"pickupLocation"`
	}](raw)
	return d.Pickup, err
}
