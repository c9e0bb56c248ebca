package rest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBadInputIsRefusedWithItsPlace: each row is refused, the problem names the place, and the ledger stays as it is.
func TestBadInputIsRefusedWithItsPlace(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	good := w.draftBody(w.shipper, w.buyer)
	parties := fmt.Sprintf(`"shipper":%q,"consignee":%q,`, w.shipper.person.Party, w.buyer.person.Party)
	transfer, draft := bill+"/transfer", "/v1/bills"
	to := fmt.Sprintf(`"to":%q`, w.buyer.person.Party)
	for _, row := range []struct {
		name, path, body string
		status           int
		code, at         string
	}{
		{"nothing where something is needed", transfer, "", 422, "invalid", "/to"},
		{"cut off", transfer, `{"to":"P`, 400, "malformed", "/to"},
		{"cut off between members", transfer, `{` + to + `,`, 400, "malformed", "/"},
		{"no JSON", transfer, `to=me`, 400, "malformed", "/"},
		{"an array", transfer, `[]`, 400, "malformed", "/"},
		{"a number", transfer, `1`, 400, "malformed", "/"},
		{"two objects", transfer, `{` + to + `}{}`, 400, "malformed", "/"},
		{"text behind", transfer, `{` + to + `} x`, 400, "malformed", "/"},
		{"the same member twice", transfer, `{` + to + `,` + to + `}`, 400, "malformed", "/to"},
		{"the same member twice deep inside", draft, `{"content":{"a":[{"b":1,"b":2}]}}`, 400, "malformed", "/content/a/0/b"},
		{"not UTF-8", transfer, "{\"to\":\"\xff\"}", 400, "malformed", "/to"},
		{"not UTF-8 deep inside", draft, "{\"content\":{\"a\":\"\xc3\x28\"}}", 400, "malformed", "/content/a"},
		{"half a surrogate pair", transfer, `{"to":"\ud83d"}`, 400, "malformed", "/to"},
		{"a member of no act", transfer, `{"too":1}`, 422, "invalid", "/too"},
		{"a member of another act", transfer, `{` + to + `,"reason":"OTHER"}`, 422, "invalid", "/reason"},
		{"the id in the body", transfer, `{` + to + `,"id":"x"}`, 422, "invalid", "/id"},
		{"the version in the body", transfer, `{` + to + `,"version":3}`, 422, "invalid", "/version"},
		{"content where none belongs", transfer, `{` + to + `,"content":{}}`, 422, "invalid", "/content"},
		{"a wrong type", transfer, `{"to":7}`, 422, "invalid", "/to"},
		{"null", transfer, `{"to":null}`, 422, "invalid", "/to"},
		{"an unknown party", transfer, `{"to":"PAAAAAAAAAAAAAAAA"}`, 422, "unknown-party", "/to"},
		{"a reason of one's own", bill + "/reject-surrender", `{"reason":"because"}`, 409, "wrong-state", ""},
		{"no content", draft, fmt.Sprintf(`{"shipper":%q}`, w.shipper.person.Party), 422, "invalid", "/content"},
		{"a wrong check digit", draft, strings.Replace(good, "CSQU3054383", "CSQU3054384", 1), 422, "invalid", "/content/"},
		{"content too deep", draft, `{` + parties + `"content":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 41), 413, "too-large", "/content"},
		{"absurdly deep", draft, `{"content":` + strings.Repeat(`[`, 20000), 400, "malformed", "/content"},
		{"a body too large", draft, `{"content":"` + strings.Repeat("x", 320<<10) + `"}`, 413, "too-large", ""},
		{"content too large", draft, `{` + parties + `"content":"` + strings.Repeat("x", 300<<10) + `"}`, 413, "too-large", "/content"},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := w.network.Height()
			who := w.shipper
			if row.path == draft || strings.HasSuffix(row.path, "reject-surrender") {
				who = w.line
			}
			a := who.in(t).call(false, http.MethodPost, row.path, row.body)
			require.Equal(t, row.status, a.status, a.text())
			require.Equal(t, row.code, a.member("code"))
			if row.at != "" {
				require.True(t, strings.HasPrefix(a.member("at"), row.at), a.text())
			}
			require.Equal(t, before, w.network.Height(), "nothing may be ordered")
		})
	}
	require.Equal(t, `"3"`, w.shipper.get(bill).header.Get("ETag"))
}

func TestHeadersAndRoutesAreChecked(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	body := fmt.Sprintf(`{"to":%q}`, w.buyer.person.Party)
	for _, row := range []struct {
		name, method, path, header string
		status                     int
		code                       string
	}{
		{"another media type", "POST", bill + "/transfer", "Content-Type: text/plain", 415, "unsupported-media"},
		{"another encoding", "POST", bill + "/transfer", "Content-Type: application/json; charset=gbk", 415, "unsupported-media"},
		{"no media type", "POST", bill + "/transfer", "Content-Type: ", 415, "unsupported-media"},
		{"a bad idempotency key", "POST", bill + "/transfer", "Idempotency-Key: a b", 422, "invalid"},
		{"a long idempotency key", "POST", bill + "/transfer", "Idempotency-Key: " + strings.Repeat("k", 129), 422, "invalid"},
		{"a version for a birth", "POST", "/v1/bills", `If-Match: "1"`, 422, "invalid"},
		{"another method", "PUT", bill, "X: y", 405, "method-not-allowed"},
		{"another method on a list", "DELETE", "/v1/bills", "X: y", 405, "method-not-allowed"},
		{"no such act", "POST", bill + "/steal", "X: y", 404, "no-such-route"},
		{"no such family", "GET", "/v1/boats", "X: y", 404, "no-such-route"},
		{"a slash too many", "GET", "/v1/bills/", "X: y", 404, "no-such-route"},
		{"no such bill", "GET", "/v1/bills/bl-aaaaaaaaaaaaaaaaaaaaaaaaaa", "X: y", 404, "not-found"},
		{"an id of no form", "GET", "/v1/bills/bl-AAAAAAAAAAAAAAAAAAAAAAAAAA", "X: y", 404, "not-found"},
		{"an id of no form to act on", "POST", "/v1/bills/x/transfer", "X: y", 404, "not-found"},
		{"another family's id", "GET", "/v1/releases/" + strings.TrimPrefix(bill, "/v1/bills/"), "X: y", 404, "not-found"},
		{"no such transaction", "GET", "/v1/transactions/" + strings.Repeat("0", 64), "X: y", 404, "not-found"},
		{"a transaction of no form", "GET", "/v1/transactions/x", "X: y", 404, "not-found"},
	} {
		t.Run(row.name, func(t *testing.T) {
			sent := body
			if row.method != http.MethodPost {
				sent = ""
			}
			a := w.shipper.in(t).refused(row.status, row.code, row.method, row.path, sent, row.header)
			if row.status == http.StatusMethodNotAllowed {
				require.NotEmpty(t, a.header.Get("Allow"))
			}
		})
	}
}

func TestProblemsSpeakTheCallersLanguage(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	for accept, want := range map[string]string{
		"": "en", "zh-CN,zh;q=0.9,en;q=0.5": "zh", "en-GB,zh;q=0.1": "en", "zh-Hant": "zh", "fr": "en", ";;;": "en",
	} {
		a := w.shipper.refused(http.StatusConflict, "wrong-state", http.MethodPost, bill+"/approve", "", "Accept-Language: "+accept)
		require.Equal(t, want, a.header.Get("Content-Language"), accept)
		if want == "zh" {
			require.Equal(t, "提单处于“已签发”（ISSUED）状态，不能办理“确认”（approve）。", a.member("detail"))
			require.Equal(t, "与当前状态冲突", a.member("title"))
		} else {
			require.Equal(t, "A bill that is ISSUED does not allow approve.", a.member("detail"))
		}
	}
}

func TestRequestsAreNamedAndLoggedWithoutTheirSecrets(t *testing.T) {
	w := newTrade(t)
	a := w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer), "X-Request-Id: my-request-1")
	require.Equal(t, "my-request-1", a.header.Get("X-Request-Id"))
	made := w.line.get("/v1/bills?state=DRAFT", "X-Request-Id: bad id\t!")
	require.Regexp(t, `^[A-Z2-7]{26}$`, made.header.Get("X-Request-Id"))
	log := w.gates["CarrierMSP"].log.String()
	require.Contains(t, log, `"request":"my-request-1"`)
	require.Contains(t, log, `"route":"/v1/bills"`)
	require.Contains(t, log, a.member("transaction"))
	for _, private := range []string{"CSQU3054383", "state=DRAFT", "Bearer", w.line.token} {
		require.NotContains(t, log, private)
	}
	require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
}

func TestPagesNeedNoTokenAndNothingFromElsewhere(t *testing.T) {
	w := newWorld(t)
	nobody := client{w: w, t: t, org: "CarrierMSP"}
	for _, path := range []string{"/docs", "/problems", "/openapi.yaml", "/healthz", "/readyz", "/metrics"} {
		a := nobody.get(path)
		require.Equal(t, http.StatusOK, a.status, path)
		require.NotContains(t, a.text(), "src=")
	}
	docs := nobody.get("/docs").text()
	require.Contains(t, docs, "/v1/bills/{id}/surrender")
	require.Contains(t, docs, "OEDL26XMN00042", "examples are shown")
	require.Contains(t, nobody.get("/problems").text(), `id="plate-mismatch"`)
	require.Equal(t, "/docs", nobody.get("/").header.Get("Location"))
	require.Contains(t, nobody.get("/metrics").text(), `portledger_http_request_duration_seconds_count{method="GET",route="/docs",status="200"}`)
}
