package rest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// asIf is a request for something that only some may know of: path and headers with %s in the place of its id.
type asIf struct{ method, path, body, header string }

// told is all of an answer that a caller sees, but the request's own id and the id that was asked for.
func (c client) told(a asIf, id string) string {
	c.t.Helper()
	var headers []string
	if a.header != "" {
		headers = []string{strings.ReplaceAll(a.header, "%s", id)}
	}
	answer := c.call(false, a.method, strings.ReplaceAll(a.path, "%s", id), a.body, headers...)
	request := answer.header.Get("X-Request-Id")
	require.NotEmpty(c.t, request)
	header := answer.header.Clone()
	header.Del("X-Request-Id")
	text := fmt.Sprint(answer.status, header, answer.text())
	return strings.ReplaceAll(strings.ReplaceAll(text, request, "(request)"), id, "(id)")
}

// TestNobodyIsToldWhatExistsOfOthers asks for proposals, signings and transactions that are and for such that never were: whoever
// has no part in them gets the same answer to the last byte.
func TestNobodyIsToldWhatExistsOfOthers(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	colleague, outside := w.colleague(w.shipper, "SHIPPER"), w.outside(w.shipper)
	waits := outside.post(bill+"/sign", "").toSign(http.StatusAccepted, "PROPOSAL")
	require.Equal(t, http.StatusOK, w.shipper.post("/v1/parties/"+w.shipper.person.Party+"/mark-four-eyes", `{"acts":["bill/sign"]}`).status)
	approval := w.shipper.post(bill+"/sign", "", "PortLedger-Approval: ask", `If-Match: "3"`).member("id")
	require.Len(t, approval, 29)
	sent := w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer)).member("transaction")
	require.Len(t, sent, 64)
	abroad, nobody := w.shipper, client{w: w.world, t: t, org: "PortMSP"}
	abroad.org = "CarrierMSP"
	party := []client{w.shipper, colleague, outside.client}
	for name, hidden := range map[string]struct {
		is, never string
		of        []client
		requests  []asIf
	}{
		"a proposal": {approval, "ap-" + strings.Repeat("a", 26), party, []asIf{
			{http.MethodGet, "/v1/approvals/%s", "", ""}, {http.MethodGet, "/v1/approvals/%s", "", "If-None-Match: *"},
			{http.MethodHead, "/v1/approvals/%s", "", ""}, {http.MethodGet, "/v1/approvals/%s", "", "Accept-Language: zh"},
			{http.MethodPost, "/v1/approvals/%s/withdraw", "", ""}, {http.MethodPost, "/v1/approvals/%s/withdraw", "", `If-Match: "1"`},
			{http.MethodPost, "/v1/approvals/%s/withdraw", "", `If-Match: "7"`}, {http.MethodGet, "/v1/bills/%s", "", ""},
			{http.MethodPost, bill + "/sign", "", "PortLedger-Approval: %s"}, {http.MethodGet, bill + "/acts", "", "PortLedger-Approval: %s"},
		}},
		"a signing": {waits.Signing, strings.Repeat("A", 26), []client{outside.client}, []asIf{
			{http.MethodDelete, "/v1/signings/%s", "", ""}, {http.MethodPost, "/v1/signings/%s/proposal", `{"signature":"AAAA"}`, ""},
			{http.MethodPost, "/v1/signings/%s/transaction", `{"signature":"AAAA"}`, ""}, {http.MethodPost, "/v1/signings/%s/proposal", `{"signature":1}`, ""},
			{http.MethodGet, "/v1/signings/%s", "", ""},
		}},
		"a transaction": {sent, strings.Repeat("0", 64), []client{w.line}, []asIf{
			{http.MethodGet, "/v1/transactions/%s", "", ""}, {http.MethodGet, "/v1/transactions/%s", "", "If-None-Match: *"},
			{http.MethodDelete, "/v1/transactions/%s", "", ""},
		}},
		"a transaction of the party": {waits.Transaction, strings.Repeat("0", 64), []client{outside.client}, []asIf{
			{http.MethodGet, "/v1/transactions/%s", "", ""},
		}},
		"a bill, of who is nobody": {strings.TrimPrefix(bill, "/v1/bills/"), "bl-" + strings.Repeat("a", 26), []client{w.shipper, w.buyer, w.line, colleague, outside.client}, []asIf{
			{http.MethodGet, "/v1/bills/%s", "", ""}, {http.MethodGet, "/v1/bills/%s/acts", "", ""}, {http.MethodGet, "/v1/bills/%s/radar", "", ""},
			{http.MethodPost, "/v1/bills/%s/surrender", "", ""}, {http.MethodPost, "/v1/bills/%s/proof", "{}", ""},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, c := range []client{w.shipper, w.buyer, w.line, colleague, outside.client, abroad, nobody} {
				if isOf(c, hidden.of) {
					continue
				}
				for _, a := range hidden.requests {
					require.Equal(t, c.in(t).told(a, hidden.never), c.in(t).told(a, hidden.is), "%s %s %s as %s at %s", a.method, a.path, a.header, c.person.ID, c.org)
				}
			}
		})
	}
	require.Contains(t, colleague.get("/v1/approvals").text(), approval, "it was there all the time")
	require.Equal(t, http.StatusNoContent, outside.call(true, http.MethodDelete, "/v1/signings/"+waits.Signing, "").status)
	require.Equal(t, "VALID", w.line.get("/v1/transactions/"+sent).member("status"))
}

// isOf tells whether somebody, at their own door, is one of those.
func isOf(c client, those []client) bool {
	for _, one := range those {
		if c.token != "" && one.person.ID == c.person.ID && one.org == c.org {
			return true
		}
	}
	return false
}
