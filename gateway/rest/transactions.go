package rest

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
	"portledger/gateway/store"
)

// txidShape of Fabric's transaction ids: SHA-256 in hexadecimal.
var txidShape = regexp.MustCompile(`^[0-9a-f]{64}$`)

// transactionStatus is the answer about one transaction.
type transactionStatus struct {
	Transaction string `json:"transaction"`
	// Status is PENDING, VALID or INVALID.
	Status string `json:"status"`
	// Code is the problem's code when the status is INVALID.
	Code    fault.Code `json:"code,omitempty"`
	Family  string     `json:"family,omitempty"`
	ID      string     `json:"id,omitempty"`
	State   string     `json:"state,omitempty"`
	Version int64      `json:"version,omitempty"`
	Block   uint64     `json:"block,omitempty"`
}

// transaction tells its sender, and nobody else, what became of a transaction.
func (s *Server) transaction(c *gin.Context) error {
	txid := c.Param("txid")
	unknown := fault.New(fault.NotFound, "family", "transaction", "id", "")
	if !txidShape.MatchString(txid) {
		return unknown
	}
	t, found, err := s.store.Find(c.Request.Context(), txid)
	if err != nil {
		return err
	}
	if !found || t.Person.ID != personOf(c).ID {
		return unknown
	}
	noteOf(c).transaction = txid
	answer := transactionStatus{Transaction: txid, Status: "PENDING", Block: t.Block}
	switch t.Fate {
	case ledger.Valid:
		result, err := resultOf(t)
		if err != nil {
			return err
		}
		answer.Status, answer.Family, answer.ID = "VALID", result.Family, result.ID
		answer.State, answer.Version = result.State, result.Version
	case ledger.Invalid:
		f, _ := refusal(invalid(t.Code))
		answer.Status, answer.Code = "INVALID", f.Code
	default:
		c.Header("Retry-After", retryAfterSeconds)
	}
	c.JSON(http.StatusOK, answer)
	return nil
}

// resolveOpen submits again what nobody waits for any more, also what an earlier process left behind, until its fate is
// known. A transaction is never given up: giving up would be a guess.
func (s *Server) resolveOpen(ctx context.Context) error {
	ticker := time.NewTicker(openEvery)
	defer ticker.Stop()
	for {
		open, err := s.store.Open(ctx, time.Now().Add(-openAge), openBatch)
		if err != nil && ctx.Err() == nil {
			s.log.Error("look for open transactions", "error", err.Error())
		}
		s.metrics.open.Set(float64(len(open)))
		var batch errgroup.Group
		for _, t := range open {
			batch.Go(func() error {
				s.resolve(ctx, t)
				return nil
			})
		}
		batch.Wait()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func (s *Server) resolve(ctx context.Context, t store.Transaction) {
	waiting, cancel := context.WithTimeout(ctx, s.commitWait)
	defer cancel()
	outcome, err := stage(s, "resolve", func() (ledger.Outcome, error) { return s.ledger.Commit(waiting, t.Signed) })
	if outcome.Fate == ledger.Unknown {
		if err != nil && ctx.Err() == nil {
			s.log.Warn("fate still unknown", "transaction", t.TxID, "error", clip(err.Error()))
		}
		return
	}
	if err := s.store.Resolve(ctx, t.TxID, outcome); err != nil {
		s.log.Error("note transaction's fate", "transaction", t.TxID, "error", err.Error())
		return
	}
	s.log.Info("fate found", "transaction", t.TxID, "code", outcome.Code)
}

// warnOfExpiry tells whose certificate must be renewed soon. A person who is not renewed in time is refused like a stranger.
func (s *Server) warnOfExpiry(now time.Time) {
	soon, err := s.people.Expiring(now.Add(renewWithin))
	if err != nil {
		s.log.Error("look at certificates", "error", err.Error())
		return
	}
	s.metrics.expiring.Set(float64(len(soon)))
	for _, p := range soon {
		s.log.Warn("certificate expires", "person", p.ID, "until", p.Until.UTC().Format(time.RFC3339))
	}
}

// sweep forgets answered requests and resolved transactions after their retention, and tells the audit trail's head.
func (s *Server) sweep(ctx context.Context) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := s.store.Sweep(ctx, time.Now().Add(-retention)); err != nil && ctx.Err() == nil {
			s.log.Error("sweep", "error", err.Error())
		}
		s.tellHead()
		s.warnOfExpiry(time.Now())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
