package fault_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
)

func TestTextFormRoundTripsInsideOtherText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.SampledFrom(fault.Catalogue).Draw(t, "code")
		f := fault.New(entry.Code, "id", rapid.String().Draw(t, "id")).In(rapid.String().Draw(t, "at")).By("X-05")
		back, ok := fault.Parse("chaincode response 500, " + f.Error() + " and (more) {text}")
		require.True(t, ok)
		require.Equal(t, f, back)
	})
}

func TestOtherTextIsNoFault(t *testing.T) {
	for _, text := range []string{"", "portledger-fault:", "portledger-fault:{", `portledger-fault:{"code":"made-up"}`, "boom"} {
		_, ok := fault.Parse(text)
		require.False(t, ok, text)
	}
}

func TestEveryCodeHasBothTextsOnce(t *testing.T) {
	seen := map[fault.Code]bool{}
	for _, e := range fault.Catalogue {
		require.False(t, seen[e.Code], e.Code)
		seen[e.Code] = true
		require.NotEmpty(t, e.English)
		require.NotEmpty(t, e.Chinese)
		require.Equal(t, places(e.English), places(e.Chinese), "the texts of %s mention different values", e.Code)
	}
}

func places(text string) map[string]int {
	found := map[string]int{}
	for _, part := range strings.Split(text, "{")[1:] {
		found[part[:strings.Index(part, "}")]]++
	}
	return found
}
