package ledger_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/calendar"
	"portledger/chaincode/charge"
	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// chargesSeen is what a reader of an order sees of its charges.
type chargesSeen struct {
	Control release.Order `json:"control"`
	Charges struct {
		Carrier  *charge.Account `json:"carrier"`
		Terminal *charge.Account `json:"terminal"`
	} `json:"charges"`
}

func chargesOf(w *world.World, who, order string) chargesSeen {
	w.TB.Helper()
	return read[chargesSeen](w, who, "release", order)
}

// account is a fixture's account, changed.
func account(t require.TestingT, fixture string, change func(*charge.Account)) string {
	var a charge.Account
	require.NoError(t, json.Unmarshal([]byte(world.Fixture(fixture)), &a))
	change(&a)
	raw, err := json.Marshal(a)
	require.NoError(t, err)
	return string(raw)
}

const payment = `{"reference":"TT-1"}`

func present(w *world.World, who, order, statement string) {
	w.TB.Helper()
	w.Must(who, "release", "present-charges", fields{"id": order}, statement)
}

func TestAStatementIsRecomputedByEveryEndorser(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	refused := func(code fault.Code, at, who, statement string) {
		t.Helper()
		require.Equal(t, at, w.Refused(code, who, "release", "present-charges", fields{"id": order}, statement).At)
	}
	text := world.Fixture("charge-statement")
	refused(fault.Invalid, "/content/statement/total/amount", "line", strings.Replace(text, `"total": {
      "amount": "300.00"`, `"total": {
      "amount": "299.00"`, 1))
	refused(fault.Invalid, "/content/tariff/rules/0/code", "terminal", text)
	refused(fault.Invalid, "/content/tariff/rules/0/code", "line", world.Fixture("charge-statement-terminal"))
	refused(fault.Invalid, "/content/statement/lines/0/from", "line", account(t, "charge-statement", func(a *charge.Account) {
		a.Containers[0].Discharge = a.Containers[0].Discharge.Add(-time.Hour)
	}))
	refused(fault.NotCovered, "/content/containers/0/equipmentReference", "line", strings.ReplaceAll(text, own.first, "CSQU3054383"))
	refused(fault.ContentMismatch, "/content/containers/0/ISOEquipmentCode", "line", strings.ReplaceAll(text, `"45R1"`, `"22G1"`))
	refused(fault.ContentMismatch, "/content/freightCollect", "line", world.Fixture("charge-statement-collect"))
	refused(fault.Invalid, "/content/statement/lines/0/entries", "line", account(t, "charge-statement", func(a *charge.Account) {
		var err error
		*a, err = a.Settle(charge.Settlement{Reference: "TT-0"}, charge.Settled, "", w.Party["line"])
		require.NoError(t, err)
	}))
	for _, who := range []string{"buyer", "bank", "line2", "depot"} {
		w.Refused(fault.WrongParty, who, "release", "present-charges", fields{"id": order}, text)
	}
	present(w, "line", order, text)
	require.Equal(t, release.Presented, orderOf(w, order).Control.CarrierStatement.Status)
}

// A gate-out that the ledger does not know of would stop the clock.
func TestAClaimedGateOutStopsNoClock(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	f := w.Refused(fault.ContentMismatch, "line", "release", "present-charges", fields{"id": order}, account(t, "charge-statement", func(a *charge.Account) {
		var err error
		a.Containers[0].GateOut = a.Statement.At.Add(-24 * time.Hour)
		a.Statement, err = charge.Accrued(a.Tariff, a.Containers, calendarOf(t), a.Statement.At)
		require.NoError(t, err)
	}))
	require.Equal(t, "/content/containers/0/gateOut", f.At)
}

