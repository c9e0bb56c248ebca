// Package contract is the ledger's face: it turns a transaction into commands for the document families, brings together
// the records that a rule must see, and writes what they answer.
//
// It decides nothing that a family or package rules could decide. Everything here runs on every endorsing peer and must
// give the same answer on each.
package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/mandate"
	"portledger/chaincode/state"
)

// Config is what a peer's chaincode process is told from outside.
type Config struct {
	// Org is the MSP id of the organisation whose peer this chaincode serves.
	Org string
	// Now reads the organisation's clock: only to refuse transactions that claim another time.
	Now func() time.Time
	// Checker holds the compiled content schemas; nil compiles them anew. Tests that start many peers share one.
	Checker *content.Checker
}

// office is what all contracts of one process share.
type office struct {
	Config
	// families are the kinds of documents by name.
	families map[string]family
}

// turn is one call: the session, who calls, and the office.
type turn struct {
	*state.Session
	*office
	// actor is who the act is made for and judged by; signer is who signed. They differ under a mandate.
	actor, signer lifecycle.Actor
	// mandate is what the signer acts for another under, nil where it acts for itself.
	mandate *mandate.Mandate
	eyes
	// stale is the refusal of a request that names another version of its document, nil where it does not.
	stale error
	// probe is set while an act is only tried without its input, to tell whether it would be allowed.
	probe bool
}

// family is one kind of document to the contract.
type family interface {
	// act applies one act and answers the record that it was about.
	act(t *turn, act lifecycle.Act, request []byte) (Outcome, error)
	// read answers the document as the caller may see it.
	read(t *turn, id string) (any, error)
	// situations are where the document and its parts stand, for telling which acts are open.
	situations(t *turn, id string) ([]situation, error)
	// keys are the keys whose histories make up the document's history.
	keys(t *turn, id string) ([]string, error)
}

// Outcome is what a transaction answers, and so what every member can read in its block.
type Outcome struct {
	Family  string          `json:"family"`
	ID      string          `json:"id"`
	State   lifecycle.State `json:"state"`
	Version int             `json:"version"`
}

func outcome(r lifecycle.Record) Outcome {
	return Outcome{Family: r.Family, ID: r.ID, State: r.State, Version: r.Version}
}

// Plan is what a rehearsal answers: what would come out, who must endorse, and which private input is still to be sent
// along.
type Plan struct {
	Outcome   Outcome           `json:"outcome"`
	Endorsers []string          `json:"endorsers"`
	Attach    map[string][]byte `json:"attach,omitempty"`
}

// Document is the contract of one family.
type Document struct {
	contractapi.Contract
	office *office
	family family
}

// New makes the chaincode of one organisation's peer.
func New(c Config) (*contractapi.ContractChaincode, error) {
	if c.Checker == nil {
		checker, err := content.New()
		if err != nil {
			return nil, fmt.Errorf("compile content schemas: %w", err)
		}
		c.Checker = checker
	}
	o := &office{Config: c, families: map[string]family{}}
	document := func(name string, f family) *Document {
		d := &Document{office: o, family: f}
		d.Name, o.families[name] = name, f
		return d
	}
	org := &Organisation{office: o}
	org.Name = "org"
	approvals := &Approvals{office: o}
	approvals.Name = "approval"
	cc, err := contractapi.NewChaincode(&BillDocument{Document: *document("bill", bills{})}, document("guarantee", guarantees{}),
		document("release", releases{}), document("interchange", interchanges{}),
		document("facility", facilities{}), document("exchange", exchanges{}),
		document("leg", legs{}), document("party", parties{}),
		document("mandate", mandates{}), document("presentation", presentations{}), approvals, org)
	if err != nil {
		return nil, fmt.Errorf("assemble contracts: %w", err)
	}
	cc.TransactionSerializer = texts{}
	return cc, nil
}

// Act makes one act of a document: request is its public part; the private part comes as transient input.
func (d *Document) Act(ctx contractapi.TransactionContextInterface, act, request string) (string, error) {
	t, err := d.office.turn(ctx, false)
	if err != nil {
		return "", err
	}
	if err := t.represent(); err != nil {
		return "", err
	}
	o, err := d.perform(t, act, request)
	if err != nil {
		return "", err
	}
	return text(o)
}

// Prepare rehearses an act on the caller's own peer without writing anything, and answers a Plan. The refusal that Act
// would give comes back here, before any other organisation sees anything.
func (d *Document) Prepare(ctx contractapi.TransactionContextInterface, act, request string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	if err := t.represent(); err != nil {
		return "", err
	}
	o, err := d.perform(t, act, request)
	if err != nil {
		return "", err
	}
	return t.answer(Plan{Outcome: o, Endorsers: t.Endorsers(), Attach: t.Attach()})
}

func (d *Document) perform(t *turn, act, request string) (Outcome, error) {
	if err := t.empowered(d.Name, lifecycle.Act(act), []byte(request)); err != nil {
		return Outcome{}, err
	}
	if err := t.countersign(d.Name, lifecycle.Act(act), []byte(request)); err != nil {
		return Outcome{}, err
	}
	o, err := d.family.act(t, lifecycle.Act(act), []byte(request))
	if f := fault.Of(err); t.stale != nil && (err == nil || f != nil && !f.OfCaller()) {
		err = t.stale
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := t.alone(d.Name, lifecycle.Act(act)); err != nil {
		return Outcome{}, err
	}
	if err := t.used(); err != nil {
		return Outcome{}, err
	}
	return o, t.Close()
}

// Read answers a document: its control record, its content where the caller's party is entitled and this peer has it,
// and the acts that state and party allow the caller now. It serves only the peer's own organisation.
func (d *Document) Read(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	if err := t.looks(d.Name, id); err != nil {
		return "", err
	}
	view, err := d.family.read(t, id)
	if err != nil {
		return "", err
	}
	return t.answer(view)
}

// atHome refuses callers of other organisations: implicit collections have no member-only read of their own.
func (t *turn) atHome() error {
	if t.signer.Org != t.Self {
		return fault.New(fault.WrongParty, "act", "read", "by", "organisation of this peer")
	}
	return nil
}

func (o *office) turn(ctx contractapi.TransactionContextInterface, dry bool) (*turn, error) {
	s, err := state.Open(ctx.GetStub(), o.Org, dry, o.Now())
	if err != nil {
		return nil, err
	}
	t := &turn{Session: s, office: o}
	if t.signer, err = t.identify(ctx); err == nil && !dry {
		err = t.signed()
	}
	t.actor = t.signer
	return t, err
}

// text writes an answer without touching the texts of a content: "<" stays "<".
func text(v any) (string, error) {
	var body strings.Builder
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", fmt.Errorf("encode answer: %w", err)
	}
	return strings.TrimSuffix(body.String(), "\n"), nil
}
