package rest

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// signing is one act of a person whose key is not here: what was prepared waits for its two signatures. It holds private
// content, so it lives in memory only, and a gateway that starts anew knows nothing of it.
type signing struct {
	id, txid  string
	submitted submission
	endorsers []string
	until     time.Time
	ended     *time.Timer

	mu       sync.Mutex // held through a step, so that two requests do not take it at once
	unsigned ledger.Unsigned
}

// signings are the open ones. They are safe for concurrent use.
type signings struct {
	life time.Duration
	mu   sync.Mutex
	open map[string]*signing
}

func newSignings(life time.Duration) *signings {
	return &signings{life: life, open: map[string]*signing{}}
}

// room refuses a person, or everybody, who has too many open already.
func (all *signings) room(person string) error {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.full(person)
}

func (all *signings) full(person string) error {
	if len(all.open) >= signingsMost {
		return fault.New(fault.Busy)
	}
	own := 0
	for _, g := range all.open {
		if g.submitted.person.ID == person {
			own++
		}
	}
	if own >= signingsPerPerson {
		return fault.New(fault.RateLimited)
	}
	return nil
}

// add opens a signing; expired is called if it comes to nothing in time.
func (all *signings) add(submitted submission, endorsers []string, u ledger.Unsigned, expired func()) (*signing, error) {
	life := all.life
	if submitted.act.Name == proving.Name {
		life = min(life, provingLife)
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if err := all.full(submitted.person.ID); err != nil {
		return nil, err
	}
	g := &signing{id: rand.Text(), txid: u.TxID, submitted: submitted, endorsers: slices.Clone(endorsers), unsigned: u, until: time.Now().Add(life)}
	g.ended = time.AfterFunc(life, func() {
		if all.take(g) {
			expired()
		}
	})
	all.open[g.id] = g
	return g, nil
}

// of answers the person's open signing, or signing-gone: another person's is as unknown as one that never was.
func (all *signings) of(person ledger.Person, id string) (*signing, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if g := all.open[id]; g != nil && g.submitted.person.ID == person.ID {
		return g, nil
	}
	return nil, fault.New(fault.SigningGone)
}

// under answers the open signing of a request, nil for none.
func (all *signings) under(person, key string) *signing {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, g := range all.open {
		if g.submitted.person.ID == person && g.submitted.key == key {
			return g
		}
	}
	return nil
}

// take closes a signing for whoever asks first.
func (all *signings) take(g *signing) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.open[g.id] != g {
		return false
	}
	delete(all.open, g.id)
	g.ended.Stop()
	return true
}

// endorseSigned has the signed proposal endorsed, and again where an endorser may only be a block behind.
func (s *Server) endorseSigned(ctx context.Context, u ledger.Unsigned, signature []byte) (ledger.Unsigned, error) {
	ctx, cancel := context.WithTimeout(ctx, endorseWait)
	defer cancel()
	for try := 0; ; try++ {
		endorsed, err := stage(s, "endorse", func() (ledger.Unsigned, error) { return s.ledger.EndorseSigned(ctx, u, signature) })
		if err == nil || !mayLag(err) || try == len(endorsePauses) {
			return endorsed, err
		}
		select {
		case <-ctx.Done():
			return ledger.Unsigned{}, err
		case <-time.After(endorsePauses[try]):
		}
	}
}
