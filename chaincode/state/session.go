// Package state is one transaction's view of the ledger: records and private pieces are read once, changes are gathered,
// and all of them are written at the end or none is.
//
// It keeps three books that the rules should not have to think about: which organisations must endorse, which private
// input has to travel with the transaction, and what the one event says. It knows keys and policies, not the trade.
package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"portledger/chaincode/fault"
)

// SkewMax is how far a transaction's time may be from an endorser's clock. Deadlines are decided by the transaction's
// time, which is the client's claim, so the claim must be close to the truth.
const SkewMax = 5 * time.Minute

// Session is one transaction. It is not safe for concurrent use.
type Session struct {
	Stub shim.ChaincodeStubInterface
	// Self is the organisation whose peer runs this; Dry is set for a rehearsal that writes nothing.
	Self string
	Dry  bool
	// At is the transaction's time, Tx its id.
	At time.Time
	Tx string

	transient map[string][]byte
	attach    map[string][]byte
	seen      *seen
	public    map[string]*entry
	private   map[piece][]byte
	purged    map[piece]bool
	endorsers map[string]bool
	events    []Touched
}

type entry struct {
	value         []byte
	before, after []string
	guard         *guard
	born, dirty   bool
}

type piece struct{ org, key string }

// Touched is what the transaction's event says of one record: ids, codes and states only.
type Touched struct {
	Family  string   `json:"family"`
	ID      string   `json:"id"`
	State   string   `json:"state"`
	Version int      `json:"version"`
	Act     string   `json:"act"`
	Parties []string `json:"parties"`
}

// Event is the name of the one event a transaction has.
const Event = "portledger"

// Open starts a session at peer organisation self, whose clock reads now. It refuses a transaction that claims another
// time (clock-skew), and one that another chaincode passed on (not-direct).
func Open(stub shim.ChaincodeStubInterface, self string, dry bool, now time.Time) (*Session, error) {
	claimed, err := stub.GetTxTimestamp()
	if err != nil {
		return nil, fmt.Errorf("read transaction time: %w", err)
	}
	at := claimed.AsTime()
	if at.Sub(now).Abs() > SkewMax {
		return nil, fault.New(fault.ClockSkew, "limit", SkewMax.String())
	}
	if err := direct(stub); err != nil {
		return nil, err
	}
	transient, err := stub.GetTransient()
	if err != nil {
		return nil, fmt.Errorf("read transient input: %w", err)
	}
	return &Session{
		Stub: stub, Self: self, Dry: dry, At: at, Tx: stub.GetTxID(), transient: transient, seen: newSeen(),
		attach: map[string][]byte{}, public: map[string]*entry{}, private: map[piece][]byte{},
		purged: map[piece]bool{}, endorsers: map[string]bool{},
	}, nil
}

// NewID makes an unguessable id for a document that this transaction gives birth to. n tells several apart.
func (s *Session) NewID(prefix string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d", prefix, s.Tx, n))
	return prefix + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:26]
}

// Get reads a record into v, with this transaction's own changes; found is false when there is none.
func (s *Session) Get(key string, v any) (found bool, err error) {
	e, err := s.entry(key)
	if err != nil || e.value == nil {
		return false, err
	}
	if err := json.Unmarshal(e.value, v); err != nil {
		return false, fmt.Errorf("decode record: %w", err)
	}
	return true, nil
}

func (s *Session) entry(key string) (*entry, error) {
	if e := s.public[key]; e != nil {
		return e, nil
	}
	value, err := once(s.seen.records, key, func() ([]byte, error) { return s.Stub.GetState(key) })
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	e := &entry{value: value, born: value == nil}
	s.public[key] = e
	return e, nil
}

// Put changes a record that relied on the organisations before (none for a new one) and relies on those of after.
func (s *Session) Put(key string, v any, before, after []string) error {
	e, err := s.entry(key)
	if err != nil {
		return err
	}
	value, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if !e.dirty {
		e.before = before
	}
	e.value, e.after, e.dirty = value, after, true
	for _, org := range before {
		s.endorsers[org] = true
	}
	return nil
}

// Drop removes a record that relied on the organisations before.
func (s *Session) Drop(key string, before []string) error {
	e, err := s.entry(key)
	if err != nil {
		return err
	}
	e.value, e.before, e.after, e.dirty = nil, before, nil, true
	for _, org := range before {
		s.endorsers[org] = true
	}
	return nil
}

// Touch adds a record to the transaction's event; a record touched twice is told once, as it ended.
func (s *Session) Touch(t Touched) {
	i := slices.IndexFunc(s.events, func(o Touched) bool { return o.Family == t.Family && o.ID == t.ID })
	if i >= 0 {
		s.events[i] = t
		return
	}
	s.events = append(s.events, t)
}

