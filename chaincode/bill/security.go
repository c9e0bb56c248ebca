package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// What becomes of an active pledge beside its release (domain facts 3.6): a release on trust, the enforcement, and another
// bank in the place of the first.
const (
	ReleaseOnTrust         lifecycle.Act = "release-on-trust"
	SettleTrust            lifecycle.Act = "settle-trust"
	Enforce                lifecycle.Act = "enforce"
	OfferPledgeTransfer    lifecycle.Act = "offer-pledge-transfer"
	AcceptPledgeTransfer   lifecycle.Act = "accept-pledge-transfer"
	DeclinePledgeTransfer  lifecycle.Act = "decline-pledge-transfer"
	WithdrawPledgeTransfer lifecycle.Act = "withdraw-pledge-transfer"
)

// Defaults are the codes of why a pledge is enforced; the story behind them is between bank and pledgor.
var Defaults = []string{"NON_PAYMENT", "BREACH_OF_TERMS", "INSOLVENCY", "SECURITY_IMPAIRED", "COURT_ORDER"}

var (
	trusting = &by{Name: "bank that released on trust", Ref: func(b Bill) lifecycle.Ref { return b.pledgedTo(TrustReleased) }, Roles: bankRole}
	nextBank = &by{Name: "bank that the pledge is offered to", Ref: func(b Bill) lifecycle.Ref {
		if b.pledgedTo(PledgeActive).Zero() {
			return lifecycle.Ref{}
		}
		return b.Pledge.To
	}, Roles: bankRole}
)

var securityRows = slices.Concat([]row{
	{From: Issued, Do: ReleaseOnTrust, By: pledgee, To: Issued, If: guards{stays, receiptSigned}, Asks: guards{receiptSeen}, Then: releaseOnTrust},
	{From: Accomplished, Do: SettleTrust, By: trusting, To: Accomplished, Then: endPledge},
	{From: Issued, Do: OfferPledgeTransfer, By: pledgee, To: Issued, If: guards{notHeld, noPledgeOffer}, Asks: guards{nextBankFits}, Then: offerPledge},
	{From: Issued, Do: AcceptPledgeTransfer, By: nextBank, To: Issued, If: guards{notHeld, noOffer, nextAgreed, termsShown}, Asks: guards{termsSeen}, Then: passPledge},
},
	lifecycle.In(living, row{Do: SettleTrust, By: trusting, Then: endPledge}),
	lifecycle.In(seizable, row{Do: Enforce, By: pledgee, To: Issued, If: guards{notHeld, notOnSale}, Asks: guards{defaultGiven}, Then: enforce}),
	lifecycle.In(living, row{Do: DeclinePledgeTransfer, By: nextBank, Asks: guards{reasonGiven}, Then: keepPledge}),
	lifecycle.In(living, row{Do: WithdrawPledgeTransfer, By: pledgee, If: guards{pledgeOffered}, Then: keepPledge}),
)

// receiptSigned: goods are released on trust against a receipt that the pledgor signed.
func receiptSigned(_ Bill, c command) *fault.Fault {
	if c.Request.Signed == "" {
		return fault.New(fault.NotFound, "family", "trust-receipt", "id", "?")
	}
	return nil
}

func receiptSeen(_ Bill, c command) *fault.Fault {
	if c.Request.Receipt != c.Request.Signed {
		return fault.New(fault.ContentMismatch).In("/receipt")
	}
	return nil
}

func noPledgeOffer(b Bill, _ command) *fault.Fault {
	if !b.Pledge.To.Zero() {
		return fault.New(fault.OfferOpen)
	}
	return nil
}

func pledgeOffered(b Bill, _ command) *fault.Fault {
	if b.Pledge.To.Zero() {
		return fault.New(fault.NoOffer)
	}
	return nil
}

// nextBankFits: another bank, to whose control the carrier of a straight bill agreed; and not who owes.
func nextBankFits(b Bill, c command) *fault.Fault {
	to := c.Request.Parties["/to"]
	switch {
	case to.Ref() == b.Pledge.Bank, to.Ref() == b.Pledge.Pledgor, to.Ref() == b.Holder:
		return notAllowed("/to", "holder")
	case !to.Has(bankRole...):
		return notAllowed("/to", "role")
	case b.Kind == Straight && to.Ref() != b.BankControl:
		return notAllowed("/to", "agreement")
	}
	return nil
}

// nextAgreed: the carrier of a straight bill may have agreed to another bank meanwhile.
func nextAgreed(b Bill, c command) *fault.Fault {
	if b.Kind == Straight && b.BankControl != b.Pledge.To {
		return forbids(b, c)
	}
	return nil
}

// termsShown: a bank takes over no terms that it was not shown.
func termsShown(_ Bill, c command) *fault.Fault {
	if c.Request.Unseen {
		return fault.New(fault.NotFound, "family", "pledge-terms", "id", "?")
	}
	return nil
}

func defaultGiven(_ Bill, c command) *fault.Fault {
	if !slices.Contains(Defaults, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

// releaseOnTrust lets the pledgor surrender the bill for delivery; the bank's interest stays on the record until it is settled.
func releaseOnTrust(b *Bill, c command) {
	b.returnPossession()
	b.repledge(func(p *Pledge) {
		p.State, p.Receipt, p.Default, p.Consent, p.To = TrustReleased, c.Request.Receipt, "", nil, lifecycle.Ref{}
	})
}

// enforce makes the bank title holder and holder, whatever the pledgor was about to do.
func enforce(b *Bill, c command) {
	bank := b.Pledge.Bank
	unclaim(b, c)
	closePart(b, c)
	b.Joint, b.Given, b.Offer, b.Presented, b.Custody, b.Shown = nil, nil, nil, nil, nil, lifecycle.Ref{}
	b.Holder = bank
	if b.Kind != Bearer {
		b.Title = bank
	}
	if b.Kind == Straight {
		b.Consignee = bank
	}
	b.repledge(func(p *Pledge) {
		p.State, p.Default, p.Consent, p.To = PledgeEnforced, c.Request.Reason, nil, lifecycle.Ref{}
	})
}

func offerPledge(b *Bill, c command) {
	b.repledge(func(p *Pledge) { p.To = c.Request.Parties["/to"].Ref() })
}

func keepPledge(b *Bill, _ command) { b.repledge(func(p *Pledge) { p.To = lifecycle.Ref{} }) }

// passPledge puts the new bank in the place of the old one, in possession too where that had it. The old one's consent ends.
func passPledge(b *Bill, _ command) {
	if b.withPledgee() {
		b.Holder = b.Pledge.To
	}
	b.repledge(func(p *Pledge) { p.Bank, p.To, p.Consent, p.Default = p.To, lifecycle.Ref{}, nil, "" })
}

// endLock ends an active pledge with the goods. What was released on trust is settled by the bank.
func endLock(b *Bill, _ command) {
	if b.pledgedTo(TrustReleased).Zero() {
		b.Pledge = nil
	}
}
