package proof_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"portledger/chaincode/control"
	"portledger/chaincode/lifecycle"
	prove "portledger/gateway/proof"
	"portledger/test/memfabric"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// ca is an organisation's authority; its people are valid for the years from and to.
type ca struct {
	org  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newCA(t *testing.T, org string) ca {
	key := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca." + org},
		NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(9, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	return ca{org, sign(t, template, template, key, key), key}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func sign(t *testing.T, template, parent *x509.Certificate, subject, issuer *ecdsa.PrivateKey) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &subject.PublicKey, issuer)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

// enrol makes someone of the organisation: a peer, a client.
func (c ca) enrol(t *testing.T, unit string, change ...func(*x509.Certificate)) memfabric.Identity {
	key := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "x", OrganizationalUnit: []string{unit}},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	for _, c := range change {
		c(template)
	}
	cert := sign(t, template, c.cert, key, c.key)
	return memfabric.Identity{MSP: c.org, Cert: cert, Key: key,
		CertPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})}
}

// scene is a good statement with the parts it is made of; tests change one part and make it anew.
type scene struct {
	t             *testing.T
	carrier, port ca
	claim         control.Claim
	action        *peer.ChaincodeAction
	signers       []memfabric.Identity
	expected      prove.Expected
	roots         prove.Roots
}

func newScene(t *testing.T) *scene {
	s := &scene{t: t, carrier: newCA(t, "CarrierMSP"), port: newCA(t, "PortMSP"), roots: prove.Roots{}}
	s.roots.Trust("CarrierMSP", s.carrier.cert)
	s.roots.Trust("PortMSP", s.port.cert)
	s.signers = []memfabric.Identity{s.carrier.enrol(t, "peer"), s.port.enrol(t, "peer")}
	s.claim = control.Claim{Format: control.Format, Channel: "portledger", Bill: "bl-1", State: "ISSUED", Version: 5, Chain: "c",
		Issuer: lifecycle.Ref{Party: "P1", Org: "CarrierMSP"}, Holder: lifecycle.Ref{Party: "P2", Org: "PortMSP"},
		Endorsers: []string{"CarrierMSP", "PortMSP"}, Challenge: "gate-asks-000001",
		IssuedAt: lifecycle.Stamped(now), ValidUntil: lifecycle.Stamped(now.Add(control.Life))}
	s.action = &peer.ChaincodeAction{ChaincodeId: &peer.ChaincodeID{Name: "portledger"}, Response: &peer.Response{Status: 200}}
	s.expected = prove.Expected{Channel: "portledger", Chaincode: "portledger", Bill: "bl-1", Issuer: "CarrierMSP",
		Challenge: "gate-asks-000001", Now: now.Add(time.Minute)}
	return s
}

func (s *scene) statement() prove.Statement {
	said, err := json.Marshal(s.claim)
	require.NoError(s.t, err)
	if s.action.Response.Payload == nil {
		s.action.Response.Payload = said
	}
	action, err := proto.Marshal(s.action)
	require.NoError(s.t, err)
	payload, err := proto.Marshal(&peer.ProposalResponsePayload{ProposalHash: []byte("h"), Extension: action})
	require.NoError(s.t, err)
	made := prove.Statement{Format: prove.Format, Claim: said, Payload: payload}
	for _, id := range s.signers {
		e := id.Endorse(payload)
		made.Endorsements = append(made.Endorsements, prove.Endorsement{Endorser: e.Endorser, Signature: e.Signature})
	}
	return made
}

func (s *scene) verify(made prove.Statement) error {
	raw, err := json.MarshalIndent(made, "", "  ")
	require.NoError(s.t, err)
	_, err = prove.Verify(raw, s.roots, s.expected)
	return err
}

func TestAGoodStatementIsGood(t *testing.T) {
	s := newScene(t)
	raw, err := json.Marshal(s.statement())
	require.NoError(t, err)
	claim, err := prove.Verify(raw, s.roots, s.expected)
	require.NoError(t, err)
	require.Equal(t, s.claim, claim)
}

