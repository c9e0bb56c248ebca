package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/stories"
	"portledger/test/stories/inmemory"
)

func TestATimelineTellsEveryStepAndTheFigures(t *testing.T) {
	venue := inmemory.New(t)
	for language, wanted := range map[string][]string{
		"en": {"Two reefers into Xiamen on a bill of lading", "carrier", "Delegate the right to collect container 2",
			"PENDING_SURRENDER_FOR_DELIVERY", "release requested to issued", "8  signatures", "/docs", "scripts/token.sh line-clerk"},
		"zh": {"两只冷箱凭电子提单进口厦门", "船公司", "转委托第 2 箱提货权", "8  设备交接单签字数", "接下来可以"},
	} {
		var out bytes.Buffer
		require.NoError(t, play(t.Context(), &out, venue, language, "normal"))
		t.Log(out.String())
		for _, part := range wanted {
			require.Contains(t, out.String(), part)
		}
		require.NotContains(t, out.String(), "${")
		story, err := stories.Load("normal")
		require.NoError(t, err)
		require.Equal(t, len(story.Steps)+1, strings.Count(out.String(), " ms\n"), "a line for each step, and the slowest")
	}
}

func TestARefusedStepIsShownInFull(t *testing.T) {
	venue := inmemory.New(t)
	venue.People["buyer-clerk"] = venue.People["shipper-clerk"]
	venue.Parties["buyer"] = venue.Parties["line"]
	var out bytes.Buffer
	err := play(t.Context(), &out, venue, "zh", "normal")
	var failure *stories.Failure
	require.ErrorAs(t, err, &failure)
	require.Equal(t, 422, failure.Answer.Status)
	require.Contains(t, err.Error(), "parts/bought.yaml step 1")
	require.Contains(t, err.Error(), `"code": "recipient-not-allowed"`)
	require.Contains(t, err.Error(), "主体不能接收", "the problem in the language asked for")
}

func TestColumnsStandUnderEachOtherInBothLanguages(t *testing.T) {
	require.Equal(t, "码头  |", fit("码头", 6)+"|")
	require.Equal(t, "abcd  |", fit("abcd", 6)+"|")
	require.Equal(t, "too long for it", fit("too long for it", 3))
}

func TestEveryStoryIsListed(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, list(&out, "en"))
	for _, name := range stories.Names() {
		require.Contains(t, out.String(), name)
	}
}
