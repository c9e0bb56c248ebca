package ledger_test

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/exchange"
	"portledger/chaincode/facility"
	"portledger/chaincode/lifecycle"
	proofs "portledger/chaincode/payment"
	"portledger/chaincode/pledge"
	"portledger/chaincode/presentation"
	"portledger/test/world"
)

// deskActs are the acts that the walk makes, by family.
var deskActs = map[string][]lifecycle.Act{
	"bill": {bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.EndorseJointly, bill.Accept, bill.Reject, bill.Withdraw, bill.Sign,
		bill.Surrender, bill.WithdrawSurrender, bill.RejectSurrender, bill.AcceptSurrender, bill.AnnulSurrender, bill.SurrenderForAmendment, bill.Reissue, bill.SwitchToPaper,
		bill.SurrenderPart, bill.AcceptPart, bill.RejectPart, bill.WithdrawPart, bill.AnnulPart, bill.PlaceHold, bill.LiftHold, bill.InstructCustodian, bill.ShowToBank,
		bill.ProposePledge, bill.AcceptPledge, bill.DeclinePledge, bill.WithdrawPledge, bill.GiveConsent, bill.RevokeConsent, bill.ReleasePledge, bill.ReleaseOnTrust,
		bill.SettleTrust, bill.RecallTrust, bill.Enforce, bill.OfferPledgeTransfer, bill.AcceptPledgeTransfer, bill.DeclinePledgeTransfer, bill.WithdrawPledgeTransfer,
		pledge.StateTerms, pledge.ShowTerms, pledge.SignTrustReceipt, pledge.RenewRegistration},
	"exchange": {exchange.Show, exchange.Agree, exchange.Decline, exchange.Withdraw, exchange.Settle},
	"presentation": {presentation.Complete, presentation.Withdraw, presentation.Honour, presentation.Refuse, presentation.AskWaiver, presentation.Waive,
		presentation.DeclineWaiver, presentation.PresentAgain, presentation.ReturnDocuments, presentation.TakeBack, presentation.ProposeHonour,
		presentation.ProposeRefusal, presentation.RecallProposal},
	"facility": {facility.ChangeLimit, facility.Reserve, facility.Free, facility.Suspend, facility.Resume, facility.Close},
}

// amounts are what is lent and reserved, in cents: sums that just fit, and that just do not.
var amounts = []int{4000, 6000, 10000, 5000, 1, 10001}

// ask makes a request for an act: mostly a sensible one.
func (k *desk) ask(who string, s subject, act lifecycle.Act) (request fields, content string) {
	request = fields{"id": s.id}
	switch s.family {
	case "bill":
		return k.askBill(act, request)
	case "exchange":
		if act == exchange.Settle {
			request["proof"] = k.proof(s.id)
		} else if act != exchange.Show && act != exchange.Agree {
			request["reason"] = "NOT_PAID"
		}
	case "presentation":
		content = k.askPresentation(who, s.id, act, request)
	case "facility":
		content = k.askFacility(act, request)
	}
	return request, content
}

func (k *desk) askBill(act lifecycle.Act, request fields) (fields, string) {
	b := k.now()
	switch act {
	case bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.OfferPledgeTransfer, bill.InstructCustodian:
		k.recipient(b, act, request)
	case bill.EndorseJointly:
		request["holders"], request["needs"] = []string{k.w.Party["shipper"], k.w.Party["buyer"]}, 1+k.pick(2)
	case bill.SurrenderPart, bill.GiveConsent, bill.AnnulPart:
		return k.askPart(b, act, request)
	case bill.SurrenderForAmendment:
		request["reason"] = k.one("AMD", "AMD", "COD", "SWTP")
	case bill.Reissue:
		return request, `{"bills":[` + world.Fixture("bill-three") + `]}`
	case bill.SwitchToPaper:
		return request, `{"serials":["OEDL-1"]}`
	case bill.PlaceHold:
		request["ground"], request["until"] = "DOCUMENT_DISPUTE", until(k.w, 4*time.Minute)
	case bill.LiftHold:
		request["hold"] = b.LastHold
	case bill.ProposePledge, bill.ShowToBank:
		request["bank"] = k.w.Party[k.one("bank", "factor")]
		if act == bill.ProposePledge {
			request["mode"] = k.one("LOCK", "LOCK", "POSSESSORY")
		}
	case bill.Enforce, bill.RecallTrust:
		request["reason"] = "NON_PAYMENT"
	case bill.AnnulSurrender:
		request["reason"] = "DATA_ERROR"
	case bill.Reject, bill.DeclinePledge, bill.DeclinePledgeTransfer, bill.RejectSurrender, bill.RejectPart, bill.RevokeConsent:
		request["reason"] = "OTHER"
	}
	return k.askDeed(act, request)
}

