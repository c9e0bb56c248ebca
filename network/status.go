package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"portledger/network/ledger"
	"portledger/network/site"
)

const mebibyte = 1 << 20

// processStatus is one process as it stands.
type processStatus struct {
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Running     bool   `json:"running"`
	PID         int    `json:"pid,omitempty"`
	Started     string `json:"started,omitempty"`
	MemoryBytes int64  `json:"memory_bytes,omitempty"`
	Height      uint64 `json:"height,omitempty"` // blocks of the channel; peers and orderers only
	Leader      bool   `json:"leader,omitempty"` // orderers only
	Log         string `json:"log"`
}

// networkStatus is the whole network as it stands.
type networkStatus struct {
	Channel     string          `json:"channel"`
	Running     int             `json:"running"`
	MemoryBytes int64           `json:"memory_bytes"`
	Processes   []processStatus `json:"processes"`
}

type statusCommand struct {
	JSON bool `help:"Print JSON." name:"json"`
}

// Run tells what runs. It needs nothing to run.
func (c *statusCommand) Run(ctx context.Context, w *world) error {
	status, err := w.status(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(status)
	}
	return status.print(os.Stdout)
}

func (w *world) status(ctx context.Context) (networkStatus, error) {
	status := networkStatus{Channel: w.site.Config.Channel, Processes: []processStatus{}}
	specs, err := w.table.List()
	if err != nil {
		return status, err
	}
	heights := w.heights(ctx)
	for _, s := range specs {
		p := processStatus{Name: s.Name, Kind: s.Kind, Log: s.Log}
		if running, is := w.table.Running(s.Name); is {
			p.Running, p.PID, p.Started = true, running.PID, running.Started
			p.Height, p.Leader = heights[s.Name].Height, heights[s.Name].Leader
			if p.MemoryBytes, err = running.MemoryBytes(); err != nil {
				p.Running = false // ended while we looked
			}
			status.Running++
			status.MemoryBytes += p.MemoryBytes
		}
		status.Processes = append(status.Processes, p)
	}
	return status, nil
}

// heights asks every node how far it is; one that does not answer is left out.
func (w *world) heights(ctx context.Context) map[string]ledger.Raft {
	c := w.site.Config
	heights := map[string]ledger.Raft{}
	for _, node := range c.Ordering.Nodes {
		if raft, err := ledger.OrdererRaft(ctx, c.Address(node.Operations), c.Channel); err == nil {
			heights[node.Name] = raft
		}
	}
	for _, o := range c.Organisations {
		if height, err := ledger.PeerHeight(ctx, c.Address(o.Peer.Operations), c.Channel); err == nil {
			heights[site.PeerName(o)] = ledger.Raft{Height: height}
		}
	}
	return heights
}

func (n networkStatus) print(out io.Writer) error {
	if len(n.Processes) == 0 {
		_, err := fmt.Fprintln(out, "no network here: scripts/up.sh makes one")
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROCESS\tSTATE\tPID\tMiB\tBLOCKS\tSINCE")
	for _, p := range n.Processes {
		if !p.Running {
			fmt.Fprintf(table, "%s\tstopped\t\t\t\t\n", p.Name)
			continue
		}
		blocks := ""
		if p.Height > 0 {
			blocks = fmt.Sprint(p.Height)
		}
		if p.Leader {
			blocks += " leader"
		}
		fmt.Fprintf(table, "%s\truns\t%d\t%d\t%s\t%s\n", p.Name, p.PID, p.MemoryBytes/mebibyte, blocks, p.Started)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%d of %d processes run, %d MiB in all\n", n.Running, len(n.Processes), n.MemoryBytes/mebibyte)
	return err
}
