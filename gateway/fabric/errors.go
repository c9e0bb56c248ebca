package fabric

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// diverged is how a peer's Gateway service says that endorsers' results differ. Its status code, Aborted, also means other things.
const diverged = "ProposalResponsePayloads do not match"

// chaincodeAnswered opens the text of an endorser whose chaincode ran and answered with an error.
const chaincodeAnswered = "chaincode response "

// translate turns what fabric-gateway answers before a submit into a refusal of the chaincode, one of the ledger package's
// errors, or leaves it as it is. The text of the original stays for the log.
func translate(err error) error {
	if err == nil {
		return nil
	}
	text := textOf(err)
	if f, ok := fault.Parse(text); ok {
		return f
	}
	if errors.Is(err, ledger.ErrNotEnrolled) {
		return err
	}
	switch status.Code(err) {
	case codes.Aborted:
		if strings.Contains(text, diverged) {
			return fmt.Errorf("%w: %s", ledger.ErrDiverged, text)
		}
		if strings.Contains(text, chaincodeAnswered) {
			return err // an error of the chaincode that is no refusal
		}
		return fmt.Errorf("%w: %s", ledger.ErrUnavailable, text)
	case codes.Canceled:
		return fmt.Errorf("%w: %s", context.Canceled, text)
	case codes.Unavailable, codes.DeadlineExceeded, codes.FailedPrecondition, codes.ResourceExhausted:
		return fmt.Errorf("%w: %s", ledger.ErrUnavailable, text)
	default:
		return err
	}
}

// textOf is the error's text with what each endorser said: a chaincode's refusal may stand in either.
func textOf(err error) string {
	text := err.Error()
	for _, detail := range status.Convert(err).Details() {
		if said, ok := detail.(*gateway.ErrorDetail); ok && !strings.Contains(text, said.GetMessage()) {
			text += "\n" + said.GetMspId() + ": " + said.GetMessage()
		}
	}
	return text
}
