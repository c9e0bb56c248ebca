package ledger

import "errors"

// Unsigned is a transaction on its way through the hands of a person whose key is not at this gateway. It is signed twice:
// as a proposal, before anybody endorses it, and with its endorsements, before it is submitted.
type Unsigned struct {
	TxID   string
	Person Person
	// ToSign are the bytes whose SHA-256 the person signs next (ECDSA, the lower of the two values of s, in DER).
	ToSign []byte
	// Endorsed tells which of the two signatures comes next. Result is what the contract answered, once endorsed.
	Endorsed bool
	Result   []byte
	// Whole is what the ledger's client needs to go on.
	Whole []byte
}

// ErrSignature means that a signature is not the person's over the bytes that it should be over.
var ErrSignature = errors.New("this is not the person's signature over these bytes")
