package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
	"portledger/test/memledger"
)

const person = "u-0123456789abcdef"

func written(t *testing.T, name, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return file
}

func keyFile(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return written(t, "key.pem", "PRIVATE KEY", der)
}

func quiet() terminal { return terminal{in: strings.NewReader(""), out: io.Discard, said: io.Discard} }

func TestARequestIsForTheKeyAndThePerson(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"request", "--key", keyFile(t, key), person}, terminal{out: &out}))
	block, _ := pem.Decode(out.Bytes())
	request, err := x509.ParseCertificateRequest(block.Bytes)
	require.NoError(t, err)
	require.NoError(t, request.CheckSignature())
	require.Equal(t, person, request.Subject.CommonName)
	require.True(t, key.PublicKey.Equal(request.PublicKey))

	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	require.ErrorContains(t, run(t.Context(), []string{"request", "--key", keyFile(t, p384), person}, quiet()), "P-256")
}

func TestAKeyIsInOnePlace(t *testing.T) {
	t.Setenv(pinVariable, "")
	key := keyFile(t, newKey(t))
	for what, arguments := range map[string][]string{
		"say where the key is":  {"request", person},
		"say where the key is:": {"request", "--key", key, "--module", "/lib/token.so", person},
		"in hexadecimal":        {"request", "--module", "/lib/token.so", "--label", "x", "--key-id", "zz", person},
		"the PIN is missing":    {"make-key", "--module", "/lib/token.so", "--label", "x", "--key-id", "01"},
		"unknown flag":          {"make-key", "--pin", "1234"},
	} {
		require.ErrorContains(t, run(t.Context(), arguments, quiet()), strings.TrimSuffix(what, ":"))
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// preparing is a gateway that has prepared to join a guarantee, and keeps what it is sent after that.
func preparing(t *testing.T, who memfabric.Identity, network *memfabric.Network) (front *httptest.Server, sent *[]string) {
	sent = &[]string{}
	const id = "lg-p5t3x7bqjw2zkc4vnm6dhrfysa"
	_, _, proposal := network.Draft(memfabric.Proposal{Creator: who, Args: []string{"guarantee:Act", "submit", `{"id":"` + id + `"}`},
		Transient: map[string][]byte{"salt": []byte(strings.Repeat("0", 64))}})
	front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*sent = append(*sent, r.Method+" "+r.URL.Path)
		if r.URL.Path != "/v1/guarantees/"+id+"/submit" || r.Header.Get("Authorization") != "Bearer token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.WriteHeader(http.StatusAccepted)
		_ = json.NewEncoder(w).Encode(map[string]any{"signing": strings.Repeat("A", 26), "status": "TO_BE_SIGNED", "next": "PROPOSAL",
			"bytes": proposal, "endorsers": []string{"BankMSP", "PortMSP"}})
	}))
	t.Cleanup(front.Close)
	return front, sent
}

// The memory network's clock stands in the past, so the honest proposal shows what the time check says, too.
func TestWhoSaysNoSignsNothing(t *testing.T) {
	t.Setenv(tokenVariable, "token")
	network := memledger.NewNetwork(t)
	who := network.Enrol("PortMSP", person, "client", nil)
	network.Advance(time.Since(network.Now()))
	front, sent := preparing(t, who, network)
	roots := t.TempDir()
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: network.Root("PortMSP").Raw})
	require.NoError(t, os.WriteFile(filepath.Join(roots, "PortMSP.pem"), root, 0o600))
	settings := filepath.Join(t.TempDir(), "signer.json")
	text, err := json.Marshal(map[string]string{"gateway": front.URL, "msp": "PortMSP", "roots": roots, "key": keyFile(t, who.Key),
		"cert": written(t, "cert.pem", "CERTIFICATE", who.Cert.Raw)})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(settings, text, 0o600))
	var said bytes.Buffer
	arguments := []string{"act", "--settings", settings, "guarantee", "submit", "lg-p5t3x7bqjw2zkc4vnm6dhrfysa"}
	err = run(t.Context(), arguments, terminal{in: strings.NewReader("no\n"), out: io.Discard, said: &said})
	require.ErrorIs(t, err, errNo)
	require.Contains(t, said.String(), "提交")
	require.Contains(t, said.String(), "BankMSP, PortMSP")
	require.Equal(t, []string{"POST /v1/guarantees/lg-p5t3x7bqjw2zkc4vnm6dhrfysa/submit", "DELETE /v1/signings/" + strings.Repeat("A", 26)}, *sent)

	err = run(t.Context(), append(arguments, "--yes", "--mandate", "md-"+strings.Repeat("a", 26)), quiet())
	require.ErrorContains(t, err, "mandate: asked for")
	err = run(t.Context(), []string{"act", "--settings", settings, "guarantee", "submit"}, quiet())
	require.ErrorContains(t, err, "a birth has no document yet")
	err = run(t.Context(), []string{"act", "--settings", settings, "guarantee", "dance", "x"}, quiet())
	require.ErrorContains(t, err, "there is no act")
	err = run(t.Context(), append(arguments, "--cert", written(t, "cert.pem", "CERTIFICATE", network.Enrol("PortMSP", person, "client", nil).Cert.Raw)), quiet())
	require.ErrorContains(t, err, "not the certificate of this key")
	network.Advance(-3600e9)
	front, _ = preparing(t, who, network)
	err = run(t.Context(), append(arguments, "--yes", "--gateway", front.URL), quiet())
	require.ErrorContains(t, err, "time: the proposal says")
}
