package payment

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"time"

	"portledger/chaincode/fault"
)

// EvidenceMax bounds a proof's text.
const EvidenceMax = 1024

// bankSignature is a Statement in JWS compact form (RFC 7515), signed with ES256 or EdDSA by a registered key of the bank.
type bankSignature struct{}

// Header is the protected header of the JWS: these two members in this order, and no others.
type Header struct {
	Algorithm string `json:"alg"`
	Key       string `json:"kid"`
}

// Check reads, finds the key, checks the signature, and only then looks at what was signed.
func (bankSignature) Check(evidence string, e Expected) (Paid, *fault.Fault) {
	m, ok := readJWS(evidence)
	if !ok {
		return Paid{}, fault.New(fault.Invalid, "check", "jws")
	}
	i := slices.IndexFunc(e.Keys, func(k Key) bool { return k.ID == m.header.Key })
	if i < 0 {
		return Paid{}, fault.New(fault.PaymentKeyUnknown, "key", m.header.Key, "bank", e.Bank)
	}
	key := e.Keys[i]
	if !m.signedBy(key) {
		return Paid{}, fault.New(fault.PaymentForged)
	}
	if f := m.statement.fits(e); f != nil {
		return Paid{}, f
	}
	// A stolen key could sign with any date: so it must be in force now, and not only when it says that the bank paid.
	for _, at := range []time.Time{e.At, moment(m.statement.PaidAt)} {
		if why := key.out(at); why != "" {
			return Paid{}, fault.New(fault.PaymentKeyNotInForce, "key", key.ID, "why", why)
		}
	}
	return Paid{Key: key.ID, At: m.statement.PaidAt}, nil
}

// message is a JWS taken apart.
type message struct {
	header    Header
	statement Statement
	signed    string
	signature []byte
}

// readJWS takes apart a JWS that has one form only: header and statement must be the very bytes that their values encode to,
// so that two endorsers never read the same text in two ways.
func readJWS(text string) (m message, ok bool) {
	parts := strings.Split(text, ".")
	if len(text) > EvidenceMax || len(parts) != 3 {
		return m, false
	}
	var raw [3][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil || base64.RawURLEncoding.EncodeToString(raw[i]) != part {
			return m, false
		}
	}
	m.signed, m.signature = parts[0]+"."+parts[1], raw[2]
	return m, exactly(raw[0], &m.header) && exactly(raw[1], &m.statement) && m.statement.Format == Format &&
		plain(m.header.Key) && plain(m.statement.Exchange) && plain(m.statement.PaidAt)
}

// exactly reads JSON that is the one form of its value.
func exactly[T any](raw []byte, into *T) bool {
	if json.Unmarshal(raw, into) != nil {
		return false
	}
	again, err := json.Marshal(*into)
	return err == nil && bytes.Equal(raw, again)
}

// plain keeps a proof from carrying text into refusals: ids and times only.
func plain(text string) bool {
	odd := func(r rune) bool {
		return !strings.ContainsRune("-:.+", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	return len(text) <= 64 && !strings.ContainsFunc(text, odd)
}

// signedBy checks the signature by the one algorithm that the key is for, which the header must name.
func (m message) signedBy(k Key) bool {
	der, ok := derOf(k.PublicKey)
	if !ok {
		return false
	}
	key := public(der)
	if algorithm := algorithmOf(key); algorithm == "" || algorithm != m.header.Algorithm {
		return false
	}
	switch key := key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, []byte(m.signed), m.signature)
	case *ecdsa.PublicKey: // RFC 7518, 3.4: R and S, 32 bytes each
		if len(m.signature) != 64 {
			return false
		}
		hash := sha256.Sum256([]byte(m.signed))
		return ecdsa.Verify(key, hash[:], new(big.Int).SetBytes(m.signature[:32]), new(big.Int).SetBytes(m.signature[32:]))
	}
	return false
}
