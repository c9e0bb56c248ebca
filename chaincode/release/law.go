package release

import (
	"slices"

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
	bank         = &by{Name: "bank of the guarantee or the pledge", Ref: func(o Order) lifecycle.Ref { return o.Bank }, Roles: []lifecycle.Role{party.Bank}}
	authority    = &by{Name: "authority", Roles: []lifecycle.Role{party.Authority}}
	anyone       = &by{Name: "anyone"}
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
		{Name: Request, Takes: []string{"basis", "terminal", "releaseTo?", "gates?"}, Content: "release", Chinese: "申请放货"},
		{Name: Reject, Takes: []string{"reason"}, Chinese: "拒绝"},
		{Name: Cancel, Chinese: "取消申请"},
		{Name: ClearCharges, Takes: []string{"outcome", "waiver?"}, Content: "credit-terms?", Chinese: "费用结清"},
		{Name: PresentCharges, Content: "charge-statement", Chinese: "出具费用清单"},
		{Name: SettleCharges, Content: "charge-settlement", Chinese: "确认收款"},
		{Name: WaiveCharges, Takes: []string{"waiver"}, Content: "charge-settlement?", Chinese: "减免费用"},
		{Name: CreditCharges, Content: "charge-settlement", Chinese: "费用挂账"},
		{Name: ReleaseCustoms, Takes: []string{"lines?"}, Content: "notice", Chinese: "海关放行"},
		{Name: Issue, Takes: []string{"validTo", "oneWay?"}, Chinese: "签发提货单"},
		{Name: Accept, Chinese: "接受"},
		{Name: Decline, Takes: []string{"reason"}, Chinese: "谢绝"},
		{Name: HoldCustoms, Takes: []string{"lines?"}, Content: "notice", Chinese: "海关扣留通知"},
		{Name: ClearGate, Takes: []string{"gate", "lines?"}, Content: "evidence", Chinese: "关口办结"},
		{Name: RefuseGate, Takes: []string{"gate", "reason", "lines?"}, Content: "evidence", Chinese: "关口不予放行"},
		{Name: PlaceHold, Takes: []string{"ground", "until?", "line?"}, Chinese: "扣留"},
		{Name: LiftHold, Takes: []string{"hold", "line?"}, Chinese: "解除扣留"},
		{Name: Amend, Takes: []string{"validTo?"}, Content: "amendment", Chinese: "更改"},
		{Name: Extend, Takes: []string{"validTo"}, Chinese: "展期"},
		{Name: Revoke, Takes: []string{"reason"}, Chinese: "撤销"},
		{Name: Expire, Chinese: "到期"},
		{Name: Lapse, Chinese: "依据失效"},
		{Name: CustomsReopened, Chinese: "海关关口重开"},
		{Name: ChargesReopened, Chinese: "费用关口重开"},
		{Name: ChargesDone, Chinese: "费用关口办结"},
		{Name: CustomsDone, Chinese: "海关关口办结"},
		{Name: LineGiven, Chinese: "提货权已转委托"},
		{Name: LineRecalled, Chinese: "提货权已收回"},
		{Name: LineOut, Chinese: "一箱出场"},
		{Name: AllOut, Chinese: "全部出场"},
		{Name: LineReturned, Chinese: "一箱还空"},
		{Name: AllReturned, Chinese: "全部还空"},
	},
	Rows: slices.Concat(
		[]row{{From: lifecycle.None, Do: Request, By: claimant, To: Requested, Asks: guards{terminalFits, releaseToFits, linesFit, gatesFit}, Then: write}},
		// Gates may close before the carrier answers: an order that is not issued can still be given up, or a declined one
		// would keep its containers for ever.
		lifecycle.In(unissued, row{Do: Reject, By: carrier, To: Rejected, Asks: guards{reasonGiven}}),
		lifecycle.In(unissued, row{Do: Cancel, By: requester, To: Cancelled}),
		chargeRows(),
		clearanceRows(),
		[]row{
			{From: CustomsReleased, Do: Issue, By: carrier, To: Issued, If: guards{notHeld}, Asks: guards{validToFits, oneWayFits}, Then: putInForce},
			{From: ChargesCleared, Do: Issue, By: carrier, To: Issued, If: guards{customsAhead, notHeld}, Asks: guards{validToFits, oneWayFits}, Then: putInForce},
			{From: Issued, Do: Accept, By: releaseTo, To: Accepted, If: guards{notHeld}},
			{From: Issued, Do: Decline, By: releaseTo, To: Requested, Asks: guards{reasonGiven}, Then: takeBackIssue},
		},
		holdRows(), endRows(), lineRows(),
	),
}

