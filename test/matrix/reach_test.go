package matrix_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/matrix"
)

// elsewhere are the acts that no story makes: those that need hours or days and those of registrars, with the test of test/ledger
// that makes each.
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

// A document's act that nobody ever made is a promise that nobody tried. Stories are played in memory and on the real network.
func TestEveryActIsMadeInAStory(t *testing.T) {
	operations, err := matrix.Operations()
	require.NoError(t, err)
	made, err := matrix.Made()
	require.NoError(t, err)
	ledger := source(t, "../ledger")
	for _, o := range operations {
		if o.Method != http.MethodPost || o.Family() == "" || o.Family() == "transaction" {
			continue
		}
		test, named := elsewhere[o.ID]
		if named {
			require.Contains(t, ledger, "func "+test+"(", o.ID)
		}
		require.NotEqual(t, slices.Contains(made, o.ID), named, "%s is made in a story, or else a test is named", o.ID)
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
