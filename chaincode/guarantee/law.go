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

	guarantor = &by{Name: "guarantor", Ref: Guarantee.Guarantor}
	proposer  = &by{Name: "proposer", Ref: func(g Guarantee) lifecycle.Ref { return g.Amendment.By }}
	anybody   = &by{Name: "any party"}
)

// Reasons are the codes that negative acts may give.
var Reasons = []string{"WORDING", "BANK_NOT_ACCEPTED", "AMOUNT", "APPLICANT_NOT_ACCEPTED", "BILL_IN_QUESTION", "BANK_RATING",
	"NOT_AGREED", "DISCREPANCIES", "OTHER"}

// Law is the guarantee's lifecycle (domain facts 5.6).
var Law = &lifecycle.Law[Guarantee, Request]{
	Family: "guarantee",
	State:  func(g *Guarantee) *lifecycle.State { return &g.State },
	Verbs: []lifecycle.Verb{
		{Name: Draft, Takes: []string{"kind", "beneficiary", "deliverTo?", "bank?", "bills?", "calendar?"}, Content: "guarantee", Chinese: "拟制"},
		{Name: Submit, Chinese: "提交"},
		{Name: Join, Takes: []string{"calendar?"}, Content: "joinder", Chinese: "银行加签"},
		{Name: Accept, Chinese: "接受"},
		{Name: Refuse, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Withdraw, Chinese: "撤回"},
		{Name: ProposeAmendment, Content: "guarantee-amendment", Chinese: "提议修改"},
		{Name: AcceptAmendment, Chinese: "同意修改"},
		{Name: RejectAmendment, Takes: []string{"reason"}, Chinese: "不同意修改"},
		{Name: WithdrawAmendment, Chinese: "撤回修改"},
		{Name: Amend, Chinese: "修改生效"},
		{Name: Demand, Content: "demand", Chinese: "索赔"},
		{Name: Pay, Chinese: "付款"},
		{Name: Exhaust, Chinese: "付清"},
		{Name: RejectDemand, Takes: []string{"reason"}, Content: "rejection", Chinese: "拒付"},
		{Name: Extend, Chinese: "展期"},
		{Name: SuspendPayment, Chinese: "暂缓付款"},
		{Name: Suspend, Takes: []string{"reason"}, Chinese: "中止"},
		{Name: Resume, Chinese: "恢复"},
		{Name: Release, Chinese: "书面解除"},
		{Name: Reduce, Content: "reduction", Chinese: "减额"},
		{Name: ForceMajeure, Content: "force-majeure", Chinese: "不可抗力展期"},
		{Name: Expire, Chinese: "到期"},
		{Name: BillSurrendered, Chinese: "提单已交还"},
		{Name: SurrenderAnnulled, Chinese: "提单交还已撤销"},
		{Name: Discharge, Chinese: "解除"},
	},
	Rows: slices.Concat(formation, amendments, demands, changes, endings),
}

// formation is the way to acceptance. A kind of high risk stays where it is until a second person accepts.
var formation = []row{
	{From: lifecycle.None, Do: Draft, By: anyApplicant, To: Drafted,
		Asks: guards{formKnown, bankFits, beneficiaryFits, sidesDiffer, deliverToFits, billsFit}, Then: write},
	{From: Drafted, Do: Submit, By: applicant, To: Submitted},
	{From: Drafted, Do: Withdraw, By: applicant, To: Withdrawn},
	{From: Submitted, Do: Join, By: bank, To: BankJoined, Then: joined},
	{From: Submitted, Do: Accept, By: beneficiary, To: Active, If: guards{noBankAwaited, valid, approved}},
	{From: Submitted, Do: Accept, By: beneficiary, To: Submitted, If: guards{noBankAwaited, valid, firstOfTwo}, Then: approve},
	{From: Submitted, Do: Refuse, By: beneficiary, To: Refused, Asks: guards{reasonGiven}},
	{From: Submitted, Do: Refuse, By: bank, To: Refused, Asks: guards{reasonGiven}},
	{From: Submitted, Do: Withdraw, By: applicant, To: Withdrawn},
	{From: BankJoined, Do: Accept, By: beneficiary, To: Active, If: guards{valid, approved}},
	{From: BankJoined, Do: Accept, By: beneficiary, To: BankJoined, If: guards{valid, firstOfTwo}, Then: approve},
	{From: BankJoined, Do: Refuse, By: beneficiary, To: Refused, Asks: guards{reasonGiven}},
	{From: BankJoined, Do: Refuse, By: bank, To: Refused, Asks: guards{reasonGiven}},
	{From: BankJoined, Do: Withdraw, By: applicant, To: Withdrawn},
}

// amendments take effect with the agreement of everybody who is bound.
var amendments = slices.Concat(
	byEach(row{From: Active, Do: ProposeAmendment, To: Active, If: guards{noAmendment}, Then: propose}),
	byEach(row{From: Active, Do: AcceptAmendment, To: Active, If: guards{amendmentOpen, notAgreedYet}, Then: agree}),
	byEach(row{From: Active, Do: RejectAmendment, To: Active, If: guards{amendmentOpen, notAgreedYet}, Asks: guards{reasonGiven},
		Then: dropAmendment}),
	[]row{
		{From: Active, Do: WithdrawAmendment, By: proposer, To: Active, Then: dropAmendment},
		{From: Active, Do: Amend, To: Active, If: guards{allAgreed}, Then: amended},
	},
)

// byEach gives an act to each party that is bound.
func byEach(r row) []row {
	var rows []row
	for _, part := range []*by{applicant, beneficiary, bank} {
		r.By = part
		rows = append(rows, r)
	}
	return rows
}

