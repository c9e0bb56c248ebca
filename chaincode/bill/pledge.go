package bill

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// A bill can be pledged 质押 to a bank that lends on it (domain facts 3.6, mode LOCK; decision 20): the holder keeps
// possession, and the ledger locks every act that would take the security away, until the bank consents or releases.
const (
	ProposePledge  lifecycle.Act = "propose-pledge"
	AcceptPledge   lifecycle.Act = "accept-pledge"
	DeclinePledge  lifecycle.Act = "decline-pledge"
	WithdrawPledge lifecycle.Act = "withdraw-pledge"
	GiveConsent    lifecycle.Act = "consent"
	RevokeConsent  lifecycle.Act = "revoke-consent"
	ReleasePledge  lifecycle.Act = "release-pledge"
)

// PledgeState is where a pledge stands; one that was declined, withdrawn or released is gone from the record.
type PledgeState string

// The states of a pledge.
const (
	PledgeProposed PledgeState = "PROPOSED" // 待银行接受
	PledgeActive   PledgeState = "ACTIVE"   // 质押生效
)

// Pledge is a bank's security in a bill. What it secures is between bank and pledgor, and not on the record.
type Pledge struct {
	State PledgeState   `json:"state"`
	Bank  lifecycle.Ref `json:"bank"`
	// Consent is the bank's to one act; at most one is open.
	Consent *Consent `json:"consent,omitempty"`
}

// The kinds of act that a bank consents to (domain facts 3.6). A surrender for amendment stands for split and paper too.
const (
	ConsentTransfer  = "TRANSFER"
	ConsentEndorse   = "ENDORSE"
	ConsentSurrender = "SURRENDER"
	ConsentAmend     = "AMEND"
	ConsentPart      = "DELIVER_PART"
)

// Consent lets the holder make one act once.
type Consent struct {
	// Act is what the bank consents to: one of the kinds above.
	Act string `json:"act"`
	// To is the only recipient that the bank agrees to; empty for any.
	To lifecycle.Ref `json:"to,omitzero"`
	// Until is when the consent ends by itself, RFC 3339.
	Until string `json:"until"`
}

// locks are the acts that an active pledge locks, by the kind of consent that opens each (rule X-06).
var locks = map[lifecycle.Act]string{
	Transfer: ConsentTransfer,
	Endorse:  ConsentEndorse, EndorseToOrder: ConsentEndorse, BlankEndorse: ConsentEndorse, EndorseJointly: ConsentEndorse,
	Surrender:             ConsentSurrender,
	SurrenderForAmendment: ConsentAmend,
	SurrenderPart:         ConsentPart,
}

// Consentable tells whether a bank's consent opens this act.
func Consentable(act lifecycle.Act) bool { return locks[act] != "" }

var (
	bankRole  = []lifecycle.Role{party.Bank}
	askedBank = &by{Name: "bank that the pledge is proposed to", Ref: func(b Bill) lifecycle.Ref { return b.pledgedTo(PledgeProposed) }, Roles: bankRole}
	pledgee   = &by{Name: "bank that has the pledge", Ref: func(b Bill) lifecycle.Ref { return b.pledgedTo(PledgeActive) }, Roles: bankRole}
)

// atHolder are the states in which the holder still has the bill, and so a proposal can be open.
var atHolder = []lifecycle.State{Issued, PendingSurrender, PendingAmendment}

var pledgeRows = slices.Concat([]row{
	{From: Issued, Do: ProposePledge, By: holder, To: Issued, If: guards{notHeld, pledgeable, claimable, noOffer, noPledge}, Asks: guards{bankFits}, Then: proposePledge},
	{From: Issued, Do: AcceptPledge, By: askedBank, To: Issued, If: guards{notHeld, noOffer}, Then: activatePledge},
	{From: Issued, Do: GiveConsent, By: pledgee, To: Issued, Asks: guards{consentNamesAct, consentRecipientFits, consentEnds}, Then: giveConsent},
	{From: Issued, Do: RevokeConsent, By: pledgee, To: Issued, If: guards{consented}, Then: endConsent},
},
	lifecycle.In(atHolder, row{Do: DeclinePledge, By: askedBank, Asks: guards{reasonGiven}, Then: endPledge}),
	lifecycle.In(atHolder, row{Do: WithdrawPledge, By: holder, If: guards{pledgeProposed}, Then: endPledge}),
	lifecycle.In(living, row{Do: ReleasePledge, By: pledgee, Then: endPledge}),
)

// Pledged tells whether a bank has an active pledge of the bill.
func (b Bill) Pledged() bool { return b.Pledge != nil && b.Pledge.State == PledgeActive }

func (b Bill) pledgedTo(state PledgeState) lifecycle.Ref {
	if b.Pledge == nil || b.Pledge.State != state {
		return lifecycle.Ref{}
	}
	return b.Pledge.Bank
}

// withBank adds the bank that has a pledge to those who rely on the bill. It relies on it no more once it is surrendered
// for delivery, which the bank consented to: a gate move must neither wait for the bank's peer nor show it the gate's papers.
func (b Bill) withBank(orgs []string) []string {
	if b.Pledged() && b.State != Surrendered {
		return append(orgs, b.Pledge.Bank.Org)
	}
	return orgs
}

// unlocked is rule X-06: what would take the bill out of a bank's security needs the bank's consent to that act.
func unlocked(b Bill, c command) *fault.Fault {
	if b.Pledged() && !b.Pledge.Consent.opens(c.Act, c.At) {
		return b.Locked(c.Act).By("X-06")
	}
	return nil
}

