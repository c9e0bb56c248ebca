// Package payment checks proofs that a bank paid: the other half of an exchange of a document against payment 付款交单.
//
// A proof names the exchange and the salted commitment to its terms, never an amount, an account or a name, so that every
// endorser can check it and none learns what was paid. The package knows nothing of the ledger; keys, time and what is
// expected come in as values. There is no coin here: money moves where it always did.
package payment

import (
	"encoding/json"
	"time"

	"portledger/chaincode/fault"
)

// Kind names a kind of proof. Seller and buyer agree on one when the exchange is proposed.
type Kind string

// BankSignature is a statement under a payment key of the named bank 银行签名.
const BankSignature Kind = "BANK_SIGNATURE"

// Kinds lists all kinds.
var Kinds = []Kind{BankSignature}

// Proof is a kind of proof: the one place where another (a central bank's settlement message, a notary) would be put in.
type Proof interface {
	// Check answers what the evidence proves, or why it proves nothing of what is expected. It depends on its arguments
	// alone, so that all endorsers answer alike. Refusals name no place and carry ids only.
	Check(evidence string, e Expected) (Paid, *fault.Fault)
}

// Expected is what the proof must be about.
type Expected struct {
	// Exchange is the ledger id of the exchange, Commitment the salted one to its terms, hex.
	Exchange, Commitment string
	// Bank is the party id of the bank, Keys its payment keys as registered.
	Bank string
	Keys []Key
	// From and Until are the exchange's beginning and deadline, At the transaction's time.
	From, At, Until time.Time
}

// Paid is what a good proof says.
type Paid struct {
	// Key is the id of the key that signed.
	Key string
	// At is when the bank paid, or took the money into its keeping for this exchange; RFC 3339.
	At string
}

// Of finds the check for a kind; nil for a kind that is not known.
func Of(k Kind) Proof {
	if k == BankSignature {
		return bankSignature{}
	}
	return nil
}

// Format is the first version of the statement's form.
const Format = "portledger/payment/1"

// Statement is what a bank states: that the terms of an exchange are met on the buyer's side. Its members stand in the order
// of RFC 8785, so that the JSON has one form.
type Statement struct {
	Commitment string `json:"commitment"`
	Exchange   string `json:"exchange"`
	Format     string `json:"format"`
	PaidAt     string `json:"paidAt"`
}

// Canonical are the very bytes that are signed.
func (s Statement) Canonical() []byte {
	body, err := json.Marshal(s)
	if err != nil { // a struct of texts always marshals
		panic(err)
	}
	return body
}

// SkewMax is how far the bank's clock may be ahead of the transaction's time.
const SkewMax = 5 * time.Minute

// fits compares a statement with what is expected of it.
func (s Statement) fits(e Expected) *fault.Fault {
	paid, err := time.Parse(time.RFC3339, s.PaidAt)
	switch {
	case err != nil:
		return fault.New(fault.Invalid, "check", "paid-at")
	case s.Exchange != e.Exchange:
		return fault.New(fault.PaymentOfOther, "exchange", s.Exchange)
	case s.Commitment != e.Commitment:
		return fault.New(fault.PaymentTermsDiffer)
	case paid.Before(e.From.Add(-SkewMax)) || paid.After(e.At.Add(SkewMax)) || !paid.Before(e.Until):
		return fault.New(fault.PaymentNotInExchange, "paidAt", s.PaidAt)
	}
	return nil
}
