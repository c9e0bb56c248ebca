package audit_test

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/gateway/audit"
)

func kept(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// written is a trail of two requests, of which the first signed a transaction.
func written(t *testing.T) (file string, head audit.Head) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "audit.jsonl")
	trail, err := audit.Open(file)
	require.NoError(t, err)
	for _, e := range []audit.Entry{
		{Kind: audit.Signed, Request: "r-1", Person: "u-1", Transaction: "tx-1"},
		{Kind: audit.Answered, Request: "r-1", Person: "u-1", Method: "POST", Route: "/v1/bills", Status: 201, Transaction: "tx-1"},
		{Kind: audit.Answered, Request: "r-2", Method: "GET", Route: "/v1/me", Status: 401, Code: "unauthenticated"},
	} {
		require.NoError(t, trail.Add(e))
	}
	require.NoError(t, trail.Close())
	return file, trail.Head()
}

func check(t *testing.T, text string, known audit.Head) (audit.Head, []string) {
	t.Helper()
	head, findings, err := audit.Check(strings.NewReader(text), known)
	require.NoError(t, err)
	var told []string
	for _, f := range findings {
		told = append(told, f.String())
	}
	slices.Sort(told)
	return head, told
}

func TestAWholeTrailHasNothingWrong(t *testing.T) {
	file, head := written(t)
	end, wrong := check(t, kept(t, file), head)
	require.Empty(t, wrong)
	require.Equal(t, head, end)
	require.EqualValues(t, 5, end.Seq)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestWhatIsTamperedWithShows(t *testing.T) {
	file, head := written(t)
	lines := strings.SplitAfter(kept(t, file), "\n")
	lines = lines[:len(lines)-1]
	join := func(parts ...[]string) string { return strings.Join(slices.Concat(parts...), "") }
	for name, row := range map[string]struct {
		text string
		want []string
	}{
		"an entry changed":   {strings.Replace(join(lines), `"status":401`, `"status":200`, 1), []string{"line 4: " + audit.Altered}},
		"an entry taken out": {join(lines[:3], lines[4:]), []string{"line 4: " + audit.Gap}},
		"two swapped":        {join(lines[:2], lines[3:4], lines[2:3], lines[4:]), []string{"line 3: " + audit.Gap, "line 4: " + audit.Gap, "line 5: " + audit.Gap}},
		"an entry twice":     {join(lines[:3], lines[2:]), []string{"line 4: " + audit.Gap}},
		"the end cut off":    {join(lines[:4]), []string{"line 4: " + audit.Behind}},
		"the beginning":      {join(lines[1:]), []string{"line 1: " + audit.Gap}},
		"no answer":          {join(lines[:2]), []string{"line 2: " + audit.Unanswered, "line 2: " + audit.Behind}},
		"scribbled over":     {join(lines[:2], []string{"what\n"}, lines[3:]), []string{"line 2: " + audit.Unanswered, "line 3: " + audit.Unreadable, "line 4: " + audit.Gap}},
		"all gone":           {"", []string{"line 0: " + audit.Behind}},
	} {
		t.Run(name, func(t *testing.T) {
			_, wrong := check(t, row.text, head)
			require.Equal(t, row.want, wrong)
		})
	}
}

// Only a head that is known from elsewhere tells a trail that was written anew from the one that was kept.
func TestAnotherTrailIsNotTheKnownOne(t *testing.T) {
	file, _ := written(t)
	_, other := written(t)
	_, wrong := check(t, kept(t, file), other)
	require.Equal(t, []string{"line 5: " + audit.Behind}, wrong)
}

func TestATrailGoesOnAfterAKill(t *testing.T) {
	file, _ := written(t)
	whole := kept(t, file)
	for cut := 1; cut < 300; cut += 7 {
		require.NoError(t, os.WriteFile(file, []byte(whole[:len(whole)-cut]), 0o600))
		trail, err := audit.Open(file)
		require.NoError(t, err)
		require.NoError(t, trail.Add(audit.Entry{Kind: audit.Answered, Request: "r-3"}))
		head := trail.Head()
		require.NoError(t, trail.Close())
		_, wrong := check(t, kept(t, file), head)
		for _, w := range wrong {
			require.Contains(t, w, audit.Unreadable, "cut by %d", cut)
		}
		require.LessOrEqual(t, len(wrong), 1)
	}
}

// What a client calls its requests hides no missing answer.
func TestAnAnswerToAnotherRequestOfTheSameNameAnswersNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	trail, err := audit.Open(file)
	require.NoError(t, err)
	for _, e := range []audit.Entry{
		{Kind: audit.Signed, Request: "same", Transaction: "tx-1"},
		{Kind: audit.Signed, Request: "same", Transaction: "tx-2"},
		{Kind: audit.Answered, Request: "same", Method: "GET", Route: "/v1/me", Status: 200},
		{Kind: audit.Answered, Request: "same", Method: "POST", Status: 201, Transaction: "tx-2"},
	} {
		require.NoError(t, trail.Add(e))
	}
	require.NoError(t, trail.Close())
	_, wrong := check(t, kept(t, file), trail.Head())
	require.Equal(t, []string{"line 2: " + audit.Unanswered}, wrong)
}

