package ledger_test

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/exchange"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/presentation"
	"portledger/chaincode/release"
	"portledger/gateway/pay"
	"portledger/test/world"
)

// desk is two banks and their customers around one bill of three containers: they pledge it, consent, sell it against payment, present it
// under credits, deliver parts of it and keep their limits, at random, beside a dumb second version of it all (financemodel_test.go).
type desk struct {
	*rapid.T
	dice *rand.Rand
	w    *world.World
	bill string
	// sales and sets are the latest exchanges and presentations; credit is the facility of each bank that works with one.
	sales, sets []string
	credit      map[string]string
	// keys make proofs of payment: one of each bank, one that was revoked and one that is not in force yet. proofs are those made before.
	keys    map[string]crypto.Signer
	keysEnd time.Time
	proofs  []sold
	// mandate lets the forwarder act for the shipper on bills.
	mandate string
	v       *vault
	// limitsOf are each bank's limits for its facility, the pledgor and itself, in cents.
	limitsOf map[string][3]int
	// What the last request named: whether a proof is good, containers, an amount, a document, limits. was is the bill before it.
	good     bool
	part     []int
	amount   int
	document string
	limit    [3]int
	was      bill.Bill
	// done are the acts of this walk, made those of all walks.
	done, made map[lifecycle.Act]int
}

// sold is a proof of payment and the exchange that it was made for.
type sold struct{ exchange, proof string }

func newDesk(t *rapid.T, seed uint64, made map[lifecycle.Act]int) *desk {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	w.Colleague("checker", "bank")
	w.Enrol("auditor", railOrg, w.Party["factor"], "BANK")
	k := &desk{T: t, dice: rand.New(rand.NewPCG(seed, 5)), w: w, credit: map[string]string{}, v: newVault(), made: made,
		done: map[lifecycle.Act]int{}, limitsOf: map[string][3]int{}}
	k.bill = threeHeld(w, "shipper")
	k.mandate = mandated(w, "shipper", "forwarder", nil, "bill/*")
	k.keys = map[string]crypto.Signer{"bank": keyOf(w, "bank"), "factor": keyOf(w, "factor")}
	for _, bank := range []string{"bank", "factor"} {
		if k.dice.IntN(3) > 0 {
			k.credit[bank] = w.Must(bank, "facility", "open", fields{"witness": terminalOrg}, "").ID
			w.Must(bank, "facility", "change-limit", fields{"id": k.credit[bank]}, terms(w, "shipper", "100", fields{"pledgorLimit": "150", "bankLimit": "150"}))
			k.limitsOf[bank] = [3]int{10000, 15000, 15000}
		}
	}
	k.keys["revoked"], k.keys["early"] = k.lateKeys()
	k.keysEnd = w.Net.Now().Add(30 * 24 * time.Hour)
	if k.dice.IntN(4) > 0 {
		k.pledged()
	}
	return k
}

// lateKeys are two keys of the bank that are good for nothing: one that it took back, and one for next year.
func (k *desk) lateKeys() (revoked, early crypto.Signer) {
	revoked, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	require.NoError(k, err)
	id := registerKey(k.w, "bank", revoked)
	k.w.Must(bankOrg, "party", "revoke-payment-key", fields{"id": k.w.Party["bank"], "key": id}, "")
	early, err = ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	require.NoError(k, err)
	public, _, err := pay.PublicKey(early)
	require.NoError(k, err)
	k.w.Must(bankOrg, "party", "register-payment-key", fields{"id": k.w.Party["bank"], "publicKey": public,
		"from": until(k.w, 200*24*time.Hour), "to": until(k.w, 300*24*time.Hour)}, "")
	return revoked, early
}

// pledged begins with a pledge that one of the banks accepts.
func (k *desk) pledged() {
	who, s := k.one("bank", "factor"), subject{"bill", k.bill}
	require.NoError(k, k.try("shipper", s, bill.ProposePledge, fields{"id": k.bill, "bank": k.w.Party[who], "mode": k.one("LOCK", "LOCK", "POSSESSORY")}, ""))
	request, content := k.askDeed(pledge.StateTerms, fields{"id": k.bill})
	require.NoError(k, k.try("shipper", s, pledge.StateTerms, request, content))
	if id := k.credit[who]; id != "" {
		k.document = k.bill
		if k.try(who, subject{"facility", id}, facility.Reserve, fields{"id": id}, reserving("PLEDGE", k.bill, cents(k.amount))) != nil {
			return // it is a cent too much
		}
	}
	request, _ = k.askDeed(bill.AcceptPledge, fields{"id": k.bill})
	require.NoError(k, k.try(who, s, bill.AcceptPledge, request, ""))
}

