package site

import (
	"os"
	"path/filepath"

	"portledger/network/pki"
)

// ownKeys is the folder of those whose keys no gateway has: one folder for each, by name.
const ownKeys = "own-keys"

// OwnKey is the private key of a person with a key of their own, OwnCertificate its certificate, SignerSettings what the
// command-line signer needs to know.
func (s *Site) OwnKey(name string) string         { return s.In(ownKeys, name, "key.pem") }
func (s *Site) OwnCertificate(name string) string { return s.In(ownKeys, name, pki.CertFile) }
func (s *Site) SignerSettings(name string) string { return s.In(ownKeys, name, "signer.json") }

// Roots is the folder with the root certificates of the organisations, one MSPID.pem for each.
func (s *Site) Roots() string { return s.In("roots") }

// SaveRoots writes that folder.
func (s *Site) SaveRoots() error {
	for _, o := range s.Config.Organisations {
		text, err := os.ReadFile(filepath.Join(s.authority(o.Key), pki.CertFile))
		if err != nil {
			return err
		}
		if err := WriteFile(filepath.Join(s.Roots(), o.MSP+".pem"), text); err != nil {
			return err
		}
	}
	return nil
}
