package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

func draft(who lifecycle.Actor, master string) (bill.Bill, error) {
	r := request(bill.Draft)
	r.Master, r.Carrier = master, people["issuer"].Ref
	return bill.Bill{}.Apply(lifecycle.Command[bill.Request]{Act: bill.Draft, Actor: who, At: lawtest.At, Request: r})
}

func TestForwardersDraftHouseBillsAndCarriersTheirOwn(t *testing.T) {
	forwarder := lawtest.Actor("PFORWARDER", "PortMSP", party.Forwarder)
	b, err := draft(forwarder, "bl-1")
	require.NoError(t, err)
	require.True(t, b.House())
	require.Equal(t, forwarder.Ref, b.Issuer)
	require.Equal(t, people["issuer"].Ref, b.Operator(), "the containers stay the carrier's")
	require.Equal(t, []string{"PortMSP", "PortMSP", "CarrierMSP"}, b.Relying(), "who releases goods on it relies on it")

	_, err = draft(forwarder, "")
	require.Equal(t, "/master", fault.Of(err).At)
	_, err = draft(people["issuer"], "bl-1")
	require.Equal(t, "/master", fault.Of(err).At)
	_, err = draft(people["recipient"], "bl-1")
	require.Equal(t, fault.WrongRole, fault.Of(err).Code)
	own, err := draft(people["issuer"], "")
	require.NoError(t, err)
	require.Equal(t, people["issuer"].Ref, own.Operator())
}
