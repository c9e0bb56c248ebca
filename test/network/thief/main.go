// Command thief is a chaincode that shares the channel with the ledger's and would like to have what is there: it reads and
// writes keys of the ledger's names, and passes calls on to the ledger's chaincode in the name of whoever calls it. It exists
// for the attack tests and takes the flags of the honest chaincode.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

type options struct {
	Address   string `required:""`
	PackageID string `required:""`
	MSP       string `required:"" name:"msp"`
	TLSCert   string `required:"" name:"tls-cert" type:"existingfile"`
	TLSKey    string `required:"" name:"tls-key" type:"existingfile"`
	ClientCA  string `required:"" name:"client-ca" type:"existingfile"`
}

func main() {
	var o options
	kong.Parse(&o)
	if err := serve(o); err != nil {
		fmt.Fprintln(os.Stderr, "thief:", err)
		os.Exit(1)
	}
}

func serve(o options) error {
	var tls shim.TLSProperties
	for path, into := range map[string]*[]byte{o.TLSCert: &tls.Cert, o.TLSKey: &tls.Key, o.ClientCA: &tls.ClientCACerts} {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		*into = text
	}
	server := &shim.ChaincodeServer{CCID: o.PackageID, Address: o.Address, CC: thief{}, TLSProps: tls}
	return server.Start()
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
