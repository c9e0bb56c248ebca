package lifecycle_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A lamp of two keepers: just enough of a document for the rules of every table.
type lamp struct {
	lifecycle.Record
	One, Two lifecycle.Ref
	Oil      int
}

type turning = lifecycle.Command[int]

var (
	keeper = []lifecycle.Role{"KEEPER"}
	one    = &lifecycle.By[lamp]{Name: "first", Ref: func(l lamp) lifecycle.Ref { return l.One }, Roles: keeper}
	two    = &lifecycle.By[lamp]{Name: "second", Ref: func(l lamp) lifecycle.Ref { return l.Two }}
	anyone = &lifecycle.By[lamp]{Name: "passer-by", Roles: []lifecycle.Role{"CHILD", "KEEPER"}}
)

func needs(oil int, code fault.Code) lifecycle.Guard[lamp, int] {
	return func(l lamp, _ turning) *fault.Fault {
		if l.Oil < oil {
			return fault.New(code)
		}
		return nil
	}
}

var law = &lifecycle.Law[lamp, int]{
	Family: "lamp",
	State:  func(l *lamp) *lifecycle.State { return &l.State },
	Verbs:  []lifecycle.Verb{{Name: "build"}, {Name: "light"}, {Name: "quench"}, {Name: "burn-out"}},
	Rows: []lifecycle.Row[lamp, int]{
		{From: lifecycle.None, Do: "build", By: anyone, To: "DARK"},
		{From: "DARK", Do: "light", By: one, To: "LIT", If: []lifecycle.Guard[lamp, int]{needs(1, fault.NotValidNow), needs(2, fault.OnHold)},
			Then: func(l *lamp, c turning) { l.Oil -= c.Request }},
		{From: "DARK", Do: "light", By: two, To: "LIT"},
		{From: "LIT", Do: "quench", By: two, To: "DARK"},
		{From: "LIT", Do: "burn-out", To: "GONE", If: []lifecycle.Guard[lamp, int]{needs(5, fault.OnHold)}},
		{From: "LIT", Do: "burn-out", To: "DARK", If: []lifecycle.Guard[lamp, int]{needs(3, fault.NotValidNow)}},
	},
}

var (
	first  = lifecycle.Actor{Ref: lifecycle.Ref{Party: "P1", Org: "A"}, Roles: keeper}
	second = lifecycle.Actor{Ref: lifecycle.Ref{Party: "P2", Org: "B"}, Roles: []lifecycle.Role{"WATCHER"}}
)

func built(state lifecycle.State, oil int) lamp {
	return lamp{Record: lifecycle.Record{State: state}, One: first.Ref, Two: second.Ref, Oil: oil}
}

func code(err error) fault.Code {
	if f := fault.Of(err); f != nil {
		return f.Code
	}
	return ""
}

func apply(l lamp, act lifecycle.Act, a lifecycle.Actor) (lamp, error) {
	return law.Apply(l, turning{Act: act, Actor: a, Request: 1})
}

func TestRefusalsComeInOrder(t *testing.T) {
	bare := lifecycle.Actor{Ref: first.Ref}
	stranger := lifecycle.Actor{Ref: lifecycle.Ref{Party: "P1", Org: "B"}, Roles: keeper}
	for _, c := range []struct {
		name  string
		l     lamp
		act   lifecycle.Act
		actor lifecycle.Actor
		code  fault.Code
	}{
		{"an act that no table has", built("DARK", 0), "dance", stranger, fault.UnknownAct},
		{"state before party", built("LIT", 0), "light", stranger, fault.WrongState},
		{"state before role", built("GONE", 0), "quench", bare, fault.WrongState},
		{"party before condition", built("DARK", 0), "light", stranger, fault.WrongParty},
		{"role before condition", built("DARK", 0), "light", bare, fault.WrongRole},
		{"the first condition", built("DARK", 0), "light", first, fault.NotValidNow},
		{"the second condition", built("DARK", 1), "light", first, fault.OnHold},
		{"nothing", built("DARK", 2), "light", first, ""},
		{"whoever has no role may look only", built("LIT", 0), "quench", lifecycle.Actor{Ref: second.Ref}, fault.WrongRole},
		{"an automatic move cannot be asked for", built("LIT", 9), "burn-out", first, fault.WrongState},
		{"nobody acts before birth but to give birth", built("", 0), "light", first, fault.WrongState},
		{"birth needs a role", built("", 0), "build", second, fault.WrongRole},
		{"a place that is empty is nobody's", lamp{Record: lifecycle.Record{State: "LIT"}}, "quench", lifecycle.Actor{}, fault.WrongParty},
	} {
		after, err := apply(c.l, c.act, c.actor)
		require.Equal(t, c.code, code(err), c.name)
		if err != nil {
			require.Equal(t, c.l, after, c.name)
		}
	}
	_, err := apply(built("DARK", 0), "light", stranger)
	require.Equal(t, map[string]string{"act": "light", "by": "first / second"}, fault.Of(err).Args)
	_, err = apply(built("", 0), "light", first)
	require.Equal(t, "unborn", fault.Of(err).Args["state"])
}

