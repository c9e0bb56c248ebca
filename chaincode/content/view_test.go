package content

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/fixtures"
)

func TestBillView(t *testing.T) {
	b, err := BillOf(fixtures.Read(order))
	require.NoError(t, err)
	setpoint := b.Equipments[0].Reefer
	require.Equal(t, Bill{
		Reference: "OEDL26XMN00042", TypeCode: "BOL", ToOrder: true, Electronic: true, HasEndorsee: true,
		CarrierCode: "OEDL", CarrierCodeListProvider: "NMFTA",
		IssueDate: "2026-10-19", ShippedOnBoardDate: "2026-10-18",
		Containers: []string{"OERU1000025", "OERU1000030"}, Places: []string{"CNXMN"},
		Equipments: []BillEquipment{
			{EquipmentReference: "OERU1000025", ISOEquipmentCode: "45R1", Seals: []string{"OE778123"}, Reefer: setpoint},
			{EquipmentReference: "OERU1000030", ISOEquipmentCode: "45R1", Seals: []string{"OE778124"}, Reefer: b.Equipments[1].Reefer},
		},
		Voyages: []string{"2647W"},
	}, b)
	require.Equal(t, "-18", setpoint.Temperature.String())

	for name, want := range map[string][4]bool{ // to order, consignee, endorsee, waybill
		order: {true, false, true, false}, straight: {false, true, false, false},
		waybill: {false, true, false, true}, bearer: {true, false, false, false},
	} {
		b, err := BillOf(fixtures.Read(name))
		require.NoError(t, err)
		require.Equal(t, want, [4]bool{b.ToOrder, b.HasConsignee, b.HasEndorsee, b.TypeCode == "SWB"}, name)
	}
}

// One voyage is one however it is written, and several legs may be of one.
func TestVoyagesOfABill(t *testing.T) {
	b, err := BillOf([]byte(`{"transports":{"vesselVoyages":[{"carrierExportVoyageNumber":" 26 47w "},
		{"carrierExportVoyageNumber":"2647W"},{"carrierExportVoyageNumber":"FD301"}]}}`))
	require.NoError(t, err)
	require.Equal(t, []string{"2647W", "FD301"}, b.Voyages)
}

func TestReleaseView(t *testing.T) {
	r, err := ReleaseOf(fixtures.Read("release.json"))
	require.NoError(t, err)
	require.Equal(t, "OEDL26XMN00042", r.TransportDocumentReference)
	require.Equal(t, Facility{"CNXMN", "SMDG", "XMT1"}, r.PickupLocation)
	require.Equal(t, &Facility{"CNXMN", "BIC", "EGDA"}, r.ReturnLocation)
	require.Len(t, r.Lines, 2)
	line := r.Lines[1]
	require.Equal(t, "OERU1000030", line.EquipmentReference)
	require.Equal(t, "45R1", line.ISOEquipmentCode)
	require.Equal(t, "FULL", line.FullEmpty)
	require.Equal(t, &Weight{"31570", "KGM"}, line.GrossWeight)
	require.Equal(t, []string{"OE778124"}, line.Seals)
	require.Contains(t, string(fixtures.Read("release.json")), string(line.Raw), "the line as it stands")
}

