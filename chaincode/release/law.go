package release

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[OrderRequest]
	row     = lifecycle.Row[Order, OrderRequest]
	guards  = []lifecycle.Guard[Order, OrderRequest]
	by      = lifecycle.By[Order]
)

var (
	carrierRole  = []lifecycle.Role{party.Carrier}
	terminalRole = []lifecycle.Role{party.Terminal}
	claimant     = &by{Name: "claimant", Roles: []lifecycle.Role{party.Consignee, party.Forwarder, party.Shipper, party.Bank}}
	requester    = &by{Name: "requester", Ref: func(o Order) lifecycle.Ref { return o.Requester }}
	carrier      = &by{Name: "carrier", Ref: func(o Order) lifecycle.Ref { return o.Carrier }, Roles: carrierRole}
	terminal     = &by{Name: "terminal", Ref: func(o Order) lifecycle.Ref { return o.Terminal }, Roles: terminalRole}
	releaseTo    = &by{Name: "release-to party", Ref: func(o Order) lifecycle.Ref { return o.ReleaseTo }}
	customsFeed  = &by{Name: "customs feed", Roles: []lifecycle.Role{party.Customs}}
)

// Reasons are the codes that negative acts may give (domain facts 4.3).
var Reasons = []string{"BASIS_LOST", "LOI_LAPSED", "FRAUD_SUSPECTED", "CUSTOMS_ORDER", "COURT_ORDER", "WRONG_PARTY",
	"DATA_ERROR", "PAYMENT_REVERSED", "CAPACITY", "OTHER"}

// Outcomes are the ways charges can be cleared, Waivers the codes that a waiver needs (rule X-15).
var (
	Outcomes = []string{"SETTLED", "WAIVED", "CREDIT"}
	Waivers  = []string{"INSPECTION_CLEAN", "COMMERCIAL", "CARRIER_FAULT", "TERMINAL_FAULT"}
)

// LinesMax bounds one order: its birth writes every line at once.
const LinesMax = 50

