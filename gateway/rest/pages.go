package rest

import (
	"bytes"
	"cmp"
	_ "embed" // the page templates
	"encoding/json"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"

	"portledger/api"
	"portledger/chaincode/fault"
)

//go:embed pages.html
var pageTemplates string

// page is a document that does not change while the gateway runs.
type page struct {
	media string
	body  []byte
	// policy is what a browser may load for it; empty for what no browser shows.
	policy string
}

// pages are written once at the start from openapi.yaml and the catalogue of faults. They need nothing from elsewhere:
// no scripts, no fonts, no other host.
type pages struct{ openAPI, docs, problems page }

func (pages) serve(p page) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Cache-Control", "no-cache") // they tell nothing of anybody
		if p.policy != "" {
			c.Header("Content-Security-Policy", p.policy)
		}
		c.Data(200, p.media, p.body)
	}
}

// operation is what the docs page shows of one operation.
type operation struct {
	Method, Path string
	ID           string   `yaml:"operationId"`
	Summary      string   `yaml:"summary"`
	Description  string   `yaml:"description"`
	Tags         []string `yaml:"tags"`
	RequestBody  struct {
		Content map[string]struct {
			Schema struct {
				Required   []string
				Properties yaml.MapSlice
			} `yaml:"schema"`
			Example any `yaml:"example"`
		} `yaml:"content"`
	} `yaml:"requestBody"`
	Responses yaml.MapSlice `yaml:"responses"`
	Members   []member      `yaml:"-"`
}

// member is one line about a body.
type member struct {
	Name, Description string
	Required          bool
	// Values are the closed list that the value must come from, if there is one.
	Values []any
}

type tag struct {
	Name, Description string
	Operations        []operation
}

var writtenPages = sync.OnceValues(writePages)

func writePages() (pages, error) {
	var file struct {
		Info struct{ Title, Description, Version string }
		Tags []tag
		// Kept in the file's order.
		Paths      yaml.MapSlice
		Components struct{ Schemas map[string]component }
	}
	if err := yaml.UnmarshalWithOptions(api.OpenAPI, &file, yaml.UseOrderedMap()); err != nil {
		return pages{}, fmt.Errorf("read openapi.yaml: %w", err)
	}
	for _, item := range file.Paths {
		for _, method := range item.Value.(yaml.MapSlice) {
			if err := addOperation(file.Tags, file.Components.Schemas, item.Key.(string), method); err != nil {
				return pages{}, err
			}
		}
	}
	templates, err := template.New("").Funcs(template.FuncMap{"example": example, "body": bodyOf, "paragraphs": paragraphs, "prose": prose}).Parse(pageTemplates)
	if err != nil {
		return pages{}, err
	}
	var docs, problems bytes.Buffer
	if err := templates.ExecuteTemplate(&docs, "docs", file); err != nil {
		return pages{}, err
	}
	if err := templates.ExecuteTemplate(&problems, "problems", problemRows()); err != nil {
		return pages{}, err
	}
	const html = "text/html; charset=utf-8"
	return pages{
		openAPI:  page{media: "application/yaml; charset=utf-8", body: api.OpenAPI},
		docs:     page{html, docs.Bytes(), policyOf(docs.Bytes())},
		problems: page{html, problems.Bytes(), policyOf(problems.Bytes())},
	}, nil
}

// component is what the docs page looks up when a member refers to a schema by name.
type component struct {
	Description string
	Enum        []any
}

func addOperation(tags []tag, schemas map[string]component, template string, method yaml.MapItem) error {
	name := method.Key.(string)
	if name == "parameters" {
		return nil
	}
	text, err := yaml.Marshal(method.Value)
	if err != nil {
		return err
	}
	o := operation{Method: strings.ToUpper(name), Path: template}
	if err := yaml.UnmarshalWithOptions(text, &o, yaml.UseOrderedMap()); err != nil {
		return fmt.Errorf("read openapi.yaml at %s %s: %w", name, template, err)
	}
	o.Members = membersOf(o, schemas)
	for i := range tags {
		if len(o.Tags) > 0 && tags[i].Name == o.Tags[0] {
			tags[i].Operations = append(tags[i].Operations, o)
			return nil
		}
	}
	return fmt.Errorf("openapi.yaml: %s %s has no tag that is described", name, template)
}

// membersOf describes the members of an operation's JSON body.
func membersOf(o operation, schemas map[string]component) (members []member) {
	body := o.RequestBody.Content["application/json"].Schema
	for _, property := range body.Properties {
		m := member{Name: property.Key.(string)}
		m.Required = slices.Contains(body.Required, m.Name)
		for _, keyword := range property.Value.(yaml.MapSlice) {
			switch keyword.Key {
			case "description":
				m.Description = keyword.Value.(string)
			case "enum":
				m.Values = keyword.Value.([]any)
			case "$ref":
				named := schemas[path.Base(keyword.Value.(string))]
				m.Description, m.Values = cmp.Or(m.Description, named.Description), named.Enum
			}
		}
		members = append(members, m)
	}
	return members
}

// bodyOf answers the example of an operation's JSON body.
func bodyOf(o operation) any { return o.RequestBody.Content["application/json"].Example }

// example writes a YAML value as indented JSON, members in the file's order.
func example(value any) (string, error) {
	text, err := yaml.MarshalWithOptions(value, yaml.JSON())
	if err != nil {
		return "", err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(text), "", "  "); err != nil {
		return "", err
	}
	return indented.String(), nil
}

func paragraphs(text string) []string { return strings.Split(strings.TrimSpace(text), "\n\n") }

// prose sets what stands between backquotes as code.
func prose(text string) template.HTML {
	var set strings.Builder
	for i, part := range strings.Split(text, "`") {
		part = template.HTMLEscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		set.WriteString(part)
	}
	return template.HTML(set.String())
}

type problemRow struct {
	fault.Entry
	Status int
}

func problemRows() (rows []problemRow) {
	for _, entry := range fault.Catalogue {
		rows = append(rows, problemRow{Entry: entry, Status: statuses[entry.Code]})
	}
	return rows
}
