package network_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"testing"
	"time"

	adminid "github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"portledger/network/ledger"
	"portledger/test/network/live"
)

// What a peer offers besides the ledger's contracts opens nothing that they keep shut. See network/fabric/mend/peer-private.patch.
func TestAPeerDeliversPrivateContentToNobody(t *testing.T) {
	s := open(t)
	id := s.issued()
	height := s.level()
	for _, who := range []string{"trucker-driver", "shipper-clerk", "port-registrar"} {
		blocks, private := s.as(who).blocks(live.Port)
		require.EqualValues(t, height, len(blocks), "it does deliver blocks")
		require.True(t, bytes.Contains(bytes.Join(blocks, nil), []byte(id)))
		require.Empty(t, private, "%s has what lies with the organisation delivered", who)
	}
	require.NotEmpty(t, s.control("shipper-clerk", "bill", id))
}

// blocks has the peer deliver everything from the first block on, with the private data that it gives out beside.
func (r raider) blocks(organisation string) (blocks, private [][]byte) {
	t := r.s.t
	t.Helper()
	ctx, cancel := context.WithTimeout(r.s.ctx, 20*time.Second)
	defer cancel()
	stream, err := peer.NewDeliverClient(r.connection).DeliverWithPrivateData(ctx)
	require.NoError(t, err)
	tls, err := adminid.ReadCertificate(r.s.Organisations[organisation].ClientCert)
	require.NoError(t, err)
	binding := sha256.Sum256(tls.Raw)
	payload := bytesOf(t, &common.Payload{
		Header: &common.Header{
			ChannelHeader: bytesOf(t, &common.ChannelHeader{Type: int32(common.HeaderType_DELIVER_SEEK_INFO), ChannelId: r.s.Channel,
				Timestamp: timestamppb.Now(), TlsCertHash: binding[:]}),
			SignatureHeader: bytesOf(t, &common.SignatureHeader{Nonce: make([]byte, 24),
				Creator: bytesOf(t, &msp.SerializedIdentity{Mspid: r.id.MspID(), IdBytes: r.id.Credentials()})}),
		},
		Data: bytesOf(t, &orderer.SeekInfo{Behavior: orderer.SeekInfo_BLOCK_UNTIL_READY,
			Start: &orderer.SeekPosition{Type: &orderer.SeekPosition_Oldest{Oldest: &orderer.SeekOldest{}}},
			Stop:  &orderer.SeekPosition{Type: &orderer.SeekPosition_Newest{Newest: &orderer.SeekNewest{}}}}),
	})
	signature, err := r.id.Sign(payload)
	require.NoError(t, err)
	require.NoError(t, stream.Send(&common.Envelope{Payload: payload, Signature: signature}))
	for {
		answer, err := stream.Recv()
		require.NoError(t, err)
		if over, is := answer.GetType().(*peer.DeliverResponse_Status); is {
			require.Equal(t, common.Status_SUCCESS, over.Status)
			return blocks, private
		}
		both := answer.GetBlockAndPrivateData()
		blocks = append(blocks, bytesOf(t, both.GetBlock()))
		for _, beside := range both.GetPrivateDataMap() {
			private = append(private, bytesOf(t, beside))
		}
	}
}

func bytesOf(t *testing.T, m proto.Message) []byte {
	t.Helper()
	text, err := proto.Marshal(m)
	require.NoError(t, err)
	return text
}

// Persons administer no peer and no definition: not their own organisation's, and not another's.
func TestAPersonReachesNoSystemChaincodeThatChangesAnything(t *testing.T) {
	s := open(t)
	for _, who := range []string{"trucker-driver", "port-registrar", "bank-officer"} {
		r := s.as(who)
		own := s.MSPs(s.person(who).Organisation)
		genesis, _ := r.blocks(s.person(who).Organisation)
		for chaincode, functions := range map[string][]string{
			"_lifecycle": {"InstallChaincode", "QueryInstalledChaincodes", "GetInstalledChaincodePackage", "ApproveChaincodeDefinitionForMyOrg"},
			"cscc":       {"JoinChain", "JoinBySnapshotStatus"},
			"lscc":       {"install"},
		} {
			for _, function := range functions {
				call := ledger.Call{Function: function, Arguments: []string{string(genesis[0])}, Endorsers: own}
				_, err := r.propose(s.Channel, chaincode, call).EvaluateWithContext(s.ctx)
				require.ErrorContains(t, err, "Admins", "%s: %s %s", who, chaincode, function)
			}
		}
	}
}
