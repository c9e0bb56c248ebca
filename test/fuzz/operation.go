package fuzz

import (
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"portledger/api"
)

// Operation is one of the document's.
type Operation struct {
	ID, Method string
	// Path has its parameter in braces, as in the document.
	Path string
	// shape of the path's parameter, nil where the path has none.
	shape *openapi3.Schema
	// body and example are nil where the operation takes none.
	body    *openapi3.Schema
	example any
	// query names the parameters behind the path.
	query []string
}

// Specification is api/openapi.yaml.
type Specification struct {
	Operations []Operation
	routes     routers.Router
	codes      map[string]bool
}

// Load reads the document.
func Load() (*Specification, error) {
	file, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		return nil, err
	}
	file.Servers = nil // whatever the gateway's address
	s := &Specification{codes: map[string]bool{}}
	if s.routes, err = legacy.NewRouter(file, openapi3.DisableExamplesValidation()); err != nil { // a test of the REST side validates them
		return nil, err
	}
	for _, code := range file.Components.Schemas["Code"].Value.Enum {
		s.codes[code.(string)] = true
	}
	for path, item := range file.Paths.Map() {
		for method, operation := range item.Operations() {
			s.Operations = append(s.Operations, read(path, method, item, operation))
		}
	}
	slices.SortFunc(s.Operations, func(a, b Operation) int { return strings.Compare(a.ID+a.Method, b.ID+b.Method) })
	return s, nil
}

func read(path, method string, item *openapi3.PathItem, operation *openapi3.Operation) Operation {
	o := Operation{ID: operation.OperationID, Method: method, Path: path}
	for _, parameter := range slices.Concat(item.Parameters, operation.Parameters) {
		switch parameter.Value.In {
		case openapi3.ParameterInPath:
			o.shape = parameter.Value.Schema.Value
		case openapi3.ParameterInQuery:
			o.query = append(o.query, parameter.Value.Name)
		}
	}
	if operation.RequestBody != nil {
		media := operation.RequestBody.Value.Content["application/json"]
		o.body, o.example = media.Schema.Value, media.Example
	}
	return o
}

// Reads tells whether the operation is one that changes nothing.
func (o Operation) Reads() bool { return o.Method == http.MethodGet }

// target is the path with its parameter filled in.
func (o Operation) target(parameter string) string {
	open, shut := strings.IndexByte(o.Path, '{'), strings.IndexByte(o.Path, '}')
	if open < 0 {
		return o.Path
	}
	return o.Path[:open] + parameter + o.Path[shut+1:]
}
