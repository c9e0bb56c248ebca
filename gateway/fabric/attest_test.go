package fabric

import (
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"portledger/gateway/ledger"
)

func packed(t *testing.T, m proto.Message) []byte {
	t.Helper()
	raw, err := proto.Marshal(m)
	require.NoError(t, err)
	return raw
}

// prepared wraps actions as a peer's Gateway service does.
func prepared(t *testing.T, actions ...*peer.TransactionAction) []byte {
	t.Helper()
	return packed(t, &gateway.PreparedTransaction{TransactionId: "t", Envelope: &common.Envelope{
		Payload: packed(t, &common.Payload{Data: packed(t, &peer.Transaction{Actions: actions})}),
	}})
}

func TestEndorsementsAreTakenOutOfAPreparedTransaction(t *testing.T) {
	action := &peer.TransactionAction{Payload: packed(t, &peer.ChaincodeActionPayload{Action: &peer.ChaincodeEndorsedAction{
		ProposalResponsePayload: []byte("payload"),
		Endorsements:            []*peer.Endorsement{{Endorser: []byte("a"), Signature: []byte("1")}, {Endorser: []byte("b"), Signature: []byte("2")}},
	}})}
	said, err := attested(prepared(t, action))
	require.NoError(t, err)
	require.Equal(t, ledger.Attestation{Payload: []byte("payload"), Endorsements: []ledger.Endorsement{
		{Endorser: []byte("a"), Signature: []byte("1")}, {Endorser: []byte("b"), Signature: []byte("2")}}}, said)

	for _, raw := range [][]byte{{0xff}, prepared(t), prepared(t, action, action), prepared(t, &peer.TransactionAction{Payload: []byte{0xff}})} {
		_, err := attested(raw)
		require.Error(t, err)
	}
}
