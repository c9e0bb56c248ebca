package proof

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
)

// Genuine checks an ASN.1 signature over SHA-256 of the message as Fabric does: the key is on P-256, and of the two values that s
// can have only the lower counts, so that nobody makes a second signature out of the first.
func Genuine(cert *x509.Certificate, message, signature []byte) bool {
	key, is := cert.PublicKey.(*ecdsa.PublicKey)
	if !is || key.Curve != elliptic.P256() {
		return false
	}
	var parts struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(signature, &parts); err != nil || len(rest) > 0 {
		return false
	}
	if parts.S.Cmp(new(big.Int).Rsh(key.Curve.Params().N, 1)) > 0 {
		return false
	}
	digest := sha256.Sum256(message)
	return ecdsa.VerifyASN1(key, digest[:], signature)
}
