package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/rules"
)

var (
	xiamen    = rules.Spot{Location: "CNXMN"}
	terminal1 = rules.Spot{Location: "CNXMN", List: "SMDG", Facility: "XMT1"}
	terminal2 = rules.Spot{Location: "CNXMN", List: "SMDG", Facility: "XMT2"}
	chongqing = rules.Spot{Location: "CNCKG"}
	unknown   = rules.Spot{}
)

func TestLegsBeginAndEndWhereTheBillSays(t *testing.T) {
	for name, c := range map[string]struct {
		from, to, first, last rules.Spot
		at                    string
	}{
		"the same":                       {xiamen, chongqing, xiamen, chongqing, ""},
		"legs say the facility":          {xiamen, chongqing, terminal1, chongqing, ""},
		"the bill says the facility":     {terminal1, chongqing, xiamen, chongqing, ""},
		"another facility":               {terminal1, chongqing, terminal2, chongqing, "/content/legs/0/fromLocation"},
		"begins elsewhere":               {xiamen, chongqing, chongqing, chongqing, "/content/legs/0/fromLocation"},
		"ends elsewhere":                 {xiamen, chongqing, xiamen, xiamen, "/content/legs"},
		"both elsewhere":                 {xiamen, chongqing, chongqing, xiamen, "/content/legs/0/fromLocation"},
		"a bill whose place has no code": {unknown, chongqing, xiamen, chongqing, "/content/legs/0/fromLocation"},
		"a bill whose end has no code":   {xiamen, unknown, xiamen, chongqing, "/content/legs"},
	} {
		f := rules.Route(c.from, c.to, c.first, c.last)
		if c.at == "" {
			require.Nil(t, f, name)
			continue
		}
		require.NotNil(t, f, name)
		require.Equal(t, []string{"invalid", c.at}, []string{string(f.Code), f.At}, name)
	}
}

func TestX01AMultimodalBillReleasesAtItsFinalPlaceOnly(t *testing.T) {
	for state, want := range map[lifecycle.State]fault.Code{leg.Planned: fault.NotAtFinalPlace, leg.Commissioned: fault.NotAtFinalPlace,
		leg.Received: fault.NotAtFinalPlace, leg.InCarriage: fault.NotAtFinalPlace, leg.Delivered: ""} {
		check(t, string(state), rules.Arrived(leg.Leg{Record: lifecycle.Record{State: state}}), want, "X-01")
	}
	for name, c := range map[string]struct {
		pickup, final rules.Spot
		want          fault.Code
	}{
		"there":                      {terminal1, terminal1, ""},
		"at a facility of the place": {terminal1, xiamen, ""},
		"another facility":           {terminal2, terminal1, fault.NotAtFinalPlace},
		"elsewhere":                  {terminal1, chongqing, fault.NotAtFinalPlace},
		"no facility where one is":   {xiamen, terminal1, fault.NotAtFinalPlace},
	} {
		check(t, name, rules.AtFinalPlace(c.pickup, c.final), c.want, "X-01")
	}
}

func TestX20ABrokenSealBetweenCarriersStaysWithTheBill(t *testing.T) {
	l := leg.Leg{Record: lifecycle.Record{ID: "bl-1.1"}, Handover: &leg.Handover{}}
	d := rules.Delivery{Evidence: []string{"ir-1"}}
	require.Equal(t, []string{"ir-1"}, d.AttachLeg(l).Evidence)
	require.Equal(t, []string{"ir-1"}, d.AttachLeg(leg.Leg{}).Evidence)
	l.Handover.Broken = true
	after := d.AttachLeg(l)
	require.Equal(t, []string{"ir-1", "bl-1.1"}, after.Evidence)
	require.Equal(t, after, after.AttachLeg(l), "once")
	require.Equal(t, []string{"ir-1"}, d.Evidence)
}
