package stories

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Summary are a run's figures, from the histories that the ledger keeps.
type Summary struct {
	// RequestToIssue and IssueToGateOut are the turnaround of the first release order that came so far; zero if none
	// did. Gate-out is that of the last container.
	RequestToIssue, IssueToGateOut time.Duration
	// HandOvers is how often a bill or the right to a container passed to another party.
	HandOvers int
	// Signatures is how many signatures stand under interchange receipts.
	Signatures int
	// Transactions is how many writes there were, Median and Slowest how long a request with one took.
	Transactions    int
	Median, Slowest time.Duration
}

// past is one act of a history.
type past struct {
	Act string    `json:"act"`
	At  time.Time `json:"at"`
}

// handOvers are the acts by which something passes to another party, by family.
var handOvers = map[string][]string{
	"bill":    {"accept", "accept-surrender"},
	"release": {"accept", "accept-delegation"},
}

// Summarise reads the histories of the run's documents as the people who made them.
func (p *Player) Summarise(ctx context.Context, run Run) (Summary, error) {
	s := Summary{}
	for _, document := range run.Documents {
		history, err := p.history(ctx, document)
		if err != nil {
			return s, err
		}
		moments := map[string]time.Time{}
		for _, act := range history {
			if slices.Contains(handOvers[document.Family], act.Act) {
				s.HandOvers++
			}
			if document.Family == "interchange" && (act.Act == "sign-by-facility" || act.Act == "sign-by-trucker") {
				s.Signatures++
			}
			moments[act.Act] = act.At
		}
		if requested, issued := moments["request"], moments["issue"]; s.RequestToIssue == 0 && !requested.IsZero() && !issued.IsZero() {
			s.RequestToIssue = issued.Sub(requested)
			if out := moments["line-out"]; !out.IsZero() {
				s.IssueToGateOut = out.Sub(issued)
			}
		}
	}
	s.measure(run.Events)
	return s, nil
}

func (p *Player) history(ctx context.Context, document Document) ([]past, error) {
	answer, err := p.venue.send(ctx, p.tokens[document.Person],
		request{person: document.Person, method: http.MethodGet, path: addressOf(document.Family, document.ID)})
	if err != nil {
		return nil, err
	}
	if answer.Status != http.StatusOK {
		return nil, fmt.Errorf("read %s: %d %s", document.ID, answer.Status, answer.Body)
	}
	var body struct {
		History []past `json:"history"`
	}
	return body.History, json.Unmarshal(answer.Body, &body)
}

func (s *Summary) measure(events []Event) {
	var took []time.Duration
	for _, event := range events {
		if event.Transaction != "" {
			took = append(took, event.Took)
		}
	}
	slices.Sort(took)
	if s.Transactions = len(took); s.Transactions > 0 {
		s.Median, s.Slowest = took[len(took)/2], took[len(took)-1]
	}
}
