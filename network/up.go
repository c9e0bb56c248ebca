package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"portledger/network/build"
	"portledger/network/config"
	"portledger/network/proc"
	"portledger/network/site"
)

type upCommand struct {
	NoDemo    bool   `help:"Do not play the demo shipment."`
	FabricBin string `help:"Folder with ready peer and orderer programs." env:"PORTLEDGER_FABRIC_BIN" type:"existingdir"`
	Chaincode string `help:"Run this program as the ledger's chaincode instead of building ./chaincode." type:"existingfile"`
	AsBuilt   bool   `help:"Run the chaincode and the gateway as they were built before."`
	NoGateway bool   `help:"Leave the gateways out." hidden:""`
}

// bringUp is one run of up. Every step looks at what is there and does only what is missing.
type bringUp struct {
	*world
	progress  *progress
	options   upCommand
	fabric    build.Fabric
	ca, enrol string
	chaincode string
}

// Run brings the network up.
func (c *upCommand) Run(ctx context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	b := newBringUp(w, *c)
	if err := b.progress.take(ctx, b.steps()...); err != nil {
		return fmt.Errorf("up failed at: %w", err)
	}
	if err := b.progress.take(ctx, b.demo()...); err != nil {
		return fmt.Errorf("up failed at: %w", err)
	}
	b.progress.say("ready\n")
	return b.welcome(os.Stdout)
}

func newBringUp(w *world, options upCommand) *bringUp {
	b := &bringUp{world: w, progress: &progress{out: os.Stdout, begun: time.Now()}, options: options, chaincode: w.site.Bin("chaincode")}
	if options.Chaincode != "" {
		b.chaincode = options.Chaincode
	}
	return b
}

// steps bring the network up with all who are its members, whatever is there of it already.
func (b *bringUp) steps() []step {
	logs := b.site.Logs()
	all := []step{
		{"build the programs (minutes the first time, then kept)", b.site.Builder().Logs, b.build},
		{"make keys and certificates", "", func(context.Context) error { return b.site.MakeKeys(time.Now()) }},
		{"start orderers, peers, certificate authorities, chaincode", logs, b.startNodes},
		{"create the channel", logs, b.createChannel},
	}
	for _, o := range b.site.Config.Newcomers() {
		all = append(all, step{"let " + o.Key + " into the channel", logs, func(ctx context.Context) error { return b.letIn(ctx, o) }})
	}
	return append(all,
		step{"deploy the chaincode", logs, b.deploy},
		step{"enrol the registrars", logs, b.enrolRegistrars},
		step{"commit a transaction endorsed by every organisation", logs, b.ready},
		step{"let every organisation join the ledger", logs, b.joinLedger},
		step{"register parties, enrol their people", logs, b.registerMembers},
		step{"make accounts to sign in with", "", func(context.Context) error { return b.makeAccounts() }},
		step{"start the gateways", logs, b.startGateways},
	)
}

// build makes every program. Fabric takes longest and has a lane of its own; the rest follow each other on the second.
func (b *bringUp) build(ctx context.Context) error {
	maker := b.site.Builder()
	lanes, ctx := errgroup.WithContext(ctx)
	lanes.Go(b.progress.noted("Fabric peer and orderer", func() (err error) {
		if b.options.FabricBin != "" {
			b.fabric, err = maker.Ready(ctx, b.options.FabricBin)
		} else {
			b.fabric, err = maker.Fabric(ctx)
		}
		return err
	}))
	lanes.Go(func() error {
		for _, part := range []struct {
			name string
			make func() error
		}{
			{"chaincode and gateway", func() error { return b.buildOwn(ctx, maker) }},
			{"enrolment program", func() (err error) { b.enrol, err = maker.Enrol(ctx); return err }},
			{"Fabric CA", func() (err error) { b.ca, err = maker.CA(ctx); return err }},
		} {
			if err := b.progress.noted(part.name, part.make)(); err != nil {
				return err
			}
		}
		return nil
	})
	return lanes.Wait()
}

func (b *bringUp) buildOwn(ctx context.Context, maker *build.Builder) error {
	var packages []string
	if b.options.AsBuilt {
		return nil
	}
	if b.options.Chaincode == "" {
		packages = append(packages, "./chaincode")
	}
	if !b.options.NoGateway {
		packages = append(packages, "./gateway")
	}
	if len(packages) == 0 {
		return nil
	}
	return maker.Own(ctx, filepath.Dir(b.site.Bin("chaincode")), packages...)
}

