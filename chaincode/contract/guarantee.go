package contract

import (
	"encoding/json"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// guarantees is the contract of the letter of guarantee.
type guarantees struct{}

type guaranteeCommand = lifecycle.Command[guarantee.Request]

func (guarantees) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, guarantee.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	if f := r.Kind.Honest(); f != nil { // before anything else is said about it
		return Outcome{}, f
	}
	c := guaranteeCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Parties, err = t.named(map[string]string{
		"/beneficiary": r.Beneficiary, "/deliverTo": r.DeliverTo, "/bank": r.Bank})
	if err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == guarantee.Draft {
		return draftGuarantee(t, c, papers)
	}
	before, err := current[guarantee.Guarantee](t, "guarantee", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	if err := standsAround(t, act, after); err != nil {
		return Outcome{}, err
	}
	if after, err = takesEffect(t, c, before, after); err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	if after, err = undertake(t, c, before, after, papers); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, guarantee.Law.Part(before, c))
	e.Reason = r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// standsAround are the conditions and consequences of an act that lie in other documents: the bills that the guarantee is
// for, and the release orders that rest on it.
func standsAround(t *turn, act lifecycle.Act, g guarantee.Guarantee) error {
	switch act {
	case guarantee.Submit:
		return showBank(t, g)
	case guarantee.Join:
		return guaranteeWithinLimits(t, g, nil)
	case guarantee.AcceptAmendment:
		return amendmentWithinLimits(t, g, papers{})
	case guarantee.Accept:
		if g.State == guarantee.Active {
			if err := coverSuffices(t, g); err != nil {
				return err
			}
			return activate(t, g)
		}
	case guarantee.Suspend:
		return lapse(t, g)
	case guarantee.Release, guarantee.Expire:
		return unused(t, g)
	}
	return nil
}

// takesEffect brings about what follows from the pieces that are kept already, and from nothing that the request says: an
// amendment that everybody agreed to, the payment or the longer validity that a demand asked for.
func takesEffect(t *turn, c guaranteeCommand, before, g guarantee.Guarantee) (guarantee.Guarantee, error) {
	switch c.Act {
	case guarantee.AcceptAmendment:
		return amendOnceAgreed(t, c, g)
	case guarantee.Pay:
		return paid(t, c, g)
	case guarantee.Extend:
		return extended(t, c, before)
	case guarantee.Reduce:
		return g, awaitsEvent(t, g)
	}
	return g, nil
}

// undertake keeps the pieces that came along, and books what they say on the account.
func undertake(t *turn, c guaranteeCommand, before, g guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	switch c.Act {
	case guarantee.Join:
		return joinBank(t, c, before, p)
	case guarantee.ProposeAmendment:
		if err := amendmentWithinLimits(t, g, p); err != nil {
			return g, err
		}
		return proposed(t, g, p)
	case guarantee.Demand:
		return demanded(t, c, before, p)
	case guarantee.RejectDemand:
		return rejected(t, before, g, p)
	case guarantee.Reduce:
		return reduced(t, g, p)
	case guarantee.ForceMajeure:
		return prolonged(t, before, g, p)
	}
	return g, nil
}

func draftGuarantee(t *turn, c guaranteeCommand, p papers) (Outcome, error) {
	view, err := content.GuaranteeOf(p.raw)
	if err != nil {
		return Outcome{}, err
	}
	if c.Request.Terms, err = termsOf(t, view.Cover, c.Request.Calendar); err != nil {
		return Outcome{}, err
	}
	fresh := guarantee.Guarantee{Record: lifecycle.Record{ID: t.NewID("lg-", 0), Family: "guarantee"}}
	after, err := fresh.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	if view.Form() != string(after.Kind) {
		return Outcome{}, fault.New(fault.Invalid, "check", "kind").In("/content/type")
	}
	after.Commitment = p.commitment
	if len(view.Underlying) != len(after.Bills) {
		return Outcome{}, fault.New(fault.Invalid, "check", "count").In("/content/underlying")
	}
	for _, u := range after.Bills {
		if _, err := underlying(t, after, u.Bill); err != nil {
			return Outcome{}, err
		}
	}
	value, err := seal(p, nil)
	if err != nil {
		return Outcome{}, err
	}
	after.Seal = state.Fingerprint(value)
	for _, org := range orgs(after.Applicant, after.Beneficiary) {
		t.Keep(org, contentKey(after.ID), value)
	}
	if after, err = openAccount(t, after, view.Cover, p.salt); err != nil {
		return Outcome{}, err
	}
	if err := birth(t, &after, t.entry(guarantee.Draft, guarantee.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// underlying is a bill that the guarantee is for: issued, not surrendered, and of the carrier that takes the guarantee.
func underlying(t *turn, g guarantee.Guarantee, id string) (bill.Bill, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err == nil {
		err = usable(t, b)
	}
	if err != nil {
		return b, err
	}
	if f := rules.Guaranteeable(b, g); f != nil {
		return b, f
	}
	return b, nil
}

// underlies checks on the carrier's own peer that a bill is the n-th one that the guarantee describes. That happens at
// the carrier's acceptance and no sooner: whoever can draft a guarantee for a bill could otherwise find out its number
// and containers by trying.
func underlies(t *turn, b bill.Bill, g content.Guarantee, n int, guaranteeSeen bool) error {
	view, seen, err := billSeen(t, b)
	if err != nil || !seen || !guaranteeSeen {
		return err
	}
	u, place := g.Underlying[n], "/content/underlying/"+number(n)
	if view.Reference != u.TransportDocumentReference {
		return fault.New(fault.NotCovered).By("X-02").In(place + "/transportDocumentReference")
	}
	if f := rules.Covered(u.EquipmentReferences, view.Containers, place+"/equipmentReferences"); f != nil {
		return f
	}
	return nil
}

// billSeen reads a bill's content on the issuer's own peer; seen is false on every other.
func billSeen(t *turn, b bill.Bill) (view content.Bill, seen bool, err error) {
	id, err := lastHandedOver(t, b)
	if err != nil {
		return view, false, err
	}
	value, err := t.Peek(b.Issuer.Org, contentKey(id))
	if err != nil {
		return view, false, err
	}
	s, ok, err := unseal(value)
	if err != nil || !ok {
		return view, false, err
	}
	view, err = content.BillOf([]byte(s.Content))
	return view, err == nil, err
}

// showBank delivers the submitted guarantee to the bank that is asked to join.
func showBank(t *turn, g guarantee.Guarantee) error {
	if g.Bank.Zero() {
		return nil
	}
	return t.deliver(g.Record, g.Bank)
}

// joinBank keeps the bank's own terms with everybody who relies on them. From now on the account is the bank's.
func joinBank(t *turn, c guaranteeCommand, before guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	view, err := content.JoinderOf(p.raw)
	if err != nil {
		return before, err
	}
	if c.Request.Terms, err = termsOf(t, view.Cover, c.Request.Calendar); err != nil {
		return before, err
	}
	g, err := before.Apply(c)
	if err != nil {
		return before, err
	}
	if err := guaranteeWithinLimits(t, g, &view.Cover); err != nil {
		return before, err
	}
	g.Joinder = p.commitment
	if err := keepPiece(t, g, joinderKey(g.ID), p); err != nil {
		return before, err
	}
	return openAccount(t, g, view.Cover, p.salt)
}

// keepPiece keeps a private piece with everybody who is bound.
func keepPiece(t *turn, g guarantee.Guarantee, key string, p papers) error {
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range orgs(g.Bound()...) {
		t.Keep(org, key, value)
	}
	return nil
}

// pieceKeys are the private pieces beside the content: the bank's terms, the account, and the last demand, rejection and
// proposal.
func pieceKeys(g guarantee.Guarantee) map[string]string {
	return map[string]string{
		"joinder": joinderKey(g.ID), "account": accountKey(g.ID), "demand": demandKey(g.ID, g.Demands),
		"rejection": rejectionKey(g.ID, g.Demands), "amendment": letterAmendmentKey(g.ID, g.Proposals),
		"reduction": reductionKey(g.ID), "forceMajeure": forceMajeureKey(g.ID),
	}
}

func joinderKey(id string) string { return "joinder/" + id }
func tokensKey(id string) string  { return "tokens/" + id }

// activate binds the guarantee to its bills, and hands the party that the goods go to the tokens of the containers,
// without which it could not ask for their release. What port companies and customs take is not bound: it does not end
// with the surrender of a bill, and its parties must not be able to hold that surrender up.
func activate(t *turn, g guarantee.Guarantee) error {
	view, seen, err := guaranteeSeen(t, g)
	if err != nil {
		return err
	}
	for i, u := range g.Bills {
		b, err := underlying(t, g, u.Bill)
		if err != nil {
			return err
		}
		if !g.Kind.OfCarrier() {
			continue
		}
		if err := underlies(t, b, view, i, seen); err != nil {
			return err
		}
		if err := bind(t, g, b); err != nil {
			return err
		}
	}
	if !guarantee.Forms[g.Kind].Basis {
		return nil
	}
	return shareTokens(t, g, view, seen)
}

// bind lists the guarantee with the bill's delivery, so that the bill's surrender finds it.
func bind(t *turn, g guarantee.Guarantee, b bill.Bill) error {
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	if len(d.Guarantees) >= guaranteesMax {
		if d.Guarantees, err = stillStanding(t, d.Guarantees); err != nil {
			return err
		}
	}
	if len(d.Guarantees) >= guaranteesMax {
		return fault.New(fault.LimitReached, "limit", number(guaranteesMax), "what", "guarantees")
	}
	d.Guarantees = append(slices.Clone(d.Guarantees), g.ID)
	return t.Put(key("delivery", b.ID), d, d.Orgs, d.Orgs)
}

// stillStanding leaves out the guarantees that came to their end since they were listed.
func stillStanding(t *turn, ids []string) ([]string, error) {
	var standing []string
	for _, id := range ids {
		g, err := load[guarantee.Guarantee](t, "guarantee", id)
		if err != nil {
			return nil, err
		}
		if g.Standing() {
			standing = append(standing, id)
		}
	}
	return standing, nil
}

// guaranteesMax bounds how many guarantees can stand for one bill: its surrender looks at all of them.
const guaranteesMax = 20

// sharedSalt names the salt of what shareTokens hands over. Whoever ever had a container has its token, and could try out by the
// hash that Fabric publishes which containers a letter is for.
const sharedSalt = "shared-tokens"

type guaranteeView struct {
	Control guarantee.Guarantee        `json:"control"`
	Content json.RawMessage            `json:"content,omitempty"`
	Pieces  map[string]json.RawMessage `json:"pieces,omitempty"`
	Acts    []lifecycle.Act            `json:"acts"`
}

func (guarantees) read(t *turn, id string) (any, error) {
	g, err := load[guarantee.Guarantee](t, "guarantee", id)
	if err != nil {
		return nil, err
	}
	view := guaranteeView{Control: g, Acts: guarantee.Law.Open(g, t.actor)}
	if view.Content, err = t.ownContent(contentKey(id), g.Readers()); err != nil {
		return nil, err
	}
	pieces := pieceKeys(g)
	for _, name := range slices.Sorted(maps.Keys(pieces)) {
		piece, err := t.ownContent(pieces[name], g.Readers())
		if err != nil {
			return nil, err
		}
		if piece != nil {
			if view.Pieces == nil {
				view.Pieces = map[string]json.RawMessage{}
			}
			view.Pieces[name] = piece
		}
	}
	return view, nil
}

func (guarantees) situations(t *turn, id string) ([]situation, error) {
	g, err := load[guarantee.Guarantee](t, "guarantee", id)
	return []situation{situationOf(guarantee.Law, g, 0)}, err
}

func (guarantees) keys(t *turn, id string) ([]string, error) {
	_, err := load[guarantee.Guarantee](t, "guarantee", id)
	return []string{key("guarantee", id)}, err
}
