package contract

import (
	"cmp"
	"encoding/json"
	"errors"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Possibilities are all acts of a document as they stand for the caller now.
type Possibilities struct {
	Outcome
	Acts []Possible `json:"acts"`
}

// Possible is what an act of a document holds for the caller now.
type Possible struct {
	Act lifecycle.Act `json:"act"`
	// Chinese is the trade's Chinese word for the act.
	Chinese string `json:"chinese"`
	// Line is the line of a release order that the act would be about, 0 for the document as a whole.
	Line int `json:"line,omitempty"`
	// Allowed says that nothing stands in the way but what the request itself would say.
	Allowed bool `json:"allowed"`
	// Fault is the first refusal that an attempt would meet.
	Fault *fault.Fault `json:"fault,omitempty"`
	// Ways are what would bring the act nearer: who would have to do what.
	Ways []lifecycle.Way `json:"ways,omitempty"`
}

// situation is where a document, or one line of it, stands.
type situation struct {
	head   lifecycle.Record
	family string
	line   int
	acts   []lifecycle.Verb
	ways   func(lifecycle.Act) []lifecycle.Way
}

func situationOf[D, R any](law *lifecycle.Law[D, R], d D, line int) situation {
	s := situation{family: law.Family, line: line, ways: func(act lifecycle.Act) []lifecycle.Way { return law.Ways(d, act) }}
	if record, is := any(&d).(interface{ Head() *lifecycle.Record }); is {
		s.head = *record.Head()
	}
	for _, v := range law.Verbs {
		if law.Callable(v.Name) && !law.Birth(v.Name) {
			s.acts = append(s.acts, v)
		}
	}
	return s
}

// errProbed ends the trial of an act where only its input could still stop it.
var errProbed = errors.New("only the input is still missing")

// asks ends a probe: whatever comes after it looks at the request or its content. Every act calls it once all conditions
// that do not depend on those have been tried.
func (t *turn) asks() error {
	if t.probe {
		return errProbed
	}
	return nil
}

// Acts answers every act of a document: whether the caller may make it now, the first refusal if not, and what would help.
// Each act is really tried, by the same code and without its input, so that the answer is what an attempt would get. It
// serves only the peer's own organisation.
func (d *Document) Acts(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	if err := t.looks(d.Name, id); err != nil {
		return "", err
	}
	t.proposing = t.Input("propose") != nil
	situations, err := d.family.situations(t, id)
	if err != nil {
		return "", err
	}
	all := Possibilities{Outcome: outcome(situations[0].head), Acts: []Possible{}}
	for _, s := range situations {
		for _, verb := range s.acts {
			p, err := d.try(t, id, s, verb)
			if err != nil {
				return "", err
			}
			all.Acts = append(all.Acts, p)
		}
	}
	return t.answer(all)
}

// try makes one act without its input. Each starts from the ledger as it stands and leaves nothing for the next, but what
// one has read the others need not read again.
func (d *Document) try(asked *turn, id string, s situation, verb lifecycle.Verb) (Possible, error) {
	p := Possible{Act: verb.Name, Chinese: verb.Chinese, Line: s.line}
	request, err := json.Marshal(struct {
		ID   string `json:"id"`
		Line int    `json:"line,omitempty"`
	}{id, s.line})
	if err != nil {
		return p, err
	}
	t := &turn{Session: asked.Afresh(), office: asked.office, actor: asked.actor, signer: asked.signer, mandate: asked.mandate,
		eyes: asked.eyes, probe: true}
	if err = t.empowered(d.Name, verb.Name, request); err == nil {
		err = t.countersign(d.Name, verb.Name, request)
	}
	if err == nil {
		_, err = d.family.act(t, verb.Name, request)
	}
	if err == nil || errors.Is(err, errProbed) {
		err = cmp.Or(t.alone(d.Name, verb.Name), err)
	}
	if err == nil {
		err = t.Close()
	}
	if p.Fault = fault.Of(err); p.Fault == nil && err != nil && !errors.Is(err, errProbed) {
		return p, err
	}
	// A refusal that names a place is about what the request says there, and this one said nothing.
	if p.Fault == nil || p.Fault.At != "" {
		p.Fault, p.Allowed = nil, true
		return p, nil
	}
	p.Ways = s.unblock(p.Fault, verb.Name)
	return p, nil
}

// unblock answers who would have to do what, as far as the table of the document or line itself can tell: a line whose
// order is not ready waits for an act on the order.
func (s situation) unblock(f *fault.Fault, act lifecycle.Act) []lifecycle.Way {
	switch f.Code {
	case fault.WrongState:
		if f.Args["family"] != s.family {
			return nil
		}
		return s.ways(act)
	case fault.WrongParty, fault.WrongRole:
		return s.ways(act)
	case fault.Pledged:
		return s.unpledge(act)
	case fault.NotHandedOver:
		return s.ways(bill.HandOver)
	case fault.FourEyes:
		return []lifecycle.Way{{By: "two persons of the party", Party: f.Args["party"], Act: act}}
	}
	return nil
}
