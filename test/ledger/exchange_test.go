package ledger_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	proofs "portledger/chaincode/payment"
	"portledger/gateway/pay"
	"portledger/test/memfabric"
	"portledger/test/world"
)

type exchangeView struct {
	Control exchange.Exchange `json:"control"`
	Content json.RawMessage   `json:"content"`
	Subject json.RawMessage   `json:"subject"`
	Acts    []lifecycle.Act   `json:"acts"`
}

type partyView struct {
	Control party.Party `json:"control"`
}

func exchangeOf(w *world.World, id string) exchange.Exchange {
	w.TB.Helper()
	return read[exchangeView](w, "line", "exchange", id).Control
}

// keyOf registers a new payment key for a bank and answers it.
func keyOf(w *world.World, bank string) crypto.Signer {
	w.TB.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(w.TB, err)
	registerKey(w, bank, key)
	return key
}

func registerKey(w *world.World, bank string, key crypto.Signer) (id string) {
	w.TB.Helper()
	public, id, err := pay.PublicKey(key)
	require.NoError(w.TB, err)
	w.Must(w.Person[bank].MSP, "party", "register-payment-key", fields{"id": w.Party[bank], "publicKey": public,
		"to": w.Net.Now().Add(30 * 24 * time.Hour).Format(time.RFC3339)}, "")
	return id
}

// sale is the public part of a proposal to sell a bill to the buyer, to be paid within an hour.
func sale(w *world.World, id string) fields {
	return fields{"bill": id, "passes": "endorse-to-order", "buyer": w.Party["buyer"], "bank": w.Party["bank"],
		"proofKind": "BANK_SIGNATURE", "deadline": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}
}

func offeredForPayment(w *world.World, request fields) string {
	w.TB.Helper()
	return w.Must("shipper", "exchange", "propose", request, world.Fixture("exchange-terms")).ID
}

// agreed is an exchange of a bill that the shipper sells to the buyer and the buyer agreed to.
func agreed(w *world.World, id string) string {
	w.TB.Helper()
	ex := offeredForPayment(w, sale(w, id))
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
	return ex
}

// paidFor is the bank's proof for an exchange, with whatever is changed in it.
func paidFor(w *world.World, key crypto.Signer, id string, change func(*proofs.Statement)) string {
	w.TB.Helper()
	s := proofs.Statement{Exchange: id, Commitment: exchangeOf(w, id).Commitment, PaidAt: w.Net.Now().UTC().Format(time.RFC3339)}
	if change != nil {
		change(&s)
	}
	proof, err := pay.Sign(key, s)
	require.NoError(w.TB, err)
	return proof
}

func settling(id, proof string) fields { return fields{"id": id, "proof": proof} }

func TestABillAndItsPaymentChangeHandsTogether(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	ex := offeredForPayment(w, sale(w, id))
	require.Nil(t, billOf(w, id).Offer, "a proposal binds nothing")
	require.NotEmpty(t, read[exchangeView](w, "buyer", "exchange", ex).Subject, "the buyer sees what it is to pay for")
	require.Equal(t, exchange.Proposed, exchangeOf(w, ex).State)
	_, plan, err := w.Rehearse("buyer", "exchange", "agree", fields{"id": ex}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{carrierOrg, portOrg}, plan.Endorsers, "the bank need not be there")
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
	require.Equal(t, ex, billOf(w, id).Committed())
	require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)

	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	e, b := exchangeOf(w, ex), billOf(w, id)
	require.Equal(t, exchange.Settled, e.State)
	require.Equal(t, ref(w, "buyer"), b.Holder)
	require.Equal(t, ref(w, "buyer"), b.Title)
	require.True(t, b.Endorsable)
	require.Nil(t, b.Offer)
	require.NotEmpty(t, read[billView](w, "buyer", "bill", id).Content)
	_, f := proofs.Of(e.ProofKind).Check(e.Payment.Proof, proofs.Expected{Exchange: ex, Commitment: e.Commitment,
		Keys: read[partyView](w, "line", "party", w.Party["bank"]).Control.PaymentKeys, At: w.Net.Now(), Until: w.Net.Now().Add(time.Hour)})
	require.Nil(t, f, "anybody can check it again from the records")
	require.Equal(t, []lifecycle.Act{"draft", "approve", "issue", "commit-to-exchange", "deliver-against-payment"}, actsOf(w, "line", "bill", id))
	w.Refused(fault.WrongState, "bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
}

