package contract

import (
	"encoding/json"
	"slices"
	"strings"

	"portledger/chaincode/bill"
	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/mandate"
	"portledger/chaincode/pledge"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
)

// mandates is the contract of the mandate.
type mandates struct{}

// empowerable are the acts that a mandate can name, as "family/act": all that a party makes on a document, but for what a
// bank keeps to itself, its facilities and its examination of documents by two persons of its own.
var empowerable = func() map[string]bool {
	known := map[string]bool{}
	nameActs(known, "bill", bill.Law)
	nameActs(known, "bill", recovery.Law)
	nameActs(known, "guarantee", guarantee.Law)
	nameActs(known, "release", release.Law)
	nameActs(known, "release", release.LineLaw)
	nameActs(known, "interchange", interchange.Law)
	nameActs(known, "exchange", exchange.Law)
	nameActs(known, "leg", leg.Law)
	nameActs(known, "bill", pledge.Law)
	nameActs(known, "bill", pledge.SupervisionLaw)
	return known
}()

// nameActs adds the acts of a table that a caller can ask for, and "family/*" for all of the family.
func nameActs[D, R any](known map[string]bool, family string, law *lifecycle.Law[D, R]) {
	known[family+"/*"] = true
	for _, v := range law.Verbs {
		if law.Callable(v.Name) {
			known[family+"/"+string(v.Name)] = true
		}
	}
}

// represent lets the signer act for the principal of the mandate that it names in the private input "mandate". Where it
// names one, the act stands or falls with it: with the principal's roles as far as whoever granted it had them, and for a person
// who may act as what the agent was empowered as.
func (t *turn) represent() error {
	id := t.Input("mandate")
	if id == nil {
		return nil
	}
	m, err := load[mandate.Mandate](t, "mandate", string(id))
	if err != nil {
		return err
	}
	if m.Agent != t.signer.Ref { // before anything of it is told
		return fault.New(fault.NotEmpowered, "mandate", printable(m.ID), "why", "agent").By("X-21")
	}
	if f := m.Admits(t.signer.Roles); f != nil {
		return f
	}
	if err := t.standing(m); err != nil {
		return err
	}
	p, err := t.registered(m.Principal.Party)
	if err != nil {
		return err
	}
	if p.Ref() != m.Principal {
		return fault.New(fault.UnknownParty)
	}
	t.mandate = &m
	t.marks = slices.Concat(t.marks, p.FourEyes)
	t.actor = lifecycle.Actor{Ref: m.Principal, Roles: m.Lends(p), Person: t.signer.Person}
	return nil
}

// standing checks every mandate that this one was given under: what is passed on ends with what it came from.
func (t *turn) standing(m mandate.Mandate) error {
	for depth := m.Depth; m.Under != ""; depth-- {
		if depth <= 1 {
			return fault.New(fault.NotAnchored, "id", m.ID, "org", m.Principal.Org)
		}
		above, err := load[mandate.Mandate](t, "mandate", m.Under)
		if err != nil {
			return err
		}
		if above.Principal != m.Principal || above.Agent != m.Giver {
			return fault.New(fault.NotAnchored, "id", m.ID, "org", m.Principal.Org)
		}
		if f := above.Stands(t.At); f != nil {
			return f
		}
		m = above
	}
	return nil
}

// empowered checks that the mandate covers this act on this document.
func (t *turn) empowered(family string, act lifecycle.Act, request []byte) error {
	if t.mandate == nil {
		return nil
	}
	var about struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(request, &about); err != nil {
		return fault.New(fault.Malformed, "check", "object")
	}
	id, _, _ := strings.Cut(about.ID, "/")
	return t.covered(family, act, id)
}

// covered checks that the mandate, where there is one, covers an act on one document: each that the act ends or changes in the
// principal's name, and not only the one that it is asked of.
func (t *turn) covered(family string, act lifecycle.Act, id string) error {
	if t.mandate == nil {
		return nil
	}
	if f := t.mandate.Covers(t.signer.Ref, family+"/"+string(act), id, t.At); f != nil {
		return f
	}
	return nil
}

