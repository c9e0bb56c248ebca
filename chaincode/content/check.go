package content

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"portledger/api"
)

// Checker holds the compiled schemas. It is not changed after New and may be used by many at once.
type Checker struct {
	schemas map[Kind]*jsonschema.Schema
}

// rules are the field rules of a kind beyond its schema. They see only contents that follow the schema.
var rules = map[Kind]func(raw []byte) ([]Problem, error){
	KindBill:            rulesOf(billProblems),
	KindGuarantee:       rulesOf(guaranteeProblems),
	KindJoinder:         rulesOf(joinderProblems),
	KindRelease:         rulesOf(releaseProblems),
	KindReleaseLine:     rulesOf(releaseLineProblems),
	KindAppointment:     rulesOf(appointmentProblems),
	KindNotice:          rulesOf(noticeProblems),
	KindAmendment:       rulesOf(amendmentProblems),
	KindAuthority:       rulesOf(authorityProblems),
	KindGateSheet:       rulesOf(gateSheetProblems),
	KindStatement:       rulesOf(statementProblems),
	KindParty:           rulesOf(partyProblems),
	KindLetterAmendment: rulesOf(letterAmendmentProblems),
	KindReissue:         rulesOf(reissueProblems),
	KindForceMajeure:    rulesOf(forceMajeureProblems),
	KindLegs:            rulesOf(legsProblems),
	KindLegHandover:     rulesOf(handoverProblems),
	KindFacility:        rulesOf(creditProblems),
	KindPledgeTerms:     rulesOf(pledgeTermsProblems),
	KindPledgeInsurance: rulesOf(pledgeInsuranceProblems),
	KindPresentation:    rulesOf(presentationProblems),

	KindReeferReadings: reportProblems,
}

func rulesOf[T any](problems func(T) []Problem) func([]byte) ([]Problem, error) {
	return func(raw []byte) ([]Problem, error) {
		view, err := decode[T](raw)
		if err != nil {
			return nil, err
		}
		return problems(view), nil
	}
}

// New compiles the embedded schemas. An error is a fault of this program, not of any content.
func New() (*Checker, error) {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	for _, f := range formats {
		compiler.RegisterFormat(f)
	}
	names, err := fs.Glob(api.Schemas, "schemas/*.schema.json")
	if err != nil {
		return nil, fmt.Errorf("list schemas: %w", err)
	}
	for _, name := range names {
		if err := addSchema(compiler, name); err != nil {
			return nil, err
		}
	}
	c := &Checker{schemas: make(map[Kind]*jsonschema.Schema, len(Kinds))}
	for _, k := range Kinds {
		if c.schemas[k], err = compiler.Compile(schemaURL(string(k) + ".schema.json")); err != nil {
			return nil, fmt.Errorf("compile schema of %s: %w", k, err)
		}
	}
	return c, nil
}

// schemaURL is the "$id" of a schema. Nothing is ever fetched from there.
func schemaURL(file string) string { return "https://portledger.example/schemas/" + file }

func addSchema(compiler *jsonschema.Compiler, name string) error {
	raw, err := api.Schemas.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read schema %s: %w", name, err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("read schema %s: %w", name, err)
	}
	if err := compiler.AddResource(schemaURL(strings.TrimPrefix(name, "schemas/")), doc); err != nil {
		return fmt.Errorf("add schema %s: %w", name, err)
	}
	return nil
}

// Check tells whether the content is strict JSON that follows the schema and the field rules of its kind. The
// error is a *Problem: the first one in the order of the document, the same for every caller.
func (c *Checker) Check(k Kind, raw []byte) error {
	schema, ok := c.schemas[k]
	if !ok {
		return fmt.Errorf("there is no content of kind %q", k)
	}
	v, err := Parse(raw, ContentLimits)
	if err != nil {
		return err
	}
	if err := schema.Validate(v.tree); err != nil {
		return first(raw, schemaProblems(err))
	}
	rule, ok := rules[k]
	if !ok {
		return nil
	}
	problems, err := rule(raw)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return first(raw, problems)
	}
	return nil
}

// schemaProblems turns the validator's tree of errors into a flat list, in no certain order.
func schemaProblems(err error) []Problem {
	root, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return []Problem{{Check: CheckSyntax}}
	}
	var found []Problem
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		at := join(e.InstanceLocation)
		switch k := e.ErrorKind.(type) {
		case *kind.OneOf, *kind.AnyOf: // the alternatives' own errors would only confuse
			found = append(found, Problem{At: at, Check: e.ErrorKind.KeywordPath()[0]})
			return
		case *kind.Required:
			found = append(found, each(at, k.Missing, "required")...)
		case *kind.AdditionalProperties:
			found = append(found, each(at, k.Properties, CheckUnknownField)...)
		case *kind.Format:
			found = append(found, Problem{At: at, Check: k.Want})
		default:
			if path := k.KeywordPath(); len(e.Causes) == 0 && len(path) > 0 {
				found = append(found, Problem{At: at, Check: path[0]})
			}
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
	}
	walk(root)
	return found
}

func each(at string, names []string, check string) []Problem {
	problems := make([]Problem, 0, len(names))
	for _, name := range names {
		problems = append(problems, Problem{At: at + join([]string{name}), Check: check})
	}
	return problems
}

func join(tokens []string) string {
	var sb strings.Builder
	for _, t := range tokens {
		sb.WriteByte('/')
		sb.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(t))
	}
	return sb.String()
}

// first picks the problem that comes first in the document. What is missing counts where its object begins;
// what lies at the same place is ordered by pointer and check.
func first(raw []byte, problems []Problem) error {
	rank := ranks(raw, problems)
	p := slices.MinFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(rank[a.At], rank[b.At]), cmp.Compare(a.At, b.At), cmp.Compare(a.Check, b.Check))
	})
	return &Problem{Code: Invalid, At: pointer(p.At), Check: p.Check}
}

// ranks gives for each problem's pointer the number of tokens before the value it names, or before the nearest
// value around it that exists.
func ranks(raw []byte, problems []Problem) map[string]int {
	seen := map[string]int{}
	for _, p := range problems {
		for at := p.At; ; at = at[:strings.LastIndexByte(at, '/')] {
			seen[at] = -1
			if at == "" {
				break
			}
		}
	}
	dec := jsontext.NewDecoder(bytes.NewReader(raw))
	for n := 0; ; n++ {
		if _, err := dec.ReadToken(); err != nil {
			break
		}
		at := string(dec.StackPointer())
		if before, wanted := seen[at]; wanted && before < 0 {
			seen[at] = n
		}
	}
	rank := map[string]int{}
	for _, p := range problems {
		at := p.At
		for at != "" && seen[at] < 0 {
			at = at[:strings.LastIndexByte(at, '/')]
		}
		rank[p.At] = seen[at]
	}
	return rank
}
