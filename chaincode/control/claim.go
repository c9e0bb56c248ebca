// Package control is what peers attest about who has control of a bill (MLETR art. 11: exclusive control): the one form of
// words that they sign and that a verifier reads. It knows neither the ledger nor signatures.
package control

import (
	"regexp"
	"time"

	"portledger/chaincode/lifecycle"
)

// Format names this form of words. No other answer of any contract begins with it, so that nothing else that a peer signs
// can be taken for a claim.
const Format = "portledger/control/1"

const (
	// Life is how long a claim is good for: long enough for a driver at a gate, short enough that a bill rarely changes hands
	// meanwhile. Off line nobody can know of a transfer within it.
	Life = 5 * time.Minute
	// SkewMax is how far the time that a caller asks for a claim at may be from each endorser's clock. It is stricter than for
	// acts: whoever could date a claim ahead would make it last longer.
	SkewMax = time.Minute
)

// Claim says that a bill was in its holder's control when it was made. It holds ids, codes, states and hashes only.
type Claim struct {
	Format  string `json:"format"`
	Channel string `json:"channel"`
	Bill    string `json:"bill"`
	// State, Version and Chain are the control record's: whoever can reach the ledger compares the version with today's.
	State   lifecycle.State `json:"state"`
	Version int             `json:"version"`
	Chain   string          `json:"chain"`
	Issuer  lifecycle.Ref   `json:"issuer"`
	Holder  lifecycle.Ref   `json:"holder"`
	// Person is the holder's person who asked, by the opaque subject of the certificate; Certificate is its SHA-256, hex.
	Person      string `json:"person"`
	Certificate string `json:"certificate"`
	// Endorsers are the organisations (MSP ids, sorted) that rely on the bill: a peer of each signs, and no other.
	Endorsers []string `json:"endorsers"`
	// Challenge is what the relying party chose, so that a claim made for another is of no use to it.
	Challenge string `json:"challenge"`
	// IssuedAt and ValidUntil are RFC 3339 in UTC, Life apart.
	IssuedAt   string `json:"issuedAt"`
	ValidUntil string `json:"validUntil"`
	// Tx is the id under which the peers were asked. Nothing was submitted: it stands in no block.
	Tx string `json:"tx"`
}

var challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// Challenge tells whether a text can be a challenge: 16 to 128 characters of base64url.
func Challenge(text string) bool { return challenge.MatchString(text) }
