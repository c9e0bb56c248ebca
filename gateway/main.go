// Command gateway serves one organisation's people the ledger over HTTP. It reads the configuration, wires the parts
// together and stops them in order; it knows no rules.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"portledger/gateway/audit"
	"portledger/gateway/fabric"
	"portledger/gateway/rest"
	"portledger/gateway/store"
	"portledger/keyfile"
)

// shutdownWait lets requests that are under way finish; a little longer than the longest of them.
const shutdownWait = 25 * time.Second

// issuerTimeout bounds one request to the token issuer.
const issuerTimeout = 5 * time.Second

var command struct {
	Config       string `help:"YAML file with the gateway's settings; the environment overrides them as PORTLEDGER_GATEWAY_KEY__SUBKEY." required:"" placeholder:"FILE"`
	RebuildIndex bool   `help:"Forget the index of documents first; it is then copied anew from the ledger."`
}

func main() {
	kong.Parse(&command, kong.Name("gateway"), kong.Description("PortLedger's gateway of one organisation."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := keyfile.Guard(); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
	if err := run(ctx, command.Config, command.RebuildIndex); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, path string, rebuild bool) error {
	c, err := readConfig(path, os.Environ())
	if err != nil {
		return err
	}
	if err := c.private(); err != nil {
		return err
	}
	level, err := c.level()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	database, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer database.Close()
	if rebuild {
		if err := database.Forget(ctx); err != nil {
			return fmt.Errorf("forget the index: %w", err)
		}
	}
	peer, err := fabric.Dial(fabric.Config{
		Organisation: c.Organisation, Channel: c.Channel, Chaincode: c.Chaincode, Identities: c.Identities,
		Address: c.Peer.Address, TLSCA: c.Peer.TLSCA, TLSCert: c.Peer.TLSCert, TLSKey: c.Peer.TLSKey,
	})
	if err != nil {
		return err
	}
	defer peer.Close()
	issuer, err := issuerClient(c.Tokens.TLSCA)
	if err != nil {
		return err
	}
	tokens := &rest.JWTs{Issuer: c.Tokens.Issuer, JWKS: c.Tokens.JWKSURL, Audience: c.Tokens.Audience, Untyped: c.Tokens.Untyped, Client: issuer}
	trail, err := audit.Open(c.Audit)
	if err != nil {
		return err
	}
	server, err := rest.New(rest.Options{Ledger: peer, People: peer, Tokens: tokens, Store: database, Log: log, Trail: trail,
		Rates: rest.Rates{PerParty: c.Limits.PerPartyPerSecond, Burst: c.Limits.Burst}})
	if err != nil {
		return errors.Join(err, trail.Close())
	}
	err = errors.Join(serve(ctx, c, server, log), trail.Close())
	log.Info("audit trail", "seq", trail.Head().Seq, "hash", trail.Head().Hash)
	return err
}

func issuerClient(ca string) (*http.Client, error) {
	client := &http.Client{Timeout: issuerTimeout}
	if ca == "" {
		return client, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, fmt.Errorf("read tokens.tls_ca: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("tokens.tls_ca holds no certificate")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	client.Transport = transport
	return client, nil
}

// serve runs until ctx ends; then no new requests are taken, those under way finish, and only then the work behind stops.
func serve(ctx context.Context, c config, server *rest.Server, log *slog.Logger) error {
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	behind := make(chan error, 1)
	go func() { behind <- server.Run(background) }()

	front := server.HTTP(c.Listen)
	if err := askForCertificates(front, c.TLS.ClientCA); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		if c.TLS.Cert != "" {
			ended <- listenTLS(front, c.TLS.Cert, c.TLS.Key, log)
		} else {
			ended <- front.ListenAndServe()
		}
	}()
	log.Info("serving", "listen", c.Listen, "organisation", c.Organisation, "tls", c.TLS.Cert != "")
	select {
	case err := <-ended:
		return err
	case err := <-behind:
		return fmt.Errorf("background work ended: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	err := front.Shutdown(closing)
	stopBackground()
	return errors.Join(err, <-behind)
}
