package ledger_test

import (
	"encoding/json"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/chaincode/lifecycle"
)

// replay checks that a history leads to the present, link by link.
func (k *walk) replay() {
	for _, p := range k.papers {
		if p.family == "line" {
			continue
		}
		var past []contract.Past
		answer, err := k.w.Person["buyer"].Evaluate(p.family+":History", []string{p.id}, nil)
		require.NoError(k, err)
		require.NoError(k, json.Unmarshal(answer, &past))
		k.replayOne(p, past, 0)
		if p.family == "release" {
			for n := range p.cargo.containers() {
				k.replayOne(paper{family: "line", id: p.id, line: n + 1}, past, n+1)
			}
		}
	}
}

func (k *walk) replayOne(p paper, past []contract.Past, line int) {
	var again lifecycle.Record
	var last contract.Past
	for _, e := range past {
		if (e.Line != line && p.family != "interchange") || e.Part != "" {
			continue
		}
		again.Stamp(e.Entry)
		require.Equal(k, again.Version, e.Version, "versions follow each other: %s", p)
		last = e
	}
	h := k.head(p)
	require.Equal(k, h.Version, last.Version, p)
	require.Equal(k, h.State, last.State, p)
	require.Equal(k, h.Chain, again.Chain, "the chain verifies: %s", p)
	require.Equal(k, h.Last, last.Entry)
}
