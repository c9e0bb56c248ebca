package memfabric

import (
	"context"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Event is the one chaincode event of a valid transaction.
type Event struct {
	Block   uint64
	TxID    string
	Name    string
	Payload []byte
}

// Blocks delivers committed blocks from number from on, old ones first, then each new one as it comes, without gap or
// duplicate. The channel is closed when ctx ends.
func (n *Network) Blocks(ctx context.Context, from uint64) <-chan *common.Block {
	out := make(chan *common.Block)
	go func() {
		defer close(out)
		for number := from; ; number++ {
			if !n.await(ctx, number) {
				return
			}
			select {
			case out <- n.Block(number):
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// await blocks until the block exists; false means that ctx ended first.
func (n *Network) await(ctx context.Context, number uint64) bool {
	for {
		n.mu.RLock()
		height, grown := uint64(len(n.blocks)), n.grown
		n.mu.RUnlock()
		if number < height {
			return true
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return false
		}
	}
}

// Events delivers the chaincode events of valid transactions from block number from on, in the order of the ledger.
// The channel is closed when ctx ends.
func (n *Network) Events(ctx context.Context, from uint64) <-chan Event {
	out := make(chan Event)
	go func() {
		defer close(out)
		for block := range n.Blocks(ctx, from) {
			for _, event := range eventsOf(block) {
				select {
				case out <- event:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out
}

// eventsOf reads the events of a block's valid transactions out of their envelopes.
func eventsOf(block *common.Block) []Event {
	var events []Event
	flags := block.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	for i, raw := range block.Data.Data {
		if Code(flags[i]) != Valid {
			continue
		}
		envelope, payload, tx := &common.Envelope{}, &common.Payload{}, &peer.Transaction{}
		unmarshal(raw, envelope)
		unmarshal(envelope.Payload, payload)
		unmarshal(payload.Data, tx)
		action, response, result := &peer.ChaincodeActionPayload{}, &peer.ProposalResponsePayload{}, &peer.ChaincodeAction{}
		unmarshal(tx.Actions[0].Payload, action)
		unmarshal(action.Action.ProposalResponsePayload, response)
		unmarshal(response.Extension, result)
		if len(result.Events) == 0 {
			continue
		}
		event := &peer.ChaincodeEvent{}
		unmarshal(result.Events, event)
		events = append(events, Event{block.Header.Number, event.TxId, event.EventName, event.Payload})
	}
	return events
}
