package rules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

var (
	carrier  = lifecycle.Ref{Party: "PCARRIER", Org: "CarrierMSP"}
	carrier2 = lifecycle.Ref{Party: "PCARRIER2", Org: "CarrierMSP"}
	foreign  = lifecycle.Ref{Party: "PFOREIGN", Org: "OtherMSP"}
	terminal = lifecycle.Ref{Party: "PTERMINAL", Org: "TerminalMSP"}
	other    = lifecycle.Ref{Party: "PTERMINAL2", Org: "TerminalMSP"}
	buyer    = lifecycle.Ref{Party: "PBUYER", Org: "PortMSP"}
	bank     = lifecycle.Ref{Party: "PBANK", Org: "BankMSP"}
	trucker  = lifecycle.Ref{Party: "PTRUCKER", Org: "PortMSP"}
	trucker2 = lifecycle.Ref{Party: "PTRUCKER2", Org: "PortMSP"}
)

func check(t *testing.T, name string, f *fault.Fault, code fault.Code, rule string) {
	t.Helper()
	if code == "" {
		require.Nil(t, f, name)
		return
	}
	require.NotNil(t, f, name)
	require.Equal(t, code, f.Code, name)
	require.Equal(t, rule, f.Rule, name)
}

func billIn(state lifecycle.State, kind bill.Kind) bill.Bill {
	b := bill.Bill{Record: lifecycle.Record{ID: "bl-1", Family: "bill", State: state}, Kind: kind, Issuer: carrier, Holder: bank}
	switch {
	case kind == bill.SeaWaybill:
		b.Consignee, b.Holder = buyer, lifecycle.Ref{}
	case state == bill.Surrendered || state == bill.Accomplished:
		b.Claimant, b.Holder = buyer, carrier
	case state == bill.PendingSurrender:
		b.Claimant = bank
	}
	return b
}

func order(basis release.BasisType) release.Order {
	return release.Order{Basis: release.Basis{Type: basis, Bill: "bl-1"}, Carrier: carrier, Terminal: terminal, Requester: buyer, ReleaseTo: buyer}
}

func letter(kind guarantee.Kind, state lifecycle.State) *guarantee.Guarantee {
	return &guarantee.Guarantee{Record: lifecycle.Record{ID: "lg-1", Family: "guarantee", State: state}, Kind: kind, Applicant: buyer,
		Beneficiary: carrier, DeliverTo: buyer, Bank: bank, Bills: []guarantee.Underlying{{Bill: "bl-0"}, {Bill: "bl-1"}}}
}