// demands are claimed one at a time; a payment that leaves something to demand leads back.
var demands = []row{
	{From: Active, Do: Demand, By: beneficiary, To: Claimed, If: guards{valid, mayDemandAgain}, Then: demand},
	{From: Claimed, Do: Pay, By: guarantor, To: Active, Then: settlePaid},
	{From: Claimed, Do: Pay, By: applicant, To: Active, Then: settlePaid},
	{From: Active, Do: Exhaust, To: Paid},
	{From: Claimed, Do: RejectDemand, By: guarantor, To: Active, If: guards{inTime}, Asks: guards{reasonGiven}, Then: settle},
	{From: Claimed, Do: Extend, By: guarantor, To: Active, If: guards{extensionAsked}, Then: extend},
	{From: Claimed, Do: SuspendPayment, By: guarantor, To: Claimed, If: guards{extensionAsked, notSuspendedYet}, Then: holdPayment},
}

// changes come about without an amendment: the beneficiary says that an event happened by which the amount is reduced, and force
// majeure at the expiry extends an undertaking by the rules that it is subject to.
var changes = slices.Concat(
	lifecycle.In([]lifecycle.State{Active, Suspended}, row{Do: Reduce, By: beneficiary}),
	lifecycle.In([]lifecycle.State{Active, Suspended}, row{Do: ForceMajeure, By: guarantor, If: prevented, Then: prolong}),
	lifecycle.In([]lifecycle.State{Active, Suspended}, row{Do: ForceMajeure, By: beneficiary, If: prevented, Then: prolong}),
)

var prevented = guards{underURDG, notExtendedYet, nearExpiry, stillCounts}

// endings: an open demand is answered first. While goods can still go out on the guarantee, or went and were not made
// good, it ends neither by time nor by release: see rules.Unused.
var endings = slices.Concat(
	[]row{
		{From: Active, Do: Suspend, By: beneficiary, To: Suspended, Asks: guards{reasonGiven}},
		{From: Suspended, Do: Resume, By: beneficiary, To: Active},
	},
	lifecycle.In([]lifecycle.State{Active, Suspended}, row{Do: Release, By: beneficiary, To: Discharged}),
	lifecycle.In([]lifecycle.State{Active, Suspended}, row{Do: Expire, By: anybody, To: Expired, If: guards{validityPassed}}),
	lifecycle.In([]lifecycle.State{Active, Claimed, Suspended}, row{Do: BillSurrendered, If: guards{listed}, Then: markSurrendered}),
	lifecycle.In([]lifecycle.State{Active, Claimed, Suspended}, row{Do: SurrenderAnnulled, If: guards{listed}, Then: unmarkSurrendered}),
	lifecycle.In([]lifecycle.State{Active, Suspended}, row{Do: Discharge, To: Discharged, If: guards{allSurrendered}}),
)

// Apply answers the guarantee after c, or why c is refused. g is not changed.
func (g Guarantee) Apply(c command) (Guarantee, error) { return Law.Apply(g, c) }

// approved: what may be unenforceable is a risk that two persons of the beneficiary take, not one.
func approved(g Guarantee, c command) *fault.Fault {
	if Forms[g.Kind].HighRisk && (g.Approver == "" || g.Approver == c.Actor.Person) {
		return fault.New(fault.SecondPerson, "kind", string(g.Kind))
	}
	return nil
}

func firstOfTwo(g Guarantee, c command) *fault.Fault {
	if g.Approver != "" {
		return fault.New(fault.SecondPerson, "kind", string(g.Kind))
	}
	return nil
}

func approve(g *Guarantee, c command) { g.Approver = c.Actor.Person }

// joined puts the bank's own terms in place of the applicant's: it pays by them.
func joined(g *Guarantee, c command) { g.Terms, g.Calendar = c.Request.Terms, c.Request.Calendar }

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

// allSurrendered is the condition of automatic discharge (rule X-10). A misdelivery keeps the guarantee active. A letter for
// another place alone (B, BB) is about a bill that is surrendered: what it answers for begins then.
func allSurrendered(g Guarantee, _ command) *fault.Fault {
	if form := Forms[g.Kind]; form.Place && !form.Basis {
		return fault.New(fault.GuaranteeInUse, "why", "place").By("X-10")
	}
	open := slices.ContainsFunc(g.Bills, func(u Underlying) bool { return !u.Surrendered })
	if open || g.Misdelivery {
		return fault.New(fault.GuaranteeInUse, "why", "bills").By("X-10")
	}
	return nil
}

func write(g *Guarantee, c command) {
	r := c.Request
	g.Kind, g.Applicant = r.Kind, c.Actor.Ref
	g.Beneficiary = r.Parties["/beneficiary"].Ref()
	g.DeliverTo = r.Parties["/deliverTo"].Ref()
	g.Bank = r.Parties["/bank"].Ref()
	g.Terms, g.Calendar = r.Terms, r.Calendar
	for _, id := range r.Bills {
		g.Bills = append(g.Bills, Underlying{Bill: id})
	}
}

// markSurrendered takes note of a surrendered bill; one surrendered by another than the party that the goods went to is
// a misdelivery (rule X-04).
func markSurrendered(g *Guarantee, c command) {
	g.mark(c.Request.Bills[0], true)
	if c.Request.Used && c.Request.Claimant != g.DeliverTo {
		g.Misdelivery = true
	}
}

func unmarkSurrendered(g *Guarantee, c command) { g.mark(c.Request.Bills[0], false) }

func (g *Guarantee) mark(bill string, surrendered bool) {
	g.Bills = slices.Clone(g.Bills)
	for i := range g.Bills {
		if g.Bills[i].Bill == bill {
			g.Bills[i].Surrendered = surrendered
		}
	}
}
