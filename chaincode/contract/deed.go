package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/state"
)

// A pledge's deed and its supervision stand beside the bill under keys of their own (decision 22). The deed is born with the
// proposal, when nobody else can know its key. What comes with an act on one of them is seen by its own organisations only.

type deedCommand = lifecycle.Command[pledge.Request]

// The private pieces of a deed, by the key of each, and the last report of a supervision.
func termsKey(deed string) string        { return "pledge-terms/" + deed }
func receiptKey(deed string) string      { return "trust-receipt/" + deed }
func registrationKey(deed string) string { return "pledge-registration/" + deed }
func insuranceKey(deed string) string    { return "pledge-insurance/" + deed }
func reportKey(supervision string) string {
	return "supervision-report/" + supervision
}

// ofDeed tells whether an act asked of a bill is one on its pledge's deed or supervision.
func ofDeed(act lifecycle.Act) bool {
	_, deed := pledge.Law.Verb(act)
	_, supervision := pledge.SupervisionLaw.Verb(act)
	return deed || supervision
}

// deedOf reads the deed of the bill's pledge, in the state in which the bill has it; found is false for a bill without a pledge.
func deedOf(t *turn, b bill.Bill) (d pledge.Deed, found bool, err error) {
	if b.Pledge == nil {
		return d, false, nil
	}
	if d, err = load[pledge.Deed](t, "pledge", b.Pledge.ID); err != nil {
		return d, false, err
	}
	d.State = lifecycle.State(b.Pledge.State)
	return d, true, nil
}

// supervisionOf reads the supervision that a deed names.
func supervisionOf(t *turn, d pledge.Deed) (w pledge.Supervision, found bool, err error) {
	if d.Supervision == "" {
		return w, false, nil
	}
	w, err = load[pledge.Supervision](t, "supervision", d.Supervision)
	return w, err == nil, err
}

// deedFacts tells an act on the bill what it needs to know of the deed.
func deedFacts(t *turn, c *billCommand, b bill.Bill) error {
	switch c.Act {
	case bill.ProposePledge:
		c.Request.Deed = t.NewID("pl-", 0)
		return nil
	case bill.AcceptPledge, bill.AcceptPledgeTransfer, bill.ReleaseOnTrust:
	default:
		return nil
	}
	d, found, err := deedOf(t, b)
	if err != nil || !found {
		return err
	}
	c.Request.Stated, c.Request.Signed = d.Commitment, d.Receipt
	if to := b.Pledge.To; d.ToShow() && !to.Zero() {
		has, err := hasShown(t, d, to)
		c.Request.Unseen = !has || d.Shown != to
		return err
	}
	return nil
}

// shownPiece is one that a bank sees before it takes a pledge over, by its key and fingerprint.
type shownPiece struct{ key, seal string }

// toShow are those that a deed has: the terms, and what the registration and the insurance are.
func toShow(d pledge.Deed) []shownPiece {
	var all []shownPiece
	if d.Commitment != "" {
		all = append(all, shownPiece{termsKey(d.ID), d.Seal})
	}
	if d.Registration != nil {
		all = append(all, shownPiece{registrationKey(d.ID), d.Registration.Seal})
	}
	if d.Insurance != nil {
		all = append(all, shownPiece{insuranceKey(d.ID), d.Insurance.Seal})
	}
	return all
}

// hasShown tells whether a bank has all of them as they stand.
func hasShown(t *turn, d pledge.Deed, bank lifecycle.Ref) (bool, error) {
	for _, piece := range toShow(d) {
		if has, err := t.HasSealed(bank.Org, piece.key, piece.seal); err != nil || !has {
			return false, err
		}
	}
	return true, nil
}

// showDeed gives a bank those of them that it does not have as they stand.
func showDeed(t *turn, d pledge.Deed, bank lifecycle.Ref) error {
	for _, piece := range toShow(d) {
		if err := t.DeliverLatest(piece.key, piece.seal, bank.Org, t.actor.Org); err != nil {
			return err
		}
	}
	return nil
}

// openDeed gives birth to the deed of a pledge that is proposed.
func openDeed(t *turn, b bill.Bill) error {
	fresh := pledge.Deed{Record: lifecycle.Record{ID: b.Pledge.ID, Family: "pledge"}}
	after, err := pledge.Law.Follow(fresh, deedCommand{Act: pledge.OpenDeed, Actor: t.actor, At: t.At,
		Request: pledge.Request{Deed: pledge.Deed{Bill: b.ID, Bank: b.Pledge.Bank, Pledgor: b.Pledge.Pledgor}}})
	if err != nil {
		return err
	}
	return birth(t, &after, t.entry(pledge.OpenDeed, automatic))
}

