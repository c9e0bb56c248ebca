package content

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Money has one form: up to 15 digits, at most 6 decimals, above zero. Whatever else a program or a person might write for it is
// refused, wherever a bank says how much.
func TestAmountsOfMoneyHaveOneForm(t *testing.T) {
	c := checker(t)
	for _, place := range []struct{ fixture, at string }{
		{"pledge-terms.json", "/amount"}, {"pledge-terms.json", "/cargoValue"}, {"pledge-terms.json", "/advanceRate"},
		{"pledge-insurance.json", "/insuredAmount"}, {"facility.json", "/limit"}, {"facility.json", "/pledgorLimit"},
		{"facility.json", "/bankLimit"}, {"reservation.json", "/amount"}, {"exchange-terms.json", "/amount"}, {"presentation.json", "/amount"},
		{"through-charge.json", "/amount"}, {"leg-share.json", "/amount"},
	} {
		for _, bad := range []string{`"0"`, `"0.000000"`, `"-1"`, `"-0"`, `"+1"`, `"1e3"`, `"1E-3"`, `"1.0000001"`, `"1234567890123456"`, `"01"`, `"1."`,
			`".5"`, `"1,000"`, `"1 000"`, `" 1"`, `"1\n"`, `"NaN"`, `"Infinity"`, `"0x10"`, `"１"`, `"1_000"`, `""`} {
			err := c.Check(kindOf(t, place.fixture), edited(t, place.fixture, edit{place.at, bad}))
			require.Equal(t, Problem{Invalid, place.at, "positive-decimal"}, problemOf(t, err), "%s %s", place.fixture, bad)
		}
		for _, bad := range []string{`1`, `1.5`, `1e3`, `null`, `true`, `["1"]`} {
			err := c.Check(kindOf(t, place.fixture), edited(t, place.fixture, edit{place.at, bad}))
			require.Equal(t, Problem{Invalid, place.at, "type"}, problemOf(t, err), "%s %s", place.fixture, bad)
		}
	}
}
