// Package release is the container release order 提货单 (电子放货): its clearances, and for every container the right to
// collect it, the appointment and the gate moves.
//
// An order has one control record and one record per line: delegations and appointments of different containers do not wait
// for each other; gate moves of one order do, for a block, since both count on the order.
// Containers, places, plates and amounts are private content that this package never sees.
package release

import (
	"slices"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// BasisType tells what a release rests on (rule X-01).
type BasisType string

// The bases.
const (
	BySurrender  BasisType = "EBL_SURRENDER"
	ByGuarantee  BasisType = "LOI"
	BySeaWaybill BasisType = "SEA_WAYBILL"
)

// Basis names the bill and, for a release under guarantee, the guarantee.
type Basis struct {
	Type      BasisType `json:"type"`
	Bill      string    `json:"bill"`
	Guarantee string    `json:"guarantee,omitempty"`
	// Part is the id of an accepted part of the bill, for a release of that part.
	Part string `json:"part,omitempty"`
}

// The states of an order.
const (
	Requested       lifecycle.State = "REQUESTED"
	ChargesCleared  lifecycle.State = "CHARGES_CLEARED"
	CustomsReleased lifecycle.State = "CUSTOMS_RELEASED"
	Issued          lifecycle.State = "ISSUED"
	Accepted        lifecycle.State = "ACCEPTED"
	Delegated       lifecycle.State = "DELEGATED"
	GatedOut        lifecycle.State = "GATED_OUT"
	Closed          lifecycle.State = "CLOSED"
	Rejected        lifecycle.State = "REJECTED"
	Cancelled       lifecycle.State = "CANCELLED"
	Revoked         lifecycle.State = "REVOKED"
	Expired         lifecycle.State = "EXPIRED"
	// PartiallyExpired is an order that ran out while some of its containers were out: an extension takes up the others.
	PartiallyExpired lifecycle.State = "PARTIALLY_EXPIRED"
)

// unissued, live and unfinished are the states before issue, those in which an issued order is in force, and all in which
// something can still be released.
var (
	unissued   = []lifecycle.State{Requested, ChargesCleared, CustomsReleased}
	live       = []lifecycle.State{Issued, Accepted, Delegated}
	unfinished = append(slices.Concat(unissued, live), PartiallyExpired)
)

// The acts on an order.
const (
	Request        lifecycle.Act = "request"
	Reject         lifecycle.Act = "reject"
	Cancel         lifecycle.Act = "cancel"
	ClearCharges   lifecycle.Act = "clear-charges"
	ReleaseCustoms lifecycle.Act = "release-customs"
	Issue          lifecycle.Act = "issue"
	Accept         lifecycle.Act = "accept"
	Decline        lifecycle.Act = "decline"
	HoldCustoms    lifecycle.Act = "hold-customs"
	ClearGate      lifecycle.Act = "clear-gate"
	RefuseGate     lifecycle.Act = "refuse-gate"
	PlaceHold      lifecycle.Act = "place-hold"
	LiftHold       lifecycle.Act = "lift-hold"
	Amend          lifecycle.Act = "amend"
	Extend         lifecycle.Act = "extend"
	Revoke         lifecycle.Act = "revoke"
	Expire         lifecycle.Act = "expire"
	// The rest is automatic: a basis that is gone, gates that close together, and what happens to the lines.
	Lapse           lifecycle.Act = "lapse"
	CustomsReopened lifecycle.Act = "customs-reopened"
	ChargesDone     lifecycle.Act = "charges-done"
	CustomsDone     lifecycle.Act = "customs-done"
	LineGiven       lifecycle.Act = "line-delegated"
	LineRecalled    lifecycle.Act = "line-recalled"
	LineOut         lifecycle.Act = "line-out"
	AllOut          lifecycle.Act = "all-out"
	LineReturned    lifecycle.Act = "line-returned"
	AllReturned     lifecycle.Act = "all-returned"
)

// Order is the control record of a release order.
type Order struct {
	lifecycle.Record
	Basis     Basis         `json:"basis"`
	Carrier   lifecycle.Ref `json:"carrier"`
	Terminal  lifecycle.Ref `json:"terminal"`
	Requester lifecycle.Ref `json:"requester"`
	// Bank stands behind the guarantee that the order rests on, or has a pledge of the bill; it may freeze the order.
	Bank lifecycle.Ref `json:"bank,omitzero"`
	// ReleaseTo is the first holder of the release right 提货权.
	ReleaseTo lifecycle.Ref `json:"releaseTo"`
	// CarrierCharges and TerminalCharges are SETTLED, WAIVED or CREDIT once cleared: different money, different payees.
	CarrierCharges  string `json:"carrierCharges,omitempty"`
	TerminalCharges string `json:"terminalCharges,omitempty"`
	// CarrierStatement and TerminalStatement are how the payees' statements stand, where they presented one.
	CarrierStatement  Charges `json:"carrierStatement,omitzero"`
	TerminalStatement Charges `json:"terminalStatement,omitzero"`
	// Gates are those beyond customs that apply to some container, as the requester declared them.
	Gates []Gate `json:"gates,omitempty"`
	// Direct is delivery from ship's side 船边直提: the order may come before the discharge. Priority is GREEN_LANE 绿色通道
	// or NORMAL.
	Direct   bool   `json:"directDelivery,omitempty"`
	Priority string `json:"priority,omitempty"`
	// Holds freeze the whole order; LastHold is the number last given to one.
	Holds    []Hold `json:"holds,omitempty"`
	LastHold int    `json:"lastHold,omitempty"`
	// Amendment is the salted commitment to the last amendment, AmendmentSeal its fingerprint.
	Amendment     string `json:"amendment,omitempty"`
	AmendmentSeal string `json:"amendmentSeal,omitempty"`
	// Notice is the salted commitment to the last customs notice.
	Notice string `json:"customsNotice,omitempty"`
	// ValidTo is the end of validity, RFC 3339.
	ValidTo string `json:"validTo,omitempty"`
	// Lines counts the containers; Customs, Given, Out and Returned count those cleared, delegated, gone, and come back or free
	// of coming back.
	Lines    int `json:"lines"`
	Customs  int `json:"customsCleared"`
	Given    int `json:"delegated"`
	Out      int `json:"out"`
	Returned int `json:"returned"`
	// OneWay numbers the lines whose container ends its lease with the cargo owner 单程租箱: it does not come back.
	OneWay []int `json:"oneWay,omitempty"`
	// Ended counts the lines that were revoked or expired: they are not waited for.
	Ended int `json:"ended,omitempty"`
}

// OrderRequest is the public input of the acts on orders and lines.
type OrderRequest struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	Basis     Basis  `json:"basis"`
	Terminal  string `json:"terminal"`
	ReleaseTo string `json:"releaseTo"`
	Outcome   string `json:"outcome"`
	Waiver    string `json:"waiver"`
	ValidTo   string `json:"validTo"`
	Reason    string `json:"reason"`
	Line      int    `json:"line"`
	Lines     []int  `json:"lines"`
	To        string `json:"to"`
	Ground    string `json:"ground"`
	Until     string `json:"until"`
	Hold      int    `json:"hold"`
	Gate      Gate   `json:"gate"`
	Gates     []Gate `json:"gates"`
	OneWay    []int  `json:"oneWay"`

	// Parties are the registered parties behind the fields, by place.
	Parties map[string]party.Party `json:"-"`
	// Carrier is the issuer of the bill; Count the number of lines in the content; Covered how many lines a customs
	// notice clears.
	Carrier lifecycle.Ref `json:"-"`
	Count   int           `json:"-"`
	Covered int           `json:"-"`
	// Exchange is the exchange that commits, frees or passes a right, Seller its seller.
	Exchange string        `json:"-"`
	Seller   lifecycle.Ref `json:"-"`
	// Order is the order of the line acted upon.
	Order Order `json:"-"`
	// Ahead tells whether the carrier issues before customs releases (a setting of its own, 先签发后放行).
	Ahead bool `json:"-"`
	// Applying are the optional gates of a new line, NoReturn whether its container stays with the cargo owner.
	Applying []Gate `json:"-"`
	NoReturn bool   `json:"-"`
	// Direct and Priority are what the order's content says of them.
	Direct   bool   `json:"-"`
	Priority string `json:"-"`
	// Charges are how the caller's statement stands after the act.
	Charges Charges `json:"-"`
	// Status and Evidence are what an authority says of a gate.
	Status   string `json:"-"`
	Evidence string `json:"-"`
}

// Relying are the organisations that must all endorse a change of the order.
func (o Order) Relying() []string { return []string{o.Carrier.Org, o.Terminal.Org} }

// Readers are the parties that may read the order's content.
func (o Order) Readers() []lifecycle.Ref {
	return []lifecycle.Ref{o.Carrier, o.Terminal, o.Requester, o.ReleaseTo}
}

// Parties are all parties that take part in the order as a whole.
func (o Order) Parties() []lifecycle.Ref { return o.Readers() }

// Keeps tells whether the container of a line stays with the cargo owner: its own 货主箱, or on a one-way lease.
func (o Order) Keeps(l Line) bool { return l.NoReturn || slices.Contains(o.OneWay, l.Number) }

// Live tells whether the release right exists and can be used.
func (o Order) Live() bool { return o.State == Accepted || o.State == Delegated }

// Over tells whether the order came to its end: nothing more is released on it, and nothing waits for its return.
func (o Order) Over() bool {
	return slices.Contains([]lifecycle.State{Closed, Rejected, Cancelled, Revoked, Expired}, o.State)
}
