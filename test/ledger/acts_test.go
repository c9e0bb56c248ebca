package ledger_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// Acts tells what may be done, why not, and who could help. It must never say anything else than what an attempt gets.

// possibilities asks as a person of the party name.
func possibilities(w *world.World, name, family, id string) contract.Possibilities {
	w.TB.Helper()
	answer, err := w.Person[name].Evaluate(family+":Acts", []string{id}, nil)
	require.NoError(w.TB, err)
	var all contract.Possibilities
	require.NoError(w.TB, json.Unmarshal(answer, &all))
	return all
}

// possible is what is said of one act.
func possible(w *world.World, name, family, id string, act lifecycle.Act, line int) contract.Possible {
	w.TB.Helper()
	acts := possibilities(w, name, family, id).Acts
	i := slices.IndexFunc(acts, func(p contract.Possible) bool { return p.Act == act && p.Line == line })
	require.GreaterOrEqual(w.TB, i, 0, act)
	return acts[i]
}

func TestActsTellWhoCouldHelp(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	require.True(t, possible(w, "shipper", "bill", id, bill.Transfer, 0).Allowed)
	foreign := possible(w, "bank", "bill", id, bill.Transfer, 0)
	require.Equal(t, fault.WrongParty, foreign.Fault.Code)
	require.Equal(t, []lifecycle.Way{{By: "holder", Party: w.Party["shipper"], Act: bill.Transfer}}, foreign.Ways)

	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	open := possible(w, "shipper", "bill", id, bill.Surrender, 0)
	require.Equal(t, fault.OfferOpen, open.Fault.Code)
	require.NotEmpty(t, open.Fault.Help(true))
	require.Equal(t, "交还提货", open.Chinese)
	require.Equal(t, contract.Outcome{Family: "bill", ID: id, State: "ISSUED", Version: 4}, possibilities(w, "shipper", "bill", id).Outcome)
}

func TestALineWaitsForItsOrder(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	waits := possible(w, "buyer", "release", order, "delegate", 2)
	require.Equal(t, 2, waits.Line)
	require.Contains(t, []fault.Code{fault.WrongState, fault.WrongParty}, waits.Fault.Code)
	w.AcceptedRelease(order)
	require.True(t, possible(w, "buyer", "release", order, "delegate", 2).Allowed)
}

// Another organisation's peer answers nobody: what is private to its people decides some acts.
func TestActsAreAskedAtHome(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	p := w.Person["bank"].Proposal("bill:Acts", []string{id}, nil)
	_, err := w.Net.Evaluate(p, carrierOrg)
	w.Refusal(fault.WrongParty, err)
	_, err = w.Person["bank"].Evaluate("bill:Acts", []string{"bl-none"}, nil)
	w.Refusal(fault.NotFound, err)
}

// reads counts what a chaincode asks its peer for, by function and key.
type reads struct {
	shim.Chaincode
	last map[string]int
}

// Invoke runs the chaincode on a stub that counts.
func (r *reads) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	r.last = map[string]int{}
	return r.Chaincode.Invoke(counting{stub, r.last})
}

type counting struct {
	shim.ChaincodeStubInterface
	seen map[string]int
}

func (c counting) GetState(key string) ([]byte, error) {
	c.seen["state "+key]++
	return c.ChaincodeStubInterface.GetState(key)
}

func (c counting) GetPrivateData(collection, key string) ([]byte, error) {
	c.seen["piece "+collection+" "+key]++
	return c.ChaincodeStubInterface.GetPrivateData(collection, key)
}

func (c counting) GetPrivateDataHash(collection, key string) ([]byte, error) {
	c.seen["hash "+collection+" "+key]++
	return c.ChaincodeStubInterface.GetPrivateDataHash(collection, key)
}

// A question to the peer is a journey between processes. Thirty acts on many lines must not make it again and again.
func TestAskingForAllActsReadsNothingTwice(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	for _, name := range []string{"line", "terminal", "buyer"} {
		counted := &reads{Chaincode: world.Chaincode(w.Person[name].MSP, w.Net.Now)}
		restore := w.Net.WithChaincode(w.Person[name].MSP, counted)
		possibilities(w, name, "release", order)
		restore()
		for what, times := range counted.last {
			require.Equal(t, 1, times, "%s reads %s", name, what)
		}
		require.NotEmpty(t, counted.last)
	}
}
