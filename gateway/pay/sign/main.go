// Command sign makes a proof of payment with the bank's key, off line, or prints the key's public half for registration.
package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"time"

	"github.com/alecthomas/kong"

	"portledger/chaincode/payment"
	"portledger/gateway/pay"
	"portledger/keyfile"
)

// options are the command line.
type options struct {
	Public public `cmd:"" help:"Print the public key in the form in which it is registered, and its id."`
	Sign   sign   `cmd:"" help:"Print a proof of payment."`
}

type public struct {
	Key string `arg:"" type:"existingfile" help:"Private key: PEM, PKCS 8, on P-256 or Ed25519, as openssl genpkey writes it."`
}

type sign struct {
	Key        string    `arg:"" type:"existingfile" help:"Private key: PEM, PKCS 8, on P-256 or Ed25519."`
	Exchange   string    `required:"" help:"The exchange's ledger id."`
	Commitment string    `required:"" help:"The commitment to its terms, as the exchange's record shows it (control.commitment)."`
	PaidAt     time.Time `help:"When it was paid, RFC 3339; now by default."`
}

func main() {
	var o options
	ctx := kong.Parse(&o, kong.Description("Makes proofs of payment for exchanges against payment, off line."))
	if err := run(ctx.Selected().Name, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var (
	exchangeShape   = regexp.MustCompile(`^ex-[a-z2-7]{26}$`)
	commitmentShape = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func run(command string, o options, out io.Writer) error {
	file := o.Public.Key
	if command == "sign" {
		file = o.Sign.Key
	}
	text, err := keyfile.Read(file)
	if err != nil {
		return err
	}
	key, err := pay.Read(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if command == "public" {
		public, id, err := pay.PublicKey(key)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "{\"publicKey\":%q,\"id\":%q}\n", public, id)
		return err
	}
	if !exchangeShape.MatchString(o.Sign.Exchange) || !commitmentShape.MatchString(o.Sign.Commitment) {
		return fmt.Errorf("an exchange is ex- and 26 letters, a commitment 64 hexadecimal digits")
	}
	at := o.Sign.PaidAt
	if at.IsZero() {
		at = time.Now()
	}
	proof, err := pay.Sign(key, payment.Statement{Exchange: o.Sign.Exchange, Commitment: o.Sign.Commitment, PaidAt: at.UTC().Format(time.RFC3339)})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, proof)
	return err
}
