package rest_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"

	"portledger/api"
	"portledger/gateway/audit"
	"portledger/gateway/ledger"
	"portledger/gateway/rest"
	"portledger/gateway/store"
	"portledger/test/fixtures"
	"portledger/test/memfabric"
	"portledger/test/memledger"
)

const (
	keysAddress = "https://issuer.example/keys"
	audience    = "portledger"
	secret      = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
)

// issuer signs tokens and answers for its key set without any network.
type issuer struct {
	key  jwk.Key
	down bool
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	raw, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	key, err := jwk.Import(raw)
	require.NoError(t, err)
	require.NoError(t, key.Set(jwk.KeyIDKey, "one"))
	require.NoError(t, key.Set(jwk.AlgorithmKey, jwa.ES256()))
	return &issuer{key: key}
}

// RoundTrip serves the key set.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	if i.down {
		return nil, fmt.Errorf("connection refused")
	}
	public, err := i.key.PublicKey()
	if err != nil {
		return nil, err
	}
	set := jwk.NewSet()
	if err := set.AddKey(public); err != nil {
		return nil, err
	}
	body, err := json.Marshal(set)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body)), Request: r, Header: http.Header{}}, nil
}

func (i *issuer) token(t *testing.T, subject string, change ...func(*jwt.Builder)) string {
	t.Helper()
	builder := jwt.NewBuilder().Issuer("https://issuer.example").Subject(subject).Audience([]string{audience}).
		IssuedAt(time.Now()).Expiration(time.Now().Add(time.Hour))
	for _, c := range change {
		c(builder)
	}
	token, err := builder.Build()
	require.NoError(t, err)
	header := jws.NewHeaders()
	require.NoError(t, header.Set(jws.TypeKey, "at+jwt"))
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.ES256(), i.key, jws.WithProtectedHeaders(header)))
	require.NoError(t, err)
	return string(signed)
}

// world is a network in memory with a gateway for each organisation that a test asks for.
type world struct {
	t       *testing.T
	network *memfabric.Network
	issuer  *issuer
	ledgers map[string]*memledger.Ledger
	gates   map[string]*gate
	routes  routers.Router
}

// gate is one organisation's gateway.
type gate struct {
	ledger *memledger.Ledger
	front  rest.Ledger // what the server uses: the ledger itself, or a wrapper that a test puts around it
	file   string
	store  *store.Store
	trail  *audit.Trail
	disk   func(rest.Trail) rest.Trail // what the server writes its trail through, when set
	rates  rest.Rates
	// signingLife is the server's default when 0.
	signingLife time.Duration
	server      *rest.Server
	handler     http.Handler
	log         *bytes.Buffer
}

// operations finds the operation of a request in openapi.yaml.
var operations = sync.OnceValues(func() (routers.Router, error) {
	spec, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		return nil, err
	}
	return legacy.NewRouter(spec, openapi3.DisableExamplesValidation()) // another test validates them
})

func newWorld(t *testing.T) *world {
	t.Helper()
	routes, err := operations()
	require.NoError(t, err)
	w := &world{t: t, network: memledger.NewNetwork(t), issuer: newIssuer(t), routes: routes,
		ledgers: map[string]*memledger.Ledger{}, gates: map[string]*gate{}}
	for i, org := range []string{"CarrierMSP", "PortMSP"} {
		l := memledger.New(w.network, org)
		w.ledgers[org] = l
		registrar := l.EnrolRegistrar(fmt.Sprintf("u-%016x", i))
		_, err := l.Do(t.Context(), registrar, "org", "join", "{}",
			map[string][]byte{"content": []byte(`{"secret":"` + secret + `","trust":{"customs":["PortMSP"]}}`)})
		require.NoError(t, err)
		w.gates[org] = &gate{ledger: l, front: l, file: filepath.Join(t.TempDir(), "gateway.db")}
		w.start(org)
	}
	return w
}

// start opens the gateway's store and makes a server, as a new process would.
func (w *world) start(org string) {
	w.t.Helper()
	g := w.gates[org]
	var err error
	g.store, err = store.Open(w.t.Context(), g.file)
	require.NoError(w.t, err)
	if g.trail != nil { // a process that ends lets go of it
		_ = g.trail.Close()
	}
	g.trail, err = audit.Open(g.file + ".audit")
	require.NoError(w.t, err)
	var kept rest.Trail = g.trail
	if g.disk != nil {
		kept = g.disk(kept)
	}
	g.log = &bytes.Buffer{}
	g.server, err = rest.New(rest.Options{
		Ledger: g.front, People: g.ledger, Store: g.store, CommitWait: 50 * time.Millisecond, Trail: kept, Rates: g.rates, SigningLife: g.signingLife,
		Tokens: &rest.JWTs{JWKS: keysAddress, Audience: audience, Client: &http.Client{Transport: w.issuer}},
		Log:    slog.New(slog.NewJSONHandler(g.log, nil)),
	})
	require.NoError(w.t, err)
	g.handler = g.server.Handler()
	w.t.Cleanup(func() { g.store.Close(); g.trail.Close() })
}

// restart is what a crash leaves: the same file, another process.
func (w *world) restart(org string) {
	w.t.Helper()
	require.NoError(w.t, w.gates[org].store.Close())
	w.start(org)
}

// run lets the work behind the gateway go on until the test ends.
func (w *world) run(org string) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	server := w.gates[org].server
	go func() { ended <- server.Run(ctx) }()
	w.t.Cleanup(func() { stop(); <-ended })
}

