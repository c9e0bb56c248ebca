package content

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/chaincode/identifier"
	"portledger/chaincode/reefer"
)

// Bill is what the ledger's rules need of a transport document.
type Bill struct {
	Reference               string // bill number 提单号
	TypeCode                string // BOL (bill of lading) or SWB (sea waybill)
	ToOrder                 bool
	Electronic              bool // false where the document says of itself that it is printed
	HasConsignee            bool
	HasEndorsee             bool
	CarrierCode             string
	CarrierCodeListProvider string
	IssueDate               string // local date, empty when not stated, as the next two
	ShippedOnBoardDate      string
	ReceivedForShipmentDate string
	Containers              []string // container numbers in the order of the document
	Equipments              []BillEquipment
	// Places are the UN/LOCODEs where the goods may be handed over: port of discharge and place of delivery, as far as stated.
	Places []string
	// Consolidated 拼箱 tells that the goods are handed over as less than a container's load: out of a freight station, and not in
	// the container.
	Consolidated bool
	// Voyages 航次 are the carrier's own voyage numbers, without spaces and in capitals, each once. Vessels are left out: their
	// names are written in many ways.
	Voyages []string
}

// BillEquipment is one container of a bill.
type BillEquipment struct {
	EquipmentReference string
	ISOEquipmentCode   string // empty when not stated
	ShipperOwned       bool
	Seals              []string
	Reefer             *reefer.Settings // nil for a container that does not cool
}

// BillOf reads the view from a checked transport document.
func BillOf(raw []byte) (Bill, error) {
	d, err := decode[billDocument](raw)
	if err != nil {
		return Bill{}, err
	}
	b := Bill{
		Reference: d.Reference, TypeCode: d.TypeCode, ToOrder: d.ToOrder, Electronic: d.Electronic,
		HasConsignee: d.Parties.Consignee != nil, HasEndorsee: d.Parties.Endorsee != nil,
		CarrierCode: d.CarrierCode, CarrierCodeListProvider: d.CarrierCodeListProvider,
		IssueDate: d.IssueDate, ShippedOnBoardDate: d.ShippedOnBoardDate, ReceivedForShipmentDate: d.ReceivedForShipmentDate,
		Voyages: voyages(d.Transports), Consolidated: d.MovementAtDestination == "LCL",
	}
	reefers, err := decode[billReefersDocument](raw)
	if err != nil {
		return Bill{}, err
	}
	for _, l := range []*location{d.Transports.PortOfDischarge, d.Transports.PlaceOfDelivery} {
		if l != nil && l.UNLocationCode != "" {
			b.Places = append(b.Places, l.UNLocationCode)
		}
	}
	for i, e := range d.Equipments {
		b.Containers = append(b.Containers, e.Equipment.Reference)
		b.Equipments = append(b.Equipments, BillEquipment{
			EquipmentReference: e.Equipment.Reference, ISOEquipmentCode: e.Equipment.ISOCode,
			ShipperOwned: e.ShipperOwned, Seals: sealNumbers(e.Seals),
			Reefer: reefers.Equipments[i].Settings,
		})
	}
	return b, nil
}

