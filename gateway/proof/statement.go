// Package proof checks a statement of control off line: that peers of the organisations that rely on a bill signed, a few
// minutes ago and over the checker's own challenge, that a party has it in its control. It needs the organisations' public
// root certificates and nothing else: no network, no ledger, no gateway.
//
// What it cannot know off line is whether the bill has moved since; that is why a statement lives for minutes only, and why
// it names the version, which whoever can reach the ledger compares.
package proof

import (
	"encoding/json"
	"errors"
)

// Format names the form of a Statement.
const Format = "portledger/proof-of-control/1"

// Statement is what a holder shows. Only Payload is signed; Claim repeats what it says, for people to read.
type Statement struct {
	Format string          `json:"format"`
	Claim  json.RawMessage `json:"claim"`
	// Payload is Fabric's ProposalResponsePayload with the contract's answer inside.
	Payload      []byte        `json:"payload"`
	Endorsements []Endorsement `json:"endorsements"`
}

// Endorsement is one peer's signature: ECDSA over the SHA-256 of payload and endorser. Endorser is Fabric's
// SerializedIdentity: the organisation's MSP id and the peer's certificate.
type Endorsement struct {
	Endorser  []byte `json:"endorser"`
	Signature []byte `json:"signature"`
}

// Why a statement proves nothing. Each error of Verify is one of these, with what was found.
var (
	ErrMalformed    = errors.New("it is not a statement of control")
	ErrAltered      = errors.New("it does not say what was signed")
	ErrForeign      = errors.New("it is about something else")
	ErrChallenge    = errors.New("it answers another challenge")
	ErrStale        = errors.New("it is not of this time")
	ErrCertificate  = errors.New("a certificate is not to be trusted")
	ErrSignature    = errors.New("a signature is wrong")
	ErrOrganisation = errors.New("the organisations that signed are not those that have to")
)
