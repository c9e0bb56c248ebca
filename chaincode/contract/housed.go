package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// Which containers house bills list that stand under a master is kept by the carrier's organisation alone, a sealed list of tokens
// for each house bill (decision 37): so the carrier's own endorser keeps everybody else from taking them out (decision 17).

func housedKey(house string) string { return "housed/" + house }

// housedList is what one house bill lists.
type housedList struct {
	Salt   string   `json:"salt"`
	Tokens []string `json:"tokens"`
	// Consolidated tells that the goods are handed over out of the containers, which other house bills may list as well.
	Consolidated bool `json:"consolidated,omitempty"`
}

func (l housedList) shares(with housedList) bool { return l.Consolidated && with.Consolidated }

// listHoused keeps what the draft of a house bill lists; the carrier endorses the draft anyway.
func listHoused(t *turn, b bill.Bill, view content.Bill, salt string, tokens map[string]string) error {
	if !b.House() {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/housed/1\n"))
	value, err := json.Marshal(housedList{Salt: hex.EncodeToString(mac.Sum(nil)), Tokens: slices.Sorted(maps.Values(tokens)),
		Consolidated: view.Consolidated})
	if err == nil {
		t.Keep(b.Carrier.Org, housedKey(b.ID), value)
	}
	return err
}

// listOfHouse is what a house bill lists, on the carrier's peer and, where its organisation is named, on that of the forwarder,
// which has the documents of its own house bills; seen is false on every other.
func listOfHouse(t *turn, carrier, forwarder, house string) (list housedList, seen bool, err error) {
	if forwarder != "" {
		if list, seen, err = listOfOwn(t, forwarder, house); err != nil {
			return list, false, err
		}
	}
	value, err := t.Peek(carrier, housedKey(house))
	switch {
	case err != nil || t.Self != carrier:
		return list, seen, err
	case value == nil:
		return list, false, fault.New(fault.PrivateInputMissing, "name", "housed")
	}
	list = housedList{}
	return list, true, json.Unmarshal(value, &list)
}

func listOfOwn(t *turn, forwarder, house string) (list housedList, seen bool, err error) {
	value, err := t.Peek(forwarder, contentKey(house))
	if err != nil {
		return list, false, err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return list, false, err
	}
	view, err := content.BillOf([]byte(s.Content))
	return housedList{Tokens: slices.Sorted(maps.Values(s.Tokens)), Consolidated: view.Consolidated}, err == nil, err
}

// eachHouse shows the list of every house bill that stands under a master to those who have it.
func eachHouse(t *turn, master bill.Bill, forwarder string, d rules.Delivery, look func(house string, list housedList) *fault.Fault) error {
	for _, house := range d.Houses {
		list, seen, err := listOfHouse(t, master.Issuer.Org, forwarder, house)
		if err != nil {
			return err
		}
		if !seen {
			continue
		}
		if f := look(house, list); f != nil {
			return f
		}
	}
	return nil
}

// standUnder books a house bill that is issued with its master. What replaces it later lists the same goods, so it stays booked.
func standUnder(t *turn, house, master bill.Bill) error {
	d, err := delivery(t, master.ID)
	if err != nil {
		return err
	}
	if err := promisedOnce(t, house, master, d); err != nil {
		return err
	}
	after, f := d.Stand(house)
	if f != nil {
		return f
	}
	if err := t.Put(key("delivery", master.ID), after, d.Orgs, d.Orgs); err != nil || master.Housed {
		return err
	}
	bearing, err := bears(t, master)
	if err != nil {
		return err
	}
	return save(t, &master, &bearing, t.entry(bill.BearHouse, automatic))
}

// bears is the master with house bills under it, or why none can stand there.
func bears(t *turn, master bill.Bill) (bill.Bill, error) {
	after, err := bill.Law.Follow(master, billCommand{Act: bill.BearHouse, Actor: t.actor, At: t.At})
	if f := fault.Of(err); f != nil {
		return after, f.By("X-18").In("/master")
	}
	return after, err
}

// promisedOnce is rule X-18 for the goods of a house bill that is issued: they are still there, and promised to nobody else. Only
// consolidated cargo shares a container, with its like.
func promisedOnce(t *turn, house, master bill.Bill, d rules.Delivery) error {
	var orders []release.Order
	for _, id := range d.Orders {
		o, err := load[release.Order](t, "release", id)
		if err != nil {
			return err
		}
		orders = append(orders, o)
	}
	own, _, err := listOfHouse(t, master.Issuer.Org, house.Issuer.Org, house.ID)
	if err != nil {
		return err
	}
	if f := rules.Unclaimed(master, d, orders, own.Tokens); f != nil {
		return f
	}
	return eachHouse(t, master, house.Issuer.Org, d, func(_ string, list housedList) *fault.Fault {
		if own.shares(list) {
			return nil
		}
		return rules.NotHoused(list.Tokens, own.Tokens, "")
	})
}

// notHoused is rule X-18 for a part of a master: none of its containers is promised under a house bill.
func notHoused(t *turn, master bill.Bill, tokens []string) error {
	d, err := delivery(t, master.ID)
	if err != nil {
		return err
	}
	return eachHouse(t, master, "", d, func(_ string, list housedList) *fault.Fault {
		return rules.NotHoused(list.Tokens, tokens, partPlace)
	})
}

// notPromised is rule X-18 for the containers of a release: the forwarder, or who else has the master, gets none under the master that a
// house bill promises in full, and a house bill releases none in which the goods of others are.
func notPromised(t *turn, b bill.Bill, tokens []string) error {
	master := b
	var own []string
	if b.House() {
		var err error
		if master, err = masterOf(t, b.Master); err != nil {
			return err
		}
		if own, err = lineage(t, b); err != nil {
			return err
		}
	}
	d, err := delivery(t, master.ID)
	if err != nil {
		return err
	}
	return eachHouse(t, master, "", d, func(house string, list housedList) *fault.Fault {
		if slices.Contains(own, house) || (!b.House() && list.Consolidated) {
			return nil
		}
		return rules.NotHoused(list.Tokens, tokens, "/content/lines")
	})
}

// lineage is a bill and those whose place it took, the latest first; as many as there can be house bills under one master.
func lineage(t *turn, b bill.Bill) ([]string, error) {
	ids := []string{b.ID}
	for i := 0; i < len(ids) && i < rules.HousesMax; i++ {
		if i > 0 {
			var err error
			if b, err = load[bill.Bill](t, "bill", ids[i]); err != nil {
				return nil, err
			}
		}
		ids = append(ids, b.Replaces...)
		if b.Recovers != "" {
			ids = append(ids, b.Recovers)
		}
	}
	return ids, nil
}

// sameMovement keeps a house bill that takes the place of others as they were: goods that may share a container are not promised a
// whole one by a correction, nor the other way round.
func sameMovement(old []bill.Bill, was []bool, fresh []content.Replacement) *fault.Fault {
	if !old[0].House() {
		return nil
	}
	for i, b := range fresh {
		if slices.Contains(was, !b.Consolidated) {
			return fault.New(fault.Invalid, "check", "same-movement").In("/content/bills/" + number(i) + "/cargoMovementTypeAtDestination")
		}
	}
	return nil
}