// actsOf are the acts in a document's history.
func actsOf(w *world.World, who, family, id string) []lifecycle.Act {
	w.TB.Helper()
	answer, err := w.Person[who].Evaluate(family+":History", []string{id}, nil)
	require.NoError(w.TB, err)
	var past []struct{ Act lifecycle.Act }
	require.NoError(w.TB, json.Unmarshal(answer, &past))
	var acts []lifecycle.Act
	for _, p := range past {
		acts = append(acts, p.Act)
	}
	return acts
}

// While it is committed the bill does nothing else, whoever asks.
func TestACommittedBillIsBound(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	ex := agreed(w, id)
	to := fields{"id": id, "to": w.Party["forwarder"]}
	for _, act := range []string{"transfer", "endorse", "endorse-to-order", "blank-endorse"} {
		require.Equal(t, ex, w.Refused(fault.Committed, "shipper", "bill", act, to, "").Args["exchange"], act)
	}
	w.Refused(fault.Committed, "shipper", "bill", "endorse-jointly", fields{"id": id, "holders": []string{w.Party["buyer"], w.Party["bank"]}, "needs": 1}, "")
	w.Refused(fault.Committed, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.Committed, "shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "AMD"}, "")
	w.Refused(fault.Committed, "shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Refused(fault.Committed, "shipper", "bill", "withdraw", fields{"id": id}, "")
	w.Refused(fault.Committed, "buyer", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.Committed, "buyer", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Equal(t, fault.Committed, possible(w, "shipper", "bill", id, bill.Surrender, 0).Fault.Code)
	require.Equal(t, fault.Committed, possible(w, "buyer", "bill", id, bill.Accept, 0).Fault.Code)
	w.Refused(fault.Committed, "shipper", "exchange", "propose", sale(w, id), world.Fixture("exchange-terms"))
	w.Refused(fault.TooEarly, "shipper", "exchange", "withdraw", fields{"id": ex, "reason": "NOT_PAID"}, "")
	w.Refused(fault.TooEarly, "buyer", "exchange", "withdraw", fields{"id": ex, "reason": "TERMS"}, "")
	w.Refused(fault.WrongState, "buyer", "exchange", "decline", fields{"id": ex, "reason": "TERMS"}, "")
	w.Refused(fault.WrongParty, "bank", "exchange", "withdraw", fields{"id": ex, "reason": "TERMS"}, "")
}

// From the deadline on no proof counts, and either side may go.
func TestAfterTheDeadlineEitherSideWithdraws(t *testing.T) {
	for _, who := range []string{"shipper", "buyer"} {
		w := world.New(t)
		key := keyOf(w, "bank")
		id := w.IssuedBill()
		ex := agreed(w, id)
		late := paidFor(w, key, ex, nil)
		w.Net.Advance(time.Hour)
		w.Refused(fault.TooLate, "bank", "exchange", "settle", settling(ex, late), "")
		_, plan, err := w.Rehearse(who, "exchange", "withdraw", fields{"id": ex, "reason": "NOT_PAID"}, "", "")
		require.NoError(t, err)
		require.Equal(t, []string{carrierOrg, portOrg}, plan.Endorsers)
		w.Must(who, "exchange", "withdraw", fields{"id": ex, "reason": "NOT_PAID"}, "")
		require.Equal(t, exchange.Withdrawn, exchangeOf(w, ex).State)
		require.Nil(t, billOf(w, id).Offer)
		require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)
		w.Refused(fault.WrongState, "bank", "exchange", "settle", settling(ex, late), "")
		w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
	}
}

func TestAProofIsForOneExchangeOfOneBankUnderOneKey(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	w.Register("bank2", bankOrg, false, "BANK")
	foreign := keyOf(w, "bank2")
	id := w.IssuedBill()
	ex := agreed(w, id)
	second := w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00043")
	other := agreed(w, second)
	unregistered, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	good := paidFor(w, key, ex, nil)
	at := len(good) - 8 // within the signature
	tampered := good[:at] + map[bool]string{true: "B", false: "A"}[good[at] == 'A'] + good[at+1:]
	for name, c := range map[string]struct {
		proof string
		code  fault.Code
	}{
		"another exchange's":      {paidFor(w, key, other, nil), fault.PaymentOfOther},
		"another bank's":          {paidFor(w, foreign, ex, nil), fault.PaymentKeyUnknown},
		"nobody's":                {paidFor(w, unregistered, ex, nil), fault.PaymentKeyUnknown},
		"for other terms":         {paidFor(w, key, ex, func(s *proofs.Statement) { s.Commitment = exchangeOf(w, other).Commitment }), fault.PaymentTermsDiffer},
		"forged":                  {tampered, fault.PaymentForged},
		"dated before the offer":  {paidFor(w, key, ex, func(s *proofs.Statement) { s.PaidAt = "2001-01-01T00:00:00Z" }), fault.PaymentNotInExchange},
		"dated ahead":             {paidFor(w, key, ex, func(s *proofs.Statement) { s.PaidAt = w.Net.Now().Add(10 * time.Minute).Format(time.RFC3339) }), fault.PaymentNotInExchange},
		"dated after its end":     {paidFor(w, key, ex, func(s *proofs.Statement) { s.PaidAt = w.Net.Now().Add(2 * time.Hour).Format(time.RFC3339) }), fault.PaymentNotInExchange},
		"no date":                 {paidFor(w, key, ex, func(s *proofs.Statement) { s.PaidAt = "today" }), fault.Invalid},
		"no proof":                {"e30.e30.e30", fault.Invalid},
		"with something appended": {good + "AA.", fault.Invalid},
	} {
		f := w.Refused(c.code, "buyer", "exchange", "settle", settling(ex, c.proof), "")
		require.Equal(t, "/proof", f.At, name)
	}
	require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)
	w.Refused(fault.WrongParty, "forwarder", "exchange", "settle", settling(ex, good), "")
	w.Must("buyer", "exchange", "settle", settling(ex, good), "")
	require.Equal(t, ref(w, "buyer"), billOf(w, id).Holder)
	require.Equal(t, ref(w, "shipper"), billOf(w, second).Holder)
}

func TestPaymentKeysComeAndGo(t *testing.T) {
	w := world.New(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	kid := registerKey(w, "bank", key)
	ex := agreed(w, w.IssuedBill())
	proof := paidFor(w, key, ex, nil)
	public, _, err := pay.PublicKey(key)
	require.NoError(t, err)
	later := w.Net.Now().Add(24 * time.Hour).Format(time.RFC3339)
	register := func(key, from, to string) fields {
		return fields{"id": w.Party["bank"], "publicKey": key, "from": from, "to": to}
	}
	w.Refused(fault.Duplicate, bankOrg, "party", "register-payment-key", register(public, "", later), "")
	w.Refused(fault.Invalid, bankOrg, "party", "register-payment-key", register("AAAA", "", later), "")
	w.Refused(fault.WrongParty, "bank", "party", "register-payment-key", register(public, "", later), "")
	w.Refused(fault.WrongParty, carrierOrg, "party", "register-payment-key", register(public, "", later), "")
	w.Refused(fault.WrongParty, portOrg, "party", "register-payment-key", fields{"id": w.Party["buyer"], "publicKey": public, "to": later}, "")

	_, next, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	public, _, err = pay.PublicKey(next)
	require.NoError(t, err)
	for place, bad := range map[string]fields{
		"/to": register(public, "", w.Net.Now().Format(time.RFC3339)), "/from": register(public, "now", later)} {
		require.Equal(t, place, w.Refused(fault.Invalid, bankOrg, "party", "register-payment-key", bad, "").At)
	}
	w.Refused(fault.Invalid, bankOrg, "party", "register-payment-key", register(public, "", "2099-01-01T00:00:00Z"), "")
	w.Must(bankOrg, "party", "register-payment-key", register(public, w.Net.Now().Add(30*time.Minute).Format(time.RFC3339), later), "")
	f := w.Refused(fault.PaymentKeyNotInForce, "bank", "exchange", "settle", settling(ex, paidFor(w, next, ex, nil)), "")
	require.Equal(t, "not-yet", f.Args["why"])
	w.Must(bankOrg, "party", "revoke-payment-key", fields{"id": w.Party["bank"], "key": kid}, "")
	w.Refused(fault.PaymentKeyNotInForce, bankOrg, "party", "revoke-payment-key", fields{"id": w.Party["bank"], "key": kid}, "")
	w.Refused(fault.NotFound, bankOrg, "party", "revoke-payment-key", fields{"id": w.Party["bank"], "key": "ff"}, "")
	f = w.Refused(fault.PaymentKeyNotInForce, "bank", "exchange", "settle", settling(ex, proof), "")
	require.Equal(t, "revoked", f.Args["why"], "even though it was in force when it signed")
	w.Net.Advance(31 * time.Minute)
	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, next, ex, nil)), "")

	for range proofs.KeysMax - 2 {
		keyOf(w, "bank")
	}
	w.Refused(fault.LimitReached, bankOrg, "party", "register-payment-key", register(public, "", later), "")
	w.Net.Advance(31 * 24 * time.Hour)
	keyOf(w, "bank")
	require.Len(t, read[partyView](w, "line", "party", w.Party["bank"]).Control.PaymentKeys, 1, "what is over is dropped")
}