func TestOneProcessWritesATrail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	trail, err := audit.Open(file)
	require.NoError(t, err)
	_, err = audit.Open(file)
	require.ErrorIs(t, err, audit.ErrInUse)
	require.NoError(t, trail.Add(audit.Entry{Kind: audit.Answered, Request: "r-1"}))
	require.NoError(t, trail.Close())
	head, wrong := check(t, kept(t, file), trail.Head())
	require.Empty(t, wrong)
	require.EqualValues(t, 3, head.Seq)
	next, err := audit.Open(file)
	require.NoError(t, err)
	require.NoError(t, next.Close())
}

// A disk that fills up in the middle of an entry: the entry is not there, and what comes when there is room again is whole.
func TestAFullDiskTearsNoTrail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	trail, err := audit.Open(file)
	require.NoError(t, err)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	for room := range uint64(300) {
		full := syscall.Rlimit{Cur: uint64(len(kept(t, file))) + room, Max: limit.Max}
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full))
		before := trail.Head()
		err := trail.Add(audit.Entry{Kind: audit.Signed, Request: "full", Transaction: "tx"})
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
		if err == nil {
			require.Greater(t, room, uint64(100))
			require.NoError(t, trail.Add(audit.Entry{Kind: audit.Answered, Request: "full", Transaction: "tx"}))
			continue
		}
		require.ErrorIs(t, err, syscall.EFBIG)
		require.Equal(t, before, trail.Head())
		require.NoError(t, trail.Add(audit.Entry{Kind: audit.Answered, Request: "room"}))
	}
	require.NoError(t, trail.Close())
	_, wrong := check(t, kept(t, file), trail.Head())
	require.Empty(t, wrong)
}

func TestManyWriteOneTrail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	trail, err := audit.Open(file)
	require.NoError(t, err)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for j := range 50 {
				_ = trail.Add(audit.Entry{Kind: audit.Answered, Request: fmt.Sprintf("r-%d-%d", i, j)})
			}
		})
	}
	all.Wait()
	require.NoError(t, trail.Close())
	head, wrong := check(t, kept(t, file), trail.Head())
	require.Empty(t, wrong)
	require.EqualValues(t, 1002, head.Seq)
}

func FuzzATrailIsNeverTakenForWholeWhenItIsNot(f *testing.F) {
	f.Add(10, byte('x'))
	f.Fuzz(func(t *testing.T, at int, with byte) {
		file, head := written(t)
		text := []byte(kept(t, file))
		if at < 0 || at >= len(text) || text[at] == with {
			return
		}
		text[at] = with
		_, findings, err := audit.Check(bytes.NewReader(text), head)
		require.True(t, err != nil || len(findings) > 0, "byte %d", at)
	})
}
