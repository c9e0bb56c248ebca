package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"

	"golang.org/x/sync/errgroup"

	"portledger/network/ledger"
	"portledger/test/network/live"
)

// The operations, in the order in which a round makes them.
const (
	plainCreate      = "plain create, 1 KB"
	plainUnnamed     = "plain create, endorsers left to the peer"
	leastAct         = "the least act: record, anchor, policy"
	leastByTwo       = "the least delivery by two endorsers"
	leastDelivery    = "the least delivery: the same and content to a third endorser"
	issue            = "issue a bill"
	issuePrepared    = "issue a bill, rehearsed before"
	issueREST        = "issue a bill over REST"
	transfer         = "transfer to a new organisation"
	transferPrepared = "transfer to a new organisation, rehearsed before"
	transferREST     = "transfer to a new organisation over REST"
)

const (
	plainBytes = 1024
	// stockClients prepare bills outside the measured time.
	stockClients = 32
)

// job is one transaction, from first request to commit.
type job func(ctx context.Context) error

// operation is a number of jobs of one kind. What before does is not measured.
type operation struct {
	name   string
	before func(ctx context.Context) error
	jobs   []job
}

// work knows how to make every operation's jobs.
type work struct {
	network       *live.Network
	line, shipper *live.Person
	plain         *ledger.Client
	// contentBytes is how large the content of a bill is that a transfer delivers.
	contentBytes int
}

func newWork(network *live.Network) (*work, error) {
	w := &work{network: network}
	var err error
	if w.line, err = network.Person("line-clerk"); err != nil {
		return nil, err
	}
	if w.shipper, err = network.Person("shipper-clerk"); err != nil {
		return nil, err
	}
	w.plain, err = w.line.Client("plain")
	return w, err
}

// stock prepares one round: fresh values for plain creates, approved bills to issue, which are transferred later.
func (w *work) stock(ctx context.Context, count int) ([]operation, error) {
	const ways = 3 // with the Fabric client, with it and rehearsed before, over REST
	bills, err := w.approved(ctx, ways*count)
	if err != nil {
		return nil, err
	}
	leastActs, leastByTwos, leastDeliveries := keys(count), keys(count), keys(count)
	lineAndShipper := w.network.MSPs(live.Carrier, live.Port)
	shipperAndBank := w.network.MSPs(live.Port, live.Bank)
	three := w.network.MSPs(live.Carrier, live.Port, live.Bank)
	issues := actsOn(bills, "issue", nil)
	transfers := actsOn(bills, "transfer", map[string]any{"to": w.network.Party["bank"]})
	return []operation{
		{plainCreate, w.level, w.plainJobs(count, lineAndShipper)},
		{plainUnnamed, w.level, w.plainJobs(count, nil)},
		{leastAct, w.openPlain(leastActs, lineAndShipper), w.plainCalls("Act", leastActs, lineAndShipper)},
		{leastByTwo, w.openPlain(leastByTwos, shipperAndBank), w.plainCalls("Deliver", leastByTwos, shipperAndBank)},
		{leastDelivery, w.openPlain(leastDeliveries, lineAndShipper), w.plainCalls("Deliver", leastDeliveries, three)},
		{issue, w.level, direct(w.line, issues[:count])},
		w.rehearsed(issuePrepared, w.line, issues[count:2*count]),
		{issueREST, w.level, overREST(w.line, issues[2*count:])},
		{transfer, w.level, direct(w.shipper, transfers[:count])},
		w.rehearsed(transferPrepared, w.shipper, transfers[count:2*count]),
		{transferREST, w.level, overREST(w.shipper, transfers[2*count:])},
	}, nil
}

// level waits until all peers have what was measured before.
func (w *work) level(ctx context.Context) error {
	_, err := w.network.Level(ctx)
	return err
}

// rehearsed is an operation whose acts are rehearsed before the clock runs.
func (w *work) rehearsed(name string, p *live.Person, acts []live.Act) operation {
	calls := make([]ledger.Call, len(acts))
	jobs := make([]job, len(acts))
	for i := range jobs {
		jobs[i] = func(ctx context.Context) error {
			_, err := p.Submit(ctx, calls[i])
			return err
		}
	}
	rehearse := func(ctx context.Context) error {
		if err := w.level(ctx); err != nil {
			return err
		}
		return each(ctx, len(acts), func(ctx context.Context, i int) error {
			prepared, err := p.Prepare(ctx, acts[i])
			calls[i] = prepared.Call
			return err
		})
	}
	return operation{name, rehearse, jobs}
}

