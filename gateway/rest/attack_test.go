package rest_test

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"
)

// listening counts what asks it for anything.
func listening(t *testing.T) (url string, asked *atomic.Int64) {
	asked = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// TestNoHeaderOfATokenNamesItsKey: the thief signs with a good key of its own and tells in the token's head where to find it.
func TestNoHeaderOfATokenNamesItsKey(t *testing.T) {
	w := newWorld(t)
	person := w.ledgers["CarrierMSP"].Enrol("u-0123456789abcdef", "PAAAAAAAAAAAAAAAA", "CARRIER")
	thief := newIssuer(t)
	public, err := thief.key.PublicKey()
	require.NoError(t, err)
	url, asked := listening(t)
	claims, err := jwt.NewBuilder().Issuer("https://issuer.example").Subject(person.ID).Audience([]string{audience}).
		IssuedAt(time.Now()).Expiration(time.Now().Add(time.Hour)).Build()
	require.NoError(t, err)
	for threat, head := range map[string]map[string]any{
		"nothing but the issuer's key id": {},
		"its own key":                     {jws.JWKKey: public},
		"an address of keys":              {jws.JWKSetURLKey: url + "/keys"},
		"an address of a certificate":     {jws.X509URLKey: url + "/cert"},
		"a path as key id":                {jws.KeyIDKey: "../../../../dev/null"},
		"an address as key id":            {jws.KeyIDKey: url + "/keys"},
		"a query as key id":               {jws.KeyIDKey: "x' UNION SELECT 'key"},
		"no key id":                       {jws.KeyIDKey: ""},
		"another type":                    {jws.TypeKey: "at+jwt", jws.ContentTypeKey: "JWT"},
	} {
		t.Run(threat, func(t *testing.T) {
			headers := jws.NewHeaders()
			require.NoError(t, headers.Set(jws.KeyIDKey, "one"))
			for name, value := range head {
				require.NoError(t, headers.Set(name, value))
			}
			token, err := jwt.Sign(claims, jwt.WithKey(jwa.ES256(), thief.key, jws.WithProtectedHeaders(headers)))
			require.NoError(t, err)
			client{w: w, t: t, org: "CarrierMSP", token: string(token)}.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "")
		})
	}
	require.Zero(t, asked.Load(), "a token made the gateway ask somebody")
}

// TestAPublicKeyIsNoSharedSecret: everybody knows the issuer's public key, in every form.
func TestAPublicKeyIsNoSharedSecret(t *testing.T) {
	w := newWorld(t)
	person := w.ledgers["CarrierMSP"].Enrol("u-0123456789abcdef", "PAAAAAAAAAAAAAAAA", "CARRIER")
	good := w.issuer.token(t, person.ID)
	public, err := w.issuer.key.PublicKey()
	require.NoError(t, err)
	asJWK, err := json.Marshal(public)
	require.NoError(t, err)
	var raw ecdsa.PublicKey
	require.NoError(t, jwk.Export(public, &raw))
	der, err := x509.MarshalPKIXPublicKey(&raw)
	require.NoError(t, err)
	point, err := raw.Bytes()
	require.NoError(t, err)
	for form, key := range map[string][]byte{
		"JWK": asJWK, "DER": der, "PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"Base64": []byte(base64.StdEncoding.EncodeToString(der)), "point": point, "nothing": nil, "key id": []byte("one"),
	} {
		for algorithm, digest := range map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New} {
			token := forge(good, fmt.Sprintf(`{"alg":%q,"kid":"one","typ":"JWT"}`, algorithm), func(signed string) []byte {
				h := hmac.New(digest, key)
				h.Write([]byte(signed))
				return h.Sum(nil)
			})
			a := client{w: w, t: t, org: "CarrierMSP", token: token}.call(false, http.MethodGet, "/v1/me", "")
			require.Equal(t, http.StatusUnauthorized, a.status, "%s with the %s as secret", algorithm, form)
		}
	}
	for threat, token := range map[string]string{
		"a signature of zeros":        forge(good, `{"alg":"ES256","kid":"one"}`, func(string) []byte { return make([]byte, 64) }),
		"a curve's neighbour":         forge(good, `{"alg":"ES384","kid":"one"}`, func(string) []byte { return make([]byte, 96) }),
		"an algorithm of another key": forge(good, `{"alg":"RS256","kid":"one"}`, func(string) []byte { return make([]byte, 256) }),
		"an extension to understand":  forge(good, `{"alg":"ES256","kid":"one","crit":["b64"],"b64":false}`, func(string) []byte { return make([]byte, 64) }),
		"the signature cut off":       good[:strings.LastIndex(good, ".")+1],
		"a fourth part":               good + ".e30",
		"the JSON form":               fmt.Sprintf(`{"payload":%q,"signatures":[]}`, strings.Split(good, ".")[1]),
	} {
		t.Run(threat, func(t *testing.T) {
			client{w: w, t: t, org: "CarrierMSP", token: token}.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "")
		})
	}
}

