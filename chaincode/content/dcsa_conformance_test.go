package content

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"portledger/api"
)

// differences are the places where our schema of the bill departs from DCSA's on purpose. Each must occur.
// That unknown fields are refused everywhere is the one general difference; it is tested on its own.
var differences = map[string]string{
	"/consignmentItems/[]/cargoItems/[]/equipmentReference format":        `container numbers must follow ISO 6346 (DCSA: "should"): uniqueness on the ledger rests on them`,
	"/utilizedTransportEquipments/[]/equipment/equipmentReference format": `as above`,
	"/utilizedTransportEquipments/[]/equipment/ISOEquipmentCode format":   `DCSA says in words that the code follows ISO 6346; here the form is checked, since rules read it`,
}

// badSamples are DCSA samples that we refuse, with the problem and the reason.
var badSamples = map[string]Problem{
	// A number made up for the sample: the check digit of HLXU123456 is 1, not 7.
	"dgExample": {Code: Invalid, At: "/consignmentItems/0/cargoItems/0/equipmentReference", Check: "iso6346"},
}

// standards finds the folder of DCSA files beside the repository; the tests are skipped where there is none.
func standards(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		require.NotEqual(t, dir, filepath.Dir(dir), "no go.mod above the test")
	}
	found := filepath.Join(dir, "..", "shared", "standards", "dcsa")
	if _, err := os.Stat(found); err != nil {
		t.Skip("the DCSA files are not part of this repository and not beside it")
	}
	return found
}

type object = map[string]any

// flattener walks a schema and notes what it demands at each path of the instance.
type flattener struct {
	root  object
	facts map[string]string // "path keyword" → value
}

func (f *flattener) note(path, keyword string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	f.facts[path+" "+keyword] = string(text)
}

// resolve follows a reference inside the same file.
func (f *flattener) resolve(schema object) (object, string) {
	ref, ok := schema["$ref"].(string)
	if !ok {
		return schema, ""
	}
	var at any = f.root
	for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(object)[name]
	}
	return at.(object), ref
}

func (f *flattener) walk(path string, schema object, inside []string) {
	schema, ref := f.resolve(schema)
	if ref != "" && slices.Contains(inside, ref) {
		f.note(path, "recursive", true)
		return
	}
	inside = append(slices.Clone(inside), ref)
	f.keywords(path, schema)
	f.members(path, schema, inside)
	for _, keyword := range []string{"oneOf", "anyOf", "allOf"} {
		branches, _ := schema[keyword].([]any)
		var required []string
		for _, branch := range branches {
			b, _ := f.resolve(branch.(object))
			required = append(required, strings.Join(names(b["required"]), "+"))
			f.members(path, b, inside)
		}
		if len(branches) > 0 {
			slices.Sort(required)
			f.note(path, keyword, required)
		}
	}
	if items, ok := schema["items"].(object); ok {
		f.walk(path+"/[]", items, inside)
	}
}

func (f *flattener) members(path string, schema object, inside []string) {
	properties, _ := schema["properties"].(object)
	for name, property := range properties {
		f.walk(path+"/"+name, property.(object), inside)
	}
}

// keywords notes the demands on one value, with OpenAPI 3.0's dialect put into JSON Schema's: exclusiveMinimum
// is a number there, and int32 means a largest number. The format float is a hint for storage only.
func (f *flattener) keywords(path string, schema object) {
	for _, keyword := range []string{"type", "pattern", "minLength", "maxLength", "minItems", "maxItems", "maximum", "deprecated"} {
		if value, ok := schema[keyword]; ok {
			f.note(path, keyword, value)
		}
	}
	if enum, ok := schema["enum"]; ok {
		f.note(path, "enum", names(enum))
	}
	if required, ok := schema["required"]; ok {
		f.note(path, "required", names(required))
	}
	switch format := schema["format"]; format {
	case nil, "float":
	case "int32":
		if _, ok := schema["maximum"]; !ok {
			f.note(path, "maximum", 2147483647)
		}
	default:
		f.note(path, "format", format)
	}
	lowest, low := schema["minimum"]
	switch above, isNumber := schema["exclusiveMinimum"].(float64); {
	case isNumber:
		f.note(path, "above", above)
	case schema["exclusiveMinimum"] == true:
		f.note(path, "above", lowest)
	case low:
		f.note(path, "minimum", lowest)
	}
}

