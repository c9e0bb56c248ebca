package contract

import (
	"encoding/json"

	"portledger/chaincode/exchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/release"
)

// rightSale is the right to containers of a release order as the subject of an exchange: to one of its lines, or to all.
type rightSale struct {
	order release.Order
	lines []release.Line
}

func rightOnSale(t *turn, e exchange.Exchange) (subject, error) {
	o, err := load[release.Order](t, "release", e.Release)
	if err != nil {
		return nil, err
	}
	from, to := 1, o.Lines
	if e.Line != 0 {
		from, to = e.Line, e.Line
	}
	s := rightSale{order: o}
	for n := from; n <= to; n++ {
		l, err := lineOf(t, o, n)
		if err != nil {
			return nil, err
		}
		s.lines = append(s.lines, l)
	}
	return s, nil
}

func (s rightSale) keepers() []lifecycle.Ref {
	return []lifecycle.Ref{s.order.Carrier, s.order.Terminal}
}

// command is what the exchange asks of each line.
func (s rightSale) command(t *turn, act lifecycle.Act, e exchange.Exchange, buyer party.Party) orderCommand {
	return orderCommand{Act: act, Actor: t.actor, At: t.At, Request: release.OrderRequest{Exchange: e.ID, Seller: e.Seller, Order: s.order,
		To: e.Buyer.Party, Parties: map[string]party.Party{"/to": buyer}}}
}

func (s rightSale) sellable(t *turn, e exchange.Exchange, buyer party.Party) error {
	for _, l := range s.lines {
		if _, err := l.Follow(release.CommitLine, s.command(t, release.CommitLine, e, buyer)); err != nil {
			return err
		}
	}
	return nil
}

// shown: the buyer's organisation has each line's content, the order's last amendment and each reefer's log as it stands now.
func (s rightSale) shown(t *turn, buyer lifecycle.Ref) (bool, error) {
	for _, l := range s.lines {
		for _, piece := range s.pieces(l) {
			has, err := t.HasSealed(buyer.Org, piece.key, piece.seal)
			if err != nil || !has {
				return false, err
			}
		}
	}
	return true, nil
}

type sealedPiece struct{ key, seal string }

// pieces are what goes to whom a right is passed on, as a delegation hands it over.
func (s rightSale) pieces(l release.Line) []sealedPiece {
	all := []sealedPiece{{contentKey(l.ID), l.Seal}}
	if s.order.Amendment != "" {
		all = append(all, sealedPiece{amendmentKey(s.order), s.order.AmendmentSeal})
	}
	if l.Reefer.Seal != "" {
		all = append(all, sealedPiece{reeferKey(l.ID), l.Reefer.Seal})
	}
	return all
}

func (s rightSale) show(t *turn, buyer lifecycle.Ref) error {
	if err := deliverAmendment(t, s.order, buyer); err != nil {
		return err
	}
	for _, l := range s.lines {
		if err := deliverLog(t, s.order, l, buyer); err != nil {
			return err
		}
		if err := t.deliver(l.Record, buyer); err != nil {
			return err
		}
	}
	return nil
}

// content is a list: what the caller sees of each line.
func (s rightSale) content(t *turn, readers []lifecycle.Ref) (json.RawMessage, error) {
	var all []json.RawMessage
	for _, l := range s.lines {
		one, err := t.ownContent(contentKey(l.ID), readers)
		if err != nil || one == nil {
			return nil, err
		}
		all = append(all, one)
	}
	return json.Marshal(all)
}

// takeBack leaves what the buyer's organisation has for another reason, and the amendment, which tells places only.
func (s rightSale) takeBack(t *turn, buyer lifecycle.Ref) error {
	for _, l := range s.lines {
		if stillReads(buyer.Org, append(s.order.Readers(), l.Readers()...)) {
			continue
		}
		if err := purgeHeld(t, buyer.Org, contentKey(l.ID), reeferKey(l.ID)); err != nil {
			return err
		}
	}
	return nil
}

// follow makes an automatic move of one line and writes it.
func (s rightSale) follow(t *turn, l release.Line, c orderCommand, to string) (release.Line, error) {
	after, err := l.Follow(c.Act, c)
	if err != nil {
		return l, placed(err, "")
	}
	entry := t.entry(c.Act, automatic)
	entry.To = to
	return after, save(t, &l, &after, entry)
}

func (s rightSale) commit(t *turn, e exchange.Exchange, buyer party.Party) error {
	for _, l := range s.lines {
		if _, err := s.follow(t, l, s.command(t, release.CommitLine, e, buyer), e.Buyer.Party); err != nil {
			return err
		}
	}
	return nil
}

// free lets go of the lines. One whose order was revoked or ran out meanwhile is not bound any more.
func (s rightSale) free(t *turn, e exchange.Exchange) error {
	for _, l := range s.lines {
		if l.Against != e.ID {
			continue
		}
		if _, err := s.follow(t, l, s.command(t, release.FreeLine, e, party.Party{}), ""); err != nil {
			return err
		}
	}
	return nil
}

// pass moves the right to the buyer, and lets the order count what was passed on for the first time.
func (s rightSale) pass(t *turn, e exchange.Exchange) error {
	c := s.command(t, release.PassPaid, e, party.Party{})
	order := s.order
	for _, l := range s.lines {
		after, err := s.follow(t, l, c, e.Buyer.Party)
		if err != nil {
			return err
		}
		if len(l.Chain) == 0 && len(after.Chain) > 0 {
			if order, err = order.Follow(release.LineGiven, c); err != nil {
				return err
			}
		}
	}
	if order.Given == s.order.Given {
		return nil
	}
	return save(t, &s.order, &order, t.entry(release.LineGiven, automatic))
}