// Law is the order's lifecycle.
var Law = &lifecycle.Law[Order, OrderRequest]{
	Family: "release",
	State:  func(o *Order) *lifecycle.State { return &o.State },
	Verbs: []lifecycle.Verb{
		{Name: Request, Takes: []string{"basis", "terminal", "releaseTo?"}, Content: "release", Chinese: "申请放货"},
		{Name: Reject, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Cancel, Chinese: "取消申请"},
		{Name: ClearCharges, Takes: []string{"outcome", "waiver?"}, Chinese: "费用结清"},
		{Name: ReleaseCustoms, Takes: []string{"lines?"}, Content: "notice", Chinese: "海关放行"},
		{Name: Issue, Takes: []string{"validTo"}, Chinese: "签发放货单"},
		{Name: Accept, Chinese: "接受"},
		{Name: Decline, Takes: []string{"reason"}, Chinese: "谢绝"},
		{Name: ChargesDone, Chinese: "费用关口办结"},
		{Name: CustomsDone, Chinese: "海关关口办结"},
		{Name: LineGiven, Chinese: "提货权已转委托"},
		{Name: LineRecalled, Chinese: "提货权已收回"},
		{Name: LineOut, Chinese: "一箱出场"},
		{Name: AllOut, Chinese: "全部出场"},
		{Name: LineReturned, Chinese: "一箱还空"},
		{Name: AllReturned, Chinese: "全部还空"},
	},
	Rows: []row{
		{From: lifecycle.None, Do: Request, By: claimant, To: Requested, If: guards{terminalFits, releaseToFits, linesFit}, Then: write},
		{From: Requested, Do: Reject, By: carrier, To: Rejected, If: guards{reasonGiven}},
		{From: Requested, Do: Cancel, By: requester, To: Cancelled},
		// Gates may close before the carrier answers: an order that is not issued can still be given up, or a declined one
		// would keep its containers for ever.
		{From: ChargesCleared, Do: Reject, By: carrier, To: Rejected, If: guards{reasonGiven}},
		{From: ChargesCleared, Do: Cancel, By: requester, To: Cancelled},
		{From: CustomsReleased, Do: Reject, By: carrier, To: Rejected, If: guards{reasonGiven}},
		{From: CustomsReleased, Do: Cancel, By: requester, To: Cancelled},
		{From: Requested, Do: ClearCharges, By: carrier, To: Requested, If: guards{outcomeFits, carrierOwes}, Then: clearCarrier},
		{From: Requested, Do: ClearCharges, By: terminal, To: Requested, If: guards{outcomeFits, terminalOwes}, Then: clearTerminal},
		{From: Requested, Do: ReleaseCustoms, By: customsFeed, To: Requested, Then: clearCustoms},
		{From: ChargesCleared, Do: ReleaseCustoms, By: customsFeed, To: ChargesCleared, Then: clearCustoms},
		{From: Requested, Do: ChargesDone, To: ChargesCleared, If: guards{chargesCleared}},
		{From: ChargesCleared, Do: CustomsDone, To: CustomsReleased, If: guards{customsCleared}},
		{From: CustomsReleased, Do: Issue, By: carrier, To: Issued, If: guards{validToFits}, Then: setValidity},
		{From: Issued, Do: Accept, By: releaseTo, To: Accepted},
		{From: Issued, Do: Decline, By: releaseTo, To: Requested, If: guards{reasonGiven}, Then: clearValidity},
		{From: Accepted, Do: LineGiven, To: Delegated, Then: given(+1)},
		{From: Delegated, Do: LineGiven, To: Delegated, Then: given(+1)},
		{From: Delegated, Do: LineRecalled, To: Accepted, If: guards{lastGiven}, Then: given(-1)},
		{From: Delegated, Do: LineRecalled, To: Delegated, Then: given(-1)},
		{From: Accepted, Do: LineOut, To: Accepted, Then: out},
		{From: Delegated, Do: LineOut, To: Delegated, Then: out},
		{From: Accepted, Do: AllOut, To: GatedOut, If: guards{allOut}},
		{From: Delegated, Do: AllOut, To: GatedOut, If: guards{allOut}},
		{From: Accepted, Do: LineReturned, To: Accepted, Then: returned},
		{From: Delegated, Do: LineReturned, To: Delegated, Then: returned},
		{From: GatedOut, Do: LineReturned, To: GatedOut, Then: returned},
		{From: GatedOut, Do: AllReturned, To: Closed, If: guards{allReturned}},
	},
}

// Apply answers the order after c, or why c is refused. o is not changed.
func (o Order) Apply(c command) (Order, error) {
	after, err := Law.Apply(o, c)
	if err != nil {
		return o, err
	}
	return after.Settle(c), nil
}

// Follow makes an automatic move and what follows from it.
func (o Order) Follow(act lifecycle.Act, c command) (Order, error) {
	c.Act = act
	after, err := Law.Follow(o, c)
	if err != nil {
		return o, err
	}
	return after.Settle(c), nil
}

// Settle makes every automatic move that has become possible: gates close in either order, the last line ends the order.
func (o Order) Settle(c command) Order {
	for _, act := range []lifecycle.Act{ChargesDone, CustomsDone, AllOut, AllReturned} {
		c.Act = act
		if after, err := Law.Follow(o, c); err == nil {
			o = after
		}
	}
	return o
}

func terminalFits(_ Order, c command) *fault.Fault {
	if !c.Request.Parties["/terminal"].Has(party.Terminal) {
		return notAllowed("/terminal", "role")
	}
	return nil
}

func releaseToFits(_ Order, c command) *fault.Fault {
	to := c.Request.Parties["/releaseTo"]
	if c.Request.ReleaseTo != "" && !to.Has(party.Consignee, party.Forwarder, party.Shipper, party.Bank) {
		return notAllowed("/releaseTo", "role")
	}
	return nil
}

