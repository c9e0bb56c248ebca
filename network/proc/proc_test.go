package proc

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const grace = 5 * time.Second

func table(t *testing.T) *Table {
	t.Helper()
	made, err := Open(filepath.Join(t.TempDir(), "proc"))
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := made.KillAll()
		require.NoError(t, err)
	})
	return made
}

func sleeper(made *Table, name string) Spec {
	return Spec{Name: name, Argv: []string{"/bin/sleep", "600"}, Dir: "/", Log: filepath.Join(made.folder, "..", "logs", name+".log")}
}

func start(t *testing.T, made *Table, spec Spec) Spec {
	t.Helper()
	started, err := made.Start(spec)
	require.NoError(t, err)
	return started
}

func TestAStartedProcessIsFoundAndStopped(t *testing.T) {
	made := table(t)
	started := start(t, made, sleeper(made, "one"))
	running, is := made.Running("one")
	require.True(t, is)
	require.Equal(t, started.PID, running.PID)
	require.True(t, running.Same(sleeper(made, "one")))
	memory, err := running.MemoryBytes()
	require.NoError(t, err)
	require.Positive(t, memory)

	killed, err := made.Stop(context.Background(), grace, "one", "never started")
	require.NoError(t, err)
	require.Empty(t, killed)
	_, is = made.Running("one")
	require.False(t, is)
	specs, err := made.List()
	require.NoError(t, err)
	require.Len(t, specs, 1, "the specification stays, so that it can be started again")
}

func TestAnIDGivenToAnotherProcessIsNotOurs(t *testing.T) {
	made := table(t)
	started := start(t, made, sleeper(made, "one"))
	stale := started
	stale.Ticks--
	require.NoError(t, made.save(stale))
	_, is := made.Running("one")
	require.False(t, is)
	_, err := made.Stop(context.Background(), grace, "one")
	require.NoError(t, err)
	require.True(t, started.alive(), "the process that has the id now is left alone")
}

func TestAProcessWithoutSpecificationIsFoundByItsMark(t *testing.T) {
	made := table(t)
	started := start(t, made, sleeper(made, "one"))
	torn := start(t, made, sleeper(made, "two"))
	require.NoError(t, os.Remove(made.path("one")))
	require.NoError(t, os.WriteFile(made.path("two"), []byte(`{"name":`), 0o600))
	other := table(t)
	start(t, other, sleeper(other, "elsewhere"))

	strays, err := made.Strays()
	require.NoError(t, err)
	pids := map[int]bool{}
	for _, s := range strays {
		pids[s.PID] = true
	}
	require.Equal(t, map[int]bool{started.PID: true, torn.PID: true}, pids)
	count, err := made.KillAll()
	require.NoError(t, err)
	require.Equal(t, 2, count)
	_, is := other.Running("elsewhere")
	require.True(t, is, "another network's processes are not touched")
}

func TestAProcessThatWillNotStopIsKilledAndNamed(t *testing.T) {
	made := table(t)
	spec := sleeper(made, "deaf")
	spec.Argv = []string{"/bin/sh", "-c", "trap '' TERM; echo ready; while true; do sleep 0.05; done"}
	start(t, made, spec)
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(spec.Log)
		return err == nil && strings.Contains(string(text), "ready")
	}, grace, pollEvery)
	killed, err := made.Stop(context.Background(), 200*time.Millisecond, "deaf")
	require.NoError(t, err)
	require.Equal(t, []string{"deaf"}, killed)
}

func TestAHeldAddressIsNamedBeforeTheStart(t *testing.T) {
	made := table(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	spec := sleeper(made, "one")
	spec.Listen = []string{listener.Addr().String()}
	_, err = made.Start(spec)
	require.ErrorContains(t, err, "one cannot listen on "+listener.Addr().String())
}

func TestAnEndedProcessDoesNotRun(t *testing.T) {
	made := table(t)
	spec := sleeper(made, "brief")
	spec.Argv = []string{"/bin/sh", "-c", "sleep 0.1"}
	start(t, made, spec)
	require.Eventually(t, func() bool { _, is := made.Running("brief"); return !is }, grace, pollEvery)
}
