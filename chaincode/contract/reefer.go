package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/reefer"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// A reefer's log is one private piece for each line, bounded and replaced as a whole. Everybody who may read the line keeps
// it: so each of them can compute the next log from its own copy, and nobody has to be handed one that somebody else made.

func reeferKey(line string) string { return "reefer/" + line }

// logKeepers are who keeps the log of a line's container: the line's readers and, before it accepts, the release-to party.
func logKeepers(o release.Order, l release.Line) []lifecycle.Ref {
	return append([]lifecycle.Ref{o.ReleaseTo}, l.Readers()...)
}

// reeferAgreed is what the line's content agrees about its cold; seen is false where this peer has no copy.
func reeferAgreed(t *turn, o release.Order, l release.Line) (agreed *content.LineReefer, seen bool, err error) {
	value, err := peekAny(t, contentKey(l.ID), logKeepers(o, l)...)
	if err != nil {
		return nil, false, err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return nil, false, err
	}
	line, err := content.ReleaseLineOf([]byte(s.Content))
	return line.Reefer, err == nil, err
}

// runsCold refuses acts of the reefer block on a container that has none.
func runsCold(t *turn, o release.Order, l release.Line) error {
	agreed, seen, err := reeferAgreed(t, o, l)
	if err == nil && seen && agreed == nil {
		err = fault.New(fault.NotReefer)
	}
	return err
}

// currentLog is the log that the line's record vouches for. Who keeps none cannot endorse what follows from it.
func currentLog(t *turn, o release.Order, l release.Line) (reefer.Log, error) {
	var log reefer.Log
	value, err := peekAny(t, reeferKey(l.ID), logKeepers(o, l)...)
	if err != nil || l.Reefer.Seal == "" {
		return log, err
	}
	if state.Fingerprint(value) != l.Reefer.Seal {
		return log, fault.New(fault.ContentMismatch)
	}
	s, _, err := unseal(value)
	if err != nil {
		return log, err
	}
	return log, json.Unmarshal([]byte(s.Content), &log)
}

// logReefer makes an act of the reefer block: the next log, what the line shows of it, and the hold that may follow.
func logReefer(t *turn, c orderCommand, l *release.Line, p papers) error {
	agreed, seen, err := reeferAgreed(t, c.Request.Order, *l)
	if err != nil {
		return err
	}
	if !seen || agreed == nil {
		return fault.New(fault.ContentMismatch)
	}
	log, err := currentLog(t, c.Request.Order, *l)
	if err != nil {
		return err
	}
	switch c.Act {
	case release.Plug:
		log, err = plug(t, log, agreed.Terms, p)
	case release.ReportReadings:
		log, err = report(t, log, agreed.Terms, p)
	case release.AcknowledgeExcursion:
		log, err = acknowledge(t, log, p)
	case release.CorrectPlug:
		log, err = correct(t, log, agreed.Terms, p)
	case release.AttachCertificate:
		log, err = attach(t, log, p)
	}
	if err != nil {
		return err
	}
	return keepLog(t, c, l, log, p.salt)
}

func keepLog(t *turn, c orderCommand, l *release.Line, log reefer.Log, salt string) error {
	raw, err := json.Marshal(log)
	if err != nil {
		return err
	}
	value, err := seal(papers{raw: raw, salt: salt}, nil)
	if err != nil {
		return err
	}
	cold := release.Cold{Open: string(log.Open()), Evidence: log.Evidence(), Seal: state.Fingerprint(value)}
	after, f := l.Logged(cold, c)
	if f != nil {
		return f
	}
	*l = after
	for _, org := range orgs(logKeepers(c.Request.Order, *l)...) {
		t.Keep(org, reeferKey(l.ID), value)
	}
	return nil
}

func plug(t *turn, log reefer.Log, terms reefer.Terms, p papers) (reefer.Log, error) {
	event, err := content.PlugEventOf(p.raw)
	if err != nil {
		return log, err
	}
	if event.At.After(t.At) {
		return log, notYet("/content/at")
	}
	if t.At.Sub(event.At) > reefer.SpanMax { // a wrong year would shut the log for all that comes after it
		return log, fault.New(fault.Invalid, "check", string(reefer.SpanWithinMax)).In("/content/at")
	}
	after, problems := log.Plug(event, terms.MaxPowerOffMinutes)
	return after, refusedFor("/content", problems)
}

// report takes the summary, and holds it and the excursions against the readings where those came along (rule X-20 is about
// what comes of it).
func report(t *turn, log reefer.Log, terms reefer.Terms, p papers) (reefer.Log, error) {
	r, err := content.ReeferReadingsOf(p.raw)
	if err != nil {
		return log, err
	}
	if r.Summary.LastAt.After(t.At) {
		return log, notYet("/content/readings/lastAt")
	}
	excursions, err := claimed(t, terms, r.Claims)
	if err != nil {
		return log, err
	}
	if r.Data != nil {
		series, problems := reefer.NewSeries(r.Data)
		if err := refusedFor("/content/data", problems); err != nil {
			return log, err
		}
		computed, problems := series.Excursions(terms)
		if err := refusedFor("/content/data", problems); err != nil {
			return log, err
		}
		if !reefer.AsClaimed(computed, excursions) {
			return log, fault.New(fault.Invalid, "check", string(reefer.AsComputed)).In("/content/excursions")
		}
	}
	after, problems := log.Report(reefer.Report{Summary: r.Summary, By: t.actor.Party, On: t.At, Computed: r.Data != nil}, excursions)
	return after, refusedFor("/content", problems)
}

