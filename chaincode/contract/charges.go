package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"portledger/chaincode/bill"
	"portledger/chaincode/charge"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/reefer"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// What a payee asks for a release order is a private piece of that payee, of who asked for the release and of whom it is
// for: its account. Who settles brings the account along, and all endorsers compute the next one from the same bytes. The
// other payee endorses every change of the order and so sees it pass; it keeps nothing of it.

func chargesKey(o release.Order, p charge.Payee) string { return "charges/" + o.ID + "/" + string(p) }

// side is one payee's part of an order's money.
type side struct {
	payee charge.Payee
	ref   lifecycle.Ref
	name  string
	now   release.Charges
}

func sidesOf(o release.Order) []side {
	return []side{{charge.Carrier, o.Carrier, "carrier", o.CarrierStatement}, {charge.Terminal, o.Terminal, "terminal", o.TerminalStatement}}
}

func sideOf(o release.Order, a lifecycle.Actor) side {
	for _, s := range sidesOf(o) {
		if s.ref == a.Ref {
			return s
		}
	}
	return side{}
}

// readers are who keeps and may read the account of a side.
func (s side) readers(o release.Order) []lifecycle.Ref {
	return []lifecycle.Ref{s.ref, o.Requester, o.ReleaseTo}
}

// chargesChange puts a new account in place of the one before, and lets the order tell how it stands.
func chargesChange(t *turn, c orderCommand, before release.Order, o *release.Order, p papers) error {
	s := sideOf(before, c.Actor)
	var err error
	if c.Act == release.PresentCharges {
		c.Request.Charges, err = presented(t, before, s, p)
	} else {
		c.Request.Charges, err = booked(t, c, before, s, p)
	}
	if err != nil {
		return err
	}
	*o, err = before.Apply(c)
	return err
}

// presented checks a payee's statement against everything that this endorser knows, and keeps it.
func presented(t *turn, o release.Order, s side, p papers) (release.Charges, error) {
	var none release.Charges
	var a charge.Account
	if err := content.Read(p.raw, content.ContentLimits, &a); err != nil {
		return none, faultOf(err, "/content")
	}
	days, err := tariffDays(t, a.Tariff.Calendar.Reference, a.Tariff)
	if err != nil {
		return none, err
	}
	if err := a.Check(s.payee, days); err != nil {
		return none, chargeFault(err)
	}
	if err := chargesOfOrder(t, o, a); err != nil {
		return none, err
	}
	if err := freightOfBill(t, o, s, a); err != nil {
		return none, err
	}
	old := charge.Account{}
	if s.now.Seal != "" {
		if old, _, err = chargesNow(t, o, s); err != nil {
			return none, err
		}
	}
	if err := a.Follows(old); err != nil {
		return none, chargeFault(err)
	}
	now := release.Charges{Commitment: p.commitment, Calendar: a.Tariff.Calendar.Reference}
	return keepCharges(t, o, s, now, a, p)
}

// booked books a payment, a waiver or a credit.
func booked(t *turn, c orderCommand, o release.Order, s side, p papers) (release.Charges, error) {
	var none release.Charges
	var asked charge.Settlement
	if p.raw != nil {
		if err := content.Read(p.raw, content.ContentLimits, &asked); err != nil {
			return none, faultOf(err, "/content")
		}
	}
	if c.Act == release.CreditCharges {
		if err := dueAhead(t, asked.Due); err != nil {
			return none, err
		}
	}
	a, salt, err := chargesNow(t, o, s)
	if err != nil {
		return none, err
	}
	as := map[lifecycle.Act]charge.Status{release.SettleCharges: charge.Settled, release.WaiveCharges: charge.Waived,
		release.CreditCharges: charge.OnCredit}[c.Act]
	if a, err = a.Settle(asked, as, charge.WaiverCode(c.Request.Waiver), c.Actor.Party); err != nil {
		return none, chargeFault(err)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return none, err
	}
	if len(body) > content.ContentLimits.Bytes {
		return none, fault.New(fault.LimitReached, "what", "settlements", "limit", number(content.ContentLimits.Bytes))
	}
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/charges/1\n"))
	return keepCharges(t, o, s, s.now, a, papers{raw: body, salt: hex.EncodeToString(mac.Sum(nil))})
}

