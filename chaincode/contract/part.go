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
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// Delivery in parts (decision 24). Which containers a part has is a private piece; which are not in the balance any more is
// a sealed list of tokens that goes with the content. The bill shows the fingerprints of both, and everybody who relies on
// the bill keeps them.

// partPlace is where a request names the containers of a part.
const partPlace = "/content/containers"

// partKey is where the sealed piece of a part lies, by its commitment; deliveredKey where a list lies, by its fingerprint.
// Each list has a key of its own: who takes the bill over must get the last one, whatever it was shown before.
func partKey(commitment string) string       { return "part/" + commitment }
func deliveredKey(fingerprint string) string { return "delivered/" + fingerprint }

// inParts reads what the acts on parts need beyond the bill: what is surrendered, what comes back, what a part is called.
func inParts(t *turn, c *billCommand, b bill.Bill, p papers) (err error) {
	switch {
	case c.Act == bill.AcceptPart:
		c.Request.Fresh = t.NewID("pt-", 0)
	case t.probe:
	case c.Act == bill.SurrenderPart:
		if c.Request.Selection, err = selected(t, b, p); err == nil {
			err = asConsented(t, b, p)
		}
	case c.Act == bill.GiveConsent && p.raw != nil:
		err = keepConsented(t, b, p)
	case c.Act == bill.AnnulPart:
		c.Request.Annulment, err = takenBack(t, b, c.Request.Part)
	}
	return err
}

// selected reads which containers are surrendered, and keeps them with everybody who relies on the bill: the containers, and
// the list as it will be once the part is accepted.
func selected(t *turn, b bill.Bill, p papers) (*bill.Selection, error) {
	held, err := partTokens(t, b, p)
	if err != nil {
		return nil, err
	}
	list, err := broughtList(t, b)
	if err != nil {
		return nil, err
	}
	tokens := slices.Sorted(maps.Values(held))
	if f := rules.InBalance(list.Parts, tokens, partPlace); f != nil {
		return nil, f
	}
	if err := notHoused(t, b, tokens); err != nil {
		return nil, err
	}
	piece, err := seal(p, held)
	if err != nil {
		return nil, err
	}
	list.Salt, list.Parts = deliveredSalt(p.salt), append(list.Parts, rules.Delivered{Part: p.commitment, Tokens: tokens})
	next, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	for _, org := range b.Relying() {
		t.Keep(org, partKey(p.commitment), piece)
		t.Keep(org, deliveredKey(state.Fingerprint(next)), next)
	}
	all, err := json.Marshal(tokens)
	if err != nil {
		return nil, err
	}
	salt, err := proposedSalt(t, b, p)
	if err != nil {
		return nil, err
	}
	return &bill.Selection{Digest: keyed(salt, "part-digest", string(all)), OpenPart: bill.OpenPart{Containers: len(held),
		Commitment: p.commitment, Seal: state.Fingerprint(piece), List: state.Fingerprint(next)}}, nil
}

// partTokens are the tokens of the containers that a part names: some of the bill's.
func partTokens(t *turn, b bill.Bill, p papers) (map[string]string, error) {
	named, err := content.PartOf(p.raw)
	if err != nil {
		return nil, err
	}
	return tokensOf(t, b.Operator().Org, b.ID, named, partPlace, b.Issuer, t.actor.Ref)
}

// partable is rule X-10 for a part: what the bill's delivery, and the guarantees that list the bill, say to its surrender.
func partable(t *turn, b bill.Bill) error {
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	var standing []guarantee.Guarantee
	for _, id := range d.Guarantees {
		g, err := load[guarantee.Guarantee](t, "guarantee", id)
		if err != nil {
			return err
		}
		standing = append(standing, g)
	}
	if f := rules.Partable(d, standing); f != nil {
		return f
	}
	return nil
}

// bornPart gives birth to the record of a part that was accepted.
func bornPart(t *turn, before, after bill.Bill) error {
	fresh := bill.Part{Record: lifecycle.Record{ID: after.LastPart(), Family: bill.PartLaw.Family}}
	p, err := bill.PartLaw.Follow(fresh, lifecycle.Command[bill.PartRequest]{Act: bill.AcceptPart, Actor: t.actor, At: t.At,
		Request: bill.PartRequest{Bill: before}})
	if err != nil {
		return err
	}
	return birth(t, &p, t.entry(bill.AcceptPart, automatic))
}

func loadPart(t *turn, id string) (bill.Part, error) {
	return load[bill.Part](t, bill.PartLaw.Family, id)
}

// eachPart does something with every accepted part of the bill, the latest first, until it is done.
func eachPart(t *turn, b bill.Bill, do func(bill.Part) (done bool, err error)) error {
	for id, n := b.LastPart(), 0; id != "" && n < bill.PartsMax; n++ {
		p, err := loadPart(t, id)
		if err != nil {
			return err
		}
		if done, err := do(p); err != nil || done {
			return err
		}
		id = p.Before
	}
	return nil
}

// partsAnnullable asks that some part can be annulled at all; of the one that the request names it is asked again.
func partsAnnullable(t *turn, b bill.Bill) error {
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	var refused *fault.Fault
	some := false
	err = eachPart(t, b, func(p bill.Part) (bool, error) {
		f := rules.PartAnnullable(b, d, p)
		if some = f == nil; !some && (refused == nil || refused.Code == fault.WrongState) {
			refused = f
		}
		return some, nil
	})
	if err == nil && !some && refused != nil {
		return refused
	}
	return err
}

