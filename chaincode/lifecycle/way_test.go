package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/lifecycle"
)

type paper struct{ State lifecycle.State }

var (
	clerk = &lifecycle.By[paper]{Name: "clerk", Ref: func(paper) lifecycle.Ref { return lifecycle.Ref{Party: "P1", Org: "A"} }}
	chief = &lifecycle.By[paper]{Name: "chief"}
	steps = &lifecycle.Law[paper, struct{}]{
		Family: "paper",
		State:  func(p *paper) *lifecycle.State { return &p.State },
		Verbs:  []lifecycle.Verb{{Name: "write"}, {Name: "check"}, {Name: "sign"}, {Name: "burn"}, {Name: "dry"}},
		Rows: []lifecycle.Row[paper, struct{}]{
			{From: lifecycle.None, Do: "write", By: clerk, To: "NEW"},
			{From: "NEW", Do: "check", By: chief, To: "CHECKED"},
			{From: "CHECKED", Do: "dry", To: "DRY"},
			{From: "DRY", Do: "sign", By: chief, To: "SIGNED"},
			{From: "NEW", Do: "burn", By: clerk, To: "BURNT"},
		},
	}
)

func TestWaysNameTheNextStepTowardsAnAct(t *testing.T) {
	at := func(s lifecycle.State, act lifecycle.Act) []lifecycle.Way { return steps.Ways(paper{s}, act) }
	require.Equal(t, []lifecycle.Way{{By: "chief", Act: "check"}}, at("NEW", "sign"), "two steps away: the first of them")
	require.Equal(t, []lifecycle.Way{{Act: "dry"}}, at("CHECKED", "sign"), "an automatic move is nobody's")
	require.Equal(t, []lifecycle.Way{{By: "chief", Act: "sign"}}, at("DRY", "sign"), "it is open, to somebody else")
	require.Equal(t, []lifecycle.Way{{By: "clerk", Party: "P1", Act: "burn"}}, at("NEW", "burn"))
	require.Empty(t, at("BURNT", "sign"), "no road leads there any more")
	require.Empty(t, at("NEW", "dance"))
}

func TestARowCanStandForManyStates(t *testing.T) {
	rows := lifecycle.In([]lifecycle.State{"NEW", "CHECKED"}, lifecycle.Row[paper, struct{}]{Do: "burn", By: clerk})
	require.Equal(t, lifecycle.State("NEW"), rows[0].To)
	require.Equal(t, lifecycle.State("CHECKED"), rows[1].To)
	to := lifecycle.In([]lifecycle.State{"NEW", "CHECKED"}, lifecycle.Row[paper, struct{}]{Do: "burn", By: clerk, To: "BURNT"})
	require.Equal(t, lifecycle.State("BURNT"), to[1].To)
}
