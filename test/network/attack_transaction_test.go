package network_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"portledger/chaincode/fault"
	"portledger/network/ledger"
	"portledger/test/network/live"
)

// offer is the shipper's call that offers the bill to the bank, rehearsed.
func (s *scene) offer(id string) ledger.Call {
	s.t.Helper()
	prepared, err := s.person("shipper-clerk").Prepare(s.ctx, act("bill", "transfer", fields{"id": id, "to": s.Party["bank"]}))
	require.NoError(s.t, err)
	return prepared.Call
}

func TestAReplayedTransactionAppliesOnce(t *testing.T) {
	s := open(t)
	id := s.issued()
	r := s.as("shipper-clerk")
	proposal := r.call(s.offer(id))
	asked, err := proposal.Bytes()
	require.NoError(t, err)
	endorsed, err := proposal.EndorseWithContext(s.ctx)
	require.NoError(t, err)
	sent, err := endorsed.Bytes()
	require.NoError(t, err)
	require.NoError(t, live.Commit(s.ctx, endorsed))
	s.level()
	s.do("shipper-clerk", "bill", "withdraw", fields{"id": id}, nil)
	before := s.control("shipper-clerk", "bill", id)

	again, err := r.gateway.NewTransaction(sent)
	require.NoError(t, err)
	_ = live.Commit(s.ctx, again) // answers the first one's fate
	thief, err := s.as("trucker-driver").gateway.NewTransaction(unsigned(t, sent))
	require.NoError(t, err)
	require.Error(t, live.Commit(s.ctx, thief), "signed by somebody else")
	repeated, err := r.gateway.NewProposal(asked)
	require.NoError(t, err)
	_, err = repeated.EndorseWithContext(s.ctx)
	require.Error(t, err, "the same proposal is endorsed once")
	require.Contains(t, said(err), "duplicate transaction")
	s.level()
	require.Equal(t, before, s.control("shipper-clerk", "bill", id))
}

// unsigned is a prepared transaction without its sender's signature.
func unsigned(t *testing.T, sent []byte) []byte {
	t.Helper()
	var prepared gateway.PreparedTransaction
	require.NoError(t, proto.Unmarshal(sent, &prepared))
	prepared.Envelope.Signature = nil
	out, err := proto.Marshal(&prepared)
	require.NoError(t, err)
	return out
}

// opened is an endorsed transaction taken apart, to be changed by its own sender before signing.
type opened struct {
	prepared gateway.PreparedTransaction
	channel  common.ChannelHeader
	sender   common.SignatureHeader
	action   peer.ChaincodeActionPayload
	answer   peer.ProposalResponsePayload
	done     peer.ChaincodeAction
}

func unmarshal(t *testing.T, from []byte, into proto.Message) {
	t.Helper()
	require.NoError(t, proto.Unmarshal(from, into))
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	out, err := proto.Marshal(m)
	require.NoError(t, err)
	return out
}

func takeApart(t *testing.T, sent []byte) *opened {
	t.Helper()
	var o opened
	var payload common.Payload
	var transaction peer.Transaction
	unmarshal(t, sent, &o.prepared)
	unmarshal(t, o.prepared.Envelope.Payload, &payload)
	unmarshal(t, payload.Header.ChannelHeader, &o.channel)
	unmarshal(t, payload.Header.SignatureHeader, &o.sender)
	unmarshal(t, payload.Data, &transaction)
	unmarshal(t, transaction.Actions[0].Payload, &o.action)
	unmarshal(t, o.action.Action.ProposalResponsePayload, &o.answer)
	unmarshal(t, o.answer.Extension, &o.done)
	return &o
}

func (o *opened) together(t *testing.T) []byte {
	t.Helper()
	o.answer.Extension = marshal(t, &o.done)
	o.action.Action.ProposalResponsePayload = marshal(t, &o.answer)
	sender := marshal(t, &o.sender)
	transaction := &peer.Transaction{Actions: []*peer.TransactionAction{{Header: sender, Payload: marshal(t, &o.action)}}}
	o.prepared.Envelope = &common.Envelope{Payload: marshal(t, &common.Payload{
		Header: &common.Header{ChannelHeader: marshal(t, &o.channel), SignatureHeader: sender}, Data: marshal(t, transaction),
	})}
	return marshal(t, &o.prepared)
}

