package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/gateway/audit"
)

func trail(t *testing.T) (file string, head audit.Head) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "audit.jsonl")
	kept, err := audit.Open(file)
	require.NoError(t, err)
	require.NoError(t, kept.Add(audit.Entry{Kind: audit.Answered, Request: "r-1", Person: "u-1", Party: "P1", Document: "bl-1"}))
	require.NoError(t, kept.Add(audit.Entry{Kind: audit.Answered, Request: "r-2", Person: "u-2", Party: "P1"}))
	require.NoError(t, kept.Close())
	return file, kept.Head()
}

func TestAWholeTrailIsSaidToBe(t *testing.T) {
	file, head := trail(t)
	var out strings.Builder
	require.NoError(t, run(options{Trail: file, Head: fmt.Sprintf("%d:%s", head.Seq, head.Hash)}, &out))
	require.Equal(t, fmt.Sprintf("4 entries, head 4:%s\n", head.Hash), out.String())
}

func TestABrokenTrailIsToldLineByLine(t *testing.T) {
	file, _ := trail(t)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), "u-1", "u-9", 1)), 0o600))
	var out strings.Builder
	require.ErrorIs(t, run(options{Trail: file}, &out), errWrong)
	require.Contains(t, out.String(), "line 2: "+audit.Altered)
	require.ErrorContains(t, run(options{Trail: file, Head: "x"}, &out), "SEQ:HASH")
}

func TestEntriesAreChosen(t *testing.T) {
	file, _ := trail(t)
	for _, row := range []struct {
		o    options
		want []string
	}{
		{options{Party: "P1"}, []string{"r-1", "r-2"}},
		{options{Party: "P1", Person: "u-2"}, []string{"r-2"}},
		{options{Document: "bl-1"}, []string{"r-1"}},
		{options{Party: "P1", Since: "9999"}, nil},
	} {
		row.o.Trail, row.o.Print = file, true
		var out strings.Builder
		require.NoError(t, run(row.o, &out))
		require.Equal(t, len(row.want), strings.Count(out.String(), "\n"))
		for _, id := range row.want {
			require.Contains(t, out.String(), id)
		}
	}
}
