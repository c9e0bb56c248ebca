package exchange

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/payment"
)

type (
	command = lifecycle.Command[Request]
	guards  = []lifecycle.Guard[Exchange, Request]
	by      = lifecycle.By[Exchange]
)

var (
	anySeller = &by{Name: "seller", Roles: []lifecycle.Role{party.Shipper, party.Consignee, party.Forwarder, party.Trucker, party.Bank}}
	seller    = &by{Name: "seller", Ref: func(e Exchange) lifecycle.Ref { return e.Seller }}
	buyer     = &by{Name: "buyer", Ref: func(e Exchange) lifecycle.Ref { return e.Buyer }}
	bank      = &by{Name: "paying bank", Ref: func(e Exchange) lifecycle.Ref { return e.Bank }, Roles: []lifecycle.Role{party.Bank}}
)

// Reasons are the codes that negative acts may give; free text would be public for ever.
var Reasons = []string{"NOT_AGREED", "WRONG_PARTY", "TERMS", "NOT_PAID", "GOODS_IN_QUESTION", "DATA_ERROR", "OTHER"}

// Law is the whole lifecycle of an exchange. SETTLED and WITHDRAWN exclude each other by time as well: the one is possible
// before the deadline only, the other of an agreed exchange only from it on.
var Law = &lifecycle.Law[Exchange, Request]{
	Family: "exchange",
	State:  func(e *Exchange) *lifecycle.State { return &e.State },
	Verbs: []lifecycle.Verb{
		{Name: Propose, Takes: []string{"bill?", "passes?", "release?", "line?", "buyer", "bank", "proofKind", "deadline"},
			Content: "exchange-terms", Chinese: "提议付款交单"},
		{Name: Show, Chinese: "出示"},
		{Name: Agree, Chinese: "同意"},
		{Name: Decline, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Withdraw, Takes: []string{"reason"}, Chinese: "撤回"},
		{Name: Settle, Takes: []string{"proof"}, Chinese: "凭付款证明结算"},
	},
	Rows: []lifecycle.Row[Exchange, Request]{
		{From: lifecycle.None, Do: Propose, By: anySeller, To: Proposed,
			Asks: guards{oneSubject, buyerFits, bankFits, kindFits, deadlineFits}, Then: write},
		{From: Proposed, Do: Show, By: seller, To: Proposed, If: guards{notShownYet}},
		{From: Proposed, Do: Agree, By: buyer, To: Agreed, If: guards{inTime, shown}, Then: agree},
		{From: Proposed, Do: Decline, By: buyer, To: Declined, Asks: guards{reasonGiven}},
		{From: Proposed, Do: Withdraw, By: seller, To: Withdrawn, Asks: guards{reasonGiven}},
		{From: Agreed, Do: Withdraw, By: seller, To: Withdrawn, If: guards{timeOver}, Asks: guards{reasonGiven}},
		{From: Agreed, Do: Withdraw, By: buyer, To: Withdrawn, If: guards{timeOver}, Asks: guards{reasonGiven}},
		{From: Agreed, Do: Settle, By: bank, To: Settled, If: guards{inTime}, Asks: guards{paid}, Then: settle},
		{From: Agreed, Do: Settle, By: buyer, To: Settled, If: guards{inTime}, Asks: guards{paid}, Then: settle},
		{From: Agreed, Do: Settle, By: seller, To: Settled, If: guards{inTime}, Asks: guards{paid}, Then: settle},
	},
}

// Apply answers the exchange after c, or why c is refused. e is not changed.
func (e Exchange) Apply(c command) (Exchange, error) { return Law.Apply(e, c) }

// OfBill tells whether it is a bill that is sold, and not a release right.
func (e Exchange) OfBill() bool { return e.Bill != "" }

