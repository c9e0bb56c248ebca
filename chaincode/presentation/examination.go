package presentation

import (
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// A bank decides by two persons 双人复核: one proposes, another confirms. What the first proposes concerns the bank alone, so
// it stands in a record of the bank's own beside the presentation, and the draft of a notice is with the bank only.

// The states of an examination.
const (
	Undecided       lifecycle.State = "UNDECIDED"
	HonourProposed  lifecycle.State = "HONOUR_PROPOSED"
	RefusalProposed lifecycle.State = "REFUSAL_PROPOSED"
)

// The acts of an examination.
const (
	ProposeHonour  lifecycle.Act = "propose-honour"
	ProposeRefusal lifecycle.Act = "propose-refusal"
	RecallProposal lifecycle.Act = "recall-proposal"
	// Provide is automatic: an examination is born with its presentation.
	Provide lifecycle.Act = "provide"
)

// Examination is the control record of what the bank's persons propose to each other. Its commitment and seal are those of
// the drafted notice of refusal.
type Examination struct {
	lifecycle.Record
	Presentation string        `json:"presentation"`
	Bank         lifecycle.Ref `json:"bank"`
	// Round is the one of the presentation that the proposal is about; on any other it says nothing.
	Round int `json:"round,omitempty"`
	// Proposer is the person who proposed.
	Proposer string `json:"proposer,omitempty"`
}

// ExaminationRequest is the public input of the acts of an examination.
type ExaminationRequest struct {
	ID      string `json:"id"`
	Version int    `json:"version"`

	// Of is the presentation as it stands.
	Of Presentation `json:"-"`
}

type (
	examinationCommand = lifecycle.Command[ExaminationRequest]
	examinationRow     = lifecycle.Row[Examination, ExaminationRequest]
	examinationGuards  = []lifecycle.Guard[Examination, ExaminationRequest]
)

var examiner = &lifecycle.By[Examination]{Name: "bank", Ref: func(e Examination) lifecycle.Ref { return e.Bank }, Roles: bank.Roles}

// proposed are the states in which a proposal stands; any person of the bank can put another in its place.
var proposed = []lifecycle.State{HonourProposed, RefusalProposed}

// ExaminationLaw is the lifecycle of an examination.
var ExaminationLaw = &lifecycle.Law[Examination, ExaminationRequest]{
	Family: "examination",
	State:  func(e *Examination) *lifecycle.State { return &e.State },
	Verbs: []lifecycle.Verb{
		{Name: ProposeHonour, Chinese: "提议承付"},
		{Name: ProposeRefusal, Content: "refusal", Chinese: "提议拒付"},
		{Name: RecallProposal, Chinese: "收回提议"},
		{Name: Provide, Chinese: "随交单设立"},
	},
	Rows: examinationRows(),
}

func examinationRows() []examinationRow {
	rows := []examinationRow{{From: lifecycle.None, Do: Provide, To: Undecided, Then: provide}}
	anyTime := append([]lifecycle.State{Undecided}, proposed...)
	rows = append(rows, lifecycle.In(anyTime, examinationRow{Do: ProposeHonour, By: examiner, To: HonourProposed,
		If: examinationGuards{decidable}, Then: propose})...)
	rows = append(rows, lifecycle.In(anyTime, examinationRow{Do: ProposeRefusal, By: examiner, To: RefusalProposed,
		If: examinationGuards{refusable}, Then: propose})...)
	return append(rows, lifecycle.In(proposed, examinationRow{Do: RecallProposal, By: examiner, To: Undecided,
		If: examinationGuards{decidable}, Then: forget})...)
}

// Apply answers the examination after c, or why c is refused. e is not changed.
func (e Examination) Apply(c examinationCommand) (Examination, error) {
	return ExaminationLaw.Apply(e, c)
}

// Relying is the bank's organisation alone.
func (e Examination) Relying() []string { return []string{e.Bank.Org} }

// Parties is the bank.
func (e Examination) Parties() []lifecycle.Ref { return []lifecycle.Ref{e.Bank} }

// decidable: documents under examination are honoured, and refused ones whose discrepancies the applicant waived.
func decidable(_ Examination, c examinationCommand) *fault.Fault {
	if s := c.Request.Of.State; s != Examined && s != Waived {
		return notNow(c)
	}
	return nil
}

// refusable: documents are refused once, and in time.
func refusable(_ Examination, c examinationCommand) *fault.Fault {
	if c.Request.Of.State != Examined {
		return notNow(c)
	}
	return inTime(c.Request.Of, command{Act: c.Act, At: c.At})
}

func notNow(c examinationCommand) *fault.Fault {
	return fault.New(fault.WrongState, "family", Law.Family, "state", string(c.Request.Of.State), "act", string(c.Act))
}

func provide(e *Examination, c examinationCommand) {
	e.Presentation, e.Bank = c.Request.Of.ID, c.Request.Of.Bank
}

func propose(e *Examination, c examinationCommand) {
	e.Round, e.Proposer = c.Request.Of.Round, c.Actor.Person
	e.Commitment, e.Seal = "", ""
}

func forget(e *Examination, _ examinationCommand) {
	e.Proposer, e.Commitment, e.Seal = "", "", ""
}
