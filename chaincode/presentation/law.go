package presentation

import (
	"slices"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Presentation, Request]
	guards  = []lifecycle.Guard[Presentation, Request]
	by      = lifecycle.By[Presentation]
)

var (
	anyPresenter = &by{Name: "presenter", Roles: []lifecycle.Role{party.Shipper, party.Forwarder, party.Consignee, party.Bank}}
	presenter    = &by{Name: "presenter", Ref: func(p Presentation) lifecycle.Ref { return p.Presenter }}
	bank         = &by{Name: "bank", Ref: func(p Presentation) lifecycle.Ref { return p.Bank }, Roles: []lifecycle.Role{party.Bank}}
	applicant    = &by{Name: "applicant", Ref: func(p Presentation) lifecycle.Ref { return p.Applicant }}
)

// Reasons are the codes that negative acts may give. What is wrong with which document is in the private notice.
var Reasons = []string{"DISCREPANCIES", "LATE_PRESENTATION", "NOT_AGREED", "OTHER"}

// Law is the presentation's lifecycle. What the bank's persons propose to each other is in ExaminationLaw.
var Law = &lifecycle.Law[Presentation, Request]{
	Family: "presentation",
	State:  func(p *Presentation) *lifecycle.State { return &p.State },
	Verbs: []lifecycle.Verb{
		{Name: Open, Takes: []string{"bank", "bills", "calendar?"}, Content: "presentation", Chinese: "开立交单"},
		{Name: ReplaceDocuments, Content: "presentation", Chinese: "更换单据"},
		{Name: Complete, Chinese: "交单完毕通知"},
		{Name: Withdraw, Chinese: "撤回交单"},
		{Name: Honour, Chinese: "承付"},
		{Name: Refuse, Takes: []string{"reason", "notice"}, Chinese: "拒付"},
		{Name: AskWaiver, Takes: []string{"applicant"}, Chinese: "征询放弃不符点"},
		{Name: Waive, Chinese: "放弃不符点"},
		{Name: DeclineWaiver, Takes: []string{"reason"}, Chinese: "不放弃不符点"},
		{Name: PresentAgain, Content: "presentation", Chinese: "再次交单"},
		{Name: ReturnDocuments, Chinese: "退单"},
		{Name: TakeBack, Chinese: "取回单据"},
	},
	Rows: slices.Concat(collection, decisions, afterRefusal),
}

// collection: the presenter hands the set in, and says when it is complete.
var collection = []row{
	{From: lifecycle.None, Do: Open, By: anyPresenter, To: Opened, Asks: guards{bankFits, billsFit}, Then: open},
	{From: Opened, Do: ReplaceDocuments, By: presenter, To: Opened, If: guards{inValidity}, Asks: guards{sameCredit}, Then: replace},
	{From: Opened, Do: Complete, By: presenter, To: Examined, If: guards{inValidity}, Then: complete},
	{From: Opened, Do: Withdraw, By: presenter, To: Withdrawn},
}

// decisions are taken by a second person of the bank; a bank that lets its time pass can only honour. The presenter of a
// bank that does not even do that need not leave its documents there.
var decisions = []row{
	{From: Examined, Do: Honour, By: bank, To: Honoured, If: guards{confirms(HonourProposed)}},
	{From: Examined, Do: Refuse, By: bank, To: Refused, If: guards{inTime, confirms(RefusalProposed)}, Asks: guards{reasonGiven, noticeRead}, Then: giveNotice},
	{From: Examined, Do: TakeBack, By: presenter, To: Returned, If: guards{timePassed}},
}

// refused are the states in which the documents are at the presenter's disposal.
var refused = []lifecycle.State{Refused, WaiverAsked, Waived}

// afterRefusal: waiver, cure or return (UCP 600 art 16). A waiver obliges the bank to nothing (art 16(b)).
var afterRefusal = slices.Concat(
	[]row{
		{From: Refused, Do: AskWaiver, By: bank, To: WaiverAsked, Asks: guards{applicantFits}, Then: show},
		{From: WaiverAsked, Do: Waive, By: applicant, To: Waived},
		{From: WaiverAsked, Do: DeclineWaiver, By: applicant, To: Refused, Asks: guards{reasonGiven}},
		{From: Waived, Do: Honour, By: bank, To: Honoured, If: guards{confirms(HonourProposed)}},
	},
	lifecycle.In(refused, row{Do: PresentAgain, By: presenter, To: Opened, If: guards{inValidity}, Asks: guards{sameCredit}, Then: replace}),
	lifecycle.In(refused, row{Do: ReturnDocuments, By: bank, To: Returned}),
	lifecycle.In(refused, row{Do: TakeBack, By: presenter, To: Returned}),
)

// Apply answers the presentation after c, or why c is refused. p is not changed.
func (p Presentation) Apply(c command) (Presentation, error) { return Law.Apply(p, c) }