// recipient is mostly whom a consent or a custody names.
func (k *desk) recipient(b bill.Bill, act lifecycle.Act, request fields) {
	to := k.one("buyer", "shipper", "bank", "factor")
	if c := k.v.consent; c != nil && !c.to.Zero() && k.pick(2) > 0 {
		to = whose(k.w, c.to)
	}
	if act == bill.Transfer && b.Custody != nil && k.pick(4) > 0 {
		to = whose(k.w, b.Custody.From)
	} else if act == bill.Transfer && k.pick(3) == 0 {
		request["capacity"] = "POST_BOX"
	}
	if act != bill.BlankEndorse || k.pick(2) == 0 {
		request["to"] = k.w.Party[to]
	}
}

// askPart names containers: mostly some of the balance, or those that the bank consented to.
func (k *desk) askPart(b bill.Bill, act lifecycle.Act, request fields) (fields, string) {
	k.part = nil
	for _, n := range k.v.balance() {
		if k.pick(2) == 0 {
			k.part = append(k.part, n)
		}
	}
	if len(k.part) == 0 || k.pick(8) == 0 {
		k.part = []int{1 + k.pick(3)}
	}
	if act == bill.AnnulPart {
		request["part"], request["reason"] = cmp.Or(b.LastPart(), "pt-none"), "DATA_ERROR"
		if of := k.v.of[1+k.pick(3)]; of != "" {
			request["part"] = of
		}
		return request, ""
	}
	if c := k.v.consent; act == bill.SurrenderPart {
		if c != nil && len(c.boxes) > 0 && k.pick(2) > 0 {
			k.part = c.boxes
		}
		return request, some(k.part...)
	}
	kind := k.one(bill.ConsentTransfer, bill.ConsentEndorse, bill.ConsentEndorse, bill.ConsentSurrender, bill.ConsentAmend, bill.ConsentPart, bill.ConsentPart)
	request["act"], request["until"] = kind, until(k.w, time.Duration(2+k.pick(20))*time.Minute)
	if kind == bill.ConsentPart {
		return request, some(k.part...)
	}
	if (kind == bill.ConsentTransfer || kind == bill.ConsentEndorse) && k.pick(2) == 0 {
		request["to"] = k.w.Party[k.one("buyer", "factor", "bank")]
	}
	return request, ""
}

func (k *desk) askDeed(act lifecycle.Act, request fields) (fields, string) {
	d := k.deed(k.now())
	switch act {
	case bill.AcceptPledge, bill.AcceptPledgeTransfer:
		if d.Commitment != "" {
			request["terms"] = d.Commitment
		}
	case bill.ReleaseOnTrust:
		if request["receipt"] = d.Receipt; d.Receipt == "" {
			request["receipt"] = world.Salt()
		}
	case pledge.StateTerms:
		k.amount = amounts[k.pick(len(amounts))]
		return request, world.With(world.With(world.With(world.Fixture("pledge-terms"), "amount", cents(k.amount)), "cargoValue", cents(2*k.amount)), "advanceRate", "0.50")
	case pledge.SignTrustReceipt:
		return request, world.Fixture("trust-receipt")
	case pledge.RenewRegistration:
		request["until"] = until(k.w, time.Hour)
		return request, world.Fixture("pledge-registration")
	}
	return request, ""
}

