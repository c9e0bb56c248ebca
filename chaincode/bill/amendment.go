package bill

import (
	"slices"
	"strconv"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// The reasons of a surrender for amendment 交还修改. SWTP, COD and SWI are DCSA's; the others stand for its free comment,
// whose words are private.
const (
	ToPaper             = "SWTP"    // switch to paper 转为纸质
	ChangeOfDestination = "COD"     // change of destination 改港
	SwitchBill          = "SWI"     // switch bill of lading 换单: other parties or another kind
	AmendData           = "AMD"     // a correction of data 更正
	SplitBill           = "SPLIT"   // one bill becomes several 拆单
	CombineBills        = "COMBINE" // several bills become one 并单
)

// AmendmentReasons are all reasons of a surrender for amendment, AnnulReasons those of an annulment (rule X-11).
var (
	AmendmentReasons = []string{ToPaper, ChangeOfDestination, SwitchBill, AmendData, SplitBill, CombineBills}
	AnnulReasons     = []string{"COURT_ORDER", "DATA_ERROR"}
)

// BillsMax bounds how many bills one reissue replaces, and how many it makes: it writes all of them at once.
const BillsMax = 20

func oneOf(reasons []string, c command) *fault.Fault {
	if !slices.Contains(reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

func amendmentReasonGiven(_ Bill, c command) *fault.Fault { return oneOf(AmendmentReasons, c) }
func annulReasonGiven(_ Bill, c command) *fault.Fault     { return oneOf(AnnulReasons, c) }

// switchNeedsTitle: a switch bill names other parties, so only who has the title may ask for one.
func switchNeedsTitle(b Bill, c command) *fault.Fault {
	if c.Request.Reason != SwitchBill {
		return nil
	}
	if f := claimable(b, c); f != nil {
		return f.In("/reason")
	}
	return nil
}

func askAmendment(b *Bill, c command) { b.Requester, b.Amendment = b.Holder, c.Request.Reason }

// unclaim ends a surrender that was withdrawn or rejected.
func unclaim(b *Bill, _ command) {
	b.Claimant, b.Requester, b.Amendment = lifecycle.Ref{}, lifecycle.Ref{}, ""
}

// giveBack returns an accepted surrender to whoever made it.
func giveBack(b *Bill, c command) {
	b.Holder = b.Claimant
	if b.Holder.Zero() {
		b.Holder = b.Requester
	}
	unclaim(b, c)
	b.restoreJoint(b.Given)
	b.Given = nil
}

func notForPaper(b Bill, c command) *fault.Fault {
	if b.Amendment == ToPaper {
		return fault.New(fault.AmendmentForbids, "reason", b.Amendment, "act", string(c.Act))
	}
	return nil
}

// oldFit asks that all bills replaced together be each other's like, so that nobody's right gets lost among them: the same
// issuer, requester and reason, and but for a switch also the same kind, shipper and title.
func oldFit(b Bill, c command) *fault.Fault {
	for i, o := range c.Request.Old {
		check := ""
		switch {
		case o.Issuer != b.Issuer:
			check = "same-issuer"
		case o.Requester != b.Requester || !o.Given.equal(b.Given):
			check = "same-requester"
		case o.Master != b.Master:
			check = "same-master"
		case o.subtype() != b.subtype():
			check = "same-subtype"
		case o.Amendment != b.Amendment:
			check = "same-reason"
		case b.Amendment != SwitchBill && (o.Kind != b.Kind || o.Shipper != b.Shipper || o.Title != b.Title || o.Endorsable != b.Endorsable):
			check = "same-parties"
		}
		if check != "" {
			return fault.New(fault.Invalid, "check", check).In("/bills/" + strconv.Itoa(i))
		}
	}
	return nil
}

// partiesWithSwitch: only a switch bill changes parties; every other reissue keeps those of the bill it replaces.
func partiesWithSwitch(b Bill, c command) *fault.Fault {
	if b.Amendment == SwitchBill {
		return nil
	}
	for _, named := range []struct{ name, id string }{
		{"/shipper", c.Request.Shipper}, {"/consignee", c.Request.Consignee}, {"/endorsee", c.Request.Endorsee}} {
		if named.id != "" {
			return fault.New(fault.Invalid, "check", "only-with-switch").In(named.name)
		}
	}
	return nil
}

// Numbers is how many bills a reissue may replace and make, by its reason: correction and change of destination one for
// one, a split one for several, a combination several for one. A switch bill is free in both.
func Numbers(reason string, old, new int) *fault.Fault {
	fits := old >= 1 && new >= 1 && old <= BillsMax && new <= BillsMax
	switch reason {
	case AmendData, ChangeOfDestination:
		fits = old == 1 && new == 1
	case SplitBill:
		fits = fits && old == 1 && new >= 2
	case CombineBills:
		fits = fits && old >= 2 && new == 1
	}
	if !fits {
		return fault.New(fault.Invalid, "check", "count").In("/content/bills")
	}
	return nil
}

func replaced(b *Bill, c command) { b.ReplacedBy = slices.Clone(c.Request.New) }

// renamed tells whether the new bill may have other parties than the old: after a switch, and after paper, which may have
// changed hands where no ledger saw it.
func renamed(old Bill) bool { return old.Amendment == SwitchBill || old.OnPaper() }

// sameKind: the reason decides whether the new bill may be of another kind. It is never a sea waybill, which nobody holds.
// What cannot be negotiated was not on paper either, and stays of its kind.
func sameKind(_ Bill, c command) *fault.Fault {
	old, kind := c.Request.Old[0], c.Request.Kind
	free := old.Amendment == SwitchBill || (old.OnPaper() && old.negotiable() && kind != Straight)
	if kind == SeaWaybill || (kind != old.Kind && !free) {
		return fault.New(fault.KindForbids, "kind", string(old.Kind), "act", string(Reissue))
	}
	return nil
}

func newPartiesFit(b Bill, c command) *fault.Fault {
	if !renamed(c.Request.Old[0]) {
		return nil
	}
	if f := asPrinted(c); f != nil {
		return f
	}
	if f := shipperFits(b, c); f != nil {
		return f
	}
	return namedFits(b, c)
}

// negotiable tells whether the title can pass on: not that of a straight bill, nor after an endorsement that was not to order.
func (b Bill) negotiable() bool { return b.Kind == Bearer || (b.Kind == Order && b.Endorsable) }

// asPrinted: paper changes hands, and what is printed on it stays. So the shipper of a bill that comes back is the one it had, and so
// is the party that has the title where that could not pass on.
func asPrinted(c command) *fault.Fault {
	old, parties := c.Request.Old[0], c.Request.Parties
	if !old.OnPaper() {
		return nil
	}
	place := "/consignee"
	if old.Kind == Order {
		place = "/endorsee"
	}
	switch {
	case parties["/shipper"].Ref() != old.Shipper:
		return fault.New(fault.Invalid, "check", "same-parties").In("/shipper")
	case !old.negotiable() && !parties[place].Zero() && parties[place].Ref() != old.Title:
		return fault.New(fault.Invalid, "check", "same-parties").In(place)
	}
	return nil
}

// takePlace makes the new bill out of those it replaces: issued at once, in the hands of who asked for it.
func takePlace(b *Bill, c command) {
	old := c.Request.Old[0]
	b.Issuer, b.Holder = old.Issuer, old.Requester
	b.Master, b.Carrier, b.Subtype, b.Mediums = old.Master, old.Carrier, old.Subtype, mediumsOf(c.Request.Old)
	if old.OnPaper() {
		b.Holder = c.Request.Parties["/to"].Ref()
		b.Mediums = append(b.Mediums, Medium{Medium: Electronic, At: lifecycle.Stamped(c.At)})
	}
	if renamed(old) {
		b.name(c)
		b.Endorsable = b.Endorsable && (old.negotiable() || !old.OnPaper())
	} else {
		b.Kind, b.Containers = c.Request.Kind, c.Request.Containers
		b.Shipper, b.Consignee, b.Title, b.Endorsable = old.Shipper, old.Consignee, old.Title, old.Endorsable
	}
	if !old.OnPaper() {
		b.restoreJoint(old.Given)
	}
	for _, o := range c.Request.Old {
		b.Replaces = append(b.Replaces, o.ID)
	}
}
