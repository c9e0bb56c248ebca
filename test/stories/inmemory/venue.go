// Package inmemory is a venue for stories without a network: five real gateways, with real tokens, in front of the
// in-memory Fabric that runs the real contracts. Every request and answer is held against api/openapi.yaml.
package inmemory

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"

	"portledger/gateway/audit"
	"portledger/gateway/ledger"
	"portledger/gateway/rest"
	"portledger/gateway/store"
	"portledger/test/fixtures"
	"portledger/test/memfabric"
	"portledger/test/memledger"
	"portledger/test/stories"
)

const (
	issuerURL = "https://issuer.example"
	audience  = "portledger"
)

// member is a party with one role and one person of it.
type member struct{ organisation, party, role, person string }

// members are the parties of each organisation with their role and a person, as in network.yaml.
var members = []member{
	{"carrier", "line", "CARRIER", "line-clerk"}, {"carrier", "line2", "CARRIER", "line2-clerk"},
	{"terminal", "terminal", "TERMINAL", "terminal-clerk"}, {"terminal", "depot", "DEPOT", "depot-clerk"},
	{"terminal", "rail", "RAIL", "rail-clerk"},
	{"bank", "bank", "BANK", "bank-officer"},
	{"port", "shipper", "SHIPPER", "shipper-clerk"}, {"port", "buyer", "CONSIGNEE", "buyer-clerk"},
	{"port", "forwarder", "FORWARDER", "forwarder-clerk"}, {"port", "trucker", "TRUCKER", "trucker-driver"},
	{"port", "trucker2", "TRUCKER", "trucker2-driver"}, {"port", "customs", "CUSTOMS", "customs-feed"},
	{"port", "court", "AUTHORITY", "court-clerk"},
	{"bank2", "bank2", "BANK", "bank2-officer"}, {"bank2", "bank2", "BANK", "bank2-manager"},
}

// colleagues are further persons of a party, as in network.yaml.
var colleagues = []struct{ organisation, party, role, person string }{{"bank", "bank", "BANK", "bank-checker"}}

// organisations are the members with the organisation that witnesses their registrations.
var organisations = []struct{ name, msp, witness string }{
	{"carrier", "CarrierMSP", "PortMSP"}, {"terminal", "TerminalMSP", "PortMSP"},
	{"bank", "BankMSP", "PortMSP"}, {"port", "PortMSP", "CarrierMSP"},
	{"bank2", "Bank2MSP", "CarrierMSP"}, // of those that may join
}

// memory is the members' gateways on the in-memory Fabric, all behind one transport: the host of a URL is the organisation. The
// host "issuer.example" is the token issuer. The network's clock moves a second with each request.
type memory struct {
	network *memfabric.Network
	key     jwk.Key
	doors   map[string]http.Handler
	ids     map[string]string // of people, by name
	written *specification
	peers   Peers
	// servers, by organisation, run nothing behind their doors unless someone lets them.
	servers map[string]*rest.Server
}

// House is the venue with what stories do not see of it.
type House struct {
	*stories.Venue
	Network *memfabric.Network
	// Servers are the gateways, by organisation.
	Servers map[string]*rest.Server
}

// New makes the venue: every organisation joined, every party registered, every person enrolled.
func New(t testing.TB) *stories.Venue {
	t.Helper()
	return Open(t).Venue
}

// Open makes the venue, and shows the rest of the house as well.
func Open(t testing.TB) House {
	t.Helper()
	v, m := open(t)
	return House{Venue: v, Network: m.network, Servers: m.servers}
}

