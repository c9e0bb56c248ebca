package network_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/network/ledger"
	"portledger/test/network/live"
)

// sameBlock is how often a block with two transactions is tried for: they must reach the orderer within its batch timeout.
const sameBlock = 10

// blockade makes transactions that no endorsement policy is ever asked about and that say who must endorse a bill, so that
// an honest one about that bill has to wait for what becomes of them.
type blockade struct {
	*scene
	line, shipper raider
	bill          string
	birth         []byte
}

func (s *scene) blockade() blockade {
	s.t.Helper()
	b := blockade{scene: s, line: s.as("line-clerk"), shipper: s.as("shipper-clerk")}
	draft, err := s.person("line-clerk").Prepare(s.ctx, s.draft("line"))
	require.NoError(s.t, err)
	b.birth = b.endorsed(b.line, draft.Call)
	birth, err := b.line.gateway.NewTransaction(b.birth)
	require.NoError(s.t, err)
	require.NoError(s.t, live.Commit(s.ctx, birth))
	s.level()
	var born live.Outcome
	require.NoError(s.t, json.Unmarshal(birth.Result(), &born))
	b.bill = born.ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": b.bill}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": b.bill}, nil)
	return b
}

func (b blockade) endorsed(by raider, call ledger.Call) []byte {
	b.t.Helper()
	made, err := by.call(call).EndorseWithContext(b.ctx)
	require.NoError(b.t, err)
	sent, err := made.Bytes()
	require.NoError(b.t, err)
	return sent
}

// changed is a new transaction with the writes of the bill's birth, and changed besides.
func (b blockade) changed(change func(*opened)) []byte {
	b.t.Helper()
	o := takeApart(b.t, b.endorsed(b.shipper, b.offer(b.bill)))
	o.done.Results = takeApart(b.t, b.birth).done.Results
	change(o)
	return o.together(b.t)
}

// holding is a new transaction with other bytes in the place of its actions.
func (b blockade) holding(data []byte) []byte {
	b.t.Helper()
	var prepared gateway.PreparedTransaction
	var payload common.Payload
	unmarshal(b.t, b.endorsed(b.shipper, b.offer(b.bill)), &prepared)
	unmarshal(b.t, prepared.Envelope.Payload, &payload)
	payload.Data = data
	prepared.Envelope = &common.Envelope{Payload: marshal(b.t, &payload)}
	return marshal(b.t, &prepared)
}

// TestAnInvalidTransactionHoldsUpNothingBehindIt puts such transactions in front of an honest one, in one block. Fabric's own
// peer waits for ever for what becomes of the first, on every peer, and meets the same block when it starts again; or it ends.
// See network/fabric/mend/peer-waits.patch.
func TestAnInvalidTransactionHoldsUpNothingBehindIt(t *testing.T) {
	s := open(t)
	b := s.blockade()
	for _, threat := range []struct {
		name    string
		of      raider
		invalid func() []byte
	}{
		{"a copy of one that is committed", b.line, func() []byte { return b.birth }},
		{"a wrong id", b.shipper, func() []byte { return b.changed(func(o *opened) { o.channel.TxId = strings.Repeat("0", 64) }) }},
		{"another chaincode's writes", b.shipper, func() []byte { return b.changed(func(o *opened) { o.done.ChaincodeId.Name = "plain" }) }},
		{"another proposal's hash", b.shipper, func() []byte { return b.changed(func(o *opened) { o.answer.ProposalHash = []byte("another") }) }},
		{"no action", b.shipper, func() []byte { return b.holding(nil) }},
		{"an action of nothing", b.shipper, func() []byte {
			return b.holding(marshal(t, &peer.Transaction{Actions: []*peer.TransactionAction{{}}}))
		}},
		{"nothing that can be read", b.shipper, func() []byte { return b.holding([]byte{0xff, 0xff, 0xff}) }},
	} {
		t.Run(threat.name, func(t *testing.T) {
			for try := range sameBlock {
				before := threat.invalid()
				honest, err := b.shipper.gateway.NewTransaction(b.endorsed(b.shipper, s.offer(b.bill)))
				require.NoError(t, err)
				threat.of.hurl(before)
				require.NoError(t, live.Commit(s.ctx, honest), "the honest one counts")
				s.level() // the peer asked next is not the one that told of the commit
				together := s.transactionsBeside(honest)
				s.do("shipper-clerk", "bill", "withdraw", fields{"id": b.bill}, nil)
				if together > 1 {
					return
				}
				require.Less(t, try, sameBlock-1, "they never came into one block, so this proves nothing")
			}
		})
	}
	s.serving()
	require.NoError(t, live.Eventually(s.ctx, serveWait, func(ctx context.Context) error { // the index follows past such blocks
		want := fmt.Sprintf(`{"id":%q,"state":"ISSUED","version":%.0f}`, b.bill, s.control("shipper-clerk", "bill", b.bill)["version"])
		answer, err := s.person("shipper-clerk").Get(ctx, "/v1/bills")
		if err == nil && !strings.Contains(string(answer.Body), want) {
			err = fmt.Errorf("the list does not have %s: %.200s", want, answer.Body)
		}
		return err
	}))
}

// hurl signs what is prepared and hands it in, whatever it is.
func (r raider) hurl(prepared []byte) {
	r.s.t.Helper()
	var p gateway.PreparedTransaction
	unmarshal(r.s.t, prepared, &p)
	signature, err := r.id.Sign(p.GetEnvelope().GetPayload())
	require.NoError(r.s.t, err)
	p.Envelope.Signature = signature
	_, err = gateway.NewGatewayClient(r.connection).Submit(r.s.ctx, &gateway.SubmitRequest{
		TransactionId: p.GetTransactionId(), ChannelId: r.s.Channel, PreparedTransaction: p.GetEnvelope()})
	require.NoError(r.s.t, err)
}

// transactionsBeside is how many transactions the block of this one holds.
func (s *scene) transactionsBeside(transaction *client.Transaction) int {
	s.t.Helper()
	query, err := s.person("carrier-registrar").Client("qscc")
	require.NoError(s.t, err)
	text, err := query.Evaluate(s.ctx, ledger.Call{Function: "GetBlockByTxID", Arguments: []string{s.Channel, transaction.TransactionID()}})
	require.NoError(s.t, err)
	var block common.Block
	unmarshal(s.t, text, &block)
	return len(block.GetData().GetData())
}