// looks lets the agent read what it may act on.
func (t *turn) looks(family, id string) error {
	if err := t.represent(); err != nil || t.mandate == nil {
		return err
	}
	if !t.mandate.Reads(family, id) {
		return fault.New(fault.NotEmpowered, "mandate", t.mandate.ID, "why", "document").By("X-21")
	}
	t.actor.Only = func(act lifecycle.Act) bool {
		return t.mandate.Covers(t.signer.Ref, family+"/"+string(act), id, t.At) == nil
	}
	return nil
}

// used counts an act on a limited mandate.
func (t *turn) used() error {
	if t.mandate == nil || t.mandate.Uses == 0 {
		return nil
	}
	after, err := mandate.Law.Follow(*t.mandate, lifecycle.Command[mandate.Request]{Act: mandate.Use, Actor: t.actor, At: t.At})
	if err != nil {
		return err
	}
	return save(t, t.mandate, &after, t.entry(mandate.Use, "agent"))
}

func (mandates) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, mandate.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	if _, err := t.papers(verb); err != nil {
		return Outcome{}, err
	}
	c := lifecycle.Command[mandate.Request]{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if act == mandate.Grant {
		return grant(t, c)
	}
	before, err := current[mandate.Mandate](t, "mandate", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	after, err := mandate.Law.Apply(before, c)
	if err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, mandate.Law.Part(before, c))
	e.Reason = r.Reason
	return outcomeOf(&after, save(t, &before, &after, e))
}

func grant(t *turn, c lifecycle.Command[mandate.Request]) (Outcome, error) {
	named, err := t.named(map[string]string{"/agent": c.Request.Agent})
	if err != nil {
		return Outcome{}, err
	}
	c.Request.To, c.Request.Known = named["/agent"], func(act string) bool { return empowerable[act] }
	if t.mandate != nil {
		c.Request.Above, c.Request.Giver = t.mandate, t.signer.Ref
	}
	fresh := mandate.Mandate{Record: lifecycle.Record{ID: t.NewID("md-", 0), Family: "mandate"}}
	m, err := mandate.Law.Apply(fresh, c)
	if err != nil {
		return Outcome{}, err
	}
	witness := c.Request.Witness
	if len(orgs(m.Principal, m.Agent)) == 1 && (witness == "" || witness == m.Principal.Org) {
		return Outcome{}, fault.New(fault.OneOrganisation).In("/witness")
	}
	if witness != "" { // what is named in public is a member, needed or not
		if err := t.witness(witness); err != nil {
			return Outcome{}, err
		}
	}
	for _, org := range orgs(m.Principal, m.Agent) {
		t.Endorse(org)
	}
	e := t.entry(c.Act, mandate.Law.Part(fresh, c))
	e.To = m.Agent.Party
	return outcomeOf(&m, birth(t, &m, e))
}

func outcomeOf(m *mandate.Mandate, err error) (Outcome, error) {
	if err != nil {
		return Outcome{}, err
	}
	return outcome(m.Record), nil
}

type mandateView struct {
	Control mandate.Mandate `json:"control"`
	Acts    []lifecycle.Act `json:"acts"`
}

// read shows a mandate to every member, as all control records: whoever relies on an act made under it can look it up.
func (mandates) read(t *turn, id string) (any, error) {
	m, err := load[mandate.Mandate](t, "mandate", id)
	if err != nil {
		return nil, err
	}
	return mandateView{Control: m, Acts: mandate.Law.Open(m, t.actor)}, nil
}

func (mandates) situations(t *turn, id string) ([]situation, error) {
	m, err := load[mandate.Mandate](t, "mandate", id)
	return []situation{situationOf(mandate.Law, m, 0)}, err
}

func (mandates) keys(t *turn, id string) ([]string, error) {
	_, err := load[mandate.Mandate](t, "mandate", id)
	return []string{key("mandate", id)}, err
}
