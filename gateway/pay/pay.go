// Package pay makes proofs of payment: what a bank signs so that a bill or a release right changes hands. It runs where the
// bank keeps its payment key, away from the ledger and its gateway, and knows neither.
package pay

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"portledger/chaincode/payment"
)

// ErrKey says that a key is not one that proofs of payment are signed with.
var ErrKey = errors.New("a private key in PEM (PKCS 8), on P-256 or Ed25519, is needed")

// Read reads a private key in PEM, as openssl genpkey writes it.
func Read(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, ErrKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, ErrKey
	}
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		if key.Curve == elliptic.P256() {
			return key, nil
		}
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, ErrKey
}

// PublicKey is the key's public half in the form in which it is registered, and its id.
func PublicKey(key crypto.Signer) (text, id string, err error) {
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", "", fmt.Errorf("write public key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), payment.KeyID(der), nil
}

// Sign answers the proof of payment that states this, in JWS compact form.
func Sign(key crypto.Signer, s payment.Statement) (string, error) {
	_, id, err := PublicKey(key)
	if err != nil {
		return "", err
	}
	header := payment.Header{Algorithm: "EdDSA", Key: id}
	if _, is := key.(*ecdsa.PrivateKey); is {
		header.Algorithm = "ES256"
	}
	head, err := json.Marshal(header)
	if err != nil {
		return "", fmt.Errorf("write header: %w", err)
	}
	s.Format = payment.Format
	signed := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(s.Canonical())
	signature, err := signature(key, signed)
	if err != nil {
		return "", err
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

func signature(key crypto.Signer, signed string) ([]byte, error) {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(key, []byte(signed)), nil
	case *ecdsa.PrivateKey:
		hash := sha256.Sum256([]byte(signed))
		r, s, err := ecdsa.Sign(rand.Reader, key, hash[:])
		if err != nil {
			return nil, fmt.Errorf("sign: %w", err)
		}
		both := make([]byte, 64)
		r.FillBytes(both[:32])
		s.FillBytes(both[32:])
		return both, nil
	}
	return nil, ErrKey
}
