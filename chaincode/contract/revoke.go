package contract

import (
	"portledger/chaincode/fault"
)

// revokeOrder takes back a release order that lost what it rests on. No order can be taken back from its claimant yet, so
// what it rests on must stand (rule X-03).
func revokeOrder(_ *turn, _, _ string) error {
	return fault.New(fault.GuaranteeInUse, "why", "live-order").By("X-03")
}
