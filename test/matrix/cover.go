package matrix

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"

	"portledger/test/stories"
)

// soon is a time that is seconds away.
var soon = regexp.MustCompile(`\$\{now\+[0-9]+s\}`)

// Hurried tells whether a story is about seconds that pass: with everybody trying in between it would be too late.
func Hurried(story stories.Story) bool {
	return slices.ContainsFunc(story.Steps, func(s stories.Step) bool {
		return s.Wait != "" || soon.MatchString(fmt.Sprint(s.Body, s.Change, s.With))
	})
}

var variable = regexp.MustCompile(`\$\{.*\}`)

// Cover answers a few stories in whose steps every operation of api/openapi.yaml succeeds that succeeds in any, or else is
// only stopped by how things stand: always the next one that has most of what is still missing. Those of which
// leave is true are left out; nil leaves out none. Where most is not 0 there are so many at most, those with most in them.
func Cover(most int, leave func(stories.Story) bool) ([]string, error) {
	operations, err := Operations()
	if err != nil {
		return nil, err
	}
	has, stopped := map[string][]string{}, map[string][]string{}
	missing := map[string]bool{}
	for _, name := range stories.Names() {
		story, err := stories.Load(name)
		if err != nil {
			return nil, err
		}
		if leave != nil && leave(story) {
			continue
		}
		for _, step := range story.Steps {
			refusal, _ := step.Expect["code"].(string)
			id := made(operations, step)
			if id == "" || !worth(step.Status, refusal) {
				continue
			}
			if step.Status >= http.StatusBadRequest {
				stopped[name] = append(stopped[name], id)
				continue
			}
			has[name] = append(has[name], id)
			missing[id] = true
		}
	}
	done := maps.Clone(missing)
	for name, ids := range stopped { // what never succeeds in a story
		for _, id := range ids {
			if !done[id] {
				has[name] = append(has[name], id)
				missing[id] = true
			}
		}
	}
	var chosen []string
	for len(missing) > 0 && (most == 0 || len(chosen) < most) {
		best, gain := "", 0
		for _, name := range stories.Names() {
			if n := countOf(has[name], missing); n > gain || n == gain && n > 0 && len(has[name]) < len(has[best]) {
				best, gain = name, n
			}
		}
		for _, id := range has[best] {
			delete(missing, id)
		}
		chosen = append(chosen, best)
	}
	slices.Sort(chosen)
	return chosen, nil
}

// Told answers the operations that a story tries, each with whether it succeeds in any.
func Told() (map[string]bool, error) {
	operations, err := Operations()
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, name := range stories.Names() {
		story, err := stories.Load(name)
		if err != nil {
			return nil, err
		}
		for _, step := range story.Steps {
			id := operationOf(operations, step).ID
			told[id] = told[id] || step.Status < http.StatusBadRequest
		}
	}
	return told, nil
}

func countOf(has []string, missing map[string]bool) int {
	seen := map[string]bool{}
	for _, id := range has {
		if missing[id] {
			seen[id] = true
		}
	}
	return len(seen)
}

// made is the operation of a step that is about a document, and empty for others.
func made(operations []Operation, step stories.Step) string {
	if o := operationOf(operations, step); o.Family() != "" {
		return o.ID
	}
	return ""
}

func operationOf(operations []Operation, step stories.Step) Operation {
	method, path := http.MethodGet, step.Get
	if step.Post != "" {
		method, path = http.MethodPost, step.Post
	}
	path = variable.ReplaceAllString(path, "x")
	i := slices.IndexFunc(operations, func(o Operation) bool { return o.fits(method, path) })
	if i < 0 {
		return Operation{}
	}
	return operations[i]
}
