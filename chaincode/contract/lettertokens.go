package contract

import (
	"encoding/json"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
)

// guaranteeSeen reads a guarantee's content on the beneficiary's own peer; seen is false on every other.
func guaranteeSeen(t *turn, g guarantee.Guarantee) (view content.Guarantee, seen bool, err error) {
	value, err := t.Peek(g.Beneficiary.Org, contentKey(g.ID))
	if err != nil {
		return view, false, err
	}
	s, ok, err := unseal(value)
	if err != nil || !ok {
		return view, false, err
	}
	view, err = content.GuaranteeOf([]byte(s.Content))
	return view, err == nil, err
}

// shareTokens gives the tokens of the guarantee's containers to whoever may ask for their release. Only the carrier can
// make and check them.
func shareTokens(t *turn, g guarantee.Guarantee, view content.Guarantee, seen bool) error {
	var listed []string
	for _, u := range view.Underlying {
		listed = append(listed, u.EquipmentReferences...)
	}
	raw, err := t.Supply("tokens", func() ([]byte, error) {
		made := map[string]string{}
		for _, c := range listed {
			token, err := ownToken(t, "container", c)
			if err != nil || token == nil {
				return nil, err
			}
			made[c] = string(token)
		}
		salt, err := ownToken(t, sharedSalt, g.ID)
		if err != nil || salt == nil {
			return nil, err
		}
		return json.Marshal(sealed{Salt: string(salt), Tokens: made})
	})
	if err != nil {
		return err
	}
	shared, err := checkShared(t, g, raw, listed, seen)
	if err != nil {
		return err
	}
	value, err := json.Marshal(shared)
	if err != nil {
		return err
	}
	for _, org := range orgs(g.Applicant, g.DeliverTo) {
		t.Keep(org, tokensKey(g.ID), value)
	}
	return nil
}

func checkShared(t *turn, g guarantee.Guarantee, raw []byte, listed []string, seen bool) (shared sealed, err error) {
	if json.Unmarshal(raw, &shared) != nil || shared.Content != "" {
		return shared, fault.New(fault.ContentMismatch)
	}
	if err := checkToken(t, g.Beneficiary.Org, shared.Salt, sharedSalt, g.ID); err != nil {
		return shared, err
	}
	own, ok, err := t.own(g.Beneficiary.Org)
	if err != nil || !ok || !seen {
		return shared, err
	}
	for _, c := range listed {
		if shared.Tokens[c] != own.token("container", []string{c}) {
			return shared, fault.New(fault.ContentMismatch)
		}
	}
	if len(shared.Tokens) > len(listed) {
		return shared, fault.New(fault.ContentMismatch)
	}
	return shared, nil
}
