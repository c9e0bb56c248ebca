package rest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"
)

// forge puts a token together by hand: any header, the claims of a good token, a signature over both.
func forge(good, header string, sign func(signed string) []byte) string {
	parts := strings.Split(good, ".")
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + parts[1]
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign(signed))
}

func TestOnlyGoodTokensOfEnrolledPersonsAreTaken(t *testing.T) {
	w := newWorld(t)
	person := w.ledgers["CarrierMSP"].Enrol("u-0123456789abcdef", "PAAAAAAAAAAAAAAAA", "CARRIER")
	good := w.issuer.token(t, person.ID)
	public, err := w.issuer.key.PublicKey()
	require.NoError(t, err)
	publicJSON, err := json.Marshal(public)
	require.NoError(t, err)
	foreign := newIssuer(t)
	claim := func(change func(*jwt.Builder)) string { return w.issuer.token(t, person.ID, change) }
	for name, authorization := range map[string]string{
		"no header":           "",
		"another scheme":      "Basic " + good,
		"no token":            "Bearer ",
		"no form":             "Bearer x.y",
		"algorithm none":      "Bearer " + forge(good, `{"alg":"none"}`, func(string) []byte { return nil }),
		"algorithm NONE":      "Bearer " + forge(good, `{"alg":"NoNe","kid":"one"}`, func(string) []byte { return nil }),
		"shared secret":       "Bearer " + forge(good, `{"alg":"HS256","kid":"one"}`, func(s string) []byte { return mac([]byte("secret"), s) }),
		"public key as hmac":  "Bearer " + forge(good, `{"alg":"HS256","kid":"one"}`, func(s string) []byte { return mac(publicJSON, s) }),
		"own key in the head": "Bearer " + forge(good, `{"alg":"ES256","jwk":`+string(publicJSON)+`}`, func(string) []byte { return make([]byte, 64) }),
		"changed claims":      "Bearer " + strings.Replace(good, ".", ".e", 1),
		"another issuer's":    "Bearer " + foreign.token(t, person.ID),
		"another audience":    "Bearer " + claim(func(b *jwt.Builder) { b.Audience([]string{"someone"}) }),
		"no audience":         "Bearer " + claim(func(b *jwt.Builder) { b.Audience(nil) }),
		"expired":             "Bearer " + claim(func(b *jwt.Builder) { b.Expiration(time.Now().Add(-time.Minute)) }),
		"not valid yet":       "Bearer " + claim(func(b *jwt.Builder) { b.NotBefore(time.Now().Add(time.Hour)) }),
		"unknown person":      "Bearer " + w.issuer.token(t, "u-ffffffffffffffff"),
		"a path as subject":   "Bearer " + w.issuer.token(t, "../../../etc/passwd"),
		"a path behind an id": "Bearer " + w.issuer.token(t, person.ID+"/../"+person.ID),
		"an id and a newline": "Bearer " + w.issuer.token(t, person.ID+"\n"),
		"no subject":          "Bearer " + w.issuer.token(t, ""),
		"a large token":       "Bearer " + claim(func(b *jwt.Builder) { b.Claim("x", strings.Repeat("x", 20000)).Subject("") }),
	} {
		t.Run(name, func(t *testing.T) {
			a := client{w: w, t: t, org: "CarrierMSP"}.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "",
				"Authorization: "+authorization)
			require.True(t, strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer "))
		})
	}
	require.Equal(t, http.StatusOK, client{w: w, t: t, org: "CarrierMSP"}.get("/v1/me", "Authorization: bearer "+good).status)
	require.NotContains(t, w.gates["CarrierMSP"].log.String(), good)
}

// A stolen token is ended without taking the person's certificate away: what was issued before a moment opens nothing.
func TestTokensFromBeforeASignOutOpenNothing(t *testing.T) {
	w := newWorld(t)
	person := w.ledgers["CarrierMSP"].Enrol("u-0123456789abcdef", "PAAAAAAAAAAAAAAAA", "CARRIER")
	now := time.Now()
	issued := func(at time.Time) string {
		return "Authorization: Bearer " + w.issuer.token(t, person.ID, func(b *jwt.Builder) { b.IssuedAt(at) })
	}
	before, after := issued(now.Add(-10*time.Minute)), issued(now.Add(2*time.Second))
	ask := client{w: w, t: t, org: "CarrierMSP"}
	require.Equal(t, http.StatusOK, ask.get("/v1/me", before).status)
	w.ledgers["CarrierMSP"].SignOut(person.ID, now)
	for _, stolen := range []string{before, issued(now.Truncate(time.Second)), issued(time.Unix(0, 0))} {
		ask.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "", stolen)
	}
	require.Equal(t, http.StatusOK, ask.get("/v1/me", after).status, "who signs in anew is let in")
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func TestAPersonOfAnotherOrganisationIsNobodyHere(t *testing.T) {
	w := newWorld(t)
	stranger := w.ledgers["PortMSP"].Enrol("u-00000000000000aa", "PAAAAAAAAAAAAAAAA")
	w.client("CarrierMSP", stranger).refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "")
}

func TestTheIssuerMayBeDownAtTheStart(t *testing.T) {
	w := newWorld(t)
	registrar := w.registrar("CarrierMSP")
	w.issuer.down = true
	w.start("CarrierMSP")
	down := registrar.refused(http.StatusServiceUnavailable, "unavailable", http.MethodGet, "/v1/me", "")
	require.NotEmpty(t, down.header.Get("Retry-After"))
	require.Equal(t, http.StatusServiceUnavailable, registrar.get("/readyz").status)
	w.issuer.down = false
	require.Equal(t, http.StatusOK, registrar.get("/v1/me").status)
	require.Equal(t, http.StatusOK, registrar.get("/readyz").status)
}
