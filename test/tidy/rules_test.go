package tidy_test

import (
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
)

// rulesCount is how many rules there are across documents.
const rulesCount = 22

// ruleRow is one row of docs/rules.md, its cells as they stand there.
type ruleRow struct{ number, english, chinese, enforced, refusal, tests, stories string }

var (
	quoted = regexp.MustCompile("`([^`]+)`")
	linked = regexp.MustCompile(`\[([a-z-]+)\]\(\.\./test/stories/([a-z-]+)\.yaml\)`)
)

func TestEveryRuleAcrossDocumentsIsEnforcedAndShown(t *testing.T) {
	found, codes := declarations(t), codesOfRules(t)
	rows := ruleRows(t)
	require.Len(t, rows, rulesCount)
	for i, r := range rows {
		require.Equal(t, fmt.Sprintf("X-%02d", i+1), r.number, "docs/rules.md: every rule has one row, in order")
		require.Regexp(t, `\p{Han}`, r.chinese, r.number)
		require.Empty(t, missingFrom(t, r, found, codes[r.number]), "docs/rules.md, %s: who looks for the rule must find it", r.number)
	}
	for number := range codes {
		require.True(t, slices.ContainsFunc(rows, func(r ruleRow) bool { return r.number == number }), "there is no rule %s", number)
	}
}

// ruleRows reads the table.
func ruleRows(t *testing.T) []ruleRow {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs/rules.md"))
	require.NoError(t, err)
	var rows []ruleRow
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| X-") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		require.Len(t, cells, 6, line)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		number, english, _ := strings.Cut(cells[0], " ")
		require.NotEmpty(t, english, number)
		rows = append(rows, ruleRow{number, english, cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	return rows
}

// missingFrom names what a row says that is not so, or that it leaves out.
func missingFrom(t *testing.T, r ruleRow, found map[string]string, raised []string) []string {
	t.Helper()
	var missing []string
	lack := func(format string, args ...any) { missing = append(missing, fmt.Sprintf(format, args...)) }
	for what, cell := range map[string]string{"function": r.enforced, "test": r.tests} {
		names := quoted.FindAllStringSubmatch(cell, -1)
		if len(names) == 0 {
			lack("no %s is named", what)
		}
		for _, name := range names {
			if text := found[name[1]]; text == "" {
				lack("there is no %s", name[1])
			} else if !mentions(text, r.number) {
				lack("%s does not mention the rule", name[1])
			}
			_, short, _ := strings.Cut(name[1], ".")
			require.Equal(t, what == "test", strings.HasPrefix(short, "Test"), name[1])
		}
	}
	names := linked.FindAllStringSubmatch(r.stories, -1)
	if len(names) == 0 {
		lack("no story is named")
	}
	for _, name := range names {
		require.Equal(t, name[1], name[2])
		text, err := os.ReadFile(filepath.Join(root, "test/stories", name[1]+".yaml"))
		if err != nil || !mentions(string(text), r.number) {
			lack("the story %s does not mention the rule", name[1])
		}
	}
	return append(missing, codesMissing(r, raised)...)
}

// codesMissing holds the codes that a row lists against those that the code refuses with in the rule's name.
func codesMissing(r ruleRow, raised []string) []string {
	var listed, missing []string
	if !strings.HasPrefix(r.refusal, "none of its own: ") {
		for _, code := range quoted.FindAllStringSubmatch(r.refusal, -1) {
			listed = append(listed, code[1])
			if _, known := fault.Lookup(fault.Code(code[1])); !known {
				missing = append(missing, "there is no code "+code[1])
			}
		}
		if len(listed) == 0 {
			missing = append(missing, "neither a code nor how it holds without one")
		}
	}
	for _, code := range raised {
		if !slices.Contains(listed, code) {
			missing = append(missing, code+" is refused with and not listed")
		}
	}
	for _, code := range listed {
		if !slices.Contains(raised, code) {
			missing = append(missing, code+" is listed and never refused with")
		}
	}
	return missing
}

// mentions tells whether a text has the rule's number: X-08, or X08 as in a test's name.
func mentions(text, number string) bool {
	return strings.Contains(text, number) || strings.Contains(text, strings.Replace(number, "-", "", 1))
}

// declarations are the texts of all functions and methods of contracts and of their tests, with their comments, by
// "package.Name"; those of one name together.
func declarations(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, s := range sources(t) {
		if !below(s.dir, "chaincode", "test") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(root, s.name))
		require.NoError(t, err)
		for _, d := range s.file.Decls {
			fn, is := d.(*ast.FuncDecl)
			if !is {
				continue
			}
			from := fn.Pos()
			if fn.Doc != nil {
				from = fn.Doc.Pos()
			}
			text := string(raw[s.fset.Position(from).Offset:s.fset.Position(fn.End()).Offset])
			found[path.Base(s.dir)+"."+fn.Name.Name] += text
		}
	}
	return found
}

// codesOfRules are the codes of the refusals that carry a rule's number, by number.
func codesOfRules(t *testing.T) map[string][]string {
	t.Helper()
	names := constants(t)
	makers := makers(t, names)
	codes := map[string][]string{}
	for _, s := range sources(t) {
		if s.test || !below(s.dir, "chaincode") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is {
				return true
			}
			by, is := call.Fun.(*ast.SelectorExpr)
			if !is || by.Sel.Name != "By" || len(call.Args) != 1 {
				return true
			}
			lit, is := call.Args[0].(*ast.BasicLit)
			if !is {
				return true
			}
			number, err := strconv.Unquote(lit.Value)
			require.NoError(t, err, s.at(n))
			code := string(codeOf(by.X, names, makers))
			if code != "" && !slices.Contains(codes[number], code) {
				codes[number] = append(codes[number], code)
			}
			return true
		})
	}
	return codes
}

