// Package ledger speaks to Fabric nodes: the channel's first block, joining, chaincode definitions, transactions and
// what the nodes tell about themselves. It starts no process and writes no file.
package ledger

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-config/configtx"
	"github.com/hyperledger/fabric-config/configtx/membership"
	"github.com/hyperledger/fabric-config/configtx/orderer"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"

	"portledger/network/config"
)

const (
	raftElectionTicks  = 10
	raftHeartbeatTicks = 1
	raftInflightBlocks = 5
	raftSnapshotBytes  = 16 << 20
)

// Membership is what the channel must know of an organisation: its two authorities.
type Membership struct {
	Identities *x509.Certificate
	TLS        *x509.Certificate
}

// Trust is what the first block needs beside the configuration.
type Trust struct {
	Members  map[string]Membership        // by MSP id
	Orderers map[string]*x509.Certificate // TLS certificate by node name
}

// Genesis makes the channel's first block: the founding organisations with their anchor peers, and the consenters.
func Genesis(c *config.Config, trust Trust) (*common.Block, error) {
	ordering, err := orderingOf(c, trust)
	if err != nil {
		return nil, err
	}
	channel := configtx.Channel{
		Orderer:      ordering,
		Capabilities: []string{"V2_0"},
		Policies:     implicitPolicies(),
		Application: configtx.Application{
			Capabilities: []string{"V2_5"}, // needed for purging private data
			Policies:     applicationPolicies(),
			ACLs:         map[string]string{},
		},
	}
	for _, o := range c.Founders() {
		member, found := trust.Members[o.MSP]
		if !found {
			return nil, fmt.Errorf("no certificates of %s", o.MSP)
		}
		channel.Application.Organizations = append(channel.Application.Organizations, organisationOf(o.MSP, member))
	}
	block, err := configtx.NewApplicationChannelGenesisBlock(channel, c.Channel)
	if err != nil {
		return nil, err
	}
	return block, addAnchors(block, c)
}

// addAnchors names every organisation's peer in the first block, so that the peers find each other without a further
// configuration change. fabric-config leaves the anchors of a new channel's organisations out; here the block is
// opened, they are put in, and it is closed again.
func addAnchors(block *common.Block, c *config.Config) error {
	envelope, payload, content, err := openConfig(block)
	if err != nil {
		return err
	}
	channel := configtx.New(content.GetConfig())
	for _, o := range c.Founders() {
		if err := channel.Application().Organization(o.MSP).AddAnchorPeer(configtx.Address{Host: c.Host, Port: o.Peer.Listen}); err != nil {
			return fmt.Errorf("anchor peer of %s: %w", o.Key, err)
		}
	}
	content.Config = channel.UpdatedConfig()
	if payload.Data, err = proto.Marshal(content); err != nil {
		return err
	}
	if envelope.Payload, err = proto.Marshal(payload); err != nil {
		return err
	}
	if block.Data.Data[0], err = proto.Marshal(envelope); err != nil {
		return err
	}
	digest := sha256.Sum256(block.Data.Data[0])
	block.Header.DataHash = digest[:]
	return nil
}

// openConfig opens the layers of a configuration block.
func openConfig(block *common.Block) (*common.Envelope, *common.Payload, *common.ConfigEnvelope, error) {
	if len(block.GetData().GetData()) == 0 {
		return nil, nil, nil, errors.New("the block is empty")
	}
	envelope, payload, content := &common.Envelope{}, &common.Payload{}, &common.ConfigEnvelope{}
	for _, layer := range []struct {
		text func() []byte
		into proto.Message
	}{
		{func() []byte { return block.GetData().GetData()[0] }, envelope},
		{envelope.GetPayload, payload},
		{payload.GetData, content},
	} {
		if err := proto.Unmarshal(layer.text(), layer.into); err != nil {
			return nil, nil, nil, fmt.Errorf("open configuration block: %w", err)
		}
	}
	return envelope, payload, content, nil
}

// organisationOf describes a member to the channel.
func organisationOf(msp string, member Membership) configtx.Organization {
	return configtx.Organization{Name: msp, MSP: mspOf(msp, member), Policies: memberPolicies(msp)}
}

