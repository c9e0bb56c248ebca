// Command chaincode serves the contracts of one organisation's peer as an external service (chaincode as a service).
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/alecthomas/kong"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"portledger/chaincode/contract"
)

// options are the process's settings; each can come from the environment, which the peer's operator fills.
type options struct {
	Address   string `required:"" env:"PORTLEDGER_CHAINCODE_ADDRESS" help:"Address to listen on, host:port."`
	PackageID string `required:"" env:"PORTLEDGER_CHAINCODE_PACKAGE_ID" help:"Package id that the peer installed."`
	MSP       string `required:"" name:"msp" env:"PORTLEDGER_CHAINCODE_MSP" help:"MSP id of the peer's organisation."`
	TLSCert   string `name:"tls-cert" type:"existingfile" env:"PORTLEDGER_CHAINCODE_TLS_CERT" help:"Server certificate, PEM."`
	TLSKey    string `name:"tls-key" type:"existingfile" env:"PORTLEDGER_CHAINCODE_TLS_KEY" help:"Server key, PEM."`
	ClientCA  string `name:"client-ca" type:"existingfile" env:"PORTLEDGER_CHAINCODE_CLIENT_CA" help:"CA of the peer's client certificate, PEM."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Description("PortLedger's contracts for one organisation's peer."))
	if err := serve(o); err != nil {
		fmt.Fprintln(os.Stderr, "chaincode:", err)
		os.Exit(1)
	}
}

func serve(o options) error {
	cc, err := contract.New(contract.Config{Org: o.MSP, Now: time.Now})
	if err != nil {
		return err
	}
	tls, err := tlsOf(o)
	if err != nil {
		return err
	}
	server := &shim.ChaincodeServer{CCID: o.PackageID, Address: o.Address, CC: cc, TLSProps: tls}
	return server.Start()
}

// tlsOf reads the TLS material; without any the service is plain, which only a loopback development network should be.
func tlsOf(o options) (shim.TLSProperties, error) {
	if o.TLSCert == "" && o.TLSKey == "" && o.ClientCA == "" {
		return shim.TLSProperties{Disabled: true}, nil
	}
	var p shim.TLSProperties
	for _, file := range []struct {
		name, path string
		into       *[]byte
	}{{"--tls-cert", o.TLSCert, &p.Cert}, {"--tls-key", o.TLSKey, &p.Key}, {"--client-ca", o.ClientCA, &p.ClientCACerts}} {
		body, err := os.ReadFile(file.path)
		if err != nil {
			return p, fmt.Errorf("read %s: %w", file.name, err)
		}
		*file.into = body
	}
	return p, nil
}
