package memfabric_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
)

const (
	carrier  = "CarrierMSP"
	terminal = "TerminalMSP"
	bank     = "BankMSP"
	port     = "PortMSP"
)

// collOf is the implicit collection of an organisation.
func collOf(msp string) string { return "_implicit_org_" + msp }

// call is one function of the test chaincode; self is the MSP id of the peer it runs on.
type call func(stub shim.ChaincodeStubInterface, args []string, self string) (string, error)

// script is a chaincode made of small functions.
type script struct {
	self  string
	calls map[string]call
}

func (script) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

func (s script) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	name, args := stub.GetFunctionAndParameters()
	run := s.calls[name]
	if run == nil {
		return shim.Error("no function " + name)
	}
	answer, err := run(stub, args, s.self)
	if err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success([]byte(answer))
}

// calls are the functions most tests need. A test adds its own.
func calls() map[string]call {
	return map[string]call{
		"put": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			return "", s.PutState(a[0], []byte(a[1]))
		},
		"del": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) { return "", s.DelState(a[0]) },
		"get": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			v, err := s.GetState(a[0])
			return string(v), err
		},
		"copy": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			v, err := s.GetState(a[0])
			if err != nil {
				return "", err
			}
			return string(v), s.PutState(a[1], append(v, '+'))
		},
		"policy":   setPolicy,
		"policyOf": policyOf,
		"list": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			it, err := s.GetStateByRange(a[0], a[1])
			if err != nil {
				return "", err
			}
			return drain(it)
		},
		"listAndPut": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			it, err := s.GetStateByRange(a[0], a[1])
			if err != nil {
				return "", err
			}
			keys, err := drain(it)
			if err != nil {
				return "", err
			}
			return keys, s.PutState(a[2], []byte(keys))
		},
		"history": history,
		"event": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			if err := s.SetEvent("first", []byte("lost")); err != nil {
				return "", err
			}
			if err := s.SetEvent("last", []byte(a[1])); err != nil {
				return "", err
			}
			v, err := s.GetState(a[0])
			if err != nil {
				return "", err
			}
			return "", s.PutState(a[0], append(v, '.'))
		},
	}
}

// privateCalls are the same for private data; the value comes as transient data, a[1] names the collection's owner.
func privateCalls() map[string]call {
	return map[string]call{
		"putPrivate": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			transient, err := s.GetTransient()
			if err != nil {
				return "", err
			}
			for _, msp := range a[1:] {
				if err := s.PutPrivateData(collOf(msp), a[0], transient["value"]); err != nil {
					return "", err
				}
			}
			return "", nil
		},
		"getPrivate": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			v, err := s.GetPrivateData(collOf(a[1]), a[0])
			return string(v), err
		},
		"getHash": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			v, err := s.GetPrivateDataHash(collOf(a[1]), a[0])
			return fmt.Sprintf("%x", v), err
		},
		"delPrivate": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			return "", s.DelPrivateData(collOf(a[1]), a[0])
		},
		"purge": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			return "", s.PurgePrivateData(collOf(a[1]), a[0])
		},
	}
}

// setPolicy gives key a[0] the peers of a[1:] as endorsers.
func setPolicy(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
	ep, err := statebased.NewStateEP(nil)
	if err != nil {
		return "", err
	}
	if err := ep.AddOrgs(statebased.RoleTypePeer, a[1:]...); err != nil {
		return "", err
	}
	raw, err := ep.Policy()
	if err != nil {
		return "", err
	}
	return "", s.SetStateValidationParameter(a[0], raw)
}

func policyOf(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
	raw, err := s.GetStateValidationParameter(a[0])
	if err != nil {
		return "", err
	}
	ep, err := statebased.NewStateEP(raw)
	if err != nil {
		return "", err
	}
	orgs := ep.ListOrgs()
	slices.Sort(orgs)
	return fmt.Sprint(orgs), nil
}

