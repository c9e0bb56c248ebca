package contract

import (
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
)

// ownDocument is what a transport document has to say for its issuer's bill on this ledger: it is electronic, since a record whose
// paper is about would give the goods to two; and it is under the issuer's own code.
func ownDocument(t *turn, v content.Bill, place string) error {
	if !v.Electronic {
		return fault.New(fault.Invalid, "check", "electronic").In(place + "/isElectronic")
	}
	return ownCarrierCode(t, v, place)
}

// ownCarrierCode lets the issuer's own endorser refuse a bill under a carrier code that is not its party's.
func ownCarrierCode(t *turn, v content.Bill, place string) error {
	value, err := t.Peek(t.actor.Org, contentKey(t.actor.Party))
	if err != nil {
		return err
	}
	profile, known, err := unseal(value)
	if err != nil || !known {
		return err
	}
	p, err := content.PartyOf([]byte(profile.Content))
	if err != nil {
		return err
	}
	listed := false
	for _, code := range p.IdentifyingCodes {
		if code.CodeListProvider == v.CarrierCodeListProvider {
			listed = true
			if code.PartyCode == v.CarrierCode {
				return nil
			}
		}
	}
	if listed {
		return fault.New(fault.Invalid, "check", "own-carrier-code").In(place + "/carrierCode")
	}
	return nil
}

// numberOf names a bill for its token: the number and whose number it is.
func numberOf(v content.Bill) []string {
	return []string{v.CarrierCodeListProvider, v.CarrierCode, v.Reference}
}

// numberToken is the key under which a bill number of the issuer is taken; it travels as the private input called name.
func numberToken(t *turn, issuerOrg, name string, v content.Bill) (string, error) {
	token, err := t.Supply(name, func() ([]byte, error) { return ownToken(t, "bill-number", numberOf(v)...) })
	if err != nil {
		return "", err
	}
	return string(token), checkToken(t, issuerOrg, string(token), "bill-number", numberOf(v)...)
}

// freeNumber gives the number of a voided draft back, so that the corrected bill can carry it.
func freeNumber(t *turn, b bill.Bill) error {
	token, err := heldNumber(t, b)
	if err != nil {
		return err
	}
	return t.Drop("number/"+token, []string{b.Issuer.Org})
}

// heldNumber is the token of the number that the bill holds; the issuer's own endorser can tell.
func heldNumber(t *turn, b bill.Bill) (string, error) {
	view, _, err := billSeen(t, b)
	if err != nil {
		return "", err
	}
	token, err := numberToken(t, b.Issuer.Org, "number", view)
	if err != nil {
		return "", err
	}
	return token, holdsNumber(t, b, token)
}

func dropNumber(t *turn, b bill.Bill, token string) error {
	if err := holdsNumber(t, b, token); err != nil {
		return err
	}
	return t.Drop("number/"+token, []string{b.Issuer.Org})
}

// holdsNumber refuses a number that another bill has.
func holdsNumber(t *turn, b bill.Bill, token string) error {
	var taken string
	if _, err := t.Get("number/"+token, &taken); err != nil {
		return err
	}
	if taken != b.ID {
		return fault.New(fault.ContentMismatch)
	}
	return nil
}

// reserveNumber takes the bill number of this carrier, under a key that only its organisation can compute.
func reserveNumber(t *turn, b bill.Bill, v content.Bill) error {
	token, err := numberToken(t, b.Issuer.Org, "number", v)
	if err != nil {
		return err
	}
	return takeNumber(t, b, token, "/content", nil)
}

// takeNumber takes a number that is free, or that one of these bills had, which the new one replaces.
func takeNumber(t *turn, b bill.Bill, token, place string, from []string) error {
	var taken string
	found, err := t.Get("number/"+token, &taken)
	if err != nil {
		return err
	}
	held := []string{b.Issuer.Org}
	if !found {
		return t.Put("number/"+token, b.ID, nil, held)
	}
	if !slices.Contains(from, taken) {
		return fault.New(fault.Duplicate, "what", "transportDocumentReference").In(place + "/transportDocumentReference")
	}
	return t.Put("number/"+token, b.ID, held, held)
}