// client speaks to one gateway as one person.
type client struct {
	w      *world
	t      *testing.T
	org    string
	person ledger.Person
	token  string
}

func (w *world) client(org string, person ledger.Person) client {
	return client{w: w, t: w.t, org: org, person: person, token: w.issuer.token(w.t, person.ID)}
}

// registrar speaks for the organisation itself.
func (w *world) registrar(org string) client {
	id := map[string]string{"CarrierMSP": "u-0000000000000000", "PortMSP": "u-0000000000000001"}[org]
	person, err := w.ledgers[org].Lookup(id)
	require.NoError(w.t, err)
	return w.client(org, person)
}

// clerk registers a party over REST and enrols a person of it.
func (w *world) clerk(org, role string) client {
	w.t.Helper()
	witness := map[string]string{"CarrierMSP": "PortMSP", "PortMSP": "CarrierMSP"}[org]
	born := w.registrar(org).post("/v1/parties", fmt.Sprintf(`{"roles":[%q],"witness":%q}`, role, witness))
	require.Equal(w.t, http.StatusCreated, born.status, born.text())
	id := born.member("id")
	return w.client(org, w.ledgers[org].Enrol("u-"+fmt.Sprintf("%016x", time.Now().UnixNano()), id, role))
}

// answer is a response that was held against openapi.yaml.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (a answer) text() string { return string(a.body) }

func (a answer) member(name string) string {
	a.t.Helper()
	var members map[string]any
	require.NoError(a.t, json.Unmarshal(a.body, &members), a.text())
	return fmt.Sprint(members[name])
}

// call sends a request and holds the answer against openapi.yaml; a request that is meant to be good is held against it
// too. Headers come as "Name: value".
func (c client) call(good bool, method, target, body string, headers ...string) answer {
	c.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	return c.w.serve(c.t, c.org, good, r)
}

func (w *world) serve(t *testing.T, org string, good bool, r *http.Request) answer {
	t.Helper()
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	recorder := httptest.NewRecorder()
	w.gates[org].handler.ServeHTTP(recorder, r)
	result := answer{t: t, status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
	route, parameters, err := w.routes.FindRoute(r)
	if err != nil { // no such operation: only a problem may come back
		require.Equal(t, "application/problem+json", result.header.Get("Content-Type"), "%s %s", r.Method, r.URL)
		return result
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		ExcludeResponseBody: strings.HasPrefix(result.header.Get("Content-Type"), "text/") || result.status == http.StatusNotModified,
	}}
	if good {
		require.NoError(t, openapi3filter.ValidateRequest(t.Context(), input), "%s %s %s", r.Method, r.URL, sent)
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: result.status, Header: result.header, Options: input.Options}
	response.SetBodyBytes(result.body)
	require.NoError(t, openapi3filter.ValidateResponse(t.Context(), response), "%s %s: %s", r.Method, r.URL, result.body)
	return result
}

// in reports failures to a subtest.
func (c client) in(t *testing.T) client {
	c.t = t
	return c
}

func (c client) get(target string, headers ...string) answer {
	c.t.Helper()
	return c.call(true, http.MethodGet, target, "", headers...)
}

func (c client) post(target, body string, headers ...string) answer {
	c.t.Helper()
	return c.call(true, http.MethodPost, target, body, headers...)
}

// refused sends what need not be good and wants a problem with the status and code.
func (c client) refused(status int, code, method, target, body string, headers ...string) answer {
	c.t.Helper()
	a := c.call(false, method, target, body, headers...)
	require.Equal(c.t, status, a.status, a.text())
	require.Equal(c.t, "application/problem+json", a.header.Get("Content-Type"))
	require.Equal(c.t, code, a.member("code"), a.text())
	return a
}

// draftBody is a request to draft a bill; each call makes another bill number.
func (w *world) draftBody(shipper, consignee client) string {
	number := fmt.Sprintf("OEDL%010d", time.Now().UnixNano()%1e10)
	content := bytes.ReplaceAll(fixtures.Read("bill-straight.json"), billNumber(w.t), []byte(number))
	return fmt.Sprintf(`{"shipper":%q,"consignee":%q,"content":%s}`, shipper.person.Party, consignee.person.Party, content)
}

func billNumber(t *testing.T) []byte {
	var bill struct {
		Number string `json:"transportDocumentReference"`
	}
	require.NoError(t, json.Unmarshal(fixtures.Read("bill-straight.json"), &bill))
	return []byte(bill.Number)
}

// trade is a world with a line, a shipper and a buyer.
type trade struct {
	*world
	line, shipper, buyer client
}

func newTrade(t *testing.T) trade {
	w := newWorld(t)
	return trade{w, w.clerk("CarrierMSP", "CARRIER"), w.clerk("PortMSP", "SHIPPER"), w.clerk("PortMSP", "CONSIGNEE")}
}

// issued is a straight bill that the shipper holds.
func (w trade) issued() string {
	w.t.Helper()
	born := w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer))
	require.Equal(w.t, http.StatusCreated, born.status, born.text())
	bill := born.header.Get("Location")
	require.Equal(w.t, http.StatusOK, w.shipper.post(bill+"/approve", "").status)
	require.Equal(w.t, http.StatusOK, w.line.post(bill+"/issue", "").status)
	return bill
}