func TestTwoPayeesClearTheGateEachForItself(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	require.Equal(t, fault.NoStatement, possible(w, "line", "release", order, release.SettleCharges, 0).Fault.Code)
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	require.Equal(t, "CHARGES_CLEARED", w.State("release", order))

	present(w, "terminal", order, world.Fixture("charge-statement-terminal")) // what comes up later opens the gate again
	require.Equal(t, "REQUESTED", w.State("release", order))
	f := w.Refused(fault.ChargesOutstanding, "terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	require.Equal(t, "terminal", f.Args["payee"])
	require.Equal(t, fault.ChargesOutstanding, possible(w, "terminal", "release", order, release.ClearCharges, 0).Fault.Code)
	w.Refused(fault.AlreadyCleared, "line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Refused(fault.NoStatement, "line", "release", "settle-charges", fields{"id": order}, payment)
	w.Refused(fault.WrongParty, "buyer", "release", "waive-charges", fields{"id": order, "waiver": "COMMERCIAL"}, "")
	w.Refused(fault.Invalid, "terminal", "release", "waive-charges", fields{"id": order, "waiver": "MERCY"}, "")
	w.Refused(fault.Invalid, "terminal", "release", "settle-charges", fields{"id": order}, "{}")
	w.Must("terminal", "release", "waive-charges", fields{"id": order, "waiver": "SERVICE_FAILURE"},
		`{"lines":[{"code":"STO","equipmentReference":"`+own.first+`"}]}`)
	w.Must("terminal", "release", "credit-charges", fields{"id": order}, `{"reference":"AEO-7","dueDate":"2027-01-31"}`)
	require.Equal(t, "CHARGES_CLEARED", w.State("release", order))
	seen := chargesOf(w, "buyer", order)
	require.Equal(t, "CREDIT", seen.Control.TerminalCharges)
	require.Equal(t, w.Party["terminal"], seen.Charges.Terminal.Statement.Lines[0].Entries[0].By, "who waived is kept (X-15)")
	require.Equal(t, charge.WaiveFault, seen.Charges.Terminal.Statement.Lines[0].Entries[0].Code)
	w.Refused(fault.AlreadyCleared, "terminal", "release", "settle-charges", fields{"id": order}, payment)
}

// Who settles brings the account along; another one than the record names is refused by every endorser.
func TestAnotherAccountIsRefused(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	present(w, "line", order, world.Fixture("charge-statement"))
	proposal, plan, err := w.Rehearse("line", "release", "settle-charges", fields{"id": order}, payment, world.Salt())
	require.NoError(t, err)
	require.Contains(t, plan.Attach, "charges")
	proposal.Transient["charges"] = bytes.ReplaceAll(proposal.Transient["charges"], []byte("300.00"), []byte("3.00"))
	_, err = w.Net.Submit(proposal, plan.Endorsers...)
	w.Refusal(fault.ContentMismatch, err)
	require.Equal(t, "REQUESTED", w.State("release", order))
}

// paidOrder is an accepted order whose carrier's statement of the fixture is paid.
func paidOrder(w *world.World) string {
	order := w.RequestedRelease(w.SurrenderedBill())
	present(w, "line", order, world.Fixture("charge-statement"))
	w.Must("line", "release", "settle-charges", fields{"id": order}, payment)
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	w.Must("line", "release", "issue", fields{"id": order, "validTo": w.Net.Now().Add(72 * time.Hour).Format(time.RFC3339)}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	return order
}

// later is the fixture's statement up to a later day, with the payment of paidOrder taken over.
func later(w *world.World) string {
	return account(w.TB, "charge-statement-later", func(a *charge.Account) {
		e := &a.Statement.Lines[0].Entries[0]
		e.By, e.Receipt = w.Party["line"], "TT-1"
	})
}

func TestDemurrageSinceTheIssueStandsInTheWay(t *testing.T) {
	w := world.New(t)
	order := paidOrder(w)
	w.Appointed(order, 2)
	out := w.AuthorisedOut(order, 2)
	record := func(who string) error {
		_, err := w.Try(who, "interchange", "record", fields{"id": out}, world.Sheet("gate-sheet-out", 2))
		return err
	}
	f := w.Refusal(fault.ChargesOutstanding, record("terminal")) // the second container ran out of free time: the carrier's peer knows
	require.Equal(t, "X-16", f.Rule)
	until := fields{"id": order, "validTo": w.Net.Now().Add(96 * time.Hour).Format(time.RFC3339)}
	require.Equal(t, "/validTo", w.Refused(fault.ChargesOutstanding, "line", "release", "extend", until, "").At)
	w.Refused(fault.ChargesOutstanding, "line", "release", "amend", until, world.Fixture("amendment"))

	w.Refused(fault.Invalid, "line", "release", "present-charges", fields{"id": order}, world.Fixture("charge-statement"))
	present(w, "line", order, later(w))
	require.Equal(t, "ACCEPTED", strings.Replace(w.State("release", order), "DELEGATED", "ACCEPTED", 1))
	require.Equal(t, fault.GateNotCleared, possible(w, "terminal", "interchange", out, "record", 0).Fault.Code, "everybody can tell now")
	require.Equal(t, fault.ChargesOutstanding, possible(w, "line", "release", order, release.Extend, 0).Fault.Code)
	longer := w.Refused(fault.ChargesOutstanding, "line", "release", "amend", until, world.Fixture("amendment"))
	require.Equal(t, "/validTo", longer.At, "another amendment is open to the line")
	w.Refusal(fault.GateNotCleared, record("terminal"))
	w.Must("line", "release", "credit-charges", fields{"id": order}, `{"reference":"AEO-7","dueDate":"2027-01-31"}`)
	w.Must("line", "release", "extend", until, "")
	require.NoError(t, record("terminal"))
}

func TestTheContainerThatIsPaidLeaves(t *testing.T) {
	w := world.New(t)
	order := paidOrder(w)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	until := fields{"id": order, "validTo": w.Net.Now().Add(96 * time.Hour).Format(time.RFC3339)}
	w.Refused(fault.ChargesOutstanding, "line", "release", "extend", until, "")
	present(w, "line", order, later(w))
	w.Must("line", "release", "settle-charges", fields{"id": order}, payment)
	w.Must("line", "release", "extend", until, "")
	require.Equal(t, 1, orderOf(w, order).Control.Out)
}

// Amounts, references and tariffs stay with the payee, who asked for the release and whom it is for. The other payee endorses
// the order and so sees them pass once; it keeps nothing and may not read them.
func TestMoneyStaysWithItsTwoSides(t *testing.T) {
	w := world.New(t, railOrg)
	order := w.RequestedRelease(w.SurrenderedBill())
	secrets := []string{canary("receipt"), canary("terms"), "OEDL-XMN-IMP", "XMT 2026-07", "123.45", "176.55", "300.00", "440.25"}
	present(w, "line", order, world.Fixture("charge-statement"))
	w.Must("line", "release", "settle-charges", fields{"id": order},
		`{"reference":"`+canary("receipt")+`","lines":[{"code":"DEM","equipmentReference":"`+own.first+`","amount":"123.45"}]}`)
	w.Must("line", "release", "credit-charges", fields{"id": order}, `{"reference":"`+canary("terms")+`","dueDate":"2027-01-31"}`)
	present(w, "terminal", order, world.Fixture("charge-statement-terminal"))
	for _, s := range secrets {
		require.NotContains(t, string(public(w)), s)
		for _, org := range []string{bankOrg, railOrg} {
			require.NotContains(t, string(seenBy(w, org)), s, "%s has seen it", org)
		}
	}
	for org, kept := range map[string][2]bool{carrierOrg: {true, false}, terminalOrg: {false, true}, portOrg: {true, true}, bankOrg: {}, railOrg: {}} {
		require.Equal(t, kept[0], w.Net.PrivateData(org, "charges/"+order+"/CARRIER") != nil, org)
		require.Equal(t, kept[1], w.Net.PrivateData(org, "charges/"+order+"/TERMINAL") != nil, org)
	}
	for who, sees := range map[string][2]bool{"line": {true, false}, "terminal": {false, true}, "buyer": {true, true}, "bank": {}, "forwarder": {}, "customs": {}, "line2": {}, "depot": {}} {
		seen := chargesOf(w, who, order)
		require.Equal(t, sees, [2]bool{seen.Charges.Carrier != nil, seen.Charges.Terminal != nil}, who)
	}
}

func TestTheRecordStaysSmall(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	present(w, "line", order, world.Fixture("charge-statement"))
	size := func() int { raw, _ := json.Marshal(orderOf(w, order).Control.CarrierStatement); return len(raw) }
	first := size()
	for range 20 {
		w.Must("line", "release", "settle-charges", fields{"id": order},
			`{"reference":"TT","lines":[{"code":"DEM","equipmentReference":"`+own.first+`","amount":"1"}]}`)
	}
	require.Equal(t, first, size())
}

// Whatever is settled in whatever order, the public gate is clear exactly when nothing is outstanding.
func TestTheGateIsClearExactlyWhenNothingIsOutstanding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := world.New(t)
		order := w.RequestedRelease(w.SurrenderedBill())
		present(w, "terminal", order, world.Fixture("charge-statement-terminal"))
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			act := rapid.SampledFrom([]string{"settle-charges", "credit-charges", "waive-charges"}).Draw(t, "act")
			request, body := fields{"id": order}, fields{"lines": []fields{{"code": "STO",
				"equipmentReference": world.Containers[rapid.IntRange(0, 1).Draw(t, "container")],
				"amount":             fmt.Sprintf("%d.%02d", rapid.IntRange(1, 450).Draw(t, "units"), rapid.IntRange(0, 99).Draw(t, "cents"))}}}
			if rapid.IntRange(0, 3).Draw(t, "all") == 0 {
				delete(body, "lines")
			}
			if act == "waive-charges" {
				request["waiver"] = "COMMERCIAL"
			} else {
				body["reference"] = "R"
				if act == "credit-charges" {
					body["dueDate"] = "2027-01-31"
				}
			}
			raw, err := json.Marshal(body)
			require.NoError(t, err)
			before := chargesOf(w, "buyer", order)
			if _, err := w.Try("terminal", "release", act, request, string(raw)); err != nil {
				require.Equal(t, before, chargesOf(w, "buyer", order))
			}
			seen := chargesOf(w, "buyer", order)
			b := seen.Charges.Terminal.Statement.Total
			require.Zero(t, b.Settled.Add(b.Waived).Add(b.Credited).Add(b.Outstanding).Cmp(b.Amount))
			require.Zero(t, before.Charges.Terminal.Statement.Total.Amount.Cmp(b.Amount))
			require.Equal(t, b.Outstanding.Sign() == 0, seen.Control.TerminalCharges != "")
			require.Equal(t, b.Outstanding.Sign() != 0, seen.Control.TerminalStatement.Status == release.Presented)
			require.Empty(t, seen.Control.CarrierCharges, "the carrier's money is other money")
		}
	})
}