func orderingOf(c *config.Config, trust Trust) (configtx.Orderer, error) {
	member, found := trust.Members[c.Ordering.MSP]
	if !found {
		return configtx.Orderer{}, fmt.Errorf("no certificates of %s", c.Ordering.MSP)
	}
	organisation := organisationOf(c.Ordering.MSP, member)
	var consenters []orderer.Consenter
	for _, node := range c.Ordering.Nodes {
		cert, found := trust.Orderers[node.Name]
		if !found {
			return configtx.Orderer{}, fmt.Errorf("no TLS certificate of %s", node.Name)
		}
		organisation.OrdererEndpoints = append(organisation.OrdererEndpoints, c.Address(node.Listen))
		consenters = append(consenters, orderer.Consenter{
			Address:       orderer.EtcdAddress{Host: c.Host, Port: node.Listen},
			ClientTLSCert: cert, ServerTLSCert: cert,
		})
	}
	return configtx.Orderer{
		OrdererType:  orderer.ConsensusTypeEtcdRaft,
		BatchTimeout: c.Ordering.BatchTimeout,
		BatchSize: orderer.BatchSize{
			MaxMessageCount:   c.Ordering.BatchMessagesMax,
			AbsoluteMaxBytes:  c.Ordering.BatchBytesMax,
			PreferredMaxBytes: c.Ordering.BatchBytesPreferred,
		},
		EtcdRaft: orderer.EtcdRaft{Consenters: consenters, Options: orderer.EtcdRaftOptions{
			TickInterval: c.Ordering.Tick.String(), ElectionTick: raftElectionTicks, HeartbeatTick: raftHeartbeatTicks,
			MaxInflightBlocks: raftInflightBlocks, SnapshotIntervalSize: raftSnapshotBytes,
		}},
		Organizations: []configtx.Organization{organisation},
		Capabilities:  []string{"V2_0"},
		Policies:      orderingPolicies(),
		State:         orderer.ConsensusStateNormal,
	}, nil
}

// mspOf describes a membership: one root, roles by organisational unit.
func mspOf(name string, member Membership) configtx.MSP {
	unit := func(role string) membership.OUIdentifier {
		return membership.OUIdentifier{Certificate: member.Identities, OrganizationalUnitIdentifier: role}
	}
	return configtx.MSP{
		Name:         name,
		RootCerts:    []*x509.Certificate{member.Identities},
		TLSRootCerts: []*x509.Certificate{member.TLS},
		CryptoConfig: membership.CryptoConfig{SignatureHashFamily: "SHA2", IdentityIdentifierHashFunction: "SHA256"},
		NodeOUs: membership.NodeOUs{
			Enable: true, ClientOUIdentifier: unit("client"), PeerOUIdentifier: unit("peer"),
			AdminOUIdentifier: unit("admin"), OrdererOUIdentifier: unit("orderer"),
		},
	}
}

func implicit(rule string) configtx.Policy {
	return configtx.Policy{Type: configtx.ImplicitMetaPolicyType, Rule: rule}
}

func implicitPolicies() map[string]configtx.Policy {
	return map[string]configtx.Policy{
		configtx.ReadersPolicyKey: implicit("ANY Readers"),
		configtx.WritersPolicyKey: implicit("ANY Writers"),
		configtx.AdminsPolicyKey:  implicit("MAJORITY Admins"),
	}
}

func applicationPolicies() map[string]configtx.Policy {
	policies := implicitPolicies()
	policies[configtx.EndorsementPolicyKey] = implicit("MAJORITY Endorsement")
	policies[configtx.LifecycleEndorsementPolicyKey] = implicit("MAJORITY Endorsement")
	return policies
}

func orderingPolicies() map[string]configtx.Policy {
	policies := implicitPolicies()
	policies[configtx.BlockValidationPolicyKey] = implicit("ANY Writers")
	return policies
}

// memberPolicies: any member reads and writes, an admin administers, a peer endorses. Endorsement is also what
// guards the organisation's implicit private data collection.
func memberPolicies(msp string) map[string]configtx.Policy {
	signature := func(role string) configtx.Policy {
		return configtx.Policy{Type: configtx.SignaturePolicyType, Rule: fmt.Sprintf("OR('%s.%s')", msp, role)}
	}
	return map[string]configtx.Policy{
		configtx.ReadersPolicyKey:     signature("member"),
		configtx.WritersPolicyKey:     signature("member"),
		configtx.AdminsPolicyKey:      signature("admin"),
		configtx.EndorsementPolicyKey: signature("peer"),
	}
}
