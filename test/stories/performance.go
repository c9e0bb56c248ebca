package stories

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	// settleWait bounds the wait for another organisation's peer to have the last block, and for the fate of a
	// transaction that the gateway did not know in time.
	settleWait = 20 * time.Second
	settleLook = 20 * time.Millisecond
)

// writer remembers the last write, which readers at other organisations may have to wait for.
type writer struct{ organisation, address, transaction string }

// performance is one story being played.
type performance struct {
	*Player
	variables
	run  Run
	last writer
}

func (p *performance) play(ctx context.Context, step Step) (Event, error) {
	if d := step.pause(); d > 0 {
		p.venue.Wait(d)
	}
	asked, err := p.prepare(step)
	if err == nil {
		err = p.greet(ctx, step.Who)
	}
	if err == nil {
		err = p.settle(ctx, step.Who)
	}
	var said *promise
	if err == nil && p.Watch == nil {
		said, err = p.promised(ctx, asked)
	}
	if err == nil {
		err = p.watched(ctx, step, asked)
	}
	event := Event{Step: step, What: p.told(step.Text), Roles: p.roles[step.Who], At: time.Now()}
	var answer Answer
	if err == nil {
		answer, err = p.ask(ctx, asked)
	}
	event.Took = time.Since(event.At)
	var wrong []string
	if err != nil {
		wrong = []string{err.Error()}
	} else {
		wrong = append(p.wrong(step, answer), said.broken(answer)...)
		wrong = append(wrong, p.shown(ctx, asked, answer)...)
	}
	if wrong != nil {
		return event, &Failure{Step: step, Asked: asked.method + " " + asked.path, Answer: answer, Wrong: wrong}
	}
	if answer.Status >= http.StatusBadRequest {
		event.Refusal = strings.TrimSpace(answer.Text("code") + " " + answer.Text("rule"))
	} else {
		event.State = cmp.Or(answer.Text("state"), answer.Text("control.state"))
		event.Transaction = answer.Text("transaction")
	}
	p.remember(asked, answer)
	return event, nil
}

// told fills in a step's words; a variable that is not there stays as it is written.
func (p *performance) told(text Text) Text {
	for _, words := range []*string{&text.English, &text.Chinese} {
		if filled, err := p.text(*words); err == nil {
			*words = filled
		}
	}
	return text
}

// prepare fills in the step's variables and puts its request together.
func (p *performance) prepare(step Step) (request, error) {
	asked := request{person: step.Who, method: http.MethodGet, header: map[string]string{"Accept-Language": p.language}}
	if step.Post != "" {
		asked.method = http.MethodPost
	}
	with, err := p.fill(step.With)
	if err != nil {
		return asked, err
	}
	maps.Copy(p.kept, with.(map[string]any))
	if asked.path, err = p.text(step.Post + step.Get); err != nil {
		return asked, err
	}
	for name, value := range step.Header {
		if asked.header[name], err = p.text(value); err != nil {
			return asked, err
		}
	}
	asked.body, err = p.body(step)
	return asked, err
}

func (p *performance) body(step Step) ([]byte, error) {
	if step.Body == nil && step.Content == "" {
		return nil, nil
	}
	filled, err := p.fill(step.Body)
	if err != nil {
		return nil, err
	}
	text, err := encode(filled)
	if err != nil || step.Content == "" {
		return text, err
	}
	content, err := p.document(step.Content, step.Change)
	if err != nil {
		return nil, err
	}
	text = append(text[:len(text)-1], []byte(`,"content":`)...)
	if len(step.Body) == 0 {
		text = []byte(`{"content":`)
	}
	return append(append(text, content...), '}'), nil
}

// greet gets a token for a person who acts for the first time, and asks the gateway who that is.
func (p *performance) greet(ctx context.Context, name string) error {
	if _, known := p.tokens[name]; known {
		return nil
	}
	if _, is := p.venue.People[name]; !is {
		return fmt.Errorf("nobody is called %s", name)
	}
	token, err := p.venue.Token(ctx, name)
	if err != nil {
		return fmt.Errorf("token for %s: %w", name, err)
	}
	p.tokens[name] = token
	me, err := p.ask(ctx, request{person: name, method: http.MethodGet, path: "/v1/me"})
	if err != nil {
		return err
	}
	if me.Status != http.StatusOK {
		return fmt.Errorf("%s is not let in: %d %s", name, me.Status, me.Body)
	}
	roles, _ := at(me.Value, "roles")
	list, _ := roles.([]any)
	for _, role := range list {
		p.roles[name] = append(p.roles[name], fmt.Sprint(role))
	}
	return nil
}

