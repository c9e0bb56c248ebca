package matrix

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// columns are the roles of domain facts 2 that have a party in network.yaml, and the registrar.
var columns = []string{"CARRIER", "TERMINAL", "DEPOT", "RAIL", "BANK", "SHIPPER", "CONSIGNEE", "FORWARDER", "TRUCKER", "CUSTOMS", "AUTHORITY", registrarRole}

// sections are the families in the order of the page.
var sections = []struct{ family, title string }{
	{"", "Everybody's 公共"}, {"bill", "Bill of lading 提单"}, {"guarantee", "Letter of guarantee 保函"},
	{"release", "Release order 提货单"}, {"interchange", "Equipment interchange receipt 设备交接单"},
	{"exchange", "Exchange against payment 付款交单"}, {"leg", "Leg of a multimodal bill 运输区段"}, {"facility", "Credit facility 授信额度"},
	{"presentation", "Presentation under a credit 信用证交单"}, {"mandate", "Mandate 授权委托"}, {"party", "Party 主体"},
	{"transaction", "Transaction 交易"},
}

const preface = `# Who may what 权限矩阵

Printed from ` + "`test/matrix/expectations.yaml`" + `, which is written from the facts of the trade and not from the code, by
` + "`go test ./test/matrix -run Printed -update`" + `. ` + "`go test ./test/matrix`" + ` lets everybody try every operation in just the state and with just
the request with which it succeeds for somebody, over the gateways and round them; ` + "`test/network`" + ` does the same on the running network.

How to read it: of each role the first mark is for a party that has that part in the document itself (own 本方单证), the second for
one that has not (foreign 他方单证), of the same organisation or another.

- ✓ may; what stands in the way then is the document's state or a condition, never who asks.
- – may not: 403 with ` + "`wrong-party`, `wrong-role` or `not-empowered`" + `, whatever version the request names, or the code beside. A role without marks may
  never.
- REGISTRAR is the officer of an organisation who registers its parties; it has a part only in those.
- Whoever comes without a good token, or to another organisation's gateway, gets 401 for all but what is everybody's.
- A person who has no role of its party may look, and nothing else, whatever the party may.
- An agent under a mandate may what its principal may, as far as the mandate goes (X-21), and nobody else may anything under it.

中文要点：每格左为本方单证、右为他方单证；✓ 可为，– 拒绝（403），空白为任何情况下均不可为。无有效令牌一律 401。
`

// Markdown prints the table.
func (t *Table) Markdown(operations []Operation) string {
	var b strings.Builder
	b.WriteString(preface)
	for _, section := range sections {
		fmt.Fprintf(&b, "\n## %s\n\n| operation | who may 谁可为 | %s | see |\n|---|---|%s---|\n", section.title,
			strings.Join(columns, " | "), strings.Repeat(":-:|", len(columns)))
		for _, o := range operations {
			if o.Family() == section.family {
				t.line(&b, o)
			}
		}
		t.glossary(&b, section.family)
	}
	t.readers(&b)
	t.functions(&b)
	return b.String()
}

func (t *Table) line(b *strings.Builder, o Operation) {
	e := t.Operations[o.ID]
	fmt.Fprintf(b, "| `%s %s` | %s |", o.Method, strings.TrimPrefix(o.Path, "/v1"), strings.Join(e.May, ", "))
	for _, role := range columns {
		own, foreign := t.cell(o, role)
		marks := map[[2]bool]string{{true, true}: "✓ ✓", {true, false}: "✓ –", {false, true}: "– ✓"}[[2]bool{own, foreign}]
		fmt.Fprintf(b, " %s |", marks)
	}
	refused := ""
	if len(e.Refused) > 0 {
		refused = "; else " + strings.Join(e.Refused, ", ")
	}
	if e.Trust != "" {
		refused = "; else feed-not-trusted"
	}
	fmt.Fprintf(b, " %s%s |\n", e.See, refused)
}

// cell tells whether a role may with the part that the operation asks for, and without.
func (t *Table) cell(o Operation, role string) (own, foreign bool) {
	for _, word := range t.Operations[o.ID].May {
		relation, known := t.relation(o, word)
		switch {
		case word == anybody, word == member, word == anyone && role != registrarRole, !known && word == role:
			own, foreign = true, true
		case word == sender:
			own = true
		case known && relation.role(role):
			own, foreign = true, foreign || relation.Alone
		}
	}
	return own, foreign
}

// role tells whether parties of a role can stand in the relation.
func (r Relation) role(role string) bool {
	roles := slices.Concat(r.As, r.Typically)
	return slices.Contains(roles, role) || len(roles) == 0 && role != registrarRole
}

// glossary says what the relations mean that are not plain words of the record.
func (t *Table) glossary(b *strings.Builder, family string) {
	said := map[string]string{}
	for _, family := range append([]string{family}, t.further(family)...) {
		for name, r := range t.Relations[family] {
			if r.Is != "" {
				said[name] = r.Is
			}
		}
	}
	if len(said) == 0 {
		return
	}
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(said)) {
		fmt.Fprintf(b, "- *%s*: %s\n", name, said[name])
	}
}

// further are the families of relations that births of a family use.
func (t *Table) further(family string) []string {
	var all []string
	for _, id := range slices.Sorted(maps.Keys(t.Operations)) {
		if e := t.Operations[id]; e.Family != "" && family != "" && strings.HasPrefix(id, family) && !slices.Contains(all, e.Family) {
			all = append(all, e.Family)
		}
	}
	return all
}

func (t *Table) readers(b *strings.Builder) {
	b.WriteString("\n## Who reads the content 内容可见范围\n\nEvery member reads every control record. Content comes, through the own organisation's peer only, to:\n\n" +
		"| family | parties |\n|---|---|\n")
	for _, section := range sections {
		if reading, known := t.Reads[section.family]; known {
			who := strings.Join(reading.Content, ", ")
			if who == "" {
				who = "nobody: there is none"
			}
			fmt.Fprintf(b, "| %s | %s |\n", section.title, who)
		}
	}
}

func (t *Table) functions(b *strings.Builder) {
	b.WriteString("\n## Going round the gateway 绕过网关\n\nWhat the contracts export to whoever has a certificate of a member, and how it answers (* stands for every family):\n\n" +
		"| function | answers |\n|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(t.Functions)) {
		fmt.Fprintf(b, "| `%s` | %s |\n", name, kinds[t.Functions[name]])
	}
}

// kinds of functions, as the print tells them.
var kinds = map[string]string{
	"act":             "as the operation, at every organisation's peer",
	"rehearsal":       "as the operation, and only callers of the peer's own organisation",
	"read":            "as the gateway's read, and only callers of the peer's own organisation",
	"proof":           "the holder, at every organisation's peer",
	"radar":           "a bank that has the bill before it, at the operating carrier's peer",
	"radar rehearsal": "a bank that has the bill before it, at its own peer",
	"settings":        "registrars; private settings only on the own organisation's peer",
	"readiness":       "registrars",
}
