// Package world sets up the trade's people on an in-memory Fabric that runs the real contracts: the four organisations,
// their parties and one person for each. Tests act as those people.
package world

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/memfabric"
)

// The organisations.
const (
	Carrier  = "CarrierMSP"
	Terminal = "TerminalMSP"
	Bank     = "BankMSP"
	Port     = "PortMSP"
)

// member is a party and its one person.
type member struct{ org, role string }

var members = map[string]member{
	"line": {Carrier, "CARRIER"}, "line2": {Carrier, "CARRIER"},
	"terminal": {Terminal, "TERMINAL"}, "depot": {Terminal, "DEPOT"}, "rail": {Terminal, "RAIL"},
	"bank":    {Bank, "BANK"},
	"shipper": {Port, "SHIPPER"}, "buyer": {Port, "CONSIGNEE"}, "forwarder": {Port, "FORWARDER"},
	"trucker": {Port, "TRUCKER"}, "trucker2": {Port, "TRUCKER"}, "customs": {Port, "CUSTOMS"},
}

// TB is what a test or a property gives.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	FailNow()
}

// World is a network with its people.
type World struct {
	TB     TB
	Net    *memfabric.Network
	Party  map[string]string
	Person map[string]Client
	// Mandate is what everybody acts under, empty when they act for themselves; set it with Under.
	Mandate string
	// Approval is what everybody names for four eyes, empty when they act alone; see eyes.go.
	Approval string
}

// Under lets what happens in act happen under a mandate.
func (w *World) Under(mandate string, act func()) {
	w.Mandate = mandate
	defer func() { w.Mandate = "" }()
	act()
}

// Role is the one role of a party.
func Role(name string) lifecycle.Role { return lifecycle.Role(members[name].role) }

// Names are the parties, in the order in which they are registered.
var Names = []string{"line", "line2", "terminal", "depot", "rail", "bank", "shipper", "buyer", "forwarder", "trucker", "trucker2", "customs"}

// New sets up a world in which every organisation has joined and every party is registered. Further organisations (MSP
// ids) join as well, without parties.
func New(tb TB, further ...string) *World { return NewWith(tb, nil, further...) }

// NewWith is New with further members of organisations' settings, by MSP id, or by it and "/trust" of whom they trust: JSON that begins
// with a comma. Every world is a copy of one that was set up once in a test run.
func NewWith(tb TB, settings map[string]string, further ...string) *World {
	tb.Helper()
	first := template(settings, further)
	w := &World{TB: tb, Net: first.Net.Clone(tb, Chaincode), Party: maps.Clone(first.Party), Person: maps.Clone(first.Person)}
	for name, person := range w.Person {
		person.Network = w.Net
		w.Person[name] = person
	}
	return w
}

var templates struct {
	sync.Mutex
	made map[string]*World
}

func template(settings map[string]string, further []string) *World {
	templates.Lock()
	defer templates.Unlock()
	which := fmt.Sprint(settings, further) // maps print in the order of their keys
	if templates.made[which] == nil {
		if templates.made == nil {
			templates.made = map[string]*World{}
		}
		templates.made[which] = setUp(settings, further)
	}
	return templates.made[which]
}

func setUp(settings map[string]string, further []string) *World {
	orgs := append([]string{Carrier, Terminal, Bank, Port}, further...)
	w := &World{TB: loud{}, Net: memfabric.New(nil, memfabric.Config{Chaincode: Chaincode, Organisations: orgs}),
		Party: map[string]string{}, Person: map[string]Client{}}
	for _, org := range orgs {
		w.join(org, settings[org], settings[org+"/trust"])
	}
	for _, name := range Names {
		w.Enter(name, members[name].org, members[name].role)
	}
	return w
}

// loud is what stands for the test while no test is running yet: every failure is a fault of the setting.
type loud struct{}

func (loud) Helper()                           {}
func (loud) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (loud) FailNow()                          { panic("the world cannot be set up") }

func (w *World) join(org, settings, trust string) {
	w.Person[org] = Client{w.Net.Client(w.Net.Enrol(org, opaque(), "client", map[string]string{"portledger.registrar": "true"}))}
	if org == Carrier {
		trust += `,"guardians":["` + Bank + `","` + Port + `","` + Terminal + `"]`
	}
	body := `{"secret":"` + hex.EncodeToString(randomBytes(32)) + `","trust":{"customs":["PortMSP"]` + trust + `}` + settings + `}`
	w.Must(org, "org", "join", Fields{}, body)
}

// Enter registers a party of an organisation and enrols one person of the same name.
func (w *World) Enter(name, org, role string) {
	w.TB.Helper()
	w.Register(name, org, false, role)
	w.Must(org, "party", "describe", Fields{"id": w.Party[name]}, Fixture("party-"+name))
}

