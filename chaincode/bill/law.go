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
		{Name: Draft, Takes: []string{"shipper", "consignee?", "endorsee?", "master?", "billSubtype?"}, Content: "bill", Chinese: "拟制"},
		{Name: UpdateDraft, Takes: []string{"shipper", "consignee?", "endorsee?", "billSubtype?"}, Content: "bill", Chinese: "修改草稿"},
		{Name: PlanLegs, Content: "legs", Chinese: "安排运输区段"},
		{Name: StateThroughCharge, Takes: []string{"payer?"}, Content: "through-charge", Chinese: "约定全程运费"},
		{Name: RequestChange, Content: "comment", Chinese: "要求修改"},
		{Name: Approve, Chinese: "确认"},
		{Name: WithdrawApproval, Takes: []string{"reason?"}, Chinese: "撤回确认"},
		{Name: Issue, Chinese: "签发"},
		{Name: Void, Takes: []string{"reason"}, Chinese: "作废"},
		{Name: Transfer, Takes: []string{"to", "capacity?"}, Chinese: "转让占有"},
		{Name: Endorse, Takes: []string{"to"}, Chinese: "记名背书"},
		{Name: EndorseToOrder, Takes: []string{"to"}, Chinese: "指示背书"},
		{Name: EndorseJointly, Takes: []string{"holders", "needs"}, Chinese: "背书给共同持有人"},
		{Name: DeclineProposal, Takes: []string{"reason"}, Chinese: "否决共同持有人提议"},
		{Name: BlankEndorse, Takes: []string{"to?"}, Chinese: "空白背书"},
		{Name: Accept, Chinese: "接受"},
		{Name: Reject, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Withdraw, Chinese: "撤回"},
		{Name: Sign, Chinese: "签署"},
		{Name: Surrender, Chinese: "交还提货"},
		{Name: SurrenderPart, Content: "part", Chinese: "分批交还提货"},
		{Name: AcceptPart, Chinese: "接受分批交还"},
		{Name: RejectPart, Takes: []string{"reason"}, Chinese: "拒绝分批交还"},
		{Name: WithdrawPart, Chinese: "撤回分批交还"},
		{Name: AnnulPart, Takes: []string{"part", "reason"}, Chinese: "撤销分批交还"},
		{Name: SurrenderForAmendment, Takes: []string{"reason"}, Content: "comment?", Chinese: "交还修改"},
		{Name: AcceptSurrender, Chinese: "接受交还"},
		{Name: RejectSurrender, Takes: []string{"reason"}, Chinese: "拒绝交还"},
		{Name: WithdrawSurrender, Chinese: "撤回交还"},
		{Name: AnnulSurrender, Takes: []string{"reason"}, Chinese: "撤销交还"},
		{Name: Reissue, Takes: []string{"bills?", "shipper?", "consignee?", "endorsee?"}, Content: "reissue", Chinese: "换发"},
		{Name: SwitchToPaper, Content: "paper", Chinese: "转为纸质"},
		{Name: CollectOriginal, Content: "original", Chinese: "收回正本"},
		{Name: RestoreElectronic, Takes: []string{"to", "shipper?", "consignee?", "endorsee?"}, Content: "reissue", Chinese: "恢复电子"},
		{Name: PlaceHold, Takes: []string{"ground", "until?"}, Chinese: "扣留"},
		{Name: LiftHold, Takes: []string{"hold"}, Chinese: "解除扣留"},
		{Name: InstructCustodian, Takes: []string{"to", "capacity?"}, Chinese: "指示保管人"},
		{Name: AgreeBankControl, Takes: []string{"bank"}, Chinese: "书面同意银行控制"},
		{Name: ShowToBank, Takes: []string{"bank"}, Chinese: "向银行出示"},
		{Name: ProposePledge, Takes: []string{"bank", "mode?"}, Chinese: "提议质押"},
		{Name: AcceptPledge, Takes: []string{"terms?"}, Chinese: "接受质押"},
		{Name: DeclinePledge, Takes: []string{"reason"}, Chinese: "拒绝质押"},
		{Name: WithdrawPledge, Chinese: "撤回质押"},
		{Name: GiveConsent, Takes: []string{"act", "to?", "until"}, Content: "part?", Chinese: "质权人同意"},
		{Name: RevokeConsent, Takes: []string{"reason"}, Chinese: "撤销同意"},
		{Name: ReleasePledge, Chinese: "解除质押"},
		{Name: Commit, Chinese: "锁定于付款交单"},
		{Name: Free, Chinese: "解除付款交单锁定"},
		{Name: DeliverPaid, Chinese: "付款交单"},
		{Name: ReleaseOnTrust, Takes: []string{"receipt"}, Chinese: "凭信托收据放单"},
		{Name: SettleTrust, Chinese: "结清信托收据"},
		{Name: RecallTrust, Takes: []string{"reason"}, Chinese: "收回信托放单"},
		{Name: Enforce, Takes: []string{"reason"}, Chinese: "实现质权"},
		{Name: OfferPledgeTransfer, Takes: []string{"to"}, Chinese: "提议转让质权"},
		{Name: AcceptPledgeTransfer, Takes: []string{"terms?"}, Chinese: "接受质权转让"},
		{Name: DeclinePledgeTransfer, Takes: []string{"reason"}, Chinese: "拒绝质权转让"},
		{Name: WithdrawPledgeTransfer, Chinese: "撤回质权转让"},
		{Name: Claim, Chinese: "据海运单提货"},
		{Name: Accomplish, Chinese: "完成交付"},
		{Name: Replace, Chinese: "替代签发"},
		{Name: HandOver, Chinese: "移交替代提单内容"},
		{Name: Present, Chinese: "随单据交单"},
		{Name: TakeUp, Chinese: "随承付收单"},
		{Name: HandBack, Chinese: "随退单退回"},
		{Name: BearHouse, Chinese: "项下签发货代提单"},
	},
	Rows: unlessPresented(slices.Concat(draftRows, multimodalRows, issuedRows, surrenderRows, partRows, amendmentRows, paperRows, holdRows, jointRows, pledgeRows, replacementRows, exchangeRows, automaticRows, presentationRows, masterRows)),
}

