package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/network/config"
	"portledger/network/ledger"
)

// The tests of this file run a whole network of their own, beside one that may be up: its own ports, its own data.
const wholeNetwork = "PORTLEDGER_NETWORK"

// portShift moves every port of network.yaml away from those in use.
const portShift = 3000

// An orderer replays its log in batches of this size, and the restart defect hangs it where there is more than one
// batch. Small ones make a short test meet the defect; with the unmended orderer the first restart hangs.
const (
	preferredBytes      = "batch_bytes_preferred: 2097152"
	smallPreferredBytes = "batch_bytes_preferred: 16384"
)

// Reaches of the project, with the machine to itself.
const restartReach = 15 * time.Second

// bench is a network under test.
type bench struct {
	t                            *testing.T
	root, data, config, programs string
	built                        bool
}

func newBench(t *testing.T) *bench {
	t.Helper()
	if os.Getenv(wholeNetwork) == "" {
		t.Skip("set " + wholeNetwork + "=1 to run a whole network")
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	text, err := os.ReadFile("network.yaml")
	require.NoError(t, err)
	shifted := regexp.MustCompile(`\b17\d{3}\b`).ReplaceAllStringFunc(string(text), func(port string) string {
		number, err := strconv.Atoi(port)
		require.NoError(t, err)
		return strconv.Itoa(number + portShift)
	})
	require.Contains(t, shifted, preferredBytes)
	shifted = strings.Replace(shifted, preferredBytes, smallPreferredBytes, 1)
	folder := t.TempDir()
	b := &bench{t: t, root: root, data: filepath.Join(folder, "net"), config: filepath.Join(folder, "network.yaml")}
	b.programs = filepath.Join(root, ".local", "bin", "network")
	require.NoError(t, os.WriteFile(b.config, []byte(shifted), 0o600))
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", b.programs, "./network")
	build.Dir = root
	said, err := build.CombinedOutput()
	require.NoError(t, err, string(said))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.run("status"))
		}
		b.must("clean")
	})
	return b
}

func (b *bench) command(arguments ...string) *exec.Cmd {
	return exec.Command(b.programs, append([]string{"--root", b.root, "--data", b.data, "--config", b.config}, arguments...)...)
}

func (b *bench) run(arguments ...string) (string, error) {
	said, err := b.command(arguments...).CombinedOutput()
	return string(said), err
}

func (b *bench) must(arguments ...string) string {
	b.t.Helper()
	said, err := b.run(arguments...)
	require.NoError(b.t, err, "%v: %s", arguments, said)
	return said
}

// up builds the first time, and from then on tests what was built then.
func (b *bench) up() string {
	b.t.Helper()
	arguments := []string{"up", "--no-demo"}
	if b.built {
		arguments = append(arguments, "--as-built")
	}
	said := b.must(arguments...)
	b.built = true
	return said
}

// check commits a transaction everywhere and answers its block.
func (b *bench) check() uint64 {
	b.t.Helper()
	var block uint64
	_, err := fmt.Sscanf(b.must("check"), "block %d,", &block)
	require.NoError(b.t, err)
	return block
}

func (b *bench) status() networkStatus {
	b.t.Helper()
	var status networkStatus
	require.NoError(b.t, json.Unmarshal([]byte(b.must("status", "--json")), &status))
	return status
}

func (b *bench) world() *world {
	b.t.Helper()
	w, err := open(b.root, b.config, b.data)
	require.NoError(b.t, err)
	return w
}

// parties answers what the ledger, asked through each organisation's own peer, knows of the registered parties.
func (b *bench) parties() map[string]string {
	b.t.Helper()
	w := b.world()
	known := map[string]string{}
	people, err := w.people()
	require.NoError(b.t, err)
	for _, o := range w.site.Config.Organisations {
		r, err := w.registrar(o, people[w.site.Config.Registrar(o.Key)].ID)
		require.NoError(b.t, err)
		for _, p := range w.site.Config.Parties {
			id, err := w.partyID(p.Name)
			require.NoError(b.t, err)
			ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
			answer, err := r.client.Evaluate(ctx, ledger.Call{Function: "party:Read", Arguments: []string{id}, Endorsers: []string{o.MSP}})
			cancel()
			require.NoError(b.t, err)
			known[o.Key+" on "+p.Name] = string(answer)
		}
		require.NoError(b.t, r.connection.Close())
	}
	return known
}

// load submits until it is stopped, and then answers the last block that was acknowledged.
func (b *bench) load() (stop func() uint64) {
	ctx, cancel := context.WithCancel(context.Background())
	acknowledged := make(chan uint64, 1)
	w := b.world()
	go func() {
		var last uint64
		for ctx.Err() == nil {
			if block, err := w.commitEverywhere(ctx); err == nil { // the last attempt fails: everything is down by then
				last = block
			}
		}
		acknowledged <- last
	}()
	return func() uint64 { cancel(); return <-acknowledged }
}

