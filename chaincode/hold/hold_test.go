package hold_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
)

var (
	at      = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	customs = lifecycle.Actor{Ref: lifecycle.Ref{Party: "P1", Org: "PortMSP"}, Roles: []lifecycle.Role{"CUSTOMS"}}
	other   = lifecycle.Actor{Ref: lifecycle.Ref{Party: "P2", Org: "PortMSP"}, Roles: []lifecycle.Role{"CUSTOMS"}}
)

func of(a lifecycle.Actor, until string) hold.Hold {
	return hold.Hold{Ground: "CUSTOMS_ORDER", By: a.Ref, Role: "CUSTOMS", Until: until}
}

func TestAHoldStandsUntilItIsLiftedOrRunsOut(t *testing.T) {
	require.Nil(t, hold.Any(nil, at))
	holds, first, f := hold.Place(nil, 0, of(customs, "2026-11-22T00:00:00Z"), at)
	require.Nil(t, f)
	require.Equal(t, fault.OnHold, hold.Any(holds, at).Code)
	require.Nil(t, hold.Any(holds, at.Add(24*time.Hour)), "it ran out")

	holds, second, f := hold.Place(holds, first, of(other, ""), at.Add(24*time.Hour))
	require.Nil(t, f)
	require.Len(t, holds, 1, "the one that ran out made room")
	require.NotEqual(t, first, second)

	_, f = hold.Lift(holds, second, customs)
	require.Equal(t, fault.WrongParty, f.Code, "only who placed it")
	bare := other
	bare.Roles = nil
	_, f = hold.Lift(holds, second, bare)
	require.Equal(t, fault.WrongParty, f.Code, "only in the role it was placed in")
	require.Equal(t, fault.WrongParty, hold.Theirs(holds, customs).Code)
	require.Nil(t, hold.Theirs(holds, other))
	require.Equal(t, fault.NotFound, hold.Theirs(nil, other).Code)
	_, f = hold.Lift(holds, 99, other)
	require.Equal(t, fault.NotFound, f.Code)
	lifted, f := hold.Lift(holds, second, other)
	require.Nil(t, f)
	require.Empty(t, lifted)
	require.Len(t, holds, 1, "what was given is not changed")
}

func TestAHoldThatIsOverBeforeItBeginsIsRefused(t *testing.T) {
	for _, until := range []string{"2026-11-21T09:30:00Z", "yesterday"} {
		_, _, f := hold.Place(nil, 0, of(customs, until), at)
		require.Equal(t, "/until", f.At)
	}
}

func TestTheHoldsOfADocumentAreBounded(t *testing.T) {
	var holds []hold.Hold
	var last int
	place := func(by string) (f *fault.Fault) {
		h := of(customs, "")
		h.By.Party = by
		holds, last, f = hold.Place(holds, last, h, at)
		return f
	}
	for n := range hold.Max {
		require.Nil(t, place("P"+strconv.Itoa(n/hold.EachMax)))
		if n+1 == hold.EachMax {
			f := place("P0")
			require.Equal(t, []string{"limit-reached", strconv.Itoa(hold.EachMax)}, []string{string(f.Code), f.Args["limit"]}, "one party does not fill the list")
		}
	}
	require.Equal(t, strconv.Itoa(hold.Max), place("PLAST").Args["limit"])
}
