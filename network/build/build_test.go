package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
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

func storage(t *testing.T, text string) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, syncFile)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return folder
}

func TestTheRestartDefectIsMendedAtExactlyOnePlace(t *testing.T) {
	line := "\t\t" + syncDefect + "\n"
	for _, text := range []string{"package etcdraft\n", "a\n" + line + "b\n" + line} {
		require.ErrorContains(t, mend(storage(t, text)), "not once")
	}
	source := storage(t, "a\n"+line+"b\n")
	_, err := Stamp(source)
	require.ErrorContains(t, err, "restart defect", "the defect is detected before it is mended")
	require.NoError(t, mend(source))
	stamp, err := Stamp(source)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(stamp, "restart-mended-"))
	require.Error(t, mend(source), "twice is not once")
	_, err = Stamp(storage(t, "c\n"))
	require.Error(t, err, "a source that has neither form is not known to be mended")
}

// program writes a script that answers like a Fabric program asked for its version.
func program(t *testing.T, folder, name, answer string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\nprintf '"+answer+"'\n"), 0o700))
}

func TestAnOrdererFromAnotherSourceIsDetected(t *testing.T) {
	source, bin := storage(t, syncMended), t.TempDir()
	stamp, err := Stamp(source)
	require.NoError(t, err)
	f := Fabric{Orderer: filepath.Join(bin, "orderer")}
	program(t, bin, "orderer", "orderer:\\n Commit SHA: development build\\n")
	require.ErrorContains(t, f.checkMended(context.Background(), source), "not built from the mended source")
	program(t, bin, "orderer", "orderer:\\n Commit SHA: "+stamp+"\\n")
	require.NoError(t, f.checkMended(context.Background(), source))
	require.ErrorContains(t, f.checkMended(context.Background(), storage(t, syncDefect)), "restart defect")
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
