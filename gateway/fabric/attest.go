package fabric

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"portledger/gateway/ledger"
)

// Attest has exactly the named organisations endorse and answers their signatures. Nothing is submitted.
func (c *Client) Attest(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Attestation, error) {
	_, proposal, err := c.propose(as, call, endorsers)
	if err != nil {
		return ledger.Attestation{}, err
	}
	return attest(ctx, proposal)
}

func attest(ctx context.Context, proposal *client.Proposal) (ledger.Attestation, error) {
	transaction, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return ledger.Attestation{}, translate(err)
	}
	prepared, err := transaction.Bytes()
	if err != nil {
		return ledger.Attestation{}, err
	}
	said, err := attested(prepared)
	said.Result = transaction.Result()
	return said, err
}

// attested takes the endorsements out of a prepared transaction: they lie below the envelope that would go to the orderer.
func attested(raw []byte) (ledger.Attestation, error) {
	var prepared gateway.PreparedTransaction
	var payload common.Payload
	var transaction peer.Transaction
	var action peer.ChaincodeActionPayload
	if err := proto.Unmarshal(raw, &prepared); err != nil {
		return ledger.Attestation{}, fmt.Errorf("read prepared transaction: %w", err)
	}
	if err := proto.Unmarshal(prepared.GetEnvelope().GetPayload(), &payload); err != nil {
		return ledger.Attestation{}, fmt.Errorf("read payload: %w", err)
	}
	if err := proto.Unmarshal(payload.GetData(), &transaction); err != nil {
		return ledger.Attestation{}, fmt.Errorf("read transaction: %w", err)
	}
	if len(transaction.GetActions()) != 1 {
		return ledger.Attestation{}, errors.New("a transaction of another number of actions than one")
	}
	if err := proto.Unmarshal(transaction.GetActions()[0].GetPayload(), &action); err != nil {
		return ledger.Attestation{}, fmt.Errorf("read action: %w", err)
	}
	said := ledger.Attestation{Payload: action.GetAction().GetProposalResponsePayload()}
	for _, e := range action.GetAction().GetEndorsements() {
		said.Endorsements = append(said.Endorsements, ledger.Endorsement{Endorser: e.GetEndorser(), Signature: e.GetSignature()})
	}
	return said, nil
}