// The buyer's organisation gets what it looks at from the seller alone, and the content need not travel when the bank pays.
func TestABuyerElsewhereIsShownTheBillFirst(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("importer", railOrg, false, "CONSIGNEE")
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	request := sale(w, id)
	request["buyer"] = w.Party["importer"]
	ex := offeredForPayment(w, request)
	require.Equal(t, "bill", w.Refused(fault.NotShown, "importer", "exchange", "agree", fields{"id": ex}, "").Args["what"])
	require.Empty(t, read[exchangeView](w, "importer", "exchange", ex).Subject)
	_, plan, err := w.Rehearse("shipper", "exchange", "show", fields{"id": ex}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{portOrg, railOrg}, plan.Endorsers, "neither bank nor line")
	w.Must("shipper", "exchange", "show", fields{"id": ex}, "")
	w.Refused(fault.Duplicate, "shipper", "exchange", "show", fields{"id": ex}, "")
	require.JSONEq(t, world.Fixture("bill-order"), string(read[exchangeView](w, "importer", "exchange", ex).Subject))
	w.Must("importer", "exchange", "decline", fields{"id": ex, "reason": "TERMS"}, "")
	require.False(t, possible(w, "shipper", "exchange", ex, exchange.Show, 0).Allowed)
	require.Nil(t, w.Net.PrivateData(railOrg, "content/"+id), "given back with the refusal")
	require.Equal(t, exchange.Declined, exchangeOf(w, ex).State)

	ex = offeredForPayment(w, request)
	w.Must("shipper", "exchange", "show", fields{"id": ex}, "")
	w.Must("importer", "exchange", "agree", fields{"id": ex}, "")
	_, plan, err = w.Rehearse("importer", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "", "")
	require.NoError(t, err)
	require.Empty(t, plan.Attach, "nothing private travels")
	w.Must("importer", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	require.Equal(t, ref(w, "importer"), billOf(w, id).Holder)
	w.Must("importer", "bill", "surrender", fields{"id": id}, "")
}

// Amount, account and reference: seller, buyer and bank, and nobody else, stored or only shown.
func TestTermsStayWithSellerBuyerAndBank(t *testing.T) {
	w := world.New(t, railOrg)
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	terms := world.With(world.Fixture("exchange-terms"), "paymentReference", canary("terms"))
	ex := w.Must("shipper", "exchange", "propose", sale(w, id), terms).ID
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	for _, needle := range []string{canary("terms"), "128500.00", "NZ-0123-0456789-00"} {
		for _, org := range []string{carrierOrg, terminalOrg, railOrg} {
			require.False(t, bytes.Contains(seenBy(w, org), []byte(needle)), "%s at %s", needle, org)
		}
		require.False(t, bytes.Contains(public(w), []byte(needle)), needle)
	}
	for _, who := range []string{"shipper", "buyer", "bank"} {
		require.JSONEq(t, terms, string(read[exchangeView](w, who, "exchange", ex).Content), who)
	}
	for _, who := range []string{"line", "terminal", "forwarder", "customs"} {
		require.Empty(t, read[exchangeView](w, who, "exchange", ex).Content, who)
	}
	require.False(t, bytes.Contains(seenBy(w, bankOrg), []byte(own.number)), "nor does the bank learn what is sold")
}

func TestOfTwoBuyersWhoAgreeAtOnceOneGetsTheBill(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	one := offeredForPayment(w, sale(w, id))
	request := sale(w, id)
	request["buyer"] = w.Party["forwarder"]
	two := offeredForPayment(w, request)
	oneWins(t, w, w.Endorsed("forwarder", "exchange", "agree", fields{"id": two}, ""), w.Endorsed("buyer", "exchange", "agree", fields{"id": one}, ""),
		w.Endorsed("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, ""))
	require.Equal(t, two, billOf(w, id).Committed())
	require.Equal(t, two, w.Refused(fault.Committed, "buyer", "exchange", "agree", fields{"id": one}, "").Args["exchange"])
	require.Equal(t, fault.Committed, possible(w, "buyer", "exchange", one, exchange.Agree, 0).Fault.Code)
}

// A settlement and whatever else could happen at the same moment: one of them.
func TestASettlementIsOnce(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	id := w.IssuedBill()
	ex := agreed(w, id)
	settle := func(who string) *memfabric.Tx {
		return w.Endorsed(who, "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	}
	hold := w.Endorsed("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
	oneWins(t, w, settle("bank"), settle("buyer"), hold)

	again := w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00044")
	ex = agreed(w, again)
	late := settle("bank")
	revoke := w.Endorsed(bankOrg, "party", "revoke-payment-key", fields{"id": w.Party["bank"],
		"key": read[partyView](w, "line", "party", w.Party["bank"]).Control.PaymentKeys[0].ID}, "")
	oneWins(t, w, revoke, late)
	require.Equal(t, ref(w, "shipper"), billOf(w, again).Holder, "a key that is revoked first settles nothing")
}

// What refuses a plain endorsement refuses an exchange: when it is proposed, agreed to and settled.
func TestAnExchangeIsNoWayRoundTheBillsOwnRules(t *testing.T) {
	w := world.New(t)
	key := keyOf(w, "bank")
	terms := world.Fixture("exchange-terms")
	propose := func(code fault.Code, who string, request fields) *fault.Fault {
		return w.Refused(code, who, "exchange", "propose", request, terms)
	}
	id := w.IssuedBill()
	propose(fault.SellerNotInControl, "forwarder", sale(w, id))
	propose(fault.WrongRole, "line", sale(w, id))
	propose(fault.NotFound, "shipper", sale(w, "bl-none"))
	ex := offeredForPayment(w, sale(w, id))
	hold := func() { w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "") }
	lift := func(n int) { w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": n}, "") }
	hold()
	propose(fault.OnHold, "shipper", sale(w, id))
	w.Refused(fault.OnHold, "buyer", "exchange", "agree", fields{"id": ex}, "")
	require.Equal(t, fault.OnHold, possible(w, "buyer", "exchange", ex, exchange.Agree, 0).Fault.Code)
	lift(1)
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
	hold()
	w.Refused(fault.OnHold, "bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	require.Equal(t, fault.OnHold, possible(w, "bank", "exchange", ex, exchange.Settle, 0).Fault.Code)
	w.Net.Advance(time.Hour)
	w.Must("shipper", "exchange", "withdraw", fields{"id": ex, "reason": "NOT_PAID"}, "")
	lift(2)
	w.Must("shipper", "bill", "endorse", fields{"id": id, "to": w.Party["bank"]}, "")
	propose(fault.OfferOpen, "shipper", sale(w, id))
	w.Must("shipper", "bill", "withdraw", fields{"id": id}, "")

	early := offeredForPayment(w, sale(w, id))
	w.PassOn(id, "shipper", "bank")
	require.Equal(t, fault.Duplicate, possible(w, "shipper", "exchange", early, exchange.Show, 0).Fault.Code)
	require.Equal(t, w.Party["shipper"], w.Refused(fault.SellerNotInControl, "buyer", "exchange", "agree", fields{"id": early}, "").Args["seller"])
	w.Must("shipper", "exchange", "withdraw", fields{"id": early, "reason": "OTHER"}, "")

	request := sale(w, id)
	request["buyer"] = w.Party["line"]
	require.Equal(t, "/buyer", propose(fault.RecipientNotAllowed, "bank", request).At)
	straight := w.IssueBill("bill-straight", fields{"consignee": w.Party["buyer"]}, "OEDL26XMN00045")
	propose(fault.KindForbids, "shipper", sale(w, straight))
	request = sale(w, straight)
	request["passes"], request["buyer"] = "transfer", w.Party["forwarder"]
	propose(fault.KindForbids, "shipper", request)
	request["buyer"] = w.Party["buyer"]
	w.Must("buyer", "exchange", "agree", fields{"id": offeredForPayment(w, request)}, "")
	bearer := w.IssueBill("bill-bearer", nil, "OEDL26XMN00046")
	request = sale(w, bearer)
	request["passes"] = "transfer"
	ex = offeredForPayment(w, request)
	w.Must("buyer", "exchange", "agree", fields{"id": ex}, "")
	w.Must("shipper", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
}
