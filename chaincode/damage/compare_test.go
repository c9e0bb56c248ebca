package damage_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/damage"
)

func seal(number string, condition damage.SealCondition) damage.Seal {
	return damage.Seal{Number: number, Condition: condition}
}

// before is a release line and now a gate sheet of the same container.
func before(seals ...damage.Seal) damage.Record {
	return damage.Record{Container: "CSQU3054383", SizeType: "45R1", Seals: seals, Places: damage.LinePlaces}
}

func now(seals ...damage.Seal) damage.Record {
	r := before(seals...)
	r.Places = damage.SheetPlaces
	return r
}

func TestSealsOfTwoPapers(t *testing.T) {
	plain := seal("A1", "")
	from := func(source string) damage.Seal {
		return damage.Seal{Number: "A1", Source: source, Condition: damage.SealRight}
	}
	diff := func(how damage.How, at, other string, blocks bool) damage.Report {
		return damage.Report{{Field: damage.FieldSeals, How: how, At: at, Other: other, Blocks: blocks}}
	}
	for _, row := range []struct {
		name    string
		was, is []damage.Seal
		want    damage.Report
	}{
		{"the same", []damage.Seal{plain}, []damage.Seal{seal("A1", damage.SealRight)}, nil},
		{"in another order", []damage.Seal{plain, seal("B2", "")}, []damage.Seal{seal("B2", ""), plain}, nil},
		{"gone", []damage.Seal{seal("B2", ""), plain}, []damage.Seal{seal("B2", "")}, diff(damage.SealGone, "/seals/1", "/seals", true)},
		{"all gone", []damage.Seal{plain}, []damage.Seal{}, diff(damage.SealGone, "/seals/0", "/seals", true)},
		{"added", []damage.Seal{}, []damage.Seal{plain}, diff(damage.SealAdded, "/seals", "/seals/0", true)},
		{"another number", []damage.Seal{plain}, []damage.Seal{seal("A2", "")}, damage.Report{
			{Field: damage.FieldSeals, How: damage.SealGone, At: "/seals/0", Other: "/seals", Blocks: true},
			{Field: damage.FieldSeals, How: damage.SealAdded, At: "/seals", Other: "/seals/0", Blocks: true}}},
		{"not stated before", nil, []damage.Seal{plain}, nil},
		{"not stated now", []damage.Seal{plain}, nil, nil},
		{"missing", []damage.Seal{plain}, []damage.Seal{seal("A1", damage.SealMissing)}, diff(damage.SealGone, "/seals/0", "/seals/0", true)},
		{"broken", []damage.Seal{plain}, []damage.Seal{seal("A1", damage.SealBroken)}, diff(damage.OtherCondition, "/seals/0", "/seals/0", true)},
		{"damaged", []damage.Seal{plain}, []damage.Seal{seal("A1", damage.SealDamaged)}, diff(damage.OtherCondition, "/seals/0", "/seals/0", false)},
		{"faulty", []damage.Seal{plain}, []damage.Seal{seal("A1", damage.SealFaulty)}, diff(damage.OtherCondition, "/seals/0", "/seals/0", false)},
		{"broken then and now", []damage.Seal{seal("A1", damage.SealBroken)}, []damage.Seal{seal("A1", damage.SealBroken)}, nil},
		{"broken, then right", []damage.Seal{seal("A1", damage.SealBroken)}, []damage.Seal{plain}, diff(damage.OtherCondition, "/seals/0", "/seals/0", true)},
		{"broken, then missing", []damage.Seal{seal("A1", damage.SealBroken)}, []damage.Seal{seal("A1", damage.SealMissing)}, diff(damage.SealGone, "/seals/0", "/seals/0", true)},
		{"missing, then not listed", []damage.Seal{seal("A1", damage.SealMissing)}, []damage.Seal{}, nil},
		{"missing, then back", []damage.Seal{seal("A1", damage.SealMissing)}, []damage.Seal{plain}, diff(damage.SealAdded, "/seals/0", "/seals/0", true)},
		{"listed as missing, and never there", []damage.Seal{}, []damage.Seal{seal("A1", damage.SealMissing)}, nil},
		{"another source", []damage.Seal{from("CAR")}, []damage.Seal{from("CUS")}, diff(damage.OtherSource, "/seals/0", "/seals/0", true)},
		{"a source stated once", []damage.Seal{plain}, []damage.Seal{from("CUS")}, nil},
		{"listed twice", []damage.Seal{plain, plain}, []damage.Seal{plain, plain}, nil},
		{"a lower-case number", []damage.Seal{seal("a1", "")}, []damage.Seal{}, diff(damage.SealGone, "/seals/0", "/seals", true)},
	} {
		found := damage.Compare(before(row.was...), now(row.is...), nil)
		require.Equal(t, row.want, found, row.name)
		require.Equal(t, len(row.want) > 0 && row.want[0].Blocks, found.Blocks(), row.name)
	}
}

