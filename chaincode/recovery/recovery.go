// Package recovery is the governed way out when control of a bill is lost for good 控制权恢复: an organisation whose peer must
// endorse every move of the bill is dead, or its key is gone.
//
// The bill's own record never changes without that organisation; instead this record, which stands beside the bill and
// has a policy of its own, says that the bill counts no more and which bill took its place. The package sees a few facts of
// the bill and nothing else of it; it knows nothing of Fabric.
package recovery

import (
	"slices"
	"time"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The states.
const (
	// Dormant: nothing is the matter; so it is born with its bill.
	Dormant   lifecycle.State = "DORMANT"
	Opened    lifecycle.State = "OPEN"
	Recovered lifecycle.State = "RECOVERED"
)

// The acts. Their names say what they are about, because they stand among those of the bill.
const (
	Open     lifecycle.Act = "open-recovery"
	Object   lifecycle.Act = "object-to-recovery"
	Withdraw lifecycle.Act = "withdraw-recovery"
	Support  lifecycle.Act = "support-recovery"
	Execute  lifecycle.Act = "execute-recovery"
	// Provide is automatic: the record is born with its bill.
	Provide lifecycle.Act = "provide"
)

// GuardiansMin is the least number of guardian organisations, the issuer's own among them: three are left when one is dead.
const GuardiansMin = 4

// GuardiansMax bounds the record and the endorsers of an act.
const GuardiansMax = 10

// Wait is how long a recovery stays open to objection, from the transaction that opens it.
const Wait = 7 * 24 * time.Hour

// LostPledgee is the ground on which not the holder's organisation is lost but that of a bank that has a pledge 质权银行失联:
// the holder gets the replacement, which is free of the pledge and otherwise as it was.
const LostPledgee = "LOST_PLEDGEE"

// LostExaminer is the same of the bank that examines documents which the bill is among 审单银行失联: the holder gets a replacement that is
// not presented. LostDepositor is that of whom the holder has the bill for 寄托人失联: the replacement stays with the holder, and the
// claimant is whom it has that for.
const (
	LostExaminer  = "LOST_EXAMINER"
	LostDepositor = "LOST_DEPOSITOR"
)

// Grounds on which a leg is lost 区段承运人失联, whose carrier died with the goods, or the one that a hand-over is open to: a fresh leg
// takes its place.
const (
	LostCarrier  = "LOST_CARRIER"
	LostReceiver = "LOST_RECEIVER"
)

// Grounds are why control may count as lost.
var Grounds = []string{"LOST_KEY", "DEAD_ORGANISATION", "COURT_ORDER", LostPledgee, LostExaminer, LostDepositor, LostCarrier, LostReceiver}

// LegsMax bounds the legs that were ever replaced under one record.
const LegsMax = 16

// Guardians of a bill vouch for it with their institutions, not with their customers.
var institutions = []lifecycle.Role{party.Authority, party.Customs, party.Bank, party.Terminal, party.Depot, party.Carrier}

// Recovery is the record beside a bill: public, codes and references only.
type Recovery struct {
	lifecycle.Record
	Bill   string        `json:"bill"`
	Issuer lifecycle.Ref `json:"issuer"`
	// Guardians are the organisations (MSP ids) all but one of which must endorse a change, the issuer's among them.
	Guardians []string `json:"guardians"`
	// Case is the recovery that is open or was executed.
	Case *Case `json:"case,omitempty"`
	// Legs are those that were replaced, at most LegsMax; of several of one number the last counts.
	Legs []Leg `json:"legs,omitempty"`
}

// Leg is one that took the place of a lost one.
type Leg struct {
	Sequence int    `json:"legSequence"`
	ID       string `json:"leg"`
}

// Case is one recovery.
type Case struct {
	Ground string `json:"ground"`
	// Keeper is who had control at the opening, or whoever else is lost on the ground: its organisation counts as lost, and its own
	// objection ends the case.
	Keeper lifecycle.Ref `json:"keeper"`
	// Version is that of the bill at the opening, or of the leg that is lost; what moved since was not.
	Version int `json:"billVersion"`
	// Leg is the number of the leg that is lost, 0 where it is the bill.
	Leg int `json:"leg,omitempty"`
	// Claimant gets the replacement of a bill.
	Claimant lifecycle.Ref `json:"claimant,omitzero"`
	// Opened is the time of the opening transaction.
	Opened string `json:"opened"`
	// Supporters are at most one party of each guardian organisation.
	Supporters []lifecycle.Ref `json:"supporters,omitempty"`
	// Replacement is the bill that took the place of the lost one.
	Replacement string `json:"replacement,omitempty"`
}

// Facts are what the law needs to know of the bill.
type Facts struct {
	// Keeper is the party without whose organisation the bill does not move; empty where the issuer alone moves it.
	Keeper lifecycle.Ref
	// Pledgee, Examiner and Depositor are those without whose organisations it does not move either: a bank that has a pledge, one that
	// examines the documents, and whom the holder has it for.
	Pledgee, Examiner, Depositor lifecycle.Ref
	// Holder is who has the bill, or gave it to its issuer to be amended, and keeps it where it is not the one who is lost.
	Holder  lifecycle.Ref
	Version int
	// Carrier has the goods on the leg that is asked about, Receiver is whom they are being handed over to; LegVersion is the leg's.
	Carrier, Receiver lifecycle.Ref
	LegVersion        int
	// Carrying tells that some leg is in the hands of another organisation than the issuer's.
	Carrying bool
}

// Request is the input of all acts.
type Request struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Ground   string `json:"ground"`
	Claimant string `json:"claimant"`
	Leg      int    `json:"leg"`

	// Facts, Parties (behind Claimant), Guardians and Replacement are looked up by the caller of Apply.
	Facts       Facts                  `json:"-"`
	Parties     map[string]party.Party `json:"-"`
	Issuer      lifecycle.Ref          `json:"-"`
	Guardians   []string               `json:"-"`
	Replacement string                 `json:"-"`
}

