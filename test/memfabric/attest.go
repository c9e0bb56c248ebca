package memfabric

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"slices"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Root is the certificate of an organisation's authority: what a verifier knows of it.
func (n *Network) Root(mspID string) *x509.Certificate {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.authorities[mspID].cert
}

// Peer is the identity of an organisation's peer.
func (n *Network) Peer(mspID string) Identity {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.mustPeer(mspID).identity
}

// Attestation is what the transaction's endorsers agreed on (a ProposalResponsePayload), with a real signature of each
// one's peer over it.
func (n *Network) Attestation(tx *Tx) (payload []byte, endorsements []*peer.Endorsement) {
	for _, org := range tx.Endorsers {
		endorsements = append(endorsements, n.Peer(org).Endorse(tx.payload))
	}
	return slices.Clone(tx.payload), endorsements
}

// Endorse signs a payload as Fabric's peers do: ECDSA over the SHA-256 of payload and identity, with the lower of the two
// values that s can have.
func (i Identity) Endorse(payload []byte) *peer.Endorsement {
	endorser := i.Serialized()
	r, s, err := ecdsa.Sign(rand.Reader, i.Key, hashOf(slices.Concat(payload, endorser)))
	must(err)
	order := elliptic.P256().Params().N
	if half := new(big.Int).Rsh(order, 1); s.Cmp(half) > 0 {
		s.Sub(order, s)
	}
	signature, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	must(err)
	return &peer.Endorsement{Endorser: endorser, Signature: signature}
}
