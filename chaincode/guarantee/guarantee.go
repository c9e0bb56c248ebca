// Package guarantee is the letter of guarantee or indemnity 保函: who undertakes what towards whom, and whether it stands.
//
// Amounts, wording and bank references are private content that this package never sees. It knows nothing of bills
// beyond their ids, nor of releases or Fabric.
package guarantee

import (
	"slices"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Kind is the form: an International Group wording or one of the trade's other types (domain facts 5.4).
type Kind string

// Form tells what a kind is good for.
type Form struct {
	// Bank tells whether a bank signs: "required", "none" or "optional".
	Bank string
	// Basis tells whether a release order can rest on it (rule X-01; X-22 excludes CLEAN_ON_BOARD).
	Basis bool
}

// Forms are the kinds that can be drafted. Ante-dated and advanced bills 倒签/预借提单保函 have none: they are a fraud
// on third parties.
var Forms = map[Kind]Form{
	"A": {"none", true}, "AA": {"required", true},
	"B": {"none", false}, "BB": {"required", false},
	"C": {"none", true}, "CC": {"required", true},
	"TELEX_RELEASE":  {"optional", true},
	"SPLIT":          {"optional", false},
	"SWITCH":         {"optional", false},
	"COMBINE":        {"optional", false},
	"CLEAN_ON_BOARD": {"optional", false},
	"AMENDMENT":      {"optional", false},
	"REEFER_SETTING": {"optional", false},
	"DG_DECLARATION": {"optional", false},
	"OVERWEIGHT":     {"optional", false},
	"LATE_GATE_IN":   {"optional", false},
	"CONTAINER_USE":  {"optional", false},
	"PORT_CREDIT":    {"optional", false},
	"CUSTOMS_DUTY":   {"optional", false},
}

// OfCarrier tells whether the bills' own carrier takes this kind; port companies and customs take the others (domain
// facts 5.4).
func (k Kind) OfCarrier() bool { return k != "PORT_CREDIT" && k != "CUSTOMS_DUTY" }

// The states.
const (
	Drafted    lifecycle.State = "DRAFT"
	Submitted  lifecycle.State = "SUBMITTED"
	BankJoined lifecycle.State = "BANK_JOINED"
	Active     lifecycle.State = "ACTIVE"
	Refused    lifecycle.State = "REFUSED"
	Withdrawn  lifecycle.State = "WITHDRAWN"
	Discharged lifecycle.State = "DISCHARGED"
)

// The acts.
const (
	Draft    lifecycle.Act = "draft"
	Submit   lifecycle.Act = "submit"
	Join     lifecycle.Act = "join"
	Accept   lifecycle.Act = "accept"
	Refuse   lifecycle.Act = "refuse"
	Withdraw lifecycle.Act = "withdraw"
	// BillSurrendered and Discharge are automatic: they follow the surrender of the bills (rule X-10).
	BillSurrendered lifecycle.Act = "bill-surrendered"
	Discharge       lifecycle.Act = "discharge"
)

// Underlying is one bill that the guarantee covers.
type Underlying struct {
	Bill        string `json:"bill"`
	Surrendered bool   `json:"surrendered,omitempty"`
}

// Guarantee is the control record.
type Guarantee struct {
	lifecycle.Record
	Kind        Kind          `json:"kind"`
	Applicant   lifecycle.Ref `json:"applicant"`
	Beneficiary lifecycle.Ref `json:"beneficiary"`
	// DeliverTo is the party that the goods go to under this guarantee.
	DeliverTo lifecycle.Ref `json:"deliverTo"`
	// Bank is the guarantor bank, once named; it is bound from its joining.
	Bank  lifecycle.Ref `json:"bank,omitzero"`
	Bills []Underlying  `json:"bills"`
	// Joinder is the salted commitment to the bank's own terms.
	Joinder string `json:"joinder,omitempty"`
	// Misdelivery is set when a bill of this guarantee was surrendered by somebody else than DeliverTo (rule X-04):
	// the guarantee then stays active for a demand.
	Misdelivery bool `json:"misdelivery,omitempty"`
}

// Request is the public input of all acts.
type Request struct {
	ID          string   `json:"id"`
	Version     int      `json:"version"`
	Kind        Kind     `json:"kind"`
	Beneficiary string   `json:"beneficiary"`
	DeliverTo   string   `json:"deliverTo"`
	Bank        string   `json:"bank"`
	Bills       []string `json:"bills"`
	Reason      string   `json:"reason"`

	// Parties are the registered parties behind the fields, by place.
	Parties map[string]party.Party `json:"-"`
	// Claimant is who surrendered the bill of BillSurrendered, Used whether goods left under this guarantee before.
	Claimant lifecycle.Ref `json:"-"`
	Used     bool          `json:"-"`
}

// Relying are the organisations that must all endorse a change: applicant's, beneficiary's, the bank's once it joined.
func (g Guarantee) Relying() []string {
	orgs := []string{g.Applicant.Org, g.Beneficiary.Org}
	if g.Joinder != "" {
		orgs = append(orgs, g.Bank.Org)
	}
	return orgs
}

// Readers are the parties that may read the content; the bank from submission on.
func (g Guarantee) Readers() []lifecycle.Ref {
	readers := []lifecycle.Ref{g.Applicant, g.Beneficiary}
	if g.State != Drafted {
		readers = append(readers, g.Bank)
	}
	return readers
}

// Parties are all parties that take part.
func (g Guarantee) Parties() []lifecycle.Ref {
	return []lifecycle.Ref{g.Applicant, g.Beneficiary, g.DeliverTo, g.Bank}
}

// IsBasis tells whether the guarantee was accepted, is of a form that a release order can rest on, and lists the bill
// (rule X-01).
func (g Guarantee) IsBasis(bill string) bool {
	accepted := g.State == Active || g.State == Discharged
	return accepted && Forms[g.Kind].Basis && g.Covers(bill)
}

// Covers tells whether the guarantee lists the bill.
func (g Guarantee) Covers(bill string) bool {
	return slices.ContainsFunc(g.Bills, func(u Underlying) bool { return u.Bill == bill })
}
