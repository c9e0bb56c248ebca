package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"

	"portledger/network/issuer"
	"portledger/network/signin"
)

const (
	clerk     = "u-0123456789abcdef"
	colleague = "u-00000000000000aa"
	ownAud    = "portledger/CarrierMSP"
	back      = "http://127.0.0.1:9/signed-in"
)

// authority issues certificates as an organisation's Fabric CA does.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	a := &authority{t: t, key: key}
	a.cert = a.sign(&x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, &key.PublicKey)
	return a
}

func (a *authority) sign(template, parent *x509.Certificate, public *ecdsa.PublicKey) *x509.Certificate {
	a.t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, a.key)
	require.NoError(a.t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(a.t, err)
	return cert
}

// issue makes a certificate with a key of its own.
func (a *authority) issue(name string, change ...func(*x509.Certificate)) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	require.NoError(a.t, err)
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1},
			Value: []byte(`{"attrs":{"portledger.party":"PAAAAAAAAAAAAAAAA","portledger.roles":"CARRIER"}}`)}}}
	for _, c := range change {
		c(template)
	}
	cert := a.sign(template, a.cert, &key.PublicKey)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

// save writes a certificate and its key as PEM files.
func save(t *testing.T, pair tls.Certificate, certFile, keyFile string) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(certFile), 0o700))
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600))
}

// door is a running gateway with two enrolled persons, whose peer is not there: who calls is found out without it.
type door struct {
	t            *testing.T
	url, home    string
	roots        *x509.CertPool
	people       *authority
	clerk, other tls.Certificate
}

// openDoor runs a gateway that takes tokens of the issuer; more are further lines of its settings below tokens.
func openDoor(t *testing.T, issuerURL, more string) *door {
	t.Helper()
	d := &door{t: t, home: t.TempDir(), roots: x509.NewCertPool(), people: newAuthority(t)}
	in := func(name string) string { return filepath.Join(d.home, name) }
	server := newAuthority(t)
	d.roots.AddCert(server.cert)
	save(t, server.issue("gateway", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }), in("cert.pem"), in("key.pem"))
	save(t, tls.Certificate{Certificate: [][]byte{d.people.cert.Raw}, PrivateKey: d.people.key}, in("people-ca.pem"), in("people-ca.key"))
	d.clerk, d.other = d.people.issue(clerk), d.people.issue(colleague)
	for id, pair := range map[string]tls.Certificate{clerk: d.clerk, colleague: d.other} {
		save(t, pair, filepath.Join(in("people"), id, "cert.pem"), filepath.Join(in("people"), id, "key.pem"))
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	d.url = "https://" + address
	require.NoError(t, os.WriteFile(in("gateway.yaml"), fmt.Appendf(nil, `
listen: %q
tls: {cert: %q, key: %q, client_ca: %q}
organisation: CarrierMSP
peer: {address: "127.0.0.1:1", tls_ca: %q, tls_cert: %q, tls_key: %q}
identities: %q
database: %q
audit: %q
log_level: error
tokens:
  issuer: %q
  audience: %s
%s`, address, in("cert.pem"), in("key.pem"), in("people-ca.pem"), in("cert.pem"), in("cert.pem"), in("key.pem"), in("people"),
		in("gateway.db"), in("audit.jsonl"), issuerURL, ownAud, more), 0o600))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, in("gateway.yaml"), false) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-ended) })
	require.Eventually(t, func() bool {
		status, _, err := d.ask("/healthz", nil, "")
		return err == nil && status == http.StatusOK
	}, 10*time.Second, 20*time.Millisecond)
	return d
}

// client shows the certificate, whatever the gateway says that it would take.
func (d *door) client(shown *tls.Certificate) *http.Client {
	secure := &tls.Config{RootCAs: d.roots, MinVersion: tls.VersionTLS12}
	if shown != nil {
		secure.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return shown, nil }
	}
	transport := &http.Transport{TLSClientConfig: secure}
	d.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}
}

// ask reads a page of the gateway.
func (d *door) ask(path string, shown *tls.Certificate, token string) (int, map[string]any, error) {
	return d.askWith(d.client(shown), path, token)
}

func (d *door) askWith(c *http.Client, path, token string) (int, map[string]any, error) {
	r, err := http.NewRequest(http.MethodGet, d.url+path, nil)
	if err != nil {
		return 0, nil, err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := c.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, err
	}
	var body map[string]any
	return response.StatusCode, body, json.Unmarshal(text, &body)
}

// me wants a status, and answers the body.
func (d *door) me(status int, shown *tls.Certificate, token string, about ...any) map[string]any {
	d.t.Helper()
	got, body, err := d.ask("/v1/me", shown, token)
	require.NoError(d.t, err, about...)
	require.Equal(d.t, status, got, "%v %v", about, body)
	return body
}

// provider is the local network's OpenID provider in process, with the clerk's account.
type provider struct {
	url, password string
	keys          issuer.Keys
	down          atomic.Bool
}

func startProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{password: issuer.NewSecret(), keys: issuer.Keys(filepath.Join(t.TempDir(), "keys"))}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down.Load() {
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	file := filepath.Join(t.TempDir(), "accounts.json")
	account, err := issuer.NewPerson("clerk", clerk, ownAud, p.password)
	require.NoError(t, err)
	require.NoError(t, issuer.Accounts{Clients: []issuer.Client{{ID: "console", Redirects: []string{back}}}, People: []issuer.Account{account}}.Write(file))
	made, err := issuer.New(issuer.Options{URL: p.url, Signing: p.keys, Accounts: file, Lifetime: time.Hour, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	handler = made.Handler()
	return p
}

// signIn answers the clerk's access token and ID token.
func (p *provider) signIn(t *testing.T) (access, id string) {
	t.Helper()
	token, err := signin.Client{Issuer: p.url, ID: "console", Redirect: back}.Person(t.Context(), "clerk", p.password)
	require.NoError(t, err)
	return token.AccessToken, token.Extra("id_token").(string)
}

func TestWhoSignsInAtTheProviderIsServed(t *testing.T) {
	p := startProvider(t)
	d := openDoor(t, p.url, "")
	access, id := p.signIn(t)
	body := d.me(http.StatusOK, nil, access)
	require.Equal(t, clerk, body["person"])
	require.Equal(t, []any{"CARRIER"}, body["roles"])
	require.Equal(t, "unauthenticated", d.me(http.StatusUnauthorized, nil, id, "an ID token")["code"])
}

func TestTheGatewayFollowsTheProvidersKeysAndOutlivesIt(t *testing.T) {
	p := startProvider(t)
	d := openDoor(t, p.url, "")
	p.down.Store(true)
	require.Equal(t, "unavailable", d.me(http.StatusServiceUnavailable, nil, "x.y.z", "nothing is known of the provider yet")["code"])
	p.down.Store(false)
	time.Sleep(1100 * time.Millisecond) // it is not asked again within a second
	first, _ := p.signIn(t)
	d.me(http.StatusOK, nil, first)
	require.NoError(t, p.keys.Rotate())
	second, _ := p.signIn(t)
	d.me(http.StatusOK, nil, second, "a new key is fetched when it is first met")
	d.me(http.StatusOK, nil, first, "the one before is still published")

	require.NoError(t, p.keys.Rotate())
	third, _ := p.signIn(t)
	p.down.Store(true)
	d.me(http.StatusOK, nil, second, "with the keys that it has it goes on")
	require.Equal(t, "unavailable", d.me(http.StatusServiceUnavailable, nil, third, "a key it does not have")["code"])
	p.down.Store(false)
	d.me(http.StatusOK, nil, third)
	d.me(http.StatusUnauthorized, nil, first, "two rotations took its key away")
}

// stranger is another make of provider: RSA keys, other addresses, its own ideas about claims.
type stranger struct {
	t   *testing.T
	url string
	key jwk.Key
	// asked is how often its keys were.
	asked atomic.Int64
}

func startStranger(t *testing.T) *stranger {
	t.Helper()
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	s := &stranger{t: t}
	s.key, err = jwk.Import(raw)
	require.NoError(t, err)
	require.NoError(t, s.key.Set(jwk.KeyIDKey, "2026"))
	public, err := s.key.PublicKey()
	require.NoError(t, err)
	set := jwk.NewSet()
	require.NoError(t, set.AddKey(public))
	routes := http.NewServeMux()
	answer := func(body any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(body) }
	}
	server := httptest.NewServer(routes)
	t.Cleanup(server.Close)
	s.url = server.URL + "/realms/trade"
	routes.HandleFunc("/realms/trade/.well-known/openid-configuration", answer(map[string]any{
		"issuer": s.url, "jwks_uri": s.url + "/certs", "authorization_endpoint": s.url + "/auth", "token_endpoint": s.url + "/token",
		"id_token_signing_alg_values_supported": []string{"RS256"}}))
	routes.HandleFunc("/realms/trade/certs", func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		answer(set)(w, r)
	})
	return s
}

func (s *stranger) token(kind string, claims map[string]any) string {
	s.t.Helper()
	builder := jwt.NewBuilder().Issuer(s.url).Subject(clerk).Audience([]string{ownAud}).Expiration(time.Now().Add(time.Hour))
	for name, value := range claims {
		builder.Claim(name, value)
	}
	token, err := builder.Build()
	require.NoError(s.t, err)
	header := jws.NewHeaders()
	require.NoError(s.t, header.Set(jws.TypeKey, kind))
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.RS256(), s.key, jws.WithProtectedHeaders(header)))
	require.NoError(s.t, err)
	return string(signed)
}

