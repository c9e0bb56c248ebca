package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/proc"
	"portledger/network/site"
)

const (
	askTimeout = 2 * time.Second
	askPause   = 100 * time.Millisecond
)

// plainClient asks what is served without TLS, which nothing but this machine's own loopback is.
var plainClient = &http.Client{Timeout: askTimeout}

// probe tells whether a process serves yet.
type probe struct {
	process string
	ask     func(ctx context.Context) error
}

// await waits until every probe is answered. A process that ended is not waited for.
func (w *world) await(ctx context.Context, probes []probe) error {
	ctx, cancel := context.WithTimeout(ctx, w.site.Config.Timings.NodeStart)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for _, p := range probes {
		group.Go(func() error { return w.awaitOne(ctx, p) })
	}
	return group.Wait()
}

func (w *world) awaitOne(ctx context.Context, p probe) error {
	for {
		try, cancel := context.WithTimeout(ctx, askTimeout)
		err := p.ask(try)
		cancel()
		if err == nil {
			return nil
		}
		if _, runs := w.table.Running(p.process); !runs {
			return fmt.Errorf("%s has ended: %s (log: %s)", p.process, lastLine(w.site.Log(p.process)), w.site.Log(p.process))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w (log: %s)", p.process, err, w.site.Log(p.process))
		case <-time.After(askPause):
		}
	}
}

// lastLine is what a process said last.
func lastLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return "no log"
	}
	trimmed := strings.TrimSpace(string(text))
	return trimmed[strings.LastIndexByte(trimmed, '\n')+1:]
}

// awaitNodes waits until all of specs listen, and those that serve pages serve them.
func (b *bringUp) awaitNodes(ctx context.Context, specs []proc.Spec) error {
	var probes []probe
	for _, s := range specs {
		if s.Kind != site.KindCA { // below, by organisation
			probes = append(probes, b.listens(s))
		}
	}
	for _, o := range b.site.Config.Organisations {
		client, err := b.tlsClient(o)
		if err != nil {
			return err
		}
		probes = append(probes, probe{site.CAName(o), httpProbe(client, b.site.CAURL(o)+"/cainfo")})
	}
	return b.await(ctx, probes)
}

// listens asks whether a process takes requests: the issuer by its page, all others by their ports.
func (w *world) listens(s proc.Spec) probe {
	if s.Kind == site.KindIssuer {
		return probe{s.Name, httpProbe(plainClient, w.site.IssuerURL()+"/.well-known/openid-configuration")}
	}
	return probe{s.Name, portProbe(s.Listen)}
}

// portProbe asks whether all addresses are listened on. That no other program held them was checked before the start.
func portProbe(addresses []string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		for _, address := range addresses {
			connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
			if err != nil {
				return err
			}
			if err := connection.Close(); err != nil {
				return err
			}
		}
		return nil
	}
}

// httpProbe asks for a page until it is served with success.
func httpProbe(client *http.Client, url string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return errors.New(url + ": " + response.Status)
		}
		return nil
	}
}

// tlsClient checks servers against the organisation's TLS root.
func (w *world) tlsClient(o config.Organisation) (*http.Client, error) {
	secure, err := ledger.LoadTLS(w.site.TLSRoot(o.Key), w.site.ClientTLS(o.Key))
	if err != nil {
		return nil, err
	}
	return &http.Client{Timeout: askTimeout, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: secure.Roots, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true,
	}}, nil
}
