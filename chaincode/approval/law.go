package approval

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// The states.
const (
	Proposed  lifecycle.State = "PROPOSED"
	Used      lifecycle.State = "USED"
	Withdrawn lifecycle.State = "WITHDRAWN"
)

// The acts. Use is automatic: it is part of the act that the second person makes.
const (
	Propose  lifecycle.Act = "propose"
	Withdraw lifecycle.Act = "withdraw"
	Use      lifecycle.Act = "use"
)

type (
	command = lifecycle.Command[Request]
	by      = lifecycle.By[Approval]
	guards  = []lifecycle.Guard[Approval, Request]
)

var (
	anybody = &by{Name: "party"}
	own     = &by{Name: "party", Ref: func(a Approval) lifecycle.Ref { return a.Party }}
)

// Law is the approval's lifecycle.
var Law = &lifecycle.Law[Approval, Request]{
	Family: "approval",
	State:  func(a *Approval) *lifecycle.State { return &a.State },
	Verbs: []lifecycle.Verb{
		{Name: Propose, Chinese: "提请复核"},
		{Name: Withdraw, Chinese: "撤回提请"},
		{Name: Use, Chinese: "复核办理"},
	},
	Rows: []lifecycle.Row[Approval, Request]{
		{From: lifecycle.None, Do: Propose, By: anybody, To: Proposed, Then: write},
		{From: Proposed, Do: Withdraw, By: own, To: Withdrawn},
		{From: Proposed, Do: Use, To: Used, If: guards{sameParty, anotherPerson, inTime, sameAct, sameRequest}, Then: confirm},
	},
}

func sameParty(a Approval, c command) *fault.Fault {
	if a.Party != c.Actor.Ref {
		return Not(a.ID, "party")
	}
	return nil
}

func anotherPerson(a Approval, c command) *fault.Fault {
	if a.Proposer == c.Actor.Person {
		return Not(a.ID, "same-person")
	}
	return nil
}

func inTime(a Approval, c command) *fault.Fault {
	until, err := time.Parse(time.RFC3339, a.Until)
	if err != nil || !c.At.Before(until) {
		return Not(a.ID, "expired")
	}
	return nil
}

func sameAct(a Approval, c command) *fault.Fault {
	switch r := c.Request; {
	case a.On != r.On:
		return Not(a.ID, "act")
	case a.Document != r.Document:
		return Not(a.ID, "document")
	case a.Mandate != r.Mandate:
		return Not(a.ID, "mandate")
	}
	return nil
}

func sameRequest(a Approval, c command) *fault.Fault {
	if a.Commitment == "" || a.Commitment != c.Request.Commitment {
		return Not(a.ID, "request")
	}
	return nil
}

func write(a *Approval, c command) {
	r := c.Request
	a.Party, a.Proposer, a.Roles = c.Actor.Ref, c.Actor.Person, slices.Clone(c.Actor.Roles)
	a.On, a.Document, a.Mandate = r.On, r.Document, r.Mandate
	a.Salt, a.Commitment = r.Salt, r.Commitment
	a.Until = lifecycle.Stamped(c.At.Add(Life))
}

func confirm(a *Approval, c command) { a.Confirmer = c.Actor.Person }
