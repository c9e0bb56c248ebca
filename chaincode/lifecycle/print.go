package lifecycle

import (
	"fmt"
	"strings"
)

// Markdown prints the law as a table and a state diagram, so that the written lifecycle is the enforced one.
func (l *Law[D, R]) Markdown() string {
	var b strings.Builder
	b.WriteString("| from | act | 操作 | by | to |\n|---|---|---|---|---|\n")
	for i := range l.Rows {
		row := &l.Rows[i]
		verb, _ := l.Verb(row.Do)
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", or(row.From, "–"), row.Do, verb.Chinese, l.by(row), row.To)
	}
	b.WriteString("\n```mermaid\nstateDiagram-v2\n")
	for i := range l.Rows {
		row := &l.Rows[i]
		fmt.Fprintf(&b, "    %s --> %s: %s\n", or(row.From, "[*]"), row.To, row.Do)
	}
	b.WriteString("```\n")
	return b.String()
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
