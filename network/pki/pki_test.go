package pki

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Half of all signatures are high by chance, so many make the test mean something.
const many = 32

func TestEveryCertificateHasALowSignature(t *testing.T) {
	now := time.Now()
	authority, err := NewAuthority("carrier", "identities of carrier", now)
	require.NoError(t, err)
	certs := []*x509.Certificate{authority.Cert}
	for range many {
		root, err := NewAuthority("carrier", "root", now)
		require.NoError(t, err)
		pair, err := authority.Identity("peer", "peer", now)
		require.NoError(t, err)
		loaded, err := tls.X509KeyPair(pair.Cert, pair.Key)
		require.NoError(t, err)
		certs = append(certs, root.Cert, loaded.Leaf)
	}
	for _, cert := range certs {
		_, s, err := parts(cert.Signature)
		require.NoError(t, err)
		require.True(t, isLow(s))
	}
}

func TestATLSCertificateServesBothEndsOnLoopbackOnly(t *testing.T) {
	now := time.Now()
	authority, err := NewAuthority("carrier", "TLS of carrier", now)
	require.NoError(t, err)
	stranger, err := NewAuthority("carrier", "TLS of carrier", now)
	require.NoError(t, err)
	pair, err := authority.TLS("peer.carrier", "127.0.0.1", now)
	require.NoError(t, err)
	loaded, err := tls.X509KeyPair(pair.Cert, pair.Key)
	require.NoError(t, err)
	verify := func(root *Authority, name string, usage x509.ExtKeyUsage, at time.Time) error {
		pool := x509.NewCertPool()
		pool.AddCert(root.Cert)
		_, err := loaded.Leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name, KeyUsages: []x509.ExtKeyUsage{usage}, CurrentTime: at})
		return err
	}
	for _, name := range []string{"127.0.0.1", "localhost"} {
		require.NoError(t, verify(authority, name, x509.ExtKeyUsageServerAuth, now))
		require.NoError(t, verify(authority, name, x509.ExtKeyUsageClientAuth, now))
	}
	require.NoError(t, verify(authority, "localhost", x509.ExtKeyUsageServerAuth, now.Add(-backdate/2)), "a slow clock")
	require.Error(t, verify(authority, "example.org", x509.ExtKeyUsageServerAuth, now))
	require.Error(t, verify(stranger, "localhost", x509.ExtKeyUsageServerAuth, now), "the same name is not the same root")
	require.Error(t, verify(authority, "localhost", x509.ExtKeyUsageServerAuth, now.Add(leafLife+time.Hour)))
}

func TestAMembershipFolderIsForItsOwnerAlone(t *testing.T) {
	now := time.Now()
	authority, err := NewAuthority("bank", "identities of bank", now)
	require.NoError(t, err)
	root, err := authority.Pair()
	require.NoError(t, err)
	node, err := authority.Identity("peer", "peer", now)
	require.NoError(t, err)
	folder := filepath.Join(t.TempDir(), "msp")
	require.NoError(t, SaveMSP(folder, node, root, root))
	for _, file := range []string{"config.yaml", "cacerts/ca.pem", "tlscacerts/ca.pem", "signcerts/cert.pem", "keystore/key.pem"} {
		about, err := os.Stat(filepath.Join(folder, file))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), about.Mode().Perm(), file)
	}
	cert, err := ReadCert(filepath.Join(folder, "signcerts", "cert.pem"))
	require.NoError(t, err)
	require.Equal(t, []string{"peer"}, cert.Subject.OrganizationalUnit)
	_, err = ReadCert(filepath.Join(folder, "keystore", "key.pem"))
	require.ErrorContains(t, err, "no certificate")
}
