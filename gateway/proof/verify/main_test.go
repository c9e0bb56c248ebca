package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/proof"
)

func TestTheProgramSaysWhyNot(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "statement.json")
	o := options{Statement: file, Roots: folder, Bill: "bl-1", Issuer: "CarrierMSP", Challenge: "gate-asks-000001"}
	require.ErrorIs(t, run(o, io.Discard), os.ErrNotExist)
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o600))
	require.ErrorContains(t, run(o, io.Discard), "no certificates")

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(filepath.Join(folder, "CarrierMSP.pem"), root, 0o600))
	require.ErrorIs(t, run(o, io.Discard), proof.ErrMalformed)
}
