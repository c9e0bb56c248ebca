package ledger_test

import (
	"crypto"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/presentation"
	"portledger/test/world"
)

// pawn is one bill that is pledged, moved, enforced and passed on at random, between two banks of two organisations.
type pawn struct {
	*rapid.T
	dice *rand.Rand
	w    *world.World
	id   string
	// given and used count the consents.
	given, used int
	made        map[lifecycle.Act]int
	// key makes the bank's proofs of payment; sale and set are the last exchange and presentation of the bill.
	key       crypto.Signer
	sale, set string
}

var pawnPeople = []struct {
	name string
	role lifecycle.Role
}{{"line", "CARRIER"}, {"bank", "BANK"}, {"factor", "BANK"}, {"shipper", "SHIPPER"}, {"buyer", "CONSIGNEE"}}

// towards are the acts that lead to a pledge; while there is none the others are rare.
var towards = []lifecycle.Act{bill.ProposePledge, bill.AcceptPledge, pledge.StateTerms, bill.RejectSurrender, bill.AnnulSurrender, bill.Withdraw, bill.Accept}

func (p *pawn) one(of ...string) string { return of[p.dice.IntN(len(of))] }

// ask makes a sensible request for an act.
func (p *pawn) ask(act lifecycle.Act) (request fields, content string) {
	request = fields{"id": p.id}
	b, deed := billOf(p.w, p.id), deedSeen(p.w, "line", p.id).Pledge.Control
	soon := until(p.w, time.Duration(5+p.dice.IntN(20))*time.Minute)
	switch act {
	case bill.Transfer, bill.EndorseToOrder, bill.OfferPledgeTransfer, bill.InstructCustodian:
		request["to"] = p.w.Party[p.one("buyer", "shipper", "bank", "factor")]
	case bill.ProposePledge:
		request["bank"], request["mode"] = p.w.Party[p.one("bank", "factor")], p.one("LOCK", "POSSESSORY")
	case bill.GiveConsent:
		request["act"], request["until"] = p.one("TRANSFER", "ENDORSE", "SURRENDER", "AMEND"), soon
	case bill.AcceptPledge, bill.AcceptPledgeTransfer:
		if deed.Commitment != "" {
			request["terms"] = deed.Commitment
		}
	case bill.ReleaseOnTrust:
		if request["receipt"] = deed.Receipt; deed.Receipt == "" {
			request["receipt"] = world.Salt()
		}
	case bill.Enforce, bill.RecallTrust:
		request["reason"] = "NON_PAYMENT"
	case bill.SurrenderForAmendment:
		request["reason"] = "AMD"
	case bill.AnnulSurrender:
		request["reason"] = "DATA_ERROR"
	case bill.Reject, bill.DeclinePledge, bill.DeclinePledgeTransfer, bill.RejectSurrender:
		request["reason"] = "OTHER"
	case bill.Reissue:
		content = `{"bills":[` + world.Fixture("bill-order") + `]}`
	case pledge.StateTerms:
		content = world.Fixture("pledge-terms")
	case pledge.SignTrustReceipt:
		content = world.Fixture("trust-receipt")
	}
	if act == bill.Transfer && b.Custody != nil {
		request["to"] = b.Custody.From.Party
	}
	return request, content
}

var pawnActs = []lifecycle.Act{bill.Transfer, bill.EndorseToOrder, bill.BlankEndorse, bill.Accept, bill.Reject, bill.Withdraw, bill.Surrender,
	bill.WithdrawSurrender, bill.RejectSurrender, bill.AcceptSurrender, bill.AnnulSurrender, bill.SurrenderForAmendment, bill.Reissue,
	bill.ProposePledge, bill.AcceptPledge, bill.DeclinePledge, bill.WithdrawPledge, bill.GiveConsent, bill.RevokeConsent,
	bill.ReleasePledge, bill.ReleaseOnTrust, bill.SettleTrust, bill.RecallTrust, bill.Enforce, bill.OfferPledgeTransfer, bill.AcceptPledgeTransfer,
	bill.DeclinePledgeTransfer, bill.WithdrawPledgeTransfer, pledge.StateTerms, pledge.ShowTerms, pledge.SignTrustReceipt}

