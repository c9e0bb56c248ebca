package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/calendar"
	"portledger/chaincode/charge"
	"portledger/chaincode/fault"
	"portledger/test/world"
)

// What the gate recorded stops the clock for the payee too: it neither leaves the move out nor puts it on another day.
func TestAStatementKeepsToWhatTheGateRecorded(t *testing.T) {
	w := world.New(t)
	order := paidOrder(w)
	w.Appointed(order, 1)
	out := w.GatedOut(order, 1)
	left := w.Net.Now()
	w.Net.Advance(10 * 24 * time.Hour)
	now := w.Net.Now()
	stated := func(until time.Time, change func(*charge.Events)) string {
		return account(t, "charge-statement-later", func(a *charge.Account) {
			e := &a.Statement.Lines[0].Entries[0]
			e.By, e.Receipt = w.Party["line"], "TT-1"
			change(&a.Containers[0])
			fresh, err := charge.Accrued(a.Tariff, a.Containers, calendar.Calendar{}, until)
			require.NoError(t, err)
			a.Statement, err = fresh.Carry(a.Statement)
			require.NoError(t, err)
		})
	}
	gone := func(out, in time.Time) func(*charge.Events) {
		return func(e *charge.Events) { e.GateOut, e.EmptyReturn = out, in }
	}
	refused := func(code fault.Code, at string, change func(*charge.Events)) {
		t.Helper()
		f := w.Refused(code, "line", "release", "present-charges", fields{"id": order}, stated(now, change))
		require.Equal(t, "/content/containers/0"+at, f.At)
	}
	still := func(*charge.Events) {}
	refused(fault.ContentMismatch, "/gateOut", still)
	refused(fault.ContentMismatch, "/gateOut", gone(left.Add(48*time.Hour), time.Time{}))
	refused(fault.ContentMismatch, "/gateOut", gone(left.Add(-time.Hour), time.Time{}))
	refused(fault.Invalid, "/gateOut", gone(now.Add(time.Hour), time.Time{}))
	refused(fault.Invalid, "/emptyReturn", gone(left, now.Add(time.Hour)))
	present(w, "line", order, stated(left.Add(-time.Hour), still)) // up to an hour before it left
	present(w, "line", order, stated(now, gone(left, time.Time{})))

	w.Returned(order, 1, out)
	refused(fault.ContentMismatch, "/emptyReturn", gone(left, time.Time{}))
	refused(fault.ContentMismatch, "/emptyReturn", gone(left, now.Add(-time.Hour)))
	present(w, "line", order, stated(now, gone(left, now)))
}

// The return that closes the order is the one that tells how long the container was away: what it cost is stated then.
func TestDetentionIsSettledAfterTheLastReturn(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	var outs []string
	for line := 1; line <= 2; line++ {
		w.Appointed(order, line)
		outs = append(outs, w.GatedOut(order, line))
	}
	left := w.Net.Now()
	w.Net.Advance(10 * 24 * time.Hour)
	for i, out := range outs {
		w.Returned(order, i+1, out)
	}
	require.Equal(t, "CLOSED", w.State("release", order))
	back := w.Net.Now()
	statement := account(t, "charge-statement", func(a *charge.Account) {
		a.Tariff.Rules[0].Code = charge.Detention
		for i := range a.Containers {
			a.Containers[i].GateOut, a.Containers[i].EmptyReturn = left, back
		}
		var err error
		a.Statement, err = charge.Assess(a.Tariff, a.Containers, calendar.Calendar{})
		require.NoError(t, err)
	})
	w.Refused(fault.WrongParty, "buyer", "release", "present-charges", fields{"id": order}, statement)
	present(w, "line", order, statement)
	seen := chargesOf(w, "buyer", order)
	require.Equal(t, "600.00", seen.Charges.Carrier.Statement.Total.Outstanding.String(), "three days of two containers")
	w.Must("line", "release", "settle-charges", fields{"id": order}, payment)
	require.Equal(t, "SETTLED", orderOf(w, order).Control.CarrierCharges)
	require.Equal(t, "CLOSED", w.State("release", order))
}

