package payment

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// KeysMax bounds the payment keys of one bank, those that were revoked among them until their time is over.
const KeysMax = 16

// KeyLife is the longest validity of a key.
const KeyLife = 3 * 366 * 24 * time.Hour

// keyBytes bounds a public key: one of P-256 takes 91 bytes, one of Ed25519 44.
const keyBytes = 128

// Key is a bank's public key for proofs of payment, as the bank's own organisation registered it.
type Key struct {
	// ID is the SHA-256 of the public key's bytes, hex; it stands as kid in what the key signs.
	ID string `json:"id"`
	// PublicKey is a SubjectPublicKeyInfo (RFC 5280) in base64: ECDSA on P-256 or Ed25519.
	PublicKey string `json:"publicKey"`
	// From and To are the key's validity, RFC 3339: from one moment up to, but not at, the other.
	From string `json:"from"`
	To   string `json:"to"`
	// Revoked is when the bank's organisation took it back, RFC 3339.
	Revoked string `json:"revoked,omitempty"`
}

// ParseKey reads a public key in base64 and answers its id; ok is false for anything that is not one of the two kinds, in the
// one encoding that it has.
func ParseKey(text string) (id string, ok bool) {
	der, ok := derOf(text)
	if !ok || algorithmOf(public(der)) == "" {
		return "", false
	}
	return KeyID(der), true
}

// KeyID is the id of a key by its SubjectPublicKeyInfo.
func KeyID(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

func derOf(text string) ([]byte, bool) {
	der, err := base64.StdEncoding.Strict().DecodeString(text)
	return der, err == nil && len(der) <= keyBytes && base64.StdEncoding.EncodeToString(der) == text
}

// public is the key in its Go form, nil if it is none.
func public(der []byte) any {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil
	}
	return key
}

// algorithmOf is the JWS name of the one algorithm that a key is for (RFC 7518, RFC 8037), empty for none.
func algorithmOf(key any) string {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return "ES256"
		}
	case ed25519.PublicKey:
		return "EdDSA"
	}
	return ""
}

// Over tells whether the key's time has passed.
func (k Key) Over(at time.Time) bool { return !at.Before(moment(k.To)) }

// out tells why a key proves nothing at a time; empty where it is in force.
func (k Key) out(at time.Time) string {
	switch {
	case k.Revoked != "":
		return "revoked"
	case at.Before(moment(k.From)):
		return "not-yet"
	case k.Over(at):
		return "over"
	}
	return ""
}

// moment reads a time that was checked when it was written; the beginning of time for one that was not.
func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
