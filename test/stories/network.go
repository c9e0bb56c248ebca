package stories

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// requestTimeout is above the longest that a gateway takes for one request.
const requestTimeout = 60 * time.Second

// Network is the local network of the repository at root, as its files below .local/net describe it.
func Network(root string) (*Venue, error) {
	net := filepath.Join(root, ".local", "net")
	var connection struct {
		Organisations map[string]struct {
			Gateway string `json:"gateway"`
			TLSCA   string `json:"tls_ca"`
		} `json:"organisations"`
	}
	v := &Venue{Gateways: map[string]string{}, Roots: map[string]string{}, Now: time.Now, Wait: time.Sleep, Token: tokens(root)}
	for file, into := range map[string]any{"connection.json": &connection, "people.json": &v.People, "parties.json": &v.Parties} {
		text, err := os.ReadFile(filepath.Join(net, file))
		if err != nil {
			return nil, fmt.Errorf("no network is up here, scripts/up.sh makes one: %w", err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	roots := x509.NewCertPool()
	for name, o := range connection.Organisations {
		v.Gateways[name], v.Roots[name] = o.Gateway, o.TLSCA
		pem, err := os.ReadFile(o.TLSCA)
		if err != nil {
			return nil, err
		}
		roots.AppendCertsFromPEM(pem)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	v.Client = &http.Client{Transport: transport, Timeout: requestTimeout}
	return v, nil
}

// Answers tells whether every gateway of the venue serves now.
func (v *Venue) Answers(ctx context.Context) error {
	for organisation, gateway := range v.Gateways {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, gateway+"/healthz", nil)
		if err != nil {
			return err
		}
		response, err := v.Client.Do(request)
		if err != nil {
			return fmt.Errorf("the gateway of %s does not answer (scripts/up.sh starts what is down): %w", organisation, err)
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
	}
	return nil
}

// tokenUse is how long a token is used again before the person signs in anew; it lives longer.
const tokenUse = 10 * time.Minute

// tokens asks for tokens the way people do, by scripts/token.sh, and like them not for every request.
func tokens(root string) func(context.Context, string) (string, error) {
	type kept struct {
		token string
		since time.Time
	}
	var guard sync.Mutex
	known := map[string]kept{}
	ask := askForToken(root)
	return func(ctx context.Context, person string) (string, error) {
		guard.Lock()
		defer guard.Unlock()
		if k := known[person]; time.Since(k.since) < tokenUse {
			return k.token, nil
		}
		token, err := ask(ctx, person)
		if err == nil {
			known[person] = kept{token, time.Now()}
		}
		return token, err
	}
}

func askForToken(root string) func(context.Context, string) (string, error) {
	return func(ctx context.Context, person string) (string, error) {
		var said, complaint bytes.Buffer
		command := exec.CommandContext(ctx, filepath.Join(root, "scripts", "token.sh"), person)
		command.Stdout, command.Stderr = &said, &complaint
		if err := command.Run(); err != nil {
			return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(complaint.String()))
		}
		return strings.TrimSpace(said.String()), nil
	}
}