// rare acts end a pledge or undo what was done; they would keep the walk near its start.
var rare = []lifecycle.Act{bill.ReleasePledge, bill.DeclinePledge, bill.WithdrawPledge, bill.Enforce, bill.SettleTrust, bill.RecallTrust, bill.Reissue, bill.RevokeConsent,
	bill.BlankEndorse, bill.DeclinePledgeTransfer, bill.WithdrawPledgeTransfer}

// choose is somebody and something to do: mostly what is open.
func (p *pawn) choose() (who string, act lifecycle.Act) {
	who, act = p.one("line", "bank", "factor", "shipper", "buyer"), pawnActs[p.dice.IntN(len(pawnActs))]
	if p.dice.IntN(6) == 0 {
		return who, act
	}
	b := billOf(p.w, p.id)
	var open []move
	for _, person := range pawnPeople {
		a := lifecycle.Actor{Ref: ref(p.w, person.name), Roles: []lifecycle.Role{person.role}}
		acts := b.Open(a)
		if b.Pledge != nil {
			acts = append(acts, pledge.Law.Open(deedSeen(p.w, "line", p.id).Pledge.Control, a)...)
		}
		for _, act := range acts {
			unlikely := slices.Contains(rare, act) || (!b.Pledged() && !slices.Contains(towards, act))
			if slices.Contains(pawnActs, act) && (!unlikely || p.dice.IntN(8) == 0) {
				open = append(open, move{person.name, act})
			}
		}
	}
	if len(open) > 0 {
		m := open[p.dice.IntN(len(open))]
		who, act = m.who, m.act
	}
	return who, act
}

func (p *pawn) step() {
	if p.dice.IntN(3) == 0 && billOf(p.w, p.id).Pledged() {
		p.aside()
		return
	}
	who, act := p.choose()
	before := billOf(p.w, p.id)
	request, content := p.ask(act)
	_, err := p.w.Try(who, "bill", string(act), request, content)
	after := billOf(p.w, p.id)
	if err != nil {
		require.NotNil(p, refusal(err), "%s by %s: %v", act, who, err)
		require.NotEqual(p, fault.Internal, codeOf(err))
		require.Equal(p, before, after, "%s by %s was refused and changes nothing", act, who)
		return
	}
	p.made[act]++
	p.check(who, act, before, after)
	p.w.Net.Advance(time.Duration(p.dice.IntN(8)) * time.Minute)
}

// opens is which kind of consent each act needs.
var opens = map[lifecycle.Act]string{bill.Transfer: "TRANSFER", bill.EndorseToOrder: "ENDORSE", bill.BlankEndorse: "ENDORSE",
	bill.Surrender: "SURRENDER", bill.SurrenderForAmendment: "AMEND"}

// check holds one step against what a pledge promises.
func (p *pawn) check(who string, act lifecycle.Act, was, is bill.Bill) {
	if act == bill.GiveConsent {
		p.given++
	}
	if !was.Pledged() {
		require.False(p, is.Pledged() && act != bill.AcceptPledge, "%s makes no pledge", act)
		return
	}
	trust := was.Pledge.State == bill.TrustReleased && was.Holder == was.Pledge.Pledgor
	if kind := opens[act]; kind != "" && !(trust && act == bill.Surrender) {
		c := was.Pledge.Consent
		require.NotNil(p, c, "%s of a pledged bill without a consent", act)
		require.Equal(p, kind, c.Act, "%s with a consent to something else", act)
		require.Nil(p, is.Pledge.Consent, "%s uses the consent up", act)
		p.used++
	}
	require.LessOrEqual(p, p.used, p.given, "a consent is used once")
	require.NotContains(p, []lifecycle.Act{bill.Reissue, bill.SwitchToPaper}, act, "a pledged bill is not reissued")
	ends := []lifecycle.Act{bill.ReleasePledge, bill.Enforce, bill.SettleTrust}
	require.Equal(p, !slices.Contains(ends, act), is.Pledged(), "%s of a pledged bill", act)
	if was.Holder != is.Holder {
		require.Contains(p, append(ends, bill.Accept, bill.AcceptSurrender, bill.AnnulSurrender, bill.ReleaseOnTrust, bill.RecallTrust, bill.AcceptPledgeTransfer), act, "%s moves a pledged bill", act)
	}
	if was.Custody != nil && was.Holder == was.Pledge.Bank && act != bill.AcceptPledgeTransfer { // the bank has it
		require.Contains(p, []lifecycle.Ref{was.Holder, was.Custody.From}, is.Holder, "%s by %s: it goes back or stays", act, who)
	}
	if was.State != bill.Surrendered {
		require.Contains(p, was.Relying(), was.Pledge.Bank.Org)
	}
}

