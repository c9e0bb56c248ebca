package bill

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// A bill can be pledged 质押 to a bank that lends on it (domain facts 3.6; decision 20): the holder keeps possession or
// gives it to the bank, and the ledger locks every act that would take the security away, until the bank consents or releases.
const (
	ProposePledge  lifecycle.Act = "propose-pledge"
	AcceptPledge   lifecycle.Act = "accept-pledge"
	DeclinePledge  lifecycle.Act = "decline-pledge"
	WithdrawPledge lifecycle.Act = "withdraw-pledge"
	GiveConsent    lifecycle.Act = "consent"
	RevokeConsent  lifecycle.Act = "revoke-consent"
	ReleasePledge  lifecycle.Act = "release-pledge"
	// ShowToBank lets a bank read the bill's file before anything is proposed.
	ShowToBank lifecycle.Act = "show-to-bank"
	// AgreeBankControl is the carrier's written agreement, without which a straight bill is no security.
	AgreeBankControl lifecycle.Act = "agree-bank-control"
)

// PledgeState is where a pledge stands; one that was declined, withdrawn or released is gone from the record.
type PledgeState string

// The states of a pledge.
const (
	PledgeProposed PledgeState = "PROPOSED"       // 待银行接受
	PledgeActive   PledgeState = "ACTIVE"         // 质押生效
	TrustReleased  PledgeState = "TRUST_RELEASED" // 凭信托收据放单
	PledgeEnforced PledgeState = "ENFORCED"       // 已实现质权
)

// PledgeMode tells who has the bill while it is pledged.
type PledgeMode string

// The modes.
const (
	LockMode       PledgeMode = "LOCK"       // the pledgor keeps it and the ledger locks it 锁定
	PossessoryMode PledgeMode = "POSSESSORY" // the bank has it 占有
)

// Pledge is a bank's security in a bill. What it secures is between bank and pledgor: the deed beside the bill tells them.
type Pledge struct {
	// ID is the deed's.
	ID    string        `json:"id"`
	State PledgeState   `json:"state"`
	Mode  PledgeMode    `json:"mode"`
	Bank  lifecycle.Ref `json:"bank"`
	// Pledgor is who proposed it.
	Pledgor lifecycle.Ref `json:"pledgor"`
	// Terms is the salted commitment to the terms that the bank accepted; empty where none were put on the ledger.
	Terms string `json:"terms,omitempty"`
	// Consent is the bank's to one act; at most one is open.
	Consent *Consent `json:"consent,omitempty"`
	// To is another bank that this one offers its pledge to.
	To lifecycle.Ref `json:"to,omitzero"`
	// Receipt is the commitment to the trust receipt on which the bill was released.
	Receipt string `json:"receipt,omitempty"`
	// Default is why the bank enforced, or recalled what it had released on trust: one of Defaults.
	Default string `json:"default,omitempty"`
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
	// Part is the salted commitment to the containers of which a part may consist; of DELIVER_PART only.
	Part string `json:"part,omitempty"`
}

// locks are the acts that an active pledge locks, by the kind of consent that opens each (rule X-06).
var locks = map[lifecycle.Act]string{
	Transfer: ConsentTransfer,
	Endorse:  ConsentEndorse, EndorseToOrder: ConsentEndorse, BlankEndorse: ConsentEndorse, EndorseJointly: ConsentEndorse,
	Surrender:             ConsentSurrender,
	SurrenderForAmendment: ConsentAmend,
	SurrenderPart:         ConsentPart,
}

// consentKinds are what a bank can consent to.
var consentKinds = []string{ConsentTransfer, ConsentEndorse, ConsentSurrender, ConsentAmend, ConsentPart}

// Consentable tells whether a bank's consent opens this act.
func Consentable(act lifecycle.Act) bool { return locks[act] != "" }

var (
	bankRole  = []lifecycle.Role{party.Bank}
	askedBank = &by{Name: "bank that the pledge is proposed to", Ref: func(b Bill) lifecycle.Ref { return b.pledgedTo(PledgeProposed) }, Roles: bankRole}
	pledgee   = &by{Name: "bank that has the pledge", Ref: func(b Bill) lifecycle.Ref { return b.pledgedTo(PledgeActive) }, Roles: bankRole}
	// secured is the bank as long as its security stands, released on trust or not.
	secured = &by{Name: "bank that has the pledge", Ref: func(b Bill) lifecycle.Ref { return b.pledgedTo(PledgeActive, TrustReleased) }, Roles: bankRole}
)

// atHolder are the states in which the holder still has the bill, and so a proposal can be open.
var atHolder = []lifecycle.State{Issued, PendingSurrender, PendingAmendment}

// seizable are those from which a bank comes to its security: also from the hands of an issuer that was to change the bill, and does not.
var seizable = slices.Concat(atHolder, []lifecycle.State{Amendable})

