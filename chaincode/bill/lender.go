package bill

import (
	"slices"

	"portledger/chaincode/lifecycle"
)

// Financed tells whether a bank other than this one lends on the bill: a pledge that was accepted and is not over.
func (b Bill) Financed(but lifecycle.Ref) bool {
	return b.Pledge != nil && b.Pledge.State != PledgeProposed && b.Pledge.Bank != but
}

// LentOnBy tells whether this bank lends on the bill: its pledge was accepted and is not over. After enforcement the bank has the
// title itself, and the bill secures nothing any more.
func (b Bill) LentOnBy(bank lifecycle.Ref) bool {
	return b.Pledge != nil && b.Pledge.Bank == bank && (b.Pledge.State == PledgeActive || b.Pledge.State == TrustReleased)
}

// MayLend tells whether the party has the bill before it, as holder, as recipient of an offer, as a bank that was shown it or
// as one whose pledge is proposed, offered or accepted: those may ask whether its goods are financed elsewhere.
func (b Bill) MayLend(p lifecycle.Ref) bool {
	asked := []lifecycle.Ref{b.Holder, b.Shown}
	if b.Joint != nil {
		asked = append(asked, b.Joint.Parties...)
	}
	if b.Offer != nil {
		asked = append(append(asked, b.Offer.To), b.Offer.Jointly...)
	}
	if b.Pledge != nil {
		asked = append(asked, b.Pledge.Bank, b.Pledge.To)
	}
	return slices.Contains(asked, p)
}
