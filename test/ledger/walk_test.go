package ledger_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// walk is random people doing random things with a few papers.
type walk struct {
	*rapid.T
	dice    *rand.Rand
	w       *world.World
	papers  []paper
	numbers int
	// ended are the records that came to an end, as they were then.
	ended map[string]string
	acts  int
	// done are the acts of this walk alone: those that were not made yet are made first.
	done map[lifecycle.Act]bool
	made map[string]int
	// votes are what joint holders asked for, by bill; joint counts what enough of them asked for.
	votes map[string]*vote
	joint int
	// wild walks do not prefer the acts that lead on.
	wild bool
	// billed is what was first said of every container on an issued bill; split and combined count those reissues, and a liar's reissue
	// is of more than there is.
	billed          map[string]load
	split, combined int
	liar            bool
}

func newWalk(t *rapid.T, seed, stream uint64, made map[string]int) *walk {
	return &walk{T: t, dice: rand.New(rand.NewPCG(seed, stream)), w: world.New(t), ended: map[string]string{}, made: made,
		done: map[lifecycle.Act]bool{}, votes: map[string]*vote{}, billed: map[string]load{}}
}

// pick is one of n, each as likely: rapid's own numbers prefer small ones, and would keep a walk near its start.
func (k *walk) pick(n int) int { return k.dice.IntN(n) }

func (k *walk) someone() string { return world.Names[k.pick(len(world.Names))] }

func (k *walk) try(who, family, act string, request fields, content string) (contract.Outcome, error) {
	done, err := k.w.Try(who, family, act, request, content)
	if err == nil {
		k.acts++
		k.made[act]++
	} else {
		require.NotContains(k, string(codeOf(err)), "not a fault", "%s %s %s", who, act, family)
	}
	return done, err
}

// must is an act of the walk that has to succeed.
func (k *walk) must(who, family, act string, request fields, content string) contract.Outcome {
	done, err := k.try(who, family, act, request, content)
	require.NoError(k, err, "%s %s %s", who, act, family)
	return done
}

// undoes are the acts that lead back or to an early end.
var undoes = map[lifecycle.Act]bool{bill.Void: true, bill.WithdrawApproval: true, bill.Withdraw: true, bill.Reject: true,
	bill.RejectSurrender: true, bill.WithdrawSurrender: true, bill.DeclinePledge: true, bill.WithdrawPledge: true, bill.RevokeConsent: true, bill.ReleasePledge: true, bill.RejectPart: true, bill.WithdrawPart: true, bill.AnnulPart: true, bill.Enforce: true, guarantee.Refuse: true, release.Cancel: true, release.Decline: true,
	release.DeclineDelegation: true, release.Recall: true, release.RefuseAppointment: true, release.CancelAppointment: true,
	interchange.RaiseDispute: true, leg.WithdrawCommission: true, leg.RefuseHandOver: true, leg.WithdrawHandOver: true,
	release.HoldCustoms: true, release.RefuseGate: true, release.PlaceHold: true, release.Revoke: true, release.Expire: true, release.NoShow: true}

// triesMax is how many times in one step somebody tries something, until something is done.
const triesMax = 5

// act lets somebody do something: mostly what is open to them and was not done yet, sometimes anything.
func (k *walk) act() {
	for range triesMax {
		if k.attempt() {
			return
		}
	}
}

// choose is somebody and something to do with a paper.
func (k *walk) choose(p paper, moves []move) (who string, act lifecycle.Act) {
	if fresh := slices.DeleteFunc(slices.Clone(moves), func(m move) bool { return k.done[m.act] }); len(fresh) > 0 && k.pick(4) > 0 {
		moves = fresh
	}
	if forward := slices.DeleteFunc(slices.Clone(moves), func(m move) bool { return undoes[m.act] }); len(forward) > 0 && !k.wild && k.pick(3) > 0 {
		moves = forward
	}
	if len(moves) > 0 && k.pick(8) > 0 {
		m := moves[k.pick(len(moves))]
		return m.who, m.act
	}
	acts := callable(p.family)
	if p.family == "bill" {
		acts = append(acts, besides()...)
	}
	return k.someone(), acts[k.pick(len(acts))]
}

// attempt tells whether something was done.
func (k *walk) attempt() bool {
	var p paper
	var moves []move
	for tries := 0; tries < 4 && len(moves) == 0; tries++ { // some papers have come to their end
		p = k.papers[k.pick(len(k.papers))]
		moves = k.open(p)
	}
	who, act := k.choose(p, moves)
	request := k.request(act, p)
	content := consented(act, request, k.content(paperOf(p.family, act), p))
	if second, v, ok := k.seconds(p); ok {
		who, act, request, content = second, v.act, v.request, v.content
	}
	return k.tried(who, p, act, request, content)
}

