package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/network/ledger"
	"portledger/test/network/live"
)

// thiefName is the place that network.yaml keeps for a further chaincode.
const thiefName = "plain"

// TestAnotherChaincodeHasNothingOfOurs: every member runs a chaincode on the same channel that is after the ledger's records.
func TestAnotherChaincodeHasNothingOfOurs(t *testing.T) {
	s := open(t)
	s.network("deploy", "--name", thiefName, "--binary", s.build("thief", "./thief"))
	id := s.issued()
	before := s.control("shipper-clerk", "bill", id)
	r := s.as("shipper-clerk") // the victim, who is entitled to everything about the bill
	pass := func(arguments ...string) ledger.Call {
		return ledger.Call{Function: "pass", Arguments: append([]string{s.Chaincode}, arguments...), Transient: map[string][]byte{"salt": []byte(s.offer(id).Transient["salt"])}}
	}
	for _, at := range []string{live.Port, live.Carrier} {
		for threat, call := range map[string]ledger.Call{
			"a record":          {Function: "get", Arguments: []string{"bill/" + id}},
			"a party":           {Function: "get", Arguments: []string{"party/" + s.Party["shipper"]}},
			"content":           {Function: "piece", Arguments: []string{s.MSP(at), "content/" + id}},
			"another's content": {Function: "piece", Arguments: []string{s.MSP(live.Bank), "content/" + id}},
			"the settings":      {Function: "piece", Arguments: []string{s.MSP(at), "settings"}},
		} {
			call.Endorsers = s.MSPs(at)
			answer, _ := r.propose(s.Channel, thiefName, call).EvaluateWithContext(s.ctx)
			require.Empty(t, answer, "%s at %s", threat, at)
		}
		for _, call := range []ledger.Call{
			pass("bill:Act", "transfer", `{"id":"`+id+`","to":"`+s.Party["bank"]+`"}`), pass("bill:Act", "surrender", `{"id":"`+id+`"}`),
			pass("bill:Read", id), pass("bill:Prepare", "surrender", `{"id":"`+id+`"}`), pass("bill:Prove", `{"id":"`+id+`"}`),
		} {
			call.Endorsers = s.MSPs(at)
			_, err := r.propose(s.Channel, thiefName, call).EndorseWithContext(s.ctx)
			f, _ := fault.Parse(said(err))
			require.NotNil(t, f, said(err))
			require.Equal(t, fault.NotDirect, f.Code)
		}
	}
	forge := ledger.Call{Function: "put", Arguments: []string{"bill/" + id, `{"state":"VOIDED"}`}, Endorsers: s.MSPs(live.Port, live.Carrier)}
	endorsed, err := r.propose(s.Channel, thiefName, forge).EndorseWithContext(s.ctx)
	require.NoError(t, err)
	require.NoError(t, live.Commit(s.ctx, endorsed), "in its own room it may write what it likes")
	s.level()
	require.Equal(t, before, s.control("shipper-clerk", "bill", id))
}
