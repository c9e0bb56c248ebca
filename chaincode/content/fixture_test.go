package content

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/fixtures"
)

// kindOf tells the kind of a fixture by the first part of its name.
func kindOf(t testing.TB, name string) Kind {
	t.Helper()
	for _, k := range Kinds {
		if name == string(k)+".json" {
			return k
		}
	}
	for _, k := range Kinds {
		if strings.HasPrefix(name, string(k)+"-") {
			return k
		}
	}
	require.FailNow(t, "no kind for "+name)
	return ""
}

func checker(t testing.TB) *Checker {
	t.Helper()
	c, err := New()
	require.NoError(t, err)
	return c
}

func TestEveryFixtureIsGood(t *testing.T) {
	c := checker(t)
	names, err := fs.Glob(fixtures.Files, "*.json")
	require.NoError(t, err)
	seen := map[Kind]bool{}
	for _, name := range names {
		k := kindOf(t, name)
		seen[k] = true
		require.NoError(t, c.Check(k, fixtures.Read(name)), name)
	}
	for _, k := range Kinds {
		require.True(t, seen[k] || k == KindReleaseLine, "there is no fixture of %s", k)
	}
}
