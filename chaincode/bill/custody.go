package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Somebody can have a bill for somebody else 代收/寄存 (decision 22): a post-box that hands documents on, or a pledgee. Such a
// custodian possesses the bill and has no right under it, and so does not become a party to the contract of carriage.

// InstructCustodian tells a custodian to whom the bill shall go on.
const InstructCustodian lifecycle.Act = "instruct-custodian"

// Capacity is what somebody possesses a bill as.
type Capacity string

// The capacities. A holder in its own right is not recorded: it is what a holder is.
const (
	AsHolder  Capacity = "HOLDER"   // 持有人
	AsPledgee Capacity = "PLEDGEE"  // 质权人
	AsPostBox Capacity = "POST_BOX" // 代收、寄存
)

// Capacities lists them.
var Capacities = []Capacity{AsHolder, AsPledgee, AsPostBox}

// Custody is possession for somebody else.
type Custody struct {
	Capacity Capacity `json:"capacity"`
	// From is whom the custodian has the bill for; it always goes back there.
	From lifecycle.Ref `json:"from"`
	// To and As are the other recipient, and its capacity, that the custodian was told of.
	To lifecycle.Ref `json:"to,omitzero"`
	As Capacity      `json:"as,omitempty"`
}

var depositor = &by{Name: "party that the custodian has the bill for", Ref: func(b Bill) lifecycle.Ref {
	if b.Custody == nil || b.Pledged() {
		return lifecycle.Ref{}
	}
	return b.Custody.From
}}

var custodyRows = []row{
	{From: Issued, Do: InstructCustodian, By: depositor, To: Issued, If: guards{noOffer}, Asks: guards{recipientFits, capacityFits}, Then: instruct},
}

// capacity is the one asked for, empty for a holder in its own right.
func (r Request) capacity() Capacity {
	if Capacity(r.Capacity) == AsHolder {
		return ""
	}
	return Capacity(r.Capacity)
}

// withDepositor adds who the bill is kept for to those who rely on it: neither a post-box nor a pledgee moves it alone.
func (b Bill) withDepositor(orgs []string) []string {
	if b.Custody != nil {
		return append(orgs, b.Custody.From.Org)
	}
	return orgs
}

// ownRight refuses what a bill only allows to who has it for itself.
func ownRight(b Bill, c command) *fault.Fault {
	if b.Custody != nil {
		return fault.New(fault.NotTitleHolder, "act", string(c.Act))
	}
	return nil
}

// capacityFits: only a bank is a pledgee, and several holders have nobody to give the bill back to.
func capacityFits(b Bill, c command) *fault.Fault {
	capacity := c.Request.capacity()
	switch {
	case c.Request.Capacity != "" && !slices.Contains(Capacities, Capacity(c.Request.Capacity)):
		return fault.New(fault.Invalid, "check", "capacity").In("/capacity")
	case capacity != "" && b.Joint != nil:
		return fault.New(fault.Invalid, "check", "not-with-joint").In("/capacity")
	case capacity == AsPledgee && !c.Request.Parties["/to"].Has(party.Bank):
		return notAllowed("/to", "role")
	}
	return nil
}

// custodial tells whether possession goes to or comes back from somebody who only keeps the bill.
func (b Bill) custodial(c command) bool {
	return c.Request.capacity() != "" || (b.Custody != nil && c.Request.Parties["/to"].Ref() == b.Custody.From)
}

// asInstructed: a custodian hands the bill back, or on as it was told, and to nobody else.
func asInstructed(b Bill, c command) *fault.Fault {
	if b.Custody == nil {
		return nil
	}
	to, capacity := c.Request.Parties["/to"].Ref(), c.Request.capacity()
	if (to == b.Custody.From && capacity == "") || (to == b.Custody.To && capacity == b.Custody.As) {
		return nil
	}
	return notAllowed("/to", "instructed")
}

func instruct(b *Bill, c command) {
	told := *b.Custody
	told.To, told.As = c.Request.Parties["/to"].Ref(), c.Request.capacity()
	b.Custody = &told
}

// passPossession lets the recipient of the offer have the bill, in the capacity that was named. One who hands on what it keeps
// for somebody else hands it on for that one. A bank's consent was to the one who had the bill, and ends.
func (b *Bill) passPossession() {
	b.endProposal()
	if b.Pledged() {
		b.repledge(func(p *Pledge) { p.Consent = nil })
	} else {
		b.Pledge, b.BankControl = nil, lifecycle.Ref{}
	}
	b.Shown = lifecycle.Ref{}
	from := b.Holder
	if b.Custody != nil {
		from = b.Custody.From
	}
	b.Custody = nil
	if b.Offer.Capacity != "" {
		b.Custody = &Custody{Capacity: b.Offer.Capacity, From: from}
	}
	b.Holder = b.Offer.To
}

// withPledgee tells whether the bank that has the pledge has the bill itself.
func (b Bill) withPledgee() bool {
	return b.Custody != nil && b.Pledged() && b.Pledge.Mode == PossessoryMode && b.Holder == b.Pledge.Bank
}

// returnPossession gives the bill back from the bank that had it as pledgee.
func (b *Bill) returnPossession() {
	if b.withPledgee() {
		b.Holder, b.Custody = b.Custody.From, nil
	}
}
