package interchange

import (
	"slices"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The acts.
const (
	Authorise         lifecycle.Act = "authorise"
	Assign            lifecycle.Act = "assign"
	ConfirmAssignment lifecycle.Act = "confirm-assignment"
	Cancel            lifecycle.Act = "cancel"
	Expire            lifecycle.Act = "expire"
	RecordGate        lifecycle.Act = "record"
	SignByFacility    lifecycle.Act = "sign-by-facility"
	SignByTrucker     lifecycle.Act = "sign-by-trucker"
	SignWithRemarks   lifecycle.Act = "sign-with-remarks"
	DeemSigned        lifecycle.Act = "deem-signed"
	RaiseDispute      lifecycle.Act = "dispute"
	Propose           lifecycle.Act = "propose-resolution"
	AcceptResolution  lifecycle.Act = "accept-resolution"
	Escalate          lifecycle.Act = "escalate"
	Rule              lifecycle.Act = "rule"
	Void              lifecycle.Act = "void"
	Close             lifecycle.Act = "close"
	// Pair is automatic: the return was recorded, the cycle is complete.
	Pair lifecycle.Act = "pair"
	// Supersede is automatic: a corrected receipt takes the place of a voided one.
	Supersede lifecycle.Act = "supersede"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Receipt, Request]
	guards  = []lifecycle.Guard[Receipt, Request]
	by      = lifecycle.By[Receipt]
	ref     = lifecycle.Ref
)

var (
	carrierRole  = []lifecycle.Role{party.Carrier}
	facilityRole = []lifecycle.Role{party.Terminal, party.Depot}
	anyone       = &by{Name: "anyone"}
	anyCarrier   = &by{Name: "carrier", Roles: carrierRole}
	operator     = &by{Name: "carrier", Ref: func(r Receipt) ref { return r.Operator }, Roles: carrierRole}
	facility     = &by{Name: "facility", Ref: func(r Receipt) ref { return r.Facility }, Roles: facilityRole}
	trucker      = &by{Name: "trucker", Ref: func(r Receipt) ref { return r.Trucker }, Roles: []lifecycle.Role{party.Trucker}}
	user         = &by{Name: "user", Ref: func(r Receipt) ref { return r.User }}
	// road is the side of a dispute that stands against the facility.
	road = &by{Name: "other side", Ref: func(r Receipt) ref { return disputeOf(r).Road }}
	// answering is the side of a dispute that did not make the proposal.
	answering = &by{Name: "side that is asked", Ref: func(r Receipt) ref {
		d := disputeOf(r)
		switch d.Proposer {
		case ref{}:
			return ref{}
		case r.Facility:
			return d.Road
		}
		return r.Facility
	}}
	arbiter = &by{Name: "arbiter", Ref: func(r Receipt) ref { return disputeOf(r).Arbiter }}
)

func disputeOf(r Receipt) Dispute {
	if r.Dispute == nil {
		return Dispute{}
	}
	return *r.Dispute
}

// The states in which a sheet is there and can still be disputed, those in which the way back may be told to the way out,
// and those that can be closed.
var (
	disputable = []lifecycle.State{Recorded, FacilitySigned, TruckerSigned, Signed, SignedWithRemarks, DeemedSigned}
	pairable   = append(slices.Clone(disputable), Disputed, Escalated, Resolved)
)

// Law is the receipt's lifecycle.
var Law = &lifecycle.Law[Receipt, Request]{
	Family: "interchange",
	State:  func(r *Receipt) *lifecycle.State { return &r.State },
	Verbs: []lifecycle.Verb{
		{Name: Authorise, Takes: []string{"type", "release?", "line?", "out?", "facility", "trucker", "user?", "deemed?"}, Content: "authority", Chinese: "放箱"},
		{Name: Assign, Content: "assignment", Chinese: "配箱"},
		{Name: ConfirmAssignment, Chinese: "确认配箱"},
		{Name: Cancel, Takes: []string{"reason"}, Chinese: "取消"},
		{Name: Expire, Chinese: "过期"},
		{Name: RecordGate, Content: "gate-sheet", Chinese: "闸口记录"},
		{Name: SignByFacility, Takes: []string{"commitment"}, Chinese: "场站签字"},
		{Name: SignByTrucker, Takes: []string{"commitment"}, Chinese: "司机签字"},
		{Name: SignWithRemarks, Takes: []string{"commitment"}, Content: "statement", Chinese: "批注签字"},
		{Name: DeemSigned, Takes: []string{"reason"}, Chinese: "视为签字"},
		{Name: RaiseDispute, Takes: []string{"reason"}, Content: "statement", Chinese: "提出异议"},
		{Name: Propose, Content: "statement", Chinese: "提出解决方案"},
		{Name: AcceptResolution, Takes: []string{"commitment"}, Chinese: "接受解决方案"},
		{Name: Escalate, Takes: []string{"arbiter"}, Chinese: "提交裁定"},
		{Name: Rule, Content: "statement", Chinese: "裁定"},
		{Name: Void, Takes: []string{"reason"}, Content: "gate-sheet", Chinese: "作废更正"},
		{Name: Close, Chinese: "关闭"},
		{Name: Pair, Chinese: "进出场配对"},
		{Name: Supersede, Chinese: "更正替代"},
	},
	Rows: slices.Concat(gateRows, signatureRows, disputeRows, endRows),
}