func TestAResealingExplainsTheSealsThatItNames(t *testing.T) {
	customs := damage.Reseal{Removed: []string{"A1"}, Affixed: []damage.Seal{{Number: "C1", Source: "CUS"}}}
	quarantine := damage.Reseal{Removed: []string{"C1"}, Affixed: []damage.Seal{{Number: "V1", Source: "VET"}}}
	was := before(seal("A1", ""), seal("B2", ""))
	for _, row := range []struct {
		name    string
		reseals []damage.Reseal
		is      []damage.Seal
		hows    []damage.How
	}{
		{"once", []damage.Reseal{customs}, []damage.Seal{seal("C1", ""), seal("B2", "")}, nil},
		{"the old seal listed as missing", []damage.Reseal{customs}, []damage.Seal{seal("A1", damage.SealMissing), seal("C1", ""), seal("B2", "")}, nil},
		{"twice", []damage.Reseal{customs, quarantine}, []damage.Seal{seal("B2", ""), seal("V1", "")}, nil},
		{"in the wrong order", []damage.Reseal{quarantine, customs}, []damage.Seal{seal("B2", ""), seal("V1", "")}, []damage.How{damage.SealGone}},
		{"another seal than was affixed", []damage.Reseal{customs}, []damage.Seal{seal("B2", ""), seal("X9", "")}, []damage.How{damage.SealGone, damage.SealAdded}},
		{"the seal of another party", []damage.Reseal{customs}, []damage.Seal{seal("B2", ""), {Number: "C1", Source: "TER"}}, []damage.How{damage.OtherSource}},
		{"a seal that it does not name", []damage.Reseal{customs}, []damage.Seal{seal("C1", "")}, []damage.How{damage.SealGone}},
		{"the same seal put back", []damage.Reseal{{Removed: []string{"A1"}, Affixed: []damage.Seal{seal("A1", "")}}}, []damage.Seal{seal("A1", ""), seal("B2", "")}, nil},
	} {
		var hows []damage.How
		for _, d := range damage.Compare(was, now(row.is...), row.reseals) {
			hows = append(hows, d.How)
			require.True(t, d.Blocks, row.name)
		}
		require.ElementsMatch(t, row.hows, hows, row.name)
	}
}

func TestOnlyTheContainerNumberAndSealsBlock(t *testing.T) {
	a, b := before(), now()
	b.Container, b.SizeType = "TRHU6875483", "42R1"
	a.Weight, b.Weight = &damage.Weight{Value: dec("20000"), Unit: "KGM"}, &damage.Weight{Value: dec("21000"), Unit: "KGM"}
	a.Setpoint, b.Setpoint = &damage.Setpoint{Value: dec("-18"), Unit: "CEL"}, &damage.Setpoint{Value: dec("-20"), Unit: "CEL"}
	require.Equal(t, damage.Report{
		{Field: damage.FieldContainer, How: damage.OtherValue, At: "/equipmentReference", Other: "/equipmentReference", Blocks: true},
		{Field: damage.FieldSizeType, How: damage.OtherValue, At: "/ISOEquipmentCode", Other: "/ISOEquipmentCode"},
		{Field: damage.FieldWeight, How: damage.BeyondHalf, At: "/grossWeight", Other: "/grossWeight"},
		{Field: damage.FieldSetpoint, How: damage.OtherValue, At: "/reefer/activeReeferSettings/temperatureSetpoint", Other: "/reefer/setpoint"},
	}, damage.Compare(a, b, nil))
	b.Container = a.Container
	require.False(t, damage.Compare(a, b, nil).Blocks())
	require.Empty(t, damage.Compare(a, damage.Record{}, nil), "what one paper leaves out is no difference")
	require.False(t, damage.Report(nil).Blocks())
}

