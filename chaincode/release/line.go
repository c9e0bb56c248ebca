package release

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The states of a line.
const (
	Listed               lifecycle.State = "LISTED"
	AppointmentRequested lifecycle.State = "APPOINTMENT_REQUESTED"
	Appointed            lifecycle.State = "APPOINTED"
	LineGatedOut         lifecycle.State = "GATED_OUT"
	EmptyReturned        lifecycle.State = "EMPTY_RETURNED"
	LineWithdrawn        lifecycle.State = "WITHDRAWN"
	LineRevoked          lifecycle.State = "REVOKED"
	LineExpired          lifecycle.State = "EXPIRED"
)

// collectable are the states in which a container waits to be collected; inside those in which it may be collected yet, now or
// once the order is extended: an authority that speaks in between is heard.
var (
	collectable = []lifecycle.State{Listed, AppointmentRequested, Appointed}
	inside      = append(slices.Clone(collectable), LineExpired)
)

// The acts on a line.
const (
	Delegate           lifecycle.Act = "delegate"
	AcceptDelegation   lifecycle.Act = "accept-delegation"
	DeclineDelegation  lifecycle.Act = "decline-delegation"
	Recall             lifecycle.Act = "recall"
	RequestAppointment lifecycle.Act = "request-appointment"
	AmendAppointment   lifecycle.Act = "amend-appointment"
	ConfirmAppointment lifecycle.Act = "confirm-appointment"
	RefuseAppointment  lifecycle.Act = "refuse-appointment"
	CancelAppointment  lifecycle.Act = "cancel-appointment"
	NoShow             lifecycle.Act = "no-show"
	// Automatic: listing at birth, clearing by customs, granting at acceptance, the gate moves, the end of the order.
	List         lifecycle.Act = "list"
	Clear        lifecycle.Act = "clear"
	Grant        lifecycle.Act = "grant"
	GateOut      lifecycle.Act = "gate-out"
	ReturnEmpty  lifecycle.Act = "return-empty"
	WithdrawLine lifecycle.Act = "withdraw-line"
	Reopen       lifecycle.Act = "reopen"
	HoldLine     lifecycle.Act = "hold-line"
	UnholdLine   lifecycle.Act = "unhold-line"
	RevokeLine   lifecycle.Act = "revoke-line"
	ExpireLine   lifecycle.Act = "expire-line"
	ReviveLine   lifecycle.Act = "revive-line"
)

// chainMax bounds how often a right can be passed on.
const chainMax = 8

// Line is the control record of one container of an order. Its id is the order's id, a slash and its number from 1.
type Line struct {
	lifecycle.Record
	Order    string        `json:"order"`
	Number   int           `json:"number"`
	Carrier  lifecycle.Ref `json:"carrier"`
	Terminal lifecycle.Ref `json:"terminal"`
	// Box is the token of the container: a keyed hash that only its carrier can compute.
	Box string `json:"box"`
	// Gates are the clearances told for this container; one that is not here does not apply.
	Gates map[Gate]Clearance `json:"gates"`
	// Flagged tells that an authority changed its mind when the container was out already (rule X-13).
	Flagged bool `json:"flagged,omitempty"`
	// Holds freeze this container; LastHold is the number last given to one.
	Holds    []Hold `json:"holds,omitempty"`
	LastHold int    `json:"lastHold,omitempty"`
	// NoReturn marks a container that does not come back: shipper owned 货主箱.
	NoReturn bool `json:"noReturn,omitempty"`
	// Reefer is the public half of the reefer's log.
	Reefer Reefer `json:"reefer,omitzero"`
	// Right is who holds the right to collect 提货权; Offer who it is being delegated to; Chain who passed it on.
	Right lifecycle.Ref   `json:"right,omitzero"`
	Offer lifecycle.Ref   `json:"offer,omitzero"`
	Chain []lifecycle.Ref `json:"passedBy,omitempty"`
	// Against is the exchange 付款交单 that the right is committed to; Sold how many of Chain passed it on against payment, and so
	// take nothing back (exchange.go).
	Against string `json:"against,omitempty"`
	Sold    int    `json:"sold,omitempty"`
	// Appointment is the salted commitment to window, plate and driver.
	Appointment string `json:"appointment,omitempty"`
	// AppointmentEnds is the end of its window, UTC, RFC 3339: everybody can tell from when nobody came (domain facts 4.7).
	AppointmentEnds string `json:"appointmentEnds,omitempty"`
	// Out and In are the interchange receipts of the gate moves.
	Out string `json:"out,omitempty"`
	In  string `json:"in,omitempty"`
	// Evidence is the receipt that tells of damage or of a seal that is not right on the way out (rule X-20).
	Evidence string `json:"evidence,omitempty"`
}

