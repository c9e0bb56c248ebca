// Package rules holds the rules that see several documents at once (X-01 to X-22 of the domain facts) and the two small
// records that belong to no single family: what was delivered of a bill, and where a container is.
//
// Each function is pure and carries the number of its rule. X-21 (every act stores who, as what, when and why) is kept
// by lifecycle.Record.Stamp, X-22 by guarantee.Forms and guarantee.Frauds. docs/rules.md lists all of them.
package rules

import (
	"slices"
	"time"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
)

// Delivery is what was delivered of a bill and on what basis. It stands beside the bill, so that a gate move need not
// wait for the bill's holder.
type Delivery struct {
	Bill string `json:"bill"`
	// Orgs are the organisations that must all endorse a change: the issuer's and every terminal's that releases it.
	Orgs []string `json:"orgs"`
	// Containers is how many the bill lists; Out the tokens of those that left.
	Containers int      `json:"containers"`
	Out        []string `json:"out,omitempty"`
	// UnderLoi is set once a container left against a guarantee while the bill was not surrendered (rule X-04).
	UnderLoi bool `json:"deliveredUnderLoi,omitempty"`
	// Used are the guarantees that containers left under: a misdelivery is theirs alone.
	Used []string `json:"usedGuarantees,omitempty"`
	// Guarantees are the active guarantees that list the bill.
	Guarantees []string `json:"guarantees,omitempty"`
	// Orders are the release orders on the bill that are not over, at most OrdersMax.
	Orders []string `json:"orders,omitempty"`
	// PartOrders are those on accepted parts of the bill, and count towards the same limit; PartOut is how many containers of
	// each part left (part.go).
	PartOrders []string       `json:"partOrders,omitempty"`
	PartOut    map[string]int `json:"partOut,omitempty"`
	// Evidence are the receipts of containers that left damaged or with a seal that is not right (rule X-20): one for each
	// container at most.
	Evidence []string `json:"evidence,omitempty"`
	// Houses are the house bills that were ever issued under the bill, at most HousesMax (house.go).
	Houses []string `json:"houses,omitempty"`
}

// Complete tells whether every container of the bill left.
func (d Delivery) Complete() bool { return len(d.Out) >= d.Containers }

// Box is where a container stands with its operator: at most one live release line, and its last gate move.
type Box struct {
	// Orgs are the organisations that must all endorse a change.
	Orgs []string `json:"orgs"`
	// Line is the live release line, empty when there is none.
	Line string `json:"line,omitempty"`
	// Authorities are the live gate authorities by type.
	Authorities map[interchange.Type]string `json:"authorities,omitempty"`
	// Last is the last recorded gate move, "OUT" or "IN"; empty before the first. Move is its receipt, the one that stands.
	Last string `json:"last,omitempty"`
	Move string `json:"move,omitempty"`
}

// The directions of a gate move.
const (
	Out = interchange.Outward
	In  = interchange.Inward
)

// WindowGrace is how early or late a truck may be at the gate, beyond its appointment's window.
const WindowGrace = 30 * time.Minute

// Basis is rules: what a release rests on, and that it goes to the party the basis names. g is nil without
// a guarantee. The basis of a guarantee also holds after its discharge by this claimant's own surrender. A release must
// be of the bill's own carrier, whose organisation thereby answers for it.
func Basis(o release.Order, b bill.Bill, g *guarantee.Guarantee) *fault.Fault {
	claimant, known := claimant(o.Basis.Type, b, g)
	switch {
	case !known:
		return fault.New(fault.Invalid, "check", "basis").In("/basis/type")
	case claimant.Zero() || o.Carrier != b.Operator():
		return fault.New(fault.NoBasis).By("X-01")
	case o.Requester != claimant || o.ReleaseTo != claimant:
		return fault.New(fault.NotClaimant).By("X-02")
	case o.Basis.Type == release.ByGuarantee:
		return Unpledged(b)
	}
	return nil
}