var pledgeRows = slices.Concat([]row{
	{From: Issued, Do: AgreeBankControl, By: issuer, To: Issued, If: guards{straight, notProposed}, Asks: guards{bankFits}, Then: agreeBankControl},
	{From: Issued, Do: ShowToBank, By: holder, To: Issued, If: guards{ownRight}, Asks: guards{bankFits}, Then: showToBank},
	{From: Issued, Do: ProposePledge, By: holder, To: Issued, If: guards{notHeld, pledgeable, claimable, noOffer, noPledge, unhoused}, Asks: guards{bankFits, modeFits, carrierAgreed}, Then: proposePledge},
	{From: Issued, Do: AcceptPledge, By: askedBank, To: Issued, If: guards{notHeld, noOffer, stillAgreed, unhoused}, Asks: guards{termsSeen}, Then: activatePledge},
	{From: Issued, Do: GiveConsent, By: secured, To: Issued, If: guards{pledgorHas}, Asks: guards{consentNamesAct, consentRecipientFits, consentEnds, consentNamesGoods}, Then: giveConsent},
	{From: Issued, Do: RevokeConsent, By: secured, To: Issued, If: guards{consented}, Asks: guards{reasonGiven}, Then: endConsent},
},
	lifecycle.In(atHolder, row{Do: DeclinePledge, By: askedBank, Asks: guards{reasonGiven}, Then: endPledge}),
	lifecycle.In(atHolder, row{Do: WithdrawPledge, By: holder, If: guards{pledgeProposed}, Then: endPledge}),
	lifecycle.In(living, row{Do: ReleasePledge, By: pledgee, If: guards{stays}, Then: endPledge}),
	securityRows, trustRows, custodyRows,
)

// Pledged tells whether a bank's security in the bill stands; after a release on trust it does until it is settled.
func (b Bill) Pledged() bool { return !b.pledgedTo(PledgeActive, TrustReleased).Zero() }

// pledgedTo is the bank of a pledge that is in one of the states.
func (b Bill) pledgedTo(states ...PledgeState) lifecycle.Ref {
	if b.Pledge == nil || !slices.Contains(states, b.Pledge.State) {
		return lifecycle.Ref{}
	}
	return b.Pledge.Bank
}

// Vouched is the mark that a bank makes in its own organisation's collection when it takes a pledge, accepted or passed on: issuer and
// holder, who endorse the bill until then, cannot say so for it.
func (b Bill) Vouched() (mark, org string) {
	if b.Pledge == nil || b.Pledge.State == PledgeProposed {
		return "", ""
	}
	return "pledged/" + b.Pledge.ID + "/" + b.Pledge.Bank.Party, b.Pledge.Bank.Org
}

// withBank adds the bank that has a pledge to those who rely on the bill. It relies on it no more once it is surrendered
// for delivery, which the bank consented to: a gate move must neither wait for the bank's peer nor show it the gate's papers.
func (b Bill) withBank(orgs []string) []string {
	if b.Pledged() && b.State != Surrendered && b.State != Accomplished {
		return append(orgs, b.Pledge.Bank.Org)
	}
	return orgs
}

