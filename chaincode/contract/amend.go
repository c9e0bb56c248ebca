package contract

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/state"
)

// amendmentKey is where an amendment of an order lies. Each has a key of its own: who takes over a right later must get
// the last one, whatever it was shown before.
func amendmentKey(o release.Order) string { return "amendment/" + o.ID + "/" + o.Amendment }

// amend seals the new places and instructions for everybody who has a part in the order or in one of its lines: they say
// where to collect and where to return, and nothing of goods or parties.
func amend(t *turn, before release.Order, o *release.Order, p papers) error {
	if err := movedTo(t, before, p); err != nil {
		return err
	}
	pickup, err := content.PickupOf(p.raw)
	if err == nil && pickup != nil {
		err = stillAtFinalPlace(t, *o, *pickup)
	}
	if err != nil {
		return err
	}
	if err := takesOver(t, before, p); err != nil {
		return err
	}
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	o.Amendment, o.AmendmentSeal = p.commitment, state.Fingerprint(value)
	readers := o.Readers()
	for n := 1; n <= o.Lines; n++ {
		l, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		readers = append(readers, l.Readers()...)
	}
	for _, org := range orgs(readers...) {
		t.Keep(org, amendmentKey(*o), value)
	}
	return nil
}

// takesOver: the last amendment is the one that is shown, so it says of everything that was ever amended how it is now. Carrier
// and terminal both keep the one before.
func takesOver(t *turn, before release.Order, p papers) error {
	if before.Amendment == "" {
		return nil
	}
	value, err := peekAny(t, amendmentKey(before), before.Carrier, before.Terminal)
	if err != nil {
		return err
	}
	old, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	var was, is map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal([]byte(old.Content), &was), json.Unmarshal(p.raw, &is)); err != nil {
		return err
	}
	for _, member := range slices.Sorted(maps.Keys(was)) {
		if _, said := is[member]; !said {
			return fault.New(fault.Invalid, "check", "required").In("/content/" + member)
		}
	}
	return nil
}

// deliverAmendment shows the last amendment to whom a right is passed on.
func deliverAmendment(t *turn, o release.Order, to lifecycle.Ref) error {
	if o.Amendment == "" {
		return nil
	}
	return t.Deliver(amendmentKey(o), o.AmendmentSeal, to.Org, t.actor.Org)
}

// ownAmendment is the last amendment, for those who may read the order or one of its lines.
func (t *turn) ownAmendment(o release.Order, lines []lineView) (json.RawMessage, error) {
	if o.Amendment == "" {
		return nil, nil
	}
	readers := o.Readers()
	for _, l := range lines {
		readers = append(readers, l.Control.Readers()...)
	}
	return t.ownContent(amendmentKey(o), readers)
}
