package bill

import (
	"slices"
	"strconv"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A bill can be delivered in parts 分批提货 (decision 24): its holder surrenders some of its containers, and the bill stays
// issued in the holder's hands for the others, the balance 余量. The last containers are surrendered with the bill itself,
// which thereby comes to its end.
const (
	SurrenderPart lifecycle.Act = "surrender-part"
	AcceptPart    lifecycle.Act = "accept-part"
	RejectPart    lifecycle.Act = "reject-part"
	WithdrawPart  lifecycle.Act = "withdraw-part"
	AnnulPart     lifecycle.Act = "annul-part"
)

// PartsMax bounds the parts that are ever accepted of one bill: what shows all of them reads them one by one.
const PartsMax = 100

// Parts is what was surrendered apart from the rest. Which containers it is about is private: two fingerprints stand for
// lists that the issuer, the holder and the bank keep.
type Parts struct {
	// Delivered is how many containers the accepted parts have together; the balance is what is left of the bill's.
	Delivered int `json:"delivered"`
	// Made counts the parts that were ever accepted, at most PartsMax; Last is the id of the latest, and each names the one
	// before it.
	Made int    `json:"made,omitempty"`
	Last string `json:"last,omitempty"`
	// List is the fingerprint of the sealed list of the containers that are not in the balance; empty while all are.
	List string `json:"list,omitempty"`
	// Open is the part that waits for the issuer's answer.
	Open *OpenPart `json:"open,omitempty"`
}

// OpenPart is a part that the holder surrendered and the issuer has not answered.
type OpenPart struct {
	Containers int `json:"containers"`
	// Commitment is the salted hash of the private content, Seal the fingerprint of the sealed piece.
	Commitment string `json:"commitment"`
	Seal       string `json:"seal"`
	// List is the fingerprint of the list as it will be once the part is accepted.
	List string `json:"list"`
}

// Selection is what the private content of a part surrender comes to.
type Selection struct {
	OpenPart
	// Digest stands for the very containers, whatever salt they came with: joint holders must mean the same ones.
	Digest string
}

// Annulment is a part that goes back to the balance: its containers, and the list without it.
type Annulment struct {
	Containers int
	List       string
}

var partRows = []row{
	{From: Issued, Do: SurrenderPart, By: holder, To: Issued, If: guards{notHeld, claimable, noOffer, divisible, partsLeft, unlocked},
		Asks: guards{balanceLeft}, Then: using(openPart)},
	{From: Issued, Do: WithdrawPart, By: holder, To: Issued, If: guards{partIsOpen}, Then: closePart},
	{From: Issued, Do: RejectPart, By: issuer, To: Issued, If: guards{partIsOpen}, Asks: guards{reasonGiven}, Then: closePart},
	{From: Issued, Do: AcceptPart, By: issuer, To: Issued, If: guards{notHeld, partIsOpen}, Then: acceptPart},
	// Like a surrender as a whole (rule X-11), an accepted part is annulled by a court or as an error.
	{From: Issued, Do: AnnulPart, By: issuer, To: Issued, If: guards{noOffer, partDelivered}, Asks: guards{annulReasonGiven}, Then: annulPart},
}

func (b Bill) parts() Parts {
	if b.Parts == nil {
		return Parts{}
	}
	return *b.Parts
}

// Delivered is how many containers were surrendered in accepted parts.
func (b Bill) Delivered() int { return b.parts().Delivered }

// Balance is how many containers the bill still stands for.
func (b Bill) Balance() int { return b.Containers - b.Delivered() }

// OpenPart is the part that waits for an answer, nil for none.
func (b Bill) OpenPart() *OpenPart { return b.parts().Open }

// DeliveredList is the fingerprint of the sealed list of delivered containers; empty for none.
func (b Bill) DeliveredList() string { return b.parts().List }

// LastPart is the id of the part that was accepted last; empty for none.
func (b Bill) LastPart() string { return b.parts().Last }

// whole refuses what only a bill allows of which no part was delivered. That none is open is asked before.
func whole(b Bill, _ command) *fault.Fault {
	if b.Delivered() > 0 {
		return fault.New(fault.PartDelivered)
	}
	return nil
}

// divisible: what is left must be more than one container, or the bill is surrendered as a whole.
func divisible(b Bill, _ command) *fault.Fault {
	if b.Balance() < 2 {
		return fault.New(fault.LastContainer)
	}
	return nil
}

// balanceLeft asks that the part leave something in the balance.
func balanceLeft(b Bill, c command) *fault.Fault {
	if c.Request.Selection == nil || c.Request.Selection.Containers >= b.Balance() {
		return fault.New(fault.LastContainer).In("/content/containers")
	}
	return nil
}

func partsLeft(b Bill, _ command) *fault.Fault {
	if b.parts().Made >= PartsMax {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(PartsMax), "what", "parts")
	}
	return nil
}

func noPart() *fault.Fault { return fault.New(fault.NotFound, "family", "part", "id", "?") }

