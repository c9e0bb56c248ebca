package lifecycle

import "slices"

// Way is something that would bring a refused act nearer: who would have to do what.
type Way struct {
	// By is the part that may do it; empty for an automatic move.
	By string `json:"by,omitempty"`
	// Party plays that part now; empty where a role alone decides or nobody does.
	Party string `json:"party,omitempty"`
	// Act is what would have to happen: a move towards the state that the act needs, or the act itself by somebody else.
	Act Act `json:"act"`
}

// Ways answers what would help an act that its caller cannot make now: where the state allows it, who may; elsewhere the
// first steps of the shortest roads to a state that does. None at all means that no road leads there any more.
func (l *Law[D, R]) Ways(d D, act Act) []Way {
	state := *l.State(&d)
	if ways := l.ways(d, func(r *Row[D, R]) bool { return r.From == state && r.Do == act && r.By != nil }); len(ways) > 0 {
		return ways
	}
	reached := []State{} // the states from which the act's own are reached in ever more steps
	for i := range l.Rows {
		if r := &l.Rows[i]; r.Do == act && r.By != nil && r.From != None && !slices.Contains(reached, r.From) {
			reached = append(reached, r.From)
		}
	}
	for !slices.Contains(reached, state) {
		step := l.ways(d, func(r *Row[D, R]) bool { return r.From == state && slices.Contains(reached, r.To) })
		if len(step) > 0 {
			return step
		}
		before := len(reached)
		for _, r := range l.Rows {
			if r.From != None && slices.Contains(reached[:before], r.To) && !slices.Contains(reached, r.From) {
				reached = append(reached, r.From)
			}
		}
		if len(reached) == before {
			return nil
		}
	}
	return nil
}

func (l *Law[D, R]) ways(d D, fits func(*Row[D, R]) bool) []Way {
	var ways []Way
	for i := range l.Rows {
		r := &l.Rows[i]
		if !fits(r) {
			continue
		}
		way := Way{Act: r.Do}
		if r.By != nil {
			way.By = r.By.Name
			if r.By.Ref != nil {
				way.Party = r.By.Ref(d).Party
			}
		}
		if !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	return ways
}
