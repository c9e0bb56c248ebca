package contract

import "portledger/chaincode/bill"

// handJointly delivers the content to everybody whom the bill is offered to jointly.
func handJointly(t *turn, b bill.Bill) error {
	for _, to := range b.Offer.Jointly {
		if err := hand(t, b, to); err != nil {
			return err
		}
	}
	return nil
}
