package contract

import (
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

// proposedSalt is the salt of the part that other joint holders proposed, which everybody who relies on the bill keeps, or else of
// this one. What they compare stands in public, and whoever ever read the bill has its tokens to try.
func proposedSalt(t *turn, b bill.Bill, p papers) (string, error) {
	if b.Joint == nil || b.Joint.Proposal == nil || b.Joint.Proposal.Commitment == "" {
		return p.salt, nil
	}
	value, err := peekOrgs(t, partKey(b.Joint.Proposal.Commitment), b.Relying())
	if err != nil {
		return "", err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return p.salt, err
	}
	return s.Salt, nil
}

// consentKey is where the containers lie that a bank lets go in a part, by the commitment.
func consentKey(commitment string) string { return "part-consent/" + commitment }

// keepConsented keeps what a bank consents to with everybody who relies on the bill: containers of its balance.
func keepConsented(t *turn, b bill.Bill, p papers) error {
	held, err := partTokens(t, b, p)
	if err != nil {
		return err
	}
	list, err := broughtList(t, b)
	if err != nil {
		return err
	}
	if f := rules.InBalance(list.Parts, slices.Sorted(maps.Values(held)), partPlace); f != nil {
		return f
	}
	piece, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range b.Relying() {
		t.Keep(org, consentKey(p.commitment), piece)
	}
	return nil
}

// asConsented is rule X-06 for a part: nothing leaves but what the bank named. Issuer, bank and pledgor each keep that; the bank's own
// endorser always does, or nobody could tell.
func asConsented(t *turn, b bill.Bill, p papers) error {
	commitment := b.ConsentedPart()
	if commitment == "" || b.Pledge.State != bill.PledgeActive {
		return nil
	}
	value, err := peekAny(t, consentKey(commitment), b.Issuer, b.Pledge.Bank, t.actor.Ref)
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil {
		return err
	}
	if !seen {
		if t.Self == b.Pledge.Bank.Org {
			return fault.New(fault.PrivateInputMissing, "name", "part-consent")
		}
		return nil
	}
	asked, err := content.PartOf(p.raw)
	if err != nil {
		return err
	}
	named, err := content.PartOf([]byte(s.Content))
	if err != nil {
		return err
	}
	if f := rules.Covered(asked, named, partPlace); f != nil {
		return b.Locked(bill.SurrenderPart).By("X-06").In(partPlace)
	}
	return nil
}
