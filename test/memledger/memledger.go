// Package memledger is the gateway's ledger over the in-memory Fabric of test/memfabric: one organisation's view of it, as
// gateway/fabric is of a real network. Tests and stories put it behind the REST side.
package memledger

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"portledger/chaincode/fault"
	"portledger/gateway/blocks"
	"portledger/gateway/ledger"
	"portledger/gateway/rest"
	"portledger/test/memfabric"
	"portledger/test/world"
)

var (
	_ rest.Ledger = (*Ledger)(nil)
	_ rest.People = (*Ledger)(nil)
)

// Ledger is one organisation's peer and people.
type Ledger struct {
	network *memfabric.Network
	org     string

	mu     sync.Mutex
	people map[string]enrolled
	// sent keeps what a real client finds in the signed bytes; here those are only the transaction's id.
	sent map[string]*memfabric.Tx
	// drafts are proposals that wait for a signature made outside.
	drafts map[string]draft
}

// enrolled is a person and the identity with which the gateway speaks for them; outside is whose signature acts take where
// that is another.
type enrolled struct {
	person            ledger.Person
	identity, outside memfabric.Identity
}

// New is the view of the organisation (MSP id).
func New(network *memfabric.Network, org string) *Ledger {
	return &Ledger{network: network, org: org, people: map[string]enrolled{}, sent: map[string]*memfabric.Tx{}, drafts: map[string]draft{}}
}

// Enrol gives a person a certificate as the organisation's CA would: id is the opaque subject, party the ledger's id of
// the party that the person acts for.
func (l *Ledger) Enrol(id, party string, roles ...string) ledger.Person {
	return l.enrol(ledger.Person{ID: id, Organisation: l.org, Party: party, Roles: roles},
		map[string]string{"portledger.party": party, "portledger.roles": strings.Join(roles, ",")})
}

// EnrolRegistrar gives the organisation's registrar a certificate.
func (l *Ledger) EnrolRegistrar(id string) ledger.Person {
	return l.enrol(ledger.Person{ID: id, Organisation: l.org, Roles: []string{}, Registrar: true},
		map[string]string{"portledger.registrar": "true"})
}

func (l *Ledger) enrol(person ledger.Person, attributes map[string]string) ledger.Person {
	identity := l.network.Enrol(l.org, person.ID, "client", attributes)
	l.mu.Lock()
	defer l.mu.Unlock()
	person.Until = identity.Cert.NotAfter
	l.people[person.ID] = enrolled{person: person, identity: identity}
	return person
}

// SignOut ends the tokens that a person got before then.
func (l *Ledger) SignOut(id string, then time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.people[id]
	e.person.SignedOut = then
	l.people[id] = e
}

// Expiring implements rest.People.
func (l *Ledger) Expiring(then time.Time) ([]ledger.Person, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []ledger.Person
	for _, e := range l.people {
		if e.person.Until.Before(then) {
			found = append(found, e.person)
		}
	}
	return found, nil
}

// Lookup implements rest.People.
func (l *Ledger) Lookup(id string) (ledger.Person, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.people[id]
	if !known {
		return ledger.Person{}, ledger.ErrNotEnrolled
	}
	return e.person, nil
}

func (l *Ledger) proposal(as ledger.Person, call ledger.Call) (memfabric.Proposal, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.people[as.ID]
	if !known {
		return memfabric.Proposal{}, ledger.ErrNotEnrolled
	}
	return memfabric.Proposal{
		Creator: e.identity, Args: append([]string{call.Contract + ":" + call.Function}, call.Args...), Transient: call.Transient,
	}, nil
}

// Evaluate implements rest.Ledger.
func (l *Ledger) Evaluate(ctx context.Context, as ledger.Person, call ledger.Call) ([]byte, error) {
	return l.EvaluateAt(ctx, as, call, l.org)
}

// EvaluateAt implements rest.Ledger.
func (l *Ledger) EvaluateAt(ctx context.Context, as ledger.Person, call ledger.Call, org string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	proposal, err := l.proposal(as, call)
	if err != nil {
		return nil, err
	}
	said, err := world.Ask(l.network, proposal, org)
	return said, translate(err)
}

// Endorse implements rest.Ledger.
func (l *Ledger) Endorse(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Signed, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Signed{}, err
	}
	proposal, err := l.proposal(as, call)
	if err != nil {
		return ledger.Signed{}, err
	}
	tx, err := l.signable(proposal, call, endorsers)
	if err != nil {
		return ledger.Signed{}, translate(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[tx.ID] = tx
	return ledger.Signed{TxID: tx.ID, Person: as, Bytes: []byte(tx.ID), Result: tx.Result}, nil
}

// Attest implements rest.Ledger, with real signatures of the organisations' peers.
func (l *Ledger) Attest(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Attestation, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Attestation{}, err
	}
	proposal, err := l.proposal(as, call)
	if err != nil {
		return ledger.Attestation{}, err
	}
	return l.attest(proposal, endorsers)
}

func (l *Ledger) attest(proposal memfabric.Proposal, endorsers []string) (ledger.Attestation, error) {
	tx, err := l.network.Endorse(proposal, endorsers...)
	if err != nil {
		return ledger.Attestation{}, translate(err)
	}
	payload, signed := l.network.Attestation(tx)
	said := ledger.Attestation{Payload: payload, Result: tx.Result}
	for _, e := range signed {
		said.Endorsements = append(said.Endorsements, ledger.Endorsement{Endorser: e.Endorser, Signature: e.Signature})
	}
	return said, nil
}

// Commit implements rest.Ledger: like a real network it gives a transaction submitted twice its first outcome.
func (l *Ledger) Commit(ctx context.Context, signed ledger.Signed) (ledger.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Outcome{}, err
	}
	l.mu.Lock()
	tx := l.sent[string(signed.Bytes)]
	l.mu.Unlock()
	if tx == nil {
		return ledger.Outcome{}, fmt.Errorf("transaction %s was not endorsed here", signed.TxID)
	}
	if _, _, ordered := l.network.Status(tx.ID); !ordered {
		l.network.Commit(tx)
	}
	code, block, _ := l.network.Status(tx.ID)
	fate := ledger.Invalid
	if code == memfabric.Valid {
		fate = ledger.Valid
	}
	return ledger.Outcome{Fate: fate, Code: code.String(), Block: block}, nil
}

// Changes implements rest.Ledger.
func (l *Ledger) Changes(ctx context.Context, fromBlock uint64) (<-chan ledger.Change, error) {
	changes := make(chan ledger.Change)
	go func() {
		defer close(changes)
		for block := range l.network.Blocks(ctx, fromBlock) {
			change, err := blocks.Change(block, "portledger")
			if err != nil {
				panic(err) // this network's own blocks can always be read
			}
			select {
			case changes <- change:
			case <-ctx.Done():
			}
		}
	}()
	return changes, nil
}

// Ready implements rest.Ledger.
func (l *Ledger) Ready(context.Context) error { return nil }

// translate does what the real client's translation does, from this network's texts.
func translate(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if f, refused := fault.Parse(text); refused {
		return f
	}
	if strings.Contains(text, "ProposalResponsePayloads do not match") {
		return fmt.Errorf("%w: %w", ledger.ErrDiverged, err)
	}
	return err
}
