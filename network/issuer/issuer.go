// Package issuer is the development stand-in for the organisations' sign-in: it holds one signing key, makes tokens
// for people's opaque ids and publishes what a gateway needs to check them. It knows no names and asks no password,
// so it must never leave the local network.
package issuer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/keys"
	tokenIDBytes  = 16
)

// Issuer signs tokens as URL for Audience. Make one with Open.
type Issuer struct {
	url, audience string
	key           jwk.Key
}

// Open reads the signing key kept at path, making it when there is none.
func Open(path, url, audience string) (*Issuer, error) {
	raw, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("issuer key %s: %w", path, err)
	}
	key, err := jwk.Import(raw)
	if err != nil {
		return nil, err
	}
	if err := jwk.AssignKeyID(key); err != nil {
		return nil, err
	}
	if err := key.Set(jwk.AlgorithmKey, jwa.ES256()); err != nil {
		return nil, err
	}
	return &Issuer{url: url, audience: audience, key: key}, nil
}

func readKey(path string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, is := parsed.(*ecdsa.PrivateKey)
	if !is {
		return nil, fmt.Errorf("a %T, not an ECDSA key", parsed)
	}
	return key, nil
}

// makeKey writes the new key under a name of its own and links it, so that of two makers one wins and both use its key.
func makeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	next, err := os.CreateTemp(filepath.Dir(path), ".making-") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(next.Name())
	if err := errors.Join(pem.Encode(next, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), next.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(next.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return readKey(path)
}

// Token makes a token that says who subject is, from now for lifetime.
func (i *Issuer) Token(subject string, now time.Time, lifetime time.Duration) (string, error) {
	id := make([]byte, tokenIDBytes)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	token, err := jwt.NewBuilder().Issuer(i.url).Subject(subject).Audience([]string{i.audience}).
		IssuedAt(now).Expiration(now.Add(lifetime)).JwtID(hex.EncodeToString(id)).Build()
	if err != nil {
		return "", err
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.ES256(), i.key))
	return string(signed), err
}

// Handler serves the OpenID discovery document and the public key.
func (i *Issuer) Handler() (http.Handler, error) {
	public, err := i.key.PublicKey()
	if err != nil {
		return nil, err
	}
	if err := public.Set(jwk.KeyUsageKey, "sig"); err != nil {
		return nil, err
	}
	set := jwk.NewSet()
	if err := set.AddKey(public); err != nil {
		return nil, err
	}
	keys, err := json.Marshal(set)
	if err != nil {
		return nil, err
	}
	discovery, err := json.Marshal(map[string]any{
		"issuer": i.url, "jwks_uri": i.url + keysPath,
		// Named because discovery requires it; people get their tokens from scripts/token.sh.
		"authorization_endpoint":                i.url + "/authorize",
		"response_types_supported":              []string{"id_token"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"},
	})
	if err != nil {
		return nil, err
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET "+discoveryPath, answer(discovery))
	routes.HandleFunc("GET "+keysPath, answer(keys))
	return routes, nil
}

func answer(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // a reader that went away is no fault of ours
	}
}
