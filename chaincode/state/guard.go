package state

import (
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// guard is a key-level policy that asks for peers of some of its organisations, where all other records ask for all.
type guard struct {
	need int
	of   []string
}

// Guard lets a record that this transaction put be changed from now on by peers of any need of these organisations. Who
// changes it later names the endorsers with Endorse; Put leaves the policy alone when it names nobody before and after.
func (s *Session) Guard(key string, need int, of []string) error {
	e, err := s.entry(key)
	if err != nil {
		return err
	}
	e.guard = &guard{need, sorted(of)}
	return nil
}

// policy is the guard as Fabric keeps it: the same form in which package statebased says "all of these".
func (g guard) policy() ([]byte, error) {
	p := &common.SignaturePolicyEnvelope{}
	gate := &common.SignaturePolicy_NOutOf{N: int32(g.need)}
	for i, org := range g.of {
		role, err := deterministic.Marshal(&msp.MSPRole{MspIdentifier: org, Role: msp.MSPRole_PEER})
		if err != nil {
			return nil, fmt.Errorf("make endorsement policy: %w", err)
		}
		p.Identities = append(p.Identities, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: role})
		gate.Rules = append(gate.Rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	p.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{NOutOf: gate}}
	raw, err := deterministic.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("make endorsement policy: %w", err)
	}
	return raw, nil
}

// deterministic: all endorsers must write the same bytes.
var deterministic = proto.MarshalOptions{Deterministic: true}
