package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// When control of a bill is lost for good, its recovery (package recovery, decision 16) ends in a replacement: a bill of the
// same content and number for another holder. The lost bill's own record does not change.
const (
	// Replace is automatic: the replacement is born by the execution of the recovery.
	Replace lifecycle.Act = "replace"
	// HandOver gives the replacement's holder the content.
	HandOver lifecycle.Act = "hand-over"
)

// Keeper is the party without whose organisation the bill does not move, beside the issuer's: the holder, or the consignee
// of a sea waybill that was not claimed yet. It is empty where the issuer alone moves the bill.
func (b Bill) Keeper() lifecycle.Ref {
	switch {
	case b.State != Issued && b.State != PendingSurrender && b.State != PendingAmendment:
		return lifecycle.Ref{}
	case b.Kind == SeaWaybill && b.Claimant.Zero():
		return b.Consignee
	case b.Holder == b.Issuer:
		return lifecycle.Ref{}
	}
	return b.Holder
}

// Owner is who gets the replacement where somebody beside the holder is lost: the holder, or who gave the bill to its issuer to be
// amended.
func (b Bill) Owner() lifecycle.Ref {
	if b.State == Amendable {
		return b.Requester
	}
	return b.Keeper()
}

// Pledgee is the bank without whose organisation a pledged bill does not move, beside its owner's.
func (b Bill) Pledgee() lifecycle.Ref {
	if owner := b.Owner(); !b.Pledged() || owner.Zero() || owner.Org == b.Pledge.Bank.Org {
		return lifecycle.Ref{}
	}
	return b.Pledge.Bank
}

// Examiner is the bank without whose organisation a presented bill does not move, beside the keeper's.
func (b Bill) Examiner() lifecycle.Ref {
	if keeper := b.Keeper(); b.Presented == nil || keeper.Zero() || keeper.Org == b.Presented.Bank.Org {
		return lifecycle.Ref{}
	}
	return b.Presented.Bank
}

// Depositor is whom the keeper has the bill for, if that is another organisation.
func (b Bill) Depositor() lifecycle.Ref {
	if keeper := b.Keeper(); b.Custody == nil || keeper.Zero() || keeper.Org == b.Custody.From.Org {
		return lifecycle.Ref{}
	}
	return b.Custody.From
}

// replace makes the replacement of a lost bill: possession and title of the claimant, everything else as it was. An
// endorsement that was not to order stays one, and so does the history of the medium. Holds go over: on the lost bill,
// which does not move, nobody could lift them. An open surrender or offer ends, since it was the lost holder's; a bank's
// pledge stays, and what was delivered in parts. Where it is not the holder that is lost, the bill stays with it.
func replace(b *Bill, c command) {
	lost, claimant := c.Request.Lost, c.Request.Claimant
	b.Kind, b.Containers, b.Issuer, b.Shipper = lost.Kind, lost.Containers, lost.Issuer, lost.Shipper
	b.Endorsable, b.Recovers, b.Master, b.Carrier = lost.Endorsable, lost.ID, lost.Master, lost.Carrier
	b.Subtype, b.Legs, b.Charge = lost.Subtype, lost.Legs, lost.Charge
	b.Holds, b.LastHold, b.Mediums = slices.Clone(lost.Holds), lost.LastHold, slices.Clone(lost.Mediums)
	b.Parts = partsAfter(*lost)
	if beside := c.Request.Beside; !beside.Zero() {
		b.Pledge = pledgeAfter(*lost, beside.Org)
		b.Holder, b.Title, b.Consignee, b.Custody = lost.Holder, lost.Title, lost.Consignee, lost.Custody
		if lost.State == Amendable {
			b.Holder = lost.Requester
		}
		b.keepFor(beside, claimant)
		return
	}
	b.Pledge = pledgeAfter(*lost, lost.Keeper().Org)
	if b.Kind != SeaWaybill {
		b.Holder = claimant
	}
	if b.Kind != Bearer {
		b.Title = claimant
	}
	if b.Kind == Straight || b.Kind == SeaWaybill {
		b.Consignee = claimant
	}
}

// keepFor puts the claimant in the place of a lost depositor; what anybody else had stays as it is.
func (b *Bill) keepFor(lost, claimant lifecycle.Ref) {
	if b.Custody == nil || b.Custody.From != lost {
		return
	}
	b.Custody = &Custody{Capacity: b.Custody.Capacity, From: claimant}
	if b.Title == lost {
		b.Title = claimant
	}
	if b.Consignee == lost {
		b.Consignee = claimant
	}
}

func replacement(b Bill, _ command) *fault.Fault {
	if b.Recovers == "" {
		return fault.New(fault.NoRecovery, "why", "not-a-replacement")
	}
	return nil
}
