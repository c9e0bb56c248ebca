package ledger

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	adminid "github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	gatewayid "github.com/hyperledger/fabric-gateway/pkg/identity"
	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"portledger/chaincode/answer"
	"portledger/network/pki"
)

const (
	evaluateTimeout = 10 * time.Second
	endorseTimeout  = 20 * time.Second
	submitTimeout   = 5 * time.Second
	// statusTimeout is short: a transaction whose orderer died after accepting it is submitted again soon.
	statusTimeout = 3 * time.Second
	retryPause    = 100 * time.Millisecond
)

// TLS is one end of mutual TLS: the root it trusts and the pair it shows.
type TLS struct {
	Roots *x509.CertPool
	Pair  tls.Certificate
}

// LoadTLS reads a root certificate and a folder with cert.pem and key.pem.
func LoadTLS(root, folder string) (TLS, error) {
	text, err := os.ReadFile(root)
	if err != nil {
		return TLS{}, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return TLS{}, fmt.Errorf("%s holds no certificate", root)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, pki.CertFile), filepath.Join(folder, pki.KeyFile))
	if err != nil {
		return TLS{}, err
	}
	return TLS{Roots: pool, Pair: pair}, nil
}

// Dial opens a connection to a peer. It does not wait for the peer to answer.
func (t TLS) Dial(address string) (*grpc.ClientConn, error) {
	return grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
		RootCAs: t.Roots, Certificates: []tls.Certificate{t.Pair}, MinVersion: tls.VersionTLS12,
	})))
}

// LoadIdentity reads a member's identity from a folder with cert.pem and key.pem.
func LoadIdentity(msp, folder string) (adminid.SigningIdentity, error) {
	cert, err := adminid.ReadCertificate(filepath.Join(folder, pki.CertFile))
	if err != nil {
		return nil, err
	}
	key, err := adminid.ReadPrivateKey(filepath.Join(folder, pki.KeyFile))
	if err != nil {
		return nil, err
	}
	return adminid.NewPrivateKeySigningIdentity(msp, cert, key)
}

// Client calls one chaincode as one person through one peer's gateway.
type Client struct {
	gateway   *client.Gateway
	network   *client.Network
	chaincode string
}

// Connect opens a Client over connection.
func Connect(connection *grpc.ClientConn, id adminid.SigningIdentity, channel, chaincode string) (*Client, error) {
	// admin-sdk's identities take the whole message and hash it themselves.
	gateway, err := client.Connect(id, client.WithSign(gatewayid.Sign(id.Sign)), client.WithHash(hash.NONE),
		client.WithClientConnection(connection),
		client.WithEvaluateTimeout(evaluateTimeout), client.WithEndorseTimeout(endorseTimeout),
		client.WithSubmitTimeout(submitTimeout), client.WithCommitStatusTimeout(statusTimeout))
	if err != nil {
		return nil, err
	}
	return &Client{gateway: gateway, network: gateway.GetNetwork(channel), chaincode: chaincode}, nil
}

// Call is one invocation. Endorsers are MSP ids; none lets the peer choose.
type Call struct {
	Function  string // contract:Function
	Arguments []string
	Transient map[string][]byte
	Endorsers []string
}

func (c *Client) proposal(call Call) (*client.Proposal, error) {
	options := []client.ProposalOption{client.WithArguments(call.Arguments...)}
	if len(call.Transient) > 0 {
		options = append(options, client.WithTransient(call.Transient))
	}
	if len(call.Endorsers) > 0 {
		options = append(options, client.WithEndorsingOrganizations(call.Endorsers...))
	}
	return c.network.GetContract(c.chaincode).NewProposal(call.Function, options...)
}

// Evaluate asks without writing. The answer is sealed for this question alone.
func (c *Client) Evaluate(ctx context.Context, call Call) ([]byte, error) {
	key := make([]byte, answer.KeyBytes)
	rand.Read(key)
	call.Transient = answer.Under(key, call.Transient)
	proposal, err := c.proposal(call)
	if err != nil {
		return nil, err
	}
	said, err := proposal.EvaluateWithContext(ctx)
	if err != nil {
		return nil, explain(call.Function, err)
	}
	return answer.Open(key, said)
}

// Endorse gathers the endorsements and answers the signed-to-be transaction, not yet submitted.
func (c *Client) Endorse(ctx context.Context, call Call) (*client.Transaction, error) {
	proposal, err := c.proposal(call)
	if err != nil {
		return nil, err
	}
	transaction, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return nil, explain(call.Function, err)
	}
	return transaction, nil
}

// Restore answers a transaction that was kept as bytes.
func (c *Client) Restore(kept []byte) (*client.Transaction, error) {
	return c.gateway.NewTransaction(kept)
}

// Settle submits the same transaction until its fate is known, and answers its block. An orderer that accepts a
// transaction may die before passing it on; a transaction submitted twice still applies once.
func (c *Client) Settle(ctx context.Context, transaction *client.Transaction) (uint64, error) {
	var last error
	for ctx.Err() == nil {
		commit, err := transaction.SubmitWithContext(ctx)
		if err == nil {
			var outcome *client.Status
			if outcome, err = commit.StatusWithContext(ctx); err == nil {
				if !outcome.Successful {
					return 0, fmt.Errorf("transaction %s was refused as %s", outcome.TransactionID, outcome.Code)
				}
				return outcome.BlockNumber, nil
			}
		}
		last = explain("submit", err)
		pause(ctx, retryPause)
	}
	return 0, errors.Join(ctx.Err(), last)
}

// Submit endorses and settles in one go.
func (c *Client) Submit(ctx context.Context, call Call) ([]byte, uint64, error) {
	transaction, err := c.Endorse(ctx, call)
	if err != nil {
		return nil, 0, err
	}
	block, err := c.Settle(ctx, transaction)
	return transaction.Result(), block, err
}

// explain adds what the endorsing peers said: Fabric hides it in the details of the gRPC status.
func explain(what string, err error) error {
	var said []string
	for _, detail := range status.Convert(err).Details() {
		if d, is := detail.(*gatewaypb.ErrorDetail); is {
			said = append(said, d.GetMspId()+": "+d.GetMessage())
		}
	}
	if len(said) == 0 {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w: %s", what, err, strings.Join(said, "; "))
}

func pause(ctx context.Context, length time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
}