// Locked is the refusal of an act because of the pledge.
func (b Bill) Locked(act lifecycle.Act) *fault.Fault {
	return fault.New(fault.Pledged, "bank", b.Pledge.Bank.Party, "act", string(act))
}

func (k *Consent) opens(act lifecycle.Act, at time.Time) bool {
	if k == nil || locks[act] != k.Act {
		return false
	}
	until, err := time.Parse(time.RFC3339, k.Until)
	return err == nil && at.Before(until)
}

// consentedRecipient: a consent that names a recipient is for no other, nor for several together.
func consentedRecipient(b Bill, c command) *fault.Fault {
	if !b.Pledged() || b.Pledge.Consent.To.Zero() {
		return nil
	}
	if c.Act == EndorseJointly {
		return b.Locked(c.Act).By("X-06").In("/holders")
	}
	if c.Request.Parties["/to"].Ref() != b.Pledge.Consent.To {
		return b.Locked(c.Act).By("X-06").In("/to")
	}
	return nil
}

// neverLocked is rule X-06 for what no consent opens: the bill would be gone, and the pledge with it.
func neverLocked(b Bill, c command) *fault.Fault {
	if b.Pledged() {
		return b.Locked(c.Act).By("X-06")
	}
	return nil
}

// using performs an act for which the bank's consent, where one was needed, is used up.
func using(then func(*Bill, command)) func(*Bill, command) {
	return func(b *Bill, c command) {
		if b.Pledged() {
			endConsent(b, c)
		}
		then(b, c)
	}
}

// pledgeable: a negotiable bill of the carrier's own that one party holds. A straight bill is no security without the
// carrier's agreement, a house bill none beside its master, and several holders would each have to be a pledgor.
func pledgeable(b Bill, c command) *fault.Fault {
	switch {
	case b.Kind == Straight:
		return forbids(b, c)
	case b.House():
		return fault.New(fault.KindForbids, "kind", "HOUSE", "act", string(c.Act))
	case b.Joint != nil:
		return fault.New(fault.KindForbids, "kind", "JOINT", "act", string(c.Act))
	}
	return nil
}

func noPledge(b Bill, _ command) *fault.Fault {
	if b.Pledge != nil {
		return fault.New(fault.Duplicate, "what", "pledge")
	}
	return nil
}

func pledgeProposed(b Bill, _ command) *fault.Fault {
	if b.pledgedTo(PledgeProposed).Zero() {
		return fault.New(fault.NoOffer)
	}
	return nil
}

func bankFits(b Bill, c command) *fault.Fault {
	bank := c.Request.Parties["/bank"]
	switch {
	case bank.Ref() == b.Holder:
		return notAllowed("/bank", "holder")
	case !bank.Has(party.Bank):
		return notAllowed("/bank", "role")
	}
	return nil
}

func consentNamesAct(_ Bill, c command) *fault.Fault {
	if !slices.Contains([]string{ConsentTransfer, ConsentEndorse, ConsentSurrender, ConsentAmend, ConsentPart}, c.Request.Act) {
		return fault.New(fault.Invalid, "check", "act").In("/act")
	}
	return nil
}

func consentRecipientFits(b Bill, c command) *fault.Fault {
	if c.Request.To != "" && c.Request.Act != ConsentTransfer && c.Request.Act != ConsentEndorse {
		return fault.New(fault.Invalid, "check", "not-with-act").In("/to")
	}
	return recipientFitsIfAny(b, c)
}

func consentEnds(_ Bill, c command) *fault.Fault {
	until, err := time.Parse(time.RFC3339, c.Request.Until)
	if err != nil || !until.After(c.At) {
		return fault.New(fault.Invalid, "check", "future").In("/until")
	}
	return nil
}

func consented(b Bill, _ command) *fault.Fault {
	if b.Pledge.Consent == nil {
		return fault.New(fault.NotFound, "family", "consent", "id", "?")
	}
	return nil
}

func proposePledge(b *Bill, c command) {
	b.Pledge = &Pledge{State: PledgeProposed, Bank: c.Request.Parties["/bank"].Ref()}
}

func activatePledge(b *Bill, _ command) {
	b.Pledge = &Pledge{State: PledgeActive, Bank: b.Pledge.Bank}
}

// giveConsent replaces whatever consent was open.
func giveConsent(b *Bill, c command) {
	b.Pledge = &Pledge{State: b.Pledge.State, Bank: b.Pledge.Bank,
		Consent: &Consent{Act: c.Request.Act, To: c.Request.Parties["/to"].Ref(), Until: c.Request.Until}}
}

func endConsent(b *Bill, _ command) { b.Pledge = &Pledge{State: b.Pledge.State, Bank: b.Pledge.Bank} }

func endPledge(b *Bill, _ command) { b.Pledge = nil }

// endProposal lets a pledge that no bank accepted yet fall, since its pledgor does not have the bill any more.
func (b *Bill) endProposal() {
	if !b.Pledged() {
		b.Pledge = nil
	}
}

// pledgeAfter is the pledge on the bill that takes the place of a lost one: the bank's security stays, without the consent,
// which was to the lost holder's act. A bank of the lost organisation cannot take part any more, and its pledge ends.
func pledgeAfter(lost Bill) *Pledge {
	if !lost.Pledged() || lost.Pledge.Bank.Org == lost.Keeper().Org {
		return nil
	}
	return &Pledge{State: lost.Pledge.State, Bank: lost.Pledge.Bank}
}
