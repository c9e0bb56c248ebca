// Command liar is a chaincode that does what a colluding organisation would like: asked to by anybody, it writes,
// deletes or frees any key, whatever the rules say. Everything else it answers as the honest contracts do, so that the
// network goes on around it. It exists for the forgery tests and takes the flags of the honest chaincode.
package main

import (
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"portledger/chaincode/contract"
	"portledger/test/service"
)

func main() {
	service.Main("liar", func(msp string) (shim.Chaincode, error) {
		honest, err := contract.New(contract.Config{Org: msp, Now: time.Now})
		return liar{honest}, err
	})
}

type liar struct{ shim.Chaincode }

// lies are the functions that no honest chaincode has. Args are a key or an organisation and a key, then what to write.
var lies = map[string]func(stub shim.ChaincodeStubInterface, args []string) error{
	"lie:put": func(stub shim.ChaincodeStubInterface, args []string) error {
		return stub.PutState(args[0], []byte(args[1]))
	},
	"lie:delete": func(stub shim.ChaincodeStubInterface, args []string) error { return stub.DelState(args[0]) },
	"lie:free":   free,
	"lie:keep": func(stub shim.ChaincodeStubInterface, args []string) error {
		return stub.PutPrivateData(collection(args[0]), args[1], []byte(args[2]))
	},
	"lie:purge": func(stub shim.ChaincodeStubInterface, args []string) error {
		return stub.PurgePrivateData(collection(args[0]), args[1])
	},
}

// Invoke lies when asked to.
func (l liar) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	function, args := stub.GetFunctionAndParameters()
	if function == "lie:read" {
		value, err := stub.GetPrivateData(collection(args[0]), args[1])
		if err != nil {
			return shim.Error(err.Error())
		}
		return shim.Success(value)
	}
	lie, is := lies[function]
	if !is {
		return l.Chaincode.Invoke(stub)
	}
	if err := lie(stub, args); err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(nil)
}

// free lets the organisations given change the key from now on, and nobody else.
func free(stub shim.ChaincodeStubInterface, args []string) error {
	policy, err := statebased.NewStateEP(nil)
	if err != nil {
		return err
	}
	if err := policy.AddOrgs(statebased.RoleTypePeer, args[1:]...); err != nil {
		return err
	}
	text, err := policy.Policy()
	if err != nil {
		return err
	}
	return stub.SetStateValidationParameter(args[0], text)
}

func collection(org string) string { return "_implicit_org_" + org }