// Each of these is made with everything in order but one thing, by somebody who can have the peers that are left sign it.
func TestWhatIsWrongInOnePlaceProvesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*scene)
		want   error
	}{
		"another challenge":                    {func(s *scene) { s.expected.Challenge = "gate-asks-000002" }, prove.ErrChallenge},
		"no challenge on either side":          {func(s *scene) { s.claim.Challenge, s.expected.Challenge = "", "" }, prove.ErrChallenge},
		"another bill":                         {func(s *scene) { s.claim.Bill = "bl-2" }, prove.ErrForeign},
		"another channel":                      {func(s *scene) { s.claim.Channel = "sandbox" }, prove.ErrForeign},
		"another chaincode":                    {func(s *scene) { s.action.ChaincodeId.Name = "plain" }, prove.ErrForeign},
		"another carrier's bill":               {func(s *scene) { s.expected.Issuer = "RailMSP" }, prove.ErrForeign},
		"nobody's bill":                        {func(s *scene) { s.claim.Holder = lifecycle.Ref{} }, prove.ErrForeign},
		"stale":                                {func(s *scene) { s.expected.Now = now.Add(control.Life) }, prove.ErrStale},
		"of the future":                        {func(s *scene) { s.expected.Now = now.Add(-control.SkewMax - time.Second) }, prove.ErrStale},
		"a longer life than claims have":       {func(s *scene) { s.claim.ValidUntil = lifecycle.Stamped(now.Add(time.Hour)) }, prove.ErrMalformed},
		"no time":                              {func(s *scene) { s.claim.IssuedAt = "" }, prove.ErrMalformed},
		"another answer of the chaincode":      {func(s *scene) { s.claim.Format = "" }, prove.ErrMalformed},
		"an error of the chaincode":            {func(s *scene) { s.action.Response.Status = 500 }, prove.ErrMalformed},
		"an answer with more in it":            {func(s *scene) { s.action.Response.Payload = []byte(`{"format":"portledger/control/1","x":1}`) }, prove.ErrMalformed},
		"the issuer's organisation is missing": {func(s *scene) { s.signers = s.signers[1:] }, prove.ErrOrganisation},
		"the holder's organisation is missing": {func(s *scene) { s.signers = s.signers[:1] }, prove.ErrOrganisation},
		"it lists fewer than it needs":         {func(s *scene) { s.signers, s.claim.Endorsers = s.signers[1:], []string{"PortMSP"} }, prove.ErrOrganisation},
		"one organisation signs twice":         {func(s *scene) { s.signers[0] = s.signers[1] }, prove.ErrOrganisation},
		"a client of the organisation signs":   {func(s *scene) { s.signers[1] = s.port.enrol(s.t, "client") }, prove.ErrCertificate},
		"the authority itself signs":           {func(s *scene) { s.signers[1] = authoritySigns(s.port) }, prove.ErrCertificate},
		"an authority of the same name":        {func(s *scene) { s.signers[1] = newCA(s.t, "PortMSP").enrol(s.t, "peer") }, prove.ErrCertificate},
		"a peer under another's name":          {func(s *scene) { s.signers[0].MSP = "PortMSP" }, prove.ErrCertificate},
		"an expired certificate":               {func(s *scene) { s.signers[1] = s.port.enrol(s.t, "peer", expired) }, prove.ErrCertificate},
		"an organisation that is not known":    {func(s *scene) { delete(s.roots, "PortMSP") }, prove.ErrOrganisation},
		"a bystander signs as well":            {bystander, prove.ErrOrganisation},
		"a key that is not the certificate's":  {func(s *scene) { s.signers[1].Key = newKey(s.t) }, prove.ErrSignature},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c.change(s)
			require.ErrorIs(t, s.verify(s.statement()), c.want)
		})
	}
}

func expired(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }

func authoritySigns(c ca) memfabric.Identity {
	return memfabric.Identity{MSP: c.org, Cert: c.cert, Key: c.key,
		CertPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.cert.Raw})}
}

func bystander(s *scene) {
	other := newCA(s.t, "RailMSP")
	s.roots.Trust("RailMSP", other.cert)
	s.signers = append(s.signers, other.enrol(s.t, "peer"))
}

