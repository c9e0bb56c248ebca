package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheGatewayStartsBeforeItsPeerAndStopsWhenTold: peer, issuer and people may all be missing at first.
func TestTheGatewayStartsBeforeItsPeerAndStopsWhenTold(t *testing.T) {
	home := t.TempDir()
	in := func(name string) string { return filepath.Join(home, name) }
	makePair(t, in("cert.pem"), in("key.pem"))
	require.NoError(t, os.WriteFile(in("gateway.yaml"), fmt.Appendf(nil, `
listen: 127.0.0.1:0
organisation: CarrierMSP
peer: {address: "127.0.0.1:1", tls_ca: %q, tls_cert: %q, tls_key: %q}
identities: %q
database: %q
audit: %q
tokens: {issuer: "http://127.0.0.1:1", audience: portledger}
`, in("cert.pem"), in("cert.pem"), in("key.pem"), in("people"), in("gateway.db"), in("audit.jsonl")), 0o600))
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	require.NoError(t, run(ctx, in("gateway.yaml"), true))

	require.NoError(t, os.WriteFile(in("cert.pem"), nil, 0o600))
	require.ErrorContains(t, run(t.Context(), in("gateway.yaml"), false), "peer.tls_ca holds no certificate")
}

func makePair(t *testing.T, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	}
}