// Relying are the organisations that must all endorse a change: also the right holder's, from acceptance to gate-out.
func (l Line) Relying() []string {
	orgs := []string{l.Carrier.Org, l.Terminal.Org}
	if !l.Right.Zero() && l.Collectable() {
		orgs = append(orgs, l.Right.Org)
	}
	return orgs
}

// Readers are the parties that may read the line's content: each link sees its neighbours and the container.
func (l Line) Readers() []lifecycle.Ref {
	return append([]lifecycle.Ref{l.Carrier, l.Terminal, l.Right, l.Offer}, l.Chain...)
}

// Parties are all parties that take part in this line.
func (l Line) Parties() []lifecycle.Ref { return l.Readers() }

type (
	lineRow    = lifecycle.Row[Line, OrderRequest]
	lineGuards = []lifecycle.Guard[Line, OrderRequest]
	lineBy     = lifecycle.By[Line]
)

var (
	rightHolder  = &lineBy{Name: "right holder", Ref: func(l Line) lifecycle.Ref { return l.Right }}
	rightTrucker = &lineBy{Name: "right holder", Ref: rightHolder.Ref, Roles: []lifecycle.Role{party.Trucker}}
	delegatee    = &lineBy{Name: "recipient of the delegation", Ref: func(l Line) lifecycle.Ref { return l.Offer }}
	offerer      = &lineBy{Name: "right holder", Ref: func(l Line) lifecycle.Ref {
		if l.Offer.Zero() {
			return lifecycle.Ref{}
		}
		return l.Right
	}}
	delegator = &lineBy{Name: "delegator", Ref: func(l Line) lifecycle.Ref {
		if len(l.Chain) == 0 {
			return lifecycle.Ref{}
		}
		return l.Chain[len(l.Chain)-1]
	}}
	passerBy     = &lineBy{Name: "anyone"}
	lineTerminal = &lineBy{Name: "terminal", Ref: func(l Line) lifecycle.Ref { return l.Terminal }, Roles: terminalRole}
)

// LineLaw is the lifecycle of a line.
var LineLaw = &lifecycle.Law[Line, OrderRequest]{
	Family: "line",
	State:  func(l *Line) *lifecycle.State { return &l.State },
	Verbs: slices.Concat([]lifecycle.Verb{
		{Name: Delegate, Takes: []string{"line", "to"}, Chinese: "转委托"},
		{Name: AcceptDelegation, Takes: []string{"line"}, Chinese: "接受委托"},
		{Name: DeclineDelegation, Takes: []string{"line", "reason"}, Chinese: "谢绝委托"},
		{Name: Recall, Takes: []string{"line"}, Chinese: "收回委托"},
		{Name: RequestAppointment, Takes: []string{"line"}, Content: "appointment", Chinese: "预约提箱"},
		{Name: AmendAppointment, Takes: []string{"line"}, Content: "appointment", Chinese: "更改预约"},
		{Name: ConfirmAppointment, Takes: []string{"line"}, Chinese: "确认预约"},
		{Name: RefuseAppointment, Takes: []string{"line", "reason"}, Chinese: "拒绝预约"},
		{Name: CancelAppointment, Takes: []string{"line"}, Chinese: "取消预约"},
		{Name: NoShow, Takes: []string{"line"}, Chinese: "车辆未到"},
		{Name: List, Chinese: "列入"}, {Name: Clear, Chinese: "关口放行"}, {Name: Grant, Chinese: "授予提货权"},
		{Name: GateOut, Chinese: "重箱出场"}, {Name: ReturnEmpty, Chinese: "还空箱"}, {Name: WithdrawLine, Chinese: "撤下"},
		{Name: Reopen, Chinese: "关口重开"}, {Name: HoldLine, Chinese: "扣留"}, {Name: UnholdLine, Chinese: "解除扣留"},
		{Name: RevokeLine, Chinese: "撤销"}, {Name: ExpireLine, Chinese: "到期"}, {Name: ReviveLine, Chinese: "恢复"},
	}, exchangeVerbs(), reeferVerbs()),
	Rows: slices.Concat(automaticRows(), rightRows(), exchangeRows(), appointmentRows(), reeferRows()),
}

