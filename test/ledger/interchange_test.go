package ledger_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
	"portledger/test/world"
)

func receiptOf(w *world.World, id string) interchange.Receipt {
	w.TB.Helper()
	return read[receiptView](w, "line", "interchange", id).Control
}

// receiptActs are the acts of a receipt with what stops those that are not open.
func receiptActs(w *world.World, who, id string) map[lifecycle.Act]contract.Possible {
	w.TB.Helper()
	by := map[lifecycle.Act]contract.Possible{}
	for _, p := range possibilities(w, who, "interchange", id).Acts {
		by[p.Act] = p
	}
	return by
}

// signedByFacility records the container of atGate and signs for the terminal.
func signedByFacility(w *world.World, g readyForGate) (sheet string) {
	w.TB.Helper()
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	sheet = receiptOf(w, g.receipt).Sheet
	w.Must("terminal", "interchange", "sign-by-facility", fields{"id": g.receipt, "commitment": sheet}, "")
	return sheet
}

func TestAnAuthorityEndsWithItsDeadline(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	soon := world.With(world.Sheet("authority-out", 1), "deadline", w.Net.Now().Add(time.Minute).Format(time.RFC3339))
	request := fields{"type": "OUT_FULL", "release": order, "line": 1, "facility": w.Party["terminal"], "trucker": w.Party["trucker"]}
	f := w.Refused(fault.Invalid, "line", "interchange", "authorise", request,
		world.With(soon, "deadline", w.Net.Now().Format(time.RFC3339)))
	require.Equal(t, "/content/deadline", f.At)
	id := w.Must("line", "interchange", "authorise", request, soon).ID
	require.Equal(t, lifecycle.Stamped(w.Net.Now().Add(time.Minute)), receiptOf(w, id).Deadline, "everybody sees until when")
	w.Refused(fault.TooEarly, "bank", "interchange", "expire", fields{"id": id}, "")
	require.Equal(t, fault.TooEarly, receiptActs(w, "bank", id)["expire"].Fault.Code)
	w.Net.Advance(time.Minute + time.Second)
	w.Refused(fault.TooLate, "terminal", "interchange", "record", fields{"id": id}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, fault.TooLate, receiptActs(w, "terminal", id)["record"].Fault.Code)
	w.Refused(fault.ContainerBusy, "line", "interchange", "authorise", request, world.Sheet("authority-out", 1))
	require.True(t, receiptActs(w, "bank", id)["expire"].Allowed)
	w.Must("bank", "interchange", "expire", fields{"id": id}, "")
	w.Refused(fault.WrongState, "bank", "interchange", "expire", fields{"id": id}, "")
	w.GatedOut(order, 1)
}

// deemable is a container that may leave on a receipt that silence signs.
func deemable(w *world.World) readyForGate {
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	return readyForGate{order: order, receipt: w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order,
		"line": 1, "facility": w.Party["terminal"], "trucker": w.Party["trucker"], "deemed": true}, world.Sheet("authority-out", 1)).ID}
}

func TestSilenceIsASignatureWhereTheAuthoritySaysSo(t *testing.T) {
	w := world.New(t)
	g := deemable(w)
	signedByFacility(w, g)
	silent := fields{"id": g.receipt, "reason": "NOT_SIGNED"}
	w.Net.Advance(interchange.DeemAfter)
	w.Refused(fault.TooEarly, "terminal", "interchange", "deem-signed", silent, "")
	w.Net.Advance(time.Second)
	w.Refused(fault.WrongParty, "line", "interchange", "deem-signed", silent, "")
	w.Must("terminal", "interchange", "deem-signed", silent, "")
	r := receiptOf(w, g.receipt)
	require.Equal(t, interchange.DeemedSigned, r.State)
	require.Nil(t, r.TruckerSigned, "nobody signed: the record says so")
	require.Equal(t, "NOT_SIGNED", r.Last.Reason)
	w.Must("trucker", "interchange", "dispute", fields{"id": g.receipt, "reason": "OTHER"}, world.Fixture("statement"))
}

