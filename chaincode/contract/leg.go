package contract

import (
	"encoding/json"
	"time"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/state"
)

// legs is the contract of the legs of multimodal bills.
type legs struct{}

type legCommand = lifecycle.Command[leg.Request]

// The pieces of a leg beside its plan, by their part of the key and of the answer to a reader.
const (
	pieceDeparture = "departure"
	pieceArrival   = "arrival"
	pieceHandover  = "handover"
	pieceDocument  = "legDocument"
	pieceShare     = "share"
)

func (legs) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, leg.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := legCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Parties, err = t.named(map[string]string{"/performer": r.Performer})
	if err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	before, err := current[leg.Leg](t, "leg", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	if err := legInForce(t, before); err != nil {
		return Outcome{}, err
	}
	value, err := legPaper(&c, papers)
	if err != nil {
		return Outcome{}, err
	}
	ready := c
	ready.Probe = true // whatever stands in the way is told before the input is looked at
	if _, err := leg.Law.Apply(before, ready); err != nil {
		return Outcome{}, err
	}
	following, err := legStands(t, &c, before)
	if err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	after, err := leg.Law.Apply(before, c)
	if err != nil {
		return Outcome{}, err
	}
	if err := legConsequences(t, c, before, after, following, papers, value); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, leg.Law.Part(before, c))
	e.To, e.Reason = r.Performer, r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// legPaper seals the private content that came with an act, and tells the law of it.
func legPaper(c *legCommand, p papers) ([]byte, error) {
	if p.raw == nil {
		return nil, nil
	}
	value, err := seal(p, nil)
	if err != nil {
		return nil, err
	}
	c.Request.Paper, c.Request.Seal = p.commitment, state.Fingerprint(value)
	if c.Act == leg.HandOver {
		view, err := content.HandoverOf(p.raw)
		if err != nil {
			return nil, err
		}
		c.Request.Broken = !view.SealsIntact
	}
	return value, nil
}

// legStands are the conditions that other records decide: a hand-over needs a carrier that waits, a share a through charge. It
// answers the next leg where the act is about it.
func legStands(t *turn, c *legCommand, l leg.Leg) (leg.Leg, error) {
	switch c.Act {
	case leg.HandOver, leg.AcceptHandOver:
		next, err := legOf(t, l.Bill, l.Sequence+1)
		if err != nil {
			return next, err
		}
		f := next.Ready()
		if f == nil && c.Act == leg.AcceptHandOver && next.Performer != c.Actor.Ref {
			f = fault.New(fault.NextLegNotReady, "leg", number(next.Sequence)) // another carrier was commissioned meanwhile
		}
		if f != nil {
			return next, f
		}
		c.Request.To = next.Performer
		return next, nil
	case leg.Apportion:
		b, err := load[bill.Bill](t, "bill", l.Bill)
		if err == nil && b.Charge == nil {
			err = fault.New(fault.NotFound, "family", "through-charge", "id", l.Bill)
		}
		return leg.Leg{}, err
	}
	return leg.Leg{}, nil
}

// legConsequences are what an act on a leg brings about beyond it.
func legConsequences(t *turn, c legCommand, before, l, next leg.Leg, p papers, value []byte) error {
	switch c.Act {
	case leg.Commission:
		return t.Deliver(planKey(l), l.Seal, l.Performer.Org, t.actor.Org)
	case leg.Decline:
		if before.Performer.Org != l.Issuer.Org {
			return purgeHeld(t, before.Performer.Org, planKey(l), pieceKey(pieceShare, l.ID))
		}
	case leg.Depart:
		return departed(t, l, p, value)
	case leg.Deliver:
		return reached(t, l, p, value)
	case leg.HandOver:
		return offerGoods(t, l, p, value)
	case leg.AcceptHandOver:
		return takenOver(t, l, next)
	case leg.RegisterDocument:
		return registerDocument(t, l, p, value)
	case leg.Apportion:
		return apportion(t, l, p, value)
	}
	return nil
}