func TestX01ReleaseNeedsABasis(t *testing.T) {
	for _, state := range []lifecycle.State{bill.Drafted, bill.Approved, bill.Issued, bill.PendingSurrender, bill.Voided, bill.Accomplished} {
		for _, kind := range []bill.Kind{bill.Order, bill.Straight, bill.Bearer} {
			check(t, "(a) a bill that is "+string(state), rules.Basis(order(release.BySurrender), billIn(state, kind), nil), fault.NoBasis, "X-01")
		}
	}
	check(t, "(a) a surrendered bill", rules.Basis(order(release.BySurrender), billIn(bill.Surrendered, bill.Order), nil), "", "")

	issued := billIn(bill.Issued, bill.Order)
	for _, state := range []lifecycle.State{guarantee.Drafted, guarantee.Submitted, guarantee.BankJoined, guarantee.Refused, guarantee.Withdrawn, guarantee.Discharged} {
		check(t, "(b) a guarantee that is "+string(state), rules.Basis(order(release.ByGuarantee), issued, letter("AA", state)), fault.NoBasis, "X-01")
	}
	for kind := range guarantee.Forms {
		want := fault.NoBasis
		switch kind {
		case "A", "AA", "C", "CC", "TELEX_RELEASE":
			want = ""
		}
		check(t, "(b) of form "+string(kind), rules.Basis(order(release.ByGuarantee), issued, letter(kind, guarantee.Active)), want, "X-01")
	}
	for _, state := range []lifecycle.State{bill.Drafted, bill.Approved, bill.Voided, bill.Accomplished} {
		check(t, "(b) for a bill that is "+string(state), rules.Basis(order(release.ByGuarantee), billIn(state, bill.Order), letter("AA", guarantee.Active)), fault.NoBasis, "X-01")
	}
	check(t, "(b) while another asks for surrender", rules.Basis(order(release.ByGuarantee), billIn(bill.PendingSurrender, bill.Order), letter("AA", guarantee.Active)), "", "")
	elsewhere := letter("AA", guarantee.Active)
	elsewhere.Bills = elsewhere.Bills[:1]
	check(t, "(b) for another bill", rules.Basis(order(release.ByGuarantee), issued, elsewhere), fault.NoBasis, "X-01")
	toOther := letter("AA", guarantee.Active)
	toOther.Beneficiary = carrier2
	check(t, "(b) to another carrier", rules.Basis(order(release.ByGuarantee), issued, toOther), fault.NoBasis, "X-01")
	check(t, "(b) none", rules.Basis(order(release.ByGuarantee), issued, nil), fault.NoBasis, "X-01")

	check(t, "(c) a sea waybill", rules.Basis(order(release.BySeaWaybill), billIn(bill.Issued, bill.SeaWaybill), nil), "", "")
	check(t, "(c) not yet issued", rules.Basis(order(release.BySeaWaybill), billIn(bill.Approved, bill.SeaWaybill), nil), fault.NoBasis, "X-01")
	check(t, "(c) an order bill is none", rules.Basis(order(release.BySeaWaybill), issued, nil), fault.NoBasis, "X-01")
	check(t, "a basis that does not exist", rules.Basis(order("PROMISE"), issued, nil), fault.Invalid, "")

	elseCarrier := order(release.BySurrender)
	elseCarrier.Carrier = foreign
	check(t, "an order of another carrier", rules.Basis(elseCarrier, billIn(bill.Surrendered, bill.Order), nil), fault.NoBasis, "X-01")
}

// Between request and gate the bill may be surrendered. The guarantee then holds for who surrendered it, and for nobody else.
func TestX01X04AGuaranteeAfterTheSurrender(t *testing.T) {
	surrendered := billIn(bill.Surrendered, bill.Order)
	for _, state := range []lifecycle.State{guarantee.Active, guarantee.Discharged} {
		check(t, "by deliverTo, "+string(state), rules.Basis(order(release.ByGuarantee), surrendered, letter("AA", state)), "", "")
	}
	for _, state := range []lifecycle.State{guarantee.Refused, guarantee.Withdrawn, guarantee.Drafted} {
		check(t, "never accepted, "+string(state), rules.Basis(order(release.ByGuarantee), surrendered, letter("AA", state)), fault.NoBasis, "X-01")
	}
	check(t, "a form that is no basis", rules.Basis(order(release.ByGuarantee), surrendered, letter("B", guarantee.Active)), fault.NoBasis, "X-01")
	surrendered.Claimant = bank
	check(t, "by another holder", rules.Basis(order(release.ByGuarantee), surrendered, letter("AA", guarantee.Active)), fault.NoBasis, "X-01")
}

func TestX02ReleaseGoesToTheClaimant(t *testing.T) {
	for name, at := range map[string]struct {
		b bill.Bill
		g *guarantee.Guarantee
		o release.Order
	}{
		"surrender":   {billIn(bill.Surrendered, bill.Order), nil, order(release.BySurrender)},
		"sea waybill": {billIn(bill.Issued, bill.SeaWaybill), nil, order(release.BySeaWaybill)},
		"guarantee":   {billIn(bill.Issued, bill.Order), letter("A", guarantee.Active), order(release.ByGuarantee)},
	} {
		asks, gets := at.o, at.o
		asks.Requester, gets.ReleaseTo = trucker, trucker
		check(t, name+": another asks", rules.Basis(asks, at.b, at.g), fault.NotClaimant, "X-02")
		check(t, name+": another gets", rules.Basis(gets, at.b, at.g), fault.NotClaimant, "X-02")
		impostor := at.o
		impostor.Requester = lifecycle.Ref{Party: buyer.Party, Org: "BankMSP"}
		check(t, name+": the right id of another organisation", rules.Basis(impostor, at.b, at.g), fault.NotClaimant, "X-02")
	}
	noBasis := order(release.BySurrender)
	noBasis.Requester = trucker
	check(t, "the basis before the claimant", rules.Basis(noBasis, billIn(bill.Issued, bill.Order), nil), fault.NoBasis, "X-01")
}

