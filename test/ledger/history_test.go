package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

func historyOf(t *testing.T, w *world.World, who, family, id string) []contract.Past {
	t.Helper()
	answer, err := w.Person[who].Evaluate(family+":History", []string{id}, nil)
	require.NoError(t, err)
	var past []contract.Past
	require.NoError(t, unmarshal(string(answer), &past))
	return past
}

// who, for which organisation, in which part, when, and why.
func TestAHistoryTellsWhoDidWhatAsWhatAndWhy(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Net.Advance(90 * time.Minute)
	w.Must("bank", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	past := historyOf(t, w, "terminal", "bill", id)
	require.Len(t, past, 5)
	var acts []lifecycle.Act
	txs := map[string]bool{}
	for i, p := range past {
		acts = append(acts, p.Act)
		require.Equal(t, i+1, p.Version)
		txs[p.Tx] = true
	}
	require.Len(t, txs, 5, "each in a transaction of its own")
	require.Equal(t, []lifecycle.Act{"draft", "approve", "issue", "transfer", "reject"}, acts)
	require.Equal(t, lifecycle.Entry{Act: "reject", By: w.Party["bank"], Org: bankOrg, Role: "recipient of the offer",
		Person: w.Person["bank"].Identity.Cert.Subject.CommonName, At: lifecycle.Stamped(w.Net.Now()), Reason: "NOT_AGREED"}, past[4].Entry)
	require.Equal(t, w.Party["bank"], past[3].To)
	require.Regexp(t, `^u-[0-9a-f]{16}$`, past[4].Person, "never a person's name")
}

// Times are claims of clients with clocks of their own. They never turn round what the ledger put in order.
func TestClocksDoNotTurnAHistoryRound(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	behind := func(who, act string, request fields, by time.Duration) {
		t.Helper()
		p, plan, err := w.Rehearse(who, "bill", act, request, "", "")
		require.NoError(t, err)
		p.Time = w.Net.Now().Add(by)
		_, err = w.Net.Submit(p, plan.Endorsers...)
		require.NoError(t, err)
	}
	behind("shipper", "transfer", fields{"id": id, "to": w.Party["bank"]}, 4*time.Minute)
	behind("bank", "accept", fields{"id": id}, -4*time.Minute)
	behind("bank", "transfer", fields{"id": id, "to": w.Party["shipper"]}, 500*time.Millisecond)
	behind("bank", "withdraw", fields{"id": id}, time.Second)
	for i, p := range historyOf(t, w, "line", "bill", id) {
		require.Equal(t, i+1, p.Version, p.Act)
	}
}

// The order and its lines are records of their own; the history tells them as one document.
func TestAnOrdersHistoryTellsItsLines(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Net.Advance(time.Minute)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	past := historyOf(t, w, "buyer", "release", g.order)
	last := past[len(past)-2:]
	require.ElementsMatch(t, []lifecycle.Act{"gate-out", "line-out"}, []lifecycle.Act{last[0].Act, last[1].Act})
	require.Equal(t, last[0].Tx, last[1].Tx)
	versions := map[int]int{}
	for _, p := range past {
		require.Equal(t, versions[p.Line]+1, p.Version, "line %d", p.Line)
		versions[p.Line]++
		if p.Line == 2 {
			require.Contains(t, []lifecycle.Act{"list", "clear", "grant"}, p.Act)
			require.Equal(t, "automatic", p.Role)
		}
	}
	_, err := w.Person["buyer"].Evaluate("release:History", []string{"ro-none"}, nil)
	w.Refusal(fault.NotFound, err)
}
