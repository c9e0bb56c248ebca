package main

import (
	"context"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-config/configtx"

	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/site"
)

type revokeCommand struct {
	Person string `arg:"" help:"Name of the person in network.yaml."`
	Reason string `help:"Why, as RFC 5280 calls it." default:"unspecified" enum:"unspecified,keycompromise,affiliationchange,superseded,cessationofoperation"`
}

// Run takes a person's certificates away: the gateway and the provider know the person no more, the CA lists the certificates as revoked, and
// the channel learns the list, so that no peer and no orderer takes anything signed with them. It can be repeated.
func (c *revokeCommand) Run(ctx context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	b := newBringUp(w, upCommand{AsBuilt: true})
	o, someone, err := b.someone(c.Person)
	if err != nil {
		return err
	}
	if err := b.strike(c.Person, o, someone); err != nil {
		return err
	}
	list, err := b.revoke(ctx, o, someone.ID, c.Reason)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, b.site.Config.Timings.Ready)
	defer cancel()
	if err := b.publishRevocation(bounded, o, list); err != nil {
		return fmt.Errorf("tell the channel: %w", err)
	}
	fmt.Printf("%s (%s) is revoked: at the gateway, at the CA, and on the channel\n", c.Person, someone.ID)
	return nil
}

type enrolCommand struct {
	Person  string `arg:"" help:"Name of the person in network.yaml."`
	Request string `help:"File with a request (PKCS 10) for a key that the person keeps, in a token for example." type:"existingfile" placeholder:"FILE"`
}

// Run gives a person a new certificate; somebody who was revoked begins anew under another opaque id.
func (c *enrolCommand) Run(ctx context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	b := newBringUp(w, upCommand{AsBuilt: true})
	o, someone, err := b.someone(c.Person)
	if err != nil {
		return err
	}
	if someone.Revoked {
		if someone.ID, err = site.OpaqueID(); err != nil {
			return err
		}
		someone.Revoked = false
		if err := b.note(c.Person, someone); err != nil {
			return err
		}
	}
	person, _ := b.site.Config.Person(c.Person)
	attributes, err := b.attributes(person)
	if err != nil {
		return err
	}
	if b.enrol, err = b.site.Builder().Enrol(ctx); err != nil {
		return err
	}
	told, err := b.applicant(person, someone.ID, attributes, c.Request)
	if err != nil {
		return err
	}
	if err := b.office(ctx, o, map[string]any{"people": []any{told}}); err != nil {
		return err
	}
	if err := b.handOver(); err != nil {
		return err
	}
	if err := b.makeAccounts(); err != nil {
		return err
	}
	fmt.Printf("%s is enrolled as %s\n", c.Person, someone.ID)
	return nil
}

// someone finds a person of network.yaml who was enrolled before.
func (b *bringUp) someone(name string) (config.Organisation, person, error) {
	p, found := b.site.Config.Person(name)
	if !found {
		return config.Organisation{}, person{}, fmt.Errorf("nobody of network.yaml is called %q", name)
	}
	if p.Registrar {
		return config.Organisation{}, person{}, errors.New("a registrar brings its organisation up: it is changed in network.yaml")
	}
	o, _ := b.site.Config.Organisation(p.Organisation)
	known, err := exists(b.peopleFile())
	if err != nil || !known {
		return o, person{}, errors.Join(errors.New("nobody is enrolled yet: run scripts/up.sh first"), err)
	}
	people, err := b.people()
	return o, people[name], err
}

// strike makes the gateway forget a person at once, up not enrol them again, and the provider know them no more.
func (b *bringUp) strike(name string, o config.Organisation, someone person) error {
	someone.Revoked = true
	if err := b.note(name, someone); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(b.site.In(o.Key, "identities", someone.ID)), b.makeAccounts())
}

// note keeps what is known of a person.
func (b *bringUp) note(name string, someone person) error {
	people, err := b.people()
	if err != nil {
		return err
	}
	people[name] = someone
	text, err := json.MarshalIndent(people, "", "  ")
	if err != nil {
		return err
	}
	return site.WriteFile(b.peopleFile(), text)
}

// revoke has the CA revoke, and answers its list.
func (b *bringUp) revoke(ctx context.Context, o config.Organisation, id, reason string) (list *pkix.CertificateList, err error) {
	if b.enrol, err = b.site.Builder().Enrol(ctx); err != nil {
		return nil, err
	}
	file := b.site.In(o.Key, "revoked.pem")
	job := map[string]any{"leavers": []any{map[string]any{"id": id, "reason": reason}}, "crl": file}
	if err := b.office(ctx, o, job); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ledger.ParseCRL(text)
}

// publishRevocation changes the channel unless it knows the list, and waits until every member's peer does.
func (b *bringUp) publishRevocation(ctx context.Context, o config.Organisation, list *pkix.CertificateList) error {
	change := func(ctx context.Context, a ledger.Admin) error {
		channel, err := a.Channel(ctx, b.site.Config.Channel)
		if err != nil {
			return err
		}
		if known, err := channel.Revokes(o.MSP, list); err != nil || known {
			return err
		}
		update, err := channel.Revocation(o.MSP, list)
		if err != nil {
			return err
		}
		signer, err := ledger.LoadSigner(o.MSP, b.site.AdminFolder(o.Key))
		if err != nil {
			return err
		}
		return b.orderChange(ctx, update, o, []*configtx.SigningIdentity{signer})
	}
	if err := b.admins(ctx, "revocation", change, o); err != nil {
		return err
	}
	return b.admins(ctx, "see the revocation", func(ctx context.Context, a ledger.Admin) error {
		channel, err := a.Channel(ctx, b.site.Config.Channel)
		if err != nil {
			return err
		}
		known, err := channel.Revokes(o.MSP, list)
		if err == nil && !known {
			err = errors.New("not on this peer yet")
		}
		return err
	}, b.site.Config.Organisations...)
}
