// Package exchange is release against payment 付款交单 (delivery versus payment): a bill or a release right and the proof that
// its price was paid change hands in one transaction, or not at all.
//
// Amount, currency, account and reference are private content that this package never sees: it compares commitments. It
// knows the bill and the release order by their ids only, and nothing of Fabric. There is no coin: the bank pays as it always
// did, and says so.
package exchange

import (
	"time"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/payment"
)

// The states.
const (
	Proposed  lifecycle.State = "PROPOSED"
	Agreed    lifecycle.State = "AGREED"
	Settled   lifecycle.State = "SETTLED"
	Declined  lifecycle.State = "DECLINED"
	Withdrawn lifecycle.State = "WITHDRAWN"
)

// The acts.
const (
	Propose  lifecycle.Act = "propose"
	Show     lifecycle.Act = "show"
	Agree    lifecycle.Act = "agree"
	Decline  lifecycle.Act = "decline"
	Withdraw lifecycle.Act = "withdraw"
	Settle   lifecycle.Act = "settle"
)

// TermMax is how far off the deadline may be: a bill is not tied up for longer than the longest usual usance.
const TermMax = 180 * 24 * time.Hour

// Exchange is the control record. Commitment and Seal in its head are of the private terms.
type Exchange struct {
	lifecycle.Record
	// Bill is what is sold, and Passes the act by which it passes; or else Release is the order whose right is sold: of one Line,
	// or of all where that is 0.
	Bill    string        `json:"bill,omitempty"`
	Passes  lifecycle.Act `json:"passes,omitempty"`
	Release string        `json:"release,omitempty"`
	Line    int           `json:"line,omitempty"`
	Seller  lifecycle.Ref `json:"seller"`
	Buyer   lifecycle.Ref `json:"buyer"`
	// Bank is the bank whose proof of payment settles the exchange.
	Bank lifecycle.Ref `json:"bank"`
	// ProofKind is the kind of proof that seller and buyer agreed on.
	ProofKind payment.Kind `json:"proofKind"`
	// Proposed and Deadline are when it was proposed and until when it can be settled, RFC 3339. From the deadline on, and not
	// sooner, either side may withdraw.
	Proposed string `json:"proposedAt"`
	Deadline string `json:"deadline"`
	// Keepers are those who endorse every change of what is sold beside its seller: the bill's issuer, or carrier and terminal
	// of the order. They are known from the agreement on.
	Keepers []lifecycle.Ref `json:"keepers,omitempty"`
	// Payment is the proof that settled the exchange.
	Payment *Payment `json:"payment,omitempty"`
}

// Payment is a proof as it was accepted. Anybody can check it again.
type Payment struct {
	// Proof is the evidence itself, for BANK_SIGNATURE a JWS.
	Proof string `json:"proof"`
	// Key is the id of the bank's key, At when the bank says that it was paid, RFC 3339.
	Key string `json:"key"`
	At  string `json:"paidAt"`
}

// Request is the public input of all acts.
type Request struct {
	ID        string        `json:"id"`
	Version   int           `json:"version"`
	Bill      string        `json:"bill"`
	Passes    lifecycle.Act `json:"passes"`
	Release   string        `json:"release"`
	Line      int           `json:"line"`
	Buyer     string        `json:"buyer"`
	Bank      string        `json:"bank"`
	ProofKind payment.Kind  `json:"proofKind"`
	Deadline  string        `json:"deadline"`
	Reason    string        `json:"reason"`
	Proof     string        `json:"proof"`

	// Parties are the registered parties behind Buyer and Bank, by place.
	Parties map[string]party.Party `json:"-"`
	// Shown tells whether the buyer's organisation has the content of what is sold, Keepers who endorses its changes.
	Shown   bool            `json:"-"`
	Keepers []lifecycle.Ref `json:"-"`
	// Keys are the bank's payment keys as registered now.
	Keys []payment.Key `json:"-"`
}

// Relying are the organisations that must all endorse a change: seller's and buyer's until they agree, then those that
// endorse the change of what is sold, and so what binds it, frees it and passes it. The buyer's and the bank's are not among
// those: an organisation that is dead must not keep a seller from its bill after the deadline (decision 25).
func (e Exchange) Relying() []string {
	if len(e.Keepers) == 0 {
		return []string{e.Seller.Org, e.Buyer.Org}
	}
	orgs := []string{e.Seller.Org}
	for _, k := range e.Keepers {
		orgs = append(orgs, k.Org)
	}
	return orgs
}

// Readers are the parties that may read the terms.
func (e Exchange) Readers() []lifecycle.Ref { return []lifecycle.Ref{e.Seller, e.Buyer, e.Bank} }

// Parties are all parties that take part, for indexes and events.
func (e Exchange) Parties() []lifecycle.Ref { return append(e.Readers(), e.Keepers...) }

// expected is what a proof of payment must be about.
func (e Exchange) expected(c command) payment.Expected {
	return payment.Expected{Exchange: e.ID, Commitment: e.Commitment, Bank: e.Bank.Party, Keys: c.Request.Keys,
		From: moment(e.Proposed), At: c.At, Until: moment(e.Deadline)}
}

// moment reads a time that was checked when it was written.
func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at
}