func TestX02ContainersAreOfTheDocument(t *testing.T) {
	document := []string{"OERU1000025", "OERU1000030"}
	check(t, "all", rules.Covered([]string{"OERU1000030", "OERU1000025"}, document, "/l"), "", "")
	check(t, "some", rules.Covered([]string{"OERU1000030"}, document, "/l"), "", "")
	check(t, "one too many", rules.Covered([]string{"OERU1000030", "CSQU3054383"}, document, "/l"), fault.NotCovered, "X-02")
	check(t, "one twice", rules.Covered([]string{"OERU1000030", "OERU1000030"}, document, "/l"), fault.Invalid, "")
	check(t, "none to be covered by", rules.Covered([]string{"OERU1000030"}, nil, "/l"), fault.NotCovered, "X-02")
}

func TestX04NeverASecondReleaseOfWhatWasDelivered(t *testing.T) {
	d := rules.Delivery{Containers: 2, Out: []string{"t1"}}
	check(t, "delivered, and back since", rules.Free(rules.Box{Last: rules.In}, d, "t1"), fault.ContainerOut, "X-04")
	check(t, "delivered before busy", rules.Free(rules.Box{Line: "ro-2/1", Last: rules.Out}, d, "t1"), fault.ContainerOut, "X-04")
	check(t, "the other container", rules.Free(rules.Box{}, d, "t2"), "", "")
}

func TestX05OneLiveLineAContainer(t *testing.T) {
	check(t, "never seen", rules.Free(rules.Box{}, rules.Delivery{}, "t"), "", "")
	check(t, "on a live line", rules.Free(rules.Box{Line: "ro-1/1"}, rules.Delivery{}, "t"), fault.ContainerBusy, "X-05")
	check(t, "busy before out", rules.Free(rules.Box{Line: "ro-1/1", Last: rules.Out}, rules.Delivery{}, "t"), fault.ContainerBusy, "X-05")
	check(t, "out and not back", rules.Free(rules.Box{Last: rules.Out}, rules.Delivery{}, "t"), fault.ContainerOut, "X-05")
	check(t, "out, and back", rules.Free(rules.Box{Last: rules.In}, rules.Delivery{}, "t"), "", "")
	require.True(t, rules.Box{}.Of(carrier), "a record that is not there yet is everybody's")
	require.True(t, rules.Box{Orgs: []string{"CarrierMSP", "TerminalMSP"}}.Of(carrier2))
	require.False(t, rules.Box{Orgs: []string{"OtherMSP", "TerminalMSP"}}.Of(carrier))
}

func receipt(kind interchange.Type) interchange.Receipt {
	return interchange.Receipt{Record: lifecycle.Record{ID: "ir-2"}, Type: kind, Operator: carrier, Facility: terminal, Trucker: trucker}
}

func live() release.Order {
	o := order(release.BySurrender)
	o.State = release.Accepted
	return o
}