// sell proposes to sell the bill, mostly by who has it.
func (k *desk) sell() {
	b := k.now()
	seller := whose(k.w, b.FirstHolder())
	if k.pick(5) == 0 {
		seller = k.one("shipper", "buyer", "bank")
	}
	if bank := b.Pledge; secured(b) && k.pick(2) == 0 {
		request := fields{"id": k.bill, "act": bill.ConsentEndorse, "until": until(k.w, time.Duration(4+k.pick(20))*time.Minute)}
		_ = k.try(whose(k.w, bank.Bank), subject{"bill", k.bill}, bill.GiveConsent, request, "")
	}
	request := sale(k.w, k.bill)
	request["passes"], request["bank"] = k.one("endorse-to-order", "endorse-to-order", "endorse", "transfer"), k.w.Party[k.one("bank", "factor")]
	request["buyer"], request["deadline"] = k.w.Party[k.one("buyer", "shipper", "factor")], until(k.w, time.Duration(1+k.pick(12))*time.Minute)
	if c := k.v.consent; c != nil && k.pick(2) == 0 && c.until.After(k.w.Net.Now()) { // until the very second
		request["deadline"] = stamp(c.until)
	}
	if k.try(seller, subject{family: "exchange"}, exchange.Propose, request, world.Fixture("exchange-terms")) == nil && k.pick(3) > 0 {
		id := k.sales[len(k.sales)-1]
		_ = k.try(whose(k.w, record[exchange.Exchange](k, "exchange", id).Buyer), subject{"exchange", id}, exchange.Agree, fields{"id": id}, "")
	}
}

// proof is one for an exchange, good or not.
func (k *desk) proof(id string) string {
	e := record[exchange.Exchange](k, "exchange", id)
	bank, other := "bank", "factor"
	if e.Bank == ref(k.w, "factor") {
		bank, other = other, bank
	}
	k.good = k.w.Net.Now().Before(k.keysEnd)
	which := k.pick(12)
	if which < 6 {
		proof := paidFor(k.w, k.keys[bank], id, nil)
		k.proofs = append(k.proofs, sold{id, proof})
		return proof
	}
	k.good = false
	switch {
	case which < 8 && len(k.proofs) > 0:
		if old := k.proofs[k.pick(len(k.proofs))]; old.exchange != id {
			return old.proof
		}
	case which == 8:
		return paidFor(k.w, k.keys[k.one("revoked", "early", other)], id, nil)
	case which == 9:
		return paidFor(k.w, k.keys[bank], id, func(s *proofs.Statement) { s.Commitment = strings.Repeat("0", len(s.Commitment)) })
	case which == 10:
		return paidFor(k.w, k.keys[bank], id, func(s *proofs.Statement) { s.PaidAt = stamp(k.w.Net.Now().Add(-24 * time.Hour)) })
	}
	return paidFor(k.w, k.keys[bank], id, func(s *proofs.Statement) { s.PaidAt = e.Deadline })
}

// present opens a presentation of the bill to a bank, mostly by who has it.
func (k *desk) present() {
	presenter := whose(k.w, k.now().FirstHolder())
	if presenter == "line" || presenter == "bank" || k.pick(4) == 0 {
		presenter = "shipper"
	}
	request := fields{"bank": k.w.Party[k.one("bank", "factor")], "bills": []string{k.bill}}
	_ = k.try(presenter, subject{family: "presentation"}, presentation.Open, request, k.documents(presenter))
}

// documents are a set with the bill, whose hash it gives as the presenter reads it.
func (k *desk) documents(presenter string) string {
	hash := read[struct {
		Hash string `json:"hash"`
	}](k.w, presenter, "bill", k.bill).Hash
	if hash == "" {
		hash = strings.Repeat("0", 64)
	}
	return world.With(world.Fixture("presentation"), "documents", []any{fields{"kind": "BILL", "reference": "B/L", "bill": k.bill, "hash": hash}})
}

func (k *desk) askPresentation(who, id string, act lifecycle.Act, request fields) string {
	switch act {
	case presentation.Refuse:
		notice := read[presentationView](k.w, who, "presentation", id).Examination.Control.Commitment
		request["reason"], request["notice"] = "DISCREPANCIES", cmp.Or(notice, "none")
	case presentation.AskWaiver:
		request["applicant"] = k.w.Party["buyer"]
	case presentation.DeclineWaiver:
		request["reason"] = "DISCREPANCIES"
	case presentation.ProposeRefusal:
		return oneDiscrepancy
	case presentation.PresentAgain:
		bill := k.bill
		k.bill = presentationOf(k.w, id).Bills[0]
		defer func() { k.bill = bill }()
		return k.documents(who)
	}
	return ""
}

