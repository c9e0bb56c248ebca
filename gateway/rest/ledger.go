package rest

import (
	"context"
	"time"

	"portledger/gateway/ledger"
)

// Ledger is what the REST side needs of the ledger. Methods are safe for concurrent use.
//
// Evaluate, EvaluateAt, Endorse and Attest answer a *fault.Fault when the contract refuses, ledger.ErrNotEnrolled, ledger.ErrUnavailable or
// ledger.ErrDiverged where those are the reason, and any other error for what nobody expected; in all those cases nothing
// was submitted.
type Ledger interface {
	// Evaluate asks the own organisation's peer and nobody else.
	Evaluate(ctx context.Context, as ledger.Person, call ledger.Call) ([]byte, error)
	// EvaluateAt asks a peer of another organisation, which sees the call and who asks.
	EvaluateAt(ctx context.Context, as ledger.Person, call ledger.Call, org string) ([]byte, error)
	// Endorse shows the call to exactly the organisations named and signs what they agree on. It submits nothing.
	Endorse(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Signed, error)
	// Propose makes the proposal of a call for a person who signs outside; EndorseSigned shows it, signed, to exactly the
	// organisations that it was made for; Seal puts the second signature to what they agreed on. Nothing is submitted. A
	// signature that is not the person's over the bytes is ledger.ErrSignature, and nobody was asked.
	Propose(as ledger.Person, call ledger.Call, endorsers []string) (ledger.Unsigned, error)
	EndorseSigned(ctx context.Context, u ledger.Unsigned, signature []byte) (ledger.Unsigned, error)
	Seal(u ledger.Unsigned, signature []byte) (ledger.Signed, error)
	// EvaluateSigned and AttestSigned are Evaluate and Attest with a proposal that was signed outside.
	EvaluateSigned(ctx context.Context, u ledger.Unsigned, signature []byte) ([]byte, error)
	AttestSigned(ctx context.Context, u ledger.Unsigned, signature []byte, endorsers []string) (ledger.Attestation, error)
	// Attest asks exactly the organisations named, like Endorse, and answers what their peers signed. It submits nothing.
	Attest(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Attestation, error)
	// Commit submits the signed bytes until their fate is known or ctx ends; then the fate is Unknown, and the error, if
	// any, says what went wrong last. It may be called again for the same bytes, also by a later process.
	Commit(ctx context.Context, signed ledger.Signed) (ledger.Outcome, error)
	// Changes follows what the blocks changed, in chain order, from the given one on. The channel ends with ctx or when the
	// source is lost; the caller then asks again.
	Changes(ctx context.Context, fromBlock uint64) (<-chan ledger.Change, error)
	// Ready answers nil when peer and chaincode answer.
	Ready(ctx context.Context) error
}

// People knows who is enrolled here.
type People interface {
	// Lookup answers the person, or ledger.ErrNotEnrolled.
	Lookup(id string) (ledger.Person, error)
	// Expiring answers the persons whose certificates expire before then, or have.
	Expiring(then time.Time) ([]ledger.Person, error)
}
