package contract

import (
	"encoding/json"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// interchanges is the contract of the equipment interchange receipt.
type interchanges struct{}

type receiptCommand = lifecycle.Command[interchange.Request]

// scene is every record that a gate move touches.
type scene struct {
	order   release.Order
	line    release.Line
	box     rules.Box
	out     *interchange.Receipt
	command orderCommand
}

func (interchanges) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, interchange.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := receiptCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if c.Request.Parties, err = t.named(map[string]string{"/facility": r.Facility, "/trucker": r.Trucker}); err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == interchange.Authorise {
		return authorise(t, c, papers)
	}
	before, err := current[interchange.Receipt](t, "interchange", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Sheet = papers.commitment
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	switch act {
	case interchange.RecordGate:
		err = recordGate(t, &after, papers)
	case interchange.Cancel:
		err = dropAuthority(t, before)
	}
	if err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, interchange.Law.Part(before, c))
	e.Reason = r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

func setScene(t *turn, r interchange.Receipt) (scene, error) {
	var s scene
	var err error
	if s.order, err = load[release.Order](t, "release", r.Release); err != nil {
		return s, err
	}
	if r.Line < 1 || r.Line > s.order.Lines {
		return s, fault.New(fault.NotFound, "family", "line", "id", number(r.Line)).In("/line")
	}
	if s.line, err = loadLine(t, r.Release, r.Line); err != nil {
		return s, err
	}
	if s.box, err = boxOf(t, s.line); err != nil {
		return s, err
	}
	if r.Type == interchange.InEmpty {
		out, err := load[interchange.Receipt](t, "interchange", r.Cycle)
		if err != nil {
			return s, err
		}
		s.out = &out
	}
	s.command = orderCommand{Actor: t.actor, At: t.At, Request: release.OrderRequest{Order: s.order}}
	return s, nil
}

// putBox writes the container's record; orgs are those that rely on it from now on.
func (s *scene) putBox(t *turn, orgs []string) error {
	before := s.box.Orgs
	s.box.Orgs = orgs
	return t.Put(key("box", s.line.Box), s.box, before, orgs)
}

// authorise gives birth to a receipt: the line's authority (放箱) to take a container out, or to bring it back.
func authorise(t *turn, c receiptCommand, p papers) (Outcome, error) {
	fresh := interchange.Receipt{Record: lifecycle.Record{ID: t.NewID("ir-", 0), Family: "interchange"}}
	r, err := fresh.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	r.Commitment = p.commitment
	s, err := setScene(t, r)
	if err != nil {
		return Outcome{}, err
	}
	if f := rules.Authorisable(r, s.order, s.line, s.box, s.out); f != nil {
		return Outcome{}, f
	}
	if err := authorityFits(t, r, s.line, p); err != nil {
		return Outcome{}, err
	}
	s.box.Authorities = maps.Clone(s.box.Authorities)
	if s.box.Authorities == nil {
		s.box.Authorities = map[interchange.Type]string{}
	}
	s.box.Authorities[r.Type] = r.ID
	if err := s.putBox(t, s.box.Orgs); err != nil {
		return Outcome{}, err
	}
	value, err := seal(p, nil)
	if err != nil {
		return Outcome{}, err
	}
	for _, org := range orgs(r.Readers()...) {
		t.Keep(org, contentKey(r.ID), value)
	}
	if err := birth(t, &r, t.entry(interchange.Authorise, interchange.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(r.Record), nil
}

// authorityFits checks the authority's content against the receipt and the line it is for.
func authorityFits(t *turn, r interchange.Receipt, l release.Line, p papers) error {
	view, err := content.AuthorityOf(p.raw)
	if err != nil {
		return err
	}
	if view.EIRType != string(r.Type) {
		return fault.New(fault.Invalid, "check", "type").In("/content/eirType")
	}
	line, seen, err := lineSeen(t, l)
	if err != nil || !seen {
		return err
	}
	if f := rules.SameContainer(view.EquipmentReference, line.EquipmentReference); f != nil {
		return f
	}
	return nil
}

// recordGate is a container passing the gate: rules, and everything that follows from the move.
func recordGate(t *turn, r *interchange.Receipt, p papers) error {
	s, err := setScene(t, *r)
	if err != nil {
		return err
	}
	if f := rules.Authorised(*r, s.box); f != nil {
		return f
	}
	move := gateOut
	if r.Type == interchange.InEmpty {
		move = gateIn
	}
	if err := move(t, r, &s, p); err != nil {
		return err
	}
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range orgs(r.Readers()...) {
		t.Keep(org, sheetKey(r.ID), value)
	}
	return nil
}

func sheetKey(id string) string { return "sheet/" + id }

// sheetOf reads the gate sheet that came along; it must be of the receipt's own type.
func sheetOf(t *turn, r interchange.Receipt, p papers) (content.GateSheet, error) {
	if err := t.asks(); err != nil {
		return content.GateSheet{}, err
	}
	sheet, err := content.GateSheetOf(p.raw)
	if err == nil && sheet.EIRType != string(r.Type) {
		err = fault.New(fault.Invalid, "check", "type").In("/content/eirType")
	}
	return sheet, err
}

func gateOut(t *turn, r *interchange.Receipt, s *scene, p papers) error {
	if f := rules.RightAtGate(rules.Gate{Receipt: *r, Line: s.line, Box: s.box, At: t.At}); f != nil {
		return f
	}
	if err := basisStands(t, s.order); err != nil {
		return err
	}
	line, err := s.line.Follow(release.GateOut, s.command)
	if err != nil {
		return err
	}
	line.Out = r.ID
	sheet, err := sheetOf(t, *r, p)
	if err != nil {
		return err
	}
	if err := seenAtGate(t, s.line, sheet); err != nil {
		return err
	}
	if err := save(t, &s.line, &line, t.entry(release.GateOut, automatic)); err != nil {
		return err
	}
	if err := advance(t, s, release.LineOut); err != nil {
		return err
	}
	s.box.Line, s.box.Last = "", rules.Out
	s.leave(r.Type)
	if err := s.putBox(t, orgs(s.order.Carrier)); err != nil {
		return err
	}
	return delivered(t, s)
}

// leave takes a used or cancelled authority off the container.
func (s *scene) leave(kind interchange.Type) {
	s.box.Authorities = maps.Clone(s.box.Authorities)
	delete(s.box.Authorities, kind)
}

// seenAtGate is the private half of rule X-08: the terminal's endorser sees line, appointment and sheet.
func seenAtGate(t *turn, l release.Line, sheet content.GateSheet) error {
	agreed, seen, err := lineSeen(t, l)
	if err != nil {
		return err
	}
	value, err := t.Peek(l.Terminal.Org, appointmentKey(l.ID))
	if err != nil {
		return err
	}
	s, there, err := unseal(value)
	if err != nil || !there || !seen {
		return err
	}
	appointment, err := content.AppointmentOf([]byte(s.Content))
	if err != nil {
		return err
	}
	f := rules.Seen(sheet.EquipmentReference, agreed.EquipmentReference, sheet.TruckPlate, appointment.TruckPlate,
		t.At, appointment.From, appointment.To)
	if f != nil {
		return f
	}
	return nil
}

// advance moves the order along with one of its lines.
func advance(t *turn, s *scene, act lifecycle.Act) error {
	after, err := s.order.Follow(act, s.command)
	if err != nil {
		return err
	}
	return save(t, &s.order, &after, t.entry(act, automatic))
}

// delivered books the container on the bill's delivery, and accomplishes a surrendered bill or sea waybill with its last
// one (rules ).
func delivered(t *turn, s *scene) error {
	d, err := delivery(t, s.order.Basis.Bill)
	if err != nil {
		return err
	}
	before, err := load[bill.Bill](t, "bill", s.order.Basis.Bill)
	if err != nil {
		return err
	}
	d.Out = append(slices.Clone(d.Out), s.line.Box)
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

func gateIn(t *turn, r *interchange.Receipt, s *scene, p papers) error {
	if f := rules.Returnable(*r, s.line, s.out); f != nil {
		return f
	}
	line, err := s.line.Follow(release.ReturnEmpty, s.command)
	if err != nil {
		return err
	}
	sheet, err := sheetOf(t, *r, p)
	if err != nil {
		return err
	}
	wentOut, seen, err := lineSeen(t, s.line)
	if err != nil {
		return err
	}
	if seen {
		if f := rules.SameContainer(sheet.EquipmentReference, wentOut.EquipmentReference); f != nil {
			return f
		}
	}
	line.In = r.ID
	if err := save(t, &s.line, &line, t.entry(release.ReturnEmpty, automatic)); err != nil {
		return err
	}
	if err := advance(t, s, release.LineReturned); err != nil {
		return err
	}
	s.box.Last = rules.In
	s.leave(r.Type)
	if err := s.putBox(t, s.box.Orgs); err != nil {
		return err
	}
	return pair(t, *s.out, r.ID)
}

// pair tells the receipt of the way out that the way back is recorded.
func pair(t *turn, before interchange.Receipt, counterpart string) error {
	c := receiptCommand{Act: interchange.Pair, Actor: t.actor, At: t.At,
		Request: interchange.Request{Counterpart: counterpart}}
	after, err := interchange.Law.Follow(before, c)
	if err != nil {
		return err
	}
	return save(t, &before, &after, t.entry(interchange.Pair, automatic))
}

func dropAuthority(t *turn, r interchange.Receipt) error {
	s, err := setScene(t, r)
	if err != nil {
		return err
	}
	if f := rules.Authorised(r, s.box); f != nil {
		return f
	}
	s.leave(r.Type)
	return s.putBox(t, s.box.Orgs)
}

type receiptView struct {
	Control interchange.Receipt        `json:"control"`
	Content json.RawMessage            `json:"content,omitempty"`
	Pieces  map[string]json.RawMessage `json:"pieces,omitempty"`
	Acts    []lifecycle.Act            `json:"acts"`
}

func (interchanges) read(t *turn, id string) (any, error) {
	r, err := load[interchange.Receipt](t, "interchange", id)
	if err != nil {
		return nil, err
	}
	view := receiptView{Control: r, Acts: interchange.Law.Open(r, t.actor)}
	if view.Content, err = t.ownContent(contentKey(id), r.Readers()); err != nil {
		return nil, err
	}
	sheet, err := t.ownContent(sheetKey(id), r.Readers())
	if sheet != nil {
		view.Pieces = map[string]json.RawMessage{"sheet": sheet}
	}
	return view, err
}

func (interchanges) situations(t *turn, id string) ([]situation, error) {
	r, err := load[interchange.Receipt](t, "interchange", id)
	return []situation{situationOf(interchange.Law, r, 0)}, err
}

func (interchanges) keys(t *turn, id string) ([]string, error) {
	_, err := load[interchange.Receipt](t, "interchange", id)
	return []string{key("interchange", id)}, err
}
