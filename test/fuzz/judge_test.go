package fuzz_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/fuzz"
)

// TestTheJudgeSeesWhatIsWrong: each answer is wrong in one way, and the judge says so; the right one passes.
func TestTheJudgeSeesWhatIsWrong(t *testing.T) {
	specification, err := fuzz.Load()
	require.NoError(t, err)
	judge := &fuzz.Judge{Specification: specification, Secret: []string{"SECRETGOODS"}, Owners: []string{"line-clerk"}}
	r := specification.Case(0, fuzz.Stock{People: []string{"buyer-clerk"}})
	r.Method, r.Target, r.Header, r.Body = http.MethodGet, "/v1/bills/bl-aaaaaaaaaaaaaaaaaaaaaaaaaa", []string{"Authorization: Bearer {token}"}, nil
	r.Framed = func([]byte) []byte { return []byte("\r\n") }
	r.Odd, r.Either, r.Chinese = false, false, false
	const right = `{"type":"/problems#not-found","title":"Not Found","status":404,"detail":"There is no bill.","instance":"urn:portledger:request:ABCDEFGH","code":"not-found"}`
	header := func() http.Header {
		return http.Header{"Content-Type": {"application/problem+json"}, "Content-Language": {"en"}, "X-Request-Id": {"ABCDEFGH"}, "Vary": {"Accept-Language"},
			"X-Content-Type-Options": {"nosniff"}, "X-Frame-Options": {"DENY"}, "Referrer-Policy": {"no-referrer"}}
	}
	answer := func() fuzz.Answer {
		return fuzz.Answer{Status: http.StatusNotFound, Header: header(), Body: []byte(right)}
	}
	require.Empty(t, judge.Wrong(r, answer(), "TOKENTOKEN"))
	swap := func(from, to string) func(*fuzz.Answer) {
		return func(a *fuzz.Answer) { a.Body = []byte(strings.Replace(string(a.Body), from, to, 1)) }
	}
	without := func(name string) func(*fuzz.Answer) { return func(a *fuzz.Answer) { a.Header.Del(name) } }
	for wrong, change := range map[string]func(*fuzz.Answer){
		"status 500":             func(a *fuzz.Answer) { a.Status = http.StatusInternalServerError },
		"no request id":          without("X-Request-Id"),
		"no security header":     without("X-Frame-Options"),
		"another form":           func(a *fuzz.Answer) { a.Header.Set("Content-Type", "text/plain") },
		"no JSON":                func(a *fuzz.Answer) { a.Body = []byte("404") },
		"a code of no catalogue": swap(`"code":"not-found"`, `"code":"lost"`),
		"another status inside":  swap(`"status":404`, `"status":403`),
		"another request":        swap("ABCDEFGH", "HGFEDCBA"),
		"a member of its own":    swap(`"code"`, `"debug":1,"code"`),
		"the wrong language":     swap("There is no bill.", "不存在该提单。"),
		"the language not asked": func(a *fuzz.Answer) {
			swap("There is no bill.", "不存在该提单。")(a)
			a.Header.Set("Content-Language", "zh")
		},
		"a stack":           swap("There is no bill.", "goroutine 12 [running]: main.go:12"),
		"a Go type":         swap("There is no bill.", "cannot use *rest.Server"),
		"a file":            swap("There is no bill.", "open /var/lib/x: no such file"),
		"an organisation":   swap("There is no bill.", "PortMSP did not answer"),
		"an address":        swap("There is no bill.", "dial 127.0.0.1:17101"),
		"a database":        swap("There is no bill.", "SQLite: constraint failed"),
		"a peer's words":    swap("There is no bill.", "rpc error: code = Aborted"),
		"another person":    swap("There is no bill.", "u-0123456789abcdef holds it"),
		"the question back": swap("There is no bill.", "no bill "+fuzz.Planted),
		"the token back":    swap("There is no bill.", "TOKENTOKEN"),
		"private content":   swap("There is no bill.", "SECRETGOODS"),
		"much too long":     swap("There is no bill.", strings.Repeat("long ", 4000)),
		"what nobody documented": func(a *fuzz.Answer) {
			a.Status, a.Body = http.StatusOK, []byte(`{"surprise":1}`)
			a.Header.Set("Content-Type", "application/json")
		},
		"half an answer": func(a *fuzz.Answer) { a.HungUp = true },
	} {
		a := answer()
		change(&a)
		require.NotEmpty(t, judge.Wrong(r, a, "TOKENTOKEN"), wrong)
	}
}
