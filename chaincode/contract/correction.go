package contract

import (
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
)

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

// supersede gives birth to the receipt that takes a voided one's place, in the same transaction: with another sheet of
// the same move. Whatever names the old receipt as this container's move names the new one from now on.
func supersede(t *turn, c receiptCommand, old interchange.Receipt, p papers) error {
	out := ""
	if old.Direction == interchange.Inward {
		out = old.Counterpart
	}
	s, err := setScene(t, old, out)
	if err != nil {
		return err
	}
	if f := rules.Correctable(old, s.box); f != nil {
		return f
	}
	fresh := interchange.Receipt{Record: lifecycle.Record{ID: c.Request.Counterpart, Family: "interchange"}}
	follow := receiptCommand{Act: interchange.Supersede, Actor: t.actor, At: t.At,
		Request: interchange.Request{Old: old, Paper: c.Request.Paper}}
	r, err := interchange.Law.Follow(fresh, follow)
	if err != nil {
		return err
	}
	s.box.Move = r.ID
	if err := s.putBox(t, s.box.Orgs); err != nil {
		return err
	}
	if s.out != nil && s.out.State != interchange.Closed { // one that is final names the voided receipt, which names this one
		if err := pair(t, *s.out, r.ID); err != nil {
			return err
		}
	}
	if err := t.asks(); err != nil {
		return err
	}
	if err := sheetFits(t, r, s, p); err != nil {
		return err
	}
	if err := keepSheet(t, &r, p); err != nil {
		return err
	}
	if err := repoint(t, r, &s); err != nil {
		return err
	}
	return birth(t, &r, t.entry(interchange.Supersede, automatic))
}

// repoint lets the release line, and the bill's delivery, name the receipt that supersedes.
func repoint(t *turn, r interchange.Receipt, s *scene) error {
	if r.Release == "" {
		return nil
	}
	s.moved = s.line
	pointTo(&s.moved, r)
	if err := save(t, &s.line, &s.moved, t.entry(interchange.Supersede, automatic)); err != nil {
		return err
	}
	if r.Type != interchange.OutFull {
		return nil
	}
	ids, err := deliveriesAfter(t, s.order)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := delivery(t, id)
		if err != nil {
			return err
		}
		if err := t.Put(key("delivery", id), d.Attach(r.Evidence, r.ID, r.Supersedes), d.Orgs, d.Orgs); err != nil {
			return err
		}
	}
	return nil
}
