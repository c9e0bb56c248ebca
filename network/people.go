package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"portledger/network/config"
	"portledger/network/site"
)

// What the certificates of people say of them.
const (
	attributeParty     = "portledger.party"
	attributeRoles     = "portledger.roles"
	attributeRegistrar = "portledger.registrar"
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

// attributes are what the certificate of a party's person says.
func (b *bringUp) attributes(p config.Person) (map[string]string, error) {
	party, found := b.site.Config.Party(p.Party)
	if !found {
		return nil, fmt.Errorf("%s acts for no party", p.Name)
	}
	id, err := b.partyID(party.Name)
	said := map[string]string{attributeParty: id}
	if roles := b.site.Config.RolesOf(p); len(roles) > 0 { // Fabric CA keeps no attribute without a value
		said[attributeRoles] = strings.Join(roles, ",")
	}
	return said, err
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
	// It ends when this command is killed, so that the next one does not register the same people beside it. What tells it is the end
	// of the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("enrolment program: %w: %s (log: %s)", err, strings.TrimSpace(string(said)), b.site.Log(site.CAName(o)))
	}
	return nil
}
