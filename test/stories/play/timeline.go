package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"portledger/test/stories"
)

// Widths of the print's columns, in places of a terminal.
const (
	timeWide  = 9
	whoWide   = 12
	whatWide  = 58
	stateWide = 30
	idWide    = 8
)

// timeline prints one story as it goes.
type timeline struct {
	out      io.Writer
	language string
	said     words
}

func (t timeline) title(story stories.Story) {
	fmt.Fprintf(t.out, "\n%s\n\n", story.Title.In(t.language))
	c := t.said.columns
	fmt.Fprintf(t.out, "%3s  %s %s %s %s %s %s\n", "", fit(c[0], timeWide), fit(c[1], whoWide), fit(c[2], whatWide), fit(c[3], stateWide),
		fit(c[4], idWide), c[5])
}

// step prints number, local time, who, what, the document's state, the transaction and how long the request took.
func (t timeline) step(e stories.Event) {
	outcome := e.State
	if e.Refusal != "" {
		outcome = t.said.refused + ": " + e.Refusal
	}
	fmt.Fprintf(t.out, "%3d  %s  %s %s %s %s %5d ms\n", e.Number, e.At.Local().Format(time.TimeOnly),
		fit(t.said.part(e.Roles), whoWide), fit(e.What.In(t.language), whatWide), fit(outcome, stateWide),
		fit(short(e.Transaction), idWide), e.Took.Milliseconds())
}

func (t timeline) summary(run stories.Run, s stories.Summary) {
	fmt.Fprintf(t.out, "\n%s %s %s\n", t.said.done, t.said.bill, run.Number)
	line := func(figure, what string) { fmt.Fprintf(t.out, "  %10s  %s\n", figure, what) }
	if s.RequestToIssue > 0 {
		line(seconds(s.RequestToIssue), t.said.requestToIssue)
	}
	if s.IssueToGateOut > 0 {
		line(seconds(s.IssueToGateOut), t.said.issueToGateOut)
	}
	line(fmt.Sprint(s.HandOvers), t.said.handOvers)
	if s.Signatures > 0 {
		line(fmt.Sprint(s.Signatures), t.said.signatures)
	}
	line(fmt.Sprint(s.Transactions), fmt.Sprintf("%s %d ms, %d ms", t.said.transactions, s.Median.Milliseconds(), s.Slowest.Milliseconds()))
}

// next tells what a newcomer can do now, with the addresses of this run.
func (t timeline) next(v *stories.Venue, run stories.Run) {
	fmt.Fprintf(t.out, "\n%s\n", t.said.next)
	line := func(what, how string) { fmt.Fprintf(t.out, "  %s\n      %s\n", what, how) }
	if len(run.Documents) > 0 {
		line(t.said.tryRead, v.Curl(run.Documents[0]))
	}
	line(t.said.tryDocs, v.Gateways[v.People[run.Events[0].Step.Who].Organisation]+"/docs")
	line(t.said.tryOther, "scripts/demo.sh --list")
	line(t.said.tryStatus, "scripts/status.sh")
}

// list prints the names and titles of all stories.
func list(out io.Writer, language string) error {
	names := stories.Names()
	wide := 0
	for _, name := range names {
		wide = max(wide, len(name))
	}
	for _, name := range names {
		story, err := stories.Load(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s %s\n", fit(name, wide), story.Title.In(language))
	}
	return nil
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func short(id string) string { return id[:min(len(id), idWide)] }

// fit fills a text up to the width, counting Chinese characters as two places; a longer text stays whole.
func fit(text string, wide int) string {
	return text + strings.Repeat(" ", max(0, wide-places(text)))
}

func places(text string) int {
	n := 0
	for _, r := range text {
		n++
		if isWide(r) {
			n++
		}
	}
	return n
}

// wide are the ranges of characters that a terminal shows in two places, as far as this print uses them:
// CJK punctuation and ideographs, and full-width forms.
var wide = [][2]rune{{0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe30, 0xfe4f}, {0xff00, 0xff60}}

func isWide(r rune) bool {
	return slices.ContainsFunc(wide, func(span [2]rune) bool { return span[0] <= r && r <= span[1] })
}
