package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A trust receipt 信托收据 lets the pledgor have the bill and the goods for the bank. Where it does not keep its word the bank takes
// the bill back into its security, and enforces from there as it always could (decision 37).
const RecallTrust lifecycle.Act = "recall-trust"

var trustRows = slices.Concat(
	lifecycle.In(seizable, row{Do: RecallTrust, By: trusting, To: Issued, If: guards{notHeld, notOnSale}, Asks: guards{defaultGiven}, Then: recallTrust}),
	// The goods are gone: there is nothing to take. What is left is the bank's word that it was not paid.
	[]row{{From: Accomplished, Do: Enforce, By: trusting, To: Accomplished, Asks: guards{defaultGiven}, Then: recordDefault}},
)

// stays refuses to move a frozen bill: what gives possession back is a move like any other.
func stays(b Bill, c command) *fault.Fault {
	if b.withPledgee() {
		return notHeld(b, c)
	}
	return nil
}

// recallTrust puts the pledge back as it was before the release on trust. What the pledgor began under it ends.
func recallTrust(b *Bill, c command) {
	if b.Holder == b.Issuer { // it was surrendered for amendment
		giveBack(b, c)
	}
	unclaim(b, c)
	closePart(b, c)
	b.Offer, b.Presented, b.Shown = nil, nil, lifecycle.Ref{}
	b.repledge(func(p *Pledge) { p.State, p.Consent, p.Receipt, p.Default = PledgeActive, nil, "", c.Request.Reason })
	b.intoPossession()
}

// intoPossession gives the bill to the bank where the pledge says so; several holders keep it, locked.
func (b *Bill) intoPossession() {
	if b.Pledge.Mode != PossessoryMode || b.Joint != nil {
		return
	}
	from := b.Holder
	if b.Custody != nil {
		from = b.Custody.From
	}
	if from != b.Pledge.Bank {
		b.Custody = &Custody{Capacity: AsPledgee, From: from}
	}
	b.Holder = b.Pledge.Bank
}

func recordDefault(b *Bill, c command) {
	b.repledge(func(p *Pledge) { p.State, p.Default, p.Consent = PledgeEnforced, c.Request.Reason, nil })
}
