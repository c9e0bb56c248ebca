package tidy_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// threatsFolder has one page for each actor of the threat model, and README.md about all of them.
const threatsFolder = "docs/threats"

// shown is a test as the pages name it: its package's folder and its function.
var shown = regexp.MustCompile("`([a-z0-9/_-]+)\\.((?:Test|Fuzz)[A-Za-z0-9_]+)`")

// open is what follows the table: what nobody promises to stop.
const open = "## Not answered"

// A threat without a test that answers it is a hope, and a page without what is left open is an advertisement.
func TestEveryThreatHasItsTestAndEveryActorWhatIsLeft(t *testing.T) {
	functions := testFunctions(t)
	overview, err := os.ReadFile(filepath.Join(root, threatsFolder, "README.md"))
	require.NoError(t, err)
	pages := 0
	walk(t, func(name string, _ fs.DirEntry) {
		if path.Dir(name) != threatsFolder || path.Ext(name) != ".md" {
			return
		}
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		text := string(raw)
		for _, named := range shown.FindAllStringSubmatch(text, -1) {
			require.True(t, functions[named[1]+"."+named[2]], "%s: there is no test %s.%s", name, named[1], named[2])
		}
		if path.Base(name) == "README.md" {
			return
		}
		pages++
		require.Contains(t, string(overview), "]("+path.Base(name)+")", "docs/threats/README.md does not lead to %s", name)
		require.Regexp(t, `^# .*\p{Han}`, text, "%s: the actor's name in both languages", name)
		answered, left, found := strings.Cut(text, open)
		require.True(t, found, "%s: %q is missing", name, open)
		require.Contains(t, left, "\n- ", "%s: something is always left", name)
		require.GreaterOrEqual(t, rowsWithTests(t, name, answered), 3, "%s: threats", name)
	})
	require.GreaterOrEqual(t, pages, 13)
}

// rowsWithTests counts the rows of a page's table; each says what is wanted, how, what stops it, and which test shows it.
func rowsWithTests(t *testing.T, name, text string) (rows int) {
	t.Helper()
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| wanted") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		require.Len(t, cells, 4, "%s: %s", name, line)
		for _, cell := range cells {
			require.NotEmpty(t, strings.TrimSpace(cell), "%s: %s", name, line)
		}
		require.True(t, shown.MatchString(cells[3]), "%s: no test answers %q", name, strings.TrimSpace(cells[0]))
		rows++
	}
	return rows
}

// testFunctions are all tests of the main module, by "folder.Name".
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			continue
		}
		for _, d := range s.file.Decls {
			if fn, is := d.(*ast.FuncDecl); is && fn.Recv == nil {
				found[s.dir+"."+fn.Name.Name] = true
			}
		}
	}
	return found
}
