package licences_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryModuleIsPinnedByItsHash: each module that go.mod names is one version whose bytes go.sum knows, none is taken from
// somewhere else, and no script of ours turns the check off. go mod verify (scripts/test.sh) holds the cache against the hashes.
func TestEveryModuleIsPinnedByItsHash(t *testing.T) {
	for _, o := range ours {
		var file struct {
			Go      string
			Require []required
			Replace []struct {
				Old, New struct{ Path, Version string }
			}
		}
		require.NoError(t, json.Unmarshal(ask(t, o.folder, "mod", "edit", "-json"), &file))
		require.Regexp(t, `^1\.26`, file.Go, o.folder)
		require.Empty(t, file.Replace, "%s: what go.mod names is what is built; Fabric's one patch is made and checked by network/build", o.folder)
		sums, err := os.ReadFile(filepath.Join(root, o.folder, "go.sum"))
		require.NoError(t, err)
		known := map[string]bool{}
		for line := range strings.Lines(string(sums)) {
			words := strings.Fields(line)
			require.Len(t, words, 3, line)
			known[words[0]+" "+words[1]] = strings.HasPrefix(words[2], "h1:")
		}
		for _, r := range file.Require {
			require.True(t, known[r.Path+" "+r.Version], "%s: go.sum does not know the bytes of %s %s", o.folder, r.Path, r.Version)
		}
	}
	others := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == ".local" || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		if err == nil && entry.Name() == "go.mod" {
			others++
		}
		return err
	}))
	require.Equal(t, len(ours), others, "a further module needs its place in this list")
}

// unchecked are ways to take modules without their hashes, or programs that nobody pinned.
var unchecked = regexp.MustCompile(`GONOSUMDB|GONOSUMCHECK|GOINSECURE|GONOSUM|GOSUMDB=off|GOFLAGS=.*-mod=mod|@latest|curl [^|]*\| *(ba)?sh|go get -u`)

func TestNoScriptTakesWhatIsNotPinned(t *testing.T) {
	seen := 0
	for _, pattern := range []string{"scripts/*.sh", "network/build/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			seen++
			require.Empty(t, unchecked.FindString(string(text)), file)
		}
	}
	require.Greater(t, seen, 10)
	_, err := os.Stat(filepath.Join(root, ".github"))
	require.ErrorIs(t, err, fs.ErrNotExist, "what checks this repository is scripts/test.sh: no action of others runs in it")
}
