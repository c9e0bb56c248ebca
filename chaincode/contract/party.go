package contract

import (
	"encoding/json"
	"strings"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// parties is the contract of the register.
type parties struct{}

func (parties) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, party.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := lifecycle.Command[party.Request]{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Known = func(act string) bool { return markable[act] }
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == party.Register {
		return registerParty(t, c)
	}
	before, err := current[party.Party](t, "party", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	after, err := party.Law.Apply(before, c)
	if err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	if act == party.Describe {
		after.Commitment = papers.commitment
		value, err := seal(papers, nil)
		if err != nil {
			return Outcome{}, err
		}
		t.Keep(after.Org, contentKey(after.ID), value)
	}
	if err := save(t, &before, &after, t.entry(act, party.Law.Part(before, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// registerParty gives birth to a party. The witness only endorses that the record is well made; the vouching
// organisation's anchor makes it its own.
func registerParty(t *turn, c lifecycle.Command[party.Request]) (Outcome, error) {
	id := "P" + strings.ToUpper(t.NewID("", 0))[:16]
	fresh := party.Party{Record: lifecycle.Record{ID: id, Family: "party"}}
	after, err := party.Law.Apply(fresh, c)
	if err != nil {
		return Outcome{}, err
	}
	if err := t.witness(c.Request.Witness); err != nil {
		return Outcome{}, err
	}
	if err := birth(t, &after, t.entry(c.Act, party.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

type partyView struct {
	Control party.Party     `json:"control"`
	Content json.RawMessage `json:"content,omitempty"`
	Acts    []lifecycle.Act `json:"acts"`
}

func (parties) read(t *turn, id string) (any, error) {
	p, err := load[party.Party](t, "party", id)
	if err != nil {
		return nil, err
	}
	view := partyView{Control: p, Acts: party.Law.Open(p, t.actor)}
	registrar := lifecycle.Ref{Party: party.RegistrarOf(p.Org), Org: p.Org}
	view.Content, err = t.ownContent(contentKey(id), []lifecycle.Ref{p.Ref(), registrar})
	return view, err
}

func (parties) situations(t *turn, id string) ([]situation, error) {
	p, err := load[party.Party](t, "party", id)
	return []situation{situationOf(party.Law, p, 0)}, err
}

func (parties) keys(t *turn, id string) ([]string, error) {
	_, err := load[party.Party](t, "party", id)
	return []string{key("party", id)}, err
}

// registrarOnly refuses everybody but the organisation's own registrar.
func (t *turn) registrarOnly(act string) error {
	if !t.actor.Has([]lifecycle.Role{party.Registrar}) {
		return fault.New(fault.WrongRole, "act", act, "roles", string(party.Registrar))
	}
	return nil
}
