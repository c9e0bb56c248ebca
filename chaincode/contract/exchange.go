package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/state"
)

// exchanges is the contract of release against payment.
type exchanges struct{}

type exchangeCommand = lifecycle.Command[exchange.Request]

// subject is what an exchange is about, as the ledger has it: a bill, or the right to containers of a release order. Each
// method asks its own family; what an exchange adds is that all of it happens in one transaction or none of it.
type subject interface {
	// keepers are those who endorse every change beside the seller.
	keepers() []lifecycle.Ref
	// sellable tells what stands against an agreement by this buyer now.
	sellable(t *turn, e exchange.Exchange, buyer party.Party) error
	// shown tells whether the buyer's organisation has the content; every peer can tell.
	shown(t *turn, buyer lifecycle.Ref) (bool, error)
	// show hands the buyer's organisation the content.
	show(t *turn, buyer lifecycle.Ref) error
	// content is what the caller may see of it as one of these parties.
	content(t *turn, readers []lifecycle.Ref) (json.RawMessage, error)
	// takeBack lets a buyer who declines give the content back.
	takeBack(t *turn, buyer lifecycle.Ref) error
	// commit binds the subject to the exchange, free lets go of it, pass moves it to the buyer.
	commit(t *turn, e exchange.Exchange, buyer party.Party) error
	free(t *turn, e exchange.Exchange) error
	pass(t *turn, e exchange.Exchange) error
}

func subjectOf(t *turn, e exchange.Exchange) (subject, error) {
	if e.OfBill() {
		return billOnSale(t, e.Bill)
	}
	return rightOnSale(t, e)
}

func (exchanges) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, exchange.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := exchangeCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if c.Request.Parties, err = t.named(map[string]string{"/buyer": r.Buyer, "/bank": r.Bank}); err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == exchange.Propose {
		return proposeExchange(t, c, papers)
	}
	before, err := current[exchange.Exchange](t, "exchange", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	s, err := subjectOf(t, before)
	if err != nil {
		return Outcome{}, err
	}
	if err := lookUp(t, &c, s, before); err != nil {
		return Outcome{}, err
	}
	probe := c
	probe.Probe = true
	if _, err := before.Apply(probe); err != nil {
		return Outcome{}, err
	}
	if err := moveSubject(t, act, s, before); err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, exchange.Law.Part(before, c))
	e.Reason = r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// lookUp tells the law what it cannot know: whether the buyer has seen what it buys, who keeps it, and the bank's keys.
func lookUp(t *turn, c *exchangeCommand, s subject, e exchange.Exchange) (err error) {
	switch c.Act {
	case exchange.Show:
		c.Request.Shown, err = s.shown(t, e.Buyer)
	case exchange.Agree:
		c.Request.Keepers = s.keepers()
		c.Request.Shown, err = s.shown(t, e.Buyer)
	case exchange.Settle:
		var bank party.Party
		bank, err = t.registered(e.Bank.Party)
		c.Request.Keys = bank.PaymentKeys
	}
	return err
}

// moveSubject brings about what an act on the exchange means for what is sold. What its family says against it is told before
// the request is looked at.
func moveSubject(t *turn, act lifecycle.Act, s subject, e exchange.Exchange) error {
	switch act {
	case exchange.Show, exchange.Agree:
		buyer, err := t.registered(e.Buyer.Party)
		if err != nil {
			return err
		}
		if act == exchange.Agree {
			return s.commit(t, e, buyer)
		}
		if err := s.sellable(t, e, buyer); err != nil {
			return placed(err, "")
		}
		if err := t.asks(); err != nil {
			return err
		}
		return s.show(t, e.Buyer)
	case exchange.Decline:
		return s.takeBack(t, e.Buyer)
	case exchange.Withdraw:
		if e.State == exchange.Agreed {
			return s.free(t, e)
		}
	case exchange.Settle:
		return s.pass(t, e)
	}
	return nil
}

// proposeExchange gives birth to an exchange. Nobody but seller, buyer and bank endorses it, and so nobody else sees its
// terms; what is sold stays as it is until the buyer agrees.
func proposeExchange(t *turn, c exchangeCommand, p papers) (Outcome, error) {
	fresh := exchange.Exchange{Record: lifecycle.Record{ID: t.NewID("ex-", 0), Family: "exchange"}}
	after, err := fresh.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	s, err := subjectOf(t, after)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.sellable(t, after, c.Request.Parties["/buyer"]); err != nil {
		return Outcome{}, placed(err, "/buyer")
	}
	value, err := seal(p, nil)
	if err != nil {
		return Outcome{}, err
	}
	after.Commitment, after.Seal = p.commitment, state.Fingerprint(value)
	for _, org := range orgs(after.Readers()...) {
		t.Keep(org, contentKey(after.ID), value)
	}
	if err := birth(t, &after, t.entry(c.Act, exchange.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// placed says of a refusal that came from another family's request where this request names the recipient: nowhere, where place is
// empty.
func placed(err error, place string) error {
	f := fault.Of(err)
	if f == nil || f.At == "" || (place != "" && f.At != "/to") {
		return err
	}
	moved := *f
	return moved.In(place)
}

// exchangeView is an exchange as its reader gets it.
type exchangeView struct {
	Control exchange.Exchange `json:"control"`
	// Content are the terms, for seller, buyer and bank.
	Content json.RawMessage `json:"content,omitempty"`
	// Subject is the content of what is sold, for a buyer to look at before it agrees.
	Subject json.RawMessage `json:"subject,omitempty"`
	Acts    []lifecycle.Act `json:"acts"`
}

func (exchanges) read(t *turn, id string) (any, error) {
	e, err := load[exchange.Exchange](t, "exchange", id)
	if err != nil {
		return nil, err
	}
	view := exchangeView{Control: e, Acts: exchange.Law.Open(e, t.actor)}
	if view.Content, err = t.ownContent(contentKey(id), e.Readers()); err != nil {
		return nil, err
	}
	if e.State != exchange.Proposed {
		return view, nil
	}
	s, err := subjectOf(t, e)
	if err != nil {
		return nil, err
	}
	view.Subject, err = s.content(t, []lifecycle.Ref{e.Buyer})
	return view, err
}

func (exchanges) situations(t *turn, id string) ([]situation, error) {
	e, err := load[exchange.Exchange](t, "exchange", id)
	return []situation{situationOf(exchange.Law, e, 0)}, err
}

func (exchanges) keys(t *turn, id string) ([]string, error) {
	_, err := load[exchange.Exchange](t, "exchange", id)
	return []string{key("exchange", id)}, err
}

// stillReads tells whether an organisation may keep a copy because of one of these parties.
func stillReads(org string, readers []lifecycle.Ref) bool {
	return slices.Contains(orgs(readers...), org)
}
