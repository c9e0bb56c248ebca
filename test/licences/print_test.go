// Package licences_test prints docs/licences.md: under which licence each module of others comes that any of the
// repository's four Go modules needs. It reads the licence files themselves in Go's module cache.
package licences_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/licensecheck"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/licences.md anew")

const (
	root = "../.."
	page = root + "/docs/licences.md"
)

// ours are the repository's Go modules by what they build.
var ours = []struct{ folder, builds string }{
	{".", "ledger"}, {"network/fabric", "Fabric"}, {"network/ca", "CA"}, {"network/enrol", "enrol"},
}

// allowed are the licences that a module may come under, with what they ask of whoever passes the programs on. Anything else
// fails the test: somebody has to read it before it is used.
var allowed = map[string]string{
	"Apache-2.0":   "licence and NOTICE files go along; changes of their files are marked",
	"BSD-2-Clause": "copyright line goes along",
	"BSD-3-Clause": "copyright line goes along; no advertising with the authors' names",
	"ISC":          "copyright line goes along",
	"MIT":          "copyright line goes along",
	"MIT-0":        "nothing",
	"MPL-2.0":      "whoever changes a file of theirs publishes that file; we change none",
	"Unlicense":    "nothing",
}

// byHand are modules whose licence file the classifier cannot tell, with the licence and where a person read it.
var byHand = map[string]struct{ licence, where string }{
	"github.com/kr/logfmt": {"MIT", "its Readme"},
}

// beside are licence files that are not about the code that we take, by module and file, with what a person found in them.
var beside = map[string]string{
	"github.com/opencontainers/go-digest LICENSE.docs": "CC-BY-SA-4.0, for its documents",
	"modernc.org/memory LICENSE-LOGO":                  "where its logo comes from",
	"modernc.org/libc LICENSE-3RD-PARTY.md":            "code of Go, musl and others that it holds: MIT and BSD-3-Clause",
	"modernc.org/sqlite LICENSE-3RD-PARTY.md":          "all of its module graph; what is linked, its section 1, is MIT, BSD-3-Clause or public domain",
	"modernc.org/sqlite LICENSE-SQLITE":                "public domain: SQLite itself",
}

// module is one module of others at one version.
type module struct {
	path, version string
	licences      []string
	in            []string // what of ours needs it
	direct        bool     // some module of ours names it itself
}

// required are the modules that go.mod lists: everything that a build or a test of that module of ours takes something from.
type required struct {
	Path, Version string
	Indirect      bool
}

func needs(t *testing.T, folder string) (all []required, folders map[string]string) {
	t.Helper()
	var file struct{ Require []required }
	require.NoError(t, json.Unmarshal(ask(t, folder, "mod", "edit", "-json"), &file))
	question := []string{"list", "-m", "-json"}
	for _, r := range file.Require {
		question = append(question, r.Path)
	}
	folders = map[string]string{}
	for answers := json.NewDecoder(strings.NewReader(string(ask(t, folder, question...)))); ; {
		var found struct{ Path, Version, Dir string }
		err := answers.Decode(&found)
		if err == io.EOF {
			return file.Require, folders
		}
		require.NoError(t, err)
		folders[found.Path+"@"+found.Version] = found.Dir
	}
}

func ask(t *testing.T, folder string, question ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", question...)
	command.Dir = filepath.Join(root, folder)
	answer, err := command.Output()
	require.NoError(t, err, "go %s in %s", question[0], folder)
	return answer
}

// modules are all that ours need, by path and version. A module that was never downloaded here has no licences yet.
func modules(t *testing.T) []module {
	t.Helper()
	known := map[string]*module{}
	for _, o := range ours {
		all, folders := needs(t, o.folder)
		require.NotEmpty(t, all)
		for _, r := range all {
			key := r.Path + "@" + r.Version
			m := known[key]
			if m == nil {
				m = &module{path: r.Path, version: r.Version, licences: licencesIn(t, r.Path, folders[key])}
				known[key] = m
			}
			m.in, m.direct = append(m.in, o.builds), m.direct || !r.Indirect
		}
	}
	var all []module
	for _, m := range known {
		if hand, is := byHand[m.path]; is {
			m.licences = []string{hand.licence}
		}
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b module) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.version, b.version)) })
	return all
}

