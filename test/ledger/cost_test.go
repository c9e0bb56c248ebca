package ledger_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/test/world"
)

// An act must cost the same on a bill with 3 and with 300 past acts: what a record keeps of its past is one hash.

// cost is what one act asks of a peer.
type cost struct{ reads, hashes, pieces, writes, policies, other int }

// meter measures the last call of a chaincode.
type meter struct {
	shim.Chaincode
	last  cost
	bytes map[string]int // of what was written, by key
}

// Invoke runs the chaincode on a stub that measures.
func (m *meter) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	m.last, m.bytes = cost{}, map[string]int{}
	return m.Chaincode.Invoke(metered{stub, &m.last, m.bytes})
}

type metered struct {
	shim.ChaincodeStubInterface
	spent *cost
	bytes map[string]int
}

func (m metered) GetState(key string) ([]byte, error) {
	m.spent.reads++
	return m.ChaincodeStubInterface.GetState(key)
}

func (m metered) GetPrivateDataHash(collection, key string) ([]byte, error) {
	m.spent.hashes++
	return m.ChaincodeStubInterface.GetPrivateDataHash(collection, key)
}

func (m metered) GetPrivateData(collection, key string) ([]byte, error) {
	m.spent.pieces++
	return m.ChaincodeStubInterface.GetPrivateData(collection, key)
}

func (m metered) PutState(key string, value []byte) error {
	m.spent.writes++
	m.bytes[key] = len(value)
	return m.ChaincodeStubInterface.PutState(key, value)
}

func (m metered) PutPrivateData(collection, key string, value []byte) error {
	m.spent.writes++
	return m.ChaincodeStubInterface.PutPrivateData(collection, key, value)
}

func (m metered) SetStateValidationParameter(key string, policy []byte) error {
	m.spent.policies++
	return m.ChaincodeStubInterface.SetStateValidationParameter(key, policy)
}

func (m metered) GetHistoryForKey(key string) (shim.HistoryQueryIteratorInterface, error) {
	m.spent.other++
	return m.ChaincodeStubInterface.GetHistoryForKey(key)
}

func (m metered) GetStateByRange(from, to string) (shim.StateQueryIteratorInterface, error) {
	m.spent.other++
	return m.ChaincodeStubInterface.GetStateByRange(from, to)
}

// recordSlack is what numbers and times of another length may add to a record, in bytes.
const recordSlack = 16

// spend makes an act and answers what it cost each endorser, and how many bytes the record then has.
func spend(w *world.World, who, act, id string, more fields) (costs map[string]cost, bytes int) {
	w.TB.Helper()
	request := fields{"id": id}
	for name, value := range more {
		request[name] = value
	}
	proposal, plan, err := w.Rehearse(who, "bill", act, request, "", world.Salt())
	require.NoError(w.TB, err)
	meters := map[string]*meter{}
	for _, org := range plan.Endorsers {
		meters[org] = &meter{Chaincode: world.Chaincode(org, w.Net.Now)}
		defer w.Net.WithChaincode(org, meters[org])()
	}
	_, err = w.Net.Submit(proposal, plan.Endorsers...)
	require.NoError(w.TB, err)
	costs = map[string]cost{}
	for _, org := range plan.Endorsers {
		costs[org] = meters[org].last
	}
	return costs, meters[carrierOrg].bytes["bill/"+id]
}

func TestAnActCostsTheSameAfter3And300PastActs(t *testing.T) {
	w := world.New(t)
	approve := func() (map[string]cost, int) { return spend(w, "shipper", "approve", drafted(w), nil) }
	young, youngBytes := approve()
	require.NotZero(t, young[carrierOrg].reads)
	require.Zero(t, young[carrierOrg].other, "no act walks through anything")

	id := drafted(w)
	for range 150 {
		w.Must("shipper", "bill", "approve", fields{"id": id}, "")
		w.Must("shipper", "bill", "withdraw-approval", fields{"id": id}, "")
	}
	old, oldBytes := spend(w, "shipper", "approve", id, nil)
	require.Equal(t, young, old)
	require.InDelta(t, youngBytes, oldBytes, recordSlack)
	require.Greater(t, billOf(w, id).Version, 300)
}

// The same for a bill that goes from hand to hand: whoever held it before leaves nothing in the record.
func TestATransferCostsTheSameAfter3And300PastActs(t *testing.T) {
	w := world.New(t)
	offer := fields{"to": w.Party["buyer"]}
	young, youngBytes := spend(w, "shipper", "endorse-to-order", w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00300"), offer)

	id := drafted(w)
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	hands := []string{"shipper", "buyer", "bank", "forwarder"}
	for i := range 148 {
		w.PassOn(id, hands[i%len(hands)], hands[(i+1)%len(hands)])
	}
	require.Equal(t, w.Party["shipper"], billOf(w, id).Holder.Party)
	old, oldBytes := spend(w, "shipper", "endorse-to-order", id, offer)
	require.Equal(t, young, old)
	require.InDelta(t, youngBytes, oldBytes, recordSlack)
	require.Equal(t, 300, billOf(w, id).Version)
	require.Equal(t, []string{carrierOrg, portOrg}, slices.Sorted(maps.Keys(old)))
}

// drafted is the order bill of the fixtures as a draft under a number of its own.
func drafted(w *world.World) string {
	w.TB.Helper()
	content := world.With(world.Fixture("bill-order"), "transportDocumentReference", "OEDL"+world.Salt()[:10])
	return w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, content).ID
}
