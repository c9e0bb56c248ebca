package contract

import (
	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
)

// masterOf is the master of a house bill, in force.
func masterOf(t *turn, id string) (bill.Bill, error) {
	master, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		if f := fault.Of(err); f != nil {
			err = f.In("/master")
		}
		return master, err
	}
	return master, usable(t, master)
}

// housed is rule X-18 when a house bill is drafted and again when it is issued: its master may have gone in between.
func housed(t *turn, forwarder lifecycle.Ref, id string) (bill.Bill, error) {
	master, err := masterOf(t, id)
	if err != nil {
		return master, err
	}
	if f := rules.Housed(forwarder, master); f != nil {
		return master, f
	}
	_, err = bears(t, master)
	return master, err
}

// masterReleased is rule X-18 on the release of a house bill's goods; other bills have no master to be released.
func masterReleased(t *turn, b bill.Bill) error {
	if !b.House() {
		return nil
	}
	master, err := masterOf(t, b.Master)
	if err != nil {
		return err
	}
	if f := rules.MasterReleased(b, master); f != nil {
		return f
	}
	if f := hold.Any(master.Holds, t.At); f != nil {
		return f
	}
	return nil
}

// billTokens are the tokens of a new bill's containers. A carrier makes them; a forwarder takes them from its copy of the
// master, whose containers are all that it can list. The carrier's own endorser checks both.
func billTokens(t *turn, b bill.Bill, containers []string, place string) (map[string]string, error) {
	if !b.House() {
		return carrierTokens(t, b.Issuer.Org, containers)
	}
	return tokensOf(t, b.Carrier.Org, b.Master, containers, place, b.Carrier, b.Issuer)
}

// tokensOf are the tokens of containers that a bill lists, out of its content: whichever of keepers has that on this peer
// checks that they are the bill's, and the carrier's own endorser checks the tokens.
func tokensOf(t *turn, carrierOrg, id string, containers []string, place string, keepers ...lifecycle.Ref) (map[string]string, error) {
	value, err := peekAny(t, contentKey(id), keepers...)
	if err != nil {
		return nil, err
	}
	s, seen, err := unseal(value)
	if err != nil {
		return nil, err
	}
	if seen {
		view, err := content.BillOf([]byte(s.Content))
		if err != nil {
			return nil, err
		}
		if f := rules.Covered(containers, view.Containers, place); f != nil {
			return nil, f
		}
	}
	return tokens(t, carrierOrg, containers, func() (map[string]string, error) { return s.Tokens, nil })
}

// claimWaybills marks the sea waybills that a release now rests on: the bill, and the master of a house bill.
func claimWaybills(t *turn, b bill.Bill) error {
	if err := claimWaybill(t, b); err != nil || !b.House() {
		return err
	}
	master, err := masterOf(t, b.Master)
	if err != nil {
		return err
	}
	return claimWaybill(t, master)
}

// bothDeliveries are the deliveries that a container of the bill counts on: its own and, of a house bill, the master's.
func bothDeliveries(b bill.Bill) []string {
	if b.House() {
		return []string{b.ID, b.Master}
	}
	return []string{b.ID}
}

// delivered is what can go out no more on this bill: what left of it or of its master.
func delivered(t *turn, b bill.Bill) (rules.Delivery, error) {
	var all rules.Delivery
	for _, id := range bothDeliveries(b) {
		d, err := delivery(t, id)
		if err != nil {
			return all, err
		}
		all.Out = append(all.Out, d.Out...)
	}
	return all, nil
}
