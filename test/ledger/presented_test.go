package ledger_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/presentation"
	"portledger/test/world"
)

// counter is random people around one bill and its presentations.
type counter struct {
	*rapid.T
	dice     *rand.Rand
	w        *world.World
	bill, pr string
	done     map[string]int
}

func (k *counter) pick(n int) int { return k.dice.IntN(n) }

// input is what an act takes, good for most situations.
func (k *counter) input(act string) (fields, string) {
	request, content := fields{"id": k.pr}, ""
	switch act {
	case "refuse":
		request = k.w.Refusing(k.pr)
	case "decline-waiver":
		request["reason"] = "DISCREPANCIES"
	case "ask-waiver":
		request["applicant"] = k.w.Party["buyer"]
	case "propose-refusal":
		content = world.Fixture("refusal")
	case "replace-documents", "present-again":
		content = k.w.DocumentsOf("shipper", k.bill)
	}
	return request, content
}

// moves are what happens to the bill meanwhile, or is tried.
func (k *counter) moves(act string) fields {
	request := fields{"id": k.bill}
	switch act {
	case "endorse-to-order", "transfer":
		request["to"] = k.w.Party[[]string{"bank", "bank", "shipper", "buyer"}[k.pick(4)]]
	case "propose-pledge":
		request["bank"] = k.w.Party["bank"]
	case "reject", "decline-pledge", "reject-surrender":
		request["reason"] = "NOT_AGREED"
	}
	return request
}

var counterMoves = []string{"endorse-to-order", "endorse-to-order", "transfer", "accept", "reject", "withdraw", "propose-pledge", "accept-pledge",
	"decline-pledge", "withdraw-pledge", "release-pledge", "surrender", "withdraw-surrender", "reject-surrender"}

// backwards are the acts that lead on least.
var backwards = []string{"withdraw", "replace-documents", "recall-proposal", "return-documents", "take-back"}

func decision(p contract.Possible) bool {
	return p.Act == presentation.Honour || p.Act == presentation.Refuse
}

// step asks what somebody may do, and does one of those things; what was said is what an attempt gets.
func (k *counter) step() {
	who := []string{"bank", "checker", "bank", "checker", "shipper", "shipper", "buyer", "line"}[k.pick(8)]
	if b := billOf(k.w, k.bill); b.Offer == nil && b.Presented == nil && b.Holder == ref(k.w, "shipper") {
		_, _ = k.w.Try("shipper", "bill", "endorse-to-order", fields{"id": k.bill, "to": k.w.Party["bank"]}, "")
	}
	if k.pick(4) == 0 {
		act := counterMoves[k.pick(len(counterMoves))]
		_, err := k.w.Try(who, "bill", act, k.moves(act), "")
		if err != nil {
			require.NotEmpty(k, codeOf(err))
		}
		return
	}
	k.w.Net.Advance(time.Duration(k.pick(12)) * time.Hour)
	said := possibilities(k.w, who, "presentation", k.pr).Acts
	allowed := []contract.Possible{said[k.pick(len(said))]}
	for _, p := range said {
		if p.Allowed && (!slices.Contains(backwards, string(p.Act)) || k.pick(4) == 0) {
			allowed = append(allowed, p)
		}
	}
	p := allowed[k.pick(len(allowed))]
	if at := slices.IndexFunc(allowed, decision); at > 0 && k.pick(2) == 0 {
		p = allowed[at]
	}
	request, content := k.input(string(p.Act))
	_, err := k.w.Try(who, "presentation", string(p.Act), request, content)
	if p.Allowed {
		require.NoError(k, err, "%s was told that %s is allowed", who, p.Act)
		k.done[string(p.Act)]++
		return
	}
	require.Equal(k, p.Fault.Code, codeOf(err), "%s %s", who, p.Act)
}

// check: while the bank has the documents the bill stays where it is, and afterwards nothing of them stays on it.
func (k *counter) check(before bill.Bill) {
	p, b := presentationOf(k.w, k.pr), billOf(k.w, k.bill)
	switch p.State {
	case presentation.Examined, presentation.Refused, presentation.WaiverAsked, presentation.Waived:
		require.True(k, b.Under(k.pr))
		require.Equal(k, bill.Issued, b.State)
		if before.Under(k.pr) {
			require.Equal(k, []any{before.Holder, before.Title, before.Offer}, []any{b.Holder, b.Title, b.Offer})
		}
	case presentation.Honoured, presentation.Returned, presentation.Withdrawn:
		require.False(k, b.Under(k.pr))
		k.w.Refused(fault.WrongState, "shipper", "presentation", "complete", fields{"id": k.pr}, "")
		k.open()
	}
}

// open begins anew, where the shipper still has something to present.
func (k *counter) open() {
	b := billOf(k.w, k.bill)
	if b.Holder == ref(k.w, "buyer") {
		if b.Offer == nil && b.Presented == nil && b.State == bill.Issued {
			_, _ = k.w.Try("buyer", "bill", "endorse-to-order", fields{"id": k.bill, "to": k.w.Party["shipper"]}, "")
			_, _ = k.w.Try("shipper", "bill", "accept", fields{"id": k.bill}, "")
		}
	}
	k.pr = k.w.OpenedPresentation("shipper", k.bill)
}

func TestAPresentationKeepsItsWordAndItsBill(t *testing.T) {
	done := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		k := &counter{T: t, dice: rand.New(rand.NewPCG(seed, 26)), w: world.New(t), done: map[string]int{}}
		k.bill = k.w.IssuedBill()
		k.open()
		for range 40 {
			before := billOf(k.w, k.bill)
			k.step()
			k.check(before)
		}
		for name, n := range k.done {
			done[name] += n
		}
	})
	if testing.Short() { // a fifth of the walk may miss an act
		return
	}
	for _, act := range []string{"complete", "propose-honour", "propose-refusal", "honour", "refuse"} {
		require.NotZero(t, done[act], "%s never happened: %v", act, done)
	}
	t.Log(done)
}
