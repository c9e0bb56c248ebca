package content

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func problemOf(t testing.TB, err error) Problem {
	t.Helper()
	var p *Problem
	require.ErrorAs(t, err, &p)
	return *p
}

func nested(depth int) string {
	return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth)
}

func TestParseRefusesWhatIsNotStrictJSON(t *testing.T) {
	rows := []struct {
		name, text, at, check string
	}{
		{"nothing", ``, "", CheckTruncated},
		{"blanks", " \n", "", CheckTruncated},
		{"truncated object", `{"a":[1,{"b":`, "/a/1/b", CheckTruncated},
		{"truncated text", `{"a":"x`, "/a", CheckTruncated},
		{"truncated literal", `[nul`, "/0", CheckTruncated},
		{"truncated after comma", `{"a":1,`, "", CheckTruncated},
		{"second value", `{"a":1}{}`, "", CheckTrailing},
		{"text behind", `{"a":1} x`, "", CheckTrailing},
		{"bracket behind", `{"a":1}]`, "", CheckTrailing},
		{"member twice", `{"a":{"b":1,"c":2,"b":3}}`, "/a/b", CheckDuplicate},
		{"member twice by escape", `{"a":1,"\u0061":2}`, "/a", CheckDuplicate},
		{"invalid UTF-8", "{\"a\":[1,\"x\xff\"]}", "/a/1", CheckUTF8},
		{"invalid UTF-8 in a name", "{\"a\":{\"b\xff\":1}}", "/a", CheckUTF8},
		{"overlong UTF-8", "[\"\xc0\xaf\"]", "/0", CheckUTF8},
		{"surrogate in UTF-8", "[\"\xed\xa0\x80\"]", "/0", CheckUTF8},
		{"high surrogate alone", `{"a":"\ud800"}`, "/a", CheckSurrogate},
		{"low surrogate alone", `{"a":"\udc00x"}`, "/a", CheckSurrogate},
		{"surrogates swapped", `["\udc00\ud800"]`, "/0", CheckSurrogate},
		{"NUL", `{"a":"x\u0000"}`, "/a", CheckNUL},
		{"NUL in a name", `{"a":{"x\u0000":1}}`, "/a", CheckNUL},
		{"byte order mark", "\xef\xbb\xbf{}", "", CheckSyntax},
		{"comma at the end", `{"a":[1,]}`, "/a", CheckSyntax},
		{"control character", "{\"a\":\"\x01\"}", "/a", CheckSyntax},
		{"bad escape", `{"a":"\q"}`, "/a", CheckSyntax},
		{"leading zero", `{"a":01}`, "", CheckSyntax},
		{"not a number", `{"a":NaN}`, "/a", CheckSyntax},
		{"sixteen digits", `{"a":[1,1234567890.123456]}`, "/a/1", CheckNumber},
		{"sixteen digits with zeros", `{"a":1.000000000000000}`, "/a", CheckNumber},
		{"too great", `{"a":1e16}`, "/a", CheckNumber},
		{"too great, written out", `{"a":10000000000000000}`, "/a", CheckNumber},
		{"too small", `{"a":1e-16}`, "/a", CheckNumber},
		{"beyond a double", `{"a":1e999999999999999999}`, "/a", CheckNumber},
		{"minus zero", `{"a":-0}`, "/a", CheckNumber},
		{"minus zero point zero", `{"a":-0.0}`, "/a", CheckNumber},
		{"many zeros", `{"a":0.` + strings.Repeat("0", 50) + `}`, "/a", CheckNumber},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			_, err := Parse([]byte(r.text), ContentLimits)
			require.Equal(t, Problem{Malformed, r.at, r.check}, problemOf(t, err))
			_, err = Hash([]byte(r.text))
			require.Equal(t, Problem{Malformed, r.at, r.check}, problemOf(t, err), "nothing of that kind is hashed")
		})
	}
}

func TestParseTakesStrictJSON(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `null`, `true`, `"x"`, ` {"a" : [ ] } `, `"\ud83d\ude00"`, `"闽"`, nested(32),
		`[0, 0.5, -18, 123456789012345, 1e15, 1.5e-15, 0.000000000000001, 100000000000000, 1E2, 1e+2, 9640.50, 0.0, 0e5]`,
	} {
		v, err := Parse([]byte(text), ContentLimits)
		require.NoError(t, err, text)
		require.Equal(t, text, string(v.Raw()))
	}
}

