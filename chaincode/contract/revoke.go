package contract

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// revokeOrders ends the live release orders of a bill whose basis is lost. An order that went further than the carrier can
// take it back stops the act that would take its basis away.
func revokeOrders(t *turn, d rules.Delivery, reason string) error {
	for _, id := range d.Orders {
		before, err := load[release.Order](t, "release", id)
		if err != nil {
			return err
		}
		c := orderCommand{Act: release.Reject, Actor: t.actor, At: t.At, Request: release.OrderRequest{ID: id, Reason: reason}}
		after, err := before.Apply(c)
		if err != nil {
			return fault.New(fault.ContainerBusy).By("X-11")
		}
		if err := withdrawLines(t, after, c); err != nil {
			return err
		}
		if err := orderEnded(t, after); err != nil {
			return err
		}
		e := t.entry(release.Reject, release.Law.Part(before, c))
		e.Reason = reason
		if err := save(t, &before, &after, e); err != nil {
			return err
		}
	}
	return nil
}

// revokeOrder takes back a release order that lost what it rests on. No order can be taken back from its claimant yet, so
// what it rests on must stand (rule X-03).
func revokeOrder(_ *turn, _, _ string) error {
	return fault.New(fault.GuaranteeInUse, "why", "live-order").By("X-03")
}
