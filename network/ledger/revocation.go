package ledger

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-config/configtx"
	"google.golang.org/protobuf/proto"
)

// ParseCRL reads a list of revoked certificates as a CA writes it (PEM).
func ParseCRL(text []byte) (*pkix.CertificateList, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("the list of revoked certificates is not PEM")
	}
	//nolint:staticcheck // fabric-config takes the type that this function makes, and no other does
	list, err := x509.ParseCRL(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the list of revoked certificates: %w", err)
	}
	return list, nil
}

// Revocation is the change that puts an organisation's list of revoked certificates in place of the one before. The
// organisation's own administrator signs it, and nobody else has to.
func (c Channel) Revocation(msp string, list *pkix.CertificateList) ([]byte, error) {
	changed := configtx.New(proto.CloneOf(c.config))
	organisation := changed.Application().Organization(msp)
	if organisation == nil {
		return nil, fmt.Errorf("%s is no member of the channel", msp)
	}
	membership, err := organisation.MSP().Configuration()
	if err != nil {
		return nil, err
	}
	membership.RevocationList = []*pkix.CertificateList{list}
	if err := organisation.SetMSP(membership); err != nil {
		return nil, err
	}
	return changed.ComputeMarshaledUpdate(c.name)
}

// Revokes tells whether the channel knows every certificate on an organisation's list as revoked.
func (c Channel) Revokes(msp string, list *pkix.CertificateList) (bool, error) {
	known := configtx.New(proto.CloneOf(c.config))
	organisation := known.Application().Organization(msp)
	if organisation == nil {
		return false, nil
	}
	membership, err := organisation.MSP().Configuration()
	if err != nil {
		return false, err
	}
	for _, wanted := range list.TBSCertList.RevokedCertificates {
		if !revokes(membership.RevocationList, wanted) {
			return false, nil
		}
	}
	return true, nil
}

func revokes(lists []*pkix.CertificateList, wanted pkix.RevokedCertificate) bool {
	for _, list := range lists {
		for _, revoked := range list.TBSCertList.RevokedCertificates {
			if bytes.Equal(revoked.SerialNumber.Bytes(), wanted.SerialNumber.Bytes()) {
				return true
			}
		}
	}
	return false
}
