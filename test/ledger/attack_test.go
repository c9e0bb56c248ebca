package ledger_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/answer"
	"portledger/chaincode/fault"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// bait is a chaincode that whoever calls it expects to do something harmless: it passes a call of its own making on to the
// ledger's, which Fabric then shows the caller's certificate and private input.
type bait struct {
	shim.Chaincode
	call []string
}

func (b bait) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	return b.Chaincode.Invoke(passed{stub, b.call})
}

// passed is what a chaincode sees that another one called: the call's arguments, and all else as its sender sent it.
type passed struct {
	shim.ChaincodeStubInterface
	call []string
}

func (p passed) GetArgs() [][]byte {
	var args [][]byte
	for _, a := range p.call {
		args = append(args, []byte(a))
	}
	return args
}

func (p passed) GetStringArgs() []string                      { return p.call }
func (p passed) GetFunctionAndParameters() (string, []string) { return p.call[0], p.call[1:] }
func (p passed) GetArgsSlice() ([]byte, error)                { return []byte(strings.Join(p.call, "")), nil }

func TestAnotherChaincodeCannotActForTheCaller(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	theft := []string{"bill:Act", "transfer", text(fields{"id": id, "to": w.Party["bank"]})}
	ask := w.Person["shipper"].Proposal("weather:Tomorrow", []string{"XMN"}, map[string][]byte{"salt": []byte(world.Salt())})
	for _, call := range [][]string{theft, {"bill:Read", id}, {"bill:Acts", id}, {"bill:Prepare", theft[1], theft[2]}, {"org:Ping", "PortMSP"}} {
		var restores []func()
		for _, org := range []string{carrierOrg, portOrg, bankOrg} {
			restores = append(restores, w.Net.WithChaincode(org, bait{world.Chaincode(org, w.Net.Now), call}))
		}
		_, err := w.Net.Endorse(ask, carrierOrg, portOrg, bankOrg)
		w.Refusal(fault.NotDirect, err)
		_, err = w.Net.Evaluate(ask, portOrg)
		w.Refusal(fault.NotDirect, err)
		for _, restore := range restores {
			restore()
		}
	}
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
}

// TestARehearsalSubmittedChangesNothing: what is meant to be asked can be ordered as well, and then writes nothing at all.
func TestARehearsalSubmittedChangesNothing(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	before := billOf(w, id)
	for _, call := range [][]string{
		{"bill:Prepare", "transfer", text(fields{"id": id, "to": w.Party["bank"]})}, {"bill:Prepare", "surrender", text(fields{"id": id})},
		{"bill:Read", id}, {"bill:History", id}, {"bill:Acts", id}, {"party:Read", w.Party["shipper"]},
	} {
		proposal := w.Person["shipper"].Proposal(call[0], call[1:], question(map[string][]byte{"salt": []byte(world.Salt())}))
		tx, err := w.Net.Endorse(proposal, portOrg)
		require.NoError(t, err, call)
		require.Nil(t, tx.Event, call)
		w.Net.Commit(tx) // valid or not
		_, err = w.Net.Endorse(proposal, portOrg, carrierOrg)
		w.Refusal(fault.WrongParty, err)
	}
	require.Equal(t, before, billOf(w, id))
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "") // at the version that it had
}

// question is private input with a key for the answer.
func question(private map[string][]byte) map[string][]byte {
	return answer.Under(bytes.Repeat([]byte{7}, answer.KeyBytes), private)
}

// TestAQuestionSubmittedTellsNobodyAnything: an answer that is ordered by mistake stands in the block for every member for ever. Sealed
// under a key that came privately, it is of no use there; and without a key there is no answer.
func TestAQuestionSubmittedTellsNobodyAnything(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "party", "mark-four-eyes", fields{"id": w.Party["shipper"], "acts": []string{"bill/transfer"}}, "")
	transfer := text(fields{"id": id, "to": w.Party["bank"]})
	number := "OEDL26XMN" // the beginning of every bill's number here
	for _, call := range [][]string{{"bill:Read", id}, {"bill:History", id}, {"bill:Acts", id}, {"bill:Prepare", "endorse-to-order", transfer},
		{"party:Read", w.Party["shipper"]}, {"approval:List"}, {"org:Prepare", "publish-calendar", "{}"}} {
		open, err := w.Person["shipper"].Evaluate(call[0], call[1:], nil)
		ask := func(private map[string][]byte) error {
			tx, err := w.Net.Endorse(w.Person["shipper"].Proposal(call[0], call[1:], private), portOrg)
			if err == nil {
				w.Net.Commit(tx)
				require.NotContains(t, string(tx.Result), "{", call)
			}
			return err
		}
		if err != nil { // refused either way
			require.Error(t, ask(question(nil)), call)
			continue
		}
		require.NotEmpty(t, open)
		require.NoError(t, ask(question(nil)), call)
		for _, key := range [][]byte{nil, {}, make([]byte, answer.KeyBytes-1), make([]byte, answer.KeyBytes+1)} {
			f := w.Refusal(fault.PrivateInputMissing, ask(answer.Under(key, nil)))
			require.Equal(t, answer.Input, f.Args["name"])
		}
		w.Refusal(fault.PrivateInputMissing, ask(nil))
	}
	read, err := w.Person["shipper"].Evaluate("bill:Read", []string{id}, nil)
	require.NoError(t, err)
	require.Contains(t, string(read), number, "the asker reads it")
	require.NotContains(t, string(publicOf(w)), number)
}

