package ledger

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hyperledger/fabric-admin-sdk/pkg/channel"
	adminid "github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-config/configtx"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"portledger/network/pki"
)

// Channel is a channel's configuration as one of its peers has it.
type Channel struct {
	name   string
	config *common.Config
}

// Channel reads the channel's latest configuration from the admin's peer.
func (a Admin) Channel(ctx context.Context, name string) (Channel, error) {
	block, err := channel.GetConfigBlock(ctx, a.Connection, a.ID, name)
	if err != nil {
		return Channel{}, err
	}
	_, _, content, err := openConfig(block)
	return Channel{name: name, config: content.GetConfig()}, err
}

// Members are the MSP ids of the channel's organisations.
func (c Channel) Members() []string {
	var members []string
	for msp := range c.config.GetChannelGroup().GetGroups()[configtx.ApplicationGroupKey].GetGroups() {
		members = append(members, msp)
	}
	slices.Sort(members)
	return members
}

// Admission is the change that makes an organisation a member, with its anchor peer. It is what the other members'
// administrators sign.
func (c Channel) Admission(msp string, member Membership, anchor configtx.Address) ([]byte, error) {
	changed := configtx.New(proto.CloneOf(c.config))
	if err := changed.Application().SetOrganization(organisationOf(msp, member)); err != nil {
		return nil, err
	}
	if err := changed.Application().Organization(msp).AddAnchorPeer(anchor); err != nil {
		return nil, err
	}
	return changed.ComputeMarshaledUpdate(c.name)
}

// LoadSigner reads an administrator who signs changes of the channel.
func LoadSigner(msp, folder string) (*configtx.SigningIdentity, error) {
	cert, err := pki.ReadCert(filepath.Join(folder, pki.CertFile))
	if err != nil {
		return nil, err
	}
	key, err := adminid.ReadPrivateKey(filepath.Join(folder, pki.KeyFile))
	if err != nil {
		return nil, err
	}
	return &configtx.SigningIdentity{Certificate: cert, PrivateKey: key, MSPID: msp}, nil
}

// SignChange has administrators sign a change of the channel; the first of them hands it in.
func SignChange(change []byte, signers ...*configtx.SigningIdentity) (*common.Envelope, error) {
	if len(signers) == 0 {
		return nil, errors.New("nobody signs the change")
	}
	var signatures []*common.ConfigSignature
	for _, s := range signers {
		signature, err := s.CreateConfigSignature(change)
		if err != nil {
			return nil, fmt.Errorf("signature of %s: %w", s.MSPID, err)
		}
		signatures = append(signatures, signature)
	}
	envelope, err := configtx.NewEnvelope(change, signatures...)
	if err != nil {
		return nil, err
	}
	return envelope, signers[0].SignEnvelope(envelope)
}

// Order hands an envelope to an orderer.
func Order(ctx context.Context, connection *grpc.ClientConn, envelope *common.Envelope) error {
	stream, err := orderer.NewAtomicBroadcastClient(connection).Broadcast(ctx)
	if err != nil {
		return err
	}
	if err := stream.Send(envelope); err != nil {
		return err
	}
	answer, err := stream.Recv()
	if err != nil {
		return err
	}
	if answer.GetStatus() != common.Status_SUCCESS {
		return fmt.Errorf("the orderer answered %s: %s", answer.GetStatus(), answer.GetInfo())
	}
	return stream.CloseSend()
}
