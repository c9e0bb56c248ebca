package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// commitmentDomain keeps commitments apart from any other hash of a salt and a content.
const commitmentDomain = "portledger/commitment/1\n"

// SaltBytes is the length of a salt, as long as the hash that it hides.
const SaltBytes = 32

// ErrSalt says that a salt is not 64 lower-case hexadecimal digits.
var ErrSalt = errors.New("the salt is not 64 lower-case hexadecimal digits")

// Canonical gives the canonical form (RFC 8785) of strict JSON. Two texts of the same meaning have the same
// canonical form, whatever the order of their members and the blanks between them.
func Canonical(raw []byte) ([]byte, error) {
	if _, err := Parse(raw, ContentLimits); err != nil {
		return nil, err
	}
	return canonical(raw)
}

// canonical is Canonical of a text that Parse let through.
func canonical(raw []byte) ([]byte, error) {
	canonical := jsontext.Value(bytes.Clone(raw))
	if err := canonical.Canonicalize(); err != nil {
		return nil, &Problem{Code: Malformed, Check: CheckSyntax}
	}
	return canonical, nil
}

// Hash is the SHA-256 of the canonical form: what other eBL platforms compute of a transport document.
func Hash(raw []byte) ([sha256.Size]byte, error) {
	canonical, err := Canonical(raw)
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return sha256.Sum256(canonical), nil
}

// Commitment is the public stand-in of a private content: the hexadecimal SHA-256 of a domain, the salt and
// the content's hash. Who does not know the salt cannot try out guesses of the content.
func Commitment(salt string, raw []byte) (string, error) {
	secret, err := saltOf(salt)
	if err != nil {
		return "", err
	}
	strict, err := Canonical(raw)
	if err != nil {
		return "", err
	}
	return commitment(secret, strict), nil
}

// Commit is Check and, when it found nothing wrong, Commitment, which then need not read the content again.
func (c *Checker) Commit(k Kind, salt string, raw []byte) (string, error) {
	if err := c.Check(k, raw); err != nil {
		return "", err
	}
	secret, err := saltOf(salt)
	if err != nil {
		return "", err
	}
	strict, err := canonical(raw)
	if err != nil {
		return "", err
	}
	return commitment(secret, strict), nil
}

func commitment(secret, canonical []byte) string {
	hash := sha256.Sum256(canonical)
	h := sha256.New()
	h.Write([]byte(commitmentDomain))
	h.Write(secret)
	h.Write(hash[:])
	return hex.EncodeToString(h.Sum(nil))
}

func saltOf(salt string) ([]byte, error) {
	secret, err := hex.DecodeString(salt)
	if err != nil || len(secret) != SaltBytes || hex.EncodeToString(secret) != salt {
		return nil, ErrSalt
	}
	return secret, nil
}