// settle waits until the person's own peer has the last write. Each peer commits a block in its own time; whoever acts
// at another organisation a millisecond later may still be shown the world before.
func (p *performance) settle(ctx context.Context, name string) error {
	if p.last.transaction == "" || p.last.organisation == p.venue.People[name].Organisation {
		return nil
	}
	return p.until(ctx, request{person: name, method: http.MethodGet, path: p.last.address}, func(a Answer) bool {
		history, _ := at(a.Value, "history")
		acts, _ := history.([]any)
		return slices.ContainsFunc(acts, func(act any) bool {
			tx, _ := at(act, "tx")
			return tx == p.last.transaction
		})
	})
}

// until asks again until the answer is enough.
func (p *performance) until(ctx context.Context, asked request, enough func(Answer) bool) error {
	ctx, cancel := context.WithTimeout(ctx, settleWait)
	defer cancel()
	for {
		answer, err := p.venue.send(ctx, p.tokens[asked.person], asked)
		if err == nil && enough(answer) {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("waited for %s: the last answer was %d %s", asked.path, answer.Status, answer.Body), err)
		case <-time.After(settleLook):
		}
	}
}

// ask sends a request. Where the fate of a write is not known in time (202) it waits for it: the transaction's own
// address answers with the same members.
func (p *performance) ask(ctx context.Context, asked request) (Answer, error) {
	answer, err := p.venue.send(ctx, p.tokens[asked.person], asked)
	if err != nil || answer.Status != http.StatusAccepted {
		return answer, err
	}
	address := request{person: asked.person, method: http.MethodGet, path: answer.Header.Get("Location")}
	err = p.until(ctx, address, func(a Answer) bool {
		answer = a
		return a.Status == http.StatusOK && a.Text("status") != "PENDING"
	})
	if err == nil && answer.Text("status") == "VALID" {
		answer.Status = Step{Post: asked.path}.status()
	}
	return answer, err
}

// wrong tells what of the answer is not as the step expects, and keeps what it asks to keep.
func (p *performance) wrong(step Step, answer Answer) []string {
	var found []string
	if want := step.status(); answer.Status != want {
		found = append(found, fmt.Sprintf("status %d was expected", want))
	}
	found = append(found, p.unexpected(step.Expect, answer)...)
	for _, path := range step.Absent {
		if _, is := at(answer.Value, path); is {
			found = append(found, path+" must not be there")
		}
	}
	for name, path := range step.Keep {
		value, is := at(answer.Value, path)
		name, err := p.text(name)
		if err != nil || !is {
			found = append(found, path+" cannot be kept")
			continue
		}
		p.kept[name] = value
	}
	return found
}

func (p *performance) unexpected(expected map[string]any, answer Answer) (found []string) {
	filled, err := p.fill(expected)
	if err == nil {
		filled, err = plain(filled)
	}
	if err != nil {
		return []string{err.Error()}
	}
	for _, path := range slices.Sorted(maps.Keys(expected)) {
		got, is := at(answer.Value, path)
		if !is {
			found = append(found, path+" is missing")
			continue
		}
		found = append(found, differences(path, filled.(map[string]any)[path], got)...)
	}
	return found
}

// plain turns what YAML read into what JSON would have read.
func plain(value any) (any, error) {
	text, err := encode(value)
	if err != nil {
		return nil, err
	}
	return decode(text)
}

// remember keeps what a write leaves: the document it made, and what others have to wait for.
func (p *performance) remember(asked request, answer Answer) {
	transaction := answer.Text("transaction")
	if asked.method != http.MethodPost || transaction == "" || answer.Text("family") == "approval" { // nobody else can read that one
		return
	}
	if answer.Status == http.StatusCreated {
		p.run.Documents = append(p.run.Documents, Document{answer.Text("family"), answer.Text("id"), asked.person})
	}
	p.last = writer{p.venue.People[asked.person].Organisation, addressOf(answer.Text("family"), answer.Text("id")), transaction}
}

// addressOf is where a document is read.
func addressOf(family, id string) string {
	collection := family + "s"
	if stem, is := strings.CutSuffix(family, "y"); is { // parties, facilities
		collection = stem + "ies"
	}
	return "/v1/" + collection + "/" + id
}