// Register registers a party with these roles and enrols one person of the same name who has them all. Nothing more is
// told of the party.
func (w *World) Register(name, org string, autoAccept bool, roles ...string) {
	w.TB.Helper()
	witness := Carrier
	if org == Carrier {
		witness = Port
	}
	request := Fields{"roles": roles, "witness": witness, "autoAccept": autoAccept}
	if name == "buyer" { // as in network.yaml
		request["aeoStatus"] = "ADVANCED"
	}
	done := w.Must(org, "party", "register", request, "")
	w.Party[name] = done.ID
	w.Enrol(name, org, done.ID, roles...)
}

// Enrol gives a person of an organisation a certificate that says it acts for a party with these roles.
func (w *World) Enrol(name, org, party string, roles ...string) {
	w.Person[name] = Client{w.Net.Client(w.Net.Enrol(org, opaque(), "client",
		map[string]string{"portledger.party": party, "portledger.roles": strings.Join(roles, ",")}))}
}

// Fields are the public part of a request.
type Fields map[string]any

// Try makes an act as a person of the party name, in both steps: rehearsal, then transaction.
func (w *World) Try(name, family, act string, request Fields, content string) (contract.Outcome, error) {
	return w.TrySalted(name, family, act, request, content, Salt())
}

// TrySalted is Try with a given salt.
func (w *World) TrySalted(name, family, act string, request Fields, content, salt string) (contract.Outcome, error) {
	said := w.promised(name, family, act, request)
	proposal, plan, err := w.Rehearse(name, family, act, request, content, salt)
	w.kept(said, name, act, err)
	if err != nil {
		return contract.Outcome{}, err
	}
	receipt, err := w.Net.Submit(proposal, plan.Endorsers...)
	if err != nil {
		return contract.Outcome{}, err
	}
	var done contract.Outcome
	return done, json.Unmarshal(receipt.Result, &done)
}

// Rehearse is the first step of an act: it answers the transaction to be sent, with its private input complete, and the
// plan, whose endorsers it goes to.
func (w *World) Rehearse(name, family, act string, request Fields, content, salt string) (memfabric.Proposal, contract.Plan, error) {
	body, err := json.Marshal(request)
	require.NoError(w.TB, err)
	transient := map[string][]byte{}
	if salt != "" {
		transient["salt"] = []byte(salt)
	}
	if content != "" {
		transient["content"] = []byte(w.filledIn(family, content))
	}
	if w.Mandate != "" {
		transient["mandate"] = []byte(w.Mandate)
	}
	if w.Approval != "" {
		transient["approval"] = []byte(w.Approval)
	}
	proposal := w.Person[name].Proposal(family+":Prepare", []string{act, string(body)}, transient)
	var plan contract.Plan
	answer, err := Ask(w.Net, proposal, w.Person[name].MSP)
	if err != nil {
		return proposal, plan, err
	}
	require.NoError(w.TB, json.Unmarshal(answer, &plan))
	for name, value := range plan.Attach {
		transient[name] = value
	}
	proposal.Args[0] = family + ":Act"
	return proposal, plan, nil
}

// Endorsed makes an act up to its endorsed transaction, which is not committed yet.
func (w *World) Endorsed(name, family, act string, request Fields, content string) *memfabric.Tx {
	w.TB.Helper()
	proposal, plan, err := w.Rehearse(name, family, act, request, content, Salt())
	require.NoError(w.TB, err)
	tx, err := w.Net.Endorse(proposal, plan.Endorsers...)
	require.NoError(w.TB, err)
	return tx
}

// Salt makes a fresh salt.
func Salt() string { return hex.EncodeToString(randomBytes(32)) }

// Must is Try that has to succeed.
func (w *World) Must(name, family, act string, request Fields, content string) contract.Outcome {
	w.TB.Helper()
	done, err := w.Try(name, family, act, request, content)
	require.NoError(w.TB, err, "%s %s %s", name, act, family)
	return done
}

// Refused is Try that has to be refused with code.
func (w *World) Refused(code fault.Code, name, family, act string, request Fields, content string) *fault.Fault {
	w.TB.Helper()
	_, err := w.Try(name, family, act, request, content)
	return w.Refusal(code, err)
}

// Refusal is the fault inside an error, which has to be there and have this code.
func (w *World) Refusal(code fault.Code, err error) *fault.Fault {
	w.TB.Helper()
	require.Error(w.TB, err, "%s expected", code)
	f, ok := fault.Parse(err.Error())
	require.True(w.TB, ok, err)
	require.Equal(w.TB, code, f.Code, f)
	return f
}

// Read reads a document as a person of the party name.
func (w *World) Read(name, family, id string, into any) {
	w.TB.Helper()
	var transient map[string][]byte
	if w.Mandate != "" {
		transient = map[string][]byte{"mandate": []byte(w.Mandate)}
	}
	answer, err := w.Person[name].Evaluate(family+":Read", []string{id}, transient)
	require.NoError(w.TB, err)
	require.NoError(w.TB, json.Unmarshal(answer, into))
}

// State is a document's state.
func (w *World) State(family, id string) string {
	w.TB.Helper()
	var view struct {
		Control struct{ State string } `json:"control"`
	}
	w.Read("line", family, id, &view)
	return view.Control.State
}

func opaque() string { return "u-" + hex.EncodeToString(randomBytes(8)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return b
}