func TestPlacesInABill(t *testing.T) {
	p := damage.BillPlaces("/utilizedTransportEquipments/2")
	require.Equal(t, "/utilizedTransportEquipments/2/equipment/equipmentReference", p.Container)
	require.Equal(t, "/utilizedTransportEquipments/2/seals", p.Seals)
	require.Equal(t, "/lines/0/grossWeight", damage.LinePlaces.Under("/lines/0").Weight)
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func TestWeightsWithinHalfAPercent(t *testing.T) {
	for _, row := range []struct {
		was, wasUnit, is, isUnit string
		how                      damage.How
	}{
		{"20000", "KGM", "20000.0", "KGM", ""},
		{"20000", "KGM", "20100", "KGM", ""}, {"20000", "KGM", "20100.001", "KGM", damage.BeyondHalf},
		{"20000", "KGM", "19900", "KGM", ""}, {"20000", "KGM", "19899.999", "KGM", damage.BeyondHalf},
		{"100", "KGM", "220.462262", "LBR", ""}, {"100", "KGM", "222", "LBR", damage.BeyondHalf},
		{"100", "LBR", "45.359237", "KGM", ""}, {"100", "LBR", "100", "KGM", damage.BeyondHalf},
		// 0.5 % more of 100 lb is 45.586033185 kg exactly.
		{"100", "LBR", "45.586033185", "KGM", ""}, {"100", "LBR", "45.5860331851", "KGM", damage.BeyondHalf},
		{"0", "KGM", "0", "KGM", ""}, {"0", "KGM", "0.001", "KGM", damage.BeyondHalf},
		{"20", "KGM", "20", "TNE", damage.NotComparable}, {"20", "", "20", "KGM", damage.NotComparable},
		{"1e9999", "KGM", "1e9999", "KGM", damage.NotComparable}, {"1", "LBR", "1e-9999", "LBR", damage.NotComparable},
	} {
		a, b := before(), now()
		a.Weight, b.Weight = &damage.Weight{Value: dec(row.was), Unit: row.wasUnit}, &damage.Weight{Value: dec(row.is), Unit: row.isUnit}
		found := damage.Compare(a, b, nil)
		if row.how == "" {
			require.Empty(t, found, "%+v", row)
			continue
		}
		require.Equal(t, damage.Report{{Field: damage.FieldWeight, How: row.how, At: "/grossWeight", Other: "/grossWeight"}}, found, "%+v", row)
	}
}

func TestSetpointsAreComparedAcrossUnits(t *testing.T) {
	endless := decimal.New(1, math.MaxInt32)
	for _, row := range []struct {
		was, is damage.Setpoint
		how     damage.How
	}{
		{damage.Setpoint{Value: dec("-18"), Unit: "CEL"}, damage.Setpoint{Value: dec("-0.4"), Unit: "FAH"}, ""},
		{damage.Setpoint{Value: dec("-18"), Unit: "CEL"}, damage.Setpoint{Value: dec("0"), Unit: "FAH"}, damage.OtherValue},
		{damage.Setpoint{Value: dec("-18"), Unit: "CEL"}, damage.Setpoint{Value: dec("-18"), Unit: ""}, damage.NotComparable},
		{damage.Setpoint{Value: endless, Unit: "CEL"}, damage.Setpoint{Value: endless, Unit: "CEL"}, damage.NotComparable},
	} {
		a, b := before(), now()
		a.Setpoint, b.Setpoint = &row.was, &row.is
		var how damage.How
		for _, d := range damage.Compare(a, b, nil) {
			how = d.How
		}
		require.Equal(t, row.how, how)
	}
}

func TestSealsOfOnePaper(t *testing.T) {
	require.Empty(t, damage.SealProblems([]damage.Seal{seal("A1", ""), seal("B2", damage.SealFaulty)}))
	require.Equal(t, []damage.Problem{{Check: damage.SealOnce, At: "/1/number"}, {Check: damage.SealConditionKnown, At: "/1/condition"}},
		damage.SealProblems([]damage.Seal{seal("A1", ""), seal("A1", "FINE")}))
}

func seals(t *rapid.T, name string) []damage.Seal {
	one := rapid.Custom(func(t *rapid.T) damage.Seal {
		return damage.Seal{
			Number:    rapid.SampledFrom([]string{"A", "B", "C", "D"}).Draw(t, "number"),
			Source:    rapid.SampledFrom([]string{"", "CAR", "CUS"}).Draw(t, "source"),
			Condition: rapid.SampledFrom([]damage.SealCondition{"", "RIGHT", "BROKEN", "MISSING", "DAMAGED"}).Draw(t, "condition"),
		}
	})
	return rapid.SliceOfNDistinct(one, 0, 4, func(s damage.Seal) string { return s.Number }).Draw(t, name)
}

func TestAPaperAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := seals(t, "seals")
		require.Empty(t, damage.Compare(before(list...), now(rapid.Permutation(list).Draw(t, "shuffled")...), nil))
	})
}

func TestSealsDifferBothWaysOrNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := seals(t, "a"), seals(t, "b")
		there, back := damage.Compare(before(a...), now(b...), nil), damage.Compare(before(b...), now(a...), nil)
		require.Len(t, back, len(there))
		require.Equal(t, there.Blocks(), back.Blocks())
	})
}

// One resealing from any seals to any others explains everything.
func TestAResealingFromHereToThereLeavesNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := seals(t, "a"), seals(t, "b")
		all := damage.Reseal{Affixed: b}
		for _, s := range a {
			all.Removed = append(all.Removed, s.Number)
		}
		require.Empty(t, damage.Compare(before(a...), now(b...), []damage.Reseal{all}))
	})
}
