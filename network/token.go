package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"portledger/network/issuer"
)

const (
	headerTimeout = 5 * time.Second
	answerTimeout = 10 * time.Second
	idleTimeout   = time.Minute
	closeTimeout  = 2 * time.Second
)

func (w *world) issuer() (*issuer.Issuer, error) {
	return issuer.Open(w.site.IssuerKey(), w.site.IssuerURL(), w.site.Config.Issuer.Audience)
}

type tokenCommand struct {
	Person string `arg:"" help:"Name of the person in network.yaml."`
}

// Run prints a token for a person. Whoever can read the issuer's key can be anyone: this is for development only.
func (c *tokenCommand) Run(w *world) error {
	if known, err := exists(w.peopleFile()); err != nil || !known {
		return errors.Join(errors.New("nobody is enrolled yet: run scripts/up.sh first"), err)
	}
	people, err := w.people()
	if err != nil {
		return err
	}
	someone, found := people[c.Person]
	if !found {
		var names []string
		for name := range people {
			names = append(names, name)
		}
		slices.Sort(names)
		return fmt.Errorf("nobody is called %q; there are %s", c.Person, strings.Join(names, ", "))
	}
	i, err := w.issuer()
	if err != nil {
		return err
	}
	token, err := i.Token(someone.ID, time.Now(), w.site.Config.Issuer.TokenLifetime)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, token)
	return err
}

type issuerCommand struct{}

// Run serves the issuer until the process is told to stop.
func (c *issuerCommand) Run(ctx context.Context, w *world) error {
	i, err := w.issuer()
	if err != nil {
		return err
	}
	handler, err := i.Handler()
	if err != nil {
		return err
	}
	server := &http.Server{Addr: w.site.Config.Address(w.site.Config.Issuer.Listen), Handler: handler, ReadHeaderTimeout: headerTimeout,
		ReadTimeout: answerTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout}
	go func() {
		<-ctx.Done()
		closing, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		_ = server.Shutdown(closing) // the process ends either way
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
