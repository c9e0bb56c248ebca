package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A bill can be among the documents that are presented to a bank under a credit 信用证交单 (decision 26). From the notice of
// completeness until the documents are honoured or go back it is bound to that presentation. All three moves are automatic.
const (
	// Present binds the bill: it is in the bank's reach now, and stays there.
	Present lifecycle.Act = "present"
	// TakeUp gives it to the bank that honours 收单: an offer counts as accepted.
	TakeUp lifecycle.Act = "take-up"
	// HandBack gives it back to the presenter: an offer counts as rejected.
	HandBack lifecycle.Act = "hand-back"
)

// Presented tells which presentation a bill is bound to, and the bank that decides on it.
type Presented struct {
	Presentation string        `json:"presentation"`
	Bank         lifecycle.Ref `json:"bank"`
}

var presentationRows = []row{
	{From: Issued, Do: Present, To: Issued, If: guards{notHeld, ordinary, notPresented, noPartOpen, withBankNow}, Then: bindToPresentation},
	{From: Issued, Do: TakeUp, To: Issued, If: guards{presentedHere, movable}, Then: takeUp},
	{From: Issued, Do: HandBack, To: Issued, If: guards{presentedHere, movableBack}, Then: handBack},
}

// unmoving are the acts that a bound bill still allows: they neither move it nor take it out of the bank's reach, or are moves
// of the presentation itself.
var unmoving = []lifecycle.Act{Sign, PlaceHold, LiftHold, HandOver, DeclineProposal, DeclinePledge, WithdrawPledge, GiveConsent,
	RevokeConsent, AnnulPart, Present, TakeUp, HandBack}

// seizing are the acts of a bank upon a default, which no documents stop, wherever they lie: or who owes would present them again and
// again. They end the binding.
var seizing = []lifecycle.Act{Enforce, RecallTrust}

// ofPledgee are the acts of a bank that has a pledge which documents left with another bank do not stop: that one saw the pledge when
// it began to examine, and takes the bill up with it or not at all. Documents before the pledgee itself it decides on first.
var ofPledgee = []lifecycle.Act{ReleasePledge, SettleTrust}

// unlessPresented adds to every other act on an issued bill, whatever acts there may be, that the bill is not bound. So
// nobody takes it away from the bank that examines it, nor from the presenter that waits.
func unlessPresented(rows []row) []row {
	for i, r := range rows {
		switch {
		case r.From != Issued || slices.Contains(unmoving, r.Do) || slices.Contains(seizing, r.Do):
		case slices.Contains(ofPledgee, r.Do):
			rows[i].If = slices.Concat(r.If, guards{notPresentedToPledgee})
		default:
			rows[i].If = slices.Concat(r.If, guards{notPresented})
		}
	}
	return rows
}

func (b Bill) waits(act lifecycle.Act) *fault.Fault {
	return fault.New(fault.BillPresented, "presentation", b.Presented.Presentation, "act", string(act))
}

// Under tells whether the bill is bound to this presentation.
func (b Bill) Under(presentation string) bool {
	return b.Presented != nil && b.Presented.Presentation == presentation
}

// withPresented adds the bank to those who rely on the bill while its documents are there.
func (b Bill) withPresented(orgs []string) []string {
	if b.Presented != nil {
		return append(orgs, b.Presented.Bank.Org)
	}
	return orgs
}

func notPresented(b Bill, c command) *fault.Fault {
	if b.Presented != nil {
		return b.waits(c.Act)
	}
	return nil
}

func notPresentedToPledgee(b Bill, c command) *fault.Fault {
	if b.Presented != nil && b.Presented.Bank == b.pledgedTo(PledgeActive, TrustReleased) {
		return b.waits(c.Act)
	}
	return nil
}

// noPartOpen: containers that wait to be taken out of the bill are in nobody's reach.
func noPartOpen(b Bill, _ command) *fault.Fault {
	if b.OpenPart() != nil {
		return fault.New(fault.PartOpen)
	}
	return nil
}

// withBankNow: the bank can have the bill when it pays. The presenter offered it, or pledged it to the bank, or the bank keeps it for the
// presenter as a post-box. What a bank has in its own right, or as a security that is not on the ledger, nobody else presents: the presenter
// would get it back with the documents.
func withBankNow(b Bill, c command) *fault.Fault {
	bank, presenter := c.Request.Presented.Bank, c.Request.Presenter
	own := b.Holder == presenter
	offered := own && b.offeredTo(bank)
	kept := b.Holder == bank && b.Custody != nil && b.Custody.From == presenter
	pledged := (own || kept) && b.Offer == nil && b.pledgedTo(PledgeActive) == bank
	kept = kept && b.Offer == nil && b.Custody.Capacity == AsPostBox
	if !offered && !pledged && !kept {
		return fault.New(fault.NotWithBank, "bill", b.ID)
	}
	return nil
}

func (b Bill) offeredTo(p lifecycle.Ref) bool { return b.Offer != nil && b.Offer.To == p }

func presentedHere(b Bill, c command) *fault.Fault {
	if b.Presented == nil || *b.Presented != c.Request.Presented {
		return fault.New(fault.NotWithBank, "bill", b.ID)
	}
	return nil
}

// movable: a frozen bill does not change hands, not even to a bank that paid.
func movable(b Bill, c command) *fault.Fault {
	if b.offeredTo(b.Presented.Bank) || b.bailed() {
		return notHeld(b, c)
	}
	return nil
}

// movableBack: what only closes an offer is a step back; what gives possession back is none.
func movableBack(b Bill, c command) *fault.Fault {
	if b.bailed() {
		return notHeld(b, c)
	}
	return nil
}

// bailed tells whether the bank keeps the bill for the presenter; what it has as security it keeps for itself.
func (b Bill) bailed() bool {
	return b.Holder == b.Presented.Bank && b.Custody != nil && !b.Pledged()
}

func bindToPresentation(b *Bill, c command) {
	b.Presented = &Presented{Presentation: c.Request.Presented.Presentation, Bank: c.Request.Presented.Bank}
}

// takeUp gives the bank that paid what the presenter gave: an offer counts as accepted, and what it kept for the presenter it has in
// its own right. The title passes with an endorsement alone.
func takeUp(b *Bill, c command) {
	switch {
	case b.offeredTo(b.Presented.Bank):
		takeOver(b, c)
	case b.bailed():
		b.Custody = nil
	}
	b.Presented = nil
}

// handBack gives the presenter what it gave.
func handBack(b *Bill, _ command) {
	switch {
	case b.offeredTo(b.Presented.Bank):
		b.Offer = nil
	case b.bailed():
		b.Holder, b.Custody = b.Custody.From, nil
	}
	b.Presented = nil
}
