package tidy_test

import (
	"go/ast"
	"go/types"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Below chaincode/ everything runs on every endorsing peer and must give the same answer on each.
const same = "every endorser has to compute the same bytes"

var bannedImports = map[string]string{
	"math/rand": same, "math/rand/v2": same, "crypto/rand": same + ": salts and secrets come from the caller",
	"os": "a contract reads no machine", "net": "a contract talks to nobody", "net/http": "a contract talks to nobody",
	"sync": "one transaction is one thread", "log": "a refusal is an answer, not a log line", "unsafe": "no",
}

var bannedCalls = map[string]string{
	"time.Now": "time comes in as a value: only main.go reads a clock", "time.Since": "that is a hidden clock", "time.Until": "that is a hidden clock",
	"time.Sleep": "a contract does not wait", "time.After": "a contract does not wait", "time.Tick": "a contract does not wait", "time.NewTimer": "a contract does not wait",
	"time.Local": "peers stand in different zones", "strconv.ParseFloat": "money and weights are decimals", "strconv.FormatFloat": "money and weights are decimals",
}

func TestContractsHaveNoClockRandomnessOrFloats(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !below(s.dir, "chaincode") || s.name == "chaincode/main.go" {
			continue
		}
		for _, i := range s.imports() {
			require.Empty(t, bannedImports[i], "%s imports %s: %s", s.name, i, bannedImports[i])
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok {
					why := bannedCalls[pkg.Name+"."+n.Sel.Name]
					require.Empty(t, why, "%s: %s.%s: %s", s.at(n), pkg.Name, n.Sel.Name, why)
				}
			case *ast.Ident:
				require.NotContains(t, []string{"float32", "float64"}, n.Name, "%s: money and weights are decimals, and binary fractions differ from machine to machine", s.at(n))
			case *ast.GoStmt:
				require.Fail(t, "goroutine", "%s: one transaction is one thread", s.at(n))
			}
			return true
		})
	}
}

// Go walks a map in another order each time. A walk that reaches the ledger, an event or a refusal differs between peers.
func TestContractsNeverWalkAMap(t *testing.T) {
	files := map[string][]source{}
	for _, s := range sources(t) {
		if !s.test && below(s.dir, "chaincode") {
			files[s.dir] = append(files[s.dir], s)
		}
	}
	checked := 0
	for dir, list := range files {
		info := typesOf(list, files, map[string]*types.Package{}, dir)
		for _, s := range list {
			ast.Inspect(s.file, func(n ast.Node) bool {
				walk, ok := n.(*ast.RangeStmt)
				if !ok {
					return true
				}
				checked++
				if kind := info.TypeOf(walk.X); kind != nil && kind.Underlying() != nil {
					_, isMap := kind.Underlying().(*types.Map)
					require.False(t, isMap, "%s: walk its sorted keys: %s", s.at(n), same)
				}
				return true
			})
		}
	}
	require.Greater(t, checked, 50)
}

// typesOf type-checks a package as far as this module's own types go: everything else is left unknown, which is enough to
// tell a map that this module declares.
func typesOf(list []source, files map[string][]source, known map[string]*types.Package, dir string) *types.Info {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	var parsed []*ast.File
	for _, s := range list {
		parsed = append(parsed, s.file)
	}
	conf := types.Config{Error: func(error) {}, Importer: importer(func(name string) *types.Package {
		inner, ours := strings.CutPrefix(name, module+"/")
		if known[name] == nil && ours && files[inner] != nil {
			known[name] = types.NewPackage(name, last(name)) // against cycles
			pkg, _ := (&types.Config{Error: func(error) {}, Importer: importer(func(string) *types.Package { return nil })}).
				Check(name, files[inner][0].fset, asts(files[inner]), nil)
			known[name] = pkg
		}
		if known[name] == nil {
			known[name] = types.NewPackage(name, last(name))
			known[name].MarkComplete()
		}
		return known[name]
	})}
	_, _ = conf.Check(module+"/"+dir, list[0].fset, parsed, info) // its errors are about what was left out
	return info
}

func asts(list []source) []*ast.File {
	var parsed []*ast.File
	for _, s := range list {
		parsed = append(parsed, s.file)
	}
	return parsed
}

func last(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

type importer func(name string) *types.Package

func (i importer) Import(name string) (*types.Package, error) {
	if pkg := i(name); pkg != nil {
		return pkg, nil
	}
	pkg := types.NewPackage(name, last(name))
	pkg.MarkComplete()
	return pkg, nil
}
