package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/hyperledger/fabric-config/configtx"

	"portledger/network/config"
	"portledger/network/ledger"
)

type joinCommand struct {
	Name      string `help:"Key of the organisation in network.yaml's section joining." required:""`
	FabricBin string `help:"Folder with ready peer and orderer programs, as given to up." env:"PORTLEDGER_FABRIC_BIN" type:"existingdir"`
}

// Run makes an organisation a member of the network. Once it is noted as one, everything else is what up does for members:
// so a join that was cut short is finished by repeating it, or by up.
func (c *joinCommand) Run(ctx context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	if err := w.site.Admit(c.Name); err != nil {
		return err
	}
	_, runs := w.table.Running(w.site.ChaincodeName(w.site.Config.Organisations[0], w.site.Config.Ledger()))
	b := newBringUp(w, upCommand{FabricBin: c.FabricBin, AsBuilt: runs}) // what runs is not replaced under the others
	if err := b.progress.take(ctx, b.steps()...); err != nil {
		return fmt.Errorf("join of %s failed at: %w", c.Name, err)
	}
	b.progress.say("%s is a member\n", c.Name)
	return b.welcome(os.Stdout)
}

// letIn makes an organisation a member of the channel and lets its peer catch up with the others.
func (b *bringUp) letIn(ctx context.Context, o config.Organisation) error {
	block, err := b.genesis()
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, b.site.Config.Timings.Ready)
	defer cancel()
	if err := b.admitted(bounded, o); err != nil {
		return err
	}
	if err := b.joinPeers(bounded, block, o); err != nil {
		return err
	}
	return b.caughtUp(ctx, o)
}

// admitted changes the channel's configuration unless the organisation stands in it, and waits until every other member's
// peer has the change.
func (b *bringUp) admitted(ctx context.Context, o config.Organisation) error {
	var members []config.Organisation
	change := func(ctx context.Context, a ledger.Admin) error {
		channel, err := a.Channel(ctx, b.site.Config.Channel)
		if err != nil || slices.Contains(channel.Members(), o.MSP) {
			return err
		}
		members = b.among(channel.Members())
		return b.admission(ctx, channel, members, o)
	}
	if err := b.admins(ctx, "admission", change, b.site.Config.Organisations[0]); err != nil {
		return err
	}
	return b.admins(ctx, "see the admission", func(ctx context.Context, a ledger.Admin) error {
		channel, err := a.Channel(ctx, b.site.Config.Channel)
		if err == nil && !slices.Contains(channel.Members(), o.MSP) {
			err = errors.New("not on this peer yet")
		}
		return err
	}, members...)
}

func (w *world) among(msps []string) []config.Organisation {
	return slices.DeleteFunc(slices.Clone(w.site.Config.Organisations), func(o config.Organisation) bool {
		return !slices.Contains(msps, o.MSP)
	})
}

// admission has the administrators of a majority of the members sign that the organisation comes in, and orders it.
func (b *bringUp) admission(ctx context.Context, channel ledger.Channel, members []config.Organisation, o config.Organisation) error {
	trust, err := b.site.Trust()
	if err != nil {
		return err
	}
	change, err := channel.Admission(o.MSP, trust.Members[o.MSP], configtx.Address{Host: b.site.Config.Host, Port: o.Peer.Listen})
	if err != nil {
		return err
	}
	var signers []*configtx.SigningIdentity
	for _, m := range members[:len(members)/2+1] { // the channel's rule: MAJORITY Admins
		signer, err := ledger.LoadSigner(m.MSP, b.site.AdminFolder(m.Key))
		if err != nil {
			return err
		}
		signers = append(signers, signer)
	}
	return b.orderChange(ctx, change, members[0], signers)
}

// orderChange has the signers sign a change of the channel, and hands it to an orderer over a member's TLS identity.
func (b *bringUp) orderChange(ctx context.Context, change []byte, member config.Organisation, signers []*configtx.SigningIdentity) error {
	envelope, err := ledger.SignChange(change, signers...)
	if err != nil {
		return err
	}
	ordering := b.site.Config.Ordering
	secure, err := ledger.LoadTLS(b.site.TLSRoot(ordering.Key), b.site.ClientTLS(member.Key))
	if err != nil {
		return err
	}
	var faults []error
	for _, node := range ordering.Nodes {
		connection, err := secure.Dial(b.site.Config.Address(node.Listen))
		if err != nil {
			return err
		}
		err = ledger.Order(ctx, connection, envelope)
		if err = errors.Join(err, connection.Close()); err == nil {
			return nil
		}
		faults = append(faults, fmt.Errorf("%s: %w", node.Name, err))
	}
	return errors.Join(faults...)
}

// caughtUp waits until the organisation's peer has replayed all blocks that another peer has now. However long the chain
// is, it is waited for while it gets on.
func (b *bringUp) caughtUp(ctx context.Context, o config.Organisation) error {
	c := b.site.Config
	goal, err := ledger.PeerHeight(ctx, c.Address(c.Organisations[0].Peer.Operations), c.Channel)
	if err != nil {
		return err
	}
	for has, since := uint64(0), time.Now(); ; {
		height, err := ledger.PeerHeight(ctx, c.Address(o.Peer.Operations), c.Channel)
		if err == nil && height >= goal {
			return nil
		}
		if height > has {
			has, since = height, time.Now()
		}
		if time.Since(since) > c.Timings.Ready {
			return errors.Join(fmt.Errorf("the peer of %s stands at block %d of %d", o.Key, has, goal), err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}
