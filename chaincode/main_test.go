package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/keyfile"
)

func TestThePlainServiceIsForThisMachineOnly(t *testing.T) {
	for address, taken := range map[string]bool{"127.0.0.1:7052": true, "[::1]:7052": true, "0.0.0.0:7052": false, ":7052": false,
		"10.0.0.4:7052": false, "chaincode.example:7052": false, "localhost:7052": false, "127.0.0.1": false} {
		p, err := tlsOf(options{Address: address})
		require.Equal(t, taken, err == nil, address)
		require.Equal(t, taken, p.Disabled, address)
	}
}

func TestTheServiceTakesNoKeyThatOthersCanRead(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o644))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	o := options{Address: "0.0.0.0:7052", TLSCert: certFile, TLSKey: keyFile, ClientCA: certFile}
	p, err := tlsOf(o)
	require.NoError(t, err)
	require.False(t, p.Disabled)
	require.NotEmpty(t, p.ClientCACerts)

	require.NoError(t, os.Chmod(keyFile, 0o644))
	_, err = tlsOf(o)
	var exposed *keyfile.Exposed
	require.ErrorAs(t, err, &exposed)
	o.ClientCA = ""
	require.NoError(t, os.Chmod(keyFile, 0o600))
	_, err = tlsOf(o)
	require.Error(t, err, "without it anybody could call the service")
}
