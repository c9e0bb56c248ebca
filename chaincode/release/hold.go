package release

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
)

// Hold is a freeze 扣留 on an order or on one of its containers.
type Hold = hold.Hold

// notFrozen is the gate NO_HOLD of one container.
func notFrozen(l Line, c command) *fault.Fault { return hold.Any(l.Holds, c.At) }
