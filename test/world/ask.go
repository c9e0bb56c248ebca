package world

import (
	"portledger/chaincode/answer"
	"portledger/test/memfabric"
)

// Client is a person at a gateway that asks as gateways do.
type Client struct{ memfabric.Client }

// Evaluate asks the client's peer, under a key of its own.
func (c Client) Evaluate(fn string, args []string, transient map[string][]byte) ([]byte, error) {
	return Ask(c.Network, c.Proposal(fn, args, transient), c.MSP)
}

// Ask has a peer of an organisation answer a question under a fresh key, and opens what it answers.
func Ask(network *memfabric.Network, question memfabric.Proposal, org string) ([]byte, error) {
	key := randomBytes(answer.KeyBytes)
	question.Transient = answer.Under(key, question.Transient)
	said, err := network.Evaluate(question, org)
	if err != nil {
		return nil, err
	}
	return answer.Open(key, said)
}
