package main

import (
	"fmt"
	"io"
	"net/http"

	"portledger/network/config"
)

// welcome tells a newcomer what to open and what to try.
func (b *bringUp) welcome(out io.Writer) error {
	if b.options.NoGateway {
		return nil
	}
	fmt.Fprintln(out, "Gateways (API description at /docs):")
	for _, o := range b.site.Config.Organisations {
		fmt.Fprintf(out, "  %-10s %s\n", o.Key, b.site.GatewayURL(o))
	}
	_, err := fmt.Fprint(out, `
Commands:
  scripts/status.sh                what runs, how far it is, what memory it takes
  scripts/token.sh line-clerk      sign someone of network/network.yaml in and print the token
  scripts/demo.sh                  play the shipment again
  scripts/down.sh                  stop; scripts/up.sh goes on from there
  scripts/clean.sh                 forget everything but the built programs
`)
	return err
}

// gatewayClient reaches the organisation's gateway, with or without TLS.
func (b *bringUp) gatewayClient(o config.Organisation) (*http.Client, error) {
	if !b.site.Config.GatewayTLS {
		return plainClient, nil
	}
	return b.tlsClient(o)
}
