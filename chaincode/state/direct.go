package state

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"portledger/chaincode/fault"
)

// direct refuses a call that its sender did not sign as it is (not-direct). Fabric shows a chaincode that another one calls the
// original sender's certificate: without this, a harmless-looking chaincode on the same channel could act in the name of
// whoever calls it.
func direct(stub shim.ChaincodeStubInterface) error {
	signed, err := stub.GetSignedProposal()
	if err != nil || signed == nil {
		return fault.New(fault.NotDirect)
	}
	var proposal peer.Proposal
	var payload peer.ChaincodeProposalPayload
	var invocation peer.ChaincodeInvocationSpec
	for _, part := range []struct {
		what string
		from func() []byte
		into proto.Message
	}{
		{"proposal", signed.GetProposalBytes, &proposal}, {"proposal's payload", proposal.GetPayload, &payload},
		{"proposal's invocation", payload.GetInput, &invocation},
	} {
		if err := proto.Unmarshal(part.from(), part.into); err != nil {
			return fmt.Errorf("read %s: %w", part.what, err)
		}
	}
	if !slices.EqualFunc(invocation.GetChaincodeSpec().GetInput().GetArgs(), stub.GetArgs(), bytes.Equal) {
		return fault.New(fault.NotDirect)
	}
	return nil
}