// keepCharges seals an account for its readers and answers what everybody may know of it.
func keepCharges(t *turn, o release.Order, s side, now release.Charges, a charge.Account, p papers) (release.Charges, error) {
	value, err := seal(p, nil)
	if err != nil {
		return now, err
	}
	now.Seal, now.Status = state.Fingerprint(value), string(a.Status())
	if a.Status() == charge.Open {
		now.Status = release.Presented
	}
	for _, org := range orgs(s.readers(o)...) {
		t.Keep(org, chargesKey(o, s.payee), value)
	}
	return now, nil
}

// chargesNow answers a side's account as it stands, with its salt, from the bytes that came along.
func chargesNow(t *turn, o release.Order, s side) (charge.Account, string, error) {
	var a charge.Account
	value, err := t.Supply("charges", func() ([]byte, error) { return t.Peek(t.actor.Org, chargesKey(o, s.payee)) })
	if err != nil {
		return a, "", err
	}
	if state.Fingerprint(value) != s.now.Seal {
		return a, "", fault.New(fault.ContentMismatch)
	}
	return openCharges(value)
}

func openCharges(value []byte) (a charge.Account, salt string, err error) {
	piece, _, err := unseal(value)
	if err == nil {
		err = content.Read([]byte(piece.Content), content.ContentLimits, &a)
	}
	return a, piece.Salt, err
}

// chargesOfOrder: the containers are those of the order, as carrier and terminal see them, and only what is out on the
// ledger has left: a gate-out that is merely claimed would stop the clock. What the gates recorded, they recorded when
// their sheets say.
func chargesOfOrder(t *turn, o release.Order, a charge.Account) error {
	views, err := linesOf(t, o)
	if err != nil {
		return err
	}
	for i, e := range a.Containers {
		at := "/content/containers/" + number(i)
		listed, known := views[e.Container]
		switch {
		case len(views) == 0: // this peer does not see the lines
		case !known:
			return fault.New(fault.NotCovered).In(at + "/equipmentReference")
		case listed.view.ISOEquipmentCode != e.SizeType:
			return fault.New(fault.ContentMismatch).In(at + "/ISOEquipmentCode")
		case listed.line.Out == "" && !e.GateOut.IsZero():
			return fault.New(fault.ContentMismatch).In(at + "/gateOut")
		}
		if err := asRecorded(t, e.GateOut, listed.out, a.Statement.At, at+"/gateOut"); err != nil {
			return err
		}
		if err := asRecorded(t, e.EmptyReturn, listed.in, a.Statement.At, at+"/emptyReturn"); err != nil {
			return err
		}
		if f := poweredAsLogged(e, listed.off, at); f != nil {
			return f
		}
	}
	return nil
}

// asRecorded holds the time of a move that a payee states against that of the move's sheet, zero where this peer keeps none: one
// that is left out, or another one, would let a clock run on. A statement up to an earlier instant need not know of the move yet.
func asRecorded(t *turn, stated, recorded, until time.Time, place string) error {
	if f := happened(t, stated, place); f != nil {
		return f
	}
	leftOut := stated.IsZero() && recorded.After(until)
	if !recorded.IsZero() && !leftOut && !stated.Equal(recorded) {
		return fault.New(fault.ContentMismatch).In(place)
	}
	return nil
}

// listedLine is a line with what it lists, when the sheets of its moves say that the container left and came back, and when it was
// off power by the reefer's log.
type listedLine struct {
	line    release.Line
	view    content.ReleaseLine
	out, in time.Time
	off     []reefer.Excursion
}

