package tidy_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A newcomer asks a script what it does before running it: from any folder, with nothing built and nothing started.
func TestEveryScriptSaysWhatItDoes(t *testing.T) {
	root, err := filepath.Abs(root)
	require.NoError(t, err)
	scripts, err := filepath.Glob(filepath.Join(root, "scripts", "*.sh"))
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	for _, script := range scripts {
		ask := exec.CommandContext(t.Context(), script, "--help")
		ask.Dir = t.TempDir()
		ask.Env = []string{"PATH=/usr/bin:/bin"} // no Go
		said, err := ask.Output()
		require.NoError(t, err, script)
		require.Contains(t, string(said), "scripts/"+filepath.Base(script), "the help of a script shows how to call it")
		require.NotContains(t, string(said), "set -e", "the help ends where the script begins")
	}
}
