package rest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnAgentNamesItsMandateInAHeader(t *testing.T) {
	w := newTrade(t)
	agent := w.clerk("PortMSP", "FORWARDER")
	bill := w.issued()
	granted := w.shipper.post("/v1/mandates", fmt.Sprintf(`{"agent":%q,"acts":["bill/sign"],"until":%q,"witness":"CarrierMSP"}`,
		agent.person.Party, time.Now().AddDate(0, 1, 0).UTC().Format(time.RFC3339)))
	require.Equal(t, http.StatusCreated, granted.status, granted.text())
	under := "PortLedger-Mandate: " + granted.member("id")

	agent.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/sign", "")
	signed := agent.post(bill+"/sign", "", under, "Idempotency-Key: k")
	require.Equal(t, http.StatusOK, signed.status, signed.text())
	agent.refused(http.StatusUnprocessableEntity, "idempotency-key-reused", http.MethodPost, bill+"/sign", "", "Idempotency-Key: k")
	seen := w.line.get(bill)
	require.Contains(t, seen.text(), granted.member("id"))
	require.Contains(t, seen.text(), agent.person.Party)
	entries := w.entries("PortMSP")
	require.Equal(t, granted.member("id"), entries[len(entries)-2].Mandate)

	require.NotContains(t, agent.get(bill).text(), `"content"`)
	require.Contains(t, agent.get(bill, under).text(), `"content"`)
	require.NotContains(t, agent.get(bill+"/acts").text(), `"allowed":true`)
	require.Contains(t, agent.get(bill+"/acts", under).text(), `"act":"sign","name":{"en":"sign","zh":"签署"},"allowed":true`)

	agent.refused(http.StatusForbidden, "not-empowered", http.MethodPost, bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`, under)
	agent.refused(http.StatusUnprocessableEntity, "invalid", http.MethodPost, bill+"/sign", "", "PortLedger-Mandate: me")
	require.Equal(t, http.StatusOK, w.shipper.post("/v1/mandates/"+granted.member("id")+"/revoke", `{"reason":"NO_LONGER_NEEDED"}`).status)
	agent.refused(http.StatusForbidden, "not-empowered", http.MethodPost, bill+"/sign", "", under)
}
