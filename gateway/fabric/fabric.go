// Package fabric is the ledger as the gateway's own organisation's peer serves it: proposals, endorsements, submits and
// events over fabric-gateway, each in the name of the person who asked. It does not know HTTP, families or acts.
package fabric

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/hash"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"portledger/chaincode/answer"
	"portledger/chaincode/fault"
	"portledger/gateway/blocks"
	"portledger/gateway/ledger"
	"portledger/keyfile"
)

// Config says which peer to speak to and in whose names.
type Config struct {
	Organisation, Channel, Chaincode string
	// Identities is a folder with <person>/cert.pem and <person>/key.pem. A person whose key is kept elsewhere has no key.pem
	// there, but reader/cert.pem and reader/key.pem, with which the gateway reads and rehearses. A file signed-out beside them ends
	// all tokens that were issued before it was last touched.
	Identities string
	// Address is the peer's host:port; TLSCA verifies it; TLSCert and TLSKey are this gateway's own pair (mutual TLS).
	Address, TLSCA, TLSCert, TLSKey string
}

// One submit and one wait for its status stay short: what is lost with a dying orderer leader is found out by asking again,
// not by waiting longer.
const (
	submitTimeout   = 5 * time.Second
	statusTimeout   = 3 * time.Second
	firstPause      = 100 * time.Millisecond
	longestPause    = 2 * time.Second
	largestMessage  = 16 << 20
	keepaliveTime   = 2 * time.Minute // a peer turns away clients that ask more often than once a minute
	keepaliveAnswer = 10 * time.Second
	// redialMax keeps a gateway from staying away for minutes after its peer has come back from a long stop.
	redialMax     = 2 * time.Second
	redialTimeout = 5 * time.Second
)

// Client is safe for concurrent use; all persons share its one connection.
type Client struct {
	config Config
	conn   *grpc.ClientConn
	people *people
}

// Dial prepares the connection. It does not wait for the peer: Ready tells.
func Dial(config Config) (*Client, error) {
	ca, err := os.ReadFile(config.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("read peer.tls_ca: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, errors.New("peer.tls_ca holds no certificate")
	}
	pair, err := ownPair(config.TLSCert, config.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("read peer.tls_cert and peer.tls_key: %w", err)
	}
	conn, err := grpc.NewClient(config.Address,
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
		})),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largestMessage)),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: redial(), MinConnectTimeout: redialTimeout}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: keepaliveTime, Timeout: keepaliveAnswer}),
	)
	if err != nil {
		return nil, fmt.Errorf("prepare connection to the peer: %w", err)
	}
	ownHash := sha256.Sum256(pair.Certificate[0])
	return &Client{config: config, conn: conn, people: &people{
		folder: config.Identities, msp: config.Organisation, known: map[string]*enrolled{},
		connect: func(id identity.Identity, sign identity.Sign) (*client.Gateway, error) {
			options := []client.ConnectOption{client.WithHash(hash.SHA256), client.WithClientConnection(conn),
				client.WithTLSClientCertificateHash(ownHash[:])}
			if sign != nil { // else the person signs outside
				options = append(options, client.WithSign(sign))
			}
			return client.Connect(id, options...)
		},
	}}, nil
}

