// Package interchange is the equipment interchange receipt 设备交接单: the authority to move a container through a gate,
// the sheet recorded there, and both signatures over that one sheet.
//
// Container, plate, seals and damage are private content that this package never sees. It knows nothing of release
// orders beyond their ids, nor of Fabric.
package interchange

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Type is the movement (domain facts 5.1).
type Type string

// The types of this version: the import cycle.
const (
	OutFull Type = "OUT_FULL" // 进口提重箱出场
	InEmpty Type = "IN_EMPTY" // 还空箱进场
)

// The states.
const (
	Authorised     lifecycle.State = "AUTHORISED"
	Recorded       lifecycle.State = "RECORDED"
	FacilitySigned lifecycle.State = "FACILITY_SIGNED"
	Signed         lifecycle.State = "SIGNED"
	Closed         lifecycle.State = "CLOSED"
	Cancelled      lifecycle.State = "CANCELLED"
)

// The acts.
const (
	Authorise      lifecycle.Act = "authorise"
	Cancel         lifecycle.Act = "cancel"
	RecordGate     lifecycle.Act = "record"
	SignByFacility lifecycle.Act = "sign-by-facility"
	SignByTrucker  lifecycle.Act = "sign-by-trucker"
	Close          lifecycle.Act = "close"
	// Pair is automatic: the return was recorded, the cycle is complete.
	Pair lifecycle.Act = "pair"
)

// Signature is one side's word on the sheet.
type Signature struct {
	Person string `json:"person"`
	At     string `json:"at"`
}

// Receipt is the control record.
type Receipt struct {
	lifecycle.Record
	Type Type `json:"type"`
	// Cycle links the out and in moves of one use: the id of the receipt that opened it.
	Cycle    string        `json:"cycle"`
	Release  string        `json:"release"`
	Line     int           `json:"line"`
	Operator lifecycle.Ref `json:"operator"`
	Facility lifecycle.Ref `json:"facility"`
	Trucker  lifecycle.Ref `json:"trucker"`
	// Counterpart is the other receipt of the cycle.
	Counterpart string `json:"counterpart,omitempty"`
	// Sheet is the salted commitment to what was recorded at the gate: what both sides sign.
	Sheet          string     `json:"sheet,omitempty"`
	FacilitySigned *Signature `json:"facilitySigned,omitempty"`
	TruckerSigned  *Signature `json:"truckerSigned,omitempty"`
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
	Commitment string `json:"commitment"`
	Reason     string `json:"reason"`

	// Parties are the registered parties behind the fields, by place.
	Parties map[string]party.Party `json:"-"`
	// Sheet is the commitment to the gate sheet that came along; Counterpart the receipt that completes the cycle.
	Sheet       string `json:"-"`
	Counterpart string `json:"-"`
}

// Relying are the organisations that must all endorse a change.
func (r Receipt) Relying() []string { return []string{r.Facility.Org, r.Trucker.Org} }

// Readers are the parties that may read authority and sheet.
func (r Receipt) Readers() []lifecycle.Ref {
	return []lifecycle.Ref{r.Operator, r.Facility, r.Trucker}
}

// Parties are all parties that take part.
func (r Receipt) Parties() []lifecycle.Ref { return r.Readers() }

// Live tells whether the authority can still be used at a gate.
func (r Receipt) Live() bool { return r.State == Authorised }

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Receipt, Request]
	guards  = []lifecycle.Guard[Receipt, Request]
	by      = lifecycle.By[Receipt]
)

var (
	carrierRole  = []lifecycle.Role{party.Carrier}
	facilityRole = []lifecycle.Role{party.Terminal, party.Depot}
	anyCarrier   = &by{Name: "carrier", Roles: carrierRole}
	operator     = &by{Name: "carrier", Ref: func(r Receipt) lifecycle.Ref { return r.Operator }, Roles: carrierRole}
	facility     = &by{Name: "facility", Ref: func(r Receipt) lifecycle.Ref { return r.Facility }, Roles: facilityRole}
	trucker      = &by{Name: "trucker", Ref: func(r Receipt) lifecycle.Ref { return r.Trucker }, Roles: []lifecycle.Role{party.Trucker}}
)

// Reasons are the codes that a cancellation may give.
var Reasons = []string{"DATA_ERROR", "WRONG_PARTY", "NO_SHOW", "RELEASE_REVOKED", "OTHER"}

