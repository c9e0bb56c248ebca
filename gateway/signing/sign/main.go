// Command sign makes acts with a key that the gateway does not have: in a file, or in a PKCS #11 token. It reads what the
// gateway wants signed, holds it against what was asked for, shows it, and signs only then.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// options are the command line.
type options struct {
	Settings kong.ConfigFlag `help:"JSON file with options, by name; the command line comes first." placeholder:"FILE"`
	Act      actCommand      `cmd:"" help:"Make an act: ask the gateway to prepare it, check, show, sign, send."`
	Request  requestCommand  `cmd:"" help:"Print a request for the certificate of the key (PKCS 10), for the organisation's authority."`
	MakeKey  makeKeyCommand  `cmd:"" help:"Make a key pair on P-256 in a token, which it never leaves."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], terminal{in: os.Stdin, out: os.Stdout, said: os.Stderr}); err != nil {
		fmt.Fprintln(os.Stderr, "sign:", err)
		os.Exit(1)
	}
}

// terminal is what a command reads and writes: results on out, all that is for a person on said.
type terminal struct {
	in        io.Reader
	out, said io.Writer
}

func run(ctx context.Context, arguments []string, t terminal) error {
	var o options
	parser, err := kong.New(&o, kong.Name("sign"), kong.Configuration(kong.JSON),
		kong.Description("Signs acts with a key that the gateway does not have."))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(arguments)
	if err != nil {
		return err
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(t)
}
