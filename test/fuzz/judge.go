package fuzz

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// problemMost is the size of the largest problem in bytes: one that grows with the question amplifies it.
const problemMost = 8 << 10

// internals are what the inside of a gateway, a peer or a database looks like. Refusals speak of documents and rules.
var internals = regexp.MustCompile(`goroutine \d|runtime error|panic:|\.go:\d+|/(home|work|root|usr|tmp|var|etc|opt)/|` +
	`\b[a-z]\w*\.\(?\*?[A-Z]\w+\)?: |\*[a-z]+\.[A-Z]|interface ?\{|map\[|0x[0-9a-f]{6,}|json: |strconv\.|unmarshal|invalid character|jsontext|` +
	`(?i:sqlite|\bsql\b|constraint failed|rpc error|grpc|chaincode response|endorser|proposal response|failed to|x509|asn1|certificate:|BEGIN [A-Z]+ |_implicit|leveldb)|` +
	`\w+MSP\b|\b127\.0\.0\.1|\blocalhost\b|\[::1\]|:\d{5}\b|\beyJ[A-Za-z0-9_-]{8}|u-[0-9a-f]{16}|portledger\.(party|roles|registrar)`)

// canned is what Go's HTTP server answers before any program of ours sees the request.
var canned = regexp.MustCompile(`^(400 Bad Request|431 Request Header Fields Too Large|501 Not Implemented|505 HTTP Version Not Supported|Unsupported transfer encoding)(: [A-Za-z -]+)?$`)

// cannedStatus are the statuses of those answers.
var cannedStatus = map[int]bool{http.StatusBadRequest: true, http.StatusRequestHeaderFieldsTooLarge: true, http.StatusNotImplemented: true, http.StatusHTTPVersionNotSupported: true}

// Judge holds answers against what must hold for all of them.
type Judge struct {
	*Specification
	// Secret texts are the private content that only Owners may see, and Owners are people by name.
	Secret, Owners []string
}

