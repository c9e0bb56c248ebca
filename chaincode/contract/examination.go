package contract

import (
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/presentation"
	"portledger/chaincode/state"
)

// A presentation's examination stands beside it under a key of its own and relies on the bank's organisation alone: what one
// person of the bank proposes to another is endorsed, and seen, by nobody else.

type examinationCommand = lifecycle.Command[presentation.ExaminationRequest]

func examinationID(presentation string) string { return presentation + "/examination" }

func bornExamination(t *turn, p presentation.Presentation) error {
	fresh := presentation.Examination{Record: lifecycle.Record{ID: examinationID(p.ID), Family: "examination"}}
	after, err := presentation.ExaminationLaw.Follow(fresh, examinationCommand{Act: presentation.Provide, Actor: t.actor, At: t.At,
		Request: presentation.ExaminationRequest{Of: p}})
	if err != nil {
		return err
	}
	return birth(t, &after, t.entry(presentation.Provide, automatic))
}

func examinationOf(t *turn, p presentation.Presentation) (presentation.Examination, error) {
	e, err := load[presentation.Examination](t, "examination", examinationID(p.ID))
	if err == nil && (e.Presentation != p.ID || e.Bank != p.Bank) {
		err = fault.New(fault.NotAnchored, "id", printable(examinationID(p.ID)), "org", p.Bank.Org)
	}
	return e, err
}

// actOnExamination makes an act of a presentation's examination; the outcome is the presentation's, which stays as it is.
func actOnExamination(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, presentation.ExaminationLaw, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	p, err := current[presentation.Presentation](t, "presentation", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	before, err := examinationOf(t, p)
	if err != nil {
		return Outcome{}, err
	}
	c := examinationCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Of = p
	after, err := before.Apply(c)
	if err == nil {
		err = t.asks()
	}
	if err == nil && act == presentation.ProposeRefusal {
		after, err = draftNotice(t, p, after, papers)
	}
	if err != nil {
		return Outcome{}, err
	}
	return outcome(p.Record), save(t, &before, &after, t.entry(act, presentation.ExaminationLaw.Part(before, c)))
}

// draftNotice keeps the notice of refusal with the bank, until a second person gives it.
func draftNotice(t *turn, p presentation.Presentation, e presentation.Examination, given papers) (presentation.Examination, error) {
	view, err := content.RefusalOf(given.raw)
	if err != nil {
		return e, err
	}
	for i, d := range view.Discrepancies {
		if d.Document > p.Documents {
			return e, fault.New(fault.Invalid, "check", "range").In("/content/discrepancies/" + number(i) + "/document")
		}
	}
	value, err := seal(given, nil)
	if err != nil {
		return e, err
	}
	e.Commitment, e.Seal = given.commitment, state.Fingerprint(value)
	t.Keep(p.Bank.Org, noticeKey(p), value)
	return e, nil
}