// A facility that signs late does not take the trucker's day to answer away: only then can it put remarks beside its signature.
func TestSilenceCountsFromTheFacilitysSignature(t *testing.T) {
	w := world.New(t)
	g := deemable(w)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	w.Net.Advance(interchange.DeemAfter + time.Hour)
	sheet := receiptOf(w, g.receipt).Sheet
	w.Must("terminal", "interchange", "sign-by-facility", fields{"id": g.receipt, "commitment": sheet}, "")
	silent := fields{"id": g.receipt, "reason": "NOT_SIGNED"}
	w.Refused(fault.TooEarly, "terminal", "interchange", "deem-signed", silent, "")
	w.Net.Advance(interchange.DeemAfter)
	w.Refused(fault.TooEarly, "terminal", "interchange", "deem-signed", silent, "")
	w.Must("trucker", "interchange", "sign-with-remarks", fields{"id": g.receipt, "commitment": sheet}, world.Fixture("statement"))
}

func TestTheWindowForADisputeCloses(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	sheet := signedByFacility(w, g)
	dispute := fields{"id": g.receipt, "reason": "DAMAGE"}
	w.Net.Advance(interchange.DisputeWindow - time.Hour)
	f := w.Refused(fault.Invalid, "line", "interchange", "dispute", dispute, world.With(world.Fixture("statement"), "lines", nil))
	require.Equal(t, "/content/lines", f.At)
	w.Must("trucker", "interchange", "sign-with-remarks", fields{"id": g.receipt, "commitment": sheet}, world.Fixture("statement"))
	w.Net.Advance(interchange.DisputeWindow)
	require.True(t, receiptActs(w, "line", g.receipt)["dispute"].Allowed, "remarks open the window anew")
	w.Net.Advance(time.Second)
	for _, who := range []string{"line", "terminal", "trucker"} {
		w.Refused(fault.TooLate, who, "interchange", "dispute", dispute, world.Fixture("statement"))
	}
	// Two refusals at once: who asks comes before when.
	w.Refused(fault.WrongParty, "bank", "interchange", "dispute", dispute, world.Fixture("statement"))
}

// A surveyor reads what it shall rule on from the moment that both sides named it, and no sooner.
func TestASurveyorReadsOnlyWhatItRulesOn(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	signedByFacility(w, g)
	w.Must("line", "interchange", "dispute", fields{"id": g.receipt, "reason": "DAMAGE"}, world.Fixture("statement"))
	name := fields{"id": g.receipt, "arbiter": w.Party["bank"]}
	w.Refused(fault.RecipientNotAllowed, "terminal", "interchange", "escalate", fields{"id": g.receipt, "arbiter": w.Party["line"]}, "")
	w.Must("terminal", "interchange", "escalate", name, "")
	require.Empty(t, read[receiptView](w, "bank", "interchange", g.receipt).Pieces)
	held := len(seenBy(w, bankOrg))
	w.Must("terminal", "interchange", "escalate", name, "")
	require.Equal(t, interchange.Disputed, receiptOf(w, g.receipt).State, "one side naming twice is still one side")
	require.NotContains(t, string(seenBy(w, bankOrg)[held:]), "LB3N")
	w.Refused(fault.WrongParty, "trucker", "interchange", "escalate", name, "")
	w.Must("line", "interchange", "escalate", name, "")
	view := read[receiptView](w, "bank", "interchange", g.receipt)
	require.NotEmpty(t, view.Content)
	require.Contains(t, string(view.Pieces["sheet"]), "LB3N")
	require.NotEmpty(t, view.Pieces["dispute"])
	require.Equal(t, []lifecycle.Act{"rule"}, slices.DeleteFunc(view.Acts, func(a lifecycle.Act) bool { return a == "expire" }))
	w.Must("bank", "interchange", "rule", fields{"id": g.receipt}, world.Fixture("statement"))
	r := receiptOf(w, g.receipt)
	require.Equal(t, interchange.Resolved, r.State)
	require.NotEmpty(t, r.Dispute.Ruling)
	for _, who := range []string{"line", "terminal", "trucker", "bank"} {
		require.NotEmpty(t, read[receiptView](w, who, "interchange", g.receipt).Pieces["ruling"], who)
	}
	require.Empty(t, read[receiptView](w, "buyer", "interchange", g.receipt).Pieces, "the same organisation as the trucker's, another party")
}

