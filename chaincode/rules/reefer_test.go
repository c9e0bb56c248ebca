package rules_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/reefer"
	"portledger/chaincode/rules"
)

func TestX14SettingsAreTheBillsOrHaveAReason(t *testing.T) {
	set := func(degrees, unit string) *reefer.Settings {
		value := decimal.RequireFromString(degrees)
		return &reefer.Settings{Temperature: &value, TemperatureUnit: unit}
	}
	wet := set("-18", "CEL")
	humid := decimal.NewFromInt(80)
	wet.Humidity = &humid
	const block = "/content/lines/0/reefer"
	for name, c := range map[string]struct {
		bill, line *reefer.Settings
		reason, at string
	}{
		"neither cools":                {nil, nil, "", ""},
		"the same":                     {set("-18", "CEL"), set("-18.0", "CEL"), "", ""},
		"the same in another unit":     {set("-20", "CEL"), set("-4", "FAH"), "", ""},
		"another set-point":            {set("-18", "CEL"), set("-15", "CEL"), "", block + "/activeReeferSettings/temperatureSetpoint"},
		"the first field that differs": {wet, set("-15", "CEL"), "", block + "/activeReeferSettings/temperatureSetpoint"},
		"one that only one states":     {wet, set("-18", "CEL"), "", block + "/activeReeferSettings/humiditySetpoint"},
		"a reason":                     {set("-18", "CEL"), set("-15", "CEL"), "as the buyer asked", ""},
		"no block in the line":         {set("-18", "CEL"), nil, "", block},
		"a block that the bill lacks":  {nil, set("-18", "CEL"), "", ""},
	} {
		f := rules.SettingsAgree(c.bill, c.line, c.reason, "/content/lines/0")
		if c.at == "" {
			require.Nil(t, f, name)
			continue
		}
		require.NotNil(t, f, name)
		require.Equal(t, []string{string(fault.Invalid), "X-14", c.at}, []string{string(f.Code), f.Rule, f.At}, name)
	}
}

func TestAReeferIsReportedThatIsNotReadyForTheRoad(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	pti := func(days int, result string) *reefer.PTI {
		return &reefer.PTI{PerformedAt: at.AddDate(0, 0, -days), Result: result}
	}
	gone := pti(40, reefer.Pass)
	gone.ValidUntil = at.Add(-time.Hour)
	problem := func(check reefer.Check, place string) reefer.Problem { return reefer.Problem{Check: check, At: place} }
	for name, c := range map[string]struct {
		pti    *reefer.PTI
		needed bool
		genset string
		want   []reefer.Problem
	}{
		"nothing agreed":       {nil, false, "", nil},
		"all there":            {pti(100, reefer.Pass), true, "GS-2041", nil},
		"failed":               {pti(1, reefer.Fail), false, "", []reefer.Problem{problem(reefer.PTIPassed, "/reefer/pti/result")}},
		"run out":              {gone, false, "", []reefer.Problem{problem(reefer.PTINotExpired, "/reefer/pti/validUntil")}},
		"older than any allow": {pti(181, reefer.Pass), false, "", []reefer.Problem{problem(reefer.PTINotExpired, "/reefer/pti/validUntil")}},
		"no generator set":     {nil, true, "", []reefer.Problem{problem(reefer.GensetRequired, "/reefer/genset")}},
	} {
		require.ElementsMatch(t, c.want, rules.RoadReady(c.pti, c.needed, c.genset, at), name)
	}
}
