package rest_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/gateway/audit"
	"portledger/gateway/rest"
)

// entries of a gateway's trail, which must be whole.
func (w *world) entries(org string) (all []audit.Entry) {
	w.t.Helper()
	file, err := os.Open(w.gates[org].file + ".audit")
	require.NoError(w.t, err)
	defer file.Close()
	_, wrong, err := audit.Check(file, w.gates[org].trail.Head())
	require.NoError(w.t, err)
	require.Empty(w.t, wrong)
	_, err = file.Seek(0, 0)
	require.NoError(w.t, err)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var e audit.Entry
		require.NoError(w.t, json.Unmarshal(lines.Bytes(), &e))
		all = append(all, e)
	}
	return all
}

func TestTheTrailTellsWhoDidWhatWithWhichResult(t *testing.T) {
	w := newTrade(t)
	before := len(w.entries("PortMSP"))
	bill := w.issued()
	w.shipper.post(bill+"/sign", "")
	w.buyer.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/sign", "")
	w.buyer.refused(http.StatusNotFound, "not-found", http.MethodGet, "/v1/bills/Zhang%20San", "")
	stranger := client{w: w.world, t: t, org: "PortMSP"}
	stranger.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, "/v1/me", "")

	told := w.entries("PortMSP")[before:]
	last := told[len(told)-5:]
	id := strings.TrimPrefix(bill, "/v1/bills/")
	require.Equal(t, audit.Signed, last[0].Kind)
	require.Equal(t, last[1].Request, last[0].Request)
	require.Len(t, last[0].Transaction, 64)
	signed := last[1]
	require.Equal(t, []string{audit.Answered, "POST", "/v1/bills/:id/sign", id, w.shipper.person.ID, w.shipper.person.Party, last[0].Transaction},
		[]string{signed.Kind, signed.Method, signed.Route, signed.Document, signed.Person, signed.Party, signed.Transaction})
	require.Equal(t, http.StatusOK, signed.Status)
	require.Equal(t, "wrong-party", last[2].Code)
	require.Empty(t, last[2].Transaction, "nothing was signed")
	require.Empty(t, last[3].Document, "what is no id is the caller's own text")
	require.Empty(t, last[4].Person)
	text, err := os.ReadFile(w.gates["PortMSP"].file + ".audit")
	require.NoError(t, err)
	require.NotContains(t, string(text), "Zhang")
	require.NotContains(t, string(text), "Bearer")
}

// full is a trail whose disk is full.
type full struct{ rest.Trail }

func (full) Add(e audit.Entry) error {
	if e.Kind == audit.Signed {
		return errors.New("no space left on device")
	}
	return nil
}

func TestWhatCannotBeNotedIsNotSubmitted(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	g := w.gates["PortMSP"]
	height := w.network.Height()
	g.disk = func(kept rest.Trail) rest.Trail { return full{kept} }
	w.restart("PortMSP")
	w.run("PortMSP")
	w.shipper.refused(http.StatusInternalServerError, "internal", http.MethodPost, bill+"/sign", "")
	require.Equal(t, height, w.network.Height())
}

func TestAPartyMayAskSoMuchAndNoMore(t *testing.T) {
	w := newTrade(t)
	w.gates["PortMSP"].rates = rest.Rates{PerParty: 0.01, Burst: 3}
	w.restart("PortMSP")
	for range 3 {
		require.Equal(t, http.StatusOK, w.shipper.get("/v1/me").status)
	}
	stopped := w.shipper.refused(http.StatusTooManyRequests, "rate-limited", http.MethodGet, "/v1/me", "")
	require.NotEmpty(t, stopped.header.Get("Retry-After"))
	w.shipper.refused(http.StatusTooManyRequests, "rate-limited", http.MethodPost, "/v1/bills", "{}", "X-Forwarded-For: 10.0.0.9")
	require.Equal(t, http.StatusOK, w.buyer.get("/v1/me").status, "another party is not concerned")
	require.Equal(t, http.StatusOK, w.line.get("/v1/me").status)
}
