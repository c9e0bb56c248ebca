// Package site is the local network as it stands on disk: where everything is, the keys, each node's configuration
// and how each process is started. It starts nothing and speaks to nobody.
//
// Everything an organisation owns lies in its own folder; no process reads another organisation's, except for the
// public root certificates.
package site

import (
	"os"
	"path/filepath"
	"sync"

	"portledger/network/build"
	"portledger/network/config"
)

// Site is a network's place on disk.
type Site struct {
	Config *config.Config
	Root   string // the repository
	Local  string // everything built or run
	Net    string // this network's data, forgotten by clean

	digests sync.Map // of programs, by path
}

// New answers the site of the repository at root with its data in the folder data.
func New(root, data string, c *config.Config) *Site {
	return &Site{Config: c, Root: root, Local: filepath.Join(root, LocalFolder), Net: data}
}

// LocalFolder, below the repository, holds everything built or run; git ignores it.
const LocalFolder = ".local"

// Bin is the folder of the repository's own programs.
func (s *Site) Bin(program string) string { return filepath.Join(s.Local, "bin", program) }

// Logs is the folder of all processes' logs.
func (s *Site) Logs() string { return filepath.Join(s.Net, "logs") }

// Log is the log of one process.
func (s *Site) Log(process string) string { return filepath.Join(s.Logs(), process+".log") }

// In is a path below the network's data.
func (s *Site) In(parts ...string) string { return filepath.Join(append([]string{s.Net}, parts...)...) }

// Builder compiles for this site. Its results outlive the network's data.
func (s *Site) Builder() *build.Builder {
	return &build.Builder{Root: s.Root, Cache: filepath.Join(s.Local, "cache"), Logs: filepath.Join(s.Local, "cache", "logs")}
}

// Folders of an organisation, below its own.
func (s *Site) authority(org string) string    { return s.In(org, "authority") }
func (s *Site) tlsAuthority(org string) string { return s.In(org, "tls-authority") }
func (s *Site) AdminFolder(org string) string  { return s.In(org, "admin") }
func (s *Site) ClientTLS(org string) string    { return s.In(org, "client-tls") }

// TLSRoot is the public certificate that the organisation's TLS is checked against.
func (s *Site) TLSRoot(org string) string { return filepath.Join(s.tlsAuthority(org), "cert.pem") }

// Identities is the folder with one <id>/{cert,key}.pem for each person of the organisation.
func (s *Site) Identities(org string) string { return s.In(org, "identities") }

// CASecret is the file with the secret of the organisation's Fabric CA's registrar.
func (s *Site) CASecret(org string) string { return s.In(org, "ca", "registrar.secret") }

// IssuerURL is the OpenID provider's name and address.
func (s *Site) IssuerURL() string { return "http://" + s.Config.Address(s.Config.Issuer.Listen) }

// IssuerKeys is the folder of the provider's signing keys, IssuerAccounts its file of accounts.
func (s *Site) IssuerKeys() string     { return s.In("issuer", "keys") }
func (s *Site) IssuerAccounts() string { return s.In("issuer", "accounts.json") }

// Audience is what a token for the organisation's gateway names.
func (s *Site) Audience(o config.Organisation) string { return s.Config.Issuer.Audience + "/" + o.MSP }

// SignInSecret is the file with a person's password or a machine's secret.
func (s *Site) SignInSecret(org, name string) string { return s.In(org, "sign-in", name) }

// CAURL is the organisation's Fabric CA.
func (s *Site) CAURL(o config.Organisation) string { return "https://" + s.Config.Address(o.CA.Listen) }

// GatewayURL is the organisation's gateway.
func (s *Site) GatewayURL(o config.Organisation) string {
	scheme := "http://"
	if s.Config.GatewayTLS {
		scheme = "https://"
	}
	return scheme + s.Config.Address(o.Gateway.Listen)
}

// allKeys are the folder names of all organisations, the ordering one first.
func (s *Site) allKeys() []string {
	keys := []string{s.Config.Ordering.Key}
	for _, o := range s.Config.Organisations {
		keys = append(keys, o.Key)
	}
	return keys
}

// bundleRoots writes the public TLS roots of all organisations into one file, which a node reads when it starts: whose
// clients it lets in and whose servers it trusts. A node learns them from the channel too, but only after it has begun
// to look for the others, and then those first attempts hang for seconds. The file's name is all that a configuration
// holds, so that a member that joins restarts nobody: who runs learns its root from the channel.
func (s *Site) bundleRoots(path string) error {
	var bundle []byte
	for _, key := range s.allKeys() {
		text, err := os.ReadFile(s.TLSRoot(key))
		if err != nil {
			return err
		}
		bundle = append(bundle, text...)
	}
	return WriteFile(path, bundle)
}

// WriteFile writes a file for the owner alone, replacing an older one in one step.
func WriteFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
