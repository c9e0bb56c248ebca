// Package pledge is what a bank and a pledgor agreed about a pledge 质押合同, and who watches over the goods 监管.
//
// That a bill is pledged, to whom and what that locks is on the bill itself (package bill); what the pledge secures is none
// of the carrier's business. So a deed stands beside the bill, which only the two organisations endorse and whose private pieces
// only they keep; the record shows commitments and dates. The package sees the bill through a few facts and nothing else of it;
// it knows nothing of Fabric.
package pledge

import (
	"time"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The acts on a deed. OpenDeed and PassDeed follow from acts on the bill.
const (
	StateTerms        lifecycle.Act = "state-terms"
	ShowTerms         lifecycle.Act = "show-terms"
	SignTrustReceipt  lifecycle.Act = "sign-trust-receipt"
	RenewRegistration lifecycle.Act = "renew-registration"
	RenewInsurance    lifecycle.Act = "renew-insurance"
	AppointSupervisor lifecycle.Act = "appoint-supervisor"
	OpenDeed          lifecycle.Act = "open-deed"
	PassDeed          lifecycle.Act = "pass-deed"
)

// The states are the pledge's on the bill.
const (
	Proposed      lifecycle.State = "PROPOSED"
	Active        lifecycle.State = "ACTIVE"
	TrustReleased lifecycle.State = "TRUST_RELEASED"
	Enforced      lifecycle.State = "ENFORCED"
)

// InOrder is the finding of a supervisor that nobody has to look into.
const InOrder = "IN_ORDER"

// HoursMax bounds the interval of a supervisor's reports: thirty days.
const HoursMax = 720

// Deed is the control record. Commitment and Seal are the terms'.
type Deed struct {
	lifecycle.Record
	Bill    string        `json:"bill"`
	Bank    lifecycle.Ref `json:"bank"`
	Pledgor lifecycle.Ref `json:"pledgor"`
	// Shown is the bank that was shown the terms because it may take the pledge over.
	Shown lifecycle.Ref `json:"shown,omitzero"`
	// Receipt is the salted commitment to the trust receipt 信托收据 that the pledgor signed.
	Receipt string `json:"receipt,omitempty"`
	// Registration is the entry in the register of movable property 动产融资统一登记, Insurance the policy on the goods.
	Registration *Clock `json:"registration,omitempty"`
	Insurance    *Clock `json:"insurance,omitempty"`
	// Supervision is the record of who watches over the goods; Unwatched tells that the supervisor of the former bank does not do it
	// for this one.
	Supervision string `json:"supervision,omitempty"`
	Unwatched   bool   `json:"unwatched,omitempty"`
}

// Clock is something that runs out: when, the salted commitment to what it is, and the fingerprint of the piece that tells it.
type Clock struct {
	Until      string `json:"until"`
	Commitment string `json:"commitment"`
	Seal       string `json:"seal"`
	// Former tells that it still names the bank that passed its pledge on.
	Former bool `json:"former,omitempty"`
}

// Request is the public input of all acts on a deed and on its supervision.
type Request struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	// Until is when a registration or an insurance runs out, RFC 3339.
	Until string `json:"until"`
	// To is a supervisor, Hours the longest time between two of its reports.
	To    string `json:"to"`
	Hours int    `json:"hours"`
	// Reason is why a supervision ends.
	Reason string `json:"reason"`

	// Parties are the registered parties behind To.
	Parties map[string]party.Party `json:"-"`
	// Deed is what a deed is opened with. Next is the bank that the pledge is offered to, Has tells that it has
	// everything that it is to be shown, as it stands.
	Deed Deed          `json:"-"`
	Next lifecycle.Ref `json:"-"`
	Has  bool          `json:"-"`
	// Commitment is the one to the private content that came along, Seal the fingerprint of its piece; Supervision the id of a new
	// record.
	Commitment  string `json:"-"`
	Seal        string `json:"-"`
	Supervision string `json:"-"`
}

// Relying are the organisations that must endorse a change: the bank's and the pledgor's, and no other sees what they agree.
func (d Deed) Relying() []string { return []string{d.Bank.Org, d.Pledgor.Org} }

// Parties are those that the deed is between.
func (d Deed) Parties() []lifecycle.Ref { return []lifecycle.Ref{d.Bank, d.Pledgor} }

// Standing tells whether the security stands, or may soon.
func (d Deed) Standing() bool {
	return d.State == Proposed || d.State == Active || d.State == TrustReleased
}

// Alarm is something about a pledge that somebody has to look into.
type Alarm string

// The alarms.
const (
	RegistryExpired    Alarm = "REGISTRY_EXPIRED"    // 登记已到期
	InsuranceExpired   Alarm = "INSURANCE_EXPIRED"   // 保险已到期
	SupervisionStopped Alarm = "SUPERVISION_STOPPED" // 监管中断
	GoodsNotInOrder    Alarm = "GOODS_NOT_IN_ORDER"  // 货物异常
	// What was made out to the bank that passed its pledge on is changed to the one that has it.
	RegistryOfFormer  Alarm = "REGISTRY_OF_FORMER_BANK"  // 登记待变更质权人
	InsuranceOfFormer Alarm = "INSURANCE_OF_FORMER_BANK" // 保险待批改受益人
)

// Alarms are what is wrong at a time; nobody writes them down, since they come and go by themselves. w is the supervision that
// the deed names, nil for none; found tells what its last report says, empty where the reader's peer has none.
func (d Deed) Alarms(w *Supervision, found string, at time.Time) []Alarm {
	alarms := []Alarm{}
	if !d.Standing() {
		return alarms
	}
	if d.Registration.over(at) {
		alarms = append(alarms, RegistryExpired)
	}
	if d.Insurance.over(at) {
		alarms = append(alarms, InsuranceExpired)
	}
	if d.Unwatched || (w != nil && w.stopped(at)) {
		alarms = append(alarms, SupervisionStopped)
	}
	if found != "" && found != InOrder {
		alarms = append(alarms, GoodsNotInOrder)
	}
	if d.Registration != nil && d.Registration.Former {
		alarms = append(alarms, RegistryOfFormer)
	}
	if d.Insurance != nil && d.Insurance.Former {
		alarms = append(alarms, InsuranceOfFormer)
	}
	return alarms
}

// ToShow tells whether the deed has anything private that a bank sees before it takes the pledge over.
func (d Deed) ToShow() bool {
	return d.Commitment != "" || d.Registration != nil || d.Insurance != nil
}

func (c *Clock) over(at time.Time) bool {
	if c == nil {
		return false
	}
	until, err := time.Parse(time.RFC3339, c.Until)
	return err != nil || !at.Before(until)
}
