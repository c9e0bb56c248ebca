package rest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// colleague is a second person of somebody's party.
func (w *world) colleague(of client, roles ...string) client {
	p := of.person
	return w.client(p.Organisation, w.ledgers[p.Organisation].Enrol("u-"+fmt.Sprintf("%016x", time.Now().UnixNano()), p.Party, roles...))
}

func TestTwoPersonsMakeAnActByAHeader(t *testing.T) {
	w := newTrade(t)
	checker := w.colleague(w.shipper, "SHIPPER")
	bill := w.issued()
	party := "/v1/parties/" + w.shipper.person.Party
	require.Equal(t, http.StatusOK, w.shipper.post(party+"/mark-four-eyes", `{"acts":["bill/sign"]}`).status)
	require.Contains(t, w.line.get(party).text(), `"fourEyes":["bill/sign"]`)

	alone := w.shipper.refused(http.StatusForbidden, "four-eyes", http.MethodPost, bill+"/sign", "", "Accept-Language: zh")
	require.Contains(t, alone.text(), "须由两人共同办理")
	require.Contains(t, w.shipper.get(bill+"/acts").text(), `"code":"four-eyes"`)
	const open = `"act":"sign","name":{"en":"sign","zh":"签署"},"allowed":true`
	require.Contains(t, w.shipper.get(bill+"/acts", "PortLedger-Approval: ask").text(), open)

	w.shipper.refused(http.StatusUnprocessableEntity, "invalid", http.MethodPost, bill+"/sign", "", "PortLedger-Approval: yes")
	w.shipper.refused(http.StatusUnprocessableEntity, "invalid", http.MethodPost, bill+"/sign", "", "PortLedger-Approval: ask")
	w.shipper.refused(http.StatusPreconditionFailed, "version-mismatch", http.MethodPost, bill+"/sign", "", "PortLedger-Approval: ask", `If-Match: "9"`)
	asked := w.shipper.post(bill+"/sign", "", "PortLedger-Approval: ask", `If-Match: "3"`, "Idempotency-Key: a")
	require.Equal(t, http.StatusOK, asked.status, asked.text())
	require.Equal(t, []string{"approval", "PROPOSED"}, []string{asked.member("family"), asked.member("state")})
	id := asked.member("id")
	again := w.shipper.post(bill+"/sign", "", "PortLedger-Approval: ask", `If-Match: "3"`, "Idempotency-Key: a")
	require.Equal(t, id, again.member("id"), "an idempotent retry proposes nothing anew")
	w.shipper.refused(http.StatusUnprocessableEntity, "idempotency-key-reused", http.MethodPost, bill+"/sign", "", `If-Match: "3"`, "Idempotency-Key: a")
	entries := w.entries("PortMSP")
	require.Equal(t, "ask", entries[len(entries)-2].Approval, "or the trail would say that it was signed")

	require.Contains(t, checker.get("/v1/approvals").text(), id)
	require.Equal(t, `{"items":[]}`, w.buyer.get("/v1/approvals").text())
	w.buyer.refused(http.StatusNotFound, "not-found", http.MethodGet, "/v1/approvals/"+id, "")
	w.buyer.refused(http.StatusNotFound, "not-found", http.MethodPost, "/v1/approvals/"+id+"/withdraw", "")
	require.Contains(t, checker.get("/v1/approvals/"+id).text(), `"request":{"id":"`+bill[len("/v1/bills/"):]+`","version":3}`)

	named := "PortLedger-Approval: " + id
	w.shipper.refused(http.StatusForbidden, "not-approved", http.MethodPost, bill+"/sign", "", named, `If-Match: "3"`)
	checker.refused(http.StatusForbidden, "not-approved", http.MethodPost, bill+"/sign", "", named)
	require.Contains(t, checker.get(bill+"/acts", named).text(), open)
	signed := checker.post(bill+"/sign", "", named, `If-Match: "3"`)
	require.Equal(t, http.StatusOK, signed.status, signed.text())
	require.Contains(t, w.line.get(bill).text(), `"proposer":"`+w.shipper.person.ID)
	checker.refused(http.StatusForbidden, "not-approved", http.MethodPost, bill+"/sign", "", named, `If-Match: "4"`)
	require.Contains(t, checker.get("/v1/approvals/"+id).text(), `"state":"USED"`)

	second := w.shipper.post(bill+"/sign", "", "PortLedger-Approval: ask", `If-Match: "4"`).member("id")
	require.Equal(t, http.StatusOK, checker.post("/v1/approvals/"+second+"/withdraw", "").status)
	checker.refused(http.StatusForbidden, "not-approved", http.MethodPost, "/v1/approvals/"+second+"/withdraw", "")
	checker.refused(http.StatusNotFound, "not-found", http.MethodPost, "/v1/approvals/me/withdraw", "")
}

// A birth has private content and no version: the approval is made of exactly the same body.
func TestTwoPersonsDraftABill(t *testing.T) {
	w := newTrade(t)
	checker := w.colleague(w.line, "CARRIER")
	require.Equal(t, http.StatusOK, w.line.post("/v1/parties/"+w.line.person.Party+"/mark-four-eyes", `{"acts":["bill/*"]}`).status)
	body, other := w.draftBody(w.shipper, w.buyer), w.draftBody(w.shipper, w.buyer)
	require.NotEqual(t, body, other, "another number")
	w.line.refused(http.StatusForbidden, "four-eyes", http.MethodPost, "/v1/bills", body)
	asked := w.line.post("/v1/bills", body, "PortLedger-Approval: ask")
	require.Equal(t, http.StatusCreated, asked.status, asked.text())
	require.Equal(t, "/v1/approvals/"+asked.member("id"), asked.header.Get("Location"))
	require.Contains(t, checker.get(asked.header.Get("Location")).text(), `"content":{`)
	named := "PortLedger-Approval: " + asked.member("id")
	checker.refused(http.StatusForbidden, "not-approved", http.MethodPost, "/v1/bills", other, named)
	born := checker.post("/v1/bills", body, named)
	require.Equal(t, http.StatusCreated, born.status, born.text())
	checker.refused(http.StatusForbidden, "not-approved", http.MethodPost, "/v1/bills", other, named)
}