func voyages(t billTransports) []string {
	var numbers []string
	for _, v := range t.VesselVoyages {
		number := strings.ToUpper(strings.Join(strings.Fields(v.Number), ""))
		if !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

func sealNumbers(seals []seal) []string {
	var numbers []string
	for _, s := range seals {
		numbers = append(numbers, s.Number)
	}
	return numbers
}

// billDocument holds the members of a DCSA transport document (EBL 3.0.4, TransportDocument) that field rules
// look at.
type billDocument struct {
	Reference               string          `json:"transportDocumentReference"`
	TypeCode                string          `json:"transportDocumentTypeCode"`
	Electronic              bool            `json:"isElectronic"`
	ToOrder                 bool            `json:"isToOrder"`
	OnBoardType             bool            `json:"isShippedOnBoardType"`
	IssueDate               string          `json:"issueDate"`
	ShippedOnBoardDate      string          `json:"shippedOnBoardDate"`
	ReceivedForShipmentDate string          `json:"receivedForShipmentDate"`
	OriginalsWithCharges    jsontext.Value  `json:"numberOfOriginalsWithCharges"`
	OriginalsWithoutCharges jsontext.Value  `json:"numberOfOriginalsWithoutCharges"`
	CarrierCode             string          `json:"carrierCode"`
	CarrierCodeListProvider string          `json:"carrierCodeListProvider"`
	MovementAtDestination   string          `json:"cargoMovementTypeAtDestination"`
	DeclaredValue           jsontext.Value  `json:"declaredValue"`
	DeclaredValueCurrency   string          `json:"declaredValueCurrency"`
	Parties                 billParties     `json:"documentParties"`
	Transports              billTransports  `json:"transports"`
	Consignments            []consignment   `json:"consignmentItems"`
	Equipments              []billEquipment `json:"utilizedTransportEquipments"`
	Charges                 []struct {
		Amount jsontext.Value `json:"currencyAmount"`
	} `json:"charges"`
}

type billParties struct {
	Shipper             *coded  `json:"shipper"`
	OnBehalfOfShipper   *coded  `json:"onBehalfOfShipper"`
	Consignee           *coded  `json:"consignee"`
	OnBehalfOfConsignee *coded  `json:"onBehalfOfConsignee"`
	Endorsee            *coded  `json:"endorsee"`
	IssuingParty        *coded  `json:"issuingParty"`
	NotifyParties       []coded `json:"notifyParties"`
	Other               []struct {
		Party coded `json:"party"`
	} `json:"other"`
}

// coded is any party with identifying codes.
type coded struct {
	Codes []IdentifyingCode `json:"identifyingCodes"`
}

type billTransports struct {
	PreCarriageBy   string    `json:"preCarriageBy"`
	OnCarriageBy    string    `json:"onCarriageBy"`
	PlaceOfReceipt  *location `json:"placeOfReceipt"`
	PortOfDischarge *location `json:"portOfDischarge"`
	PlaceOfDelivery *location `json:"placeOfDelivery"`
	OnwardRouting   *location `json:"onwardInlandRouting"`
	VesselVoyages   []struct {
		Number string `json:"carrierExportVoyageNumber"`
	} `json:"vesselVoyages"`
}

type location struct {
	UNLocationCode string `json:"UNLocationCode"`
	Facility       *struct {
		Code     string `json:"facilityCode"`
		Provider string `json:"facilityCodeListProvider"`
	} `json:"facility"`
}

type consignment struct {
	CargoItems []struct {
		EquipmentReference string `json:"equipmentReference"`
		GrossWeight        struct {
			Value jsontext.Value `json:"value"`
			Unit  string         `json:"unit"`
		} `json:"cargoGrossWeight"`
		Outer struct {
			Packages jsontext.Value `json:"numberOfPackages"`
		} `json:"outerPackaging"`
	} `json:"cargoItems"`
}

type seal struct {
	Number string `json:"number"`
	Source string `json:"source"`
}

type billEquipment struct {
	Equipment struct {
		Reference string `json:"equipmentReference"`
		ISOCode   string `json:"ISOEquipmentCode"`
		Tare      *struct {
			Value jsontext.Value `json:"value"`
			Unit  string         `json:"unit"`
		} `json:"tareWeight"`
	} `json:"equipment"`
	ShipperOwned bool            `json:"isShipperOwned"`
	NonOperating *bool           `json:"isNonOperatingReefer"`
	Settings     *reeferSettings `json:"activeReeferSettings"`
	Seals        []seal          `json:"seals"`
}

// list collects the problems that rules find.
type list []Problem

func (l *list) add(at, check string) { *l = append(*l, Problem{At: at, Check: check}) }

// unless adds the problem when the condition does not hold.
func (l *list) unless(ok bool, at, check string) {
	if !ok {
		l.add(at, check)
	}
}

// billProblems are the field rules of a transport document: those which DCSA states in words beside its
// schema, and the check digits.
func billProblems(d billDocument) []Problem {
	var found list
	found.unless(identifier.CarrierCode(d.CarrierCodeListProvider, d.CarrierCode) == nil, "/carrierCode", identifier.KindCarrierCode)
	billKindProblems(&found, d)
	billDateAndMoneyProblems(&found, d)
	billTransportProblems(&found, d.Transports)
	billPartyProblems(&found, d.Parties)
	billEquipmentProblems(&found, d)
	return found
}

// billKindProblems: straight, to order, bearer or waybill must be one of them without contradiction.
func billKindProblems(found *list, d billDocument) {
	const consignee, endorsee = "/documentParties/consignee", "/documentParties/endorsee"
	named, order := d.Parties.Consignee != nil, d.Parties.Endorsee != nil
	found.unless(!d.ToOrder || d.TypeCode != "SWB", "/isToOrder", "waybill-not-to-order")
	found.unless(d.ToOrder || named, consignee, "straight-needs-consignee")
	found.unless(d.ToOrder || !order, endorsee, "endorsee-needs-to-order")
	found.unless(!d.ToOrder || !named || !order, endorsee, "consignee-or-endorsee")
	if d.Electronic {
		originals := number(string(d.OriginalsWithCharges))
		originals.Add(originals, number(string(d.OriginalsWithoutCharges)))
		found.unless(originals.Cmp(number("1")) <= 0, "/numberOfOriginalsWithoutCharges", "one-electronic-original")
	}
}

func billDateAndMoneyProblems(found *list, d billDocument) {
	if d.OnBoardType && d.IssueDate != "" { // full-dates of RFC 3339 sort as text
		found.unless(d.ShippedOnBoardDate <= d.IssueDate, "/shippedOnBoardDate", "shipped-before-issued")
	}
	found.unless((d.DeclaredValue == nil) == (d.DeclaredValueCurrency == ""), "/declaredValueCurrency", "value-and-currency")
	for i, c := range d.Charges {
		cents := number(string(c.Amount))
		cents.Mul(cents, number("100"))
		found.unless(cents.IsInt(), fmt.Sprintf("/charges/%d/currencyAmount", i), "two-decimals")
	}
}

func billTransportProblems(found *list, t billTransports) {
	found.unless(t.PreCarriageBy == "" || t.PlaceOfReceipt != nil, "/transports/placeOfReceipt", "pre-carriage-needs-receipt")
	found.unless(t.OnCarriageBy == "" || t.PlaceOfDelivery != nil, "/transports/placeOfDelivery", "on-carriage-needs-delivery")
	locationProblems(found, "/transports/placeOfReceipt", t.PlaceOfReceipt)
	locationProblems(found, "/transports/placeOfDelivery", t.PlaceOfDelivery)
	locationProblems(found, "/transports/onwardInlandRouting", t.OnwardRouting)
}

// locationProblems: a facility's code means something only together with a UN/LOCODE.
func locationProblems(found *list, at string, l *location) {
	if l == nil || l.Facility == nil {
		return
	}
	found.unless(identifier.FacilityCode(l.Facility.Provider, l.Facility.Code) == nil, at+"/facility/facilityCode", identifier.KindFacilityCode)
	found.unless(l.UNLocationCode != "", at+"/UNLocationCode", "facility-needs-un-locode")
}

func billPartyProblems(found *list, p billParties) {
	const at = "/documentParties/"
	for _, named := range []struct {
		name  string
		party *coded
	}{
		{"shipper", p.Shipper}, {"onBehalfOfShipper", p.OnBehalfOfShipper}, {"consignee", p.Consignee},
		{"onBehalfOfConsignee", p.OnBehalfOfConsignee}, {"endorsee", p.Endorsee}, {"issuingParty", p.IssuingParty},
	} {
		if named.party != nil {
			codeProblems(found, at+named.name, named.party.Codes)
		}
	}
	for i, n := range p.NotifyParties {
		codeProblems(found, fmt.Sprintf("%snotifyParties/%d", at, i), n.Codes)
	}
	for i, o := range p.Other {
		codeProblems(found, fmt.Sprintf("%sother/%d/party", at, i), o.Party.Codes)
	}
}

func billEquipmentProblems(found *list, d billDocument) {
	known := map[string]bool{}
	for i, e := range d.Equipments {
		at := fmt.Sprintf("/utilizedTransportEquipments/%d", i)
		found.unless(!known[e.Equipment.Reference], at+"/equipment/equipmentReference", "container-once")
		known[e.Equipment.Reference] = true
		nonOperating := e.NonOperating != nil && *e.NonOperating
		cools := identifier.IsReefer(e.Equipment.ISOCode)
		found.unless(!nonOperating || cools || e.Equipment.ISOCode == "", at+"/isNonOperatingReefer", "only-for-reefers")
		if e.Settings == nil {
			continue
		}
		found.unless(cools && e.NonOperating != nil && !nonOperating, at+"/activeReeferSettings", "only-for-operating-reefers")
		reeferSettingsProblems(found, at+"/activeReeferSettings", *e.Settings)
	}
	for i, load := range loads(d) {
		found.unless(len(known) < len(d.Equipments) || withinRating(load, d.Equipments[i]), fmt.Sprintf("/utilizedTransportEquipments/%d", i), "max-payload")
	}
	for i, c := range d.Consignments {
		for j, item := range c.CargoItems {
			found.unless(known[item.EquipmentReference],
				fmt.Sprintf("/consignmentItems/%d/cargoItems/%d/equipmentReference", i, j), "known-container")
		}
	}
}

// withinRating: cargo and tare of a container weigh no more than any of its size and type may (domain facts 3.2). What a single one
// is rated for no document says, so this finds what no container can carry. One without a code is not judged.
func withinRating(l Load, e billEquipment) bool {
	rating := identifier.MaxGross(e.Equipment.ISOCode)
	if rating == 0 {
		return true
	}
	gross := new(big.Rat).Set(l.Kilograms)
	if tare := e.Equipment.Tare; tare != nil {
		gross.Add(gross, kilograms(string(tare.Value), tare.Unit))
	}
	return gross.Cmp(new(big.Rat).SetInt64(rating)) <= 0
}