func TestParseKeepsItsLimits(t *testing.T) {
	_, err := Parse([]byte(nested(33)), ContentLimits)
	require.Equal(t, Problem{TooLarge, strings.Repeat("/a", 32), CheckDepth}, problemOf(t, err))

	_, err = Parse([]byte(strings.Repeat("[", 200000)), ContentLimits)
	require.Equal(t, Problem{TooLarge, strings.Repeat("/0", 32), CheckDepth}, problemOf(t, err), "deep and truncated")

	fits := `"` + strings.Repeat("x", ContentLimits.Bytes-2) + `"`
	_, err = Parse([]byte(fits), ContentLimits)
	require.NoError(t, err)
	_, err = Parse([]byte(fits+" "), ContentLimits)
	require.Equal(t, Problem{TooLarge, "", CheckSize}, problemOf(t, err))
}

func TestAPointerCarriesNoText(t *testing.T) {
	for full, want := range map[string]string{
		"":                      "",
		"/a/0/b_1":              "/a/0/b_1",
		"/a/secret goods/b":     "/a",
		"/a//b":                 "/a",
		"/冻牛肉":                  "",
		"/a/x~1y":               "/a",
		"/a/" + nested(30):      "/a",
		"/a/" + string(names65): "/a",
	} {
		require.Equal(t, want, pointer(full), full)
	}
	_, err := Parse([]byte(`{"a":{"ACME & Sons":{"b":1,"b":2}}}`), ContentLimits)
	require.Equal(t, Problem{Malformed, "/a", CheckDuplicate}, problemOf(t, err))
}

var names65 = bytes.Repeat([]byte("x"), 65)

func TestReadTakesNoUnknownAndNoOtherType(t *testing.T) {
	type request struct {
		ID   string `json:"id"`
		Line struct {
			Version int `json:"version"`
		} `json:"line"`
	}
	var r request
	require.NoError(t, Read([]byte(`{"id":"x","line":{"version":3}}`), ContentLimits, &r))
	require.Equal(t, 3, r.Line.Version)
	for text, want := range map[string]Problem{
		`{"id":"x","line":{"versions":3}}`:  {Invalid, "/line/versions", CheckUnknownField},
		`{"ID":"x"}`:                        {Invalid, "/ID", CheckUnknownField},
		`{"id":7}`:                          {Invalid, "/id", CheckType},
		`{"line":{"version":1.5}}`:          {Invalid, "/line/version", CheckType},
		`{"id":"x","id":"y"}`:               {Malformed, "/id", CheckDuplicate},
		`{"id":"x","some secret words!":1}`: {Invalid, "", CheckUnknownField},
	} {
		require.Equal(t, want, problemOf(t, Read([]byte(text), ContentLimits, new(request))), text)
	}
}

func TestCanonicalForm(t *testing.T) {
	got, err := Canonical([]byte(` {"b": 1.50, "a": [true, null, "\u20ac\/"], "10": 1e2, "é": -0.10 } `))
	require.NoError(t, err)
	require.Equal(t, `{"10":100,"a":[true,null,"€/"],"b":1.5,"é":-0.1}`, string(got))
}

func TestCommitment(t *testing.T) {
	salt := strings.Repeat("0f", SaltBytes)
	got, err := Commitment(salt, []byte(`{"a":1}`))
	require.NoError(t, err)
	// printf 'portledger/commitment/1\n' + 32 times 0f + sha256 of {"a":1}, computed apart from this program.
	require.Equal(t, "0aedf785dedf05290ab299a4a4ecc84c34ffefcfd563b000817dbd2eaa9a9230", got)

	same, err := Commitment(salt, []byte(" {\"a\" : 1.0}\n"))
	require.NoError(t, err)
	require.Equal(t, got, same, "the same meaning has the same commitment")
	other, err := Commitment(strings.Repeat("0e", SaltBytes), []byte(`{"a":1}`))
	require.NoError(t, err)
	require.NotEqual(t, got, other)

	for _, bad := range []string{"", "0f", strings.Repeat("0F", 32), strings.Repeat("0f", 33), strings.Repeat("xy", 32)} {
		_, err := Commitment(bad, []byte(`{"a":1}`))
		require.ErrorIs(t, err, ErrSalt)
	}
	_, err = Commitment(salt, []byte(`{"a":1,"a":1}`))
	require.Equal(t, CheckDuplicate, problemOf(t, err).Check)
}

// jsonValue draws JSON as text in two spellings: members in one order and the other, with and without blanks.
func jsonValue(depth int) *rapid.Generator[[2]string] {
	return rapid.Custom(func(t *rapid.T) [2]string {
		kinds := 4
		if depth > 0 {
			kinds = 6
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			s := rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "literal")
			return [2]string{s, " " + s}
		case 1:
			n := rapid.IntRange(-99999, 99999).Draw(t, "n")
			return [2]string{fmt.Sprintf("%d", n), fmt.Sprintf("%d.0", n)}
		case 2, 3:
			s := rapid.StringMatching(`[ -~é闽€😀]{0,8}`).Draw(t, "text")
			plain, _ := json.Marshal(s)
			escaped := ""
			for _, unit := range s {
				if unit < 0x10000 {
					escaped += fmt.Sprintf(`\u%04X`, unit)
				} else {
					escaped += string(unit)
				}
			}
			return [2]string{string(plain), "\n\"" + escaped + "\" "}
		case 4:
			return composite(t, depth, '[', ']')
		default:
			return composite(t, depth, '{', '}')
		}
	})
}