func linesFit(_ Order, c command) *fault.Fault {
	if c.Request.Count > LinesMax {
		return fault.New(fault.TooLarge, "what", "lines", "limit", "50").In("/content/lines")
	}
	return nil
}

func reasonGiven(_ Order, c command) *fault.Fault { return reason(c.Request.Reason) }

func reason(code string) *fault.Fault {
	if !slices.Contains(Reasons, code) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func outcomeFits(_ Order, c command) *fault.Fault {
	if !slices.Contains(Outcomes, c.Request.Outcome) {
		return fault.New(fault.Invalid, "check", "outcome").In("/outcome")
	}
	if (c.Request.Outcome == "WAIVED") != slices.Contains(Waivers, c.Request.Waiver) {
		return fault.New(fault.Invalid, "check", "waiver").In("/waiver")
	}
	return nil
}

func carrierOwes(o Order, _ command) *fault.Fault  { return stillOpen(o.CarrierCharges) }
func terminalOwes(o Order, _ command) *fault.Fault { return stillOpen(o.TerminalCharges) }

func stillOpen(cleared string) *fault.Fault {
	if cleared != "" {
		return fault.New(fault.AlreadyCleared, "gate", "CHARGES")
	}
	return nil
}

func chargesCleared(o Order, _ command) *fault.Fault {
	if o.CarrierCharges == "" || o.TerminalCharges == "" {
		return fault.New(fault.GateNotCleared, "gate", "CHARGES")
	}
	return nil
}

func customsCleared(o Order, _ command) *fault.Fault {
	if o.Customs < o.Lines {
		return fault.New(fault.GateNotCleared, "gate", "CUSTOMS")
	}
	return nil
}

func validToFits(_ Order, c command) *fault.Fault {
	to, err := time.Parse(time.RFC3339, c.Request.ValidTo)
	if err != nil {
		return fault.New(fault.Invalid, "check", "date-time").In("/validTo")
	}
	if !to.After(c.At) {
		return fault.New(fault.Invalid, "check", "future").In("/validTo")
	}
	return nil
}

func lastGiven(o Order, _ command) *fault.Fault {
	if o.Given > 1 {
		return fault.New(fault.WrongState)
	}
	return nil
}

func allOut(o Order, _ command) *fault.Fault      { return all(o.Out, o.Lines) }
func allReturned(o Order, _ command) *fault.Fault { return all(o.Returned, o.Lines) }

func all(have, want int) *fault.Fault {
	if have < want {
		return fault.New(fault.WrongState)
	}
	return nil
}

func write(o *Order, c command) {
	r := c.Request
	o.Basis, o.Carrier, o.Requester = r.Basis, r.Carrier, c.Actor.Ref
	o.Terminal, o.ReleaseTo = r.Parties["/terminal"].Ref(), c.Actor.Ref
	if r.ReleaseTo != "" {
		o.ReleaseTo = r.Parties["/releaseTo"].Ref()
	}
	o.Lines = r.Count
}

func clearCarrier(o *Order, c command)  { o.CarrierCharges = c.Request.Outcome }
func clearTerminal(o *Order, c command) { o.TerminalCharges = c.Request.Outcome }
func clearCustoms(o *Order, c command)  { o.Customs += c.Request.Covered }
func setValidity(o *Order, c command)   { o.ValidTo = c.Request.ValidTo }
func clearValidity(o *Order, _ command) { o.ValidTo = "" }
func out(o *Order, _ command)           { o.Out++ }
func returned(o *Order, _ command)      { o.Returned++ }

func given(by int) func(*Order, command) {
	return func(o *Order, _ command) { o.Given += by }
}

func notAllowed(place, why string) *fault.Fault {
	return fault.New(fault.RecipientNotAllowed, "why", why).In(place)
}
