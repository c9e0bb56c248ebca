// Package pki makes the keys and certificates of the local network: for every organisation a signing authority for
// its members' identities, another for TLS, and the Fabric membership folders that hold them.
// It does not know which process uses which of them.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	leafLife      = 5 * 365 * 24 * time.Hour
	// backdate keeps a certificate valid for a process whose clock is a little behind.
	backdate   = 10 * time.Minute
	serialBits = 127
)

// Files of a key pair in its folder.
const (
	CertFile = "cert.pem"
	KeyFile  = "key.pem"
)

// Authority is a self-signed certificate and its key.
type Authority struct {
	Cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Pair is an issued certificate and its key, PEM encoded (the key as PKCS #8).
type Pair struct {
	Cert []byte
	Key  []byte
}

// NewAuthority makes a root certificate for an organisation.
func NewAuthority(organisation, commonName string, now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), serialBits))
	if err != nil {
		return nil, fmt.Errorf("make serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{organisation}, CommonName: commonName},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(authorityLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	cert, err := sign(template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &Authority{Cert: cert, key: key}, nil
}

// Identity issues a certificate that the organisation's MSP recognises in the role unit (peer, orderer, admin).
func (a *Authority) Identity(commonName, unit string, now time.Time) (Pair, error) {
	return a.issue(&x509.Certificate{
		Subject:  pkix.Name{Organization: a.Cert.Subject.Organization, OrganizationalUnit: []string{unit}, CommonName: commonName},
		KeyUsage: x509.KeyUsageDigitalSignature,
	}, now)
}

// TLS issues a certificate for both ends of mutual TLS on host and on localhost.
func (a *Authority) TLS(commonName, host string, now time.Time) (Pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{Organization: a.Cert.Subject.Organization, CommonName: commonName},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{"localhost"},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = append(template.DNSNames, host)
	}
	return a.issue(template, now)
}

func (a *Authority) issue(template *x509.Certificate, now time.Time) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, fmt.Errorf("make key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), serialBits))
	if err != nil {
		return Pair{}, fmt.Errorf("make serial number: %w", err)
	}
	template.SerialNumber = serial
	template.NotBefore = now.Add(-backdate)
	template.NotAfter = now.Add(leafLife)
	cert, err := sign(template, a.Cert, &key.PublicKey, a.key)
	if err != nil {
		return Pair{}, err
	}
	return encode(cert, key)
}

// Pair is the authority's own certificate and key, for a CA server that signs with them.
func (a *Authority) Pair() (Pair, error) { return encode(a.Cert, a.key) }

func encode(cert *x509.Certificate, key *ecdsa.PrivateKey) (Pair, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, fmt.Errorf("encode key: %w", err)
	}
	return Pair{
		Cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}),
		Key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	}, nil
}

// Save writes the pair as cert.pem and key.pem into folder, readable by the owner only.
func (p Pair) Save(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, KeyFile), p.Key, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, CertFile), p.Cert, 0o600)
}

// ReadCert reads the first certificate of a PEM file.
func ReadCert(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return x509.ParseCertificate(block.Bytes)
}

func sign(template, parent *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, lowS{key})
	if err != nil {
		return nil, fmt.Errorf("sign certificate of %s: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// lowS signs with the smaller of the two valid S values. fabric-sdk-go rewrites certificates to that form, and a
// chain whose certificates changed no longer verifies.
type lowS struct{ *ecdsa.PrivateKey }

func (l lowS) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := l.PrivateKey.Sign(random, digest, opts)
	if err != nil {
		return nil, err
	}
	r, s, err := parts(signature)
	if err != nil {
		return nil, err
	}
	if !isLow(s) {
		s.Sub(elliptic.P256().Params().N, s)
	}
	return asn1.Marshal(struct{ R, S *big.Int }{r, s})
}

func parts(signature []byte) (r, s *big.Int, err error) {
	var value struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signature, &value)
	if err != nil {
		return nil, nil, fmt.Errorf("read signature: %w", err)
	}
	if len(rest) != 0 {
		return nil, nil, errors.New("read signature: bytes after the end")
	}
	return value.R, value.S, nil
}

func isLow(s *big.Int) bool {
	half := new(big.Int).Rsh(elliptic.P256().Params().N, 1)
	return s.Cmp(half) <= 0
}
