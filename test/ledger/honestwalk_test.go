package ledger_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// honest compares the acts that Read shows a caller with what a rehearsal says: refused by state or party, or not.
func (k *walk) honest() {
	p := k.papers[k.pick(len(k.papers))]
	who := k.someone()
	open := k.shown(who, p)
	acts := callable(p.family)
	twice := acts[k.pick(len(acts))]
	for _, act := range acts {
		if act == release.PresentCharges && p.cargo.second == "" { // the fixture's statement is of two containers
			continue
		}
		request := k.request(act, p)
		content := consented(act, request, k.content(paperOf(p.family, act), p))
		_, _, err := k.w.Rehearse(who, p.service(), string(act), request, content, world.Salt())
		if act == twice {
			k.behind(who, p, act, request, content, err)
		}
		closed := false
		if f := refusal(err); f != nil {
			theirs := f.Args["by"] == "authority that placed it" // of the hold named, not of the order
			closed = !theirs && (f.Code == fault.WrongParty || f.Code == fault.WrongRole || (f.Code == fault.WrongState && f.Args["family"] == p.family))
		}
		require.Equal(k, !closed, slices.Contains(open, act), "%s on %s as %s: %v", act, p, who, err)
	}
}

// behind asks the same with a version that never was: of two refusals at once, what is about the caller comes first and the
// version before everything else (decision 34). The form of a request comes before either.
func (k *walk) behind(who string, p paper, act lifecycle.Act, request fields, content string, alone error) {
	request["version"] = 1 << 20
	_, _, err := k.w.Rehearse(who, p.service(), string(act), request, content, world.Salt())
	require.Error(k, err)
	want, f := fault.VersionMismatch, refusal(alone)
	if f != nil && (f.OfCaller() || f.At != "") {
		want = f.Code
	}
	got := codeOf(err)
	require.True(k, got == want || (f != nil && f.At != "" && got == fault.VersionMismatch), "%s %s %s behind: %v, and otherwise %v", who, act, p, err, alone)
}

func refusal(err error) *fault.Fault {
	if err == nil {
		return nil
	}
	f, _ := fault.Parse(err.Error())
	return f
}
