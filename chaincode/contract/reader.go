package contract

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"

	"portledger/chaincode/fault"
)

// attrReader marks the certificate with which a gateway reads and rehearses for a person who keeps the signing key elsewhere
// (decision 32). It names the same person and party, but what it signs is no act.
const attrReader = "portledger.reader"

// signed refuses what only a person's own signature may do: a reader's certificate lies at the gateway, which must not be
// able to act with it. The attribute counts whatever its value is.
func (t *turn) signed() error {
	_, reader, err := cid.GetAttributeValue(t.Stub, attrReader)
	if err != nil {
		return fmt.Errorf("read caller: %w", err)
	}
	if reader {
		return fault.New(fault.ReaderOnly)
	}
	return nil
}