// Lost is who counts as lost on the ground that is given.
func (r Request) Lost() lifecycle.Ref {
	switch r.Ground {
	case LostPledgee:
		return r.Facts.Pledgee
	case LostExaminer:
		return r.Facts.Examiner
	case LostDepositor:
		return r.Facts.Depositor
	case LostCarrier:
		return r.Facts.Carrier
	case LostReceiver:
		return r.Facts.Receiver
	}
	return r.Facts.Keeper
}

// beside tells whether control of the bill is not lost, but somebody whose organisation it does not move without either.
func beside(ground string) bool {
	return ground == LostPledgee || ground == LostExaminer || ground == LostDepositor
}

// Beside is who is lost beside the holder, who keeps the bill; zero where control is lost, or a leg.
func (c Case) Beside() lifecycle.Ref {
	if beside(c.Ground) {
		return c.Keeper
	}
	return lifecycle.Ref{}
}

// ofLeg tells whether it is a leg that is lost, and not the bill.
func (r Request) ofLeg() bool { return r.Ground == LostCarrier || r.Ground == LostReceiver }

// Endorsers are the organisations that must endorse an act, and no other may: all guardians but the one that is lost.
func (r Recovery) Endorsers(keeper lifecycle.Ref) []string {
	if r.Case != nil {
		keeper = r.Case.Keeper
	}
	return slices.DeleteFunc(slices.Clone(r.Guardians), func(org string) bool { return org == keeper.Org })
}

// Need is how many guardians must endorse a change: all but one, so that any one may be dead.
func (r Recovery) Need() int { return len(r.Guardians) - 1 }

// Parties are all parties that take part, for events.
func (r Recovery) Parties() []lifecycle.Ref {
	if r.Case == nil {
		return []lifecycle.Ref{r.Issuer}
	}
	return slices.DeleteFunc(append([]lifecycle.Ref{r.Issuer, r.Case.Keeper, r.Case.Claimant}, r.Case.Supporters...), lifecycle.Ref.Zero)
}

// MayRead tells whether somebody may read the evidence of the case: its parties, and the institutions of the guardians.
func (r Recovery) MayRead(a lifecycle.Actor) bool {
	return slices.Contains(r.Parties(), a.Ref) || (slices.Contains(r.Guardians, a.Org) && a.Has(institutions))
}
