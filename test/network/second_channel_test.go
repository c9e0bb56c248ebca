package network_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"portledger/chaincode/fault"
	"portledger/network/builder"
	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/site"
	"portledger/test/network/live"
)

// secondChannel is another lane between the same members, with the same chaincode: the same process of each serves both. It stays.
const secondChannel = "otherlane"

// secondLane makes it, once.
func (s *scene) secondLane() {
	s.t.Helper()
	c, err := config.Load(filepath.Join(s.Root, "network", "network.yaml"))
	require.NoError(s.t, err)
	place, err := site.Open(s.Root, s.Folder, c)
	require.NoError(s.t, err)
	c.Channel = secondChannel
	c.Organisations = c.Founders()
	trust, err := place.Trust()
	require.NoError(s.t, err)
	block, err := ledger.Genesis(c, trust)
	require.NoError(s.t, err)
	secure, err := ledger.LoadTLS(place.TLSRoot(c.Ordering.Key), place.ClientTLS(c.Ordering.Key))
	require.NoError(s.t, err)
	for _, node := range c.Ordering.Nodes {
		require.NoError(s.t, ledger.JoinOrderer(s.ctx, c.Address(node.Admin), secure, secondChannel, block))
	}
	definition := c.Ledger()
	content, id, err := ledger.Package(builder.Type, definition.Name)
	require.NoError(s.t, err)
	rule, err := ledger.Definition(secondChannel, definition.Name, id, c.Policy(definition))
	require.NoError(s.t, err)
	admins := make([]ledger.Admin, len(c.Organisations))
	each := func(do func(ledger.Admin) error) {
		s.t.Helper()
		var group errgroup.Group
		for _, a := range admins {
			group.Go(func() error { return do(a) })
		}
		require.NoError(s.t, group.Wait())
	}
	for i, o := range c.Organisations {
		admin, err := ledger.LoadIdentity(o.MSP, place.AdminFolder(o.Key))
		require.NoError(s.t, err)
		nodes, err := ledger.LoadTLS(place.TLSRoot(o.Key), place.ClientTLS(o.Key))
		require.NoError(s.t, err)
		connection, err := nodes.Dial(c.Address(o.Peer.Listen))
		require.NoError(s.t, err)
		s.t.Cleanup(func() { _ = connection.Close() })
		admins[i] = ledger.Admin{ID: admin, Connection: connection}
	}
	each(func(a ledger.Admin) error { return a.JoinPeer(s.ctx, secondChannel, block) })
	each(func(a ledger.Admin) error { return a.Install(s.ctx, content, id) })
	retried := func(do func(ledger.Admin) error) func(ledger.Admin) error { // a channel's leader has to be elected first
		return func(a ledger.Admin) error { return ledger.Retry(s.ctx, func(context.Context) error { return do(a) }) }
	}
	each(retried(func(a ledger.Admin) error { return a.Approve(s.ctx, rule) }))
	require.NoError(s.t, retried(func(a ledger.Admin) error { return a.Commit(s.ctx, rule) })(admins[0]))
	each(retried(func(a ledger.Admin) error {
		if done, err := a.Committed(s.ctx, rule); err != nil || !done {
			return errors.Join(err, errors.New("not in force on this peer yet"))
		}
		return nil
	}))
}

// TestTwoChannelsOfTheSameMembersDoNotMix: peers, chaincode processes, certificates and identities are the same on both, and nothing
// of one counts on the other.
func TestTwoChannelsOfTheSameMembersDoNotMix(t *testing.T) {
	s := open(t)
	s.secondLane()
	id := s.issued()
	before := s.control("shipper-clerk", "bill", id)
	shipper, registrar := s.as("shipper-clerk"), s.as("port-registrar")
	ask := func(r raider, channel string, call ledger.Call) error {
		call.Endorsers = s.MSPs(live.Port)
		_, err := r.propose(channel, s.Chaincode, call).EvaluateWithContext(s.ctx)
		return err
	}
	refused := func(code fault.Code, err error) {
		t.Helper()
		f, _ := fault.Parse(said(err))
		require.NotNil(t, f, said(err))
		require.Equal(t, code, f.Code)
	}
	for _, function := range []string{"bill:Read", "bill:Acts", "bill:History"} {
		read := ledger.Call{Function: function, Arguments: []string{id}}
		require.NoError(t, ask(shipper, s.Channel, read))
		require.NoError(t, ask(registrar, s.Channel, read))
		refused(fault.UnknownCaller, ask(shipper, secondChannel, read)) // no party of the first is registered on the second
		refused(fault.NotFound, ask(registrar, secondChannel, read))    // who is of no party finds nothing
	}
	join := ledger.Call{Function: "org:Prepare", Arguments: []string{"join", "{}"},
		Transient: map[string][]byte{"content": []byte(`{"secret":"` + strings.Repeat("ab", 32) + `","trust":{"customs":["PortMSP"]}}`)}}
	refused(fault.Duplicate, ask(registrar, s.Channel, join))
	require.NoError(t, ask(registrar, secondChannel, join), "the secret of the first is not in the collection of the second")

	taken := func(r raider, channel string, call ledger.Call) *opened {
		t.Helper()
		endorsed, err := r.propose(channel, s.Chaincode, call).EndorseWithContext(s.ctx)
		require.NoError(t, err)
		sent, err := endorsed.Bytes()
		require.NoError(t, err)
		return takeApart(t, sent)
	}
	send := func(r raider, o *opened, channel string) error {
		t.Helper()
		o.channel.ChannelId = channel
		made, err := r.gateway.NewTransaction(o.together(t))
		require.NoError(t, err)
		return live.Commit(s.ctx, made)
	}
	ping := ledger.Call{Function: "org:Ping", Arguments: []string{"CarrierMSP,PortMSP"}, Endorsers: s.MSPs(live.Carrier, live.Port)}
	var invalid live.Invalid
	require.ErrorAs(t, send(shipper, taken(shipper, s.Channel, s.offer(id)), secondChannel), &invalid, "the offer, sent to the second")
	t.Logf("an offer of the first channel on the second: %s", invalid.Code)
	require.ErrorAs(t, send(registrar, taken(registrar, secondChannel, ping), s.Channel), &invalid, "a transaction of the second, sent to the first")
	t.Logf("a transaction of the second channel on the first: %s", invalid.Code)
	require.NoError(t, send(registrar, taken(registrar, secondChannel, ping), secondChannel), "where it belongs it counts")
	require.NoError(t, send(shipper, taken(shipper, s.Channel, s.offer(id)), s.Channel))
	s.level()
	require.NotEqual(t, before, s.control("shipper-clerk", "bill", id))
}
