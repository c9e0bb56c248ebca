package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Bill, Request]
	guards  = []lifecycle.Guard[Bill, Request]
	by      = lifecycle.By[Bill]
)

var (
	carrierRole = []lifecycle.Role{party.Carrier}
	anyCarrier  = &by{Name: "carrier", Roles: carrierRole}
	issuer      = &by{Name: "issuer", Ref: func(b Bill) lifecycle.Ref { return b.Issuer }, Roles: []lifecycle.Role{party.Carrier, party.Forwarder}}
	shipper     = &by{Name: "shipper", Ref: func(b Bill) lifecycle.Ref { return b.Shipper }}
	holder      = &by{Name: "holder", Ref: func(b Bill) lifecycle.Ref { return b.Holder }}
	recipient   = &by{Name: "recipient of the offer", Ref: func(b Bill) lifecycle.Ref {
		if b.Offer == nil {
			return lifecycle.Ref{}
		}
		return b.Offer.To
	}}
)

// Reasons are the codes that negative acts may give; free text would be public for ever.
var Reasons = []string{"DATA_ERROR", "WRONG_PARTY", "NOT_AGREED", "CHARGES_OPEN", "DOCUMENTS_INCOMPLETE", "NOT_SHIPPED", "COURT_ORDER", "OTHER"}

// Law is the bill's whole lifecycle.
var Law = &lifecycle.Law[Bill, Request]{
	Family: "bill",
	State:  func(b *Bill) *lifecycle.State { return &b.State },
	Verbs: []lifecycle.Verb{
		{Name: Draft, Takes: []string{"shipper", "consignee?", "endorsee?", "master?"}, Content: "bill", Chinese: "拟制"},
		{Name: Approve, Chinese: "确认"},
		{Name: WithdrawApproval, Chinese: "撤回确认"},
		{Name: Issue, Chinese: "签发"},
		{Name: Void, Takes: []string{"reason"}, Chinese: "作废"},
		{Name: Transfer, Takes: []string{"to"}, Chinese: "转让占有"},
		{Name: Endorse, Takes: []string{"to"}, Chinese: "记名背书"},
		{Name: EndorseToOrder, Takes: []string{"to"}, Chinese: "指示背书"},
		{Name: EndorseJointly, Takes: []string{"holders", "needs"}, Chinese: "背书给共同持有人"},
		{Name: DeclineProposal, Chinese: "否决共同持有人提议"},
		{Name: BlankEndorse, Takes: []string{"to?"}, Chinese: "空白背书"},
		{Name: Accept, Chinese: "接受"},
		{Name: Reject, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Withdraw, Chinese: "撤回"},
		{Name: Surrender, Chinese: "交还提货"},
		{Name: AcceptSurrender, Chinese: "接受交还"},
		{Name: RejectSurrender, Takes: []string{"reason"}, Chinese: "拒绝交还"},
		{Name: WithdrawSurrender, Chinese: "撤回交还"},
		{Name: Claim, Chinese: "据海运单提货"},
		{Name: Accomplish, Chinese: "完成交付"},
		{Name: Replace, Chinese: "替代签发"},
		{Name: HandOver, Chinese: "移交替代提单内容"},
	},
	Rows: []row{
		{From: lifecycle.None, Do: Draft, By: anyCarrier, To: Drafted, If: guards{noMaster, shipperFits, namedFits}, Then: write},
		{From: lifecycle.None, Do: Draft, By: anyForwarder, To: Drafted, If: guards{masterGiven, shipperFits, namedFits}, Then: writeHouse},
		{From: Drafted, Do: Approve, By: shipper, To: Approved},
		{From: Drafted, Do: Void, By: issuer, To: Voided, If: guards{reasonGiven}},
		{From: Approved, Do: WithdrawApproval, By: shipper, To: Drafted},
		{From: Approved, Do: WithdrawApproval, By: issuer, To: Drafted},
		{From: Approved, Do: Issue, By: issuer, To: Issued, Then: handOut},
		{From: Approved, Do: Void, By: issuer, To: Voided, If: guards{reasonGiven}},

		{From: Issued, Do: Transfer, By: holder, To: Issued, If: guards{noOffer, recipientFits, straightToConsignee}, Then: offer},
		{From: Issued, Do: Endorse, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer, recipientFits}, Then: offer},
		{From: Issued, Do: EndorseToOrder, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer, recipientFits}, Then: offer},
		{From: Issued, Do: BlankEndorse, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer, recipientFitsIfAny}, Then: offer},
		{From: Issued, Do: EndorseJointly, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer}, Asks: guards{jointFits}, Then: offerJointly},
		{From: Issued, Do: DeclineProposal, By: holder, To: Issued, If: guards{proposed}},
		{From: PendingSurrender, Do: DeclineProposal, By: holder, To: PendingSurrender, If: guards{proposed}},
		{From: Issued, Do: Accept, By: recipient, To: Issued, Then: takeOver},
		{From: Issued, Do: Reject, By: recipient, To: Issued, If: guards{reasonGiven}, Then: closeOffer},
		{From: Issued, Do: Withdraw, By: holder, To: Issued, If: guards{offered}, Then: closeOffer},

		{From: Issued, Do: Surrender, By: holder, To: PendingSurrender, If: guards{claimable, noOffer}, Then: claim},
		{From: PendingSurrender, Do: WithdrawSurrender, By: holder, To: Issued, Then: unclaim},
		{From: PendingSurrender, Do: RejectSurrender, By: issuer, To: Issued, If: guards{reasonGiven}, Then: unclaim},
		{From: PendingSurrender, Do: AcceptSurrender, By: issuer, To: Surrendered, Then: toIssuer},

		{From: Issued, Do: Claim, To: Issued, If: guards{waybill}, Then: claimWaybill},
		{From: Surrendered, Do: Accomplish, To: Accomplished},
		{From: Issued, Do: Accomplish, To: Accomplished, If: guards{waybill}},

		{From: lifecycle.None, Do: Replace, To: Issued, Then: replace},
		{From: Issued, Do: HandOver, By: issuer, To: Issued, If: guards{replacement}},
		{From: PendingSurrender, Do: HandOver, By: issuer, To: PendingSurrender, If: guards{replacement}},
		{From: Surrendered, Do: HandOver, By: issuer, To: Surrendered, If: guards{replacement}},
	},
}

