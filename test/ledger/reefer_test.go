package ledger_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/reefer"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// plugged is a plug event so long ago.
func plugged(w *world.World, kind string, ago time.Duration) string {
	event := world.With(world.Fixture("plug-event"), "type", kind)
	event = world.With(event, "kwhMeter", nil)
	return world.With(event, "at", w.Net.Now().Add(-ago).Format(time.RFC3339))
}

// readings is a report that claims one time without power.
func readings(w *world.World, from, to time.Duration) string {
	ago := func(d time.Duration) string { return w.Net.Now().Add(-d).Format(time.RFC3339) }
	report := world.With(world.Fixture("reefer-readings"), "excursions", []any{fields{"kind": "POWER", "from": ago(from), "to": ago(to)}})
	var summary fields
	if err := json.Unmarshal([]byte(world.Fixture("reefer-readings")), &struct{ Readings *fields }{&summary}); err != nil {
		panic(err)
	}
	summary["firstAt"], summary["lastAt"] = ago(100*time.Hour), ago(0)
	return world.With(report, "readings", summary)
}

func acknowledged(numbers ...int) string {
	return world.With(world.Fixture("excursion-acknowledgement"), "excursions", numbers)
}

type coldView struct {
	Lines []struct {
		Control release.Line `json:"control"`
		Reefer  *reefer.Log  `json:"reefer"`
	} `json:"lines"`
}

// coldLine is the first line as its terminal sees it; public and private half must agree.
func coldLine(w *world.World, order string) (release.Line, reefer.Log) {
	w.TB.Helper()
	l := read[coldView](w, "terminal", "release", order).Lines[0]
	if l.Reefer == nil {
		require.Equal(w.TB, release.Reefer{}, l.Control.Reefer)
		return l.Control, reefer.Log{}
	}
	require.Equal(w.TB, string(l.Reefer.Open()), l.Control.Reefer.Open, "the public severity is the worst that is open")
	require.Len(w.TB, l.Reefer.Plugs, l.Control.Reefer.Plugs)
	require.Len(w.TB, l.Reefer.Reports, l.Control.Reefer.Reports)
	require.Len(w.TB, l.Reefer.Corrections, l.Control.Reefer.Corrections)
	require.Len(w.TB, l.Reefer.Certificates, l.Control.Reefer.Certificates)
	return l.Control, *l.Reefer
}

// without power: plugged in, out for fourteen hours, and in again.
func withoutPower(w *world.World, order string) {
	w.TB.Helper()
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", 20*time.Hour))
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_OUT", 15*time.Hour))
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", time.Hour))
}

func TestSettingsThatAreNotTheBillsNeedAReason(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	ask := fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}
	warmer := strings.Replace(world.Fixture("release"), `"temperatureSetpoint": -18`, `"temperatureSetpoint": -20`, 1)
	f := w.Refused(fault.Invalid, "buyer", "release", "request", ask, warmer)
	require.Equal(t, []string{"X-14", "/content/lines/0/reefer/activeReeferSettings/temperatureSetpoint"}, []string{f.Rule, f.At})
	var order map[string]any
	require.NoError(t, json.Unmarshal([]byte(world.Fixture("release")), &order))
	delete(order["lines"].([]any)[1].(map[string]any), "reefer")
	f = w.Refused(fault.Invalid, "buyer", "release", "request", ask, text(order))
	require.Equal(t, []string{"X-14", "/content/lines/1/reefer"}, []string{f.Rule, f.At})
	reasoned := strings.Replace(warmer, `"tolerance"`, `"settingsDifferenceReason": "As the buyer asked", "tolerance"`, 1)
	w.Must("buyer", "release", "request", ask, reasoned)
}

