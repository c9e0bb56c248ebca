package memfabric

import (
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// OutOf is the endorsement policy "peers of at least n of these organisations".
func OutOf(n int, msps ...string) *common.SignaturePolicyEnvelope {
	policy := &common.SignaturePolicyEnvelope{}
	var rules []*common.SignaturePolicy
	for i, id := range msps {
		policy.Identities = append(policy.Identities, &msp.MSPPrincipal{
			PrincipalClassification: msp.MSPPrincipal_ROLE,
			Principal:               marshal(&msp.MSPRole{MspIdentifier: id, Role: msp.MSPRole_PEER}),
		})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	policy.Rule = &common.SignaturePolicy{Type: &common.SignaturePolicy_NOutOf_{
		NOutOf: &common.SignaturePolicy_NOutOf{N: int32(n), Rules: rules},
	}}
	return policy
}

// parsePolicy reads a key-level policy as a chaincode sets it (package statebased).
func parsePolicy(raw []byte) (*common.SignaturePolicyEnvelope, error) {
	policy := &common.SignaturePolicyEnvelope{}
	if err := proto.Unmarshal(raw, policy); err != nil {
		return nil, fmt.Errorf("could not translate policy: %w", err)
	}
	return policy, checkRule(policy.Rule, len(policy.Identities))
}

func checkRule(rule *common.SignaturePolicy, identities int) error {
	switch t := rule.GetType().(type) {
	case *common.SignaturePolicy_SignedBy:
		if t.SignedBy < 0 || int(t.SignedBy) >= identities {
			return fmt.Errorf("could not translate policy: identity index %d out of range", t.SignedBy)
		}
	case *common.SignaturePolicy_NOutOf_:
		for _, r := range t.NOutOf.Rules {
			if err := checkRule(r, identities); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("could not translate policy: empty policy element")
	}
	return nil
}

// satisfied says whether peers of the given organisations fulfil the policy. As in Fabric one signature counts once:
// used marks the endorsers already taken by an earlier rule.
func satisfied(policy *common.SignaturePolicyEnvelope, endorsers []string) bool {
	return ruleHolds(policy.Rule, policy.Identities, endorsers, make([]bool, len(endorsers)))
}

func ruleHolds(rule *common.SignaturePolicy, who []*msp.MSPPrincipal, endorsers []string, used []bool) bool {
	if gate := rule.GetNOutOf(); gate != nil {
		held := int32(0)
		for _, r := range gate.Rules {
			attempt := append([]bool(nil), used...)
			if ruleHolds(r, who, endorsers, attempt) {
				held++
				copy(used, attempt)
			}
		}
		return held >= gate.N
	}
	for i, endorser := range endorsers {
		if !used[i] && peerSatisfies(who[rule.GetSignedBy()], endorser) {
			used[i] = true
			return true
		}
	}
	return false
}

// peerSatisfies says whether a peer of organisation mspID is the principal: the roles member and peer are, others not.
func peerSatisfies(principal *msp.MSPPrincipal, mspID string) bool {
	role := &msp.MSPRole{}
	if principal.PrincipalClassification != msp.MSPPrincipal_ROLE || proto.Unmarshal(principal.Principal, role) != nil {
		return false
	}
	return role.MspIdentifier == mspID && (role.Role == msp.MSPRole_PEER || role.Role == msp.MSPRole_MEMBER)
}