// Close writes everything, in an order that depends on nothing but the keys. A rehearsal writes nothing.
func (s *Session) Close() error {
	if err := s.born(); err != nil || s.Dry {
		return err
	}
	if err := s.agreed(); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(s.public)) {
		if err := s.write(key, s.public[key]); err != nil {
			return err
		}
	}
	if err := s.closePrivate(); err != nil {
		return err
	}
	if len(s.events) == 0 {
		return nil
	}
	body, err := json.Marshal(map[string][]Touched{"records": s.events})
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	return s.Stub.SetEvent(Event, body)
}

func (s *Session) write(key string, e *entry) error {
	if !e.dirty {
		return nil
	}
	if e.value == nil {
		if err := s.Stub.DelState(key); err != nil {
			return fmt.Errorf("remove record: %w", err)
		}
		return nil
	}
	if err := s.Stub.PutState(key, e.value); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	if e.guard != nil {
		policy, err := e.guard.policy()
		if err != nil {
			return err
		}
		return s.validate(key, policy)
	}
	if slices.Equal(sorted(e.before), sorted(e.after)) {
		return nil
	}
	policy, err := policyOf(e.after)
	if err != nil {
		return err
	}
	return s.validate(key, policy)
}

func (s *Session) validate(key string, policy []byte) error {
	if err := s.Stub.SetStateValidationParameter(key, policy); err != nil {
		return fmt.Errorf("set endorsement policy: %w", err)
	}
	return nil
}

// born checks that a new public key gets the two endorsements that the chaincode's own policy asks for.
func (s *Session) born() error {
	newborn := func(key string) bool { return s.public[key].dirty && s.public[key].born }
	if len(s.endorsers) < 2 && slices.ContainsFunc(slices.Collect(maps.Keys(s.public)), newborn) {
		return fault.New(fault.OneOrganisation)
	}
	return nil
}

// agreed checks the endorsers that a sender named without a rehearsal, where it says whom it named (private input
// "endorsers", MSP ids sorted, a space between): its own peer, which is asked first, refuses a wrong guess before any other
// organisation sees the transaction.
func (s *Session) agreed() error {
	named := s.transient["endorsers"]
	if named == nil || string(named) == strings.Join(s.Endorsers(), " ") {
		return nil
	}
	return fault.New(fault.PrivateInputMissing, "name", "endorsers")
}

// Endorsers are the organisations that must endorse, and no other may: those and only those see the private input.
func (s *Session) Endorsers() []string { return slices.Sorted(maps.Keys(s.endorsers)) }

// Endorse adds an organisation that must endorse although nothing of its own is written.
func (s *Session) Endorse(org string) { s.endorsers[org] = true }

// Attach is the private input that a rehearsal on the caller's own peer found to be missing from the transaction.
func (s *Session) Attach() map[string][]byte { return s.attach }

// Input is private input by name, nil when it did not come.
func (s *Session) Input(name string) []byte { return s.transient[name] }

// Supply is private input that the caller's own organisation holds or can make: a rehearsal makes it with own and adds
// it to Attach; the transaction itself must bring it, so that all endorsers work on the same bytes.
func (s *Session) Supply(name string, own func() ([]byte, error)) ([]byte, error) {
	if value := s.transient[name]; value != nil {
		return value, nil
	}
	if value := s.attach[name]; value != nil {
		return value, nil
	}
	missing := fault.New(fault.PrivateInputMissing, "name", name)
	if !s.Dry {
		return nil, missing
	}
	value, err := own()
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, missing
	}
	s.attach[name] = value
	return value, nil
}

func sorted(orgs []string) []string { return slices.Compact(slices.Sorted(slices.Values(orgs))) }

func policyOf(orgs []string) ([]byte, error) {
	ep, err := statebased.NewStateEP(nil)
	if err != nil {
		return nil, fmt.Errorf("make endorsement policy: %w", err)
	}
	if err := ep.AddOrgs(statebased.RoleTypePeer, sorted(orgs)...); err != nil {
		return nil, fmt.Errorf("make endorsement policy: %w", err)
	}
	policy, err := ep.Policy()
	if err != nil {
		return nil, fmt.Errorf("make endorsement policy: %w", err)
	}
	return policy, nil
}

func sameHash(value, hash []byte) bool {
	sum := sha256.Sum256(value)
	return bytes.Equal(sum[:], hash)
}

// Fingerprint is the hex SHA-256 of some bytes.
func Fingerprint(value []byte) string {
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:])
}
