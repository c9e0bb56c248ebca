package release

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// How an issued order is changed, prolonged and brought to an early end. Lines that are out stay out: the order then goes
// on for them alone, and counts the others as ended.

// RevokeReasons are the codes of a revocation (domain facts 4.3): the first of Reasons.
var RevokeReasons = Reasons[:8]

func endRows() []row {
	revocable := append(slices.Clone(live), PartiallyExpired)
	everything := append(slices.Clone(unissued), revocable...)
	// Where two rows differ in nothing but what is out or given, that is asked last: what is wrong with a request is told first.
	return slices.Concat(
		lifecycle.In(live, row{Do: Amend, By: carrier, Asks: guards{amendmentFits}, Then: amendValidity}),
		lifecycle.In(live, row{Do: Extend, By: carrier, If: guards{carrierSettled}, Asks: guards{validToFits, laterThanNow}, Then: setValidity}),
		[]row{
			{From: PartiallyExpired, Do: Extend, By: carrier, To: Accepted, If: guards{carrierSettled}, Asks: guards{validToFits, noneGiven}, Then: revive},
			{From: PartiallyExpired, Do: Extend, By: carrier, To: Delegated, If: guards{carrierSettled}, Asks: guards{validToFits, someGiven}, Then: revive},
		},
		lifecycle.In(revocable, row{Do: Revoke, By: carrier, To: Revoked, Asks: guards{revokeReason, noneOut}, Then: endRest}),
		lifecycle.In(revocable, row{Do: Revoke, By: carrier, To: GatedOut, Asks: guards{revokeReason, someOut}, Then: endRest}),
		lifecycle.In(everything, row{Do: Lapse, To: Revoked, If: guards{noneOut}, Then: endRest}),
		lifecycle.In(everything, row{Do: Lapse, To: GatedOut, If: guards{someOut}, Then: endRest}),
		lifecycle.In(live, row{Do: Expire, By: anyone, To: Expired, If: guards{isOver, noneOut}, Then: endRest}),
		lifecycle.In(live, row{Do: Expire, By: anyone, To: PartiallyExpired, If: guards{isOver, someOut}, Then: endRest}),
	)
}

func endRest(o *Order, _ command) { o.Ended = o.Lines - o.Out }

// revive takes an order up again for the containers that are still inside.
func revive(o *Order, c command) {
	o.Ended = 0
	setValidity(o, c)
}

func revokeReason(_ Order, c command) *fault.Fault {
	if !slices.Contains(RevokeReasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func noneOut(o Order, _ command) *fault.Fault   { return unless(o.Out == 0) }
func someOut(o Order, _ command) *fault.Fault   { return unless(o.Out > 0) }
func noneGiven(o Order, _ command) *fault.Fault { return unless(o.Given == 0) }
func someGiven(o Order, _ command) *fault.Fault { return unless(o.Given > 0) }

func unless(holds bool) *fault.Fault {
	if !holds {
		return fault.New(fault.WrongState)
	}
	return nil
}

// isOver: an order expires when its validity has passed, and not before.
func isOver(o Order, c command) *fault.Fault {
	if to, err := time.Parse(time.RFC3339, o.ValidTo); err == nil && !c.At.After(to) {
		return fault.New(fault.StillValid, "until", o.ValidTo)
	}
	return nil
}

// laterThanNow: an extension ends later than what it extends.
func laterThanNow(o Order, c command) *fault.Fault {
	have, _ := time.Parse(time.RFC3339, o.ValidTo)
	want, _ := time.Parse(time.RFC3339, c.Request.ValidTo)
	if !want.After(have) {
		return fault.New(fault.Invalid, "check", "later").In("/validTo")
	}
	return nil
}

func amendmentFits(o Order, c command) *fault.Fault {
	if c.Request.ValidTo == "" {
		return nil
	}
	return validToFits(o, c)
}

func amendValidity(o *Order, c command) {
	if c.Request.ValidTo != "" {
		setValidity(o, c)
	}
}
