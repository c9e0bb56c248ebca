package contract

import (
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
)

// told lists the acts by which somebody says how a gate stands, for some lines or all of them.
var told = []lifecycle.Act{release.ReleaseCustoms, release.HoldCustoms, release.ClearGate, release.RefuseGate}

// concerned are the lines that such an act is about: those named, or all that it can still change. It also tells the
// command which gate that is and how many customs releases it adds or takes.
func concerned(t *turn, o release.Order, c *orderCommand) ([]release.Line, error) {
	if !slices.Contains(told, c.Act) {
		return nil, nil
	}
	r := &c.Request
	if c.Act == release.ReleaseCustoms || c.Act == release.HoldCustoms {
		r.Gate = release.GateCustoms
	}
	var lines []release.Line
	for n := 1; n <= o.Lines; n++ {
		l, err := loadLine(t, o.ID, n)
		if err != nil {
			return nil, err
		}
		if slices.Contains(r.Lines, n) || (len(r.Lines) == 0 && canChange(*c, l)) {
			lines = append(lines, l)
		}
	}
	for _, l := range lines {
		if l.Inside() && l.Has(release.GateCustoms) == (c.Act == release.HoldCustoms) {
			r.Covered++
		}
	}
	return lines, linesFit(*c, lines)
}

// canChange picks the lines that an act without a list means.
func canChange(c orderCommand, l release.Line) bool {
	switch c.Act {
	case release.HoldCustoms:
		return l.Inside() || l.Out != ""
	case release.RefuseGate:
		return l.Collectable() && l.Applies(c.Request.Gate)
	}
	return l.Collectable() && l.Applies(c.Request.Gate) && !l.Has(c.Request.Gate)
}

func linesFit(c orderCommand, lines []release.Line) error {
	asked := c.Request.Lines
	switch {
	case len(asked) == 0 && len(lines) == 0:
		return fault.New(fault.AlreadyCleared, "gate", string(c.Request.Gate))
	case len(asked) > 0 && len(asked) != len(lines): // a line that is not there, or one named twice
		return fault.New(fault.Invalid, "check", "line").In("/lines")
	}
	for _, l := range lines {
		if !l.Applies(c.Request.Gate) {
			return fault.New(fault.AlreadyCleared, "gate", string(c.Request.Gate)).In("/lines")
		}
	}
	return nil
}

// tellLines writes what an authority says on the lines it is about. Carrier and terminal keep the paper and check the
// containers against the lines they see.
func tellLines(t *turn, c orderCommand, o *release.Order, lines []release.Line, p papers) error {
	containers, ground, err := paperFits(&c, p)
	if err != nil {
		return err
	}
	c.Request.Evidence = p.commitment
	if c.Request.Gate == release.GateCustoms {
		if err := noticeOfBill(t, *o, p); err != nil {
			return err
		}
		o.Notice = p.commitment
	}
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range orgs(o.Carrier, o.Terminal) {
		t.Keep(org, "notice/"+o.ID+"/"+t.Tx, value)
	}
	for _, l := range lines {
		if err := tellLine(t, c, l, containers, ground); err != nil {
			return err
		}
	}
	return nil
}

// noticeOfBill: a notice that names a bill names the one of the order, as carrier and terminal see it. Of goods on a house bill
// customs may name that or the master, whose number neither of the two can tell from the order.
func noticeOfBill(t *turn, o release.Order, p papers) error {
	var b bill.Bill // what a bill is of never changes: no need to wait for who moves it meanwhile
	if _, err := t.UnseenRecord(key("bill", o.Basis.Bill), &b); err != nil || b.House() {
		return err
	}
	value, err := peekAny(t, contentKey(o.ID), o.Carrier, o.Terminal)
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	view, err := content.ReleaseOf([]byte(s.Content))
	if err != nil {
		return err
	}
	n, err := content.NoticeOf(p.raw)
	if err == nil && n.TransportDocumentReference != "" && n.TransportDocumentReference != view.TransportDocumentReference {
		err = fault.New(fault.NotCovered).In("/content/transportDocumentReference")
	}
	return err
}

func tellLine(t *turn, c orderCommand, before release.Line, containers []string, ground string) error {
	act := release.Clear
	if c.Act == release.HoldCustoms || c.Act == release.RefuseGate {
		act = release.Reopen
	}
	after, err := before.Follow(act, c)
	if err != nil {
		return err
	}
	if ground != "" && before.Inside() { // what is out cannot be stopped any more (rule X-13)
		c.Request.Ground = ground
		if after, err = after.Follow(release.HoldLine, c); err != nil {
			return err
		}
	}
	view, seen, err := lineSeen(t, before)
	if err != nil {
		return err
	}
	if seen && !slices.Contains(containers, view.EquipmentReference) {
		return fault.New(fault.NotCovered).In("/content/containers")
	}
	e := t.entry(act, automatic)
	e.Reason = c.Request.Reason
	return save(t, &before, &after, e)
}

