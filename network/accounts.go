package main

import (
	"errors"
	"io/fs"
	"os"

	"portledger/network/config"
	"portledger/network/issuer"
	"portledger/network/site"
)

// makeAccounts gives everybody who may act an account at the OpenID provider, each with a made password or secret in a file
// of its own, and nobody else: one who was revoked has none. Accounts that are right stay as they are.
func (w *world) makeAccounts() error {
	people, err := w.people()
	if err != nil {
		return err
	}
	known, err := issuer.ReadAccounts(w.site.IssuerAccounts())
	if err != nil {
		return err
	}
	next := issuer.Accounts{Clients: w.issuerClients()}
	for _, p := range w.site.Config.People {
		file := w.site.SignInSecret(p.Organisation, p.Name)
		if people[p.Name].Revoked {
			if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		has, list := known.People, &next.People
		if p.Machine {
			has, list = known.Machines, &next.Machines
		}
		account, err := w.account(p, people[p.Name].ID, has, file)
		if err != nil {
			return err
		}
		*list = append(*list, account)
	}
	return next.Write(w.site.IssuerAccounts())
}

// account answers the account that somebody has, or makes one.
func (w *world) account(p config.Person, id string, has []issuer.Account, file string) (issuer.Account, error) {
	o, _ := w.site.Config.Organisation(p.Organisation)
	kept, err := exists(file)
	if err != nil {
		return issuer.Account{}, err
	}
	if account, found := issuer.Find(has, id); found && kept && account.Audience == w.site.Audience(o) {
		return account, nil
	}
	secret := issuer.NewSecret()
	if err := site.WriteFile(file, []byte(secret+"\n")); err != nil {
		return issuer.Account{}, err
	}
	if p.Machine {
		return issuer.NewMachine(id, w.site.Audience(o), secret), nil
	}
	return issuer.NewPerson(p.Name, id, w.site.Audience(o), secret)
}

func (w *world) issuerClients() []issuer.Client {
	clients := []issuer.Client{{ID: site.ScriptClient, Redirects: []string{w.site.SignedIn()}}}
	for _, c := range w.site.Config.Issuer.Clients {
		made := issuer.Client{ID: c.ID}
		for _, o := range w.site.Config.Organisations {
			made.Redirects = append(made.Redirects, w.site.GatewayURL(o)+c.Path)
		}
		clients = append(clients, made)
	}
	return clients
}