func TestX05OneLiveAuthorityOfAType(t *testing.T) {
	out := receipt(interchange.OutFull)
	authorise := func(r interchange.Receipt, o release.Order, l release.Line, box rules.Box) *fault.Fault {
		return rules.Authorisable(r, o, l, box, nil)
	}
	busy := rules.Box{Authorities: map[interchange.Type]string{interchange.OutFull: "ir-1"}}
	returning := rules.Box{Authorities: map[interchange.Type]string{interchange.InEmpty: "ir-1"}}
	gone, issued, elsewhere, of2 := release.Line{Out: "ir-0"}, live(), out, live()
	issued.State, elsewhere.Facility, of2.Carrier = release.Issued, other, carrier2
	check(t, "the first", authorise(out, live(), release.Line{}, rules.Box{}), "", "")
	check(t, "beside one of another type", authorise(out, live(), release.Line{}, returning), "", "")
	check(t, "a second one", authorise(out, live(), release.Line{}, busy), fault.ContainerBusy, "X-05")
	check(t, "by another carrier, before all else", authorise(out, of2, gone, busy), fault.WrongParty, "")
	check(t, "a second one, before the order's state", authorise(out, issued, gone, busy), fault.ContainerBusy, "X-05")
	check(t, "an order that is not accepted", authorise(elsewhere, issued, gone, rules.Box{}), fault.WrongState, "")
	check(t, "a line that is out", authorise(elsewhere, live(), gone, rules.Box{}), fault.ContainerOut, "X-05")
	check(t, "another terminal than the order's", authorise(elsewhere, live(), release.Line{}, rules.Box{}), fault.RecipientNotAllowed, "X-08")
	check(t, "at the gate: the live one", rules.Authorised(receiptNamed("ir-1", interchange.OutFull), busy), "", "")
	check(t, "at the gate: one that facility and trucker made up", rules.Authorised(receiptNamed("ir-7", interchange.OutFull), busy), fault.CycleBroken, "X-05")
	check(t, "at the gate: one of the other direction", rules.Authorised(receiptNamed("ir-1", interchange.InEmpty), busy), fault.CycleBroken, "X-05")
}

func receiptNamed(id string, kind interchange.Type) interchange.Receipt {
	r := receipt(kind)
	r.ID = id
	return r
}

func TestX08TheRightTruckForTheRightContainer(t *testing.T) {
	gate := func(right lifecycle.Ref, box rules.Box) *fault.Fault {
		line := release.Line{Record: lifecycle.Record{ID: "ro-1/1"}, Right: right}
		return rules.RightAtGate(rules.Gate{Receipt: receipt(interchange.OutFull), Line: line, Box: box})
	}
	inside := rules.Box{Line: "ro-1/1"}
	check(t, "the right holder", gate(trucker, inside), "", "")
	check(t, "another trucker", gate(trucker2, inside), fault.NotRightHolder, "X-08")
	check(t, "nobody has the right yet", gate(lifecycle.Ref{}, inside), fault.NotRightHolder, "X-08")
	check(t, "the same id of another organisation", gate(lifecycle.Ref{Party: trucker.Party, Org: "BankMSP"}, inside), fault.NotRightHolder, "X-08")
	check(t, "a container that waits for another line", gate(trucker, rules.Box{Line: "ro-2/1"}), fault.ContainerMismatch, "X-08")
	ended := func(state lifecycle.State) *fault.Fault {
		line := release.Line{Record: lifecycle.Record{ID: "ro-1/1", State: state}, Right: trucker}
		return rules.RightAtGate(rules.Gate{Receipt: receipt(interchange.OutFull), Line: line})
	}
	check(t, "an order that ran out", ended(release.LineExpired), fault.NotValidNow, "X-08")
	check(t, "a revoked order", ended(release.LineRevoked), fault.WrongState, "")
	check(t, "a line taken off its order", ended(release.LineWithdrawn), fault.WrongState, "")

	from, to := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC), time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	seen := func(container, plate string) *fault.Fault {
		return rules.Seen(container, "OERU1000025", plate, "闽D12345")
	}
	check(t, "as agreed", seen("OERU1000025", "闽D12345"), "", "")
	check(t, "the container before the plate", seen("OERU1000030", "闽D99999"), fault.ContainerMismatch, "X-08")
	check(t, "another plate", seen("OERU1000025", "闽D99999"), fault.PlateMismatch, "X-08")
	for name, at := range map[string]time.Time{"on time": from, "early within grace": from.Add(-rules.WindowGrace), "late within grace": to.Add(rules.WindowGrace)} {
		check(t, name, rules.InWindow(at, from, to), "", "")
	}
	for name, at := range map[string]time.Time{"too early": from.Add(-rules.WindowGrace - time.Nanosecond), "too late": to.Add(rules.WindowGrace + time.Nanosecond)} {
		check(t, name, rules.InWindow(at, from, to), fault.OutsideWindow, "X-08")
	}
}

