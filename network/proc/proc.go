// Package proc starts, finds and stops the network's processes. Each has a specification on disk, so that any later
// command can tell what should run, what does, and start it again. It relies on Linux's /proc and knows nothing of
// what the processes do.
package proc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"syscall"
	"time"

	"portledger/keyfile"
)

// markName is the environment variable that marks a process as one of ours. Its value names the table and the
// process, so a process is recognised even when its specification was never written or its id was given to another.
const markName = "PORTLEDGER_PROCESS"

// pollEvery is how often a waiting loop looks again.
const pollEvery = 20 * time.Millisecond

// killedWait is how long a killed process may still hold what it held.
const killedWait = 15 * time.Second

// Spec is one process: how it is started and, once it was, who it is.
type Spec struct {
	Name string   `json:"name"`
	Kind string   `json:"kind"`
	Argv []string `json:"argv"`
	Env  []string `json:"env"`
	Dir  string   `json:"dir"`
	Log  string   `json:"log"`
	// Listen are the addresses (host:port) that the process opens.
	Listen []string `json:"listen"`
	// Digest identifies the program and the configuration files it was started with.
	Digest string `json:"digest"`

	PID int `json:"pid,omitempty"`
	// Ticks is the start time in clock ticks since boot: together with PID it names a process once and for all.
	Ticks   uint64 `json:"start_ticks,omitempty"`
	Started string `json:"started,omitempty"`
}

// Same tells whether two specifications start the same program in the same way.
func (s Spec) Same(other Spec) bool {
	return s.Digest == other.Digest && s.Dir == other.Dir && s.Log == other.Log &&
		slices.Equal(s.Argv, other.Argv) && slices.Equal(s.Env, other.Env)
}

// Table is a folder of specifications.
type Table struct{ folder string }

// Open answers the table kept in folder, which is made when it is missing.
func Open(folder string) (*Table, error) {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(absolute, 0o700); err != nil {
		return nil, err
	}
	return &Table{folder: absolute}, nil
}

func (t *Table) path(name string) string { return filepath.Join(t.folder, name+".json") }

func (t *Table) mark(name string) string { return markName + "=" + t.path(name) }

// Load answers the specification kept under name.
func (t *Table) Load(name string) (Spec, error) {
	text, err := os.ReadFile(t.path(name))
	if err != nil {
		return Spec{}, err
	}
	var s Spec
	if err := json.Unmarshal(text, &s); err != nil {
		return Spec{}, fmt.Errorf("read %s: %w", t.path(name), err)
	}
	return s, nil
}

// List answers all readable specifications by name. One torn by a crash is left out: its process is still found by Strays.
func (t *Table) List() ([]Spec, error) {
	entries, err := os.ReadDir(t.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var specs []Spec
	for _, entry := range entries {
		name, is := strings.CutSuffix(entry.Name(), ".json")
		if !is {
			continue
		}
		if s, err := t.Load(name); err == nil {
			specs = append(specs, s)
		}
	}
	sort.Slice(specs, func(i, j int) bool { return specs[i].Name < specs[j].Name })
	return specs, nil
}

// Running answers the specification of the process that runs under name, and whether one does.
func (t *Table) Running(name string) (Spec, bool) {
	s, err := t.Load(name)
	return s, err == nil && s.alive()
}

// Start starts s, which must not be running, and answers it with its process id. Addresses that another program holds
// are found before, since the process itself would only say so in its log.
func (t *Table) Start(s Spec) (Spec, error) {
	for _, address := range s.Listen {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return s, fmt.Errorf("%s cannot listen on %s, another program may hold it: %w", s.Name, address, err)
		}
		if err := listener.Close(); err != nil {
			return s, err
		}
	}
	log, err := openLog(s.Log)
	if err != nil {
		return s, err
	}
	defer log.Close()
	command := exec.Command(s.Argv[0], s.Argv[1:]...)
	command.Dir, command.Stdout, command.Stderr = s.Dir, log, log
	command.Env = append(slices.Clone(s.Env), t.mark(s.Name))
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // outlives the terminal and its signals
	keepToOurselves()
	if err := keyfile.Guard(); err != nil { // what it makes is its own, whoever starts it
		return s, err
	}
	if err := command.Start(); err != nil {
		return s, fmt.Errorf("start %s: %w", s.Name, err)
	}
	go func() { _ = command.Wait() }() // reaps the child, so that its end is seen as an end
	s.PID, s.Started = command.Process.Pid, time.Now().UTC().Format(time.RFC3339)
	if s.Ticks, err = startTicks(s.PID); err != nil {
		return s, fmt.Errorf("%s ended at once: see %s", s.Name, s.Log)
	}
	return s, t.save(s)
}

func openLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// save replaces the file in one step, so that a crash leaves the old one or the new one.
func (t *Table) save(s Spec) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	next := t.path(s.Name) + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, t.path(s.Name))
}

// Stop asks the named processes to end, waits up to grace, then kills what is left. Names that do not run are fine.
func (t *Table) Stop(ctx context.Context, grace time.Duration, names ...string) (killed []string, err error) {
	var specs []Spec
	for _, name := range names {
		if s, is := t.Running(name); is {
			specs = append(specs, s)
		}
	}
	return End(ctx, grace, specs...)
}

// End asks processes to end, waits up to grace for all of them, then kills what is left and answers its names.
func End(ctx context.Context, grace time.Duration, specs ...Spec) (killed []string, err error) {
	for _, s := range specs {
		if err := s.signal(syscall.SIGTERM); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	for _, s := range specs {
		if s.waitEnd(ctx) {
			continue
		}
		killed = append(killed, s.Name)
		if err := s.signal(syscall.SIGKILL); err != nil {
			return killed, err
		}
		s.waitKilled()
	}
	return killed, nil
}

// KillAll ends every process of this table with SIGKILL, those without a specification too.
func (t *Table) KillAll() (int, error) {
	specs, err := t.List()
	if err != nil {
		return 0, err
	}
	strays, err := t.Strays()
	if err != nil {
		return 0, err
	}
	count := 0
	for _, s := range append(specs, strays...) {
		if !s.alive() {
			continue
		}
		count++
		if err := s.signal(syscall.SIGKILL); err != nil {
			return count, err
		}
	}
	for _, s := range append(specs, strays...) {
		s.waitKilled()
	}
	return count, nil
}

func (s Spec) signal(signal syscall.Signal) error {
	if !s.alive() {
		return nil
	}
	err := syscall.Kill(s.PID, signal)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("signal %s (process %d): %w", s.Name, s.PID, err)
	}
	return nil
}

// waitKilled waits for a process that was killed: only one that hangs in the kernel is not gone at once.
func (s Spec) waitKilled() {
	ctx, cancel := context.WithTimeout(context.Background(), killedWait)
	defer cancel()
	s.waitEnd(ctx)
}

// waitEnd waits until the process has ended; false when ctx was over first.
func (s Spec) waitEnd(ctx context.Context) bool {
	for s.alive() {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pollEvery):
		}
	}
	return true
}