// linesOf are the lines of an order by container, empty on a peer that does not see them.
func linesOf(t *turn, o release.Order) (map[string]listedLine, error) {
	views := map[string]listedLine{}
	for n := 1; n <= o.Lines; n++ {
		l, err := loadLine(t, o.ID, n)
		if err != nil {
			return nil, err
		}
		view, seen, err := lineSeen(t, l)
		if err != nil {
			return nil, err
		}
		out, err := movedAt(t, l.Out)
		if err != nil {
			return nil, err
		}
		in, err := movedAt(t, l.In)
		if err != nil {
			return nil, err
		}
		off, err := unplugged(t, o, l)
		if err != nil {
			return nil, err
		}
		if seen {
			views[view.EquipmentReference] = listedLine{l, view, out, in, off}
		}
	}
	return views, nil
}

// movedAt is when a receipt's sheet says that the move was made; zero without a receipt, or on a peer that does not keep it.
func movedAt(t *turn, receipt string) (at time.Time, err error) {
	if receipt == "" {
		return at, nil
	}
	r, err := load[interchange.Receipt](t, "interchange", receipt)
	if err != nil {
		return at, err
	}
	value, err := peekAny(t, sheetKey(r.ID), r.Readers()...)
	if err != nil {
		return at, err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return at, err
	}
	sheet, err := content.GateSheetOf([]byte(s.Content))
	return sheet.At, err
}

// freightOfBill is rule X-15 on the carrier's own peer, which sees the bill.
func freightOfBill(t *turn, o release.Order, s side, a charge.Account) error {
	if s.payee != charge.Carrier {
		return nil
	}
	b, err := load[bill.Bill](t, "bill", o.Basis.Bill)
	if err != nil {
		return err
	}
	value, err := t.Peek(b.Issuer.Org, contentKey(b.ID))
	if err != nil {
		return err
	}
	piece, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	charges, err := content.CollectCharges([]byte(piece.Content))
	if err != nil {
		return err
	}
	var billed, stated []rules.Collect
	for _, c := range charges {
		amount, err := charge.ParseAmount(c.Amount)
		if err != nil {
			return err
		}
		billed = append(billed, rules.Collect{Name: c.Name, Currency: c.Currency, Amount: charge.NewFreight(c.Name, c.Currency, amount).Amount.String()})
	}
	for _, f := range a.Freight {
		stated = append(stated, rules.Collect{Name: f.Name, Currency: f.Currency, Amount: f.Due().Amount.String()})
	}
	if f := rules.Freight(billed, stated); f != nil {
		return f
	}
	return nil
}

// chargeFault turns a problem of the charges into the ledger's refusal. Its place is in the content that came along.
func chargeFault(err error) error {
	var p *charge.Problem
	if !errors.As(err, &p) {
		return err
	}
	place := map[charge.Source]string{charge.OfTariff: "/tariff", charge.OfEvents: "/containers", charge.OfStatement: "/statement",
		charge.OfFreight: "/freightCollect"}[p.Of] + p.At
	if p.Of == charge.OfCalendar {
		place = "/tariff/calendar"
	}
	return fault.New(fault.Invalid, "check", p.Check).In("/content" + place)
}

// chargesView are the accounts of both sides, as far as the caller may see them.
type chargesView struct {
	Carrier  json.RawMessage `json:"carrier,omitempty"`
	Terminal json.RawMessage `json:"terminal,omitempty"`
	// CarrierTerms and TerminalTerms are the terms of a credit without an account.
	CarrierTerms  json.RawMessage `json:"carrierTerms,omitempty"`
	TerminalTerms json.RawMessage `json:"terminalTerms,omitempty"`
}

func (v chargesView) IsZero() bool {
	return v.Carrier == nil && v.Terminal == nil && v.CarrierTerms == nil && v.TerminalTerms == nil
}

func (t *turn) ownCharges(o release.Order) (chargesView, error) {
	var views, terms [2]json.RawMessage
	for i, s := range sidesOf(o) {
		var err error
		if terms[i], err = t.ownContent(creditKey(o, s.payee), s.readers(o)); err != nil {
			return chargesView{}, err
		}
		if s.now.Seal == "" {
			continue
		}
		if views[i], err = t.ownContent(chargesKey(o, s.payee), s.readers(o)); err != nil {
			return chargesView{}, err
		}
	}
	return chargesView{views[0], views[1], terms[0], terms[1]}, nil
}
