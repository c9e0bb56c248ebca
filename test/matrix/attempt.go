package matrix

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"portledger/chaincode/fault"
	"portledger/test/stories"
)

// neverVersion is of no document: whoever names it writes nothing.
const neverVersion = `"999999"`

// turnsAway are the codes that tell somebody that it is not for them.
var turnsAway = []string{string(fault.WrongParty), string(fault.WrongRole), string(fault.NotEmpowered), string(fault.UnknownCaller)}

// refusedWith are the codes with which an operation turns away.
func (t *Trial) refusedWith(o Operation) []string {
	also := t.Operations[o.ID].Refused
	if t.Operations[o.ID].Signed {
		also = append(slices.Clone(also), string(fault.ReaderOnly))
	}
	return slices.Concat(turnsAway, also)
}

// expects tells whether somebody may make this request. What goes under a mandate is its agent's alone.
func (t *Trial) expects(o Operation, s Somebody, a stories.Attempt, document any) bool {
	if a.Header[mandateHeader] != "" {
		return !s.stranger() && s.Party != "" && s.Party == t.named(a.Who).Party
	}
	return t.may(o, s, document, lineOf(a.Body))
}

func lineOf(body []byte) string {
	var about struct {
		Line json.Number `json:"line"`
	}
	_ = json.Unmarshal(body, &about) // a body that is none names no line
	return about.Line.String()
}

// attempt lets one try one request, at the gateway and round it.
func (t *Trial) attempt(ctx context.Context, o Operation, s Somebody, a stories.Attempt, document any, round bool) error {
	may := t.expects(o, s, a, document)
	birth := o.Method == http.MethodPost && strings.Count(o.Path, "/") == 2
	if t.Operations[o.ID].Signed && s.SignsOutside && !s.stranger() {
		if err := t.opensSigning(ctx, o, s, a); err != nil {
			return err
		}
	} else if !birth || !may { // a birth has no version: who may would do it
		if err := t.overHTTP(ctx, o, s, a, may); err != nil {
			return err
		}
	}
	if !round || s.stranger() || o.Act() == "" && o.ID != "getBillRadar" {
		return nil
	}
	if may { // a birth has shown it here, a move over HTTP too
		t.count(t.let, o, s)
	}
	return t.roundTheGateway(ctx, o, s, a, may)
}

// opensSigning: who signs outside of the gateway is given the question to sign, whoever it is (decision 32). The contract decides on the
// signed one, and the bytes tell nothing but what was asked.
func (t *Trial) opensSigning(ctx context.Context, o Operation, s Somebody, a stories.Attempt) error {
	asked := a
	asked.Who, asked.Header = s.Name, mandateOnly(a.Header)
	answer, err := t.Venue.Send(ctx, s.token, s.Door, asked)
	if err != nil {
		return err
	}
	code := answer.Text("code") // busy, rate-limited: as many signings as may be are open
	if answer.Status != http.StatusAccepted && code != string(fault.Busy) && code != string(fault.RateLimited) {
		t.complain("%s: %s signs outside, and got %d %s", o.ID, s, answer.Status, code)
	}
	t.harmless(o.ID, s, answer.Body)
	return nil
}

func (t *Trial) overHTTP(ctx context.Context, o Operation, s Somebody, a stories.Attempt, may bool) error {
	asked := a
	asked.Who, asked.Header = s.Name, map[string]string{}
	maps.Copy(asked.Header, mandateOnly(a.Header))
	if o.Method == http.MethodPost && strings.Contains(o.Path, "{") && !t.untrusted(o, s, may) { // trust is asked last of all
		asked.Header["If-Match"] = neverVersion
	}
	answer, err := t.Venue.Send(ctx, s.token, s.Door, asked)
	if err != nil {
		return err
	}
	t.judge(o, s, may, answer, s.Name == a.Who)
	return nil
}

// judge holds an answer of a gateway against what was expected; own is set for who the request is really of.
func (t *Trial) judge(o Operation, s Somebody, may bool, answer stories.Answer, own bool) {
	code := answer.Text("code")
	switch {
	case s.stranger() && !may:
		t.count(t.turned, o, s)
		if answer.Status != http.StatusUnauthorized || code != string(fault.Unauthenticated) {
			t.complain("%s: %s is not let in, and got %d %s", o.ID, s, answer.Status, code)
		}
	case may:
		t.count(t.let, o, s)
		wrote := o.Method == http.MethodPost && answer.Status < http.StatusBadRequest && o.ID != "billProof"
		if wrote || answer.Status == http.StatusUnauthorized || answer.Status >= http.StatusInternalServerError || slices.Contains(t.refusedWith(o), code) {
			t.complain("%s: %s may, and got %d %s %v", o.ID, s, answer.Status, code, answer.Text("args"))
		}
		if own && o.Method == http.MethodPost && !s.stranger() && code != string(fault.VersionMismatch) {
			t.complain("%s: %s would succeed, and got %d %s for a version that never was", o.ID, s, answer.Status, code)
		}
	case t.untrusted(o, s, may):
		t.count(t.turned, o, s)
		if answer.Status < http.StatusBadRequest || answer.Status >= http.StatusInternalServerError {
			t.complain("%s: %s is not trusted, and got %d %s", o.ID, s, answer.Status, code)
		}
	default:
		t.count(t.turned, o, s)
		if !slices.Contains(t.refusedWith(o), code) || answer.Status != http.StatusForbidden && slices.Contains(turnsAway, code) {
			t.complain("%s: %s may not, and got %d %s %s", o.ID, s, answer.Status, code, answer.Text("at"))
		}
		t.harmless(o.ID, s, answer.Body)
	}
}

