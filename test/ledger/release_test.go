package ledger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

func line(order string, n int) fields { return fields{"id": order, "line": n} }

func lineTo(w *world.World, order string, n int, to string) fields {
	return fields{"id": order, "line": n, "to": w.Party[to]}
}

func TestARequestCanBeRejectedOrCancelled(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	order := w.RequestedRelease(id)
	w.Refused(fault.WrongParty, "line2", "release", "reject", fields{"id": order, "reason": "OTHER"}, "")
	w.Must("line", "release", "reject", fields{"id": order, "reason": "DATA_ERROR"}, "")
	order = w.RequestedRelease(id) // the containers are free again
	w.Refused(fault.WrongParty, "line", "release", "cancel", fields{"id": order}, "")
	w.Must("buyer", "release", "cancel", fields{"id": order}, "")
	require.Equal(t, release.LineWithdrawn, orderOf(w, order).Lines[1].Control.State)
	order = w.RequestedRelease(id)
	w.IssuedRelease(order)
	w.Refused(fault.WrongState, "buyer", "release", "cancel", fields{"id": order}, "")
	w.Must("buyer", "release", "decline", fields{"id": order, "reason": "WRONG_PARTY"}, "")
	require.Equal(t, "CUSTOMS_RELEASED", w.State("release", order))
	w.Must("buyer", "release", "cancel", fields{"id": order}, "")
	order = w.RequestedRelease(id)
	w.IssuedRelease(order)
	w.Must("buyer", "release", "decline", fields{"id": order, "reason": "DATA_ERROR"}, "")
	w.Must("line", "release", "issue", fields{"id": order, "validTo": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
}

func TestAReleaseNeedsItsBasisWhenItIsIssuedToo(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Refused(fault.NoBasis, "shipper", "release", "request",
		fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	w.Refused(fault.Invalid, "shipper", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	w.Refused(fault.Invalid, "shipper", "release", "request",
		fields{"basis": fields{"type": "PROMISE", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	letter := w.ActiveGuarantee(id)
	w.Refused(fault.NotClaimant, "forwarder", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": id, "guarantee": letter}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	w.Refused(fault.NotClaimant, "buyer", "release", "request", fields{"basis": fields{"type": "LOI", "bill": id, "guarantee": letter},
		"terminal": w.Party["terminal"], "releaseTo": w.Party["forwarder"]}, world.Fixture("release"))
	order := w.RequestedUnderGuarantee(id, letter)
	surrender(w, id, "shipper") // the holder comes before the goods went out
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	f := w.Refused(fault.NoBasis, "line", "release", "issue", fields{"id": order, "validTo": "2030-01-01T00:00:00Z"}, "")
	require.Equal(t, "X-01", f.Rule)
	w.Must("line", "release", "reject", fields{"id": order, "reason": "BASIS_LOST"}, "")
	w.Must("shipper", "release", "request",
		fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
}

func TestCustomsMayReleaseOneContainerAtATime(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	clear := func(content string, lines ...int) (fields, string) {
		request := fields{"id": order}
		if lines != nil {
			request["lines"] = lines
		}
		return request, content
	}
	first := world.With(world.Fixture("notice"), "containers", []string{own.first})
	refused := func(code fault.Code, at, who string, request fields, content string) {
		t.Helper()
		// The customs' own organisation may see too little to refuse; carrier and terminal do.
		_, err := w.Try(who, "release", "release-customs", request, content)
		require.Equal(t, at, w.Refusal(code, err).At)
	}
	request, content := clear(first)
	refused(fault.NotCovered, "/content/containers", "customs", request, content) // all lines asked, one covered
	request, content = clear(first, 2)
	refused(fault.NotCovered, "/content/containers", "customs", request, content)
	request, content = clear(first, 3)
	refused(fault.Invalid, "/lines", "customs", request, content)
	request, content = clear(first, 1, 1)
	refused(fault.Invalid, "/lines", "customs", request, content)
	for _, who := range []string{"line", "terminal", "buyer"} {
		request, content = clear(first, 9)
		refused(fault.WrongRole, "", who, request, content)
	}
	request, content = clear(first, 1)
	w.Must("customs", "release", "release-customs", request, content)
	require.Equal(t, 1, orderOf(w, order).Control.Customs)
	refused(fault.AlreadyCleared, "", "customs", request, content)
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	require.Equal(t, "CHARGES_CLEARED", w.State("release", order), "one container is still held")
	require.Equal(t, "CUSTOMS", w.Refused(fault.GateNotCleared, "line", "release", "issue", fields{"id": order, "validTo": "2030-01-01T00:00:00Z"}, "").Args["gate"])
	request, content = clear(world.Fixture("notice"))
	w.Must("customs", "release", "release-customs", request, content)
	require.Equal(t, "CUSTOMS_RELEASED", w.State("release", order))
	w.Refused(fault.AlreadyCleared, "customs", "release", "release-customs", request, content)
}

func TestACustomsFeedMustBeTrusted(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("border", railOrg, false, "CUSTOMS")
	order := w.RequestedRelease(w.SurrenderedBill())
	f := w.Refused(fault.FeedNotTrusted, "border", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	require.Equal(t, railOrg, f.Args["feed"])
	require.Equal(t, 0, orderOf(w, order).Control.Customs)
}

func TestTheRightIsPassedOnAndTakenBack(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.Refused(fault.WrongParty, "buyer", "release", "delegate", lineTo(w, order, 1, "forwarder"), "")
	w.AcceptedRelease(order)
	w.Refused(fault.RecipientNotAllowed, "buyer", "release", "delegate", lineTo(w, order, 1, "bank"), "")
	w.Refused(fault.RecipientNotAllowed, "buyer", "release", "delegate", lineTo(w, order, 1, "buyer"), "")
	w.Refused(fault.WrongParty, "forwarder", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "forwarder"), "")
	w.Refused(fault.OfferOpen, "buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Refused(fault.WrongParty, "trucker", "release", "accept-delegation", line(order, 1), "")
	w.Must("forwarder", "release", "decline-delegation", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
	require.Equal(t, "ACCEPTED", w.State("release", order))
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "forwarder"), "")
	w.Must("forwarder", "release", "accept-delegation", line(order, 1), "")
	require.Equal(t, "DELEGATED", w.State("release", order))
	w.Refused(fault.WrongParty, "buyer", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Refused(fault.WrongRole, "forwarder", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Must("forwarder", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	w.Refused(fault.RecipientNotAllowed, "trucker", "release", "delegate", lineTo(w, order, 1, "forwarder"), "")
	w.Refused(fault.WrongParty, "buyer", "release", "recall", line(order, 1), "")
	w.Must("forwarder", "release", "recall", line(order, 1), "")
	require.Equal(t, "DELEGATED", w.State("release", order), "it is still with the forwarder")
	w.Must("buyer", "release", "delegate", lineTo(w, order, 2, "trucker2"), "")
	w.Must("trucker2", "release", "accept-delegation", line(order, 2), "")
	w.Must("buyer", "release", "recall", line(order, 1), "")
	require.Equal(t, "DELEGATED", w.State("release", order), "the other line is still delegated")
	w.Must("buyer", "release", "recall", line(order, 2), "")
	require.Equal(t, "ACCEPTED", w.State("release", order))
	require.Equal(t, ref(w, "buyer"), orderOf(w, order).Lines[0].Control.Right)
	w.Refused(fault.WrongParty, "trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
}

func TestAnAppointmentCanBeRefusedOrCancelled(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Refused(fault.WrongParty, "trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	state := func() lifecycle.State { return orderOf(w, order).Lines[0].Control.State }
	ask := func() {
		t.Helper()
		w.Must("trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
		require.Equal(t, release.AppointmentRequested, state())
	}
	ask()
	w.Refused(fault.WrongState, "trucker", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Refused(fault.WrongParty, "depot", "release", "confirm-appointment", line(order, 1), "")
	w.Must("terminal", "release", "refuse-appointment", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
	ask()
	w.Must("trucker", "release", "cancel-appointment", line(order, 1), "")
	ask()
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	w.Refused(fault.AppointmentOpen, "buyer", "release", "recall", line(order, 1), "")
	w.Must("trucker", "release", "cancel-appointment", line(order, 1), "")
	require.Empty(t, orderOf(w, order).Lines[0].Control.Appointment)
	ask()
	w.Must("buyer", "release", "recall", line(order, 1), "")
	require.Equal(t, release.Listed, state())

	end := 72 * time.Hour // the end of validity
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	for name, in := range map[string]time.Duration{"over": -2 * time.Hour, "after the order": end + time.Hour, "beyond the order's end": end - time.Minute} {
		_, err := w.Try("trucker", "release", "request-appointment", line(order, 1), w.Appointment(in))
		require.Equal(t, "/content/window", w.Refusal(fault.NotValidNow, err).At, name)
	}
	w.Must("trucker", "release", "request-appointment", line(order, 1), w.Appointment(end-time.Hour))
	w.Net.Advance(end + time.Minute)
	w.Refused(fault.NotValidNow, "terminal", "release", "confirm-appointment", line(order, 1), "")
}

// Walk-through 4 and its neighbours: what the gate sees is not what was agreed.
func TestTheGateRefusesWhatWasNotAgreed(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	sheet := world.Sheet("gate-sheet-out", 1)
	refused := func(code fault.Code, content string) *fault.Fault {
		t.Helper()
		f := w.Refused(code, "terminal", "interchange", "record", fields{"id": g.receipt}, content)
		require.Equal(t, "AUTHORISED", w.State("interchange", g.receipt))
		require.Equal(t, release.Appointed, orderOf(w, g.order).Lines[0].Control.State)
		return f
	}
	f := refused(fault.PlateMismatch, replaceOnce(t, sheet, "闽D12345", "闽D12346"))
	require.Equal(t, "/content/truck/plate", f.At)
	require.Equal(t, "X-08", f.Rule)
	f = refused(fault.ContainerMismatch, world.Sheet("gate-sheet-out", 2))
	require.Equal(t, "/content/equipmentReference", f.At)
	refused(fault.Invalid, world.Sheet("gate-sheet-in", 1))
	w.Net.Advance(-31 * time.Minute)
	refused(fault.OutsideWindow, sheet)
	w.Net.Advance(31*time.Minute + 91*time.Minute)
	refused(fault.OutsideWindow, sheet)
	w.Net.Advance(-2 * time.Minute)
	w.Refused(fault.WrongParty, "depot", "interchange", "record", fields{"id": g.receipt}, sheet)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, sheet)
}

func TestTheGateRefusesTheWrongTrucker(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	// Walk-through 5: an authority for a trucker who does not hold the right.
	receipt := w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["terminal"], "trucker": w.Party["trucker2"]}, world.Sheet("authority-out", 1)).ID
	f := w.Refused(fault.NotRightHolder, "terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, "X-08", f.Rule)
	w.Refused(fault.ContainerBusy, "line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, world.Sheet("authority-out", 1))
	w.Refused(fault.WrongParty, "line2", "interchange", "cancel", fields{"id": receipt, "reason": "WRONG_PARTY"}, "")
	w.Must("line", "interchange", "cancel", fields{"id": receipt, "reason": "WRONG_PARTY"}, "")
	w.GatedOut(order, 1)
}

func TestTheGateRefusesWithoutAppointmentOrAfterTheEnd(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	receipt := w.AuthorisedOut(order, 1)
	sheet := world.Sheet("gate-sheet-out", 1)
	w.Refused(fault.WrongState, "terminal", "interchange", "record", fields{"id": receipt}, sheet)
	w.Must("trucker", "release", "request-appointment", line(order, 1), w.Appointment(71*time.Hour))
	w.Refused(fault.WrongState, "terminal", "interchange", "record", fields{"id": receipt}, sheet)
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	w.Net.Advance(72*time.Hour + time.Minute)
	w.Refused(fault.NotValidNow, "terminal", "interchange", "record", fields{"id": receipt}, sheet)
}

func TestAuthoritiesFollowTheCycle(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	out := func(who string, change ...any) (string, string, string, fields, string) {
		r := fields{"type": "OUT_FULL", "release": order, "line": 1, "facility": w.Party["terminal"], "trucker": w.Party["trucker"]}
		for i := 0; i+1 < len(change); i += 2 {
			r[change[i].(string)] = change[i+1]
		}
		return who, "interchange", "authorise", r, world.Sheet("authority-out", 1)
	}
	refused := func(code fault.Code, name, family, act string, r fields, content string) *fault.Fault {
		t.Helper()
		return w.Refused(code, name, family, act, r, content)
	}
	try := func(code fault.Code, who string, change ...any) {
		t.Helper()
		name, family, act, r, content := out(who, change...)
		refused(code, name, family, act, r, content)
	}
	try(fault.WrongState, "line")
	w.AcceptedRelease(order)
	try(fault.WrongParty, "line2")
	try(fault.WrongRole, "terminal")
	try(fault.NotFound, "line", "line", 3)
	try(fault.NotFound, "line", "release", "ro-none")
	try(fault.RecipientNotAllowed, "line", "facility", w.Party["depot"])
	try(fault.RecipientNotAllowed, "line", "trucker", w.Party["buyer"])
	try(fault.Invalid, "line", "type", "OUT_EMPTY")
	try(fault.Invalid, "line", "out", "ir-none")
	name, family, act, r, _ := out("line")
	f := refused(fault.ContainerMismatch, name, family, act, r, world.Sheet("authority-out", 2))
	require.Equal(t, "/content/equipmentReference", f.At)

	w.Appointed(order, 1)
	receipt := w.GatedOut(order, 1)
	try(fault.ContainerOut, "line")
	back := func(of string, n int) fields {
		return fields{"type": "IN_EMPTY", "release": order, "line": n, "out": of, "facility": w.Party["depot"], "trucker": w.Party["trucker2"]}
	}
	f = w.Refused(fault.CycleBroken, "line", "interchange", "authorise", back(receipt, 2), world.Sheet("authority-in", 2))
	require.Equal(t, "X-09", f.Rule)
	w.Refused(fault.NotFound, "line", "interchange", "authorise", back("ir-none", 1), world.Sheet("authority-in", 1))
	in := w.Must("line", "interchange", "authorise", back(receipt, 1), world.Sheet("authority-in", 1)).ID
	w.Refused(fault.ContainerBusy, "line", "interchange", "authorise", back(receipt, 1), world.Sheet("authority-in", 1))
	f = w.Refused(fault.ContainerMismatch, "depot", "interchange", "record", fields{"id": in}, world.Sheet("gate-sheet-in", 2))
	require.Equal(t, "X-09", f.Rule)
	w.Refused(fault.WrongParty, "terminal", "interchange", "record", fields{"id": in}, world.Sheet("gate-sheet-in", 1))
	w.Must("depot", "interchange", "record", fields{"id": in}, world.Sheet("gate-sheet-in", 1))
	w.Refused(fault.CycleBroken, "line", "interchange", "authorise", back(receipt, 1), world.Sheet("authority-in", 1))
	require.Equal(t, in, read[receiptView](w, "line", "interchange", receipt).Control.Counterpart)

	// The empty container is free for its next voyage, the bill's is not delivered twice.
	again := cargo{"OEDL27XMN00001", own.first, other.second}
	again.requested(w, again.surrendered(w))
}

func TestBothSignOneSheet(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	sheet := read[receiptView](w, "trucker", "interchange", g.receipt).Control.Sheet
	sign := func(commitment string) fields { return fields{"id": g.receipt, "commitment": commitment} }
	w.Refused(fault.HashMismatch, "terminal", "interchange", "sign-by-facility", sign(world.Salt()), "")
	w.Must("terminal", "interchange", "sign-by-facility", sign(sheet), "")
	w.Refused(fault.HashMismatch, "trucker", "interchange", "sign-by-trucker", sign(world.Salt()), "")
	w.Refused(fault.WrongParty, "trucker2", "interchange", "sign-by-trucker", sign(sheet), "")
	w.Must("trucker", "interchange", "sign-by-trucker", sign(sheet), "")
	view := read[receiptView](w, "line", "interchange", g.receipt)
	require.NotEmpty(t, view.Pieces["sheet"], "the operator reads what was signed")
	require.NotEmpty(t, view.Control.TruckerSigned.Person)
	require.Empty(t, read[receiptView](w, "buyer", "interchange", g.receipt).Pieces)
}

// many makes a bill and a release order content of n containers.
func many(n int) (bill, order string) {
	var equipments, items, lines []any
	b, o := asFields(other.of("bill-order")), asFields(other.of("release"))
	equipment, line := b["utilizedTransportEquipments"].([]any)[0], o["lines"].([]any)[0]
	item := b["consignmentItems"].([]any)[0].(map[string]any)["cargoItems"].([]any)[0]
	for i := range n {
		swap := func(v any) any { return asFields(strings.ReplaceAll(text(v), other.first, container(500+i))) }
		equipments, items, lines = append(equipments, swap(equipment)), append(items, swap(item)), append(lines, swap(line))
	}
	consignment := b["consignmentItems"].([]any)[0].(map[string]any)
	consignment["cargoItems"] = items
	b["consignmentItems"], b["utilizedTransportEquipments"], o["lines"] = []any{consignment}, equipments, lines
	return text(b), text(o)
}

func TestAnOrderHasFiftyLinesAtMost(t *testing.T) {
	w := world.New(t)
	bill, order := many(release.LinesMax + 1)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, bill).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	surrender(w, id, "shipper")
	ask := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}
	w.Refused(fault.TooLarge, "shipper", "release", "request", ask, order)
	_, order = many(release.LinesMax)
	full := w.Must("shipper", "release", "request", ask, order).ID
	require.Len(t, orderOf(w, full).Lines, release.LinesMax)
	w.Must("shipper", "release", "cancel", fields{"id": full}, "")
}
