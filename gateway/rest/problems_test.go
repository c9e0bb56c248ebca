package rest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
)

var update = flag.Bool("update", false, "write api/problems.md anew")

// TestProblemPageIsPrintedFromTheCatalogue keeps api/problems.md true: go test ./gateway/rest -run ProblemPage -update
func TestProblemPageIsPrintedFromTheCatalogue(t *testing.T) {
	const file = "../../api/problems.md"
	var page bytes.Buffer
	page.WriteString(`# Problems 错误代码

Printed from package chaincode/fault; a test keeps it true. Every refusal is an ` + "`application/problem+json`" + ` object (RFC 9457):

| member | meaning |
|---|---|
| ` + "`type`" + ` | ` + "`/problems#`" + ` and the code |
| ` + "`title`" + `, ` + "`detail`" + ` | in English or Chinese by ` + "`Accept-Language`" + ` |
| ` + "`status`" + ` | the HTTP status |
| ` + "`instance`" + ` | names the request; the gateway's log knows it |
| ` + "`code`" + ` | one of the codes below, the same on the ledger and in HTTP |
| ` + "`rule`" + ` | the cross-document rule that refused, such as X-05, if it was one |
| ` + "`at`" + ` | the place: a JSON pointer into the body, a header, or a query parameter after ` + "`?`" + ` |
| ` + "`args`" + ` | the values that the texts mention in braces |

The codes stand in the order in which conditions are tried: where two apply, the earlier one answers.

| code | status | English | 中文 |
|---|---|---|---|
`)
	for _, entry := range fault.Catalogue {
		fmt.Fprintf(&page, "| `%s` | %d | %s | %s |\n", entry.Code, statuses[entry.Code], entry.English, entry.Chinese)
	}
	if *update {
		require.NoError(t, os.WriteFile(file, page.Bytes(), 0o644))
	}
	printed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, page.String(), string(printed), "run: go test ./gateway/rest -run ProblemPage -update")
}