// claimant is whom a basis entitles now: nobody while it does not stand. known is false for a basis that does not exist.
func claimant(basis release.BasisType, b bill.Bill, g *guarantee.Guarantee) (who lifecycle.Ref, known bool) {
	switch basis {
	case release.BySurrender:
		if b.State == bill.Surrendered {
			who = b.Claimant
		}
	case release.BySeaWaybill:
		if b.Kind == bill.SeaWaybill && b.State == bill.Issued {
			who = b.Consignee
		}
	case release.ByGuarantee:
		if g != nil && g.Beneficiary == b.Issuer && g.IsBasis(b.ID) && guarantees(*g, b) {
			who = g.DeliverTo
		}
	default:
		return who, false
	}
	return who, true
}

// guarantees tells whether the guarantee stands for delivering this bill's goods: while the bill is out and the guarantee
// active, and after the surrender by the party that the goods go to.
func guarantees(g guarantee.Guarantee, b bill.Bill) bool {
	switch b.State {
	case bill.Issued, bill.PendingSurrender, bill.PendingAmendment:
		return g.State == guarantee.Active
	case bill.Surrendered:
		return b.Claimant == g.DeliverTo
	}
	return false
}

// Covered is the container half of rule X-02: every container listed is one of the document's.
func Covered(listed, document []string, place string) *fault.Fault {
	for i, c := range listed {
		if !slices.Contains(document, c) {
			return fault.New(fault.NotCovered).By("X-02").In(place)
		}
		if slices.Contains(listed[:i], c) {
			return fault.New(fault.Invalid, "check", "unique").In(place)
		}
	}
	return nil
}

// Of tells whether the container's record is kept by the carrier's organisation, whose secret made its token: the token
// stands in public lines, so a line that names somebody else's must not move it. A new record is everybody's.
func (b Box) Of(carrier lifecycle.Ref) bool {
	return len(b.Orgs) == 0 || slices.Contains(b.Orgs, carrier.Org)
}

// Free is rule X-05: a container goes on a release line only when it is on no other and has not left, and never twice
// for the same bill (rule X-04).
func Free(box Box, d Delivery, token string) *fault.Fault {
	switch {
	case slices.Contains(d.Out, token):
		return fault.New(fault.ContainerOut).By("X-04").In("/content/lines")
	case box.Line != "":
		return fault.New(fault.ContainerBusy).By("X-05").In("/content/lines")
	case box.Last == Out:
		return fault.New(fault.ContainerOut).By("X-05").In("/content/lines")
	}
	return nil
}

// Authorisable is the part of rules that a new gate authority meets: the line it is for must be able to
// make this move, one live authority of a type a container, and a return closes an out of the same line.
func Authorisable(r interchange.Receipt, o release.Order, l release.Line, box Box, out *interchange.Receipt) *fault.Fault {
	if o.Carrier != r.Operator {
		return fault.New(fault.WrongParty, "act", "authorise", "by", "carrier")
	}
	if box.Authorities[r.Type] != "" {
		return fault.New(fault.ContainerBusy).By("X-05").In("/line")
	}
	if r.Type == interchange.OutFull {
		if !o.Live() {
			return wrongState("release", o.State)
		}
		if l.Out != "" {
			return fault.New(fault.ContainerOut).By("X-05").In("/line")
		}
		if r.Facility != o.Terminal {
			return fault.New(fault.RecipientNotAllowed, "why", "terminal").By("X-08").In("/facility")
		}
		return nil
	}
	return Returnable(r, l, out)
}

// Returnable is rule X-09 for an empty return: the out of the same cycle was recorded, by the same operator, and the
// container has not come back yet.
func Returnable(r interchange.Receipt, l release.Line, out *interchange.Receipt) *fault.Fault {
	broken := func(why string) *fault.Fault {
		return fault.New(fault.CycleBroken, "why", why).By("X-09").In("/out")
	}
	switch {
	case out == nil || out.Type != interchange.OutFull || l.Out != out.ID:
		return broken("not-out")
	case out.Operator != r.Operator:
		return broken("operator")
	case out.Counterpart != "" || l.In != "":
		return broken("returned")
	}
	return nil
}

