package contract

import (
	"cmp"
	"maps"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// scene is every record that a gate move touches.
type scene struct {
	// order, line and moved (the line after the move) are those of an import; empty for the other movements.
	order release.Order
	line  release.Line
	moved release.Line
	// token names the container's record box; empty while no container is named.
	token   string
	box     rules.Box
	out     *interchange.Receipt
	command orderCommand
}

// setScene gathers the records around a receipt. out is the receipt of the way out that a way in names; empty for the
// one that stands.
func setScene(t *turn, r interchange.Receipt, out string) (scene, error) {
	s := scene{token: r.Box}
	if r.Release != "" {
		if err := s.findLine(t, r); err != nil {
			return s, err
		}
	} else if err := s.findBox(t, r.Operator); err != nil {
		return s, err
	}
	s.command = orderCommand{Actor: t.actor, At: t.At, Request: release.OrderRequest{Order: s.order}}
	id := cmp.Or(out, s.line.Out, s.box.Move)
	if r.Direction != interchange.Inward || id == "" {
		return s, nil
	}
	found, err := load[interchange.Receipt](t, "interchange", id)
	if err != nil {
		return s, err
	}
	s.out = &found
	if r.Release == "" && s.token == "" {
		s.token = found.Box
		return s, s.findBox(t, r.Operator)
	}
	return s, nil
}

func (s *scene) findLine(t *turn, r interchange.Receipt) (err error) {
	if s.order, err = load[release.Order](t, "release", r.Release); err != nil {
		return err
	}
	if r.Line < 1 || r.Line > s.order.Lines {
		return fault.New(fault.NotFound, "family", "line", "id", number(r.Line)).In("/line")
	}
	if s.line, err = loadLine(t, r.Release, r.Line); err != nil {
		return err
	}
	s.token = s.line.Box
	s.box, err = boxOf(t, s.line)
	return err
}

// findBox reads the record of a container that is on no release line; one that never moved has none yet.
func (s *scene) findBox(t *turn, operator lifecycle.Ref) error {
	if s.token == "" {
		return nil
	}
	if _, err := t.Get(key("box", s.token), &s.box); err != nil {
		return err
	}
	if !s.box.Of(operator) {
		return fault.New(fault.ContentMismatch)
	}
	return nil
}

// putBox writes the container's record; orgs are those that rely on it from now on.
func (s *scene) putBox(t *turn, orgs []string) error {
	before := s.box.Orgs
	s.box.Orgs = orgs
	return t.Put(key("box", s.token), s.box, before, orgs)
}

// enter puts a new authority on the container, leave takes a used or ended one off.
func (s *scene) enter(r interchange.Receipt) {
	s.box.Authorities = maps.Clone(s.box.Authorities)
	if s.box.Authorities == nil {
		s.box.Authorities = map[interchange.Type]string{}
	}
	s.box.Authorities[r.Type] = r.ID
}

func (s *scene) leave(kind interchange.Type) {
	s.box.Authorities = maps.Clone(s.box.Authorities)
	delete(s.box.Authorities, kind)
}

// authorise gives birth to a receipt: the line's authority (放箱) to take a container out, or to bring it in.
func authorise(t *turn, c receiptCommand, p papers) (Outcome, error) {
	fresh := interchange.Receipt{Record: lifecycle.Record{ID: t.NewID("ir-", 0), Family: "interchange"}}
	r, err := fresh.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	r.Commitment = p.commitment
	s, err := setScene(t, r, c.Request.Out)
	if err != nil {
		return Outcome{}, err
	}
	if s.out != nil {
		r.Cycle, r.Counterpart = s.out.Cycle, s.out.ID
	}
	if err := authorisable(r, s); err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	if err := authorityFits(t, &r, &s, p); err != nil {
		return Outcome{}, err
	}
	if err := enterBox(t, r, &s); err != nil {
		return Outcome{}, err
	}
	value, err := seal(p, nil)
	if err != nil {
		return Outcome{}, err
	}
	r.Seal = state.Fingerprint(value)
	for _, org := range orgs(r.Readers()...) {
		t.Keep(org, contentKey(r.ID), value)
	}
	if err := birth(t, &r, t.entry(interchange.Authorise, interchange.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(r.Record), nil
}

// authorisable is what must be true of the records around a new authority (rules ).
func authorisable(r interchange.Receipt, s scene) error {
	var f *fault.Fault
	switch {
	case r.Release != "":
		f = rules.Authorisable(r, s.order, s.line, s.box, s.out)
	case r.Direction == interchange.Inward:
		if f = rules.OneAuthority(r, s.box); f == nil {
			f = rules.Completing(r, s.box, s.out)
		}
	}
	if f != nil { // a nil *fault.Fault in an error is not nil
		return f
	}
	return nil
}

// authorityFits checks the authority's content against the receipt and what it is for, and names the container of a
// movement that has no release line.
func authorityFits(t *turn, r *interchange.Receipt, s *scene, p papers) error {
	view, err := content.AuthorityOf(p.raw)
	if err != nil {
		return err
	}
	if view.EIRType != string(r.Type) {
		return fault.New(fault.Invalid, "check", "type").In("/content/eirType")
	}
	if !view.Deadline.After(t.At) {
		return fault.New(fault.Invalid, "check", "future").In("/content/deadline")
	}
	r.Deadline = lifecycle.Stamped(view.Deadline)
	if r.Release != "" {
		line, seen, err := lineSeen(t, s.line)
		if err != nil || !seen {
			return err
		}
		if f := rules.SameContainer(view.EquipmentReference, line.EquipmentReference); f != nil {
			return f
		}
		return nil
	}
	if r.Direction == interchange.Inward {
		return completes(t, r, *s, view)
	}
	if view.EquipmentReference == "" { // a type only: the facility assigns a container
		return nil
	}
	return nameContainer(t, r, s, view.EquipmentReference)
}

// completes checks that a way in is for the container and the booking of its way out. The carrier's own endorser
// knows the container's token and keeps the authority of the way out.
func completes(t *turn, r *interchange.Receipt, s scene, view content.Authority) error {
	r.Box = s.token
	if err := sameToken(t, r.Operator.Org, s.token, view.EquipmentReference); err != nil {
		return err
	}
	value, err := t.Peek(r.Operator.Org, contentKey(s.out.AuthorityID()))
	if err != nil {
		return err
	}
	out, there, err := authoritySeen(value)
	if err == nil && there && out.BookingReference != view.BookingReference {
		return fault.New(fault.CycleBroken, "why", "booking").By("X-09").In("/content/bookingReference")
	}
	return err
}

func authoritySeen(value []byte) (view content.Authority, there bool, err error) {
	s, there, err := unseal(value)
	if err != nil || !there {
		return view, false, err
	}
	view, err = content.AuthorityOf([]byte(s.Content))
	return view, err == nil, err
}

// sameToken lets the carrier's endorser check that a container is the one that a token stands for.
func sameToken(t *turn, org, token, container string) error {
	own, ok, err := t.own(org)
	if err != nil || !ok {
		return err
	}
	if own.token("container", []string{container}) != token {
		return fault.New(fault.ContainerMismatch).By("X-09").In("/content/equipmentReference")
	}
	return nil
}

// nameContainer takes the token of a named container, made by the carrier's own organisation, and its record.
func nameContainer(t *turn, r *interchange.Receipt, s *scene, container string) error {
	made, err := carrierTokens(t, r.Operator.Org, []string{container})
	if err != nil {
		return err
	}
	r.Box, s.token = made[container], made[container]
	if err := s.findBox(t, r.Operator); err != nil {
		return err
	}
	return leavable(*r, s.box)
}

func leavable(r interchange.Receipt, box rules.Box) error {
	f := rules.OneAuthority(r, box)
	if f == nil {
		f = rules.Leavable(box)
	}
	if f != nil {
		return f
	}
	return nil
}

// enterBox writes the authority on the container's record, where a container is named. Without a release line the
// carrier alone relies on that record, whose secret made the token.
func enterBox(t *turn, r interchange.Receipt, s *scene) error {
	if s.token == "" {
		return nil
	}
	s.enter(r)
	if r.Release != "" {
		return s.putBox(t, s.box.Orgs)
	}
	t.Endorse(r.Operator.Org)
	return s.putBox(t, orgs(r.Operator))
}

// assign keeps the container that the facility takes from its stock 配箱. It counts once the carrier confirmed it, whose
// organisation alone can make its token.
func assign(t *turn, r interchange.Receipt, p papers) error {
	value, err := t.Peek(r.Operator.Org, contentKey(r.ID))
	if err != nil {
		return err
	}
	wanted, there, err := authoritySeen(value)
	if err != nil {
		return err
	}
	view, err := content.AssignmentOf(p.raw)
	if err != nil {
		return err
	}
	if there && view.ISOEquipmentCode != wanted.ISOEquipmentCode {
		return fault.New(fault.ContainerMismatch).By("X-14").In("/content/ISOEquipmentCode")
	}
	_, err = sealPiece(t, pieceAssignment, r, p)
	return err
}

// confirmAssignment names the assigned container. The token comes with the transaction, the container is read where it is
// kept: with the carrier.
func confirmAssignment(t *turn, r *interchange.Receipt) error {
	value, err := t.Peek(r.Operator.Org, pieceKey(pieceAssignment, r.ID))
	if err != nil {
		return err
	}
	piece, there, err := unseal(value)
	if err != nil {
		return err
	}
	var view content.Assignment
	if there {
		if view, err = content.AssignmentOf([]byte(piece.Content)); err != nil {
			return err
		}
	}
	token, err := t.Supply("token", func() ([]byte, error) { return ownToken(t, "container", view.EquipmentReference) })
	if err != nil {
		return err
	}
	if err := checkToken(t, r.Operator.Org, string(token), "container", view.EquipmentReference); err != nil {
		return err
	}
	s := scene{token: string(token)}
	if err := s.findBox(t, r.Operator); err != nil {
		return err
	}
	if err := leavable(*r, s.box); err != nil {
		return err
	}
	r.Box = s.token
	return enterBox(t, *r, &s)
}

// dropAuthority ends an authority that no gate will use.
func dropAuthority(t *turn, r interchange.Receipt) error {
	if r.Release == "" && r.Box == "" {
		return nil
	}
	s, err := setScene(t, r, "")
	if err != nil {
		return err
	}
	if f := rules.Authorised(r, s.box); f != nil {
		return f
	}
	s.leave(r.Type)
	return s.putBox(t, s.box.Orgs)
}