func names(list any) []string {
	var all []string
	elements, _ := list.([]any)
	for _, e := range elements {
		all = append(all, fmt.Sprint(e))
	}
	slices.Sort(all)
	return all
}

func dcsaFacts(t *testing.T) map[string]string {
	raw, err := os.ReadFile(filepath.Join(standards(t), "openapi", "EBL_v3.0.4.yaml"))
	require.NoError(t, err)
	var spec object
	require.NoError(t, yaml.Unmarshal(raw, &spec))
	f := flattener{root: spec, facts: map[string]string{}}
	f.walk("", object{"$ref": "#/components/schemas/TransportDocument"}, nil)
	return f.facts
}

func ourFacts(t *testing.T) map[string]string {
	f := flattener{root: schemaOf(t, "bill"), facts: map[string]string{}}
	f.walk("", f.root, nil)
	return f.facts
}

func schemaOf(t testing.TB, name string) object {
	raw, err := api.Schemas.ReadFile("schemas/" + name + ".schema.json")
	require.NoError(t, err)
	var schema object
	require.NoError(t, json.Unmarshal(raw, &schema))
	return schema
}

func TestTheBillSchemaSaysWhatDCSASays(t *testing.T) {
	dcsa, ours := dcsaFacts(t), ourFacts(t)
	require.Greater(t, len(dcsa), 1000, "the walk reached the whole document")
	var unexpected []string
	met := map[string]bool{}
	for fact := range union(dcsa, ours) {
		if dcsa[fact] == ours[fact] {
			continue
		}
		if _, ok := differences[fact]; ok {
			met[fact] = true
			continue
		}
		unexpected = append(unexpected, fmt.Sprintf("%s: DCSA %q, ours %q", fact, dcsa[fact], ours[fact]))
	}
	slices.Sort(unexpected)
	require.Empty(t, unexpected)
	for fact, reason := range differences {
		require.True(t, met[fact], "%s is listed as a difference (%s) and is none", fact, reason)
	}
}

func union(a, b map[string]string) map[string]bool {
	all := map[string]bool{}
	for fact := range a {
		all[fact] = true
	}
	for fact := range b {
		all[fact] = true
	}
	return all
}

// documentsIn finds transport documents anywhere in a message.
func documentsIn(raw json.RawMessage) []json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) == nil {
		if members["transportDocumentReference"] != nil && members["utilizedTransportEquipments"] != nil {
			return []json.RawMessage{raw}
		}
		var found []json.RawMessage
		for _, member := range members {
			found = append(found, documentsIn(member)...)
		}
		return found
	}
	var elements []json.RawMessage
	var found []json.RawMessage
	if json.Unmarshal(raw, &elements) == nil {
		for _, element := range elements {
			found = append(found, documentsIn(element)...)
		}
	}
	return found
}

func TestDCSASamplesAreGoodBills(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(standards(t), "samples", "*.json"))
	require.NoError(t, err)
	c := checker(t)
	documents := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		name := strings.TrimSuffix(file[strings.LastIndex(file, "__")+2:], ".json")
		for _, document := range documentsIn(raw) {
			documents++
			err := c.Check(KindBill, document)
			if want, bad := badSamples[name]; bad {
				var p *Problem
				require.ErrorAs(t, err, &p, file)
				require.Equal(t, want, *p, file)
				continue
			}
			require.NoError(t, err, file)
		}
	}
	require.GreaterOrEqual(t, documents, 11, "samples were found")
}
