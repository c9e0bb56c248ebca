// Package presentation is the presentation of documents under a credit 信用证交单: documents go to a bank as one set, two
// persons of the bank examine and decide, and the time for saying no runs out (UCP 600 arts 14 to 16, eUCP 2.1).
//
// The set, the credit and the discrepancies are private content that this package never sees. It knows bills by their ids
// only, and nothing of calendars or Fabric.
package presentation

import (
	"time"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The states.
const (
	Opened      lifecycle.State = "OPEN"              // 备单: the set is not complete yet
	Examined    lifecycle.State = "UNDER_EXAMINATION" // 审单
	Honoured    lifecycle.State = "HONOURED"          // 已承付
	Refused     lifecycle.State = "REFUSED"           // 已拒付: the bank holds the documents at the presenter's disposal
	WaiverAsked lifecycle.State = "WAIVER_ASKED"      // 征询开证申请人
	Waived      lifecycle.State = "WAIVED"            // 申请人放弃不符点
	Returned    lifecycle.State = "RETURNED"          // 已退单
	Withdrawn   lifecycle.State = "WITHDRAWN"         // 已撤回
)

// The acts.
const (
	Open             lifecycle.Act = "open"
	ReplaceDocuments lifecycle.Act = "replace-documents"
	Complete         lifecycle.Act = "complete"
	Withdraw         lifecycle.Act = "withdraw"
	Honour           lifecycle.Act = "honour"
	Refuse           lifecycle.Act = "refuse"
	AskWaiver        lifecycle.Act = "ask-waiver"
	Waive            lifecycle.Act = "waive"
	DeclineWaiver    lifecycle.Act = "decline-waiver"
	PresentAgain     lifecycle.Act = "present-again"
	ReturnDocuments  lifecycle.Act = "return-documents"
	TakeBack         lifecycle.Act = "take-back"
)

// BillsMax bounds the bills of one presentation: every one of them is moved by the bank's decision.
const BillsMax = 5

// Presentation is the control record.
type Presentation struct {
	lifecycle.Record
	// Presenter 交单人 is a beneficiary, a bank or another party that presents (UCP 600 art 2).
	Presenter lifecycle.Ref `json:"presenter"`
	// Bank is the nominated or issuing bank that the documents are presented to.
	Bank lifecycle.Ref `json:"bank"`
	// Applicant 开证申请人 was asked for a waiver; Shown is the number of the set that it was shown.
	Applicant lifecycle.Ref `json:"applicant,omitzero"`
	Shown     int           `json:"shown,omitempty"`
	// Bills are the bills of lading of this ledger among the documents, at most BillsMax.
	Bills []string `json:"bills"`
	// Documents is how many documents the set has, Sets how many sets were handed in: the last one counts.
	Documents int `json:"documents"`
	Sets      int `json:"sets"`
	// Calendar names the banking days at the place of presentation, "ORGANISATION/ID"; empty for Monday to Friday.
	Calendar string `json:"calendar,omitempty"`
	// Expires is the instant at which the last day for presentation ends, RFC 3339 (UCP 600 arts 6(d) and 29).
	Expires string `json:"expires"`
	// Round counts the notices of completeness. Due is the instant at which the time for refusing ends, RFC 3339: the end of
	// the fifth banking day following the day of that notice (UCP 600 art 14(b), eUCP 2.1 art e7), counted once.
	Round int    `json:"round,omitempty"`
	Due   string `json:"due,omitempty"`
	// Notice and NoticeSeal bind the private notice of refusal of this round; Notices is how many were given in all rounds.
	Notice     string `json:"notice,omitempty"`
	NoticeSeal string `json:"noticeSeal,omitempty"`
	Notices    int    `json:"notices,omitempty"`
}

// Request is the public input of all acts.
type Request struct {
	ID        string   `json:"id"`
	Version   int      `json:"version"`
	Bank      string   `json:"bank"`
	Bills     []string `json:"bills"`
	Calendar  string   `json:"calendar"`
	Applicant string   `json:"applicant"`
	Reason    string   `json:"reason"`
	// Notice is the commitment to the drafted notice as the second person read it.
	Notice string `json:"notice"`

	// Parties are the registered parties behind Bank and Applicant, by place.
	Parties map[string]party.Party `json:"-"`
	// Documents and Expires are what the private set says, Due what the calendar says.
	Documents int    `json:"-"`
	Expires   string `json:"-"`
	Due       string `json:"-"`
	// Examination is the bank's examination as it stands.
	Examination Examination `json:"-"`
}

// Relying are the organisations that must all endorse a change: the presenter's and the bank's. The applicant's is none: what
// it said stands as a mark in its own collection, and a presenter need not wait for it.
func (p Presentation) Relying() []string { return []string{p.Presenter.Org, p.Bank.Org} }

// Readers are the parties that may read the documents: presenter and bank, and the applicant those that it was shown.
func (p Presentation) Readers() []lifecycle.Ref {
	readers := []lifecycle.Ref{p.Presenter, p.Bank}
	if p.Shown > 0 && p.Shown == p.Sets {
		readers = append(readers, p.Applicant)
	}
	return readers
}

// Parties are all parties that take part.
func (p Presentation) Parties() []lifecycle.Ref {
	return []lifecycle.Ref{p.Presenter, p.Bank, p.Applicant}
}

// passed tells whether an instant in text has come; an empty one never does.
func passed(text string, at time.Time) bool {
	instant, err := time.Parse(time.RFC3339, text)
	return err == nil && !at.Before(instant)
}
