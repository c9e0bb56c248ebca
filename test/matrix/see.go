package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"portledger/chaincode/fault"
	"portledger/test/stories"
)

// private are the members of contents whose values name a shipment: nobody without a part in it may meet one.
var private = []string{"transportDocumentReference", "equipmentReference", "partyName", "legalName", "truckPlate", "driverName", "statement"}

// note remembers what a body says in private.
func (t *Trial) note(body []byte) {
	var members struct {
		Content any `json:"content"`
	}
	if json.Unmarshal(body, &members) == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.noteAll(members.Content)
	}
}

func (t *Trial) noteAll(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if text, is := inner.(string); is && slices.Contains(private, name) && len(text) >= 6 {
				t.needles[text] = true
			}
			t.noteAll(inner)
		}
	case []any:
		for _, inner := range value {
			t.noteAll(inner)
		}
	}
}

// harmless complains of an answer that says something private of the shipment at hand.
func (t *Trial) harmless(what string, s Somebody, answer []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for needle := range t.needles {
		if strings.Contains(string(answer), needle) {
			t.wrong = append(t.wrong, fmt.Sprintf("%s: %s was told %q", what, s, needle))
		}
	}
}

// Looks are further looks at documents: InStates at one in every state that any is met in, AtEnds at each that a story leaves.
type Looks struct{ InStates, AtEnds bool }

// further tells whether more is looked at than the table speaks of: it knows no states, and in some, who may in another is no
// party to an act yet, or no more.
func (l Looks) further() bool { return l.InStates || l.AtEnds }

// see lets everybody look at a document, once for its family, for each state that it is met in, or for itself alone.
func (t *Trial) see(ctx context.Context, who string, header map[string]string, path string, alone bool) error {
	ctx = t.aside(ctx)
	read, err := t.read(ctx, who, header, path)
	if err != nil {
		return err
	}
	family, id := families[strings.Split(path, "/")[2]], strings.Split(path, "/")[3]
	key := "see " + family
	_, newFamily := t.first(key)
	if alone {
		key += " " + id
	}
	if t.InStates {
		key += " " + read.Text("control.state") + " " + read.Text("pledge.control.state") + read.Text("recovery.control.state")
	}
	if _, first := t.first(key + "."); !first {
		return nil
	}
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(t.AtOnce)
	for _, s := range t.everybody {
		all.Go(func() error { return t.lookAt(ctx, s, family, id, path, read, newFamily || t.InStates) })
	}
	return all.Wait()
}

func (t *Trial) lookAt(ctx context.Context, s Somebody, family, id, path string, read stories.Answer, round bool) error {
	for _, asked := range []string{path, path + "/acts"} {
		o, known := t.operationOf(stories.Attempt{Method: http.MethodGet, Path: asked})
		if !known {
			return fmt.Errorf("no operation reads %s", asked)
		}
		answer, err := t.Venue.Send(ctx, s.token, s.Door, stories.Attempt{Who: s.Name, Method: http.MethodGet, Path: asked})
		if err != nil {
			return err
		}
		t.judge(o, s, t.may(o, s, read.Value, ""), answer, false)
		if s.stranger() {
			continue
		}
		if answer.Status != http.StatusOK {
			t.complain("%s: %s got %d", o.ID, s, answer.Status)
		}
		if !s.takesPart(public(read)) && !(family == "party" && s.Registrar) {
			t.harmless(o.ID, s, answer.Body)
		}
		if asked == path {
			t.content(family, s, read.Value, answer)
		} else {
			t.acts(family, s, read.Value, answer)
		}
	}
	if t.Peers == nil || s.stranger() || !round {
		return nil
	}
	t.lookRound(ctx, s, family, id, s.takesPart(public(read)) || family == "party" && s.Registrar)
	return nil
}

// public are the records of an answer that every member sees.
func public(read stories.Answer) []byte {
	text, _ := json.Marshal(controls(read.Value))
	return text
}

func controls(value any) (found []any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if name == "control" || name == "supervision" {
				found = append(found, inner)
			} else if name != "content" && name != "pieces" {
				found = append(found, controls(inner)...)
			}
		}
	case []any:
		for _, inner := range value {
			found = append(found, controls(inner)...)
		}
	}
	return found
}