func history(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
	it, err := s.GetHistoryForKey(a[0])
	if err != nil {
		return "", err
	}
	defer func() { _ = it.Close() }()
	var lines []string
	for it.HasNext() {
		m, err := it.Next()
		if err != nil {
			return "", err
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %v", m.TxId, m.Timestamp.AsTime().Format(time.TimeOnly), m.Value, m.IsDelete))
	}
	return strings.Join(lines, "\n"), nil
}

func drain(it shim.StateQueryIteratorInterface) (string, error) {
	defer func() { _ = it.Close() }()
	var keys []string
	for it.HasNext() {
		kv, err := it.Next()
		if err != nil {
			return "", err
		}
		keys = append(keys, kv.Key)
	}
	return strings.Join(keys, ","), nil
}

// bench is a network with the script on every peer and a carrier's client.
type bench struct {
	*memfabric.Network
	memfabric.Client
	t *testing.T
}

func start(t *testing.T, extra map[string]call) bench { return startWith(t, t, extra) }

func startWith(t *testing.T, tb memfabric.TB, extra map[string]call) bench {
	t.Helper()
	n := memfabric.New(tb, memfabric.Config{Chaincode: func(msp string, _ func() time.Time) shim.Chaincode {
		return script{self: msp, calls: with(extra)}
	}})
	return bench{n, n.Client(n.Enrol(carrier, "u-1", "client", nil)), t}
}

func with(extra map[string]call) map[string]call {
	all := calls()
	maps.Copy(all, privateCalls())
	maps.Copy(all, extra)
	return all
}

// do submits with the two usual endorsers and wants it valid.
func (b bench) do(fn string, args ...string) memfabric.Receipt {
	b.t.Helper()
	return b.doAt([]string{carrier, port}, fn, args...)
}

func (b bench) doAt(orgs []string, fn string, args ...string) memfabric.Receipt {
	b.t.Helper()
	r, err := b.Client.Submit(fn, args, nil, orgs...)
	require.NoError(b.t, err)
	return r
}

// ask evaluates on the carrier's peer.
func (b bench) ask(fn string, args ...string) string {
	b.t.Helper()
	v, err := b.Client.Evaluate(fn, args, nil)
	require.NoError(b.t, err)
	return string(v)
}

// endorse prepares a transaction for a block of the test's own.
func (b bench) endorse(fn string, args ...string) *memfabric.Tx {
	b.t.Helper()
	return b.endorseAt([]string{carrier, port}, fn, args...)
}

func (b bench) endorseAt(orgs []string, fn string, args ...string) *memfabric.Tx {
	b.t.Helper()
	tx, err := b.Endorse(b.Proposal(fn, args, nil), orgs...)
	require.NoError(b.t, err)
	return tx
}

func (b bench) putPrivate(secret, key string, colls, orgs []string) error {
	_, err := b.Client.Submit("putPrivate", append([]string{key}, colls...), map[string][]byte{"value": []byte(secret)}, orgs...)
	return err
}

// wantCode wants a submit that was ordered and then found invalid.
func wantCode(t *testing.T, err error, code memfabric.Code) {
	t.Helper()
	var failed *memfabric.CommitError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, code.String(), failed.Code.String())
}

// real is a contract as the ledger's own are written.
type real struct{ contractapi.Contract }

type answer struct {
	MSP   string `json:"msp"`
	Party string `json:"party"`
	Admin bool   `json:"admin"`
}

func (*real) WhoAmI(ctx contractapi.TransactionContextInterface) (*answer, error) {
	id := ctx.GetClientIdentity()
	msp, err := id.GetMSPID()
	if err != nil {
		return nil, err
	}
	party, _, err := id.GetAttributeValue("portledger.party")
	if err != nil {
		return nil, err
	}
	cert, err := id.GetX509Certificate()
	if err != nil {
		return nil, err
	}
	return &answer{msp, party, cert.Subject.OrganizationalUnit[0] == "admin"}, nil
}

func (*real) Note(ctx contractapi.TransactionContextInterface, key, value string) error {
	return ctx.GetStub().PutState(key, []byte(value))
}

func TestARealContractRunsUnchanged(t *testing.T) {
	n := memfabric.New(t, memfabric.Config{Chaincode: func(string, func() time.Time) shim.Chaincode {
		cc, err := contractapi.NewChaincode(&real{Contract: contractapi.Contract{Name: "org"}})
		require.NoError(t, err)
		return cc
	}})
	person := n.Client(n.Enrol(bank, "u-0123456789abcdef", "client", map[string]string{"portledger.party": "PAAAA"}))

	raw, err := person.Evaluate("org:WhoAmI", nil, nil)
	require.NoError(t, err)
	var got answer
	require.NoError(t, json.Unmarshal(raw, &got))
	require.Equal(t, answer{MSP: bank, Party: "PAAAA"}, got)

	_, err = person.Submit("org:Note", []string{"k", "v"}, nil, bank, port)
	require.NoError(t, err)
	_, err = person.Submit("org:Nothing", nil, nil, bank, port)
	require.ErrorContains(t, err, "chaincode response 500, Function Nothing not found in contract org")
}
