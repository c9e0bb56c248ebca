package memledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"portledger/gateway/ledger"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// founders are the members that a network begins with.
var founders = []string{"CarrierMSP", "TerminalMSP", "BankMSP", "PortMSP"}

// NewNetwork is an in-memory network of the four founders and of those who joined, each running the real contract.
func NewNetwork(tb memfabric.TB, joined ...string) *memfabric.Network {
	return memfabric.New(tb, memfabric.Config{Organisations: slices.Concat(founders, joined), Chaincode: world.Chaincode})
}

// Do carries one act through, as a gateway does: rehearse on the own peer, have the named organisations endorse, commit.
// private is the transient input. It answers the result of the contract's Act.
func (l *Ledger) Do(ctx context.Context, as ledger.Person, contract, act, request string, private map[string][]byte) ([]byte, error) {
	call := ledger.Call{Contract: contract, Function: "Prepare", Args: []string{act, request}, Transient: map[string][]byte{}}
	for name, value := range private {
		call.Transient[name] = value
	}
	answer, err := l.Evaluate(ctx, as, call)
	if err != nil {
		return nil, err
	}
	var plan struct {
		Endorsers []string          `json:"endorsers"`
		Attach    map[string][]byte `json:"attach"`
	}
	if err := json.Unmarshal(answer, &plan); err != nil {
		return nil, fmt.Errorf("read the answer of Prepare: %w", err)
	}
	call.Function = "Act"
	for name, value := range plan.Attach {
		call.Transient[name] = value
	}
	signed, err := l.Endorse(ctx, as, call, plan.Endorsers)
	if err != nil {
		return nil, err
	}
	outcome, err := l.Commit(ctx, signed)
	if err == nil && outcome.Fate != ledger.Valid {
		err = errors.New("the transaction is invalid: " + outcome.Code)
	}
	return signed.Result, err
}
