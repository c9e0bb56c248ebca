// Command bench measures the ledger's acts on the running network against the least that Fabric can do: a plain
// create of 1 KB under a policy of two organisations. One run, rounds interleaved, so that a machine whose speed drifts
// slows all alike. Both sides use the same client, name their endorsers and wait for the commit.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"portledger/test/network/live"
)

// options are the command line.
type options struct {
	Root    string `help:"Folder of the repository." default:"." type:"path"`
	Clients []int  `help:"Numbers of clients to measure with." default:"1,16,64"`
	Rounds  int    `help:"Rounds for each number of clients." default:"3"`
	History bool   `help:"Compare instead a lone act on bills with 3 and with 300 past acts."`
	Waves   int    `help:"Acts of every kind that a client makes in a round; a lone client makes more." default:"6"`
}

// loneWaves is how many times as many acts a lone client makes: its medians would rest on too few.
const loneWaves = 3

func main() {
	var o options
	kong.Parse(&o, kong.Description("Measures acts on the running network against a plain create."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	root, err := filepath.Abs(o.Root)
	if err != nil {
		return err
	}
	network, err := live.Open(root)
	if err != nil {
		return err
	}
	defer network.Close()
	w, err := newWork(network)
	if err != nil {
		return err
	}
	if o.History {
		return w.history(ctx, os.Stdout)
	}
	r := newReport(w)
	for _, clients := range o.Clients {
		acts := clients * o.Waves
		if clients == 1 {
			acts *= loneWaves
		}
		for round := range o.Rounds {
			fmt.Fprintf(os.Stderr, "%d clients, round %d of %d: preparing", clients, round+1, o.Rounds)
			operations, err := w.stock(ctx, acts)
			if err != nil {
				return err
			}
			fmt.Fprintln(os.Stderr, ", measuring")
			for _, op := range operations {
				measured, err := measure(ctx, network, op, clients)
				if err != nil {
					return fmt.Errorf("%s: %w", op.name, err)
				}
				r.add(clients, round, measured)
			}
		}
	}
	return r.write(os.Stdout, filepath.Join(root, ".local", "bench"))
}
