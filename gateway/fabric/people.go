package fabric

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"

	"portledger/gateway/ledger"
	"portledger/keyfile"
)

// personID is also what keeps a token's subject from being a path.
var personID = regexp.MustCompile(`^u-[0-9a-f]{16}$`)

// signedOut is a file in a person's folder: tokens that were issued before it was last touched open nothing.
const signedOut = "signed-out"

// attributesOID is the certificate extension in which Fabric CA puts a person's attributes as JSON.
var attributesOID = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}

// enrolled is a person with what is needed to speak in their name.
type enrolled struct {
	person ledger.Person
	// sign signs acts; nil where the person signs outside.
	sign identity.Sign
	// as asks in the person's name: with the person's own key, or with the reader's.
	as *client.Gateway
	// outside makes proposals in the name of a person who signs outside, and certificate is what they are signed with.
	outside     *client.Gateway
	certificate *x509.Certificate
	stamp       stamp
}

// stamp tells whether an identity's files were replaced since they were read; those that need not be there may be zero.
type stamp struct{ cert, key, readerCert, readerKey, signedOut fileStamp }

type fileStamp struct {
	modified time.Time
	size     int64
}

// people are the identities below one folder, read when first asked for and again when their files change.
type people struct {
	folder, msp string
	connect     func(identity.Identity, identity.Sign) (*client.Gateway, error)

	mu    sync.Mutex
	known map[string]*enrolled
	// skipped is how many persons any passes over before it looks.
	skipped int
}

// get answers the person's identity. The error is ledger.ErrNotEnrolled when there is none to be had.
func (p *people) get(id string) (*enrolled, error) {
	if !personID.MatchString(id) {
		return nil, ledger.ErrNotEnrolled
	}
	folder := filepath.Join(p.folder, id)
	now, err := stampOf(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ledger.ErrNotEnrolled
	}
	if err != nil {
		return nil, fmt.Errorf("look at identity: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.known[id]
	if e == nil || e.stamp != now {
		if e, err = p.load(folder, id); err != nil {
			return nil, fmt.Errorf("read identity %s: %w", id, errors.Join(err, ledger.ErrNotEnrolled))
		}
		e.stamp, e.person.SignedOut = now, now.signedOut.modified
		p.known[id] = e
	}
	if time.Now().After(e.person.Until) {
		return nil, fmt.Errorf("identity %s has expired: %w", id, ledger.ErrNotEnrolled)
	}
	return e, nil
}

// expiring answers whose certificates expire before then, or have.
func (p *people) expiring(then time.Time) ([]ledger.Person, error) {
	entries, err := os.ReadDir(p.folder)
	if err != nil {
		return nil, fmt.Errorf("list identities: %w", err)
	}
	var found []ledger.Person
	for _, entry := range entries {
		_, _ = p.get(entry.Name()) // reads it if it can be read
		p.mu.Lock()
		if e := p.known[entry.Name()]; e != nil && e.person.Until.Before(then) {
			found = append(found, e.person)
		}
		p.mu.Unlock()
	}
	return found, nil
}

// any answers some enrolled person, for work that is nobody's in particular: reading events, asking after a transaction.
func (p *people) any() (*enrolled, error) {
	entries, err := os.ReadDir(p.folder)
	if err != nil {
		return nil, fmt.Errorf("list identities: %w", err)
	}
	p.mu.Lock()
	skipped := p.skipped
	p.mu.Unlock()
	for i := range entries {
		if e, err := p.get(entries[(i+skipped)%len(entries)].Name()); err == nil {
			return e, nil
		}
	}
	return nil, ledger.ErrNotEnrolled
}

// skip makes any begin its search with another person.
func (p *people) skip() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.skipped++
}

func stampOf(folder string) (stamp, error) {
	cert, err := os.Stat(filepath.Join(folder, "cert.pem"))
	if err != nil {
		return stamp{}, err
	}
	found := stamp{cert: fileStamp{cert.ModTime(), cert.Size()}}
	for name, to := range map[string]*fileStamp{
		"key.pem": &found.key, signedOut: &found.signedOut, readerFolder + "/cert.pem": &found.readerCert, readerFolder + "/key.pem": &found.readerKey,
	} {
		file, err := os.Stat(filepath.Join(folder, name))
		if err == nil {
			*to = fileStamp{file.ModTime(), file.Size()}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return stamp{}, err
		}
	}
	return found, nil
}

func (p *people) load(folder, id string) (*enrolled, error) {
	cert, err := readCertificate(folder)
	if err != nil {
		return nil, err
	}
	person, err := personOf(cert, p.msp)
	if err != nil {
		return nil, err
	}
	if person.ID != id {
		return nil, errors.New("the certificate names another person than the folder")
	}
	x509ID, err := identity.NewX509Identity(p.msp, cert)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(folder, "key.pem")); errors.Is(err, fs.ErrNotExist) {
		return p.loadOutside(folder, person, x509ID, cert)
	}
	sign, err := readKey(folder, cert)
	if err != nil {
		return nil, err
	}
	as, err := p.connect(x509ID, sign)
	if err != nil {
		return nil, err
	}
	return &enrolled{person: person, sign: sign, as: as}, nil
}

func readCertificate(folder string) (*x509.Certificate, error) {
	text, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	if err != nil {
		return nil, err
	}
	cert, err := identity.CertificateFromPEM(text)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return cert, nil
}

// readKey reads the key that belongs to the certificate.
func readKey(folder string, cert *x509.Certificate) (identity.Sign, error) {
	text, err := keyfile.Read(filepath.Join(folder, "key.pem"))
	if err != nil {
		return nil, err
	}
	key, err := identity.PrivateKeyFromPEM(text)
	if err != nil {
		return nil, errors.New("private key cannot be read as PKCS #8")
	}
	if !pair(cert, key) {
		return nil, errors.New("private key and certificate do not belong together")
	}
	return identity.NewPrivateKeySign(key)
}

func pair(cert *x509.Certificate, key crypto.PrivateKey) bool {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return false
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(cert.PublicKey)
}

// personOf reads the attributes that Fabric CA certified. The contract reads the same ones; here they only choose what a
// list shows.
func personOf(cert *x509.Certificate, msp string) (ledger.Person, error) {
	person := ledger.Person{ID: cert.Subject.CommonName, Organisation: msp, Roles: []string{}, Until: cert.NotAfter}
	person.Fingerprint = sha256.Sum256(cert.Raw)
	held, err := attributesOf(cert)
	if err != nil {
		return ledger.Person{}, err
	}
	person.Party = held["portledger.party"]
	person.Registrar = held["portledger.registrar"] == "true"
	if roles := held["portledger.roles"]; roles != "" {
		person.Roles = strings.Split(roles, ",")
	}
	return person, nil
}

func attributesOf(cert *x509.Certificate) (map[string]string, error) {
	for _, extension := range cert.Extensions {
		if !extension.Id.Equal(attributesOID) {
			continue
		}
		var held struct {
			Attrs map[string]string `json:"attrs"`
		}
		if err := json.Unmarshal(extension.Value, &held); err != nil {
			return nil, errors.New("the certificate's attributes cannot be read")
		}
		return held.Attrs, nil
	}
	return nil, nil
}