const daysText = `{"id":"CN","utcOffset":"+08:00","firstYear":2025,"lastYear":2026,"weekend":["SA","SU"],"holidays":[],"workdays":[]`

func calendarOf(t require.TestingT) calendar.Calendar {
	var days calendar.Calendar
	require.NoError(t, json.Unmarshal([]byte(daysText+`,"version":1}`), &days))
	return days
}

func publishDays(w *world.World) {
	w.TB.Helper()
	var request fields
	require.NoError(w.TB, json.Unmarshal([]byte(daysText+`,"witness":"`+portOrg+`"}`), &request))
	w.Must(carrierOrg, "org", "publish-calendar", request, "")
}

// A statement that counts working days names a calendar of this ledger; a later edition stands in for the one named.
func TestATariffCountsByAPublishedCalendar(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	working := func(version int) string {
		return account(t, "charge-statement", func(a *charge.Account) {
			a.Tariff.Calendar = charge.Reference{Reference: carrierOrg + "/CN", Version: version}
			a.Tariff.Rules[0].Free.Unit = charge.WorkingDays
			days := calendarOf(t)
			days.ID, days.Version = carrierOrg+"/CN", version
			var err error
			a.Statement, err = charge.Accrued(a.Tariff, a.Containers, days, a.Statement.At)
			require.NoError(t, err)
		})
	}
	f := w.Refused(fault.NotFound, "line", "release", "present-charges", fields{"id": order}, working(1))
	require.Equal(t, "/content/tariff/calendar/reference", f.At)
	publishDays(w)
	f = w.Refused(fault.Invalid, "line", "release", "present-charges", fields{"id": order}, working(2))
	require.Equal(t, "/content/tariff/calendar", f.At)
	publishDays(w)
	present(w, "line", order, working(1))
	w.Must("line", "release", "settle-charges", fields{"id": order}, payment)
	require.Equal(t, "SETTLED", orderOf(w, order).Control.CarrierCharges)
	require.Equal(t, carrierOrg+"/CN", orderOf(w, order).Control.CarrierStatement.Calendar)
}