// Where the user is a side of the dispute, nothing is agreed without a peer of its organisation.
func TestAUserInDisputeEndorsesItsAgreement(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	id := w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1, "user": w.Party["bank"],
		"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, world.Sheet("authority-out", 1)).ID
	w.Must("terminal", "interchange", "record", fields{"id": id}, world.Sheet("gate-sheet-out", 1))
	require.Contains(t, string(read[receiptView](w, "bank", "interchange", id).Pieces["sheet"]), "LB3N", "the user is told")
	w.Must("bank", "interchange", "dispute", fields{"id": id, "reason": "DAMAGE"}, world.Fixture("statement"))
	w.Must("terminal", "interchange", "propose-resolution", fields{"id": id}, world.Fixture("statement"))
	w.Refused(fault.WrongParty, "trucker", "interchange", "accept-resolution", fields{"id": id, "commitment": world.Salt()}, "")
	_, plan, err := w.Rehearse("bank", "interchange", "accept-resolution",
		fields{"id": id, "commitment": receiptOf(w, id).Dispute.Addendum}, "", "")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{terminalOrg, portOrg, bankOrg}, plan.Endorsers)
	w.Must("bank", "interchange", "accept-resolution", fields{"id": id, "commitment": receiptOf(w, id).Dispute.Addendum}, "")
	require.Equal(t, interchange.Resolved, receiptOf(w, id).State)
}

func TestAReceiptIsCorrectedByAnother(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	void := func(id string) fields { return fields{"id": id, "reason": "DATA_ERROR"} }
	moved := w.Net.Now()
	sound := world.With(world.With(sheetAt("gate-sheet-out", moved), "condition", "SOUND"), "damages", nil)
	w.Net.Advance(2 * time.Hour) // the window of the appointment is over: the move was in it
	w.Refused(fault.SealMismatch, "terminal", "interchange", "void", void(g.receipt), strings.ReplaceAll(sound, world.Seals[0], "OE000001"))
	w.Refused(fault.PlateMismatch, "terminal", "interchange", "void", void(g.receipt), strings.ReplaceAll(sound, "闽D12345", "闽D12346"))
	w.Refused(fault.WrongParty, "line", "interchange", "void", void(g.receipt), sound)
	require.Equal(t, []string{g.receipt}, read[billView](w, "buyer", "bill", g.bill).Delivery.Evidence)
	w.Must("terminal", "interchange", "void", void(g.receipt), sound)
	old := receiptOf(w, g.receipt)
	fresh := receiptOf(w, old.SupersededBy)
	require.Equal(t, interchange.Voided, old.State)
	require.Equal(t, interchange.Recorded, fresh.State)
	require.Equal(t, old.ID, fresh.Supersedes)
	require.NotEqual(t, old.Sheet, fresh.Sheet)
	line := orderOf(w, g.order).Lines[0].Control
	require.Equal(t, fresh.ID, line.Out)
	require.Empty(t, line.Evidence, "the corrected sheet shows no damage")
	require.Empty(t, read[billView](w, "buyer", "bill", g.bill).Delivery.Evidence)
	require.NotEmpty(t, read[receiptView](w, "trucker", "interchange", fresh.ID).Content, "the authority goes on")

	back := fields{"type": "IN_EMPTY", "release": g.order, "line": 1, "out": g.receipt, "facility": w.Party["depot"], "trucker": w.Party["trucker"]}
	f := w.Refused(fault.CycleBroken, "line", "interchange", "authorise", back, world.Sheet("authority-in", 1))
	require.Equal(t, "not-out", f.Args["why"])
	back["out"] = fresh.ID
	in := w.Must("line", "interchange", "authorise", back, world.Sheet("authority-in", 1)).ID
	w.Must("terminal", "interchange", "void", void(fresh.ID), sheetAt("gate-sheet-out", moved)) // corrected once more, under way back
	again := receiptOf(w, fresh.ID).SupersededBy
	w.Must("depot", "interchange", "record", fields{"id": in}, world.Sheet("gate-sheet-in", 1))
	require.Equal(t, in, receiptOf(w, again).Counterpart)
	require.Equal(t, again, receiptOf(w, in).Counterpart)
	f = w.Refused(fault.CycleBroken, "terminal", "interchange", "void", void(again), sound)
	require.Equal(t, "moved-on", f.Args["why"])
	require.Equal(t, "moved-on", receiptActs(w, "terminal", again)["void"].Fault.Args["why"])
	w.Must("depot", "interchange", "void", void(in), world.Sheet("gate-sheet-in", 1))
	require.Equal(t, receiptOf(w, in).SupersededBy, receiptOf(w, again).Counterpart)
	require.Equal(t, receiptOf(w, in).SupersededBy, orderOf(w, g.order).Lines[0].Control.In)
}