func TestGuaranteeViews(t *testing.T) {
	g, err := GuaranteeOf(fixtures.Read("guarantee-aa.json"))
	require.NoError(t, err)
	require.Equal(t, "AA", g.Form())
	require.Equal(t, []Underlying{{"OEDL26XMN00042", []string{"OERU1000025", "OERU1000030"}}}, g.Underlying)
	require.Equal(t, "UNLIMITED", g.AmountType)
	require.Equal(t, "TELEX_RELEASE", Guarantee{Type: "TELEX_RELEASE"}.Form())

	j, err := JoinderOf(fixtures.Read("joinder.json"))
	require.NoError(t, err)
	require.Equal(t, "EIB-LG-26-00318", j.BankReference)
	require.Equal(t, Cover{
		AmountType: "PERCENT_OF_CIF", PercentOfCIF: "200", CIFValue: "285600.00", Currency: "USD",
		IssueDate: "2026-11-20", ValidityType: "FIXED", ExpiryDate: "2027-11-20", Rules: "URDG758",
	}, j.Cover)
	a, err := LetterAmendmentOf(fixtures.Read("guarantee-amendment.json"))
	require.NoError(t, err)
	require.Equal(t, Cover{AmountType: "FIXED", Amount: "600000.00", Currency: "USD", IssueDate: "2026-11-21",
		ValidityType: "FIXED", ExpiryDate: "2028-03-31", Rules: "URDG758"}, a.Cover)
	d, err := DemandOf(fixtures.Read("demand.json"))
	require.NoError(t, err)
	require.Equal(t, Demand{Amount: "200000.00", Currency: "USD"}, d)
}

func TestGateViews(t *testing.T) {
	a, err := AppointmentOf(fixtures.Read("appointment.json"))
	require.NoError(t, err)
	require.Equal(t, Appointment{
		From: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC), TruckPlate: "闽D12345",
	}, a)

	n, err := NoticeOf(fixtures.Read("notice.json"))
	require.NoError(t, err)
	require.Equal(t, Notice{"371020261100042187", "RELEASED", "OEDL26XMN00042", []string{"OERU1000025", "OERU1000030"}}, n)

	out, err := AuthorityOf(fixtures.Read("authority-out.json"))
	require.NoError(t, err)
	require.Equal(t, Authority{
		EIRType: "OUT_FULL", EquipmentReference: "OERU1000025", ISOEquipmentCode: "45R1", FullEmpty: "FULL",
		PickupFacility: &Facility{"CNXMN", "SMDG", "XMT1"}, ReturnFacility: &Facility{"CNXMN", "BIC", "EGDA"},
		Deadline: time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC), FreeDays: 7,
	}, out)
	in, err := AuthorityOf(fixtures.Read("authority-in.json"))
	require.NoError(t, err)
	require.Nil(t, in.PickupFacility)

	g, err := GateSheetOf(fixtures.Read("gate-sheet-out.json"))
	require.NoError(t, err)
	require.Equal(t, GateSheet{
		EIRType: "OUT_FULL", EquipmentReference: "OERU1000025", ISOEquipmentCode: "45R1", FullEmpty: "FULL",
		Facility: Facility{"CNXMN", "SMDG", "XMT1"}, At: time.Date(2026, 11, 22, 6, 8, 0, 0, time.UTC),
		TruckPlate: "闽D12345", GrossWeight: &Weight{"32120", "KGM"},
		Seals: []GateSeal{{"OE778123", "CAR", "RIGHT", ""}}, Condition: "DAMAGED",
	}, g)
	require.False(t, g.At.Before(a.From) || g.At.After(a.To), "the demonstration's truck is on time")
	require.Equal(t, a.TruckPlate, g.TruckPlate)
}

func TestPartyView(t *testing.T) {
	p, err := PartyOf(fixtures.Read("party-line.json"))
	require.NoError(t, err)
	require.Equal(t, "Open Ledger Line Co., Ltd.", p.LegalName)
	require.Equal(t, IdentifyingCode{"NMFTA", "OEDL", "SCAC"}, p.IdentifyingCodes[0])
}

func TestAViewOfAnotherShapeIsAProblemAndNoPanic(t *testing.T) {
	for _, k := range Kinds {
		for _, raw := range []string{``, `[]`, `"x"`, `{"lines":7}`, `{"lines":[7]}`, `{"freeDays":"x"}`} {
			if err := viewOf(k, []byte(raw)); err != nil {
				problemOf(t, err)
			}
		}
	}
}

func BenchmarkCheckBill(b *testing.B) {
	c := checker(b)
	raw := fixtures.Read(order)
	for b.Loop() {
		if err := c.Check(KindBill, raw); err != nil {
			b.Fatal(err)
		}
	}
}
