package memfabric_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"portledger/test/memfabric"
)

// One person of the carrier writes with two endorsers and reads on the own peer.
func Example() {
	net := memfabric.New(nil, memfabric.Config{Chaincode: func(msp string, now func() time.Time) shim.Chaincode {
		return script{self: msp, calls: calls()}
	}})
	clerk := net.Client(net.Enrol("CarrierMSP", "u-0123456789abcdef", "client", map[string]string{"portledger.roles": "CARRIER"}))

	receipt, err := clerk.Submit("put", []string{"greeting", "ahoy"}, nil, "CarrierMSP", "PortMSP")
	fmt.Println(receipt.Block, err)
	value, err := clerk.Evaluate("get", []string{"greeting"}, nil)
	fmt.Println(string(value), err)
	_, err = clerk.Submit("put", []string{"greeting", "hello"}, nil, "CarrierMSP")
	fmt.Println(err.(*memfabric.CommitError).Code)
	// Output:
	// 1 <nil>
	// ahoy <nil>
	// ENDORSEMENT_POLICY_FAILURE
}

func BenchmarkSubmit(b *testing.B) {
	net := memfabric.New(b, memfabric.Config{Chaincode: func(msp string, _ func() time.Time) shim.Chaincode {
		return script{self: msp, calls: calls()}
	}})
	clerk := net.Client(net.Enrol("CarrierMSP", "u-1", "client", nil))
	for b.Loop() {
		if _, err := clerk.Submit("put", []string{"k", "v"}, nil, "CarrierMSP", "PortMSP"); err != nil {
			b.Fatal(err)
		}
	}
}
