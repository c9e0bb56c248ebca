package content

import "testing"

func TestTermsOfAPledge(t *testing.T) {
	run(t, []rule{
		{name: "fewer decimals", fixture: "pledge-terms.json", edits: []edit{{"/advanceRate", `"0.7"`}}},
		{name: "more decimals", fixture: "pledge-terms.json", edits: []edit{{"/advanceRate", `"0.700000"`}}},
		{name: "too many decimals", fixture: "pledge-terms.json", edits: []edit{{"/advanceRate", `"0.7000000"`}}, at: "/advanceRate", check: "positive-decimal"},
		{name: "rounded half up", fixture: "pledge-terms.json", edits: []edit{{"/amount", `"1"`}, {"/cargoValue", `"8"`}, {"/advanceRate", `"0.13"`}}},
		{name: "rounded down", fixture: "pledge-terms.json", edits: []edit{{"/amount", `"1"`}, {"/cargoValue", `"8"`}, {"/advanceRate", `"0.12"`}}, at: "/advanceRate", check: "amount-by-value"},
		{name: "another amount", fixture: "pledge-terms.json", edits: []edit{{"/amount", `"171700.00"`}}, at: "/advanceRate", check: "amount-by-value"},
		{name: "matures before it starts", fixture: "pledge-terms.json", edits: []edit{{"/maturityDate", `"2026-11-19"`}}, at: "/maturityDate", check: "dates-in-order"},
		{name: "rate before dates", fixture: "pledge-terms.json", edits: []edit{{"/maturityDate", `"2026-11-19"`}, {"/advanceRate", `"0.8"`}}, at: "/advanceRate", check: "amount-by-value"},
		{name: "a number is no decimal text", fixture: "pledge-terms.json", edits: []edit{{"/amount", `161700`}}, at: "/amount", check: "type"},
		{name: "another facility", fixture: "pledge-terms.json", edits: []edit{{"/facilityType", `"OVERDRAFT"`}}, at: "/facilityType", check: "enum"},
		{name: "a sum without currency", fixture: "pledge-insurance.json", edits: []edit{{"/currency", ""}}, at: "/currency", check: "with-amount"},
		{name: "neither", fixture: "pledge-insurance.json", edits: []edit{{"/currency", ""}, {"/insuredAmount", ""}}},
	})
}