// TestATokenIsTakenFromOneHeaderOnly: what stands in an address or a cookie lands in logs and travels along with links.
func TestATokenIsTakenFromOneHeaderOnly(t *testing.T) {
	w := newWorld(t)
	token := w.registrar("CarrierMSP").token
	nobody := client{w: w, t: t, org: "CarrierMSP"}
	refused := func(r *http.Request) {
		t.Helper()
		require.Equal(t, http.StatusUnauthorized, w.serve(t, "CarrierMSP", false, r).status)
	}
	refused(httptest.NewRequest(http.MethodGet, "/v1/me?access_token="+token, nil))
	for _, line := range []string{"Cookie: access_token=" + token, "X-Authorization: Bearer " + token, "Proxy-Authorization: Bearer " + token} {
		nobody.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "", line)
	}
	for _, lines := range [][]string{{"Bearer " + token, "Bearer " + token}, {"Bearer " + token, "Bearer x"}, {"", "Bearer " + token}} {
		r := httptest.NewRequest(http.MethodGet, "/v1/me", nil)
		r.Header["Authorization"] = lines // who is in front of us may go by the other one
		refused(r)
	}
}

// TestHeadersThatProxiesTrustChangeNothing: nobody in front of a gateway speaks for a person or for another address.
func TestHeadersThatProxiesTrustChangeNothing(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	registrar := w.registrar("PortMSP").person.ID
	for _, line := range []string{
		"X-Forwarded-User: " + registrar, "X-Remote-User: " + registrar, "X-User: " + registrar, "X-Forwarded-Email: admin@port.example",
		"X-Client-Cert: MII", "X-SSL-Client-Verify: SUCCESS", "X-Forwarded-Client-Cert: Subject=\"CN=" + registrar + "\"",
		"X-Original-URL: /v1/bills", "X-Rewrite-URL: /v1/bills", "X-HTTP-Method-Override: POST", "X-HTTP-Method: DELETE", "X-Forwarded-Prefix: /admin",
		"X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1;host=localhost", "X-Forwarded-Host: evil.example",
	} {
		a := w.shipper.get("/v1/me", line)
		require.Equal(t, w.shipper.person.ID, a.member("person"), line)
		nobody := client{w: w.world, t: t, org: "PortMSP"}
		nobody.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, bill, "", line)
		require.Equal(t, http.StatusOK, w.shipper.get(bill, line).status, line)
		require.NotContains(t, w.shipper.get("/docs", line).text(), "evil.example")
	}
}

// TestAHeaderThatMustBeOneValueIsOne: sent empty it is not left out, and sent twice it is neither of the two.
func TestAHeaderThatMustBeOneValueIsOne(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	before := w.network.Height()
	for name, lines := range map[string][][]string{
		"If-Match":           {{""}, {" "}, {`"3"`, `"1"`}, {`"1"`, `"3"`}},
		"Idempotency-Key":    {{""}, {"key-1", "key-2"}},
		"PortLedger-Mandate": {{""}, {"md-aaaaaaaaaaaaaaaaaaaaaaaaaa", ""}},
		// Taken for left out, it would make at once what should only be proposed.
		"PortLedger-Approval": {{""}, {" "}, {"", "ask"}, {"ask", ""}, {"ask", "ap-aaaaaaaaaaaaaaaaaaaaaaaaaa"}},
	} {
		for _, values := range lines {
			r := httptest.NewRequest(http.MethodPost, bill+"/surrender", nil)
			r.Header.Set("Authorization", "Bearer "+w.shipper.token)
			r.Header[http.CanonicalHeaderKey(name)] = values
			a := w.serve(t, "PortMSP", false, r)
			require.Equal(t, http.StatusUnprocessableEntity, a.status, "%s %q: %s", name, values, a.text())
			require.Equal(t, name, a.member("at"))
		}
	}
	r := httptest.NewRequest(http.MethodPost, bill+"/transfer", strings.NewReader(`{}`))
	r.Header["Content-Type"], r.Header["Authorization"] = []string{"application/json", "text/plain"}, []string{"Bearer " + w.shipper.token}
	require.Equal(t, http.StatusUnsupportedMediaType, w.serve(t, "PortMSP", false, r).status)
	require.Equal(t, before, w.network.Height())
}

