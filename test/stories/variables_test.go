package stories

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/identifier"
	"portledger/test/fixtures"
)

func handy() variables {
	return variables{
		kept:    map[string]any{"line": uint64(2), "out2": "ir-x", "number": "N", "container1": "C1", "container2": "C2"},
		parties: map[string]string{"bank": "PB"},
		now:     func() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 5, time.UTC) },
	}
}

func TestVariablesAreFilledIn(t *testing.T) {
	for text, want := range map[string]any{
		"no variable": "no variable", "${line}": uint64(2), "line ${line}!": "line 2!", "/a/${out${line}}/b": "/a/ir-x/b",
		"${party.bank}": "PB", "${now}": "2026-11-22T08:00:00Z", "${now+90m}": "2026-11-22T09:30:00Z", "${now-24h}": "2026-11-21T08:00:00Z",
		"$ {line} $": "$ {line} $",
	} {
		got, err := handy().fillText(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	filled, err := handy().fill(map[string]any{"a": []any{"${line}", true}})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": []any{uint64(2), true}}, filled)
}

func TestAVariableThatIsNotThereIsAMistake(t *testing.T) {
	for text, want := range map[string]string{
		"${nothing}": "no variable nothing", "${party.king}": "no party king", "${now+soon}": "now+soon", "${out${nothing}}": "no variable nothing",
	} {
		_, err := handy().fillText(text)
		require.ErrorContains(t, err, want)
	}
}

func TestARunHasItsOwnNumbers(t *testing.T) {
	seen := map[any]bool{}
	for range 200 {
		kept := fresh()
		for _, name := range []string{"container1", "container2"} {
			require.NoError(t, identifier.Container(kept[name].(string)))
		}
		require.Len(t, kept["number"], 14)
		seen[kept["number"]] = true
	}
	require.Len(t, seen, 200)
}

func TestTheFixturesNumbersGiveWay(t *testing.T) {
	document, err := handy().document("release", map[string]any{
		"lines.1": nil, "pickupLocation.facilityName": "${number}", "lines.0.seals.0.number": "S"})
	require.NoError(t, err)
	value, err := decode(document)
	require.NoError(t, err)
	for path, want := range map[string]any{
		"transportDocumentReference": "N", "lines.0.equipmentReference": "C1", "lines.0.seals.0.number": "S",
		"pickupLocation.facilityName": "N",
	} {
		got, is := at(value, path)
		require.True(t, is, path)
		require.Equal(t, want, got, path)
	}
	_, is := at(value, "lines.1")
	require.False(t, is)
	for _, name := range fixtureNames() {
		document, err := handy().document(name, nil)
		require.NoError(t, err)
		old, err := standIns()
		require.NoError(t, err)
		for number := range old {
			require.NotContains(t, string(document), number, name)
		}
		if !strings.Contains(string(fixtures.Read(name+".json")), "OEDL26XMN") {
			require.NotContains(t, string(document), `"N"`)
		}
	}
}

func TestAChangeOfWhatIsNotThereIsAMistake(t *testing.T) {
	for _, path := range []string{"nothing.inside", "lines.7", "lines.x", "transportDocumentReference.inside"} {
		_, err := handy().document("release", map[string]any{path: "x"})
		require.ErrorContains(t, err, "change "+path)
	}
}

func TestDifferencesNameThePlace(t *testing.T) {
	got, err := decode([]byte(`{"a":{"b":[1,{"c":"x"}],"d":null},"e":2.50}`))
	require.NoError(t, err)
	for expected, want := range map[string][]string{
		`{"a":{"b":[1,{"c":"x"}]}}`:       nil,
		`{"e":2.50,"a":{"d":null}}`:       nil,
		`{"a":{"b":[1,{"c":"y"}]}}`:       {`answer.a.b.1.c is "x", not "y"`},
		`{"a":{"b":[1]}}`:                 {`answer.a.b is [1,{"c":"x"}], not [1]`},
		`{"a":{"b":{"c":1}}}`:             {`answer.a.b is [1,{"c":"x"}], not {"c":1}`},
		`{"a":{"z":1},"e":2}`:             {"answer.a.z is missing", "answer.e is 2.50, not 2"},
		`{"a":{"b":[1,{"c":null}]}}`:      {`answer.a.b.1.c is "x", not null`},
		`{"a":{"b":["1",{"c":"x"}]}}`:     {`answer.a.b.0 is 1, not "1"`},
		`{"a":{"b":[1,{"c":["x"]}]}}`:     {`answer.a.b.1.c is "x", not ["x"]`},
		`{"a":{"b":[1,{"c":{"x":"x"}}]}}`: {`answer.a.b.1.c is "x", not {"x":"x"}`},
	} {
		value, err := decode([]byte(expected))
		require.NoError(t, err)
		require.Equal(t, want, differences("answer", value, got), expected)
	}
}