// Rule X-14 on the way out, and what each reader is told of it.
func TestDifferencesAreToldToThoseWhoReadBothPapers(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	sheet := strings.ReplaceAll(world.Sheet("gate-sheet-out", 1), `"32120"`, `"32281"`) // 0.501 % more
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, strings.ReplaceAll(sheet, `"-18"`, `"-20"`))
	for _, who := range []string{"line", "terminal", "trucker"} {
		var told []struct{ Field, How string }
		require.NoError(t, json.Unmarshal(read[receiptView](w, who, "interchange", g.receipt).Pieces["differences"], &told), who)
		require.Equal(t, []struct{ Field, How string }{{"grossWeight", "beyond-half-percent"}, {"temperatureSetpoint", "other-value"}}, told)
	}
	require.Empty(t, read[receiptView](w, "customs", "interchange", g.receipt).Pieces)
}

// The carrier names a type, the depot a container, and only the carrier can make its token.
func TestADepotAssignsAndTheCarrierConfirms(t *testing.T) {
	w := world.New(t, railOrg)
	byType := world.With(world.Fixture("authority-out-empty"), "equipmentReference", nil)
	request := fields{"type": "OUT_EMPTY", "facility": w.Party["depot"], "trucker": w.Party["trucker"]}
	authorise := func() string { return w.Must("line", "interchange", "authorise", request, byType).ID }
	f := w.Refused(fault.Invalid, "line", "interchange", "authorise", request, world.With(byType, "bookingReference", nil))
	require.Equal(t, "/content/bookingReference", f.At)
	id := authorise()
	f = w.Refused(fault.CycleBroken, "line", "interchange", "confirm-assignment", fields{"id": id}, "")
	require.Equal(t, f.Code, receiptActs(w, "line", id)["confirm-assignment"].Fault.Code, "and it is told before")
	require.Equal(t, "not-assigned", f.Args["why"])
	w.Refused(fault.CycleBroken, "depot", "interchange", "record", fields{"id": id}, world.Fixture("gate-sheet-out-empty"))
	require.False(t, receiptActs(w, "depot", id)["record"].Allowed)
	assignment := world.Fixture("assignment")
	w.Refused(fault.WrongParty, "terminal", "interchange", "assign", fields{"id": id}, assignment)
	f = w.Refused(fault.ContainerMismatch, "depot", "interchange", "assign", fields{"id": id}, strings.Replace(assignment, "45R1", "22G1", 1))
	require.Equal(t, "X-14", f.Rule)
	w.Must("depot", "interchange", "assign", fields{"id": id}, strings.Replace(assignment, own.first, own.second, 1))
	w.Must("depot", "interchange", "assign", fields{"id": id}, assignment) // another one, before the carrier confirms
	for _, token := range []string{world.Salt(), "no token"} {
		err := direct(w, "line", "interchange", "confirm-assignment", text(fields{"id": id}), map[string][]byte{"token": []byte(token)}, carrierOrg, terminalOrg, portOrg)
		require.Equal(t, fault.ContentMismatch, codeOf(err), "the carrier's own peer knows its tokens")
	}
	w.Must("line", "interchange", "confirm-assignment", fields{"id": id}, "")
	w.Refused(fault.Duplicate, "depot", "interchange", "assign", fields{"id": id}, assignment)

	second := authorise()
	w.Must("depot", "interchange", "assign", fields{"id": second}, assignment)
	f = w.Refused(fault.ContainerBusy, "line", "interchange", "confirm-assignment", fields{"id": second}, "")
	require.Equal(t, f.Code, receiptActs(w, "line", second)["confirm-assignment"].Fault.Code, "and it is told before")
	require.Equal(t, "X-05", f.Rule)
	f = w.Refused(fault.ContainerMismatch, "depot", "interchange", "record", fields{"id": id},
		strings.Replace(world.Fixture("gate-sheet-out-empty"), own.first, own.second, 1))
	require.Equal(t, "X-09", f.Rule)
	w.Must("depot", "interchange", "record", fields{"id": id}, world.Fixture("gate-sheet-out-empty"))
	f = w.Refused(fault.CycleBroken, "line", "interchange", "confirm-assignment", fields{"id": second}, "")
	require.Equal(t, f.Code, receiptActs(w, "line", second)["confirm-assignment"].Fault.Code, "and it is told before")
	require.Equal(t, "twice-out", f.Args["why"])
	w.Must("line", "interchange", "cancel", fields{"id": second, "reason": "OTHER"}, "")

	in := fields{"type": "IN_FULL", "out": id, "facility": w.Party["terminal"], "trucker": w.Party["trucker"]}
	full := world.Fixture("authority-in-full")
	f = w.Refused(fault.CycleBroken, "line", "interchange", "authorise", in, strings.Replace(full, "OEDL27XMN00311", "OEDL27XMN00312", 1))
	require.Equal(t, "booking", f.Args["why"])
	w.Refused(fault.ContainerMismatch, "line", "interchange", "authorise", in, strings.Replace(full, own.first, own.second, 1))
	w.Refused(fault.CycleBroken, "line2", "interchange", "authorise", in, full) // the same operator
	w.Must("line", "interchange", "authorise", in, full)
	for what, seen := range map[string][]byte{"public": public(w), "bank": seenBy(w, bankOrg)} {
		for _, private := range []string{own.first, own.second, "OEDL27XMN00311", "闽D12345"} {
			require.NotContains(t, string(seen), private, "%s", what)
		}
	}
}