func TestX09MovesFollowEachOther(t *testing.T) {
	back := receipt(interchange.InEmpty)
	out := &interchange.Receipt{Record: lifecycle.Record{ID: "ir-1"}, Type: interchange.OutFull, Operator: carrier}
	gone := release.Line{Out: "ir-1"}
	with := func(change func(*interchange.Receipt)) *interchange.Receipt {
		r := *out
		change(&r)
		return &r
	}
	check(t, "what went out", rules.Returnable(back, gone, out), "", "")
	check(t, "nothing went out", rules.Returnable(back, release.Line{}, out), fault.CycleBroken, "X-09")
	check(t, "no receipt", rules.Returnable(back, gone, nil), fault.CycleBroken, "X-09")
	check(t, "another cycle", rules.Returnable(back, release.Line{Out: "ir-9"}, out), fault.CycleBroken, "X-09")
	check(t, "an in is no out", rules.Returnable(back, gone, with(func(r *interchange.Receipt) { r.Type = interchange.InEmpty })), fault.CycleBroken, "X-09")
	check(t, "of another operator", rules.Returnable(back, gone, with(func(r *interchange.Receipt) { r.Operator = carrier2 })), fault.CycleBroken, "X-09")
	check(t, "back already", rules.Returnable(back, gone, with(func(r *interchange.Receipt) { r.Counterpart = "ir-5" })), fault.CycleBroken, "X-09")
	check(t, "the line is back already", rules.Returnable(back, release.Line{Out: "ir-1", In: "ir-5"}, out), fault.CycleBroken, "X-09")
	check(t, "as an authority too", rules.Authorisable(back, live(), release.Line{}, rules.Box{}, out), fault.CycleBroken, "X-09")
	check(t, "another container", rules.SameContainer("OERU1000030", "OERU1000025"), fault.ContainerMismatch, "X-09")
	check(t, "the same container", rules.SameContainer("OERU1000025", "OERU1000025"), "", "")
	twice := rules.Gate{Receipt: receipt(interchange.OutFull), Line: release.Line{Right: trucker}, Box: rules.Box{Last: rules.Out}}
	check(t, "out twice", rules.RightAtGate(twice), fault.CycleBroken, "X-09")
}

// X-10's own half is guarantee.Law; here is which guarantees are tied to a bill at all.
func TestX10AGuaranteeIsTiedToBillsOfItsCarrier(t *testing.T) {
	for _, state := range []lifecycle.State{bill.Drafted, bill.Approved, bill.Surrendered, bill.Accomplished, bill.Voided} {
		check(t, string(state), rules.Guaranteeable(billIn(state, bill.Order), *letter("AA", guarantee.Drafted)), fault.WrongState, "")
	}
	for _, state := range []lifecycle.State{bill.Issued, bill.PendingSurrender} {
		check(t, string(state), rules.Guaranteeable(billIn(state, bill.Order), *letter("AA", guarantee.Drafted)), "", "")
	}
	toOther := letter("OVERWEIGHT", guarantee.Drafted)
	toOther.Beneficiary = carrier2
	check(t, "another carrier's", rules.Guaranteeable(billIn(bill.Issued, bill.Order), *toOther), fault.RecipientNotAllowed, "")
	port := letter("PORT_CREDIT", guarantee.Drafted)
	port.Beneficiary = terminal
	check(t, "a port company's", rules.Guaranteeable(billIn(bill.Issued, bill.Order), *port), "", "")
	check(t, "X-19", rules.Guaranteeable(billIn(bill.Issued, bill.SeaWaybill), *letter("A", guarantee.Drafted)), fault.KindForbids, "X-19")
	check(t, "X-19", rules.Guaranteeable(billIn(bill.Issued, bill.SeaWaybill), *letter("AMENDMENT", guarantee.Drafted)), "", "")
}

func TestX17DeliveredWithTheLastContainer(t *testing.T) {
	d := rules.Delivery{Containers: 2}
	require.False(t, d.Complete())
	d.Out = []string{"t1"}
	require.False(t, d.Complete())
	d.Out = []string{"t1", "t2"}
	require.True(t, d.Complete())
}