// approved drafts bills and has them approved.
func (w *work) approved(ctx context.Context, count int) ([]string, error) {
	ids := make([]string, count)
	parties := map[string]any{"shipper": w.network.Party["shipper"], "endorsee": w.network.Party["shipper"]}
	err := each(ctx, count, func(ctx context.Context, i int) error {
		papers, err := w.network.Papers(ctx, "line")
		if err != nil {
			return err
		}
		content := papers.Text("bill-order")
		w.contentBytes = len(content)
		done, err := w.line.Do(ctx, live.Act{Family: "bill", Name: "draft", Request: parties, Content: content})
		ids[i] = done.ID
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	if _, err := w.network.Level(ctx); err != nil {
		return nil, err
	}
	err = each(ctx, count, func(ctx context.Context, i int) error {
		_, err := w.shipper.Do(ctx, live.Act{Family: "bill", Name: "approve", Request: map[string]any{"id": ids[i]}})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("approve: %w", err)
	}
	_, err = w.network.Level(ctx)
	return ids, err
}

// each runs do for every number below count, some at a time.
func each(ctx context.Context, count int, do func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(stockClients)
	for i := range count {
		group.Go(func() error { return do(ctx, i) })
	}
	return group.Wait()
}

// actsOn are the same act on every bill.
func actsOn(bills []string, name string, more map[string]any) []live.Act {
	acts := make([]live.Act, len(bills))
	for i, id := range bills {
		request := map[string]any{"id": id}
		maps.Copy(request, more)
		acts[i] = live.Act{Family: "bill", Name: name, Request: request}
	}
	return acts
}

func (w *work) plainJobs(count int, endorsers []string) []job {
	jobs := make([]job, count)
	for i, key := range keys(count) {
		jobs[i] = w.plainJob(ledger.Call{Function: "Create", Endorsers: endorsers, Arguments: []string{key, oneKilobyte()}})
	}
	return jobs
}

// openPlain makes the records that plain acts are measured on: both members must endorse, the first anchors.
func (w *work) openPlain(keys, members []string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		err := each(ctx, len(keys), func(ctx context.Context, i int) error {
			return w.plainJob(ledger.Call{Function: "Open", Endorsers: members,
				Arguments: []string{keys[i], oneKilobyte(), members[0], members[1]}})(ctx)
		})
		if err != nil {
			return err
		}
		return w.level(ctx)
	}
}

// plainCalls are the least acts on opened records; a delivery gives the last endorser a bill's content.
func (w *work) plainCalls(function string, keys, endorsers []string) []job {
	jobs := make([]job, len(keys))
	for i, key := range keys {
		call := ledger.Call{Function: function, Endorsers: endorsers, Arguments: []string{key, oneKilobyte(), endorsers[0]}}
		if function == "Deliver" {
			call.Arguments = append(call.Arguments, endorsers[len(endorsers)-1])
			call.Transient = map[string][]byte{"content": bytes.Repeat([]byte("x"), w.contentBytes)}
		}
		jobs[i] = w.plainJob(call)
	}
	return jobs
}

func (w *work) plainJob(call ledger.Call) job {
	return func(ctx context.Context) error {
		transaction, err := w.plain.Endorse(ctx, call)
		if err != nil {
			return err
		}
		return live.Commit(ctx, transaction)
	}
}

func keys(count int) []string {
	out := make([]string, count)
	for i := range out {
		raw := make([]byte, 16)
		_, _ = rand.Read(raw) // never fails
		out[i] = hex.EncodeToString(raw)
	}
	return out
}

// oneKilobyte is incompressible text of plainBytes.
func oneKilobyte() string {
	raw := make([]byte, plainBytes*3/4)
	_, _ = rand.Read(raw)
	return base64.StdEncoding.EncodeToString(raw)
}

func direct(p *live.Person, acts []live.Act) []job {
	jobs := make([]job, len(acts))
	for i, a := range acts {
		jobs[i] = func(ctx context.Context) error {
			_, err := p.Do(ctx, a)
			return err
		}
	}
	return jobs
}

func overREST(p *live.Person, acts []live.Act) []job {
	jobs := make([]job, len(acts))
	for i, a := range acts {
		jobs[i] = func(ctx context.Context) error {
			answer, err := p.Post(ctx, a, nil)
			if err != nil {
				return err
			}
			_, err = answer.Written()
			return err
		}
	}
	return jobs
}
