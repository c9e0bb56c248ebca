package guarantee

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Guarantee, Request]
	guards  = []lifecycle.Guard[Guarantee, Request]
	by      = lifecycle.By[Guarantee]
)

var (
	anyApplicant = &by{Name: "applicant", Roles: []lifecycle.Role{party.Consignee, party.Forwarder, party.Shipper}}
	applicant    = &by{Name: "applicant", Ref: func(g Guarantee) lifecycle.Ref { return g.Applicant }}
	beneficiary  = &by{Name: "beneficiary", Ref: func(g Guarantee) lifecycle.Ref { return g.Beneficiary }}
	bank         = &by{Name: "guarantor bank", Ref: func(g Guarantee) lifecycle.Ref { return g.Bank },
		Roles: []lifecycle.Role{party.Bank}}
)

// Reasons are the codes that a refusal may give.
var Reasons = []string{"WORDING", "BANK_NOT_ACCEPTED", "AMOUNT", "APPLICANT_NOT_ACCEPTED", "BILL_IN_QUESTION", "OTHER"}

// billsMax bounds one guarantee: every surrender looks at all of them.
const billsMax = 20

// Law is the guarantee's lifecycle.
var Law = &lifecycle.Law[Guarantee, Request]{
	Family: "guarantee",
	State:  func(g *Guarantee) *lifecycle.State { return &g.State },
	Verbs: []lifecycle.Verb{
		{Name: Draft, Takes: []string{"kind", "beneficiary", "deliverTo", "bank?", "bills"}, Content: "guarantee", Chinese: "拟制"},
		{Name: Submit, Chinese: "提交"},
		{Name: Join, Content: "joinder", Chinese: "银行加签"},
		{Name: Accept, Chinese: "接受"},
		{Name: Refuse, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Withdraw, Chinese: "撤回"},
		{Name: BillSurrendered, Chinese: "提单已交还"},
		{Name: Discharge, Chinese: "解除"},
	},
	Rows: []row{
		{From: lifecycle.None, Do: Draft, By: anyApplicant, To: Drafted,
			If: guards{formKnown, bankFits, beneficiaryFits, deliverToFits, billsFit}, Then: write},
		{From: Drafted, Do: Submit, By: applicant, To: Submitted},
		{From: Drafted, Do: Withdraw, By: applicant, To: Withdrawn},
		{From: Submitted, Do: Join, By: bank, To: BankJoined},
		{From: Submitted, Do: Accept, By: beneficiary, To: Active, If: guards{noBankAwaited}},
		{From: Submitted, Do: Refuse, By: beneficiary, To: Refused, If: guards{reasonGiven}},
		{From: Submitted, Do: Refuse, By: bank, To: Refused, If: guards{reasonGiven}},
		{From: Submitted, Do: Withdraw, By: applicant, To: Withdrawn},
		{From: BankJoined, Do: Accept, By: beneficiary, To: Active},
		{From: BankJoined, Do: Refuse, By: beneficiary, To: Refused, If: guards{reasonGiven}},
		{From: BankJoined, Do: Refuse, By: bank, To: Refused, If: guards{reasonGiven}},
		{From: BankJoined, Do: Withdraw, By: applicant, To: Withdrawn},
		{From: Active, Do: BillSurrendered, To: Active, If: guards{listed}, Then: markSurrendered},
		{From: Active, Do: Discharge, To: Discharged, If: guards{allSurrendered}},
	},
}

// Apply answers the guarantee after c, or why c is refused. g is not changed.
func (g Guarantee) Apply(c command) (Guarantee, error) { return Law.Apply(g, c) }

func formKnown(_ Guarantee, c command) *fault.Fault {
	if _, known := Forms[c.Request.Kind]; !known {
		return fault.New(fault.Invalid, "check", "kind").In("/kind")
	}
	return nil
}

func bankFits(_ Guarantee, c command) *fault.Fault {
	form, named := Forms[c.Request.Kind].Bank, c.Request.Bank != ""
	switch {
	case form == "required" && !named:
		return fault.New(fault.BankRequired, "kind", string(c.Request.Kind)).In("/bank")
	case form == "none" && named:
		return fault.New(fault.BankNotAllowed, "kind", string(c.Request.Kind)).In("/bank")
	case named && !c.Request.Parties["/bank"].Has(party.Bank):
		return notAllowed("/bank")
	}
	return nil
}

// beneficiaryFits: carriers take guarantees; so do port companies and customs (domain facts 5.4, port-side types).
func beneficiaryFits(_ Guarantee, c command) *fault.Fault {
	to := c.Request.Parties["/beneficiary"]
	fits := to.Has(party.Carrier)
	switch c.Request.Kind {
	case "PORT_CREDIT":
		fits = to.Has(party.Terminal)
	case "CUSTOMS_DUTY":
		fits = to.Has(party.Customs)
	}
	if !fits {
		return notAllowed("/beneficiary")
	}
	return nil
}

func deliverToFits(_ Guarantee, c command) *fault.Fault {
	if !c.Request.Parties["/deliverTo"].Has(party.Consignee, party.Forwarder, party.Shipper) {
		return notAllowed("/deliverTo")
	}
	return nil
}

func billsFit(_ Guarantee, c command) *fault.Fault {
	bills := c.Request.Bills
	if len(bills) == 0 || len(bills) > billsMax {
		return fault.New(fault.Invalid, "check", "count").In("/bills")
	}
	for i, id := range bills {
		if slices.Contains(bills[:i], id) {
			return fault.New(fault.Invalid, "check", "unique").In("/bills")
		}
	}
	return nil
}

func noBankAwaited(g Guarantee, _ command) *fault.Fault {
	if !g.Bank.Zero() {
		return fault.New(fault.BankRequired, "kind", string(g.Kind))
	}
	return nil
}

func reasonGiven(_ Guarantee, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

// listed: only the surrender of a bill that the guarantee lists is its business.
func listed(g Guarantee, c command) *fault.Fault {
	if len(c.Request.Bills) != 1 || !g.Covers(c.Request.Bills[0]) {
		return fault.New(fault.NotCovered).By("X-10")
	}
	return nil
}

// allSurrendered is the condition of automatic discharge (rule X-10). A misdelivery keeps the guarantee active.
func allSurrendered(g Guarantee, _ command) *fault.Fault {
	open := slices.ContainsFunc(g.Bills, func(u Underlying) bool { return !u.Surrendered })
	if open || g.Misdelivery {
		return fault.New(fault.GuaranteeInUse).By("X-10")
	}
	return nil
}

func write(g *Guarantee, c command) {
	r := c.Request
	g.Kind, g.Applicant = r.Kind, c.Actor.Ref
	g.Beneficiary = r.Parties["/beneficiary"].Ref()
	g.DeliverTo = r.Parties["/deliverTo"].Ref()
	g.Bank = r.Parties["/bank"].Ref()
	for _, id := range r.Bills {
		g.Bills = append(g.Bills, Underlying{Bill: id})
	}
}

// markSurrendered takes note of a surrendered bill; one surrendered by another than the party that the goods went to is
// a misdelivery (rule X-04).
func markSurrendered(g *Guarantee, c command) {
	g.Bills = slices.Clone(g.Bills)
	for i := range g.Bills {
		if g.Bills[i].Bill == c.Request.Bills[0] {
			g.Bills[i].Surrendered = true
		}
	}
	if c.Request.Used && c.Request.Claimant != g.DeliverTo {
		g.Misdelivery = true
	}
}

func notAllowed(place string) *fault.Fault {
	return fault.New(fault.RecipientNotAllowed, "why", "role").In(place)
}