// makers are the functions that only ever answer one refusal, by name: wrongState and its like.
func makers(t *testing.T, names map[string]fault.Code) map[string]fault.Code {
	t.Helper()
	made := map[string][]fault.Code{}
	for _, s := range sources(t) {
		if s.test || !below(s.dir, "chaincode") {
			continue
		}
		for _, d := range s.file.Decls {
			fn, is := d.(*ast.FuncDecl)
			if !is || fn.Body == nil || len(fn.Body.List) == 0 {
				continue
			}
			answer, is := fn.Body.List[len(fn.Body.List)-1].(*ast.ReturnStmt)
			if is && len(answer.Results) == 1 {
				if code := codeOf(answer.Results[0], names, nil); code != "" {
					made[fn.Name.Name] = append(made[fn.Name.Name], code)
				}
			}
		}
	}
	one := map[string]fault.Code{}
	for name, codes := range made {
		if slices.Sort(codes); len(slices.Compact(codes)) == 1 {
			one[name] = codes[0]
		}
	}
	return one
}

// codeOf is the code of a refusal as it is made: fault.New(fault.Code), or by a maker, with what is chained to it. It is
// empty for a refusal that was made elsewhere.
func codeOf(refusal ast.Expr, names, makers map[string]fault.Code) fault.Code {
	call, is := refusal.(*ast.CallExpr)
	if !is {
		return ""
	}
	switch made := call.Fun.(type) {
	case *ast.Ident:
		return makers[made.Name]
	case *ast.SelectorExpr:
		pkg, _ := made.X.(*ast.Ident)
		if pkg != nil && pkg.Name == "fault" && made.Sel.Name == "New" {
			code, _ := call.Args[0].(*ast.SelectorExpr)
			if code == nil {
				return ""
			}
			return names[code.Sel.Name]
		}
		if code := codeOf(made.X, names, makers); code != "" {
			return code
		}
		return makers[made.Sel.Name]
	}
	return ""
}

// Whoever looks for an example of something finds it in docs/stories.md.
func TestEveryStoryIsListed(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs/stories.md"))
	require.NoError(t, err)
	listed := map[string]bool{}
	for _, name := range linked.FindAllStringSubmatch(string(page), -1) {
		require.Equal(t, name[1], name[2])
		require.False(t, listed[name[1]], "docs/stories.md lists %s twice", name[1])
		listed[name[1]] = true
	}
	walk(t, func(name string, _ fs.DirEntry) {
		if path.Dir(name) != "test/stories" || path.Ext(name) != ".yaml" {
			return
		}
		story := strings.TrimSuffix(path.Base(name), ".yaml")
		require.True(t, listed[story], "docs/stories.md does not tell what %s is about", name)
		delete(listed, story)
	})
	require.Empty(t, listed, "docs/stories.md lists a story that is not there")
}

// A decision without its price is an opinion.
func TestDecisionsTellContextChoiceAndPrice(t *testing.T) {
	taken := map[string]string{}
	walk(t, func(name string, _ fs.DirEntry) {
		if path.Dir(name) != "docs/decisions" {
			return
		}
		number, _, _ := strings.Cut(path.Base(name), "-")
		require.Empty(t, taken[number], "%s: the number is taken", name)
		taken[number] = name
		page, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(page), "# "+strings.TrimPrefix(number, "0")+". "), name)
		at := -1
		for _, part := range []string{"**Context.**", "**Choice.**", "**Price.**"} {
			next := strings.Index(string(page), part)
			require.Greater(t, next, at, "%s: %s is missing, or not in its place", name, part)
			at = next
		}
	})
	require.NotEmpty(t, taken)
	for _, s := range sources(t) {
		for _, group := range s.file.Comments {
			for _, cited := range decision.FindAllStringSubmatch(group.Text(), -1) {
				require.NotEmpty(t, taken[fmt.Sprintf("%02s", cited[1])], "%s: there is no decision %s", s.name, cited[1])
			}
		}
	}
}

var decision = regexp.MustCompile(`\bdecision ([0-9]+)`)