// passDeed lets the deed follow the pledge to another bank.
func passDeed(t *turn, before, after bill.Bill) error {
	d, _, err := deedOf(t, before)
	if err != nil {
		return err
	}
	passed, err := pledge.Law.Follow(d, deedCommand{Act: pledge.PassDeed, Actor: t.actor, At: t.At,
		Request: pledge.Request{Next: after.Pledge.Bank}})
	if err != nil {
		return err
	}
	return save(t, &d, &passed, t.entry(pledge.PassDeed, automatic))
}

// actOnDeed makes an act on a bill's deed or supervision.
func actOnDeed(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	onDeed := pledge.Law.Callable(act)
	var r pledge.Request
	var verb lifecycle.Verb
	var err error
	if onDeed {
		r, verb, err = decode(t, pledge.Law, act, raw)
	} else {
		r, verb, err = decode(t, pledge.SupervisionLaw, act, raw)
	}
	if err != nil {
		return Outcome{}, err
	}
	c := deedCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if c.Request.Parties, err = t.named(map[string]string{"/to": r.To}); err != nil {
		return Outcome{}, err
	}
	p, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Commitment = p.commitment
	if p.raw != nil {
		value, err := seal(p, nil)
		if err != nil {
			return Outcome{}, err
		}
		c.Request.Seal = state.Fingerprint(value)
	}
	b, d, err := deedAsked(t, &c)
	if err != nil {
		return Outcome{}, err
	}
	if onDeed {
		err = changeDeed(t, c, d, p)
	} else {
		err = superviseOn(t, c, d, p)
	}
	return outcome(b.Record), err
}

// deedAsked reads the deed that an act is about, and adds to the request what the bill says.
func deedAsked(t *turn, c *deedCommand) (b bill.Bill, d pledge.Deed, err error) {
	if b, err = current[bill.Bill](t, "bill", c.Request.ID, c.Request.Version); err != nil {
		return b, d, err
	}
	if err = inForce(t, b); err != nil {
		return b, d, err
	}
	d, found, err := deedOf(t, b)
	if err != nil {
		return b, d, err
	}
	if !found {
		return b, d, fault.New(fault.NotFound, "family", "pledge", "id", "?")
	}
	c.Request.Next, c.Request.Supervision = b.Pledge.To, t.NewID("su-", 0)
	if !b.Pledge.To.Zero() {
		c.Request.Has, err = hasShown(t, d, b.Pledge.To)
	}
	return b, d, err
}

// changeDeed writes what an act on a deed brings about.
func changeDeed(t *turn, c deedCommand, before pledge.Deed, p papers) error {
	after, err := before.Apply(c)
	if err == nil {
		err = t.asks()
	}
	if err != nil {
		return err
	}
	both := []lifecycle.Ref{after.Bank, after.Pledgor}
	switch c.Act {
	case pledge.StateTerms:
		after.Seal = c.Request.Seal
		err = keepBeside(t, termsKey(after.ID), p, both...)
	case pledge.SignTrustReceipt:
		err = keepBeside(t, receiptKey(after.ID), p, both...)
	case pledge.RenewRegistration:
		err = keepBeside(t, registrationKey(after.ID), p, both...)
	case pledge.RenewInsurance:
		err = keepBeside(t, insuranceKey(after.ID), p, both...)
	case pledge.ShowTerms:
		err = showDeed(t, after, c.Request.Next)
	case pledge.AppointSupervisor:
		err = beginSupervision(t, c, after)
	}
	if err != nil {
		return err
	}
	e := t.entry(c.Act, pledge.Law.Part(before, c))
	e.To = c.Request.To
	return save(t, &before, &after, e)
}

// beginSupervision gives birth to the record of a supervisor's reports; a former one counts no more.
func beginSupervision(t *turn, c deedCommand, d pledge.Deed) error {
	fresh := pledge.Supervision{Record: lifecycle.Record{ID: d.Supervision, Family: "supervision"}}
	c.Act, c.Request.Deed = pledge.BeginSupervision, d
	w, err := pledge.SupervisionLaw.Follow(fresh, c)
	if err != nil {
		return err
	}
	return birth(t, &w, t.entry(pledge.BeginSupervision, automatic))
}