var draftRows = []row{
	{From: lifecycle.None, Do: Draft, By: anyCarrier, To: Drafted, Asks: guards{noMaster, shipperFits, namedFits, subtypeFits}, Then: write},
	{From: lifecycle.None, Do: Draft, By: anyForwarder, To: Drafted, Asks: guards{masterGiven, shipperFits, namedFits, subtypeFits}, Then: writeHouse},
	{From: Drafted, Do: UpdateDraft, By: issuer, To: Drafted, Asks: guards{shipperFits, namedFits, subtypeFits}, Then: write},
	{From: Drafted, Do: RequestChange, By: shipper, To: Drafted, Then: noteChange},
	{From: Drafted, Do: Approve, By: shipper, To: Approved, If: guards{legsPlanned}, Then: closeChange},
	{From: Drafted, Do: Void, By: issuer, To: Voided, Asks: guards{reasonGiven}},
	{From: Approved, Do: WithdrawApproval, By: shipper, To: Drafted, Asks: guards{reasonFits}},
	{From: Approved, Do: WithdrawApproval, By: issuer, To: Drafted, Asks: guards{reasonGiven}},
	{From: Approved, Do: Issue, By: issuer, To: Issued, Then: handOut},
	{From: Approved, Do: Void, By: issuer, To: Voided, Asks: guards{reasonGiven}},
}