func composite(t *rapid.T, depth int, open, shut rune) [2]string {
	elements := rapid.SliceOfN(jsonValue(depth-1), 0, 4).Draw(t, "elements")
	var one, two []string
	for i, e := range elements {
		if open == '{' {
			name := fmt.Sprintf(`"m%d":`, i)
			one, two = append(one, name+e[0]), append([]string{" " + name + "\t" + e[1]}, two...)
		} else {
			one, two = append(one, e[0]), append(two, e[1])
		}
	}
	return [2]string{
		string(open) + strings.Join(one, ",") + string(shut),
		string(open) + " " + strings.Join(two, " ,") + string(shut),
	}
}

func TestCanonicalFormIsOneForOneMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := jsonValue(4).Draw(t, "json")
		one, err := Canonical([]byte(text[0]))
		require.NoError(t, err)
		two, err := Canonical([]byte(text[1]))
		require.NoError(t, err)
		require.Equal(t, string(one), string(two))
		again, err := Canonical(one)
		require.NoError(t, err)
		require.Equal(t, string(one), string(again))
		h1, _ := Hash([]byte(text[0]))
		h2, _ := Hash([]byte(text[1]))
		require.Equal(t, h1, h2)
	})
}

// A number that is let through comes out of the canonical form with the same value.
func TestNumbersKeepTheirValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "number")
		canonical, err := Canonical([]byte(text))
		if err != nil {
			return
		}
		require.Zero(t, number(text).Cmp(number(string(canonical))), "%s became %s", text, canonical)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{}`, `[1,-0,1e400]`, `{"a":{"a":1,"a":2}}`, "{\"\xff\":1}", `"\ud800"`, `"\u0000"`, nested(33), `{"a":1} {`, ``, `[[`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := Parse(raw, ContentLimits)
		if err != nil {
			problemOf(t, err)
			return
		}
		if !json.Valid(v.Raw()) {
			t.Fatal("accepted what is no JSON")
		}
		one, err := Canonical(raw)
		if err != nil {
			t.Fatalf("parsed but not canonical: %v", err)
		}
		again, err := Canonical(one)
		if err != nil || !bytes.Equal(one, again) {
			t.Fatalf("%s became %s (%v)", one, again, err)
		}
	})
}

// The canonical form decides every commitment, so a second implementation has to agree on it.
func TestASecondImplementationWritesTheSameCanonicalForm(t *testing.T) {
	agree := func(raw []byte) {
		t.Helper()
		one, err := Canonical(raw)
		require.NoError(t, err)
		two, err := jcs.Transform(raw)
		require.NoError(t, err)
		require.Equal(t, string(two), string(one))
	}
	for _, text := range []string{
		`{}`, `[]`, `"a"`, `0`, `-1.5e-15`, `123456789012345`, `1e15`, `0.000001`, `0.0000001`, `1E+2`, `null`, `[true,false]`,
		`{"b":{"z":[1,2.50,{"y":"x"}],"a":""},"a":"\u0001\b\f\n\r\t\"\\\/\u007f\u2028<>&"}`,
		`{"\ud83d\ude00":1,"\ufb33":2,"\u20ac":3,"\u00f6":4,"1":5,"\r":6,"\u0080":7}`, `{"提单":"冷藏集装箱","a ":" "}`,
	} {
		agree([]byte(text))
	}
	rapid.Check(t, func(r *rapid.T) {
		tree := rapid.MapOf(rapid.StringMatching(`[^\x00]{0,8}`), rapid.OneOf(
			rapid.StringMatching(`[^\x00]{0,12}`).AsAny(), rapid.Int64Range(-1e14, 1e14).AsAny(),
			rapid.Custom(func(r *rapid.T) json.Number {
				return json.Number(fmt.Sprintf("%d.%04de%d", rapid.IntRange(1, 9).Draw(r, "whole"), rapid.IntRange(0, 9999).Draw(r, "part"), rapid.IntRange(-12, 12).Draw(r, "power")))
			}).AsAny(), rapid.Bool().AsAny())).Draw(r, "object")
		raw, err := json.Marshal(tree)
		require.NoError(r, err)
		agree(raw)
	})
}