// Each of these is a good statement that somebody changed afterwards.
func TestWhatWasChangedAfterwardsProvesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*prove.Statement)
		want   error
	}{
		"the words beside it":      {func(s *prove.Statement) { s.Claim = json.RawMessage(`{"format":"portledger/control/1"}`) }, prove.ErrAltered},
		"no words beside it":       {func(s *prove.Statement) { s.Claim = json.RawMessage(`null`) }, prove.ErrAltered},
		"a byte of what is signed": {func(s *prove.Statement) { s.Payload = append([]byte{0x0a, 1, 'g'}, s.Payload...) }, prove.ErrSignature},
		"a cut":                    {func(s *prove.Statement) { s.Payload = s.Payload[:len(s.Payload)-1] }, prove.ErrMalformed},
		"its form":                 {func(s *prove.Statement) { s.Format = "x" }, prove.ErrMalformed},
		"its signatures":           {func(s *prove.Statement) { s.Endorsements = nil }, prove.ErrMalformed},
		"too many signatures":      {func(s *prove.Statement) { s.Endorsements = make([]prove.Endorsement, 9) }, prove.ErrMalformed},
		"a signature for another":  {func(s *prove.Statement) { s.Endorsements[0].Signature = s.Endorsements[1].Signature }, prove.ErrSignature},
		"an empty signature":       {func(s *prove.Statement) { s.Endorsements[0].Signature = nil }, prove.ErrSignature},
		"the twin of a signature":  {twin, prove.ErrSignature},
		"no certificate":           {func(s *prove.Statement) { s.Endorsements[0].Endorser = identity("") }, prove.ErrCertificate},
		"another thing in PEM": {func(s *prove.Statement) {
			s.Endorsements[0].Endorser = identity("-----BEGIN X-----\nAAAA\n-----END X-----\n")
		}, prove.ErrCertificate},
		"an identity that is none": {func(s *prove.Statement) { s.Endorsements[0].Endorser = []byte{0xff} }, prove.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			made := s.statement()
			c.change(&made)
			require.ErrorIs(t, s.verify(made), c.want)
		})
	}
	s := newScene(t)
	for _, raw := range []string{"", "{", "[]", `{"format":"portledger/proof-of-control/1","more":1}`, string(make([]byte, 1<<20))} {
		_, err := prove.Verify([]byte(raw), s.roots, s.expected)
		require.ErrorIs(t, err, prove.ErrMalformed)
	}
}

func identity(certificate string) []byte {
	raw, err := proto.Marshal(&msp.SerializedIdentity{Mspid: "CarrierMSP", IdBytes: []byte(certificate)})
	if err != nil {
		panic(err)
	}
	return raw
}

// twin puts the other value of s into a signature, which elliptic curves would take as well.
func twin(s *prove.Statement) {
	var parts struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(s.Endorsements[0].Signature, &parts); err != nil {
		panic(err)
	}
	parts.S.Sub(elliptic.P256().Params().N, parts.S)
	raw, err := asn1.Marshal(parts)
	if err != nil {
		panic(err)
	}
	s.Endorsements[0].Signature = raw
}

func TestRootsAreReadFromAFolder(t *testing.T) {
	s := newScene(t)
	folder := t.TempDir()
	_, err := prove.Load(folder)
	require.ErrorContains(t, err, "no certificates")
	for _, c := range []ca{s.carrier, s.port} {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.cert.Raw})
		require.NoError(t, os.WriteFile(filepath.Join(folder, c.org+".pem"), text, 0o600))
	}
	s.roots, err = prove.Load(folder)
	require.NoError(t, err)
	require.NoError(t, s.verify(s.statement()))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "X.pem"), []byte("-----BEGIN X-----\nAAAA\n-----END X-----\n"), 0o600))
	_, err = prove.Load(folder)
	require.ErrorContains(t, err, "X.pem")
}

// An authority below the root may issue the peers' certificates.
func TestAnIntermediateAuthorityIsFollowedToItsRoot(t *testing.T) {
	s := newScene(t)
	below := ca{org: "PortMSP", key: newKey(t)}
	template := &x509.Certificate{SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "below"}, NotBefore: now.AddDate(-1, 0, 0),
		NotAfter: now.AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	below.cert = sign(t, template, s.port.cert, below.key, s.port.key)
	s.signers[1] = below.enrol(t, "peer")
	require.ErrorIs(t, s.verify(s.statement()), prove.ErrCertificate)
	s.roots.Trust("PortMSP", below.cert)
	require.NoError(t, s.verify(s.statement()))
}