// unlocked is rule X-06: what would take the bill out of a bank's security needs the bank's consent to that act. A release on trust is to
// the pledgor, who signed the receipt, and to nobody whom it passed the bill on to.
func unlocked(b Bill, c command) *fault.Fault {
	trusted := (c.Act == Surrender || c.Act == SurrenderPart) && !b.pledgedTo(TrustReleased).Zero() && b.Joint == nil && b.Holder == b.Pledge.Pledgor
	if b.Pledged() && !trusted && !b.Pledge.Consent.opens(c.Act, c.At) {
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
	if !b.Pledged() || b.Pledge.Consent == nil || b.Pledge.Consent.To.Zero() {
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
		if b.Pledged() && b.Pledge.Consent.opens(c.Act, c.At) {
			endConsent(b, c)
		}
		then(b, c)
	}
}

// pledgeable: a bill of the carrier's own that one party holds. A straight bill is no security without the carrier's
// written agreement, a house bill none beside its master, and several holders would each have to be a pledgor.
func pledgeable(b Bill, c command) *fault.Fault {
	switch {
	case b.Kind == Straight && b.BankControl.Zero():
		return forbids(b, c)
	case b.House():
		return fault.New(fault.KindForbids, "kind", "HOUSE", "act", string(c.Act))
	case b.Joint != nil:
		return fault.New(fault.KindForbids, "kind", "JOINT", "act", string(c.Act))
	}
	return nil
}

func noPledge(b Bill, _ command) *fault.Fault {
	if b.Pledge != nil && b.Pledge.State != PledgeEnforced {
		return fault.New(fault.Duplicate, "what", "pledge")
	}
	return nil
}

// notProposed: what a bank is asked to accept stays as it is. While a pledge stands the carrier may agree to another bank, which takes it
// over.
func notProposed(b Bill, c command) *fault.Fault {
	if b.Pledged() {
		return nil
	}
	return noPledge(b, c)
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

// straight: an agreement to bank control has no meaning on any other bill.
func straight(b Bill, c command) *fault.Fault {
	if b.Kind != Straight {
		return forbids(b, c)
	}
	return nil
}

// mode is the one asked for: LOCK where none is named.
func (r Request) mode() PledgeMode {
	if r.Mode == "" {
		return LockMode
	}
	return PledgeMode(r.Mode)
}

func modeFits(_ Bill, c command) *fault.Fault {
	if !slices.Contains([]PledgeMode{LockMode, PossessoryMode}, c.Request.mode()) {
		return fault.New(fault.Invalid, "check", "mode").In("/mode")
	}
	return nil
}

// carrierAgreed: the agreement to control by a bank is to that bank's.
func carrierAgreed(b Bill, c command) *fault.Fault {
	if b.Kind == Straight && c.Request.Parties["/bank"].Ref() != b.BankControl {
		return notAllowed("/bank", "agreement")
	}
	return nil
}

// stillAgreed: the carrier may have agreed to another bank meanwhile.
func stillAgreed(b Bill, c command) *fault.Fault {
	if b.Kind == Straight && b.BankControl != b.Pledge.Bank {
		return forbids(b, c)
	}
	return nil
}

// termsSeen: who accepts names the commitment to the terms that it saw, so that nobody can put others in their place.
func termsSeen(_ Bill, c command) *fault.Fault {
	if c.Request.Terms != c.Request.Stated {
		return fault.New(fault.ContentMismatch).In("/terms")
	}
	return nil
}

// pledgorHas is rule X-06 for a bill that the bank has: a bank consents to acts of the pledgor. While it has the bill itself there are none; it releases instead.
func pledgorHas(b Bill, c command) *fault.Fault {
	if b.withPledgee() {
		return fault.New(fault.KindForbids, "kind", string(PossessoryMode), "act", string(c.Act))
	}
	return nil
}

func agreeBankControl(b *Bill, c command) { b.BankControl = c.Request.Parties["/bank"].Ref() }
func showToBank(b *Bill, c command)       { b.Shown = c.Request.Parties["/bank"].Ref() }

func consentNamesAct(_ Bill, c command) *fault.Fault {
	if !slices.Contains(consentKinds, c.Request.Act) {
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
	until, err := lifecycle.Instant(c.Request.Until)
	if err != nil || !until.After(c.At) {
		return fault.New(fault.Invalid, "check", "future").In("/until")
	}
	return nil
}

// consentNamesGoods: a consent to a part says of what, or the pledgor could choose the better goods.
func consentNamesGoods(_ Bill, c command) *fault.Fault {
	part := c.Request.Act == ConsentPart
	switch {
	case part && c.Request.Commitment == "":
		return fault.New(fault.Invalid, "check", "required").In("/content")
	case !part && c.Request.Commitment != "":
		return fault.New(fault.Invalid, "check", "not-with-act").In("/content")
	}
	return nil
}

// ConsentedPart is the commitment to the containers that the bank lets go in the next part; empty for none.
func (b Bill) ConsentedPart() string {
	if b.Pledge == nil || b.Pledge.Consent == nil {
		return ""
	}
	return b.Pledge.Consent.Part
}

func consented(b Bill, _ command) *fault.Fault {
	if b.Pledge.Consent == nil {
		return fault.New(fault.NotFound, "family", "consent", "id", "?")
	}
	return nil
}

func proposePledge(b *Bill, c command) {
	b.Pledge = &Pledge{ID: c.Request.Deed, State: PledgeProposed, Mode: c.Request.mode(), Bank: c.Request.Parties["/bank"].Ref(), Pledgor: b.Holder}
}

// activatePledge locks the bill; where the bank shall have it, possession passes to the bank and the title stays.
func activatePledge(b *Bill, c command) {
	b.repledge(func(p *Pledge) { p.State, p.Terms = PledgeActive, c.Request.Terms })
	b.intoPossession()
}

// giveConsent replaces whatever consent was open.
func giveConsent(b *Bill, c command) {
	b.repledge(func(p *Pledge) {
		p.Consent = &Consent{Act: c.Request.Act, To: c.Request.Parties["/to"].Ref(), Until: c.Request.Until, Part: c.Request.Commitment}
	})
}

func endConsent(b *Bill, _ command) { b.repledge(func(p *Pledge) { p.Consent = nil }) }

// endPledge ends the security or the proposal; what the bank has goes back to the pledgor.
func endPledge(b *Bill, _ command) {
	b.returnPossession()
	b.Pledge = nil
}

// repledge puts a changed pledge in the place of the former one, which others may still see.
func (b *Bill) repledge(change func(*Pledge)) {
	changed := *b.Pledge
	change(&changed)
	b.Pledge = &changed
}

// endProposal lets a pledge that no bank accepted yet fall, since its pledgor does not have the bill any more.
func (b *Bill) endProposal() {
	if !b.pledgedTo(PledgeProposed).Zero() {
		b.Pledge = nil
	}
}

// pledgeAfter is the pledge on the bill that takes the place of a lost one: the bank's security stays, without the consent,
// which was to an act on the lost bill. A bank of the lost organisation cannot take part any more, and its pledge ends.
func pledgeAfter(lost Bill, gone string) *Pledge {
	if !lost.Pledged() || lost.Pledge.Bank.Org == gone {
		return nil
	}
	stays := *lost.Pledge
	stays.Consent, stays.To = nil, lifecycle.Ref{}
	return &stays
}
