package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"

	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/site"
)

const (
	// secretBytes is the length of an organisation's secret and of a salt.
	secretBytes = 32
	// behind is how long another member's peer may be a block behind, and so answer differently, before that is a failure.
	behind = 10 * time.Second
)

// registrar acts on the ledger for one organisation.
type registrar struct {
	*world
	msp        string
	connection *grpc.ClientConn
	client     *ledger.Client
}

func (w *world) registrar(o config.Organisation, id string) (*registrar, error) {
	secure, err := ledger.LoadTLS(w.site.TLSRoot(o.Key), w.site.ClientTLS(o.Key))
	if err != nil {
		return nil, err
	}
	identity, err := ledger.LoadIdentity(o.MSP, w.site.In(o.Key, "identities", id))
	if err != nil {
		return nil, err
	}
	connection, err := secure.Dial(w.site.Config.Address(o.Peer.Listen))
	if err != nil {
		return nil, err
	}
	client, err := ledger.Connect(connection, identity, w.site.Config.Channel, w.site.Config.Ledger().Name)
	return &registrar{world: w, msp: o.MSP, connection: connection, client: client}, err
}

// act is one call of a contract's Act: what is public and what is private.
type act struct {
	contract, name string
	request        any
	content        any
}

// record is what is kept of an act: the transaction before it is submitted, so that a run that was cut short is
// taken up with the same transaction and nothing is done twice.
type record struct {
	ID          string `json:"id"`
	Transaction []byte `json:"transaction,omitempty"`
	Done        bool   `json:"done"`
}

func (w *world) recordFile(name string) string { return w.site.In("acts", name+".json") }

func (w *world) record(name string) (record, error) {
	var r record
	text, err := os.ReadFile(w.recordFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// partyID answers the id the ledger gave to a party.
func (w *world) partyID(name string) (string, error) {
	r, err := w.record("party-" + name)
	if err == nil && !r.Done {
		err = fmt.Errorf("party %s is not registered", name)
	}
	return r.ID, err
}

// conflicts is how often an act is tried anew that another one came before: while members join side by side, what one of them just
// looked at changes.
const conflicts = 5

// once does an act that must happen once in the network's life, and answers the id of what it made.
func (r *registrar) once(ctx context.Context, name string, a act) (id string, err error) {
	for range conflicts {
		if id, err = r.attempt(ctx, name, a); err == nil || !strings.Contains(err.Error(), "MVCC_READ_CONFLICT") {
			return id, err
		}
	}
	return "", err
}

func (r *registrar) attempt(ctx context.Context, name string, a act) (string, error) {
	kept, err := r.record(name)
	if err != nil || kept.Done {
		return kept.ID, err
	}
	if kept.Transaction == nil {
		trying, cancel := context.WithTimeout(ctx, behind)
		err = ledger.Retry(trying, func(ctx context.Context) (err error) {
			kept, err = r.endorse(ctx, a)
			return err
		})
		cancel()
		if err != nil {
			return "", err
		}
		if err := r.keep(name, kept); err != nil {
			return "", err
		}
	}
	transaction, err := r.client.Restore(kept.Transaction)
	if err != nil {
		return "", err
	}
	settling, cancel := context.WithTimeout(ctx, r.site.Config.Timings.Ready)
	defer cancel()
	if _, err := r.client.Settle(settling, transaction); err != nil {
		if settling.Err() == nil { // its fate is known: refused, so the next run may begin anew
			err = errors.Join(err, os.Remove(r.recordFile(name)))
		}
		return "", err
	}
	return kept.ID, r.keep(name, record{ID: kept.ID, Done: true})
}

func (w *world) keep(name string, r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return site.WriteFile(w.recordFile(name), text)
}

// endorse asks the own peer who must endorse, then has exactly those endorse: nobody else sees the private part.
func (r *registrar) endorse(ctx context.Context, a act) (record, error) {
	request, err := json.Marshal(a.request)
	if err != nil {
		return record{}, err
	}
	salt, err := randomHex()
	if err != nil {
		return record{}, err
	}
	call := ledger.Call{
		Function: a.contract + ":Prepare", Arguments: []string{a.name, string(request)}, Endorsers: []string{r.msp},
		Transient: map[string][]byte{"salt": []byte(salt)},
	}
	if a.content != nil {
		if call.Transient["content"], err = json.Marshal(a.content); err != nil {
			return record{}, err
		}
	}
	text, err := r.client.Evaluate(ctx, call)
	if err != nil {
		return record{}, err
	}
	var prepared struct {
		Endorsers []string          `json:"endorsers"`
		Attach    map[string][]byte `json:"attach"`
	}
	if err := json.Unmarshal(text, &prepared); err != nil {
		return record{}, fmt.Errorf("read what %s answered: %w", call.Function, err)
	}
	call.Function, call.Endorsers = a.contract+":Act", prepared.Endorsers
	for name, value := range prepared.Attach {
		call.Transient[name] = value
	}
	transaction, err := r.client.Endorse(ctx, call)
	if err != nil {
		return record{}, err
	}
	var outcome struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(transaction.Result(), &outcome); err != nil {
		return record{}, fmt.Errorf("read the outcome: %w", err)
	}
	kept, err := transaction.Bytes()
	return record{ID: outcome.ID, Transaction: kept}, err
}

func randomHex() (string, error) {
	bytes := make([]byte, secretBytes)
	if _, err := rand.Read(bytes); err != nil {
		return "", err
	}
	return hex.EncodeToString(bytes), nil
}
