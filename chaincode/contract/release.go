package contract

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
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

// basisOf is rules on the records of the basis; g is nil without a guarantee.
func basisOf(t *turn, o release.Order, b bill.Bill) (*guarantee.Guarantee, error) {
	if o.Basis.Part != "" {
		return nil, basisOfPart(t, o, b)
	}
	var g *guarantee.Guarantee
	if (o.Basis.Type == release.ByGuarantee) != (o.Basis.Guarantee != "") {
		return nil, fault.New(fault.Invalid, "check", "basis").In("/basis/guarantee")
	}
	if o.Basis.Guarantee != "" {
		found, err := load[guarantee.Guarantee](t, "guarantee", o.Basis.Guarantee)
		if err != nil {
			return nil, err
		}
		g = &found
	}
	if f := rules.Basis(o, b, g); f != nil {
		return nil, f
	}
	if g != nil && b.State != bill.Surrendered && g.Terms.Ended(t.At) { // goods would go that nobody could claim for
		return nil, fault.New(fault.NoBasis).By("X-01")
	}
	if f := hold.Any(b.Holds, t.At); f != nil {
		return nil, f
	}
	return g, masterReleased(t, b)
}

// basisStands re-checks the basis at issue and at the gate: it may have gone since the request, when another holder
// surrendered the bill.
func basisStands(t *turn, o release.Order) error {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err == nil {
		err = basisInForce(t, o.Basis, b)
	}
	if err != nil {
		return err
	}
	_, err = basisOf(t, o, b)
	return err
}

// coveredBy checks the containers against the documents they rest on, as far as this peer can see those: the carrier's
// own endorser sees both.
func coveredBy(t *turn, b bill.Bill, g *guarantee.Guarantee, to lifecycle.Ref, view content.Release) error {
	var listed []string
	for _, l := range view.Lines {
		listed = append(listed, l.EquipmentReference)
	}
	seenBill, seen, err := billSeen(t, b)
	if err != nil {
		return err
	}
	if seen {
		if seenBill.Reference != view.TransportDocumentReference {
			return fault.New(fault.NotCovered).By("X-02").In("/content/transportDocumentReference")
		}
		if f := rules.Covered(listed, seenBill.Containers, "/content/lines"); f != nil {
			return f
		}
		if err := linesAgree(seenBill, view); err != nil {
			return err
		}
	}
	if err := handedOver(t, b, g, to, view.PickupLocation, "/content/pickupLocation"); err != nil || g == nil {
		return err
	}
	undertaking, seen, err := guaranteeSeen(t, *g)
	if err != nil || !seen {
		return err
	}
	at := slices.IndexFunc(g.Bills, func(u guarantee.Underlying) bool { return u.Bill == b.ID })
	if f := rules.Covered(listed, undertaking.Underlying[at].EquipmentReferences, "/content/lines"); f != nil {
		return f
	}
	return nil
}

// listLines writes one line for each container, takes each container (rule X-05) and hands every line its own piece.
func listLines(t *turn, o release.Order, b bill.Bill, c orderCommand, p papers, view content.Release) error {
	var containers []string
	for _, l := range view.Lines {
		containers = append(containers, l.EquipmentReference)
	}
	held, err := tokens(t, o.Carrier.Org, containers, func() (map[string]string, error) { return heldTokens(t, o) })
	if err != nil {
		return err
	}
	if err := notElsewhere(t, o, b, slices.Sorted(maps.Values(held))); err != nil {
		return err
	}
	if err := notPromised(t, b, slices.Sorted(maps.Values(held))); err != nil {
		return err
	}
	gone, err := delivered(t, b)
	if err != nil {
		return err
	}
	for i, l := range view.Lines {
		token := held[l.EquipmentReference]
		if err := takeBox(t, o, gone, token, lineID(o.ID, i+1)); err != nil {
			return err
		}
		if err := listLine(t, o, c, p, i+1, l, token); err != nil {
			return err
		}
	}
	return listOrder(t, o, b)
}

