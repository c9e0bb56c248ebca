package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"portledger/network/site"
)

type signOutCommand struct {
	Person string `arg:"" help:"Name of the person or machine in network.yaml."`
}

// Run ends all tokens that the person has at the gateway, at once: a stolen one opens nothing any more, and who signs in again gets a
// new one.
func (c *signOutCommand) Run(_ context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	o, someone, err := newBringUp(w, upCommand{AsBuilt: true}).someone(c.Person)
	if err != nil {
		return err
	}
	folder := filepath.Join(w.site.Identities(o.Key), someone.ID)
	if enrolled, err := exists(folder); err != nil || !enrolled {
		return errors.Join(fmt.Errorf("%s is not enrolled", c.Person), err)
	}
	file := filepath.Join(folder, "signed-out")
	if err := site.WriteFile(file, []byte(time.Now().UTC().Format(time.RFC3339)+"\n")); err != nil {
		return err
	}
	fmt.Printf("%s (%s) is signed out: tokens from before open nothing\n", c.Person, someone.ID)
	return nil
}
