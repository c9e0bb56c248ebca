package ledger_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	proofs "portledger/chaincode/payment"
	"portledger/chaincode/recovery"
	"portledger/gateway/pay"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// Whoever lies: without the seller's peer the bill does not move, and the exchange that binds it does not end.
func TestForgersNeitherSettleNorFree(t *testing.T) {
	w := world.New(t, railOrg)
	keyOf(w, "bank")
	id := w.IssuedBill()
	ex := agreed(w, id)
	settled := func(r map[string]any) { r["state"] = exchange.Settled }
	paidTo := func(r map[string]any) { r["holder"], r["offer"] = ref(w, "buyer"), nil }
	for _, liars := range [][]string{{bankOrg, terminalOrg}, {carrierOrg, bankOrg, terminalOrg, railOrg}} {
		for key, change := range map[string]func(map[string]any){"exchange/" + ex: settled, "bill/" + id: paidTo} {
			require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", w.Rewrite(key, nil, change), liars...), "%s by %v", key, liars)
		}
	}
	keys := func(r map[string]any) { r["paymentKeys"] = []any{} }
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("buyer", w.Rewrite("party/"+w.Party["bank"], nil, keys), carrierOrg, portOrg, terminalOrg),
		"nobody but the bank's own organisation puts a key under its name")
}

// An exchange that two members made up behind the seller's back sells nothing.
func TestAnInventedExchangeSellsNothing(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	fake := exchangeOf(w, offeredForPayment(w, sale(w, id)))
	fake.ID, fake.Commitment = "ex-aaaaaaaaaaaaaaaaaaaaaaaaaa", "c0ffee"
	for _, state := range []lifecycle.State{exchange.Proposed, exchange.Agreed} {
		fake.State = state
		if state == exchange.Agreed {
			fake.Keepers = []lifecycle.Ref{ref(w, "terminal")}
		}
		lie := w.Rewrite("exchange/"+fake.ID, w.Policy(bankOrg, terminalOrg), func(r map[string]any) {
			for name, value := range asRecord(fake) {
				r[name] = value
			}
		})
		require.Equal(t, memfabric.Valid, w.Forge("bank", lie, bankOrg, terminalOrg))
		proof, err := pay.Sign(key, proofs.Statement{Exchange: fake.ID, Commitment: fake.Commitment, PaidAt: w.Net.Now().UTC().Format(time.RFC3339)})
		require.NoError(t, err)
		w.Refused(fault.NotAnchored, "buyer", "exchange", "agree", fields{"id": fake.ID}, "")
		w.Refused(fault.NotAnchored, "bank", "exchange", "settle", settling(fake.ID, proof), "")
	}
	require.Nil(t, billOf(w, id).Offer)
}

// The bank that lends on a bill has its say, once, when the buyer agrees.
func TestAPledgedBillIsSoldWithItsBanksConsent(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	id := pledgedBill(w)
	terms := world.Fixture("exchange-terms")
	require.Equal(t, "X-06", w.Refused(fault.Pledged, "shipper", "exchange", "propose", sale(w, id), terms).Rule)
	toBuyer := consent(w, id, "ENDORSE")
	toBuyer["to"] = w.Party["buyer"]
	w.Must("bank", "bill", "consent", toBuyer, "")
	ex := agreed(w, id)
	require.Nil(t, billOf(w, id).Pledge.Consent, "used up")
	_, plan, err := w.Rehearse("buyer", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "", "")
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, carrierOrg, portOrg}, plan.Endorsers)
	w.Must("buyer", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	require.True(t, billOf(w, id).Pledged(), "the pledge goes with the bill")

	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	request := sale(w, id)
	request["buyer"] = w.Party["forwarder"]
	ex = w.Must("buyer", "exchange", "propose", request, terms).ID
	w.Must("bank", "bill", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Refused(fault.Pledged, "forwarder", "exchange", "agree", fields{"id": ex}, "")
}

// Control of a committed bill is lost: nothing is sold, and the exchange still comes to its end.
func TestARecoveredBillIsSoldNoMore(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "CONSIGNEE")
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "factor")
	request := sale(w, id)
	request["deadline"] = w.Net.Now().Add(20 * 24 * time.Hour).Format(time.RFC3339)
	ex := w.Must("factor", "exchange", "propose", request, world.Fixture("exchange-terms")).ID
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
	openRecovery(w, id)
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
	replacement := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	require.Empty(t, billOf(w, replacement).Committed())
	w.Refused(fault.BillRecovered, "bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	w.Net.Advance(13 * 24 * time.Hour)
	w.Must("buyer", "exchange", "withdraw", fields{"id": ex, "reason": "OTHER"}, "")
	require.Equal(t, ex, billOf(w, id).Committed(), "the lost bill's own record does not change")
}

// A buyer whose goods went under a guarantee pays for the bill all the same: it has to surrender it.
func TestABillWhoseGoodsWentIsStillSold(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	order := w.RequestedUnderGuarantee(id, w.ActiveGuarantee(id))
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	ex := agreed(w, id)
	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	surrender(w, id, "buyer")
}

// market is people who buy and sell one bill in any order, honestly or not.
type market struct {
	*rapid.T
	w         *world.World
	bill      string
	exchanges []string
	buyers    map[string]string
	holds     int
}

