package rest

import (
	"net/http"
	"regexp"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// approvalHeader is how two persons of one party make an act together 双人复核 (decision 33). The first sends the request of the act
// with "ask", which makes no act but an approval; the second sends the same request and names that approval.
const (
	approvalHeader = "PortLedger-Approval"
	asking         = "ask"
)

var approvalShape = regexp.MustCompile(`^ap-[a-z2-7]{26}$`)

// withdrawing takes a proposal back: it is no row of a document's table.
var withdrawing = Act{Family: "approval", Name: "withdraw"}

// approvalOf answers what a request says of four eyes: empty, "ask" or the approval's id.
func approvalOf(c *gin.Context) (string, error) {
	said, sent := header(c, approvalHeader)
	if sent && said != asking && !approvalShape.MatchString(said) {
		return "", fault.New(fault.Invalid, "check", "id").In(approvalHeader)
	}
	noteOf(c).approval = said
	return said, nil
}

// eyed is the private input that tells the ledger of the approval.
func eyed(approval string) map[string][]byte {
	switch approval {
	case "":
		return nil
	case asking:
		return map[string][]byte{"propose": []byte("yes")}
	}
	return map[string][]byte{"approval": []byte(approval)}
}

// proposing turns the rehearsal of an act into that of proposing it: all that it is goes privately, and stays in the house.
func proposing(call ledger.Call) ledger.Call {
	call.Transient["family"], call.Transient["act"] = []byte(call.Contract), []byte(call.Args[0])
	call.Transient["request"] = []byte(call.Args[1])
	call.Contract, call.Args = "approval", []string{"propose", "{}"}
	return call
}

// approvals answers the open approvals of the caller's party.
func (s *Server) approvals(c *gin.Context) error {
	ctx, done, err := s.asking(c, readWait)
	if err != nil {
		return err
	}
	defer done()
	answer, err := s.evaluate(ctx, "approvals", personOf(c), ledger.Call{Contract: "approval", Function: "List"})
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, no-store")
	c.Data(http.StatusOK, "application/json; charset=utf-8", append(append([]byte(`{"items":`), answer...), '}'))
	return nil
}

// approval answers one of them with what was proposed, byte for byte.
func (s *Server) approval(c *gin.Context) error {
	ctx, id, free, err := s.reading(c, "approval")
	if err != nil {
		return err
	}
	defer free()
	answer, err := s.evaluate(ctx, "approval", personOf(c), ledger.Call{Contract: "approval", Function: "Read", Args: []string{id}})
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, no-store")
	c.Data(http.StatusOK, "application/json; charset=utf-8", answer)
	return nil
}