// paperFits reads the paper behind the word: it must say the same as the act. It answers the containers that it covers and
// the ground of the hold that a customs notice lays on them.
func paperFits(c *orderCommand, p papers) (containers []string, ground string, err error) {
	if c.Request.Gate != release.GateCustoms {
		e, err := content.EvidenceOf(p.raw)
		if err == nil && (e.Result == "PASS") != (c.Act == release.ClearGate) {
			err = fault.New(fault.Invalid, "check", "result").In("/content/result")
		}
		c.Request.Status = release.Refused
		return e.Containers, "", err
	}
	n, err := content.NoticeOf(p.raw)
	if err == nil && n.Releases() != (c.Act == release.ReleaseCustoms) {
		err = fault.New(fault.Invalid, "check", "outcome").In("/content/outcome")
	}
	c.Request.Status = release.Pending
	switch n.Outcome {
	case content.NoticeRefused:
		c.Request.Status = release.Refused
	case content.NoticeHold:
		ground = "CUSTOMS_ORDER"
	case content.NoticeInspection:
		ground = "CUSTOMS_INSPECTION"
	}
	return n.Containers, ground, err
}

// applying are the optional gates of one container: those declared, dangerous goods only where the line lists some.
func applying(declared []release.Gate, l content.ReleaseLine) []release.Gate {
	return slices.DeleteFunc(slices.Clone(declared), func(g release.Gate) bool {
		return g == release.GateDangerousGoods && len(l.Dangerous) == 0
	})
}

// dangerDeclared: dangerous goods are declared as a gate exactly where lines list them; the carrier's own endorser also
// sees those of the bill.
func dangerDeclared(c orderCommand, view content.Release, billed []string) error {
	carried := false
	undeclared := fault.New(fault.Invalid, "check", "dangerous-goods").In("/gates")
	for _, l := range view.Lines {
		dangerous := len(l.Dangerous) > 0
		carried = carried || dangerous
		if !dangerous && slices.Contains(billed, l.EquipmentReference) {
			return undeclared
		}
	}
	if carried != slices.Contains(c.Request.Gates, release.GateDangerousGoods) {
		return undeclared
	}
	return nil
}

// gateView is how one gate of an order stands, over all its containers that wait to be collected.
type gateView struct {
	Gate   release.Gate `json:"gate"`
	Status string       `json:"status"`
}

// gatesOf sums up the seven gates of an order that is not finished (domain facts 4.2).
func gatesOf(t *turn, o release.Order, lines []lineView) ([]gateView, error) {
	title, err := basisStatus(t, o)
	if err != nil {
		return nil, err
	}
	noHold := statusIf(hold.Any(o.Holds, t.At) == nil)
	for _, l := range lines {
		if hold.Any(l.Control.Holds, t.At) != nil {
			noHold = release.Pending
		}
	}
	return []gateView{
		{release.GateTitle, title},
		{release.GateCharges, statusIf(o.CarrierCharges != "" && o.TerminalCharges != "")},
		{release.GateCustoms, gateStatus(release.GateCustoms, lines)},
		{release.GateQuarantine, gateStatus(release.GateQuarantine, lines)},
		{release.GateDisinfection, gateStatus(release.GateDisinfection, lines)},
		{release.GateDangerousGoods, gateStatus(release.GateDangerousGoods, lines)},
		{release.GateNoHold, noHold},
	}, nil
}

func statusIf(cleared bool) string {
	if cleared {
		return release.Cleared
	}
	return release.Pending
}

func basisStatus(t *turn, o release.Order) (string, error) {
	err := basisStands(t, o)
	if err != nil && fault.Of(err) == nil {
		return "", err
	}
	return statusIf(err == nil), nil
}

// gateStatus is the least that any container has: one refused refuses, one pending keeps the gate pending.
func gateStatus(g release.Gate, lines []lineView) string {
	status := release.NotApplicable
	for _, l := range lines {
		switch s := l.Control.Gates[g].Status; {
		case s == release.Refused, s == release.Pending && status != release.Refused:
			status = s
		case s == release.Cleared && status == release.NotApplicable:
			status = s
		}
	}
	return status
}
