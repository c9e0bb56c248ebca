// Package leg is one stage 区段 of the carriage under a multimodal bill 一单制提单: who performs it, where it stands in the chain,
// and the hand-over of the goods from one carrier to the next, which both sign over one hash.
//
// Each leg is a record of its own beside the bill, so that what happens on the road needs no endorsement of the bill's holder.
// Places, times, what was remarked at a hand-over, leg documents and money are private content that this package never sees.
package leg

import (
	"strconv"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Max is how many legs a bill has at most, Min how few: one document over several modes. The issue of a bill writes all of its
// legs at once, and a bill that passes on takes the legs' documents along.
const (
	Min = 2
	Max = 8
)

// Mode is how a leg is performed (domain facts 3.3, modeOfTransport).
type Mode string

// The modes.
const (
	Vessel Mode = "VESSEL" // 海运
	Rail   Mode = "RAIL"   // 铁路
	Truck  Mode = "TRUCK"  // 公路
	Barge  Mode = "BARGE"  // 驳船
	Air    Mode = "AIR"    // 航空
)

// performers are the role that a carrier of each mode is registered with.
var performers = map[Mode]lifecycle.Role{
	Vessel: party.Carrier, Rail: party.Rail, Truck: party.Trucker, Barge: party.Barge, Air: party.Airline,
}

// documents are the leg documents 区段运单 of each mode. None is a document of title and none releases cargo (domain facts 3.3). On a
// vessel leg there is none: there the bill itself is the document.
var documents = map[Mode][]string{
	Rail: {"SMGS", "CIM", "CIM_SMGS"}, Truck: {"CMR"}, Barge: {"BARGE_BILL"}, Air: {"AWB"},
}

// The states.
const (
	Planned      lifecycle.State = "PLANNED"
	Commissioned lifecycle.State = "COMMISSIONED"
	Received     lifecycle.State = "RECEIVED"
	InCarriage   lifecycle.State = "IN_CARRIAGE"
	HandingOver  lifecycle.State = "HANDING_OVER"
	HandedOver   lifecycle.State = "HANDED_OVER"
	Delivered    lifecycle.State = "DELIVERED"
)

// The acts.
const (
	Commission         lifecycle.Act = "commission"
	WithdrawCommission lifecycle.Act = "withdraw-commission"
	Decline            lifecycle.Act = "decline"
	TakeOver           lifecycle.Act = "take-over"
	Depart             lifecycle.Act = "depart"
	HandOver           lifecycle.Act = "hand-over"
	WithdrawHandOver   lifecycle.Act = "withdraw-hand-over"
	AcceptHandOver     lifecycle.Act = "accept-hand-over"
	RefuseHandOver     lifecycle.Act = "refuse-hand-over"
	Deliver            lifecycle.Act = "deliver"
	RegisterDocument   lifecycle.Act = "register-document"
	Apportion          lifecycle.Act = "apportion"
	// Plan and Receive are automatic: the bill is issued; the carrier of the leg before handed over.
	Plan    lifecycle.Act = "plan"
	Receive lifecycle.Act = "receive"
)

// Signature is one carrier's word on what was handed over.
type Signature struct {
	Person string `json:"person"`
	At     string `json:"at"`
}

// Handover is the hand-over of the goods 交接 at the end of a leg, open or done.
type Handover struct {
	// To is the carrier of the next leg.
	To lifecycle.Ref `json:"to"`
	// Commitment is the salted hash of what both sign: time, seals, remarks. Seal is the hash of the piece as it is kept.
	Commitment string     `json:"commitment"`
	Seal       string     `json:"seal"`
	Given      Signature  `json:"given"`
	Taken      *Signature `json:"taken,omitempty"`
	// Broken says that a seal was not intact: evidence for claims (rule X-20).
	Broken bool `json:"sealBroken,omitempty"`
}

// Paper is a leg document, registered by type, reference and hash, which are private.
type Paper struct {
	Commitment string `json:"commitment"`
	Seal       string `json:"seal"`
}

// Leg is the control record.
type Leg struct {
	lifecycle.Record
	// Bill is the bill that was issued with this leg; Sequence counts from 1 to Of.
	Bill     string        `json:"bill"`
	Sequence int           `json:"legSequence"`
	Of       int           `json:"of"`
	Mode     Mode          `json:"modeOfTransport"`
	Issuer   lifecycle.Ref `json:"issuer"`
	// Performer is the performing carrier 区段承运人, empty while none is commissioned.
	Performer lifecycle.Ref `json:"performingCarrier,omitzero"`
	Handover  *Handover     `json:"handover,omitempty"`
	Document  *Paper        `json:"legDocument,omitempty"`
	// Departure and Arrival are the salted commitments to what the carrier reported, Share the one to its part of the through
	// charge 运费分摊.
	Departure string `json:"departure,omitempty"`
	Arrival   string `json:"arrival,omitempty"`
	Share     string `json:"share,omitempty"`
	// Recoverable tells that the bill has a recovery, Recovers is the leg that this one took the place of.
	Recoverable bool   `json:"recoverable,omitempty"`
	Recovers    string `json:"recovers,omitempty"`
}

// Request is the public input of all acts.
type Request struct {
	ID         string `json:"id"`
	Version    int    `json:"version"`
	Performer  string `json:"performer"`
	Commitment string `json:"commitment"`
	Reason     string `json:"reason"`

	// Parties are the registered parties behind the fields, by place.
	Parties map[string]party.Party `json:"-"`
	// Paper is the commitment to the private content that came along, Seal the hash of its piece.
	Paper string `json:"-"`
	Seal  string `json:"-"`
	// Broken is what the content of a hand-over says of the seals; To the carrier of the next leg.
	Broken bool          `json:"-"`
	To     lifecycle.Ref `json:"-"`
	// Fresh is the leg as it is planned.
	Fresh Leg `json:"-"`
}

// ID is the id of the n-th leg of a bill.
func ID(bill string, n int) string { return bill + "." + strconv.Itoa(n) }

// First and Last tell where in the chain the leg stands.
func (l Leg) First() bool { return l.Sequence == 1 }
func (l Leg) Last() bool  { return l.Sequence == l.Of }

// holding tells whether the performing carrier has, or had, the goods.
func (l Leg) holding() bool {
	return l.State != Planned && l.State != Commissioned
}

// Keepers are those without whom the leg does not move, beside the issuer: the carrier that has the goods, and whom it is handing
// them over to.
func (l Leg) Keepers() (carrier, receiver lifecycle.Ref) {
	if l.State == HandingOver {
		receiver = l.Handover.To
	}
	if l.State == Received || l.State == InCarriage || l.State == HandingOver {
		carrier = l.Performer
	}
	return carrier, receiver
}

// Anew is the leg that takes the place of this one: planned as it was, and nobody's yet.
func (l Leg) Anew(id string) Leg {
	return Leg{Record: lifecycle.Record{ID: id, Family: l.Family, Commitment: l.Commitment, Seal: l.Seal}, Bill: l.Bill, Sequence: l.Sequence,
		Of: l.Of, Mode: l.Mode, Issuer: l.Issuer, Recoverable: l.Recoverable, Recovers: l.ID}
}

// Relying are the organisations that must all endorse a change: the issuer's, from the moment it took the goods over the
// performing carrier's, and with a hand-over also the next carrier's. A carrier that is only commissioned relies on nothing yet,
// so that one that does not answer can be replaced.
func (l Leg) Relying() []string {
	orgs := []string{l.Issuer.Org}
	if l.holding() {
		orgs = append(orgs, l.Performer.Org)
	}
	if l.Handover != nil {
		orgs = append(orgs, l.Handover.To.Org)
	}
	return orgs
}

// Readers are the parties that may read the leg's own plan, and what its carrier reports and earns.
func (l Leg) Readers() []lifecycle.Ref { return []lifecycle.Ref{l.Issuer, l.Performer} }

// Signers are those that may read what was handed over.
func (l Leg) Signers() []lifecycle.Ref {
	if l.Handover == nil {
		return l.Readers()
	}
	return append(l.Readers(), l.Handover.To)
}

// Parties are all parties that take part.
func (l Leg) Parties() []lifecycle.Ref { return l.Signers() }
