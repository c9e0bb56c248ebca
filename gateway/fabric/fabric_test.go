package fabric

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/proto"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// fakePeer answers as a peer's Gateway service does, without Fabric behind it.
type fakePeer struct {
	gateway.UnimplementedGatewayServer
	mu sync.Mutex
	// targets and transient are what the last proposal was sent with.
	targets []string
	// refusals are answered first, one for each call of Submit and CommitStatus, nil for none.
	submits, statuses []error
	submitted         [][]byte
	evaluateError     error
	endorseError      error
	verdict           peer.TxValidationCode
}

func (p *fakePeer) Evaluate(_ context.Context, r *gateway.EvaluateRequest) (*gateway.EvaluateResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.targets = r.TargetOrganizations
	return &gateway.EvaluateResponse{Result: &peer.Response{Payload: []byte("seen")}}, p.evaluateError
}

func (p *fakePeer) Endorse(_ context.Context, r *gateway.EndorseRequest) (*gateway.EndorseResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.targets = r.EndorsingOrganizations
	if p.endorseError != nil {
		return nil, p.endorseError
	}
	return &gateway.EndorseResponse{PreparedTransaction: envelope(r.ChannelId, []byte("done"))}, nil
}

func (p *fakePeer) Submit(_ context.Context, r *gateway.SubmitRequest) (*gateway.SubmitResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sent, err := proto.MarshalOptions{Deterministic: true}.Marshal(r.PreparedTransaction)
	if err != nil {
		return nil, err
	}
	p.submitted = append(p.submitted, sent)
	return &gateway.SubmitResponse{}, next(&p.submits)
}

func (p *fakePeer) CommitStatus(context.Context, *gateway.SignedCommitStatusRequest) (*gateway.CommitStatusResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := next(&p.statuses); err != nil {
		return nil, err
	}
	return &gateway.CommitStatusResponse{Result: p.verdict, BlockNumber: 42}, nil
}

func next(errs *[]error) error {
	if len(*errs) == 0 {
		return nil
	}
	err := (*errs)[0]
	*errs = (*errs)[1:]
	return err
}

// envelope is a transaction with the result, as far as a client reads it.
func envelope(channel string, result []byte) *common.Envelope {
	action := marshal(&peer.ChaincodeAction{Response: &peer.Response{Payload: result}})
	payload := marshal(&peer.ChaincodeActionPayload{Action: &peer.ChaincodeEndorsedAction{
		ProposalResponsePayload: marshal(&peer.ProposalResponsePayload{Extension: action}),
	}})
	return &common.Envelope{Payload: marshal(&common.Payload{
		Header: &common.Header{ChannelHeader: marshal(&common.ChannelHeader{ChannelId: channel})},
		Data:   marshal(&peer.Transaction{Actions: []*peer.TransactionAction{{Payload: payload}}}),
	})}
}

func marshal(m proto.Message) []byte {
	bytes, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	return bytes
}

// newClient is a client of the fake peer with one enrolled person.
func newClient(t *testing.T, p *fakePeer) (*Client, ledger.Person) {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	gateway.RegisterGatewayServer(server, p)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:peer", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	c := &Client{config: Config{Organisation: "CarrierMSP", Channel: "portledger", Chaincode: "portledger"}, conn: conn, people: newPeople(t)}
	c.people.connect = func(id identity.Identity, sign identity.Sign) (*client.Gateway, error) {
		return client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
	}
	enrol(t, c.people.folder, someone, someone, nil)
	person, err := c.Lookup(someone)
	require.NoError(t, err)
	return c, person
}

var call = ledger.Call{Contract: "bill", Function: "Act", Args: []string{"issue", "{}"}, Transient: map[string][]byte{"salt": []byte("x")}}

func TestOnlyTheNamedOrganisationsAreAsked(t *testing.T) {
	p := &fakePeer{}
	c, person := newClient(t, p)
	answer, err := c.Evaluate(t.Context(), person, call)
	require.NoError(t, err)
	require.Equal(t, "seen", string(answer))
	require.Equal(t, []string{"CarrierMSP"}, p.targets)
	signed, err := c.Endorse(t.Context(), person, call, []string{"CarrierMSP", "PortMSP"})
	require.NoError(t, err)
	require.Equal(t, []string{"CarrierMSP", "PortMSP"}, p.targets)
	require.Equal(t, "done", string(signed.Result))
	require.Len(t, signed.TxID, 64)
	require.Empty(t, p.submitted, "endorsing submits nothing")
}

