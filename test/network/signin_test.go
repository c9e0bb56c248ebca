package network_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/network/site"
	"portledger/test/network/live"
)

// status is what the gateway of an organisation answers a token.
func (s *scene) status(organisation, token string) int {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, s.Organisations[organisation].Gateway+"/v1/me", nil)
	require.NoError(s.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	require.NoError(s.t, response.Body.Close())
	return response.StatusCode
}

func TestATokenIsForOneGateway(t *testing.T) {
	s := open(t)
	for _, name := range []string{"line-clerk", "customs-feed"} { // a person and a machine
		p := s.person(name)
		token, err := p.Token(s.ctx)
		require.NoError(t, err)
		for _, organisation := range live.Organisations {
			want := http.StatusUnauthorized
			if organisation == p.Organisation {
				want = http.StatusOK
			}
			require.Equal(t, want, s.status(organisation, token), "%s at %s", name, organisation)
		}
	}
}

func TestTheProviderKeepsItsKeysAndTheGatewaysDoWithoutIt(t *testing.T) {
	s := open(t)
	p := s.person("line-clerk")
	account, err := p.Account()
	require.NoError(t, err)
	before, err := p.SignIn(s.ctx, account)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, s.status(live.Carrier, before.AccessToken))

	require.NoError(t, s.Kill(site.IssuerName))
	t.Cleanup(func() { require.NoError(t, s.Start(site.IssuerName)) })
	require.Equal(t, http.StatusOK, s.status(live.Carrier, before.AccessToken))
	_, err = p.SignIn(s.ctx, account)
	require.Error(t, err)

	require.NoError(t, s.Start(site.IssuerName))
	require.NoError(t, live.Eventually(s.ctx, serveWait, func(ctx context.Context) error {
		_, err := p.SignIn(ctx, account)
		return err
	}))
	require.Equal(t, http.StatusOK, s.status(live.Carrier, before.AccessToken))
	s.network("rotate")
	after, err := p.SignIn(s.ctx, account)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, s.status(live.Carrier, after.AccessToken), "under the new key")
	require.Equal(t, http.StatusOK, s.status(live.Carrier, before.AccessToken), "under the one before")
}

func TestWhatPeopleSignInWithIsNowhereElse(t *testing.T) {
	s := open(t)
	var secrets needles
	for _, name := range []string{"line-clerk", "bank-officer", "customs-feed", "port-registrar"} {
		p := s.person(name)
		_, err := p.Token(s.ctx)
		require.NoError(t, err)
		account, err := p.Account()
		require.NoError(t, err)
		secrets.add(account.Secret)
	}
	found := secrets.below(t, s.Folder)
	require.Len(t, found, 4)
	for path := range found {
		require.Equal(t, "sign-in", filepath.Base(filepath.Dir(path)))
	}
	for _, what := range []string{"cmdline", "environ"} {
		processes, err := filepath.Glob("/proc/[0-9]*/" + what)
		require.NoError(t, err)
		for _, process := range processes {
			if text, err := os.ReadFile(process); err == nil { // they come and go, and others' are not ours to read
				require.Empty(t, secrets.in(text), process)
			}
		}
	}
}