// startNodes starts everything but the gateways, and waits until all answer.
func (b *bringUp) startNodes(ctx context.Context) error {
	if err := b.stopStrays(ctx); err != nil {
		return err
	}
	if err := b.site.LinkBuilder(b.site.Bin("network")); err != nil {
		return err
	}
	specs, err := b.nodeSpecs()
	if err != nil {
		return err
	}
	if err := b.reconcile(ctx, specs...); err != nil {
		return err
	}
	if err := b.site.SaveConnection(); err != nil {
		return err
	}
	return b.awaitNodes(ctx, specs)
}

// stopStrays ends processes of this network that no specification accounts for; they would hold the ports.
func (b *bringUp) stopStrays(ctx context.Context) error {
	strays, err := b.table.Strays()
	if err != nil {
		return err
	}
	_, err = proc.End(ctx, b.site.Config.Timings.Stop, strays...)
	return err
}

func (b *bringUp) nodeSpecs() ([]proc.Spec, error) {
	var specs []proc.Spec
	var faults []error
	add := func(s proc.Spec, err error) { specs, faults = append(specs, s), append(faults, err) }
	for _, node := range b.site.Config.Ordering.Nodes {
		add(b.site.Orderer(b.fabric, node))
	}
	deployed, err := b.deployed()
	if err != nil {
		return nil, err
	}
	for _, o := range b.site.Config.Organisations {
		add(b.site.Peer(b.fabric, o))
		add(b.site.CA(b.ca, o))
		for _, d := range deployed {
			_, id, err := packageOf(d.chaincode)
			if err != nil {
				return nil, err
			}
			add(b.site.Chaincode(o, d.chaincode, d.program, id))
		}
	}
	add(b.site.Issuer(b.configFile))
	return specs, errors.Join(faults...)
}

// reconcile makes the running processes those of specs: what runs as wanted is left alone, what differs is restarted.
func (w *world) reconcile(ctx context.Context, specs ...proc.Spec) error {
	var changed []string
	var missing []proc.Spec
	for _, wanted := range specs {
		running, is := w.table.Running(wanted.Name)
		if is && running.Same(wanted) {
			continue
		}
		if is {
			changed = append(changed, wanted.Name)
		}
		missing = append(missing, wanted)
	}
	if _, err := w.table.Stop(ctx, w.site.Config.Timings.Stop, changed...); err != nil {
		return err
	}
	for _, wanted := range missing {
		if _, err := w.table.Start(wanted); err != nil {
			return err
		}
	}
	return nil
}

// startGateways starts one gateway for each organisation and waits until all are ready to serve.
func (b *bringUp) startGateways(ctx context.Context) error {
	if b.options.NoGateway {
		return nil
	}
	var specs []proc.Spec
	for _, o := range b.site.Config.Organisations {
		spec, err := b.site.Gateway(o)
		if err != nil {
			return err
		}
		specs = append(specs, spec)
	}
	if err := b.reconcile(ctx, specs...); err != nil {
		return err
	}
	var probes []probe
	for _, o := range b.site.Config.Organisations {
		client, err := b.gatewayClient(o)
		if err != nil {
			return err
		}
		probes = append(probes, probe{site.GatewayName(o), httpProbe(client, b.site.GatewayURL(o)+"/readyz")})
	}
	return b.await(ctx, probes)
}

// demo plays the demo shipment, once in the network's life.
func (b *bringUp) demo() []step {
	script := filepath.Join(b.site.Root, "scripts", "demo.sh")
	played := b.site.In("demo.done")
	_, scriptErr := os.Stat(script)
	_, playedErr := os.Stat(played)
	another := b.site.Net != filepath.Join(b.site.Root, site.LocalFolder, "net") // the script knows only the usual one
	if b.options.NoDemo || b.options.NoGateway || another || scriptErr != nil || playedErr == nil {
		return nil
	}
	return []step{{"play the demo shipment", "", func(ctx context.Context) error {
		command := exec.CommandContext(ctx, script)
		command.Dir, command.Stdout, command.Stderr = b.site.Root, os.Stdout, os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("%s: %w", script, err)
		}
		return site.WriteFile(played, []byte(time.Now().UTC().Format(time.RFC3339)+"\n"))
	}}}
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// organisations runs task for every organisation at once and answers the first problem, named.
func (w *world) organisations(ctx context.Context, task func(ctx context.Context, o config.Organisation) error) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, o := range w.site.Config.Organisations {
		group.Go(func() error {
			if err := task(ctx, o); err != nil {
				return fmt.Errorf("%s: %w", o.Key, err)
			}
			return nil
		})
	}
	return group.Wait()
}
