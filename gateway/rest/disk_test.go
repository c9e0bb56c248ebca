package rest_test

import (
	"database/sql"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/store"
)

// disk is the database file of a gateway in the hands of what may befall it.
type disk struct {
	t    *testing.T
	file *sql.DB
}

func (w *world) disk(org string) disk {
	w.t.Helper()
	file, err := sql.Open("sqlite", "file:"+w.gates[org].file+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	require.NoError(w.t, err)
	w.t.Cleanup(func() { file.Close() })
	return disk{w.t, file}
}

// refuses makes the database refuse a kind of write, as a full disk does; the answered function makes room again.
func (d disk) refuses(write string) (room func()) {
	d.t.Helper()
	_, err := d.file.Exec(`CREATE TRIGGER full BEFORE ` + write + ` BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`)
	require.NoError(d.t, err)
	return func() {
		_, err := d.file.Exec(`DROP TRIGGER full`)
		require.NoError(d.t, err)
	}
}

func TestAFullDiskLosesAndDoublesNothing(t *testing.T) {
	for write, happens := range map[string]bool{ // whether the act takes effect all the same
		"INSERT ON requests":     false, // the key cannot be kept
		"INSERT ON transactions": false, // nor what is signed: so it is not submitted
		"UPDATE ON requests":     false, // nor which transaction the key is of
		"UPDATE ON transactions": true,  // only the news of its fate
	} {
		t.Run(write, func(t *testing.T) {
			w := newTrade(t)
			w.run("CarrierMSP")
			body, height := w.draftBody(w.shipper, w.buyer), w.network.Height()
			room := w.disk("CarrierMSP").refuses(write)
			first := w.line.call(true, http.MethodPost, "/v1/bills", body, "Idempotency-Key: k")
			if happens {
				require.Equal(t, http.StatusCreated, first.status, first.text())
			} else {
				require.Equal(t, http.StatusInternalServerError, first.status, first.text())
				require.NotContains(t, first.text(), "disk", "the log is told, not the caller")
				require.Equal(t, height, w.network.Height(), "what cannot be kept is not submitted")
			}
			require.Equal(t, http.StatusOK, w.line.get("/v1/me").status, "reads go on")
			room()
			again := w.line.post("/v1/bills", body, "Idempotency-Key: k")
			require.Equal(t, http.StatusCreated, again.status, again.text())
			require.Equal(t, height+1, w.network.Height(), "once")
			if happens {
				require.Equal(t, first.member("transaction"), again.member("transaction"))
			}
			w.entries("CarrierMSP")
		})
	}
}

// TestAGatewayWithoutItsDatabaseGoesOn: what is lost with the file are keys and the fates that were open, as
// docs/operator.md says; nothing is done twice for it, since the ledger has rules of its own.
func TestAGatewayWithoutItsDatabaseGoesOn(t *testing.T) {
	w, u := unsteadyTrade(t)
	body := w.draftBody(w.shipper, w.buyer)
	born := w.line.post("/v1/bills", body, "Idempotency-Key: k")
	bill := born.header.Get("Location")
	u.lostAfter.Store(true)
	open := w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer), "Idempotency-Key: open")
	require.Equal(t, http.StatusAccepted, open.status)
	u.lostAfter.Store(false)
	entries := len(w.entries("CarrierMSP"))

	g := w.gates["CarrierMSP"]
	require.NoError(t, g.store.Close())
	require.NoError(t, g.trail.Close())
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(g.file + part); part == "" {
			require.NoError(t, err)
		}
	}
	w.start("CarrierMSP")
	w.run("CarrierMSP")
	require.Eventually(t, func() bool { return strings.Count(w.line.get("/v1/bills").text(), `"id"`) == 2 }, patience, 10*time.Millisecond,
		"the index is read anew, with the bill whose fate was open")
	w.line.refused(http.StatusNotFound, "not-found", http.MethodGet, open.header.Get("Location"), "")
	height := w.network.Height()
	w.line.refused(http.StatusConflict, "duplicate", http.MethodPost, "/v1/bills", body, "Idempotency-Key: k")
	require.Equal(t, height, w.network.Height())
	require.Equal(t, http.StatusOK, w.shipper.post(bill+"/approve", "").status)
	require.Greater(t, len(w.entries("CarrierMSP")), entries, "the trail goes on without a gap")
}

func TestADatabaseThatIsNoneIsNamedAndNotOverwritten(t *testing.T) {
	w := newTrade(t)
	g := w.gates["CarrierMSP"]
	require.NoError(t, g.store.Close())
	whole, err := os.ReadFile(g.file)
	require.NoError(t, err)
	for name, broken := range map[string][]byte{
		"cut short":   whole[:len(whole)/3],
		"other bytes": append([]byte(strings.Repeat("x", 200)), whole[200:]...),
	} {
		t.Run(name, func(t *testing.T) {
			for _, part := range []string{"-wal", "-shm"} {
				_ = os.Remove(g.file + part)
			}
			require.NoError(t, os.WriteFile(g.file, broken, 0o600))
			_, err := store.Open(t.Context(), g.file)
			require.ErrorContains(t, err, g.file)
			require.ErrorContains(t, err, "docs/operator.md")
			kept, err := os.ReadFile(g.file)
			require.NoError(t, err)
			require.Equal(t, broken, kept)
		})
	}
}
