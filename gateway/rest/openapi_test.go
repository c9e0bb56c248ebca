package rest

import (
	"encoding/json"
	"net/http"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"portledger/api"
	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/exchange"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/party"
	"portledger/chaincode/presentation"
	"portledger/chaincode/release"
)

func specification(t *testing.T) *openapi3.T {
	t.Helper()
	spec, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	require.NoError(t, err)
	return spec
}

func TestOpenAPIIsValid(t *testing.T) {
	spec := specification(t)
	require.Equal(t, "3.1.0", spec.OpenAPI)
	require.NoError(t, spec.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.IsOpenAPI31OrLater()))
}

func TestEveryRouteHasItsOperationAndTheOtherWayRound(t *testing.T) {
	var routes, operations []string
	for _, route := range (&Server{metrics: newMetrics()}).router().Routes() {
		var segments []string
		for segment := range strings.SplitSeq(route.Path, "/") {
			if name, isParameter := strings.CutPrefix(segment, ":"); isParameter {
				segment = "{" + name + "}"
			}
			segments = append(segments, segment)
		}
		routes = append(routes, route.Method+" "+strings.Join(segments, "/"))
	}
	for path, item := range specification(t).Paths.Map() {
		for method := range item.Operations() {
			operations = append(operations, method+" "+path)
		}
	}
	sort.Strings(routes)
	sort.Strings(operations)
	require.Equal(t, operations, routes)
}

// TestBodiesAreWhatTheFamiliesTake: the members of each operation's body are the fields of the act's row in the family's
// table, with the same ones required, and the content comes where the table asks for it.
func TestBodiesAreWhatTheFamiliesTake(t *testing.T) {
	spec := specification(t)
	for _, act := range acts {
		path := strings.ReplaceAll(act.Path(), ":id", "{id}")
		t.Run(act.Family+" "+act.Name, func(t *testing.T) {
			body := spec.Paths.Find(path).Operations()[http.MethodPost].RequestBody.Value.Content["application/json"]
			schema := body.Schema.Value
			members := slices.Collect(func(yield func(string) bool) {
				for name := range schema.Properties {
					if name != "content" && !yield(name) {
						return
					}
				}
			})
			require.ElementsMatch(t, act.Fields, members)
			content, takesContent := schema.Properties["content"]
			require.Equal(t, act.Content != "", takesContent)
			if takesContent {
				require.Contains(t, content.Value.Description, "api/schemas/"+act.Content+".schema.json")
				require.Equal(t, !act.ContentOptional, slices.Contains(schema.Required, "content"))
			}
			for _, field := range act.Fields {
				require.Equal(t, !slices.Contains(act.MayLack, field), slices.Contains(schema.Required, field), field)
			}
			require.NotNil(t, schema.AdditionalProperties.Has, "unknown members must be refused")
		})
	}
}

// Any act may be made under a mandate or by two persons, and whoever reads an operation shall see that.
func TestEveryActTellsOfMandateAndApproval(t *testing.T) {
	spec := specification(t)
	for _, act := range acts {
		var headers []string
		for _, parameter := range spec.Paths.Find(strings.ReplaceAll(act.Path(), ":id", "{id}")).Post.Parameters {
			headers = append(headers, parameter.Value.Name)
		}
		require.Subset(t, headers, []string{mandateHeader, approvalHeader}, act.Path())
	}
}

func TestExamplesCarryContentThatTheLedgerTakes(t *testing.T) {
	checker, err := content.New()
	require.NoError(t, err)
	spec := specification(t)
	for _, act := range acts {
		if act.Content == "" {
			continue
		}
		path := strings.ReplaceAll(act.Path(), ":id", "{id}")
		example := spec.Paths.Find(path).Post.RequestBody.Value.Content["application/json"].Example
		raw, err := json.Marshal(example.(map[string]any)["content"])
		require.NoError(t, err)
		require.NoError(t, checker.Check(content.Kind(act.Content), raw), "%s %s", act.Family, act.Name)
	}
}

func TestOpenAPIListsTheCatalogue(t *testing.T) {
	var codes []any
	for _, entry := range fault.Catalogue {
		codes = append(codes, string(entry.Code))
	}
	require.ElementsMatch(t, codes, specification(t).Components.Schemas["Code"].Value.Enum)
}

func TestOpenAPIListsTheClosedLists(t *testing.T) {
	spec := specification(t)
	var roles []string
	for _, role := range party.Roles {
		roles = append(roles, string(role))
	}
	var subtypes []string
	for _, subtype := range bill.Subtypes {
		subtypes = append(subtypes, string(subtype))
	}
	var capacities []string
	for _, capacity := range bill.Capacities {
		capacities = append(capacities, string(capacity))
	}
	for name, want := range map[string][]string{
		"Capacity": capacities, "Role": roles, "BillReason": bill.Reasons, "GuaranteeReason": guarantee.Reasons,
		"AmendmentReason": bill.AmendmentReasons, "AnnulReason": bill.AnnulReasons, "BillHoldGround": bill.Grounds(),
		"DefaultReason":  bill.Defaults,
		"FacilityReason": facility.Reasons, "ReleaseReason": release.Reasons, "InterchangeReason": interchange.Reasons, "ExchangeReason": exchange.Reasons,
		"LegReason": leg.Reasons, "BillSubtype": subtypes, "PresentationReason": presentation.Reasons,
	} {
		var have []string
		for _, value := range spec.Components.Schemas[name].Value.Enum {
			have = append(have, value.(string))
		}
		require.Equal(t, want, have, name)
	}
}

func TestEveryCodeHasAStatusAndATitle(t *testing.T) {
	for _, entry := range fault.Catalogue {
		status, known := statuses[entry.Code]
		require.True(t, known, "%s has no HTTP status", entry.Code)
		require.NotEmpty(t, chinese[status], "%d has no Chinese title", status)
	}
	require.Len(t, statuses, len(fault.Catalogue), "a status for a code that does not exist")
}

// Where asking again later may help, or asking as somebody else, the catalogue says what would.
func TestEveryRefusalThatCanBeHelpedTellsHow(t *testing.T) {
	for _, entry := range fault.Catalogue {
		status := statuses[entry.Code]
		if (status != http.StatusConflict && status != http.StatusForbidden) || slices.Contains(onTheRoad, entry.Code) {
			continue
		}
		require.NotEmpty(t, fault.New(entry.Code).Help(false), "%s: what would help? An entry in the family's Helps", entry.Code)
	}
}

// onTheRoad are the gateway's own refusals, which say what to do themselves.
var onTheRoad = []fault.Code{fault.InProgress, fault.Conflict}
