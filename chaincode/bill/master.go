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

func writeHouse(b *Bill, c command) {
	write(b, c)
	b.Master, b.Carrier = c.Request.Master, c.Request.Carrier
}
