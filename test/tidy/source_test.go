// Package tidy_test keeps the promises that are about the code itself, so that nobody needs to remember them. Every
// failure says why the promise was made.
package tidy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "portledger"

// root is the repository, seen from this folder.
const root = "../.."

// source is one Go file of the main module.
type source struct {
	name string // from the root, with slashes
	dir  string // its package's folder
	test bool
	file *ast.File
	fset *token.FileSet
}

func (s source) at(n ast.Node) string {
	where := s.fset.Position(n.Pos())
	return s.name + ":" + strconv.Itoa(where.Line)
}

// imports are the import paths of a file.
func (s source) imports() []string {
	var paths []string
	for _, i := range s.file.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

// walk visits every file that belongs to the repository: not what is built or run, nor Git's own.
func walk(t *testing.T, visit func(name string, d fs.DirEntry)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, full)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() && (name == ".local" || name == ".git") {
			return filepath.SkipDir
		}
		if !d.IsDir() && name != ".git" { // in a further worktree that one is a file
			visit(name, d)
		}
		return nil
	}))
}

// sources parses every Go file of the main module; folders with a go.mod of their own are other modules.
func sources(t *testing.T) []source {
	t.Helper()
	others := map[string]bool{}
	var names []string
	walk(t, func(name string, _ fs.DirEntry) {
		if path.Base(name) == "go.mod" && name != "go.mod" {
			others[path.Dir(name)] = true
		}
		if strings.HasSuffix(name, ".go") {
			names = append(names, name)
		}
	})
	var all []source
	fset := token.NewFileSet() // one for all: packages are type-checked together
	for _, name := range names {
		dir := path.Dir(name)
		if elsewhere(dir, others) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		file, err := parser.ParseFile(fset, name, raw, parser.ParseComments)
		require.NoError(t, err)
		all = append(all, source{name: name, dir: dir, test: strings.HasSuffix(name, "_test.go"), file: file, fset: fset})
	}
	require.Greater(t, len(all), 50, "the repository is where this test thinks it is")
	return all
}

func elsewhere(dir string, others map[string]bool) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if others[dir] {
			return true
		}
	}
	return false
}

// below tells whether a package's folder or import path is one of these or inside one.
func below(name string, folders ...string) bool {
	for _, f := range folders {
		if name == f || strings.HasPrefix(name, f+"/") {
			return true
		}
	}
	return false
}