// automaticRows follow from acts on the order and at the gate.
func automaticRows() []lineRow {
	gone := []lifecycle.State{LineGatedOut, EmptyReturned}
	return slices.Concat(
		[]lineRow{
			{From: lifecycle.None, Do: List, To: Listed, Then: list},
			{From: Listed, Do: Grant, To: Listed, Then: func(l *Line, c command) { l.Right = c.Actor.Ref }},
			{From: Listed, Do: WithdrawLine, To: LineWithdrawn},
			{From: Appointed, Do: GateOut, To: LineGatedOut, If: lineGuards{orderLive, notFrozen, lineCleared, inValidity}},
			{From: LineGatedOut, Do: ReturnEmpty, To: EmptyReturned, If: lineGuards{comesBack}},
			{From: LineExpired, Do: ReviveLine, To: Listed},
			{From: LineExpired, Do: RevokeLine, To: LineRevoked},
		},
		lifecycle.In(collectable, lineRow{Do: RevokeLine, To: LineRevoked, Then: dropAll}),
		lifecycle.In(collectable, lineRow{Do: ExpireLine, To: LineExpired, Then: dropAll}),
		lifecycle.In(collectable, lineRow{Do: Clear, If: lineGuards{stillShut}, Then: openGate}),
		lifecycle.In(inside, lineRow{Do: Reopen, Then: tell}),
		lifecycle.In(gone, lineRow{Do: Reopen, Then: flag}),
		lifecycle.In(inside, lineRow{Do: HoldLine, If: lineGuards{lineHoldFits}, Then: holdLine}),
		lifecycle.In(inside, lineRow{Do: UnholdLine, If: lineGuards{lineHoldIsTheirs}, Then: liftLine}),
	)
}

// rightRows pass the release right on and back (domain facts 4.4).
func rightRows() []lineRow {
	busy := []lifecycle.State{AppointmentRequested, Appointed}
	return slices.Concat(
		[]lineRow{
			{From: Listed, Do: Delegate, By: rightHolder, To: Listed,
				If: lineGuards{orderLive, notFrozen, noDelegation, chainFits}, Asks: lineGuards{delegateFits}, Then: offerRight},
			{From: Listed, Do: AcceptDelegation, By: delegatee, To: Listed, If: lineGuards{ordinary, orderLive, notFrozen}, Then: takeRight},
			{From: Listed, Do: DeclineDelegation, By: delegatee, To: Listed, If: lineGuards{ordinary}, Asks: lineGuards{lineReason}, Then: dropOffer},
			{From: Listed, Do: Recall, By: offerer, To: Listed, If: lineGuards{ordinary}, Then: dropOffer},
			{From: Listed, Do: Recall, By: delegator, To: Listed, If: lineGuards{notPaidFor}, Then: takeBack},
			{From: AppointmentRequested, Do: Recall, By: delegator, To: Listed, If: lineGuards{notPaidFor}, Then: takeBack},
			{From: Appointed, Do: Recall, By: delegator, To: Listed, If: lineGuards{notPaidFor, noAppointment}, Then: takeBack},
		},
		lifecycle.In(busy, lineRow{Do: Delegate, By: rightHolder, If: lineGuards{orderLive, noAppointment}}),
	)
}

// appointmentRows: another slot, truck or driver is another appointment, which the terminal confirms again.
func appointmentRows() []lineRow {
	return []lineRow{
		{From: Listed, Do: RequestAppointment, By: rightTrucker, To: AppointmentRequested, If: lineGuards{orderLive, notFrozen, inValidity, noDelegation}},
		{From: AppointmentRequested, Do: AmendAppointment, By: rightTrucker, To: AppointmentRequested, If: lineGuards{orderLive, notFrozen, inValidity}},
		{From: Appointed, Do: AmendAppointment, By: rightTrucker, To: AppointmentRequested, If: lineGuards{orderLive, notFrozen, inValidity}},
		{From: AppointmentRequested, Do: ConfirmAppointment, By: lineTerminal, To: Appointed, If: lineGuards{orderLive, notFrozen, inValidity, slotInValidity}},
		{From: AppointmentRequested, Do: RefuseAppointment, By: lineTerminal, To: Listed, Asks: lineGuards{lineReason}, Then: dropAppointment},
		{From: AppointmentRequested, Do: CancelAppointment, By: rightHolder, To: Listed, Then: dropAppointment},
		{From: Appointed, Do: CancelAppointment, By: rightHolder, To: Listed, Then: dropAppointment},
		{From: Appointed, Do: NoShow, By: passerBy, To: Listed, Then: dropAppointment},
	}
}