func (k *desk) pick(n int) int { return k.dice.IntN(n) }

func (k *desk) one(of ...string) string { return of[k.pick(len(of))] }

// try makes an act, as somebody or through an agent, and holds what it did to the bill against the second version. What is refused makes
// no block.
func (k *desk) try(who string, s subject, act lifecycle.Act, request fields, content string) error {
	was, height := k.now(), k.w.Net.Height()
	k.was = was
	done, err := k.sent(who, s, act, request, content)
	if err != nil {
		f := refusal(err)
		require.NotNil(k, f, "%s by %s: %v", act, who, err)
		require.NotEqual(k, fault.Internal, f.Code)
		require.Equal(k, height, k.w.Net.Height(), "%s by %s was refused and changes nothing", act, who)
		require.Equal(k, was, k.now())
		return err
	}
	k.done[act]++
	k.made[act]++
	is := k.now()
	k.note(who, s, act, request, was, is, done)
	k.judge(who, act, was, is)
	k.count(is)
	if act == bill.AcceptPledge || act == bill.AcceptPledgeTransfer {
		k.within(who, is)
	}
	if act == bill.Reissue {
		k.replaced(is)
	}
	return nil
}

func (k *desk) sent(who string, s subject, act lifecycle.Act, request fields, content string) (done contract.Outcome, err error) {
	if who != "shipper" || s.family != "bill" || k.pick(4) > 0 {
		return k.w.Try(who, s.family, string(act), request, content)
	}
	k.w.Under(k.mandate, func() { done, err = k.w.Try("forwarder", s.family, string(act), request, content) })
	return done, err
}

// subject is a document that somebody does something about.
type subject struct{ family, id string }

// deskPeople are who moves documents at the desk; two of them are second persons of their banks, who only examine.
var deskPeople = []struct {
	name string
	role lifecycle.Role
}{{"line", "CARRIER"}, {"bank", "BANK"}, {"factor", "BANK"}, {"shipper", "SHIPPER"}, {"buyer", "CONSIGNEE"}, {"checker", "BANK"}, {"auditor", "BANK"}}

// seconds are the first persons of those who are second ones.
var seconds = map[string]string{"checker": "bank", "auditor": "factor"}

// option is something that state and party let somebody do.
type option struct {
	subject
	who string
	act lifecycle.Act
}

// record is a public record as it stands.
func record[D any](k *desk, family, id string) (d D) {
	if raw := k.w.Net.State(family + "/" + id); raw != nil {
		require.NoError(k, json.Unmarshal(raw, &d))
	}
	return d
}

// now is the bill as it stands, deed the deed of its pledge.
func (k *desk) now() bill.Bill { return record[bill.Bill](k, "bill", k.bill) }

func (k *desk) deed(b bill.Bill) pledge.Deed {
	if b.Pledge == nil {
		return pledge.Deed{}
	}
	d := record[pledge.Deed](k, "pledge", b.Pledge.ID)
	d.State = lifecycle.State(b.Pledge.State)
	return d
}

// options are all of them now.
func (k *desk) options() (all []option) {
	b := k.now()
	for _, person := range deskPeople {
		a := lifecycle.Actor{Ref: ref(k.w, cmp.Or(seconds[person.name], person.name)), Roles: []lifecycle.Role{person.role}, Person: person.name}
		add := func(family, id string, acts []lifecycle.Act) {
			for _, act := range acts {
				if slices.Contains(deskActs[family], act) {
					all = append(all, option{subject{family, id}, person.name, act})
				}
			}
		}
		for _, id := range k.sets {
			add("presentation", id, presentation.Law.Open(record[presentation.Presentation](k, "presentation", id), a))
			add("presentation", id, presentation.ExaminationLaw.Open(record[presentation.Examination](k, "examination", id+"/examination"), a))
		}
		if seconds[person.name] != "" {
			continue
		}
		add("bill", k.bill, b.Open(a))
		add("bill", k.bill, pledge.Law.Open(k.deed(b), a))
		for _, id := range k.sales {
			add("exchange", id, exchange.Law.Open(record[exchange.Exchange](k, "exchange", id), a))
		}
		if id := k.credit[person.name]; id != "" {
			add("facility", id, facility.Law.Open(record[facility.Facility](k, "facility", id), a))
		}
	}
	return all
}

