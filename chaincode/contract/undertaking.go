package contract

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// lapsed is the reason that orders are revoked with (rule X-03).
const lapsed = "LOI_LAPSED"

// lapse revokes the orders that rest on a guarantee and still have something inside (rule X-03).
func lapse(t *turn, g guarantee.Guarantee) error {
	return eachOrder(t, g, func(o release.Order) error {
		if o.State == release.GatedOut {
			return nil
		}
		return revokeOrder(t, o.ID, lapsed)
	})
}

// unused refuses the end of a guarantee that an order rests on, or that goods left under (rule X-03).
func unused(t *turn, g guarantee.Guarantee) error {
	for _, u := range g.Bills {
		d, err := delivery(t, u.Bill)
		if err != nil {
			return err
		}
		if f := rules.Unused(g, d); f != nil {
			return f
		}
	}
	return eachOrder(t, g, func(release.Order) error {
		return fault.New(fault.GuaranteeInUse, "why", "live-order").By("X-03")
	})
}

// eachOrder does something with every order that rests on the guarantee, found by the deliveries of its bills.
func eachOrder(t *turn, g guarantee.Guarantee, do func(release.Order) error) error {
	for _, u := range g.Bills {
		d, err := delivery(t, u.Bill)
		if err != nil {
			return err
		}
		for _, id := range d.Orders {
			o, err := load[release.Order](t, "release", id)
			if err != nil {
				return err
			}
			if !rules.RestsOn(o, g) {
				continue
			}
			if err := do(o); err != nil {
				return err
			}
		}
	}
	return nil
}
