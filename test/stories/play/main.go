// Command play plays stories on the local network, over the four gateways' REST interfaces, and prints who does what, when,
// and what comes of it. It adds nothing to the stories but the print.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"portledger/test/stories"
)

var command struct {
	Root  string   `help:"Folder of the repository." default:"." type:"existingdir"`
	Lang  string   `help:"Language of the print and of refusals: en or zh." default:"en" enum:"en,zh"`
	Story []string `arg:"" optional:"" help:"Stories to play; none lists them."`
}

func main() {
	kong.Parse(&command, kong.Name("play"), kong.Description("Plays PortLedger's stories on the local network."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "\nplay:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if len(command.Story) == 0 {
		return list(os.Stdout, command.Lang)
	}
	venue, err := stories.Network(command.Root)
	if err != nil {
		return err
	}
	if err := venue.Answers(ctx); err != nil {
		return err
	}
	return play(ctx, os.Stdout, venue, command.Lang, command.Story...)
}

// play plays the stories one after another and stops at the first that fails.
func play(ctx context.Context, out io.Writer, venue *stories.Venue, language string, names ...string) error {
	player := stories.NewPlayer(venue, language)
	for _, name := range names {
		story, err := stories.Load(name)
		if err != nil {
			return err
		}
		t := timeline{out: out, language: language, said: wording[language]}
		t.title(story)
		played, err := player.Play(ctx, story, t.step)
		if err != nil {
			return err
		}
		figures, err := player.Summarise(ctx, played)
		if err != nil {
			return err
		}
		t.summary(played, figures)
		t.next(venue, played)
	}
	return nil
}