// TestAPathHasOneSpelling: who guards paths in front of a gateway must see the path that the gateway sees.
func TestAPathHasOneSpelling(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	id := strings.TrimPrefix(bill, "/v1/bills/")
	before := w.network.Height()
	for _, path := range []string{
		bill + "%2fsurrender", "/v1/bills%2F" + id + "/surrender", "/v1%2fbills/" + id + "/surrender", "/%76%31/bills/" + id + "/surrender",
		"/v1/bills/%62" + id[1:] + "/surrender", bill + "/surrende%72", bill + "/surrender%00", bill + "/surrender/", "/v1//bills/" + id + "/surrender",
		"/v1/./bills/" + id + "/surrender", "/v1/x/../bills/" + id + "/surrender", "/V1/bills/" + id + "/surrender", bill + "/surrender;x=1", bill + ";x/surrender",
		bill + "%0a/surrender", strings.ToUpper(bill) + "/surrender", bill + "//surrender", bill + "/%2e%2e/" + id + "/surrender",
	} {
		a := w.shipper.call(false, http.MethodPost, path, "")
		require.Equal(t, http.StatusNotFound, a.status, "%s: %s", path, a.text())
	}
	require.Equal(t, before, w.network.Height())
}

// TestARefusalDoesNotGrowWithWhatWasSent: places are made of names that the caller chose.
func TestARefusalDoesNotGrowWithWhatWasSent(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	long := strings.Repeat("n", 200<<10)
	for _, c := range []struct{ path, body string }{
		{bill + "/transfer", strings.Repeat(`[`, 9000) + "x"},
		{bill + "/transfer", `{"to":` + strings.Repeat(`{"`+long[:20]+`":`, 4000)},
		{bill + "/transfer", `{"` + long + `":1}`},
		{"/v1/bills", fmt.Sprintf(`{"shipper":%q,"content":{"`+long+`":1}}`, w.shipper.person.Party)},
		{"/v1/bills", fmt.Sprintf(`{"shipper":%q,"content":{"`+long+`":1,"`+long[:1000]+`":{"a":1,"a":2}}}`, w.shipper.person.Party)},
	} {
		a := w.line.call(false, http.MethodPost, c.path, c.body)
		require.GreaterOrEqual(t, a.status, 400)
		require.Less(t, a.status, 500)
		require.Less(t, len(a.body), 2<<10, "%.200s", a.body)
	}
}

// TestAWitnessThatIsNoMemberIsRefused: nobody could ever endorse, and the fault is the caller's.
func TestAWitnessThatIsNoMemberIsRefused(t *testing.T) {
	w := newTrade(t)
	for _, stranger := range []string{"NobodyMSP", strings.Repeat("a", 64), "portmsp", "PortMSP/x", "_implicit_org_PortMSP"} {
		w.registrar("CarrierMSP").refused(http.StatusUnprocessableEntity, "invalid", http.MethodPost, "/v1/parties",
			fmt.Sprintf(`{"roles":["CARRIER"],"witness":%q}`, stranger))
		w.line.refused(http.StatusUnprocessableEntity, "invalid", http.MethodPost, "/v1/mandates",
			fmt.Sprintf(`{"agent":%q,"acts":["bill/*"],"until":%q,"witness":%q}`, w.clerk("CarrierMSP", "CARRIER").person.Party,
				w.network.Now().Add(time.Hour).UTC().Format(time.RFC3339), stranger))
	}
}
