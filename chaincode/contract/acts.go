package contract

import (
	"encoding/json"
	"errors"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Possible is what an act of a document holds for the caller now.
type Possible struct {
	Act lifecycle.Act `json:"act"`
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
	line int
	acts []lifecycle.Act
	ways func(lifecycle.Act) []lifecycle.Way
}

func situationOf[D, R any](law *lifecycle.Law[D, R], d D, line int) situation {
	s := situation{line: line, ways: func(act lifecycle.Act) []lifecycle.Way { return law.Ways(d, act) }}
	for _, v := range law.Verbs {
		if law.Callable(v.Name) && !law.Birth(v.Name) {
			s.acts = append(s.acts, v.Name)
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
// Each act is really tried, by the same code and without its input, so that the answer is what an attempt would get.
func (d *Document) Acts(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	situations, err := d.family.situations(t, id)
	if err != nil {
		return "", err
	}
	all := []Possible{}
	for _, s := range situations {
		for _, act := range s.acts {
			p, err := d.try(ctx, id, s, act)
			if err != nil {
				return "", err
			}
			all = append(all, p)
		}
	}
	return text(all)
}

func (d *Document) try(ctx contractapi.TransactionContextInterface, id string, s situation, act lifecycle.Act) (Possible, error) {
	p := Possible{Act: act, Line: s.line}
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return p, err
	}
	t.probe = true
	request, err := json.Marshal(struct {
		ID   string `json:"id"`
		Line int    `json:"line,omitempty"`
	}{id, s.line})
	if err != nil {
		return p, err
	}
	_, err = d.family.act(t, act, request)
	p.Allowed = err == nil || errors.Is(err, errProbed)
	if p.Allowed {
		return p, nil
	}
	if p.Fault = fault.Of(err); p.Fault == nil {
		return p, err
	}
	switch p.Fault.Code {
	case fault.WrongState, fault.WrongParty:
		p.Ways = s.ways(act)
	}
	return p, nil
}