func reasonGiven(_ Bill, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func write(b *Bill, c command) {
	b.Kind, b.Containers = c.Request.Kind, c.Request.Containers
	b.Issuer = c.Actor.Ref
	b.Shipper = c.Request.Parties["/shipper"].Ref()
	b.Consignee = c.Request.Parties["/consignee"].Ref()
	b.Title = b.Consignee
	if b.Kind == Order {
		b.Title, b.Endorsable = c.Request.Parties["/endorsee"].Ref(), true
	}
	if b.Kind == Bearer {
		b.Endorsable = true
	}
}

// handOut makes the shipper the first possessor; a sea waybill is held by nobody.
func handOut(b *Bill, _ command) {
	if b.Kind != SeaWaybill {
		b.Holder = b.Shipper
	}
}

// offer opens the transfer. A recipient with auto-accept takes over at once, and so does a blank endorsement that
// names nobody: possession stays, the bill becomes a bearer bill.
func offer(b *Bill, c command) {
	to := c.Request.Parties["/to"]
	b.Offer = &Offer{Act: c.Act, To: to.Ref()}
	if c.Request.To == "" {
		b.Offer.To = b.Holder
	}
	if c.Request.To == "" || to.AutoAccept {
		takeOver(b, c)
	}
}

func takeOver(b *Bill, _ command) {
	b.endJoint()
	b.Holder = b.Offer.To
	switch b.Offer.Act {
	case Endorse, EndorseToOrder:
		b.Kind, b.Title, b.Endorsable = Order, b.Offer.To, b.Offer.Act == EndorseToOrder
	case BlankEndorse:
		b.Kind, b.Title, b.Endorsable = Bearer, lifecycle.Ref{}, true
	}
	b.Offer = nil
}

func closeOffer(b *Bill, _ command) { b.Offer = nil }
func claim(b *Bill, _ command)      { b.Claimant = b.Holder }
func unclaim(b *Bill, _ command)    { b.Claimant = lifecycle.Ref{} }
func toIssuer(b *Bill, _ command) {
	b.endJoint()
	b.Holder = b.Issuer
}

func claimWaybill(b *Bill, _ command) { b.Claimant = b.Consignee }
