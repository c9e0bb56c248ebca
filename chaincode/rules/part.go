package rules

import (
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/release"
)

// Delivery in parts 分批提货 (decision 24): an accepted part of a bill is a basis of release by itself, for its own containers
// and no others, and the bill's balance is for the rest. So nothing goes out twice, and all containers in the end.

// PartBasis is rules for an order that rests on an accepted part of a bill.
func PartBasis(o release.Order, b bill.Bill, p bill.Part) *fault.Fault {
	switch {
	case o.Basis.Type != release.BySurrender || o.Basis.Guarantee != "":
		return fault.New(fault.Invalid, "check", "basis").In("/basis/part")
	case p.State != bill.PartAccepted || p.Bill != b.ID || o.Carrier != p.Carrier:
		return fault.New(fault.NoBasis).By("X-01")
	case o.Requester != p.Claimant || o.ReleaseTo != p.Claimant:
		return fault.New(fault.NotClaimant).By("X-02")
	}
	return nil
}

// Delivered is one part in the list of what is not in a bill's balance any more: the part's commitment, and the tokens of
// its containers in their order.
type Delivered struct {
	Part   string   `json:"part"`
	Tokens []string `json:"tokens"`
}

// InPart is rule X-02 for an order on a part: every container is one of that part's.
func InPart(list []Delivered, part string, tokens []string, place string) *fault.Fault {
	at := slices.IndexFunc(list, func(d Delivered) bool { return d.Part == part })
	for _, token := range tokens {
		if at < 0 || !slices.Contains(list[at].Tokens, token) {
			return fault.New(fault.NotCovered).By("X-02").In(place)
		}
	}
	return nil
}

// InBalance is rule X-02 for whatever rests on the balance: no container is of a part that was delivered before.
func InBalance(list []Delivered, tokens []string, place string) *fault.Fault {
	for _, d := range list {
		for _, token := range tokens {
			if slices.Contains(d.Tokens, token) {
				return fault.New(fault.NotCovered).By("X-02").In(place)
			}
		}
	}
	return nil
}

// Partable tells whether a bill can be delivered in parts beside a guarantee: it cannot while one stands on which goods are
// delivered, nor once any were. The bill that is missing then is made good as a whole (rules ).
func Partable(d Delivery, standing []guarantee.Guarantee) *fault.Fault {
	if d.UnderLoi {
		return fault.New(fault.GuaranteeInUse, "why", "delivered").By("X-10")
	}
	for _, g := range standing {
		if g.Standing() && guarantee.Forms[g.Kind].Basis {
			return fault.New(fault.GuaranteeInUse, "why", "active").By("X-10")
		}
	}
	return nil
}

// Unparted is the other half: nothing is delivered under a guarantee for a bill of which a part was, or is asked for.
func Unparted(b bill.Bill) *fault.Fault {
	switch {
	case b.OpenPart() != nil:
		return fault.New(fault.PartOpen).By("X-04")
	case b.Delivered() > 0:
		return fault.New(fault.PartDelivered).By("X-04")
	}
	return nil
}

// WholeMaster is rule X-18 for a bill that house bills shall stand under: one of them could list what is not the master's to
// release any more.
func WholeMaster(master bill.Bill) *fault.Fault {
	switch {
	case master.OpenPart() != nil:
		return fault.New(fault.PartOpen).By("X-18").In("/master")
	case master.Delivered() > 0:
		return fault.New(fault.PartDelivered).By("X-18").In("/master")
	}
	return nil
}

// PartAnnullable is rule X-11 for a part: before anything of it went out, and while the balance is still with whoever
// surrendered the part, since a later holder got the balance alone.
func PartAnnullable(b bill.Bill, d Delivery, p bill.Part) *fault.Fault {
	switch {
	case p.State != bill.PartAccepted:
		return fault.New(fault.WrongState, "family", "part", "state", string(p.State), "act", string(bill.AnnulPart))
	case d.PartOut[p.ID] > 0:
		return fault.New(fault.ContainerOut).By("X-11")
	case p.Claimant != b.FirstHolder():
		return fault.New(fault.BalancePassedOn).By("X-11")
	}
	return nil
}

// BalanceOut is how many containers left that are of no part.
func (d Delivery) BalanceOut() int {
	out := len(d.Out)
	for _, part := range slices.Sorted(maps.Keys(d.PartOut)) {
		out -= d.PartOut[part]
	}
	return out
}

// live is the list of live orders that an order is on: those of parts are kept apart, since what ends the balance does
// not touch them.
func (d *Delivery) live(o release.Order) *[]string {
	if o.Basis.Part != "" {
		return &d.PartOrders
	}
	return &d.Orders
}

// List books a live order.
func (d *Delivery) List(o release.Order) {
	orders := d.live(o)
	*orders = append(slices.Clone(*orders), o.ID)
}

// Unlist takes an order off that is over.
func (d *Delivery) Unlist(o release.Order) {
	orders := d.live(o)
	*orders = slices.DeleteFunc(slices.Clone(*orders), func(id string) bool { return id == o.ID })
}
