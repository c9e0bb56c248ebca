package fuzz

import (
	"strings"

	"pgregory.net/rapid"
)

// Planted is a text that stands in what is sent. No problem may send it back: an answer that repeats its question carries
// private input into logs, and an attacker's words to whoever reads it.
const Planted = "PLANTED-7QXW2ZKV"

// names are members that nobody asked for, as JSON writes them.
var names = []string{
	`"id"`, `"version"`, `"content"`, `"to"`, `""`, `"__proto__"`, `"holder"`, `"salt"`, `"a.b"`, `"$ref"`, `"\u0000"`, `"\ud800"`,
	`"\u0069d"`, "\"\u202eid\"", "\"i\xff\"", `"` + strings.Repeat("n", 4000) + `"`,
}

// odd are texts that have broken programs.
var odd = []string{
	"", " ", "\t", Planted, "null", "undefined", "true", "0", "-1", "../../../etc/passwd", "..\\..\\", "%2e%2e%2f", "%00", "a;b", "{{7*7}}",
	"${jndi:ldap://127.0.0.1/x}", "'; DROP TABLE documents; --", "\" OR 1=1 --", "<script>alert(1)</script>", "$(id)", "`id`",
	"\u0000", "a\u0000b", "\r\nX-Injected: yes", "line\nline", "\u2028\u2029", "\u202etxet desrever", "\u200b\u200d\ufeff", "\ufffe", "\uffff",
	"РАРТУ", "Ｐ２３４", "é", "e\u0301", "ﬁ", "İ", "ß", "𝕏𝒀", "👩‍👩‍👧‍👦", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚", "中文提单", "\U0010ffff",
	"%s%n%d%x", "1e309", "NaN", "9223372036854775808", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "9999999999-12-31T23:59:59Z", "0000-00-00T00:00:00Z",
	"2026-11-22T10:00:00+99:99", "-0001-01-01T00:00:00Z", strings.Repeat("A", 65), strings.Repeat("長", 400), strings.Repeat("x", 9<<10), strings.Repeat("y", 70<<10),
}

// literals are leaves that no encoder writes: bad UTF-8, halves of surrogate pairs, what other languages call numbers.
var literals = []string{
	`null`, `true`, `false`, `[]`, `{}`, `""`, `0`, `-0`, `-1`, `1.5`, `1e400`, `-1e400`, `1e-400`, `0.000000000000000000000000000001`,
	`9223372036854775807`, `9223372036854775808`, `-9223372036854775809`, `99999999999999999999999999`, `1E+2`, `3.0`,
	strings.Repeat("9", 400), "0." + strings.Repeat("3", 400), `NaN`, `Infinity`, `-Infinity`, `0x10`, `01`, `+1`, `1.`, `.5`, `1_000`, `--1`,
	`"\ud800"`, `"\udc00\ud800"`, `"\u00"`, `"\x41"`, `"\u0000"`, "\"\x00\"", "\"\xff\xfe\"", "\"\xc0\xaf\"", "\"\xe0\x80\xaf\"", "\"\xed\xa0\x80\"",
	"\"\xf4\x90\x80\x80\"", "\"a\nb\"", `'single'`, `undefined`, `nul`, `"open`, `/* */1`, `,`, `:`, ``,
	`{"a":{"a":{"a":{"a":{"a":1}}}}}`, `[[[[[[[[]]]]]]]]`, `[null,1,"x",{}]`,
}

// text is a text of any kind.
func text(t *rapid.T) string {
	if pick(t, 3) > 0 {
		return choose(t, odd)
	}
	return rapid.StringN(0, 40, 200).Draw(t, "text")
}

// wild is a JSON value of any kind, or what only looks like one.
func wild(t *rapid.T) string {
	if pick(t, 2) == 0 {
		return choose(t, literals)
	}
	return quoted(text(t))
}