// keepOfLeg gives a sealed piece to the organisations of those whom it is between.
func keepOfLeg(t *turn, piece string, l leg.Leg, value []byte, between ...lifecycle.Ref) {
	for _, org := range orgs(between...) {
		t.Keep(org, pieceKey(piece, l.ID), value)
	}
}

// departed keeps when the carrier left.
func departed(t *turn, l leg.Leg, p papers, value []byte) error {
	at, err := content.LegEventOf(p.raw)
	if err != nil {
		return err
	}
	if f := happened(t, at, "/content/dateTime"); f != nil {
		return f
	}
	if err := afterHandover(t, l, at); err != nil {
		return err
	}
	keepOfLeg(t, pieceDeparture, l, value, l.Readers()...)
	return nil
}

// reached keeps when the carrier of the last leg was there.
func reached(t *turn, l leg.Leg, p papers, value []byte) error {
	at, err := content.LegEventOf(p.raw)
	if err == nil {
		err = afterDeparture(t, l, at)
	}
	if err != nil {
		return err
	}
	keepOfLeg(t, pieceArrival, l, value, l.Readers()...)
	return nil
}

// offerGoods shows the carrier of the next leg what it is to sign.
func offerGoods(t *turn, l leg.Leg, p papers, value []byte) error {
	view, err := content.HandoverOf(p.raw)
	if err == nil {
		err = afterDeparture(t, l, view.At)
	}
	if err != nil {
		return err
	}
	keepOfLeg(t, pieceHandover, l, value, l.Signers()...)
	return nil
}

// happened: what is reported is no plan.
func happened(t *turn, at time.Time, place string) *fault.Fault {
	if at.After(t.At.Add(state.SkewMax)) {
		return fault.New(fault.Invalid, "check", "not-in-future").In(place)
	}
	return nil
}

// afterHandover: nobody leaves with goods before the carrier before handed them over. Issuer and carrier, who both keep what was
// signed, both look.
func afterHandover(t *turn, l leg.Leg, at time.Time) error {
	if l.First() {
		return nil
	}
	before, err := legOf(t, l.Bill, l.Sequence-1)
	if err != nil {
		return err
	}
	value, err := peekAny(t, pieceKey(pieceHandover, before.ID), l.Readers()...)
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	view, err := content.HandoverOf([]byte(s.Content))
	if err == nil && at.Before(view.At) {
		err = fault.New(fault.Invalid, "check", "after-handover").In("/content/dateTime")
	}
	return err
}

// afterDeparture: a leg ends after it began. Issuer and carrier, whose peers keep the departure, both look.
func afterDeparture(t *turn, l leg.Leg, at time.Time) error {
	if f := happened(t, at, "/content/dateTime"); f != nil {
		return f
	}
	value, err := peekAny(t, pieceKey(pieceDeparture, l.ID), l.Readers()...)
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	left, err := content.LegEventOf([]byte(s.Content))
	if err == nil && at.Before(left) {
		err = fault.New(fault.Invalid, "check", "after-departure").In("/content/dateTime")
	}
	return err
}

// takenOver starts the next leg, and keeps a seal that was not intact as evidence (rule X-20).
func takenOver(t *turn, l, before leg.Leg) error {
	after, err := before.Follow(leg.Receive, leg.Request{})
	if err != nil {
		return err
	}
	if err := save(t, &before, &after, t.entry(leg.Receive, automatic)); err != nil {
		return err
	}
	if !l.Handover.Broken {
		return nil
	}
	b, err := present(t, l.Bill)
	if err != nil {
		return err
	}
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	return t.Put(key("delivery", b.ID), d.AttachLeg(l), d.Orgs, d.Orgs)
}

// documentKey is where a leg's document lies. Each has a key of its own: who gets the bill later gets the last one, whatever it was
// shown before.
func documentKey(l leg.Leg) string {
	return pieceKey(pieceDocument, l.ID) + "/" + l.Document.Commitment
}

