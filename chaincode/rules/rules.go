// Package rules holds the rules that see several documents at once (X-01 to X-22 of the domain facts) and the two small
// records that belong to no single family: what was delivered of a bill, and where a container is.
//
// Each function is pure and carries the number of its rule. X-21 (every act stores who, as what, when and why) is kept
// by lifecycle.Record.Stamp, X-22 by guarantee.Forms.
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
	// Guarantees are the active guarantees that list the bill.
	Guarantees []string `json:"guarantees,omitempty"`
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
	// Last is the last recorded gate move, "OUT" or "IN"; empty before the first.
	Last string `json:"last,omitempty"`
}

// The directions of a gate move.
const (
	Out = "OUT"
	In  = "IN"
)

// WindowGrace is how early or late a truck may be at the gate, beyond its appointment's window.
const WindowGrace = 30 * time.Minute

// Basis is rules: what a release rests on, and that it goes to the party the basis names. g is nil without
// a guarantee. The basis of a guarantee also holds after its discharge by this claimant's own surrender.
func Basis(basis release.Basis, b bill.Bill, g *guarantee.Guarantee, requester, releaseTo lifecycle.Ref) *fault.Fault {
	var claimant lifecycle.Ref
	stands := false
	switch basis.Type {
	case release.BySurrender:
		stands, claimant = b.State == bill.Surrendered, b.Claimant
	case release.BySeaWaybill:
		stands, claimant = b.Kind == bill.SeaWaybill && b.State == bill.Issued, b.Consignee
	case release.ByGuarantee:
		if g == nil || g.Beneficiary != b.Issuer {
			break
		}
		surrendered := b.State == bill.Surrendered && b.Claimant == g.DeliverTo
		underGuarantee := b.State == bill.Issued || b.State == bill.PendingSurrender
		stands = (g.IsBasis(b.ID) && underGuarantee) || (g.Covers(b.ID) && surrendered)
		claimant = g.DeliverTo
	default:
		return fault.New(fault.Invalid, "check", "basis").In("/basis/type")
	}
	if !stands {
		return fault.New(fault.NoBasis).By("X-01")
	}
	if requester != claimant || releaseTo != claimant {
		return fault.New(fault.NotClaimant).By("X-02")
	}
	return nil
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

// RightAtGate is the public part of rule X-08: the trucker holds the right of this line, and the container is inside.
func RightAtGate(g Gate) *fault.Fault {
	if g.Line.Right != g.Receipt.Trucker {
		return fault.New(fault.NotRightHolder).By("X-08")
	}
	if g.Box.Last == Out {
		return fault.New(fault.CycleBroken, "why", "twice-out").By("X-09")
	}
	return nil
}

// Seen is the private part of rule X-08: what the gate saw against what was agreed.
func Seen(container, agreedContainer, plate, agreedPlate string, at, from, to time.Time) *fault.Fault {
	switch {
	case container != agreedContainer:
		return fault.New(fault.ContainerMismatch).By("X-08").In("/content/equipmentReference")
	case plate != agreedPlate:
		return fault.New(fault.PlateMismatch).By("X-08").In("/content/truck/plate")
	case at.Before(from.Add(-WindowGrace)) || at.After(to.Add(WindowGrace)):
		return fault.New(fault.OutsideWindow).By("X-08")
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

// Guaranteeable is the bill's half of a guarantee's draft: the bill exists as issued and is not surrendered.
func Guaranteeable(b bill.Bill) *fault.Fault {
	if b.State != bill.Issued && b.State != bill.PendingSurrender {
		return wrongState("bill", b.State)
	}
	return nil
}

func wrongState(family string, state lifecycle.State) *fault.Fault {
	return fault.New(fault.WrongState, "family", family, "state", string(state), "act", "be-relied-on")
}
