package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"portledger/network/config"
	"portledger/network/ledger"
)

// readyFunction writes one small key whose policy names every organisation: the strictest transaction there can be.
const readyFunction = "org:Ping"

const (
	// pingTimeout bounds one attempt; right after a start attempts fail at once, so this is only reached by a hang.
	pingTimeout = 10 * time.Second
	lookAgain   = 50 * time.Millisecond
)

// ready has every organisation commit, through its own peer, a transaction that all endorsed, and waits until every
// node has all of them. One organisation's success is not enough: another's peer may not have found the others yet,
// and one orderer of three may hang unnoticed.
func (w *world) ready(ctx context.Context) error {
	_, err := w.commitEverywhere(ctx)
	return err
}

// commitEverywhere answers the latest of the blocks.
func (w *world) commitEverywhere(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, w.site.Config.Timings.Ready)
	defer cancel()
	people, err := w.people()
	if err != nil {
		return 0, err
	}
	var guard sync.Mutex
	var latest uint64
	err = w.organisations(ctx, func(ctx context.Context, o config.Organisation) error {
		r, err := w.registrar(o, people[w.site.Config.Registrar(o.Key)].ID)
		if err != nil {
			return err
		}
		defer r.connection.Close()
		block, err := r.ping(ctx)
		guard.Lock()
		defer guard.Unlock()
		latest = max(latest, block)
		return err
	})
	if err != nil {
		return 0, err
	}
	return latest, w.awaitBlock(ctx, latest)
}

// ping commits one transaction endorsed by all, trying until ctx is over.
func (r *registrar) ping(ctx context.Context) (block uint64, err error) {
	var everyone []string
	for _, o := range r.site.Config.Organisations {
		everyone = append(everyone, o.MSP)
	}
	call := ledger.Call{Function: readyFunction, Arguments: []string{strings.Join(everyone, ",")}, Endorsers: everyone}
	err = ledger.Retry(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, pingTimeout)
		defer cancel()
		_, block, err = r.client.Submit(ctx, call)
		return err
	})
	return block, err
}

// awaitBlock waits until every orderer and every peer has the block.
func (w *world) awaitBlock(ctx context.Context, block uint64) error {
	for {
		behind := w.behind(ctx, block+1)
		if behind == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("block %d is not everywhere: %w", block, behind)
		case <-time.After(lookAgain):
		}
	}
}

// behind names the nodes with fewer blocks than height.
func (w *world) behind(ctx context.Context, height uint64) error {
	c := w.site.Config
	var faults []error
	for _, node := range c.Ordering.Nodes {
		raft, err := ledger.OrdererRaft(ctx, c.Address(node.Operations), c.Channel)
		if err == nil && raft.Height < height {
			err = fmt.Errorf("%s has %d blocks", node.Name, raft.Height)
		}
		faults = append(faults, err)
	}
	for _, o := range c.Organisations {
		has, err := ledger.PeerHeight(ctx, c.Address(o.Peer.Operations), c.Channel)
		if err == nil && has < height {
			err = fmt.Errorf("the peer of %s has %d blocks", o.Key, has)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

type checkCommand struct{}

// Run proves that the network works, and prints the block.
func (c *checkCommand) Run(ctx context.Context, w *world) error {
	begun := time.Now()
	block, err := w.commitEverywhere(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("block %d, endorsed by all, is on every node after %d ms\n", block, time.Since(begun).Milliseconds())
	return nil
}
