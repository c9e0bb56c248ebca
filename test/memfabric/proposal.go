package memfabric

import (
	"crypto/sha256"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Proposal is what a client asks peers to simulate.
type Proposal struct {
	Creator   Identity
	Args      []string          // function name first
	Transient map[string][]byte // reaches the endorsers only, never a block
	Time      time.Time         // the client's claim; zero: the network's clock
	Nonce     []byte            // the transaction id comes from nonce and creator; nil: a fresh one
}

// proposal is a Proposal with all that follows from it.
type proposal struct {
	id        string
	creator   Identity
	nonce     []byte
	time      time.Time
	args      [][]byte
	transient map[string][]byte
	header    []byte // common.Header
	public    []byte // peer.ChaincodeProposalPayload without the transient map
	input     []byte // the marshalled invocation
	hash      []byte
}

func (n *Network) propose(p Proposal) *proposal {
	prop := &proposal{creator: p.Creator, nonce: p.Nonce, time: p.Time, transient: p.Transient}
	if prop.time.IsZero() {
		prop.time = n.Now()
	}
	if prop.nonce == nil {
		count := binary.BigEndian.AppendUint64(nil, n.nonces.Add(1))
		prop.nonce = hashOf(count)[:24]
	}
	for _, arg := range p.Args {
		prop.args = append(prop.args, []byte(arg))
	}
	creator := p.Creator.Serialized()
	prop.id = hex.EncodeToString(hashOf(slices.Concat(prop.nonce, creator)))

	chaincode := &peer.ChaincodeID{Name: n.chaincode}
	channelHeader := marshal(&common.ChannelHeader{
		Type: int32(common.HeaderType_ENDORSER_TRANSACTION), ChannelId: n.channel, TxId: prop.id,
		Timestamp: timestamppb.New(prop.time), Extension: marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: chaincode}),
	})
	signatureHeader := marshal(&common.SignatureHeader{Creator: creator, Nonce: prop.nonce})
	prop.header = marshal(&common.Header{ChannelHeader: channelHeader, SignatureHeader: signatureHeader})
	prop.input = marshal(&peer.ChaincodeInvocationSpec{ChaincodeSpec: &peer.ChaincodeSpec{
		Type: peer.ChaincodeSpec_GOLANG, ChaincodeId: chaincode, Input: &peer.ChaincodeInput{Args: prop.args},
	}})
	prop.public = marshal(&peer.ChaincodeProposalPayload{Input: prop.input})
	prop.hash = hashOf(slices.Concat(channelHeader, signatureHeader, prop.public))
	return prop
}

// bytes is the proposal as sent to a peer, transient map included.
func (p *proposal) bytes() []byte {
	payload := marshal(&peer.ChaincodeProposalPayload{Input: p.input, TransientMap: p.transient})
	return marshal(&peer.Proposal{Header: p.header, Payload: payload})
}

// envelope is the transaction as it goes to the orderer.
func (p *proposal) envelope(response []byte, endorsers [][]byte) []byte {
	action := &peer.ChaincodeEndorsedAction{ProposalResponsePayload: response}
	for _, endorser := range endorsers {
		action.Endorsements = append(action.Endorsements, &peer.Endorsement{Endorser: endorser})
	}
	header := &common.Header{}
	unmarshal(p.header, header)
	transaction := &peer.Transaction{Actions: []*peer.TransactionAction{{
		Header:  header.SignatureHeader,
		Payload: marshal(&peer.ChaincodeActionPayload{ChaincodeProposalPayload: p.public, Action: action}),
	}}}
	return marshal(&common.Envelope{Payload: marshal(&common.Payload{Header: header, Data: marshal(transaction)})})
}

// newBlock chains a block to its predecessor (nil: the first one).
func newBlock(number uint64, previous *common.BlockHeader, txs []*Tx, codes []Code) *common.Block {
	block := &common.Block{Header: &common.BlockHeader{Number: number}, Data: &common.BlockData{}}
	digest := sha256.New()
	filter := make([]byte, len(codes))
	for i, tx := range txs {
		block.Data.Data = append(block.Data.Data, tx.envelope)
		digest.Write(tx.envelope)
		filter[i] = byte(codes[i])
	}
	block.Header.DataHash = digest.Sum(nil)
	if previous != nil {
		block.Header.PreviousHash = headerHash(previous)
	}
	metadata := make([][]byte, len(common.BlockMetadataIndex_name))
	metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER] = filter
	block.Metadata = &common.BlockMetadata{Metadata: metadata}
	return block
}

// headerHash is the hash that the next block's header holds.
func headerHash(h *common.BlockHeader) []byte {
	der, err := asn1.Marshal(struct {
		Number       *big.Int
		PreviousHash []byte
		DataHash     []byte
	}{new(big.Int).SetUint64(h.Number), h.PreviousHash, h.DataHash})
	must(err)
	return hashOf(der)
}