func TestTheSameBytesAreSubmittedUntilTheFateIsKnown(t *testing.T) {
	p := &fakePeer{
		submits:  []error{status.Error(codes.Unavailable, "no orderers could successfully process transaction"), nil, nil},
		statuses: []error{status.Error(codes.DeadlineExceeded, "lost"), nil},
	}
	c, person := newClient(t, p)
	signed, err := c.Endorse(t.Context(), person, call, []string{"CarrierMSP", "PortMSP"})
	require.NoError(t, err)
	outcome, err := c.Commit(t.Context(), signed)
	require.NoError(t, err)
	require.Equal(t, ledger.Outcome{Fate: ledger.Valid, Code: "VALID", Block: 42}, outcome)
	require.Len(t, p.submitted, 3)
	require.Equal(t, p.submitted[0], p.submitted[1])
	require.Equal(t, p.submitted[0], p.submitted[2])

	// Another process, and the person has left: the transaction is signed already.
	enrol(t, c.people.folder, "u-00000000000000ff", "u-00000000000000ff", nil)
	signed.Person = ledger.Person{ID: "u-eeeeeeeeeeeeeeee"}
	p.verdict = peer.TxValidationCode_MVCC_READ_CONFLICT
	outcome, err = c.Commit(t.Context(), signed)
	require.NoError(t, err)
	require.Equal(t, ledger.Outcome{Fate: ledger.Invalid, Code: "MVCC_READ_CONFLICT", Block: 42}, outcome)
	require.Equal(t, p.submitted[0], p.submitted[3])
}

func TestAFateThatStaysUnknownIsToldInTime(t *testing.T) {
	var lost []error
	for range 100 {
		lost = append(lost, status.Error(codes.Unavailable, "gone"))
	}
	p := &fakePeer{submits: lost}
	c, person := newClient(t, p)
	signed, err := c.Endorse(t.Context(), person, call, []string{"CarrierMSP"})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	outcome, err := c.Commit(ctx, signed)
	require.Error(t, err)
	require.Equal(t, ledger.Unknown, outcome.Fate)
}

func TestErrorsBecomeRefusalsOrTheirKinds(t *testing.T) {
	detail := func(code codes.Code, text string, details ...string) error {
		s := status.New(code, text)
		for _, message := range details {
			var err error
			s, err = s.WithDetails(&gateway.ErrorDetail{Address: "peer0:7051", MspId: "PortMSP", Message: message})
			require.NoError(t, err)
		}
		return s.Err()
	}
	refusal := fault.New(fault.WrongState, "act", "issue").In("/x").By("X-01")
	const aborted = "failed to collect enough transaction endorsements, see attached details for more info"
	for name, row := range map[string]struct {
		answered error
		want     error
	}{
		"a refusal in the text":     {detail(codes.Unknown, "evaluate call to endorser returned error: chaincode response 500, "+refusal.Error()), refusal},
		"a refusal in the details":  {detail(codes.Aborted, aborted, "fine", "chaincode response 500, "+refusal.Error()), refusal},
		"results that differ":       {detail(codes.Aborted, aborted, "ProposalResponsePayloads do not match"), ledger.ErrDiverged},
		"an endorser down":          {detail(codes.Aborted, aborted, "Unavailable: connection refused"), ledger.ErrUnavailable},
		"no endorser known":         {detail(codes.FailedPrecondition, "no combination of peers can be derived"), ledger.ErrUnavailable},
		"peer down":                 {detail(codes.Unavailable, "connection refused"), ledger.ErrUnavailable},
		"too slow":                  {detail(codes.DeadlineExceeded, "endorsement timeout expired"), ledger.ErrUnavailable},
		"a chaincode's other error": {detail(codes.Aborted, aborted, "chaincode response 500, Function nope not found"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := &fakePeer{endorseError: row.answered, evaluateError: row.answered}
			c, person := newClient(t, p)
			_, err := c.Endorse(t.Context(), person, call, []string{"CarrierMSP"})
			check(t, row.want, err)
			_, err = c.Evaluate(t.Context(), person, call)
			check(t, row.want, err)
		})
	}
}

func check(t *testing.T, want, err error) {
	t.Helper()
	require.Error(t, err)
	switch {
	case want == nil:
		require.Nil(t, fault.Of(err))
		require.False(t, errors.Is(err, ledger.ErrUnavailable) || errors.Is(err, ledger.ErrDiverged))
	case fault.Of(want) != nil:
		require.Equal(t, want, err)
	default:
		require.ErrorIs(t, err, want)
	}
}
