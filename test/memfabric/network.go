package memfabric

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

// Config describes a network. Only Chaincode has no default.
type Config struct {
	// Organisations are the MSP ids of the members. Default: CarrierMSP, TerminalMSP, BankMSP, PortMSP.
	Organisations []string
	// Chaincode makes the chaincode process of one organisation; now is the network's clock.
	Chaincode func(mspID string, now func() time.Time) shim.Chaincode
	// Policy is the chaincode's endorsement policy. Default: peers of any two members.
	Policy *common.SignaturePolicyEnvelope
	// Start is the first time on the clock. Default: 2026-01-01 00:00 UTC.
	Start time.Time
	// Channel and Name are the names of channel and chaincode. Default: portledger.
	Channel, Name string
}

// TB is the part of testing.TB that the network uses to report faults which no error return should hide:
// nondeterministic chaincode and unreadable key policies.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Network is the in-memory network. All methods may be called by several goroutines at once, but not by a chaincode
// that runs on it.
type Network struct {
	tb                 TB
	channel, chaincode string
	policy             *common.SignaturePolicyEnvelope
	clock              clock
	nonces             atomic.Uint64
	asked              atomic.Uint64 // questions, of which not all are answered twice

	// mu is held for reading while peers simulate, for writing while a block is committed.
	mu          sync.RWMutex
	authorities map[string]*authority
	peers       map[string]*node
	world       world
	history     history
	index       map[string]status
	blocks      []*common.Block
	grown       chan struct{} // closed and replaced with each block
}

type status struct {
	code  Code
	block uint64
}

// New starts a network: every member's peer runs its own chaincode, block 0 is empty. With a nil tb, faults panic.
func New(tb TB, c Config) *Network {
	if len(c.Organisations) == 0 {
		c.Organisations = []string{"CarrierMSP", "TerminalMSP", "BankMSP", "PortMSP"}
	}
	if c.Policy == nil {
		c.Policy = OutOf(min(2, len(c.Organisations)), c.Organisations...)
	}
	if c.Start.IsZero() {
		c.Start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	n := &Network{
		tb: tb, channel: cmp.Or(c.Channel, "portledger"), chaincode: cmp.Or(c.Name, "portledger"),
		policy: c.Policy, clock: clock{now: c.Start},
		authorities: map[string]*authority{}, peers: map[string]*node{},
		world: world{}, history: history{}, index: map[string]status{},
		blocks: []*common.Block{newBlock(0, nil, nil, nil)}, grown: make(chan struct{}),
	}
	for _, id := range c.Organisations {
		n.authorities[id] = newAuthority(id)
		n.peers[id] = &node{
			msp: id, identity: n.authorities[id].enrol("peer0."+id, "peer", nil), chaincode: c.Chaincode(id, n.Now),
			world: n.world, private: world{}, height: 1, transient: map[string]map[string][]byte{},
		}
	}
	return n
}

// Clone is a network of its own that starts where this one stands, for the test tb: same members, people, state, blocks and
// time. The chaincodes are made anew. No peer of this one may be paused.
func (n *Network) Clone(tb TB, chaincode func(mspID string, now func() time.Time) shim.Chaincode) *Network {
	n.mu.RLock()
	defer n.mu.RUnlock()
	c := &Network{
		tb: tb, channel: n.channel, chaincode: n.chaincode, policy: n.policy, clock: clock{now: n.Now()},
		authorities: maps.Clone(n.authorities), peers: map[string]*node{}, world: n.world.clone(), history: history{},
		index: maps.Clone(n.index), blocks: slices.Clone(n.blocks), grown: make(chan struct{}),
	}
	c.nonces.Store(n.nonces.Load())
	for key, writes := range n.history {
		c.history[key] = slices.Clone(writes)
	}
	for id, p := range n.peers {
		if p.paused {
			panic("memfabric: clone of a network with a paused peer")
		}
		p.mu.Lock()
		c.peers[id] = &node{msp: id, identity: p.identity, chaincode: chaincode(id, c.Now), world: c.world,
			private: p.private.clone(), height: p.height, transient: map[string]map[string][]byte{},
			seen: slices.Clone(p.seen), shown: slices.Clone(p.shown)}
		maps.Copy(c.peers[id].transient, p.transient)
		p.mu.Unlock()
	}
	return c
}

// fail reports a fault of the chaincode or the test.
func (n *Network) fail(format string, args ...any) {
	if n.tb == nil {
		panic(fmt.Sprintf(format, args...))
	}
	n.tb.Helper()
	n.tb.Errorf("memfabric: "+format, args...)
}

func (n *Network) mustPeer(mspID string) *node {
	p := n.peers[mspID]
	if p == nil {
		panic("memfabric: no member " + mspID)
	}
	return p
}

// WithChaincode makes one organisation's peer run another chaincode (a lying peer) until restore is called.
func (n *Network) WithChaincode(mspID string, cc shim.Chaincode) (restore func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.mustPeer(mspID)
	honest := p.chaincode
	p.chaincode = cc
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		p.chaincode = honest
	}
}

// EndorseError means that a named peer refused, failed or disagreed. Nothing was written to the ledger.
type EndorseError struct {
	TxID    string
	Details []Detail
}

// Detail is what one peer said: for a chaincode's refusal "chaincode response 500, <its text>".
type Detail struct{ MSP, Message string }

func (e *EndorseError) Error() string {
	var parts []string
	for _, d := range e.Details {
		parts = append(parts, d.MSP+": "+d.Message)
	}
	return "failed to collect enough transaction endorsements: " + strings.Join(parts, "; ")
}

// CommitError means that a transaction was ordered and found invalid.
type CommitError struct {
	TxID  string
	Code  Code
	Block uint64
}

