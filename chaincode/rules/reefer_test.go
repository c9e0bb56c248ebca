package rules_test

import (
	"testing"

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
