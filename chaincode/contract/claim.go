package contract

import (
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/state"
)

func demandKey(id string, n int) string          { return "demand/" + id + "/" + number(n) }
func rejectionKey(id string, n int) string       { return "rejection/" + id + "/" + number(n) }
func letterAmendmentKey(id string, n int) string { return "amendment/" + id + "/" + number(n) }

// demanded hands the demand to everybody who is bound, and counts when the time to examine it ends. The amount stays in
// the account.
func demanded(t *turn, c guaranteeCommand, before guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	view, err := content.DemandOf(p.raw)
	if err != nil {
		return before, err
	}
	days, err := businessDays(t, before.Calendar)
	if err != nil {
		return before, err
	}
	if c.Request.Extension = view.ExtendTo != ""; c.Request.Extension {
		ends, err := expiryOf(days, view.ExtendTo, before.Terms.Rules)
		if err != nil {
			return before, err
		}
		if f := before.Longer(ends); f != nil {
			return before, f.In("/content/extendTo")
		}
	}
	if c.Request.Due, err = examinedUntil(t, days); err != nil {
		return before, err
	}
	g, err := before.Apply(c)
	if err != nil {
		return before, err
	}
	if err := keepPiece(t, g, demandKey(g.ID, g.Demands), p); err != nil {
		return before, err
	}
	g, _, err = settleAccount(t, g, func(a guarantee.Account) (guarantee.Account, *fault.Fault) {
		now, f := a.On(days.DateOf(t.At).String())
		if f != nil {
			return a, f
		}
		return now.Demand(view.Amount, view.Currency)
	})
	return g, err
}

// paid takes the payment off the account, and ends a guarantee that has nothing left to pay.
func paid(t *turn, c guaranteeCommand, g guarantee.Guarantee) (guarantee.Guarantee, error) {
	g, a, err := settleAccount(t, g, guarantee.Account.Pay)
	if err != nil || !a.Exhausted() {
		return g, err
	}
	c.Act = guarantee.Exhaust
	return guarantee.Law.Follow(g, c)
}

// rejected hands the notice with every discrepancy to the others.
func rejected(t *turn, before, g guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	if err := keepPiece(t, g, rejectionKey(g.ID, before.Claim.Number), p); err != nil {
		return g, err
	}
	return dismissed(t, g)
}

func dismissed(t *turn, g guarantee.Guarantee) (guarantee.Guarantee, error) {
	g, _, err := settleAccount(t, g, func(a guarantee.Account) (guarantee.Account, *fault.Fault) { return a.Dismiss(), nil })
	return g, err
}

// extended puts the validity that the demand asked for in place; the demand then counts as withdrawn (URDG 758 art 23(e)).
// The demand comes along and is held against the copies of all who are bound, since the record has no seal of it.
func extended(t *turn, c guaranteeCommand, before guarantee.Guarantee) (guarantee.Guarantee, error) {
	value, err := bound(t, before, "demand", demandKey(before.ID, before.Claim.Number))
	if err != nil {
		return before, err
	}
	view, err := content.DemandOf([]byte(value.Content))
	if err != nil {
		return before, err
	}
	days, err := businessDays(t, before.Calendar)
	if err != nil {
		return before, err
	}
	if c.Request.Terms.Ends, err = expiryOf(days, view.ExtendTo, before.Terms.Rules); err != nil {
		return before, err
	}
	if f := before.Longer(c.Request.Terms.Ends); f != nil {
		return before, f
	}
	g, err := before.Apply(c)
	if err != nil {
		return before, err
	}
	return dismissed(t, g)
}

// bound is a piece that everybody who is bound keeps: it comes with the transaction, and each endorser holds it against
// what its own organisation and the others keep.
func bound(t *turn, g guarantee.Guarantee, name, key string) (sealed, error) {
	value, err := t.Supply(name, func() ([]byte, error) { return t.Peek(t.actor.Org, key) })
	if err != nil {
		return sealed{}, err
	}
	for _, org := range orgs(g.Bound()...) {
		same, err := t.Keeps(org, key, value)
		if err != nil {
			return sealed{}, err
		}
		if !same {
			return sealed{}, fault.New(fault.ContentMismatch)
		}
	}
	s, _, err := unseal(value)
	return s, err
}

// proposed hands a proposal to everybody who is bound, unless it covers less than was paid already.
func proposed(t *turn, g guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	view, err := content.LetterAmendmentOf(p.raw)
	if err != nil {
		return g, err
	}
	a, _, err := account(t, g)
	if err != nil {
		return g, err
	}
	if _, f := a.Amend(limitOf(view.Cover)); f != nil {
		return g, f
	}
	value, err := seal(p, nil)
	if err != nil {
		return g, err
	}
	g.Amendment.Commitment, g.Amendment.Seal = p.commitment, state.Fingerprint(value)
	return g, keepPiece(t, g, letterAmendmentKey(g.ID, g.Proposals), p)
}

// amendOnceAgreed lets the proposal take effect with the last agreement (URDG 758 art 11).
func amendOnceAgreed(t *turn, c guaranteeCommand, g guarantee.Guarantee) (guarantee.Guarantee, error) {
	if !g.Agreed() {
		return g, nil
	}
	value, err := t.Supply("amendment", func() ([]byte, error) { return t.Peek(t.actor.Org, letterAmendmentKey(g.ID, g.Proposals)) })
	if err != nil {
		return g, err
	}
	if state.Fingerprint(value) != g.Amendment.Seal {
		return g, fault.New(fault.ContentMismatch)
	}
	s, _, err := unseal(value)
	if err != nil {
		return g, err
	}
	view, err := content.LetterAmendmentOf([]byte(s.Content))
	if err != nil {
		return g, err
	}
	if c.Request.Terms, err = termsOf(t, view.Cover, g.Calendar); err != nil {
		return g, err
	}
	c.Act = guarantee.Amend
	if g, err = guarantee.Law.Follow(g, c); err != nil {
		return g, err
	}
	g, _, err = settleAccount(t, g, func(a guarantee.Account) (guarantee.Account, *fault.Fault) {
		amended, f := a.Amend(limitOf(view.Cover))
		if f != nil { // a payment came between: the place is one of the proposal, not of the agreement
			f = f.In("")
		}
		return amended, f
	})
	return g, err
}