// scarce are the acts that undo what others built up, or end the walk; begins are those of which more comes.
var (
	scarce = []lifecycle.Act{bill.PlaceHold, bill.WithdrawPledge, bill.DeclinePledge, bill.ReleasePledge, bill.Enforce, bill.SettleTrust, bill.RevokeConsent, bill.Withdraw,
		bill.Reject, bill.SwitchToPaper, bill.EndorseJointly, bill.BlankEndorse, facility.Close, facility.Suspend, exchange.Decline, presentation.Withdraw, bill.WithdrawPart, facility.ChangeLimit, pledge.RenewRegistration,
		bill.DeclinePledgeTransfer, bill.WithdrawPledgeTransfer, bill.WithdrawSurrender, bill.RejectSurrender, bill.Sign, bill.ShowToBank, bill.RejectPart}
	begins = []lifecycle.Act{bill.ProposePledge, bill.AcceptPledge, bill.GiveConsent, bill.AcceptPart, bill.AcceptPledgeTransfer, bill.Accept, exchange.Agree,
		exchange.Show, exchange.Settle, pledge.ShowTerms, presentation.Complete, presentation.Honour, bill.AnnulSurrender, bill.SurrenderPart, bill.EndorseToOrder}
)

// choose prefers what leads on, and what this walk has not made yet.
func (k *desk) choose() option {
	all, b := k.options(), k.now()
	weigh := func(o option) int {
		weight := 12 / (1 + k.done[o.act])
		switch {
		case b.State == bill.Amendable && (o.act == bill.Reissue || o.act == bill.SwitchToPaper), opensNow(b, o.act):
			return 25
		case slices.Contains(scarce, o.act):
			return 1
		case slices.Contains(begins, o.act):
			return 8 + weight
		}
		return 1 + weight
	}
	sum := 0
	for _, o := range all {
		sum += weigh(o)
	}
	at := k.pick(sum)
	for _, o := range all {
		if at -= weigh(o); at < 0 {
			return o
		}
	}
	panic("the weights add up")
}

// act does one of the things that somebody may do, or now and then one that nobody should; what was said of it is what an attempt gets.
func (k *desk) act() {
	for range 5 {
		o := k.choose()
		said := possibilities(k.w, o.who, o.family, o.id).Acts
		odd := k.pick(8) == 0
		if odd {
			o.act = deskActs[o.family][k.pick(len(deskActs[o.family]))]
		}
		at := slices.IndexFunc(said, func(p contract.Possible) bool { return p.Act == o.act })
		locked := at >= 0 && said[at].Fault != nil && said[at].Fault.Code == fault.Pledged
		if at >= 0 && (odd || locked || said[at].Allowed) { // an act on a deed needs one
			k.asSaid(o, said[at])
			return
		}
	}
}

func (k *desk) asSaid(o option, p contract.Possible) {
	request, content := k.ask(o.who, o.subject, o.act)
	before := maps.Clone(k.v.reserved[o.who])
	err := k.try(o.who, o.subject, o.act, request, content)
	if p.Allowed {
		others := k.was.Joint != nil && codeOf(err) == fault.ProposalOpen // the other holder asked for the same act, and meant something else
		require.True(k, err == nil || others || refusal(err).At != "", "%s was told that %s is allowed: %v", o.who, o.act, err)
	} else {
		require.Equal(k, p.Fault.Code, codeOf(err), "%s %s", o.who, o.act)
	}
	k.foretold(o.who, o.subject, p, err, before)
}

// step is an act on what there is, something new, or time that passes.
func (k *desk) step() {
	switch k.pick(20) {
	case 0, 1:
		k.sell()
	case 2:
		k.present()
	case 3, 4:
		k.order()
	case 5, 6:
		k.pass()
	default:
		k.act()
	}
	if bank := k.one("bank", "factor"); k.pick(3) == 0 {
		k.sweep(bank, k.now())
	}
	for _, bank := range []string{"bank", "factor"} {
		k.limits(bank)
	}
}

// pass lets some minutes go by, or just as many as are left to the second of a consent or a deadline.
func (k *desk) pass() {
	now := k.w.Net.Now()
	ends := []time.Time{now.Add(time.Duration(k.pick(6)) * time.Minute)}
	if c := k.v.consent; c != nil {
		ends = append(ends, c.until, c.until.Add(-time.Second))
	}
	for _, id := range k.sales {
		if at, err := time.Parse(time.RFC3339Nano, exchangeOf(k.w, id).Deadline); err == nil {
			ends = append(ends, at, at.Add(-time.Second))
		}
	}
	if to := ends[k.pick(len(ends))]; to.After(now) {
		k.w.Net.Advance(to.Sub(now))
	}
	if k.pick(25) == 0 {
		k.w.Net.Advance(9 * 24 * time.Hour) // a bank's days to examine are over
	}
}

