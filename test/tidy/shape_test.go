package tidy_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
)

// linesMax is a screen.
const linesMax = 70

func TestFunctionsFitOnAScreen(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			fn, is := d.(*ast.FuncDecl)
			if !is || fn.Body == nil {
				continue
			}
			require.NotEqual(t, "init", fn.Name.Name, "%s: what happens at start is said in main", s.at(fn))
			lines := s.fset.Position(fn.End()).Line - s.fset.Position(fn.Pos()).Line + 1
			require.LessOrEqual(t, lines, linesMax, "%s: %s: who reads a function should see all of it at once", s.at(fn), fn.Name.Name)
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		require.NotContains(t, []string{"utils", "util", "common", "helpers", "models", "misc"}, s.file.Name.Name,
			"%s: a package is named after what it is about", s.name)
		said[s.dir] = said[s.dir] || s.file.Doc != nil
	}
	for dir, has := range said {
		require.True(t, has, "%s has no package comment: what is its job, and what does it not know?", dir)
	}
}

// A field tag that is not well formed is silently ignored, and two fields of one name silently both vanish.
func TestFieldTagsMean(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			fields, is := n.(*ast.StructType)
			if !is {
				return true
			}
			seen := map[string]bool{}
			for _, f := range fields.Fields.List {
				if f.Tag == nil {
					continue
				}
				raw, err := strconv.Unquote(f.Tag.Value)
				require.NoError(t, err, s.at(f))
				require.Regexp(t, `^([a-z_A-Z-]+:"(?:[^"\\]|\\.)*" ?)+$`, raw, s.at(f))
				name, _, _ := strings.Cut(reflect.StructTag(raw).Get("json"), ",")
				if name != "" && name != "-" {
					require.False(t, seen[name], "%s: %q twice in one object", s.at(f), name)
					seen[name] = true
				}
			}
			return true
		})
	}
}

// What is said about one machine is wrong on the next.
var machine = regexp.MustCompile(`(?:^|[\s"'=(:])/(?:work|root|home|Users)/[A-Za-z]|/tmp/[a-z]+\.|proxy\.golang\.org|goproxy`)

func TestNoMachinesPathIsCommitted(t *testing.T) {
	walk(t, func(name string, d fs.DirEntry) {
		if info, err := d.Info(); err != nil || info.Size() > 1<<20 || !info.Mode().IsRegular() || name == "test/tidy/shape_test.go" {
			return
		}
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		found := machine.FindString(string(raw))
		require.Empty(t, found, "%s holds %q: it would be wrong in the next clone", name, found)
	})
}

// later are the codes that no act raises yet.
var later = map[fault.Code]string{}

func TestEveryCodeIsRaisedTestedAndDocumented(t *testing.T) {
	raised, tested := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		inTable := s.name == "gateway/rest/problem.go" || below(s.dir, "chaincode/fault")
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, is := n.(*ast.SelectorExpr); is {
				if pkg, is := sel.X.(*ast.Ident); is && pkg.Name == "fault" {
					tested[sel.Sel.Name] = tested[sel.Sel.Name] || s.test
					raised[sel.Sel.Name] = raised[sel.Sel.Name] || (!s.test && !inTable)
				}
			}
			return true
		})
	}
	page, err := os.ReadFile(filepath.Join(root, "api/problems.md"))
	require.NoError(t, err)
	names := constants(t)
	require.Len(t, names, len(fault.Catalogue), "a code that is not in the catalogue has no text")
	for name, code := range names {
		why := later[code]
		require.Equal(t, why == "", raised[name] || raisedInTables(t, name), "fault.%s: a code that nothing raises only confuses its readers", name)
		require.True(t, tested[name] || why != "" || gatewayOnly(t, string(code)), "fault.%s is raised, and no test expects it", name)
		require.Contains(t, string(page), "`"+string(code)+"`", "api/problems.md: who meets a refusal looks it up there")
	}
}

// constants are the codes of package fault by their Go names.
func constants(t *testing.T) map[string]fault.Code {
	t.Helper()
	names := map[string]fault.Code{}
	for _, s := range sources(t) {
		if s.test || s.dir != "chaincode/fault" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if kind, named := typeOf(spec); is && named && kind == "Code" {
				if lit, is := spec.Values[0].(*ast.BasicLit); is {
					code, err := strconv.Unquote(lit.Value)
					require.NoError(t, err)
					names[spec.Names[0].Name] = fault.Code(code)
				}
			}
			return true
		})
	}
	return names
}

// typeOf is the name of the type that a constant is declared with.
func typeOf(spec *ast.ValueSpec) (string, bool) {
	if spec == nil {
		return "", false
	}
	kind, named := spec.Type.(*ast.Ident)
	if !named {
		return "", false
	}
	return kind.Name, true
}

// raisedInTables finds a code that the gateway's own error table raises: everywhere but in its map of HTTP statuses.
func raisedInTables(t *testing.T, name string) bool {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "gateway/rest/problem.go"))
	require.NoError(t, err)
	for line := range strings.Lines(string(raw)) {
		if strings.Contains(line, "fault."+name) && !strings.Contains(line, "http.Status") && !regexp.MustCompile(`fault\.`+name+`:\s`).MatchString(line) {
			return true
		}
	}
	return false
}

// gatewayOnly tells whether the gateway's tests expect a code by its text, as a client would.
func gatewayOnly(t *testing.T, code string) bool {
	t.Helper()
	found := false
	walk(t, func(name string, _ fs.DirEntry) {
		if found || !slices.Contains([]string{".go", ".yaml", ".txt"}, filepath.Ext(name)) || !(strings.HasSuffix(name, "_test.go") || below(name, "test")) {
			return
		}
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		found = strings.Contains(string(raw), code)
	})
	return found
}
