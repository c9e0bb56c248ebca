package bill

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A bill can be committed to an exchange against payment 付款交单 (decision 25): the offer to the buyer is open, and nobody
// accepts, rejects or withdraws it but the exchange. All three moves follow from acts on the exchange.
const (
	// Commit binds the bill with the buyer's agreement, Free lets go of it with the withdrawal, DeliverPaid passes it with the
	// proof of payment.
	Commit      lifecycle.Act = "commit-to-exchange"
	Free        lifecycle.Act = "free-from-exchange"
	DeliverPaid lifecycle.Act = "deliver-against-payment"
)

// Payable are the acts by which a bill can pass against payment: those that name one recipient.
var Payable = []lifecycle.Act{Transfer, Endorse, EndorseToOrder}

var exchangeRows = []row{
	{From: Issued, Do: Commit, To: Issued, If: guards{sellerHolds, passable, withinConsent}, Then: commitUsing},
	{From: Issued, Do: Free, To: Issued, If: guards{committedTo}, Then: closeOffer},
	{From: Issued, Do: DeliverPaid, To: Issued, If: guards{committedTo, notHeld}, Then: takeOver},
}

// Committed tells which exchange the bill is committed to; empty for none.
func (b Bill) Committed() string {
	if b.Offer == nil {
		return ""
	}
	return b.Offer.Against
}

func (b Bill) committed() *fault.Fault {
	return fault.New(fault.Committed, "exchange", b.Offer.Against)
}

// ordinary: an offer against payment is answered by its exchange alone.
func ordinary(b Bill, _ command) *fault.Fault {
	if b.Committed() != "" {
		return b.committed()
	}
	return nil
}

// notOnSale: while its exchange can be settled a bill stays bound, since the buyer may have paid. Once it cannot any more a bank need
// not wait for seller or buyer to withdraw.
func notOnSale(b Bill, c command) *fault.Fault {
	if b.Committed() == "" {
		return nil
	}
	if until, err := time.Parse(time.RFC3339Nano, b.Offer.Until); err != nil || c.At.Before(until) {
		return b.committed()
	}
	return nil
}

// withinConsent: the bank of a pledged bill consents for a time, and is not kept from enforcing for any longer than that.
func withinConsent(b Bill, c command) *fault.Fault {
	if !b.Pledged() {
		return nil
	}
	deadline, bad := time.Parse(time.RFC3339Nano, c.Request.Deadline)
	until, worse := time.Parse(time.RFC3339, b.Pledge.Consent.Until)
	if bad != nil || worse != nil || deadline.After(until) {
		return b.Locked(c.Request.Passes).By("X-06").In("/deadline")
	}
	return nil
}

// Sellable tells what stands against an exchange of this bill, before anybody agrees to it: whatever would refuse the plain
// offer by the same seller to the same buyer.
func (b Bill) Sellable(c command) error {
	c.Act = Commit
	_, err := Law.Follow(b, c)
	return err
}

// sellerHolds: several holders would each have to be a seller, and a former holder sells nothing.
func sellerHolds(b Bill, c command) *fault.Fault {
	switch {
	case b.Joint != nil:
		return fault.New(fault.KindForbids, "kind", "JOINT", "act", string(c.Request.Passes))
	case b.Holder.Zero() || b.Holder != c.Request.Seller:
		return fault.New(fault.SellerNotInControl, "seller", c.Request.Seller.Party)
	}
	return nil
}

// passable are the very conditions of the act by which the bill is to pass, so that an exchange is no way round any of them:
// holds, title, an open offer, a bank's consent, the recipient.
func passable(b Bill, c command) *fault.Fault {
	c.Act = c.Request.Passes
	for _, r := range issuedRows {
		if r.Do != c.Act {
			continue
		}
		for _, guard := range slices.Concat(r.If, r.Asks) {
			if f := guard(b, c); f != nil {
				return f
			}
		}
	}
	return nil
}

func committedTo(b Bill, c command) *fault.Fault {
	if b.Committed() == "" || b.Committed() != c.Request.Exchange {
		return fault.New(fault.NoOffer)
	}
	return nil
}

// commitUsing uses up the bank's consent to the act by which the bill is to pass.
func commitUsing(b *Bill, c command) {
	c.Act = c.Request.Passes
	using(commit)(b, c)
}

func commit(b *Bill, c command) {
	b.Offer = &Offer{Act: c.Request.Passes, To: c.Request.Parties["/to"].Ref(), Against: c.Request.Exchange, Until: c.Request.Deadline}
}