func (e *CommitError) Error() string {
	return fmt.Sprintf("transaction %s failed to commit with status code %d (%s)", e.TxID, int32(e.Code), e.Code)
}

// ErrEndorsersNotNamed refuses a submit that leaves the choice of endorsers to the network.
var ErrEndorsersNotNamed = errors.New("name the endorsing organisations: this network has no discovery")

// Evaluate simulates on one organisation's peer and returns the chaincode's answer. The ledger is not changed.
func (n *Network) Evaluate(p Proposal, mspID string) ([]byte, error) {
	prop := n.propose(p)
	n.mu.RLock()
	defer n.mu.RUnlock()
	again := !short() || n.asked.Add(1)%8 == 1
	sim, err := n.mustPeer(mspID).simulate(n, prop, again)
	if err == nil && sim.failed() {
		err = errors.New(sim.message())
	}
	if err != nil {
		return nil, fmt.Errorf("evaluate call to endorser returned error: %w", err)
	}
	return slices.Clone(sim.response.Payload), nil
}

// Endorse simulates on the peer of each named organisation, all at one moment, and puts the endorsed transaction
// together. A wrong list of endorsers is found out at commit only, as in Fabric. Every error of a peer is an
// *EndorseError.
func (n *Network) Endorse(p Proposal, orgs ...string) (*Tx, error) {
	if len(orgs) == 0 {
		return nil, ErrEndorsersNotNamed
	}
	prop := n.propose(p)
	n.mu.RLock()
	defer n.mu.RUnlock()
	refused := &EndorseError{TxID: prop.id}
	var agreed *simulation
	var names []string
	var endorsers [][]byte
	for _, org := range orgs {
		if slices.Contains(names, org) {
			continue
		}
		sim, err := n.endorseAt(org, prop, agreed)
		if err != nil {
			refused.Details = append(refused.Details, Detail{org, err.Error()})
			continue
		}
		agreed = sim
		names = append(names, org)
		endorsers = append(endorsers, n.peers[org].identity.Serialized())
	}
	if len(refused.Details) > 0 {
		return nil, refused
	}
	return newTx(prop, agreed, names, endorsers), nil
}

// endorseAt asks one peer. agreed is what the peers before it computed, nil for the first.
func (n *Network) endorseAt(org string, prop *proposal, agreed *simulation) (*simulation, error) {
	p := n.peers[org]
	if p == nil {
		return nil, fmt.Errorf("failed to find any endorsing peers for org(s): %s", org)
	}
	sim, err := p.simulate(n, prop, !short() || agreed == nil)
	switch {
	case err != nil:
		return nil, err
	case sim.failed():
		return nil, errors.New(sim.message())
	case agreed != nil && string(agreed.payload) != string(sim.payload):
		return nil, errors.New("ProposalResponsePayloads do not match")
	}
	return sim, nil
}

func newTx(prop *proposal, sim *simulation, names []string, endorsers [][]byte) *Tx {
	set := parseResults(sim.results)
	tx := &Tx{
		ID: prop.id, Result: slices.Clone(sim.response.Payload), Endorsers: names, Time: prop.time,
		payload: sim.payload, envelope: prop.envelope(sim.payload, endorsers), set: set, ops: set.operations(), privateHash: set.hashes,
	}
	if sim.event != nil {
		tx.Event = &Event{TxID: tx.ID, Name: sim.event.EventName, Payload: slices.Clone(sim.event.Payload)}
	}
	return tx
}

// Commit puts transactions into one block, in this order, and gives the outcome of each.
func (n *Network) Commit(txs ...*Tx) []Code {
	n.mu.Lock()
	defer n.mu.Unlock()
	codes, _ := n.commit(txs)
	return codes
}

func (n *Network) commit(txs []*Tx) ([]Code, uint64) {
	number := uint64(len(n.blocks))
	codes := n.validate(number, txs)
	var valid []*Tx
	for i, tx := range txs {
		if _, known := n.index[tx.ID]; !known {
			n.index[tx.ID] = status{codes[i], number}
		}
		if codes[i] == Valid {
			valid = append(valid, tx)
			n.history.record(tx, number)
		}
	}
	n.blocks = append(n.blocks, newBlock(number, n.blocks[number-1].Header, txs, codes))
	for _, p := range n.peers {
		if p.paused {
			p.backlog = append(p.backlog, valid)
			continue
		}
		p.height = number + 1
		p.commit(valid, txs)
	}
	close(n.grown)
	n.grown = make(chan struct{})
	return codes, number
}

// Receipt is a committed, valid transaction.
type Receipt struct {
	TxID   string
	Result []byte
	Block  uint64
}

// Submit endorses and commits a transaction alone in a block. The error is an *EndorseError or a *CommitError.
func (n *Network) Submit(p Proposal, orgs ...string) (Receipt, error) {
	tx, err := n.Endorse(p, orgs...)
	if err != nil {
		return Receipt{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	codes, block := n.commit([]*Tx{tx})
	if codes[0] != Valid {
		return Receipt{}, &CommitError{TxID: tx.ID, Code: codes[0], Block: block}
	}
	return Receipt{TxID: tx.ID, Result: tx.Result, Block: block}, nil
}

// Status is the first outcome of a transaction id and its block; found is false while it was never committed.
func (n *Network) Status(txID string) (code Code, block uint64, found bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	s, found := n.index[txID]
	return s.code, s.block, found
}

// Height is the number of blocks, block 0 included.
func (n *Network) Height() uint64 {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return uint64(len(n.blocks))
}

// Block is a copy of a committed block with its validation flags in the metadata, nil beyond the height.
func (n *Network) Block(number uint64) *common.Block {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if number >= uint64(len(n.blocks)) {
		return nil
	}
	return proto.CloneOf(n.blocks[number])
}