// oneSubject: a bill and how it passes, or a release order and one of its lines or none for all.
func oneSubject(_ Exchange, c command) *fault.Fault {
	r := c.Request
	invalid := func(check, place string) *fault.Fault { return fault.New(fault.Invalid, "check", check).In(place) }
	switch {
	case r.Bill == "" && r.Release == "":
		return invalid("required", "/bill")
	case r.Bill != "" && r.Release != "":
		return invalid("not-with-bill", "/release")
	case r.Bill != "" && r.Line != 0:
		return invalid("not-with-bill", "/line")
	case r.Bill != "" && r.Passes == "":
		return invalid("required", "/passes")
	case r.Bill == "" && r.Passes != "":
		return invalid("not-with-release", "/passes")
	}
	return nil
}

func buyerFits(_ Exchange, c command) *fault.Fault {
	if c.Request.Parties["/buyer"].Ref() == c.Actor.Ref {
		return fault.New(fault.RecipientNotAllowed, "why", "holder").In("/buyer")
	}
	return nil
}

// bankFits: nobody's word is taken for having paid itself.
func bankFits(_ Exchange, c command) *fault.Fault {
	b := c.Request.Parties["/bank"]
	switch {
	case !b.Has(party.Bank):
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/bank")
	case b.Ref() == c.Request.Parties["/buyer"].Ref():
		return fault.New(fault.RecipientNotAllowed, "why", "buyer").In("/bank")
	}
	return nil
}

func kindFits(_ Exchange, c command) *fault.Fault {
	if payment.Of(c.Request.ProofKind) == nil {
		return fault.New(fault.Invalid, "check", "proof-kind").In("/proofKind")
	}
	return nil
}

func deadlineFits(_ Exchange, c command) *fault.Fault {
	deadline, err := lifecycle.Instant(c.Request.Deadline)
	switch {
	case err != nil || !deadline.After(c.At):
		return fault.New(fault.Invalid, "check", "future").In("/deadline")
	case deadline.Sub(c.At) > TermMax:
		return fault.New(fault.Invalid, "check", "range").In("/deadline")
	}
	return nil
}

func reasonGiven(_ Exchange, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func inTime(e Exchange, c command) *fault.Fault {
	if !c.At.Before(moment(e.Deadline)) {
		return fault.New(fault.TooLate, "until", e.Deadline)
	}
	return nil
}

func timeOver(e Exchange, c command) *fault.Fault {
	if c.At.Before(moment(e.Deadline)) {
		return fault.New(fault.TooEarly, "from", e.Deadline)
	}
	return nil
}

// shown: nobody buys unseen, and what the buyer has already need not be handed over when the bank pays.
func shown(e Exchange, c command) *fault.Fault {
	if !c.Request.Shown {
		return fault.New(fault.NotShown, "what", e.what())
	}
	return nil
}

func notShownYet(_ Exchange, c command) *fault.Fault {
	if c.Request.Shown {
		return fault.New(fault.Duplicate, "what", "content")
	}
	return nil
}

func (e Exchange) what() string {
	if e.OfBill() {
		return "bill"
	}
	return "release"
}

// paid is the other half of the exchange: a proof of the kind agreed on, of the bank agreed on, for these very terms.
func paid(e Exchange, c command) *fault.Fault {
	_, f := e.check(c)
	if f != nil {
		return f.In("/proof")
	}
	return nil
}

func (e Exchange) check(c command) (payment.Paid, *fault.Fault) {
	kind := payment.Of(e.ProofKind)
	if kind == nil {
		return payment.Paid{}, fault.New(fault.Invalid, "check", "proof-kind")
	}
	return kind.Check(c.Request.Proof, e.expected(c))
}

func write(e *Exchange, c command) {
	r := c.Request
	e.Bill, e.Passes, e.Release, e.Line = r.Bill, r.Passes, r.Release, r.Line
	e.Seller, e.Buyer, e.Bank = c.Actor.Ref, r.Parties["/buyer"].Ref(), r.Parties["/bank"].Ref()
	e.ProofKind, e.Proposed, e.Deadline = r.ProofKind, lifecycle.Stamped(c.At), lifecycle.Stamped(moment(r.Deadline))
}

func agree(e *Exchange, c command) { e.Keepers = slices.Clone(c.Request.Keepers) }

func settle(e *Exchange, c command) {
	p, _ := e.check(c)
	e.Payment = &Payment{Proof: c.Request.Proof, Key: p.Key, At: p.At}
}