func open(t testing.TB, further ...member) (*stories.Venue, *memory) {
	t.Helper()
	m := &memory{network: memledger.NewNetwork(t, "Bank2MSP"), key: newKey(t), doors: map[string]http.Handler{},
		ids: map[string]string{}, written: newSpecification(t), peers: Peers{of: map[string]*memledger.Ledger{}},
		servers: map[string]*rest.Server{}}
	client := &http.Client{Transport: m}
	v := &stories.Venue{
		Parties: map[string]string{}, People: map[string]stories.Person{}, Gateways: map[string]string{},
		Client: client, Token: func(_ context.Context, person string) (string, error) { return m.token(m.ids[person]) }, Now: m.network.Now, Wait: m.network.Advance,
	}
	tokens := &rest.JWTs{Issuer: issuerURL, Audience: audience, Client: client}
	for _, o := range organisations {
		own := memledger.New(m.network, o.msp)
		v.Gateways[o.name] = "https://" + o.name
		registrar := own.EnrolRegistrar(opaque())
		m.ids[o.name+"-registrar"], v.People[o.name+"-registrar"] = registrar.ID, stories.Person{Organisation: o.name}
		guardians := ""
		if o.name == "carrier" {
			guardians = `,"guardians":["BankMSP","PortMSP","TerminalMSP"]`
		}
		must(t, own, registrar, "org", "join", "{}", `{"secret":"`+random(32)+`","trust":{"customs":["PortMSP"]`+guardians+`}}`)
		for _, p := range slices.Concat(members, further) {
			if p.organisation != o.name {
				continue
			}
			if v.Parties[p.party] == "" {
				aeo := "NONE"
				if p.party == "buyer" { // as in network.yaml
					aeo = "ADVANCED"
				}
				id := must(t, own, registrar, "party", "register", fmt.Sprintf(`{"roles":[%q],"aeoStatus":%q,"witness":%q}`, p.role, aeo, o.witness), "")
				if !slices.Contains(further, p) {
					must(t, own, registrar, "party", "describe", fmt.Sprintf(`{"id":%q}`, id), string(fixtures.Read("party-"+p.party+".json")))
				}
				v.Parties[p.party] = id
			}
			m.ids[p.person] = own.Enrol(opaque(), v.Parties[p.party], p.role).ID
			v.People[p.person] = stories.Person{Organisation: o.name, Party: p.party}
		}
		for _, c := range colleagues {
			if c.organisation == o.name {
				m.ids[c.person] = own.Enrol(opaque(), v.Parties[c.party], c.role).ID
				v.People[c.person] = stories.Person{Organisation: o.name, Party: c.party}
			}
		}
		kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "gateway.db"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, kept.Close()) })
		trail, err := audit.Open(filepath.Join(t.TempDir(), "audit.jsonl"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, trail.Close()) })
		gateway, err := rest.New(rest.Options{Ledger: own, People: own, Tokens: tokens, Store: kept, Trail: trail,
			Rates: rest.Rates{PerParty: 10_000, Burst: 10_000}, Log: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		m.doors[o.name], m.peers.of[o.name], m.servers[o.name] = gateway.Handler(), own, gateway
	}
	m.peers.ids = m.ids
	return v, m
}

func must(t testing.TB, own *memledger.Ledger, as ledger.Person, contract, act, request, content string) string {
	t.Helper()
	private := map[string][]byte{"salt": []byte(random(32))}
	if content != "" {
		private["content"] = []byte(content)
	}
	result, err := own.Do(t.Context(), as, contract, act, request, private)
	require.NoError(t, err)
	var outcome struct{ ID string }
	require.NoError(t, json.Unmarshal(result, &outcome))
	return outcome.ID
}

// RoundTrip hands a request to the gateway or the issuer that it is for.
func (m *memory) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	if r.URL.Host == "issuer.example" {
		m.issue(recorder, r)
	} else if r.Context().Value(still{}) != nil {
		m.doors[r.URL.Host].ServeHTTP(recorder, r)
	} else {
		m.network.Advance(time.Second)
		if err := m.written.serve(m.doors[r.URL.Host], recorder, r); err != nil {
			return nil, err
		}
	}
	answer := recorder.Result()
	answer.Request = r
	return answer, nil
}

// issue answers as an OpenID issuer does: with where its keys are, and its keys.
func (m *memory) issue(w http.ResponseWriter, r *http.Request) {
	var answer any = map[string]string{"issuer": issuerURL, "jwks_uri": issuerURL + "/keys"}
	if r.URL.Path == "/keys" {
		public, err := m.key.PublicKey()
		if err != nil {
			panic(err)
		}
		answer = map[string]any{"keys": []any{public}}
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(err)
	}
}

func (m *memory) token(subject string) (string, error) {
	token, err := jwt.NewBuilder().Issuer(issuerURL).Subject(subject).Audience([]string{audience}).
		IssuedAt(time.Now()).Expiration(time.Now().Add(time.Hour)).Build()
	if err != nil {
		return "", err
	}
	header := jws.NewHeaders()
	if err := header.Set(jws.TypeKey, "at+jwt"); err != nil {
		return "", err
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.ES256(), m.key, jws.WithProtectedHeaders(header)))
	return string(signed), err
}

func newKey(t testing.TB) jwk.Key {
	t.Helper()
	raw, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	key, err := jwk.Import(raw)
	require.NoError(t, err)
	require.NoError(t, key.Set(jwk.KeyIDKey, "story"))
	require.NoError(t, key.Set(jwk.AlgorithmKey, jwa.ES256()))
	return key
}

func opaque() string { return "u-" + random(8) }

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}