// The terminal told the log when it took the reefer off power: it does not charge for those hours.
func TestPowerIsNotChargedWhereTheLogHasNone(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	now := w.Net.Now()
	for _, e := range []struct {
		kind string
		ago  time.Duration
	}{{"PLUG_IN", 90 * time.Hour}, {"PLUG_OUT", 60 * time.Hour}, {"PLUG_IN", 30 * time.Hour}, {"PLUG_OUT", 2 * time.Hour}} {
		w.Must("terminal", "release", "plug", line(order, 1), plugged(w, e.kind, e.ago))
	}
	ago := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	power := func(plugs ...charge.Connection) string {
		return account(t, "charge-statement-terminal", func(a *charge.Account) {
			a.Tariff.Rules = []charge.Rule{{Code: charge.Plug, UnitHours: 24, RatePerUnit: a.Tariff.Rules[0].Tiers[0].RatePerDay}}
			a.Containers[0].Plugs = plugs
			var err error
			a.Statement, err = charge.Accrued(a.Tariff, a.Containers, calendar.Calendar{}, now)
			require.NoError(t, err)
		})
	}
	for name, plugs := range map[string][]charge.Connection{
		"all the time":      {{In: ago(90), Out: ago(2)}},
		"a little too long": {{In: ago(90), Out: ago(59)}},
		"still on":          {{In: ago(90), Out: ago(60)}, {In: ago(30)}},
	} {
		f := w.Refused(fault.ContentMismatch, "terminal", "release", "present-charges", fields{"id": order}, power(plugs...))
		require.Contains(t, f.At, "/content/containers/0/plugs/", name)
	}
	present(w, "terminal", order, power(charge.Connection{In: ago(100), Out: ago(60)}, charge.Connection{In: ago(30), Out: ago(2)}))
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", 0))
	w.Net.Advance(time.Hour)
	present(w, "terminal", order, power(charge.Connection{In: ago(90), Out: ago(60)}, charge.Connection{In: ago(30), Out: ago(2)}, charge.Connection{In: now}))
}

// Nobody can tell what accrued on working days of a year that no calendar lists: the gate says that it is the charges, and not that
// something is wrong with the sheet. The next edition of the calendar opens it.
func TestACalendarThatRanOutIsNamedAtTheGate(t *testing.T) {
	w := world.New(t)
	publishDays(w)
	order := w.RequestedRelease(w.SurrenderedBill())
	present(w, "line", order, account(t, "charge-statement", func(a *charge.Account) {
		a.Tariff.Calendar = charge.Reference{Reference: carrierOrg + "/CN", Version: 1}
		a.Tariff.Rules[0].Free.Unit = charge.WorkingDays
		days := calendarOf(t)
		days.ID = carrierOrg + "/CN"
		var err error
		a.Statement, err = charge.Accrued(a.Tariff, a.Containers, days, w.Net.Now())
		require.NoError(t, err)
	}))
	w.Must("line", "release", "settle-charges", fields{"id": order}, payment)
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	w.Must("line", "release", "issue", fields{"id": order, "validTo": "2027-02-01T00:00:00Z"}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	w.Net.Advance(370 * 24 * time.Hour)
	w.Appointed(order, 1)
	receipt := fields{"id": w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, world.With(world.Sheet("authority-out", 1), "deadline", "2027-02-01T00:00:00Z")).ID}
	f := w.Refused(fault.GateNotCleared, "terminal", "interchange", "record", receipt, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, map[string]string{"gate": "CHARGES"}, f.Args)
	require.Equal(t, "X-16", f.Rule)
	require.Empty(t, f.At)
	longer := fields{"id": order, "validTo": "2027-03-01T00:00:00Z"}
	require.Equal(t, "/validTo", w.Refused(fault.GateNotCleared, "line", "release", "extend", longer, "").At)

	var next fields
	require.NoError(t, json.Unmarshal([]byte(strings.Replace(daysText, `"lastYear":2026`, `"lastYear":2027`, 1)+`,"witness":"`+portOrg+`"}`), &next))
	w.Must(carrierOrg, "org", "publish-calendar", next, "")
	w.Must("line", "release", "extend", longer, "")
	w.Must("terminal", "interchange", "record", receipt, world.Sheet("gate-sheet-out", 1))
}
