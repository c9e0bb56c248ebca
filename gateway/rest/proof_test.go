package rest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/proof"
)

const challenge = "gate-7-asks-20261121"

// verifier checks statements with the organisations' roots and the network's clock.
func (w trade) verify(statement []byte, bill, challenge string, later time.Duration) error {
	roots := proof.Roots{}
	for _, org := range []string{"CarrierMSP", "PortMSP"} {
		roots.Trust(org, w.network.Root(org))
	}
	_, err := proof.Verify(statement, roots, proof.Expected{Channel: "portledger", Chaincode: "portledger",
		Bill: bill[len("/v1/bills/"):], Issuer: "CarrierMSP", Challenge: challenge, Now: w.network.Now().Add(later)})
	return err
}

func ask(challenge string) string { return fmt.Sprintf(`{"challenge":%q}`, challenge) }

func TestTheHolderProvesControlAndNobodyElse(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shown := w.shipper.post(bill+"/proof", ask(challenge), `If-Match: "3"`)
	require.Equal(t, http.StatusOK, shown.status, shown.text())
	require.Equal(t, "private, no-store", shown.header.Get("Cache-Control"))
	require.NoError(t, w.verify(shown.body, bill, challenge, 0))
	require.ErrorIs(t, w.verify(shown.body, bill, "another-challenge", 0), proof.ErrChallenge)
	require.ErrorIs(t, w.verify(shown.body, bill, challenge, 6*time.Minute), proof.ErrStale)
	require.Equal(t, `"3"`, w.shipper.get(bill).header.Get("ETag"), "nothing was written")

	for _, other := range []client{w.line, w.buyer} {
		other.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/proof", ask(challenge))
	}
	require.Equal(t, http.StatusOK, w.shipper.post(bill+"/transfer", fmt.Sprintf(`{"to":%q}`, w.buyer.person.Party)).status)
	require.Equal(t, http.StatusOK, w.buyer.post(bill+"/accept", "").status)
	w.shipper.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/proof", ask(challenge))
	shown = w.buyer.post(bill+"/proof", ask(challenge))
	require.NoError(t, w.verify(shown.body, bill, challenge, 0))
	require.Contains(t, shown.text(), `"version":5`)
}

func TestWhatIsNoGoodRequestGetsNoProof(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	for _, c := range []struct {
		status             int
		code, target, body string
		header             []string
	}{
		{422, "invalid", bill + "/proof", "{}", nil},
		{422, "invalid", bill + "/proof", ask("short"), nil},
		{422, "invalid", bill + "/proof", ask("no space is allowed here"), nil},
		{422, "invalid", bill + "/proof", `{"challenge":"` + challenge + `","to":"x"}`, nil},
		{422, "invalid", bill + "/proof", `{"challenge":1}`, nil},
		{400, "malformed", bill + "/proof", `{`, nil},
		{412, "version-mismatch", bill + "/proof", ask(challenge), []string{`If-Match: "2"`}},
		{404, "not-found", "/v1/bills/bl-aaaaaaaaaaaaaaaaaaaaaaaaaa/proof", ask(challenge), nil},
		{404, "not-found", "/v1/bills/x/proof", ask(challenge), nil},
	} {
		w.shipper.refused(c.status, c.code, http.MethodPost, c.target, c.body, c.header...)
	}
	draft := w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer)).header.Get("Location")
	w.shipper.refused(http.StatusForbidden, "wrong-party", http.MethodPost, draft+"/proof", ask(challenge))
}