func TestALossOfPowerHoldsTheContainerUntilItIsAcknowledged(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	w.Must("terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_IN", 20*time.Hour))
	f := w.Refused(fault.Invalid, "terminal", "release", "plug", line(g.order, 2), plugged(w, "PLUG_IN", reefer.SpanMax+time.Hour))
	require.Equal(t, map[string]string{"check": "span-within"}, f.Args)
	before, _ := coldLine(w, g.order)
	f = w.Refused(fault.Invalid, "terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_IN", 15*time.Hour))
	require.Equal(t, "/content/type", f.At)
	f = w.Refused(fault.Invalid, "terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_OUT", 30*time.Hour))
	require.Equal(t, "/content/at", f.At)
	f = w.Refused(fault.Invalid, "terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_OUT", -time.Hour))
	require.Equal(t, map[string]string{"check": "not-in-future"}, f.Args)
	w.Refused(fault.WrongParty, "line", "release", "plug", line(g.order, 1), plugged(w, "PLUG_OUT", time.Hour))
	w.Refused(fault.NoExcursion, "buyer", "release", "acknowledge-excursion", line(g.order, 1), acknowledged(1))
	after, _ := coldLine(w, g.order)
	require.Equal(t, before, after, "what is refused changes nothing")

	w.Must("terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_OUT", 15*time.Hour))
	w.Must("terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_IN", time.Hour))
	held, log := coldLine(w, g.order)
	require.Equal(t, "CRITICAL", held.Reefer.Open)
	require.Equal(t, reefer.Power, log.Excursions[0].Kind)
	sheet := world.Sheet("gate-sheet-out", 1)
	f = w.Refused(fault.OnHold, "terminal", "interchange", "record", fields{"id": g.receipt}, sheet)
	require.Equal(t, "TERMINAL_DAMAGE", f.Args["ground"])
	f = w.Refused(fault.Invalid, "buyer", "release", "acknowledge-excursion", line(g.order, 1), acknowledged(1, 7))
	require.Equal(t, "/content/excursions/1", f.At)
	for _, who := range []string{"terminal", "trucker", "line"} { // the trucker holds the right: it fetches, and takes no note for the buyer
		w.Refused(fault.WrongParty, who, "release", "acknowledge-excursion", line(g.order, 1), acknowledged(1))
	}
	w.Must("buyer", "release", "acknowledge-excursion", line(g.order, 1), acknowledged(1))
	free, log := coldLine(w, g.order)
	require.Empty(t, free.Holds)
	require.Equal(t, w.Party["buyer"], log.Excursions[0].AcknowledgedBy)
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, sheet)
	w.Refused(fault.WrongState, "terminal", "release", "plug", line(g.order, 1), plugged(w, "PLUG_OUT", 0))

	w.Must("line", "release", "report-readings", line(g.order, 1), readings(w, 40*time.Hour, 21*time.Hour))
	out, _ := coldLine(w, g.order)
	require.True(t, out.Reefer.Evidence)
	require.Equal(t, "CRITICAL", out.Reefer.Open)
	require.Empty(t, out.Holds, "rule X-20: what is out is not called back")
	w.Must("buyer", "release", "acknowledge-excursion", line(g.order, 1), acknowledged(2))
	coldLine(w, g.order)
}

func TestReadingsThatComeAlongMustGiveWhatIsClaimed(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	full := world.Fixture("reefer-readings-full")
	shift := w.Net.Now().Truncate(time.Hour).Add(-24 * time.Hour).Format("2006-01-02")
	full = strings.ReplaceAll(full, "2026-11-20", shift)
	var report struct {
		Readings fields           `json:"readings"`
		Data     []reefer.Reading `json:"data"`
	}
	require.NoError(t, json.Unmarshal([]byte(full), &report))
	f := w.Refused(fault.Invalid, "line", "release", "report-readings", line(order, 1), full)
	require.Equal(t, "/content/readings/dataHash", f.At)
	report.Readings["dataHash"] = hashOf(t, full)
	full = world.With(full, "readings", report.Readings)
	for _, claims := range []any{[]any{}, []any{fields{"kind": "TEMP_HIGH", "from": shift + "T10:00:00Z", "to": shift + "T13:00:00Z", "peak": "-14.0"}}} {
		f = w.Refused(fault.Invalid, "line", "release", "report-readings", line(order, 1), world.With(full, "excursions", claims))
		require.Equal(t, []string{"/content/excursions", "as-computed"}, []string{f.At, f.Args["check"]})
	}
	w.Must("terminal", "release", "report-readings", line(order, 1), full)
	l, log := coldLine(w, order)
	require.Equal(t, "MAJOR", l.Reefer.Open, "three hours, and 6 K off")
	require.True(t, log.Reports[0].Computed)
	require.Equal(t, w.Party["terminal"], log.Reports[0].By)
}

