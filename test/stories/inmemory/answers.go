package inmemory

import (
	"bytes"
	"fmt"
	"mime"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/routers"
	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"portledger/api"
)

// answers holds the bodies of answers against the schemas of api/openapi.yaml, each compiled once.
type answers struct {
	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

const openapiURL = "https://portledger.example/openapi.yaml"

func newAnswers(t testing.TB) *answers {
	t.Helper()
	text, err := yaml.YAMLToJSON(api.OpenAPI)
	require.NoError(t, err)
	file, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource(openapiURL, file))
	return &answers{compiler: compiler, schemas: map[string]*jsonschema.Schema{}}
}

// check holds one answer's body against what its operation says of its status and media type.
func (a *answers) check(route *routers.Route, answer *httptest.ResponseRecorder) error {
	media, _, err := mime.ParseMediaType(answer.Header().Get("Content-Type"))
	if err != nil && answer.Body.Len() > 0 {
		return fmt.Errorf("media type: %w", err)
	}
	status := strconv.Itoa(answer.Code)
	response := route.Operation.Responses.Value(status)
	if response == nil {
		response, status = route.Operation.Responses.Default(), "default"
	}
	if response == nil || len(response.Value.Content) == 0 {
		if answer.Body.Len() > 0 {
			return fmt.Errorf("status %d has no body", answer.Code)
		}
		return nil
	}
	said := response.Value.Content[media]
	if said == nil {
		return fmt.Errorf("status %d has no media type %q", answer.Code, media)
	}
	if said.Schema == nil || !strings.HasSuffix(media, "json") {
		return nil
	}
	at := response.Ref
	if at == "" {
		at = "#/" + pointer("paths", route.Path, strings.ToLower(route.Method), "responses", status)
	}
	schema, err := a.compiled(at + "/" + pointer("content", media, "schema"))
	if err != nil {
		return err
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer.Body.Bytes()))
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

func (a *answers) compiled(at string) (*jsonschema.Schema, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if schema := a.schemas[at]; schema != nil {
		return schema, nil
	}
	schema, err := a.compiler.Compile(openapiURL + at)
	if err == nil {
		a.schemas[at] = schema
	}
	return schema, err
}

// pointer is a JSON pointer without its first stroke.
func pointer(names ...string) string {
	for i, name := range names {
		names[i] = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace(name)
	}
	return strings.Join(names, "/")
}
