package exchange_test

import (
	"crypto"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/exchange"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/payment"
	"portledger/gateway/pay"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"seller":   lawtest.Actor("PSELLER", "PortMSP", party.Shipper),
	"buyer":    lawtest.Actor("PBUYER", "RailMSP", party.Consignee),
	"bank":     lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"issuer":   lawtest.Actor("PISSUER", "CarrierMSP", party.Carrier),
	"terminal": lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	// The registered party of the right id under another organisation is somebody else.
	"impostor": lawtest.Actor("PBUYER", "BankMSP", party.Consignee),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

// key is the bank's; the same in every run.
var key crypto.Signer = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

func keys() []payment.Key {
	text, id, err := pay.PublicKey(key)
	if err != nil {
		panic(err)
	}
	return []payment.Key{{ID: id, PublicKey: text, From: "2026-11-01T00:00:00Z", To: "2027-11-01T00:00:00Z"}}
}

func proof(id, commitment string, at time.Time) string {
	text, err := pay.Sign(key, payment.Statement{Exchange: id, Commitment: commitment, PaidAt: at.UTC().Format(time.RFC3339)})
	if err != nil {
		panic(err)
	}
	return text
}

// in is an exchange of a bill whose deadline is so far off; a negative time has passed.
func in(state lifecycle.State, left time.Duration) exchange.Exchange {
	e := exchange.Exchange{Record: lifecycle.Record{ID: "ex-1", Family: "exchange", State: state, Commitment: "c0ffee", Version: 2},
		Bill: "bl-1", Passes: "endorse", Seller: people["seller"].Ref, Buyer: people["buyer"].Ref, Bank: people["bank"].Ref,
		ProofKind: payment.BankSignature, Proposed: lifecycle.Stamped(lawtest.At.Add(-48 * time.Hour)), Deadline: lifecycle.Stamped(lawtest.At.Add(left))}
	if state == exchange.Agreed || state == exchange.Settled {
		e.Keepers = []lifecycle.Ref{people["issuer"].Ref}
	}
	return e
}

func request(act lifecycle.Act) exchange.Request {
	r := exchange.Request{ID: "ex-1", Reason: "OTHER", Keepers: []lifecycle.Ref{people["issuer"].Ref}, Keys: keys(),
		Shown: act == exchange.Agree, Proof: proof("ex-1", "c0ffee", lawtest.At)}
	if act == exchange.Propose {
		r.Bill, r.Passes, r.ProofKind, r.Deadline = "bl-1", "endorse", payment.BankSignature, lawtest.At.Add(time.Hour).Format(time.RFC3339)
		r.Parties = map[string]party.Party{"/buyer": registered("terminal"), "/bank": registered("bank")}
	}
	return r
}

// Written out from issue 4: withdrawn by the seller before the agreement, by either side from the deadline on; settled before
// it by whoever has the proof.
const allowed = `
unborn      | propose  | seller, buyer, bank, impostor | PROPOSED
PROPOSED    | show     | seller* | PROPOSED
PROPOSED    | agree    | buyer*  | AGREED
PROPOSED    | decline  | buyer*  | DECLINED
PROPOSED    | withdraw | seller* | WITHDRAWN
PROPOSED late | show     | seller* | PROPOSED
PROPOSED late | agree    | buyer*  | !too-late
PROPOSED late | decline  | buyer*  | DECLINED
PROPOSED late | withdraw | seller* | WITHDRAWN
AGREED      | withdraw | seller*, buyer* | !too-early
AGREED      | settle   | seller*, buyer*, bank | SETTLED
AGREED late | withdraw | seller*, buyer* | WITHDRAWN
AGREED late | settle   | seller*, buyer*, bank | !too-late
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[exchange.Exchange, exchange.Request]{
		Law: exchange.Law, Actors: people, Request: request, Want: allowed, Anybody: []lifecycle.Act{exchange.Propose},
		Documents: map[string]exchange.Exchange{
			"unborn":   {Record: lifecycle.Record{ID: "ex-1", Family: "exchange"}},
			"PROPOSED": in(exchange.Proposed, time.Hour), "PROPOSED late": in(exchange.Proposed, 0),
			"AGREED": in(exchange.Agreed, time.Hour), "AGREED late": in(exchange.Agreed, -time.Second),
			"SETTLED": in(exchange.Settled, time.Hour), "DECLINED": in(exchange.Declined, time.Hour), "WITHDRAWN": in(exchange.Withdrawn, -time.Hour),
		},
	}.Run(t)
}

func try(e exchange.Exchange, act lifecycle.Act, who string, change func(*exchange.Request)) error {
	c := lifecycle.Command[exchange.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
	change(&c.Request)
	_, err := e.Apply(c)
	return err
}

func TestConditionsRefuseInOrder(t *testing.T) {
	fresh := exchange.Exchange{Record: lifecycle.Record{ID: "ex-1", Family: "exchange"}}
	named := func(place, who string) func(*exchange.Request) {
		return func(r *exchange.Request) { r.Parties[place] = registered(who) }
	}
	for name, c := range map[string]struct {
		e      exchange.Exchange
		act    lifecycle.Act
		who    string
		change func(*exchange.Request)
		code   fault.Code
		place  string
	}{
		"nothing is sold, to oneself":     {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Bill = ""; named("/buyer", "seller")(r) }, fault.Invalid, "/bill"},
		"two things at once":              {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Release = "ro-1" }, fault.Invalid, "/release"},
		"a line of a bill":                {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Line = 1 }, fault.Invalid, "/line"},
		"a bill that does not say how":    {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Passes = "" }, fault.Invalid, "/passes"},
		"a right that is endorsed":        {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Bill, r.Release = "", "ro-1" }, fault.Invalid, "/passes"},
		"to oneself, by no bank":          {fresh, exchange.Propose, "seller", func(r *exchange.Request) { named("/buyer", "seller")(r); named("/bank", "issuer")(r) }, fault.RecipientNotAllowed, "/buyer"},
		"a bank that is none":             {fresh, exchange.Propose, "seller", named("/bank", "issuer"), fault.RecipientNotAllowed, "/bank"},
		"the buyer's own word":            {fresh, exchange.Propose, "seller", named("/buyer", "bank"), fault.RecipientNotAllowed, "/bank"},
		"a kind of proof that is unknown": {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.ProofKind, r.Deadline = "PROMISE", "" }, fault.Invalid, "/proofKind"},
		"a deadline that has passed":      {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Deadline = lawtest.At.Format(time.RFC3339) }, fault.Invalid, "/deadline"},
		"no deadline":                     {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Deadline = "soon" }, fault.Invalid, "/deadline"},
		"a deadline next year":            {fresh, exchange.Propose, "seller", func(r *exchange.Request) { r.Deadline = "2027-12-31T00:00:00Z" }, fault.Invalid, "/deadline"},
		"late, and unseen":                {in(exchange.Proposed, 0), exchange.Agree, "buyer", func(r *exchange.Request) { r.Shown = false }, fault.TooLate, ""},
		"unseen":                          {in(exchange.Proposed, time.Hour), exchange.Agree, "buyer", func(r *exchange.Request) { r.Shown = false }, fault.NotShown, ""},
		"shown twice":                     {in(exchange.Proposed, time.Hour), exchange.Show, "seller", func(r *exchange.Request) { r.Shown = true }, fault.Duplicate, ""},
		"declined for no reason":          {in(exchange.Proposed, time.Hour), exchange.Decline, "buyer", func(r *exchange.Request) { r.Reason = "BORED" }, fault.Invalid, "/reason"},
		"too early, and for no reason":    {in(exchange.Agreed, time.Hour), exchange.Withdraw, "buyer", func(r *exchange.Request) { r.Reason = "" }, fault.TooEarly, ""},
		"late, and forged":                {in(exchange.Agreed, 0), exchange.Settle, "bank", func(r *exchange.Request) { r.Proof = "" }, fault.TooLate, ""},
		"forged":                          {in(exchange.Agreed, time.Hour), exchange.Settle, "bank", func(r *exchange.Request) { r.Proof = proof("ex-2", "c0ffee", lawtest.At) }, fault.PaymentOfOther, "/proof"},
	} {
		f := fault.Of(try(c.e, c.act, c.who, c.change))
		require.NotNil(t, f, name)
		require.Equal(t, c.code, f.Code, name)
		require.Equal(t, c.place, f.At, name)
	}
	require.NoError(t, try(fresh, exchange.Propose, "bank", func(*exchange.Request) {}), "a bank may say that it was paid itself: that is the seller's risk")
	odd := in(exchange.Agreed, time.Hour)
	odd.ProofKind = "PROMISE"
	require.Equal(t, fault.Invalid, fault.Of(try(odd, exchange.Settle, "bank", func(*exchange.Request) {})).Code)
}

func TestWhoEndorsesWhen(t *testing.T) {
	require.Equal(t, []string{"PortMSP", "RailMSP"}, in(exchange.Proposed, 0).Relying(), "seller and buyer, until they agree")
	require.Equal(t, []string{"PortMSP", "CarrierMSP"}, in(exchange.Agreed, 0).Relying(), "then those who endorse the bill")
	require.NotContains(t, in(exchange.Agreed, 0).Readers(), people["issuer"].Ref)
	require.Contains(t, in(exchange.Agreed, 0).Parties(), people["issuer"].Ref)
}

// Whatever is tried whenever: settled with a proof for these terms, dated and tried in time, or not settled at all; never both
// settled and withdrawn; and what came to an end stays there.
func TestRandomHistoriesOfAnExchange(t *testing.T) {
	acts := []lifecycle.Act{exchange.Show, exchange.Agree, exchange.Decline, exchange.Withdraw, exchange.Settle}
	rapid.Check(t, func(t *rapid.T) {
		e, at := in(exchange.Proposed, 30*time.Minute), lawtest.At
		seen := map[lifecycle.State]bool{}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			at = at.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "minutes")) * time.Minute)
			act := rapid.SampledFrom(acts).Draw(t, "act")
			r := request(act)
			id := rapid.SampledFrom([]string{"ex-1", "ex-1", "ex-2"}).Draw(t, "id")
			terms := rapid.SampledFrom([]string{"c0ffee", "c0ffee", "decaf"}).Draw(t, "terms")
			r.Proof, r.Shown = proof(id, terms, at), rapid.Bool().Draw(t, "shown")
			who := rapid.SampledFrom([]string{"seller", "buyer", "bank", "issuer"}).Draw(t, "who")
			after, err := e.Apply(lifecycle.Command[exchange.Request]{Act: act, Actor: people[who], At: at, Request: r})
			if err != nil {
				require.Equal(t, e, after)
				continue
			}
			require.NotContains(t, []lifecycle.State{exchange.Settled, exchange.Declined, exchange.Withdrawn}, e.State, "%s leads out of %s", act, e.State)
			if after.State == exchange.Settled {
				require.True(t, id == "ex-1" && terms == "c0ffee" && at.Before(lawtest.At.Add(30*time.Minute)))
			}
			if e.State == exchange.Agreed && after.State == exchange.Withdrawn {
				require.False(t, at.Before(lawtest.At.Add(30*time.Minute)))
			}
			e = after
			seen[e.State] = true
			require.Equal(t, e.State == exchange.Settled, e.Payment != nil)
		}
		require.False(t, seen[exchange.Settled] && seen[exchange.Withdrawn])
	})
}
