package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

// Which containers house bills list that stand under a master is kept by the carrier's organisation alone, a sealed list of tokens
// for each house bill (decision 37): so the carrier's own endorser keeps the master's holder from taking them out in a part.

func housedKey(house string) string { return "housed/" + house }

// housedList is what one house bill lists.
type housedList struct {
	Salt   string   `json:"salt"`
	Tokens []string `json:"tokens"`
}

// listHoused keeps what the draft of a house bill lists; the carrier endorses the draft anyway.
func listHoused(t *turn, b bill.Bill, salt string, tokens map[string]string) error {
	if !b.House() {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/housed/1\n"))
	value, err := json.Marshal(housedList{Salt: hex.EncodeToString(mac.Sum(nil)), Tokens: slices.Sorted(maps.Values(tokens))})
	if err == nil {
		t.Keep(b.Carrier.Org, housedKey(b.ID), value)
	}
	return err
}

// standUnder books a house bill that is issued with its master. What replaces it later lists the same goods, so it stays booked.
func standUnder(t *turn, house bill.Bill) error {
	d, err := delivery(t, house.Master)
	if err != nil {
		return err
	}
	after, f := d.Stand(house)
	if f != nil {
		return f
	}
	return t.Put(key("delivery", house.Master), after, d.Orgs, d.Orgs)
}

// notHoused is rule X-18 for a part of a master: none of its containers is promised under a house bill.
func notHoused(t *turn, master bill.Bill, tokens []string) error {
	d, err := delivery(t, master.ID)
	if err != nil {
		return err
	}
	carrier := master.Operator().Org
	for _, house := range d.Houses {
		value, err := t.Peek(carrier, housedKey(house))
		switch {
		case err != nil:
			return err
		case t.Self != carrier:
			continue
		case value == nil:
			return fault.New(fault.PrivateInputMissing, "name", "housed")
		}
		var list housedList
		if err := json.Unmarshal(value, &list); err != nil {
			return err
		}
		if f := rules.NotHoused(list.Tokens, tokens, partPlace); f != nil {
			return f
		}
	}
	return nil
}
