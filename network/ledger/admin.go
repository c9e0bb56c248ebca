package ledger

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"github.com/hyperledger/fabric-admin-sdk/pkg/channel"
	"github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// attemptTimeout bounds one try of an administrative call; calls are tried again until the whole wait is over.
const attemptTimeout = 20 * time.Second

// Admin is an organisation's administrator at its own peer.
type Admin struct {
	ID         identity.SigningIdentity
	Connection *grpc.ClientConn
}

// Retry repeats attempt until it succeeds or ctx is over, and then answers the last problem.
func Retry(ctx context.Context, attempt func(ctx context.Context) error) error {
	for {
		try, cancel := context.WithTimeout(ctx, attemptTimeout)
		err := attempt(try)
		cancel()
		if err == nil {
			return nil
		}
		pause(ctx, retryPause)
		if ctx.Err() != nil {
			return err
		}
	}
}

// JoinOrderer makes the orderer at the admin address (host:port) serve the channel of block. One that does already is fine.
// It answers when ctx is over though the client of orderers, which takes no context, may still wait.
func JoinOrderer(ctx context.Context, address string, tls TLS, name string, block *common.Block) error {
	joined := make(chan error, 1)
	go func() { joined <- joinOrderer(address, tls, name, block) }()
	select {
	case err := <-joined:
		return err
	case <-ctx.Done():
		return fmt.Errorf("join %s: %w", address, ctx.Err())
	}
}

func joinOrderer(address string, tls TLS, name string, block *common.Block) error {
	url := "https://" + address
	served, err := channel.ListChannel(url, tls.Roots, tls.Pair)
	if err != nil {
		return err
	}
	for _, c := range served.Channels {
		if c.Name == name {
			return nil
		}
	}
	response, err := channel.CreateChannel(url, block, tls.Roots, tls.Pair)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		reason, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return fmt.Errorf("join %s: %s: %s", address, response.Status, reason)
	}
	return nil
}

// JoinPeer makes the peer join the channel of block. One that has joined already is fine.
func (a Admin) JoinPeer(ctx context.Context, name string, block *common.Block) error {
	joined, err := channel.ListChannelOnPeer(ctx, a.Connection, a.ID)
	if err != nil {
		return err
	}
	for _, c := range joined {
		if c.GetChannelId() == name {
			return nil
		}
	}
	return channel.JoinChannel(ctx, a.Connection, a.ID, block)
}

// Install puts the chaincode package on the peer. One that is there already is fine.
func (a Admin) Install(ctx context.Context, content []byte, id string) error {
	at := chaincode.NewPeer(a.Connection, a.ID)
	installed, err := at.QueryInstalled(ctx)
	if err != nil {
		return err
	}
	for _, c := range installed.GetInstalledChaincodes() {
		if c.GetPackageId() == id {
			return nil
		}
	}
	_, err = at.Install(ctx, bytes.NewReader(content))
	if err != nil && strings.Contains(err.Error(), "already successfully installed") {
		return nil
	}
	return err
}

// Definition is a chaincode definition with an endorsement policy of its own, as the first of its name.
func Definition(channelName, name, packageID, policy string) (*chaincode.Definition, error) {
	parsed, err := chaincode.NewApplicationPolicy(policy, "")
	if err != nil {
		return nil, fmt.Errorf("endorsement policy of %s: %w", name, err)
	}
	return &chaincode.Definition{
		ChannelName: channelName, Name: name, Version: "1", Sequence: 1, PackageID: packageID, ApplicationPolicy: parsed,
	}, nil
}

// Sequence answers the definition under the sequence that it has or, as a change of what is in force, must get.
func (a Admin) Sequence(ctx context.Context, d chaincode.Definition) (*chaincode.Definition, error) {
	committed, err := chaincode.NewGateway(a.Connection, a.ID).QueryCommitted(ctx, d.ChannelName)
	if err != nil {
		return nil, err
	}
	d.Sequence = 1
	for _, c := range committed.GetChaincodeDefinitions() {
		if c.GetName() != d.Name {
			continue
		}
		if d.Sequence = c.GetSequence(); !same(d.ApplicationPolicy, c.GetValidationParameter()) {
			d.Sequence++
		}
	}
	return &d, nil
}

// same tells whether a written policy is the one wanted.
func same(wanted *peer.ApplicationPolicy, written []byte) bool {
	policy := &peer.ApplicationPolicy{}
	return proto.Unmarshal(written, policy) == nil && proto.Equal(wanted, policy)
}

// Committed tells whether the channel has the definition.
func (a Admin) Committed(ctx context.Context, d *chaincode.Definition) (bool, error) {
	committed, err := chaincode.NewGateway(a.Connection, a.ID).QueryCommitted(ctx, d.ChannelName)
	if err != nil {
		return false, err
	}
	for _, c := range committed.GetChaincodeDefinitions() {
		if c.GetName() == d.Name && c.GetSequence() == d.Sequence {
			return true, nil
		}
	}
	return false, nil
}

// Approve approves the definition for the admin's organisation. An approval given before is fine.
func (a Admin) Approve(ctx context.Context, d *chaincode.Definition) error {
	gateway := chaincode.NewGateway(a.Connection, a.ID)
	approved, err := gateway.QueryApproved(ctx, d.ChannelName, d.Name, d.Sequence)
	if err == nil && approved.GetSource().GetLocalPackage().GetPackageId() == d.PackageID &&
		same(d.ApplicationPolicy, approved.GetValidationParameter()) {
		return nil
	}
	return gateway.Approve(ctx, d)
}

// Commit puts the approved definition into force. One in force already is fine.
func (a Admin) Commit(ctx context.Context, d *chaincode.Definition) error {
	if done, err := a.Committed(ctx, d); err != nil || done {
		return err
	}
	return chaincode.NewGateway(a.Connection, a.ID).Commit(ctx, d)
}
