package matrix

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"

	"portledger/api"
)

//go:embed expectations.yaml
var written []byte

// The words of `may` that are neither a relation nor a role.
const (
	anybody = "nobody in particular" // also without a token
	member  = "member"
	anyone  = "anyone"
	sender  = "sender"
)

const registrarRole = "REGISTRAR"

// Table is expectations.yaml; its comments explain the members.
type Table struct {
	Relations  map[string]map[string]Relation `yaml:"relations"`
	Reads      map[string]Reading             `yaml:"reads"`
	Operations map[string]Expectation         `yaml:"operations"`
	Functions  map[string]string              `yaml:"functions"`
}

// Relation is a place in a document's record that somebody takes.
type Relation struct {
	At []string `yaml:"at"`
	// As are the roles one of which must come with it; Typically are those that it mostly comes with, for the print only.
	As        []string `yaml:"as"`
	Typically []string `yaml:"typically"`
	Is        string   `yaml:"is"`
	// Of are organisations any of whose parties are meant, Under is where the record lists such.
	Of    []string `yaml:"of"`
	Under string   `yaml:"under"`
	// First and Last take one of those found; But are places whose takers are not meant; Alone is set where no document is about.
	First bool     `yaml:"first"`
	Last  bool     `yaml:"last"`
	Alone bool     `yaml:"alone"`
	But   []string `yaml:"but"`
	// When is a place that must be taken at all.
	When string `yaml:"when"`
}

// Reading is who reads a family's content: Content lists all who may, Always those of them who always can.
type Reading struct {
	Content []string `yaml:"content"`
	Always  []string `yaml:"always"`
}

// Expectation is who may make an operation.
type Expectation struct {
	May []string `yaml:"may"`
	See string   `yaml:"see"`
	// About names the documents that a birth rests on: name → member of the body with the id.
	About map[string]string `yaml:"about"`
	// Family is whose relations May means, where it is not the path's.
	Family  string   `yaml:"family"`
	Refused []string `yaml:"refused"`
	// Trust is the organisation whose peer knows whom it trusts; Sometimes that not all may in every state.
	Trust     string `yaml:"trust"`
	Sometimes bool   `yaml:"sometimes"`
	// Signed is set where an answer is signed for the person that asks, and is no act.
	Signed bool `yaml:"signed"`
}

// Load reads the table.
func Load() (*Table, error) {
	var t Table
	if err := yaml.NewDecoder(bytes.NewReader(written), yaml.Strict()).Decode(&t); err != nil {
		return nil, fmt.Errorf("expectations.yaml: %w", err)
	}
	return &t, nil
}

// Operation is one of api/openapi.yaml.
type Operation struct {
	ID, Method, Path string
	// Open is set where no token is asked for.
	Open bool
}

// Operations are all of api/openapi.yaml, in the order of path and method.
func Operations() ([]Operation, error) {
	file, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		return nil, err
	}
	var all []Operation
	for path, item := range file.Paths.Map() {
		for method, o := range item.Operations() {
			security := file.Security
			if o.Security != nil {
				security = *o.Security
			}
			all = append(all, Operation{ID: o.OperationID, Method: method, Path: path, Open: len(security) == 0})
		}
	}
	slices.SortFunc(all, func(a, b Operation) int { return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method) })
	return all, nil
}

// families by their segment of a path.
var families = map[string]string{
	"bills": "bill", "guarantees": "guarantee", "releases": "release", "interchanges": "interchange", "exchanges": "exchange",
	"legs": "leg", "facilities": "facility", "parties": "party", "mandates": "mandate", "presentations": "presentation",
	"transactions": "transaction",
}

// Family is the family of an operation's document, empty where it is about none.
func (o Operation) Family() string {
	parts := strings.Split(o.Path, "/")
	if len(parts) < 3 {
		return ""
	}
	return families[parts[2]]
}

// Act is the contract's name of what a POST does, empty for anything else.
func (o Operation) Act() string {
	if o.Method != "POST" {
		return ""
	}
	if parts := strings.Split(o.Path, "/"); len(parts) == 5 {
		return parts[4]
	}
	return births[o.Family()]
}

// births are the acts that POST to a collection.
var births = map[string]string{
	"bill": "draft", "guarantee": "draft", "release": "request", "interchange": "authorise", "exchange": "propose",
	"facility": "open", "party": "register", "mandate": "grant", "presentation": "open",
}

// approvalHeader names the approval with which a second person acts; whoever else names it is told that there is none.
const approvalHeader = "PortLedger-Approval"

// apart tells of operations on what nobody outside of one party, or but one person, is ever shown: proposals within a party and
// signings. They are tried by test/ledger's tests of four eyes and by gateway/rest's of signing.
func (o Operation) apart() bool {
	return strings.HasPrefix(o.Path, "/v1/approvals") || strings.HasPrefix(o.Path, "/v1/signings") || o.ID == "partyUnmarkFourEyes"
}

// fits tells whether a path is the operation's.
func (o Operation) fits(method, path string) bool {
	path, _, _ = strings.Cut(path, "?")
	mine, its := strings.Split(o.Path, "/"), strings.Split(path, "/")
	if method != o.Method || len(mine) != len(its) {
		return false
	}
	for i := range mine {
		if mine[i] != its[i] && !strings.HasPrefix(mine[i], "{") {
			return false
		}
	}
	return true
}

// relation finds what a word of May means.
func (t *Table) relation(o Operation, word string) (Relation, bool) {
	e := t.Operations[o.ID]
	family := e.Family
	if family == "" {
		family = o.Family()
	}
	r, known := t.Relations[family][word]
	return r, known
}

// isRole tells a ROLE from a relation.
func isRole(word string) bool { return word == strings.ToUpper(word) }

// Check tells what table and openapi.yaml do not know of each other: an operation without an expectation, a line without an
// operation, a word without a meaning.
func (t *Table) Check(operations []Operation) []string {
	var wrong []string
	left := maps.Clone(t.Operations)
	for _, o := range operations {
		e, known := t.Operations[o.ID]
		if !known {
			wrong = append(wrong, fmt.Sprintf("operation %s (%s %s) has no expectation: say in expectations.yaml who may", o.ID, o.Method, o.Path))
			continue
		}
		delete(left, o.ID)
		if len(e.May) == 0 || e.See == "" {
			wrong = append(wrong, fmt.Sprintf("operation %s: who may, and where is that written?", o.ID))
		}
		if open := slices.Contains(e.May, anybody); open != o.Open {
			wrong = append(wrong, fmt.Sprintf("operation %s: openapi.yaml and the table differ on whether a token is needed", o.ID))
		}
		for _, word := range e.May {
			if _, known := t.relation(o, word); !known && !isRole(word) && !slices.Contains([]string{anybody, member, anyone, sender}, word) {
				wrong = append(wrong, fmt.Sprintf("operation %s: nobody knows who %q is", o.ID, word))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		wrong = append(wrong, fmt.Sprintf("expectation %s: there is no such operation", id))
	}
	for family, reading := range t.Reads {
		for _, word := range slices.Concat(reading.Content, reading.Always) {
			if _, known := t.Relations[family][word]; !known {
				wrong = append(wrong, fmt.Sprintf("reads of %s: nobody knows who %q is", family, word))
			}
		}
	}
	return wrong
}
