package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/knadh/koanf/v2"
)

// envPrefix opens the environment variables that override the file: PORTLEDGER_GATEWAY_PEER__TLS_CA is peer.tls_ca (two
// underscores go one level down).
const envPrefix = "PORTLEDGER_GATEWAY_"

// config is the gateway's whole configuration, read from one YAML file. Paths are relative to the working directory.
type config struct {
	// Listen is the host:port to serve on.
	Listen string `koanf:"listen"`
	// TLS serves HTTPS with this pair of PEM files. Both empty: plain HTTP, for loopback or behind a proxy.
	TLS struct {
		Cert string `koanf:"cert"`
		Key  string `koanf:"key"`
		// ClientCA lets machines show the certificate that they are enrolled with, alone or beside a token: the PEM file of
		// the organisation's authorities that issue those. Empty: tokens only. It needs cert, as whoever ends TLS must see it.
		ClientCA string `koanf:"client_ca"`
	} `koanf:"tls"`
	// Organisation is the MSP id of the organisation that runs this gateway, such as CarrierMSP.
	Organisation string `koanf:"organisation"`
	// Channel and Chaincode name the ledger. Empty: portledger.
	Channel   string `koanf:"channel"`
	Chaincode string `koanf:"chaincode"`
	// Peer is the organisation's own peer.
	Peer struct {
		// Address is its host:port.
		Address string `koanf:"address"`
		// TLSCA verifies it (PEM file).
		TLSCA string `koanf:"tls_ca"`
		// TLSCert and TLSKey are this gateway's own pair for mutual TLS (PEM files).
		TLSCert string `koanf:"tls_cert"`
		TLSKey  string `koanf:"tls_key"`
	} `koanf:"peer"`
	// Identities is the folder with <person>/cert.pem and <person>/key.pem of enrolled persons. Persons may come and go
	// while the gateway runs. The keys act in these persons' names: only the gateway's own user may read them.
	Identities string `koanf:"identities"`
	// Database is the SQLite file; it is made when it does not exist. One gateway process per file.
	Database string `koanf:"database"`
	// Audit is the file of the audit trail; it is made when it does not exist, and only ever appended to.
	Audit string `koanf:"audit"`
	// Limits are what one party may ask.
	Limits struct {
		// PerPartyPerSecond and Burst: requests of all persons of a party together. 0 means 100 and 200.
		PerPartyPerSecond float64 `koanf:"per_party_per_second"`
		Burst             int     `koanf:"burst"`
	} `koanf:"limits"`
	// Tokens says who issues bearer tokens. A token's subject is the person's id.
	Tokens struct {
		// Issuer is the address of an OpenID provider; its keys are found by discovery.
		Issuer string `koanf:"issuer"`
		// JWKSURL is the address of a key set, for issuers without discovery. Exactly one of the two is set.
		JWKSURL string `koanf:"jwks_url"`
		// Audience must be in the token.
		Audience string `koanf:"audience"`
		// Untyped takes access tokens whose header does not say at+jwt (RFC 9068): not every provider's does. ID tokens are
		// then known by their audience and their claims alone.
		Untyped bool `koanf:"untyped"`
		// TLSCA verifies the issuer's HTTPS (PEM file). Empty: the system's certificates.
		TLSCA string `koanf:"tls_ca"`
	} `koanf:"tokens"`
	// LogLevel is debug, info, warn or error. Empty: info.
	LogLevel string `koanf:"log_level"`
}

// readConfig reads the file, lets the environment override it, and checks the result.
func readConfig(path string, environment []string) (config, error) {
	var c config
	ko := koanf.New(".")
	if err := ko.Load(yamlFile(path), yamlParser{}); err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if key, ours := strings.CutPrefix(name, envPrefix); ours {
			if err := ko.Set(strings.ToLower(strings.ReplaceAll(key, "__", ".")), value); err != nil {
				return c, fmt.Errorf("take %s: %w", name, err)
			}
		}
	}
	if unknown := unknownKeys(ko); len(unknown) > 0 {
		return c, fmt.Errorf("unknown setting %s", strings.Join(unknown, ", "))
	}
	if err := ko.Unmarshal("", &c); err != nil {
		return c, fmt.Errorf("read %s: %w", path, err)
	}
	c.complete()
	return c, c.check()
}

