package network_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/network/ledger"
	"portledger/test/network/live"
)

// leaver is a person whom no other test needs.
const leaver = "forwarder-leaver"

// network runs a verb of the network program.
func (s *scene) network(arguments ...string) string {
	s.t.Helper()
	said, err := exec.CommandContext(s.ctx, filepath.Join(s.Root, ".local", "bin", "network"), append([]string{"--root", s.Root}, arguments...)...).CombinedOutput()
	require.NoError(s.t, err, string(said))
	return string(said)
}

func TestARevokedPersonIsNobodyAnywhere(t *testing.T) {
	s := open(t)
	s.network("enrol", leaver) // anew, where an earlier run revoked them
	s = open(t)
	p, err := s.Person(leaver)
	require.NoError(t, err)
	stolen := keysOf(t, s, p)
	grant := fields{"agent": s.Party["trucker"], "acts": []string{"release/*"}, "until": inDays(30), "witness": s.MSP(live.Carrier)}
	act := live.Act{Family: "mandate", Name: "grant", Request: grant}
	_, err = p.Do(s.ctx, act)
	require.NoError(t, err, "so far the person may act")
	prepared, err := p.Prepare(s.ctx, act)
	require.NoError(t, err)
	endorsed, err := stolen.Endorse(s.ctx, prepared.Call)
	require.NoError(t, err)

	token, err := p.Token(s.ctx)
	require.NoError(t, err)
	account, err := p.Account()
	require.NoError(t, err)

	s.network("revoke", leaver, "--reason", "keycompromise")
	s.network("revoke", leaver, "--reason", "keycompromise") // again, as after a cut

	still, err := p.Token(s.ctx)
	require.NoError(t, err)
	require.Equal(t, token, still, "what follows shows the token from before")
	answer, err := p.Get(s.ctx, "/v1/me")
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, answer.Status, "the token is still good, the person is not: %s", answer.Body)
	_, err = p.SignIn(s.ctx, account)
	require.ErrorContains(t, err, "401", "nor does the provider know them")
	for _, organisation := range []string{live.Port, live.Carrier} {
		prepared.Call.Endorsers = s.MSPs(organisation)
		_, err = stolen.Evaluate(s.ctx, prepared.Call)
		require.Error(t, err, "the peer of %s still answers", organisation)
	}
	require.Error(t, live.Commit(s.ctx, endorsed), "what was endorsed before must not be ordered after")
	s.requireWorks()

	before := p.ID
	s.network("enrol", leaver)
	s = open(t)
	again, err := s.Person(leaver)
	require.NoError(t, err)
	require.NotEqual(t, before, again.ID)
	_, err = again.Do(s.ctx, act)
	require.NoError(t, err)
}

func inDays(days int) string { return time.Now().AddDate(0, 0, days).UTC().Format(time.RFC3339) }

// keysOf is what a thief of somebody's certificate and key has: a client of its own.
func keysOf(t *testing.T, s *scene, p *live.Person) *ledger.Client {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"cert.pem", "key.pem"} {
		text, err := os.ReadFile(filepath.Join(s.Organisations[p.Organisation].Identities, p.ID, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), text, 0o600))
	}
	client, err := s.ClientOf(p.Organisation, folder)
	require.NoError(t, err)
	return client
}

// requireWorks wants everybody else to be able to go on.
func (s *scene) requireWorks() {
	s.t.Helper()
	s.do("forwarder-clerk", "mandate", "grant", fields{"agent": s.Party["trucker"], "acts": []string{"release/*"}, "until": inDays(1),
		"witness": s.MSP(live.Carrier)}, nil)
}