// Rule X-06: a pledged bill never changes holder, is never delivered and never reissued without a consent that names the act; each
// consent is used at most once. And whatever was done to bind the bill, its bank comes to its security in the end.
func TestRandomPledges(t *testing.T) {
	made := map[lifecycle.Act]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		w := world.New(t, railOrg)
		w.Register("factor", railOrg, false, "BANK")
		w.Colleague("checker", "bank")
		p := &pawn{T: t, dice: rand.New(rand.NewPCG(seed, 3)), w: w, id: w.IssuedBill(), made: made, key: keyOf(w, "bank")}
		for range 60 {
			p.step()
			if billOf(w, p.id).State == bill.Voided {
				return
			}
		}
		p.last()
	})
	t.Logf("made: %v", made)
}

const oneDiscrepancy = `{"discrepancies": [{"text": "The invoice is missing."}], "documents": "HELD_FOR_WAIVER"}`

// named is who a party is.
func (p *pawn) named(r lifecycle.Ref) string {
	for _, person := range pawnPeople {
		if ref(p.w, person.name) == r {
			return person.name
		}
	}
	return "line" // nobody that matters here
}

// aside is an act on an exchange or a presentation of the bill, which moves it or binds it.
func (p *pawn) aside() {
	before := billOf(p.w, p.id)
	holder := p.named(before.Holder)
	acts := []func(string) (lifecycle.Act, error){p.sell, p.sell, p.present, p.present}
	if p.sale != "" {
		acts = append(acts, p.settle, p.withdraw)
	}
	if p.set != "" {
		acts = append(acts, p.takeBack)
	}
	if p.dice.IntN(2) == 0 { // the pledgor has a consent for it
		if _, err := p.w.Try(p.named(before.Pledge.Bank), "bill", "consent", consent(p.w, p.id, "ENDORSE"), ""); err == nil {
			p.given++
			before = billOf(p.w, p.id)
		}
	}
	act, err := acts[p.dice.IntN(len(acts))](holder)
	after := billOf(p.w, p.id)
	if err != nil {
		require.NotNil(p, refusal(err), "%s: %v", act, err)
		require.Equal(p, before, after, "%s was refused and changes nothing", act)
		return
	}
	p.made[act]++
	require.True(p, after.Pledged(), "%s of a pledged bill", act)
	if after.Committed() != "" && before.Committed() == "" {
		c := before.Pledge.Consent
		require.Equal(p, "ENDORSE", c.Act, "sold with the bank's consent")
		consented, bad := time.Parse(time.RFC3339, c.Until)
		bound, worse := time.Parse(time.RFC3339, after.Offer.Until)
		require.True(p, bad == nil && worse == nil && !bound.After(consented), "and no longer than that")
		require.Nil(p, after.Pledge.Consent)
		p.used++
	}
	if before.Holder != after.Holder {
		require.Contains(p, []lifecycle.Act{"settle"}, act, "%s moves a pledged bill", act)
		require.NotEmpty(p, before.Committed())
	}
	require.LessOrEqual(p, p.used, p.given, "a consent is used once")
}

func (p *pawn) sell(holder string) (lifecycle.Act, error) {
	request := sale(p.w, p.id)
	request["buyer"] = p.w.Party[p.one("buyer", "shipper")]
	request["deadline"] = until(p.w, time.Duration(1+p.dice.IntN(20))*time.Minute)
	done, err := p.w.Try(holder, "exchange", "propose", request, world.Fixture("exchange-terms"))
	if err != nil {
		return "propose", err
	}
	p.sale = done.ID
	_, err = p.w.Try(p.named(exchangeOf(p.w, p.sale).Buyer), "exchange", "agree", fields{"id": p.sale}, "")
	return "agree", err
}

