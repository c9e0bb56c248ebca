package stories

import (
	"context"
	"fmt"
	"time"
)

// Player plays stories at a venue, one after another.
type Player struct {
	venue    *Venue
	language string
	tokens   map[string]string
	roles    map[string][]string
	// Watch may be nil.
	Watch Watch
}

// NewPlayer makes a player that asks for answers in a language, "en" or "zh".
func NewPlayer(v *Venue, language string) *Player {
	return &Player{venue: v, language: language, tokens: map[string]string{}, roles: map[string][]string{}}
}

// Event is one step as it was played.
type Event struct {
	Number int
	Step   Step
	// What tells what happens, with the story's variables filled in.
	What Text
	// Roles are the person's, as the gateway tells them.
	Roles []string
	At    time.Time
	Took  time.Duration
	// State is the document's after the step; empty for a refusal.
	State string
	// Refusal is the problem's code, and its rule after a space if it has one.
	Refusal string
	// Transaction is the ledger's id of a write.
	Transaction string
}

// Run is what a story left behind.
type Run struct {
	Number string // of the bill
	Events []Event
	// Documents are those that were made, in order.
	Documents []Document
}

// Document is a document and who made it.
type Document struct{ Family, ID, Person string }

// Failure is a step that did not go as the story tells.
type Failure struct {
	Step   Step
	Asked  string // method and path
	Answer Answer
	// Wrong tells each thing that is not as expected.
	Wrong []string
}

func (f *Failure) Error() string {
	text := fmt.Sprintf("%s: %s: %s %s", f.Step.Where, f.Step.English, f.Step.Who, f.Asked)
	for _, wrong := range f.Wrong {
		text += "\n  " + wrong
	}
	if f.Answer.Status != 0 {
		text += fmt.Sprintf("\n  the answer was %d\n%s", f.Answer.Status, f.Answer.Pretty())
	}
	return text
}

// Play plays the story, telling each step as soon as it is over. The error is a *Failure where a step went wrong.
func (p *Player) Play(ctx context.Context, story Story, tell func(Event)) (Run, error) {
	if missing := story.Missing(p.venue); len(missing) > 0 {
		return Run{}, fmt.Errorf("story %s: %s must have joined: scripts/join.sh --name %[2]s", story.Name, missing[0])
	}
	now := &performance{Player: p, variables: variables{kept: fresh(), parties: p.venue.Parties, now: p.venue.Now, till: newTill()}}
	now.run.Number = fmt.Sprint(now.kept["number"])
	for i, step := range story.Steps {
		event, err := now.play(ctx, step)
		if err != nil {
			return now.run, fmt.Errorf("story %s: %w", story.Name, err)
		}
		event.Number = i + 1
		now.run.Events = append(now.run.Events, event)
		if tell != nil {
			tell(event)
		}
	}
	return now.run, nil
}
