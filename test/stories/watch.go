package stories

import "context"

// Attempt is a request as a story is about to make it, with its variables filled in: what others may try too.
type Attempt struct {
	Who, Method, Path string
	Header            map[string]string
	Body              []byte
	// Status is the one that the story expects, Refusal the code where it expects a refusal.
	Status  int
	Refusal string
}

// Watch is called before each request of a story. What it does must leave the ledger as it is. A player with one does not
// ask beforehand which acts are open: the watch asks more than that.
type Watch func(context.Context, Attempt) error

// Send makes the request as the person at the gateway of the person's organisation, or at the one of the organisation
// that is named; an empty token is none.
func (v *Venue) Send(ctx context.Context, token, organisation string, a Attempt) (Answer, error) {
	return v.sendTo(ctx, token, organisation, request{person: a.Who, method: a.Method, path: a.Path, header: a.Header, body: a.Body})
}

func (p *performance) watched(ctx context.Context, step Step, r request) error {
	if p.Watch == nil {
		return nil
	}
	refusal, _ := step.Expect["code"].(string)
	return p.Watch(ctx, Attempt{Who: r.person, Method: r.method, Path: r.path, Header: r.header, Body: r.body,
		Status: step.status(), Refusal: refusal})
}
