package stories

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Before every act the same person asks which acts are open, and what the ledger said must then be what the attempt gets.

// A refusal that names a place is about what the request says there. ownFaults are the others that no answer about a
// document can foretell, because they are about the request itself or the road it took. A line with an act is about that
// one only.
var ownFaults = []struct{ code, act, why string }{
	{code: "malformed", why: "the body cannot be read"},
	{code: "unsupported-media", why: "the body is no JSON"},
	{code: "too-large", why: "the body is too large"},
	{code: "invalid", why: "a value of the request is no good"},
	{code: "unknown-party", why: "the request names a party that is none"},
	{code: "recipient-not-allowed", why: "the request names a party that cannot receive it"},
	{code: "version-mismatch", why: "If-Match names another version"},
	{code: "idempotency-key-reused", why: "the key came with another request"},
	{code: "in-progress", why: "the key's first request is not answered yet"},
	{code: "hash-mismatch", why: "the request signs another sheet"},
	{code: "container-mismatch", why: "the content is about another container"},
	{code: "plate-mismatch", why: "the content is about another truck"},
	{code: "kind-forbids", act: "transfer", why: "the request sends a straight bill to another than its consignee"},
	{code: "feed-not-trusted", why: "whom another organisation trusts is known to its own peer only"},
	{code: "conflict", why: "another transaction came first"},
	{code: "busy", why: "the gateway had no time"},
	{code: "unavailable", why: "a node could not be reached"},
}

func ownFault(act, code, place string) bool {
	if place != "" {
		return true
	}
	for _, own := range ownFaults {
		if own.code == code && (own.act == "" || own.act == act) {
			return true
		}
	}
	return false
}

// promise is what the ledger said of an act before it was tried.
type promise struct {
	act string
	// known is false for an act that the document does not have.
	known, allowed bool
	// code and rule are those of the refusal.
	code, rule string
}

// promised asks what the person may do, if the request is an act on a document; nil if it is something else.
func (p *performance) promised(ctx context.Context, asked request) (*promise, error) {
	segments := strings.Split(strings.TrimPrefix(asked.path, "/"), "/")
	if asked.method != http.MethodPost || len(segments) != 4 || segments[3] == "proof" || segments[1] == "approvals" {
		return nil, nil
	}
	said := &promise{act: segments[3]}
	answer, err := p.venue.send(ctx, p.tokens[asked.person], request{person: asked.person, method: http.MethodGet,
		path: "/" + strings.Join(segments[:3], "/") + "/acts", header: asked.header})
	if err != nil {
		return nil, fmt.Errorf("ask which acts are open: %w", err)
	}
	if answer.Status != http.StatusOK {
		said.known, said.code, said.rule = true, answer.Text("code"), answer.Text("rule")
		return said, nil
	}
	var line string
	if body, err := decode(asked.body); err == nil {
		line = Answer{Value: body}.Text("line")
	}
	listed, _ := at(answer.Value, "acts")
	acts, _ := listed.([]any)
	for _, one := range acts {
		act := Answer{Value: one}
		here := act.Text("line") == line
		if act.Text("act") == said.act && (here || (!said.known && act.Text("line") == "")) { // or about the order, naming a line
			said.known, said.allowed = true, act.Text("allowed") == "true"
			said.code, said.rule = act.Text("refusal.code"), act.Text("refusal.rule")
		}
	}
	return said, nil
}

// broken tells where an attempt got something else than was promised.
func (said *promise) broken(answer Answer) []string {
	if said == nil || answer.Header.Get("Idempotent-Replayed") != "" {
		return nil // no act, or an answer given once more
	}
	code, rule := answer.Text("code"), answer.Text("rule")
	refused := answer.Status >= http.StatusBadRequest
	switch {
	case !refused && said.allowed:
		return nil
	case !refused:
		return []string{fmt.Sprintf("the ledger had said that %s would be refused (%q, rule %q), and it was done", said.act, said.code, said.rule)}
	case ownFault(said.act, code, answer.Text("at")):
		return nil
	case !said.known && slices.Contains([]string{"unknown-act", "no-such-route", "not-found"}, code):
		return nil
	case said.allowed:
		return []string{fmt.Sprintf("the ledger had said that %s was allowed, and it was refused", said.act)}
	case said.code != code || said.rule != rule:
		return []string{fmt.Sprintf("the ledger had said that %s would be refused with %q, rule %q", said.act, said.code, said.rule)}
	}
	return nil
}

// shown compares the acts that a document shows as open, by state and party, with what the ledger says of each.
func (p *performance) shown(ctx context.Context, asked request, answer Answer) []string {
	segments := strings.Split(strings.TrimPrefix(asked.path, "/"), "/")
	if p.Watch != nil || asked.method != http.MethodGet || len(segments) != 3 || segments[1] == "approvals" || answer.Status != http.StatusOK ||
		answer.Text("control.id") == "" {
		return nil
	}
	all, err := p.venue.send(ctx, p.tokens[asked.person], request{person: asked.person, method: http.MethodGet, path: asked.path + "/acts",
		header: asked.header})
	if err != nil || all.Status != http.StatusOK {
		return []string{fmt.Sprintf("ask which acts are open: %v %d", err, all.Status)}
	}
	var wrong []string
	listed, _ := at(all.Value, "acts")
	acts, _ := listed.([]any)
	for _, one := range acts {
		act := Answer{Value: one}
		place := "acts"
		if line := act.Text("line"); line != "" {
			var number int
			if _, err := fmt.Sscan(line, &number); err != nil {
				return []string{err.Error()}
			}
			place = fmt.Sprintf("lines.%d.acts", number-1)
		}
		open, _ := at(answer.Value, place)
		names, _ := open.([]any)
		if place == "acts" { // those of a bill's recovery and pledge, and of a presentation's examination, stand with it
			for _, part := range []string{"recovery.acts", "pledge.acts", "examination.acts"} {
				open, _ = at(answer.Value, part)
				beside, _ := open.([]any)
				names = slices.Concat(names, beside)
			}
		}
		fits := slices.Contains(names, any(act.Text("act")))
		if act.Text("allowed") == "true" && !fits {
			wrong = append(wrong, fmt.Sprintf("%s is allowed, and %s does not show it", act.Text("act"), place))
		}
		if act.Text("act") == "lift-hold" { // whose hold it is matters beyond state and party
			continue
		}
		if code := act.Text("refusal.code"); fits && slices.Contains([]string{"wrong-party", "wrong-role"}, code) {
			wrong = append(wrong, fmt.Sprintf("%s shows %s, and it is refused with %s", place, act.Text("act"), code))
		}
	}
	return wrong
}