// tried makes an act and checks what it did, to the paper and around it; it tells whether it was made.
func (k *walk) tried(who string, p paper, act lifecycle.Act, request fields, content string) bool {
	before := k.control(p)
	done, err := k.try(who, p.service(), string(act), request, content)
	if err != nil {
		require.Equal(k, string(before), string(k.control(p)), "%s %s %s was refused and changes nothing", who, act, p)
		return false
	}
	k.done[act] = true
	if beside(p, act) {
		k.actedBeside(p, act, before, done)
		return true
	}
	var was head
	require.NoError(k, json.Unmarshal(before, &was))
	is := k.head(p)
	require.Equal(k, was.Version+1, is.Version, "%s %s %s", who, act, p)
	require.Equal(k, act, is.Last.Act)
	require.Equal(k, k.w.Party[who], is.Last.By)
	if p.family == "bill" {
		k.checkPledge(before, act, k.bill(p.id))
		k.checkJoint(before, who, act, request, content)
	}
	if act == bill.Reissue || act == bill.RestoreElectronic {
		k.replaced(p, act, request)
	}
	if p.family != "line" {
		require.Equal(k, contract.Outcome{Family: p.family, ID: p.id, State: is.State, Version: is.Version}, done)
	}
	return true
}

// start puts a shipment somewhere on its way, so that walks do not all begin at the beginning.
func (k *walk) start() {
	w, at := k.w, 1+k.pick(6)
	if scene := k.pick(len(scenes) * 3 / 2); scene < len(scenes) {
		scenes[scene](k)
		return
	}
	var id, letter, order string
	switch {
	case at <= 2:
		id = w.IssuedBill()
		w.PassOn(id, "shipper", []string{"buyer", "bank"}[k.pick(2)])
		if at == 2 {
			letter = w.ActiveGuarantee(id)
			order = w.RequestedUnderGuarantee(id, letter)
		}
	default:
		id = w.SurrenderedBill()
		order = w.RequestedRelease(id)
	}
	if at >= 4 {
		w.AcceptedRelease(order)
	}
	if at >= 5 {
		w.Appointed(order, 1)
	}
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	if letter != "" {
		k.papers = append(k.papers, paper{family: "guarantee", id: letter, cargo: own, bill: id})
	}
	if order == "" {
		return
	}
	k.papers = append(k.papers, paper{family: "release", id: order, cargo: own, bill: id},
		paper{family: "line", id: order, line: 1, cargo: own, bill: id}, paper{family: "line", id: order, line: 2, cargo: own, bill: id})
	if at == 6 {
		k.papers = append(k.papers, paper{family: "interchange", id: w.GatedOut(order, 1), line: 1, cargo: own, bill: id})
	}
}

func (k *walk) step() {
	switch k.pick(20) {
	case 0:
		if len(k.papers) < 10 {
			k.draftBill()
		}
	case 1:
		k.draftGuarantee()
	case 2, 3:
		k.requestRelease()
	case 4, 5:
		k.authorise()
	case 6:
		k.honest()
	case 7:
		wait := time.Minute
		if k.pick(6) == 0 {
			wait = recovery.Wait
		}
		k.w.Net.Advance(wait)
	default:
		k.act()
	}
}

// walks is how many walks there are for each number that rapid draws.
func walks() int {
	if testing.Short() {
		return 1
	}
	return 2
}

// diversity is how many kinds of acts the fixed seeds make at least: fewer, and the walk no longer goes where it went.
const diversity = 60

func TestRandomHistories(t *testing.T) {
	t.Parallel()
	total, joint, made := 0, 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		for n := range walks() {
			k := newWalk(t, seed, uint64(n), made)
			k.start()
			for step := range 60 {
				k.step()
				if step%15 == 14 {
					k.check()
				}
			}
			k.check()
			k.replay()
			total += k.acts
			joint += k.joint
		}
	})
	t.Logf("%d acts were made, %d by enough of several holders: %v", total, joint, made)
	if !testing.Short() {
		require.GreaterOrEqual(t, len(made), diversity, "the walk goes everywhere")
	}
}

// Holds, revocations, expiries and everything else that may happen to a release, on one order after another.
func TestRandomReleases(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		for n := range walks() {
			k := newWalk(t, seed, 100+uint64(n), made)
			k.wild = true
			id := k.w.SurrenderedBill()
			order := k.w.RequestedRelease(id)
			k.w.AcceptedRelease(order)
			k.w.Appointed(order, 1)
			k.papers = []paper{{family: "bill", id: id, cargo: own, bill: id}, {family: "release", id: order, cargo: own, bill: id},
				{family: "line", id: order, line: 1, cargo: own, bill: id}, {family: "line", id: order, line: 2, cargo: own, bill: id}}
			if k.pick(2) == 0 {
				k.w.GatedOut(order, 1)
			}
			for step := range 40 {
				switch k.pick(12) {
				case 0:
					k.requestRelease()
				case 1:
					k.w.Net.Advance(20 * time.Hour)
				case 2:
					k.honest()
				default:
					k.act()
				}
				if step%10 == 9 {
					k.check()
				}
			}
			k.replay()
		}
	})
	t.Logf("acts made: %v", made)
}