// takenBack is the part that an annulment names: its containers, and the list without it.
func takenBack(t *turn, b bill.Bill, id string) (*bill.Annulment, error) {
	p, err := annullable(t, b, id)
	if err != nil {
		return nil, err
	}
	list, err := broughtList(t, b)
	if err != nil {
		return nil, err
	}
	list.Parts = slices.DeleteFunc(list.Parts, func(d rules.Delivered) bool { return d.Part == p.Commitment })
	back := &bill.Annulment{Containers: p.Containers}
	if len(list.Parts) == 0 {
		return back, nil
	}
	next, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	for _, org := range b.Relying() {
		t.Keep(org, deliveredKey(state.Fingerprint(next)), next)
	}
	back.List = state.Fingerprint(next)
	return back, nil
}

func annullable(t *turn, b bill.Bill, id string) (bill.Part, error) {
	p, err := loadPart(t, id)
	if err == nil && p.Bill != b.ID {
		err = fault.New(fault.NotFound, "family", "part", "id", printable(id))
	}
	if f := fault.Of(err); f != nil {
		return p, f.In("/part")
	}
	if err != nil {
		return p, err
	}
	d, err := delivery(t, b.ID)
	if err != nil {
		return p, err
	}
	if f := rules.PartAnnullable(b, d, p); f != nil {
		return p, f.In("/part")
	}
	return p, nil
}

// endPart is rule X-11 for a part: it ends, and the release orders that rest on it go with it.
func endPart(t *turn, c billCommand, after bill.Bill) error {
	if err := t.asks(); err != nil {
		return err
	}
	before, err := loadPart(t, c.Request.Part)
	if err != nil {
		return err
	}
	p, err := bill.PartLaw.Follow(before, lifecycle.Command[bill.PartRequest]{Act: bill.AnnulPart, Actor: t.actor, At: t.At})
	if err != nil {
		return err
	}
	e := t.entry(bill.AnnulPart, automatic)
	e.Reason = c.Request.Reason
	if err := save(t, &before, &p, e); err != nil {
		return err
	}
	d, err := delivery(t, after.ID)
	if err != nil {
		return err
	}
	return revokeOrdersOn(t, d.PartOrders, p.ID, "BASIS_LOST")
}

// deliveriesAfter are the deliveries that a container leaving now counts on. Those of a part also count on the bill that took
// the place of a lost one, which comes to its end only when all containers left.
func deliveriesAfter(t *turn, o release.Order) ([]string, error) {
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil {
		return nil, err
	}
	ids := bothDeliveries(b)
	for o.Basis.Part != "" {
		r, found, err := recoveryOf(t, b)
		if err != nil || !found || r.State != recovery.Recovered {
			return ids, err
		}
		if b, err = load[bill.Bill](t, "bill", r.Case.Replacement); err != nil {
			return nil, err
		}
		ids = append(ids, b.ID)
	}
	return ids, nil
}

// revokeOrdersOn ends the live release orders on a part that is annulled.
func revokeOrdersOn(t *turn, orders []string, part, reason string) error {
	for _, id := range orders {
		o, err := load[release.Order](t, "release", id)
		if err != nil {
			return err
		}
		if o.Basis.Part != part {
			continue
		}
		if err := revokeOrder(t, id, reason); err != nil {
			return err
		}
	}
	return nil
}

// partAsked is the commitment of the part that waits for an answer, or that some of the joint holders propose.
func partAsked(b bill.Bill) string {
	switch {
	case b.OpenPart() != nil:
		return b.OpenPart().Commitment
	case b.Joint != nil && b.Joint.Proposal != nil:
		return b.Joint.Proposal.Commitment
	}
	return ""
}

// partView is an accepted part as its reader gets it.
type partView struct {
	Control bill.Part       `json:"control"`
	Content json.RawMessage `json:"content,omitempty"`
}

// readParts answers the parts of a bill, the latest first, and which containers are left in the balance. What a part is made
// of is shown to its issuer and its claimant, the balance to whoever may read the bill.
func readParts(t *turn, b bill.Bill) (parts []partView, balance []string, err error) {
	err = eachPart(t, b, func(p bill.Part) (bool, error) {
		view := partView{Control: p}
		view.Content, err = t.ownContent(partKey(p.Commitment), []lifecycle.Ref{p.Issuer, p.Claimant})
		parts = append(parts, view)
		return false, err
	})
	if err != nil || b.DeliveredList() == "" || !t.may(b.Readers()) {
		return parts, nil, err
	}
	value, err := t.Peek(t.Self, deliveredKey(b.DeliveredList()))
	if err != nil || value == nil { // a reader whose organisation has no more part in the bill
		return parts, nil, err
	}
	var list deliveredList
	if err := json.Unmarshal(value, &list); err != nil {
		return parts, nil, err
	}
	if value, err = t.Peek(t.Self, contentKey(b.ID)); err != nil {
		return parts, nil, err
	}
	s, _, err := unseal(value)
	for _, container := range slices.Sorted(maps.Keys(s.Tokens)) {
		if rules.InBalance(list.Parts, []string{s.Tokens[container]}, "") == nil {
			balance = append(balance, container)
		}
	}
	return parts, balance, err
}
