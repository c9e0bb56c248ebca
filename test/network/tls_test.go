package network_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/network/pki"
	"portledger/test/network/live"
)

// port is one address of the network that speaks TLS.
type port struct {
	address string
	// pair is a client's that is let in; stranger one of another organisation that is not, where there is one.
	pair, stranger *tls.Certificate
	// mutual tells whether nobody is let in without a certificate.
	mutual bool
}

// ports are all that speak TLS, by name.
func ports(t *testing.T, s *scene) map[string]port {
	t.Helper()
	pair := func(folder string) *tls.Certificate {
		loaded, err := tls.LoadX509KeyPair(filepath.Join(folder, pki.CertFile), filepath.Join(folder, pki.KeyFile))
		require.NoError(t, err)
		return &loaded
	}
	all := map[string]port{}
	members := pair(filepath.Dir(s.Organisations[live.Bank].ClientCert))
	for name, o := range s.Orderers {
		ordering := pair(filepath.Join(s.Folder, "orderer", "client-tls"))
		all[name] = port{address: o.Address, pair: ordering, mutual: true}
		all[name+" admin"] = port{address: o.Admin, pair: ordering, stranger: members, mutual: true}
	}
	for key, o := range s.Organisations {
		own := pair(filepath.Dir(o.ClientCert))
		foreign := members
		if key == live.Bank {
			foreign = pair(filepath.Dir(s.Organisations[live.Port].ClientCert))
		}
		all[key+" peer"] = port{address: o.Peer, pair: own, mutual: true}
		all[key+" CA"] = port{address: strings.TrimPrefix(o.CA, "https://"), pair: own}
		all[key+" chaincode"] = port{address: o.Chaincodes[s.Chaincode], pair: own, stranger: foreign, mutual: true}
	}
	return all
}

// enter makes a handshake and waits a moment for the server's verdict, which with TLS 1.3 comes after it.
func enter(address string, offered *tls.Config) (tls.ConnectionState, error) {
	offered.InsecureSkipVerify = true // what is offered is tried here, not who answers
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, offered)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer connection.Close()
	if err := connection.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		return tls.ConnectionState{}, err
	}
	_, err = connection.Read(make([]byte, 1))
	var waiting net.Error
	if err != nil && !(errors.As(err, &waiting) && waiting.Timeout()) {
		return tls.ConnectionState{}, err
	}
	return connection.ConnectionState(), nil
}

func with(pair *tls.Certificate, change func(*tls.Config)) *tls.Config {
	c := &tls.Config{NextProtos: []string{"h2", "http/1.1"}}
	if pair != nil {
		c.Certificates = []tls.Certificate{*pair}
	}
	if change != nil {
		change(c)
	}
	return c
}

// weak are cipher suites that nobody may get from a node of the network.
var weak = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
}

func TestEveryNodeSpeaksOnlyGoodTLS(t *testing.T) {
	s := open(t)
	for name, p := range ports(t, s) {
		t.Run(name, func(t *testing.T) {
			best, err := enter(p.address, with(p.pair, nil))
			require.NoError(t, err)
			require.Equal(t, uint16(tls.VersionTLS13), best.Version)
			for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
				_, err = enter(p.address, with(p.pair, func(c *tls.Config) { c.MinVersion, c.MaxVersion = version, version }))
				require.ErrorContains(t, err, "protocol version", tls.VersionName(version))
			}
			for _, suite := range weak {
				_, err = enter(p.address, with(p.pair, func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{suite} }))
				require.ErrorContains(t, err, "handshake failure", tls.CipherSuiteName(suite))
			}
		})
	}
}

// TestNobodyComesInWithoutACertificate: nodes let only members in, and a chaincode process only its own organisation's peer.
func TestNobodyComesInWithoutACertificate(t *testing.T) {
	s := open(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	nobody := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	tried := 0
	for name, p := range ports(t, s) {
		if !p.mutual {
			continue
		}
		tried++
		strangers := []*tls.Certificate{nil, nobody}
		if p.stranger != nil {
			strangers = append(strangers, p.stranger)
		}
		for _, who := range strangers {
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				_, err := enter(p.address, with(who, func(c *tls.Config) { c.MinVersion, c.MaxVersion = version, version }))
				require.Error(t, err, "%s lets a stranger in", name)
			}
		}
		_, err := enter(p.address, with(p.pair, nil))
		require.NoError(t, err, name)
	}
	require.Greater(t, tried, 10)
}

// TestPlainPortsAreOnThisMachineOnly: what speaks no TLS listens on the loopback address, and so does everything else here.
func TestPlainPortsAreOnThisMachineOnly(t *testing.T) {
	s := open(t)
	processes, err := s.Processes()
	require.NoError(t, err)
	for _, p := range processes {
		sockets := socketsOf(t, p.PID)
		require.NotEmpty(t, sockets, p.Name)
		for _, c := range sockets {
			if c.listens {
				require.True(t, c.local.Addr().IsLoopback(), "%s listens on %s", p.Name, c.local)
			}
		}
	}
}
