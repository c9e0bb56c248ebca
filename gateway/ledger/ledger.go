// Package ledger holds the words that the REST side and a ledger's client share: who calls, what is called, what was
// signed and what became of it. It knows neither HTTP nor Fabric, so that the two need not know each other.
package ledger

import (
	"errors"
	"time"
)

// Person is an enrolled human or machine of this gateway's organisation, as its certificate tells.
type Person struct {
	// ID is opaque ("u-" and 16 hexadecimal digits): the certificate's common name and the token's subject.
	ID string
	// Organisation is the MSP that issued the certificate.
	Organisation string
	// Party is the ledger's id of the legal person that this person acts for; empty for a registrar.
	Party string
	Roles []string
	// Registrar tells that this person registers parties for the organisation.
	Registrar bool
	// SignsOutside tells that the person's key is not at this gateway: it can read and rehearse in this person's name, and
	// cannot act.
	SignsOutside bool
	// Until is when the certificate expires; nothing can be signed in this person's name after it.
	Until time.Time
	// SignedOut is from when on tokens of this person count; those issued before opened what they should not. Zero for any.
	SignedOut time.Time
	// Fingerprint is the SHA-256 of the certificate (DER): which of all that the person ever had is the one in force.
	Fingerprint [32]byte
}

// Call is one contract function with its input.
type Call struct {
	Contract, Function string
	// Args end up in a block that every member keeps for ever: ids, codes and states only.
	Args []string
	// Transient is private input. It reaches the named endorsers and never a block.
	Transient map[string][]byte
}

// Signed is an endorsed transaction with its sender's signature: the same bytes may be submitted any number of times
// and take effect at most once.
type Signed struct {
	TxID   string
	Person Person
	Bytes  []byte
	// Result is what the contract function answered; it holds once the transaction is valid.
	Result []byte
}

// Attestation is what peers said together and signed, without anything having been submitted: bytes that anybody can check
// against the certificates of the organisations.
type Attestation struct {
	// Payload is what every peer signed (Fabric's ProposalResponsePayload); Result is the contract's answer inside it.
	Payload, Result []byte
	Endorsements    []Endorsement
}

// Endorsement is one peer's word: its identity (Fabric's SerializedIdentity) and its signature over payload and identity.
type Endorsement struct{ Endorser, Signature []byte }

// Fate is what became of a submitted transaction.
type Fate int

// Unknown is a third answer, not a kind of failure: the transaction may still become valid or invalid.
const (
	Unknown Fate = iota
	Valid
	Invalid
)

// Outcome is a transaction's fate; Code is Fabric's validation code by name ("MVCC_READ_CONFLICT") when it is invalid.
type Outcome struct {
	Fate  Fate
	Code  string
	Block uint64
}

// Record is what the index keeps of one document or part of one.
type Record struct {
	Family  string `json:"family"`
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
	// Parties are the ids of those who take part.
	Parties []string `json:"-"`
	// Endorsers are the organisations (MSP ids, sorted) that must all endorse the next change; nil where the change left
	// that as it was, empty where the policy says something else than "all of these".
	Endorsers []string `json:"-"`
}

// Change is what one block made of the documents, in chain order; many blocks change none.
type Change struct {
	Block   uint64
	Records []Record
	// Unread tells of transactions in the block that could not be read; what they changed is not in Records.
	Unread error
}

// ErrNotEnrolled means that no usable identity is kept here for the person.
var ErrNotEnrolled = errors.New("no identity is enrolled for this person")

// ErrUnavailable means that a node that the call needs did not answer; nothing was submitted.
var ErrUnavailable = errors.New("a node that the call needs is not reachable")

// ErrDiverged means that endorsers computed different results, mostly because one of them is a block behind; nothing was
// submitted.
var ErrDiverged = errors.New("endorsers computed different results")
