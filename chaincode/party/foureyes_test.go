package party_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

func marking(p party.Party, act lifecycle.Act, acts ...string) (party.Party, *fault.Fault) {
	known := func(act string) bool { return act != "bill/fly" }
	p.ID, p.Org, p.State = "P1", "PortMSP", party.Registered
	after, err := party.Law.Apply(p, lifecycle.Command[party.Request]{Act: act, Actor: people["itself"], At: lawtest.At,
		Request: party.Request{Acts: acts, Known: known}})
	return after, fault.Of(err)
}

func TestAPartyMarksWhatTakesTwoPersons(t *testing.T) {
	p, f := marking(party.Party{}, party.MarkFourEyes, "bill/sign", "bill/*")
	require.Nil(t, f)
	require.Equal(t, []string{"bill/*", "bill/sign"}, p.FourEyes)
	q, f := marking(p, party.MarkFourEyes, "bill/sign", "bill/accept")
	require.Nil(t, f, "what is marked already stays so")
	require.Equal(t, []string{"bill/*", "bill/accept", "bill/sign"}, q.FourEyes)
	require.Equal(t, []string{"bill/*", "bill/sign"}, p.FourEyes, "the party before is not changed")

	r, f := marking(q, party.UnmarkFourEyes, "bill/*", "bill/sign")
	require.Nil(t, f)
	require.Equal(t, []string{"bill/accept"}, r.FourEyes)
	require.Len(t, q.FourEyes, 3)
	for _, acts := range [][]string{{"bill/fly"}, {"bill/sign", "bill/sign"}} {
		_, f = marking(q, party.MarkFourEyes, acts...)
		require.Equal(t, fault.New(fault.Invalid, "check", "act").In("/acts"), f, acts)
		_, f = marking(q, party.UnmarkFourEyes, acts...)
		require.Equal(t, fault.New(fault.Invalid, "check", "act").In("/acts"), f, acts)
	}
	_, f = marking(r, party.UnmarkFourEyes, "bill/*")
	require.Equal(t, "/acts", f.At, "what is not marked cannot be unmarked")

	var many []string
	for i := range party.FourEyesMax {
		many = append(many, fmt.Sprintf("bill/%d", i))
	}
	full, f := marking(party.Party{}, party.MarkFourEyes, many...)
	require.Nil(t, f)
	_, f = marking(full, party.MarkFourEyes, "bill/sign")
	require.Equal(t, fault.LimitReached, f.Code)
}
