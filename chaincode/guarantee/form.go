package guarantee

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Kind is the form: an International Group wording or one of the trade's other types (domain facts 5.4).
type Kind string

// Form tells what a kind is good for.
type Form struct {
	// Bank tells whether a bank signs: "required", "none" or "optional".
	Bank string
	// Basis tells whether a release order can rest on it (rule X-01; X-22 excludes CLEAN_ON_BOARD).
	Basis bool
	// Delivery tells whether goods go to somebody under it, who is then named. B and BB are no basis, but change where the
	// goods of a surrendered or identified delivery go 改港交货.
	Delivery bool
	// Place tells that the goods go to another place than the bill's 改港.
	Place bool
	// NoBill tells that it may stand without a bill: there is none yet, or it covers charges and equipment.
	NoBill bool
	// HighRisk marks what may be unenforceable: two persons of the beneficiary approve it.
	HighRisk bool
	// To is the role of the beneficiary.
	To lifecycle.Role
}

// Forms are the kinds that can be drafted. Ante-dated and advanced bills 倒签/预借提单保函 have none: see Frauds.
var Forms = map[Kind]Form{
	"A":  {Bank: "none", Basis: true, Delivery: true, To: party.Carrier},
	"AA": {Bank: "required", Basis: true, Delivery: true, To: party.Carrier},
	"B":  {Bank: "none", Delivery: true, Place: true, To: party.Carrier},
	"BB": {Bank: "required", Delivery: true, Place: true, To: party.Carrier},
	"C":  {Bank: "none", Basis: true, Delivery: true, Place: true, To: party.Carrier},
	"CC": {Bank: "required", Basis: true, Delivery: true, Place: true, To: party.Carrier},

	"TELEX_RELEASE":  {Bank: "optional", Basis: true, Delivery: true, To: party.Carrier}, // 电放保函
	"SPLIT":          {Bank: "optional", To: party.Carrier},                              // 拆单保函
	"SWITCH":         {Bank: "optional", To: party.Carrier},                              // 换单保函
	"COMBINE":        {Bank: "optional", To: party.Carrier},                              // 并单保函
	"CLEAN_ON_BOARD": {Bank: "optional", HighRisk: true, To: party.Carrier},              // 清洁提单保函
	"AMENDMENT":      {Bank: "optional", To: party.Carrier},                              // 更改保函
	"REEFER_SETTING": {Bank: "optional", NoBill: true, To: party.Carrier},                // 冷藏箱温度/非制冷保函
	"DG_DECLARATION": {Bank: "optional", NoBill: true, To: party.Carrier},                // 危险品保函
	"OVERWEIGHT":     {Bank: "optional", NoBill: true, To: party.Carrier},                // 超重保函
	"LATE_GATE_IN":   {Bank: "optional", NoBill: true, To: party.Carrier},                // 截单/晚到保函
	"CONTAINER_USE":  {Bank: "optional", NoBill: true, To: party.Carrier},                // 押箱/用箱保函
	"PORT_CREDIT":    {Bank: "optional", NoBill: true, To: party.Terminal},               // 港口费用/提箱保函
	"CUSTOMS_DUTY":   {Bank: "optional", NoBill: true, To: party.Customs},                // 关税担保
}

// Frauds are the kinds that deceive third parties about the date of shipment: refused always (domain facts 5.4).
var Frauds = []Kind{"ANTEDATED", "ADVANCED"}

// Honest refuses what is a fraud on third parties, whatever else the request says (rule X-22: a change of date is never a
// basis for anything).
func (k Kind) Honest() *fault.Fault {
	if slices.Contains(Frauds, k) {
		return fault.New(fault.FraudulentKind, "kind", string(k)).By("X-22").In("/kind")
	}
	return nil
}

// OfCarrier tells whether the bills' own carrier takes this kind; port companies and customs take the others (domain
// facts 5.4).
func (k Kind) OfCarrier() bool { return Forms[k].To == party.Carrier }

func formKnown(_ Guarantee, c command) *fault.Fault {
	if f := c.Request.Kind.Honest(); f != nil {
		return f
	}
	if _, known := Forms[c.Request.Kind]; !known {
		return fault.New(fault.Invalid, "check", "kind").In("/kind")
	}
	return nil
}

func bankFits(_ Guarantee, c command) *fault.Fault {
	form, named := Forms[c.Request.Kind].Bank, c.Request.Bank != ""
	switch {
	case form == "required" && !named:
		return fault.New(fault.BankRequired, "kind", string(c.Request.Kind)).In("/bank")
	case form == "none" && named:
		return fault.New(fault.BankNotAllowed, "kind", string(c.Request.Kind)).In("/bank")
	case named && !c.Request.Parties["/bank"].Has(party.Bank):
		return notAllowed("/bank")
	}
	return nil
}

// beneficiaryFits: carriers take guarantees; so do port companies and customs (domain facts 5.4, port-side types).
func beneficiaryFits(_ Guarantee, c command) *fault.Fault {
	if !c.Request.Parties["/beneficiary"].Has(Forms[c.Request.Kind].To) {
		return notAllowed("/beneficiary")
	}
	return nil
}

// sidesDiffer: a bank stands behind somebody else's word, and nobody is bound towards itself.
func sidesDiffer(_ Guarantee, c command) *fault.Fault {
	bank, beneficiary := c.Request.Parties["/bank"].Ref(), c.Request.Parties["/beneficiary"].Ref()
	side := fault.New(fault.RecipientNotAllowed, "why", "side")
	switch {
	case c.Request.Bank != "" && (bank == c.Actor.Ref || bank == beneficiary):
		return side.In("/bank")
	case beneficiary == c.Actor.Ref:
		return side.In("/beneficiary")
	}
	return nil
}

// deliverToFits: where goods go to somebody, it is said to whom.
func deliverToFits(_ Guarantee, c command) *fault.Fault {
	named := c.Request.DeliverTo != ""
	switch {
	case !named && Forms[c.Request.Kind].Delivery:
		return fault.New(fault.Invalid, "check", "required").In("/deliverTo")
	case named && !c.Request.Parties["/deliverTo"].Has(party.Consignee, party.Forwarder, party.Shipper):
		return notAllowed("/deliverTo")
	}
	return nil
}

// billsMax bounds one guarantee: every surrender looks at all of them.
const billsMax = 20

func billsFit(_ Guarantee, c command) *fault.Fault {
	bills := c.Request.Bills
	if len(bills) > billsMax || len(bills) == 0 && !Forms[c.Request.Kind].NoBill {
		return fault.New(fault.Invalid, "check", "count").In("/bills")
	}
	for i, id := range bills {
		if slices.Contains(bills[:i], id) {
			return fault.New(fault.Invalid, "check", "unique").In("/bills")
		}
	}
	return nil
}

func notAllowed(place string) *fault.Fault {
	return fault.New(fault.RecipientNotAllowed, "why", "role").In(place)
}
