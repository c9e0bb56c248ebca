package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// radar asks the operating carrier's peer whether the goods of a bill are financed elsewhere. The own peer is asked first:
// it names whom to ask, and refuses whoever may not, so that a refusal reaches nobody else. Nothing is submitted.
func (s *Server) radar(c *gin.Context) error {
	id := c.Param("id")
	if !idShape.MatchString(id) {
		return fault.New(fault.NotFound, "family", "bill", "id", "")
	}
	ctx, done, err := s.asking(c, endorseWait)
	if err != nil {
		return err
	}
	defer done()
	answer, err := s.evaluate(ctx, "prepare-radar", personOf(c), ledger.Call{Contract: "bill", Function: "PrepareRadar", Args: []string{id}})
	if err != nil {
		return err
	}
	var plan prepared
	if err := json.Unmarshal(answer, &plan); err != nil {
		return fmt.Errorf("read the answer of PrepareRadar: %w", err)
	}
	if len(plan.Endorsers) != 1 {
		return errors.New("PrepareRadar names another number of organisations than one")
	}
	signals, err := s.askRadar(ctx, personOf(c), id, plan.Endorsers[0])
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", signals)
	return nil
}

// askRadar asks again while the other peer may only be a block behind.
func (s *Server) askRadar(ctx context.Context, as ledger.Person, id, org string) ([]byte, error) {
	call := ledger.Call{Contract: "bill", Function: "Radar", Args: []string{id}}
	for try := 0; ; try++ {
		signals, err := stage(s, "radar", func() ([]byte, error) { return s.ledger.EvaluateAt(ctx, as, call, org) })
		if err == nil || !mayLag(err) || try == len(endorsePauses) {
			return signals, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(endorsePauses[try]):
		}
	}
}
