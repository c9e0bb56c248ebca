package memfabric

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// node is the one peer of an organisation with its chaincode process.
type node struct {
	msp       string
	identity  Identity
	chaincode shim.Chaincode

	// Guarded by the network's lock.
	world   world // shared by all peers, but a copy of its own while paused
	private world // plain keys and values of the own implicit collection
	height  uint64
	paused  bool
	backlog [][]*Tx // valid transactions of the blocks missed while paused

	mu        sync.Mutex
	transient map[string]map[string][]byte // transaction id → collection → marshalled private write set
	seen      [][]byte                     // every private write set that was ever in the transient store
	shown     [][]byte                     // every transient value sent to this peer
}

// simulation is what one run of the chaincode yields.
type simulation struct {
	response *peer.Response
	payload  []byte            // proposal response payload: what an endorser signs
	results  []byte            // marshalled public read-write set, part of payload
	private  map[string][]byte // collection → marshalled private write set
	event    *peer.ChaincodeEvent
}

// simulate runs a proposal on this peer, again where asked, and reports a difference as a fault of the test. The network's
// lock is held for reading.
func (p *node) simulate(n *Network, prop *proposal, again bool) (*simulation, error) {
	if err := n.admit(prop.creator); err != nil {
		return nil, fmt.Errorf("error validating proposal: %w", err)
	}
	if seen, ok := n.index[prop.id]; ok && seen.block < p.height {
		return nil, fmt.Errorf("duplicate transaction found [%s]. Creator [%x]", prop.id, prop.creator.Serialized())
	}
	first := p.run(n, prop)
	p.remember(prop, first)
	if !again {
		return first, nil
	}
	if second := p.run(n, prop); !first.equal(second) {
		err := fmt.Errorf("nondeterministic chaincode: two simulations of %s on the peer of %s differ", prop.args[0], p.msp)
		n.fail("%v:\nfirst  %s\nsecond %s", err, first.text(), second.text())
		return nil, err
	}
	return first, nil
}

// short tells of a run with -short, in which not everything is simulated again: only what the first endorser computes, with
// which the others have to agree, and every eighth question. Programs without the flag never save.
var short = sync.OnceValue(func() bool {
	f := flag.Lookup("test.short")
	return f != nil && f.Value.String() == "true"
})

func (p *node) run(n *Network, prop *proposal) *simulation {
	s := newStub(n, p, prop)
	sim := &simulation{response: p.chaincode.Invoke(s), event: s.event}
	if sim.response == nil {
		sim.response = shim.Error("the chaincode gave no response")
	}
	for _, scan := range s.scans {
		a := s.access("")
		a.ranges = append(a.ranges, scan.info(p.world))
	}
	set, private := assemble(n.chaincode, s.accesses)
	sim.results, sim.private = marshal(set), private
	action := &peer.ChaincodeAction{
		Results: sim.results, Response: sim.response, ChaincodeId: &peer.ChaincodeID{Name: n.chaincode, Version: "1"},
	}
	if s.event != nil && !sim.failed() {
		action.Events = marshal(s.event)
	}
	sim.payload = marshal(&peer.ProposalResponsePayload{ProposalHash: prop.hash, Extension: marshal(action)})
	return sim
}

// failed says whether the chaincode gave an answer that a gateway takes for an error.
func (s *simulation) failed() bool {
	return s.response.Status < shim.OK || s.response.Status >= shim.ERRORTHRESHOLD
}

func (s *simulation) message() string {
	return fmt.Sprintf("chaincode response %d, %s", s.response.Status, s.response.Message)
}

func (s *simulation) equal(other *simulation) bool {
	return bytes.Equal(s.payload, other.payload) && maps.EqualFunc(s.private, other.private, bytes.Equal)
}

// text shows a simulation to someone who looks for a difference.
func (s *simulation) text() string {
	set := parseResults(s.results)
	return fmt.Sprintf("%s payload %q\n  event %v\n  set %v\n  private %q",
		s.message(), s.response.Payload, s.event, set, s.private)
}

