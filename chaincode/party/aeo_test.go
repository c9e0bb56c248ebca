package party_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

func TestTheCustomsWordIsRegisteredChangedAndTakenBack(t *testing.T) {
	p, f := register(func(r *party.Request) { r.AEO = "" })
	require.Nil(t, f)
	require.False(t, p.Authorised())
	_, f = register(func(r *party.Request) { r.AEO = "GOLD" })
	require.Equal(t, fault.Invalid, f.Code)
	require.Equal(t, "/aeoStatus", f.At)
	for status, authorised := range map[party.AEOStatus]bool{party.AEOAdvanced: true, party.AEOStandard: true, party.AEONone: false} {
		p, f := register(func(r *party.Request) { r.AEO = status })
		require.Nil(t, f)
		require.Equal(t, authorised, p.Authorised(), status)
	}
	certify := func(status party.AEOStatus) (party.Party, *fault.Fault) {
		r := party.Request{ID: "P1", AEO: status}
		after, err := party.Law.Apply(p, lifecycle.Command[party.Request]{Act: party.Certify, Actor: people["registrar"], At: lawtest.At, Request: r})
		return after, fault.Of(err)
	}
	for _, bad := range []party.AEOStatus{"", "advanced", "GOLD"} {
		_, f := certify(bad)
		require.Equal(t, "/aeoStatus", f.At, bad)
	}
	p, f = certify(party.AEOAdvanced)
	require.Nil(t, f)
	require.True(t, p.Authorised())
	p, f = certify(party.AEONone)
	require.Nil(t, f)
	require.Empty(t, p.AEO)
}
