// Command plain is the benchmark's yardstick: the least that a chaincode can do, one blind write. It takes the flags of
// the ledger's chaincode.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

type options struct {
	Address   string `required:""`
	PackageID string `required:""`
	MSP       string `name:"msp"`
	TLSCert   string `required:"" name:"tls-cert" type:"existingfile"`
	TLSKey    string `required:"" name:"tls-key" type:"existingfile"`
	ClientCA  string `required:"" name:"client-ca" type:"existingfile"`
}

// Plain is the contract.
type Plain struct{ contractapi.Contract }

// Create writes value under key without looking.
func (*Plain) Create(ctx contractapi.TransactionContextInterface, key, value string) error {
	return ctx.GetStub().PutState(key, []byte(value))
}

func main() {
	var o options
	kong.Parse(&o)
	if err := serve(o); err != nil {
		fmt.Fprintln(os.Stderr, "plain:", err)
		os.Exit(1)
	}
}

func serve(o options) error {
	cc, err := contractapi.NewChaincode(&Plain{})
	if err != nil {
		return err
	}
	var tls shim.TLSProperties
	for path, into := range map[string]*[]byte{o.TLSCert: &tls.Cert, o.TLSKey: &tls.Key, o.ClientCA: &tls.ClientCACerts} {
		if *into, err = os.ReadFile(path); err != nil {
			return err
		}
	}
	server := &shim.ChaincodeServer{CCID: o.PackageID, Address: o.Address, CC: cc, TLSProps: tls}
	return server.Start()
}
