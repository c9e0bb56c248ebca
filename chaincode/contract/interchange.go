package contract

import (
	"encoding/json"
	"fmt"

	"portledger/chaincode/content"
	"portledger/chaincode/damage"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/state"
)

// interchanges is the contract of the equipment interchange receipt.
type interchanges struct{}

type receiptCommand = lifecycle.Command[interchange.Request]

// The pieces of a receipt beside its authority, by their part of the key and of the answer to a reader.
const (
	pieceSheet      = "sheet"
	pieceAssignment = "assignment"
	pieceRemark     = "remark"
	pieceDispute    = "dispute"
	pieceAddendum   = "addendum"
	pieceRuling     = "ruling"
)

func pieceKey(piece, id string) string { return piece + "/" + id }
func sheetKey(id string) string        { return pieceKey(pieceSheet, id) }

func (interchanges) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, interchange.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := receiptCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Parties, err = t.named(map[string]string{
		"/facility": r.Facility, "/trucker": r.Trucker, "/user": r.User, "/arbiter": r.Arbiter})
	if err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Paper = papers.commitment
	if act == interchange.Authorise {
		return authorise(t, c, papers)
	}
	before, err := current[interchange.Receipt](t, "interchange", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	if act == interchange.Void {
		c.Request.Counterpart = t.NewID("ir-", 0)
	}
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	if err := receiptConsequences(t, c, before, &after, papers); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, interchange.Law.Part(before, c))
	e.To, e.Reason = r.Arbiter, r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// receiptConsequences are what an act on a receipt brings about beyond it.
func receiptConsequences(t *turn, c receiptCommand, before interchange.Receipt, after *interchange.Receipt, p papers) error {
	switch c.Act {
	case interchange.RecordGate:
		return recordGate(t, after, p)
	case interchange.Void:
		return supersede(t, c, before, p)
	case interchange.ConfirmAssignment:
		return confirmAssignment(t, after)
	case interchange.Cancel, interchange.Expire:
		return dropAuthority(t, before)
	}
	if err := t.asks(); err != nil {
		return err
	}
	switch c.Act {
	case interchange.Assign:
		return assign(t, *after, p)
	case interchange.SignWithRemarks:
		_, err := sealPiece(t, pieceRemark, *after, p)
		return err
	case interchange.RaiseDispute:
		return dispute(t, after, p)
	case interchange.Propose:
		_, err := sealPiece(t, pieceAddendum, *after, p)
		return err
	case interchange.Escalate:
		return showArbiter(t, *after)
	case interchange.Rule:
		_, err := sealPiece(t, pieceRuling, *after, p)
		return err
	}
	return nil
}

// sealPiece gives a piece to the organisation of every reader, and answers its seal.
func sealPiece(t *turn, piece string, r interchange.Receipt, p papers) (string, error) {
	value, err := seal(p, nil)
	if err != nil {
		return "", err
	}
	for _, org := range orgs(r.Readers()...) {
		t.Keep(org, pieceKey(piece, r.ID), value)
	}
	return state.Fingerprint(value), nil
}

// dispute keeps what is disputed; it has to name the lines of the sheet that it is about.
func dispute(t *turn, r *interchange.Receipt, p papers) error {
	view, err := content.StatementOf(p.raw)
	if err != nil {
		return err
	}
	if len(view.Lines) == 0 {
		return fault.New(fault.Invalid, "check", "required").In("/content/lines")
	}
	r.Dispute.Seal, err = sealPiece(t, pieceDispute, *r, p)
	return err
}

// showArbiter hands authority, sheet and dispute to a surveyor whom both sides named. The carrier has them.
func showArbiter(t *turn, r interchange.Receipt) error {
	to := r.Dispute.Arbiter
	if to.Zero() {
		return nil
	}
	for _, piece := range []struct{ key, seal string }{
		{contentKey(r.AuthorityID()), r.Seal}, {sheetKey(r.ID), r.SheetSeal}, {pieceKey(pieceDispute, r.ID), r.Dispute.Seal},
	} {
		if err := t.Deliver(piece.key, piece.seal, to.Org, t.actor.Org); err != nil {
			return err
		}
	}
	return nil
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
	if view.Content, err = t.ownContent(contentKey(r.AuthorityID()), r.Readers()); err != nil {
		return nil, err
	}
	pieces := map[string]json.RawMessage{}
	for _, piece := range []string{pieceSheet, pieceAssignment, pieceRemark, pieceDispute, pieceAddendum, pieceRuling} {
		id := r.ID
		if piece == pieceAssignment {
			id = r.AuthorityID()
		}
		value, err := t.ownContent(pieceKey(piece, id), r.Readers())
		if err != nil {
			return nil, err
		}
		if value != nil {
			pieces[piece] = value
		}
	}
	if err := computed(t, r, pieces); err != nil {
		return nil, err
	}
	if len(pieces) > 0 {
		view.Pieces = pieces
	}
	return view, nil
}

// computed adds what follows from comparing papers, where this peer keeps both: how the sheet differs from the release
// line (rule X-14), and which damages of the way in were not there on the way out. Nothing of it is ever written: not
// every endorser sees both papers, and all must write the same.
func computed(t *turn, r interchange.Receipt, pieces map[string]json.RawMessage) error {
	sheet := pieces[pieceSheet]
	if sheet == nil {
		return nil
	}
	if r.Type == interchange.OutFull {
		return showDifferences(t, r, sheet, pieces)
	}
	if r.Direction != interchange.Inward || r.Counterpart == "" {
		return nil
	}
	value, err := t.Peek(t.Self, sheetKey(r.Counterpart))
	if err != nil {
		return err
	}
	s, there, err := unseal(value)
	if err != nil || !there {
		return err
	}
	found, err := newDamages(sheet, []byte(s.Content))
	if err != nil || len(found) == 0 {
		return err
	}
	return show(pieces, "newDamages", found)
}

func showDifferences(t *turn, r interchange.Receipt, sheet []byte, pieces map[string]json.RawMessage) error {
	line, err := loadLine(t, r.Release, r.Line)
	if err != nil {
		return err
	}
	agreed, err := t.ownContent(contentKey(line.ID), line.Readers())
	if err != nil || agreed == nil {
		return err
	}
	found, err := differences(agreed, damage.LinePlaces, sheet)
	if err != nil || len(found) == 0 {
		return err
	}
	return show(pieces, "differences", found)
}

func show(pieces map[string]json.RawMessage, name string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	pieces[name] = body
	return nil
}

func (interchanges) situations(t *turn, id string) ([]situation, error) {
	r, err := load[interchange.Receipt](t, "interchange", id)
	return []situation{situationOf(interchange.Law, r, 0)}, err
}

func (interchanges) keys(t *turn, id string) ([]string, error) {
	_, err := load[interchange.Receipt](t, "interchange", id)
	return []string{key("interchange", id)}, err
}
