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

// The states.
const (
	Drafted    lifecycle.State = "DRAFT"
	Submitted  lifecycle.State = "SUBMITTED"
	BankJoined lifecycle.State = "BANK_JOINED"
	Active     lifecycle.State = "ACTIVE"
	Refused    lifecycle.State = "REFUSED"
	Withdrawn  lifecycle.State = "WITHDRAWN"
	Discharged lifecycle.State = "DISCHARGED"
	Claimed    lifecycle.State = "CLAIMED"
	Paid       lifecycle.State = "PAID"
	Suspended  lifecycle.State = "SUSPENDED"
	Expired    lifecycle.State = "EXPIRED"
)

// The acts.
const (
	Draft    lifecycle.Act = "draft"
	Submit   lifecycle.Act = "submit"
	Join     lifecycle.Act = "join"
	Accept   lifecycle.Act = "accept"
	Refuse   lifecycle.Act = "refuse"
	Withdraw lifecycle.Act = "withdraw"

	ProposeAmendment  lifecycle.Act = "propose-amendment"
	AcceptAmendment   lifecycle.Act = "accept-amendment"
	RejectAmendment   lifecycle.Act = "reject-amendment"
	WithdrawAmendment lifecycle.Act = "withdraw-amendment"
	Demand            lifecycle.Act = "demand"
	Pay               lifecycle.Act = "pay"
	RejectDemand      lifecycle.Act = "reject-demand"
	Extend            lifecycle.Act = "extend"
	SuspendPayment    lifecycle.Act = "suspend-payment"
	Suspend           lifecycle.Act = "suspend"
	Resume            lifecycle.Act = "resume"
	Release           lifecycle.Act = "release"
	Reduce            lifecycle.Act = "reduce"
	ForceMajeure      lifecycle.Act = "extend-force-majeure"
	Expire            lifecycle.Act = "expire"
	// Amend and Exhaust are automatic: they follow the last agreement, and a payment that leaves nothing.
	Amend   lifecycle.Act = "amend"
	Exhaust lifecycle.Act = "exhaust"
	// BillSurrendered and Discharge are automatic: they follow the surrender of the bills (rule X-10). SurrenderAnnulled takes the first
	// back when a court or an error undoes the surrender (rule X-11).
	BillSurrendered   lifecycle.Act = "bill-surrendered"
	SurrenderAnnulled lifecycle.Act = "surrender-annulled"
	Discharge         lifecycle.Act = "discharge"
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
	DeliverTo lifecycle.Ref `json:"deliverTo,omitzero"`
	// Bank is the guarantor bank, once named; it is bound from its joining.
	Bank  lifecycle.Ref `json:"bank,omitzero"`
	Bills []Underlying  `json:"bills"`
	// Joinder is the salted commitment to the bank's own terms.
	Joinder string `json:"joinder,omitempty"`
	// Misdelivery is set when a bill of this guarantee was surrendered by somebody else than DeliverTo (rule X-04):
	// the guarantee then stays active for a demand.
	Misdelivery bool `json:"misdelivery,omitempty"`
	// Calendar names the business days at the place of whoever pays, "ORGANISATION/ID"; empty for Monday to Friday.
	Calendar string `json:"calendar,omitempty"`
	Terms    Terms  `json:"terms,omitzero"`
	// Account is the hash of the private account that all who are bound keep: see Account.
	Account string `json:"account,omitempty"`
	// Approver is the person who gave the first of the two approvals that a kind of high risk needs.
	Approver string `json:"approver,omitempty"`
	// Claim is the open demand, Amendment the open proposal; Demands, Payments and Proposals count how many there were.
	Claim     Claim     `json:"claim,omitzero"`
	Amendment Amendment `json:"amendment,omitzero"`
	Demands   int       `json:"demands,omitempty"`
	Payments  int       `json:"payments,omitempty"`
	Proposals int       `json:"proposals,omitempty"`
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
	Calendar    string   `json:"calendar"`

	// Parties are the registered parties behind the fields, by place.
	Parties map[string]party.Party `json:"-"`
	// Claimant is who surrendered the bill of BillSurrendered, Used whether goods left under this guarantee before.
	Claimant lifecycle.Ref `json:"-"`
	Used     bool          `json:"-"`
	// Terms are those of the private content that came along or takes effect, Due and Extension those of a demand.
	Terms     Terms  `json:"-"`
	Due       string `json:"-"`
	Extension bool   `json:"-"`
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

// Guarantor is who pays: the bank where one joins, else the applicant.
func (g Guarantee) Guarantor() lifecycle.Ref {
	if g.Bank.Zero() {
		return g.Applicant
	}
	return g.Bank
}

// Standing tells whether the guarantee was accepted and has not come to its end.
func (g Guarantee) Standing() bool {
	return g.State == Active || g.State == Claimed || g.State == Suspended
}

// IsBasis tells whether the guarantee was accepted, is of a form that a release order can rest on, and lists the bill
// (rules ). Whether it still has to stand depends on the bill: one that came back is a basis by itself.
func (g Guarantee) IsBasis(bill string) bool {
	accepted := slices.Contains([]lifecycle.State{Active, Claimed, Paid, Discharged}, g.State)
	return accepted && Forms[g.Kind].Basis && g.Covers(bill)
}

// Moves tells whether the bill's goods go to another place for this party under the guarantee.
func (g Guarantee) Moves(bill string, to lifecycle.Ref) bool {
	return Forms[g.Kind].Place && g.Covers(bill) && g.DeliverTo == to
}

// Covers tells whether the guarantee lists the bill.
func (g Guarantee) Covers(bill string) bool {
	return slices.ContainsFunc(g.Bills, func(u Underlying) bool { return u.Bill == bill })
}