// Law is the receipt's lifecycle.
var Law = &lifecycle.Law[Receipt, Request]{
	Family: "interchange",
	State:  func(r *Receipt) *lifecycle.State { return &r.State },
	Verbs: []lifecycle.Verb{
		{Name: Authorise, Takes: []string{"type", "release", "line", "out?", "facility", "trucker"}, Content: "authority", Chinese: "放箱"},
		{Name: Cancel, Takes: []string{"reason"}, Chinese: "取消"},
		{Name: RecordGate, Content: "gate-sheet", Chinese: "闸口记录"},
		{Name: SignByFacility, Takes: []string{"commitment"}, Chinese: "场站签字"},
		{Name: SignByTrucker, Takes: []string{"commitment"}, Chinese: "司机签字"},
		{Name: Close, Chinese: "关闭"},
		{Name: Pair, Chinese: "进出场配对"},
	},
	Rows: []row{
		{From: lifecycle.None, Do: Authorise, By: anyCarrier, To: Authorised, If: guards{typeKnown, facilityFits, truckerFits}, Then: write},
		{From: Authorised, Do: Cancel, By: operator, To: Cancelled, If: guards{reasonGiven}},
		{From: Authorised, Do: RecordGate, By: facility, To: Recorded, Then: keepSheet},
		{From: Recorded, Do: SignByFacility, By: facility, To: FacilitySigned, If: guards{sameSheet}, Then: signFacility},
		{From: FacilitySigned, Do: SignByTrucker, By: trucker, To: Signed, If: guards{sameSheet}, Then: signTrucker},
		{From: Signed, Do: Close, By: operator, To: Closed, If: guards{cycleComplete}},
		{From: Recorded, Do: Pair, To: Recorded, Then: pair},
		{From: FacilitySigned, Do: Pair, To: FacilitySigned, Then: pair},
		{From: Signed, Do: Pair, To: Signed, Then: pair},
	},
}

// Apply answers the receipt after c, or why c is refused. r is not changed.
func (r Receipt) Apply(c command) (Receipt, error) { return Law.Apply(r, c) }

func typeKnown(_ Receipt, c command) *fault.Fault {
	r := c.Request
	switch {
	case r.Type != OutFull && r.Type != InEmpty:
		return fault.New(fault.Invalid, "check", "type").In("/type")
	case (r.Type == InEmpty) != (r.Out != ""):
		return fault.New(fault.Invalid, "check", "cycle").In("/out")
	}
	return nil
}

func facilityFits(_ Receipt, c command) *fault.Fault {
	to := c.Request.Parties["/facility"]
	if !to.Has(party.Terminal) && (c.Request.Type == OutFull || !to.Has(party.Depot)) {
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/facility")
	}
	return nil
}

func truckerFits(_ Receipt, c command) *fault.Fault {
	if !c.Request.Parties["/trucker"].Has(party.Trucker) {
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/trucker")
	}
	return nil
}

func reasonGiven(_ Receipt, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func sameSheet(r Receipt, c command) *fault.Fault {
	if c.Request.Commitment != r.Sheet {
		return fault.New(fault.HashMismatch).In("/commitment")
	}
	return nil
}

func cycleComplete(r Receipt, _ command) *fault.Fault {
	if r.Counterpart == "" {
		return fault.New(fault.CycleBroken, "why", "not-returned").By("X-09")
	}
	return nil
}

func write(r *Receipt, c command) {
	q := c.Request
	r.Type, r.Release, r.Line = q.Type, q.Release, q.Line
	r.Operator, r.Facility, r.Trucker = c.Actor.Ref, q.Parties["/facility"].Ref(), q.Parties["/trucker"].Ref()
	r.Cycle, r.Counterpart = r.ID, q.Out
	if q.Out != "" {
		r.Cycle = q.Out
	}
}

func keepSheet(r *Receipt, c command) { r.Sheet = c.Request.Sheet }
func pair(r *Receipt, c command)      { r.Counterpart = c.Request.Counterpart }

func signFacility(r *Receipt, c command) { r.FacilitySigned = sign(c) }
func signTrucker(r *Receipt, c command)  { r.TruckerSigned = sign(c) }

func sign(c command) *Signature {
	return &Signature{Person: c.Actor.Person, At: lifecycle.Stamped(c.At)}
}
