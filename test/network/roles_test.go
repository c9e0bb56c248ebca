package network_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/network/ledger"
	"portledger/test/network/live"
)

// A person can have fewer roles than its party, down to none: who has none may look, and nothing else, also where any person of the
// party may act, and round the gateway as well.
func TestWhoHasNoRoleMayLookOnly(t *testing.T) {
	s := open(t)
	id := s.issued()
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": id, "to": s.Party["buyer"]}, nil)
	s.do("buyer-clerk", "bill", "accept", fields{"id": id}, nil)
	trainee := s.person("buyer-trainee")
	answer, err := trainee.Get(s.ctx, "/v1/bills/"+id)
	require.NoError(t, err)
	var seen struct{ Content map[string]any }
	require.NoError(t, answer.Into(&seen))
	require.NotEmpty(t, seen.Content)
	for name, request := range map[string]fields{"surrender": {"id": id}, "transfer": {"id": id, "to": s.Party["bank"]}} {
		act := live.Act{Family: "bill", Name: name, Request: request}
		answer, err := trainee.Post(s.ctx, act, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusForbidden, answer.Status, string(answer.Body))
		require.Equal(t, string(fault.WrongRole), answer.Problem().Code)
		prepared, err := s.person("buyer-clerk").Prepare(s.ctx, act)
		require.NoError(t, err)
		_, err = keysOf(t, s, trainee).Endorse(s.ctx, prepared.Call)
		requireRefused(t, fault.WrongRole, err, name)
	}
	_, err = keysOf(t, s, trainee).Endorse(s.ctx, ledger.Call{Function: "bill:Prove", Endorsers: s.MSPs(live.Port, live.Carrier),
		Arguments: []string{`{"id":"` + id + `","challenge":"abcdefghijklmnop"}`}})
	requireRefused(t, fault.WrongRole, err, "a proof of control")
	s.do("buyer-clerk", "bill", "surrender", fields{"id": id}, nil)
}