// heldTokens are the tokens that the caller's organisation holds with the bill or the guarantee.
func heldTokens(t *turn, o release.Order) (map[string]string, error) {
	from := contentKey(o.Basis.Bill)
	if o.Basis.Type == release.ByGuarantee {
		from = tokensKey(o.Basis.Guarantee)
	}
	value, err := t.Peek(t.actor.Org, from)
	if err != nil {
		return nil, err
	}
	s, _, err := unseal(value)
	return s.Tokens, err
}

func takeBox(t *turn, o release.Order, d rules.Delivery, token, line string) error {
	var box rules.Box
	if _, err := t.Get(key("box", token), &box); err != nil {
		return err
	}
	if !box.Of(o.Carrier) {
		return fault.New(fault.ContentMismatch)
	}
	if f := rules.Free(box, d, token); f != nil {
		return f
	}
	before := box.Orgs
	box.Line, box.Orgs = line, orgs(o.Carrier, o.Terminal)
	return t.Put(key("box", token), box, before, box.Orgs)
}

func lineID(order string, n int) string { return order + "/" + number(n) }

func listLine(t *turn, o release.Order, c orderCommand, p papers, n int, l content.ReleaseLine, token string) error {
	line := release.Line{Record: lifecycle.Record{ID: lineID(o.ID, n), Family: "line"}, Order: o.ID, Number: n,
		Carrier: o.Carrier, Terminal: o.Terminal, Box: token}
	c.Request.Applying, c.Request.NoReturn = applying(c.Request.Gates, l), l.ShipperOwned
	line, err := line.Follow(release.List, c)
	if err != nil {
		return err
	}
	own := papers{raw: l.Raw, salt: lineSalt(p.salt, n)}
	if own.commitment, err = content.Commitment(own.salt, own.raw); err != nil {
		return err
	}
	line.Commitment = own.commitment
	value, err := seal(own, map[string]string{l.EquipmentReference: token})
	if err != nil {
		return err
	}
	line.Seal = state.Fingerprint(value)
	for _, org := range orgs(o.Readers()...) {
		t.Keep(org, contentKey(line.ID), value)
	}
	return birth(t, &line, t.entry(release.List, automatic))
}

// lineSalt gives every line a salt of its own, so that who gets one line's piece cannot guess at the others.
func lineSalt(salt string, n int) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/line/1\n" + number(n)))
	return hex.EncodeToString(mac.Sum(nil))
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

func loadLine(t *turn, order string, n int) (release.Line, error) {
	return load[release.Line](t, "line", lineID(order, n))
}

// eachLine makes an automatic move on every line of the order.
func eachLine(t *turn, o release.Order, act lifecycle.Act, c orderCommand) error {
	c.Request.Order = o
	for n := 1; n <= o.Lines; n++ {
		before, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		after, err := before.Follow(act, c)
		if err != nil {
			return err
		}
		if err := save(t, &before, &after, t.entry(act, automatic)); err != nil {
			return err
		}
	}
	return nil
}

func boxOf(t *turn, l release.Line) (rules.Box, error) {
	var box rules.Box
	found, err := t.Get(key("box", l.Box), &box)
	if err == nil && !(found && box.Of(l.Carrier)) {
		err = fault.New(fault.NotFound, "family", "box", "id", "?")
	}
	return box, err
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

// lineSeen reads a line's content on the carrier's and the terminal's peers; seen is false on every other.
func lineSeen(t *turn, l release.Line) (view content.ReleaseLine, seen bool, err error) {
	value, err := peekAny(t, contentKey(l.ID), l.Carrier, l.Terminal)
	if err != nil {
		return view, false, err
	}
	s, ok, err := unseal(value)
	if err != nil || !ok {
		return view, false, err
	}
	view, err = content.ReleaseLineOf([]byte(s.Content))
	return view, err == nil, err
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
