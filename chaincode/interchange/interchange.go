// Package interchange is the equipment interchange receipt 设备交接单: the authority to move a container through a gate,
// the sheet recorded there, both signatures over that one sheet, and what follows when somebody does not agree with it.
//
// Container, plate, seals and damage are private content that this package never sees. It knows nothing of release
// orders beyond their ids, nor of Fabric.
package interchange

import (
	"cmp"
	"time"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Type is the movement (domain facts 5.1).
type Type string

// The types. A transfer has two receipts of one cycle: the way out of the first facility, the way into the second.
const (
	OutFull  Type = "OUT_FULL"  // 进口提重箱出场
	InEmpty  Type = "IN_EMPTY"  // 还空箱进场
	OutEmpty Type = "OUT_EMPTY" // 出口提空箱出场
	InFull   Type = "IN_FULL"   // 出口重箱进场
	Transfer Type = "TRANSFER"  // 转场/驳运
)

// The directions of a gate move.
const (
	Outward = "OUT"
	Inward  = "IN"
)

// ofRelease tells whether the movement belongs to a line of a release order: the import cycle. The others, of the export
// cycle and between facilities, rest on the carrier's booking or transfer order in the authority itself.
func (t Type) ofRelease() bool { return t == OutFull || t == InEmpty }

// Opens is the type of the way out that a way in of this type completes (rule X-09).
func (t Type) Opens() Type {
	return map[Type]Type{InEmpty: OutFull, InFull: OutEmpty, Transfer: Transfer}[t]
}

// The states (domain facts 5.3). Escalated is ours: the dispute lies with the one who will rule on it.
const (
	Authorised        lifecycle.State = "AUTHORISED"
	Recorded          lifecycle.State = "RECORDED"
	FacilitySigned    lifecycle.State = "FACILITY_SIGNED"
	TruckerSigned     lifecycle.State = "TRUCKER_SIGNED"
	Signed            lifecycle.State = "SIGNED"
	SignedWithRemarks lifecycle.State = "SIGNED_WITH_REMARKS"
	DeemedSigned      lifecycle.State = "DEEMED_SIGNED"
	Disputed          lifecycle.State = "DISPUTED"
	Escalated         lifecycle.State = "ESCALATED"
	Resolved          lifecycle.State = "RESOLVED"
	Closed            lifecycle.State = "CLOSED"
	Cancelled         lifecycle.State = "CANCELLED"
	Expired           lifecycle.State = "EXPIRED"
	Voided            lifecycle.State = "VOIDED"
)

// The windows of domain facts 5.3, by the transaction's time.
const (
	// DisputeWindow is how long a sheet can be disputed after it was recorded, or after remarks were put on it.
	DisputeWindow = 72 * time.Hour
	// DeemAfter is how long the trucker has for its signature, from the facility's, where the authority says that silence is one.
	DeemAfter = 24 * time.Hour
)

// Signature is one side's word on the sheet.
type Signature struct {
	Person string `json:"person"`
	At     string `json:"at"`
}

// Dispute is the disagreement about a sheet. What was said is private; here are commitments to it.
type Dispute struct {
	// By disputes; Road is the side that stands against the facility: the user or the carrier that disputes, else the trucker.
	By   lifecycle.Ref `json:"by"`
	Road lifecycle.Ref `json:"road"`
	// Statement is the salted commitment to what is disputed, Seal the hash of the piece as it is kept.
	Statement string `json:"statement"`
	Seal      string `json:"seal"`
	// Proposer proposed the addendum whose commitment is Addendum; the other side accepts it.
	Proposer lifecycle.Ref `json:"proposer,omitzero"`
	Addendum string        `json:"addendum,omitempty"`
	// Named is the arbiter that one side (NamedBy) named; Arbiter rules once both did, or one of them named the carrier.
	Named   lifecycle.Ref `json:"named,omitzero"`
	NamedBy lifecycle.Ref `json:"namedBy,omitzero"`
	Arbiter lifecycle.Ref `json:"arbiter,omitzero"`
	// Ruling is the salted commitment to what the arbiter ruled.
	Ruling string `json:"ruling,omitempty"`
}

// Receipt is the control record.
type Receipt struct {
	lifecycle.Record
	Type      Type   `json:"type"`
	Direction string `json:"direction"`
	// Cycle links the out and in moves of one use: the id of the receipt that opened it.
	Cycle string `json:"cycle"`
	// Release and Line are the import's release order; empty for the other movements, whose container stands in Box.
	Release string `json:"release,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Box is the carrier's token of the container where no release line has it; empty while none is assigned.
	Box      string        `json:"box,omitempty"`
	Operator lifecycle.Ref `json:"operator"`
	Facility lifecycle.Ref `json:"facility"`
	Trucker  lifecycle.Ref `json:"trucker"`
	// User is the party that uses the container 用箱人, where it is one of the ledger.
	User lifecycle.Ref `json:"user,omitzero"`
	// AuthorisedAt is when the authority was given and Deadline its end, RFC 3339 in UTC: the move lies between the two.
	AuthorisedAt string `json:"authorisedAt,omitempty"`
	Deadline     string `json:"deadline"`
	// Deemed says that the trucker's silence is its signature, DeemAfter after the record.
	Deemed bool `json:"deemed,omitempty"`
	// Assignment is the salted commitment to the container that the facility assigned to an authority for a type only.
	Assignment string `json:"assignment,omitempty"`
	// NoReturn says that the container stays with the cargo owner: the way out is the whole cycle.
	NoReturn bool `json:"noReturn,omitempty"`
	// Counterpart is the other receipt of the cycle.
	Counterpart string `json:"counterpart,omitempty"`
	// Authority is the receipt whose authority this one moves on, where it supersedes that one.
	Authority    string `json:"authority,omitempty"`
	Supersedes   string `json:"supersedes,omitempty"`
	SupersededBy string `json:"supersededBy,omitempty"`
	// Sheet is the salted commitment to what was recorded at the gate: what both sides sign. SheetSeal is the hash of the
	// sheet as it is kept.
	Sheet     string `json:"sheet,omitempty"`
	SheetSeal string `json:"sheetSeal,omitempty"`
	// RecordedAt is when; DisputeUntil is the end of the window for a dispute. Both RFC 3339 in UTC.
	RecordedAt     string     `json:"recordedAt,omitempty"`
	DisputeUntil   string     `json:"disputeUntil,omitempty"`
	FacilitySigned *Signature `json:"facilitySigned,omitempty"`
	TruckerSigned  *Signature `json:"truckerSigned,omitempty"`
	// Remarks is the salted commitment to what the trucker remarked.
	Remarks string   `json:"remarks,omitempty"`
	Dispute *Dispute `json:"dispute,omitempty"`
	// Evidence says that the sheet of a full container tells of damage or of a seal that is not right (rule X-20).
	Evidence bool `json:"evidence,omitempty"`
}

// Request is the public input of all acts.
type Request struct {
	ID         string `json:"id"`
	Version    int    `json:"version"`
	Type       Type   `json:"type"`
	Release    string `json:"release"`
	Line       int    `json:"line"`
	Out        string `json:"out"`
	Facility   string `json:"facility"`
	Trucker    string `json:"trucker"`
	User       string `json:"user"`
	Deemed     bool   `json:"deemed"`
	Arbiter    string `json:"arbiter"`
	Commitment string `json:"commitment"`
	Reason     string `json:"reason"`

	// Parties are the registered parties behind the fields, by place.
	Parties map[string]party.Party `json:"-"`
	// Paper is the commitment to the private content that came along; Counterpart the receipt that completes the cycle or
	// takes this one's place.
	Paper       string `json:"-"`
	Counterpart string `json:"-"`
	// Old is the receipt that a new one supersedes.
	Old Receipt `json:"-"`
}

// Relying are the organisations that must all endorse a change: the facility's and the trucker's, and the user's or the
// carrier's while it is a side of a dispute.
func (r Receipt) Relying() []string {
	orgs := []string{r.Facility.Org, r.Trucker.Org}
	if r.Dispute != nil && r.Dispute.Road != r.Trucker {
		orgs = append(orgs, r.Dispute.Road.Org)
	}
	return orgs
}

// Readers are the parties that may read authority, sheet and what was said about it.
func (r Receipt) Readers() []lifecycle.Ref {
	readers := []lifecycle.Ref{r.Operator, r.Facility, r.Trucker}
	if !r.User.Zero() {
		readers = append(readers, r.User)
	}
	if r.Dispute != nil && !r.Dispute.Arbiter.Zero() {
		readers = append(readers, r.Dispute.Arbiter)
	}
	return readers
}

// Parties are all parties that take part.
func (r Receipt) Parties() []lifecycle.Ref { return r.Readers() }

// Live tells whether the authority can still be used at a gate.
func (r Receipt) Live() bool { return r.State == Authorised }

// AuthorityID is the receipt whose authority this one moves on.
func (r Receipt) AuthorityID() string { return cmp.Or(r.Authority, r.ID) }
