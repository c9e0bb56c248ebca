package interchange

import (
	"slices"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Reasons are the codes that a cancellation, a dispute, a void or a deemed signature may give.
var Reasons = []string{"DATA_ERROR", "WRONG_PARTY", "NO_SHOW", "RELEASE_REVOKED", "DAMAGE", "SEAL", "NOT_SIGNED", "OTHER"}

// typeKnown: a movement of the import cycle names its release line, the others none; a way in names its way out.
func typeKnown(_ Receipt, c command) *fault.Fault {
	r := c.Request
	switch r.Type {
	case OutFull, InEmpty, OutEmpty, InFull, Transfer:
	default:
		return fault.New(fault.Invalid, "check", "type").In("/type")
	}
	switch {
	case r.Type.ofRelease() != (r.Release != ""):
		return fault.New(fault.Invalid, "check", "release").In("/release")
	case r.Type.ofRelease() != (r.Line != 0):
		return fault.New(fault.Invalid, "check", "line").In("/line")
	case r.Type != Transfer && (r.Type.Opens() != "") != (r.Out != ""):
		return fault.New(fault.Invalid, "check", "cycle").In("/out")
	}
	return nil
}

// facilityFits: full containers go through terminals, empty ones through depots too, and a transfer between any two.
func facilityFits(_ Receipt, c command) *fault.Fault {
	to, kind := c.Request.Parties["/facility"], c.Request.Type
	if !to.Has(party.Terminal) && (kind == OutFull || kind == InFull || !to.Has(party.Depot)) {
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/facility")
	}
	return nil
}

func truckerFits(_ Receipt, c command) *fault.Fault {
	if !c.Request.Parties["/trucker"].Has(party.Trucker) {
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/trucker")
	}
	return nil
}

func reasonGiven(_ Receipt, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

// inTime and overdue are two sides of the authority's deadline.
func inTime(r Receipt, c command) *fault.Fault  { return until(r.Deadline, c) }
func overdue(r Receipt, c command) *fault.Fault { return after(r.Deadline, c) }

// inWindow and windowOver are two sides of the window for a dispute.
func inWindow(r Receipt, c command) *fault.Fault   { return until(r.DisputeUntil, c) }
func windowOver(r Receipt, c command) *fault.Fault { return after(r.DisputeUntil, c) }

// userHeard: who signed clean may see the receipt closed at once; a user who did not sign has its time to dispute it.
func userHeard(r Receipt, c command) *fault.Fault {
	if r.User.Zero() || slices.Contains([]ref{r.Facility, r.Trucker, r.Operator}, r.User) {
		return nil
	}
	return windowOver(r, c)
}

// otherSide is who stands against the facility in a dispute: the user or the carrier that disputes, else the trucker. One party
// does not stand against itself: where the trucker is the facility's own, the user or the carrier does.
func otherSide(r Receipt, by ref) ref {
	sides := []ref{r.Trucker, r.User, r.Operator}
	if by == r.User || by == r.Operator {
		sides = append([]ref{by}, sides...)
	}
	for _, side := range sides {
		if !side.Zero() && side != r.Facility {
			return side
		}
	}
	return ref{}
}

// twoSides: a party that is everything by itself has nobody to settle with.
func twoSides(r Receipt, c command) *fault.Fault {
	if otherSide(r, c.Actor.Ref).Zero() {
		return fault.New(fault.WrongParty, "act", string(c.Act), "by", road.Name)
	}
	return nil
}

func until(stamp string, c command) *fault.Fault {
	if end, err := time.Parse(time.RFC3339Nano, stamp); err != nil || c.At.After(end) {
		return fault.New(fault.TooLate, "until", stamp)
	}
	return nil
}

func after(stamp string, c command) *fault.Fault {
	if end, err := time.Parse(time.RFC3339Nano, stamp); err != nil || !c.At.After(end) {
		return fault.New(fault.TooEarly, "from", stamp)
	}
	return nil
}

// assignable: only an authority for a type takes a container from the facility, and until the carrier confirmed one.
func assignable(r Receipt, _ command) *fault.Fault {
	if r.Type.ofRelease() || r.Box != "" {
		return fault.New(fault.Duplicate, "what", "container")
	}
	return nil
}

func assigned(r Receipt, c command) *fault.Fault {
	if f := assignable(r, c); f != nil {
		return f
	}
	if r.Assignment == "" {
		return notAssigned()
	}
	return nil
}

// containerKnown is the part of rule X-05 at the gate that needs no other record: the carrier has named the container.
func containerKnown(r Receipt, _ command) *fault.Fault {
	if !r.Type.ofRelease() && r.Box == "" {
		return notAssigned()
	}
	return nil
}

func notAssigned() *fault.Fault {
	return fault.New(fault.CycleBroken, "why", "not-assigned").By("X-05")
}

func sameSheet(r Receipt, c command) *fault.Fault {
	if c.Request.Commitment != r.Sheet {
		return fault.New(fault.HashMismatch).In("/commitment")
	}
	return nil
}

func sameAddendum(r Receipt, c command) *fault.Fault {
	if c.Request.Commitment != disputeOf(r).Addendum {
		return fault.New(fault.HashMismatch).In("/commitment")
	}
	return nil
}

// silenceCounts: only where the authority said so from the start is silence a signature.
func silenceCounts(r Receipt, _ command) *fault.Fault {
	if !r.Deemed {
		return fault.New(fault.NotDeemed)
	}
	return nil
}

// silentLongEnough counts from the facility's signature: before it the trucker cannot put a remark beside its own.
func silentLongEnough(r Receipt, c command) *fault.Fault {
	asked := r.RecordedAt
	if r.FacilitySigned != nil {
		asked = r.FacilitySigned.At
	}
	since, err := time.Parse(time.RFC3339Nano, asked)
	if err != nil {
		return fault.New(fault.TooEarly, "from", asked)
	}
	return after(lifecycle.Stamped(since.Add(DeemAfter)), c)
}

func cycleComplete(r Receipt, _ command) *fault.Fault {
	if r.Counterpart == "" && !r.NoReturn {
		return fault.New(fault.CycleBroken, "why", "not-returned").By("X-09")
	}
	return nil
}

// arbiterFits: nobody rules in its own cause.
func arbiterFits(r Receipt, c command) *fault.Fault {
	d, named := disputeOf(r), c.Request.Parties["/arbiter"].Ref()
	if slices.Contains([]ref{r.Facility, r.Trucker, r.User, d.Road, d.By}, named) {
		return fault.New(fault.RecipientNotAllowed, "why", "side").In("/arbiter")
	}
	return nil
}

// arbiterAgreed: either side may call the carrier; a surveyor is named by both.
func arbiterAgreed(r Receipt, c command) *fault.Fault {
	d, named := disputeOf(r), c.Request.Parties["/arbiter"].Ref()
	if named == r.Operator || (d.Named == named && d.NamedBy != c.Actor.Ref) {
		return nil
	}
	return fault.New(fault.RecipientNotAllowed, "why", "one-side").In("/arbiter")
}

func write(r *Receipt, c command) {
	q := c.Request
	r.Type, r.Release, r.Line, r.Deemed = q.Type, q.Release, q.Line, q.Deemed
	r.Operator, r.Facility, r.Trucker = c.Actor.Ref, q.Parties["/facility"].Ref(), q.Parties["/trucker"].Ref()
	if q.User != "" {
		r.User = q.Parties["/user"].Ref()
	}
	r.Cycle, r.Counterpart, r.Direction = r.ID, q.Out, Outward
	r.AuthorisedAt = lifecycle.Stamped(c.At)
	if q.Out != "" {
		r.Cycle, r.Direction = q.Out, Inward
	}
}

func assign(r *Receipt, c command) { r.Assignment = c.Request.Paper }
func pair(r *Receipt, c command)   { r.Counterpart = c.Request.Counterpart }

func keepSheet(r *Receipt, c command) {
	r.Sheet = c.Request.Paper
	r.RecordedAt, r.DisputeUntil = lifecycle.Stamped(c.At), lifecycle.Stamped(c.At.Add(DisputeWindow))
}

// replace makes a new receipt of a voided one, with another sheet: everything that was said of the old one falls.
func replace(r *Receipt, c command) {
	old := c.Request.Old
	fresh := Receipt{Record: r.Record, Type: old.Type, Direction: old.Direction, Cycle: old.Cycle, Release: old.Release, Line: old.Line,
		Box: old.Box, Operator: old.Operator, Facility: old.Facility, Trucker: old.Trucker, User: old.User, AuthorisedAt: old.AuthorisedAt, Deadline: old.Deadline,
		Deemed: old.Deemed, Assignment: old.Assignment, Counterpart: old.Counterpart, NoReturn: old.NoReturn, Authority: old.AuthorityID(), Supersedes: old.ID}
	fresh.Commitment, fresh.Seal = old.Commitment, old.Seal
	keepSheet(&fresh, c)
	*r = fresh
}

func supersededBy(r *Receipt, c command) { r.SupersededBy = c.Request.Counterpart }

func signFacility(r *Receipt, c command) { r.FacilitySigned = sign(c) }
func signTrucker(r *Receipt, c command)  { r.TruckerSigned = sign(c) }

// remark opens the window for a dispute anew.
func remark(r *Receipt, c command) {
	signTrucker(r, c)
	r.Remarks, r.DisputeUntil = c.Request.Paper, lifecycle.Stamped(c.At.Add(DisputeWindow))
}

func sign(c command) *Signature {
	return &Signature{Person: c.Actor.Person, At: lifecycle.Stamped(c.At)}
}

func dispute(r *Receipt, c command) {
	r.Dispute = &Dispute{By: c.Actor.Ref, Road: otherSide(*r, c.Actor.Ref), Statement: c.Request.Paper}
}

// changed lets f change a copy of the dispute: the receipt before is still needed.
func changed(f func(d *Dispute, c command)) func(*Receipt, command) {
	return func(r *Receipt, c command) {
		d := disputeOf(*r)
		f(&d, c)
		r.Dispute = &d
	}
}

var (
	propose = changed(func(d *Dispute, c command) { d.Proposer, d.Addendum = c.Actor.Ref, c.Request.Paper })
	refer   = changed(func(d *Dispute, c command) {
		d.Arbiter, d.Named, d.NamedBy = c.Request.Parties["/arbiter"].Ref(), ref{}, ref{}
	})
	nameArbiter = changed(func(d *Dispute, c command) { d.Named, d.NamedBy = c.Request.Parties["/arbiter"].Ref(), c.Actor.Ref })
	rule        = changed(func(d *Dispute, c command) { d.Ruling = c.Request.Paper })
)
