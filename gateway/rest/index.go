package rest

import (
	"context"
	"time"
)

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
	changes, err := s.ledger.Changes(ctx, block)
	if err != nil {
		return err
	}
	for change := range changes {
		if change.Unread != nil {
			s.log.Error("index leaves out what it cannot read", "error", clip(change.Unread.Error()))
		}
		if err := s.store.Apply(ctx, change.Block, change.Records); err != nil {
			return err
		}
		s.metrics.indexBlock.Set(float64(change.Block))
	}
	return nil
}
