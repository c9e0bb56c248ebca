package ledger

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const figuresTimeout = 2 * time.Second

var figuresClient = &http.Client{Timeout: figuresTimeout}

// Names of the nodes' own figures that tell how far they are.
const (
	peerHeight   = "ledger_blockchain_height"
	ordererBlock = "consensus_etcdraft_committed_block_number"
	raftLeader   = "consensus_etcdraft_is_leader"
	raftActive   = "consensus_etcdraft_active_nodes"
)

// PeerHeight answers how many blocks of the channel the peer with that operations address has.
func PeerHeight(ctx context.Context, operations, channel string) (uint64, error) {
	figures, err := scrape(ctx, operations, channel)
	if err != nil {
		return 0, err
	}
	return uint64(figures[peerHeight]), nil
}

// Raft is how an orderer stands in its channel.
type Raft struct {
	Height uint64 // blocks
	Leader bool
	Active int // nodes it knows to be working, itself included
}

// OrdererRaft answers how the orderer with that operations address stands.
func OrdererRaft(ctx context.Context, operations, channel string) (Raft, error) {
	figures, err := scrape(ctx, operations, channel)
	if err != nil {
		return Raft{}, err
	}
	block, found := figures[ordererBlock]
	if !found {
		return Raft{}, fmt.Errorf("%s does not serve %s", operations, channel)
	}
	return Raft{Height: uint64(block) + 1, Leader: figures[raftLeader] == 1, Active: int(figures[raftActive])}, nil
}

// scrape reads one channel's figures from a node's operations endpoint.
func scrape(ctx context.Context, operations, channel string) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, figuresTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+operations+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	response, err := figuresClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", request.URL, response.Status)
	}
	return figuresOf(response.Body, channel)
}

// figuresOf reads lines of the form name{channel="c"} value.
func figuresOf(text io.Reader, channel string) (map[string]float64, error) {
	figures := map[string]float64{}
	lines := bufio.NewScanner(text)
	suffix := fmt.Sprintf("{channel=%q}", channel)
	for lines.Scan() {
		name, value, found := strings.Cut(lines.Text(), suffix+" ")
		if !found {
			continue
		}
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, fmt.Errorf("figure %s: %w", name, err)
		}
		figures[name] = number
	}
	return figures, lines.Err()
}
