// Command verify tells a gate or a bank whether a statement of control is good, off line: from the statement, the
// organisations' public root certificates and the challenge that it gave the holder.
package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"portledger/gateway/proof"
)

// options are the command line.
type options struct {
	Statement string `arg:"" help:"File with the statement, as the gateway answered it; - reads standard input."`
	Roots     string `required:"" type:"existingdir" help:"Folder with the root certificates: one file MSPID.pem for each organisation."`
	Bill      string `required:"" help:"The bill's ledger id."`
	Issuer    string `required:"" help:"MSP id of the organisation of the carrier that issued the bill."`
	Challenge string `required:"" help:"The challenge that was given to the holder."`
	Channel   string `default:"portledger" help:"Name of the channel."`
	Chaincode string `default:"portledger" help:"Name of the chaincode."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Description("Checks a statement of control off line. Leaves with 0 if it is good, else with 1."))
	if err := run(o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "no:", err)
		os.Exit(1)
	}
}

func run(o options, out io.Writer) error {
	raw, err := content(o.Statement)
	if err != nil {
		return err
	}
	roots, err := proof.Load(o.Roots)
	if err != nil {
		return err
	}
	claim, err := proof.Verify(raw, roots, proof.Expected{Channel: o.Channel, Chaincode: o.Chaincode, Bill: o.Bill,
		Issuer: o.Issuer, Challenge: o.Challenge, Now: time.Now()})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "yes: %s of %s holds %s (%s, version %d) by the word of %v; good until %s\n"+
		"Whoever can reach the ledger compares the version: a transfer since then shows there only.\n",
		claim.Holder.Party, claim.Holder.Org, claim.Bill, claim.State, claim.Version, claim.Endorsers, claim.ValidUntil)
	return err
}

func content(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(file)
}
