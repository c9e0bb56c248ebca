package fuzz

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// Stock is what there is in the house for requests to name.
type Stock struct {
	// People are who may ask.
	People []string
	// IDs are of documents, legs, parties and transactions, of every family and in every state.
	IDs []string
	// Now is the ledger's time.
	Now time.Time
	// Actors are who makes an act in some story, by the act's path: half of the cases are theirs, so that some get far.
	Actors map[string][]string
	// Guarded are documents that Owners alone know the content of: they are asked for by everybody else.
	Guarded, Owners []string
}

// Request is one case.
type Request struct {
	// Number makes the case again.
	Number    int
	Operation string
	Person    string
	Method    string
	Target    string
	// Header are whole lines; {token} stands for the person's token.
	Header []string
	Body   []byte
	// Framed is how the length is told; Odd when HTTP itself may refuse that.
	Framed func(body []byte) []byte
	Odd    bool
	// Chinese tells which language the answer must have; Either when that is open.
	Chinese, Either bool
}

// Case makes the case of a number: operations take turns.
func (s *Specification) Case(number int, stock Stock) Request {
	o := s.Operations[number%len(s.Operations)]
	made := rapid.Custom(func(t *rapid.T) Request { return stock.request(t, o) }).Example(number)
	made.Number = number
	return made
}

// Raw is the request as it goes over the wire.
func (r Request) Raw(token string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n", r.Method, r.Target)
	for _, line := range r.Header {
		b.WriteString(strings.ReplaceAll(line, "{token}", token) + "\r\n")
	}
	b.Write(r.Framed(r.Body))
	return b.Bytes()
}

func (r Request) String() string {
	return fmt.Sprintf("case %d (%s) by %q: %s %s %q %.600q", r.Number, r.Operation, r.Person, r.Method, r.Target, r.Header, r.Body)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// one draws an id of a form, if there is any.
func (s Stock) one(t *rapid.T, shape *regexp.Regexp) (string, bool) {
	var fit []string
	for _, id := range s.IDs {
		if shape.MatchString(id) {
			fit = append(fit, id)
		}
	}
	if len(fit) == 0 {
		return "", false
	}
	return choose(t, fit), true
}

func (s Stock) request(t *rapid.T, o Operation) Request {
	r := Request{Operation: o.ID, Method: o.Method, Person: choose(t, s.People)}
	good := pick(t, 4) == 0 // as far as the document tells
	if actors := s.Actors[o.Path]; len(actors) > 0 && (good || rapid.Bool().Draw(t, "an actor")) {
		r.Person = choose(t, actors)
	}
	if !slices.Contains(s.Owners, r.Person) { // whoever is no owner tries for what is guarded as well
		s.IDs = append(slices.Clone(s.IDs), s.Guarded...)
	}
	if good {
		return s.good(t, r, o)
	}
	if pick(t, 20) == 0 {
		r.Method = choose(t, []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X"})
	}
	r.Target = s.path(t, o) + s.query(t, o)
	r.Body = s.body(t, o)
	s.header(t, &r, o)
	r.Framed = length
	r.Odd = r.Odd || len(r.Target)+len(strings.Join(r.Header, "")) > headMost
	if pick(t, 25) == 0 {
		i := pick(t, len(framings))
		r.Framed, r.Odd = framings[i], true
	}
	return r
}

// good is a request as the document has it.
func (s Stock) good(t *rapid.T, r Request, o Operation) Request {
	id := ""
	if o.shape != nil {
		id, _ = s.one(t, regexp.MustCompile(o.shape.Pattern))
	}
	r.Target, r.Header, r.Framed = o.target(id), []string{bearer}, length
	if o.body != nil {
		r.Body = []byte(s.fit(t, o.body, o.example).String())
		r.Header = append(r.Header, "Content-Type: application/json")
	}
	return r
}

// headMost is what a request line and headers may have for certain, without the token.
const headMost = 24 << 10

// segments are what stands where an id should.
var segments = []string{
	"x", "", ".", "..", "%2e%2e", "%2f", "..%2f..%2fv1%2fme", "%00", "a%00b", "%0d%0aX-Injected:%20yes", "%ff%fe", "%c0%af", "%", "%zz", "a;b=c", ";", "a%3bb",
	"bl-AAAAAAAAAAAAAAAAAAAAAAAAAA", "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa", "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa.9", "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa.1", "PAAAAAAAAAAAAAAAA",
	"bl-aaaaaaaaaaaaaaaaaaaaaaaaaa%0a", "bl-%61aaaaaaaaaaaaaaaaaaaaaaaaa", "*", "$", "~", "null", "-1", "0", "1e9", "%E6%8F%90%E5%8D%95", "%F0%9F%9A%A2", "%ED%A0%80",
	strings.Repeat("a", 300), strings.Repeat("%41", 2000), strings.Repeat("../", 200), "<script>", "'--", "{id}", ":id", "\\..\\..",
}

func (s Stock) path(t *rapid.T, o Operation) string {
	parameter := ""
	if o.shape != nil {
		parameter = s.parameter(t, regexp.MustCompile(o.shape.Pattern))
	}
	path := o.target(parameter)
	switch pick(t, 30) {
	case 0:
		return path + choose(t, []string{"/", "//", "/.", "/..", "%2f", ";x", "/%2e", "%20", "%00", ".json", "/x", "?", "#x"})
	case 1:
		return choose(t, []string{"/", "//", "/./", "/x/../", "/%2e/", "http://other.example", "*", "/V1/..", "/v1//"}) + path
	case 2:
		return strings.Replace(path, "/v1/", choose(t, []string{"/V1/", "/v1//", "/v1/./", "/v1%2f", "/%76%31/", "/v2/", "/v1/../v1/"}), 1)
	}
	return path
}

func (s Stock) parameter(t *rapid.T, shape *regexp.Regexp) string {
	switch kind := pick(t, 10); {
	case kind < 7:
		if id, found := s.one(t, shape); found {
			return id
		}
	case kind == 7 && len(s.IDs) > 0: // of whatever family, or a leg of it
		return choose(t, s.IDs) + choose(t, []string{"", "", ".1", ".8", ".9", ".0"})
	}
	return choose(t, segments)
}

func (s Stock) query(t *rapid.T, o Operation) string {
	chance := 15
	if len(o.query) > 0 {
		chance = 1
	}
	if pick(t, chance+1) > 0 {
		return ""
	}
	values := url.Values{}
	known := append(slices.Clone(o.query), "x", "state", "limit", "cursor", "access_token", "party", "", "limit[]")
	value := func() string {
		if pick(t, 2) == 0 {
			return text(t)
		}
		return choose(t, []string{"1", "200", "201", "0", "-1", "1e2", "0x10", "١", "50", "ISSUED", "DRAFT", "issued", "MTIz", "YmlsbDo6OTk5OTk5OTk5OTk5OTk5OTk5OTk",
			"YmlsbDo6LTE", "YmlsbDo6MQ", "9999999999999999999999", "%"})
	}
	for range 1 + pick(t, 3) {
		values.Add(choose(t, known), value())
	}
	if pick(t, 8) == 0 {
		return "?" + choose(t, []string{"", "&", "=", "limit", "limit=1;state=X", "%zz=1", "limit=%zz", "limit=1&limit=2", "a=%00", "state=%FF"})
	}
	return "?" + values.Encode()
}