// hashOf is the hash of a report's data as RFC 8785 writes them: the fixture's members have ASCII names and texts only.
func hashOf(t *testing.T, report string) string {
	var all struct {
		Data []map[string]any `json:"data"`
	}
	require.NoError(t, json.Unmarshal([]byte(report), &all))
	return reefer.Hash([]byte(text(all.Data)))
}

func TestADryContainerHasNoReeferLog(t *testing.T) {
	w := world.New(t)
	var doc map[string]any
	require.NoError(t, json.Unmarshal([]byte(world.Fixture("bill-order")), &doc))
	for _, e := range doc["utilizedTransportEquipments"].([]any) {
		delete(e.(map[string]any), "activeReeferSettings")
		e.(map[string]any)["isNonOperatingReefer"] = true
	}
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, text(doc)).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	surrender(w, id, "shipper")
	var ask map[string]any
	require.NoError(t, json.Unmarshal([]byte(world.Fixture("release")), &ask))
	for _, l := range ask["lines"].([]any) {
		delete(l.(map[string]any), "reefer")
		l.(map[string]any)["isNonOperatingReefer"] = true
	}
	order := w.Must("shipper", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, text(ask)).ID
	w.Refused(fault.NotReefer, "terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", time.Hour))
	require.Equal(t, fault.NotReefer, possible(w, "terminal", "release", order, "plug", 1).Fault.Code, "and it is told beforehand")
}

func TestReeferActsAreToldAsTheyWouldGo(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	require.True(t, possible(w, "terminal", "release", order, "plug", 1).Allowed)
	require.True(t, possible(w, "line", "release", order, "report-readings", 1).Allowed)
	require.Equal(t, fault.WrongParty, possible(w, "buyer", "release", order, "acknowledge-excursion", 1).Fault.Code, "not accepted yet")
	w.AcceptedRelease(order)
	require.Equal(t, fault.NoExcursion, possible(w, "buyer", "release", order, "acknowledge-excursion", 1).Fault.Code)
	withoutPower(w, order)
	require.True(t, possible(w, "buyer", "release", order, "acknowledge-excursion", 1).Allowed)
	require.Equal(t, fault.OnHold, possible(w, "buyer", "release", order, "delegate", 1).Fault.Code)
}

// The log goes with the right: who is offered it gets the log, who declines keeps nothing, who comes back gets the present one.
func TestTheLogGoesWithTheRight(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("haulier", railOrg, false, "TRUCKER")
	order := w.RequestedRelease(w.SurrenderedBill())
	key := "reefer/" + order + "/1"
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", 20*time.Hour))
	for _, org := range []string{carrierOrg, terminalOrg, portOrg} {
		require.NotNil(t, w.Net.PrivateData(org, key), org)
	}
	for _, org := range []string{bankOrg, railOrg} {
		require.Nil(t, w.Net.PrivateData(org, key), org)
	}
	w.AcceptedRelease(order)
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "haulier"), "")
	require.Equal(t, w.Net.PrivateData(carrierOrg, key), w.Net.PrivateData(railOrg, key))
	w.Must("haulier", "release", "decline-delegation", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
	require.Nil(t, w.Net.PrivateData(railOrg, key), "purged")

	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "haulier"), "")
	w.Must("buyer", "release", "recall", line(order, 1), "")
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_OUT", 19*time.Hour))
	require.NotEqual(t, w.Net.PrivateData(carrierOrg, key), w.Net.PrivateData(railOrg, key), "what was recalled is not kept up")
	require.Nil(t, read[coldView](w, "haulier", "release", order).Lines[0].Reefer)
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "haulier"), "")
	w.Must("haulier", "release", "accept-delegation", line(order, 1), "")
	require.Equal(t, w.Net.PrivateData(carrierOrg, key), w.Net.PrivateData(railOrg, key))
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", time.Hour))
	w.Must("buyer", "release", "acknowledge-excursion", line(order, 1), acknowledged(1))
	w.Must("buyer", "release", "recall", line(order, 1), "")
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_OUT", 0))
	_, log := coldLine(w, order)
	require.Len(t, log.Plugs, 4)
	for _, who := range []string{"buyer", "line", "terminal"} {
		require.NotNil(t, read[coldView](w, who, "release", order).Lines[0].Reefer, who)
	}
	for _, who := range []string{"trucker2", "shipper", "bank", "line2", "depot", "forwarder", "haulier"} {
		require.Nil(t, read[coldView](w, who, "release", order).Lines[0].Reefer, who)
	}
}

