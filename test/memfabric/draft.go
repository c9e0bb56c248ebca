package memfabric

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Draft gives a proposal its nonce and time, and answers it with its transaction's id and the bytes that its sender would
// sign, private input among them. Whoever endorses the proposal so answered endorses those bytes.
func (n *Network) Draft(p Proposal) (fixed Proposal, id string, bytes []byte) {
	prop := n.propose(p)
	p.Nonce, p.Time = prop.nonce, prop.time
	return p, prop.id, prop.bytes()
}

// Payload is the payload of the transaction's envelope, which its sender signs, with real signatures of its endorsers.
func (n *Network) Payload(tx *Tx) []byte {
	envelope, payload, transaction, action := &common.Envelope{}, &common.Payload{}, &peer.Transaction{}, &peer.ChaincodeActionPayload{}
	unmarshal(tx.envelope, envelope)
	unmarshal(envelope.Payload, payload)
	unmarshal(payload.Data, transaction)
	unmarshal(transaction.Actions[0].Payload, action)
	_, action.Action.Endorsements = n.Attestation(tx)
	transaction.Actions[0].Payload = marshal(action)
	payload.Data = marshal(transaction)
	return marshal(payload)
}
