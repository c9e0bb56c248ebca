package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/state"
)

// The account of a guarantee is a private piece of everybody who is bound. The record shows its fingerprint, so that who
// acts brings the account along and all endorsers, each of whom keeps it, compute the next one from the same bytes.

func accountKey(id string) string { return "account/" + id }

// limitOf is how much a cover binds to.
func limitOf(c content.Cover) guarantee.Limit {
	l := guarantee.Limit{Type: c.AmountType, Amount: c.Amount, Percent: c.PercentOfCIF, Value: c.CIFValue,
		Currency: c.Currency, Whole: c.PartialDemands == "EXCLUDED"}
	for _, r := range c.Reductions {
		l.Reductions = append(l.Reductions, guarantee.Reduction{On: r.On, Event: r.Event, Amount: r.Amount})
	}
	return l
}

// coverSuffices is the policy of a carrier (domain facts 5.5, 5.6): where goods go on a letter, a cover with a limit is no less
// than its own percentage. Its endorser, who knows that and keeps the cover, tells; the others take its word.
func coverSuffices(t *turn, g guarantee.Guarantee) error {
	own, ok, err := t.own(g.Beneficiary.Org)
	if err != nil {
		return err
	}
	key, read := contentKey(g.ID), func(raw []byte) (content.Cover, error) {
		view, err := content.GuaranteeOf(raw)
		return view.Cover, err
	}
	if g.Joinder != "" { // the bank pays by its own terms
		key, read = joinderKey(g.ID), func(raw []byte) (content.Cover, error) {
			view, err := content.JoinderOf(raw)
			return view.Cover, err
		}
	}
	value, err := t.Peek(g.Beneficiary.Org, key)
	if err != nil || !ok || own.Guarantee.LeastPercentOfCIF == "" || !guarantee.Forms[g.Kind].Delivery {
		return err
	}
	s, _, err := unseal(value)
	if err != nil {
		return err
	}
	cover, err := read([]byte(s.Content))
	if err == nil && !limitOf(cover).AtLeast(own.Guarantee.LeastPercentOfCIF) {
		err = fault.New(fault.CoverTooSmall)
	}
	return err
}

// openAccount begins the account of an undertaking.
func openAccount(t *turn, g guarantee.Guarantee, c content.Cover, salt string) (guarantee.Guarantee, error) {
	a, f := guarantee.Open(limitOf(c))
	if f != nil {
		return g, f
	}
	return keepAccount(t, g, a, salt)
}

// account answers the account as it stands, with its salt.
func account(t *turn, g guarantee.Guarantee) (guarantee.Account, string, error) {
	var a guarantee.Account
	value, err := t.Supply("account", func() ([]byte, error) { return t.Peek(t.actor.Org, accountKey(g.ID)) })
	if err != nil {
		return a, "", err
	}
	if state.Fingerprint(value) != g.Account {
		return a, "", fault.New(fault.ContentMismatch)
	}
	s, _, err := unseal(value)
	if err != nil {
		return a, "", err
	}
	return a, s.Salt, json.Unmarshal([]byte(s.Content), &a)
}

// keepAccount puts the account in place of the one before, under a salt of its own.
func keepAccount(t *turn, g guarantee.Guarantee, a guarantee.Account, salt string) (guarantee.Guarantee, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return g, err
	}
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/account/1\n"))
	p := papers{raw: body, salt: hex.EncodeToString(mac.Sum(nil))}
	value, err := seal(p, nil)
	if err != nil {
		return g, err
	}
	g.Account = state.Fingerprint(value)
	for _, org := range g.Relying() {
		t.Keep(org, accountKey(g.ID), value)
	}
	return g, nil
}

// settleAccount changes the account as it stands.
func settleAccount(t *turn, g guarantee.Guarantee, change func(guarantee.Account) (guarantee.Account, *fault.Fault)) (guarantee.Guarantee, guarantee.Account, error) {
	a, salt, err := account(t, g)
	if err != nil {
		return g, a, err
	}
	a, f := change(a)
	if f != nil {
		return g, a, f
	}
	g, err = keepAccount(t, g, a, salt)
	return g, a, err
}
