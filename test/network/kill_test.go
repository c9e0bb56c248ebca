package network_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// TestAKilledProcessUnderLoadLosesNothing kills, in the middle of the work of sixteen clients, what an act goes through: the
// organisation's own peer, another endorser's, their chaincode. Each request has one fate, and a repeat under its key tells it.
func TestAKilledProcessUnderLoadLosesNothing(t *testing.T) {
	for _, victim := range []struct{ organisation, process string }{
		{live.Carrier, "peer"}, {live.Port, "peer"}, {live.Carrier, "chaincode"}, {live.Port, "chaincode"},
	} {
		t.Run(victim.organisation+"'s "+victim.process, func(t *testing.T) {
			s := open(t)
			name := s.Organisations[victim.organisation].Processes[victim.process]
			t.Cleanup(func() { require.NoError(t, s.Start(name)) })
			before := s.billsOf("line2-clerk")
			made, unknown := s.underLoad("line2-clerk", func() {
				require.NoError(t, s.Kill(name))
				require.NoError(t, s.Start(name))
			})
			t.Logf("%d bills, %d of them not answered at the first request", len(made), unknown)
			s.serving()
			s.requireNewBills("line2-clerk", before, made)
			s.requireTrail(live.Carrier)
		})
	}
}

// TestAGatewayWithoutItsStoreIsBuiltAnewFromTheLedger: what is lost are keys and the addresses of transactions, and the
// gateway says so truthfully; lists and trail are not, and the ledger lets nothing be done twice.
func TestAGatewayWithoutItsStoreIsBuiltAnewFromTheLedger(t *testing.T) {
	s := open(t)
	const clerk = "line2-clerk"
	gateway := s.Organisations[live.Carrier].Processes["gateway"]
	t.Cleanup(func() { require.NoError(t, s.Start(gateway)) })
	draft, key := s.draft("line2"), map[string]string{"Idempotency-Key": live.RandomMark(26)}
	answer, err := s.person(clerk).Post(s.ctx, draft, key)
	require.NoError(t, err)
	written, err := answer.Written()
	require.NoError(t, err)
	before := s.billsOf(clerk)
	require.NoError(t, live.Eventually(s.ctx, serveWait, func(context.Context) error {
		if before = s.billsOf(clerk); !before[written.ID] {
			return fmt.Errorf("the index does not have %s yet", written.ID)
		}
		return nil
	}))
	require.NoError(t, s.Kill(gateway))
	files, err := filepath.Glob(filepath.Join(s.Folder, live.Carrier, "gateway", "*.db*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		require.NoError(t, os.Remove(file))
	}
	require.NoError(t, s.Start(gateway))
	require.NoError(t, s.AwaitGateway(s.ctx, live.Carrier))
	require.NoError(t, live.Eventually(s.ctx, serveWait, func(context.Context) error {
		if now := s.billsOf(clerk); len(now) != len(before) {
			return fmt.Errorf("the index has %d bills of %d", len(now), len(before))
		}
		return nil
	}))
	require.Equal(t, before, s.billsOf(clerk))
	asked, err := s.person(clerk).Get(s.ctx, "/v1/transactions/"+written.Transaction)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, asked.Status, "it does not know any more, and does not guess")
	again, err := s.person(clerk).Post(s.ctx, draft, key)
	require.NoError(t, err)
	require.Equal(t, "duplicate", again.Problem().Code, "the key is forgotten, the ledger is not: %s", again.Body)
	s.requireTrail(live.Carrier)
}

// TestAGatewayStartsBeforeItsPeer, says that it is not ready, takes no act, and serves once the peer is there.
func TestAGatewayStartsBeforeItsPeer(t *testing.T) {
	s := open(t)
	const clerk = "line2-clerk"
	before, draft, key := s.billsOf(clerk), s.draft("line2"), live.RandomMark(26)
	peer, gateway := s.Organisations[live.Carrier].Processes["peer"], s.Organisations[live.Carrier].Processes["gateway"]
	for _, name := range []string{peer, gateway} {
		t.Cleanup(func() { require.NoError(t, s.Start(name)) })
		require.NoError(t, s.Kill(name))
	}
	require.NoError(t, s.Start(gateway))
	p := s.person(clerk)
	require.NoError(t, live.Eventually(s.ctx, serveWait, func(ctx context.Context) error {
		answer, err := p.Get(ctx, "/readyz")
		if err == nil && (answer.Status != http.StatusServiceUnavailable || !strings.Contains(string(answer.Body), `"ledger":"not ready"`)) {
			err = fmt.Errorf("%d %s", answer.Status, answer.Body)
		}
		return err
	}))
	lives, err := p.Get(s.ctx, "/healthz")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, lives.Status)
	refused, err := p.Post(s.ctx, draft, map[string]string{"Idempotency-Key": key})
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, refused.Status, string(refused.Body))
	require.NoError(t, s.Start(peer))
	written, err := insist(s.ctx, p, draft, key)
	require.NoError(t, err)
	s.serving()
	s.requireNewBills(clerk, before, map[string]string{key: written.ID})
}

// TestWithoutACertificateAuthorityOnlyEnrollingStops: who is enrolled acts as before, and a killed authority goes on where it was.
func TestWithoutACertificateAuthorityOnlyEnrollingStops(t *testing.T) {
	s := open(t)
	ca := s.Organisations[live.Carrier].Processes["ca"]
	require.NotEmpty(t, ca)
	t.Cleanup(func() { require.NoError(t, s.Start(ca)) })
	require.NoError(t, s.Kill(ca))
	before := s.billsOf("line2-clerk")
	written, err := insist(s.ctx, s.person("line2-clerk"), s.draft("line2"), live.RandomMark(26))
	require.NoError(t, err)
	s.requireNewBills("line2-clerk", before, map[string]string{"": written.ID})
	require.NoError(t, s.Start(ca))
}
