package content

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/fixtures"
)

// legsWith is the fixture's list with a change of one leg.
func legsWith(t *testing.T, n int, member string, value any) []byte {
	t.Helper()
	d := mutable(t, "legs.json")
	d["legs"].([]any)[n].(object)[member] = value
	return encoded(t, d)
}

func TestLegsFollowEachOther(t *testing.T) {
	c := checker(t)
	elsewhere := object{"UNLocationCode": "BRRIO"}
	halfCoded := object{"UNLocationCode": "BRSSZ", "facilityCode": "SSZ1"}
	for name, tc := range map[string]struct {
		n         int
		member    string
		value     any
		at, check string
	}{
		"out of order":             {1, "legSequence", 3, "/legs/1/legSequence", "leg-in-order"},
		"begins somewhere else":    {1, "fromLocation", elsewhere, "/legs/1/fromLocation", "legs-join"},
		"ends somewhere else":      {0, "toLocation", elsewhere, "/legs/1/fromLocation", "legs-join"},
		"a facility without list":  {0, "toLocation", halfCoded, "/legs/0/toLocation/facilityCode", "facility-and-list"},
		"leaves before the other":  {2, "plannedDeparture", "2026-11-20T07:59:59+08:00", "/legs/2/plannedDeparture", "leaves-after-arrival"},
		"arrives before it leaves": {0, "plannedArrival", "2026-10-15T08:00:00-03:00", "/legs/0/plannedArrival", "arrives-after-departure"},
		"by pipeline":              {0, "modeOfTransport", "PIPELINE", "/legs/0/modeOfTransport", "enum"},
	} {
		var p *Problem
		require.ErrorAs(t, c.Check(KindLegs, legsWith(t, tc.n, tc.member, tc.value)), &p, name)
		require.Equal(t, []string{tc.at, tc.check}, []string{p.At, p.Check}, name)
	}
	require.NoError(t, c.Check(KindLegs, legsWith(t, 2, "plannedDeparture", "2026-11-20T08:00:00+08:00")), "at once")
}

// One document over several modes: two legs by road make no multimodal carriage.
func TestLegsAreByTwoModesAtLeast(t *testing.T) {
	d := mutable(t, "legs.json")
	for _, l := range d["legs"].([]any) {
		l.(object)["modeOfTransport"] = "TRUCK"
	}
	var p *Problem
	require.ErrorAs(t, checker(t).Check(KindLegs, encoded(t, d)), &p)
	require.Equal(t, []string{"/legs", "two-modes"}, []string{p.At, p.Check})
	d["legs"] = d["legs"].([]any)[:1]
	require.ErrorAs(t, checker(t).Check(KindLegs, encoded(t, d)), &p)
	require.Equal(t, "minItems", p.Check)
}

func TestAHandoverTellsOfItsSeals(t *testing.T) {
	for name, tc := range map[string]struct {
		change    object
		at, check string
	}{
		"broken, without a word":          {object{"sealsIntact": false}, "/remarks", "broken-seal-needs-remark"},
		"intact, and one is not":          {object{"seals": []any{object{"equipmentReference": "OERU1000025", "number": "1", "condition": "MISSING"}}}, "/seals/0/condition", "seals-intact"},
		"broken, and told":                {object{"sealsIntact": false, "remarks": "cut"}, "", ""},
		"no seals listed":                 {object{"seals": []any{}}, "", ""},
		"a container number that is none": {object{"seals": []any{object{"equipmentReference": "OERU1000026", "number": "1", "condition": "RIGHT"}}}, "/seals/0/equipmentReference", "iso6346"},
	} {
		d := mutable(t, "leg-handover.json")
		for member, value := range tc.change {
			d[member] = value
		}
		err := checker(t).Check(KindLegHandover, encoded(t, d))
		if tc.at == "" {
			require.NoError(t, err, name)
			continue
		}
		var p *Problem
		require.ErrorAs(t, err, &p, name)
		require.Equal(t, []string{tc.at, tc.check}, []string{p.At, p.Check}, name)
	}
}

// The carriage begins at the place of receipt, or else the port of loading, and ends at the place of delivery, or else the port
// of discharge.
func TestTheRouteOfABill(t *testing.T) {
	for fixture, want := range map[string][]string{"bill-multimodal.json": {"BRCPQ", "CNCKG"}, "bill-order.json": {"BRSSZ", "CNXMN"}} {
		from, to, err := RouteOf(fixtures.Read(fixture))
		require.NoError(t, err)
		require.Equal(t, want, []string{from.UNLocationCode, to.UNLocationCode}, fixture)
	}
}

// A leg is cut out of the list byte for byte.
func TestALegIsCutOutAsItStands(t *testing.T) {
	raw := fixtures.Read("legs.json")
	all, err := LegsOf(raw)
	require.NoError(t, err)
	require.Len(t, all, 3)
	for i, l := range all {
		require.Equal(t, i+1, l.Sequence)
		require.Contains(t, string(raw), string(l.Raw))
	}
	require.Equal(t, Place{"CNCKG", "BIC", "CKGA"}, all[2].To)
}

// mutable is a fixture to be changed, encoded what became of it.
func mutable(t *testing.T, fixture string) object {
	t.Helper()
	var d object
	require.NoError(t, json.Unmarshal(fixtures.Read(fixture), &d))
	return d
}

func encoded(t *testing.T, d object) []byte {
	t.Helper()
	raw, err := json.Marshal(d)
	require.NoError(t, err)
	return raw
}
