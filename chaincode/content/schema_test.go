package content

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"portledger/api"
)

var han = regexp.MustCompile(`\p{Han}`)

// visit calls f for every schema inside a schema.
func visit(path string, schema object, f func(path string, schema object)) {
	f(path, schema)
	for _, keyword := range []string{"properties", "$defs"} {
		members, _ := schema[keyword].(object)
		for name, member := range members {
			visit(path+"/"+name, member.(object), f)
		}
	}
	if items, ok := schema["items"].(object); ok {
		visit(path+"/[]", items, f)
	}
}

func TestSchemasAreClosedAndDescribed(t *testing.T) {
	files, err := fs.Glob(api.Schemas, "schemas/*.schema.json")
	require.NoError(t, err)
	require.Len(t, files, len(Kinds)+1, "one for each kind and the shared definitions")
	known := map[string]bool{}
	for _, f := range formats {
		known[f.Name] = true
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "schemas/"), ".schema.json")
		schema := schemaOf(t, name)
		require.Equal(t, schemaURL(name+".schema.json"), schema["$id"])
		require.Equal(t, "https://json-schema.org/draft/2020-12/schema", schema["$schema"])
		if name != "common" {
			require.NotEmpty(t, schema["x-source"], name)
		}
		visit(name, schema, func(path string, s object) {
			if s["type"] == "object" {
				require.Equal(t, false, s["additionalProperties"], path)
			}
			if s["type"] == "string" {
				bounded := s["maxLength"] != nil || s["enum"] != nil || s["format"] != nil
				require.True(t, bounded, "%s has no limit", path)
			}
			if format, ok := s["format"].(string); ok {
				require.True(t, known[format], "%s: format %s is not asserted", path, format)
			}
			if s["$ref"] == nil {
				title, _ := s["title"].(string)
				require.NotEmpty(t, title, path)
				require.Regexp(t, han, title, "%s has no Chinese term", path)
			}
		})
	}
}

// The schemas must say the same to every validator: they are valid against their own meta-schema, which the
// compiler checks, and use no pattern outside the part that Go and ECMAScript share.
func TestPatternsAreCommonToGoAndECMAScript(t *testing.T) {
	for _, k := range Kinds {
		visit(string(k), schemaOf(t, string(k)), func(path string, s object) {
			pattern, _ := s["pattern"].(string)
			require.NotRegexp(t, `\\[pPAzQE]|\(\?[^:]`, pattern, path)
		})
	}
	require.NotNil(t, jsonschema.Draft2020)
}
