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

var (
	link  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	fence = regexp.MustCompile("(?s)\n *```[a-z]*\n(.*?)\n *```")
	span  = regexp.MustCompile("`([^`\n]+)`")

	// Within quoted or fenced text: a file or folder of the repository, a test, a metric, a verb of the network program, a
	// story for scripts/demo.sh, an address of the interface.
	file     = regexp.MustCompile(`(?:^|[\s"'=(])((?:api|chaincode|docs|gateway|keyfile|network|scripts|test)/[\w./*-]*\w)`)
	testName = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w+`)
	metric   = regexp.MustCompile(`\bportledger_[a-z_]+\b`)
	verb     = regexp.MustCompile(`\.local/bin/network ([a-z-]+)`)
	told     = regexp.MustCompile(`scripts/demo\.sh((?: [a-z][a-z-]+)+)`)
	address  = regexp.MustCompile(`/v1/[\w/{}-]*[\w}]`)

	heading     = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	identity    = regexp.MustCompile(`^(?:\{[a-z-]+\}|[A-Z][A-Z-]*|ap-)$`) // {id}, BILL-ID
)

// What a page names can be found: a reader who looks for it in vain trusts the rest of the page no more.
func TestEverythingThatAPageNamesIsThere(t *testing.T) {
	known := references(t)
	pages := 0
	walk(t, func(name string, _ fs.DirEntry) {
		if path.Ext(name) != ".md" {
			return
		}
		pages++
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		text := string(raw)
		for _, target := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			known.link(t, name, target[1])
		}
		for _, block := range fence.FindAllStringSubmatch(text, -1) {
			known.code(t, name, block[1])
		}
		for _, code := range span.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			known.code(t, name, code[1])
		}
	})
	require.Greater(t, pages, 40)
	require.Empty(t, known.missing)
}

// known is what a page may name.
type known struct {
	names     map[string]bool // every test, and every folder.Name of a declaration
	addresses map[string]bool // with {} for what is not fixed
	source    string          // of all Go files
	missing   []string        // what was named and is not there
}

func references(t *testing.T) *known {
	t.Helper()
	k := &known{names: map[string]bool{}, addresses: map[string]bool{}}
	var all strings.Builder
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			for _, name := range declared(d) {
				k.names[name], k.names[s.dir+"."+name] = true, true
			}
		}
		raw, err := os.ReadFile(filepath.Join(root, s.name))
		require.NoError(t, err)
		all.Write(raw)
	}
	k.source = all.String()
	specification, err := os.ReadFile(filepath.Join(root, "api/openapi.yaml"))
	require.NoError(t, err)
	for _, found := range regexp.MustCompile(`(?m)^  (/v1/\S+):$`).FindAllStringSubmatch(string(specification), -1) {
		k.addresses[shape(found[1])] = true
	}
	require.Greater(t, len(k.addresses), 50)
	return k
}

func declared(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		names = append(names, d.Name.Name)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// link holds a relative link against the files, and its anchor against the headings.
func (k *known) link(t *testing.T, page, target string) {
	t.Helper()
	if strings.Contains(target, "://") {
		return
	}
	to, anchor, _ := strings.Cut(target, "#")
	file := page
	if to != "" {
		file = path.Join(path.Dir(page), to)
	}
	raw, err := os.ReadFile(filepath.Join(root, file))
	if about, statErr := os.Stat(filepath.Join(root, file)); statErr == nil && about.IsDir() {
		return
	}
	if err != nil {
		k.missing = append(k.missing, page+": "+target)
		return
	}
	if anchor == "" {
		return
	}
	for _, h := range heading.FindAllStringSubmatch(string(raw), -1) {
		if anchored(h[1]) == anchor {
			return
		}
	}
	if strings.Contains(string(raw), `id="`+anchor+`"`) {
		return
	}
	k.missing = append(k.missing, page+": "+target)
}

// anchored is the address that a page shown by a forge gives to a heading.
func anchored(heading string) string {
	return strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// code holds quoted or fenced text against what is there.
func (k *known) code(t *testing.T, page, text string) {
	t.Helper()
	hold := func(what *regexp.Regexp, is func(name string) bool) {
		for _, found := range what.FindAllStringSubmatch(text, -1) {
			if name := found[len(found)-1]; !is(name) {
				k.missing = append(k.missing, page+": "+name)
			}
		}
	}
	hold(file, func(name string) bool { return k.place(t, name) })
	hold(testName, func(name string) bool { return k.names[name] || name == "TestName" }) // the word for any
	hold(metric, func(name string) bool { return strings.Contains(k.source, `"`+name+`"`) })
	hold(verb, func(name string) bool { return k.names["network."+camel(name)+"Command"] })
	hold(address, func(name string) bool { return k.addresses[shape(name)] })
	hold(told, func(names string) bool {
		for name := range strings.FieldsSeq(names) {
			if !k.place(t, "test/stories/"+name+".yaml") {
				return false
			}
		}
		return true
	})
}

// place tells whether something of that name is in the repository: a file, a folder, a pattern of them, or FOLDER.Name.
func (k *known) place(t *testing.T, name string) bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, name))
	require.NoError(t, err)
	return len(found) > 0 || k.names[name]
}

// camel is a verb as the program's code writes it: sign-out is signOut.
func camel(verb string) string {
	head, tail, two := strings.Cut(verb, "-")
	if !two {
		return head
	}
	return head + strings.ToUpper(tail[:1]) + tail[1:]
}

// shape is an address with {} for whatever stands for an id.
func shape(address string) string {
	parts := strings.Split(address, "/")
	for i, part := range parts {
		if identity.MatchString(part) {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

var (
	shell   = regexp.MustCompile("(?s)```sh\n(.*?)```")
	remark  = regexp.MustCompile(`(?m) *# .*$`)
	chinese = regexp.MustCompile(` --lang zh`)
)

// Who reads the one README does what who reads the other does.
func TestBothReadmesGiveTheSameCommands(t *testing.T) {
	commands := func(name string) (all []string) {
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		for _, found := range shell.FindAllStringSubmatch(string(raw), -1) {
			all = append(all, chinese.ReplaceAllString(remark.ReplaceAllString(found[1], ""), ""))
		}
		return all
	}
	require.NotEmpty(t, commands("README.md"))
	require.Equal(t, commands("README.md"), commands("README.zh-CN.md"))
}
