package recovery

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	guards  = []lifecycle.Guard[Recovery, Request]
	by      = lifecycle.By[Recovery]
)

var (
	issuer = &by{Name: "issuer", Ref: func(r Recovery) lifecycle.Ref { return r.Issuer }, Roles: []lifecycle.Role{party.Carrier}}
	keeper = &by{Name: "holder or bank that counts as lost", Ref: func(r Recovery) lifecycle.Ref {
		if r.Case == nil {
			return lifecycle.Ref{}
		}
		return r.Case.Keeper
	}}
	guardian = &by{Name: "guardian", Roles: institutions}
)

// Law is the whole lifecycle of a recovery.
var Law = &lifecycle.Law[Recovery, Request]{
	Family: "recovery",
	State:  func(r *Recovery) *lifecycle.State { return &r.State },
	Verbs: []lifecycle.Verb{
		{Name: Open, Takes: []string{"ground", "claimant?", "leg?"}, Content: "recovery-evidence", Chinese: "启动控制权恢复"},
		{Name: Object, Chinese: "对恢复提出异议"},
		{Name: Withdraw, Chinese: "撤回恢复"},
		{Name: Support, Chinese: "支持恢复"},
		{Name: Execute, Chinese: "执行恢复"},
		{Name: Provide, Chinese: "随提单设立"},
	},
	Rows: []lifecycle.Row[Recovery, Request]{
		{From: lifecycle.None, Do: Provide, To: Dormant, Then: provide},
		{From: Dormant, Do: Open, By: issuer, To: Opened, If: guards{somebodyLost}, Asks: guards{groundGiven, legFits, lostOnGround, claimantFits}, Then: open},
		{From: Opened, Do: Object, By: keeper, To: Dormant, Then: closeCase},
		{From: Opened, Do: Withdraw, By: issuer, To: Dormant, Then: closeCase},
		{From: Opened, Do: Support, By: guardian, To: Opened, If: guards{ofGuardian, notInterested, once, stillLost}, Then: support},
		{From: Opened, Do: Execute, By: issuer, To: Recovered, If: guards{stillLost, supported, waited, ofBill}, Then: execute},
		{From: Opened, Do: Execute, By: issuer, To: Dormant, If: guards{stillLost, supported, waited}, Then: replaceLeg},
	},
}

// Apply answers the recovery after c, or why c is refused. r is not changed.
func (r Recovery) Apply(c command) (Recovery, error) { return Law.Apply(r, c) }

// somebodyLost: only control that another organisation than the issuer's has can be lost to the issuer.
func somebodyLost(r Recovery, c command) *fault.Fault {
	facts := c.Request.Facts
	if facts.Carrying || slices.ContainsFunc([]lifecycle.Ref{facts.Keeper, facts.Pledgee, facts.Examiner, facts.Depositor}, r.foreign) {
		return nil
	}
	return fault.New(fault.NoRecovery, "why", "issuer-controls")
}

func (r Recovery) foreign(party lifecycle.Ref) bool {
	return !party.Zero() && party.Org != r.Issuer.Org
}

// lostOnGround: the one who counts as lost on this ground is there, and not with the issuer.
func lostOnGround(r Recovery, c command) *fault.Fault {
	if r.foreign(c.Request.Lost()) {
		return nil
	}
	switch {
	case c.Request.Ground == LostPledgee:
		return fault.New(fault.NoRecovery, "why", "no-pledgee").In("/ground")
	case c.Request.Ground == LostExaminer:
		return fault.New(fault.NoRecovery, "why", "no-examiner").In("/ground")
	case c.Request.Ground == LostDepositor:
		return fault.New(fault.NoRecovery, "why", "no-depositor").In("/ground")
	case c.Request.ofLeg():
		return fault.New(fault.NoRecovery, "why", "no-carrier").In("/leg")
	}
	return fault.New(fault.NoRecovery, "why", "issuer-controls").In("/ground")
}

func groundGiven(_ Recovery, c command) *fault.Fault {
	if !slices.Contains(Grounds, c.Request.Ground) {
		return fault.New(fault.Invalid, "check", "ground").In("/ground")
	}
	return nil
}

// legFits: a leg is named on the grounds that are about one, and on no other.
func legFits(r Recovery, c command) *fault.Fault {
	switch ofLeg := c.Request.ofLeg(); {
	case ofLeg && c.Request.Leg == 0:
		return fault.New(fault.Invalid, "check", "required").In("/leg")
	case !ofLeg && c.Request.Leg != 0:
		return fault.New(fault.Invalid, "check", "not-with-ground").In("/leg")
	case ofLeg && len(r.Legs) >= LegsMax:
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(LegsMax), "what", "legs")
	}
	return nil
}