// Apply answers the line after c, or why c is refused. l is not changed.
func (l Line) Apply(c command) (Line, error) { return LineLaw.Apply(l, c) }

// Follow makes an automatic move.
func (l Line) Follow(act lifecycle.Act, c command) (Line, error) {
	c.Act = act
	return LineLaw.Follow(l, c)
}

func list(l *Line, c command) {
	openGates(l, c)
	l.NoReturn = c.Request.NoReturn
}

func comesBack(l Line, c command) *fault.Fault {
	if c.Request.Order.Keeps(l) {
		return fault.New(fault.CycleBroken, "why", "no-return").By("X-09")
	}
	return nil
}

// noAppointment: who has an appointment keeps the right until the truck came, did not come, or the appointment is given up.
func noAppointment(l Line, _ command) *fault.Fault {
	if l.Appointment != "" {
		return fault.New(fault.AppointmentOpen)
	}
	return nil
}

func orderLive(_ Line, c command) *fault.Fault {
	if o := c.Request.Order; !o.Live() {
		return fault.New(fault.WrongState, "family", "release", "state", string(o.State), "act", string(c.Act))
	}
	return nil
}

func lineCleared(l Line, c command) *fault.Fault {
	if o := c.Request.Order; o.CarrierCharges == "" || o.TerminalCharges == "" {
		return fault.New(fault.GateNotCleared, "gate", "CHARGES").By("X-08")
	}
	for _, g := range lineGates {
		if g == GateCustoms && !l.Has(g) || l.Applies(g) && !l.Has(g) {
			return fault.New(fault.GateNotCleared, "gate", string(g)).By("X-08")
		}
	}
	return nil
}

func inValidity(_ Line, c command) *fault.Fault {
	to, err := time.Parse(time.RFC3339, c.Request.Order.ValidTo)
	if err != nil || c.At.After(to) {
		return fault.New(fault.NotValidNow).By("X-08")
	}
	return nil
}

// slotInValidity: what the terminal confirms is still ahead, and within a validity that may have been shortened since the slot
// was asked for.
func slotInValidity(l Line, c command) *fault.Fault {
	ends, bad := time.Parse(time.RFC3339, l.AppointmentEnds)
	to, _ := time.Parse(time.RFC3339, c.Request.Order.ValidTo)
	if bad != nil || ends.Before(c.At) || ends.After(to) {
		return fault.New(fault.NotValidNow).By("X-08")
	}
	return nil
}

func noDelegation(l Line, c command) *fault.Fault {
	if f := ordinary(l, c); f != nil {
		return f
	}
	if !l.Offer.Zero() {
		return fault.New(fault.OfferOpen)
	}
	return nil
}

// delegateFits: the right goes to forwarders and truckers, and never back in a loop: that is a recall.
func delegateFits(l Line, c command) *fault.Fault {
	to := c.Request.Parties["/to"]
	switch {
	case !to.Has(party.Forwarder, party.Trucker):
		return notAllowed("/to", "role")
	case to.Ref() == l.Right || slices.Contains(l.Chain, to.Ref()):
		return notAllowed("/to", "holder")
	}
	return nil
}

func chainFits(l Line, _ command) *fault.Fault {
	if len(l.Chain) >= chainMax {
		return fault.New(fault.LimitReached, "limit", "8", "what", "delegations")
	}
	return nil
}

func lineReason(_ Line, c command) *fault.Fault { return reason(c.Request.Reason) }

func offerRight(l *Line, c command) {
	to := c.Request.Parties["/to"]
	l.Offer = to.Ref()
	if to.AutoAccept {
		takeRight(l, c)
	}
}

func takeRight(l *Line, _ command) {
	l.Chain = append(slices.Clone(l.Chain), l.Right)
	l.Right, l.Offer, l.Against = l.Offer, lifecycle.Ref{}, ""
}

func dropOffer(l *Line, _ command) { l.Offer, l.Against = lifecycle.Ref{}, "" }

func dropAppointment(l *Line, _ command) { l.Appointment, l.AppointmentEnds = "", "" }

// dropAll ends whatever was begun on the line.
func dropAll(l *Line, c command) {
	dropOffer(l, c)
	dropAppointment(l, c)
}

// takeBack returns the right to whoever passed it on, with whatever its holder began: an open offer or an appointment
// that is not confirmed cannot keep the right away.
func takeBack(l *Line, c command) {
	last := len(l.Chain) - 1
	l.Right, l.Chain = l.Chain[last], slices.Clone(l.Chain[:last])
	dropAll(l, c)
}
