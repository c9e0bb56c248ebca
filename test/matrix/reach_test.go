package matrix_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/matrix"
)

// elsewhere are the acts that no story makes: those that need hours or days, of which a story shows the refusal, and those of registrars,
// which come before any story. Each with the test of test/ledger that makes it.
var elsewhere = map[string]string{
	"billExecuteRecovery":         "TestADeadOrganisationDoesNotFreezeTheCargo",
	"billHandOver":                "TestADeadOrganisationDoesNotFreezeTheCargo",
	"guaranteeExpire":             "TestAGuaranteeExpires",
	"guaranteeExtendForceMajeure": "TestForceMajeureAtTheExpiry",
	"interchangeDeemSigned":       "TestSilenceIsASignatureWhereTheAuthoritySaysSo",
	"partyRegister":               "TestRegisteringAParty",
	"partyCertify":                "TestCreditIsForWhomTheCustomsCertified",
	"partyDescribe":               "TestRegisteringAParty",
	"releaseNoShow":               "TestNobodyCame",
}

// Whoever adds an act to the ledger tells a story with it, which is played in memory and on the real network.
func TestEveryActIsMadeInAStory(t *testing.T) {
	operations, err := matrix.Operations()
	require.NoError(t, err)
	told, err := matrix.Told()
	require.NoError(t, err)
	ledger := source(t, "../ledger")
	for _, o := range operations {
		if o.Method != http.MethodPost || strings.HasPrefix(o.Path, "/v1/signings") { // which are how an act is made, and none of their own
			continue
		}
		test, named := elsewhere[o.ID]
		if named {
			require.Contains(t, ledger, "func "+test+"(", o.ID)
		}
		if o.Family() != "party" {
			require.Contains(t, told, o.ID)
		}
		require.NotEqual(t, told[o.ID], named, "%s is made in a story, or else a test is named", o.ID)
	}
}

// source is the text of a folder's tests.
func source(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}