// TestTransientFieldsNobodyAskedForChangeNothing: private input under names that mean something elsewhere.
func TestTransientFieldsNobodyAskedForChangeNothing(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	request := fields{"id": id, "to": w.Party["buyer"]}
	proposal, plan, err := w.Rehearse("shipper", "bill", "transfer", request, "", world.Salt())
	require.NoError(t, err)
	for _, extra := range []map[string][]byte{
		{"party": []byte(w.Party["line"])}, {"actor": []byte(w.Party["line"])}, {"settings": []byte(`{}`)}, {"guardians": []byte(`["BankMSP"]`)},
		{"now": []byte("2020-01-01T00:00:00Z")}, {"content/" + id + "x": []byte("x")}, {"": []byte("x")}, {strings.Repeat("n", 9000): make([]byte, 100<<10)},
	} {
		for name, value := range proposal.Transient {
			extra[name] = value
		}
		with := proposal
		with.Transient = extra
		plain, err := w.Net.Endorse(proposal, plan.Endorsers...)
		require.NoError(t, err)
		odd, err := w.Net.Endorse(with, plan.Endorsers...)
		require.NoError(t, err)
		require.Equal(t, plain.Result, odd.Result)
		require.Equal(t, plan.Endorsers, odd.Endorsers)
	}
	// A thief who leaves out or swaps what a rehearsal attached is refused by whoever can tell.
	for name := range plan.Attach {
		swapped := map[string][]byte{}
		for n, value := range proposal.Transient {
			swapped[n] = value
		}
		swapped[name] = []byte(`{"salt":"","content":"{}"}`)
		with := proposal
		with.Transient = swapped
		_, err := w.Net.Endorse(with, plan.Endorsers...)
		require.Error(t, err, name)
	}
	w.Refused(fault.NotFound, "shipper", "bill", "transfer", fields{"id": "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa", "to": w.Party["buyer"]}, "")
}

// TestTheChaincodeOffersTheseFunctionsAndNoOther: what a contract type exports can be called by anybody.
func TestTheChaincodeOffersTheseFunctionsAndNoOther(t *testing.T) {
	w := world.New(t)
	stranger := w.Person["trucker"]
	answer, err := w.Net.Evaluate(stranger.Proposal("org.hyperledger.fabric:GetMetadata", nil, nil), portOrg)
	require.NoError(t, err)
	var metadata struct {
		Contracts map[string]struct {
			Transactions []struct{ Name string }
		}
	}
	require.NoError(t, json.Unmarshal(answer, &metadata))
	document := []string{"Act", "Prepare", "Read", "History", "Acts"}
	want := map[string][]string{"org": {"Act", "Prepare", "Ping"}, "approval": {"Act", "Prepare", "Read", "List"}, "bill": append([]string{"Prove", "PrepareRadar", "Radar"}, document...), "org.hyperledger.fabric": {"GetMetadata"}}
	for _, family := range []string{"guarantee", "release", "interchange", "facility", "exchange", "leg", "party", "mandate", "presentation"} {
		want[family] = document
	}
	got := map[string][]string{}
	for name, c := range metadata.Contracts {
		for _, transaction := range c.Transactions {
			got[name] = append(got[name], transaction.Name)
		}
	}
	require.Len(t, got, len(want))
	for name, functions := range want {
		require.ElementsMatch(t, functions, got[name], name)
	}
	height := w.Net.Height()
	for _, function := range []string{"", ":", "Init", "init", "bill:", "bill:Init", "bill:GetName", "bill:GetInfo", "bill:perform", "bill:act", "bill:Upgrade", "Bill:Act", "bill:Act:Act",
		"org.hyperledger.fabric:Act", "org.hyperledger.fabric:GetMetadata2", "_lifecycle:CommitChaincodeDefinition", "bill:GetUnknownTransaction", "\x00", strings.Repeat("f", 10000)} {
		_, err := w.Net.Endorse(stranger.Proposal(function, nil, nil), portOrg, carrierOrg)
		var refused *memfabric.EndorseError
		require.ErrorAs(t, err, &refused, function)
	}
	require.Equal(t, height, w.Net.Height())
}
