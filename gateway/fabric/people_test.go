package fabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/stretchr/testify/require"

	"portledger/gateway/ledger"
	"portledger/keyfile"
)

const someone = "u-0123456789abcdef"

// enrol writes a person's files as Fabric CA's client would.
func enrol(t *testing.T, folder, id, name string, attributes map[string]string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	held, err := json.Marshal(map[string]any{"attrs": attributes})
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: attributesOID, Value: held}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	home := filepath.Join(folder, id)
	require.NoError(t, os.MkdirAll(home, 0o700))
	write := func(name, kind string, bytes []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(home, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), 0o600))
	}
	write("cert.pem", "CERTIFICATE", der)
	write("key.pem", "PRIVATE KEY", private)
}

func fingerprint(t *testing.T, folder, id string) [sha256.Size]byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, id, "cert.pem"))
	require.NoError(t, err)
	block, _ := pem.Decode(text)
	return sha256.Sum256(block.Bytes)
}

func newPeople(t *testing.T) *people {
	return &people{folder: t.TempDir(), msp: "CarrierMSP", known: map[string]*enrolled{},
		connect: func(identity.Identity, identity.Sign) (*client.Gateway, error) { return &client.Gateway{}, nil }}
}

func TestThePersonIsWhatTheCertificateSays(t *testing.T) {
	p := newPeople(t)
	enrol(t, p.folder, someone, someone, map[string]string{"portledger.party": "PAAAAAAAAAAAAAAAA", "portledger.roles": "SHIPPER,CONSIGNEE"})
	e, err := p.get(someone)
	require.NoError(t, err)
	require.Equal(t, ledger.Person{ID: someone, Organisation: "CarrierMSP", Party: "PAAAAAAAAAAAAAAAA",
		Roles: []string{"SHIPPER", "CONSIGNEE"}, Until: e.person.Until, Fingerprint: fingerprint(t, p.folder, someone)}, e.person)
	require.WithinDuration(t, time.Now().Add(time.Hour), e.person.Until, time.Minute)

	enrol(t, p.folder, "u-00000000000000ff", "u-00000000000000ff", map[string]string{"portledger.registrar": "true"})
	e, err = p.get("u-00000000000000ff")
	require.NoError(t, err)
	require.True(t, e.person.Registrar)
	require.Empty(t, e.person.Roles)
}

func TestIdentitiesAreReadAgainWhenTheyChange(t *testing.T) {
	p := newPeople(t)
	_, err := p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled, "not yet enrolled")
	enrol(t, p.folder, someone, someone, map[string]string{"portledger.roles": "SHIPPER"})
	first, err := p.get(someone)
	require.NoError(t, err)
	same, err := p.get(someone)
	require.NoError(t, err)
	require.Same(t, first, same)
	enrol(t, p.folder, someone, someone, map[string]string{"portledger.roles": "CONSIGNEE"})
	renewed, err := p.get(someone)
	require.NoError(t, err)
	require.Equal(t, []string{"CONSIGNEE"}, renewed.person.Roles)
	require.NoError(t, os.RemoveAll(filepath.Join(p.folder, someone)))
	_, err = p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled, "gone again")
}

func TestWhoIsSignedOutIsReadFromTheFolder(t *testing.T) {
	p := newPeople(t)
	enrol(t, p.folder, someone, someone, nil)
	e, err := p.get(someone)
	require.NoError(t, err)
	require.True(t, e.person.SignedOut.IsZero())
	for _, then := range []time.Time{time.Now().Add(-time.Hour), time.Now()} {
		file := filepath.Join(p.folder, someone, "signed-out")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.NoError(t, os.Chtimes(file, then, then))
		e, err = p.get(someone)
		require.NoError(t, err)
		require.WithinDuration(t, then, e.person.SignedOut, time.Second, "at once")
	}
}

func TestUnusableIdentitiesAreNobodys(t *testing.T) {
	p := newPeople(t)
	_, err := p.any()
	require.ErrorIs(t, err, ledger.ErrNotEnrolled)
	enrol(t, p.folder, someone, "u-ffffffffffffffff", nil)
	_, err = p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled, "the certificate names another person")
	enrol(t, p.folder, someone, someone, nil)
	enrol(t, p.folder, "u-00000000000000ff", "u-00000000000000ff", nil)
	require.NoError(t, os.Rename(filepath.Join(p.folder, "u-00000000000000ff", "key.pem"), filepath.Join(p.folder, someone, "key.pem")))
	_, err = p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled, "key and certificate do not belong together")
	enrol(t, p.folder, someone, someone, nil)
	require.NoError(t, os.Chmod(filepath.Join(p.folder, someone, "key.pem"), 0o640))
	_, err = p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled)
	var exposed *keyfile.Exposed
	require.ErrorAs(t, err, &exposed, "a key that others could read is nobody's proof")
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, someone, "cert.pem"), []byte("x"), 0o600))
	_, err = p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled)
}

func TestAnExpiredCertificateIsNobodys(t *testing.T) {
	p := newPeople(t)
	enrol(t, p.folder, someone, someone, nil)
	e, err := p.get(someone)
	require.NoError(t, err)
	e.person.Until = time.Now().Add(-time.Second)
	_, err = p.get(someone)
	require.ErrorIs(t, err, ledger.ErrNotEnrolled)
}

func TestWorkInNobodysNameGoesOnWithAnotherPerson(t *testing.T) {
	p := newPeople(t)
	other := "u-ffffffffffffffff"
	enrol(t, p.folder, someone, someone, nil)
	enrol(t, p.folder, other, other, nil)
	first, err := p.any()
	require.NoError(t, err)
	p.skip()
	second, err := p.any()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{someone, other}, []string{first.person.ID, second.person.ID})
}

func TestAnIDIsNeverAPath(t *testing.T) {
	p := newPeople(t)
	enrol(t, p.folder, someone, someone, nil)
	p.folder = filepath.Join(p.folder, "below")
	require.NoError(t, os.Mkdir(p.folder, 0o700))
	for _, id := range []string{"../" + someone, "..", ".", "", "/", someone + "/", "./" + someone, "u-0123456789ABCDEF", someone + "\x00"} {
		_, err := p.get(id)
		require.ErrorIs(t, err, ledger.ErrNotEnrolled, id)
	}
}

func TestCertificatesThatExpireAreTold(t *testing.T) {
	p := newPeople(t)
	enrol(t, p.folder, someone, someone, nil)
	require.NoError(t, os.MkdirAll(filepath.Join(p.folder, "no-person"), 0o700))
	soon, err := p.expiring(time.Now().Add(2 * time.Hour))
	require.NoError(t, err)
	require.Len(t, soon, 1)
	require.Equal(t, someone, soon[0].ID)
	later, err := p.expiring(time.Now())
	require.NoError(t, err)
	require.Empty(t, later)
}
