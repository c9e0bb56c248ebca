package issuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
)

// keysPublished is how many signing keys are published: the one that signs and the one before it, whose tokens are still about.
const keysPublished = 2

// Keys is the folder of the signing keys, one PEM file each, numbered in the order they were made. The newest signs. They
// are read for every token, so a change counts at once and a restart changes nothing.
type Keys string

// Ensure makes the first key if there is none.
func (k Keys) Ensure() error {
	files, err := k.files()
	if err != nil || len(files) > 0 {
		return err
	}
	return k.make(1)
}

// Rotate makes a new key, which signs from now on, and forgets those that are no longer published: two rotations take a
// stolen key away.
func (k Keys) Rotate() error {
	files, err := k.files()
	if err != nil {
		return err
	}
	last := 0
	if len(files) > 0 {
		if _, err := fmt.Sscanf(filepath.Base(files[len(files)-1]), "%d.pem", &last); err != nil {
			return fmt.Errorf("signing key %s: %w", files[len(files)-1], err)
		}
	}
	if err := k.make(last + 1); err != nil {
		return err
	}
	for len(files) >= keysPublished {
		if err := os.Remove(files[0]); err != nil {
			return err
		}
		files = files[1:]
	}
	return nil
}

// files are the keys' files, oldest first.
func (k Keys) files() ([]string, error) { return filepath.Glob(filepath.Join(string(k), "??????.pem")) }

// load reads all keys, oldest first.
func (k Keys) load() ([]jose.JSONWebKey, error) {
	files, err := k.files()
	if err != nil {
		return nil, err
	}
	keys := make([]jose.JSONWebKey, 0, len(files))
	for _, file := range files {
		key, err := readKey(file)
		if err != nil {
			return nil, fmt.Errorf("signing key %s: %w", file, err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no signing key")
	}
	return keys, nil
}

// readKey names the key by its thumbprint (RFC 7638), so that a name never means two keys.
func readKey(path string) (jose.JSONWebKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return jose.JSONWebKey{}, errors.New("no PEM block")
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	if _, is := private.(*ecdsa.PrivateKey); !is {
		return jose.JSONWebKey{}, fmt.Errorf("a %T, not an ECDSA key", private)
	}
	key := jose.JSONWebKey{Key: private, Algorithm: string(jose.ES256), Use: "sig"}
	thumb, err := key.Thumbprint(crypto.SHA256)
	key.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	return key, err
}

// make writes the new key under a name of its own and links it, so that of two makers one wins and both use its key.
func (k Keys) make(number int) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(k), 0o700); err != nil {
		return err
	}
	next, err := os.CreateTemp(string(k), ".making-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(next.Name())
	if err := errors.Join(pem.Encode(next, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), next.Close()); err != nil {
		return err
	}
	err = os.Link(next.Name(), filepath.Join(string(k), fmt.Sprintf("%06d.pem", number)))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// public are the keys that are published.
func public(keys []jose.JSONWebKey) jose.JSONWebKeySet {
	var set jose.JSONWebKeySet
	for _, key := range keys {
		set.Keys = append(set.Keys, key.Public())
	}
	return set
}
