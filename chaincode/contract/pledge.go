package contract

import (
	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
)

// pledgeable is what the bill's delivery says to a new pledge, when it is proposed and again when it is accepted (rule X-17).
func pledgeable(t *turn, b bill.Bill) error {
	d, err := delivery(t, b.ID)
	if err != nil {
		return err
	}
	if f := rules.Pledgeable(d); f != nil {
		return f
	}
	return nil
}

// showPledge gives the bank the content together with the proposal, so that it sees what it lends on, and takes the copy back
// when it declines.
func showPledge(t *turn, before, after bill.Bill) error {
	if err := t.asks(); err != nil {
		return err
	}
	if after.Pledge == nil {
		return forget(t, after, before.Pledge.ID, before.Pledge.Bank)
	}
	if err := hand(t, after, after.Pledge.Bank); err != nil {
		return err
	}
	return openDeed(t, after)
}

// passPledge shows another bank what the first one offers, takes it back, or lets the deed follow the pledge.
func passPledge(t *turn, act lifecycle.Act, before, after bill.Bill) error {
	if err := t.asks(); err != nil {
		return err
	}
	switch act {
	case bill.OfferPledgeTransfer:
		return hand(t, after, after.Pledge.To)
	case bill.AcceptPledgeTransfer:
		return passDeed(t, before, after)
	}
	return forget(t, after, before.Pledge.ID, before.Pledge.To)
}

// unpledge answers what the bank could do for an act on its pledged bill.
func (s situation) unpledge(act lifecycle.Act) []lifecycle.Way {
	if s.family != bill.Law.Family {
		return nil
	}
	ways := s.ways(bill.ReleasePledge)
	if bill.Consentable(act) {
		ways = append(s.ways(bill.GiveConsent), ways...)
	}
	return ways
}
