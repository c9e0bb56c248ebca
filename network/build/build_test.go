package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKeyChangesWithEveryInput(t *testing.T) {
	base := map[string][]byte{"go.mod": []byte("a"), "go.sum": []byte("b")}
	key := Key(base)
	require.Len(t, key, 16)
	require.Equal(t, key, Key(map[string][]byte{"go.sum": []byte("b"), "go.mod": []byte("a")}), "order does not matter")
	for name, other := range map[string]map[string][]byte{
		"content":           {"go.mod": []byte("a"), "go.sum": []byte("c")},
		"name":              {"go.mod": []byte("a"), "go.work": []byte("b")},
		"fewer":             {"go.mod": []byte("a")},
		"moved to the next": {"go.mod": []byte("ab"), "go.sum": nil},
	} {
		require.NotEqual(t, key, Key(other), name)
	}
}

func TestABuildIsKeptOnlyWhenComplete(t *testing.T) {
	b := &Builder{Cache: filepath.Join(t.TempDir(), "cache")}
	broken := errors.New("compiler")
	_, err := b.once("thing", "k1", func(string) error { return broken })
	require.ErrorIs(t, err, broken)
	count := 0
	fill := func(folder string) error {
		count++
		return os.WriteFile(filepath.Join(folder, "program"), nil, 0o600)
	}
	for range 2 {
		done, err := b.once("thing", "k1", fill)
		require.NoError(t, err)
		require.FileExists(t, filepath.Join(done, "program"))
	}
	require.Equal(t, 1, count)
	_, err = b.once("thing", "k2", fill)
	require.NoError(t, err)
	entries, err := os.ReadDir(b.Cache)
	require.NoError(t, err)
	require.Len(t, entries, 1, "older results and half-made ones are gone")
}

// source writes a folder with one file.
func source(t *testing.T, text string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "raft"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "raft", "storage.go"), []byte(text), 0o600))
	return folder
}

const (
	defect = "package raft\n\nvar c = make(chan int)\n"
	mended = "package raft\n\nvar c = make(chan int, 1)\n"
	mend   = "It hangs.\n\ndiff --git a/raft/storage.go b/raft/storage.go\n--- a/raft/storage.go\n+++ b/raft/storage.go\n" +
		"@@ -1,3 +1,3 @@\n package raft\n \n-var c = make(chan int)\n+var c = make(chan int, 1)\n"
)

func oneMend(t *testing.T, text string) mends {
	t.Helper()
	folder := t.TempDir()
	_, err := readMends(folder)
	require.ErrorContains(t, err, "no patch")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "hang.patch"), []byte(text), 0o600))
	m, err := readMends(folder)
	require.NoError(t, err)
	return m
}

func TestAMendFitsToTheLetterOrIsRefused(t *testing.T) {
	m := oneMend(t, mend)
	for _, other := range []string{"package raft\n", "package raft\n\nvar c = make(chan int, 2)\n", mended} {
		require.ErrorContains(t, m.apply(t.Context(), source(t, other)), "still in this version")
	}
	folder := source(t, defect)
	require.ErrorContains(t, m.check(t.Context(), folder), "not mended", "the defect is detected before it is mended")
	require.NoError(t, m.apply(t.Context(), folder))
	text, err := os.ReadFile(filepath.Join(folder, "raft", "storage.go"))
	require.NoError(t, err)
	require.Equal(t, mended, string(text))
	require.NoError(t, m.check(t.Context(), folder))
	require.Error(t, m.apply(t.Context(), folder), "twice is not once")
	require.NotEqual(t, m.stamp(), oneMend(t, "More. "+mend).stamp())
}

// program writes a script that answers like a Fabric program asked for its version.
func program(t *testing.T, folder, name, answer string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\nprintf '"+answer+"'\n"), 0o700))
}

func TestAProgramFromAnotherSourceIsDetected(t *testing.T) {
	m, folder, bin := oneMend(t, mend), source(t, mended), t.TempDir()
	f := Fabric{Peer: filepath.Join(bin, "peer"), Orderer: filepath.Join(bin, "orderer")}
	for _, other := range []string{"peer", "orderer"} {
		program(t, bin, "peer", "peer:\\n Commit SHA: "+m.stamp()+"\\n")
		program(t, bin, "orderer", "orderer:\\n Commit SHA: "+m.stamp()+"\\n")
		require.NoError(t, f.checkMended(t.Context(), folder, m))
		program(t, bin, other, other+":\\n Commit SHA: development build\\n")
		require.ErrorContains(t, f.checkMended(t.Context(), folder, m), other+" was not built from the mended source")
	}
	require.ErrorContains(t, f.checkMended(t.Context(), source(t, defect), m), "not mended")
}

func TestReadyProgramsWithTheRestartDefectAreRefused(t *testing.T) {
	root := t.TempDir()
	bin, samples := filepath.Join(root, "bin"), filepath.Join(root, "config")
	require.NoError(t, os.MkdirAll(bin, 0o700))
	require.NoError(t, os.MkdirAll(samples, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(samples, "core.yaml"), nil, 0o600))
	b := &Builder{Root: root, Logs: filepath.Join(root, "logs")}
	version := func(v string) {
		program(t, bin, "peer", "peer:\\n Version: "+v+"\\n")
		program(t, bin, "orderer", "orderer:\\n Version: "+v+"\\n Commit SHA: 1234567\\n")
	}
	version("v2.5.2")
	_, err := b.Ready(context.Background(), bin)
	require.ErrorContains(t, err, "2.5.3 or newer")
	version("v2.5.13")
	f, err := b.Ready(context.Background(), bin)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(samples, "core.yaml"), f.PeerSample)
	_, err = b.Ready(context.Background(), samples)
	require.Error(t, err, "a folder without the programs")
}