// TestAChangedTransactionIsInvalid: the sender itself changes what was endorsed, or puts parts of other transactions in, and
// signs the result.
func TestAChangedTransactionIsInvalid(t *testing.T) {
	s := open(t)
	id, other := s.issued(), s.issued()
	before := s.control("shipper-clerk", "bill", id)
	r := s.as("shipper-clerk")
	endorsed := func(id string) *opened {
		t.Helper()
		made, err := r.call(s.offer(id)).EndorseWithContext(s.ctx)
		require.NoError(t, err)
		sent, err := made.Bytes()
		require.NoError(t, err)
		return takeApart(t, sent)
	}
	foreign := endorsed(other)
	trucker, _ := s.pair(s.person("trucker-driver"))
	for threat, change := range map[string]func(o *opened){
		"another write":                 func(o *opened) { o.done.Results = foreign.done.Results },
		"a byte of the writes":          func(o *opened) { o.done.Results[len(o.done.Results)-1] ^= 1 },
		"no writes":                     func(o *opened) { o.done.Results = nil },
		"another answer":                func(o *opened) { o.done.Response.Payload = []byte(`{"state":"VOIDED"}`) },
		"another event":                 func(o *opened) { o.done.Events = foreign.done.Events },
		"another chaincode's writes":    func(o *opened) { o.done.ChaincodeId.Name = "plain" },
		"another channel in the header": func(o *opened) { o.channel.ChannelId = "elsewhere" },
		"another time":                  func(o *opened) { o.channel.Timestamp = timestamppb.New(time.Now().Add(-24 * time.Hour)) },
		"another transaction's id":      func(o *opened) { o.channel.TxId = foreign.channel.TxId },
		"an id of one's own":            func(o *opened) { o.channel.TxId = strings.Repeat("0", 64) },
		"another kind: configuration":   func(o *opened) { o.channel.Type = int32(common.HeaderType_CONFIG) },
		"another kind: change of it":    func(o *opened) { o.channel.Type = int32(common.HeaderType_CONFIG_UPDATE) },
		"another sender": func(o *opened) {
			o.sender.Creator = marshal(t, &msp.SerializedIdentity{Mspid: "PortMSP", IdBytes: pemOf(trucker)})
		},
		"another nonce":                        func(o *opened) { o.sender.Nonce = []byte("another nonce, 24 bytes!") },
		"another proposal":                     func(o *opened) { o.action.ChaincodeProposalPayload = foreign.action.ChaincodeProposalPayload },
		"another proposal's hash":              func(o *opened) { o.answer.ProposalHash = foreign.answer.ProposalHash },
		"endorsements of another transaction":  func(o *opened) { o.action.Action.Endorsements = foreign.action.Action.Endorsements },
		"one endorsement less":                 func(o *opened) { o.action.Action.Endorsements = o.action.Action.Endorsements[1:] },
		"no endorsement":                       func(o *opened) { o.action.Action.Endorsements = nil },
		"one endorser's signature three times": func(o *opened) { e := o.action.Action.Endorsements; e[1], e[2] = e[0], e[0] },
		"endorsers' names swapped": func(o *opened) {
			e := o.action.Action.Endorsements
			e[0].Endorser, e[1].Endorser = e[1].Endorser, e[0].Endorser
		},
	} {
		t.Run(threat, func(t *testing.T) {
			o := endorsed(id)
			change(o)
			changed, err := r.gateway.NewTransaction(o.together(t))
			if err == nil {
				ctx, cancel := context.WithTimeout(s.ctx, 3*time.Second) // a transaction without a number has no fate to wait for
				defer cancel()
				err = live.Commit(ctx, changed)
			}
			require.Error(t, err)
			require.False(t, errors.As(err, new(live.Invalid)) && strings.Contains(err.Error(), "MVCC"), "refused for another reason: %v", err)
		})
	}
	s.level()
	require.Equal(t, before, s.control("shipper-clerk", "bill", id))
	whole, err := r.gateway.NewTransaction(endorsed(id).together(t))
	require.NoError(t, err)
	require.NoError(t, live.Commit(s.ctx, whole), "taking apart and putting together does no harm of its own")
}

