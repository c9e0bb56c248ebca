package site

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/pki"
)

const caSecretBytes = 16

// MakeKeys makes every organisation's keys and certificates, once: the founders' together, and those of each that joined
// since. A making that was cut short leaves nothing behind that counts: it is begun again.
func (s *Site) MakeKeys(now time.Time) error {
	founders := map[string]func(*keyMaker) error{s.Config.Ordering.Key: s.orderingKeys}
	for _, o := range s.Config.Founders() {
		founders[o.Key] = func(k *keyMaker) error { return s.memberKeys(k, o) }
	}
	if err := s.makeOnce(s.In("keys.done"), founders, now); err != nil {
		return err
	}
	for _, o := range s.Config.Newcomers() {
		own := map[string]func(*keyMaker) error{o.Key: func(k *keyMaker) error { return s.memberKeys(k, o) }}
		if err := s.makeOnce(s.In(o.Key, "keys.done"), own, now); err != nil {
			return err
		}
	}
	return nil
}

// makeOnce makes the keys of organisations unless the file done says that they are made.
func (s *Site) makeOnce(done string, makers map[string]func(*keyMaker) error, now time.Time) error {
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	for key, make := range makers {
		if err := os.RemoveAll(s.In(key)); err != nil {
			return err
		}
		maker, err := s.newKeyMaker(key, now)
		if err != nil {
			return fmt.Errorf("keys of %s: %w", key, err)
		}
		if err := make(maker); err != nil {
			return fmt.Errorf("keys of %s: %w", key, err)
		}
	}
	return WriteFile(done, []byte(now.UTC().Format(time.RFC3339)+"\n"))
}

// keyMaker issues the certificates of one organisation.
type keyMaker struct {
	key, host       string
	now             time.Time
	identities, tls *pki.Authority
	idRoot, tlsRoot pki.Pair
	root            string
}

func (s *Site) newKeyMaker(key string, now time.Time) (*keyMaker, error) {
	identities, err := pki.NewAuthority(key, "identities of "+key, now)
	if err != nil {
		return nil, err
	}
	tls, err := pki.NewAuthority(key, "TLS of "+key, now)
	if err != nil {
		return nil, err
	}
	k := &keyMaker{key: key, host: s.Config.Host, now: now, identities: identities, tls: tls, root: s.In(key)}
	if k.idRoot, err = identities.Pair(); err != nil {
		return nil, err
	}
	if k.tlsRoot, err = tls.Pair(); err != nil {
		return nil, err
	}
	return k, errors.Join(k.idRoot.Save(s.authority(key)), k.tlsRoot.Save(s.tlsAuthority(key)), k.admin(s.AdminFolder(key)))
}

// admin issues the administrator's identity. Its subject is opaque like any person's: it stays in the blocks.
func (k *keyMaker) admin(folder string) error {
	id, err := OpaqueID()
	if err != nil {
		return err
	}
	pair, err := k.identities.Identity(id, "admin", k.now)
	if err != nil {
		return err
	}
	return pair.Save(folder)
}

// node issues a node's identity and TLS pair: <name>/msp and <name>/tls.
func (k *keyMaker) node(name, unit string) error {
	identity, err := k.identities.Identity(name, unit, k.now)
	if err != nil {
		return err
	}
	if err := pki.SaveMSP(filepath.Join(k.root, name, "msp"), identity, k.idRoot, k.tlsRoot); err != nil {
		return err
	}
	return k.pair(name, filepath.Join(k.root, name, "tls"))
}

// pair issues a TLS pair into folder.
func (k *keyMaker) pair(name, folder string) error {
	pair, err := k.tls.TLS(name+"."+k.key, k.host, k.now)
	if err != nil {
		return err
	}
	return pair.Save(folder)
}

func (s *Site) orderingKeys(k *keyMaker) error {
	for _, node := range s.Config.Ordering.Nodes {
		if err := k.node(node.Name, "orderer"); err != nil {
			return err
		}
	}
	return k.pair("client", s.ClientTLS(k.key))
}

func (s *Site) memberKeys(k *keyMaker, o config.Organisation) error {
	if err := k.node("peer", "peer"); err != nil {
		return err
	}
	for _, service := range []string{"ca", "chaincode", "gateway"} {
		if err := k.pair(service, s.In(o.Key, service, "tls")); err != nil {
			return err
		}
	}
	if err := k.pair("client", s.ClientTLS(o.Key)); err != nil {
		return err
	}
	secret := make([]byte, caSecretBytes)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	return WriteFile(s.CASecret(o.Key), []byte(hex.EncodeToString(secret)))
}

// OpaqueID makes a person's id: it says nothing about who that is.
func OpaqueID() (string, error) {
	bytes := make([]byte, 8)
	if _, err := rand.Read(bytes); err != nil {
		return "", err
	}
	return "u-" + hex.EncodeToString(bytes), nil
}

// Trust reads what the channel's first block needs of the certificates.
func (s *Site) Trust() (ledger.Trust, error) {
	trust := ledger.Trust{Members: map[string]ledger.Membership{}, Orderers: map[string]*x509.Certificate{}}
	msps := map[string]string{s.Config.Ordering.Key: s.Config.Ordering.MSP}
	for _, o := range s.Config.Organisations {
		msps[o.Key] = o.MSP
	}
	for key, msp := range msps {
		identities, err := pki.ReadCert(filepath.Join(s.authority(key), pki.CertFile))
		if err != nil {
			return trust, err
		}
		tls, err := pki.ReadCert(s.TLSRoot(key))
		if err != nil {
			return trust, err
		}
		trust.Members[msp] = ledger.Membership{Identities: identities, TLS: tls}
	}
	for _, node := range s.Config.Ordering.Nodes {
		cert, err := pki.ReadCert(s.In(s.Config.Ordering.Key, node.Name, "tls", pki.CertFile))
		if err != nil {
			return trust, err
		}
		trust.Orderers[node.Name] = cert
	}
	return trust, nil
}
