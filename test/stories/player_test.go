package stories

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// gateway answers each request, by method and address, with the next of its answers; the last one stays.
type gateway map[string][]string

func (g gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	place := r.Method + " " + r.URL.Host + r.URL.Path
	answers := g[place]
	if len(answers) == 0 {
		answers = []string{"404 {}"}
	}
	if len(answers) > 1 {
		g[place] = answers[1:]
	}
	status, body, _ := strings.Cut(answers[0], " ")
	code := map[string]int{"200": 200, "201": 201, "202": 202, "404": 404, "409": 409}[status]
	return &http.Response{StatusCode: code, Header: http.Header{"Location": {"/v1/transactions/t1"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (g gateway) play(t *testing.T, steps string) (Run, error) {
	t.Helper()
	story, err := load(fstest.MapFS{"tale.yaml": {Data: []byte("title: {en: t, zh: t}\nsteps:\n" + steps)}}, "tale")
	require.NoError(t, err)
	for _, host := range []string{"carrier", "port"} {
		g["GET "+host+"/v1/me"] = []string{`200 {"roles":["CARRIER"]}`}
	}
	return NewPlayer(&Venue{
		People:   map[string]Person{"clerk": {Organisation: "carrier"}, "buyer": {Organisation: "port"}},
		Gateways: map[string]string{"carrier": "http://carrier", "port": "http://port"},
		Client:   &http.Client{Transport: g}, Now: time.Now,
		Token: func(context.Context, string) (string, error) { return "token", nil },
	}, "en").Play(t.Context(), story, nil)
}

const made = `201 {"family":"bill","id":"bl-1","state":"DRAFT","version":1,"transaction":"t1"}`

func TestAFateThatIsNotKnownYetIsWaitedFor(t *testing.T) {
	run, err := gateway{
		"POST carrier/v1/bills": {"202 {}"},
		"GET carrier/v1/transactions/t1": {`200 {"status":"PENDING"}`, `404 {}`,
			`200 {"status":"VALID","family":"bill","id":"bl-1","state":"DRAFT","transaction":"t1"}`},
	}.play(t, "  - {en: a, zh: b, who: clerk, post: /v1/bills, expect: {state: DRAFT}, keep: {bill: id}}\n")
	require.NoError(t, err)
	require.Equal(t, []Document{{"bill", "bl-1", "clerk"}}, run.Documents)
	require.Equal(t, "t1", run.Events[0].Transaction)
}

func TestAnInvalidTransactionIsNoSuccess(t *testing.T) {
	_, err := gateway{
		"POST carrier/v1/bills":          {"202 {}"},
		"GET carrier/v1/transactions/t1": {`200 {"status":"INVALID","code":"conflict"}`},
	}.play(t, "  - {en: a, zh: b, who: clerk, post: /v1/bills}\n")
	require.ErrorContains(t, err, "status 201 was expected")
}

func TestWhoActsElsewhereWaitsForTheLastWrite(t *testing.T) {
	front := gateway{
		"POST carrier/v1/bills": {made},
		"GET port/v1/bills/bl-1": {"404 {}", `200 {"history":[{"tx":"t0"}]}`, `200 {"history":[{"tx":"t0"},{"tx":"t1"}]}`,
			`200 {"control":{"state":"DRAFT"}}`},
	}
	run, err := front.play(t, "  - {en: a, zh: b, who: clerk, post: /v1/bills, keep: {bill: id}}\n"+
		"  - {en: a, zh: b, who: buyer, get: '/v1/bills/${bill}', expect: {control.state: DRAFT}}\n")
	require.NoError(t, err)
	require.Equal(t, "DRAFT", run.Events[1].State)
}

func TestAnAnswerThatIsNotAsToldFailsTheStory(t *testing.T) {
	for steps, want := range map[string][]string{
		"{en: a, zh: b, who: king, get: /v1/bills}":                               {"nobody is called king"},
		"{en: a, zh: b, who: clerk, get: '/v1/${none}'}":                          {"there is no variable none"},
		"{en: a, zh: b, who: clerk, get: /v1/bills}":                              {"status 200 was expected", "the answer was 409", `"code": "busy"`},
		"{en: a, zh: b, who: clerk, get: /v1/bills, status: 409, absent: [code]}": {"code must not be there"},
		"{en: a, zh: b, who: clerk, get: /v1/bills, status: 409, keep: {a: id}}":  {"id cannot be kept"},
		"{en: a, zh: b, who: clerk, get: /v1/bills, status: 409, expect: {code: no-basis, rule: X-01}}": {
			`code is "busy", not "no-basis"`, "rule is missing"},
	} {
		_, err := gateway{"GET carrier/v1/bills": {`409 {"code":"busy"}`}}.play(t, "  - "+steps+"\n")
		var failure *Failure
		require.ErrorAs(t, err, &failure, steps)
		for _, part := range append(want, "tale.yaml step 1") {
			require.ErrorContains(t, err, part)
		}
	}
}

func TestARefusalThatIsToldIsAnEvent(t *testing.T) {
	run, err := gateway{
		"POST carrier/v1/bills/x/issue": {`409 {"code":"wrong-state","rule":"X-01"}`},
		"GET carrier/v1/bills/x/acts":   {`200 {"acts":[{"act":"issue","allowed":false,"refusal":{"code":"wrong-state","rule":"X-01"}}]}`},
	}.play(t,
		"  - {en: a, zh: b, who: clerk, post: /v1/bills/x/issue, status: 409, expect: {code: wrong-state}}\n")
	require.NoError(t, err)
	require.Equal(t, "wrong-state X-01", run.Events[0].Refusal)
	require.Empty(t, run.Events[0].Transaction)
	require.Equal(t, []string{"CARRIER"}, run.Events[0].Roles)
}

// What the ledger says of an act beforehand must be what the attempt gets.
func TestABrokenPromiseFailsTheStory(t *testing.T) {
	const refused = `{"acts":[{"act":"issue","allowed":false,"refusal":{"code":"wrong-party"}},{"act":"issue","line":2,"allowed":true}]}`
	const allowed = `{"acts":[{"act":"issue","allowed":true}]}`
	for _, c := range []struct{ said, got, wrong string }{
		{refused, made, "it was done"},
		{refused, `409 {"code":"wrong-state"}`, `would be refused with "wrong-party"`},
		{refused, `409 {"code":"wrong-party","rule":"X-01"}`, `would be refused with "wrong-party", rule ""`},
		{refused, `409 {"code":"wrong-party"}`, ""},
		{refused, `409 {"code":"invalid","at":"/reason"}`, ""},
		{allowed, `409 {"code":"wrong-state"}`, "was allowed, and it was refused"},
		{allowed, `409 {"code":"kind-forbids"}`, "was allowed, and it was refused"},
		{allowed, `409 {"code":"not-covered"}`, "was allowed, and it was refused"},
		{allowed, `409 {"code":"not-covered","at":"/content/lines"}`, ""},
		{allowed, made, ""},
		{`{"acts":[]}`, `404 {"code":"no-such-route"}`, ""},
		{`{"acts":[]}`, `409 {"code":"wrong-state"}`, `would be refused with ""`},
	} {
		status, _, _ := strings.Cut(c.got, " ")
		_, err := gateway{"POST carrier/v1/bills/x/issue": {c.got}, "GET carrier/v1/bills/x/acts": {"200 " + c.said}}.play(t,
			"  - {en: a, zh: b, who: clerk, post: /v1/bills/x/issue, status: "+status+"}\n")
		if c.wrong == "" {
			require.NoError(t, err, c)
			continue
		}
		require.ErrorContains(t, err, c.wrong, c)
	}
}

func TestADocumentThatShowsOtherActsFailsTheStory(t *testing.T) {
	for acts, wrong := range map[string]string{
		`{"act":"issue","allowed":true}`:                                    "",
		`{"act":"void","allowed":true}`:                                     "void is allowed, and acts does not show it",
		`{"act":"void","line":1,"allowed":true}`:                            "void is allowed, and lines.0.acts does not show it",
		`{"act":"issue","allowed":false,"refusal":{"code":"wrong-party"}}`:  "it is refused with wrong-party",
		`{"act":"issue","allowed":false,"refusal":{"code":"kind-forbids"}}`: "",
	} {
		_, err := gateway{
			"GET carrier/v1/bills/x":      {`200 {"control":{"id":"x"},"acts":["issue"],"lines":[{"acts":["issue"]}]}`},
			"GET carrier/v1/bills/x/acts": {`200 {"acts":[` + acts + `]}`},
		}.play(t, "  - {en: a, zh: b, who: clerk, get: /v1/bills/x}\n")
		if wrong == "" {
			require.NoError(t, err, acts)
			continue
		}
		require.ErrorContains(t, err, wrong, acts)
	}
}
