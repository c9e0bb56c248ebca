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
		block, records := s.gather(event, events)
		if err := s.store.Apply(ctx, block, records); err != nil {
			return err
		}
		s.metrics.indexBlock.Set(float64(block))
	}
	return nil
}

// gather takes what has come in the meantime along with the first event, a short while after it: a block brings many
// events at once, and one database transaction serves them all.
func (s *Server) gather(first ledger.Event, events <-chan ledger.Event) (block uint64, records []store.Record) {
	late := time.After(gatherFor)
	for event, open := first, true; open; {
		found, err := recordsOf(event)
		if err != nil {
			s.log.Error("event cannot be read", "transaction", event.TxID, "error", err.Error())
		}
		block, records = event.Block, append(records, found...)
		if len(records) >= gatherMost {
			break
		}
		select {
		case event, open = <-events:
		case <-late:
			open = false
		}
	}
	return block, records
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