// registerDocument keeps a consignment note with the carrier, the issuer and everybody who may read the bill now; who gets the
// bill later gets it along. Its carrier's organisation sees to it that one document stands for one leg only, under a key that
// only it can compute.
func registerDocument(t *turn, l leg.Leg, p papers, value []byte) error {
	view, err := content.LegDocumentOf(p.raw)
	if err != nil {
		return err
	}
	if f := l.DocumentFits(view.Type); f != nil {
		return f
	}
	if err := takeDocument(t, l, view); err != nil {
		return err
	}
	b, err := present(t, l.Bill)
	if err != nil {
		return err
	}
	for _, org := range orgs(append(l.Readers(), b.Readers()...)...) {
		t.Keep(org, documentKey(l), value)
	}
	return nil
}

// takeDocument takes the document for this leg.
func takeDocument(t *turn, l leg.Leg, view content.LegDocument) error {
	name := []string{l.Performer.Party, view.Type, view.Reference}
	raw, err := t.Supply("document", func() ([]byte, error) { return ownToken(t, "leg-document", name...) })
	if err != nil {
		return err
	}
	token := string(raw)
	if err := checkToken(t, l.Performer.Org, token, "leg-document", name...); err != nil {
		return err
	}
	var taken string
	found, err := t.Get("document/"+token, &taken)
	switch {
	case err != nil || taken == l.ID:
		return err
	case found:
		return fault.New(fault.Duplicate, "what", "legDocument").In("/content/reference")
	}
	return t.Put("document/"+token, l.ID, nil, []string{l.Performer.Org})
}

type legView struct {
	Control leg.Leg                    `json:"control"`
	Content json.RawMessage            `json:"content,omitempty"`
	Pieces  map[string]json.RawMessage `json:"pieces,omitempty"`
	Acts    []lifecycle.Act            `json:"acts"`
	// ReplacedBy is the leg that took the place of this one when its carrier was lost.
	ReplacedBy string `json:"replacedBy,omitempty"`
}

func (legs) read(t *turn, id string) (any, error) {
	l, err := load[leg.Leg](t, "leg", id)
	if err != nil {
		return nil, err
	}
	view := legView{Control: l, Acts: leg.Law.Open(l, t.actor)}
	today, err := legToday(t, l)
	if err != nil {
		return nil, err
	}
	if today != id {
		view.ReplacedBy, view.Acts = today, []lifecycle.Act{}
	}
	if view.Content, err = t.ownContent(planKey(l), l.Readers()); err != nil {
		return nil, err
	}
	b, err := present(t, l.Bill)
	if err != nil {
		return nil, err
	}
	view.Pieces, err = legPieces(t, l, b)
	return view, err
}

// legPieces are the pieces beside the plan that the caller may see: each only by those whom it is between.
func legPieces(t *turn, l leg.Leg, b bill.Bill) (map[string]json.RawMessage, error) {
	pieces := []privatePiece{
		{pieceDeparture, pieceKey(pieceDeparture, l.ID), l.Departure != "", l.Readers()},
		{pieceArrival, pieceKey(pieceArrival, l.ID), l.Arrival != "", l.Readers()},
		{pieceHandover, pieceKey(pieceHandover, l.ID), l.Handover != nil, l.Signers()},
		{pieceShare, pieceKey(pieceShare, l.ID), l.Share != "", l.Readers()},
	}
	if l.Document != nil {
		pieces = append(pieces, privatePiece{pieceDocument, documentKey(l), true, append(l.Readers(), b.Readers()...)})
	}
	return t.readable(pieces)
}

func (legs) situations(t *turn, id string) ([]situation, error) {
	l, err := load[leg.Leg](t, "leg", id)
	return []situation{situationOf(leg.Law, l, 0)}, err
}

func (legs) keys(t *turn, id string) ([]string, error) {
	_, err := load[leg.Leg](t, "leg", id)
	return []string{key("leg", id)}, err
}
