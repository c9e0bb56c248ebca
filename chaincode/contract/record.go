package contract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/state"
)

// doc is what every control record can tell of itself.
type doc[D any] interface {
	*D
	Head() *lifecycle.Record
	Relying() []string
	Parties() []lifecycle.Ref
}

func key(family, id string) string { return family + "/" + id }
func contentKey(id string) string  { return "content/" + id }

// anchorOf names the document whose anchor vouches for a record: family and whole id, so that the anchor of one document
// never lends itself to a forged record of another. The lines of an order stand under the order's anchor.
func anchorOf(family, id string) string {
	if at := strings.LastIndexByte(id, '/'); family == "line" && at >= 0 {
		family, id = "release", id[:at]
	}
	return key(family, id)
}

func orgs(refs ...lifecycle.Ref) []string {
	var out []string
	for _, r := range refs {
		if !r.Zero() && !slices.Contains(out, r.Org) {
			out = append(out, r.Org)
		}
	}
	return out
}

// load reads a record and checks that it is what its key says, so that who may lie in one record cannot make honest
// endorsers write to another, and that every organisation it names as relying on it took part in it itself.
func load[D any, P doc[D]](t *turn, family, id string) (D, error) {
	var d D
	found := false
	if utf8.ValidString(id) { // the shim panics on any other key, and takes the whole process down
		var err error
		if found, err = t.Get(key(family, id), &d); err != nil {
			return d, err
		}
	}
	if !found {
		return d, fault.New(fault.NotFound, "family", family, "id", printable(id))
	}
	if h := P(&d).Head(); h.Family != family || h.ID != id {
		return d, fault.New(fault.NotAnchored, "id", printable(id), "org", "?")
	}
	if err := t.Anchored(anchorOf(family, id), anchoring[D, P](&d)); err != nil {
		return d, err
	}
	if mark, org := vouchedBy(d); mark != "" {
		return d, t.Anchored(mark, []string{org})
	}
	return d, nil
}

// vouchedBy is the mark, and whose, on which what a record says of an organisation rests; empty for none.
func vouchedBy(d any) (mark, org string) {
	if v, vouched := d.(interface{ Vouched() (mark, org string) }); vouched {
		return v.Vouched()
	}
	return "", ""
}

// anchoring are the organisations whose anchors a record rests on: all that rely on it, unless it names fewer itself.
func anchoring[D any, P doc[D]](d *D) []string {
	if own, names := any(d).(interface{ Anchoring() []string }); names {
		return own.Anchoring()
	}
	return P(d).Relying()
}

// printable keeps an unknown id from carrying text into messages.
func printable(id string) string {
	plain := func(r rune) bool {
		return strings.ContainsRune("-./_", r) || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
	}
	if len(id) > 64 || strings.IndexFunc(id, func(r rune) bool { return !plain(r) }) >= 0 {
		return "?"
	}
	return id
}

// current reads the record that a request is about and compares its version with the one the caller decided on. Whoever
// may not act at all is told that first, whatever version it names (decision 34).
func current[D any, P doc[D]](t *turn, family, id string, version int) (D, error) {
	d, err := load[D, P](t, family, id)
	if err == nil && t.stale == nil {
		t.stale = atVersion(P(&d).Head(), version)
	}
	return d, err
}

func atVersion(r *lifecycle.Record, version int) error {
	if version != 0 && version != r.Version {
		return fault.New(fault.VersionMismatch, "family", r.Family, "have", number(r.Version), "want", number(version))
	}
	return nil
}

// entry is the chain's line for an act of this turn's actor.
func (t *turn) entry(act lifecycle.Act, part string) lifecycle.Entry {
	e := lifecycle.Entry{Act: act, By: t.actor.Party, Org: t.actor.Org, Role: part, Person: t.signer.Person,
		At: lifecycle.Stamped(t.At)}
	if t.mandate != nil {
		e.Agent, e.Mandate = t.signer.Party, t.mandate.ID
	}
	if t.approval != nil {
		e.Proposer = t.approval.Proposer
	}
	return e
}

// birth writes a new record, and anchors it.
func birth[D any, P doc[D]](t *turn, d *D, e lifecycle.Entry) error { return save[D, P](t, nil, d, e) }

// save stamps and writes the record after an act, and adds the anchors that it newly needs.
func save[D any, P doc[D]](t *turn, before, after *D, e lifecycle.Entry) error {
	r := P(after).Head()
	r.Stamp(e)
	relied := []string(nil)
	if before != nil {
		relied = P(before).Relying()
	}
	relying := P(after).Relying()
	var anchored []string
	if before != nil {
		anchored = anchoring[D, P](before)
	}
	for _, org := range anchoring[D, P](after) {
		if !slices.Contains(anchored, org) {
			if err := t.Anchor(org, anchorOf(r.Family, r.ID)); err != nil {
				return err
			}
		}
	}
	if err := vouch(t, before, after); err != nil {
		return err
	}
	touched := state.Touched{Family: r.Family, ID: r.ID, State: string(r.State), Version: r.Version, Act: string(e.Act)}
	for _, p := range P(after).Parties() {
		if !p.Zero() && !slices.Contains(touched.Parties, p.Party) {
			touched.Parties = append(touched.Parties, p.Party)
		}
	}
	t.Touch(touched)
	return t.Put(key(r.Family, r.ID), after, relied, relying)
}

// vouch makes the mark that a record newly rests on, which its organisation's own peer has to endorse.
func vouch[D any](t *turn, before, after *D) error {
	mark, org := vouchedBy(*after)
	if mark == "" {
		return nil
	}
	if before != nil {
		if was, _ := vouchedBy(*before); was == mark {
			return nil
		}
	}
	return t.Anchor(org, mark)
}

// may tells whether the caller's party is among readers.
func (t *turn) may(readers []lifecycle.Ref) bool { return slices.Contains(readers, t.actor.Ref) }