func (p *pawn) settle(string) (lifecycle.Act, error) {
	_, err := p.w.Try("bank", "exchange", "settle", settling(p.sale, paidFor(p.w, p.key, p.sale, nil)), "")
	return "settle", err
}

func (p *pawn) withdraw(string) (lifecycle.Act, error) {
	_, err := p.w.Try(p.named(exchangeOf(p.w, p.sale).Seller), "exchange", "withdraw", fields{"id": p.sale, "reason": "NOT_PAID"}, "")
	return "withdraw", err
}

// present hands the documents to the bank, to whose order the bill is offered if that can be.
func (p *pawn) present(holder string) (lifecycle.Act, error) {
	if p.dice.IntN(2) == 0 {
		before := billOf(p.w, p.id)
		if _, err := p.w.Try(holder, "bill", "endorse-to-order", fields{"id": p.id, "to": p.w.Party["bank"]}, ""); err == nil {
			p.check(holder, bill.EndorseToOrder, before, billOf(p.w, p.id))
		}
	}
	set := world.With(world.Fixture("presentation"), "documents", []any{fields{"kind": "BILL", "reference": "B/L", "bill": p.id,
		"hash": strings.Repeat("0", 64)}})
	if view := read[struct {
		Hash string `json:"hash"`
	}](p.w, holder, "bill", p.id); view.Hash != "" {
		set = strings.Replace(set, strings.Repeat("0", 64), view.Hash, 1)
	}
	done, err := p.w.Try(holder, "presentation", "open", fields{"bank": p.w.Party["bank"], "bills": []string{p.id}}, set)
	if err != nil {
		return "present", nil // the bill may have been offered for it all the same
	}
	if _, err = p.w.Try(holder, "presentation", "complete", fields{"id": done.ID}, ""); err == nil {
		p.set = done.ID
	}
	return "complete", nil
}

// takeBack lets the bank refuse the documents, and the presenter take them back.
func (p *pawn) takeBack(string) (lifecycle.Act, error) {
	if p.dice.IntN(2) == 0 {
		p.refuse()
	}
	_, err := p.w.Try(p.named(presentationOf(p.w, p.set).Presenter), "presentation", "take-back", fields{"id": p.set}, "")
	return "take-back", err
}

// refuse lets two persons of the bank refuse the documents, if they are under examination.
func (p *pawn) refuse() {
	if presentationOf(p.w, p.set).State == presentation.Examined {
		p.w.Must("bank", "presentation", "propose-refusal", fields{"id": p.set}, oneDiscrepancy)
		p.w.Must("checker", "presentation", "refuse", p.w.Refusing(p.set), "")
	}
}

// last lets the bank that has a pledge come to its security, wherever the others left the bill while they still had it.
func (p *pawn) last() {
	b := billOf(p.w, p.id)
	if !secured(b) {
		return
	}
	p.w.Net.Advance(time.Hour) // no consent and no deadline is farther off
	bank := p.named(b.Pledge.Bank)
	if b.Pledge.State == bill.TrustReleased {
		p.w.Must(bank, "bill", "recall-trust", fields{"id": p.id, "reason": "NON_PAYMENT"}, "")
	}
	p.w.Must(bank, "bill", "enforce", fields{"id": p.id, "reason": "NON_PAYMENT"}, "")
	is := billOf(p.w, p.id)
	require.Equal(p, []any{b.Pledge.Bank, bill.PledgeEnforced}, []any{is.Holder, is.Pledge.State})
	p.made["enforced in the end"]++
	if b.Committed() != "" {
		p.made["out of a sale"]++
		p.w.Must(p.named(exchangeOf(p.w, b.Committed()).Seller), "exchange", "withdraw", fields{"id": b.Committed(), "reason": "NOT_PAID"}, "")
	}
	if b.Presented != nil {
		p.made["out of a presentation"]++
	}
	surrender(p.w, p.id, bank)
}
