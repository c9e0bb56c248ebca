package fuzz

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"pgregory.net/rapid"

	"portledger/test/fixtures"
	"portledger/test/stories"
)

// Tale is a story to furnish the house with, told so many steps far; 0 is to its end.
type Tale struct {
	Name  string
	Steps int
}

// anyID is what ids of documents, legs, parties and transactions look like.
var anyID = regexp.MustCompile(`\b([a-z]{2}-[a-z2-7]{26}(\.[1-8])?|P[A-Z2-7]{16}|[0-9a-f]{64})\b`)

// gleaner remembers every id that comes by.
type gleaner struct {
	http.RoundTripper
	mu  sync.Mutex
	ids map[string]bool
}

func (g *gleaner) RoundTrip(r *http.Request) (*http.Response, error) {
	if g.RoundTripper == nil {
		g.RoundTripper = http.DefaultTransport
	}
	response, err := g.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, id := range anyID.FindAllString(string(body), -1) {
		g.ids[id] = true
	}
	return response, err
}

// Furnish plays the tales and has a guarded bill drafted, and answers what there is then and the texts that its owners
// alone may see.
func Furnish(ctx context.Context, v *stories.Venue, tales []Tale) (stock Stock, secret []string, err error) {
	g := &gleaner{RoundTripper: v.Client.Transport, ids: map[string]bool{}}
	v.Client.Transport = g
	defer func() { v.Client.Transport = g.RoundTripper }()
	player := stories.NewPlayer(v, "en")
	for _, tale := range tales {
		if err := tell(ctx, player, tale); err != nil {
			return Stock{}, nil, err
		}
	}
	for _, id := range v.Parties {
		g.ids[id] = true
	}
	stock = Stock{People: sorted(v.People), Actors: map[string][]string{}, IDs: sorted(g.ids), Owners: []string{"line-clerk", "line-signer", "shipper-clerk"}, Now: v.Now()}
	if err := stock.cast(v); err != nil {
		return Stock{}, nil, err
	}
	guarded, secret, err := guard(ctx, v)
	stock.Guarded = []string{guarded}
	return stock, secret, err
}

// cast learns from all stories who makes which act.
func (s Stock) cast(v *stories.Venue) error {
	variable := regexp.MustCompile(`/\$\{[^/]*\}`)
	for name := range v.People { // registering is in no story: parties are there before any begins
		if strings.HasSuffix(name, "-registrar") {
			s.Actors["/v1/parties"] = append(s.Actors["/v1/parties"], name)
		}
	}
	slices.Sort(s.Actors["/v1/parties"])
	for _, name := range stories.Names() {
		story, err := stories.Load(name)
		if err != nil {
			return err
		}
		for _, step := range story.Steps {
			path := variable.ReplaceAllString(step.Post, "/{id}")
			if _, here := v.People[step.Who]; here && path != "" && !slices.Contains(s.Actors[path], step.Who) {
				s.Actors[path] = append(s.Actors[path], step.Who)
			}
		}
	}
	return nil
}

func tell(ctx context.Context, player *stories.Player, tale Tale) error {
	story, err := stories.Load(tale.Name)
	if err != nil {
		return err
	}
	if tale.Steps > 0 {
		story.Steps = story.Steps[:min(tale.Steps, len(story.Steps))]
	}
	_, err = player.Play(ctx, story, nil)
	return err
}

// guard drafts a bill whose private texts stand nowhere else.
func guard(ctx context.Context, v *stories.Venue) (id string, secret []string, err error) {
	mark := func() string { return rapid.StringMatching(`[A-Z2-7]{24}`).Example() }
	goods, name := mark(), mark()
	text := strings.NewReplacer("OEDL26XMN00042", mark()[:18], "FROZEN BEEF BONELESS", goods, "SANTOS FOODS SA", name).
		Replace(string(fixtures.Read("bill-order.json")))
	body, err := json.Marshal(map[string]any{"shipper": v.Parties["shipper"], "endorsee": v.Parties["shipper"], "content": json.RawMessage(text)})
	if err != nil {
		return "", nil, err
	}
	token, err := v.Token(ctx, "line-clerk")
	if err != nil {
		return "", nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.Gateways[v.People["line-clerk"].Organisation]+"/v1/bills", bytes.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	r.Header = http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
	response, err := v.Client.Do(r)
	if err != nil {
		return "", nil, err
	}
	defer response.Body.Close()
	var born struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&born); err != nil || born.ID == "" {
		return "", nil, fmt.Errorf("the guarded bill was answered %d: %w", response.StatusCode, err)
	}
	return born.ID, []string{goods, name}, nil
}
