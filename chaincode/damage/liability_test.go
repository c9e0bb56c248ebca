package damage_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/damage"
)

func line(location, kind string, quantity int) damage.Line {
	return damage.Line{Location: location, Type: kind, Quantity: quantity}
}

// verdict is a liability in the words of a table.
type verdict struct {
	at, outAt string
	quantity  int
	side      damage.Side
}

func verdicts(found []damage.Liability) []verdict {
	var list []verdict
	for _, l := range found {
		list = append(list, verdict{l.At, l.OutAt, l.Line.Quantity, l.Side})
	}
	return list
}

func TestWhoAnswersForADamage(t *testing.T) {
	dent := line("LB3N", "DT", 0)
	panel, rail := dent, dent
	panel.Component, rail.Component = "PAA", "RLA"
	claimed := dent
	claimed.PreExisting, claimed.Side = true, damage.Owner
	for _, row := range []struct {
		name    string
		in, out []damage.Line
		want    []verdict
	}{
		{"nothing", nil, nil, nil},
		{"a new dent (walk-through 8)", []damage.Line{dent}, nil, []verdict{{"/0", "", 1, damage.User}}},
		{"an old dent", []damage.Line{dent}, []damage.Line{dent}, []verdict{{"/0", "/0", 1, damage.Owner}}},
		{"a dent that was repaired on the way", nil, []damage.Line{dent}, nil},
		{"another place", []damage.Line{dent}, []damage.Line{line("LB4N", "DT", 0)}, []verdict{{"/0", "", 1, damage.User}}},
		{"another type", []damage.Line{dent}, []damage.Line{line("LB3N", "HO", 0)}, []verdict{{"/0", "", 1, damage.User}}},
		{"the same place otherwise written", []damage.Line{line("LB33", "DT", 1), line("RT25", "SC", 1)},
			[]damage.Line{line("RT52", "SC", 1), dent}, []verdict{{"/0", "/1", 1, damage.Owner}, {"/1", "/0", 1, damage.Owner}}},
		{"three where two were", []damage.Line{line("LB3N", "DT", 3)}, []damage.Line{line("LB3N", "DT", 2)},
			[]verdict{{"/0", "/0", 2, damage.Owner}, {"/0", "", 1, damage.User}}},
		{"two lines of one where a line of two was", []damage.Line{dent, dent}, []damage.Line{line("LB3N", "DT", 2)},
			[]verdict{{"/0", "/0", 1, damage.Owner}, {"/1", "/0", 1, damage.Owner}}},
		{"a line of three where lines of one were", []damage.Line{line("LB3N", "DT", 3)}, []damage.Line{dent, dent},
			[]verdict{{"/0", "/0", 1, damage.Owner}, {"/0", "/1", 1, damage.Owner}, {"/0", "", 1, damage.User}}},
		{"two compete for one, and the component decides", []damage.Line{panel, rail}, []damage.Line{rail},
			[]verdict{{"/0", "", 1, damage.User}, {"/1", "/0", 1, damage.Owner}}},
		{"another component at the same place and of the same type", []damage.Line{panel}, []damage.Line{rail},
			[]verdict{{"/0", "/0", 1, damage.Owner}}},
		{"the gate's own claims decide nothing", []damage.Line{claimed}, nil, []verdict{{"/0", "", 1, damage.User}}},
		{"what is no location is compared as written", []damage.Line{line("roof", "DT", 1)}, []damage.Line{line("roof", "DT", 1)},
			[]verdict{{"/0", "/0", 1, damage.Owner}}},
	} {
		found := damage.Liabilities(row.in, row.out)
		require.Equal(t, row.want, verdicts(found), row.name)
		for _, l := range found {
			require.Equal(t, l.OutAt != "", l.PreExisting, row.name)
		}
	}
	require.True(t, damage.New([]damage.Line{claimed}, nil)[0].Line.PreExisting, "the claim stays to be read")
}

func lines(t *rapid.T, name string) []damage.Line {
	one := rapid.Custom(func(t *rapid.T) damage.Line {
		return damage.Line{
			Location:  rapid.SampledFrom([]string{"LB3N", "LB33", "RT15", "RT51", "?"}).Draw(t, "location"),
			Type:      rapid.SampledFrom([]string{"DT", "HO"}).Draw(t, "type"),
			Component: rapid.SampledFrom([]string{"", "PAA", "RLA"}).Draw(t, "component"),
			Quantity:  rapid.IntRange(0, 4).Draw(t, "quantity"),
		}
	})
	return rapid.SliceOfN(one, 0, 12).Draw(t, name)
}

// counts are how many damages there are by location, in one spelling, and type.
func counts(lines []damage.Line) map[string]int {
	spelling := map[string]string{"LB33": "LB3N", "RT51": "RT15"}
	found := map[string]int{}
	for _, l := range lines {
		where := l.Location
		if s, ok := spelling[where]; ok {
			where = s
		}
		found[where+" "+l.Type] += max(1, l.Quantity)
	}
	return found
}

func linesOf(found []damage.Liability, old bool) []damage.Line {
	var list []damage.Line
	for _, l := range found {
		if l.PreExisting == old {
			list = append(list, l.Line)
		}
	}
	return list
}

func TestEqualListsHaveNothingNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := lines(t, "in")
		require.Empty(t, damage.New(in, rapid.Permutation(in).Draw(t, "out")))
	})
}

// The multiset difference, counted the dumb way.
func TestNewAndPreExistingTogetherAreTheIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, out := lines(t, "in"), lines(t, "out")
		found := damage.Liabilities(in, out)
		fresh, old := linesOf(found, false), linesOf(found, true)
		require.Equal(t, counts(in), counts(append(append([]damage.Line{}, fresh...), old...)))
		was, is := counts(out), counts(in)
		gotNew, gotOld := counts(fresh), counts(old)
		for where, n := range is {
			require.Equal(t, max(0, n-was[where]), gotNew[where], where)
			require.Equal(t, min(n, was[where]), gotOld[where], where)
		}
		require.Len(t, damage.New(in, out), len(fresh))
	})
}

func TestWithoutAnOutEverythingIsNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := lines(t, "in")
		require.Len(t, damage.New(in, nil), len(in))
		require.Empty(t, damage.Liabilities(nil, in))
	})
}