// untrusted tells whether somebody is a feed or an authority that nobody here trusts: told so by the peer of who does not.
func (t *Trial) untrusted(o Operation, s Somebody, may bool) bool {
	return !may && !s.stranger() && t.Operations[o.ID].Trust != "" && s.has([]string{"CUSTOMS", "AUTHORITY"})
}

// roundTheGateway lets one try the same with a Fabric client, at the own peer and at another organisation's.
func (t *Trial) roundTheGateway(ctx context.Context, o Operation, s Somebody, a stories.Attempt, may bool) error {
	request, transient, err := call(a)
	if err != nil {
		return err
	}
	args := []string{o.Act(), request}
	if t.untrusted(o, s, may) {
		at := t.Operations[o.ID].Trust
		if err := t.evaluate(ctx, s, at, o.Family()+":Act", args, transient); codeOf(err) == "" {
			t.complain("%s: %s is not trusted, and got %v at the peer of %s", o.ID, s, err, at)
		}
		return nil
	}
	prepare, act := o.Family()+":Prepare", o.Family()+":Act"
	switch o.ID {
	case "billProof":
		prepare, act, args = "bill:Prove", "bill:Prove", []string{request}
	case "getBillRadar":
		prepare, act, args = "bill:PrepareRadar", "bill:Radar", []string{strings.Split(a.Path, "/")[3]}
	}
	t.judgeCall(o, s, prepare, may, s.Name == a.Who && a.Status < http.StatusBadRequest, t.evaluate(ctx, s, s.Organisation, prepare, args, transient))
	foreign := doorBeside(t.Venue, s.Organisation)
	if prepare != act {
		err := t.evaluate(ctx, s, foreign, prepare, args, transient)
		if code := codeOf(err); code != string(fault.WrongParty) && code != string(fault.UnknownCaller) {
			t.complain("%s: %s rehearses at the peer of %s, and got %v", o.ID, s, foreign, err)
		}
	}
	if !may {
		for _, at := range []string{s.Organisation, foreign} {
			t.judgeCall(o, s, act+" at "+at, false, false, t.evaluate(ctx, s, at, act, args, transient))
		}
	}
	return nil
}

// call is the request as a contract's: the public part, and the private one.
func call(a stories.Attempt) (request string, transient map[string][]byte, err error) {
	members := map[string]json.RawMessage{}
	if len(a.Body) > 0 {
		if err := json.Unmarshal(a.Body, &members); err != nil {
			return "", nil, err
		}
	}
	transient = map[string][]byte{"salt": []byte(strings.Repeat("5a", 32))}
	if content := members["content"]; content != nil {
		transient["content"] = content
	}
	delete(members, "content")
	if id := a.Header[mandateHeader]; id != "" {
		transient["mandate"] = []byte(id)
	}
	if segments := strings.Split(a.Path, "/"); len(segments) >= 4 {
		members["id"], _ = json.Marshal(segments[3])
	}
	text, err := json.Marshal(members)
	return string(text), transient, err
}

func (t *Trial) evaluate(ctx context.Context, s Somebody, at, function string, args []string, transient map[string][]byte) error {
	_, err := t.Peers.Evaluate(ctx, s.Organisation, s.Name, at, function, args, transient)
	if err != nil {
		t.harmless(function, s, []byte(err.Error()))
	}
	return err
}

func (t *Trial) judgeCall(o Operation, s Somebody, function string, may, own bool, err error) {
	t.mu.Lock()
	t.tries++
	t.mu.Unlock()
	code := codeOf(err)
	switch {
	case err != nil && code == "":
		t.complain("%s: %s calls %s, and got %v", o.ID, s, function, err)
	case may && slices.Contains(t.refusedWith(o), code), own && err != nil:
		t.complain("%s: %s may, and got %s from %s", o.ID, s, code, function)
	case !may && !slices.Contains(t.refusedWith(o), code):
		t.complain("%s: %s may not, and got %q from %s", o.ID, s, code, function)
	}
}

// codeOf is the refusal's code, empty where there is none.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	var f *fault.Fault
	if errors.As(err, &f) {
		return string(f.Code)
	}
	if f, is := fault.Parse(err.Error()); is {
		return string(f.Code)
	}
	return ""
}
