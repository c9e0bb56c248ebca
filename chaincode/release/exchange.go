package release

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// The right to collect a container 提货权 can pass against payment 付款交单 (decision 25), as a bill can: a delegation that nobody
// accepts, declines or recalls but its exchange. It follows from acts on the exchange; what was paid for is not taken back.
const (
	// CommitLine binds the right with the buyer's agreement, FreeLine lets go of it with the withdrawal, PassPaid passes it on
	// with the proof of payment.
	CommitLine lifecycle.Act = "commit-to-exchange"
	FreeLine   lifecycle.Act = "free-from-exchange"
	PassPaid   lifecycle.Act = "pass-against-payment"
)

func exchangeVerbs() []lifecycle.Verb {
	return []lifecycle.Verb{
		{Name: CommitLine, Chinese: "锁定于付款交单"}, {Name: FreeLine, Chinese: "解除付款交单锁定"}, {Name: PassPaid, Chinese: "凭付款转让提货权"},
	}
}

func exchangeRows() []lineRow {
	return []lineRow{
		{From: Listed, Do: CommitLine, To: Listed, If: lineGuards{sellerHasRight, delegable}, Then: commitRight},
		{From: Listed, Do: FreeLine, To: Listed, If: lineGuards{committedTo}, Then: dropOffer},
		{From: Listed, Do: PassPaid, To: Listed, If: lineGuards{committedTo, orderLive, notFrozen}, Then: passPaid},
	}
}

// ordinary: a delegation against payment is answered by its exchange alone.
func ordinary(l Line, _ command) *fault.Fault {
	if l.Against != "" {
		return fault.New(fault.Committed, "exchange", l.Against)
	}
	return nil
}

// notPaidFor: whoever was paid for the right does not take it back.
func notPaidFor(l Line, _ command) *fault.Fault {
	if len(l.Chain) <= l.Sold {
		return fault.New(fault.PassedAgainstPayment)
	}
	return nil
}

// sellerHasRight: the seller holds the right, and nobody can recall it: what is only delegated is not the holder's to sell.
func sellerHasRight(l Line, c command) *fault.Fault {
	if l.Right.Zero() || l.Right != c.Request.Seller || len(l.Chain) > l.Sold {
		return fault.New(fault.SellerNotInControl, "seller", c.Request.Seller.Party)
	}
	return nil
}

// delegable are the very conditions of a delegation, so that an exchange is no way round any of them.
func delegable(l Line, c command) *fault.Fault {
	c.Act = Delegate
	for _, r := range rightRows() {
		if r.Do != Delegate || r.From != Listed {
			continue
		}
		for _, guard := range slices.Concat(r.If, r.Asks) {
			if f := guard(l, c); f != nil {
				return f
			}
		}
	}
	return nil
}

func committedTo(l Line, c command) *fault.Fault {
	if l.Against == "" || l.Against != c.Request.Exchange {
		return fault.New(fault.NoOffer)
	}
	return nil
}

func commitRight(l *Line, c command) {
	l.Offer, l.Against = c.Request.Parties["/to"].Ref(), c.Request.Exchange
}

func passPaid(l *Line, c command) {
	takeRight(l, c)
	l.Sold = len(l.Chain)
}