func TestAnyOtherProviderDoesAndItsTokensTellOnlyWho(t *testing.T) {
	s := startStranger(t)
	d := openDoor(t, s.url, "")
	plain := d.me(http.StatusOK, nil, s.token("at+jwt", nil))
	boasting := d.me(http.StatusOK, nil, s.token("application/at+jwt", map[string]any{
		"roles": []string{"BANK", "CUSTOMS"}, "party": "PBBBBBBBBBBBBBBBB", "portledger.party": "PBBBBBBBBBBBBBBBB", "portledger.roles": "BANK",
		"portledger.registrar": "true", "registrar": true, "organisation": "BankMSP", "realm_access": map[string]any{"roles": []string{"admin"}}, "scope": "admin"}))
	require.Equal(t, plain, boasting)
	require.Equal(t, "PAAAAAAAAAAAAAAAA", plain["party"])
	require.Equal(t, false, plain["registrar"])

	d.me(http.StatusUnauthorized, nil, s.token("JWT", nil), "not marked as an access token")
	d.me(http.StatusUnauthorized, nil, s.token("at+jwt", map[string]any{"aud": "portledger/BankMSP"}), "another organisation's audience")
	d.me(http.StatusUnauthorized, nil, s.token("at+jwt", map[string]any{"iss": "https://elsewhere.example"}), "another issuer's name")
}

func TestAProviderThatDoesNotMarkItsTokensCanBeUsed(t *testing.T) {
	s := startStranger(t)
	d := openDoor(t, s.url, "  untyped: true\n")
	d.me(http.StatusOK, nil, s.token("JWT", nil))
	d.me(http.StatusOK, nil, s.token("at+jwt", nil))
	for _, claim := range []string{"nonce", "at_hash", "c_hash"} {
		d.me(http.StatusUnauthorized, nil, s.token("JWT", map[string]any{claim: "x"}), "an ID token has", claim)
	}
}

func TestACertificateOpensTheDoorForThePersonInForce(t *testing.T) {
	s := startStranger(t)
	d := openDoor(t, s.url, "")
	own := s.token("at+jwt", nil)
	others := s.token("at+jwt", map[string]any{"sub": colleague})
	bound := func(to tls.Certificate) string {
		sum := sha256.Sum256(to.Certificate[0])
		return s.token("at+jwt", map[string]any{"cnf": map[string]any{"x5t#S256": base64.RawURLEncoding.EncodeToString(sum[:])}})
	}
	require.Equal(t, clerk, d.me(http.StatusOK, &d.clerk, "")["person"])
	require.Equal(t, colleague, d.me(http.StatusOK, &d.other, "")["person"])
	d.me(http.StatusOK, &d.clerk, own)
	d.me(http.StatusOK, &d.clerk, bound(d.clerk))

	earlier, nobody, path := d.people.issue(clerk), d.people.issue("u-ffffffffffffffff"), d.people.issue("../people/"+clerk)
	for name, try := range map[string]struct {
		shown *tls.Certificate
		token string
	}{
		"nothing":                                   {nil, ""},
		"a token of somebody else beside it":        {&d.clerk, others},
		"a token that is no good beside it":         {&d.clerk, own + "x"},
		"another certificate of the same person":    {&earlier, ""},
		"another certificate and the right token":   {&earlier, own},
		"somebody who is not enrolled":              {&nobody, ""},
		"a path as a name":                          {&path, ""},
		"a bound token without its certificate":     {nil, bound(d.clerk)},
		"a token bound to another one's":            {&d.clerk, bound(earlier)},
		"a token bound to the one that is not good": {&earlier, bound(earlier)},
	} {
		require.Equal(t, "unauthenticated", d.me(http.StatusUnauthorized, try.shown, try.token, name)["code"], name)
	}
	foreign, expired := newAuthority(t).issue(clerk), d.people.issue(clerk, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	stolen := tls.Certificate{Certificate: d.clerk.Certificate, PrivateKey: earlier.PrivateKey}
	server := d.people.issue(clerk, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	for name, shown := range map[string]*tls.Certificate{
		"a foreign authority's": &foreign, "an expired one": &expired, "one without its key": &stolen, "one for servers": &server,
	} {
		_, _, err := d.ask("/v1/me", shown, own)
		require.ErrorContains(t, err, "tls:", name)
	}
}

func TestARevokedOrReplacedCertificateOpensNothingOnAnOpenConnectionEither(t *testing.T) {
	s := startStranger(t)
	d := openDoor(t, s.url, "")
	open := d.client(&d.clerk)
	ask := func() int {
		status, _, err := d.askWith(open, "/v1/me", "")
		require.NoError(t, err)
		return status
	}
	require.Equal(t, http.StatusOK, ask())
	folder := filepath.Join(d.home, "people", clerk)
	renewed := d.people.issue(clerk)
	save(t, renewed, filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"))
	require.Equal(t, http.StatusUnauthorized, ask(), "another one is in force")
	d.me(http.StatusOK, &renewed, "")
	require.NoError(t, os.RemoveAll(folder))
	d.me(http.StatusUnauthorized, &renewed, "", "the person was revoked")
}

func TestAClientAuthorityMustBeReadable(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.ErrorContains(t, askForCertificates(&http.Server{}, empty), "tls.client_ca holds no certificate")
	require.ErrorContains(t, askForCertificates(&http.Server{}, empty+"x"), "read tls.client_ca")
}
