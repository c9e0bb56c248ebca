package fuzz

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// node is a piece of JSON that may become wrong: names may come twice, and a leaf is any bytes.
type node struct {
	kind    byte // '{', '[' or 0 for a leaf
	leaf    string
	names   []string // of an object's members, as they are written, quotes included
	members []*node
}

func leaf(text string) *node { return &node{leaf: text} }

// quoted is a good JSON text.
func quoted(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil { // a string always encodes
		panic(err)
	}
	return string(encoded)
}

// grown makes a tree of a decoded value.
func grown(value any) *node {
	switch v := value.(type) {
	case map[string]any:
		n := &node{kind: '{'}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			n.names, n.members = append(n.names, quoted(name)), append(n.members, grown(v[name]))
		}
		return n
	case []any:
		n := &node{kind: '['}
		for _, item := range v {
			n.members = append(n.members, grown(item))
		}
		return n
	default:
		encoded, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Sprintf("the document holds a %T", v))
		}
		return leaf(string(encoded))
	}
}

func (n *node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	if n.kind == 0 {
		b.WriteString(n.leaf)
		return
	}
	b.WriteByte(n.kind)
	for i, member := range n.members {
		if i > 0 {
			b.WriteByte(',')
		}
		if n.kind == '{' {
			b.WriteString(n.names[i] + ":")
		}
		member.write(b)
	}
	b.WriteByte(n.kind + 2) // } follows { and ] follows [ by two
}

// all are the node and everything below it.
func (n *node) all() []*node {
	found := []*node{n}
	for _, member := range n.members {
		found = append(found, member.all()...)
	}
	return found
}

func (n *node) remove(i int) {
	n.members = slices.Delete(n.members, i, i+1)
	if n.kind == '{' {
		n.names = slices.Delete(n.names, i, i+1)
	}
}

func (n *node) add(name string, member *node) {
	n.members = append(n.members, member)
	if n.kind == '{' {
		n.names = append(n.names, name)
	}
}

// spoil changes one place of the tree.
func (n *node) spoil(t *rapid.T) {
	at := choose(t, n.all())
	switch how := pick(t, 8); {
	case how == 0 && len(at.members) > 0:
		at.remove(pick(t, len(at.members)))
	case how == 1 && len(at.members) > 0: // a member twice, or an item
		i := pick(t, len(at.members))
		name := ""
		if at.kind == '{' {
			name = at.names[i]
		}
		at.add(name, at.members[i])
	case how == 2 && at.kind != 0:
		at.add(choose(t, names), leaf(wild(t)))
	case how == 3:
		depth := choose(t, []int{1, 3, 33, 200, 5000})
		*at = node{leaf: strings.Repeat("[", depth) + at.String() + strings.Repeat("]", depth)}
	case how == 4 && len(at.members) > 0:
		copies := choose(t, []int{20, 100, 3000})
		for range copies {
			at.add(quoted(fmt.Sprint("m", len(at.members))), leaf("1"))
		}
	default:
		*at = node{leaf: wild(t)}
	}
}
