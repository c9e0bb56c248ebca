package stories

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// decode reads JSON with its numbers as written.
func decode(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	return value, decoder.Decode(&value)
}

func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(text.Bytes()), nil
}

// at answers what stands at a path of a JSON value.
func at(value any, path string) (any, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch inner := value.(type) {
		case map[string]any:
			member, is := inner[name]
			if !is {
				return nil, false
			}
			value = member
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(inner) {
				return nil, false
			}
			value = inner[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// changed puts values into a JSON value by path; nil takes the place out. Higher positions of a list go first, so that
// taking out one does not move the others.
func changed(value any, by map[string]any) (any, error) {
	for _, path := range slices.Backward(slices.Sorted(maps.Keys(by))) {
		next, err := put(value, strings.Split(path, "."), by[path])
		if err != nil {
			return nil, fmt.Errorf("change %s: %w", path, err)
		}
		value = next
	}
	return value, nil
}

func put(value any, path []string, what any) (any, error) {
	if len(path) == 0 {
		return what, nil
	}
	name, last := path[0], len(path) == 1
	switch inner := value.(type) {
	case map[string]any:
		if last && what == nil {
			delete(inner, name)
			return inner, nil
		}
		next, err := put(inner[name], path[1:], what)
		inner[name] = next
		return inner, err
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || i >= len(inner) {
			return nil, fmt.Errorf("there is no %s", name)
		}
		if last && what == nil {
			return slices.Delete(inner, i, i+1), nil
		}
		inner[i], err = put(inner[i], path[1:], what)
		return inner, err
	}
	return nil, fmt.Errorf("nothing holds %s", name)
}

// differences tells where got does not hold what is expected: objects may have more members, lists must be as long.
func differences(place string, expected, got any) []string {
	switch want := expected.(type) {
	case map[string]any:
		have, is := got.(map[string]any)
		if !is {
			break
		}
		var found []string
		for _, name := range slices.Sorted(maps.Keys(want)) {
			inner, is := have[name]
			if !is {
				found = append(found, place+"."+name+" is missing")
				continue
			}
			found = append(found, differences(place+"."+name, want[name], inner)...)
		}
		return found
	case []any:
		have, is := got.([]any)
		if !is || len(have) != len(want) {
			break
		}
		var found []string
		for i := range want {
			found = append(found, differences(place+"."+strconv.Itoa(i), want[i], have[i])...)
		}
		return found
	default:
		if expected == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %s, not %s", place, printed(got), printed(expected))}
}

func printed(value any) string {
	text, err := encode(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
