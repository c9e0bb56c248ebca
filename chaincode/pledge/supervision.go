package pledge

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The acts on a supervision 监管.
const (
	BeginSupervision  lifecycle.Act = "begin-supervision"
	ReportSupervision lifecycle.Act = "report-supervision"
	EndSupervision    lifecycle.Act = "end-supervision"
)

// The states of a supervision.
const (
	Watching lifecycle.State = "WATCHING"
	Ended    lifecycle.State = "ENDED"
)

// EndReasons are the codes of why a supervision ends.
var EndReasons = []string{"REPLACED", "GOODS_MOVED", "NOT_PAID", "OTHER"}

// Supervision is the heartbeat of who watches over pledged goods: a small record of its own, so that a report disturbs nothing
// else, and so that the supervisor's organisation endorses no more than this.
type Supervision struct {
	lifecycle.Record
	Pledge     string        `json:"pledge"`
	Bill       string        `json:"bill"`
	Bank       lifecycle.Ref `json:"bank"`
	Pledgor    lifecycle.Ref `json:"pledgor"`
	Supervisor lifecycle.Ref `json:"supervisor"`
	// Hours is the longest time between two reports, LastReport the time of the last one, or of the appointment before the first.
	Hours      int    `json:"hours"`
	LastReport string `json:"lastReport"`
}

// Relying are the organisations that must endorse a change; all of them keep the last report.
func (w Supervision) Relying() []string {
	return []string{w.Bank.Org, w.Pledgor.Org, w.Supervisor.Org}
}

// Parties are those whom the supervision is between.
func (w Supervision) Parties() []lifecycle.Ref {
	return []lifecycle.Ref{w.Bank, w.Pledgor, w.Supervisor}
}

func (w Supervision) stopped(at time.Time) bool {
	last, err := time.Parse(time.RFC3339Nano, w.LastReport)
	return err != nil || w.State != Watching || at.Sub(last) > time.Duration(w.Hours)*time.Hour
}

var (
	supervisor = &lifecycle.By[Supervision]{Name: "supervisor", Ref: func(w Supervision) lifecycle.Ref { return w.Supervisor },
		Roles: []lifecycle.Role{party.Terminal, party.Depot}}
	supervisedFor = &lifecycle.By[Supervision]{Name: "bank of the deed", Ref: func(w Supervision) lifecycle.Ref { return w.Bank },
		Roles: []lifecycle.Role{party.Bank}}
)

// SupervisionLaw is the supervision's whole lifecycle.
var SupervisionLaw = &lifecycle.Law[Supervision, Request]{
	Family: "supervision",
	State:  func(w *Supervision) *lifecycle.State { return &w.State },
	Verbs: []lifecycle.Verb{
		{Name: ReportSupervision, Content: "supervision-report", Chinese: "监管报告"},
		{Name: EndSupervision, Takes: []string{"reason"}, Chinese: "终止监管"},
		{Name: BeginSupervision, Chinese: "随委任设立"},
	},
	Rows: []lifecycle.Row[Supervision, Request]{
		{From: lifecycle.None, Do: BeginSupervision, To: Watching, Then: begin},
		{From: Watching, Do: ReportSupervision, By: supervisor, To: Watching, Then: report},
		{From: Watching, Do: EndSupervision, By: supervisor, To: Ended, Asks: endGuards},
		{From: Watching, Do: EndSupervision, By: supervisedFor, To: Ended, Asks: endGuards},
	},
}

var endGuards = []lifecycle.Guard[Supervision, Request]{func(_ Supervision, c command) *fault.Fault {
	if !slices.Contains(EndReasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}}

// Apply answers the supervision after c, or why c is refused. w is not changed.
func (w Supervision) Apply(c command) (Supervision, error) { return SupervisionLaw.Apply(w, c) }

func begin(w *Supervision, c command) {
	d := c.Request.Deed
	w.Pledge, w.Bill, w.Bank, w.Pledgor = d.ID, d.Bill, d.Bank, d.Pledgor
	w.Supervisor, w.Hours, w.LastReport = c.Request.Parties["/to"].Ref(), c.Request.Hours, lifecycle.Stamped(c.At)
}

func report(w *Supervision, c command) {
	w.Commitment, w.LastReport = c.Request.Commitment, lifecycle.Stamped(c.At)
}
