package network_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
)

// bad is one body that must be refused, with the place that the problem must name.
type bad struct {
	what, who, path string
	body            []byte
	status          int
	code            fault.Code
	at              string
}

func TestBadInputIsRefusedWithItsPlaceAndChangesNothing(t *testing.T) {
	s := open(t)
	before := s.level()
	papers := s.papers("line")
	for _, b := range append(badBills(string(papers.Text("bill-order")), papers.Containers[0], s.Party["shipper"]), badElsewhere()...) {
		t.Run(b.what, func(t *testing.T) {
			answer, err := s.person(b.who).Request(s.ctx, http.MethodPost, b.path, nil, b.body)
			require.NoError(t, err)
			problem := answer.Problem()
			require.Equal(t, b.status, answer.Status, string(answer.Body))
			require.Equal(t, string(b.code), problem.Code, string(answer.Body))
			require.Equal(t, b.at, problem.At, string(answer.Body))
		})
	}
	require.Equal(t, before, s.level(), "a refused request made a block")
}

// badBills are drafts of a bill about a container, each wrong in one place.
func badBills(good, container, shipper string) []bad {
	const who, path = "line-clerk", "/v1/bills"
	parties := fmt.Sprintf(`"shipper":%q,"endorsee":%q`, shipper, shipper)
	body := func(content string) []byte { return []byte(`{` + parties + `,"content":` + content + `}`) }
	swap := func(from, to string) []byte { return body(strings.Replace(good, from, to, 1)) }
	whole := body(good)
	wrongDigit := container[:10] + string('0'+(container[10]-'0'+1)%10)
	deep := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	const malformed, invalid = fault.Malformed, fault.Invalid
	const bad400, bad422 = http.StatusBadRequest, http.StatusUnprocessableEntity
	return []bad{
		{"truncated in the content", who, path, whole[:bytes.Index(whole, []byte(`BOL`))], bad400, malformed, "/content/transportDocumentTypeCode"},
		{"truncated at the end", who, path, whole[:len(whole)-1], bad400, malformed, "/"},
		{"nothing but blanks", who, path, []byte("   "), bad400, malformed, "/"},
		{"two objects", who, path, append(bytes.Clone(whole), "{}"...), bad400, malformed, "/"},
		{"larger than the gateway takes", who, path, swap(`"termsAndConditions": "`, `"termsAndConditions": "`+strings.Repeat("x", 400<<10)),
			http.StatusRequestEntityTooLarge, fault.TooLarge, ""},
		{"larger than the ledger takes", who, path, body(good[:len(good)-2] + strings.Repeat(" ", 280<<10) + "}"),
			http.StatusRequestEntityTooLarge, fault.TooLarge, "/content"},
		{"deeper than the ledger takes", who, path, swap(`"carrierClauses": [`, `"carrierClauses": [`+deep+`,`),
			http.StatusRequestEntityTooLarge, fault.TooLarge, "/content/carrierClauses" + strings.Repeat("/0", 31)},
		{"a member twice at the top", who, path, []byte(`{` + parties + `,"shipper":"x","content":` + good + `}`), bad400, malformed, "/shipper"},
		{"a member twice in the content", who, path, swap(`"isToOrder": true`, `"isToOrder": true, "isToOrder": true`), bad400, malformed, "/content/isToOrder"},
		{"not UTF-8", who, path, swap("SANTOS FOODS SA", "SANTOS\xff\xfe"), bad400, malformed, "/content/documentParties/shipper/partyName"},
		{"half a surrogate pair", who, path, swap("SANTOS FOODS SA", `SANTOS\ud800`), bad400, malformed, "/content/documentParties/shipper/partyName"},
		{"a wrong check digit", who, path, swap(container, wrongDigit), bad422, invalid,
			"/content/consignmentItems/0/cargoItems/0/equipmentReference"},
		{"a wrong company code", who, path, swap("91350200MA00000046", "91350200MA00000047"), bad422, invalid,
			"/content/documentParties/notifyParties/0/identifyingCodes/0/partyCode"},
		{"an unknown field at the top", who, path, []byte(`{` + parties + `,"holder":"me","content":` + good + `}`), bad422, invalid, "/holder"},
		{"an unknown field in the content", who, path, swap(`"isToOrder": true`, `"isToOrder": true, "isToOrdr": true`), bad422, invalid, "/content/isToOrdr"},
		{"a number for a name", who, path, swap(`"partyName": "SANTOS FOODS SA"`, `"partyName": 7`), bad422, invalid, "/content/documentParties/shipper/partyName"},
		{"no content", who, path, []byte(`{` + parties + `}`), bad422, invalid, "/content"},
		{"another carrier's code", who, path, swap(`"carrierCode": "`, `"carrierCode": "X`), bad422, invalid, "/content/carrierCode"},
	}
}

// badElsewhere are wrong requests of other acts.
func badElsewhere() []bad {
	id := "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa"
	const bad422 = http.StatusUnprocessableEntity
	return []bad{
		{"no such document", "shipper-clerk", "/v1/bills/" + id + "/surrender", []byte("{}"), http.StatusNotFound, fault.NotFound, ""},
		{"no id at all", "shipper-clerk", "/v1/bills/..%2f..%2f/surrender", []byte("{}"), http.StatusNotFound, fault.NoSuchRoute, ""},
		{"a field of another act", "shipper-clerk", "/v1/bills/" + id + "/surrender", []byte(`{"to":"x"}`), bad422, fault.Invalid, "/to"},
		{"a missing field", "shipper-clerk", "/v1/bills/" + id + "/transfer", []byte(`{}`), bad422, fault.Invalid, "/to"},
		{"a list for a text", "shipper-clerk", "/v1/bills/" + id + "/transfer", []byte(`{"to":["x"]}`), bad422, fault.Invalid, "/to"},
		{"a content where none is taken", "shipper-clerk", "/v1/bills/" + id + "/surrender", []byte(`{"content":{}}`), bad422, fault.Invalid, "/content"},
	}
}
