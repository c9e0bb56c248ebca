package rest

import (
	"regexp"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
)

// mandateHeader names the mandate under which the caller acts for another party (rule X-21).
const mandateHeader = "PortLedger-Mandate"

var mandateShape = regexp.MustCompile(`^md-[a-z2-7]{26}$`)

// mandateOf answers the mandate that a request names, empty for none.
func mandateOf(c *gin.Context) (string, error) {
	id, sent := header(c, mandateHeader)
	if sent && !mandateShape.MatchString(id) {
		return "", fault.New(fault.Invalid, "check", "id").In(mandateHeader)
	}
	noteOf(c).mandate = id
	return id, nil
}

// under is the private input that tells the ledger of the mandate.
func under(mandate string) map[string][]byte {
	if mandate == "" {
		return nil
	}
	return map[string][]byte{"mandate": []byte(mandate)}
}
