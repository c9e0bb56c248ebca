package damage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/damage"
)

// at makes one problem; none when the check is empty.
func at(check damage.Check, place string) []damage.Problem {
	if check == "" {
		return nil
	}
	return []damage.Problem{{Check: check, At: place}}
}

func TestWhatALocationSays(t *testing.T) {
	for _, row := range []struct{ code, english, chinese string }{
		{"LB3N", "left side, bottom half, section 3", "左侧，下半部，第 3 段"}, // the example of the domain facts
		{"RT15", "right side, top half, sections 1 to 5", "右侧，上半部，第 1 至 5 段"},
		{"RT51", "right side, top half, sections 1 to 5", "右侧，上半部，第 1 至 5 段"},
		{"TL0N", "top, left half, section 10", "箱顶，左半部，第 10 段"},
		{"BR90", "bottom, right half, sections 9 to 10", "箱底，右半部，第 9 至 10 段"},
		{"DH22", "door end, upper component (top rail), section 2", "门端，上部构件（上梁），第 2 段"},
		{"FG1N", "front end, lower component (bottom rail), section 1", "前端，下部构件（下梁），第 1 段"},
		{"UXXX", "understructure, both halves, all sections", "底部结构，整面，全长"},
		{"IXXN", "interior, both halves, all sections", "箱内，整面，全长"},
		{"EX3X", "exterior, both halves, from section 3", "箱外，整面，自第 3 段起"},
		{"XXX4", "whole container, both halves, up to section 4", "整箱，整面，至第 4 段"},
	} {
		l, ok := damage.ParseLocation(row.code)
		require.True(t, ok, row.code)
		require.Equal(t, damage.Words{English: row.english, Chinese: row.chinese}, l.Words(), row.code)
	}
	for _, code := range []string{"", "LB3", "LB3NN", "lb3n", "AB3N", "LA3N", "LBNN", "LB3A", "LB 3", "LB3N\n", "左B3N"} {
		_, ok := damage.ParseLocation(code)
		require.False(t, ok, "%q", code)
	}
}

func TestEveryLetterOfALocationHasWords(t *testing.T) {
	for _, face := range "RLTBFDUIEX" {
		for _, part := range "HTBGLRX" {
			l, ok := damage.ParseLocation(string(face) + string(part) + "1N")
			require.True(t, ok)
			require.NotContains(t, l.Words().English, ", ,")
			require.False(t, strings.HasPrefix(l.Words().English, ","))
			require.NotContains(t, l.Words().Chinese, "，，")
			require.False(t, strings.HasPrefix(l.Words().Chinese, "，"))
		}
	}
}

func TestTheDamageTypesInUse(t *testing.T) {
	codes := strings.Fields("BT BW BR BO BN CK CO CT CU DL DT DY FZ GD HO IR LK LO ML MS NI OD OL PF RO SC WM WT")
	require.Len(t, damage.Types, len(codes))
	require.True(t, slices.IsSortedFunc(damage.Types, func(a, b damage.Type) int { return strings.Compare(a.Code, b.Code) }))
	for _, code := range codes {
		found, ok := damage.TypeOf(code)
		require.True(t, ok, code)
		require.NotEmpty(t, found.English)
		require.NotEmpty(t, found.Chinese)
	}
	_, ok := damage.TypeOf("ZZ")
	require.False(t, ok)
}

func TestPaperLettersAreNoCEDEX(t *testing.T) {
	for letter, code := range map[string]string{"BR": "BR", "D": "DT", "M": "MS", "DR": "DY", "DL": "ML"} {
		found, ok := damage.TypeOfPaper(letter)
		require.True(t, ok, letter)
		require.Equal(t, code, found.Code, letter)
	}
	for _, letter := range []string{"", "DT", "ML", "d"} {
		_, ok := damage.TypeOfPaper(letter)
		require.False(t, ok, letter)
	}
	require.Len(t, damage.PaperLetters, 5)
}

func TestDamageLinesThatCannotBeMeant(t *testing.T) {
	for _, row := range []struct {
		name string
		line damage.Line
		size string
		want []damage.Problem
	}{
		{"plain", damage.Line{Location: "LB3N", Type: "DT"}, "22G1", nil},
		{"full", damage.Line{Location: "LB3N", Type: "DT", Quantity: 999, Side: damage.ThirdParty}, "22G1", nil},
		{"a location that is none", damage.Line{Location: "3NLB", Type: "DT"}, "22G1", at(damage.LocationForm, "/0/location")},
		{"the sixth section of 20 ft", damage.Line{Location: "LB6N", Type: "DT"}, "22G1", at(damage.SectionOnContainer, "/0/location")},
		{"up to the tenth of 20 ft", damage.Line{Location: "LB10", Type: "DT"}, "22G1", at(damage.SectionOnContainer, "/0/location")},
		{"the fifth of 20 ft", damage.Line{Location: "LB5N", Type: "DT"}, "22G1", nil},
		{"the tenth of 40 ft", damage.Line{Location: "LB0N", Type: "DT"}, "45G1", nil},
		{"the tenth of a container unknown", damage.Line{Location: "LB0N", Type: "DT"}, "", nil},
		{"an unlisted type with words", damage.Line{Location: "LB3N", Type: "ZZ", Remark: "graffiti"}, "22G1", nil},
		{"an unlisted type", damage.Line{Location: "LB3N", Type: "ZZ", Remark: "\t "}, "22G1", at(damage.UnlistedNeedsWords, "/0/remark")},
		{"a letter of the paper", damage.Line{Location: "LB3N", Type: "D", Remark: "dent"}, "22G1", at(damage.TypeForm, "/0/damageType")},
		{"fewer than none", damage.Line{Location: "LB3N", Type: "DT", Quantity: -1}, "22G1", at(damage.QuantityRange, "/0/quantity")},
		{"too many", damage.Line{Location: "LB3N", Type: "DT", Quantity: 1000}, "22G1", at(damage.QuantityRange, "/0/quantity")},
		{"nobody's", damage.Line{Location: "LB3N", Type: "DT", Side: "X"}, "22G1", at(damage.SideKnown, "/0/responsibility")},
	} {
		require.Equal(t, row.want, damage.Problems([]damage.Line{row.line}, row.size), row.name)
	}
	require.Equal(t, at(damage.TooMany, ""), damage.Problems(make([]damage.Line, damage.LinesMax+1), ""))
}
