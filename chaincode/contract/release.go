package contract

import (
	"cmp"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
)

// releases is the contract of the release order and its lines.
type releases struct{}

type orderCommand = lifecycle.Command[release.OrderRequest]

func (releases) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	if _, ofLine := release.LineLaw.Verb(act); ofLine {
		return actOnLine(t, act, raw)
	}
	r, verb, err := decode(t, release.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := orderCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Parties, err = t.named(map[string]string{"/terminal": r.Terminal, "/releaseTo": r.ReleaseTo})
	if err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == release.Request {
		return requestRelease(t, c, papers)
	}
	before, err := current[release.Order](t, "release", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	// What the request says of lines is told only after state and party had their say.
	lines, noLines := concerned(t, before, &c)
	if act == release.Issue {
		if c.Request.Ahead, err = issuesAhead(t, before); err != nil {
			return Outcome{}, err
		}
	}
	after, err := before.Apply(c)
	if err == nil {
		err = orderStands(t, before, c)
	}
	if err == nil {
		err = t.asks()
	}
	if err == nil {
		err = noLines
	}
	if err == nil {
		err = orderConsequences(t, c, before, &after, lines, papers)
	}
	if err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, release.Law.Part(before, c))
	e.Reason = cmp.Or(r.Reason, r.Ground, r.Waiver)
	if err := saveOrder(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// orderStands are the conditions of an act that other records and an organisation's own settings decide.
func orderStands(t *turn, o release.Order, c orderCommand) error {
	switch c.Act {
	case release.Issue:
		if err := basisStands(t, o); err != nil {
			return err
		}
		return arrived(t, o)
	case release.ReleaseCustoms, release.HoldCustoms:
		return trustFeed(t, o)
	case release.ClearGate, release.RefuseGate:
		if o.Terminal == c.Actor.Ref {
			return nil
		}
		return trustFeed(t, o)
	case release.CreditCharges:
		return mayCredit(t, o, sideOf(o, c.Actor))
	case release.PlaceHold:
		return mayHold(t, o, c)
	case release.LiftHold:
		return holdsSomething(t, o)
	}
	return nil
}

// issuesAhead lets the carrier's own endorser tell whether this carrier issues before customs releases; the others take
// its word.
func issuesAhead(t *turn, o release.Order) (bool, error) {
	own, ok, err := t.own(o.Carrier.Org)
	return !ok || own.Release.IssueAhead, err
}

// orderConsequences are what an act on the order brings about on its lines and beyond.
func orderConsequences(t *turn, c orderCommand, before release.Order, o *release.Order, lines []release.Line, p papers) error {
	switch c.Act {
	case release.Accept:
		return eachLine(t, *o, release.Grant, c)
	case release.Reject, release.Cancel:
		return endLines(t, *o, release.WithdrawLine, c)
	case release.ReleaseCustoms, release.HoldCustoms, release.ClearGate, release.RefuseGate:
		return tellLines(t, c, o, lines, p)
	case release.PlaceHold, release.LiftHold:
		return holdOnLine(t, c, *o)
	case release.Amend:
		if err := settledUntil(t, before, *o, c); err != nil {
			return err
		}
		return amend(t, before, o, p)
	case release.ClearCharges:
		return clearedOnCredit(t, c, before, p)
	case release.PresentCharges, release.SettleCharges, release.WaiveCharges, release.CreditCharges:
		return chargesChange(t, c, before, o, p)
	case release.Extend:
		if err := settledUntil(t, before, *o, c); err != nil {
			return err
		}
		if before.State == release.PartiallyExpired {
			return reviveLines(t, *o, c)
		}
	case release.Revoke:
		return endLines(t, *o, release.RevokeLine, c)
	case release.Expire:
		return endLines(t, *o, release.ExpireLine, c)
	}
	return nil
}

// requestRelease gives birth to an order and its lines: rules.
func requestRelease(t *turn, c orderCommand, p papers) (Outcome, error) {
	r := &c.Request
	b, err := load[bill.Bill](t, "bill", r.Basis.Bill)
	if err == nil {
		err = basisInForce(t, r.Basis, b)
	}
	if err != nil {
		return Outcome{}, err
	}
	view, err := content.ReleaseOf(p.raw)
	if err != nil {
		return Outcome{}, err
	}
	r.Carrier, r.Count, r.Direct, r.Priority = b.Operator(), len(view.Lines), view.Direct, view.Priority
	fresh := release.Order{Record: lifecycle.Record{ID: t.NewID("ro-", 0), Family: "release"}}
	o, err := fresh.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	o.Commitment = p.commitment
	g, err := basisOf(t, o, b)
	if err != nil {
		return Outcome{}, err
	}
	if g != nil && g.Joinder != "" {
		o.Bank = g.Bank
	}
	if b.Pledged() {
		o.Bank = b.Pledge.Bank
	}
	if err := coveredBy(t, b, g, o.ReleaseTo, view); err != nil {
		return Outcome{}, err
	}
	if err := atFinalPlace(t, b, o.Requester, view.PickupLocation); err != nil {
		return Outcome{}, err
	}
	dangerous, err := dangerousOf(t, b)
	if err != nil {
		return Outcome{}, err
	}
	if err := dangerDeclared(c, view, dangerous); err != nil {
		return Outcome{}, err
	}
	if err := listLines(t, o, b, c, p, view); err != nil {
		return Outcome{}, err
	}
	if err := claimWaybills(t, b); err != nil {
		return Outcome{}, err
	}
	order, err := seal(p, nil)
	if err != nil {
		return Outcome{}, err
	}
	for _, org := range orgs(o.Readers()...) {
		t.Keep(org, contentKey(o.ID), order)
	}
	if err := birth(t, &o, t.entry(release.Request, release.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(o.Record), nil
}

// claimWaybill marks the sea waybill that a release now rests on: nobody surrenders it.
func claimWaybill(t *turn, before bill.Bill) error {
	if before.Kind != bill.SeaWaybill || !before.Claimant.Zero() {
		return nil
	}
	after, err := bill.Law.Follow(before, billCommand{Act: bill.Claim, Actor: t.actor, At: t.At})
	if err != nil {
		return err
	}
	return save(t, &before, &after, t.entry(bill.Claim, automatic))
}

// trustFeed lets carrier and terminal each refuse notices from an organisation that they do not take them from.
func trustFeed(t *turn, o release.Order) error {
	for _, org := range orgs(o.Carrier, o.Terminal) {
		own, ok, err := t.own(org)
		if err != nil {
			return err
		}
		if ok && !slices.Contains(own.Trust.Customs, t.actor.Org) {
			return fault.New(fault.FeedNotTrusted, "org", org, "feed", t.actor.Org)
		}
	}
	return nil
}

// dangerousOf are the containers with dangerous goods in the bill, on the carrier's own peer.
func dangerousOf(t *turn, b bill.Bill) ([]string, error) {
	id := b.ID
	if b.House() { // the carrier has no copy of a house bill, whose containers are the master's
		id = b.Master
	}
	value, err := t.Peek(b.Operator().Org, contentKey(id))
	if err != nil {
		return nil, err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return nil, err
	}
	return content.DangerousContainers([]byte(s.Content))
}

// peekAny asks the same key of all these parties' organisations, so that every endorser reads alike, and answers this
// peer's own copy.
func peekAny(t *turn, key string, refs ...lifecycle.Ref) ([]byte, error) {
	return peekOrgs(t, key, orgs(refs...))
}

func peekOrgs(t *turn, key string, orgs []string) ([]byte, error) {
	var own []byte
	for _, org := range orgs {
		value, err := t.Peek(org, key)
		if err != nil {
			return nil, err
		}
		if value != nil {
			own = value
		}
	}
	return own, nil
}