func claimed(t *turn, terms reefer.Terms, claims []reefer.Claim) ([]reefer.Excursion, error) {
	var all []reefer.Excursion
	for i, c := range claims {
		place := "/content/excursions/" + number(i)
		if c.To.After(t.At) {
			return nil, notYet(place + "/to")
		}
		e, problems := terms.Excursion(c)
		if err := refusedFor(place, problems); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func acknowledge(t *turn, log reefer.Log, p papers) (reefer.Log, error) {
	a, err := content.AcknowledgementOf(p.raw)
	if err != nil {
		return log, err
	}
	after, problems := log.Acknowledge(a.Excursions, t.actor.Party, t.At, a.Note)
	return after, refusedFor("/content/excursions", problems)
}

func correct(t *turn, log reefer.Log, terms reefer.Terms, p papers) (reefer.Log, error) {
	c, err := content.PlugCorrectionOf(p.raw)
	if err != nil {
		return log, err
	}
	after, problems := log.Correct(c, t.actor.Party, t.At, terms.MaxPowerOffMinutes)
	return after, refusedFor("/content", problems)
}

func attach(t *turn, log reefer.Log, p papers) (reefer.Log, error) {
	c, err := content.CertificateOf(p.raw)
	if err != nil {
		return log, err
	}
	after, problems := log.Attach(c, t.actor.Party, t.At)
	return after, refusedFor("/content", problems)
}

func notYet(place string) error { return fault.New(fault.Invalid, "check", "not-in-future").In(place) }

// refusedFor is the refusal for the first of some problems, nil for none. A full log is no fault of the request.
func refusedFor(place string, problems []reefer.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	first := problems[0]
	if first.Check == reefer.TooMany {
		return fault.New(fault.LimitReached, "limit", number(reefer.LogExcursionsMax), "what", "excursions")
	}
	return fault.New(fault.Invalid, "check", string(first.Check)).In(place + first.At)
}

// deliverLog gives the log to whoever the right is being passed to, from the caller's own copy. Who keeps the log already has
// the present one; who kept it once may have an old one, and gets it anew.
func deliverLog(t *turn, o release.Order, before release.Line, to lifecycle.Ref) error {
	if before.Reefer.Seal == "" || slices.Contains(orgs(logKeepers(o, before)...), to.Org) {
		return nil
	}
	key := reeferKey(before.ID)
	value, err := t.Supply(key, func() ([]byte, error) { return t.Peek(t.actor.Org, key) })
	if err != nil {
		return err
	}
	if state.Fingerprint(value) != before.Reefer.Seal {
		return fault.New(fault.ContentMismatch)
	}
	t.Keep(to.Org, key, value)
	return nil
}

// dropLog takes the log away from who declined the right, unless it is still entitled.
func dropLog(t *turn, o release.Order, after release.Line, from lifecycle.Ref) {
	if after.Reefer.Seal != "" && !slices.Contains(orgs(logKeepers(o, after)...), from.Org) {
		t.Purge(from.Org, reeferKey(after.ID))
	}
}

// readLog is the log as the caller may see it: nothing where this peer's copy is not the present one.
func readLog(t *turn, o release.Order, l release.Line) (json.RawMessage, error) {
	if l.Reefer.Seal == "" || !t.may(logKeepers(o, l)) {
		return nil, nil
	}
	value, err := t.Peek(t.Self, reeferKey(l.ID))
	if err != nil || state.Fingerprint(value) != l.Reefer.Seal {
		return nil, err
	}
	s, _, err := unseal(value)
	return json.RawMessage(s.Content), err
}

// roadReport is what the reefer lacks for the road, for those who see the line and what the truck brings: the appointment, and
// once the container is out the sheet of the gate, which is judged by its own time.
func roadReport(t *turn, l release.Line, view lineView) ([]reefer.Problem, error) {
	brought := view.Appointment
	if l.Out != "" {
		r, err := load[interchange.Receipt](t, "interchange", l.Out)
		if err != nil {
			return nil, err
		}
		if brought, err = t.ownContent(sheetKey(r.ID), r.Readers()); err != nil {
			return nil, err
		}
	}
	if view.Content == nil || brought == nil {
		return nil, nil
	}
	line, err := content.ReleaseLineOf(view.Content)
	if err != nil || line.Reefer == nil {
		return nil, err
	}
	road, err := content.RoadOf(brought)
	if err != nil {
		return nil, err
	}
	if l.Out == "" {
		road.At = t.At
	}
	return rules.RoadReady(line.Reefer.PTI, line.Reefer.Genset, road.Genset, road.At), nil
}

// linesAgree is rule X-14 on every container that the request lists, where both documents are seen.
func linesAgree(b content.Bill, view content.Release) error {
	for i, l := range view.Lines {
		at := slices.IndexFunc(b.Equipments, func(e content.BillEquipment) bool { return e.EquipmentReference == l.EquipmentReference })
		if at < 0 {
			continue // rule X-02 refuses it
		}
		if f := rules.OwnedAlike(b.Equipments[at].ShipperOwned, l.ShipperOwned, "/content/lines/"+number(i)); f != nil {
			return f
		}
		var line *reefer.Settings
		reason := ""
		if l.Reefer != nil {
			line, reason = &l.Reefer.Settings, l.Reefer.Reason
		}
		if f := rules.SettingsAgree(b.Equipments[at].Reefer, line, reason, "/content/lines/"+number(i)); f != nil {
			return f
		}
	}
	return nil
}
