package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
)

// listLines writes one line for each container, takes each container (rule X-05) and hands every line its own piece.
func listLines(t *turn, o release.Order, b bill.Bill, c orderCommand, p papers, view content.Release) error {
	var containers []string
	for _, l := range view.Lines {
		containers = append(containers, l.EquipmentReference)
	}
	held, err := tokens(t, o.Carrier.Org, containers, func() (map[string]string, error) { return heldTokens(t, o) })
	if err != nil {
		return err
	}
	if err := notElsewhere(t, o, b, slices.Sorted(maps.Values(held))); err != nil {
		return err
	}
	if err := notPromised(t, b, slices.Sorted(maps.Values(held))); err != nil {
		return err
	}
	gone, err := delivered(t, b)
	if err != nil {
		return err
	}
	for i, l := range view.Lines {
		token := held[l.EquipmentReference]
		if err := takeBox(t, o, gone, token, lineID(o.ID, i+1)); err != nil {
			return err
		}
		if err := listLine(t, o, c, p, i+1, l, token); err != nil {
			return err
		}
	}
	return listOrder(t, o, b)
}

// heldTokens are the tokens that the caller's organisation holds with the bill or the guarantee.
func heldTokens(t *turn, o release.Order) (map[string]string, error) {
	from := contentKey(o.Basis.Bill)
	if o.Basis.Type == release.ByGuarantee {
		from = tokensKey(o.Basis.Guarantee)
	}
	value, err := t.Peek(t.actor.Org, from)
	if err != nil {
		return nil, err
	}
	s, _, err := unseal(value)
	return s.Tokens, err
}

func takeBox(t *turn, o release.Order, d rules.Delivery, token, line string) error {
	var box rules.Box
	if _, err := t.Get(key("box", token), &box); err != nil {
		return err
	}
	if !box.Of(o.Carrier) {
		return fault.New(fault.ContentMismatch)
	}
	if f := rules.Free(box, d, token); f != nil {
		return f
	}
	before := box.Orgs
	box.Line, box.Orgs = line, orgs(o.Carrier, o.Terminal)
	return t.Put(key("box", token), box, before, box.Orgs)
}

func lineID(order string, n int) string { return order + "/" + number(n) }

func listLine(t *turn, o release.Order, c orderCommand, p papers, n int, l content.ReleaseLine, token string) error {
	line := release.Line{Record: lifecycle.Record{ID: lineID(o.ID, n), Family: "line"}, Order: o.ID, Number: n,
		Carrier: o.Carrier, Terminal: o.Terminal, Box: token}
	c.Request.Applying, c.Request.NoReturn = applying(c.Request.Gates, l), l.ShipperOwned
	line, err := line.Follow(release.List, c)
	if err != nil {
		return err
	}
	own := papers{raw: l.Raw, salt: lineSalt(p.salt, n)}
	if own.commitment, err = content.Commitment(own.salt, own.raw); err != nil {
		return err
	}
	line.Commitment = own.commitment
	value, err := seal(own, map[string]string{l.EquipmentReference: token})
	if err != nil {
		return err
	}
	line.Seal = state.Fingerprint(value)
	for _, org := range orgs(o.Readers()...) {
		t.Keep(org, contentKey(line.ID), value)
	}
	return birth(t, &line, t.entry(release.List, automatic))
}

// lineSalt gives every line a salt of its own, so that who gets one line's piece cannot guess at the others.
func lineSalt(salt string, n int) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/line/1\n" + number(n)))
	return hex.EncodeToString(mac.Sum(nil))
}

func loadLine(t *turn, order string, n int) (release.Line, error) {
	return load[release.Line](t, "line", lineID(order, n))
}

// eachLine makes an automatic move on every line of the order.
func eachLine(t *turn, o release.Order, act lifecycle.Act, c orderCommand) error {
	c.Request.Order = o
	for n := 1; n <= o.Lines; n++ {
		before, err := loadLine(t, o.ID, n)
		if err != nil {
			return err
		}
		after, err := before.Follow(act, c)
		if err != nil {
			return err
		}
		if err := save(t, &before, &after, t.entry(act, automatic)); err != nil {
			return err
		}
	}
	return nil
}

func boxOf(t *turn, l release.Line) (rules.Box, error) {
	var box rules.Box
	found, err := t.Get(key("box", l.Box), &box)
	if err == nil && !(found && box.Of(l.Carrier)) {
		err = fault.New(fault.NotFound, "family", "box", "id", "?")
	}
	return box, err
}

// lineSeen reads a line's content on the carrier's and the terminal's peers; seen is false on every other.
func lineSeen(t *turn, l release.Line) (view content.ReleaseLine, seen bool, err error) {
	value, err := peekAny(t, contentKey(l.ID), l.Carrier, l.Terminal)
	if err != nil {
		return view, false, err
	}
	s, ok, err := unseal(value)
	if err != nil || !ok {
		return view, false, err
	}
	view, err = content.ReleaseLineOf([]byte(s.Content))
	return view, err == nil, err
}