// What leaves one facility full arrives at the next under the same seals (rule X-14), and a container that waits for a
// release goes nowhere else (rule X-05).
func TestATransferKeepsItsSeals(t *testing.T) {
	w := world.New(t)
	full := func(fixture string) string { return world.With(world.Fixture(fixture), "fullEmpty", "FULL") }
	request := fields{"type": "TRANSFER", "facility": w.Party["depot"], "trucker": w.Party["trucker"]}
	sheet := func(seal string) string {
		return world.With(full("gate-sheet-transfer"), "seals", []fields{{"number": seal, "source": "SHI", "condition": "RIGHT"}})
	}
	order := w.RequestedRelease(w.SurrenderedBill())
	f := w.Refused(fault.ContainerBusy, "line", "interchange", "authorise", request, full("authority-transfer"))
	require.Equal(t, "X-05", f.Rule)
	w.Must("buyer", "release", "cancel", fields{"id": order}, "")
	out := w.Must("line", "interchange", "authorise", request, full("authority-transfer")).ID
	w.Must("depot", "interchange", "record", fields{"id": out}, sheet("OE1"))
	f = w.Refused(fault.ContainerOut, "buyer", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": orderOf(w, order).Control.Basis.Bill},
		"terminal": w.Party["terminal"]}, world.Fixture("release"))
	require.Equal(t, "X-05", f.Rule)
	request["out"], request["facility"] = out, w.Party["terminal"]
	in := w.Must("line", "interchange", "authorise", request, full("authority-transfer")).ID
	f = w.Refused(fault.SealMismatch, "terminal", "interchange", "record", fields{"id": in}, sheet("OE2"))
	require.Equal(t, "X-14", f.Rule)
	w.Must("terminal", "interchange", "record", fields{"id": in}, sheet("OE1"))
	w.Refused(fault.CycleBroken, "line", "interchange", "authorise", request, full("authority-transfer"))
	require.Equal(t, receiptOf(w, out).Cycle, receiptOf(w, in).Cycle)
}

