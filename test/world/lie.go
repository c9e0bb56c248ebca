package world

import (
	"encoding/json"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
)

// Lie is a forged chaincode: it writes what it likes.
type Lie func(stub shim.ChaincodeStubInterface) error

// Init does nothing.
func (l Lie) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

// Invoke lies, whatever it is asked.
func (l Lie) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	if err := l(stub); err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(nil)
}

// Forge lets the peers of these organisations, and only theirs, run and endorse a lie, and answers what became of it.
func (w *World) Forge(by string, lie Lie, orgs ...string) memfabric.Code {
	w.TB.Helper()
	for _, org := range orgs {
		defer w.Net.WithChaincode(org, lie)()
	}
	tx, err := w.Net.Endorse(w.Person[by].Proposal("lie", nil, nil), orgs...)
	require.NoError(w.TB, err)
	return w.Net.Commit(tx)[0]
}

// Policy is the key-level policy "peers of all these organisations".
func (w *World) Policy(orgs ...string) []byte {
	ep, err := statebased.NewStateEP(nil)
	require.NoError(w.TB, err)
	require.NoError(w.TB, ep.AddOrgs(statebased.RoleTypePeer, orgs...))
	policy, err := ep.Policy()
	require.NoError(w.TB, err)
	return policy
}

// Rewrite is a lie that changes a public record, found under key, and says whose endorsement it needs from now on.
func (w *World) Rewrite(key string, policy []byte, change func(record map[string]any)) Lie {
	return func(stub shim.ChaincodeStubInterface) error {
		raw, err := stub.GetState(key)
		if err != nil {
			return err
		}
		record := map[string]any{}
		if raw != nil {
			if err := json.Unmarshal(raw, &record); err != nil {
				return err
			}
		}
		change(record)
		if raw, err = json.Marshal(record); err != nil {
			return err
		}
		if policy != nil {
			if err := stub.SetStateValidationParameter(key, policy); err != nil {
				return err
			}
		}
		return stub.PutState(key, raw)
	}
}
