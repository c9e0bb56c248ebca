package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/keyfile"
)

// house is the folder of a gateway under test.
type house struct {
	t    *testing.T
	home string
}

func newHouse(t *testing.T) house {
	h := house{t, t.TempDir()}
	h.pair("peer", newKey(t, false))
	h.pair("tls", newKey(t, false))
	require.NoError(t, os.MkdirAll(h.in("people", "u-0123456789abcdef"), 0o700))
	require.NoError(t, os.WriteFile(h.in("people", "u-0123456789abcdef", "key.pem"), []byte("a key"), 0o600))
	return h
}

func (h house) in(parts ...string) string {
	return filepath.Join(append([]string{h.home}, parts...)...)
}

func newKey(t *testing.T, rivest bool) crypto.Signer {
	t.Helper()
	if rivest {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		require.NoError(t, err)
		return key
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// pair writes name.pem and name.key, for 127.0.0.1, and answers the certificate's number.
func (h house) pair(name string, key crypto.Signer) *big.Int {
	h.t.Helper()
	number, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	require.NoError(h.t, err)
	template := &x509.Certificate{SerialNumber: number, NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(h.t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(h.t, err)
	h.replace(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	h.replace(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	return number
}

func (h house) replace(name string, text []byte) {
	h.t.Helper()
	require.NoError(h.t, os.WriteFile(h.in(name+".next"), text, 0o600))
	require.NoError(h.t, os.Rename(h.in(name+".next"), h.in(name)))
}

// settings writes the gateway's file.
func (h house) settings(listen string) string {
	h.t.Helper()
	file := h.in("gateway.yaml")
	require.NoError(h.t, os.WriteFile(file, fmt.Appendf(nil, `
listen: %s
tls: {cert: %q, key: %q}
organisation: CarrierMSP
peer: {address: "127.0.0.1:1", tls_ca: %q, tls_cert: %q, tls_key: %q}
identities: %q
database: %q
audit: %q
tokens: {issuer: "http://127.0.0.1:1", audience: portledger}
`, listen, h.in("tls.pem"), h.in("tls.key"), h.in("peer.pem"), h.in("peer.pem"), h.in("peer.key"), h.in("people"), h.in("gateway.db"),
		h.in("audit.jsonl")), 0o600))
	return file
}

// open runs the gateway until the test ends, and answers where.
func (h house) open() (address string) {
	h.t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(h.t, err)
	address = free.Addr().String()
	require.NoError(h.t, free.Close())
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, h.settings(address), false) }()
	h.t.Cleanup(func() { stop(); require.NoError(h.t, <-ended) })
	require.Eventually(h.t, func() bool {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			connection.Close()
		}
		return err == nil
	}, 10*time.Second, 20*time.Millisecond)
	return address
}

// shake makes a handshake; whose certificate it is is looked at by hand.
func shake(address string, offered *tls.Config) (tls.ConnectionState, error) {
	offered.InsecureSkipVerify = true
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, offered)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer connection.Close()
	return connection.ConnectionState(), nil
}

// weak are cipher suites that no client gets, though it offers nothing else.
var weak = map[string][]uint16{
	"RC4":                {tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_RC4_128_SHA},
	"3DES":               {tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA},
	"CBC":                {tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA},
	"CBC with SHA-256":   {tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256},
	"no forward secrecy": {tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_RSA_WITH_AES_128_CBC_SHA256},
}

func TestTheGatewayOffersOnlyGoodTLS(t *testing.T) {
	for _, rivest := range []bool{false, true} {
		h := newHouse(t)
		h.pair("tls", newKey(t, rivest))
		address := h.open()
		best, err := shake(address, &tls.Config{})
		require.NoError(t, err)
		require.Equal(t, uint16(tls.VersionTLS13), best.Version)
		require.Equal(t, tls.X25519MLKEM768, best.CurveID, "a recording of today must not be opened by a machine of tomorrow")
		older, err := shake(address, &tls.Config{MaxVersion: tls.VersionTLS12})
		require.NoError(t, err, "machines without TLS 1.3 are served")
		require.Contains(t, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, older.CipherSuite)
		for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
			_, err = shake(address, &tls.Config{MinVersion: version, MaxVersion: version})
			require.ErrorContains(t, err, "protocol version", tls.VersionName(version))
		}
		for name, suites := range weak {
			_, err = shake(address, &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: suites})
			require.ErrorContains(t, err, "handshake failure", name)
		}
		_, err = shake(address, &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP521}})
		require.Error(t, err)
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			memory := tls.NewLRUClientSessionCache(4)
			for range 2 {
				again, err := shake(address, &tls.Config{MinVersion: version, MaxVersion: version, ClientSessionCache: memory})
				require.NoError(t, err)
				require.False(t, again.DidResume, "a ticket would outlive its key")
			}
		}
		plain, err := http.Get("http://" + address + "/v1/me")
		require.NoError(t, err)
		plain.Body.Close()
		require.Equal(t, http.StatusBadRequest, plain.StatusCode, "plain HTTP is not answered")
	}
}

func TestOverHTTPSItIsRemembered(t *testing.T) {
	address := newHouse(t).open()
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.Get("https://" + address + "/docs")
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "HTTP/2.0", answer.Proto)
	require.Equal(t, "max-age=63072000", answer.Header.Get("Strict-Transport-Security"))
}

func TestAReplacedCertificateIsServedWithoutARestart(t *testing.T) {
	h := newHouse(t)
	first := h.pair("tls", newKey(t, false))
	address := h.open()
	served := func() *big.Int {
		seen, err := shake(address, &tls.Config{})
		require.NoError(t, err)
		return seen.PeerCertificates[0].SerialNumber
	}
	require.Equal(t, first, served())
	second := h.pair("tls", newKey(t, true))
	require.Eventually(t, func() bool { return served().Cmp(second) == 0 }, 10*time.Second, 100*time.Millisecond)

	// What cannot be served, or what others can read, does not take the place of what can.
	h.replace("tls.pem", []byte("no certificate"))
	time.Sleep(lookEvery + 100*time.Millisecond)
	require.Equal(t, second, served())
	h.pair("tls", newKey(t, false))
	require.NoError(t, os.Chmod(h.in("tls.key"), 0o644))
	time.Sleep(lookEvery + 100*time.Millisecond)
	require.Equal(t, second, served())
}

func TestTheGatewayDoesNotStartBesideAnOpenKey(t *testing.T) {
	for _, name := range []string{"tls.key", "peer.key", "people/u-0123456789abcdef/key.pem", "gateway.db", "audit.jsonl"} {
		h := newHouse(t)
		if _, err := os.Stat(h.in(name)); err != nil {
			require.NoError(t, os.WriteFile(h.in(name), nil, 0o600))
		}
		require.NoError(t, os.Chmod(h.in(name), 0o640))
		err := run(t.Context(), h.settings("127.0.0.1:0"), false)
		var exposed *keyfile.Exposed
		require.ErrorAs(t, err, &exposed, name)
		require.Equal(t, h.in(name), exposed.Path)
	}
}

func TestWhatTheGatewayMakesIsItsOwn(t *testing.T) {
	h := newHouse(t)
	h.open()
	made := 0
	require.NoError(t, filepath.Walk(h.home, func(path string, about os.FileInfo, err error) error {
		if bytes.HasPrefix([]byte(filepath.Base(path)), []byte("gateway.db")) || filepath.Base(path) == "audit.jsonl" {
			made++
			require.Zero(t, about.Mode().Perm()&0o077, path)
		}
		return err
	}))
	require.GreaterOrEqual(t, made, 3, "the database, its journal and the trail")
}