func partIsOpen(b Bill, _ command) *fault.Fault {
	if b.OpenPart() == nil {
		return noPart()
	}
	return nil
}

func partDelivered(b Bill, _ command) *fault.Fault {
	if b.Delivered() == 0 {
		return noPart()
	}
	return nil
}

func openPart(b *Bill, c command) {
	parts := b.parts()
	parts.Open = &OpenPart{}
	if named := c.Request.Selection; named != nil { // a probe names nothing
		*parts.Open = named.OpenPart
	}
	b.Parts = &parts
}

func closePart(b *Bill, _ command) {
	parts := b.parts()
	parts.Open = nil
	b.Parts = &parts
	if parts == (Parts{}) {
		b.Parts = nil
	}
}

// acceptPart takes the part's containers out of the balance. A pledge that no bank accepted yet falls: it was proposed for
// more.
func acceptPart(b *Bill, c command) {
	parts := b.parts()
	parts.Delivered += parts.Open.Containers
	parts.Made++
	parts.Last, parts.List, parts.Open = c.Request.Fresh, parts.Open.List, nil
	b.Parts = &parts
	b.endProposal()
}

func annulPart(b *Bill, c command) {
	parts := b.parts()
	if back := c.Request.Annulment; back != nil { // a probe names none
		parts.Delivered, parts.List = parts.Delivered-back.Containers, back.List
	}
	b.Parts = &parts
}

// partsAfter is what the replacement of a lost bill takes over: what was delivered stays so, an open part was the lost
// holder's.
func partsAfter(lost Bill) *Parts {
	if lost.Parts == nil {
		return nil
	}
	closePart(&lost, command{})
	return lost.Parts
}

// The states of a part that was accepted.
const (
	PartAccepted lifecycle.State = "ACCEPTED"
	PartAnnulled lifecycle.State = "ANNULLED"
)

// Part is the control record of an accepted part: who may have its containers released. It stands beside the bill, which
// goes on for the balance, and outlasts it.
type Part struct {
	lifecycle.Record
	Bill   string        `json:"bill"`
	Issuer lifecycle.Ref `json:"issuer"`
	// Carrier is whose containers they are: the issuer, of a house bill the carrier of the master.
	Carrier lifecycle.Ref `json:"carrier"`
	// Claimant is who surrendered the part: a release order goes to this party.
	Claimant lifecycle.Ref `json:"claimant"`
	// Containers is how many the part has.
	Containers int `json:"containers"`
	// Before is the part accepted before this one, empty for the first.
	Before string `json:"before,omitempty"`
	// List is the fingerprint of the list in which this part's containers stand under its commitment.
	List string `json:"list"`
}

// PartRequest is the input of the automatic moves of a part: the bill as it stands before its acceptance.
type PartRequest struct{ Bill Bill }

// PartLaw is the lifecycle of a part: all its moves follow from acts on the bill.
var PartLaw = &lifecycle.Law[Part, PartRequest]{
	Family: "part",
	State:  func(p *Part) *lifecycle.State { return &p.State },
	Verbs:  []lifecycle.Verb{{Name: AcceptPart, Chinese: "接受分批交还"}, {Name: AnnulPart, Chinese: "撤销分批交还"}},
	Rows: []lifecycle.Row[Part, PartRequest]{
		{From: lifecycle.None, Do: AcceptPart, To: PartAccepted, Then: takePart},
		{From: PartAccepted, Do: AnnulPart, To: PartAnnulled},
	},
}

func takePart(p *Part, c lifecycle.Command[PartRequest]) {
	b := c.Request.Bill
	open := b.OpenPart()
	p.Bill, p.Issuer, p.Carrier, p.Claimant = b.ID, b.Issuer, b.Operator(), b.FirstHolder()
	p.Containers, p.Commitment, p.Seal, p.List, p.Before = open.Containers, open.Commitment, open.Seal, open.List, b.LastPart()
}

// Relying are the organisations that must all endorse a change of the part.
func (p Part) Relying() []string { return orgsOf(p.Parties()) }

// Parties are all parties that take part.
func (p Part) Parties() []lifecycle.Ref { return []lifecycle.Ref{p.Issuer, p.Carrier, p.Claimant} }

// FirstHolder is the holder, of joint holders the one who stands for all.
func (b Bill) FirstHolder() lifecycle.Ref {
	if b.Joint != nil {
		return b.Joint.Parties[0]
	}
	return b.Holder
}

// PartReaders are the parties that may read what a part is made of, while the bill is theirs to deliver.
func (b Bill) PartReaders() []lifecycle.Ref {
	readers := []lifecycle.Ref{b.Issuer, b.Holder}
	if b.Joint != nil {
		readers = append(readers, b.Joint.Parties...)
	}
	if b.Pledge != nil {
		readers = append(readers, b.Pledge.Bank)
	}
	return slices.DeleteFunc(readers, lifecycle.Ref.Zero)
}
