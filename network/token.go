package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"portledger/network/issuer"
	"portledger/network/signin"
	"portledger/network/site"
)

// Limits of the provider's server: its longest request waits for a few passwords to be hashed.
const (
	headerTimeout = 5 * time.Second
	pageTimeout   = 15 * time.Second
	idleTimeout   = time.Minute
	closeTimeout  = 2 * time.Second
)

type tokenCommand struct {
	Person string `arg:"" help:"Name of the person or machine in network.yaml."`
}

// Run prints a token. It signs the person in at the running provider with the password in the person's file, as a browser
// would; a machine shows its secret.
func (c *tokenCommand) Run(ctx context.Context, w *world) error {
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
	if someone.Revoked {
		return fmt.Errorf("%s was revoked and has no account", c.Person)
	}
	with, err := w.site.SignIn(c.Person)
	if err != nil {
		return err
	}
	token, err := signin.Token(ctx, w.site.IssuerURL(), site.ScriptClient, c.Person, someone.ID, with)
	if err != nil {
		return fmt.Errorf("sign %s in: %w (does the network run? scripts/status.sh)", c.Person, err)
	}
	_, err = fmt.Fprintln(os.Stdout, token.AccessToken)
	return err
}

type rotateCommand struct{}

// Run makes the next signing key. The provider and the gateways take notice by themselves.
func (c *rotateCommand) Run(_ context.Context, w *world) error {
	release, err := w.lock()
	if err != nil {
		return err
	}
	defer release()
	return issuer.Keys(w.site.IssuerKeys()).Rotate()
}

type issuerCommand struct{}

// Run serves the OpenID provider until the process is told to stop.
func (c *issuerCommand) Run(ctx context.Context, w *world) error {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	provider, err := issuer.New(issuer.Options{URL: w.site.IssuerURL(), Signing: issuer.Keys(w.site.IssuerKeys()),
		Accounts: w.site.IssuerAccounts(), Lifetime: w.site.Config.Issuer.TokenLifetime, Log: log})
	if err != nil {
		return err
	}
	server := &http.Server{Addr: w.site.Config.Address(w.site.Config.Issuer.Listen), Handler: provider.Handler(),
		ReadHeaderTimeout: headerTimeout, ReadTimeout: pageTimeout, WriteTimeout: pageTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
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
