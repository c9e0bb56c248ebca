package proof_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/gateway/proof"
)

func TestOnlyTheLowerSignatureCounts(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	digest := sha256.Sum256([]byte("message"))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	require.NoError(t, err)
	order := key.Curve.Params().N
	if s.Cmp(new(big.Int).Rsh(order, 1)) > 0 {
		s.Sub(order, s)
	}
	encode := func(s *big.Int) []byte {
		raw, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		require.NoError(t, err)
		return raw
	}
	cert := &x509.Certificate{PublicKey: &key.PublicKey}
	require.True(t, proof.Genuine(cert, []byte("message"), encode(s)))
	require.False(t, proof.Genuine(cert, []byte("message"), encode(new(big.Int).Sub(order, s))), "the other one of the two")
	require.False(t, proof.Genuine(cert, []byte("another"), encode(s)))
	require.False(t, proof.Genuine(cert, []byte("message"), append(encode(s), 0)))
	require.False(t, proof.Genuine(&x509.Certificate{}, []byte("message"), encode(s)))
}
