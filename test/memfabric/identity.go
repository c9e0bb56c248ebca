package memfabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/attrmgr"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Identity is a person or node of one organisation. The zero Identity is nobody.
type Identity struct {
	MSP     string
	Cert    *x509.Certificate
	CertPEM []byte
	Key     *ecdsa.PrivateKey
}

// Serialized is the identity as Fabric writes it into proposals and endorsements.
func (i Identity) Serialized() []byte {
	return marshal(&msp.SerializedIdentity{Mspid: i.MSP, IdBytes: i.CertPEM})
}

// authority is one organisation's certificate authority.
type authority struct {
	msp    string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	serial atomic.Int64
	known  sync.Map // certificates found to be its own, by their bytes: a peer keeps such a cache too
}

// vouches checks that a certificate is one of this authority's.
func (a *authority) vouches(cert *x509.Certificate) error {
	if _, known := a.known.Load(string(cert.Raw)); known {
		return nil
	}
	if err := cert.CheckSignatureFrom(a.cert); err != nil {
		return err
	}
	a.known.Store(string(cert.Raw), true)
	return nil
}

// newAuthority makes a self-signed ECDSA P-256 authority, valid long enough for any fake clock.
func newAuthority(mspID string) *authority {
	key := newKey()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca." + mspID, Organization: []string{mspID}},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a := &authority{msp: mspID, key: key, cert: sign(template, template, key, key)}
	a.serial.Store(1)
	return a
}

// enrol issues a certificate as Fabric CA does: ou is the NodeOU (client, admin, peer), attrs go into the
// attribute extension together with the three that the CA always adds.
func (a *authority) enrol(cn, ou string, attrs map[string]string, odd ...func(*x509.Certificate)) Identity {
	all := map[string]string{"hf.Affiliation": "", "hf.EnrollmentID": cn, "hf.Type": ou}
	maps.Copy(all, attrs)
	extension, err := json.Marshal(attrmgr.Attributes{Attrs: all})
	must(err)
	key := newKey()
	template := &x509.Certificate{
		SerialNumber:    big.NewInt(a.serial.Add(1)),
		Subject:         pkix.Name{CommonName: cn, OrganizationalUnit: []string{ou}},
		NotBefore:       a.cert.NotBefore,
		NotAfter:        a.cert.NotAfter,
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: attrmgr.AttrOID, Value: extension}},
	}
	for _, change := range odd {
		change(template)
	}
	cert := sign(template, a.cert, key, a.key)
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	return Identity{MSP: a.msp, Cert: cert, CertPEM: encoded, Key: key}
}

// Enrol gives a person of organisation mspID a certificate with common name cn, NodeOU ou ("client" or "admin") and
// Fabric CA attributes attrs. An organisation unknown to the network gets an authority of its own, whose people
// every peer refuses. Changes make a certificate that the authority should not have issued.
func (n *Network) Enrol(mspID, cn, ou string, attrs map[string]string, odd ...func(*x509.Certificate)) Identity {
	n.mu.Lock()
	a, known := n.authorities[mspID]
	if !known {
		a = newAuthority(mspID)
		n.authorities[mspID] = a
	}
	n.mu.Unlock()
	return a.enrol(cn, ou, attrs, odd...)
}

// admit is the check a peer makes before it simulates: the creator must come from a member organisation's authority
// and be a client or an admin (the channel's Writers).
func (n *Network) admit(creator Identity) error {
	if creator.Cert == nil {
		return fmt.Errorf("access denied: channel [%s] creator org unknown, creator is malformed", n.channel)
	}
	denied := fmt.Errorf("access denied: channel [%s] creator org [%s]", n.channel, creator.MSP)
	if n.peers[creator.MSP] == nil {
		return denied
	}
	if err := n.authorities[creator.MSP].vouches(creator.Cert); err != nil {
		return denied
	}
	ous := creator.Cert.Subject.OrganizationalUnit
	if !slices.Contains(ous, "client") && !slices.Contains(ous, "admin") {
		return denied
	}
	return nil
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

func sign(template, parent *x509.Certificate, subject, issuer *ecdsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &subject.PublicKey, issuer)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	return cert
}

// must panics: the calls it guards fail only by a fault of this package.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// marshal writes a message in protobuf's deterministic form, which is what endorsers compare.
func marshal(m proto.Message) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	must(err)
	return b
}