// licenceFile are the names under which modules keep their licence, in their first folder.
var licenceFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying`)

// covered is how much of a licence file, in percent, must be the licence's own words.
const covered = 75

// licencesIn reads the licence files of a module's folder.
func licencesIn(t *testing.T, name, folder string) (found []string) {
	t.Helper()
	if folder == "" {
		return nil
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") || beside[name+" "+e.Name()] != "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		require.NoError(t, err)
		scan := licensecheck.Scan(text)
		if scan.Percent < covered {
			found = append(found, "unclear: "+e.Name())
		}
		for _, match := range scan.Match {
			if !match.IsURL {
				found = append(found, match.ID)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryModulesLicenceIsAllowed(t *testing.T) {
	for _, m := range modules(t) {
		if m.licences == nil && !*update {
			continue // not downloaded here: the page tells, and the test below holds it against go.mod
		}
		require.NotEmpty(t, m.licences, "%s %s: no licence file; read its pages, and say it in byHand", m.path, m.version)
		for _, l := range m.licences {
			require.NotEmpty(t, allowed[l], "%s %s comes under %s: nobody has decided yet whether that will do", m.path, m.version, l)
		}
	}
}

const head = `# Licences of others' modules

Every Go module that a build or a test of ours takes something from, with the licence that lies in it. Printed by
` + "`go test ./test/licences -update`" + ` from the four ` + "`go.mod`" + ` files and the licence files in Go's module cache (classified by
google/licensecheck); the test fails when a module is missing here, and when one comes under a licence that is not in the first table.
`

func TestThePrintedLicencesAreThoseOfTheModules(t *testing.T) {
	all := modules(t)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(printed(all)), 0o644))
	}
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, " | "); len(cells) == 4 {
			rows[strings.TrimPrefix(cells[0], "| ")+" "+cells[1]] = line
		}
	}
	listed := 0
	for _, m := range all {
		row := rows[m.path+" "+m.version]
		require.NotEmpty(t, row, "docs/licences.md lacks %s %s: go test ./test/licences -update", m.path, m.version)
		listed++
		if m.licences == nil { // not downloaded here: whoever printed the page read it
			m.licences = strings.Split(strings.Split(row, " | ")[2], ", ")
			for _, l := range m.licences {
				require.NotEmpty(t, allowed[l], row)
			}
		}
		require.Equal(t, m.row(), row)
	}
	delete(rows, "module version")
	require.Len(t, rows, listed, "docs/licences.md lists a module that nothing needs any more: go test ./test/licences -update")
}

func (m module) row() string {
	in := strings.Join(m.in, ", ")
	if m.direct {
		in += " (named)"
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", m.path, m.version, strings.Join(m.licences, ", "), in)
}

func printed(all []module) string {
	var out strings.Builder
	counts := map[string]int{}
	for _, m := range all {
		for _, l := range m.licences {
			counts[l]++
		}
	}
	out.WriteString(head + "\n| licence | modules | asks for |\n|---|---|---|\n")
	var names []string
	for name := range allowed {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&out, "| %s | %d | %s |\n", name, counts[name], allowed[name])
	}
	out.WriteString("\nThe last column says what of ours needs it: `ledger` is this module (chaincode, gateway, network program, tests), `Fabric` peer and\n" +
		"orderer, `CA` Fabric CA, `enrol` the enrolment program; `(named)` are those that our own code imports.\n\n")
	var apart []string
	for file, found := range beside {
		apart = append(apart, "- `"+file+"`: "+found+"\n")
	}
	for name, hand := range byHand {
		apart = append(apart, "- `"+name+"`: "+hand.licence+", in "+hand.where+"\n")
	}
	slices.Sort(apart)
	out.WriteString("Read by a person, since they are not about the code that we take, or no file of their own:\n\n" + strings.Join(apart, "") + "\n")
	out.WriteString("| module | version | licence | in |\n|---|---|---|---|\n")
	for _, m := range all {
		out.WriteString(m.row())
	}
	return out.String()
}
