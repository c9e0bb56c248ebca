package facility

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Facility, Request]
	guards  = []lifecycle.Guard[Facility, Request]
)

var (
	banks   = []lifecycle.Role{party.Bank}
	anyBank = &lifecycle.By[Facility]{Name: "bank", Roles: banks}
	owner   = &lifecycle.By[Facility]{Name: "bank of the facility", Ref: func(f Facility) lifecycle.Ref { return f.Bank }, Roles: banks}

	living = []lifecycle.State{Opened, Active, Suspended}
)

// Reasons are the codes of why a facility is suspended. They are public and say nothing of anybody.
var Reasons = []string{"REVIEW", "BREACH", "REQUESTED", "OTHER"}

// Law is the facility's whole lifecycle. Opening has no content, since a second organisation witnesses it: the terms follow,
// and are the bank's alone.
var Law = &lifecycle.Law[Facility, Request]{
	Family: "facility",
	State:  func(f *Facility) *lifecycle.State { return &f.State },
	Verbs: []lifecycle.Verb{
		{Name: Open, Takes: []string{"witness"}, Chinese: "开立"},
		{Name: ChangeLimit, Content: "facility", Chinese: "核定额度"},
		{Name: Reserve, Content: "reservation", Chinese: "占用额度"},
		{Name: Free, Content: "reservation-end", Chinese: "释放额度"},
		{Name: Suspend, Takes: []string{"reason"}, Chinese: "冻结额度"},
		{Name: Resume, Chinese: "恢复额度"},
		{Name: Close, Chinese: "终止额度"},
	},
	Rows: slices.Concat([]row{
		{From: lifecycle.None, Do: Open, By: anyBank, To: Opened, Asks: guards{otherWitness}, Then: own},
		{From: Opened, Do: ChangeLimit, By: owner, To: Active, Then: commit},
		{From: Active, Do: ChangeLimit, By: owner, To: Active, Then: commit},
		{From: Suspended, Do: ChangeLimit, By: owner, To: Suspended, Then: commit},
		{From: Active, Do: Reserve, By: owner, To: Active},
		{From: Active, Do: Free, By: owner, To: Active},
		{From: Suspended, Do: Free, By: owner, To: Suspended},
		{From: Active, Do: Suspend, By: owner, To: Suspended, Asks: guards{reasonGiven}},
		{From: Suspended, Do: Resume, By: owner, To: Active},
	},
		lifecycle.In(living, row{Do: Close, By: owner, To: Closed, If: guards{unused}}),
	),
}

// Apply answers the facility after c, or why c is refused. f is not changed.
func (f Facility) Apply(c command) (Facility, error) { return Law.Apply(f, c) }

func otherWitness(_ Facility, c command) *fault.Fault {
	if c.Request.Witness == c.Actor.Org {
		return fault.New(fault.OneOrganisation).In("/witness")
	}
	return nil
}

func reasonGiven(_ Facility, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func unused(_ Facility, c command) *fault.Fault {
	if c.Request.InUse {
		return fault.New(fault.FacilityInUse)
	}
	return nil
}

func own(f *Facility, c command)    { f.Bank = c.Actor.Ref }
func commit(f *Facility, c command) { f.Commitment = c.Request.Commitment }
