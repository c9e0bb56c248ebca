package rest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	strictjson "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bearer is what a good access token tells, and all that is taken from it: a person's party and roles stand in the
// certificate, and the ledger looks them up there.
type Bearer struct {
	// Subject is who the token names.
	Subject string
	// Thumbprint is the certificate that the token was made for (RFC 8705: SHA-256 of its DER, base64url), "" for none.
	Thumbprint string
	// Issued is when the token was issued; zero where there is no token, long ago where a token does not say.
	Issued time.Time
}

// ended tells that the token was issued before all tokens of the person were ended, in the same second included.
func (b Bearer) ended(signedOut time.Time) bool {
	return !b.Issued.IsZero() && b.Issued.Before(signedOut)
}

// accessTypes are the types of an access token (RFC 9068 section 4), in lower case.
var accessTypes = []string{"at+jwt", "application/at+jwt"}

// bearer takes from a token whose signature, issuer, audience and times are right what it tells, unless it is no access token:
// an ID token tells a client who signed in, and many programs get to see it.
func (j *JWTs) bearer(token string, checked *oidc.IDToken) (Bearer, error) {
	var claims struct {
		Nonce     string        `json:"nonce"`
		TokenHash string        `json:"at_hash"`
		CodeHash  string        `json:"c_hash"`
		Confirmed *confirmation `json:"cnf"`
	}
	if err := checked.Claims(&claims); err != nil {
		return Bearer{}, err
	}
	if err := readOneWay(token); err != nil {
		return Bearer{}, err
	}
	thumbprint, err := claims.Confirmed.certificate()
	if err != nil {
		return Bearer{}, err
	}
	kind, err := typeOf(token)
	if err != nil {
		return Bearer{}, err
	}
	marked := slices.Contains(accessTypes, strings.ToLower(kind))
	if !marked && !j.Untyped {
		return Bearer{}, fmt.Errorf("the token's type is %q, not at+jwt", kind)
	}
	if !marked && (claims.Nonce != "" || claims.TokenHash != "" || claims.CodeHash != "") {
		return Bearer{}, errors.New("an ID token is no access token")
	}
	issued := checked.IssuedAt
	if issued.IsZero() {
		issued = time.Unix(0, 0)
	}
	if time.Until(issued) > issuedAhead {
		return Bearer{}, errors.New("the token was issued in the future")
	}
	return Bearer{Subject: checked.Subject, Thumbprint: thumbprint, Issued: issued}, nil
}

// confirmation is what a token is bound to (RFC 7800), by the name of the method.
type confirmation map[string]any

// certificate answers the thumbprint of the certificate that a token is bound to, "" for a token that is bound to nothing. What is bound
// in a way that cannot be checked here, such as to a key that signs each request (RFC 9449), must not become good for any bearer.
func (c *confirmation) certificate() (string, error) {
	if c == nil {
		return "", nil
	}
	thumbprint, _ := (*c)["x5t#S256"].(string)
	if thumbprint == "" || len(*c) != 1 {
		return "", errors.New("the token is bound to what cannot be checked here")
	}
	return thumbprint, nil
}

// claimed are the names in a token that decide.
var claimed = []string{"alg", "kid", "typ", "iss", "sub", "aud", "exp", "nbf", "iat", "nonce", "at_hash", "c_hash", "cnf"}

// readOneWay refuses a token that says something twice, or a name that decides in other letters: Go's JSON takes the last of them all,
// and whoever issued the token may have meant the first.
func readOneWay(token string) error {
	parts := strings.Split(token, ".")
	for _, part := range parts[:2] { // the verifier has seen that there are three
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return err
		}
		var members map[string]jsontext.Value
		if err := strictjson.Unmarshal(text, &members); err != nil {
			return err
		}
		for name := range members {
			if slices.ContainsFunc(claimed, func(known string) bool { return name != known && strings.EqualFold(name, known) }) {
				return fmt.Errorf("the token's %q can be read in two ways", name)
			}
		}
	}
	return nil
}

func typeOf(token string) (string, error) {
	encoded, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", err
	}
	var header struct {
		Type string `json:"typ"`
	}
	return header.Type, json.Unmarshal(text, &header)
}

// certificate is a client certificate that TLS has verified: the organisation's authority issued it, its time is not over, and
// the client has its key.
type certificate struct {
	subject     string
	fingerprint [sha256.Size]byte
}

// shownBy answers the certificate that a client showed, nil for none. It is the connection's own: a header proves nothing.
func shownBy(r *http.Request) *certificate {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return nil
	}
	leaf := r.TLS.VerifiedChains[0][0]
	return &certificate{leaf.Subject.CommonName, sha256.Sum256(leaf.Raw)}
}

// keeps answers why a token that is bound to a certificate is not good with the one shown, which is nil for none.
func (c *certificate) keeps(b Bearer) error {
	if b.Thumbprint == "" {
		return nil
	}
	if c == nil || b.Thumbprint != base64.RawURLEncoding.EncodeToString(c.fingerprint[:]) {
		return errors.New("the token is bound to a certificate that was not shown")
	}
	return nil
}