var issuedRows = []row{
	{From: Issued, Do: Transfer, By: holder, To: Issued, If: guards{notHeld, noOffer, unlocked, unhoused}, Asks: guards{recipientFits, capacityFits, straightToConsignee, asInstructed, consentedRecipient}, Then: using(offer)},
	{From: Issued, Do: Endorse, By: holder, To: Issued, If: guards{notHeld, toOrder, titled, endorsable, noOffer, unlocked, unhoused}, Asks: guards{recipientFits, consentedRecipient}, Then: using(offer)},
	{From: Issued, Do: EndorseToOrder, By: holder, To: Issued, If: guards{notHeld, toOrder, titled, endorsable, noOffer, unlocked, unhoused}, Asks: guards{recipientFits, consentedRecipient}, Then: using(offer)},
	{From: Issued, Do: BlankEndorse, By: holder, To: Issued, If: guards{notHeld, toOrder, titled, endorsable, noOffer, unlocked, unhoused}, Asks: guards{recipientFitsIfAny, consentedRecipient}, Then: using(offer)},
	{From: Issued, Do: EndorseJointly, By: holder, To: Issued, If: guards{notHeld, toOrder, titled, endorsable, noOffer, unlocked, unhoused}, Asks: guards{jointFits, consentedRecipient}, Then: using(offerJointly)},
	{From: Issued, Do: Accept, By: recipient, To: Issued, If: guards{ordinary, notHeld}, Then: takeOver},
	{From: Issued, Do: Reject, By: recipient, To: Issued, If: guards{ordinary}, Asks: guards{reasonGiven}, Then: closeOffer},
	{From: Issued, Do: Withdraw, By: holder, To: Issued, If: guards{offered, ordinary}, Then: closeOffer},
	{From: Issued, Do: Sign, By: holder, To: Issued},
}

var surrenderRows = []row{
	{From: Issued, Do: Surrender, By: holder, To: PendingSurrender, If: guards{notHeld, claimable, noOffer, unlocked}, Then: using(claim)},
	{From: PendingSurrender, Do: WithdrawSurrender, By: holder, To: Issued, Then: unclaim},
	{From: PendingSurrender, Do: RejectSurrender, By: issuer, To: Issued, Asks: guards{reasonGiven}, Then: unclaim},
	{From: PendingSurrender, Do: AcceptSurrender, By: issuer, To: Surrendered, If: guards{notHeld}, Then: toIssuer},
	// A surrender annulled by a court or as an error (rule X-11) puts the bill back into the hands it came from.
	{From: Surrendered, Do: AnnulSurrender, By: issuer, To: Issued, Asks: guards{annulReasonGiven}, Then: giveBack},
	{From: Amendable, Do: AnnulSurrender, By: issuer, To: Issued, Asks: guards{annulReasonGiven}, Then: giveBack},
}

var amendmentRows = []row{
	{From: Issued, Do: SurrenderForAmendment, By: holder, To: PendingAmendment, If: guards{notHeld, ownRight, oneRoute, noOffer, whole, unlocked, unhoused},
		Asks: guards{amendmentReasonGiven, switchNeedsTitle}, Then: using(askAmendment)},
	{From: PendingAmendment, Do: WithdrawSurrender, By: holder, To: Issued, Then: unclaim},
	{From: PendingAmendment, Do: RejectSurrender, By: issuer, To: Issued, Asks: guards{reasonGiven}, Then: unclaim},
	{From: PendingAmendment, Do: AcceptSurrender, By: issuer, To: Amendable, If: guards{notHeld}, Then: toIssuer},
	{From: Amendable, Do: Reissue, By: issuer, To: Voided, If: guards{notHeld, notForPaper, neverLocked}, Asks: guards{oldFit, partiesWithSwitch}, Then: replaced},
	{From: lifecycle.None, Do: Issue, To: Issued, If: guards{sameKind, newPartiesFit}, Then: takePlace},
}

var paperRows = []row{
	{From: Amendable, Do: SwitchToPaper, By: issuer, To: Voided, If: guards{notHeld, forPaper, neverLocked, mediumsLeft}, Then: print},
	{From: Voided, Do: CollectOriginal, By: printer, To: Voided, If: guards{originalsOut}, Asks: guards{serialOnce}, Then: collect},
	{From: Voided, Do: RestoreElectronic, By: printer, To: Voided, If: guards{allCollected}, Asks: guards{presenterFits}, Then: replaced},
}

