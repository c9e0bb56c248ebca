package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"portledger/network/config"
	"portledger/network/site"
)

// registerMembers registers every organisation's parties and enrols their people.
func (b *bringUp) registerMembers(ctx context.Context) error {
	people, err := b.people()
	if err != nil {
		return err
	}
	err = b.organisations(ctx, func(ctx context.Context, o config.Organisation) error {
		return b.registerMember(ctx, o, people)
	})
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for _, p := range b.site.Config.Parties {
		if ids[p.Name], err = b.partyID(p.Name); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(ids, "", "  ")
	if err != nil {
		return err
	}
	if err := site.WriteFile(b.site.In("parties.json"), text); err != nil {
		return err
	}
	return b.handOver()
}

// joinLedger lets every organisation join the ledger. It ends when every peer has every organisation's settings: who
// witnesses a new party proves its own from them, and peers that know different settings answer differently.
func (b *bringUp) joinLedger(ctx context.Context) error {
	people, err := b.people()
	if err != nil {
		return err
	}
	var news atomic.Bool
	err = b.organisations(ctx, func(ctx context.Context, o config.Organisation) error {
		name := "join-" + o.Key
		if before, err := b.record(name); err != nil || before.Done {
			return err
		}
		news.Store(true)
		r, err := b.registrar(o, people[b.site.Config.Registrar(o.Key)].ID)
		if err != nil {
			return err
		}
		defer r.connection.Close()
		secret, err := randomHex()
		if err != nil {
			return err
		}
		settings := map[string]any{"secret": secret, "trust": o.Trust}
		_, err = r.once(ctx, name, act{contract: "org", name: "join", request: struct{}{}, content: settings})
		return err
	})
	if err != nil || !news.Load() {
		return err
	}
	return b.ready(ctx)
}

func (b *bringUp) registerMember(ctx context.Context, o config.Organisation, people map[string]person) error {
	r, err := b.registrar(o, people[b.site.Config.Registrar(o.Key)].ID)
	if err != nil {
		return err
	}
	defer r.connection.Close()
	group, registering := errgroup.WithContext(ctx)
	for _, p := range b.site.Config.Parties {
		if p.Organisation == o.Key {
			group.Go(func() error {
				if err := r.registerParty(registering, p); err != nil {
					return fmt.Errorf("register party %s: %w", p.Name, err)
				}
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return b.enrolPeople(ctx, o, people, func(p config.Person) (map[string]string, bool) {
		attributes, err := b.attributes(p)
		return attributes, err == nil
	})
}

// registerParty gives birth to a party, with another organisation as witness of the new record, and then tells the
// ledger who it is, which only its own organisation sees.
func (r *registrar) registerParty(ctx context.Context, p config.Party) error {
	request := map[string]any{"roles": p.Roles, "witness": r.witness()}
	if p.AutoAccept {
		request["autoAccept"] = true
	}
	if p.AEOStatus != "" {
		request["aeoStatus"] = p.AEOStatus
	}
	id, err := r.once(ctx, "party-"+p.Name, act{contract: "party", name: "register", request: request})
	if err != nil {
		return err
	}
	_, err = r.once(ctx, "describe-"+p.Name, act{contract: "party", name: "describe", request: map[string]any{"id": id}, content: p.Content})
	return err
}

// witness is the next organisation after the own.
func (r *registrar) witness() string {
	members := r.site.Config.Organisations
	for i, o := range members {
		if o.MSP == r.msp {
			return members[(i+1)%len(members)].MSP
		}
	}
	return ""
}