// Whatever is tried: the bill is a buyer's if and only if its exchange was settled with a good proof, no exchange is settled and
// withdrawn, at most one binds the bill, and nobody is told anything else beforehand than what an attempt gets.
func TestTheBillIsTheBuyersIfAndOnlyIfItWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := world.New(t)
		key := keyOf(w, "bank")
		stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		m := &market{T: t, w: w, bill: w.IssuedBill(), buyers: map[string]string{}}
		settledTo := ""
		for range rapid.IntRange(5, 30).Draw(t, "steps") {
			w.Net.Advance(time.Duration(rapid.IntRange(0, 25).Draw(t, "minutes")) * time.Minute)
			m.around()
			if len(m.exchanges) == 0 {
				continue
			}
			ex := rapid.SampledFrom(m.exchanges).Draw(t, "exchange")
			act := rapid.SampledFrom([]lifecycle.Act{exchange.Show, exchange.Agree, exchange.Agree, exchange.Decline, exchange.Withdraw, exchange.Settle, exchange.Settle}).Draw(t, "act")
			request := fields{"id": ex}
			good := false
			switch act {
			case exchange.Decline, exchange.Withdraw:
				request["reason"] = "OTHER"
			case exchange.Settle:
				by, about := key, rapid.SampledFrom(m.exchanges).Draw(t, "about")
				good = about == ex
				if rapid.IntRange(0, 4).Draw(t, "forged") == 0 {
					by, good = stranger, false
				}
				request["proof"] = paidFor(w, by, about, nil)
			}
			before := exchangeOf(w, ex)
			if m.try(act, ex, request) != nil || act != exchange.Settle {
				m.check(settledTo)
				continue
			}
			require.True(t, good && before.State == exchange.Agreed && w.Net.Now().Before(mustTime(before.Deadline)), "settled without a good proof in time")
			settledTo = m.buyers[ex]
			m.check(settledTo)
			return // the buyer is no seller of this market
		}
	})
}

// around is what happens beside exchanges: new proposals, plain offers, holds.
func (m *market) around() {
	switch rapid.IntRange(0, 5).Draw(m.T, "around") {
	case 0, 1:
		buyer := rapid.SampledFrom([]string{"buyer", "forwarder"}).Draw(m.T, "buyer")
		request := sale(m.w, m.bill)
		request["buyer"] = m.w.Party[buyer]
		if done, err := m.w.Try("shipper", "exchange", "propose", request, world.Fixture("exchange-terms")); err == nil {
			m.exchanges = append(m.exchanges, done.ID)
			m.buyers[done.ID] = buyer
		}
	case 2:
		_, _ = m.w.Try("shipper", "bill", "transfer", fields{"id": m.bill, "to": m.w.Party["buyer"]}, "")
	case 3:
		_, _ = m.w.Try("shipper", "bill", "withdraw", fields{"id": m.bill}, "")
	case 4:
		if _, err := m.w.Try("customs", "bill", "place-hold", fields{"id": m.bill, "ground": "QUARANTINE"}, ""); err == nil {
			m.holds++
		}
		if rapid.Bool().Draw(m.T, "lift") {
			_, _ = m.w.Try("customs", "bill", "lift-hold", fields{"id": m.bill, "hold": m.holds}, "")
		}
	}
}

// try makes an act as somebody, and holds what comes of it against what was said before.
func (m *market) try(act lifecycle.Act, ex string, request fields) error {
	who := rapid.SampledFrom([]string{"shipper", m.buyers[ex], m.buyers[ex], "bank", "line"}).Draw(m.T, "who")
	said := possible(m.w, who, "exchange", ex, act, 0)
	_, err := m.w.Try(who, "exchange", string(act), request, "")
	if err == nil {
		require.True(m, said.Allowed, "%s %s", who, act)
		return nil
	}
	f, is := fault.Parse(err.Error())
	require.True(m, is, err)
	if f.At == "" {
		require.False(m, said.Allowed, "%s %s: %s", who, act, f.Code)
		require.Equal(m, said.Fault.Code, f.Code, "%s %s", who, act)
	}
	return err
}

func (m *market) check(settledTo string) {
	b := billOf(m.w, m.bill)
	holder := ref(m.w, "shipper")
	if settledTo != "" {
		holder = ref(m.w, settledTo)
	}
	require.Equal(m, holder, b.Holder)
	bound, settled := 0, 0
	for _, ex := range m.exchanges {
		e := exchangeOf(m.w, ex)
		require.Equal(m, e.State == exchange.Settled, e.Payment != nil)
		require.Equal(m, e.State == exchange.Agreed, b.Committed() == ex, "an exchange binds the bill while it is agreed")
		if e.State == exchange.Agreed {
			bound++
		}
		if e.State == exchange.Settled {
			settled++
		}
	}
	require.LessOrEqual(m, bound+settled, 1)
	require.Equal(m, settledTo != "", settled == 1)
	require.Equal(m, bill.Issued, b.State)
}

func mustTime(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at
}

// Who passed the bill on has nothing to show any more, although the copy is still there.
func TestAFormerHolderShowsNothing(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("importer", railOrg, false, "CONSIGNEE")
	id := w.IssuedBill()
	request := sale(w, id)
	request["buyer"] = w.Party["importer"]
	ex := offeredForPayment(w, request)
	w.PassOn(id, "shipper", "bank")
	w.Refused(fault.SellerNotInControl, "shipper", "exchange", "show", fields{"id": ex}, "")
	require.Equal(t, fault.SellerNotInControl, possible(w, "shipper", "exchange", ex, exchange.Show, 0).Fault.Code)
	require.Nil(t, w.Net.PrivateData(railOrg, "content/"+id))
}
