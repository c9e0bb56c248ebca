// Package service runs a chaincode that is not the ledger's own, for tests and benchmarks, as the peer's service: with the
// flags of the ledger's chaincode, so that the network program can start it in that one's place. What the chaincode does
// is not known here.
package service

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

type options struct {
	Address   string `required:""`
	PackageID string `required:""`
	MSP       string `name:"msp"`
	TLSCert   string `required:"" name:"tls-cert" type:"existingfile"`
	TLSKey    string `required:"" name:"tls-key" type:"existingfile"`
	ClientCA  string `required:"" name:"client-ca" type:"existingfile"`
}

// Main is the whole of such a program. It serves what is made for the organisation of that MSP id, and returns only by
// ending the process.
func Main(name string, chaincode func(msp string) (shim.Chaincode, error)) {
	var o options
	kong.Parse(&o, kong.Name(name))
	if err := serve(o, chaincode); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(o options, chaincode func(msp string) (shim.Chaincode, error)) error {
	cc, err := chaincode(o.MSP)
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
