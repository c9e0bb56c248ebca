package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"
)

// collections are the families' path segments.
var collections = map[string]string{
	"bill": "bills", "guarantee": "guarantees", "release": "releases", "interchange": "interchanges",
	"leg": "legs", "exchange": "exchanges", "party": "parties",
	"facility": "facilities", "presentation": "presentations", "mandate": "mandates", "approval": "approvals",
}

// web keeps enough connections open for as many requests at a time as a gateway takes.
var web = &http.Client{
	Timeout:   60 * time.Second,
	Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 128, IdleConnTimeout: time.Minute},
}

// Answer is what a gateway answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Written is the body of an answer to an act.
type Written struct {
	Outcome
	Transaction string `json:"transaction"`
}

// Problem is the body of a refusal.
type Problem struct {
	Code string `json:"code"`
	At   string `json:"at"`
	Rule string `json:"rule"`
}

// Into reads the body as JSON.
func (a Answer) Into(v any) error {
	if err := json.Unmarshal(a.Body, v); err != nil {
		return fmt.Errorf("answer %d is not JSON: %w: %.200s", a.Status, err, a.Body)
	}
	return nil
}

// Problem answers the refusal, empty when the answer is none.
func (a Answer) Problem() Problem {
	var p Problem
	if a.Header.Get("Content-Type") == "application/problem+json" {
		_ = json.Unmarshal(a.Body, &p)
	}
	return p
}

// Written reads the answer to an act that took effect; any other answer is an error.
func (a Answer) Written() (Written, error) {
	if a.Status != http.StatusOK && a.Status != http.StatusCreated {
		return Written{}, fmt.Errorf("answer %d: %.300s", a.Status, a.Body)
	}
	var w Written
	return w, a.Into(&w)
}

// Request sends one request to the gateway of the person's organisation.
func (p *Person) Request(ctx context.Context, method, path string, header map[string]string, body []byte) (Answer, error) {
	url := p.network.Organisations[p.Organisation].Gateway + path
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	token, err := p.Token(ctx)
	if err != nil {
		return Answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := web.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: text}, err
}

// Get reads an address of the gateway.
func (p *Person) Get(ctx context.Context, path string) (Answer, error) {
	return p.Request(ctx, http.MethodGet, path, nil, nil)
}

// Post makes an act over REST.
func (p *Person) Post(ctx context.Context, a Act, header map[string]string) (Answer, error) {
	path, body, err := a.REST()
	if err != nil {
		return Answer{}, err
	}
	return p.Request(ctx, http.MethodPost, path, header, body)
}

// REST is the act as an address and a body.
func (a Act) REST() (path string, body []byte, err error) {
	members := maps.Clone(a.Request)
	if members == nil {
		members = map[string]any{}
	}
	path = "/v1/" + collections[a.Family]
	if id, is := members["id"].(string); is {
		path += "/" + id + "/" + a.Name
		delete(members, "id")
	}
	if a.Content != nil {
		members["content"] = json.RawMessage(a.Content)
	}
	body, err = json.Marshal(members)
	return path, body, err
}
