package rules

import (
	"slices"

	"portledger/chaincode/fault"
)

// HandedOverAt is where a release may hand the goods over (domain facts 5.4): at a place of the bill, or, once guarantees for
// another place (forms B, BB, C and CC) were accepted, at the place that one of them names. Places are UN/LOCODEs; a bill that
// states none leaves it to the carrier. at is the place in the request.
func HandedOverAt(place string, bill, letters []string, at string) *fault.Fault {
	allowed := bill
	if len(letters) > 0 {
		allowed = letters
	}
	if len(allowed) > 0 && !slices.Contains(allowed, place) {
		return fault.New(fault.PlaceMismatch).By("X-02").In(at)
	}
	return nil
}
