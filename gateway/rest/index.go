package rest

import (
	"context"
	"encoding/json"
	"time"

	"portledger/gateway/ledger"
	"portledger/gateway/store"
)

// eventName is the one event that the contracts raise.
const eventName = "portledger"

// follow keeps the index in step with the chain until ctx ends. When the peer goes away it starts again from the
// checkpoint.
func (s *Server) follow(ctx context.Context) error {
	for {
		if err := s.followOnce(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("index cannot follow the ledger", "error", clip(err.Error()))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(followPause):
		}
	}
}

func (s *Server) followOnce(ctx context.Context) error {
	block, err := s.store.Checkpoint(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events, err := s.ledger.Events(ctx, block)
	if err != nil {
		return err
	}
	for event := range events {
		records, err := recordsOf(event)
		if err != nil {
			s.log.Error("event cannot be read", "transaction", event.TxID, "error", err.Error())
		}
		if err := s.store.Apply(ctx, event.Block, records); err != nil {
			return err
		}
		s.metrics.indexBlock.Set(float64(event.Block))
	}
	return nil
}

func recordsOf(event ledger.Event) ([]store.Record, error) {
	if event.Name != eventName {
		return nil, nil
	}
	var payload struct {
		Records []store.Record `json:"records"`
	}
	err := json.Unmarshal(event.Payload, &payload)
	return payload.Records, err
}
