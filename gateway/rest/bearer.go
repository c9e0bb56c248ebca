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
		Nonce     string `json:"nonce"`
		TokenHash string `json:"at_hash"`
		CodeHash  string `json:"c_hash"`
		Confirmed struct {
			Thumbprint string `json:"x5t#S256"`
		} `json:"cnf"`
	}
	if err := checked.Claims(&claims); err != nil {
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
	return Bearer{Subject: checked.Subject, Thumbprint: claims.Confirmed.Thumbprint, Issued: issued}, nil
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
