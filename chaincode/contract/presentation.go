package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/calendar"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/presentation"
	"portledger/chaincode/state"
)

// presentations is the contract of the presentation of documents under a credit.
type presentations struct{}

type presentationCommand = lifecycle.Command[presentation.Request]

func (presentations) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	if _, ofExamination := presentation.ExaminationLaw.Verb(act); ofExamination {
		return actOnExamination(t, act, raw)
	}
	r, verb, err := decode(t, presentation.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := presentationCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if c.Request.Parties, err = t.named(map[string]string{"/bank": r.Bank, "/applicant": r.Applicant}); err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == presentation.Open {
		return openPresentation(t, c, papers)
	}
	before, err := current[presentation.Presentation](t, "presentation", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	if c.Request.Examination, err = examinationOf(t, before); err != nil {
		return Outcome{}, err
	}
	if err := presentable(before, c); err != nil {
		return Outcome{}, err
	}
	if err := withBills(t, c, before); err != nil {
		return Outcome{}, err
	}
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	if c, err = presentationTerms(t, c, before, papers); err != nil {
		return Outcome{}, err
	}
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	if after, err = handDocuments(t, c, after, papers); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, presentation.Law.Part(before, c))
	e.To, e.Reason = r.Applicant, r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// presentable tries an act without its input: what stands in its way is told before bills and input are looked at.
func presentable(p presentation.Presentation, c presentationCommand) error {
	c.Probe = true
	_, err := p.Apply(c)
	return err
}

// presentationTerms reads off the new set and the calendar what the rules need to see.
func presentationTerms(t *turn, c presentationCommand, p presentation.Presentation, given papers) (presentationCommand, error) {
	switch c.Act {
	case presentation.Complete:
		days, err := businessDays(t, p.Calendar)
		if err != nil {
			return c, err
		}
		c.Request.Due, err = examinedUntil(t, days)
		return c, err
	case presentation.ReplaceDocuments, presentation.PresentAgain:
		return setTerms(t, c, p.Bills, p.Calendar, given)
	}
	return c, nil
}

// setTerms are what a set says in public: how many documents it has and until when it can be presented. Its bills are those
// named in public, in that order.
func setTerms(t *turn, c presentationCommand, bills []string, calendarName string, given papers) (presentationCommand, error) {
	view, err := content.PresentationOf(given.raw)
	if err != nil {
		return c, err
	}
	if ids, _ := view.Bills(); !slices.Equal(ids, bills) {
		return c, fault.New(fault.Invalid, "check", "differs").In("/content/documents")
	}
	days, err := businessDays(t, calendarName)
	if err != nil {
		return c, err
	}
	c.Request.Documents = len(view.Documents)
	c.Request.Expires, err = presentedUntil(days, view.Credit.ExpiryDate)
	return c, err
}

// presentedUntil is the instant at which the last day for presentation ends; where the bank is closed on the expiry date,
// that is the next banking day (UCP 600 art 29). Years that the calendar does not list count by its weekend alone.
func presentedUntil(days calendar.Calendar, date string) (string, error) {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return "", calendarFault(err)
	}
	days.FirstYear, days.LastYear = min(days.FirstYear, d.Year()), max(days.LastYear, d.Year()+1)
	if d, err = days.FirstBusinessDay(d); err != nil {
		return "", calendarFault(err)
	}
	return endOf(days, d.String())
}

// bankingDays is the id under which a bank's organisation publishes the calendar that counts where none is named.
const bankingDays = "banking"

// bankCalendar is the calendar of a presentation: always one of the bank's own organisation, so that no presenter can count
// the bank's days by another's.
func bankCalendar(t *turn, bankOrg, name string) (string, error) {
	if name == "" {
		var c calendar.Calendar
		own := calendarName(bankOrg, bankingDays)
		found, err := t.Get(key("calendar", own), &c)
		if err != nil || !found {
			return "", err
		}
		return own, nil
	}
	if len(name) <= len(bankOrg) || name[:len(bankOrg)+1] != calendarName(bankOrg, "") {
		return "", fault.New(fault.Invalid, "check", "calendar-of-the-bank").In("/calendar")
	}
	return name, nil
}

