package reefer_test

import (
	"encoding/json"
	"testing"
	"time"

	"portledger/chaincode/reefer"
)

// everything is whatever JSON can fill.
type everything struct {
	Settings, Bill reefer.Settings
	Reason, ISO    string
	NonOperating   bool
	Plugs          []reefer.PlugEvent
	Readings       []reefer.Reading
	Terms          reefer.Terms
	Summary        reefer.Summary
	PTI            reefer.PTI
	At             time.Time
	Number         int
	Excursions     []reefer.Excursion
}

// Whatever a document says, and however large its numbers are, the answer comes, and comes soon.
func FuzzNothingPanics(f *testing.F) {
	for _, seed := range []string{
		`{}`,
		`{"Settings":{"temperatureSetpoint":1e9999,"temperatureUnit":"FAH","airExchangeSetpoint":1e-99999,"airExchangeUnit":"FQH"},"Bill":{"temperatureSetpoint":-0.4,"temperatureUnit":"FAH"}}`,
		`{"Plugs":[{"type":"PLUG_OUT","at":"2026-11-01T10:00:00Z","kwhMeter":"1"},{"type":"PLUG_IN","at":"2026-11-02T10:00:00+08:00","kwhMeter":"2e10000"}],"At":"9999-12-31T23:59:59Z"}`,
		`{"Readings":[{"at":"2026-11-01T10:00:00Z","returnAir":"-14","powerOn":false,"humidity":1},{"at":"2026-11-01T14:00:00Z","returnAir":"-18","setpoint":-18,"powerOn":true}],
		  "Terms":{"setpoint":"-18","temperature":{"low":"3","high":"3","graceMinutes":60},"o2":{"setpoint":"3","tolerance":{"low":"1","high":"-1e9999"}},"maxPowerOffMinutes":30}}`,
		`{"Summary":{"count":-1,"firstAt":"0001-01-01T00:00:00Z","minReturn":"-1e10000","dataHash":"zz"},"PTI":{"performedAt":"2026-01-01T00:00:00Z","result":"PASS"},"Number":-9223372036854775808}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e everything
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		e.Settings.ProblemsOn(e.ISO, e.NonOperating)
		e.Settings.ProblemsAgainst(e.Bill, e.Reason)
		setpoint, _ := e.Settings.Setpoint()
		reefer.ClassOf(setpoint)
		reefer.AirFor(setpoint)
		plugs, _ := reefer.NewPlugs(e.Plugs)
		plugs.Stays(e.At)
		reefer.JoinPower(plugs.Gaps(e.Number, e.At), e.Excursions)
		reefer.Worst(e.Excursions)
		series, _ := reefer.NewSeries(e.Readings)
		series.Excursions(e.Terms)
		e.Summary.Verify(series, raw)
		e.Summary.Problems()
		e.PTI.Problems()
		e.PTI.ProblemsAt(e.At, e.Number)
	})
}
