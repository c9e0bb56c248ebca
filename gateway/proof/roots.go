package proof

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// peerUnit is the organisational unit that marks a certificate as a peer's (Fabric's NodeOUs). A client's signature is worth
// nothing here: the holder's own clerk has a certificate of the same authority.
const peerUnit = "peer"

// authority is what is trusted of one organisation.
type authority struct{ roots, intermediates *x509.CertPool }

// Roots are the certificates of the organisations' authorities, by MSP id.
type Roots map[string]authority

// Trust adds a certificate of an organisation's authority.
func (r Roots) Trust(org string, cert *x509.Certificate) {
	a, known := r[org]
	if !known {
		a = authority{x509.NewCertPool(), x509.NewCertPool()}
		r[org] = a
	}
	if cert.CheckSignatureFrom(cert) == nil {
		a.roots.AddCert(cert)
		return
	}
	a.intermediates.AddCert(cert)
}

// Load reads a folder with one PEM file for each organisation, named after its MSP id: "CarrierMSP.pem". A file may hold
// several certificates.
func Load(folder string) (Roots, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.pem"))
	if err != nil {
		return nil, err
	}
	roots := Roots{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		org := strings.TrimSuffix(filepath.Base(file), ".pem")
		for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", file, err)
			}
			roots.Trust(org, cert)
		}
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("%s holds no certificates: one file MSPID.pem for each organisation", folder)
	}
	return roots, nil
}

// Signer answers the organisation whose peer made this endorsement of the payload.
func (r Roots) Signer(payload []byte, e Endorsement, now time.Time) (string, error) {
	var id msp.SerializedIdentity
	if err := proto.Unmarshal(e.Endorser, &id); err != nil {
		return "", fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	trusted, known := r[id.GetMspid()]
	if !known {
		return "", fmt.Errorf("%w: no root certificate of %q is here", ErrOrganisation, id.GetMspid())
	}
	block, _ := pem.Decode(id.GetIdBytes())
	if block == nil {
		return "", fmt.Errorf("%w: %s: it is not PEM", ErrCertificate, id.GetMspid())
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrCertificate, id.GetMspid(), err)
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: trusted.roots, Intermediates: trusted.intermediates, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrCertificate, id.GetMspid(), err)
	}
	if cert.IsCA || !slices.Contains(cert.Subject.OrganizationalUnit, peerUnit) {
		return "", fmt.Errorf("%w: %s: it is not a peer's", ErrCertificate, id.GetMspid())
	}
	if !Genuine(cert, slices.Concat(payload, e.Endorser), e.Signature) {
		return "", fmt.Errorf("%w: %s", ErrSignature, id.GetMspid())
	}
	return id.GetMspid(), nil
}
