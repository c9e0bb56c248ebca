package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Somebody is an identity that tries everything.
type Somebody struct {
	// Name is the person's at the venue, empty for nobody.
	Name, Organisation, MSP, Party string
	Roles                          []string
	Registrar                      bool
	// SignsOutside is set where the gateway has no key of theirs that signs, only a certificate to read with.
	SignsOutside bool
	// Door is the organisation whose gateway is used, mostly the own one.
	Door  string
	token string
}

// stranger tells whether the gateway cannot know who this is: without a token, or at another organisation's door.
func (s Somebody) stranger() bool { return s.token == "" || s.Door != s.Organisation }

// looksOnly tells whether the party gave somebody no role at all.
func (s Somebody) looksOnly() bool { return !s.Registrar && len(s.Roles) == 0 }

func (s Somebody) String() string {
	if s.token == "" {
		return "nobody"
	}
	if s.Door != s.Organisation {
		return s.Name + " at the door of " + s.Door
	}
	return s.Name
}

// has tells whether one of the roles is somebody's.
func (s Somebody) has(roles []string) bool {
	return len(roles) == 0 || slices.ContainsFunc(s.Roles, func(r string) bool { return slices.Contains(roles, r) })
}

// stands tells whether somebody stands in the relation to the document.
func (r Relation) stands(s Somebody, document any, line string) bool {
	if s.Registrar {
		return slices.Contains(r.As, registrarRole) && slices.Contains(r.found(document, line), s.MSP)
	}
	if s.Party == "" || !s.has(r.As) {
		return false
	}
	if r.When != "" && len(parties(document, r.When, line)) == 0 {
		return false
	}
	for _, but := range r.But {
		if taken := parties(document, but, line); slices.Contains(taken, s.Party) || slices.Contains(taken, s.MSP) {
			return false
		}
	}
	if r.Alone {
		return empty(document)
	}
	if len(r.At) == 0 {
		of := r.Of
		if r.Under != "" {
			of = parties(document, r.Under, line)
		}
		return of == nil && r.Under == "" || slices.Contains(of, s.MSP)
	}
	return slices.Contains(r.found(document, line), s.Party)
}

func (r Relation) found(document any, line string) []string {
	var all []string
	for _, path := range r.At {
		all = append(all, parties(document, path, line)...)
	}
	switch {
	case len(all) == 0:
	case r.First:
		all = all[:1]
	case r.Last:
		all = all[len(all)-1:]
	}
	return all
}

// parties are the texts, or the parties of the references, at a path of a document.
func parties(document any, path, line string) []string {
	if n, err := strconv.Atoi(line); err == nil {
		path = strings.ReplaceAll(path, "{line}", strconv.Itoa(n-1))
	}
	return references(at(document, strings.Split(path, ".")))
}

// at follows a path; a name in it that meets a list goes on with each of its members.
func at(value any, path []string) any {
	if len(path) == 0 {
		return value
	}
	switch inner := value.(type) {
	case map[string]any:
		return at(inner[path[0]], path[1:])
	case []any:
		if i, err := strconv.Atoi(path[0]); err == nil {
			if i < 0 || i >= len(inner) {
				return nil
			}
			return at(inner[i], path[1:])
		}
		all := make([]any, len(inner))
		for i := range inner {
			all[i] = at(inner[i], path)
		}
		return all
	}
	return nil
}

func empty(document any) bool {
	all, is := document.(map[string]any)
	return document == nil || is && len(all) == 0
}

func references(value any) []string {
	switch found := value.(type) {
	case string:
		return []string{found}
	case map[string]any:
		return references(found["party"])
	case []any:
		var all []string
		for _, one := range found {
			all = append(all, references(one)...)
		}
		return all
	}
	return nil
}

// may tells whether the operation is open to somebody, as the table says; line is the line that the request is about.
func (t *Table) may(o Operation, s Somebody, document any, line string) bool {
	for _, word := range t.Operations[o.ID].May {
		relation, known := t.relation(o, word)
		switch {
		case word == anybody:
			return true
		case s.stranger():
			return false
		case word == sender:
		case s.looksOnly() && o.Method != http.MethodGet:
		case word == member, word == anyone && !s.Registrar:
			return true
		case known && relation.stands(s, document, line):
			return true
		case !known && isRole(word) && s.has([]string{word}):
			return true
		}
	}
	return false
}

// reads tells whether somebody may read a document's content, and whether it must be there.
func (t *Table) reads(family string, s Somebody, document any) (may, must bool) {
	if s.stranger() {
		return false, false
	}
	for _, word := range t.Reads[family].Content {
		if t.Relations[family][word].stands(s, document, "") {
			may = true
			must = must || slices.Contains(t.Reads[family].Always, word)
		}
	}
	return may, must
}

// takesPart tells whether a document's public records name somebody's party anywhere.
func (s Somebody) takesPart(document []byte) bool {
	return s.Party != "" && strings.Contains(string(document), strconv.Quote(s.Party))
}

func decode(text []byte) (any, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("%w: %.200s", err, text)
	}
	return value, nil
}