func TestNothingIsSignedForAnotherChannelOrChaincode(t *testing.T) {
	s := open(t)
	id := s.issued()
	before := s.level()
	for _, who := range []string{"shipper-clerk", "bank-officer", "port-registrar"} {
		r := s.as(who)
		own := []string{r.s.person(who).MSP}
		for _, c := range []struct {
			threat, channel, chaincode string
			call                       ledger.Call
		}{
			{"another channel", "elsewhere", s.Chaincode, ledger.Call{Function: "bill:Read", Arguments: []string{id}}},
			{"no channel", "", s.Chaincode, ledger.Call{Function: "bill:Read", Arguments: []string{id}}},
			{"no such chaincode", s.Channel, "portledger2", ledger.Call{Function: "bill:Read", Arguments: []string{id}}},
			{"a path as chaincode", s.Channel, "../portledger", ledger.Call{Function: "bill:Read", Arguments: []string{id}}},
			{"install a chaincode", s.Channel, "_lifecycle", ledger.Call{Function: "InstallChaincode", Arguments: []string{"x"}}},
			{"approve a definition", s.Channel, "_lifecycle", ledger.Call{Function: "ApproveChaincodeDefinitionForMyOrg", Arguments: []string{"x"}}},
			{"commit a definition", s.Channel, "_lifecycle", ledger.Call{Function: "CommitChaincodeDefinition", Arguments: []string{"x"}}},
			{"deploy as of old", s.Channel, "lscc", ledger.Call{Function: "deploy", Arguments: []string{s.Channel, "x"}}},
			{"upgrade as of old", s.Channel, "lscc", ledger.Call{Function: "upgrade", Arguments: []string{s.Channel, "x"}}},
			{"join a channel", s.Channel, "cscc", ledger.Call{Function: "JoinChain", Arguments: []string{"x"}}},
			{"an old initialisation", s.Channel, s.Chaincode, ledger.Call{Function: "Init"}},
			{"an upgrade of the contracts", s.Channel, s.Chaincode, ledger.Call{Function: "org:Upgrade"}},
			{"the contract API's own", s.Channel, s.Chaincode, ledger.Call{Function: "org.hyperledger.fabric:Act", Arguments: []string{"join", "{}"}}},
		} {
			t.Run(who+": "+c.threat, func(t *testing.T) {
				_, err := r.propose(c.channel, c.chaincode, c.call).EvaluateWithContext(s.ctx)
				require.Error(t, err)
				c.call.Endorsers = own
				_, err = r.propose(c.channel, c.chaincode, c.call).EndorseWithContext(s.ctx)
				require.Error(t, err)
			})
		}
	}
	require.Equal(t, before, s.level())
}

// at is a proposal that claims another time.
func (r raider) at(claimed time.Time, call ledger.Call) *client.Proposal {
	r.s.t.Helper()
	t := r.s.t
	text, err := r.call(call).Bytes()
	require.NoError(t, err)
	var proposed gateway.ProposedTransaction
	var proposal peer.Proposal
	var header common.Header
	var channel common.ChannelHeader
	unmarshal(t, text, &proposed)
	unmarshal(t, proposed.Proposal.ProposalBytes, &proposal)
	unmarshal(t, proposal.Header, &header)
	unmarshal(t, header.ChannelHeader, &channel)
	channel.Timestamp = timestamppb.New(claimed)
	header.ChannelHeader = marshal(t, &channel)
	proposal.Header = marshal(t, &header)
	proposed.Proposal = &peer.SignedProposal{ProposalBytes: marshal(t, &proposal)}
	changed, err := r.gateway.NewProposal(marshal(t, &proposed))
	require.NoError(t, err)
	return changed
}