// clearanceRows are the gates: charges before issue, customs and the others until the last container is out.
func clearanceRows() []row {
	until := slices.Concat(unissued, live)
	after := append(slices.Clone(until), PartiallyExpired, GatedOut)
	rows := []row{
		{From: Requested, Do: ChargesDone, To: ChargesCleared, If: guards{chargesCleared}},
		{From: ChargesCleared, Do: CustomsDone, To: CustomsReleased, If: guards{customsCleared}},
		{From: CustomsReleased, Do: CustomsReopened, To: ChargesCleared, If: guards{customsReopened}},
	}
	rows = append(rows, lifecycle.In(until, row{Do: ReleaseCustoms, By: customsFeed, If: guards{customsShut}, Then: clearCustoms})...)
	rows = append(rows, lifecycle.In(after, row{Do: HoldCustoms, By: customsFeed, Then: reopenCustoms})...)
	for _, keeper := range []*by{customsFeed, terminal} {
		fits := keeps(keeper.Roles[0])
		rows = append(rows, lifecycle.In(until, row{Do: ClearGate, By: keeper, If: guards{hasGates}, Asks: guards{fits}})...)
		rows = append(rows, lifecycle.In(until, row{Do: RefuseGate, By: keeper, If: guards{hasGates}, Asks: guards{fits, reasonGiven}})...)
	}
	return rows
}

// lineRows are what happens to the lines, as far as the order counts it.
func lineRows() []row {
	return []row{
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
		{From: PartiallyExpired, Do: LineReturned, To: PartiallyExpired, Then: returned},
		{From: GatedOut, Do: LineReturned, To: GatedOut, Then: returned},
		{From: GatedOut, Do: AllReturned, To: Closed, If: guards{allReturned}},
	}
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
	for _, act := range []lifecycle.Act{CustomsReopened, ChargesReopened, ChargesDone, CustomsDone, AllOut, AllReturned} {
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

// reason: whoever says no says why, by a code of the list (rule X-21).
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
	waived := c.Request.Outcome == "WAIVED"
	if waived && !slices.Contains(Waivers, c.Request.Waiver) || !waived && c.Request.Waiver != "" {
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

// hasGates: there is nothing to tell of gates that do not apply.
func hasGates(o Order, _ command) *fault.Fault {
	if len(o.Gates) == 0 {
		return fault.New(fault.AlreadyCleared, "gate", "QUARANTINE, DISINFECTION, DANGEROUS_GOODS")
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
	to, err := lifecycle.Instant(c.Request.ValidTo)
	if err != nil {
		return fault.New(fault.Invalid, "check", "date-time").In("/validTo")
	}
	if !to.After(c.At) {
		return fault.New(fault.Invalid, "check", "future").In("/validTo")
	}
	return nil
}

// oneWayFits: the carrier names lines of the order, each once.
func oneWayFits(o Order, c command) *fault.Fault {
	for i, n := range c.Request.OneWay {
		if n < 1 || n > o.Lines || slices.Contains(c.Request.OneWay[:i], n) {
			return fault.New(fault.Invalid, "check", "line").In("/oneWay")
		}
	}
	return nil
}

func putInForce(o *Order, c command) {
	setValidity(o, c)
	o.OneWay = c.Request.OneWay
}

func lastGiven(o Order, _ command) *fault.Fault {
	if o.Given > 1 {
		return fault.New(fault.WrongState)
	}
	return nil
}

func allOut(o Order, _ command) *fault.Fault      { return all(o.Out+o.Ended, o.Lines) }
func allReturned(o Order, _ command) *fault.Fault { return all(o.Returned+o.Ended, o.Lines) }

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
	o.Lines, o.Gates, o.Direct, o.Priority = r.Count, r.Gates, r.Direct, r.Priority
}

func clearCarrier(o *Order, c command)  { o.CarrierCharges = c.Request.Outcome }
func clearTerminal(o *Order, c command) { o.TerminalCharges = c.Request.Outcome }
func setValidity(o *Order, c command)   { o.ValidTo = c.Request.ValidTo }
func takeBackIssue(o *Order, _ command) { o.ValidTo, o.OneWay = "", nil }
func out(o *Order, _ command)           { o.Out++ }
func returned(o *Order, _ command)      { o.Returned++ }

func given(by int) func(*Order, command) {
	return func(o *Order, _ command) { o.Given += by }
}

func notAllowed(place, why string) *fault.Fault {
	return fault.New(fault.RecipientNotAllowed, "why", why).In(place)
}