// superviseOn makes an act on the supervision of a deed.
func superviseOn(t *turn, c deedCommand, d pledge.Deed, p papers) error {
	before, found, err := supervisionOf(t, d)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "family", "supervision", "id", "?")
	}
	if err != nil {
		return err
	}
	after, err := before.Apply(c)
	if err == nil {
		err = t.asks()
	}
	if err != nil {
		return err
	}
	if err := keepBeside(t, reportKey(after.ID), p, after.Parties()...); err != nil {
		return err
	}
	e := t.entry(c.Act, pledge.SupervisionLaw.Part(before, c))
	e.Reason = c.Request.Reason
	return save(t, &before, &after, e)
}

// pledgeView is a bill's pledge as its reader gets it: the records for everybody, the pieces and the alarms for those whom the
// deed is between.
type pledgeView struct {
	Control     pledge.Deed                `json:"control"`
	Supervision *pledge.Supervision        `json:"supervision,omitempty"`
	Pieces      map[string]json.RawMessage `json:"pieces,omitempty"`
	Alarms      []pledge.Alarm             `json:"alarms,omitempty"`
	Acts        []lifecycle.Act            `json:"acts"`
}

func readPledge(t *turn, b bill.Bill) (*pledgeView, error) {
	d, found, err := deedOf(t, b)
	if err != nil || !found {
		return nil, err
	}
	view := &pledgeView{Control: d, Acts: pledge.Law.Open(d, t.actor)}
	w, supervised, err := supervisionOf(t, d)
	if err != nil {
		return nil, err
	}
	if supervised {
		view.Supervision = &w
		view.Acts = append(view.Acts, pledge.SupervisionLaw.Open(w, t.actor)...)
	}
	if d.Shown != b.Pledge.To { // that bank's chance is over
		d.Shown = lifecycle.Ref{}
	}
	if view.Pieces, err = pledgePieces(t, d, w); err != nil || !t.may(d.Parties()) {
		return view, err
	}
	report, err := reported(view.Pieces["report"])
	view.Alarms = d.Alarms(view.Supervision, report.Findings, t.At)
	return view, err
}

// reported is what a supervisor's last report says; nothing where there is none.
func reported(raw json.RawMessage) (content.SupervisionReport, error) {
	if raw == nil {
		return content.SupervisionReport{}, nil
	}
	return content.SupervisionReportOf(raw)
}

// pledgePieces are the private pieces that the caller may see; the bank that may take the pledge over sees the terms.
func pledgePieces(t *turn, d pledge.Deed, w pledge.Supervision) (map[string]json.RawMessage, error) {
	return t.readable([]privatePiece{
		{"terms", termsKey(d.ID), d.Commitment != "", append(d.Parties(), d.Shown)},
		{"receipt", receiptKey(d.ID), d.Receipt != "", d.Parties()},
		{"registration", registrationKey(d.ID), d.Registration != nil, append(d.Parties(), d.Shown)},
		{"insurance", insuranceKey(d.ID), d.Insurance != nil, append(d.Parties(), d.Shown)},
		{"report", reportKey(w.ID), w.Commitment != "", w.Parties()},
	})
}

// deedSituations are where the pledge's deed and supervision stand.
func deedSituations(t *turn, b bill.Bill) ([]situation, error) {
	d, found, err := deedOf(t, b)
	if err != nil || !found {
		return nil, err
	}
	all := []situation{situationOf(pledge.Law, d, 0)}
	w, found, err := supervisionOf(t, d)
	if found {
		all = append(all, situationOf(pledge.SupervisionLaw, w, 0))
	}
	return all, err
}

// deedKeys are the keys of the deed and supervision of the bill's pledge.
func deedKeys(t *turn, b bill.Bill) ([]string, error) {
	d, found, err := deedOf(t, b)
	if err != nil || !found {
		return nil, err
	}
	keys := []string{key("pledge", d.ID)}
	if d.Supervision != "" {
		keys = append(keys, key("supervision", d.Supervision))
	}
	return keys, nil
}

// forget takes the copies of content and deed away from a bank that said no, unless its organisation may read them as something
// else.
func forget(t *turn, after bill.Bill, deed string, bank lifecycle.Ref) error {
	if !slices.Contains(orgs(after.Readers()...), bank.Org) {
		if err := takeBack(t, after, bank.Org); err != nil {
			return err
		}
	}
	if p := after.Pledge; p != nil && slices.Contains(orgs(p.Bank, p.Pledgor), bank.Org) {
		return nil
	}
	return purgeHeld(t, bank.Org, termsKey(deed), registrationKey(deed), insuranceKey(deed))
}