// Wrong answers everything that is wrong with an answer, nothing where all is right. token is the one that was sent.
func (j *Judge) Wrong(r Request, a Answer, token string) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	text := string(a.Body)
	if token != "" && strings.Contains(text, token) {
		say("the answer repeats the token")
	}
	if !slices.Contains(j.Owners, r.Person) {
		for _, secret := range j.Secret {
			if strings.Contains(text, secret) {
				say("private content came to %s: %s", r.Person, secret)
			}
		}
	}
	sent, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.Raw(token))))
	short := r.Method == http.MethodHead && len(a.Body) == 0 && cannedStatus[a.Status]
	if (err != nil || r.Odd || controls(r)) && (canned.MatchString(strings.TrimSpace(text)) || a.HungUp || short) {
		return wrong
	}
	if a.HungUp {
		return append(wrong, "the connection ended in the middle of an answer")
	}
	if err != nil {
		return append(wrong, fmt.Sprintf("a request that is no HTTP was answered %d", a.Status))
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
		if a.Header.Get(name) != want {
			say("header %s is %q", name, a.Header.Get(name))
		}
	}
	if id := a.Header.Get("X-Request-Id"); !regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`).MatchString(id) {
		say("the request's id is %q", id)
	}
	if a.Header.Get("X-Injected") != "" || a.Header.Get("Server") != "" {
		say("headers: %v", a.Header)
	}
	if a.Status >= http.StatusInternalServerError {
		say("status %d", a.Status)
	}
	if a.Status >= http.StatusBadRequest {
		wrong = append(wrong, j.problem(r, a)...)
	}
	return append(wrong, j.documented(r, sent, a)...)
}

// controls tells whether a header line carries what HTTP forbids there.
func controls(r Request) bool {
	return strings.ContainsFunc(strings.Join(r.Header, ""), func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

func (j *Judge) problem(r Request, a Answer) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if media := a.Header.Get("Content-Type"); media != "application/problem+json" {
		say("a refusal of type %q", media)
	}
	if r.Method == http.MethodHead {
		return wrong
	}
	var p struct {
		Type, Title, Detail, Instance, Code, Rule, At string
		Status                                        int
		Args                                          map[string]string
	}
	decoder := json.NewDecoder(bytes.NewReader(a.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return append(wrong, "no problem: "+err.Error())
	}
	switch {
	case !j.codes[p.Code]:
		say("code %q is not in the catalogue", p.Code)
	case p.Status != a.Status:
		say("status %d in the body", p.Status)
	case p.Type != "/problems#"+p.Code:
		say("type %q", p.Type)
	case p.Title == "" || p.Detail == "":
		say("it says nothing")
	case p.Instance != "urn:portledger:request:"+a.Header.Get("X-Request-Id"):
		say("instance %q", p.Instance)
	}
	if len(a.Body) > problemMost {
		say("a problem of %d bytes", len(a.Body))
	}
	if strings.Contains(string(a.Body), Planted) {
		say("the problem repeats what was sent")
	}
	// Where a request is wrong is told with the names of its members, which are the caller's own; the id of a request is of random letters.
	p.At, p.Instance = "", ""
	said, err := json.Marshal(p)
	if err != nil {
		say("%v", err)
	}
	if found := internals.FindString(string(said)); found != "" {
		say("internals: %q", found)
	}
	language := a.Header.Get("Content-Language")
	if chinese := strings.ContainsFunc(p.Detail, func(c rune) bool { return unicode.Is(unicode.Han, c) }); chinese != (language == "zh") {
		say("a text of the wrong language for %q", language)
	}
	if !r.Either && !r.Odd && (language == "zh") != r.Chinese {
		say("the language is %q", language)
	}
	return wrong
}

// documented holds the answer, and a request that was let through, against the OpenAPI document.
func (j *Judge) documented(r Request, sent *http.Request, a Answer) (wrong []string) {
	if sent.URL.RawPath != "" { // a path that is written otherwise than it is read is no path here
		if a.Status != http.StatusNotFound {
			wrong = append(wrong, fmt.Sprintf("status %d for a path that is spelled oddly", a.Status))
		}
		return wrong
	}
	if path.Clean(sent.URL.Path) != sent.URL.Path { // nor is one with a slash too many, where the document's reader is lenient
		if a.Status < http.StatusBadRequest {
			wrong = append(wrong, fmt.Sprintf("status %d for a path with a slash too many", a.Status))
		}
		return wrong
	}
	route, parameters, err := j.routes.FindRoute(sent)
	if err != nil {
		if a.Status < http.StatusBadRequest && sent.URL.Path != "/" {
			wrong = append(wrong, fmt.Sprintf("status %d where the document has nothing", a.Status))
		}
		return wrong
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
		ExcludeResponseBody: strings.HasPrefix(a.Header.Get("Content-Type"), "text/") || a.Status == http.StatusNotModified || len(a.Body) == 0}
	sent.Body = io.NopCloser(bytes.NewReader(r.Body))
	input := &openapi3filter.RequestValidationInput{Request: sent, PathParams: parameters, Route: route, Options: options}
	if a.Status < http.StatusBadRequest && !r.Odd {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			wrong = append(wrong, "let through although the document forbids it: "+short(err))
		}
	}
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: a.Status, Header: a.Header, Options: options}
	answer.SetBodyBytes(a.Body)
	if err := openapi3filter.ValidateResponse(context.Background(), answer); err != nil {
		wrong = append(wrong, "the answer is not as documented: "+short(err))
	}
	if !utf8.Valid(a.Body) {
		wrong = append(wrong, "the answer is no UTF-8")
	}
	return wrong
}

func short(err error) string {
	var filter *openapi3filter.ResponseError
	if errors.As(err, &filter) {
		return fmt.Sprintf("%.300s: %.300v", filter.Reason, filter.Err)
	}
	return fmt.Sprintf("%.500s", err)
}
