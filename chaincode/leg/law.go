package leg

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Leg, Request]
	guards  = []lifecycle.Guard[Leg, Request]
	by      = lifecycle.By[Leg]
)

var (
	performing = []lifecycle.Role{party.Carrier, party.Rail, party.Trucker, party.Barge, party.Airline}
	issuer     = &by{Name: "issuer", Ref: func(l Leg) lifecycle.Ref { return l.Issuer }, Roles: []lifecycle.Role{party.Carrier}}
	performer  = &by{Name: "performing carrier", Ref: func(l Leg) lifecycle.Ref { return l.Performer }, Roles: performing}
	next       = &by{Name: "carrier of the next leg", Roles: performing, Ref: func(l Leg) lifecycle.Ref {
		if l.Handover == nil {
			return lifecycle.Ref{}
		}
		return l.Handover.To
	}}
)

// Reasons are the codes that negative acts may give; free text would be public for ever.
var Reasons = []string{"SEAL_BROKEN", "DAMAGE", "NOT_AS_DESCRIBED", "NO_CAPACITY", "DOCUMENTS_INCOMPLETE", "WRONG_PARTY", "DATA_ERROR", "OTHER"}

// running are the states in which the carrier has the goods or waits for them, and nobody else signs yet.
var running = []lifecycle.State{Commissioned, Received, InCarriage}

// Law is the leg's whole lifecycle.
var Law = &lifecycle.Law[Leg, Request]{
	Family: "leg",
	State:  func(l *Leg) *lifecycle.State { return &l.State },
	Verbs: []lifecycle.Verb{
		{Name: Commission, Takes: []string{"performer"}, Chinese: "委托区段承运人"},
		{Name: WithdrawCommission, Takes: []string{"reason"}, Chinese: "撤回委托"},
		{Name: Decline, Takes: []string{"reason"}, Chinese: "谢绝承运"},
		{Name: TakeOver, Chinese: "接收货物"},
		{Name: Depart, Content: "leg-event", Chinese: "启运"},
		{Name: HandOver, Content: "leg-handover", Chinese: "提出交接"},
		{Name: WithdrawHandOver, Chinese: "撤回交接"},
		{Name: AcceptHandOver, Takes: []string{"commitment"}, Chinese: "签收交接"},
		{Name: RefuseHandOver, Takes: []string{"reason"}, Chinese: "拒绝交接"},
		{Name: Deliver, Content: "leg-event", Chinese: "运抵最终地点"},
		{Name: RegisterDocument, Content: "leg-document", Chinese: "登记区段运单"},
		{Name: Apportion, Content: "leg-share", Chinese: "分摊全程运费"},
		{Name: Plan, Chinese: "列入运输计划"},
		{Name: Receive, Chinese: "从上一区段接收"},
	},
	Rows: slices.Concat([]row{
		{From: lifecycle.None, Do: Plan, To: Planned, Then: plan},
		{From: Planned, Do: Commission, By: issuer, To: Commissioned, Asks: guards{performerFits}, Then: commission},
		{From: Commissioned, Do: WithdrawCommission, By: issuer, To: Planned, Asks: guards{reasonGiven}, Then: vacate},
		{From: Commissioned, Do: Decline, By: performer, To: Planned, Asks: guards{reasonGiven}, Then: vacate},
		{From: Commissioned, Do: TakeOver, By: performer, To: Received, If: guards{first}},
		{From: Commissioned, Do: Receive, To: Received},
		{From: Received, Do: Depart, By: performer, To: InCarriage, Then: depart},
		{From: InCarriage, Do: HandOver, By: performer, To: HandingOver, If: guards{notLast}, Then: handOver},
		{From: HandingOver, Do: WithdrawHandOver, By: performer, To: InCarriage, Then: keepGoods},
		{From: HandingOver, Do: AcceptHandOver, By: next, To: HandedOver, Asks: guards{sameHandover}, Then: takeGoods},
		{From: HandingOver, Do: RefuseHandOver, By: next, To: InCarriage, Asks: guards{reasonGiven}, Then: keepGoods},
		{From: InCarriage, Do: Deliver, By: performer, To: Delivered, If: guards{last}, Then: arrive},
	},
		lifecycle.In(running, row{Do: RegisterDocument, By: performer, If: guards{documented}, Then: register}),
		lifecycle.In(running, row{Do: Apportion, By: issuer, Then: apportion}),
	),
}

func plan(l *Leg, c command) {
	head := l.Record
	*l = c.Request.Fresh
	l.Record = head
}

func commission(l *Leg, c command) { l.Performer = c.Request.Parties["/performer"].Ref() }

// vacate ends a commission: what was agreed with that carrier ends with it.
func vacate(l *Leg, _ command) {
	l.Performer, l.Document, l.Share = lifecycle.Ref{}, nil, ""
}

func depart(l *Leg, c command) { l.Departure = c.Request.Paper }
func arrive(l *Leg, c command) { l.Arrival = c.Request.Paper }

func sign(c command) Signature {
	return Signature{Person: c.Actor.Person, At: lifecycle.Stamped(c.At)}
}

// handOver is the giving carrier's signature over what it hands over.
func handOver(l *Leg, c command) {
	l.Handover = &Handover{To: c.Request.To, Commitment: c.Request.Paper, Seal: c.Request.Seal, Given: sign(c), Broken: c.Request.Broken}
}

// takeGoods is the receiving carrier's signature over the same.
func takeGoods(l *Leg, c command) {
	signed, taken := *l.Handover, sign(c)
	signed.Taken = &taken
	l.Handover = &signed
}

func keepGoods(l *Leg, _ command) { l.Handover = nil }
func register(l *Leg, c command) {
	l.Document = &Paper{Commitment: c.Request.Paper, Seal: c.Request.Seal}
}
func apportion(l *Leg, c command) { l.Share = c.Request.Paper }

// Follow makes an automatic move.
func (l Leg) Follow(act lifecycle.Act, r Request) (Leg, error) {
	return Law.Follow(l, command{Act: act, Request: r})
}

func reasonGiven(_ Leg, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}
