package fuzz

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// fit makes a value as a schema wants it, naming what there is in the house.
func (s Stock) fit(t *rapid.T, schema *openapi3.Schema, example any) *node {
	for _, part := range schema.AllOf {
		if schema.Type == nil {
			return s.fit(t, part.Value, example)
		}
	}
	switch {
	case len(schema.Enum) > 0:
		return grown(choose(t, schema.Enum))
	case schema.Type.Includes("object"):
		return s.object(t, schema, example)
	case schema.Type.Includes("array"):
		n := &node{kind: '['}
		least, most := int(schema.MinItems), 3
		if schema.MaxItems != nil {
			most = min(most, int(*schema.MaxItems))
		}
		for range least + pick(t, max(least, most)-least+1) {
			n.add("", s.fit(t, schema.Items.Value, nil))
		}
		return n
	case schema.Type.Includes("integer"), schema.Type.Includes("number"):
		least := 0
		if schema.Min != nil {
			least = int(*schema.Min)
		}
		return grown(least + pick(t, 5))
	case schema.Type.Includes("boolean"):
		return grown(rapid.Bool().Draw(t, "yes"))
	default:
		return grown(s.word(t, schema, example))
	}
}

func (s Stock) object(t *rapid.T, schema *openapi3.Schema, example any) *node {
	if len(schema.Properties) == 0 { // private content: its form is another document's, so the example shows it
		return s.content(t, example)
	}
	shown, _ := example.(map[string]any)
	n := &node{kind: '{'}
	for _, name := range sorted(schema.Properties) {
		_, inExample := shown[name]
		if slices.Contains(schema.Required, name) || inExample || pick(t, 4) == 0 {
			if name == "witness" {
				n.add(quoted(name), leaf(quoted(choose(t, []string{"CarrierMSP", "TerminalMSP", "BankMSP", "PortMSP", "NobodyMSP"}))))
				continue
			}
			n.add(quoted(name), s.fit(t, schema.Properties[name].Value, shown[name]))
		}
	}
	return n
}

// content is the example's, under a number of its own so that it is not always a duplicate.
func (s Stock) content(t *rapid.T, example any) *node {
	n := grown(example)
	for i, name := range n.names {
		if name == `"transportDocumentReference"` {
			n.members[i] = leaf(quoted(rapid.StringMatching(`[A-Z0-9]{16}`).Draw(t, "number")))
		}
	}
	return n
}

// word is a text of the schema's form: an id of the house, a time about now, the example's, or one made from the pattern.
func (s Stock) word(t *rapid.T, schema *openapi3.Schema, example any) any {
	if schema.Format == "date-time" {
		hours := choose(t, []int{-9000, -24, -1, 0, 1, 24, 72, 720, 9000})
		return s.Now.Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
	}
	if schema.Pattern != "" {
		shape := regexp.MustCompile(schema.Pattern)
		if id, found := s.one(t, shape); found {
			return id
		}
		if example == nil || rapid.Bool().Draw(t, "made up") {
			return rapid.StringMatching(schema.Pattern).Draw(t, "of the pattern")
		}
	}
	if example != nil {
		return example
	}
	return rapid.StringMatching(`[A-Z]{3,12}`).Draw(t, "word")
}

// spoilt are the ways to make bytes of a good body wrong.
var spoilt = []func(t *rapid.T, body []byte) []byte{
	func(t *rapid.T, body []byte) []byte { return body[:pick(t, len(body)+1)] },
	func(t *rapid.T, body []byte) []byte {
		i := pick(t, len(body)+1)
		return slices.Insert(bytes.Clone(body), i, rapid.SliceOfN(rapid.Byte(), 1, 4).Draw(t, "bytes")...)
	},
	func(*rapid.T, []byte) []byte { return nil },
	func(*rapid.T, []byte) []byte { return []byte("   ") },
	func(_ *rapid.T, body []byte) []byte { return append(bytes.Clone(body), "{}"...) },
	func(_ *rapid.T, body []byte) []byte { return append([]byte("\ufeff"), body...) },
	func(_ *rapid.T, body []byte) []byte { return append(bytes.Clone(body), 0) },
	func(_ *rapid.T, body []byte) []byte { return utf16Of(body) },
	func(_ *rapid.T, body []byte) []byte { return zipped(body) },
	func(_ *rapid.T, body []byte) []byte { return append([]byte("["), append(bytes.Clone(body), ']')...) },
	func(*rapid.T, []byte) []byte { return []byte(strings.Repeat(`{"a":`, 12000)) },
	func(*rapid.T, []byte) []byte { return bytes.Repeat([]byte("["), 100<<10) },
	func(_ *rapid.T, body []byte) []byte { return append(bytes.Repeat([]byte(" "), 330<<10), body...) },
	func(t *rapid.T, _ []byte) []byte { return []byte(wild(t)) },
}

func (s Stock) body(t *rapid.T, o Operation) []byte {
	if o.body == nil {
		if pick(t, 4) > 0 {
			return nil
		}
		return []byte(choose(t, []string{"{}", "[]", `{"to":"x"}`, "x", `{"content":{}}`}))
	}
	tree := s.fit(t, o.body, o.example)
	for range choose(t, []int{0, 0, 0, 1, 1, 2, 4}) {
		tree.spoil(t)
	}
	body := []byte(tree.String())
	if pick(t, 8) == 0 {
		body = choose(t, spoilt)(t, body)
	}
	return body
}

func utf16Of(body []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(string(body))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func zipped(body []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(body) // into memory
	_ = w.Close()
	return out.Bytes()
}
