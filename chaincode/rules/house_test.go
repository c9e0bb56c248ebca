package rules_test

import (
	"testing"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

var forwarder = lifecycle.Ref{Party: "PFORWARDER", Org: "PortMSP"}

// masterIn is a bill of the carrier in the forwarder's hands, or surrendered by it.
func masterIn(state lifecycle.State, kind bill.Kind) bill.Bill {
	b := billIn(state, kind)
	b.ID = "bl-master"
	switch {
	case kind == bill.SeaWaybill:
		b.Consignee = forwarder
	case state == bill.Surrendered || state == bill.Accomplished:
		b.Claimant = forwarder
	default:
		b.Holder = forwarder
	}
	return b
}

func houseBill() bill.Bill {
	b := billIn(bill.Surrendered, bill.Order)
	b.Issuer, b.Holder, b.Master, b.Carrier = forwarder, forwarder, "bl-master", carrier
	return b
}

func TestX18HouseBillsStandUnderAMasterThatTheForwarderHas(t *testing.T) {
	elsewhere := masterIn(bill.Issued, bill.Order)
	elsewhere.Holder = bank
	nested := masterIn(bill.Issued, bill.Order)
	nested.Master = "bl-other"
	waybillElsewhere := masterIn(bill.Issued, bill.SeaWaybill)
	waybillElsewhere.Consignee = buyer
	voidedNested := nested
	voidedNested.State = bill.Voided
	for name, c := range map[string]struct {
		master bill.Bill
		want   fault.Code
	}{
		"held":                       {masterIn(bill.Issued, bill.Order), ""},
		"being surrendered":          {masterIn(bill.PendingSurrender, bill.Order), ""},
		"surrendered":                {masterIn(bill.Surrendered, bill.Order), ""},
		"a sea waybill":              {masterIn(bill.Issued, bill.SeaWaybill), ""},
		"a draft":                    {masterIn(bill.Drafted, bill.Order), fault.WrongState},
		"voided":                     {masterIn(bill.Voided, bill.Order), fault.WrongState},
		"accomplished":               {masterIn(bill.Accomplished, bill.Order), fault.WrongState},
		"held by somebody else":      {elsewhere, fault.WrongParty},
		"a waybill to somebody else": {waybillElsewhere, fault.WrongParty},
		"a house bill":               {nested, fault.KindForbids},
		"a voided house bill":        {voidedNested, fault.WrongState},
	} {
		f := rules.Housed(forwarder, c.master)
		check(t, name, f, c.want, "X-18")
	}
}

func TestX18TheMasterIsReleasedToTheForwarderFirst(t *testing.T) {
	toOther := masterIn(bill.Surrendered, bill.Order)
	toOther.Claimant = buyer
	another := masterIn(bill.Surrendered, bill.Order)
	another.ID = "bl-other"
	ofOther := masterIn(bill.Surrendered, bill.Order)
	ofOther.Issuer = foreign
	for name, c := range map[string]struct {
		master bill.Bill
		want   fault.Code
	}{
		"surrendered by the forwarder": {masterIn(bill.Surrendered, bill.Order), ""},
		"a sea waybill to it":          {masterIn(bill.Issued, bill.SeaWaybill), ""},
		"still held":                   {masterIn(bill.Issued, bill.Order), fault.NoBasis},
		"not accepted yet":             {masterIn(bill.PendingSurrender, bill.Order), fault.NoBasis},
		"all gone":                     {masterIn(bill.Accomplished, bill.Order), fault.NoBasis},
		"surrendered by another":       {toOther, fault.NoBasis},
		"another master":               {another, fault.NoBasis},
		"of another carrier":           {ofOther, fault.NoBasis},
	} {
		check(t, name, rules.MasterReleased(houseBill(), c.master), c.want, "X-18")
	}
}

func TestX18GoodsArePromisedOnce(t *testing.T) {
	master := masterIn(bill.Surrendered, bill.Order)
	d := rules.Delivery{Bill: master.ID, Out: []string{"token-1"}}
	on := func(id string) []release.Order { return []release.Order{{Basis: release.Basis{Bill: id}}} }
	check(t, "free", rules.Unclaimed(master, d, nil, []string{"token-2"}), "", "X-18")
	check(t, "another house bill's order", rules.Unclaimed(master, d, on("bl-house"), []string{"token-2"}), "", "X-18")
	check(t, "the master's own order", rules.Unclaimed(master, d, on(master.ID), []string{"token-2"}), fault.ContainerBusy, "X-18")
	check(t, "one of them left", rules.Unclaimed(master, d, nil, []string{"token-2", "token-1"}), fault.ContainerOut, "X-18")
	check(t, "listed elsewhere", rules.NotHoused([]string{"token-2"}, []string{"token-1", "token-2"}, ""), fault.ContainerHoused, "X-18")
	check(t, "not listed elsewhere", rules.NotHoused([]string{"token-2"}, []string{"token-1"}, ""), "", "X-18")
}

func TestX18NoGuaranteeStandsForAHouseBill(t *testing.T) {
	b := houseBill()
	b.State = bill.Issued
	g := letter("A", guarantee.Active)
	g.Beneficiary = forwarder
	check(t, "to the forwarder", rules.Guaranteeable(b, *g), fault.KindForbids, "X-18")
}
