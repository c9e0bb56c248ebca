package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/control"
	"portledger/gateway/ledger"
	"portledger/gateway/proof"
)

// proving is how a request for a proof is read: it is no row of the bill's table, since it changes nothing.
var proving = Act{Family: "bill", Name: "proof", Fields: []string{"challenge"}}

// prove gets the present holder a statement of control: the own peer is asked first, so that a refusal reaches nobody else,
// then the organisations that it names sign the same answer. Nothing is submitted.
func (s *Server) prove(c *gin.Context) error {
	asked, err := readSubmission(c, proving)
	if err != nil {
		return err
	}
	free, err := s.slot(c.Request.Context())
	if err != nil {
		return err
	}
	defer free()
	ctx, cancel := context.WithTimeout(c.Request.Context(), endorseWait)
	defer cancel()
	call := ledger.Call{Contract: "bill", Function: "Prove", Args: []string{asked.request}}
	for try := 0; ; try++ {
		answer, err := s.evaluate(ctx, "prove", asked.person, call)
		if err != nil {
			return err
		}
		statement, err := s.attest(ctx, asked.person, call, answer)
		if err == nil {
			c.JSON(http.StatusOK, statement)
			return nil
		}
		if !mayLag(err) || try == len(endorsePauses) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(endorsePauses[try]):
		}
	}
}

// attest has the organisations that the own peer's answer names give the same answer, signed.
func (s *Server) attest(ctx context.Context, as ledger.Person, call ledger.Call, answer []byte) (proof.Statement, error) {
	var claim control.Claim
	if err := json.Unmarshal(answer, &claim); err != nil {
		return proof.Statement{}, fmt.Errorf("read the answer of Prove: %w", err)
	}
	said, err := stage(s, "attest", func() (ledger.Attestation, error) {
		return s.ledger.Attest(ctx, as, call, claim.Endorsers)
	})
	if err != nil {
		return proof.Statement{}, err
	}
	statement := proof.Statement{Format: proof.Format, Claim: said.Result, Payload: said.Payload}
	for _, e := range said.Endorsements {
		statement.Endorsements = append(statement.Endorsements, proof.Endorsement(e))
	}
	return statement, nil
}
