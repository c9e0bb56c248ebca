package site

import (
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
)

// setting is one value of a node's configuration that differs from Fabric's sample; Path is dotted.
type setting struct {
	path  string
	value any
}

// derive writes the sample configuration with the settings put in. A path whose parent the sample does not have is an
// error: it would be a misspelling that the node silently ignores.
func derive(sample, target string, settings []setting) error {
	text, err := os.ReadFile(sample)
	if err != nil {
		return fmt.Errorf("read sample configuration: %w", err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return fmt.Errorf("read %s: %w", sample, err)
	}
	for _, s := range settings {
		if err := put(tree, s); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	out, err := yaml.Marshal(tree)
	if err != nil {
		return err
	}
	return WriteFile(target, out)
}

func put(tree map[string]any, s setting) error {
	names := strings.Split(s.path, ".")
	for i, name := range names[:len(names)-1] {
		inner, is := tree[name].(map[string]any)
		if !is {
			return fmt.Errorf("the sample has no section %s", strings.Join(names[:i+1], "."))
		}
		tree = inner
	}
	tree[names[len(names)-1]] = s.value
	return nil
}
