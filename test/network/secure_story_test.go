package network_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
	"portledger/test/stories"
)

// TestAWholeStoryThroughGatewaysWithTLS plays stories through gateways that speak TLS only and ask for certificates: people have
// tokens, one machine shows its certificate instead, another person both. The gateways stand beside those that run already.
func TestAWholeStoryThroughGatewaysWithTLS(t *testing.T) {
	s := open(t)
	venue, err := stories.Network(s.Root)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	for _, organisation := range live.Organisations {
		venue.Gateways[organisation] = s.secureGateway(organisation)
		text, err := os.ReadFile(venue.Roots[organisation])
		require.NoError(t, err)
		require.True(t, roots.AppendCertsFromPEM(text))
	}
	secure := &door{plain: transport(roots, nil), shown: map[string]*http.Transport{}, instead: map[string]bool{}}
	for name, instead := range map[string]bool{"customs-feed": true, "terminal-clerk": false} {
		token, err := venue.Token(s.ctx, name)
		require.NoError(t, err)
		folder := filepath.Join(s.Organisations[s.person(name).Organisation].Identities, s.person(name).ID)
		pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"))
		require.NoError(t, err)
		secure.shown["Bearer "+token], secure.instead["Bearer "+token] = transport(roots, &pair), instead
	}
	venue.Client = &http.Client{Transport: secure, Timeout: time.Minute}
	player := stories.NewPlayer(venue, "en")
	for _, name := range []string{"normal", "mandate"} {
		story, err := stories.Load(name)
		require.NoError(t, err)
		_, err = player.Play(s.ctx, story, nil)
		require.NoError(t, err, name)
	}
	require.Positive(t, secure.certificates.Load(), "somebody came with a certificate alone")
	require.Positive(t, secure.both.Load(), "and somebody with both")

	// What speaks TLS speaks nothing else, and takes no certificate of another organisation's person.
	address := venue.Gateways[live.Port]
	answer, err := http.Get("http" + address[len("https"):] + "/v1/me")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
	folder := filepath.Join(s.Organisations[live.Bank].Identities, s.person("bank-officer").ID)
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"))
	require.NoError(t, err)
	forced := transport(roots, nil)
	forced.TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	_, err = (&http.Client{Transport: forced, Timeout: time.Minute}).Get(address + "/v1/me")
	require.ErrorContains(t, err, "remote error: tls")
}

// door brings requests in as TLS wants them: with a certificate where there is one, and without the token where that is enough.
type door struct {
	plain              *http.Transport
	shown              map[string]*http.Transport
	instead            map[string]bool
	certificates, both atomic.Int64
}

func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	token := r.Header.Get("Authorization")
	with := d.shown[token]
	switch {
	case with == nil:
		return d.plain.RoundTrip(r)
	case d.instead[token]:
		d.certificates.Add(1)
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
	default:
		d.both.Add(1)
	}
	return with.RoundTrip(r)
}

func transport(roots *x509.CertPool, pair *tls.Certificate) *http.Transport {
	c := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}
	if pair != nil {
		c.Certificates = []tls.Certificate{*pair}
	}
	return &http.Transport{TLSClientConfig: c, IdleConnTimeout: time.Minute}
}

// secureGateway starts a further gateway of an organisation, with TLS and client certificates, and answers its address.
func (s *scene) secureGateway(organisation string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Folder, organisation, "gateway.yaml"))
	require.NoError(s.t, err)
	home, free := s.t.TempDir(), freeAddress(s.t)
	for name, value := range map[string]string{"listen": free, "database": filepath.Join(home, "gateway.db"), "audit": filepath.Join(home, "audit.jsonl")} {
		line := regexp.MustCompile(`(?m)^` + name + `: .*$`)
		require.True(s.t, line.Match(text), name)
		text = line.ReplaceAllLiteral(text, []byte(name+": "+value))
	}
	text = regexp.MustCompile(`(?ms)^tls:\n(  .*?\n)+`).ReplaceAll(text, nil)
	pair := filepath.Join(s.Folder, organisation, "gateway", "tls")
	text = fmt.Appendf(text, "tls:\n  cert: %s\n  key: %s\n  client_ca: %s\n", filepath.Join(pair, "cert.pem"), filepath.Join(pair, "key.pem"),
		filepath.Join(s.Folder, organisation, "authority", "cert.pem"))
	file := filepath.Join(home, "gateway.yaml")
	require.NoError(s.t, os.WriteFile(file, text, 0o600))
	log, err := os.Create(filepath.Join(home, "log"))
	require.NoError(s.t, err)
	gateway := exec.Command(filepath.Join(s.Root, ".local", "bin", "gateway"), "--config", file)
	gateway.Stdout, gateway.Stderr = log, log
	require.NoError(s.t, gateway.Start())
	s.t.Cleanup(func() {
		require.NoError(s.t, gateway.Process.Kill())
		_ = gateway.Wait() // it was killed
		require.NoError(s.t, log.Close())
	})
	trusted := x509.NewCertPool()
	root, err := os.ReadFile(filepath.Join(s.Folder, organisation, "tls-authority", "cert.pem"))
	require.NoError(s.t, err)
	trusted.AppendCertsFromPEM(root)
	client := http.Client{Transport: transport(trusted, nil), Timeout: 5 * time.Second}
	require.Eventually(s.t, func() bool {
		answer, err := client.Get("https://" + free + "/readyz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, time.Minute, 200*time.Millisecond, "the gateway of %s is not ready: %s", organisation, log.Name())
	return "https://" + free
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
