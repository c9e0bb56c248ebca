package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"

	"portledger/keyfile"
)

// Key signs: a file's key, or one that never leaves its token.
type Key interface {
	Public() *ecdsa.PublicKey
	// Sign answers a signature over a SHA-256 digest as Fabric takes it: DER, with the lower of the two values of s.
	Sign(digest []byte) ([]byte, error)
	Close() error
}

// Token says where a key in a PKCS #11 token is.
type Token struct {
	// Module is the path of the token's library, Label the token's; ID is the key's CKA_ID.
	Module, Label string
	ID            []byte
	PIN           string
}

// ErrNoTokens means that this program was built without PKCS #11 (build tag pkcs11).
var ErrNoTokens = errors.New("this program was built without PKCS #11: build it with -tags pkcs11")

// fileKey is a key in a PEM file.
type fileKey struct{ private *ecdsa.PrivateKey }

// OpenFile reads a private key on P-256 from a PEM file (PKCS 8, or SEC 1 as older tools write it) that nobody else may read.
func OpenFile(file string) (Key, error) {
	text, err := keyfile.Read(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", file)
	}
	var key any
	if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
		if key, err = x509.ParseECPrivateKey(block.Bytes); err != nil {
			return nil, fmt.Errorf("%s holds no private key that can be read", file)
		}
	}
	private, is := key.(*ecdsa.PrivateKey)
	if !is || private.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%s: the ledger takes keys on P-256 only", file)
	}
	return fileKey{private}, nil
}

func (k fileKey) Public() *ecdsa.PublicKey { return &k.private.PublicKey }

func (k fileKey) Close() error { return nil }

func (k fileKey) Sign(digest []byte) ([]byte, error) {
	r, s, err := ecdsa.Sign(rand.Reader, k.private, digest)
	if err != nil {
		return nil, err
	}
	order := k.private.Curve.Params().N
	if s.Cmp(new(big.Int).Rsh(order, 1)) > 0 {
		s.Sub(order, s)
	}
	return asn1.Marshal(struct{ R, S *big.Int }{r, s})
}

// Sign signs bytes.
func Sign(key Key, message []byte) ([]byte, error) {
	digest := sha256.Sum256(message)
	return key.Sign(digest[:])
}

// standard lets the standard library sign with a Key.
type standard struct{ Key }

func (s standard) Public() crypto.PublicKey { return s.Key.Public() }

func (s standard) Sign(_ io.Reader, digest []byte, _ crypto.SignerOpts) ([]byte, error) {
	return s.Key.Sign(digest)
}

// CertificateRequest is what the organisation's authority certifies the key by (PEM, PKCS 10); person is the opaque id.
func CertificateRequest(key Key, person string) ([]byte, error) {
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: person}, SignatureAlgorithm: x509.ECDSAWithSHA256}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, standard{key})
	if err != nil {
		return nil, fmt.Errorf("make certificate request: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), nil
}

// ReadCertificate reads the certificate of the key from a PEM file.
func ReadCertificate(file string, key Key) (*x509.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", file)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if !key.Public().Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s is not the certificate of this key", file)
	}
	return cert, nil
}