// yard is random people moving empty containers of one line about.
type yard struct {
	*rapid.T
	dice  *rand.Rand
	w     *world.World
	moves map[string][]string // by container: the directions recorded
	of    map[string]string   // by receipt: its container
	ids   []string
	ended map[string]string
}

func (y *yard) pick(n int) int { return y.dice.IntN(n) }

func (y *yard) try(who, act string, request fields, content string) (contract.Outcome, error) {
	done, err := y.w.Try(who, "interchange", act, request, content)
	if err != nil {
		require.NotContains(y, string(codeOf(err)), "not a fault", "%s %s", who, act)
	}
	return done, err
}

func (y *yard) authorise() {
	box := world.Containers[y.pick(2)]
	kind := []string{"OUT_EMPTY", "IN_FULL", "TRANSFER", "TRANSFER"}[y.pick(4)]
	facility := []string{"terminal", "depot"}[y.pick(2)]
	request := fields{"type": kind, "facility": y.w.Party[facility], "trucker": y.w.Party["trucker"]}
	if len(y.ids) > 0 && (kind == "IN_FULL" || (kind == "TRANSFER" && y.pick(2) == 0)) {
		out := y.ids[y.pick(len(y.ids))]
		if way := receiptOf(y.w, out); y.pick(4) > 0 { // the way in that it has
			if kind, request["facility"] = "IN_FULL", y.w.Party["terminal"]; way.Type == interchange.Transfer {
				kind = "TRANSFER"
			}
		}
		request["type"], request["out"], box = kind, out, y.of[out]
	}
	fixture := map[string]string{"OUT_EMPTY": "authority-out-empty", "IN_FULL": "authority-in-full", "TRANSFER": "authority-transfer"}[kind]
	if done, err := y.try("line", "authorise", request, strings.ReplaceAll(world.Fixture(fixture), world.Containers[0], box)); err == nil {
		y.ids, y.of[done.ID] = append(y.ids, done.ID), box
	}
}