// content holds whether the content is there against who may read it.
func (t *Trial) content(family string, s Somebody, document any, answer stories.Answer) {
	may, must := t.reads(family, s, document)
	got := answer.Text("content") != ""
	if got && !may {
		t.complain("content of a %s in state %s: %s may not read it, and got it", family, answer.Text("control.state"), s)
	}
	if !got && must {
		t.complain("content of a %s in state %s: %s may read it, and did not get it", family, answer.Text("control.state"), s)
	}
	if pieces := answer.Text("pieces"); pieces != "" && !s.takesPart(public(answer)) {
		t.complain("pieces of a %s: %s has no part in it, and got %.80s", family, s, pieces)
	}
}

// acts holds what a document says is open to somebody against the table: every act of it, in the state that it is in.
func (t *Trial) acts(family string, s Somebody, document any, answer stories.Answer) {
	var told struct {
		Acts []struct {
			Act     string `json:"act"`
			Line    int    `json:"line"`
			Allowed bool   `json:"allowed"`
			Refusal struct {
				Code string `json:"code"`
			} `json:"refusal"`
		} `json:"acts"`
	}
	if err := json.Unmarshal(answer.Body, &told); err != nil {
		t.complain("acts of a %s: %s got %.80s", family, s, answer.Body)
		return
	}
	for _, act := range told.Acts {
		i := slices.IndexFunc(t.operations, func(o Operation) bool {
			return o.Family() == family && o.Act() == act.Act && strings.Contains(o.Path, "{")
		})
		if i < 0 {
			t.complain("acts of a %s: %s is no operation", family, act.Act)
			continue
		}
		o, line := t.operations[i], ""
		if act.Line > 0 {
			line = strconv.Itoa(act.Line)
		}
		may := t.may(o, s, document, line)
		t.mu.Lock()
		t.tries++
		t.mu.Unlock()
		if act.Allowed && !may && !t.untrusted(o, s, may) {
			t.complain("%s: %s may not in state %s, and is told that it is open", o.ID, s, answer.Text("state"))
		}
		if may && slices.Contains(t.refusedWith(o), act.Refusal.Code) && !t.Operations[o.ID].Sometimes && !t.Looks.further() {
			t.complain("%s: %s may in state %s, and is told %s", o.ID, s, answer.Text("state"), act.Refusal.Code)
		}
	}
}

// lookRound reads with a Fabric client: the own peer tells no more than the gateway, another organisation's nothing.
func (t *Trial) lookRound(ctx context.Context, s Somebody, family, id string, part bool) {
	for _, function := range []string{"Read", "Acts", "History"} {
		function = family + ":" + function
		foreign := doorBeside(t.Venue, s.Organisation)
		_, err := t.Peers.Evaluate(ctx, s.Organisation, s.Name, foreign, function, []string{id}, nil)
		if code := codeOf(err); code != string(fault.WrongParty) && code != string(fault.UnknownCaller) {
			t.complain("%s: %s asks the peer of %s, and got %v", function, s, foreign, err)
		}
		answer, err := t.Peers.Evaluate(ctx, s.Organisation, s.Name, s.Organisation, function, []string{id}, nil)
		if err != nil {
			t.complain("%s: %s asks the own peer, and got %v", function, s, err)
		}
		if !part {
			t.harmless(function, s, answer)
		}
	}
}

// transaction lets everybody ask after a transaction, which only its sender may.
func (t *Trial) transaction(ctx context.Context, e stories.Event) {
	if e.Transaction == "" {
		return
	}
	if _, first := t.first("transaction " + e.Step.Who); !first {
		return
	}
	path := "/v1/transactions/" + e.Transaction
	o, _ := t.operationOf(stories.Attempt{Method: http.MethodGet, Path: path})
	for _, s := range t.everybody {
		answer, err := t.Venue.Send(t.aside(ctx), s.token, s.Door, stories.Attempt{Who: s.Name, Method: http.MethodGet, Path: path})
		if err != nil {
			t.complain("%s: %v", o.ID, err)
			continue
		}
		t.judge(o, s, !s.stranger() && s.Name == e.Step.Who, answer, false)
	}
}