// claimantFits: the replacement goes to somebody who can hold a bill and whose organisation is not the lost one; where a bank is
// lost beside the holder, to the holder itself; and who takes a depositor's place is not who keeps the bill.
func claimantFits(r Recovery, c command) *fault.Fault {
	notAllowed := func(why string) *fault.Fault {
		return fault.New(fault.RecipientNotAllowed, "why", why).In("/claimant")
	}
	claimant := c.Request.Parties["/claimant"]
	switch {
	case c.Request.ofLeg() && c.Request.Claimant != "":
		return fault.New(fault.Invalid, "check", "not-with-ground").In("/claimant")
	case c.Request.ofLeg():
		return nil
	case c.Request.Claimant == "":
		return fault.New(fault.Invalid, "check", "required").In("/claimant")
	case claimant.Ref() == r.Issuer:
		return notAllowed("issuer")
	case claimant.Org == c.Request.Lost().Org:
		return notAllowed("lost")
	case c.Request.Ground == LostDepositor && claimant.Ref() == c.Request.Facts.Holder:
		return notAllowed("holder")
	case c.Request.Ground != LostDepositor && beside(c.Request.Ground) && claimant.Ref() != c.Request.Facts.Holder:
		return notAllowed("not-holder")
	case !claimant.Has(party.Shipper, party.Consignee, party.Forwarder, party.Bank):
		return notAllowed("role")
	}
	return nil
}

// ofGuardian: the organisation that is lost cannot vouch for its own loss, the issuer's spoke by opening.
func ofGuardian(r Recovery, c command) *fault.Fault {
	if org := c.Actor.Org; !slices.Contains(r.wanted(), org) {
		return fault.New(fault.WrongParty, "act", string(c.Act), "by", "guardian")
	}
	return nil
}

// wanted are the organisations that must support: all guardians but the issuer's and the lost one.
func (r Recovery) wanted() []string {
	return slices.DeleteFunc(r.Endorsers(lifecycle.Ref{}), func(org string) bool { return org == r.Issuer.Org })
}

func notInterested(r Recovery, c command) *fault.Fault {
	if c.Actor.Ref == r.Case.Claimant {
		return fault.New(fault.WrongParty, "act", string(c.Act), "by", "guardian")
	}
	return nil
}

func once(r Recovery, c command) *fault.Fault {
	if r.supports(c.Actor.Org) {
		return fault.New(fault.Duplicate, "what", "support")
	}
	return nil
}

func (r Recovery) supports(org string) bool {
	return slices.ContainsFunc(r.Case.Supporters, func(s lifecycle.Ref) bool { return s.Org == org })
}

// stillLost: every act on the bill, or on a leg with the goods, needs the organisation that counts as lost, so a bill that moved proves that it lives.
func stillLost(r Recovery, c command) *fault.Fault {
	version := c.Request.Facts.Version
	if r.Case.Leg != 0 {
		version = c.Request.Facts.LegVersion
	}
	if version != r.Case.Version {
		return fault.New(fault.ControlNotLost)
	}
	return nil
}

func supported(r Recovery, _ command) *fault.Fault {
	missing := slices.DeleteFunc(r.wanted(), r.supports)
	if len(missing) > 0 {
		return fault.New(fault.SupportMissing, "orgs", strings.Join(missing, ", "))
	}
	return nil
}

func waited(r Recovery, c command) *fault.Fault {
	opened, err := time.Parse(time.RFC3339Nano, r.Case.Opened)
	if until := opened.Add(Wait); err != nil || c.At.Before(until) {
		return fault.New(fault.RecoveryWaits, "until", lifecycle.Stamped(until))
	}
	return nil
}

func provide(r *Recovery, c command) {
	r.Issuer = c.Request.Issuer
	r.Guardians = slices.Clone(c.Request.Guardians)
	slices.Sort(r.Guardians)
}

func open(r *Recovery, c command) {
	r.Case = &Case{Ground: c.Request.Ground, Keeper: c.Request.Lost(), Version: c.Request.Facts.Version,
		Claimant: c.Request.Parties["/claimant"].Ref(), Opened: lifecycle.Stamped(c.At)}
	if c.Request.ofLeg() {
		r.Case.Leg, r.Case.Version = c.Request.Leg, c.Request.Facts.LegVersion
	}
}

func closeCase(r *Recovery, _ command) { r.Case = nil }

func support(r *Recovery, c command) {
	changed := *r.Case
	changed.Supporters = append(slices.Clone(changed.Supporters), c.Actor.Ref)
	r.Case = &changed
}

// ofBill tells the two executions apart: a bill has one end, and a leg that was replaced may be lost again.
func ofBill(r Recovery, _ command) *fault.Fault {
	if r.Case.Leg != 0 {
		return fault.New(fault.NoRecovery, "why", "no-carrier")
	}
	return nil
}

func replaceLeg(r *Recovery, c command) {
	r.Legs = append(slices.Clone(r.Legs), Leg{Sequence: r.Case.Leg, ID: c.Request.Replacement})
	closeCase(r, c)
}

func execute(r *Recovery, c command) {
	changed := *r.Case
	changed.Replacement = c.Request.Replacement
	r.Case = &changed
}
