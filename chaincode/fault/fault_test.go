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

func TestAPlaceIsCutShort(t *testing.T) {
	f := fault.New(fault.Invalid).In("/" + strings.Repeat("長", 4000))
	require.Less(t, len(f.At), 300)
	require.True(t, strings.HasSuffix(f.At, "長…"), f.At)
	require.Less(t, len(f.Text(true)), 500)
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

// A help fills in the values of its code's refusal, so it may mention no others.
func TestHelpsSpeakOfWhatTheirRefusalsKnow(t *testing.T) {
	for _, help := range fault.Helps {
		e, known := fault.Lookup(help.Code)
		require.True(t, known, help.Code)
		require.NotEmpty(t, help.English)
		require.NotEmpty(t, help.Chinese)
		require.Equal(t, places(help.English), places(help.Chinese), "the texts of %s mention different values", help.Code)
		for place := range places(help.English) {
			require.Contains(t, places(e.English), place, "the help of %s", help.Code)
		}
	}
	f := fault.New(fault.WrongParty, "by", "holder", "act", "surrender")
	require.Equal(t, "The holder makes this act.", f.Help(false))
	require.Equal(t, "由持有人办理该操作。", f.Help(true))
	require.Empty(t, fault.New(fault.Malformed).Help(false))
}

func places(text string) map[string]int {
	found := map[string]int{}
	for _, part := range strings.Split(text, "{")[1:] {
		found[part[:strings.Index(part, "}")]]++
	}
	return found
}
