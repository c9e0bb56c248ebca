package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAFailureNamesItsStepAndItsLogs(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, begun: time.Now()}
	broken := errors.New("no disk left")
	reached := false
	err := p.take(context.Background(),
		step{"first", "", func(context.Context) error { return nil }},
		step{"second", "/logs", func(context.Context) error { return broken }},
		step{"third", "", func(context.Context) error { reached = true; return nil }})
	require.ErrorIs(t, err, broken)
	require.EqualError(t, err, "second: no disk left (logs: /logs)")
	require.False(t, reached)
	require.Contains(t, out.String(), "] first\n")
	require.NotContains(t, out.String(), "third")
}

func TestStatusIsATableWithASum(t *testing.T) {
	var out bytes.Buffer
	status := networkStatus{Running: 1, MemoryBytes: 40 * mebibyte, Processes: []processStatus{
		{Name: "orderer1", Running: true, PID: 7, MemoryBytes: 40 * mebibyte, Height: 12, Leader: true, Started: "2026-01-02T03:04:05Z"},
		{Name: "orderer2"},
	}}
	require.NoError(t, status.print(&out))
	require.Equal(t, `PROCESS   STATE    PID  MiB  BLOCKS     SINCE
orderer1  runs     7    40   12 leader  2026-01-02T03:04:05Z
orderer2  stopped                       
1 of 2 processes run, 40 MiB in all
`, out.String())
	out.Reset()
	require.NoError(t, networkStatus{}.print(&out))
	require.Contains(t, out.String(), "scripts/up.sh")
}

func TestPeopleKeepTheirOpaqueIDs(t *testing.T) {
	w, err := open("..", "network.yaml", filepath.Join(t.TempDir(), "net"))
	require.NoError(t, err)
	first, err := w.people()
	require.NoError(t, err)
	require.Len(t, first, len(w.site.Config.People))
	for name, someone := range first {
		require.Regexp(t, `^u-[0-9a-f]{16}$`, someone.ID, name)
	}
	again, err := w.people()
	require.NoError(t, err)
	require.Equal(t, first, again)
	about, err := os.Stat(w.peopleFile())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())
}

func TestOneCommandAtATimeChangesTheNetwork(t *testing.T) {
	w, err := open("..", "network.yaml", filepath.Join(t.TempDir(), "net"))
	require.NoError(t, err)
	release, err := w.lock()
	require.NoError(t, err)
	_, err = w.lock()
	require.ErrorContains(t, err, "another command")
	release()
	release, err = w.lock()
	require.NoError(t, err)
	release()
}
