// Command chaincode serves the contracts of one organisation's peer as an external service (chaincode as a service).
package main

import (
	"fmt"
	"net"
	"os"
	"time"

	"github.com/alecthomas/kong"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"portledger/chaincode/contract"
	"portledger/keyfile"
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
	if err := keyfile.Guard(); err != nil {
		return err
	}
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

// tlsOf reads the TLS material. Without any the service is plain, and then only on a loopback address: whoever reaches the
// port could send it any input, and would read what it answers.
func tlsOf(o options) (shim.TLSProperties, error) {
	if o.TLSCert == "" && o.TLSKey == "" && o.ClientCA == "" {
		if !loopback(o.Address) {
			return shim.TLSProperties{}, fmt.Errorf("%s is not a loopback address: --tls-cert, --tls-key and --client-ca are needed", o.Address)
		}
		return shim.TLSProperties{Disabled: true}, nil
	}
	var p shim.TLSProperties
	for _, file := range []struct {
		name, path string
		into       *[]byte
		read       func(string) ([]byte, error)
	}{{"--tls-cert", o.TLSCert, &p.Cert, os.ReadFile}, {"--tls-key", o.TLSKey, &p.Key, keyfile.Read}, {"--client-ca", o.ClientCA, &p.ClientCACerts, os.ReadFile}} {
		body, err := file.read(file.path)
		if err != nil {
			return p, fmt.Errorf("read %s: %w", file.name, err)
		}
		*file.into = body
	}
	return p, nil
}

// loopback tells whether a host:port is this machine's own.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}
