package rules

import (
	"math/big"
	"slices"
	"strconv"

	"portledger/chaincode/fault"
)

// Amendable is rule X-12: a bill is changed, replaced or put on paper only while nothing of it is out and no release order
// of it is live. Nor while a guarantee stands for it: the guarantee names the bill that would go.
func Amendable(d Delivery) *fault.Fault {
	switch {
	case len(d.Out) > 0:
		return fault.New(fault.ContainerOut).By("X-12")
	case len(d.Orders)+len(d.PartOrders) > 0:
		return fault.New(fault.ContainerBusy).By("X-12")
	case len(d.Guarantees) > 0:
		return fault.New(fault.GuaranteeInUse)
	}
	return nil
}

// Annullable is the first half of rule X-11: an accepted surrender is annulled only before anything went out. Parts that
// were delivered before are not of it.
func Annullable(d Delivery) *fault.Fault {
	if d.BalanceOut() > 0 {
		return fault.New(fault.ContainerOut).By("X-11")
	}
	return nil
}

// Load is what one bill says of one container: packages, and gross weight in kilograms, exactly.
type Load struct {
	Container string
	Packages  *big.Rat
	Kilograms *big.Rat
}

// Conserved is the goods' side of a reissue (domain facts 3.4): the new bills together list exactly the containers of the
// old ones, each with the same number of packages and the same gross weight. One container may be shared by several bills.
// The place of the refusal is that of the new bill, counted from 0; -1 blames what no new bill lists.
func Conserved(old, new [][]Load) *fault.Fault {
	was, is := totals(old), totals(new)
	broken := func(what string, at int) *fault.Fault {
		place := "/content/bills"
		if at >= 0 {
			place += "/" + strconv.Itoa(at)
		}
		return fault.New(fault.NotConserved, "what", what).In(place)
	}
	for i, bill := range new {
		for _, l := range bill {
			before, listed := find(was, l.Container)
			after, _ := find(is, l.Container)
			switch {
			case !listed:
				return broken("containers", i)
			case before.Packages.Cmp(after.Packages) != 0:
				return broken("packages", i)
			case before.Kilograms.Cmp(after.Kilograms) != 0:
				return broken("gross-weight", i)
			}
		}
	}
	for _, l := range was {
		if _, listed := find(is, l.Container); !listed {
			return broken("containers", -1)
		}
	}
	return nil
}

// totals adds up the loads of each container over all bills, in the order in which they first appear.
func totals(bills [][]Load) []Load {
	var all []Load
	for _, bill := range bills {
		for _, l := range bill {
			i := slices.IndexFunc(all, func(o Load) bool { return o.Container == l.Container })
			if i < 0 {
				all, i = append(all, Load{Container: l.Container, Packages: new(big.Rat), Kilograms: new(big.Rat)}), len(all)
			}
			all[i].Packages.Add(all[i].Packages, l.Packages)
			all[i].Kilograms.Add(all[i].Kilograms, l.Kilograms)
		}
	}
	return all
}

func find(loads []Load, container string) (Load, bool) {
	i := slices.IndexFunc(loads, func(l Load) bool { return l.Container == container })
	if i < 0 {
		return Load{}, false
	}
	return loads[i], true
}
