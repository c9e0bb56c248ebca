package stories

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"portledger/test/fixtures"
)

//go:embed *.yaml parts/*.yaml
var files embed.FS

// playDepth bounds how deep parts may play parts: more is a circle.
const playDepth = 5

// Text is said in both languages.
type Text struct {
	English string `yaml:"en"`
	Chinese string `yaml:"zh"`
}

// In answers the text in a language, "en" or "zh".
func (t Text) In(language string) string {
	if language == "zh" {
		return t.Chinese
	}
	return t.English
}

// Story is one file with the steps of its parts put in place.
type Story struct {
	Name  string
	Title Text
	// Needs are organisations beyond the founding members, by key, that must have joined.
	Needs []string
	Steps []Step
}

// Missing answers the organisations that the story needs and that are not at the venue.
func (s Story) Missing(v *Venue) []string {
	return slices.DeleteFunc(slices.Clone(s.Needs), func(o string) bool { return v.Gateways[o] != "" })
}

// Step is one request and what must come back. The package comment explains the members.
type Step struct {
	Text    `yaml:",inline"`
	Who     string            `yaml:"who"`
	Wait    string            `yaml:"wait"`
	Post    string            `yaml:"post"`
	Get     string            `yaml:"get"`
	Header  map[string]string `yaml:"header"`
	Body    map[string]any    `yaml:"body"`
	Content string            `yaml:"content"`
	Change  map[string]any    `yaml:"change"`
	Status  int               `yaml:"status"`
	Expect  map[string]any    `yaml:"expect"`
	Absent  []string          `yaml:"absent"`
	Keep    map[string]string `yaml:"keep"`
	Play    string            `yaml:"play"`
	With    map[string]any    `yaml:"with"`

	// Where names file and step.
	Where string `yaml:"-"`
}

// Names lists all stories.
func Names() []string {
	found, err := fs.Glob(files, "*.yaml")
	if err != nil { // only a malformed pattern
		panic(err)
	}
	for i, name := range found {
		found[i] = strings.TrimSuffix(name, ".yaml")
	}
	return found
}

// Load reads the story of that name and everything that it plays.
func Load(name string) (Story, error) { return load(files, name) }

func load(from fs.FS, name string) (Story, error) {
	if _, err := fs.Stat(from, name+".yaml"); errors.Is(err, fs.ErrNotExist) {
		return Story{}, fmt.Errorf("no story is called %q: scripts/demo.sh --list names them", name)
	}
	return read(from, name, 0)
}

// raw keeps a step's own text, so that an error can name the step.
type raw []byte

func (r *raw) UnmarshalYAML(text []byte) error {
	*r = bytes.Clone(text)
	return nil
}

// read answers a file, with the steps of its parts in place.
func read(from fs.FS, name string, depth int) (Story, error) {
	file := name + ".yaml"
	if depth > playDepth {
		return Story{}, fmt.Errorf("%s: plays itself", file)
	}
	text, err := fs.ReadFile(from, file)
	if err != nil {
		return Story{}, fmt.Errorf("read story: %w", err)
	}
	var written struct {
		Title Text     `yaml:"title"`
		Needs []string `yaml:"needs"`
		Steps []raw    `yaml:"steps"`
	}
	if err := strictly(text, &written); err != nil {
		return Story{}, fmt.Errorf("%s: %w", file, err)
	}
	if len(written.Steps) == 0 {
		return Story{}, fmt.Errorf("%s: has no steps", file)
	}
	story := Story{Name: name, Title: written.Title, Needs: written.Needs}
	for i, text := range written.Steps {
		where := fmt.Sprintf("%s step %d", file, i+1)
		inner, err := readStep(from, text, where, depth)
		if err != nil {
			return Story{}, fmt.Errorf("%s: %w", where, err)
		}
		story.Steps = append(story.Steps, inner...)
	}
	return story, nil
}

// readStep answers one step, or those of the part that it plays.
func readStep(from fs.FS, text []byte, where string, depth int) ([]Step, error) {
	step := Step{Where: where}
	if err := strictly(text, &step); err != nil {
		return nil, err
	}
	if err := step.check(); err != nil {
		return nil, err
	}
	if step.Play == "" {
		return []Step{step}, nil
	}
	part, err := read(from, step.Play, depth+1)
	if err != nil {
		return nil, err
	}
	first := map[string]any{}
	maps.Copy(first, step.With)
	maps.Copy(first, part.Steps[0].With) // what the part itself says holds
	part.Steps[0].With = first
	return part.Steps, nil
}

func strictly(text []byte, into any) error {
	return yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(into)
}

// check refuses a step that says too little or contradicts itself.
func (s Step) check() error {
	if s.Play != "" {
		if s.Who != "" || s.Post != "" || s.Get != "" || s.English != "" {
			return errors.New("a step that plays a part does nothing else")
		}
		return nil
	}
	target := s.Post + s.Get
	switch {
	case (s.Post == "") == (s.Get == ""):
		return errors.New("one of post, get and play is needed")
	case !strings.HasPrefix(target, "/"):
		return fmt.Errorf("%q is no path", target)
	case s.English == "" || s.Chinese == "":
		return errors.New("en and zh must tell what happens")
	case s.Who == "":
		return errors.New("who does it is missing")
	case s.Wait != "" && s.pause() <= 0:
		return fmt.Errorf("wait: %q is no time", s.Wait)
	case s.With != nil:
		return errors.New("with goes with play")
	case s.Get != "" && (s.Body != nil || s.Content != ""):
		return errors.New("a get has no body")
	case s.Content == "" && s.Change != nil:
		return errors.New("change goes with content")
	case s.Content != "" && !slices.Contains(fixtureNames(), s.Content):
		return fmt.Errorf("there is no fixture %s", s.Content)
	}
	return nil
}

// pause is how long the step waits before it begins.
func (s Step) pause() time.Duration {
	d, err := time.ParseDuration(s.Wait)
	if err != nil {
		return 0
	}
	return d
}

func fixtureNames() []string {
	found, err := fs.Glob(fixtures.Files, "*.json")
	if err != nil {
		panic(err)
	}
	for i, name := range found {
		found[i] = strings.TrimSuffix(name, ".json")
	}
	return found
}

// status answers which status the step must get.
func (s Step) status() int {
	switch {
	case s.Status != 0:
		return s.Status
	case s.Post != "" && strings.Count(s.Post, "/") == 2: // a collection: a document is born
		return 201
	}
	return 200
}