// frozen tells whether a hold is in force.
func (k *desk) frozen(b bill.Bill) bool { return hold.Any(b.Holds, k.w.Net.Now()) != nil }

// order asks for one container on the bill or on one of its parts, as anybody: only who surrendered it gets it, and once.
func (k *desk) order() {
	b := k.now()
	n, who := 1+k.pick(3), k.one("shipper", "buyer", "bank", "factor")
	part := k.v.of[1+k.pick(3)]
	if k.pick(3) > 0 {
		part = k.v.of[n]
	}
	claimant := b.Claimant
	may := b.State == bill.Surrendered && part == ""
	if part != "" {
		claimant, may = k.v.claimant[part], true
	}
	if k.pick(3) > 0 && !claimant.Zero() {
		who = whose(k.w, claimant)
	}
	may = may && k.v.of[n] == part && claimant == ref(k.w, who) && k.v.orders[n] == "" && !k.v.out[n]
	held := k.frozen(b)
	height := k.w.Net.Height()
	done, err := k.w.Try(who, "release", "request", onPart(k.w, k.bill, part), releaseOf(n))
	require.Equal(k, may && !held, err == nil, "%s asks for %d on %q: %v", who, n, part, err)
	if err != nil {
		require.Equal(k, height, k.w.Net.Height())
		return
	}
	k.v.orders[n] = done.ID
	k.made[release.Request]++
	if !k.frozen(b) && k.pick(2) == 0 {
		receipt := atPartGate(k.w, who, done.ID, n)
		was := k.now()
		k.w.Must("terminal", "interchange", "record", fields{"id": receipt}, boxed("gate-sheet-out", n))
		k.v.out[n] = true
		k.made["record"]++
		k.judge("terminal", "record", was, k.now())
	}
}

// replaced goes on with the bill that took the place of this one, which nobody lends on any more.
func (k *desk) replaced(was bill.Bill) {
	require.False(k, was.Pledged(), "a pledged bill is not reissued")
	require.Len(k, was.ReplacedBy, 1)
	k.bill = was.ReplacedBy[0]
	is := k.now()
	require.Equal(k, []any{was.Containers, 0, 3}, []any{is.Containers, is.Delivered(), is.Balance()})
	k.v.before, k.v.lenders = append(k.v.before, k.v.lenders...), nil
	k.v.consent, k.v.licensed = nil, false
}

// last lets the bank that has a pledge come to its security, wherever the others left the bill while it did not let the goods go.
func (k *desk) last() {
	b := k.now()
	if !secured(b) {
		return
	}
	k.w.Net.Advance(time.Hour) // no consent, no deadline and no hold is farther off
	bank, default_ := whose(k.w, b.Pledge.Bank), fields{"id": k.bill, "reason": "NON_PAYMENT"}
	if b.Pledge.State == bill.TrustReleased {
		k.w.Must(bank, "bill", "recall-trust", default_, "")
	}
	k.w.Must(bank, "bill", "enforce", default_, "")
	is := k.now()
	require.Equal(k, []any{bill.Issued, b.Pledge.Bank, bill.PledgeEnforced}, []any{is.State, is.Holder, is.Pledge.State})
	surrender(k.w, k.bill, bank)
	k.made["enforced in the end"]++
}

// Rule X-06: a pledged bill never changes holder, is never delivered and never reissued without a consent that names that act; each
// consent is used at most once; what is delivered, asked for and in the balance are always all containers; no limit is overshot; what is
// refused changes nothing, and what may be done is what an attempt gets.
func TestRandomFinance(t *testing.T) {
	t.Parallel()
	made, steps := map[lifecycle.Act]int{}, 60
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		for n := range uint64(2) {
			k := newDesk(t, seed+n, made)
			for range steps {
				if k.step(); k.now().State == bill.Voided {
					break
				}
			}
			k.last()
		}
	})
	t.Logf("made %d kinds of acts: %v", len(made), made)
	if !testing.Short() {
		require.GreaterOrEqual(t, len(made), 46, "the walk goes everywhere")
	}
}