// remember keeps what a peer keeps of a simulation, whatever its outcome: the private writes go into the transient
// store. The transient values themselves are only noted as shown.
func (p *node) remember(prop *proposal, sim *simulation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(prop.transient)) {
		p.shown = append(p.shown, slices.Clone(prop.transient[name]))
	}
	if len(sim.private) == 0 {
		return
	}
	p.transient[prop.id] = sim.private
	for _, coll := range slices.Sorted(maps.Keys(sim.private)) {
		p.seen = append(p.seen, sim.private[coll])
	}
}

// commit brings the private state to the end of a block and clears the block's transactions from the transient store.
func (p *node) commit(valid, all []*Tx) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own := implicitPrefix + p.msp
	var renewed []string
	for _, tx := range valid {
		plain, here := p.transient[tx.ID][own]
		if !here || !bytes.Equal(hashOf(plain), tx.privateHash[own]) {
			continue
		}
		set := &kvrwset.KVRWSet{}
		unmarshal(plain, set)
		for _, w := range set.Writes {
			p.store(own, w, tx.version)
		}
		for _, m := range set.MetadataWrites {
			renewed = append(renewed, m.Key)
		}
	}
	for _, key := range renewed {
		p.renew(own, key)
	}
	for _, tx := range all {
		delete(p.transient, tx.ID)
	}
}

func (p *node) store(coll string, w *kvrwset.KVWrite, at *kvrwset.Version) {
	if p.private[coll] == nil {
		p.private[coll] = newTable()
	}
	if w.IsDelete {
		p.private[coll].remove(w.Key)
		return
	}
	p.private[coll].put(w.Key, row{value: w.Value, version: at})
}

// renew gives a private value the version of its hash, after a change of its policy alone.
func (p *node) renew(coll, key string) {
	public := p.world.get(slot{coll, hashKey(key)})
	own, ok := p.private.table(coll).rows[key]
	if ok && bytes.Equal(hashOf(own.value), public.value) {
		own.version = public.version
		p.private[coll].put(key, own)
	}
}

// PeerBytes is everything that a member's peer holds on disk, for a search of what it should not have: all blocks
// (proposals without transient data, responses, read-write sets, hashes of private data), the public state, its own
// private values and every private write set of a transaction that it simulated. Values deleted or purged since stay
// in it, as they stay in a real peer's files.
func (n *Network) PeerBytes(mspID string) []byte {
	n.mu.RLock()
	defer n.mu.RUnlock()
	p := n.mustPeer(mspID)
	var all bytes.Buffer
	for _, block := range n.blocks[:p.height] {
		all.Write(marshal(block))
	}
	for _, part := range []world{p.world, p.private} {
		for _, coll := range slices.Sorted(maps.Keys(part)) {
			for _, key := range part[coll].keys {
				all.WriteString(key)
				all.Write(part[coll].rows[key].value)
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, set := range p.seen {
		all.Write(set)
	}
	return all.Bytes()
}

// Shown is every transient value that clients ever sent to this organisation's peer. Nothing of it is stored as
// such, but a dishonest operator could have read it.
func (n *Network) Shown(mspID string) []byte {
	p := n.mustPeer(mspID)
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Join(p.shown, []byte{0})
}

// PrivateData is the committed value of a key in the organisation's own implicit collection, nil if there is none
// (never written, deleted, purged, or lost).
func (n *Network) PrivateData(mspID, key string) []byte {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.Clone(n.mustPeer(mspID).private.table(implicitPrefix + mspID).rows[key].value)
}

// State is the committed value of a public key, nil if there is none.
func (n *Network) State(key string) []byte {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.Clone(n.world.get(slot{key: key}).value)
}

// Pause keeps an organisation's peer at its height: it simulates on old state until Resume.
func (n *Network) Pause(mspID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p := n.mustPeer(mspID); !p.paused {
		p.paused, p.world = true, n.world.clone()
	}
}

// Resume lets a paused peer catch up with all blocks at once.
func (n *Network) Resume(mspID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.mustPeer(mspID)
	if !p.paused {
		return
	}
	p.paused, p.world, p.height = false, n.world, uint64(len(n.blocks))
	for _, valid := range p.backlog {
		p.commit(valid, valid)
	}
	p.backlog = nil
}
