package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"portledger/chaincode/lifecycle"
	"portledger/chaincode/reefer"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

// actOnLine makes an act on one line of an order: delegation and appointment.
func actOnLine(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, release.LineLaw, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := orderCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if c.Request.Parties, err = t.named(map[string]string{"/to": r.To}); err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	order, err := current[release.Order](t, "release", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	before, err := lineOf(t, order, r.Line)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Order = order
	after, err := before.Apply(c)
	if err == nil && act == release.NoShow {
		err = nobodyCame(t, before)
	}
	if err == nil && release.IsOfReefer(act) {
		err = runsCold(t, order, before)
	}
	if err == nil {
		err = t.asks()
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := lineConsequences(t, c, before, &after, papers); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, release.LineLaw.Part(before, c))
	e.To, e.Reason = r.To, r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	if order, err = countDelegation(t, c, order, before, after); err != nil {
		return Outcome{}, err
	}
	return outcome(order.Record), nil
}

func lineConsequences(t *turn, c orderCommand, before release.Line, after *release.Line, p papers) error {
	switch c.Act {
	case release.Delegate:
		to := c.Request.Parties["/to"].Ref()
		if err := deliverLog(t, c.Request.Order, before, to); err != nil {
			return err
		}
		if err := deliverAmendment(t, c.Request.Order, to); err != nil {
			return err
		}
		return t.deliver(after.Record, to)
	case release.DeclineDelegation:
		if !slices.Contains(orgs(after.Readers()...), before.Offer.Org) {
			t.Purge(before.Offer.Org, contentKey(after.ID))
			dropLog(t, c.Request.Order, *after, before.Offer)
		}
	case release.Plug, release.ReportReadings, release.AcknowledgeExcursion, release.CorrectPlug, release.AttachCertificate:
		return logReefer(t, c, after, p)
	case release.RequestAppointment, release.AmendAppointment:
		return keepAppointment(t, c, after, p)
	}
	return nil
}

// nobodyCame tells whether the time of an appointment is over. Its end is public, so that who may not see the appointment is
// told the same as the terminal.
func nobodyCame(t *turn, l release.Line) error {
	end, err := time.Parse(time.RFC3339, l.AppointmentEnds)
	if err != nil {
		return fmt.Errorf("read the end of an appointment: %w", err)
	}
	if f := rules.NoShow(t.At, end); f != nil {
		return f
	}
	return nil
}

// countDelegation lets the order tell whether any line's right was passed on.
func countDelegation(t *turn, c orderCommand, o release.Order, before, after release.Line) (release.Order, error) {
	act := release.LineGiven
	switch {
	case len(before.Chain) == 0 && len(after.Chain) > 0:
	case len(before.Chain) > 0 && len(after.Chain) == 0:
		act = release.LineRecalled
	default:
		return o, nil
	}
	next, err := o.Follow(act, c)
	if err != nil {
		return o, err
	}
	return next, save(t, &o, &next, t.entry(act, automatic))
}

type lineView struct {
	Control     release.Line    `json:"control"`
	Content     json.RawMessage `json:"content,omitempty"`
	Appointment json.RawMessage `json:"appointment,omitempty"`
	Reefer      json.RawMessage `json:"reefer,omitempty"`
	// Road reports what the reefer lacks for the road; it stops nothing.
	Road []reefer.Problem `json:"road,omitempty"`
	Acts []lifecycle.Act  `json:"acts"`
}

type releaseView struct {
	Control release.Order   `json:"control"`
	Content json.RawMessage `json:"content,omitempty"`
	// Amendment is the last change of places and instructions.
	Amendment json.RawMessage `json:"amendment,omitempty"`
	// Charges are the payees' accounts that the caller may see.
	Charges chargesView `json:"charges,omitzero"`
	// Gates tell how the clearances stand, while something is left to release.
	Gates []gateView      `json:"gates,omitempty"`
	Lines []lineView      `json:"lines"`
	Acts  []lifecycle.Act `json:"acts"`
}

func (releases) read(t *turn, id string) (any, error) {
	o, err := load[release.Order](t, "release", id)
	if err != nil {
		return nil, err
	}
	view := releaseView{Control: o, Acts: release.Law.Open(o, t.actor), Lines: []lineView{}}
	if view.Content, err = t.ownContent(contentKey(id), o.Readers()); err != nil {
		return nil, err
	}
	if view.Charges, err = t.ownCharges(o); err != nil {
		return nil, err
	}
	for n := 1; n <= o.Lines; n++ {
		l, err := readLine(t, o, n)
		if err != nil {
			return nil, err
		}
		view.Lines = append(view.Lines, l)
	}
	if view.Amendment, err = t.ownAmendment(o, view.Lines); err != nil || o.Over() || o.State == release.GatedOut {
		return view, err
	}
	view.Gates, err = gatesOf(t, o, view.Lines)
	return view, err
}

func readLine(t *turn, o release.Order, n int) (lineView, error) {
	l, err := loadLine(t, o.ID, n)
	if err != nil {
		return lineView{}, err
	}
	view := lineView{Control: l, Acts: release.LineLaw.Open(l, t.actor)}
	if view.Content, err = t.ownContent(contentKey(l.ID), l.Readers()); err != nil {
		return view, err
	}
	if view.Reefer, err = readLog(t, o, l); err != nil {
		return view, err
	}
	if l.Appointment != "" {
		if view.Appointment, err = t.ownContent(appointmentKey(l.ID), []lifecycle.Ref{l.Terminal, l.Right}); err != nil {
			return view, err
		}
	}
	view.Road, err = roadReport(t, l, view)
	return view, err
}

func (releases) situations(t *turn, id string) ([]situation, error) {
	o, err := load[release.Order](t, "release", id)
	if err != nil {
		return nil, err
	}
	all := []situation{situationOf(release.Law, o, 0)}
	for n := 1; n <= o.Lines; n++ {
		l, err := loadLine(t, id, n)
		if err != nil {
			return nil, err
		}
		all = append(all, situationOf(release.LineLaw, l, n))
	}
	return all, nil
}

func (releases) keys(t *turn, id string) ([]string, error) {
	o, err := load[release.Order](t, "release", id)
	if err != nil {
		return nil, err
	}
	keys := []string{key("release", id)}
	for n := 1; n <= o.Lines; n++ {
		keys = append(keys, key("line", lineID(id, n)))
	}
	return keys, nil
}
