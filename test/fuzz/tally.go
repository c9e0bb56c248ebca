package fuzz

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tally counts what was asked and how it was answered. The zero value is ready.
type Tally struct {
	Asked    map[string]int
	Statuses map[int]int
	Slowest  time.Duration
}

// Count adds an answer.
func (t *Tally) Count(r Request, a Answer) {
	if t.Asked == nil {
		t.Asked, t.Statuses = map[string]int{}, map[int]int{}
	}
	t.Asked[r.Operation]++
	t.Statuses[a.Status]++
	t.Slowest = max(t.Slowest, a.Took)
}

// Missing are the operations that were never asked.
func (t Tally) Missing(s *Specification) []string {
	var missing []string
	for _, o := range s.Operations {
		if t.Asked[o.ID] == 0 {
			missing = append(missing, o.ID)
		}
	}
	return missing
}

func (t Tally) String() string {
	total := 0
	var statuses []string
	for status, n := range t.Statuses {
		total += n
		statuses = append(statuses, fmt.Sprintf("%d: %d", status, n))
	}
	slices.Sort(statuses)
	return fmt.Sprintf("%d requests of %d operations, slowest %s; by status %s", total, len(t.Asked), t.Slowest.Round(time.Millisecond), strings.Join(statuses, ", "))
}
