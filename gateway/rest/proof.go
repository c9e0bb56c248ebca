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
var proving = Act{Family: "bill", Name: "proof", Chinese: "证明控制", Fields: []string{"challenge"}}

// prove gets the present holder a statement of control: the own peer is asked first, so that a refusal reaches nobody else,
// then the organisations that it names sign the same answer. Nothing is submitted.
func (s *Server) prove(c *gin.Context) error {
	asked, err := readSubmission(c, proving)
	if err != nil {
		return err
	}
	ctx, done, err := s.asking(c, endorseWait)
	if err != nil {
		return err
	}
	defer done()
	call := ledger.Call{Contract: "bill", Function: "Prove", Args: []string{asked.request}}
	if asked.person.SignsOutside {
		return s.openProving(c, asked, call)
	}
	statement, err := s.stated(ctx,
		func() ([]byte, error) { return s.ledger.Evaluate(ctx, asked.person, call) },
		func(orgs []string) (ledger.Attestation, error) { return s.ledger.Attest(ctx, asked.person, call, orgs) })
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, statement)
	return nil
}

// stated asks the own peer and then those whom its answer names, and again where one of them may only be a block behind.
func (s *Server) stated(ctx context.Context, ask func() ([]byte, error), attest func([]string) (ledger.Attestation, error)) (proof.Statement, error) {
	for try := 0; ; try++ {
		answer, err := stage(s, "prove", ask)
		if err != nil {
			return proof.Statement{}, err
		}
		statement, err := s.attest(answer, attest)
		if err == nil || !mayLag(err) || try == len(endorsePauses) {
			return statement, err
		}
		select {
		case <-ctx.Done():
			return proof.Statement{}, err
		case <-time.After(endorsePauses[try]):
		}
	}
}

// attest has the organisations that the own peer's answer names give the same answer, signed.
func (s *Server) attest(answer []byte, attest func([]string) (ledger.Attestation, error)) (proof.Statement, error) {
	var claim control.Claim
	if err := json.Unmarshal(answer, &claim); err != nil {
		return proof.Statement{}, fmt.Errorf("read the answer of Prove: %w", err)
	}
	said, err := stage(s, "attest", func() (ledger.Attestation, error) { return attest(claim.Endorsers) })
	if err != nil {
		return proof.Statement{}, err
	}
	statement := proof.Statement{Format: proof.Format, Claim: said.Result, Payload: said.Payload}
	for _, e := range said.Endorsements {
		statement.Endorsements = append(statement.Endorsements, proof.Endorsement(e))
	}
	return statement, nil
}
