package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"portledger/network/builder"
	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/site"
)

// createChannel makes the channel's first block and joins every orderer and every founder's peer to it.
func (b *bringUp) createChannel(ctx context.Context) error {
	block, err := b.genesis()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, b.site.Config.Timings.Ready)
	defer cancel()
	if err := b.joinOrderers(ctx, block); err != nil {
		return err
	}
	return b.joinPeers(ctx, block, b.site.Config.Founders()...)
}

func (w *world) joinPeers(ctx context.Context, block *common.Block, members ...config.Organisation) error {
	join := func(ctx context.Context, a ledger.Admin) error { return a.JoinPeer(ctx, w.site.Config.Channel, block) }
	return w.admins(ctx, "join peer", join, members...)
}

// deploy puts every chaincode's definition into force.
func (b *bringUp) deploy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, b.site.Config.Timings.Ready)
	defer cancel()
	deployed, err := b.deployed()
	if err != nil {
		return err
	}
	for _, d := range deployed {
		if err := b.define(ctx, d.chaincode); err != nil {
			return fmt.Errorf("chaincode %s: %w", d.chaincode.Name, err)
		}
	}
	return nil
}

// genesis answers the channel's first block, made once: the nodes must all start from the same.
func (b *bringUp) genesis() (*common.Block, error) {
	path, shapePath := b.site.In("genesis.block"), b.site.In("genesis.json")
	shape, err := json.Marshal(b.site.Config.Shape())
	if err != nil {
		return nil, err
	}
	if text, err := os.ReadFile(path); err == nil {
		if made, err := os.ReadFile(shapePath); err != nil || !bytes.Equal(made, shape) {
			return nil, errors.New("network.yaml no longer describes the channel that was made (its organisations, their node " +
				"ports or its ordering): undo that, or forget the network with scripts/clean.sh")
		}
		block := &common.Block{}
		return block, proto.Unmarshal(text, block)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	trust, err := b.site.Trust()
	if err != nil {
		return nil, err
	}
	block, err := ledger.Genesis(b.site.Config, trust)
	if err != nil {
		return nil, err
	}
	text, err := proto.Marshal(block)
	if err != nil {
		return nil, err
	}
	if err := site.WriteFile(shapePath, shape); err != nil {
		return nil, err
	}
	return block, site.WriteFile(path, text)
}

func (b *bringUp) joinOrderers(ctx context.Context, block *common.Block) error {
	ordering := b.site.Config.Ordering
	secure, err := ledger.LoadTLS(b.site.TLSRoot(ordering.Key), b.site.ClientTLS(ordering.Key))
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, node := range ordering.Nodes {
		group.Go(func() error {
			return ledger.Retry(ctx, func(ctx context.Context) error {
				return ledger.JoinOrderer(ctx, b.site.Config.Address(node.Admin), secure, b.site.Config.Channel, block)
			})
		})
	}
	return group.Wait()
}

// admin answers the organisation's administrator at its own peer, and what closes the connection.
func (w *world) admin(o config.Organisation) (ledger.Admin, func(), error) {
	secure, err := ledger.LoadTLS(w.site.TLSRoot(o.Key), w.site.ClientTLS(o.Key))
	if err != nil {
		return ledger.Admin{}, nil, err
	}
	id, err := ledger.LoadIdentity(o.MSP, w.site.AdminFolder(o.Key))
	if err != nil {
		return ledger.Admin{}, nil, err
	}
	connection, err := secure.Dial(w.site.Config.Address(o.Peer.Listen))
	if err != nil {
		return ledger.Admin{}, nil, err
	}
	return ledger.Admin{ID: id, Connection: connection}, func() { _ = connection.Close() }, nil
}

func packageOf(cc config.Chaincode) ([]byte, string, error) {
	return ledger.Package(builder.Type, cc.Name)
}

// define installs, approves and commits a chaincode definition wherever that is not yet done, and waits until every
// peer has it in force. When the members are others than those of the definition in force, it is the next in sequence:
// the same package, so no process needs to know.
func (w *world) define(ctx context.Context, cc config.Chaincode) error {
	content, id, err := packageOf(cc)
	if err != nil {
		return err
	}
	definition, err := ledger.Definition(w.site.Config.Channel, cc.Name, id, w.site.Config.Policy(cc))
	if err != nil {
		return err
	}
	all := w.site.Config.Organisations
	committed := false
	ask := func(ctx context.Context, a ledger.Admin) (err error) {
		if definition, err = a.Sequence(ctx, *definition); err == nil {
			committed, err = a.Committed(ctx, definition)
		}
		return err
	}
	install := func(ctx context.Context, a ledger.Admin) error { return a.Install(ctx, content, id) }
	if err := errors.Join(w.admins(ctx, "install", install, all...), w.admins(ctx, "query", ask, all[0])); err != nil {
		return err
	}
	if !committed {
		approve := func(ctx context.Context, a ledger.Admin) error { return a.Approve(ctx, definition) }
		if err := w.admins(ctx, "approve", approve, all...); err != nil {
			return err
		}
		commit := func(ctx context.Context, a ledger.Admin) error { return a.Commit(ctx, definition) }
		if err := w.admins(ctx, "commit", commit, all[0]); err != nil {
			return err
		}
	}
	return w.admins(ctx, "wait", func(ctx context.Context, a ledger.Admin) error {
		done, err := a.Committed(ctx, definition)
		if err == nil && !done {
			err = errors.New("not in force on this peer yet")
		}
		return err
	}, all...)
}

// admins has the administrators of members do a task at once, each trying until it succeeds or ctx is over.
func (w *world) admins(ctx context.Context, name string, task func(context.Context, ledger.Admin) error, members ...config.Organisation) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, o := range members {
		group.Go(func() error {
			admin, closing, err := w.admin(o)
			if err != nil {
				return err
			}
			defer closing()
			if err := ledger.Retry(ctx, func(ctx context.Context) error { return task(ctx, admin) }); err != nil {
				return fmt.Errorf("%s by %s: %w", name, o.Key, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// deployment is a chaincode and the program that runs it.
type deployment struct {
	chaincode config.Chaincode
	program   string
}

// furtherFile lists the chaincodes deployed beside the ledger's own: name to program.
func (w *world) furtherFile() string { return w.site.In("chaincodes.json") }

func (w *world) further() (map[string]string, error) {
	programs := map[string]string{}
	text, err := os.ReadFile(w.furtherFile())
	if errors.Is(err, fs.ErrNotExist) {
		return programs, nil
	}
	if err != nil {
		return nil, err
	}
	return programs, json.Unmarshal(text, &programs)
}

// deployed answers the ledger's own chaincode and every further one, in the configuration's order.
func (b *bringUp) deployed() ([]deployment, error) {
	further, err := b.further()
	if err != nil {
		return nil, err
	}
	all := []deployment{{b.site.Config.Ledger(), b.chaincode}}
	for _, cc := range b.site.Config.Chaincodes[1:] {
		if program, is := further[cc.Name]; is {
			all = append(all, deployment{cc, program})
		}
	}
	return all, nil
}

type deployCommand struct {
	Name   string `help:"Name of the chaincode in network.yaml." required:""`
	Binary string `help:"Program to run it: takes the same flags as the ledger's chaincode." required:"" type:"existingfile"`
}

// Run deploys a further chaincode on the running network.
func (c *deployCommand) Run(ctx context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	cc, found := w.site.Config.Chaincode(c.Name)
	if !found || c.Name == w.site.Config.Ledger().Name {
		return fmt.Errorf("network.yaml has no further chaincode called %q", c.Name)
	}
	program := filepath.Join(w.site.In("programs"), c.Name) // a copy: the network outlives a test's folder
	text, err := os.ReadFile(c.Binary)
	if err != nil {
		return err
	}
	if err := errors.Join(site.WriteFile(program, text), os.Chmod(program, 0o700)); err != nil {
		return err
	}
	further, err := w.further()
	if err != nil {
		return err
	}
	further[c.Name] = program
	if text, err = json.Marshal(further); err != nil {
		return err
	}
	if err := site.WriteFile(w.furtherFile(), text); err != nil {
		return err
	}
	if err := w.startChaincode(ctx, deployment{cc, program}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, w.site.Config.Timings.Ready)
	defer cancel()
	return w.define(ctx, cc)
}

// startChaincode runs one chaincode's processes and waits until they listen.
func (w *world) startChaincode(ctx context.Context, d deployment) error {
	_, id, err := packageOf(d.chaincode)
	if err != nil {
		return err
	}
	for _, o := range w.site.Config.Organisations {
		spec, err := w.site.Chaincode(o, d.chaincode, d.program, id)
		if err != nil {
			return err
		}
		if err := w.reconcile(ctx, spec); err != nil {
			return err
		}
		if err := w.await(ctx, []probe{{spec.Name, portProbe(spec.Listen)}}); err != nil {
			return err
		}
	}
	return nil
}
