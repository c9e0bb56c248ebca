// Package lifecycle turns a table of moves into a pure function: a move that has no row cannot happen.
//
// It knows nothing of any document, of Fabric, of clocks or of storage. Time and caller come in as values.
package lifecycle

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"portledger/chaincode/fault"
)

// By is a part that somebody plays in a document: the holder, the carrier, the bank.
type By[D any] struct {
	// Name is the trade's word, used in refusals and printed tables.
	Name string
	// Ref answers the party that plays the part. Nil means any registered party with one of Roles may act.
	Ref func(D) Ref
	// Roles are the roles one of which the person needs; empty means any person of the party who has a role at all.
	Roles []Role
}

func (b *By[D]) is(d D, a Actor) bool {
	return b.Ref == nil || (!b.Ref(d).Zero() && b.Ref(d) == a.Ref)
}

// Command asks for one act.
type Command[R any] struct {
	Act     Act
	Actor   Actor
	At      time.Time
	Request R
	// Probe asks whether the act would be allowed, without its input: conditions on what the request says are left out.
	Probe bool
}

// Guard is a condition beyond state and party; it answers nil or the refusal.
type Guard[D, R any] func(d D, c Command[R]) *fault.Fault

// Row is one permitted move.
type Row[D, R any] struct {
	From State
	Do   Act
	// By plays the part that may act; nil marks an automatic move, which no caller can ask for.
	By *By[D]
	To State
	// If holds the conditions on the document and what stands around it, in the order in which they refuse.
	If []Guard[D, R]
	// Asks holds the conditions on what the request itself says. They are tried last, and never in a probe.
	Asks []Guard[D, R]
	// Then changes the document's other fields; it runs on a copy and after every condition.
	Then func(d *D, c Command[R])
}

// Verb describes an act of a family.
type Verb struct {
	Name Act
	// Takes lists the request's fields beyond id and version; a trailing "?" marks an optional one.
	Takes []string
	// Content is the kind of private content that comes along ("bill", "appointment"); a trailing "?" marks an
	// optional one, empty none.
	Content string
	// Chinese is the trade's Chinese word.
	Chinese string
}

// Law is the whole lifecycle of one family.
type Law[D, R any] struct {
	Family string
	Verbs  []Verb
	Rows   []Row[D, R]
	// State points at the document's state: the only place through which one is ever assigned.
	State func(*D) *State
}

// Verb finds an act's description.
func (l *Law[D, R]) Verb(act Act) (Verb, bool) {
	i := slices.IndexFunc(l.Verbs, func(v Verb) bool { return v.Name == act })
	if i < 0 {
		return Verb{}, false
	}
	return l.Verbs[i], true
}

// Birth tells whether the act brings a document into being.
func (l *Law[D, R]) Birth(act Act) bool {
	return slices.ContainsFunc(l.Rows, func(r Row[D, R]) bool { return r.Do == act && r.From == None && r.By != nil })
}

// Callable tells whether a caller can ask for the act at all; automatic ones only follow from others.
func (l *Law[D, R]) Callable(act Act) bool {
	return slices.ContainsFunc(l.Rows, func(r Row[D, R]) bool { return r.Do == act && r.By != nil })
}

// Apply answers the document after c, or why c is refused, in the order state, party, role, conditions. d is not
// changed. Automatic rows are not open to it.
func (l *Law[D, R]) Apply(d D, c Command[R]) (D, error) {
	row, err := l.row(d, c)
	if err != nil {
		return d, err
	}
	return row.make(l, d, c), nil
}

// row finds the row that c goes by: the first that fits and whose conditions hold, since one party may play two parts.
func (l *Law[D, R]) row(d D, c Command[R]) (*Row[D, R], error) {
	state := *l.State(&d)
	var parts []string
	var part *Row[D, R]
	var refused *fault.Fault
	for i := range l.Rows {
		row := &l.Rows[i]
		if row.From != state || row.Do != c.Act || row.By == nil {
			continue
		}
		parts = append(parts, row.By.Name)
		if !row.By.is(d, c.Actor) {
			continue
		}
		part = row
		if !c.Actor.Has(row.By.Roles) {
			continue
		}
		f := row.refuses(d, c)
		if f == nil {
			return row, nil
		}
		if refused == nil {
			refused = f
		}
	}
	switch {
	case refused != nil:
		return nil, refused
	case part != nil:
		return nil, fault.New(fault.WrongRole, "act", string(c.Act), "roles", cmp.Or(join(part.By.Roles), AnyRole))
	case parts != nil:
		return nil, fault.New(fault.WrongParty, "act", string(c.Act), "by", strings.Join(parts, " / "))
	}
	return nil, l.wrongState(state, c.Act)
}

// Follow makes the automatic move c.Act, which no caller can ask for, or answers why it cannot happen.
func (l *Law[D, R]) Follow(d D, c Command[R]) (D, error) {
	state := *l.State(&d)
	var refused *fault.Fault
	for i := range l.Rows {
		row := &l.Rows[i]
		if row.From != state || row.Do != c.Act || row.By != nil {
			continue
		}
		if refused = row.refuses(d, c); refused == nil {
			return row.make(l, d, c), nil
		}
	}
	if refused != nil {
		return d, refused
	}
	return d, l.wrongState(state, c.Act)
}

// Open lists, in the table's order, the acts whose state and party fit this actor now. Conditions may still refuse.
func (l *Law[D, R]) Open(d D, a Actor) []Act {
	state := *l.State(&d)
	acts := []Act{}
	for i := range l.Rows {
		row := &l.Rows[i]
		fits := row.From == state && row.By != nil && row.By.is(d, a) && a.Has(row.By.Roles) && (a.Only == nil || a.Only(row.Do))
		if fits && state != None && !slices.Contains(acts, row.Do) {
			acts = append(acts, row.Do)
		}
	}
	return acts
}

// Part names the part of the row that let the actor act: what the chain records as the actor's role.
func (l *Law[D, R]) Part(d D, c Command[R]) string {
	row, err := l.row(d, c)
	if err != nil {
		return ""
	}
	return row.By.Name
}

// refuses answers the first condition of the row that does not hold.
func (r *Row[D, R]) refuses(d D, c Command[R]) *fault.Fault {
	guards := r.If
	if !c.Probe {
		guards = slices.Concat(r.If, r.Asks)
	}
	for _, guard := range guards {
		f := guard(d, c)
		if f == nil || (c.Probe && f.At != "") { // a refusal that names a place is about what the request says there
			continue
		}
		return f
	}
	return nil
}

// In repeats a row for each of the states; one that names no To stays where it is.
func In[D, R any](states []State, row Row[D, R]) []Row[D, R] {
	rows := make([]Row[D, R], len(states))
	for i, state := range states {
		rows[i] = row
		rows[i].From = state
		if row.To == None {
			rows[i].To = state
		}
	}
	return rows
}

// make changes a copy of the document.
func (r *Row[D, R]) make(l *Law[D, R], d D, c Command[R]) D {
	if r.Then != nil {
		r.Then(&d, c)
	}
	*l.State(&d) = r.To
	return d
}

func (l *Law[D, R]) wrongState(state State, act Act) error {
	if _, known := l.Verb(act); !known {
		return fault.New(fault.UnknownAct, "family", l.Family, "act", string(act))
	}
	if state == None {
		state = "unborn"
	}
	return fault.New(fault.WrongState, "family", l.Family, "state", string(state), "act", string(act))
}

func join(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}
