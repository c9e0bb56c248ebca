package lifecycle

import (
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// Markdown prints the law as a table and a state diagram, so that the written lifecycle is the enforced one. It is for
// documents: no act runs it.
func (l *Law[D, R]) Markdown() string {
	var b strings.Builder
	b.WriteString("| from | act | 操作 | by | to | conditions 条件 | of the request 请求条件 |\n|---|---|---|---|---|---|---|\n")
	for i := range l.Rows {
		row := &l.Rows[i]
		verb, _ := l.Verb(row.Do)
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s | %s |\n", or(row.From, "–"), row.Do, verb.Chinese, l.by(row), row.To,
			conditions(row.If), conditions(row.Asks))
	}
	b.WriteString("\n" + l.diagram())
	return b.String()
}

// arrow is all the acts that lead from one state to another.
type arrow struct {
	from, to string
	acts     []string
}

// diagram draws one arrow from each state to each other, in the table's order; a state that nothing leads out of is an end.
func (l *Law[D, R]) diagram() string {
	var arrows []arrow
	left := map[State]bool{}
	for i := range l.Rows {
		row := &l.Rows[i]
		left[row.From] = left[row.From] || row.To != row.From
		act := string(row.Do)
		if row.By == nil {
			act += " (auto)"
		}
		from, to := or(row.From, "[*]"), or(row.To, "[*]")
		at := slices.IndexFunc(arrows, func(a arrow) bool { return a.from == from && a.to == to })
		if at < 0 {
			arrows = append(arrows, arrow{from: from, to: to})
			at = len(arrows) - 1
		}
		if !slices.Contains(arrows[at].acts, act) {
			arrows[at].acts = append(arrows[at].acts, act)
		}
	}
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, a := range arrows {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(a.acts, ", "))
	}
	ended := map[State]bool{}
	for i := range l.Rows {
		if to := l.Rows[i].To; !left[to] && !ended[to] && to != None {
			ended[to] = true
			fmt.Fprintf(&b, "    %s --> [*]\n", to)
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// conditions names guards in the order in which they are tried.
func conditions[D, R any](guards []Guard[D, R]) string {
	words := make([]string, len(guards))
	for i, guard := range guards {
		words[i] = nameOf(runtime.FuncForPC(reflect.ValueOf(guard).Pointer()).Name())
	}
	return strings.Join(words, ", ")
}

var (
	inner   = regexp.MustCompile(`(\.func\d+|\[\.\.\.\])+(\.\d+)*$`)
	capital = regexp.MustCompile(`[A-Z]`)
)

// nameOf makes words of a function's full name: "portledger/chaincode/bill.reasonGiven" becomes "reason given". A guard that
// another function makes bears that one's name.
func nameOf(function string) string {
	name := inner.ReplaceAllString(function, "")
	name = name[strings.LastIndexByte(name, '.')+1:]
	return strings.TrimSpace(capital.ReplaceAllStringFunc(name, func(c string) string { return " " + strings.ToLower(c) }))
}

func (l *Law[D, R]) by(row *Row[D, R]) string {
	switch {
	case row.By == nil:
		return "*automatic*"
	case len(row.By.Roles) > 0:
		return row.By.Name + " (" + join(row.By.Roles) + ")"
	}
	return row.By.Name
}

func or(s State, none string) string {
	if s == None {
		return none
	}
	return string(s)
}
