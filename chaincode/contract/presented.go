package contract

import (
	"encoding/hex"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/presentation"
)

// presentersBills are bills that the presenter has something to do with, and that are in force: as their holder, their
// shipper or with title. Where the bank must have them is asked when the set is complete.
func presentersBills(t *turn, p presentation.Presentation) error {
	for i, id := range p.Bills {
		b, err := load[bill.Bill](t, "bill", id)
		if err == nil {
			err = usable(t, b)
		}
		if err != nil {
			return err
		}
		if !slices.Contains([]lifecycle.Ref{b.Holder, b.Shipper, b.Title}, p.Presenter) {
			return fault.New(fault.WrongParty, "act", string(presentation.Open), "by", "holder, shipper or title holder of the bill").
				In("/bills/" + number(i))
		}
	}
	return nil
}

// withBills moves the bills of a presentation with it. No private content comes along, because the bills' issuers endorse.
func withBills(t *turn, c presentationCommand, p presentation.Presentation) error {
	switch c.Act {
	case presentation.Complete:
		if err := eachPresented(t, p, bill.Present); err != nil {
			return err
		}
		return sameBills(t, p)
	case presentation.Honour:
		if p.State == presentation.Waived {
			if err := t.Anchored(waiverMark(p), []string{p.Applicant.Org}); err != nil {
				return err
			}
		}
		return eachPresented(t, p, bill.TakeUp)
	case presentation.Withdraw, presentation.ReturnDocuments, presentation.TakeBack:
		return eachPresented(t, p, bill.HandBack)
	}
	return nil
}

func eachPresented(t *turn, p presentation.Presentation, act lifecycle.Act) error {
	for _, id := range p.Bills {
		if err := movePresented(t, p, id, act); err != nil {
			return err
		}
	}
	return nil
}

// movePresented makes one of the automatic moves of a bill. One that is bound already is not bound again, and one that is
// not bound, or counts no more since its control was recovered, is not handed back.
func movePresented(t *turn, p presentation.Presentation, id string, act lifecycle.Act) error {
	before, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return err
	}
	if gone := inForce(t, before); gone != nil {
		if act == bill.HandBack && fault.Of(gone) != nil {
			return nil
		}
		return gone
	}
	if before.Under(p.ID) == (act == bill.Present) && act != bill.TakeUp {
		return nil
	}
	after, err := bill.Law.Follow(before, billCommand{Act: act, Actor: t.actor, At: t.At, Request: bill.Request{
		Presented: bill.Presented{Presentation: p.ID, Bank: p.Bank}, Presenter: p.Presenter}})
	if err != nil {
		return err
	}
	if after.Holder != before.Holder { // whoever has the bill now has its content, and what of it was delivered in parts
		if err := hand(t, after, after.Holder); err != nil {
			return err
		}
	}
	return save(t, &before, &after, t.entry(act, automatic))
}

// sameBills compares the hash that the set gives for each bill with the bill itself, at the presenter's and the bank's own
// peers, which have both.
func sameBills(t *turn, p presentation.Presentation) error {
	for _, org := range orgs(p.Presenter, p.Bank) {
		value, err := t.Peek(org, setKey(p))
		if err != nil {
			return err
		}
		set, seen, err := unseal(value)
		if err != nil {
			return err
		}
		hashes := make([]string, len(p.Bills))
		if seen {
			view, err := content.PresentationOf([]byte(set.Content))
			if err != nil {
				return err
			}
			_, hashes = view.Bills()
		}
		for i, id := range p.Bills {
			same, err := hasHash(t, org, id, hashes[i])
			if err == nil && !same {
				err = fault.New(fault.ContentMismatch)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// hasHash compares a bill's content at org's own peer; where there is none, or nothing to compare with, it has no objection.
func hasHash(t *turn, org, id, hash string) (bool, error) {
	value, err := t.Peek(org, contentKey(id))
	if err != nil {
		return false, err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen || hash == "" {
		return err == nil, err
	}
	own, err := content.Hash([]byte(s.Content))
	return hex.EncodeToString(own[:]) == hash, err
}

// hashOf is what stands for a bill in a set, hex; empty for no content.
func hashOf(raw []byte) (string, error) {
	if len(raw) == 0 {
		return "", nil
	}
	hash, err := content.Hash(raw)
	return hex.EncodeToString(hash[:]), err
}
