package presentation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/presentation"
	"portledger/test/lawtest"
)

// desk is a presentation with its examination, and what a dumb observer wrote down of them.
type desk struct {
	p  presentation.Presentation
	e  presentation.Examination
	at time.Time
	// proposed is who proposed what on the set as it is now; notices counts those of this round.
	proposed map[lifecycle.Act]string
	notices  int
	sets     []int // how many documents each set had
}

func (d *desk) try(t *rapid.T) {
	who := rapid.SampledFrom([]string{"bank", "exporter", "bank", "buyer", "bank2", "carrier"}).Draw(t, "who")
	actor := people[who]
	actor.Person = rapid.SampledFrom([]string{"u-one", "u-two"}).Draw(t, "person")
	decisions := presentation.ExaminationLaw.Open(d.e, actor)
	acts := slices.Concat(decisions, presentation.Law.Open(d.p, actor)) // what state and part allow, and now and then anything
	if wild := rapid.IntRange(0, 9).Draw(t, "wild") == 0; wild || len(acts) == 0 {
		for _, verb := range presentation.Law.Verbs {
			acts = append(acts, verb.Name)
		}
	}
	act := rapid.SampledFrom(acts).Draw(t, "act")
	if slices.Contains(decisions, act) {
		d.examine(t, act, actor)
		return
	}
	d.act(t, act, actor)
}

func (d *desk) examine(t *rapid.T, act lifecycle.Act, actor lifecycle.Actor) {
	after, err := d.e.Apply(lifecycle.Command[presentation.ExaminationRequest]{Act: act, Actor: actor, At: d.at,
		Request: presentation.ExaminationRequest{Of: d.p}})
	if err != nil {
		require.Equal(t, d.e, after, "a refused act changes nothing")
		return
	}
	require.Equal(t, d.p.Bank, actor.Ref)
	d.e, d.proposed = after, map[lifecycle.Act]string{}
	switch act {
	case presentation.ProposeHonour:
		d.proposed[presentation.Honour] = actor.Person
	case presentation.ProposeRefusal:
		d.proposed[presentation.Refuse] = actor.Person
	}
}

func (d *desk) act(t *rapid.T, act lifecycle.Act, actor lifecycle.Actor) {
	r := presentation.Request{Reason: "OTHER", Examination: d.e, Notice: d.e.Commitment, Expires: d.p.Expires, Due: lifecycle.Stamped(d.at.Add(5 * time.Hour)),
		Documents: rapid.IntRange(1, 50).Draw(t, "documents"), Bills: []string{"bl-1"},
		Parties: map[string]party.Party{"/bank": registered("bank"), "/applicant": registered("buyer")}}
	before := d.p
	after, err := d.p.Apply(lifecycle.Command[presentation.Request]{Act: act, Actor: actor, At: d.at, Request: r})
	if err != nil {
		require.Equal(t, before, after, "a refused act changes nothing")
		return
	}
	d.p = after
	d.check(t, act, actor, before, r)
}

// check holds what happened against what was written down.
func (d *desk) check(t *rapid.T, act lifecycle.Act, actor lifecycle.Actor, before presentation.Presentation, r presentation.Request) {
	final := []lifecycle.State{presentation.Honoured, presentation.Returned, presentation.Withdrawn}
	require.NotContains(t, final, before.State, "final stays final")
	switch act {
	case presentation.Honour, presentation.Refuse:
		require.NotEmpty(t, d.proposed[act], "%s of what nobody proposed", act)
		require.NotEqual(t, d.proposed[act], actor.Person, "%s by one person", act)
	case presentation.Complete:
		d.notices = 0
		d.proposed = map[lifecycle.Act]string{}
	case presentation.ReplaceDocuments, presentation.PresentAgain:
		d.sets = append(d.sets, r.Documents)
		require.Equal(t, presentation.Opened, d.p.State)
	}
	if act == presentation.Refuse {
		d.notices++
		require.Equal(t, 1, d.notices, "one notice a round")
		due, err := time.Parse(time.RFC3339, before.Due)
		require.NoError(t, err)
		require.True(t, d.at.Before(due), "refused after preclusion")
	}
	require.Equal(t, len(d.sets), d.p.Sets)
	require.Equal(t, d.sets[len(d.sets)-1], d.p.Documents, "the documents are those of the last set")
	require.Equal(t, []any{before.Presenter, before.Bank, before.Bills, before.Expires}, []any{d.p.Presenter, d.p.Bank, d.p.Bills, d.p.Expires})
	require.False(t, slices.Contains(d.p.Readers(), people["carrier"].Ref))
	require.Equal(t, d.p.Shown == d.p.Sets, slices.Contains(d.p.Readers(), people["buyer"].Ref), "the applicant reads what it was shown")
}

// Over any sequence: never honoured or refused by one person, at most one notice a round, never refused after preclusion,
// and no document comes or goes but with a set.
func TestWhateverHappensAtTheDesk(t *testing.T) {
	reached := map[lifecycle.State]bool{}
	rapid.Check(t, func(t *rapid.T) {
		opened := command(presentation.Open, "exporter")
		opened.Request.Expires = after(200 * time.Hour)
		p, err := presentation.Presentation{Record: lifecycle.Record{ID: "pr-1", Family: "presentation"}}.Apply(opened)
		require.NoError(t, err)
		e, err := presentation.ExaminationLaw.Follow(presentation.Examination{}, examine(presentation.Provide, p))
		require.NoError(t, err)
		d := &desk{p: p, e: e, at: lawtest.At, sets: []int{4}, proposed: map[lifecycle.Act]string{}}
		for range rapid.IntRange(20, 200).Draw(t, "steps") {
			d.at = d.at.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "minutes")) * time.Minute)
			d.try(t)
			reached[d.p.State] = true
		}
	})
	if testing.Short() { // a fifth of the walk may miss a state
		return
	}
	for _, state := range []lifecycle.State{presentation.Opened, presentation.Examined, presentation.Refused, presentation.Honoured, presentation.Returned, presentation.Withdrawn} {
		require.True(t, reached[state], "%s was never reached: the walk is worth little", state)
	}
}
