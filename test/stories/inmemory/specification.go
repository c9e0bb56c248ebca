package inmemory

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/require"

	"portledger/api"
)

// specification is api/openapi.yaml, which traffic is held against.
type specification struct {
	routes  routers.Router
	answers *answers
}

func newSpecification(t testing.TB) *specification {
	t.Helper()
	file, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	require.NoError(t, err)
	file.Servers = nil // whatever the gateway's address
	routes, err := legacy.NewRouter(file)
	require.NoError(t, err)
	return &specification{routes, newAnswers(t)}
}

// serve lets the gateway answer. Every answer must be as the specification says, and every request that is let through:
// one that is refused may have been meant to be wrong.
func (s *specification) serve(gateway http.Handler, answer *httptest.ResponseRecorder, r *http.Request) error {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	gateway.ServeHTTP(answer, r)
	route, parameters, err := s.routes.FindRoute(r)
	if err != nil {
		return fmt.Errorf("openapi.yaml: %s %s: %w", r.Method, r.URL.Path, err)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	request := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		ExcludeResponseBody: true, // that is for s.answers, which compiles a schema once and not for every answer
	}}
	if answer.Code < http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(r.Context(), request); err != nil {
			return fmt.Errorf("a request that was let through is not as in openapi.yaml: %w", err)
		}
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: request, Status: answer.Code,
		Header: answer.Header(), Options: request.Options}
	response.SetBodyBytes(answer.Body.Bytes())
	if err := openapi3filter.ValidateResponse(r.Context(), response); err != nil {
		return fmt.Errorf("the answer is not as in openapi.yaml: %w", err)
	}
	if err := s.answers.check(route, answer); err != nil {
		return fmt.Errorf("the answer is not as in openapi.yaml: %w", err)
	}
	return nil
}
