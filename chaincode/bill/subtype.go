package bill

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Subtype is what sort of bill this is beside the way its title passes (domain facts 3.1, billSubtype; EDIFACT 1001).
type Subtype string

// The subtypes, with their EDIFACT codes.
const (
	Ocean          Subtype = "OCEAN"       // 705 海运提单
	Through        Subtype = "THROUGH"     // 761 联运提单
	Multimodal     Subtype = "MULTIMODAL"  // 766 多式联运提单 / 一单制提单
	HouseBill      Subtype = "HOUSE"       // 714 货代提单
	WaybillSubtype Subtype = "SEA_WAYBILL" // 710 海运单
)

// Subtypes are all of them.
var Subtypes = []Subtype{Ocean, Through, Multimodal, HouseBill, WaybillSubtype}

// subtypeFits: house bills and sea waybills are what they are; of its other bills the carrier says which.
func subtypeFits(b Bill, c command) *fault.Fault {
	given := c.Request.Subtype
	fits := given == Ocean || given == Through || given == Multimodal
	switch {
	case given == "":
		return nil
	case b.House() || c.Request.Master != "":
		fits = given == HouseBill
	case c.Request.Kind == SeaWaybill:
		fits = given == WaybillSubtype
	}
	if !fits {
		return fault.New(fault.Invalid, "check", "subtype").In("/billSubtype")
	}
	return nil
}

// sort sets the subtype of a draft: what is given, else what the draft was, else an ocean bill. Its legs were planned for the
// document as it was, and are planned anew.
func (b *Bill) sort(c command) {
	was := b.Subtype
	switch {
	case b.House() || c.Request.Master != "":
		b.Subtype = HouseBill
	case b.Kind == SeaWaybill:
		b.Subtype = WaybillSubtype
	case c.Request.Subtype != "":
		b.Subtype = c.Request.Subtype
	case was != Through && was != Multimodal:
		b.Subtype = Ocean
	}
	b.Legs = nil
	if b.Subtype != Multimodal {
		b.Charge = nil
	}
}

// The acts on the draft of a multimodal bill 一单制提单.
const (
	PlanLegs           lifecycle.Act = "plan-legs"
	StateThroughCharge lifecycle.Act = "state-through-charge"
)

// Legs are the legs of a multimodal bill. What they are is private content beside the document, which goes along with it; each has
// a public record of its own from issue on (package leg).
type Legs struct {
	// Of is the bill that the records stand under: this one, or the lost one whose place it took.
	Of    string `json:"of"`
	Count int    `json:"count"`
	// Commitment is the salted hash of the legs' content, Seal the hash of it as it is kept.
	Commitment string `json:"commitment"`
	Seal       string `json:"seal"`
}

// Charge is the through charge 全程运费: one amount, which only the issuer and who pays it know.
type Charge struct {
	Payer      lifecycle.Ref `json:"payer"`
	Commitment string        `json:"commitment"`
}

var multimodalRows = []row{
	{From: Drafted, Do: PlanLegs, By: issuer, To: Drafted, If: guards{multimodal}, Then: planLegs},
	{From: Drafted, Do: StateThroughCharge, By: issuer, To: Drafted, If: guards{multimodal}, Asks: guards{payerFits}, Then: stateCharge},
}

// multimodal: only a multimodal bill has legs and a through charge.
func multimodal(b Bill, c command) *fault.Fault {
	if b.Subtype != Multimodal {
		return forbidsSubtype(b, c)
	}
	return nil
}

// oneRoute: a multimodal bill is not replaced. Its legs are under way under its name, and what its carriers signed would say
// nothing of another document (decision 23).
func oneRoute(b Bill, c command) *fault.Fault {
	if b.Subtype == Multimodal {
		return forbidsSubtype(b, c)
	}
	return nil
}

func (b Bill) subtype() Subtype {
	if b.Subtype == "" { // written before there were subtypes
		return Ocean
	}
	return b.Subtype
}

func forbidsSubtype(b Bill, c command) *fault.Fault {
	return fault.New(fault.KindForbids, "kind", string(b.subtype()), "act", string(c.Act))
}

// legsPlanned: the shipper approves the whole route, or none.
func legsPlanned(b Bill, _ command) *fault.Fault {
	if b.Subtype == Multimodal && b.Legs == nil {
		return fault.New(fault.LegsMissing)
	}
	return nil
}

// payerFits: the shipper pays, or a party that could as well hold the bill.
func payerFits(b Bill, c command) *fault.Fault {
	if c.Request.Payer != "" && !mayHold(c.Request.Parties["/payer"]) {
		return notAllowed("/payer", "role")
	}
	return nil
}

func planLegs(b *Bill, c command) {
	b.Legs = &Legs{Of: b.ID, Count: c.Request.Legs, Commitment: c.Request.Commitment, Seal: c.Request.Seal}
}

func stateCharge(b *Bill, c command) {
	b.Charge = &Charge{Payer: b.Shipper, Commitment: c.Request.Commitment}
	if c.Request.Payer != "" {
		b.Charge.Payer = c.Request.Parties["/payer"].Ref()
	}
}