// ownPair reads a certificate and its key, which must be nobody else's to read (*keyfile.Exposed).
func ownPair(certFile, keyFile string) (tls.Certificate, error) {
	cert, err := os.ReadFile(certFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := keyfile.Read(keyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
}

func redial() backoff.Config {
	c := backoff.DefaultConfig
	c.BaseDelay, c.MaxDelay = firstPause, redialMax
	return c
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Expiring answers the persons whose certificates expire before then, or have.
func (c *Client) Expiring(then time.Time) ([]ledger.Person, error) { return c.people.expiring(then) }

// Lookup answers who the person is, or ledger.ErrNotEnrolled.
func (c *Client) Lookup(id string) (ledger.Person, error) {
	e, err := c.people.get(id)
	if err != nil {
		return ledger.Person{}, err
	}
	return e.person, nil
}

// Evaluate asks the own organisation's peer, and no other: another organisation's could be ahead in height and would be
// chosen, but must not see the input and would refuse to answer.
func (c *Client) Evaluate(ctx context.Context, as ledger.Person, call ledger.Call) ([]byte, error) {
	return c.EvaluateAt(ctx, as, call, c.config.Organisation)
}

// EvaluateAt asks a peer of the organisation named, and no other. The answer is sealed for this question alone.
func (c *Client) EvaluateAt(ctx context.Context, as ledger.Person, call ledger.Call, org string) ([]byte, error) {
	key := make([]byte, answer.KeyBytes)
	rand.Read(key)
	call.Transient = answer.Under(key, call.Transient)
	_, proposal, err := c.propose(as, call, []string{org})
	if err != nil {
		return nil, err
	}
	result, err := proposal.EvaluateWithContext(ctx)
	if err != nil {
		return nil, translate(err)
	}
	return answer.Open(key, result)
}

// Endorse collects endorsements of exactly the organisations named, and signs. Nothing is submitted.
func (c *Client) Endorse(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Signed, error) {
	e, proposal, err := c.propose(as, call, endorsers)
	if err != nil {
		return ledger.Signed{}, err
	}
	if e.sign == nil {
		return ledger.Signed{}, errors.New("this person signs outside of the gateway")
	}
	transaction, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return ledger.Signed{}, translate(err)
	}
	unsigned, err := transaction.Bytes()
	if err != nil {
		return ledger.Signed{}, err
	}
	signature, err := e.sign(transaction.Digest())
	if err != nil {
		return ledger.Signed{}, fmt.Errorf("sign transaction: %w", err)
	}
	if transaction, err = e.as.NewSignedTransaction(unsigned, signature); err != nil {
		return ledger.Signed{}, err
	}
	signed, err := transaction.Bytes()
	if err != nil {
		return ledger.Signed{}, err
	}
	return ledger.Signed{TxID: transaction.TransactionID(), Person: as, Bytes: signed, Result: transaction.Result()}, nil
}

func (c *Client) propose(as ledger.Person, call ledger.Call, endorsers []string) (*enrolled, *client.Proposal, error) {
	e, err := c.people.get(as.ID)
	if err != nil {
		return nil, nil, err
	}
	proposal, err := c.proposal(e.as, call, endorsers)
	return e, proposal, err
}

func (c *Client) proposal(as *client.Gateway, call ledger.Call, endorsers []string) (*client.Proposal, error) {
	proposal, err := as.GetNetwork(c.config.Channel).GetContractWithName(c.config.Chaincode, call.Contract).
		NewProposal(call.Function, client.WithArguments(call.Args...), client.WithTransient(call.Transient),
			client.WithEndorsingOrganizations(endorsers...))
	if err != nil {
		return nil, fmt.Errorf("make proposal: %w", err)
	}
	return proposal, nil
}

// Commit submits the signed bytes until their fate is known or ctx ends. An accepted submit is not durable yet, and one that
// failed may still have been ordered, so the same bytes go out again: one transaction id takes effect at most once. The
// fate is Unknown, with what last went wrong, when ctx ended first.
func (c *Client) Commit(ctx context.Context, signed ledger.Signed) (ledger.Outcome, error) {
	e, err := c.people.get(signed.Person.ID)
	if err != nil { // the transaction is signed already; anybody may ask what became of it
		if e, err = c.people.any(); err != nil {
			return ledger.Outcome{}, err
		}
	}
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		transaction, err := e.as.NewTransaction(signed.Bytes)
		if err != nil {
			return ledger.Outcome{}, fmt.Errorf("read signed transaction: %w", err)
		}
		status, err := attempt(ctx, transaction)
		if err == nil {
			return outcome(status), nil
		}
		select {
		case <-ctx.Done():
			return ledger.Outcome{}, err
		case <-time.After(pause):
		}
	}
}

func attempt(ctx context.Context, transaction *client.Transaction) (*client.Status, error) {
	submitting, cancel := context.WithTimeout(ctx, submitTimeout)
	defer cancel()
	commit, err := transaction.SubmitWithContext(submitting)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	return commit.StatusWithContext(waiting)
}

func outcome(status *client.Status) ledger.Outcome {
	fate := ledger.Invalid
	if status.Successful {
		fate = ledger.Valid
	}
	return ledger.Outcome{Fate: fate, Code: status.Code.String(), Block: status.BlockNumber}
}

// Changes follows the blocks from the given one on. The channel ends with ctx, or when the peer goes away.
func (c *Client) Changes(ctx context.Context, fromBlock uint64) (<-chan ledger.Change, error) {
	e, err := c.people.any()
	if err != nil {
		return nil, err
	}
	source, err := e.as.GetNetwork(c.config.Channel).BlockEvents(ctx, client.WithStartBlock(fromBlock))
	if err != nil {
		return nil, translate(err)
	}
	changes := make(chan ledger.Change)
	go func() {
		defer close(changes)
		for block := range source {
			change, err := blocks.Change(block, c.config.Chaincode)
			change.Unread = err
			select {
			case changes <- change:
			case <-ctx.Done(): // the source ends by itself, but only if it is read on
			}
		}
	}()
	return changes, nil
}

// nobody is a well-formed party id that no party has: asking for it makes peer and chaincode work and changes nothing.
const nobody = "PAAAAAAAAAAAAAAAA"

// Ready tells whether the own peer and chaincode answer.
func (c *Client) Ready(ctx context.Context) error {
	e, err := c.people.any()
	if err != nil {
		return err
	}
	_, err = c.Evaluate(ctx, e.person, ledger.Call{Contract: "party", Function: "Read", Args: []string{nobody}})
	if fault.Of(err) != nil {
		return nil // the chaincode's own answer
	}
	return err
}
