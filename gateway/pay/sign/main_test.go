package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/payment"
	"portledger/gateway/pay"
)

func written(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	return file
}

func TestABankSignsWithTheKeyThatItRegistered(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	exchange, commitment := "ex-"+strings.Repeat("a", 26), strings.Repeat("0f", 32)
	for _, key := range []any{p256, ed} {
		file := written(t, key)
		var said, proof bytes.Buffer
		require.NoError(t, run("public", options{Public: public{Key: file}}, &said))
		var registered payment.Key
		require.NoError(t, json.Unmarshal(said.Bytes(), &registered))
		registered.To = "2999-01-01T00:00:00Z"
		id, ok := payment.ParseKey(registered.PublicKey)
		require.True(t, ok)
		require.Equal(t, registered.ID, id)
		require.NoError(t, run("sign", options{Sign: sign{Key: file, Exchange: exchange, Commitment: commitment}}, &proof))
		_, f := payment.Of(payment.BankSignature).Check(strings.TrimSpace(proof.String()), payment.Expected{Exchange: exchange,
			Commitment: commitment, Keys: []payment.Key{registered}, From: time.Now(), At: time.Now(), Until: time.Now().Add(time.Hour)})
		require.Nil(t, f)
		require.Error(t, run("sign", options{Sign: sign{Key: file, Exchange: "EX", Commitment: commitment}}, &proof))
	}
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	require.ErrorIs(t, run("public", options{Public: public{Key: written(t, small)}}, &bytes.Buffer{}), pay.ErrKey)
}