func TestAProposalOfAnotherHourIsRefused(t *testing.T) {
	s := open(t)
	id := s.issued()
	r := s.as("shipper-clerk")
	call := s.offer(id)
	for _, off := range []time.Duration{-48 * time.Hour, -time.Hour, -6 * time.Minute, 6 * time.Minute, time.Hour, 48 * time.Hour, 50 * 365 * 24 * time.Hour} {
		for _, at := range []string{live.Carrier, live.Port, live.Bank} {
			call.Endorsers = s.MSPs(at)
			_, err := r.at(time.Now().Add(off), call).EndorseWithContext(s.ctx)
			f, _ := fault.Parse(said(err))
			require.NotNil(t, f, "%s at %s: %s", off, at, said(err))
			require.Equal(t, fault.ClockSkew, f.Code)
		}
		read := ledger.Call{Function: "bill:Read", Arguments: []string{id}, Endorsers: s.MSPs(live.Port)}
		_, err := r.at(time.Now().Add(off), read).EvaluateWithContext(s.ctx)
		f, _ := fault.Parse(said(err))
		require.NotNil(t, f, said(err))
		require.Equal(t, fault.ClockSkew, f.Code)
	}
	call.Endorsers = s.MSPs(live.Carrier, live.Port, live.Bank)
	_, err := r.at(time.Now().Add(-4*time.Minute), call).EndorseWithContext(s.ctx)
	require.NoError(t, err, "what is a little off is not refused")
}

func TestOversizedProposalsAreRefused(t *testing.T) {
	s := open(t)
	id := s.issued()
	r := s.as("shipper-clerk")
	before := s.level()
	large := strings.Repeat("x", 3<<20)
	for _, call := range []ledger.Call{
		{Function: "bill:Act", Arguments: []string{"transfer", `{"id":"` + id + `","to":"` + large + `"}`}},
		{Function: "bill:Act", Arguments: []string{large, `{}`}},
		{Function: "bill:Read", Arguments: []string{large}},
		{Function: "bill:" + large},
		{Function: "bill:Act", Arguments: []string{"update-draft", `{"id":"` + id + `"}`}, Transient: map[string][]byte{"content": []byte(large)}},
	} {
		for _, at := range []string{live.Port, live.Carrier} {
			call.Endorsers = s.MSPs(at)
			_, err := r.call(call).EndorseWithContext(s.ctx)
			require.Error(t, err)
			if f, is := fault.Parse(said(err)); is {
				require.Less(t, len(f.Error()), 1<<10, "a refusal repeats what was sent")
			}
		}
	}
	require.Equal(t, before, s.level())
	s.do("shipper-clerk", "bill", "surrender", fields{"id": id}, nil)
}

func TestARehearsalSubmittedChangesNothingOnTheNetwork(t *testing.T) {
	s := open(t)
	id := s.issued()
	before, past := s.control("shipper-clerk", "bill", id), s.history("shipper-clerk", id)
	r := s.as("shipper-clerk")
	for _, endorsers := range [][]string{{live.Port}, {live.Port, live.Carrier}} {
		for _, act := range []string{"surrender", "transfer"} {
			call := s.offer(id)
			call.Function, call.Endorsers = "bill:Prepare", s.MSPs(endorsers...)
			call.Arguments = []string{act, call.Arguments[1]}
			if act == "surrender" {
				call.Arguments[1] = `{"id":"` + id + `"}`
			}
			endorsed, err := r.call(call).EndorseWithContext(s.ctx)
			if len(endorsers) > 1 {
				require.Error(t, err, "a peer rehearses for its own people only")
				continue
			}
			require.NoError(t, err)
			_ = live.Commit(s.ctx, endorsed) // valid or not
		}
	}
	s.level()
	require.Equal(t, before, s.control("shipper-clerk", "bill", id))
	require.Equal(t, past, s.history("shipper-clerk", id))
}