func TestTwelveRestartsLeaveNothingStuckAndNothingLost(t *testing.T) {
	b := newBench(t)
	b.up()
	before, block := b.parties(), b.check()
	for round := range 12 {
		stop := b.load()
		time.Sleep(500 * time.Millisecond)
		how := "down"
		if round%2 == 1 {
			how = "kill"
		}
		b.must(how)
		block = max(block, stop())
		begun := time.Now()
		b.up() // is over only when every orderer and every peer has a fresh block
		took := time.Since(begun)
		next := b.check()
		t.Logf("restart %d after %s: ready in %.1f s, block %d", round+1, how, took.Seconds(), next)
		require.Greater(t, next, block)
		block = next
		require.Equal(t, before, b.parties())
		require.Less(t, took, 2*restartReach, "twice the reach: the machine may be shared")
	}
	status := b.status()
	for _, p := range status.Processes {
		require.True(t, p.Running, p.Name)
	}
}

func TestTheRunningNodesAreOfTheMendedBuild(t *testing.T) {
	b := newBench(t)
	b.up()
	fabric, err := b.world().site.Builder().Fabric(context.Background()) // refuses programs that are not from the mended source
	require.NoError(t, err)
	specs, err := b.world().table.List()
	require.NoError(t, err)
	count := 0
	for _, s := range specs {
		built, is := map[string]string{"orderer": fabric.Orderer, "peer": fabric.Peer}[s.Kind]
		if !is {
			continue
		}
		count++
		program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", s.PID))
		require.NoError(t, err)
		require.Equal(t, built, program)
	}
	require.Equal(t, 7, count)
}

func TestUpTakesOverFromAnyState(t *testing.T) {
	b := newBench(t)
	for _, after := range []time.Duration{200, 700, 1500, 2200, 3000, 4000} {
		command := b.command("up", "--no-demo")
		var said bytes.Buffer
		command.Stdout, command.Stderr = &said, &said
		require.NoError(t, command.Start())
		time.Sleep(after * time.Millisecond)
		require.NoError(t, command.Process.Kill())
		_ = command.Wait() // it was killed, or had ended
	}
	b.up()
	before := b.check()

	killed, err := b.world().table.Load("bank-peer")
	require.NoError(t, err)
	require.NoError(t, (&os.Process{Pid: killed.PID}).Kill())
	require.NoError(t, os.WriteFile(filepath.Join(b.data, "proc", "port-gateway.json"), []byte("{torn"), 0o600))
	stale, err := b.world().table.Load("orderer2")
	require.NoError(t, err)
	stale.PID = os.Getpid() // an id that now belongs to someone else
	text, err := json.Marshal(stale)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(b.data, "proc", "orderer2.json"), text, 0o600))
	b.up()
	require.Greater(t, b.check(), before)

	b.up()
	b.must("restart", "terminal-chaincode")
	b.check()
	b.must("down")
	b.must("down")
	require.Zero(t, b.status().Running)
	b.must("kill")
	b.up()
	b.must("clean")
	b.must("clean")
	require.NoDirExists(t, filepath.Join(b.data, "carrier"))
	b.must("status")
	b.must("down")
}

func TestAHeldPortIsNamed(t *testing.T) {
	b := newBench(t)
	c, err := config.Load(b.config)
	require.NoError(t, err)
	server := &http.Server{Addr: c.Address(c.Organisations[2].Peer.Listen), ReadHeaderTimeout: time.Second}
	go func() { _ = server.ListenAndServe() }() // ends with Close
	defer server.Close()
	require.Eventually(t, func() bool {
		said, err := b.run("up", "--no-demo")
		return err != nil && strings.Contains(said, "bank-peer cannot listen on "+server.Addr)
	}, time.Minute, time.Second)
	require.NoError(t, server.Close())
	b.up()
}

func TestAJoinIsTakenUpFromAnyState(t *testing.T) {
	b := newBench(t)
	b.up()
	c, err := config.Load(b.config)
	require.NoError(t, err)
	server := &http.Server{Addr: c.Address(c.Joining[0].Peer.Listen), ReadHeaderTimeout: time.Second}
	go func() { _ = server.ListenAndServe() }() // ends with Close
	defer server.Close()
	require.Eventually(t, func() bool {
		said, err := b.run("join", "--name", "bank2")
		return err != nil && strings.Contains(said, "join of bank2 failed at: start ") &&
			strings.Contains(said, "bank2-peer cannot listen on "+server.Addr) && strings.Contains(said, filepath.Join(b.data, "logs"))
	}, time.Minute, time.Second)
	require.NoError(t, server.Close())
	for _, after := range []time.Duration{100, 500, 900, 1400, 2000, 2800, 3600} {
		command := b.command("join", "--name", "bank2")
		require.NoError(t, command.Start())
		time.Sleep(after * time.Millisecond)
		require.NoError(t, command.Process.Kill())
		_ = command.Wait() // it was killed, or had ended
	}
	b.must("join", "--name", "bank2")
	known, block := b.parties(), b.check()
	require.Contains(t, known, "bank2 on line")
	require.Contains(t, known, "carrier on bank2")

	for _, how := range []string{"kill", "down"} {
		b.must(how)
		b.must("join", "--name", "bank2")
		require.Greater(t, b.check(), block)
		require.Equal(t, known, b.parties())
	}
	b.must("clean")
	require.NoDirExists(t, filepath.Join(b.data, "bank2"))
	require.Empty(t, b.world().site.Config.Newcomers())
}
