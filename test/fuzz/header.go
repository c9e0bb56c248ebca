package fuzz

import (
	"fmt"
	"regexp"
	"strings"

	"pgregory.net/rapid"
)

var mandateShape = regexp.MustCompile(`^md-`)

const bearer = "Authorization: Bearer {token}"

// strangers are Authorization lines that open nothing.
var strangers = [][]string{
	nil, {"Authorization: "}, {"Authorization: Bearer"}, {"Authorization: Bearer  "}, {"Authorization: Basic {token}"}, {"Authorization: {token}"},
	{"Authorization: Bearer {token}x"}, {"Authorization: Bearer .{token}"}, {"Authorization: Bearer eyJhbGciOiJub25lIn0.e30."}, {"Authorization: Bearer {token} {token}"},
	{"Authorization: Bearer " + strings.Repeat("a.", 4000)}, {"Authorization: Bearer \xff\xfe"}, {bearer, bearer}, {"Authorization: Negotiate YII="},
	{"X-Authorization: Bearer {token}"}, {"Cookie: token={token}"},
}

// extras are header lines that mean something to somebody, and nothing or a refusal here.
var extras = []string{
	"X-Forwarded-For: 127.0.0.1", "X-Forwarded-User: u-0000000000000000", "X-Original-URL: /v1/me", "X-Rewrite-URL: /v1/me", "X-HTTP-Method-Override: DELETE",
	"X-Request-Id: good-request-1", "X-Request-Id: bad id", "X-Request-Id: " + strings.Repeat("r", 400), "X-Request-Id: a\tb", "X-Request-Id: ${jndi:ldap://x}",
	"Accept: text/html", "Accept: application/xml;q=1, */*;q=0", "Accept: ;;;", "Accept-Encoding: gzip, br;q=\xff", "Range: bytes=0-10", "If-None-Match: *",
	`If-None-Match: "1", W/"2", "`, "If-Modified-Since: Sun, 22 Nov 2099 00:00:00 GMT", "Origin: https://evil.example", "Cookie: a=b; " + strings.Repeat("c", 3000),
	"Expect: 100-continue", "Upgrade: websocket", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "TE: trailers", "Prefer: respond-async", "Via: 1.1 x",
	"Content-Encoding: gzip", "Content-Encoding: identity", "Content-Language: zh", "X-Empty:", "x-UPPER: \xe4", "Forwarded: for=\"[::1]\";proto=https", "Max-Forwards: 0",
}

var mediaTypes = []string{
	"application/json; charset=utf-8", "application/json;charset=UTF-8", "APPLICATION/JSON", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
	"application/json; charset=utf-16", "application/json; charset=gbk", "application/problem+json", "application/json, text/plain", "application/json; a=\"", "*/*", "", "application/xml",
	"application/json\x00", "application/" + strings.Repeat("j", 5000),
}

var versions = []string{`"1"`, `"2"`, `"3"`, `"0"`, `"-1"`, `"99999999999999999999"`, `"01"`, `1`, `*`, `W/"1"`, `"1", "2"`, `""`, `"`, `"1"x`, "\"\xff\""}

var languages = []struct {
	line            string
	chinese, either bool
}{
	{"Accept-Language: zh", true, false}, {"Accept-Language: zh-CN,zh;q=0.9,en;q=0.1", true, false}, {"Accept-Language: en", false, false},
	{"Accept-Language: fr, ja;q=0.5", false, false}, {"Accept-Language: ;;;=", false, true}, {"Accept-Language: *", false, true},
	{"Accept-Language: " + strings.Repeat("zh-x-", 900), false, true}, {"Accept-Language: \xff", false, true}, {"Accept-Language: zh;q=0", false, true},
	{"Accept-Language: " + strings.Repeat("en,", 2000) + "zh", false, true},
}

func (s Stock) header(t *rapid.T, r *Request, o Operation) {
	add := func(line string) { r.Header = append(r.Header, line) }
	rarely := func() bool { return pick(t, 8) == 0 }
	if pick(t, 15) == 0 {
		r.Header = append(r.Header, choose(t, strangers)...)
	} else {
		add(bearer)
	}
	media := "application/json"
	if rarely() {
		media = choose(t, mediaTypes)
	}
	if len(r.Body) > 0 || rarely() {
		add("Content-Type: " + media)
	}
	language := choose(t, languages)
	if rapid.Bool().Draw(t, "asks for a language") {
		add(language.line)
		r.Chinese, r.Either = language.chinese, language.either
	}
	if rarely() {
		add("If-Match: " + choose(t, versions))
	}
	if rarely() {
		add("Idempotency-Key: " + choose(t, []string{"same-key", "same-key-2", "a b", strings.Repeat("k", 129), "é", "\x7f", "",
			rapid.StringMatching(`[a-z0-9]{20}`).Draw(t, "key"), rapid.StringMatching(`[a-z0-9]{20}`).Draw(t, "another key")}))
	}
	if rarely() {
		id, _ := s.one(t, mandateShape)
		add("PortLedger-Mandate: " + choose(t, []string{id, id, "md-aaaaaaaaaaaaaaaaaaaaaaaaaa", "x", "", "md-\xff", "md-aaaaaaaaaaaaaaaaaaaaaaaaaa, md-b"}))
	}
	for range choose(t, []int{0, 0, 0, 1, 3}) {
		add(choose(t, extras))
	}
	if pick(t, 60) == 0 {
		add("X-Long: " + strings.Repeat("l", 40<<10))
		r.Odd = true
	}
}

// length tells the body's length as it is.
func length(body []byte) []byte {
	return fmt.Appendf(nil, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

// framings tell a body's length in ways that servers have disagreed about.
var framings = []func(body []byte) []byte{
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	},
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n%x;ext=1\r\n%s\r\n0\r\nX-T: 1\r\n\r\n", len(body), body)
	},
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), len(body), body)
	},
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Transfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	},
	func(body []byte) []byte { return fmt.Appendf(nil, "Transfer-Encoding: xchunked\r\n\r\n%s", body) },
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n%s", body)
	},
	func(body []byte) []byte { return fmt.Appendf(nil, "Transfer-Encoding: chunked\r\n\r\nzz\r\n%s", body) },
	func(body []byte) []byte { return fmt.Appendf(nil, "Content-Length: -1\r\n\r\n%s", body) },
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Content-Length: %d\r\nContent-Length: %d\r\n\r\n%s", len(body), len(body)+1, body)
	},
	func(body []byte) []byte { return fmt.Appendf(nil, "Content-Length: +%d\r\n\r\n%s", len(body), body) },
	func(body []byte) []byte { return fmt.Appendf(nil, "Content-Length: %d\r\n\r\n%s", len(body)/2, body) },
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Content-Length: %d\r\n\r\n%sGET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n", len(body), body)
	},
	func(body []byte) []byte { return fmt.Appendf(nil, "Content-Length : %d\r\n\r\n%s", len(body), body) },
	func(body []byte) []byte { return fmt.Appendf(nil, "Content-Length: %d\n\n%s", len(body), body) },
	func(body []byte) []byte {
		return fmt.Appendf(nil, " folded: line\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
	func(body []byte) []byte {
		return fmt.Appendf(nil, "no colon\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Host: second.example\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
	func(body []byte) []byte {
		return fmt.Appendf(nil, "Content-Length: 99999999999999999999\r\n\r\n%s", body)
	},
}