// openPresentation gives birth to a presentation and to the examination beside it. Presenter's and bank's organisations
// endorse, and those two alone see the set.
func openPresentation(t *turn, c presentationCommand, given papers) (Outcome, error) {
	var err error
	if c.Request.Calendar, err = bankCalendar(t, c.Request.Parties["/bank"].Org, c.Request.Calendar); err != nil {
		return Outcome{}, err
	}
	if c, err = setTerms(t, c, c.Request.Bills, c.Request.Calendar, given); err != nil {
		return Outcome{}, err
	}
	fresh := presentation.Presentation{Record: lifecycle.Record{ID: t.NewID("pr-", 0), Family: "presentation"}}
	after, err := fresh.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	if err := presentersBills(t, after); err != nil {
		return Outcome{}, err
	}
	if after, err = keepSet(t, after, given); err != nil {
		return Outcome{}, err
	}
	if err := bornExamination(t, after); err != nil {
		return Outcome{}, err
	}
	if err := birth(t, &after, t.entry(presentation.Open, presentation.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// handDocuments moves the private side of an act: the set, and the notice.
func handDocuments(t *turn, c presentationCommand, p presentation.Presentation, given papers) (presentation.Presentation, error) {
	switch c.Act {
	case presentation.ReplaceDocuments, presentation.PresentAgain:
		return keepSet(t, p, given)
	case presentation.Refuse:
		return p, t.Deliver(noticeKey(p), p.NoticeSeal, p.Presenter.Org, t.actor.Org)
	case presentation.AskWaiver:
		if err := t.Deliver(setKey(p), p.Seal, p.Applicant.Org, t.actor.Org); err != nil {
			return p, err
		}
		return p, t.Deliver(noticeKey(p), p.NoticeSeal, p.Applicant.Org, t.actor.Org)
	case presentation.Waive:
		return p, t.Anchor(p.Applicant.Org, waiverMark(p))
	}
	return p, nil
}

// waiverMark is what the applicant's organisation marks in its own collection when the applicant waives: it takes part in no
// change of the presentation otherwise, and nobody can make that mark for it.
func waiverMark(p presentation.Presentation) string { return "waiver/" + p.ID + "/" + number(p.Sets) }

// keepSet gives a set to presenter and bank, and commits the record to it. Former sets stay where they are.
func keepSet(t *turn, p presentation.Presentation, given papers) (presentation.Presentation, error) {
	value, err := seal(given, nil)
	if err != nil {
		return p, err
	}
	p.Commitment, p.Seal = given.commitment, state.Fingerprint(value)
	for _, org := range orgs(p.Presenter, p.Bank) {
		t.Keep(org, setKey(p), value)
	}
	return p, nil
}

func setKey(p presentation.Presentation) string {
	return "presentation-set/" + p.ID + "/" + number(p.Sets)
}

func noticeKey(p presentation.Presentation) string {
	return "presentation-notice/" + p.ID + "/" + number(p.Round)
}

type presentationView struct {
	Control     presentation.Presentation  `json:"control"`
	Content     json.RawMessage            `json:"content,omitempty"`
	Pieces      map[string]json.RawMessage `json:"pieces,omitempty"`
	Examination examinationView            `json:"examination"`
	Acts        []lifecycle.Act            `json:"acts"`
}

// examinationView is the bank's examination; the notice that is only drafted is for the bank.
type examinationView struct {
	Control presentation.Examination `json:"control"`
	Acts    []lifecycle.Act          `json:"acts"`
}

func (presentations) read(t *turn, id string) (any, error) {
	p, err := load[presentation.Presentation](t, "presentation", id)
	if err != nil {
		return nil, err
	}
	e, err := examinationOf(t, p)
	if err != nil {
		return nil, err
	}
	view := presentationView{Control: p, Acts: presentation.Law.Open(p, t.actor),
		Examination: examinationView{Control: e, Acts: presentation.ExaminationLaw.Open(e, t.actor)}}
	if view.Content, err = t.ownContent(setKey(p), p.Readers()); err != nil {
		return nil, err
	}
	readers := p.Readers()
	if p.Notice == "" {
		readers = []lifecycle.Ref{p.Bank}
	}
	notice, err := t.ownContent(noticeKey(p), readers)
	if notice != nil {
		view.Pieces = map[string]json.RawMessage{"notice": notice}
	}
	return view, err
}

func (presentations) situations(t *turn, id string) ([]situation, error) {
	p, err := load[presentation.Presentation](t, "presentation", id)
	if err != nil {
		return nil, err
	}
	e, err := examinationOf(t, p)
	return []situation{situationOf(presentation.Law, p, 0), situationOf(presentation.ExaminationLaw, e, 0)}, err
}

func (presentations) keys(t *turn, id string) ([]string, error) {
	p, err := load[presentation.Presentation](t, "presentation", id)
	if err != nil {
		return nil, err
	}
	e, err := examinationOf(t, p)
	keys := []string{key("presentation", id)}
	if e.Version > 1 { // something happened to it since it was born with the presentation
		keys = append(keys, key("examination", e.ID))
	}
	return keys, err
}
