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
	issuer      = &by{Name: "issuer", Ref: func(b Bill) lifecycle.Ref { return b.Issuer }, Roles: carrierRole}
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
		{Name: Draft, Takes: []string{"shipper", "consignee?", "endorsee?"}, Content: "bill", Chinese: "拟制"},
		{Name: Approve, Chinese: "确认"},
		{Name: WithdrawApproval, Chinese: "撤回确认"},
		{Name: Issue, Chinese: "签发"},
		{Name: Void, Takes: []string{"reason"}, Chinese: "作废"},
		{Name: Transfer, Takes: []string{"to"}, Chinese: "转让占有"},
		{Name: Endorse, Takes: []string{"to"}, Chinese: "记名背书"},
		{Name: EndorseToOrder, Takes: []string{"to"}, Chinese: "指示背书"},
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
	},
	Rows: []row{
		{From: lifecycle.None, Do: Draft, By: anyCarrier, To: Drafted, If: guards{shipperFits, namedFits}, Then: write},
		{From: Drafted, Do: Approve, By: shipper, To: Approved},
		{From: Drafted, Do: Void, By: issuer, To: Voided, If: guards{reasonGiven}},
		{From: Approved, Do: WithdrawApproval, By: shipper, To: Drafted},
		{From: Approved, Do: WithdrawApproval, By: issuer, To: Drafted},
		{From: Approved, Do: Issue, By: issuer, To: Issued, Then: handOut},
		{From: Approved, Do: Void, By: issuer, To: Voided, If: guards{reasonGiven}},

		{From: Issued, Do: Transfer, By: holder, To: Issued, If: guards{noOffer}, Asks: guards{recipientFits, straightToConsignee}, Then: offer},
		{From: Issued, Do: Endorse, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer, recipientFits}, Then: offer},
		{From: Issued, Do: EndorseToOrder, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer, recipientFits}, Then: offer},
		{From: Issued, Do: BlankEndorse, By: holder, To: Issued, If: guards{toOrder, titled, endorsable, noOffer, recipientFitsIfAny}, Then: offer},
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
	},
}

// Apply answers the bill after c, or why c is refused. b is not changed.
func (b Bill) Apply(c command) (Bill, error) { return Law.Apply(b, c) }

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
func toIssuer(b *Bill, _ command)   { b.Holder = b.Issuer }

func claimWaybill(b *Bill, _ command) { b.Claimant = b.Consignee }
