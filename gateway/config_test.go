package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const complete = `
listen: 127.0.0.1:8443
organisation: CarrierMSP
peer: {address: "127.0.0.1:7051", tls_ca: ca.pem, tls_cert: cert.pem, tls_key: key.pem}
identities: people
database: gateway.db
audit: audit.jsonl
tokens: {issuer: "https://issuer.example", audience: portledger}
`

func read(t *testing.T, text string, environment ...string) (config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gateway.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return readConfig(file, environment)
}

func TestACompleteFileIsTakenWithDefaults(t *testing.T) {
	c, err := read(t, complete)
	require.NoError(t, err)
	require.Equal(t, "portledger", c.Channel)
	require.Equal(t, "info", c.LogLevel)
	require.Equal(t, "ca.pem", c.Peer.TLSCA)
}

func TestTheEnvironmentOverridesTheFile(t *testing.T) {
	c, err := read(t, complete, "PORTLEDGER_GATEWAY_PEER__TLS_CA=other.pem", "PORTLEDGER_GATEWAY_LOG_LEVEL=debug", "PATH=/bin")
	require.NoError(t, err)
	require.Equal(t, "other.pem", c.Peer.TLSCA)
	require.Equal(t, "debug", c.LogLevel)
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"nothing":       {"", "organisation: is missing"},
		"a typing slip": {complete + "lisen: x\n", "unknown setting lisen"},
		"a slip below":  {complete + "tls: {crt: x}\n", "unknown setting tls.crt"},
		"clients' TLS":  {complete + "tls: {client_ca: x}\n", "tls.client_ca: needs tls.cert"},
		"half a pair":   {complete + "tls: {cert: x}\n", "tls: cert and key go together"},
		"no YAML":       {"a: [", "gateway.yaml"},
		"a log level":   {complete + "log_level: loud\n", "log_level: must be"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, row.text)
			require.ErrorContains(t, err, row.want)
		})
	}
	_, err := read(t, complete, "PORTLEDGER_GATEWAY_TOKENS__JWKS_URL=https://issuer.example/keys")
	require.ErrorContains(t, err, "tokens: exactly one")
	_, err = read(t, complete, "PORTLEDGER_GATEWAY_TOKENS__ISSUER=issuer.example")
	require.ErrorContains(t, err, "tokens.issuer: must be an http or https address")
	_, err = read(t, complete, "PORTLEDGER_GATEWAY_LISTEN=8443")
	require.ErrorContains(t, err, "listen: must be host:port")
}
