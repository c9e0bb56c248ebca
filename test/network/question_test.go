package network_test

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/answer"
	"portledger/chaincode/fault"
	"portledger/network/ledger"
	"portledger/test/network/live"
)

// TestAQuestionThatIsSubmittedTellsNobody: a client that submits what it meant to ask puts the answer into a block. It is of use only
// to who has the key, which is in no block.
func TestAQuestionThatIsSubmittedTellsNobody(t *testing.T) {
	s := open(t)
	id := s.issued()
	r := s.as("shipper-clerk")
	call := ledger.Call{Function: "bill:Read", Arguments: []string{id}, Endorsers: s.MSPs(live.Port)}
	key := make([]byte, answer.KeyBytes)
	rand.Read(key)
	call.Transient = answer.Under(key, nil)
	endorsed, err := s.person("shipper-clerk").Endorse(s.ctx, call)
	require.NoError(t, err)
	_ = live.Commit(s.ctx, endorsed) // valid or not, it is in a block
	require.NotContains(t, string(endorsed.Result()), "{")
	opened, err := answer.Open(key, endorsed.Result())
	require.NoError(t, err)
	require.Contains(t, string(opened), `"content":{`)

	call.Transient = nil
	_, err = s.person("shipper-clerk").Endorse(s.ctx, call)
	requireRefused(t, fault.PrivateInputMissing, err, "without a key")
	_, err = r.call(call).EvaluateWithContext(s.ctx)
	require.NoError(t, err, "asked as it should be")
}
