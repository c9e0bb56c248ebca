package contract

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// requestLimits bound the public part of a request: ids, codes and states need little room.
var requestLimits = content.Limits{Bytes: 8 << 10, Depth: 4}

// decode reads the public part of a request and holds it against what the act takes, strictly.
func decode[D, R any](t *turn, law *lifecycle.Law[D, R], act lifecycle.Act, raw []byte) (R, lifecycle.Verb, error) {
	var r R
	verb, known := law.Verb(act)
	if !known || !law.Callable(act) {
		return r, verb, fault.New(fault.UnknownAct, "family", law.Family, "act", printable(string(act)))
	}
	if err := content.Read(raw, requestLimits, &r); err != nil {
		return r, verb, faultOf(err, "")
	}
	if t.probe {
		return r, verb, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return r, verb, fault.New(fault.Malformed, "check", "object")
	}
	takes := slices.Clone(verb.Takes)
	if !law.Birth(act) {
		takes = append(takes, "id", "version?")
	}
	return r, verb, fits(members, takes)
}

func fits(members map[string]json.RawMessage, takes []string) error {
	for _, field := range takes {
		name, optional := strings.CutSuffix(field, "?")
		value, there := members[name]
		delete(members, name)
		empty := !there || string(value) == `""` || string(value) == "null" || string(value) == "[]"
		if empty && !optional {
			return fault.New(fault.Invalid, "check", "required").In("/" + name)
		}
	}
	if len(members) > 0 { // content.Read let them pass: they are fields of another act
		return fault.New(fault.Invalid, "check", "unknown-field").In("/" + slices.Min(slices.Collect(maps.Keys(members))))
	}
	return nil
}

// papers are the private content that came with an act.
type papers struct {
	raw        []byte
	salt       string
	commitment string
}

// papers reads and checks the private content that the act asks for.
func (t *turn) papers(verb lifecycle.Verb) (papers, error) {
	if t.probe {
		return papers{}, nil
	}
	raw := t.Input("content")
	kind, optional := strings.CutSuffix(verb.Content, "?")
	if raw == nil && optional {
		return papers{}, nil
	}
	if kind == "" {
		if raw != nil {
			return papers{}, fault.New(fault.Invalid, "check", "unknown-field").In("/content")
		}
		return papers{}, nil
	}
	if raw == nil {
		return papers{}, fault.New(fault.Invalid, "check", "required").In("/content")
	}
	p := papers{raw: raw, salt: string(t.Input("salt"))}
	var err error
	p.commitment, err = t.Checker.Commit(content.Kind(kind), p.salt, raw)
	if errors.Is(err, content.ErrSalt) {
		return papers{}, fault.New(fault.PrivateInputMissing, "name", "salt")
	}
	if err != nil {
		return papers{}, faultOf(err, "/content")
	}
	return p, nil
}

// faultOf turns a content problem into the ledger's refusal; prefix is where the content stands in the request.
func faultOf(err error, prefix string) error {
	var p *content.Problem
	if !errors.As(err, &p) {
		return err
	}
	code := map[content.Code]fault.Code{
		content.Malformed: fault.Malformed, content.TooLarge: fault.TooLarge, content.Invalid: fault.Invalid,
	}[p.Code]
	f := fault.New(code, "check", p.Check).In(prefix + p.At)
	if code == fault.TooLarge {
		f.Args["what"], f.Args["limit"] = "JSON", p.Check
	}
	return f
}

// sealed is a private piece as collections keep it: the content byte for byte, with the salt of its commitment and the
// tokens of its containers.
type sealed struct {
	Salt    string            `json:"salt"`
	Content string            `json:"content"`
	Tokens  map[string]string `json:"tokens,omitempty"`
}

func seal(p papers, tokens map[string]string) ([]byte, error) {
	return json.Marshal(sealed{Salt: p.salt, Content: string(p.raw), Tokens: tokens})
}

// deliver gives a document's sealed piece to another organisation.
func (t *turn) deliver(r lifecycle.Record, to lifecycle.Ref) error {
	return t.Deliver(contentKey(r.ID), r.Seal, to.Org, t.actor.Org)
}

// unseal reads a piece's content; ok is false where this peer has none.
func unseal(value []byte) (s sealed, ok bool, err error) {
	if value == nil {
		return sealed{}, false, nil
	}
	err = json.Unmarshal(value, &s)
	return s, err == nil, err
}
