// Package lawtest tries a lifecycle law in every state with every act by everybody, against a list that a test wrote out
// from the trade's own tables. It reads nothing of the law but what Apply answers.
package lawtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// At is the time of every trial.
var At = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// Actor makes a person of a party.
func Actor(party, org string, roles ...lifecycle.Role) lifecycle.Actor {
	return lifecycle.Actor{Ref: lifecycle.Ref{Party: party, Org: org}, Roles: roles, Person: "u-" + party}
}

// Trial is everything that is tried.
type Trial[D, R any] struct {
	Law *lifecycle.Law[D, R]
	// Documents are the document's situations by name: a state, or a state and what else matters ("ISSUED offered").
	Documents map[string]D
	// Actors are the people by name. Each is tried with the roles it has, with another one, and without any.
	Actors map[string]lifecycle.Actor
	// Anybody lists the acts that ask for a role only, whichever party one is.
	Anybody []lifecycle.Act
	// Request makes the public input of an act, one that every condition accepts.
	Request func(lifecycle.Act) R
	// Want lists what is allowed, one move a line: "situation | act | actors | state after". An actor with a star may act
	// with whichever role as well. "!code" in place of a state says that a condition refuses those actors; "nobody" that the
	// state would allow the act, but nobody plays the part now.
	Want string
}

// move is a line of Trial.Want.
type move struct {
	actors   map[string]bool // true: whichever role
	to       map[string]lifecycle.State
	untested map[string]bool
}

type place struct {
	situation string
	act       lifecycle.Act
}

// Run tries everything.
func (tr Trial[D, R]) Run(t *testing.T) {
	t.Helper()
	want := tr.wanted(t)
	for situation, d := range tr.Documents {
		for _, act := range tr.acts() {
			for name, actor := range tr.Actors {
				tr.try(t, want, place{situation, act}, name, d, actor)
			}
		}
	}
	for at, m := range want {
		require.Empty(t, m.untested, "%s %s is expected but was never tried", at.situation, at.act)
	}
}

func (tr Trial[D, R]) acts() []lifecycle.Act {
	acts := []lifecycle.Act{"dance", ""}
	for _, v := range tr.Law.Verbs {
		acts = append(acts, v.Name)
	}
	return acts
}

func (tr Trial[D, R]) wanted(t *testing.T) map[place]*move {
	want := map[place]*move{}
	for line := range strings.Lines(tr.Want) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		require.Len(t, cells, 4, line)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		require.Contains(t, tr.Documents, cells[0], line)
		at := place{cells[0], lifecycle.Act(cells[1])}
		m := want[at]
		if m == nil {
			m = &move{actors: map[string]bool{}, to: map[string]lifecycle.State{}, untested: map[string]bool{}}
			want[at] = m
		}
		for actor := range strings.SplitSeq(cells[2], ",") {
			if actor == "nobody" {
				continue
			}
			name, free := strings.CutSuffix(strings.TrimSpace(actor), "*")
			require.Contains(t, tr.Actors, name, line)
			require.NotContains(t, m.actors, name, "listed twice: %s", line)
			m.actors[name], m.untested[name], m.to[name] = free, true, lifecycle.State(cells[3])
		}
	}
	return want
}

// try makes one act as an actor with its roles, with another and without any, and compares with what the list says. Nobody acts
// without any.
func (tr Trial[D, R]) try(t *testing.T, want map[place]*move, at place, name string, d D, actor lifecycle.Actor) {
	t.Helper()
	what := fmt.Sprintf("%s may %s in %q", name, at.act, at.situation)
	bare, odd := actor, actor
	bare.Roles, odd.Roles = nil, []lifecycle.Role{"ODD"}
	m := want[at]
	_, known := tr.Law.Verb(at.act)
	allowed, free := m != nil, false
	if m != nil {
		free, allowed = m.actors[name]
		delete(m.untested, name)
	}
	switch {
	case !known:
		tr.refused(t, what, fault.UnknownAct, d, tr.command(at.act, actor))
	case m == nil:
		tr.refused(t, what, fault.WrongState, d, tr.command(at.act, actor))
	case !allowed && slices.Contains(tr.Anybody, at.act):
		tr.refused(t, what, fault.WrongRole, d, tr.command(at.act, actor))
	case !allowed:
		tr.refused(t, what, fault.WrongParty, d, tr.command(at.act, actor))
	default:
		tr.outcome(t, what, m.to[name], d, tr.command(at.act, actor))
		tr.refused(t, what+" without a role", fault.WrongRole, d, tr.command(at.act, bare))
		if free {
			tr.outcome(t, what+" with another role", m.to[name], d, tr.command(at.act, odd))
		} else {
			tr.refused(t, what+" with another role", fault.WrongRole, d, tr.command(at.act, odd))
		}
	}
}

func (tr Trial[D, R]) outcome(t *testing.T, what string, to lifecycle.State, d D, c lifecycle.Command[R]) {
	t.Helper()
	if code, condition := strings.CutPrefix(string(to), "!"); condition {
		tr.refused(t, what, fault.Code(code), d, c)
		return
	}
	tr.accepted(t, what, to, d, c)
}

func (tr Trial[D, R]) command(act lifecycle.Act, actor lifecycle.Actor) lifecycle.Command[R] {
	return lifecycle.Command[R]{Act: act, Actor: actor, At: At, Request: tr.Request(act)}
}

func (tr Trial[D, R]) refused(t *testing.T, what string, code fault.Code, d D, c lifecycle.Command[R]) {
	t.Helper()
	before := text(d)
	after, err := tr.Law.Apply(d, c)
	f := fault.Of(err)
	require.NotNil(t, f, what)
	require.Equal(t, code, f.Code, what)
	require.Equal(t, before, text(d), "%s: a refused act changes nothing", what)
	require.Equal(t, before, text(after), "%s: a refused act answers the document as it was", what)
}

func (tr Trial[D, R]) accepted(t *testing.T, what string, to lifecycle.State, d D, c lifecycle.Command[R]) {
	t.Helper()
	before := text(d)
	after, err := tr.Law.Apply(d, c)
	require.NoError(t, err, what)
	require.Equal(t, to, *tr.Law.State(&after), what)
	require.Equal(t, before, text(d), "%s: the document before is not changed", what)
	if *tr.Law.State(&d) != lifecycle.None {
		require.Contains(t, tr.Law.Open(d, c.Actor), c.Act, "%s: an act that is possible is shown as open", what)
	}
	kept := text(after)
	other := c
	other.Actor.Person, other.At = "u-other", c.At.Add(time.Minute)
	_, err = tr.Law.Apply(d, other)
	require.NoError(t, err, what)
	require.Equal(t, kept, text(after), "%s: what comes of one act is not changed by the next", what)
}

func text(d any) string {
	body, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return string(body)
}
