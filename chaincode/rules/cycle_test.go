package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
)

func TestX09AContainerWithoutALineLeavesOnce(t *testing.T) {
	check(t, "never moved", rules.Leavable(rules.Box{}), "", "")
	check(t, "inside", rules.Leavable(rules.Box{Last: rules.In}), "", "")
	check(t, "waits for a release", rules.Leavable(rules.Box{Line: "ro-1/1"}), fault.ContainerBusy, "X-05")
	check(t, "out", rules.Leavable(rules.Box{Last: rules.Out}), fault.CycleBroken, "X-09")
	check(t, "waits for a release before out", rules.Leavable(rules.Box{Line: "ro-1/1", Last: rules.Out}), fault.ContainerBusy, "X-05")
	busy := rules.Box{Authorities: map[interchange.Type]string{interchange.OutEmpty: "ir-1"}}
	check(t, "one authority of a type", rules.OneAuthority(receipt(interchange.OutEmpty), busy), fault.ContainerBusy, "X-05")
	check(t, "one of another type", rules.OneAuthority(receipt(interchange.Transfer), busy), "", "")
}

func TestX09AWayInCompletesItsWayOut(t *testing.T) {
	outside := rules.Box{Last: rules.Out, Move: "ir-1"}
	way := func(change func(in, out *interchange.Receipt)) *fault.Fault {
		in, out := receipt(interchange.InFull), receiptNamed("ir-1", interchange.OutEmpty)
		in.Cycle, out.Cycle, out.Direction = "ir-1", "ir-1", rules.Out
		change(&in, &out)
		return rules.Completing(in, outside, &out)
	}
	check(t, "fits", way(func(_, _ *interchange.Receipt) {}), "", "")
	for name, change := range map[string]func(in, out *interchange.Receipt){
		"another type":       func(_, out *interchange.Receipt) { out.Type = interchange.OutFull },
		"a way in":           func(_, out *interchange.Receipt) { out.Direction = rules.In },
		"another operator":   func(_, out *interchange.Receipt) { out.Operator = lifecycle.Ref{Party: "P2", Org: "OtherMSP"} },
		"back already":       func(_, out *interchange.Receipt) { out.Counterpart = "ir-7" },
		"not the last move":  func(_, out *interchange.Receipt) { out.ID = "ir-7" },
		"of another cycle":   func(in, _ *interchange.Receipt) { in.Cycle = "ir-7" },
		"transfer of export": func(in, _ *interchange.Receipt) { in.Type = interchange.Transfer },
	} {
		check(t, name, way(change), fault.CycleBroken, "X-09")
	}
	in := receipt(interchange.InFull)
	check(t, "no way out", rules.Completing(in, outside, nil), fault.CycleBroken, "X-09")
	operatorFirst := way(func(_, out *interchange.Receipt) { out.Operator, out.Counterpart = lifecycle.Ref{}, "ir-7" })
	require.Equal(t, "operator", operatorFirst.Args["why"])
}

func TestX09OnlyTheLastMoveIsCorrected(t *testing.T) {
	r := receiptNamed("ir-1", interchange.OutFull)
	check(t, "last", rules.Correctable(r, rules.Box{Last: rules.Out, Move: "ir-1"}), "", "")
	check(t, "moved on", rules.Correctable(r, rules.Box{Last: rules.In, Move: "ir-2"}), fault.CycleBroken, "X-09")
}

func TestX20EvidenceIsKeptForClaims(t *testing.T) {
	d := rules.Delivery{Out: []string{"t1"}}.Attach(true, "ir-1", "")
	require.Equal(t, []string{"ir-1"}, d.Evidence)
	require.Equal(t, []string{"ir-2"}, d.Attach(true, "ir-2", "ir-1").Evidence, "a correction takes the place")
	require.Empty(t, d.Attach(false, "ir-2", "ir-1").Evidence)
	require.Equal(t, []string{"ir-1"}, d.Evidence, "the delivery before is as it was")
	require.Equal(t, []string{"t1"}, d.Out)
}
