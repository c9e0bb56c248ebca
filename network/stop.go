package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"portledger/network/build"
	"portledger/network/proc"
	"portledger/network/site"
)

// stopOrder ends those who ask before those who answer.
var stopOrder = [][]string{
	{site.KindGateway, site.KindIssuer},
	{site.KindPeer},
	{site.KindChaincode, site.KindOrderer, site.KindCA},
}

// stopAll ends every process in order, then whatever is left.
func (w *world) stopAll(ctx context.Context) error {
	specs, err := w.table.List()
	if err != nil {
		return err
	}
	count := 0
	var rest []proc.Spec
	tiers := make([][]string, len(stopOrder))
	for _, s := range specs {
		running, is := w.table.Running(s.Name)
		if !is {
			continue
		}
		count++
		tier := slices.IndexFunc(stopOrder, func(kinds []string) bool { return slices.Contains(kinds, s.Kind) })
		if tier < 0 {
			rest = append(rest, running)
			continue
		}
		tiers[tier] = append(tiers[tier], s.Name)
	}
	grace := w.site.Config.Timings.Stop
	for _, names := range tiers {
		killed, err := w.table.Stop(ctx, grace, names...)
		if err != nil {
			return err
		}
		for _, name := range killed {
			fmt.Printf("%s did not stop within %s and was killed (log: %s)\n", name, grace, w.site.Log(name))
		}
	}
	strays, err := w.table.Strays()
	if err != nil {
		return err
	}
	if _, err := proc.End(ctx, grace, append(rest, strays...)...); err != nil {
		return err
	}
	fmt.Printf("stopped %d processes\n", count+len(strays))
	return nil
}

type downCommand struct{}

// Run stops the network and keeps its data.
func (c *downCommand) Run(ctx context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	return w.stopAll(ctx)
}

type cleanCommand struct{}

// Run stops the network and forgets its data. What was built stays.
func (c *cleanCommand) Run(_ context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	count, err := w.table.KillAll() // nothing is kept, so nobody needs to finish in order
	if err != nil {
		return err
	}
	if err := os.RemoveAll(w.site.Net); err != nil {
		return err
	}
	fmt.Printf("stopped %d processes and forgot the network's data\n", count)
	return nil
}

type killCommand struct{}

// Run kills everything at once.
func (c *killCommand) Run(_ context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	count, err := w.table.KillAll()
	if err != nil {
		return err
	}
	fmt.Printf("killed %d processes\n", count)
	return nil
}

type restartCommand struct {
	Name string `arg:"" help:"Name of the process, as status shows it."`
}

// Run stops a process, starts it again as it was and waits until it listens.
func (c *restartCommand) Run(ctx context.Context, w *world) error {
	spec, err := w.startAgain(ctx, c.Name, "")
	if err != nil {
		return err
	}
	return w.await(ctx, []probe{w.listens(spec)})
}

type startCommand struct {
	Name   string `arg:"" help:"Name of the process, as status shows it."`
	Binary string `help:"Program to run in its place, with the same flags; up puts the real one back." type:"existingfile"`
}

// Run starts a process, replacing the one that runs under that name.
func (c *startCommand) Run(ctx context.Context, w *world) error {
	_, err := w.startAgain(ctx, c.Name, c.Binary)
	return err
}

func (w *world) startAgain(ctx context.Context, name, program string) (proc.Spec, error) {
	release, err := w.lock()
	if err != nil {
		return proc.Spec{}, err
	}
	defer release()
	spec, err := w.table.Load(name)
	if err != nil {
		return spec, fmt.Errorf("no process is called %q (see status): %w", name, err)
	}
	if _, err := w.table.Stop(ctx, w.site.Config.Timings.Stop, name); err != nil {
		return spec, err
	}
	if program != "" {
		spec.Argv[0] = program
		spec.Digest = build.Key(map[string][]byte{"in place": []byte(program)})
	}
	started, err := w.table.Start(spec)
	if err != nil {
		return spec, err
	}
	fmt.Printf("%s runs as process %d\n", name, started.PID)
	return spec, nil
}
