package contract

import (
	"maps"
	"slices"
	"time"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/damage"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// recordGate is a container passing the gate: rules, and everything that follows from the move.
func recordGate(t *turn, r *interchange.Receipt, p papers) error {
	s, err := setScene(t, *r, "")
	if err != nil {
		return err
	}
	if f := rules.Authorised(*r, s.box); f != nil {
		return f
	}
	if err := mayPass(t, *r, &s); err != nil {
		return err
	}
	if err := t.asks(); err != nil {
		return err
	}
	if err := sheetFits(t, *r, s, p); err != nil {
		return err
	}
	if err := keepSheet(t, r, p); err != nil {
		return err
	}
	r.NoReturn = r.Type == interchange.OutFull && s.order.Keeps(s.line)
	if err := passed(t, *r, &s); err != nil {
		return err
	}
	s.leave(r.Type)
	s.box.Last, s.box.Move = r.Direction, r.ID
	if r.NoReturn { // the carrier has done with it: should it come with another bill, it comes from outside
		s.box.Last = ""
	}
	if r.Direction == interchange.Outward {
		return s.putBox(t, orgs(r.Operator))
	}
	r.Counterpart = s.out.ID
	if err := s.putBox(t, s.box.Orgs); err != nil {
		return err
	}
	return pair(t, *s.out, r.ID)
}

// mayPass is what the records around the move must allow.
func mayPass(t *turn, r interchange.Receipt, s *scene) (err error) {
	var f *fault.Fault
	switch {
	case r.Type == interchange.OutFull:
		if f = rules.RightAtGate(rules.Gate{Receipt: r, Line: s.line, Box: s.box, At: t.At}); f != nil {
			return f
		}
		if err := basisStands(t, s.order); err != nil {
			return err
		}
		if s.moved, err = s.line.Follow(release.GateOut, s.command); err != nil {
			return err
		}
		if err := inWindow(t, s.line); err != nil {
			return err
		}
		return settledAtGate(t, s.order, s.line)
	case r.Type == interchange.InEmpty:
		if f = rules.Returnable(r, s.line, s.out); f != nil {
			return f
		}
		s.moved, err = s.line.Follow(release.ReturnEmpty, s.command)
		return err
	case r.Direction == interchange.Outward:
		f = rules.Leavable(s.box)
	default:
		f = rules.Completing(r, s.box, s.out)
	}
	if f != nil {
		return f
	}
	return nil
}

// sheetFits is what the gate saw against what was agreed. Each endorser checks what its organisation can see.
func sheetFits(t *turn, r interchange.Receipt, s scene, p papers) error {
	sheet, err := content.GateSheetOf(p.raw)
	if err != nil {
		return err
	}
	if sheet.EIRType != string(r.Type) {
		return fault.New(fault.Invalid, "check", "type").In("/content/eirType")
	}
	if err := seenThere(t, r, s, sheet, p); err != nil {
		return err
	}
	return seenThen(t, r, sheet.At)
}

// seenThen is the part of rule X-08 about the sheet's own time, by which the clocks of demurrage and detention run: the move can
// have been made then, which is not to come, and not before the carrier allowed it.
func seenThen(t *turn, r interchange.Receipt, at time.Time) error {
	const place = "/content/gate/at"
	if f := happened(t, at, place); f != nil {
		return f
	}
	allowed, err := time.Parse(time.RFC3339Nano, r.AuthorisedAt)
	if err == nil && at.Before(allowed.Add(-state.SkewMax)) {
		return fault.New(fault.Invalid, "check", "after-authority").In(place)
	}
	return nil
}

// seenThere is which container, and which truck, the gate saw.
func seenThere(t *turn, r interchange.Receipt, s scene, sheet content.GateSheet, p papers) error {
	switch {
	case r.Type == interchange.OutFull:
		return seenAtGate(t, s.line, sheet, p)
	case r.Type == interchange.InEmpty:
		wentOut, seen, err := lineSeen(t, s.line)
		if err != nil || !seen {
			return err
		}
		if f := rules.SameContainer(sheet.EquipmentReference, wentOut.EquipmentReference); f != nil {
			return f
		}
		return nil
	}
	return seenWithoutLine(t, r, s, sheet, p)
}

// inWindow is the part of rule X-08 about the time: the terminal's endorser knows the appointment's window.
func inWindow(t *turn, l release.Line) error {
	value, err := t.Peek(l.Terminal.Org, appointmentKey(l.ID))
	if err != nil {
		return err
	}
	s, there, err := unseal(value)
	if err != nil || !there {
		return err
	}
	appointment, err := content.AppointmentOf([]byte(s.Content))
	if err != nil {
		return err
	}
	if f := rules.InWindow(t.At, appointment.From, appointment.To); f != nil {
		return f
	}
	return nil
}

// seenAtGate is the private half of rule X-08, and rule X-14: the terminal's endorser sees line, appointment and sheet.
func seenAtGate(t *turn, l release.Line, sheet content.GateSheet, p papers) error {
	agreed, seen, err := lineSeen(t, l)
	if err != nil {
		return err
	}
	value, err := t.Peek(l.Terminal.Org, appointmentKey(l.ID))
	if err != nil {
		return err
	}
	coded, err := wantsCode(t, l) // asked by every endorser, so that all read alike
	if err != nil {
		return err
	}
	s, there, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	if !there {
		return agrees(agreed.Raw, damage.LinePlaces, p.raw)
	}
	appointment, err := content.AppointmentOf([]byte(s.Content))
	if err != nil {
		return err
	}
	if f := asAgreed(agreed, appointment, sheet, coded); f != nil {
		return f
	}
	if err := agrees(agreed.Raw, damage.LinePlaces, p.raw); err != nil {
		return err
	}
	if f := rules.InWindow(sheet.At, appointment.From, appointment.To); f != nil {
		return f.In("/content/gate/at")
	}
	return nil
}

// seenWithoutLine: the container is the one that was named, as far as this organisation keeps authority or assignment;
// the carrier's endorser knows its token. What comes out of one facility goes into the other as it was (rule X-14).
func seenWithoutLine(t *turn, r interchange.Receipt, s scene, sheet content.GateSheet, p papers) error {
	if err := sameToken(t, r.Operator.Org, r.Box, sheet.EquipmentReference); err != nil {
		return err
	}
	named, err := containerNamed(t, r)
	if err != nil {
		return err
	}
	if named != "" {
		if f := rules.SameContainer(sheet.EquipmentReference, named); f != nil {
			return f
		}
	}
	if r.Type != interchange.Transfer || s.out == nil {
		return nil
	}
	value, err := peekAny(t, sheetKey(s.out.ID), s.out.Operator, s.out.Facility)
	if err != nil {
		return err
	}
	left, there, err := unseal(value)
	if err != nil || !there {
		return err
	}
	return agrees([]byte(left.Content), damage.SheetPlaces, p.raw)
}

// containerNamed is the container that authority or assignment names; empty on a peer that keeps neither.
func containerNamed(t *turn, r interchange.Receipt) (string, error) {
	value, err := peekAny(t, contentKey(r.AuthorityID()), r.Operator, r.Facility)
	if err != nil {
		return "", err
	}
	authority, _, err := authoritySeen(value)
	if err != nil {
		return "", err
	}
	if r.Assignment == "" {
		return authority.EquipmentReference, nil
	}
	if value, err = peekAny(t, pieceKey(pieceAssignment, r.AuthorityID()), r.Operator, r.Facility); err != nil {
		return "", err
	}
	piece, there, err := unseal(value)
	if err != nil || !there {
		return "", err
	}
	assigned, err := content.AssignmentOf([]byte(piece.Content))
	return assigned.EquipmentReference, err
}

// keepSheet seals the sheet for every reader, and marks one that is evidence (rule X-20).
func keepSheet(t *turn, r *interchange.Receipt, p papers) (err error) {
	is, err := statedIn(p.raw)
	if err != nil {
		return err
	}
	r.Evidence = r.Type == interchange.OutFull && is.isEvidence()
	r.SheetSeal, err = sealPiece(t, pieceSheet, *r, p)
	return err
}

// passed is what the move does to the release line, its order and the bill's delivery.
func passed(t *turn, r interchange.Receipt, s *scene) error {
	if r.Release == "" {
		return nil
	}
	onLine, onOrder := release.GateOut, release.LineOut
	if r.Type == interchange.InEmpty {
		onLine, onOrder = release.ReturnEmpty, release.LineReturned
	}
	pointTo(&s.moved, r)
	if err := save(t, &s.line, &s.moved, t.entry(onLine, automatic)); err != nil {
		return err
	}
	if err := advance(t, s, onOrder); err != nil || r.Type == interchange.InEmpty {
		return err
	}
	if r.NoReturn { // nothing is waited for
		if err := advance(t, s, release.LineReturned); err != nil {
			return err
		}
	}
	s.box.Line = ""
	return bookOut(t, r, s)
}

// pointTo lets the line name the receipt of its move, and that receipt as evidence where it is some.
func pointTo(l *release.Line, r interchange.Receipt) {
	if r.Direction == interchange.Inward {
		l.In = r.ID
		return
	}
	l.Out, l.Evidence = r.ID, ""
	if r.Evidence {
		l.Evidence = r.ID
	}
}

// advance moves the order along with one of its lines.
func advance(t *turn, s *scene, act lifecycle.Act) error {
	after, err := s.order.Follow(act, s.command)
	if err != nil {
		return err
	}
	before := s.order
	s.order = after
	return saveOrder(t, &before, &s.order, t.entry(act, automatic))
}

// bookOut books the container on the delivery of the order's bill and, of a house bill, on the master's.
func bookOut(t *turn, r interchange.Receipt, s *scene) error {
	ids, err := deliveriesAfter(t, s.order)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := bookOutOf(t, r, s, id); err != nil {
			return err
		}
	}
	return nil
}

