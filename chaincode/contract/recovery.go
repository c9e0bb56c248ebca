package contract

import (
	"encoding/json"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// A bill's recovery stands beside it under a key of its own, as a part of the document: it is born with the bill, while
// nobody else can know the key, and has a policy of its own.

type recoveryCommand = lifecycle.Command[recovery.Request]

func recoveryID(bill string) string          { return bill + "/recovery" }
func recoveryEvidenceKey(bill string) string { return "recovery-evidence/" + bill }

// guardiansFit checks the guardians that an organisation names beside itself.
func guardiansFit(self string, others []string) error {
	if len(others) == 0 {
		return nil
	}
	all := append([]string{self}, others...)
	for i, org := range all {
		if org == "" || printable(org) == "?" || slices.Contains(all[:i], org) {
			return fault.New(fault.Invalid, "check", "guardians").In("/content/trust/guardians")
		}
	}
	if len(all) < recovery.GuardiansMin || len(all) > recovery.GuardiansMax {
		return fault.New(fault.Invalid, "check", "guardians").In("/content/trust/guardians")
	}
	return nil
}

// guardians are the organisations that can recover a bill which the caller's organisation drafts now: its own and those
// it trusts; none where it named none. Its own endorser tells them, the others take them from the private input.
func guardians(t *turn) ([]string, error) {
	own, ok, err := t.own(t.actor.Org)
	if err != nil {
		return nil, err
	}
	raw := t.Input("guardians")
	if ok && len(own.Trust.Guardians) > 0 {
		raw, err = t.Supply("guardians", func() ([]byte, error) { return json.Marshal(own.Trust.Guardians) })
		if err != nil {
			return nil, err
		}
	}
	if raw == nil {
		return nil, nil
	}
	var others []string
	if json.Unmarshal(raw, &others) != nil || (ok && !slices.Equal(others, own.Trust.Guardians)) {
		return nil, fault.New(fault.ContentMismatch)
	}
	if err := guardiansFit(t.actor.Org, others); err != nil || len(others) == 0 {
		return nil, err
	}
	return append([]string{t.actor.Org}, others...), nil
}

// recoverable lets a new bill be recovered by these guardians; without any it never is.
func recoverable(t *turn, b *bill.Bill, guardians []string) error {
	if b.Recoverable = len(guardians) > 0; !b.Recoverable {
		return nil
	}
	return provideRecovery(t, *b, guardians)
}

// provideRecovery gives birth to the recovery of a new bill.
func provideRecovery(t *turn, b bill.Bill, guardians []string) error {
	fresh := recovery.Recovery{Record: lifecycle.Record{ID: recoveryID(b.ID), Family: "recovery"}, Bill: b.ID}
	after, err := recovery.Law.Follow(fresh, recoveryCommand{Act: recovery.Provide, Actor: t.actor, At: t.At,
		Request: recovery.Request{Issuer: b.Issuer, Guardians: guardians}})
	if err != nil {
		return err
	}
	if err := saveRecovery(t, &after, t.entry(recovery.Provide, automatic)); err != nil {
		return err
	}
	return t.Guard(key("recovery", after.ID), after.Need(), after.Guardians)
}

// saveRecovery stamps and writes the record; who must endorse is named by the caller, and the policy stays.
func saveRecovery(t *turn, r *recovery.Recovery, e lifecycle.Entry) error {
	r.Stamp(e)
	touched := state.Touched{Family: r.Family, ID: r.ID, State: string(r.State), Version: r.Version, Act: string(e.Act)}
	for _, p := range r.Parties() {
		if !slices.Contains(touched.Parties, p.Party) {
			touched.Parties = append(touched.Parties, p.Party)
		}
	}
	t.Touch(touched)
	return t.Put(key("recovery", r.ID), r, nil, nil)
}

// recoveryOf reads the recovery of a bill; found is false for a bill without.
func recoveryOf(t *turn, b bill.Bill) (r recovery.Recovery, found bool, err error) {
	if !b.Recoverable {
		return r, false, nil
	}
	found, err = t.Get(key("recovery", recoveryID(b.ID)), &r)
	if err == nil && !(found && r.ID == recoveryID(b.ID) && r.Bill == b.ID) {
		err = fault.New(fault.NotAnchored, "id", printable(recoveryID(b.ID)), "org", "?")
	}
	return r, found, err
}

// inForce refuses whatever would rest on a bill that was recovered: its own record cannot tell, since the organisation that
// must endorse its changes is lost.
func inForce(t *turn, b bill.Bill) error {
	r, found, err := recoveryOf(t, b)
	if err != nil || !found || r.State != recovery.Recovered {
		return err
	}
	return fault.New(fault.BillRecovered, "replacement", r.Case.Replacement)
}

// usable is inForce where something would rest on what the bill lists: before a replacement's content is handed over, nobody has
// it under the replacement's own key, and nobody could check it.
func usable(t *turn, b bill.Bill) error {
	if err := inForce(t, b); err != nil || b.Recovers == "" {
		return err
	}
	has, err := t.Holds(b.Issuer.Org, contentKey(b.ID))
	if err == nil && !has {
		err = fault.New(fault.NotHandedOver)
	}
	return err
}

// actOnRecovery makes an act of a bill's recovery.
func actOnRecovery(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, recovery.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := recoveryCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	if c.Request.Parties, err = t.named(map[string]string{"/claimant": r.Claimant}); err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	b, err := current[bill.Bill](t, "bill", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	before, found, err := recoveryOf(t, b)
	if err != nil {
		return Outcome{}, err
	}
	if !found {
		return Outcome{}, fault.New(fault.NoRecovery, "why", "guardians")
	}
	c.Request.Facts = recovery.Facts{Keeper: b.Keeper(), Holder: b.Owner(), Pledgee: b.Pledgee(), Examiner: b.Examiner(), Depositor: b.Depositor(), Version: b.Version}
	lost, err := legFacts(t, &c, b, before)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Replacement = t.NewID("bl-", 0)
	if before.Case != nil && before.Case.Leg != 0 {
		c.Request.Replacement = leg.ID(c.Request.Replacement, before.Case.Leg)
	}
	after, err := before.Apply(c)
	if err == nil {
		err = t.asks()
	}
	if err != nil {
		return Outcome{}, err
	}
	return carryOut(t, c, b, before, after, lost, papers)
}

// carryOut writes what an act on a recovery brings about. A replacement answers for the bill it replaces.
func carryOut(t *turn, c recoveryCommand, b bill.Bill, before, after recovery.Recovery, lost leg.Leg, p papers) (Outcome, error) {
	endorsers := before.Endorsers(c.Request.Lost())
	for _, org := range endorsers {
		t.Endorse(org)
	}
	e := t.entry(c.Act, recovery.Law.Part(before, c))
	e.To, e.Reason = c.Request.Claimant, c.Request.Ground
	done := outcome(b.Record)
	switch c.Act {
	case recovery.Open:
		after.Commitment = p.commitment
		value, err := seal(p, nil)
		if err != nil {
			return done, err
		}
		after.Seal = state.Fingerprint(value)
		for _, org := range endorsers {
			t.Keep(org, recoveryEvidenceKey(b.ID), value)
		}
	case recovery.Execute:
		if before.Case.Leg != 0 {
			anew, err := planAnew(t, lost, c.Request.Replacement)
			if err != nil {
				return done, err
			}
			done = outcome(anew.Record)
			break
		}
		replacement, err := replace(t, b, *after.Case, endorsers)
		if err != nil {
			return done, err
		}
		done = outcome(replacement.Record)
	}
	return done, saveRecovery(t, &after, e)
}

// replace gives birth to the bill that takes the place of a lost one: its number, its seal and what was delivered so far.
// Its content follows in an act of its own (hand-over), which fewer organisations endorse and see. The guardians that are
// left watch over it as well, while they are enough.
func replace(t *turn, lost bill.Bill, c recovery.Case, watch []string) (bill.Bill, error) {
	fresh := bill.Bill{Record: lifecycle.Record{ID: c.Replacement, Family: "bill", Commitment: lost.Commitment, Seal: lost.Seal}}
	b, err := bill.Law.Follow(fresh, billCommand{Act: bill.Replace, Actor: t.actor, At: t.At,
		Request: bill.Request{Lost: &lost, Claimant: c.Claimant, Beside: c.Beside()}})
	if err != nil {
		return b, err
	}
	if err := passNumber(t, lost, b); err != nil {
		return b, err
	}
	was, err := delivery(t, lost.ID)
	if err != nil {
		return b, err
	}
	d := rules.Delivery{Bill: b.ID, Orgs: orgs(b.Operator()), Containers: was.Containers, Out: was.Out, UnderLoi: was.UnderLoi,
		Used: was.Used, Evidence: was.Evidence, PartOut: was.PartOut}
	for _, org := range was.Orgs { // a terminal that releases the goods still vouches for what left
		if org != c.Keeper.Org && !slices.Contains(d.Orgs, org) {
			d.Orgs = append(d.Orgs, org)
		}
	}
	if err := t.Put(key("delivery", b.ID), d, nil, d.Orgs); err != nil {
		return b, err
	}
	if len(watch) < recovery.GuardiansMin {
		watch = nil
	}
	if err := recoverable(t, &b, watch); err != nil {
		return b, err
	}
	e := t.entry(bill.Replace, automatic)
	e.To = c.Claimant.Party
	return b, birth(t, &b, e)
}

// passNumber lets the replacement carry the number of the lost bill.
func passNumber(t *turn, lost, b bill.Bill) error {
	token, err := heldNumber(t, lost)
	if err != nil {
		return err
	}
	return t.Put("number/"+token, b.ID, []string{b.Issuer.Org}, []string{b.Issuer.Org})
}

// handOver gives a replacement's holder the content, from the issuer's copy of the lost bill.
func handOver(t *turn, b bill.Bill) error {
	has, err := t.Holds(b.Issuer.Org, contentKey(b.ID))
	if err != nil {
		return err
	}
	if has {
		return fault.New(fault.Duplicate, "what", "content")
	}
	if err := t.asks(); err != nil {
		return err
	}
	lost, err := lastHandedOver(t, b)
	if err != nil {
		return err
	}
	value, err := t.Supply(contentKey(lost), func() ([]byte, error) { return t.Peek(b.Issuer.Org, contentKey(lost)) })
	if err != nil {
		return err
	}
	if state.Fingerprint(value) != b.Seal {
		return fault.New(fault.ContentMismatch)
	}
	to := []lifecycle.Ref{b.Issuer, b.Holder, b.Claimant}
	if b.Kind == bill.SeaWaybill {
		to = append(to, b.Consignee)
	}
	if b.Pledged() {
		to = append(to, b.Pledge.Bank)
	}
	if b.Custody != nil {
		to = append(to, b.Custody.From)
	}
	for _, org := range orgs(to...) {
		t.Keep(org, contentKey(b.ID), value)
		if err := handDeliveredTo(t, b, org); err != nil {
			return err
		}
	}
	return showLegs(t, b, to)
}

// lostMax bounds how many bills one after another may be lost before any of them is handed over.
const lostMax = 10

// lastHandedOver is the bill whose content this one carries on: itself, or for a replacement without one the bill that was lost, which
// may have been such a replacement as well.
func lastHandedOver(t *turn, b bill.Bill) (string, error) {
	for range lostMax {
		if b.Recovers == "" {
			break
		}
		has, err := t.Holds(b.Issuer.Org, contentKey(b.ID))
		if err != nil || has {
			return b.ID, err
		}
		if b, err = load[bill.Bill](t, "bill", b.Recovers); err != nil {
			return b.ID, err
		}
	}
	return b.ID, nil
}

// recoveryView is a bill's recovery as its reader gets it.
type recoveryView struct {
	Control  recovery.Recovery `json:"control"`
	Evidence json.RawMessage   `json:"evidence,omitempty"`
	Acts     []lifecycle.Act   `json:"acts"`
}

func readRecovery(t *turn, b bill.Bill) (*recoveryView, error) {
	r, found, err := recoveryOf(t, b)
	if err != nil || !found {
		return nil, err
	}
	view := &recoveryView{Control: r, Acts: recovery.Law.Open(r, t.actor)}
	if r.Case == nil || !r.MayRead(t.actor) {
		return view, nil
	}
	value, err := t.Peek(t.Self, recoveryEvidenceKey(b.ID))
	if err != nil {
		return nil, err
	}
	if s, ok, err := unseal(value); err != nil || !ok || state.Fingerprint(value) != r.Seal {
		return view, err
	} else {
		view.Evidence = json.RawMessage(s.Content)
	}
	return view, nil
}
