package stories

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Venue is where stories are played: the gateways and the people at them.
type Venue struct {
	// Parties are the ledger's ids of the parties, by name.
	Parties map[string]string
	// People are those who can act, by name.
	People map[string]Person
	// Gateways are base URLs, by organisation.
	Gateways map[string]string
	// Roots are files with the certificate that a gateway's TLS is checked against, by organisation.
	Roots  map[string]string
	Client *http.Client
	// Token makes a bearer token for a person by name.
	Token func(ctx context.Context, person string) (string, error)
	// Now is the clock that appointments and deadlines are set by.
	Now func() time.Time
	// Wait lets so much time pass on that clock.
	Wait func(time.Duration)
}

// Person is where someone works.
type Person struct {
	Organisation string `json:"org"`
	Party        string `json:"party"`
}

// request is what a person sends to the own organisation's gateway.
type request struct {
	person, method, path string
	header               map[string]string
	body                 []byte
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Value is the body read as JSON, nil if it is none.
	Value any
}

// Text answers the text at a path of the body, or nothing.
func (a Answer) Text(path string) string {
	if value, is := at(a.Value, path); is {
		return fmt.Sprint(value)
	}
	return ""
}

// Pretty is the body for people's eyes: JSON is indented.
func (a Answer) Pretty() string {
	var text bytes.Buffer
	if json.Indent(&text, a.Body, "", "  ") != nil {
		return string(a.Body)
	}
	return text.String()
}

// bodyMost bounds what is read of an answer.
const bodyMost = 4 << 20

// Curl is the command with which whoever made a document reads it.
func (v *Venue) Curl(d Document) string {
	organisation := v.People[d.Person].Organisation
	trust := ""
	if strings.HasPrefix(v.Gateways[organisation], "https:") {
		trust = "--cacert " + v.Roots[organisation] + " "
	}
	return fmt.Sprintf(`curl %s-H "Authorization: Bearer $(scripts/token.sh %s)" %s%s`, trust, d.Person,
		v.Gateways[organisation], addressOf(d.Family, d.ID))
}

func (v *Venue) send(ctx context.Context, token string, r request) (Answer, error) {
	return v.sendTo(ctx, token, v.People[r.person].Organisation, r)
}

func (v *Venue) sendTo(ctx context.Context, token, organisation string, r request) (Answer, error) {
	url := v.Gateways[organisation] + r.path
	sent, err := http.NewRequestWithContext(ctx, r.method, url, bytes.NewReader(r.body))
	if err != nil {
		return Answer{}, err
	}
	if token != "" {
		sent.Header.Set("Authorization", "Bearer "+token)
	}
	if len(r.body) > 0 {
		sent.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	response, err := v.Client.Do(sent)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyMost))
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Status: response.StatusCode, Header: response.Header, Body: body}
	if json.Valid(body) {
		answer.Value, err = decode(body)
	}
	return answer, err
}