// askFacility names an amount for the bill, or for something else.
func (k *desk) askFacility(act lifecycle.Act, request fields) string {
	k.amount, k.document = amounts[k.pick(len(amounts))], k.one(k.bill, k.bill, k.bill, noBill)
	switch act {
	case facility.ChangeLimit:
		k.limit = [3]int{[]int{10000, 6000, 20000}[k.pick(3)], []int{15000, 10000}[k.pick(2)], []int{15000, 9999}[k.pick(2)]}
		return terms(k.w, "shipper", cents(k.limit[0]), fields{"pledgorLimit": cents(k.limit[1]), "bankLimit": cents(k.limit[2])})
	case facility.Reserve:
		return reserving("PLEDGE", k.document, cents(k.amount))
	case facility.Free:
		if k.pick(2) == 0 {
			return world.With(freeing("PLEDGE", k.document), "amount", cents(k.amount))
		}
		k.amount = 0
		return freeing("PLEDGE", k.document)
	case facility.Suspend:
		request["reason"] = "REVIEW"
	}
	return ""
}

// note writes down what an act means for the second version.
func (k *desk) note(who string, s subject, act lifecycle.Act, request fields, was, is bill.Bill, done contract.Outcome) {
	v := k.v
	switch act {
	case exchange.Propose:
		k.sales = lastOf(append(k.sales, done.ID))
	case presentation.Open:
		k.sets = lastOf(append(k.sets, done.ID))
	case bill.GiveConsent:
		end, err := time.Parse(time.RFC3339, request["until"].(string))
		require.NoError(k, err)
		v.consent = &ticket{kind: request["act"].(string), pledge: is.Pledge.ID, bank: is.Pledge.Bank, to: is.Pledge.Consent.To, until: end}
		if v.consent.kind == bill.ConsentPart {
			v.consent.boxes = slices.Clone(k.part)
		}
	case pledge.StateTerms:
		v.terms[is.Pledge.ID] = k.amount
	case facility.ChangeLimit:
		k.limitsOf[who] = k.limit
	case facility.Reserve:
		v.reserved[who][k.document] = k.amount
	case facility.Free:
		v.reserved[who][k.document] -= k.amount
		if k.amount == 0 {
			delete(v.reserved[who], k.document)
		}
	}
	if s.family == "bill" {
		k.noteParts(act, request, was, is)
	}
	if is.OpenPart() == nil {
		v.open = nil
	}
}

func (k *desk) noteParts(act lifecycle.Act, request fields, was, is bill.Bill) {
	v := k.v
	switch act {
	case bill.SurrenderPart:
		if is.OpenPart() != nil {
			v.open = slices.Clone(k.part)
		}
	case bill.AcceptPart:
		for _, n := range v.open {
			v.of[n] = is.LastPart()
		}
		v.claimant[is.LastPart()] = was.FirstHolder()
	case bill.AnnulPart:
		for n := 1; n <= 3; n++ {
			if v.of[n] == request["part"] {
				v.of[n] = ""
				delete(v.orders, n)
			}
		}
	case bill.AnnulSurrender:
		for _, n := range v.balance() {
			delete(v.orders, n)
		}
	}
}

// lastOf keeps a walk among few documents.
func lastOf(ids []string) []string { return ids[max(0, len(ids)-3):] }

// foretold says by the second version alone what becomes of an act that the ledger has no objection to before it sees the request.
func (k *desk) foretold(who string, s subject, p contract.Possible, err error, before map[string]int) {
	if !p.Allowed {
		return
	}
	held, total := before[k.document], 0
	for _, amount := range before {
		total += amount
	}
	_, taken := before[k.document]
	fits := func(sum int, limit [3]int) bool { return sum <= min(limit[0], limit[1], limit[2]) }
	switch p.Act {
	case exchange.Settle:
		require.Equal(k, k.good, err == nil, "%v", err)
	case exchange.Withdraw:
		if err == nil && k.was.Committed() == s.id {
			deadline, bad := time.Parse(time.RFC3339Nano, record[exchange.Exchange](k, "exchange", s.id).Deadline)
			require.True(k, bad == nil && !k.w.Net.Now().Before(deadline), "withdrawn before its deadline")
		}
	case facility.ChangeLimit:
		require.Equal(k, fits(total, k.limit), err == nil, "%d of %v: %v", total, k.limit, err)
	case facility.Reserve:
		require.Equal(k, fits(total-held+k.amount, k.limitsOf[who]) && k.amount > held, err == nil, "%d more than %d of %v: %v", k.amount, total-held, k.limitsOf[who], err)
	case facility.Free:
		may := taken && k.amount > 0 && k.amount < held
		if k.amount == 0 {
			may = taken && (k.document == noBill || !billOf(k.w, k.document).LentOnBy(ref(k.w, who)))
		}
		require.Equal(k, may, err == nil, "%d of %d: %v", k.amount, held, err)
	}
}