func TestOnePartyInTwoPartsTakesTheOneThatIsFree(t *testing.T) {
	l := built("DARK", 0)
	l.Two = l.One
	require.Equal(t, "second", law.Part(l, turning{Act: "light", Actor: first}))
	after, err := apply(l, "light", first)
	require.NoError(t, err)
	require.Equal(t, 0, after.Oil, "it went by the second row")
	l.Oil = 2
	require.Equal(t, "first", law.Part(l, turning{Act: "light", Actor: first}))
	require.Equal(t, "", law.Part(l, turning{Act: "quench", Actor: first}))
}

func TestFollowTakesTheFirstRowThatHolds(t *testing.T) {
	follow := func(oil int) (lamp, error) { return law.Follow(built("LIT", oil), turning{Act: "burn-out"}) }
	gone, err := follow(5)
	require.NoError(t, err)
	require.Equal(t, lifecycle.State("GONE"), gone.State)
	dark, err := follow(3)
	require.NoError(t, err)
	require.Equal(t, lifecycle.State("DARK"), dark.State)
	kept, err := follow(1)
	require.Equal(t, fault.NotValidNow, code(err))
	require.Equal(t, built("LIT", 1), kept)
	_, err = law.Follow(built("DARK", 9), turning{Act: "burn-out"})
	require.Equal(t, fault.WrongState, code(err))
	_, err = law.Follow(built("DARK", 9), turning{Act: "light"})
	require.Equal(t, fault.WrongState, code(err), "what a caller may ask for does not follow by itself")
}

func TestOpenShowsWhatStateAndPartyAllow(t *testing.T) {
	require.Equal(t, []lifecycle.Act{"light"}, law.Open(built("DARK", 0), first), "conditions may still refuse")
	require.Equal(t, []lifecycle.Act{}, law.Open(built("LIT", 9), first), "and automatic moves are nobody's")
	require.Equal(t, []lifecycle.Act{"quench"}, law.Open(built("LIT", 0), second))
	require.Equal(t, []lifecycle.Act{}, law.Open(built("", 0), first), "nothing is open before birth")
	require.Equal(t, []lifecycle.Act{}, law.Open(built("DARK", 0), lifecycle.Actor{Ref: first.Ref}))
	require.Equal(t, []lifecycle.Act{}, law.Open(built("LIT", 0), lifecycle.Actor{Ref: second.Ref}))
	both := built("DARK", 0)
	both.Two = both.One
	require.Equal(t, []lifecycle.Act{"light"}, law.Open(both, first), "once, though two rows fit")
}

func TestVerbs(t *testing.T) {
	require.True(t, law.Birth("build"))
	require.False(t, law.Birth("light"))
	require.True(t, law.Callable("light"))
	require.False(t, law.Callable("burn-out"))
	require.False(t, law.Callable("dance"))
}

// The chain of a record can be checked by anybody who has its entries (domain facts 3.5, rule 3).
func TestEveryEntryLinksToTheOneBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.Custom(func(t *rapid.T) lifecycle.Entry {
			return lifecycle.Entry{Act: lifecycle.Act(rapid.String().Draw(t, "act")), By: rapid.String().Draw(t, "by"),
				To: rapid.String().Draw(t, "to"), At: lifecycle.Stamped(time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "at"), 0))}
		})
		entries := rapid.SliceOfN(entry, 1, 6).Draw(t, "entries")
		var r, again lifecycle.Record
		for _, e := range entries {
			r.Stamp(e)
		}
		require.Equal(t, len(entries), r.Version)
		require.Equal(t, entries[len(entries)-1], r.Last)
		body, err := json.Marshal(entries)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(body, &entries))
		for _, e := range entries {
			again.Stamp(e)
		}
		require.Equal(t, r.Chain, again.Chain, "replayed from what a history shows")
		at := rapid.IntRange(0, len(entries)-1).Draw(t, "forged")
		entries[at].Reason += "x"
		var forged lifecycle.Record
		for _, e := range entries {
			forged.Stamp(e)
		}
		require.NotEqual(t, r.Chain, forged.Chain)
	})
}

func TestTimesAreKeptInUTC(t *testing.T) {
	at := time.Date(2026, 11, 21, 17, 30, 0, 5, time.FixedZone("CST", 8*3600))
	require.Equal(t, "2026-11-21T09:30:00.000000005Z", lifecycle.Stamped(at))
}

// A probe has no input: what the request says is left out wherever its condition stands, and all others are tried.
func TestAProbeLeavesOutWhatTheRequestSays(t *testing.T) {
	place := func(lamp, turning) *fault.Fault { return fault.New(fault.Invalid).In("/oil") }
	probed := *law
	probed.Rows = []lifecycle.Row[lamp, int]{{From: "DARK", Do: "light", By: one, To: "LIT",
		If: []lifecycle.Guard[lamp, int]{place, needs(1, fault.NotValidNow)}, Asks: []lifecycle.Guard[lamp, int]{needs(2, fault.OnHold)}}}
	try := func(oil int, probe bool) fault.Code {
		_, err := probed.Apply(built("DARK", oil), turning{Act: "light", Actor: first, Probe: probe})
		return code(err)
	}
	require.Equal(t, fault.Invalid, try(0, false))
	require.Equal(t, fault.NotValidNow, try(0, true))
	require.Equal(t, fault.Code(""), try(1, true))
}