func TestSlotsTemperaturesAndNotesStayWithTheEntitled(t *testing.T) {
	w := world.New(t, railOrg)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	withoutPower(w, order)
	slot := world.With(plugged(w, "PLUG_OUT", 30*time.Minute), "slot", "CANARY-slot")
	w.Must("terminal", "release", "plug", line(order, 1), slot)
	report := strings.ReplaceAll(readings(w, 60*time.Hour, 50*time.Hour), "-18.9", "-18.914237")
	w.Must("line", "release", "report-readings", line(order, 1), report)
	w.Must("buyer", "release", "acknowledge-excursion", line(order, 1), world.With(acknowledged(1), "note", "CANARY-note"))
	for _, secret := range []string{"CANARY-slot", "-18.914237", "CANARY-note", "R12-04", "PLUG_OUT"} {
		require.NotContains(t, string(public(w)), secret)
		for _, org := range everybody {
			has := bytes.Contains(seenBy(w, org), []byte(secret))
			require.Equal(t, slices.Contains([]string{carrierOrg, terminalOrg, portOrg}, org), has, "%s and %s", org, secret)
		}
	}
}

// One act costs the same after many as after few: the log is full at a stated number.
func TestALogIsBounded(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	for n := range release.ReportsMax {
		from := time.Duration(90-n) * time.Hour / 2
		w.Must("line", "release", "report-readings", line(order, 1), readings(w, from, from-15*time.Minute))
	}
	f := w.Refused(fault.LimitReached, "line", "release", "report-readings", line(order, 1), readings(w, time.Hour, time.Minute))
	require.Equal(t, "40", f.Args["limit"])
	require.Less(t, len(w.Net.PrivateData(carrierOrg, "reefer/"+order+"/1")), 64<<10)
	require.Equal(t, release.PlugsMax, reefer.LogPlugsMax)
	require.Equal(t, release.ReportsMax, reefer.LogReportsMax)
}

// coldContent makes the private content of an act on a line's reefer log, long enough ago to give excursions.
func (k *walk) coldContent(kind string, p paper) string {
	switch kind {
	case "plug-event":
		had := orderOf(k.w, p.id).Lines[p.line-1].Control.Reefer.Plugs
		return plugged(k.w, []string{"PLUG_IN", "PLUG_OUT"}[had%2], time.Duration(100-had)*5*time.Hour)
	case "certificate":
		return certificate(k.w, world.Salt())
	case "plug-correction":
		return k.correction(p)
	case "reefer-readings":
		from := time.Duration(2+k.pick(400)) * time.Hour
		return strings.ReplaceAll(readings(k.w, from, from/2), `"kind":"POWER"`, `"kind":"TEMP_HIGH","peak":"-9.5"`)
	case "excursion-acknowledgement":
		view := read[coldView](k.w, "terminal", "release", p.id).Lines[p.line-1]
		if view.Reefer != nil {
			for _, f := range view.Reefer.Excursions {
				if f.AcknowledgedBy == "" {
					return acknowledged(f.Number)
				}
			}
		}
		return acknowledged(1)
	}
	return ""
}

// Without generator set the container goes all the same, and who sees line and sheet is told.
func TestAContainerGoesWithoutAGeneratorSetAndThatIsTold(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	type roadView struct {
		Lines []struct {
			Road []reefer.Problem `json:"road"`
		} `json:"lines"`
	}
	told := func(who string) []reefer.Problem { return read[roadView](w, who, "release", g.order).Lines[0].Road }
	require.Empty(t, told("terminal"), "the truck has announced one")
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.With(world.Sheet("gate-sheet-out", 1), "genset", nil))
	missing := []reefer.Problem{{Check: reefer.GensetRequired, At: "/reefer/genset"}}
	for _, who := range []string{"terminal", "line", "trucker"} {
		require.Equal(t, missing, told(who), who)
	}
	for _, who := range []string{"bank", "line2", "trucker2"} {
		require.Empty(t, told(who), who)
	}
}
