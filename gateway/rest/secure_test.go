package rest_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"portledger/api"
)

// always are headers of every answer.
var always = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
}

// public are the pages that tell nothing of anybody; everything else stays in no cache.
var public = map[string]bool{"/docs": true, "/problems": true, "/openapi.yaml": true}

const nothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// headersAreSafe holds an answer's headers against what all have in common.
func headersAreSafe(t *testing.T, what, path string, h http.Header) {
	t.Helper()
	for name, value := range always {
		require.Equal(t, []string{value}, h.Values(name), "%s: %s", what, name)
	}
	require.True(t, strings.HasPrefix(h.Get("Content-Security-Policy"), nothingAllowed), what)
	require.NotContains(t, h.Get("Content-Security-Policy"), "unsafe", what)
	if public[path] && h.Get("Content-Type") != "application/problem+json" {
		require.Equal(t, "no-cache", h.Get("Cache-Control"), what)
	} else {
		require.Equal(t, "private, no-store", h.Get("Cache-Control"), what)
	}
	for name := range h {
		require.NotContains(t, []string{"Server", "X-Powered-By", "Via"}, name, "%s tells what runs here", what)
		require.False(t, strings.HasPrefix(name, "Access-Control-"), "%s: %s lets another origin read", what, name)
	}
}

// TestEveryAnswerCarriesTheSafeHeaders walks every path of openapi.yaml with every method, as a stranger and as a clerk, and
// what is no path at all.
func TestEveryAnswerCarriesTheSafeHeaders(t *testing.T) {
	w := newTrade(t)
	handler := w.gates["PortMSP"].handler
	spec, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	require.NoError(t, err)
	paths := []string{"/nowhere", "/v1", "/v1/boats/x", "/docs/", "//docs", "/%2e%2e/etc", "/v1/bills/x/steal"}
	for path := range spec.Paths.Map() {
		paths = append(paths, strings.NewReplacer("{id}", "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa", "{txid}", strings.Repeat("0", 64)).Replace(path))
	}
	statuses := map[int]int{}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "STEAL"} {
			for _, token := range []string{"", w.shipper.token} {
				r := httptest.NewRequest(http.MethodGet, path, strings.NewReader("{}"))
				r.Method = method
				r.Header.Set("Origin", "https://evil.example")
				r.Header.Set("Content-Type", "application/json")
				if token != "" {
					r.Header.Set("Authorization", "Bearer "+token)
				}
				answered := httptest.NewRecorder()
				handler.ServeHTTP(answered, r)
				headersAreSafe(t, method+" "+path, path, answered.Header())
				statuses[answered.Code]++
			}
		}
	}
	for _, status := range []int{200, 302, 401, 404, 405, 422} {
		require.NotZero(t, statuses[status], "the walk must meet an answer %d: %v", status, statuses)
	}
}

func TestAPageMayShowItsOwnStyleAndNothingElse(t *testing.T) {
	w := newWorld(t)
	nobody := client{w: w, t: t, org: "CarrierMSP"}
	for _, path := range []string{"/docs", "/problems"} {
		shown := nobody.get(path)
		sheets := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(shown.text(), -1)
		require.Len(t, sheets, 1)
		sum := sha256.Sum256([]byte(sheets[0][1]))
		require.Equal(t, nothingAllowed+"; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", shown.header.Get("Content-Security-Policy"))
		for _, forbidden := range []string{"<script", "<iframe", "<img", "<link", "<form", "style=", "onclick", "http-equiv"} {
			require.NotContains(t, shown.text(), forbidden, path)
		}
	}
}

func TestHTTPSIsRememberedWhereItIsSpoken(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/docs", "/v1/me", "/nowhere"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		plain := httptest.NewRecorder()
		w.gates["CarrierMSP"].handler.ServeHTTP(plain, r)
		require.Empty(t, plain.Header().Get("Strict-Transport-Security"), "whoever reads plain HTTP must not believe it")
		r.TLS = &tls.ConnectionState{}
		secured := httptest.NewRecorder()
		w.gates["CarrierMSP"].handler.ServeHTTP(secured, r)
		require.Equal(t, "max-age=63072000", secured.Header().Get("Strict-Transport-Security"))
	}
}
