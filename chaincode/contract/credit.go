package contract

import (
	"time"

	"portledger/chaincode/charge"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
)

// Credit 信用放货: the payee lets goods go and is paid later. It grants it itself, to the requester or the release-to party,
// if the customs certified one of them (AEO) or the payee's own settings give credit to anybody. The terms, with the day on
// which it is due, are private to those three.

func creditKey(o release.Order, p charge.Payee) string { return "credit/" + o.ID + "/" + string(p) }

// mayCredit is the rule of who gets credit. The payee's own endorser knows its settings; the others take its word.
func mayCredit(t *turn, o release.Order, s side) error {
	for _, debtor := range []string{o.Requester.Party, o.ReleaseTo.Party} {
		p, err := t.registered(debtor)
		if err != nil || p.Authorised() {
			return err
		}
	}
	own, ok, err := t.own(s.ref.Org)
	if err != nil || !ok || own.Charges.CreditToAnybody {
		return err
	}
	return fault.New(fault.NoCredit)
}

// clearedOnCredit keeps the terms of a credit for charges of which there is no account.
func clearedOnCredit(t *turn, c orderCommand, o release.Order, p papers) error {
	s := sideOf(o, c.Actor)
	if c.Request.Outcome != string(charge.OnCredit) {
		if p.raw != nil {
			return fault.New(fault.Invalid, "check", "unknown-field").In("/content")
		}
		return nil
	}
	if err := mayCredit(t, o, s); err != nil {
		return inRequest(err, "/outcome")
	}
	if p.raw == nil {
		return fault.New(fault.Invalid, "check", "required").In("/content")
	}
	terms, err := content.CreditTermsOf(p.raw)
	if err != nil {
		return faultOf(err, "/content")
	}
	if err := dueAhead(t, terms.Due); err != nil {
		return err
	}
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range orgs(s.readers(o)...) {
		t.Keep(org, creditKey(o, s.payee), value)
	}
	return nil
}

// dueAhead: a credit is due on a day, and not on one that is over everywhere.
func dueAhead(t *turn, day string) error {
	const behind = 24 * time.Hour // the day still lasts in the zone of the payee, wherever that is
	due, err := time.Parse(time.DateOnly, day)
	switch {
	case day == "":
		return fault.New(fault.Invalid, "check", "required").In("/content/dueDate")
	case err != nil || due.Before(t.At.Truncate(behind).Add(-behind)):
		return fault.New(fault.Invalid, "check", "date").In("/content/dueDate")
	}
	return nil
}
