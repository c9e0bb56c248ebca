package content

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/test/fixtures"
)

// edit is a change of a document: JSON text put at a pointer, or the value there taken away when it is empty.
type edit struct{ at, to string }

// edited gives a fixture with changes. Members keep no order.
func edited(t testing.TB, name string, edits ...edit) []byte {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(fixtures.Read(name)))
	dec.UseNumber()
	var tree any
	require.NoError(t, dec.Decode(&tree))
	for _, e := range edits {
		tree = put(t, tree, strings.Split(e.at, "/")[1:], e)
	}
	raw, err := json.Marshal(tree)
	require.NoError(t, err)
	return raw
}

func put(t testing.TB, node any, path []string, e edit) any {
	if len(path) == 0 {
		var value any
		dec := json.NewDecoder(strings.NewReader(e.to))
		dec.UseNumber()
		require.NoError(t, dec.Decode(&value), e.to)
		return value
	}
	switch node := node.(type) {
	case map[string]any:
		if e.to == "" && len(path) == 1 {
			require.Contains(t, node, path[0], e.at)
			delete(node, path[0])
			return node
		}
		node[path[0]] = put(t, node[path[0]], path[1:], e)
		return node
	case []any:
		i, err := strconv.Atoi(path[0])
		require.NoError(t, err)
		if i == len(node) {
			node = append(node, nil)
		}
		node[i] = put(t, node[i], path[1:], e)
		return node
	}
	require.FailNow(t, "no such place", e.at)
	return nil
}

// rule is a case: a fixture with changes, and the problem that they make; none when check is empty.
type rule struct {
	name, fixture string
	edits         []edit
	at, check     string
}

func run(t *testing.T, rows []rule) {
	t.Helper()
	c := checker(t)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			err := c.Check(kindOf(t, r.fixture), edited(t, r.fixture, r.edits...))
			if r.check == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, Problem{Invalid, r.at, r.check}, problemOf(t, err))
		})
	}
}

const (
	order    = "bill-order.json"
	straight = "bill-straight.json"
	waybill  = "bill-seawaybill.json"
	bearer   = "bill-bearer.json"
	box      = "/utilizedTransportEquipments/0"
	settings = box + "/activeReeferSettings"
	codes    = `[{"codeListProvider":"ZZZ","codeListName":"USCC","partyCode":"91350200MA00000046"}]`
	someone  = `{"partyName":"X","identifyingCodes":` + codes + `}`
)

