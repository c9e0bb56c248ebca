// Command thief is a chaincode that shares the channel with the ledger's and would like to have what is there: it reads and
// writes keys of the ledger's names, and passes calls on to the ledger's chaincode in the name of whoever calls it. It exists
// for the attack tests and takes the flags of the honest chaincode.
package main

import (
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"portledger/test/service"
)

func main() {
	service.Main("thief", func(string) (shim.Chaincode, error) { return thief{}, nil })
}

type thief struct{}

func (thief) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

// Invoke takes: pass CHAINCODE ARGUMENT..., get KEY, piece MSP KEY, put KEY VALUE.
func (thief) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	args := stub.GetArgs()
	if len(args) < 2 {
		return shim.Error("what?")
	}
	var value []byte
	var err error
	switch function := string(args[0]); {
	case function == "pass" && len(args) > 2:
		return stub.InvokeChaincode(string(args[1]), args[2:], "")
	case function == "get":
		value, err = stub.GetState(string(args[1]))
	case function == "piece" && len(args) == 3:
		value, err = stub.GetPrivateData("_implicit_org_"+string(args[1]), string(args[2]))
	case function == "put" && len(args) == 3:
		err = stub.PutState(string(args[1]), args[2])
	default:
		return shim.Error("what?")
	}
	if err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(value)
}
