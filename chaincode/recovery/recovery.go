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

// Grounds are why control may count as lost.
var Grounds = []string{"LOST_KEY", "DEAD_ORGANISATION", "COURT_ORDER", LostPledgee}

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
}

// Case is one recovery.
type Case struct {
	Ground string `json:"ground"`
	// Keeper is who had control at the opening, or the bank on ground LOST_PLEDGEE: its organisation counts as lost, and its own
	// objection ends the case.
	Keeper lifecycle.Ref `json:"keeper"`
	// Version is that of the bill at the opening; a bill that moved since was not lost.
	Version  int           `json:"billVersion"`
	Claimant lifecycle.Ref `json:"claimant"`
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
	// Pledgee is a bank without whose organisation it does not move either, because it has a pledge.
	Pledgee lifecycle.Ref
	Version int
}

// Request is the input of all acts.
type Request struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Ground   string `json:"ground"`
	Claimant string `json:"claimant"`

	// Facts, Parties (behind Claimant), Guardians and Replacement are looked up by the caller of Apply.
	Facts       Facts                  `json:"-"`
	Parties     map[string]party.Party `json:"-"`
	Issuer      lifecycle.Ref          `json:"-"`
	Guardians   []string               `json:"-"`
	Replacement string                 `json:"-"`
}

// Lost is who counts as lost on the ground that is given.
func (r Request) Lost() lifecycle.Ref {
	if r.Ground == LostPledgee {
		return r.Facts.Pledgee
	}
	return r.Facts.Keeper
}

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
	return append([]lifecycle.Ref{r.Issuer, r.Case.Keeper, r.Case.Claimant}, r.Case.Supporters...)
}

// MayRead tells whether somebody may read the evidence of the case: its parties, and the institutions of the guardians.
func (r Recovery) MayRead(a lifecycle.Actor) bool {
	return slices.Contains(r.Parties(), a.Ref) || (slices.Contains(r.Guardians, a.Org) && a.Has(institutions))
}