func TestSchemaOfTheBill(t *testing.T) {
	run(t, []rule{
		{"unknown field", order, []edit{{"/colour", `"red"`}}, "/colour", "additionalProperties"},
		{"unknown field deep", order, []edit{{box + "/equipment/colour", `"red"`}}, box + "/equipment/colour", "additionalProperties"},
		{"unknown field that is text", order, []edit{{box + "/ACME & Sons", `1`}}, box, "additionalProperties"},
		{"field in other letters", order, []edit{{"/istoorder", `true`}}, "/istoorder", "additionalProperties"},
		{"mandatory field", order, []edit{{"/transports/portOfLoading", ""}}, "/transports/portOfLoading", "required"},
		{"null", order, []edit{{"/issueDate", `null`}}, "/issueDate", "type"},
		{"number as text", order, []edit{{"/charges/0/quantity", `"2"`}}, "/charges/0/quantity", "type"},
		{"not an object", order, []edit{{"", `[]`}}, "", "type"},
		{"no seal", order, []edit{{box + "/seals", `[]`}}, box + "/seals", "minItems"},
		{"four notify parties", order, []edit{{"/documentParties/notifyParties", `[{"partyName":"A"},{"partyName":"B"},{"partyName":"C"},{"partyName":"D"}]`}}, "/documentParties/notifyParties", "maxItems"},
		{"long number", order, []edit{{"/transportDocumentReference", `"OEDL26XMN000420000000"`}}, "/transportDocumentReference", "maxLength"},
		{"blank at the end", order, []edit{{"/transportDocumentReference", `"OEDL "`}}, "/transportDocumentReference", "pattern"},
		{"unknown type", order, []edit{{"/transportDocumentTypeCode", `"AWB"`}}, "/transportDocumentTypeCode", "enum"},
		{"weight of nothing", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", `0`}}, "/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", "exclusiveMinimum"},
		{"half a package", order, []edit{{"/consignmentItems/0/cargoItems/0/outerPackaging/numberOfPackages", `1.5`}}, "/consignmentItems/0/cargoItems/0/outerPackaging/numberOfPackages", "type"},
		{"31 November", order, []edit{{"/issueDate", `"2026-11-31"`}}, "/issueDate", "date"},
		{"both places of issue", order, []edit{{"/placeOfIssue/countryCode", `"BR"`}}, "/placeOfIssue", "oneOf"},
		{"contact without phone and mail", order, []edit{{"/partyContactDetails/0", `{"name":"X"}`}}, "/partyContactDetails/0", "anyOf"},
		{"place that is none", order, []edit{{"/transports/portOfLoading/UNLocationCode", `"brssz"`}}, "/transports/portOfLoading/UNLocationCode", "pattern"},
		{"check digit", order, []edit{{box + "/equipment/equipmentReference", `"OERU1000026"`}}, box + "/equipment/equipmentReference", "iso6346"},
		{"check digit in the cargo", order, []edit{{"/consignmentItems/0/cargoItems/1/equipmentReference", `"OERU1000031"`}}, "/consignmentItems/0/cargoItems/1/equipmentReference", "iso6346"},
		{"old size code", order, []edit{{box + "/equipment/ISOEquipmentCode", `"4532"`}}, box + "/equipment/ISOEquipmentCode", "iso-size-type"},
		{"local time of fumigation", order, []edit{{"/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods", `[{"UNNumber":"3082","properShippingName":"X","imoClass":"9","fumigationDateTime":"2026-10-01T10:00:00"}]`}}, "/consignmentItems/0/cargoItems/0/outerPackaging/dangerousGoods/0/fumigationDateTime", "date-time"},
		{"humidity over 100", straight, []edit{{settings + "/humiditySetpoint", `101`}}, settings + "/humiditySetpoint", "maximum"},
		{"humidity below 0", straight, []edit{{settings + "/humiditySetpoint", `-1`}}, settings + "/humiditySetpoint", "minimum"},
	})
}

func TestKindsOfBill(t *testing.T) {
	const consignee, endorsee = "/documentParties/consignee", "/documentParties/endorsee"
	run(t, []rule{
		{"to order, with a consignee alone", bearer, []edit{{consignee, someone}}, "", ""},
		{"both consignee and endorsee", order, []edit{{consignee, someone}}, endorsee, "consignee-or-endorsee"},
		{"straight without consignee", straight, []edit{{consignee, ""}}, consignee, "straight-needs-consignee"},
		{"straight with endorsee", straight, []edit{{endorsee, someone}}, endorsee, "endorsee-needs-to-order"},
		{"waybill to order", waybill, []edit{{"/isToOrder", `true`}}, "/isToOrder", "waybill-not-to-order"},
		{"waybill without consignee", waybill, []edit{{consignee, ""}}, consignee, "straight-needs-consignee"},
		{"order bill becomes bearer", order, []edit{{endorsee, ""}}, "", ""},
		{"consignee without a code", straight, []edit{{consignee + "/identifyingCodes", `[]`}}, consignee + "/identifyingCodes", "minItems"},
		{"two electronic originals", order, []edit{{"/numberOfOriginalsWithCharges", `1`}}, "/numberOfOriginalsWithoutCharges", "one-electronic-original"},
		{"three paper originals", order, []edit{{"/isElectronic", `false`}, {"/numberOfOriginalsWithCharges", `3`}}, "", ""},
	})
}

func TestFieldRulesOfTheBill(t *testing.T) {
	receipt := `{"UNLocationCode":"BRCGB"}`
	run(t, []rule{
		{"more than any container may weigh", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", `36000.001`}}, "/utilizedTransportEquipments/0", "max-payload"},
		{"as much as one may weigh", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", `36000`}, {box + "/equipment/tareWeight", ""}}, "", ""},
		{"too much with its tare", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", `31200`}, {box + "/equipment/tareWeight", `{"value":4801,"unit":"KGM"}`}}, "/utilizedTransportEquipments/0", "max-payload"},
		{"pounds are less", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight", `{"value":36001,"unit":"LBR"}`}}, "", ""},
		{"too much for ten feet", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", `10160.5`}, {box + "/equipment/ISOEquipmentCode", `"12R1"`}}, "/utilizedTransportEquipments/0", "max-payload"},
		{"a container of no stated type", order, []edit{{"/consignmentItems/0/cargoItems/0/cargoGrossWeight/value", `99999`}, {box + "/equipment/ISOEquipmentCode", ""}, {box + "/activeReeferSettings", ""}, {box + "/isNonOperatingReefer", ""}}, "", ""},
		{"shipped after issued", order, []edit{{"/shippedOnBoardDate", `"2026-10-20"`}}, "/shippedOnBoardDate", "shipped-before-issued"},
		{"shipped on the day of issue", order, []edit{{"/shippedOnBoardDate", `"2026-10-19"`}}, "", ""},
		{"shipped after issued, received type", order, []edit{{"/isShippedOnBoardType", `false`}, {"/shippedOnBoardDate", `"2026-10-20"`}}, "", ""},
		{"no date of issue yet", order, []edit{{"/issueDate", ""}}, "", ""},
		{"pre-carriage from nowhere", order, []edit{{"/transports/preCarriageBy", `"TRUCK"`}}, "/transports/placeOfReceipt", "pre-carriage-needs-receipt"},
		{"pre-carriage", order, []edit{{"/transports/preCarriageBy", `"TRUCK"`}, {"/transports/placeOfReceipt", receipt}}, "", ""},
		{"on-carriage to nowhere", order, []edit{{"/transports/onCarriageBy", `"RAIL"`}}, "/transports/placeOfDelivery", "on-carriage-needs-delivery"},
		{"on-carriage", order, []edit{{"/transports/onCarriageBy", `"RAIL"`}, {"/transports/placeOfDelivery", receipt}}, "", ""},
		{"depot code too long", order, []edit{{"/transports/placeOfDelivery", `{"UNLocationCode":"CNXMN","facility":{"facilityCode":"EGDAX","facilityCodeListProvider":"BIC"}}`}}, "/transports/placeOfDelivery/facility/facilityCode", "facility-code"},
		{"terminal code alone", order, []edit{{"/transports/onwardInlandRouting", `{"facility":{"facilityCode":"XMT1","facilityCodeListProvider":"SMDG"}}`}}, "/transports/onwardInlandRouting/UNLocationCode", "facility-needs-un-locode"},
		{"value without currency", order, []edit{{"/declaredValue", `1`}}, "/declaredValueCurrency", "value-and-currency"},
		{"currency without value", order, []edit{{"/declaredValueCurrency", `"USD"`}}, "/declaredValueCurrency", "value-and-currency"},
		{"value and currency", order, []edit{{"/declaredValue", `1`}, {"/declaredValueCurrency", `"USD"`}}, "", ""},
		{"three decimals", order, []edit{{"/charges/1/currencyAmount", `1.005`}}, "/charges/1/currencyAmount", "two-decimals"},
		{"carrier code of the other list", order, []edit{{"/carrierCodeListProvider", `"SMDG"`}}, "/carrierCode", "carrier-code"},
		{"carrier code in small letters", order, []edit{{"/carrierCode", `"oedl"`}}, "/carrierCode", "carrier-code"},
		{"container twice", order, []edit{{"/utilizedTransportEquipments/1/equipment/equipmentReference", `"OERU1000025"`}, {"/consignmentItems/0/cargoItems/1/equipmentReference", `"OERU1000025"`}}, "/utilizedTransportEquipments/1/equipment/equipmentReference", "container-once"},
		{"cargo in a container that is not there", order, []edit{{"/consignmentItems/0/cargoItems/1/equipmentReference", `"CSQU3054383"`}}, "/consignmentItems/0/cargoItems/1/equipmentReference", "known-container"},
		{"credit code", order, []edit{{"/documentParties/notifyParties/0/identifyingCodes/0/partyCode", `"91350200MA00000047"`}}, "/documentParties/notifyParties/0/identifyingCodes/0/partyCode", "credit-code"},
		{"LEI", order, []edit{{"/documentParties/shipper/identifyingCodes/0/partyCode", `"9845SANTOSFOODSSA081"`}}, "/documentParties/shipper/identifyingCodes/0/partyCode", "lei"},
		{"LEI of another party", order, []edit{{"/documentParties/other", `[{"partyFunction":"DDS","party":{"partyName":"X","identifyingCodes":[{"codeListProvider":"GLEIF","partyCode":"X"}]}}]`}}, "/documentParties/other/0/party/identifyingCodes/0/partyCode", "lei"},
		{"code of a list that is not checked", order, []edit{{"/documentParties/shipper/identifyingCodes/1", `{"codeListProvider":"W3C","partyCode":"did:example:1","codeListName":"DID"}`}}, "", ""},
	})
}

func TestReeferRulesOfTheBill(t *testing.T) {
	run(t, []rule{
		{"settings of a dry box", order, []edit{{box + "/equipment/ISOEquipmentCode", `"45G1"`}}, settings, "only-for-operating-reefers"},
		{"settings of a box of unknown type", order, []edit{{box + "/equipment/ISOEquipmentCode", ""}}, settings, "only-for-operating-reefers"},
		{"settings of a reefer used dry", order, []edit{{box + "/isNonOperatingReefer", `true`}}, settings, "only-for-operating-reefers"},
		{"settings without a word on use", order, []edit{{box + "/isNonOperatingReefer", ""}}, settings, "only-for-operating-reefers"},
		{"reefer used dry", order, []edit{{box + "/isNonOperatingReefer", `true`}, {settings, ""}}, "", ""},
		{"dry box used dry", bearer, []edit{{box + "/isNonOperatingReefer", `true`}}, box + "/isNonOperatingReefer", "only-for-reefers"},
		{"dry box not used dry", bearer, []edit{{box + "/isNonOperatingReefer", `false`}}, "", ""},
		{"set-point without unit", order, []edit{{settings + "/temperatureUnit", ""}}, settings + "/temperatureUnit", "set-point-and-unit"},
		{"unit without set-point", order, []edit{{settings + "/temperatureSetpoint", ""}}, settings + "/temperatureUnit", "set-point-and-unit"},
		{"colder than -70", order, []edit{{settings + "/temperatureSetpoint", `-70.1`}}, settings + "/temperatureSetpoint", "set-point-range"},
		{"-70", order, []edit{{settings + "/temperatureSetpoint", `-70`}}, "", ""},
		{"35", order, []edit{{settings + "/temperatureSetpoint", `35`}}, "", ""},
		{"warmer than 35", order, []edit{{settings + "/temperatureSetpoint", `35.01`}}, settings + "/temperatureSetpoint", "set-point-range"},
		{"95 Fahrenheit is 35 Celsius", order, []edit{{settings + "/temperatureSetpoint", `95`}, {settings + "/temperatureUnit", `"FAH"`}}, "", ""},
		{"95.1 Fahrenheit", order, []edit{{settings + "/temperatureSetpoint", `95.1`}, {settings + "/temperatureUnit", `"FAH"`}}, settings + "/temperatureSetpoint", "set-point-range"},
		{"-94 Fahrenheit is -70 Celsius", order, []edit{{settings + "/temperatureSetpoint", `-94`}, {settings + "/temperatureUnit", `"FAH"`}}, "", ""},
		{"air exchange without unit", straight, []edit{{settings + "/airExchangeUnit", ""}}, settings + "/airExchangeUnit", "air-exchange-and-unit"},
		{"unit without air exchange", straight, []edit{{settings + "/airExchangeSetpoint", ""}}, settings + "/airExchangeUnit", "air-exchange-and-unit"},
		{"gases over 100", order, []edit{{settings + "/o2Setpoint", `60`}, {settings + "/co2Setpoint", `40.1`}}, settings + "/co2Setpoint", "gases-within-100"},
		{"gases of 100", order, []edit{{settings + "/o2Setpoint", `60`}, {settings + "/co2Setpoint", `40`}}, "", ""},
	})
}

func TestReleaseRules(t *testing.T) {
	const f, line = "release.json", "/lines/0"
	reefer := line + "/reefer"
	run(t, []rule{
		{"no line", f, []edit{{"/lines", `[]`}}, "/lines", "minItems"},
		{"unknown field in a line", f, []edit{{line + "/price", `1`}}, line + "/price", "additionalProperties"},
		{"check digit", f, []edit{{line + "/equipmentReference", `"OERU1000026"`}}, line + "/equipmentReference", "iso6346"},
		{"container twice", f, []edit{{"/lines/1/equipmentReference", `"OERU1000025"`}}, "/lines/1/equipmentReference", "container-once"},
		{"carrier code", f, []edit{{"/carrierCode", `"O1DL"`}}, "/carrierCode", "carrier-code"},
		{"terminal code", f, []edit{{"/pickupLocation/facilityCode", `"xmt1"`}}, "/pickupLocation/facilityCode", "facility-code"},
		{"depot code", f, []edit{{"/returnLocation/facilityCode", `"EG"`}}, "/returnLocation/facilityCode", "facility-code"},
		{"depot code in a line", f, []edit{{line + "/emptyReturnLocation/facilityCode", `"EG"`}}, line + "/emptyReturnLocation/facilityCode", "facility-code"},
		{"credit code", f, []edit{{"/releaseToParty/identifyingCodes/0/partyCode", `"91350200MA00000047"`}}, "/releaseToParty/identifyingCodes/0/partyCode", "credit-code"},
		{"credit code of the notify party", f, []edit{{"/notifyParties/0/identifyingCodes/0/partyCode", `"X"`}}, "/notifyParties/0/identifyingCodes/0/partyCode", "credit-code"},
		{"IMO number", f, []edit{{"/vesselVoyage/vesselIMONumber", `"9876544"`}}, "/vesselVoyage/vesselIMONumber", "imo"},
		{"amount as number", f, []edit{{"/charges/0/currencyAmount", `1640`}}, "/charges/0/currencyAmount", "type"},
		{"weight with a comma", f, []edit{{line + "/grossWeight/value", `"32,120"`}}, line + "/grossWeight/value", "positive-decimal"},
		{"weight of nothing", f, []edit{{line + "/grossWeight/value", `"0.0"`}}, line + "/grossWeight/value", "positive-decimal"},
		{"full without seal", f, []edit{{line + "/seals", `[]`}}, line + "/seals", "full-needs-seal"},
		{"empty without seal", f, []edit{{line + "/seals", ""}, {line + "/fullEmpty", `"EMPTY"`}}, "", ""},
		{"reefer block of a dry box", f, []edit{{line + "/ISOEquipmentCode", `"45G1"`}}, reefer, "only-for-operating-reefers"},
		{"reefer block of a reefer used dry", f, []edit{{line + "/isNonOperatingReefer", `true`}}, reefer, "only-for-operating-reefers"},
		{"dry box used dry", f, []edit{{line + "/isNonOperatingReefer", `true`}, {line + "/ISOEquipmentCode", `"45G1"`}, {reefer, ""}}, line + "/isNonOperatingReefer", "only-for-reefers"},
		{"set-point without unit", f, []edit{{reefer + "/activeReeferSettings/temperatureUnit", ""}}, reefer + "/activeReeferSettings/temperatureUnit", "set-point-and-unit"},
		{"frozen at -17", f, []edit{{reefer + "/activeReeferSettings/temperatureSetpoint", `-17`}}, reefer + "/temperatureClass", "class-holds-set-point"},
		{"deep frozen at -18", f, []edit{{reefer + "/temperatureClass", `"DEEP_FROZEN"`}}, reefer + "/temperatureClass", "class-holds-set-point"},
		{"deep frozen at -25", f, []edit{{reefer + "/temperatureClass", `"DEEP_FROZEN"`}, {reefer + "/activeReeferSettings/temperatureSetpoint", `-25`}}, "", ""},
		{"chilled at -1.5", f, []edit{{reefer + "/temperatureClass", `"CHILLED"`}, {reefer + "/activeReeferSettings/temperatureSetpoint", `-1.5`}}, "", ""},
		{"controlled at 25", f, []edit{{reefer + "/temperatureClass", `"CONTROLLED"`}, {reefer + "/activeReeferSettings/temperatureSetpoint", `25`}}, "", ""},
		{"class without set-point", f, []edit{{reefer + "/activeReeferSettings", `{}`}}, reefer + "/temperatureClass", "class-holds-set-point"},
		{"negative tolerance below", f, []edit{{reefer + "/tolerance/low", `"-2.0"`}}, reefer + "/tolerance/low", "not-negative"},
		{"negative tolerance above", f, []edit{{reefer + "/tolerance/high", `"-2.0"`}}, reefer + "/tolerance/high", "not-negative"},
		{"tolerance of minus nothing", f, []edit{{reefer + "/tolerance/low", `"-0.0"`}}, reefer + "/tolerance/low", "decimal"},
		{"inspection out of date", f, []edit{{reefer + "/pti", `{"performedAt":"2026-09-01T00:00:00Z","result":"PASS","validUntil":"2026-09-01T00:00:00Z"}`}}, reefer + "/pti/validUntil", "times-in-order"},
		{"inspection", f, []edit{{reefer + "/pti", `{"performedAt":"2026-09-01T00:00:00Z","result":"PASS","validUntil":"2026-12-01T00:00:00Z"}`}}, "", ""},
	})
}

func TestAReleaseLineIsAContentOfItsOwn(t *testing.T) {
	c := checker(t)
	release, err := ReleaseOf(fixtures.Read("release.json"))
	require.NoError(t, err)
	for _, line := range release.Lines {
		require.NoError(t, c.Check(KindReleaseLine, line.Raw))
		bad := bytes.Replace(line.Raw, []byte(`"FULL"`), []byte(`"HALF"`), 1)
		require.Equal(t, Problem{Invalid, "/fullEmpty", "enum"}, problemOf(t, c.Check(KindReleaseLine, bad)))
		bad = bytes.Replace(line.Raw, []byte(`-18`), []byte(`-70.5`), 1)
		require.Equal(t, Problem{Invalid, "/reefer/activeReeferSettings/temperatureSetpoint", "set-point-range"}, problemOf(t, c.Check(KindReleaseLine, bad)))
	}
}

func TestGuaranteeRules(t *testing.T) {
	const f = "guarantee-aa.json"
	run(t, []rule{
		{"form missing", f, []edit{{"/igForm", ""}}, "/igForm", "form-of-the-international-group"},
		{"form on another type", f, []edit{{"/type", `"TELEX_RELEASE"`}}, "/igForm", "form-of-the-international-group"},
		{"telex release", f, []edit{{"/type", `"TELEX_RELEASE"`}, {"/igForm", ""}}, "", ""},
		{"antedated bill", f, []edit{{"/type", `"ANTEDATED"`}}, "/type", "enum"},
		{"AA without bank", f, []edit{{"/guarantorBank", ""}}, "/guarantorBank", "form-needs-bank"},
		{"A with bank", f, []edit{{"/igForm", `"A"`}}, "/guarantorBank", "form-without-bank"},
		{"A", f, []edit{{"/igForm", `"A"`}, {"/guarantorBank", ""}}, "", ""},
		{"no receiver", f, []edit{{"/deliverTo", ""}}, "/deliverTo", "form-needs-receiver"},
		{"CC without place", f, []edit{{"/igForm", `"CC"`}}, "/deliveryPlace", "form-needs-place"},
		{"CC", f, []edit{{"/igForm", `"CC"`}, {"/deliveryPlace", `{"UNLocationCode":"CNFOC"}`}}, "", ""},
		{"amount of the unlimited", f, []edit{{"/amount", `"1.00"`}}, "/amount", "amount-type"},
		{"fixed without amount", f, []edit{{"/amountType", `"FIXED"`}, {"/currency", `"USD"`}}, "/amount", "amount-type"},
		{"fixed without currency", f, []edit{{"/amountType", `"FIXED"`}, {"/amount", `"1.00"`}}, "/currency", "amount-type"},
		{"fixed", f, []edit{{"/amountType", `"FIXED"`}, {"/amount", `"1.00"`}, {"/currency", `"USD"`}}, "", ""},
		{"per cent of nothing", f, []edit{{"/amountType", `"PERCENT_OF_CIF"`}, {"/percentOfCif", `"200"`}, {"/currency", `"USD"`}}, "/cifValue", "amount-type"},
		{"end without fixed validity", f, []edit{{"/expiryDate", `"2027-11-20"`}}, "/expiryDate", "validity-type"},
		{"fixed validity without end", f, []edit{{"/validityType", `"FIXED"`}}, "/expiryDate", "validity-type"},
		{"end before begin", f, []edit{{"/validityType", `"FIXED"`}, {"/expiryDate", `"2026-11-19"`}}, "/expiryDate", "dates-in-order"},
		{"bill twice", f, []edit{{"/underlying/1", `{"transportDocumentReference":"OEDL26XMN00042","equipmentReferences":["CSQU3054383"]}`}}, "/underlying/1/transportDocumentReference", "bill-once"},
		{"container of two bills", f, []edit{{"/underlying/1", `{"transportDocumentReference":"OEDL26XMN00051","equipmentReferences":["OERU1000025"]}`}}, "/underlying/1/equipmentReferences/0", "container-once"},
		{"container twice", f, []edit{{"/underlying/0/equipmentReferences", `["OERU1000025","OERU1000025"]`}}, "/underlying/0/equipmentReferences", "uniqueItems"},
		{"check digit", f, []edit{{"/underlying/0/equipmentReferences/1", `"OERU1000031"`}}, "/underlying/0/equipmentReferences/1", "iso6346"},
		{"code of the applicant", f, []edit{{"/applicant/identifyingCodes/0/partyCode", `"X"`}}, "/applicant/identifyingCodes/0/partyCode", "credit-code"},
		{"code of the beneficiary", f, []edit{{"/beneficiary/identifyingCodes/0/partyCode", `"X"`}}, "/beneficiary/identifyingCodes/0/partyCode", "carrier-code"},
		{"code of the bank", f, []edit{{"/guarantorBank/identifyingCodes/0/partyCode", `"EGRT"`}}, "/guarantorBank/identifyingCodes/0/partyCode", "bic"},
		{"code of the receiver", f, []edit{{"/deliverTo/identifyingCodes/0/partyCode", `"X"`}}, "/deliverTo/identifyingCodes/0/partyCode", "credit-code"},
		{"hash of the wording", f, []edit{{"/wordingHash", `"ABC"`}}, "/wordingHash", "sha256"},
		{"no bill", f, []edit{{"/underlying", `[]`}}, "/underlying", "form-needs-bill"},
		{"no bill for charges", f, []edit{{"/underlying", `[]`}, {"/type", `"PORT_CREDIT"`}, {"/igForm", ""}}, "", ""},
		{"advanced bill", f, []edit{{"/type", `"ADVANCED"`}}, "/type", "enum"},
		{"amendment without its amount", "guarantee-amendment.json", []edit{{"/amount", ""}}, "/amount", "amount-type"},
		{"amendment that ends before it begins", "guarantee-amendment.json", []edit{{"/expiryDate", `"2026-11-01"`}}, "/expiryDate", "dates-in-order"},
		{"demand without a statement", "demand.json", []edit{{"/statement", ""}}, "/statement", "required"},
		{"demand of nothing", "demand.json", []edit{{"/amount", `"0.00"`}}, "/amount", "positive-decimal"},
		{"set without a document", "presentation.json", []edit{{"/documents", `[]`}}, "/documents", "minItems"},
		{"unknown kind of document", "presentation.json", []edit{{"/documents/1/kind", `"LETTER"`}}, "/documents/1/kind", "enum"},
		{"bill that names no bill", "presentation.json", []edit{{"/documents/0/bill", ""}}, "/documents/0/bill", "kind-of-document"},
		{"invoice that names a bill", "presentation.json", []edit{{"/documents/0/kind", `"INVOICE"`}}, "/documents/0/bill", "kind-of-document"},
		{"document twice", "presentation.json", []edit{{"/documents/1/hash", `"1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f"`}}, "/documents/2/hash", "document-once"},
		{"bill twice", "presentation.json", []edit{{"/documents/1/kind", `"BILL"`}, {"/documents/1/bill", `"bl-aaaaaaaaaaaaaaaaaaaaaaaaaa"`}}, "/documents/1/bill", "bill-once"},
		{"notice without discrepancies", "refusal.json", []edit{{"/discrepancies", `[]`}}, "/discrepancies", "minItems"},
		{"document number nought", "refusal.json", []edit{{"/discrepancies/0/document", `0`}}, "/discrepancies/0/document", "minimum"},
		{"notice that does not say where the documents are", "refusal.json", []edit{{"/documents", ""}}, "/documents", "required"},
		{"rejection without discrepancies", "rejection.json", []edit{{"/discrepancies", `[]`}}, "/discrepancies", "minItems"},
		{"joinder without reference", "joinder.json", []edit{{"/bankReference", ""}}, "/bankReference", "required"},
		{"joinder of a number", "joinder.json", []edit{{"/cifValue", `285600`}}, "/cifValue", "type"},
		{"joinder unlimited with a value", "joinder.json", []edit{{"/amountType", `"UNLIMITED"`}}, "/cifValue", "amount-type"},
		{"a reduction of what has no amount", "guarantee-aa.json", []edit{{"/reducesBy", `[{"on":"2027-01-01","amount":"1"}]`}}, "/reducesBy", "amount-type"},
		{"a reduction that never comes", "joinder.json", []edit{{"/reducesBy", `[{"amount":"1"}]`}}, "/reducesBy/0", "date-or-event"},
		{"a reduction that comes twice", "joinder.json", []edit{{"/reducesBy", `[{"on":"2027-01-01","event":"E","amount":"1"}]`}}, "/reducesBy/0", "date-or-event"},
		{"force majeure that ends before it begins", "force-majeure.json", []edit{{"/until", `"2027-11-18T05:00:00+08:00"`}}, "/until", "times-in-order"},
		{"joinder that ends before it begins", "joinder.json", []edit{{"/expiryDate", `"2026-11-01"`}}, "/expiryDate", "dates-in-order"},
	})
}

func TestAppointmentAndNoticeRules(t *testing.T) {
	run(t, []rule{
		{"window without end", "appointment.json", []edit{{"/window/to", ""}}, "/window/to", "required"},
		{"window backwards", "appointment.json", []edit{{"/window/to", `"2026-11-22T13:59:59+08:00"`}}, "/window/to", "times-in-order"},
		{"window in two zones", "appointment.json", []edit{{"/window/to", `"2026-11-22T07:00:00Z"`}}, "", ""},
		{"window of two days", "appointment.json", []edit{{"/window/to", `"2026-11-24T14:00:00+08:00"`}}, "/window/to", "window-within-a-day"},
		{"time without offset", "appointment.json", []edit{{"/window/from", `"2026-11-22T14:00:00"`}}, "/window/from", "date-time"},
		{"leap second", "appointment.json", []edit{{"/window/from", `"2026-11-22T14:00:60Z"`}}, "/window/from", "date-time"},
		{"plate with a dot", "appointment.json", []edit{{"/truckPlate", `"闽D·12345"`}}, "/truckPlate", "plate"},
		{"licence in clear", "appointment.json", []edit{{"/driverLicenceHash", `"350200198001010011"`}}, "/driverLicenceHash", "sha256"},
		{"notice of a rumour", "notice.json", []edit{{"/outcome", `"RUMOUR"`}}, "/outcome", "enum"},
		{"hold that was never served", "notice.json", []edit{{"/outcome", `"HOLD"`}}, "/noticedAt", "required"},
		{"release at no time", "notice-hold.json", []edit{{"/outcome", `"RELEASED"`}}, "/releasedAt", "required"},
		{"inspection", "notice-hold.json", []edit{{"/outcome", `"INSPECTION"`}}, "", ""},
		{"certificate of nothing", "evidence.json", []edit{{"/containers", `[]`}}, "/containers", "minItems"},
		{"certificate without result", "evidence.json", []edit{{"/result", ""}}, "/result", "required"},
		{"amendment of nothing", "amendment.json", []edit{{"/returnLocation", ""}, {"/additionalInformation", ""}}, "", "minProperties"},
		{"amendment of the goods", "amendment.json", []edit{{"/lines", `[]`}}, "/lines", "additionalProperties"},
		{"new place of return", "amendment.json", []edit{{"/returnLocation/facilityCode", `"x"`}}, "/returnLocation/facilityCode", "facility-code"},
		{"notice of nothing", "notice.json", []edit{{"/containers", `[]`}}, "/containers", "minItems"},
		{"container twice", "notice.json", []edit{{"/containers/1", `"OERU1000025"`}}, "/containers", "uniqueItems"},
		{"check digit", "notice.json", []edit{{"/containers/1", `"OERU1000031"`}}, "/containers/1", "iso6346"},
		{"port", "notice.json", []edit{{"/portOfRelease", `"XMN"`}}, "/portOfRelease", "un-locode"},
		{"conditional", "notice.json", []edit{{"/outcome", `"CONDITIONAL_RELEASE"`}, {"/conditions", `"supervised store"`}}, "", ""},
	})
}

func TestInterchangeRules(t *testing.T) {
	const out, in, sheet = "authority-out.json", "authority-in.json", "gate-sheet-out.json"
	run(t, []rule{
		{"full return of an empty", in, []edit{{"/fullEmpty", `"FULL"`}}, "/fullEmpty", "type-and-load"},
		{"out from nowhere", out, []edit{{"/pickupFacility", ""}}, "/pickupFacility", "out-needs-pickup"},
		{"in to nowhere", in, []edit{{"/returnFacility", ""}}, "/returnFacility", "in-needs-return"},
		{"transfer", out, []edit{{"/eirType", `"TRANSFER"`}}, "", ""},
		{"transfer to nowhere", out, []edit{{"/eirType", `"TRANSFER"`}, {"/returnFacility", ""}}, "/returnFacility", "in-needs-return"},
		{"pick-up code", out, []edit{{"/pickupFacility/facilityCode", `"XMT-1"`}}, "/pickupFacility/facilityCode", "facility-code"},
		{"code of the trucker", out, []edit{{"/trucker/identifyingCodes/0/partyCode", `"91350200MA0000040Y"`}}, "/trucker/identifyingCodes/0/partyCode", "credit-code"},
		{"no container", in, []edit{{"/equipmentReference", ""}}, "/equipmentReference", "required"},
		{"a type only, for export", "authority-out-empty.json", []edit{{"/equipmentReference", ""}}, "", ""},
		{"export without booking", "authority-out-empty.json", []edit{{"/bookingReference", ""}}, "/bookingReference", "export-needs-booking"},
		{"delivery without booking", "authority-in-full.json", []edit{{"/bookingReference", ""}}, "/bookingReference", "export-needs-booking"},
		{"assigned check digit", "assignment.json", []edit{{"/equipmentReference", `"OERU1000026"`}}, "/equipmentReference", "iso6346"},
		{"pointer into nothing", "statement.json", []edit{{"/lines/0", `"damages"`}}, "/lines/0", "pattern"},
		{"unlisted damage agreed upon", "statement.json", []edit{{"/damages/0/damageType", `"QQ"`}}, "/damages/0/remark", "unlisted-damage-needs-remark"},
		{"half a free day", out, []edit{{"/freeDays", `7.5`}}, "/freeDays", "type"},

		{"sheet of another load", sheet, []edit{{"/fullEmpty", `"EMPTY"`}}, "/fullEmpty", "type-and-load"},
		{"gate code", sheet, []edit{{"/gate/facility/facilityCode", `"x"`}}, "/gate/facility/facilityCode", "facility-code"},
		{"full without seal", sheet, []edit{{"/seals", `[]`}}, "/seals", "full-needs-seal"},
		{"seal twice", sheet, []edit{{"/seals/1", `{"number":"OE778123","condition":"RIGHT"}`}}, "/seals/1/number", "seal-once"},
		{"seal in place of another", sheet, []edit{{"/seals/0/replaces", `"OE778100"`}}, "", ""},
		{"reefer data of a dry box", sheet, []edit{{"/ISOEquipmentCode", `"45G1"`}}, "/reefer", "only-for-reefers"},
		{"damaged without damage", sheet, []edit{{"/damages", ""}}, "/damages", "condition-and-damages"},
		{"sound with damage", sheet, []edit{{"/condition", `"SOUND"`}}, "/damages", "condition-and-damages"},
		{"damage nowhere on a box", sheet, []edit{{"/damages/0/location", `"ZB3N"`}}, "/damages/0/location", "pattern"},
		{"unlisted damage", sheet, []edit{{"/damages/0/damageType", `"QQ"`}}, "/damages/0/remark", "unlisted-damage-needs-remark"},
		{"unlisted damage with a remark", sheet, []edit{{"/damages/0/damageType", `"QQ"`}, {"/damages/0/remark", `"scorched"`}}, "", ""},
		{"photo that is not there", sheet, []edit{{"/photos", `[]`}}, "/damages/0/photoHashes/0", "known-photo"},
		{"no plate", sheet, []edit{{"/truck/plate", ""}}, "/truck/plate", "required"},
		{"warmer than text", sheet, []edit{{"/reefer/actualReturn", `-17.6`}}, "/reefer/actualReturn", "type"},
	})
}

func TestPartyRules(t *testing.T) {
	const f, code = "party-bank.json", "/identifyingCodes/0"
	run(t, []rule{
		{"no code", f, []edit{{"/identifyingCodes", `[]`}}, "/identifyingCodes", "minItems"},
		{"no name", f, []edit{{"/legalName", ""}}, "/legalName", "required"},
		{"code twice", f, []edit{{"/identifyingCodes/3", `{"codeListProvider":"ZZZ","partyCode":"EGRTCNBX","codeListName":"BIC"}`}}, "/identifyingCodes/3", "code-once"},
		{"BIC", f, []edit{{code + "/partyCode", `"EGRTCNB"`}}, code + "/partyCode", "bic"},
		{"credit code", f, []edit{{"/identifyingCodes/1/partyCode", `"91350200MA0000030X"`}}, "/identifyingCodes/1/partyCode", "credit-code"},
		{"LEI", f, []edit{{"/identifyingCodes/2/partyCode", `"9845EGRETISLEBANK010"`}}, "/identifyingCodes/2/partyCode", "lei"},
		{"SMDG code", f, []edit{{code, `{"codeListProvider":"SMDG","partyCode":"OEDL"}`}}, code + "/partyCode", "carrier-code"},
		{"SCAC", f, []edit{{code, `{"codeListProvider":"NMFTA","partyCode":"OED7"}`}}, code + "/partyCode", "carrier-code"},
		{"unknown provider", f, []edit{{code + "/codeListProvider", `"ACME"`}}, code + "/codeListProvider", "enum"},
		{"country", f, []edit{{"/countryCode", `"China"`}}, "/countryCode", "country"},
		{"number that is not checked", f, []edit{{code, `{"codeListProvider":"DNB","partyCode":"150483782","codeListName":"DUNS"}`}}, "", ""},
	})
}

func TestBadTextIsRefusedForEveryKind(t *testing.T) {
	c := checker(t)
	for _, k := range Kinds {
		for text, want := range map[string]Problem{
			`{"a":`:      {Malformed, "/a", CheckTruncated},
			`{"a":1,"a"`: {Malformed, "/a", CheckDuplicate},
			"{\"\xff\"":  {Malformed, "", CheckUTF8},
			nested(33):   {TooLarge, strings.Repeat("/a", 32), CheckDepth},
			`[]`:         {Invalid, "", "type"},
			`null`:       {Invalid, "", "type"},
			`"` + strings.Repeat("x", ContentLimits.Bytes) + `"`: {TooLarge, "", CheckSize},
		} {
			require.Equal(t, want, problemOf(t, c.Check(k, []byte(text))), "%s %.20s", k, text)
		}
	}
	require.ErrorContains(t, c.Check("invoice", []byte(`{}`)), "no content of kind")
}

// The validator walks members in no certain order; the answer must not.
func TestTheFirstProblemInTheDocumentIsNamed(t *testing.T) {
	c := checker(t)
	raw := fixtures.Read(order)
	raw = bytes.Replace(raw, []byte(`"OERU1000025"`), []byte(`"OERU1000020"`), -1)   // two places, the cargo first
	raw = bytes.Replace(raw, []byte(`"2026-10-19"`), []byte(`"yesterday"`), 1)       // before both
	raw = bytes.Replace(raw, []byte(`"isToOrder": true`), []byte(`"toOrder": 1`), 1) // and before that
	for range 50 {
		p := problemOf(t, c.Check(KindBill, raw))
		require.Equal(t, Problem{Invalid, "/isToOrder", "required"}, p, "what is missing counts where its object begins")
	}
	raw = bytes.Replace(raw, []byte(`"toOrder": 1`), []byte(`"isToOrder": true, "zz": 1, "aa": 1`), 1)
	for range 50 {
		require.Equal(t, Problem{Invalid, "/zz", "additionalProperties"}, problemOf(t, c.Check(KindBill, raw)))
	}
	raw = bytes.Replace(raw, []byte(`"zz": 1, "aa": 1`), []byte(`"numberOfRiderPages": 0`), 1)
	for range 50 {
		require.Equal(t, Problem{Invalid, "/issueDate", "date"}, problemOf(t, c.Check(KindBill, raw)))
	}
}

func TestACheckerServesManyAtOnce(t *testing.T) {
	c := checker(t)
	raw, bad := fixtures.Read(order), edited(t, order, edit{"/issueDate", `"x"`})
	done := make(chan error)
	for range 8 {
		go func() {
			var err error
			for range 5 {
				err = errors.Join(err, c.Check(KindBill, raw))
				if p := (*Problem)(nil); !errors.As(c.Check(KindBill, bad), &p) || p.At != "/issueDate" {
					err = errors.Join(err, fmt.Errorf("another answer: %v", p))
				}
			}
			done <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}

// No text of a content may leave through a problem: it is answered to clients and written to logs.
func TestAProblemCarriesNoContent(t *testing.T) {
	const canary = "canaryFBB71"
	c := checker(t)
	var places []string
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				walk(at+"/"+name, member)
			}
		case []any:
			for i, element := range v {
				walk(fmt.Sprintf("%s/%d", at, i), element)
			}
		case string:
			places = append(places, at)
		}
	}
	v, err := Parse(fixtures.Read(order), ContentLimits)
	require.NoError(t, err)
	walk("", v.tree)
	require.Greater(t, len(places), 80)
	refused := 0
	for _, at := range places {
		for _, text := range []string{canary, strings.Repeat(canary, 20), canary + " "} {
			if err := c.Check(KindBill, edited(t, order, edit{at, strconv.Quote(text)})); err != nil {
				refused++
				require.NotContains(t, err.Error(), canary)
				require.Equal(t, at, problemOf(t, err).At)
			}
		}
	}
	require.Greater(t, refused, 80)
}

func TestCheckDoesNotDependOnOrderOrBlanks(t *testing.T) {
	c := checker(t)
	v, err := Parse(fixtures.Read(order), ContentLimits)
	require.NoError(t, err)
	want, err := Hash(fixtures.Read(order))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(respell(t, v.tree))
		require.NoError(t, c.Check(KindBill, raw))
		got, err := Hash(raw)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

// respell writes a value with its members in a drawn order and drawn blanks.
func respell(t *rapid.T, v any) string {
	blank := rapid.SampledFrom([]string{"", " ", "\n\t"}).Draw(t, "blank")
	switch v := v.(type) {
	case map[string]any:
		var members []string
		for _, name := range rapid.Permutation(slices.Sorted(maps.Keys(v))).Draw(t, "order") {
			members = append(members, blank+strconv.Quote(name)+blank+":"+respell(t, v[name]))
		}
		return "{" + strings.Join(members, ",") + blank + "}"
	case []any:
		var elements []string
		for _, e := range v {
			elements = append(elements, respell(t, e))
		}
		return "[" + strings.Join(elements, ",") + blank + "]"
	default:
		raw, _ := json.Marshal(v)
		return blank + string(raw) + blank
	}
}

func FuzzCheck(f *testing.F) {
	c := checker(f)
	files, err := fixtures.Files.ReadDir(".")
	require.NoError(f, err)
	for _, file := range files {
		for i, k := range Kinds {
			if k == kindOf(f, file.Name()) {
				f.Add(uint8(i), fixtures.Read(file.Name()))
			}
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, raw []byte) {
		k := Kinds[int(i)%len(Kinds)]
		first := c.Check(k, raw)
		if second := c.Check(k, raw); fmt.Sprint(first) != fmt.Sprint(second) {
			t.Fatalf("%v, then %v", first, second)
		}
		if first != nil {
			problemOf(t, first)
			return
		}
		if _, err := Hash(raw); err != nil {
			t.Fatalf("good content without a hash: %v", err)
		}
		if err := viewOf(k, raw); err != nil {
			t.Fatalf("good content without a view: %v", err)
		}
	})
}

func viewOf(k Kind, raw []byte) (err error) {
	switch k {
	case KindBill:
		_, err = BillOf(raw)
	case KindGuarantee:
		_, err = GuaranteeOf(raw)
	case KindJoinder:
		_, err = JoinderOf(raw)
	case KindRelease:
		_, err = ReleaseOf(raw)
	case KindReleaseLine:
		_, err = ReleaseLineOf(raw)
	case KindAppointment:
		_, err = AppointmentOf(raw)
	case KindNotice:
		_, err = NoticeOf(raw)
	case KindEvidence:
		_, err = EvidenceOf(raw)
	case KindAmendment:
		_, err = AmendmentOf(raw)
	case KindAuthority:
		_, err = AuthorityOf(raw)
	case KindGateSheet:
		_, err = GateSheetOf(raw)
	case KindAssignment:
		_, err = AssignmentOf(raw)
	case KindStatement:
		_, err = StatementOf(raw)
	case KindParty:
		_, err = PartyOf(raw)
	case KindLetterAmendment:
		_, err = LetterAmendmentOf(raw)
	case KindDemand:
		_, err = DemandOf(raw)
	}
	return err
}
