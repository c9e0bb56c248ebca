package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// billSale is a bill as the subject of an exchange.
type billSale struct{ bill bill.Bill }

func billOnSale(t *turn, id string) (subject, error) {
	b, err := load[bill.Bill](t, "bill", id)
	return billSale{b}, err
}

func (s billSale) keepers() []lifecycle.Ref { return []lifecycle.Ref{s.bill.Issuer} }

// command is what the exchange asks of the bill.
func (s billSale) command(t *turn, act lifecycle.Act, e exchange.Exchange, buyer party.Party) billCommand {
	return billCommand{Act: act, Actor: t.actor, At: t.At, Request: bill.Request{Exchange: e.ID, Seller: e.Seller, Passes: e.Passes, Deadline: e.Deadline,
		To: e.Buyer.Party, Parties: map[string]party.Party{"/to": buyer}}}
}

func (s billSale) sellable(t *turn, e exchange.Exchange, buyer party.Party) error {
	if !slices.Contains(bill.Payable, e.Passes) {
		return fault.New(fault.Invalid, "check", "passes").In("/passes")
	}
	if err := usable(t, s.bill); err != nil {
		return err
	}
	return s.bill.Sellable(s.command(t, bill.Commit, e, buyer))
}

// shown: the buyer has the document, and knows what of it was delivered in parts by now.
func (s billSale) shown(t *turn, buyer lifecycle.Ref) (bool, error) {
	has, err := t.Holds(buyer.Org, contentKey(s.bill.ID))
	if list := s.bill.DeliveredList(); err == nil && has && list != "" {
		return t.Holds(buyer.Org, deliveredKey(list))
	}
	return has, err
}

func (s billSale) show(t *turn, buyer lifecycle.Ref) error { return hand(t, s.bill, buyer) }

func (s billSale) content(t *turn, readers []lifecycle.Ref) (json.RawMessage, error) {
	return t.ownContent(contentKey(s.bill.ID), readers)
}

func (s billSale) takeBack(t *turn, buyer lifecycle.Ref) error {
	if stillReads(buyer.Org, s.bill.Readers()) {
		return nil
	}
	return takeBack(t, s.bill, buyer.Org)
}

// follow makes an automatic move of the bill and writes it.
func (s billSale) follow(t *turn, c billCommand, e exchange.Exchange) error {
	if err := inForce(t, s.bill); err != nil {
		return err
	}
	after, err := bill.Law.Follow(s.bill, c)
	if err != nil {
		return placed(err, "")
	}
	entry := t.entry(c.Act, automatic)
	if c.Act != bill.Free {
		entry.To = e.Buyer.Party
	}
	return save(t, &s.bill, &after, entry)
}

func (s billSale) commit(t *turn, e exchange.Exchange, buyer party.Party) error {
	return s.follow(t, s.command(t, bill.Commit, e, buyer), e)
}

// free lets go of the bill. One that a bank enforced its pledge of, or that was recovered meanwhile, stays as it is: the exchange comes
// to its end all the same.
func (s billSale) free(t *turn, e exchange.Exchange) error {
	if s.bill.Committed() != e.ID {
		return nil
	}
	err := s.follow(t, s.command(t, bill.Free, e, party.Party{}), e)
	if f := fault.Of(err); f != nil && f.Code == fault.BillRecovered {
		return nil
	}
	return err
}

// pass moves the bill to the buyer. Its content is there already, since the buyer has been shown it.
func (s billSale) pass(t *turn, e exchange.Exchange) error {
	if err := s.follow(t, s.command(t, bill.DeliverPaid, e, party.Party{}), e); err != nil {
		return err
	}
	return hand(t, s.bill, e.Buyer)
}