func (y *yard) act() {
	if len(y.ids) == 0 {
		return
	}
	id := y.ids[y.pick(len(y.ids))]
	r := receiptOf(y.w, id)
	who := []string{"terminal", "depot", "trucker", "line"}[y.pick(4)]
	acts := []lifecycle.Act{"record", "record", "sign-by-facility", "sign-by-trucker", "sign-with-remarks", "dispute", "void", "cancel", "close",
		"propose-resolution", "accept-resolution", "escalate", "rule", "confirm-assignment", "deem-signed"}
	act := acts[y.pick(len(acts))]
	if r.State == interchange.Authorised && y.pick(4) > 0 { // mostly on, so that a walk gets somewhere
		act, who = interchange.RecordGate, "terminal"
		if r.Facility == ref(y.w, "depot") {
			who = "depot"
		}
	}
	request := fields{"id": id}
	verb, _ := interchange.Law.Verb(act)
	for _, field := range verb.Takes {
		request[field] = map[string]string{"reason": "OTHER", "commitment": r.Sheet, "arbiter": y.w.Party["line"]}[field]
	}
	if act == interchange.AcceptResolution && r.Dispute != nil {
		request["commitment"] = r.Dispute.Addendum
	}
	if request["commitment"] == "" || y.pick(10) == 0 && request["commitment"] != nil {
		request["commitment"] = world.Salt()
	}
	content := map[string]string{"statement": "statement", "gate-sheet": map[interchange.Type]string{
		"OUT_EMPTY": "gate-sheet-out-empty", "IN_FULL": "gate-sheet-in-full", "TRANSFER": "gate-sheet-transfer"}[r.Type]}[verb.Content]
	if content != "" {
		content = strings.ReplaceAll(world.Fixture(content), world.Containers[0], y.of[id])
	}
	told := receiptActs(y.w, who, id)[act]
	before := text(r)
	_, err := y.try(who, string(act), request, content)
	if err != nil {
		require.Equal(y, before, text(receiptOf(y.w, id)), "a refused act changes nothing")
		if code := codeOf(err); code != fault.HashMismatch && code != fault.RecipientNotAllowed {
			require.False(y, told.Allowed, "%s by %s on %s: told to be open, refused with %s", act, who, r.State, code)
			require.Equal(y, code, told.Fault.Code, "%s by %s", act, who)
		}
		return
	}
	require.True(y, told.Allowed, "%s by %s on %s was told to be closed: %v", act, who, r.State, told.Fault)
	switch after := receiptOf(y.w, id); act {
	case interchange.RecordGate:
		y.moves[y.of[id]] = append(y.moves[y.of[id]], after.Direction)
	case interchange.Void:
		y.ids, y.of[after.SupersededBy] = append(y.ids, after.SupersededBy), y.of[id]
	case interchange.SignByFacility, interchange.SignByTrucker, interchange.SignWithRemarks:
		require.Equal(y, r.Sheet, request["commitment"], "a signature is over the recorded sheet")
		require.Equal(y, r.Sheet, after.Sheet)
	}
}

func (y *yard) check() {
	for box, moves := range y.moves {
		for i, direction := range moves {
			require.Equal(y, []string{rules.Out, rules.In}[i%2], direction, "%s moves out and in by turns", box)
		}
	}
	for _, id := range y.ids {
		r := receiptOf(y.w, id)
		if was, has := y.ended[id]; has {
			require.Equal(y, was, text(r), "what came to an end stays as it was")
		}
		if slices.Contains([]lifecycle.State{interchange.Closed, interchange.Cancelled, interchange.Expired, interchange.Voided}, r.State) {
			y.ended[id] = text(r)
		}
		if r.State == interchange.Signed {
			require.NotNil(y, r.FacilitySigned)
			require.NotNil(y, r.TruckerSigned)
		}
	}
}

func TestContainersMoveOutAndInByTurns(t *testing.T) {
	most := 0
	rapid.Check(t, func(t *rapid.T) {
		y := &yard{T: t, dice: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), w: world.New(t),
			moves: map[string][]string{}, of: map[string]string{}, ended: map[string]string{}}
		for step := range 120 {
			if y.pick(5) == 0 {
				y.authorise()
			} else {
				y.act()
			}
			if step%40 == 39 {
				y.check()
			}
		}
		y.check()
		for _, moves := range y.moves {
			most = max(most, len(moves))
		}
	})
	require.Greater(t, most, 1, "the walks get somewhere")
}
