package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// deliveredList is what is not in the balance: tokens only, so that a carrier can keep it that sees no more of the bill.
type deliveredList struct {
	Salt  string            `json:"salt"`
	Parts []rules.Delivered `json:"parts"`
}

// deliveredSalt gives the list a salt of its own, made of the part's: the tokens stand in public lines, and whoever sees
// those must not be able to tell which of them are listed.
func deliveredSalt(salt string) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/delivered/1\n"))
	return hex.EncodeToString(mac.Sum(nil))
}

// broughtList is the bill's list of delivered containers, from the caller's own copy, as the bill's fingerprint says.
func broughtList(t *turn, b bill.Bill) (list deliveredList, err error) {
	if b.DeliveredList() == "" {
		return list, nil
	}
	key := deliveredKey(b.DeliveredList())
	value, err := t.Supply(key, func() ([]byte, error) { return t.Peek(t.actor.Org, key) })
	if err != nil {
		return list, err
	}
	if state.Fingerprint(value) != b.DeliveredList() {
		return list, fault.New(fault.ContentMismatch)
	}
	return list, json.Unmarshal(value, &list)
}

// deliveredSeen is a list of delivered containers on the peers that keep it: the carrier's always does, or nobody could tell.
func deliveredSeen(t *turn, o release.Order, fingerprint string) (list deliveredList, seen bool, err error) {
	if fingerprint == "" {
		return list, false, nil
	}
	value, err := peekAny(t, deliveredKey(fingerprint), o.Carrier, o.Requester)
	switch {
	case err != nil:
		return list, false, err
	case value != nil:
		return list, true, json.Unmarshal(value, &list)
	case t.Self == o.Carrier.Org:
		return list, false, fault.New(fault.PrivateInputMissing, "name", "delivered")
	}
	return list, false, nil
}

// handDelivered gives whom a bill is offered to the list of what is not in its balance any more.
func handDelivered(t *turn, b bill.Bill, to lifecycle.Ref) error {
	return handDeliveredTo(t, b, to.Org)
}

func handDeliveredTo(t *turn, b bill.Bill, org string) error {
	list := b.DeliveredList()
	if list == "" {
		return nil
	}
	return t.Deliver(deliveredKey(list), list, org, t.actor.Org)
}