// holdRows: only a bill that somebody relies on can be frozen, and only until it came to its end.
var holdRows = slices.Concat(
	lifecycle.In(living, row{Do: PlaceHold, By: issuer, If: guards{roomForHold}, Asks: guards{groundOf(party.Carrier), holdFits}, Then: freeze(party.Carrier)}),
	lifecycle.In(living, row{Do: PlaceHold, By: customs, If: guards{roomForHold}, Asks: guards{groundOf(party.Customs), holdFits}, Then: freeze(party.Customs)}),
	lifecycle.In(living, row{Do: PlaceHold, By: court, If: guards{roomForHold}, Asks: guards{groundOf(party.Authority), holdFits}, Then: freeze(party.Authority)}),
	lifecycle.In(living, row{Do: LiftHold, By: issuer, If: guards{ownHold}, Asks: guards{liftFits}, Then: unfreeze}),
	lifecycle.In(living, row{Do: LiftHold, By: placer, If: guards{ownHold}, Asks: guards{liftFits}, Then: unfreeze}),
)

// jointRows: whoever agreed to nothing can always end what others proposed.
var jointRows = lifecycle.In([]lifecycle.State{Issued, PendingSurrender, PendingAmendment}, row{Do: DeclineProposal, By: holder, If: guards{proposed}, Asks: guards{reasonGiven}})

// replacementRows: a replacement is born without content, which its holder gets as soon as the issuer acts.
var replacementRows = slices.Concat([]row{{From: lifecycle.None, Do: Replace, To: Issued, Then: replace}},
	lifecycle.In(living, row{Do: HandOver, By: issuer, If: guards{replacement}}))

var automaticRows = []row{
	{From: Issued, Do: Claim, To: Issued, If: guards{notHeld, waybill}, Then: claimWaybill},
	{From: Surrendered, Do: Accomplish, To: Accomplished, Then: endLock},
	{From: Issued, Do: Accomplish, To: Accomplished, If: guards{waybill}},
}

func reasonGiven(_ Bill, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

// reasonFits: who need not give a reason gives a code all the same, if any.
func reasonFits(b Bill, c command) *fault.Fault {
	if c.Request.Reason == "" {
		return nil
	}
	return reasonGiven(b, c)
}

func write(b *Bill, c command) {
	b.Issuer, b.Change = c.Actor.Ref, ""
	b.name(c)
	b.sort(c)
}

// name takes kind and parties from a transport document and the request that names them.
func (b *Bill) name(c command) {
	b.Kind, b.Containers, b.Endorsable = c.Request.Kind, c.Request.Containers, false
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
	b.Offer = &Offer{Act: c.Act, To: to.Ref(), Capacity: c.Request.capacity()}
	if c.Request.To == "" {
		b.Offer.To = b.Holder
	}
	if c.Request.To == "" || to.AutoAccept {
		takeOver(b, c)
	}
}

func takeOver(b *Bill, _ command) {
	b.endJoint()
	b.passPossession()
	switch b.Offer.Act {
	case Endorse, EndorseToOrder:
		b.Kind, b.Title, b.Endorsable = Order, b.Offer.To, b.Offer.Act == EndorseToOrder
	case BlankEndorse:
		b.Kind, b.Title, b.Endorsable = Bearer, lifecycle.Ref{}, true
	}
	b.Offer = nil
}

func closeOffer(b *Bill, _ command)  { b.Offer = nil }
func claim(b *Bill, _ command)       { b.Claimant = b.Holder }
func noteChange(b *Bill, c command)  { b.Change = c.Request.Commitment }
func closeChange(b *Bill, _ command) { b.Change = "" }

func toIssuer(b *Bill, _ command) {
	if b.Joint != nil {
		b.Given = b.Joint.with(nil)
	}
	b.endJoint()
	b.endProposal()
	b.Shown = lifecycle.Ref{}
	b.Holder = b.Issuer
}

func claimWaybill(b *Bill, _ command) { b.Claimant = b.Consignee }