// gateRows lead from the authority to the sheet.
var gateRows = []row{
	{From: lifecycle.None, Do: Authorise, By: anyCarrier, To: Authorised,
		Asks: guards{typeKnown, facilityFits, truckerFits}, Then: write},
	{From: Authorised, Do: Assign, By: facility, To: Authorised, If: guards{inTime, assignable}, Then: assign},
	{From: Authorised, Do: ConfirmAssignment, By: operator, To: Authorised, If: guards{inTime, assigned}},
	{From: Authorised, Do: Cancel, By: operator, To: Cancelled, Asks: guards{reasonGiven}},
	{From: Authorised, Do: Expire, By: anyone, To: Expired, If: guards{overdue}},
	{From: Authorised, Do: RecordGate, By: facility, To: Recorded, If: guards{inTime, containerKnown}, Then: keepSheet},
	{From: lifecycle.None, Do: Supersede, To: Recorded, Then: replace},
}

// signatureRows take both signatures in either order, always over the recorded sheet.
var signatureRows = []row{
	{From: Recorded, Do: SignByFacility, By: facility, To: FacilitySigned, Asks: guards{sameSheet}, Then: signFacility},
	{From: Recorded, Do: SignByTrucker, By: trucker, To: TruckerSigned, Asks: guards{sameSheet}, Then: signTrucker},
	{From: TruckerSigned, Do: SignByFacility, By: facility, To: Signed, Asks: guards{sameSheet}, Then: signFacility},
	{From: FacilitySigned, Do: SignByTrucker, By: trucker, To: Signed, Asks: guards{sameSheet}, Then: signTrucker},
	{From: FacilitySigned, Do: SignWithRemarks, By: trucker, To: SignedWithRemarks, Asks: guards{sameSheet}, Then: remark},
	{From: FacilitySigned, Do: DeemSigned, By: facility, To: DeemedSigned, If: guards{silenceCounts, silentLongEnough}, Asks: guards{reasonGiven}},
}

// disputeRows are a disagreement from its beginning to its end.
var disputeRows = slices.Concat(
	disputedBy(facility), disputedBy(trucker), disputedBy(user), disputedBy(operator),
	[]row{
		{From: Disputed, Do: Propose, By: facility, To: Disputed, Then: propose},
		{From: Disputed, Do: Propose, By: road, To: Disputed, Then: propose},
		{From: Disputed, Do: AcceptResolution, By: answering, To: Resolved, Asks: guards{sameAddendum}},
		{From: Disputed, Do: Escalate, By: facility, To: Escalated, Asks: guards{arbiterFits, arbiterAgreed}, Then: refer},
		{From: Disputed, Do: Escalate, By: road, To: Escalated, Asks: guards{arbiterFits, arbiterAgreed}, Then: refer},
		{From: Disputed, Do: Escalate, By: facility, To: Disputed, Asks: guards{arbiterFits}, Then: nameArbiter},
		{From: Disputed, Do: Escalate, By: road, To: Disputed, Asks: guards{arbiterFits}, Then: nameArbiter},
		{From: Escalated, Do: Rule, By: arbiter, To: Resolved, Then: rule},
	})

func disputedBy(who *by) []row {
	return lifecycle.In(disputable, row{Do: RaiseDispute, By: who, To: Disputed, If: guards{inWindow, twoSides}, Asks: guards{reasonGiven}, Then: dispute})
}

// endRows correct and close.
var endRows = slices.Concat(
	lifecycle.In([]lifecycle.State{Recorded, FacilitySigned, TruckerSigned},
		row{Do: Void, By: facility, To: Voided, Asks: guards{reasonGiven}, Then: supersededBy}),
	[]row{
		{From: Resolved, Do: Close, By: operator, To: Closed, If: guards{cycleComplete}},
		{From: Signed, Do: Close, By: operator, To: Closed, If: guards{cycleComplete, userHeard}},
	},
	lifecycle.In([]lifecycle.State{SignedWithRemarks, DeemedSigned},
		row{Do: Close, By: operator, To: Closed, If: guards{cycleComplete, windowOver}}),
	lifecycle.In(pairable, row{Do: Pair, Then: pair}),
)

// Apply answers the receipt after c, or why c is refused. r is not changed.
func (r Receipt) Apply(c command) (Receipt, error) { return Law.Apply(r, c) }