func (c *config) complete() {
	for _, setting := range []*string{&c.Channel, &c.Chaincode} {
		if *setting == "" {
			*setting = "portledger"
		}
	}
	if c.LogLevel == "" {
		c.LogLevel = "info"
	}
}

// check names every setting that is missing or wrong, not only the first.
func (c config) check() error {
	var wrong []error
	say := func(bad bool, key, text string) {
		if bad {
			wrong = append(wrong, fmt.Errorf("%s: %s", key, text))
		}
	}
	for _, needed := range []struct{ key, value string }{
		{"organisation", c.Organisation}, {"peer.tls_ca", c.Peer.TLSCA}, {"peer.tls_cert", c.Peer.TLSCert},
		{"peer.tls_key", c.Peer.TLSKey}, {"identities", c.Identities}, {"database", c.Database}, {"audit", c.Audit},
		{"tokens.audience", c.Tokens.Audience},
	} {
		say(needed.value == "", needed.key, "is missing")
	}
	for _, address := range []struct{ key, value string }{{"listen", c.Listen}, {"peer.address", c.Peer.Address}} {
		_, _, err := net.SplitHostPort(address.value)
		say(err != nil, address.key, "must be host:port")
	}
	say((c.TLS.Cert == "") != (c.TLS.Key == ""), "tls", "cert and key go together")
	say(c.TLS.ClientCA != "" && c.TLS.Cert == "", "tls.client_ca", "needs tls.cert")
	say((c.Tokens.Issuer == "") == (c.Tokens.JWKSURL == ""), "tokens", "exactly one of issuer and jwks_url is needed")
	for _, address := range []struct{ key, value string }{{"tokens.issuer", c.Tokens.Issuer}, {"tokens.jwks_url", c.Tokens.JWKSURL}} {
		parsed, err := url.Parse(address.value)
		say(address.value != "" && (err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https"),
			address.key, "must be an http or https address")
	}
	say(c.Limits.PerPartyPerSecond < 0 || c.Limits.Burst < 0, "limits", "must not be negative")
	_, err := c.level()
	say(err != nil, "log_level", "must be debug, info, warn or error")
	return errors.Join(wrong...)
}

func (c config) level() (level slog.Level, err error) {
	err = level.UnmarshalText([]byte(c.LogLevel))
	return level, err
}

// unknownKeys finds misspelt settings: a setting that is silently ignored is worse than none.
func unknownKeys(ko *koanf.Koanf) (unknown []string) {
	known := map[string]bool{
		"listen": true, "tls.cert": true, "tls.key": true, "tls.client_ca": true, "tokens.untyped": true, "organisation": true, "channel": true, "chaincode": true,
		"peer.address": true, "peer.tls_ca": true, "peer.tls_cert": true, "peer.tls_key": true, "identities": true,
		"database": true, "tokens.issuer": true, "tokens.jwks_url": true, "tokens.audience": true, "tokens.tls_ca": true,
		"log_level": true, "audit": true, "limits.per_party_per_second": true, "limits.burst": true,
	}
	for _, key := range ko.Keys() {
		if !known[key] && ko.Get(key) != nil {
			unknown = append(unknown, key)
		}
	}
	return unknown
}

// yamlFile and yamlParser are koanf's two halves; its own ones are separate modules for as many lines.
type yamlFile string

func (f yamlFile) ReadBytes() ([]byte, error)  { return os.ReadFile(string(f)) }
func (yamlFile) Read() (map[string]any, error) { return nil, errors.New("not used") }

type yamlParser struct{}

func (yamlParser) Unmarshal(text []byte) (map[string]any, error) {
	settings := map[string]any{}
	return settings, yaml.Unmarshal(text, &settings)
}

func (yamlParser) Marshal(settings map[string]any) ([]byte, error) { return yaml.Marshal(settings) }