// Gate are the facts of a truck at the gate, for rule X-08.
type Gate struct {
	Receipt interchange.Receipt
	Line    release.Line
	Box     Box
	At      time.Time
}

// RightAtGate is the public part of rule X-08: the trucker holds the right of this line, and the container is inside and
// waits for this line.
func RightAtGate(g Gate) *fault.Fault {
	switch {
	case g.Line.Right != g.Receipt.Trucker:
		return fault.New(fault.NotRightHolder).By("X-08")
	case g.Box.Last == Out:
		return fault.New(fault.CycleBroken, "why", "twice-out").By("X-09")
	case g.Line.State == release.LineExpired:
		return fault.New(fault.NotValidNow).By("X-08")
	case g.Line.State == release.LineRevoked, g.Line.State == release.LineWithdrawn:
		return fault.New(fault.WrongState, "family", "line", "state", string(g.Line.State), "act", string(release.GateOut))
	case g.Box.Line != g.Line.ID:
		return fault.New(fault.ContainerMismatch).By("X-08")
	}
	return nil
}

// Authorised is rule X-05 at the gate: the container's own record, which the carrier endorses, knows this authority as
// the live one, whatever facility and trucker say of their receipt.
func Authorised(r interchange.Receipt, box Box) *fault.Fault {
	if box.Authorities[r.Type] != r.ID {
		return fault.New(fault.CycleBroken, "why", "not-authorised").By("X-05")
	}
	return nil
}

// InWindow is the part of rule X-08 about the truck's appointment: it may be early or late by WindowGrace.
func InWindow(at, from, to time.Time) *fault.Fault {
	if at.Before(from.Add(-WindowGrace)) || at.After(to.Add(WindowGrace)) {
		return fault.New(fault.OutsideWindow).By("X-08")
	}
	return nil
}

// Seen is the private part of rule X-08: what the gate saw against what was agreed.
func Seen(container, agreedContainer, plate, agreedPlate string) *fault.Fault {
	switch {
	case container != agreedContainer:
		return fault.New(fault.ContainerMismatch).By("X-08").In("/content/equipmentReference")
	case plate != agreedPlate:
		return fault.New(fault.PlateMismatch).By("X-08").In("/content/truck/plate")
	}
	return nil
}

// SameContainer is rule X-09: what comes back is what went out.
func SameContainer(container, wentOut string) *fault.Fault {
	if container != wentOut {
		return fault.New(fault.ContainerMismatch).By("X-09").In("/content/equipmentReference")
	}
	return nil
}

// Guaranteeable is the bill's half of a guarantee: the bill is issued, not surrendered, and its own carrier takes the
// guarantee where a carrier does: another carrier's must not be tied to the bill's surrender. A sea waybill is delivered to
// its consignee without one (rule X-19).
func Guaranteeable(b bill.Bill, g guarantee.Guarantee) *fault.Fault {
	if b.State != bill.Issued && b.State != bill.PendingSurrender {
		return wrongState("bill", b.State)
	}
	if b.House() { // the letter is for the master, whose carrier has the goods
		return fault.New(fault.KindForbids, "kind", "HOUSE", "act", "guarantee").By("X-18")
	}
	if g.Kind.OfCarrier() && b.Issuer != g.Beneficiary {
		return fault.New(fault.RecipientNotAllowed, "why", "issuer").In("/beneficiary")
	}
	if b.Kind == bill.SeaWaybill && guarantee.Forms[g.Kind].Basis {
		return fault.New(fault.KindForbids, "kind", string(b.Kind), "act", "guarantee").By("X-19")
	}
	if guarantee.Forms[g.Kind].Basis {
		if f := Unparted(b); f != nil {
			return f
		}
	}
	if guarantee.Forms[g.Kind].Basis || guarantee.Forms[g.Kind].Place {
		return Unpledged(b)
	}
	return nil
}

func wrongState(family string, state lifecycle.State) *fault.Fault {
	return fault.New(fault.WrongState, "family", family, "state", string(state), "act", "be-relied-on")
}
