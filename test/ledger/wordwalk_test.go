package ledger_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// generated are the public fields and contents that the walk knows how to fill in well.
var generated = []string{"to", "reason", "outcome", "validTo", "line", "commitment", "bank", "act", "until", "performer", "receipt", "hours"}

// input is what the walk would send for an act: one good request for each party that it could go to.
type input struct {
	requests []fields
	content  string
	// good is false where the walk cannot make all that the act takes.
	good bool
}

func (k *walk) input(p paper, act lifecycle.Act) input {
	v := verb(p.family, act)
	made := input{content: k.content(paperOf(p.family, act), p), good: true}
	made.good = v.Content == "" || strings.HasSuffix(v.Content, "?") || made.content != ""
	// The walk states the carrier's charges, the terminal's are others; what a later day costs may not be paid yet; legs may not fit a
	// corrected draft, nor a share what the others have; credit names a day.
	if slices.Contains([]lifecycle.Act{release.PresentCharges, release.CreditCharges, release.Extend, release.Amend, bill.PlanLegs, leg.Apportion}, act) {
		made.good = false
	}
	for _, field := range v.Takes {
		made.good = made.good && (strings.HasSuffix(field, "?") || slices.Contains(generated, field))
	}
	request := k.request(act, p)
	delete(request, "capacity") // in trust is for banks only, and there may be no other
	made.content = consented(act, request, made.content)
	made.requests = []fields{request}
	if act == bill.SurrenderForAmendment { // some reasons are the title holder's only
		for _, reason := range bill.AmendmentReasons {
			each := maps.Clone(request)
			each["reason"] = reason
			made.requests = append(made.requests, each)
		}
	}
	if request["to"] == nil && act != bill.BlankEndorse {
		return made
	}
	for _, name := range world.Names {
		each := maps.Clone(request)
		each["to"] = k.w.Party[name]
		made.requests = append(made.requests, each)
	}
	return made
}

// deadEnd tells of the acts whose every input is bad: a straight bill at its consignee has nowhere to go, the only bank
// here lends nothing to itself, and the walk names no parties of a switch bill or of one that comes back from paper.
func (k *walk) deadEnd(p paper, act lifecycle.Act) bool {
	if p.family != "bill" {
		return false
	}
	b := k.bill(p.id)
	switch act {
	case bill.Transfer:
		return b.Kind == bill.Straight && b.Holder == b.Consignee
	case bill.Reissue:
		return b.Amendment == bill.SplitBill && b.Containers < 2 || b.Amendment == bill.CombineBills && len(k.companions(b)) == 0
	case bill.ProposePledge, bill.AgreeBankControl, bill.ShowToBank:
		return b.Holder == ref(k.w, "bank")
	case bill.OfferPledgeTransfer: // there is no other bank
		return true
	}
	return false
}

// chance is an act that the ledger says somebody may make, with input that it takes.
type chance struct {
	who, family string
	act         lifecycle.Act
	request     fields
	content     string
}

// keepsWord asks as everybody about everything and tries each act; it answers what can be done.
func (k *walk) keepsWord() []chance {
	var chances []chance
	inputs := map[string]input{}
	for _, p := range k.papers {
		if p.family == "line" {
			continue // asked through its order
		}
		for _, who := range world.Names {
			for _, said := range possibilities(k.w, who, p.family, p.id).Acts {
				about := p
				if said.Line > 0 {
					about.family, about.line = "line", said.Line
				}
				name := about.String() + " " + string(said.Act)
				if _, made := inputs[name]; !made {
					inputs[name] = k.input(about, said.Act)
				}
				if c, can := k.holds(who, about, said, inputs[name]); can {
					chances = append(chances, c)
				}
			}
		}
	}
	return chances
}

// holds compares what was said of one act with what its attempts get.
func (k *walk) holds(who string, p paper, said contract.Possible, with input) (chance, bool) {
	var got *fault.Fault
	for _, request := range with.requests {
		_, _, err := k.w.Rehearse(who, p.service(), string(said.Act), request, with.content, world.Salt())
		if err == nil {
			require.True(k, said.Allowed, "%s may %s %s, and was told %v", who, said.Act, p, said.Fault)
			return chance{who, p.service(), said.Act, request, with.content}, true
		}
		got = refusal(err)
		require.NotNil(k, got, "%s %s %s: %v", who, said.Act, p, err)
		if !said.Allowed {
			break
		}
	}
	if !with.good && (got.At != "" || got.Code == fault.HashMismatch) {
		return chance{}, false
	}
	if said.Allowed {
		require.True(k, k.deadEnd(p, said.Act), "%s was told that %s of %s is allowed, and got %v", who, said.Act, p, got)
		return chance{}, false
	}
	require.Equal(k, said.Fault.Code, got.Code, "%s %s %s", who, said.Act, p)
	require.Equal(k, said.Fault.Rule, got.Rule, "%s %s %s", who, said.Act, p)
	return chance{}, false
}

func TestNobodyIsToldAnythingElseThanAnAttemptGets(t *testing.T) {
	t.Parallel()
	total := 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		k := newWalk(t, seed, 1, map[string]int{})
		k.start()
		for range 5 + k.pick(25) {
			k.step()
		}
		chances := k.keepsWord()
		if len(chances) == 0 {
			return
		}
		c := chances[k.pick(len(chances))]
		_, err := k.w.Try(c.who, c.family, string(c.act), c.request, c.content)
		require.NoError(t, err, "%s may %s, and all its endorsers agree", c.who, c.act)
		total += len(chances)
	})
	t.Logf("%d acts were said to be allowed, and were", total)
}
