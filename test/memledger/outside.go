package memledger

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"strings"

	"portledger/gateway/ledger"
	"portledger/test/memfabric"
)

// draft is a proposal of a person who signs outside, and what became of it.
type draft struct {
	proposal  memfabric.Proposal
	endorsers []string
}

// EnrolOutside enrols a person whose key is not at the gateway: who signs gets the identity, the gateway a reader's.
func (l *Ledger) EnrolOutside(id, party string, roles ...string) (ledger.Person, memfabric.Identity) {
	attributes := map[string]string{"portledger.party": party, "portledger.roles": strings.Join(roles, ",")}
	own := l.network.Enrol(l.org, id, "client", attributes)
	attributes["portledger.reader"] = "true"
	person := l.enrol(ledger.Person{ID: id, Organisation: l.org, Party: party, Roles: roles, SignsOutside: true}, attributes)
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.people[id]
	e.outside = own
	l.people[id] = e
	return person, own
}

// Reader is the identity with which the gateway speaks for somebody.
func (l *Ledger) Reader(id string) memfabric.Identity {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.people[id].identity
}

// Propose implements rest.Ledger.
func (l *Ledger) Propose(as ledger.Person, call ledger.Call, endorsers []string) (ledger.Unsigned, error) {
	proposal, err := l.proposal(as, call)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	proposal.Creator = l.people[as.ID].outside
	fixed, id, bytes := l.network.Draft(proposal)
	l.drafts[id] = draft{fixed, endorsers}
	return ledger.Unsigned{TxID: id, Person: as, ToSign: bytes}, nil
}

// EndorseSigned implements rest.Ledger.
func (l *Ledger) EndorseSigned(ctx context.Context, u ledger.Unsigned, signature []byte) (ledger.Unsigned, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Unsigned{}, err
	}
	d, err := l.signedDraft(u, signature)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	tx, err := l.network.Endorse(d.proposal, d.endorsers...)
	if err != nil {
		return ledger.Unsigned{}, translate(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[tx.ID] = tx
	return ledger.Unsigned{TxID: tx.ID, Person: u.Person, ToSign: l.network.Payload(tx), Endorsed: true, Result: tx.Result}, nil
}

func (l *Ledger) signedDraft(u ledger.Unsigned, signature []byte) (draft, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.drafts[u.TxID]
	if u.Endorsed || !signedBy(d.proposal.Creator.Cert, u.ToSign, signature) {
		return draft{}, ledger.ErrSignature
	}
	return d, nil
}

// EvaluateSigned implements rest.Ledger.
func (l *Ledger) EvaluateSigned(ctx context.Context, u ledger.Unsigned, signature []byte) ([]byte, error) {
	d, err := l.signedDraft(u, signature)
	if err := errors.Join(ctx.Err(), err); err != nil {
		return nil, err
	}
	answer, err := l.network.Evaluate(d.proposal, l.org)
	return answer, translate(err)
}

// AttestSigned implements rest.Ledger.
func (l *Ledger) AttestSigned(ctx context.Context, u ledger.Unsigned, signature []byte, endorsers []string) (ledger.Attestation, error) {
	d, err := l.signedDraft(u, signature)
	if err := errors.Join(ctx.Err(), err); err != nil {
		return ledger.Attestation{}, err
	}
	return l.attest(d.proposal, endorsers)
}

// Seal implements rest.Ledger.
func (l *Ledger) Seal(u ledger.Unsigned, signature []byte) (ledger.Signed, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !u.Endorsed || !signedBy(l.people[u.Person.ID].outside.Cert, u.ToSign, signature) {
		return ledger.Signed{}, ledger.ErrSignature
	}
	return ledger.Signed{TxID: u.TxID, Person: u.Person, Bytes: []byte(u.TxID), Result: u.Result}, nil
}

func signedBy(cert *x509.Certificate, message, signature []byte) bool {
	digest := sha256.Sum256(message)
	return ecdsa.VerifyASN1(cert.PublicKey.(*ecdsa.PublicKey), digest[:], signature)
}
