// Package live is the running local network as tests and the benchmark use it: its people acting over REST or with the
// Fabric client, its processes to kill and replace, and fresh documents. It checks nothing itself.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"portledger/network/config"
	"portledger/network/ledger"
	"portledger/network/proc"
	"portledger/network/site"
)

// Switch is the environment variable that lets tests use the running network.
const Switch = "PORTLEDGER_NETWORK"

// levelEvery is how often waiting for the peers looks at their heights.
const levelEvery = 5 * time.Millisecond

// The organisations, as the network's configuration names them.
const (
	Carrier  = "carrier"
	Terminal = "terminal"
	Bank     = "bank"
	Port     = "port"
	Bank2    = "bank2"
)

// Organisations are the founding members. Bank2 may have joined.
var Organisations = []string{Carrier, Terminal, Bank, Port}

// Network is the running network.
type Network struct {
	// Root is the repository, Folder the network's data.
	Root, Folder string
	site.Connection
	// Party holds the parties' ledger ids by name.
	Party map[string]string

	table *proc.Table
	place *site.Site
	ids   map[string]enrolled

	mu          sync.Mutex
	connections map[string]*grpc.ClientConn
	people      map[string]*Person
	carriers    map[string]string
}

// enrolled is what people.json tells of a person.
type enrolled struct {
	ID           string `json:"id"`
	Organisation string `json:"org"`
	Party        string `json:"party"`
}

// Open reads what the network program wrote about the network of the repository at root.
func Open(root string) (*Network, error) {
	c, err := config.Load(filepath.Join(root, "network", "network.yaml"))
	if err != nil {
		return nil, err
	}
	place, err := site.Open(root, filepath.Join(root, site.LocalFolder, "net"), c)
	if err != nil {
		return nil, err
	}
	n := &Network{
		Root: root, Folder: place.Net, place: place,
		connections: map[string]*grpc.ClientConn{}, people: map[string]*Person{}, carriers: map[string]string{},
	}
	for file, into := range map[string]any{"connection.json": &n.Connection, "parties.json": &n.Party, "people.json": &n.ids} {
		text, err := os.ReadFile(place.In(file))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return nil, fmt.Errorf("no network here, scripts/up.sh makes one: %w", err)
		}
	}
	n.table, err = proc.Open(place.In("proc"))
	return n, err
}

// Test opens the network for a test, which is skipped unless Switch is set.
func Test(t *testing.T) *Network {
	t.Helper()
	if os.Getenv(Switch) != "1" {
		t.Skipf("needs the running network: scripts/up.sh, then %s=1", Switch)
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	n, err := Open(root)
	require.NoError(t, err)
	t.Cleanup(n.Close)
	return n
}

// Close ends the connections; the network runs on.
func (n *Network) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.connections {
		_ = c.Close()
	}
	n.connections, n.people = map[string]*grpc.ClientConn{}, map[string]*Person{}
}

// MSP answers an organisation's MSP id.
func (n *Network) MSP(organisation string) string { return n.Organisations[organisation].MSP }

// MSPs answers the MSP ids of the organisations.
func (n *Network) MSPs(organisations ...string) []string {
	var ids []string
	for _, o := range organisations {
		ids = append(ids, n.MSP(o))
	}
	return ids
}

// Others answers the organisations that are not among those given.
func Others(organisations ...string) []string {
	var others []string
	for _, o := range Organisations {
		if !contains(organisations, o) {
			others = append(others, o)
		}
	}
	return others
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// Heights answers how many blocks each organisation's peer has.
func (n *Network) Heights(ctx context.Context) (map[string]uint64, error) {
	heights := map[string]uint64{}
	for key, o := range n.Organisations {
		height, err := ledger.PeerHeight(ctx, o.PeerOperations, n.Channel)
		if err != nil {
			return nil, fmt.Errorf("height of the peer of %s: %w", key, err)
		}
		heights[key] = height
	}
	return heights, nil
}

// Level waits until every peer has all blocks that any peer has now, and answers that height. Acts of different
// organisations' people that follow one another need it: each looks at its own peer.
func (n *Network) Level(ctx context.Context) (uint64, error) {
	var highest uint64
	for first := true; ; first = false {
		heights, err := n.Heights(ctx)
		if err != nil {
			return 0, err
		}
		level := true
		for _, h := range heights {
			if first {
				highest = max(highest, h)
			}
		}
		for _, h := range heights {
			level = level && h >= highest
		}
		if level {
			return highest, nil
		}
		if err := pause(ctx, levelEvery); err != nil {
			return 0, fmt.Errorf("peers are not level: %w", err)
		}
	}
}

// Leader answers the name of the orderer that leads, "" when there is none just now.
func (n *Network) Leader(ctx context.Context) string {
	for name, o := range n.Orderers {
		if raft, err := ledger.OrdererRaft(ctx, o.Operations, n.Channel); err == nil && raft.Leader {
			return name
		}
	}
	return ""
}

// OrdererHeight answers how many blocks the orderer has.
func (n *Network) OrdererHeight(ctx context.Context, name string) (uint64, error) {
	raft, err := ledger.OrdererRaft(ctx, n.Orderers[name].Operations, n.Channel)
	return raft.Height, err
}

// connect answers the one connection to an organisation's peer.
func (n *Network) connect(organisation string) (*grpc.ClientConn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c := n.connections[organisation]; c != nil {
		return c, nil
	}
	o, known := n.Organisations[organisation]
	if !known {
		return nil, fmt.Errorf("no organisation is called %q", organisation)
	}
	secure, err := ledger.LoadTLS(o.TLSCA, filepath.Dir(o.ClientCert))
	if err != nil {
		return nil, err
	}
	c, err := secure.Dial(o.Peer)
	if err == nil {
		n.connections[organisation] = c
	}
	return c, err
}

func pause(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
		return nil
	}
}

// Eventually repeats attempt until it succeeds, or answers its last problem once the time given is over.
func Eventually(ctx context.Context, within time.Duration, attempt func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		err := attempt(ctx)
		if err == nil {
			return nil
		}
		if over := pause(ctx, 100*time.Millisecond); over != nil {
			return errors.Join(err, over)
		}
	}
}
