package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/site"
)

const (
	attributeParty     = "portledger.party"
	attributeRoles     = "portledger.roles"
	attributeRegistrar = "portledger.registrar"
	secretBytes        = 32
)

// person is what people.json tells of someone: the opaque id that certificates and tokens carry.
type person struct {
	ID           string `json:"id"`
	Organisation string `json:"org"`
	Party        string `json:"party,omitempty"`
	// Revoked tells that the person's certificates were taken away: no run enrols them again by itself.
	Revoked bool `json:"revoked,omitempty"`
}

func (w *world) peopleFile() string { return w.site.In("people.json") }

// people answers everyone's opaque id by name. Ids are made once and written down before they are used.
func (w *world) people() (map[string]person, error) {
	known := map[string]person{}
	text, err := os.ReadFile(w.peopleFile())
	if err == nil {
		err = json.Unmarshal(text, &known)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	added := false
	for _, p := range w.site.Config.People {
		if _, is := known[p.Name]; is {
			continue
		}
		id, err := site.OpaqueID()
		if err != nil {
			return nil, err
		}
		known[p.Name], added = person{ID: id, Organisation: p.Organisation, Party: p.Party}, true
	}
	if !added {
		return known, nil
	}
	if text, err = json.MarshalIndent(known, "", "  "); err != nil {
		return nil, err
	}
	return known, site.WriteFile(w.peopleFile(), text)
}

// enrolRegistrars enrols each organisation's registrar, who then registers its parties.
func (b *bringUp) enrolRegistrars(ctx context.Context) error {
	people, err := b.people()
	if err != nil {
		return err
	}
	return b.organisations(ctx, func(ctx context.Context, o config.Organisation) error {
		return b.enrolPeople(ctx, o, people, func(p config.Person) (map[string]string, bool) {
			return map[string]string{attributeRegistrar: "true"}, p.Registrar
		})
	})
}

// registerMembers lets every organisation join the ledger, registers its parties and enrols their people.
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

func (b *bringUp) registerMember(ctx context.Context, o config.Organisation, people map[string]person) error {
	r, err := b.registrar(o, people[b.site.Config.Registrar(o.Key)].ID)
	if err != nil {
		return err
	}
	defer r.connection.Close()
	secret, err := randomHex()
	if err != nil {
		return err
	}
	join := act{contract: "org", name: "join", request: struct{}{}, content: map[string]any{"secret": secret, "trust": o.Trust}}
	if _, err := r.once(ctx, "join-"+o.Key, join); err != nil {
		return fmt.Errorf("join the ledger: %w", err)
	}
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

// attributes are what the certificate of a party's person says.
func (b *bringUp) attributes(p config.Person) (map[string]string, error) {
	party, found := b.site.Config.Party(p.Party)
	if !found {
		return nil, fmt.Errorf("%s acts for no party", p.Name)
	}
	id, err := b.partyID(party.Name)
	return map[string]string{attributeParty: id, attributeRoles: strings.Join(party.Roles, ",")}, err
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

// enrolPeople enrols those of the organisation's people that attributes speaks for and that have no certificate yet.
func (b *bringUp) enrolPeople(ctx context.Context, o config.Organisation, people map[string]person,
	attributes func(config.Person) (map[string]string, bool),
) error {
	type object = map[string]any
	var wanted []object
	for _, p := range b.site.Config.People {
		values, is := attributes(p)
		if p.Organisation != o.Key || !is {
			continue
		}
		id := people[p.Name].ID
		if people[p.Name].Revoked {
			continue
		}
		if enrolled, err := exists(b.site.In(o.Key, "identities", id)); err != nil || enrolled {
			if err != nil {
				return err
			}
			continue
		}
		told, err := b.applicant(p, id, values, "")
		if err != nil {
			return err
		}
		wanted = append(wanted, told)
	}
	if len(wanted) == 0 {
		return nil
	}
	return b.office(ctx, o, object{"people": wanted})
}

// office has the organisation's enrolment program do a job.
func (b *bringUp) office(ctx context.Context, o config.Organisation, job map[string]any) error {
	secret, err := os.ReadFile(b.site.CASecret(o.Key))
	if err != nil {
		return err
	}
	type object = map[string]any
	job["msp"], job["out"] = o.MSP, b.site.Identities(o.Key)
	job["ca"] = object{"name": site.CAName(o), "url": b.site.CAURL(o), "tls_ca": b.site.TLSRoot(o.Key)}
	job["registrar"] = object{"id": site.CARegistrar, "secret": string(secret)}
	text, err := json.Marshal(job)
	if err != nil {
		return err
	}
	// The SDK's client of the CA has no time limit of its own.
	ctx, cancel := context.WithTimeout(ctx, b.site.Config.Timings.Ready)
	defer cancel()
	command := exec.CommandContext(ctx, b.enrol)
	command.Stdin = bytes.NewReader(text)
	said, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("enrolment program: %w: %s (log: %s)", err, strings.TrimSpace(string(said)), b.site.Log(site.CAName(o)))
	}
	return nil
}

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
		if kept, err = r.endorse(ctx, a); err != nil {
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
