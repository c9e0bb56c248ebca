package rest_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/ledger"
	"portledger/gateway/rest"
)

// counting notes the rehearsals, and which organisations were asked to endorse.
type counting struct {
	rest.Ledger
	mu        sync.Mutex
	rehearsed int
	asked     [][]string
}

func (c *counting) Evaluate(ctx context.Context, as ledger.Person, call ledger.Call) ([]byte, error) {
	if call.Function == "Prepare" {
		c.mu.Lock()
		c.rehearsed++
		c.mu.Unlock()
	}
	return c.Ledger.Evaluate(ctx, as, call)
}

func (c *counting) Endorse(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Signed, error) {
	c.mu.Lock()
	c.asked = append(c.asked, endorsers)
	c.mu.Unlock()
	return c.Ledger.Endorse(ctx, as, call, endorsers)
}

// took answers how many rehearsals and endorsements an act took.
func (c *counting) took(act func()) (rehearsed, endorsed int) {
	r, e := c.rehearsed, len(c.asked)
	act()
	return c.rehearsed - r, len(c.asked) - e
}

// guessing is a trade whose shipper's gateway is counted, and knows all documents.
func guessing(t *testing.T) (w trade, c *counting, settled func()) {
	w = newTrade(t)
	g := w.gates["PortMSP"]
	c = &counting{Ledger: g.ledger}
	g.front = c
	w.restart("PortMSP")
	w.run("PortMSP")
	return w, c, func() {
		require.Eventually(t, func() bool {
			block, err := g.store.Checkpoint(t.Context())
			return err == nil && block == w.network.Height()-1
		}, 5*time.Second, 5*time.Millisecond)
	}
}

func TestAnActWithoutContentNeedsNoRehearsal(t *testing.T) {
	w, c, settled := guessing(t)
	bill := w.issued()
	settled()
	rehearsed, endorsed := c.took(func() {
		require.Equal(t, http.StatusOK, w.shipper.post(bill+"/sign", "").status)
	})
	require.Zero(t, rehearsed)
	require.Equal(t, 1, endorsed)
	require.Equal(t, []string{"CarrierMSP", "PortMSP"}, c.asked[len(c.asked)-1])
}

func TestAWrongGuessIsRehearsed(t *testing.T) {
	w, c, settled := guessing(t)
	bill := w.issued()
	settled()
	id := strings.TrimPrefix(bill, "/v1/bills/")
	require.NoError(t, w.gates["PortMSP"].store.Apply(t.Context(), 0, []ledger.Record{{Family: "bill", ID: id, State: "ISSUED",
		Version: 1000, Endorsers: []string{"PortMSP", "TerminalMSP"}}}))
	for _, want := range []int{2, 1} { // the second time no guess is made
		rehearsed, endorsed := c.took(func() {
			require.Equal(t, http.StatusOK, w.shipper.post(bill+"/sign", "").status)
		})
		require.Equal(t, 1, rehearsed)
		require.Equal(t, want, endorsed)
	}
	require.Equal(t, []string{"CarrierMSP", "PortMSP"}, c.asked[len(c.asked)-1])
}

func TestARefusalAfterAGuessIsTheLedgersOwn(t *testing.T) {
	w, _, settled := guessing(t)
	bill := w.issued()
	settled()
	w.shipper.refused(http.StatusPreconditionFailed, "version-mismatch", http.MethodPost, bill+"/sign", "", `If-Match: "1"`)
	w.buyer.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/sign", "")
}
