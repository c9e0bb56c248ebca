package network_test

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
	"path/filepath"
	"testing"
	"time"

	adminid "github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	gatewayid "github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"portledger/chaincode/answer"
	"portledger/network/ledger"
	"portledger/network/pki"
	"portledger/test/network/live"
)

// attributes is where Fabric CA puts what a certificate says of its person.
var attributes = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}

// authority is an organisation's own certificate authority, in the hands of somebody who may do with it what they like.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func (s *scene) authority(organisation string) authority {
	s.t.Helper()
	return readAuthority(s.t, filepath.Join(s.Folder, organisation, "authority"))
}

func readAuthority(t *testing.T, folder string) authority {
	t.Helper()
	cert, err := adminid.ReadCertificate(filepath.Join(folder, pki.CertFile))
	require.NoError(t, err)
	key, err := adminid.ReadPrivateKey(filepath.Join(folder, pki.KeyFile))
	require.NoError(t, err)
	return authority{cert, key.(*ecdsa.PrivateKey)}
}

// twin is another authority under the same name.
func (a authority) twin(t *testing.T) authority {
	t.Helper()
	key := freshKey(t)
	template := *a.cert
	template.Signature, template.PublicKey = nil, &key.PublicKey
	return authority{sign(t, &template, &template, key, key), key}
}

// forged is what a certificate is to say.
type forged struct {
	party, roles string
	registrar    bool
	unit         string // client where empty
	at           asn1.ObjectIdentifier
	from, to     time.Time // about now where zero
}

// issue makes a certificate and its key.
func (a authority) issue(t *testing.T, f forged) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	said := map[string]string{"portledger.party": f.party, "portledger.roles": f.roles}
	if f.registrar {
		said["portledger.registrar"] = "true"
	}
	text, err := json.Marshal(map[string]any{"attrs": said})
	require.NoError(t, err)
	if f.at == nil {
		f.at = attributes
	}
	if f.unit == "" {
		f.unit = "client"
	}
	if f.to.IsZero() {
		f.from, f.to = time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	}
	key := freshKey(t)
	return sign(t, &x509.Certificate{
		Subject:   pkix.Name{CommonName: "u-00000000deadbeef", OrganizationalUnit: []string{f.unit}},
		NotBefore: f.from, NotAfter: f.to, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: f.at, Value: text}},
	}, a.cert, key, a.key), key
}

func freshKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// sign repeats until the signature is of the form that Fabric wants (a low S).
func sign(t *testing.T, template, parent *x509.Certificate, subject, issuer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	for {
		serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
		require.NoError(t, err)
		template.SerialNumber = serial
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &subject.PublicKey, issuer)
		require.NoError(t, err)
		cert, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		var parts struct{ R, S *big.Int }
		_, err = asn1.Unmarshal(cert.Signature, &parts)
		require.NoError(t, err)
		if parts.S.Cmp(new(big.Int).Rsh(elliptic.P256().Params().N, 1)) <= 0 {
			return cert
		}
	}
}

// raider is somebody with a certificate, a key and a way to a peer, who calls what it likes.
type raider struct {
	gateway    *client.Gateway
	id         adminid.SigningIdentity
	connection *grpc.ClientConn
	s          *scene
}

// raid connects to the peer of an organisation with the TLS certificate of another (or the same), as msp and cert say.
func (s *scene) raid(at, tls, msp string, cert *x509.Certificate, key *ecdsa.PrivateKey) raider {
	s.t.Helper()
	secure, err := ledger.LoadTLS(s.Organisations[at].TLSCA, filepath.Dir(s.Organisations[tls].ClientCert))
	require.NoError(s.t, err)
	connection, err := secure.Dial(s.Organisations[at].Peer)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = connection.Close() })
	id, err := adminid.NewPrivateKeySigningIdentity(msp, cert, key)
	require.NoError(s.t, err)
	gateway, err := client.Connect(id, client.WithSign(gatewayid.Sign(id.Sign)), client.WithHash(hash.NONE), client.WithClientConnection(connection),
		client.WithEvaluateTimeout(10*time.Second), client.WithEndorseTimeout(10*time.Second), client.WithSubmitTimeout(10*time.Second), client.WithCommitStatusTimeout(10*time.Second))
	require.NoError(s.t, err)
	return raider{gateway, id, connection, s}
}

// as is a raider with what an honest person has.
func (s *scene) as(name string) raider {
	s.t.Helper()
	p := s.person(name)
	cert, key := s.pair(p)
	return s.raid(p.Organisation, p.Organisation, p.MSP, cert, key)
}

// pair is a person's certificate and key.
func (s *scene) pair(p *live.Person) (*x509.Certificate, *ecdsa.PrivateKey) {
	s.t.Helper()
	a := readAuthority(s.t, filepath.Join(s.Organisations[p.Organisation].Identities, p.ID))
	return a.cert, a.key
}

// propose makes a proposal for any channel and chaincode.
func (r raider) propose(channel, chaincode string, call ledger.Call) *client.Proposal {
	r.s.t.Helper()
	options := []client.ProposalOption{client.WithArguments(call.Arguments...)}
	private := answer.Under(make([]byte, answer.KeyBytes), call.Transient) // what is asked is answered, and nobody need read it
	options = append(options, client.WithTransient(private))
	if len(call.Endorsers) > 0 {
		options = append(options, client.WithEndorsingOrganizations(call.Endorsers...))
	}
	p, err := r.gateway.GetNetwork(channel).GetContract(chaincode).NewProposal(call.Function, options...)
	require.NoError(r.s.t, err)
	return p
}

// call makes a proposal for the ledger.
func (r raider) call(call ledger.Call) *client.Proposal {
	return r.propose(r.s.Channel, r.s.Chaincode, call)
}

// pemOf is a certificate as Fabric sends it.
func pemOf(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}
