package rules

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
)

// Leavable is rules for a container that leaves without a release line: an empty one for export, or one
// that changes facilities. It must wait for no release and be inside.
func Leavable(box Box) *fault.Fault {
	switch {
	case box.Line != "":
		return fault.New(fault.ContainerBusy).By("X-05")
	case box.Last == Out:
		return fault.New(fault.CycleBroken, "why", "twice-out").By("X-09")
	}
	return nil
}

// Completing is rule X-09 for a way in without a release line: the way out of the same cycle is the container's last
// move, of the type that this one completes and by the same operator.
func Completing(r interchange.Receipt, box Box, out *interchange.Receipt) *fault.Fault {
	broken := func(why string) *fault.Fault {
		return fault.New(fault.CycleBroken, "why", why).By("X-09").In("/out")
	}
	switch {
	case out == nil || out.Type != r.Type.Opens() || out.Direction != Out:
		return broken("not-out")
	case out.Operator != r.Operator:
		return broken("operator")
	case out.Counterpart != "":
		return broken("returned")
	case box.Last != Out || box.Move != out.ID || out.Cycle != r.Cycle:
		return broken("not-out")
	}
	return nil
}

// OneAuthority is rule X-05: one live gate authority of a type a container.
func OneAuthority(r interchange.Receipt, box Box) *fault.Fault {
	if box.Authorities[r.Type] != "" {
		return fault.New(fault.ContainerBusy).By("X-05")
	}
	return nil
}

// Correctable is rule X-09 for a receipt that another shall supersede: its move is still the container's last, so that
// nothing else rests on it.
func Correctable(r interchange.Receipt, box Box) *fault.Fault {
	if box.Move != r.ID {
		return fault.New(fault.CycleBroken, "why", "moved-on").By("X-09")
	}
	return nil
}

// Attach is rule X-20: the receipt of a container that left damaged, or with a seal that is not right, is kept with the
// bill's delivery for claims. old is the receipt that it supersedes, if any. The delivery goes on as it was.
func (d Delivery) Attach(evidence bool, receipt, old string) Delivery {
	d.Evidence = slices.DeleteFunc(slices.Clone(d.Evidence), func(id string) bool { return id == old })
	if evidence {
		d.Evidence = append(d.Evidence, receipt)
	}
	return d
}