// bookOutOf books the container on one bill's delivery, and accomplishes a surrendered bill or sea waybill with its last one
// (rules ).
func bookOutOf(t *turn, r interchange.Receipt, s *scene, billID string) error {
	d, err := delivery(t, billID)
	if err != nil {
		return err
	}
	before, err := load[bill.Bill](t, "bill", billID)
	if err != nil {
		return err
	}
	d.Out = append(slices.Clone(d.Out), s.line.Box)
	d = d.Attach(r.Evidence, r.ID, r.Supersedes)
	if part := s.order.Basis.Part; part != "" {
		d.PartOut = maps.Clone(d.PartOut)
		if d.PartOut == nil {
			d.PartOut = map[string]int{}
		}
		d.PartOut[part]++
	}
	if used := s.order.Basis.Guarantee; used != "" && before.State != bill.Surrendered {
		d.UnderLoi = true
		if !slices.Contains(d.Used, used) {
			d.Used = append(slices.Clone(d.Used), used)
		}
	}
	if err := t.Put(key("delivery", before.ID), d, d.Orgs, d.Orgs); err != nil {
		return err
	}
	if !d.Complete() {
		return nil
	}
	after, err := bill.Law.Follow(before, billCommand{Act: bill.Accomplish, Actor: t.actor, At: t.At})
	if err != nil { // not surrendered yet: the surrender will end it
		return nil
	}
	return save(t, &before, &after, t.entry(bill.Accomplish, automatic))
}
