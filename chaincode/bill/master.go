package bill

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// A house bill 货代提单 (DCSA and EDIFACT 714) is issued by a forwarder to its own customers under the carrier's bill that the
// forwarder has, its master 主提单 (decision 17). The containers stay the carrier's.

// anyForwarder drafts house bills.
var anyForwarder = &by{Name: "forwarder", Roles: []lifecycle.Role{party.Forwarder}}

// House tells whether this is a house bill.
func (b Bill) House() bool { return b.Master != "" }

// Operator is the carrier whose containers the bill lists: its issuer, of a house bill the issuer of the master.
func (b Bill) Operator() lifecycle.Ref {
	if b.House() {
		return b.Carrier
	}
	return b.Issuer
}

// withOperator adds the carrier to those who rely on a house bill: it releases its containers on it.
func (b Bill) withOperator(orgs []string) []string {
	if b.House() {
		return append(orgs, b.Carrier.Org)
	}
	return orgs
}

// masterGiven: a forwarder issues bills under a master only.
func masterGiven(_ Bill, c command) *fault.Fault {
	if c.Request.Master == "" {
		return fault.New(fault.Invalid, "check", "required").In("/master")
	}
	return nil
}

// noMaster: a carrier's own bill has none.
func noMaster(_ Bill, c command) *fault.Fault {
	if c.Request.Master != "" {
		return fault.New(fault.Invalid, "check", "not-with-role").In("/master")
	}
	return nil
}

// BearHouse is automatic: the first house bill under this one is issued.
const BearHouse lifecycle.Act = "bear-house-bill"

// masterRows: what a forwarder promises under its master it must be able to make good, so nothing may stand in the way of the
// master's surrender by that forwarder.
var masterRows = lifecycle.In([]lifecycle.State{Issued, PendingSurrender, Surrendered},
	row{Do: BearHouse, If: guards{notHeld, noOffer, notSecured, surrenderable}, Then: bear})

func bear(b *Bill, _ command) { b.Housed = true }

// notSecured is rule X-18 beside a pledge: a bank's security is not promised away under house bills. Once the bill is surrendered for delivery the bank has
// agreed to the goods going.
func notSecured(b Bill, c command) *fault.Fault {
	if b.Pledged() && b.State != Surrendered {
		return b.Locked(c.Act)
	}
	return nil
}

// surrenderable: whoever has the bill without the title could never surrender it.
func surrenderable(b Bill, c command) *fault.Fault {
	if b.State == Issued && b.Kind != SeaWaybill {
		return claimable(b, c)
	}
	return nil
}

// unhoused is rule X-18 for the master: while house bills stand under it, the forwarder that answers for them keeps it, unchanged and
// free of securities, until it surrenders it for delivery. Their holders have no other claim to the carrier's goods.
func unhoused(b Bill, c command) *fault.Fault {
	if b.Housed {
		return fault.New(fault.HousesStand, "act", string(c.Act)).By("X-18")
	}
	return nil
}

func writeHouse(b *Bill, c command) {
	write(b, c)
	b.Master, b.Carrier = c.Request.Master, c.Request.Carrier
}
