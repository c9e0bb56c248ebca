// Package world sets up the trade's people on an in-memory Fabric that runs the real contracts: the four organisations,
// their parties and one person for each. Tests act as those people.
package world

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
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
	"terminal": {Terminal, "TERMINAL"}, "depot": {Terminal, "DEPOT"},
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
	Person map[string]memfabric.Client
}

// Chaincode is the real contract of one organisation's peer.
func Chaincode(msp string, now func() time.Time) shim.Chaincode {
	cc, err := contract.New(contract.Config{Org: msp, Now: now})
	if err != nil {
		panic(err)
	}
	return cc
}

// New sets up a world in which every organisation has joined and every party is registered.
func New(tb TB) *World {
	tb.Helper()
	w := &World{TB: tb, Net: memfabric.New(tb, memfabric.Config{Chaincode: Chaincode}),
		Party: map[string]string{}, Person: map[string]memfabric.Client{}}
	for _, org := range []string{Carrier, Terminal, Bank, Port} {
		w.join(org)
	}
	for _, name := range []string{"line", "line2", "terminal", "depot", "bank", "shipper", "buyer", "forwarder", "trucker", "trucker2", "customs"} {
		w.Enter(name, members[name].org, members[name].role)
	}
	return w
}

func (w *World) join(org string) {
	registrar := w.Net.Client(w.Net.Enrol(org, opaque(), "client", map[string]string{"portledger.registrar": "true"}))
	w.Person[org] = registrar
	body := `{"secret":"` + hex.EncodeToString(randomBytes(32)) + `","trust":{"customs":["PortMSP"]}}`
	w.Must(org, "org", "join", Fields{}, body)
}

// Enter registers a party of an organisation and enrols one person of the same name.
func (w *World) Enter(name, org, role string) {
	w.TB.Helper()
	witness := Carrier
	if org == Carrier {
		witness = Port
	}
	done := w.Must(org, "party", "register", Fields{"roles": []string{role}, "witness": witness}, "")
	w.Party[name] = done.ID
	w.Must(org, "party", "describe", Fields{"id": done.ID}, Fixture("party-"+name))
	w.Person[name] = w.Net.Client(w.Net.Enrol(org, opaque(), "client",
		map[string]string{"portledger.party": done.ID, "portledger.roles": role}))
}

// Fields are the public part of a request.
type Fields map[string]any

// Try makes an act as a person of the party name, in both steps: rehearsal, then transaction.
func (w *World) Try(name, family, act string, request Fields, content string) (contract.Outcome, error) {
	return w.TrySalted(name, family, act, request, content, hex.EncodeToString(randomBytes(32)))
}

// TrySalted is Try with a given salt.
func (w *World) TrySalted(name, family, act string, request Fields, content, salt string) (contract.Outcome, error) {
	body, _ := json.Marshal(request)
	args := []string{act, string(body)}
	transient := map[string][]byte{"salt": []byte(salt)}
	if content != "" {
		transient["content"] = []byte(content)
	}
	client := w.Person[name]
	answer, err := client.Evaluate(family+":Prepare", args, transient)
	if err != nil {
		return contract.Outcome{}, err
	}
	var plan contract.Plan
	if err := json.Unmarshal(answer, &plan); err != nil {
		return contract.Outcome{}, err
	}
	for name, value := range plan.Attach {
		transient[name] = value
	}
	receipt, err := client.Submit(family+":Act", args, transient, plan.Endorsers...)
	if err != nil {
		return contract.Outcome{}, err
	}
	var done contract.Outcome
	return done, json.Unmarshal(receipt.Result, &done)
}

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
	require.Error(w.TB, err, "%s %s %s", name, act, family)
	f, ok := fault.Parse(err.Error())
	require.True(w.TB, ok, err)
	require.Equal(w.TB, code, f.Code, f)
	return f
}

// Read reads a document as a person of the party name.
func (w *World) Read(name, family, id string, into any) {
	w.TB.Helper()
	answer, err := w.Person[name].Evaluate(family+":Read", []string{id}, nil)
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
