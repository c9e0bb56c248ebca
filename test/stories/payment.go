package stories

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"portledger/chaincode/payment"
	"portledger/gateway/pay"
)

// till is where the story's bank signs what was paid: with a key of this run, which the story registers, and for forgeries
// with another, which nobody knows.
type till struct{ key, stranger crypto.Signer }

func newTill() till {
	return till{key: newPaymentKey(), stranger: newPaymentKey()}
}

func newPaymentKey() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil { // never, says crypto/rand
		panic(err)
	}
	return key
}

// lookup answers payment-key and payment-key-id, and of an exchange and its commitment payment-proof and forged-proof.
func (t till) lookup(name string, now time.Time) (value any, known bool, err error) {
	public, id, err := pay.PublicKey(t.key)
	if err != nil {
		return nil, true, err
	}
	what, about, _ := strings.Cut(name, " ")
	switch what {
	case "payment-key":
		return public, true, nil
	case "payment-key-id":
		return id, true, nil
	case "payment-proof", "forged-proof":
		value, err = t.proof(strings.Fields(about), now, what == "forged-proof")
		return value, true, err
	}
	return nil, false, nil
}

func (t till) proof(about []string, now time.Time, forged bool) (string, error) {
	if len(about) != 2 {
		return "", fmt.Errorf("a proof of payment is about an exchange and its commitment, not %v", about)
	}
	s := payment.Statement{Exchange: about[0], Commitment: about[1], PaidAt: now.UTC().Format(time.RFC3339)}
	good, err := pay.Sign(t.key, s)
	if err != nil || !forged {
		return good, err
	}
	other, err := pay.Sign(t.stranger, s)
	if err != nil {
		return "", err
	}
	return good[:strings.LastIndexByte(good, '.')] + other[strings.LastIndexByte(other, '.'):], nil
}
