package rest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// text is in both languages.
type text struct{ En, Zh string }

// told is one act as GET …/acts tells it.
type told struct {
	Act     string
	Name    text
	Allowed bool
	Refusal *struct {
		Code string
		Args map[string]string
		Text text
		Help *text
	}
	Ways []struct{ Act, By, Party string }
}

func (a answer) acts() map[string]told {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.text())
	var all struct{ Acts []told }
	require.NoError(a.t, json.Unmarshal(a.body, &all))
	found := map[string]told{}
	for _, act := range all.Acts {
		found[act.Act] = act
	}
	return found
}

func TestWhoMayWhatAndWhyNotInBothLanguages(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	answered := w.shipper.get(bill + "/acts")
	require.Equal(t, `"3"`, answered.header.Get("ETag"), "what If-Match takes")
	require.Equal(t, "private, no-store", answered.header.Get("Cache-Control"))
	require.Equal(t, http.StatusOK, w.shipper.get(bill+"/acts", `If-None-Match: "3"`).status, "the hour and others' documents count too")
	acts := answered.acts()
	require.True(t, acts["transfer"].Allowed, "it only lacks its input")
	require.Nil(t, acts["transfer"].Refusal)
	require.Equal(t, text{"transfer", "转让占有"}, acts["transfer"].Name)
	require.NotContains(t, acts, "draft", "a document is born once")

	endorse := acts["endorse"]
	require.False(t, endorse.Allowed)
	require.Equal(t, "kind-forbids", endorse.Refusal.Code)
	require.Equal(t, text{"A STRAIGHT bill does not allow endorse.", "记名提单不能办理“记名背书”（endorse）。"}, endorse.Refusal.Text)
	require.NotEmpty(t, endorse.Refusal.Help.Zh)

	accept := acts["accept-surrender"]
	require.Equal(t, "wrong-state", accept.Refusal.Code)
	require.Equal(t, "surrender", accept.Ways[0].Act)
	require.Equal(t, "holder", accept.Ways[0].By)
	require.Equal(t, w.shipper.person.Party, accept.Ways[0].Party)

	foreign := w.buyer.get(bill + "/acts").acts()
	require.Equal(t, "wrong-party", foreign["surrender"].Refusal.Code)
	require.Equal(t, text{"The holder makes this act.", "由持有人办理该操作。"}, *foreign["surrender"].Refusal.Help)
	require.Equal(t, w.shipper.person.Party, foreign["surrender"].Ways[0].Party)
}

func TestActsOfAPartyAreItsRegistrars(t *testing.T) {
	w := newTrade(t)
	party := "/v1/parties/" + w.buyer.person.Party
	require.True(t, w.registrar("PortMSP").get(party + "/acts").acts()["describe"].Allowed)
	require.Equal(t, "wrong-party", w.buyer.get(party + "/acts").acts()["describe"].Refusal.Code)
}

func TestThereAreNoActsOfWhatIsNotThere(t *testing.T) {
	w := newTrade(t)
	for _, id := range []string{"bl-aaaaaaaaaaaaaaaaaaaaaaaaaa", "x"} {
		w.buyer.refused(http.StatusNotFound, "not-found", http.MethodGet, "/v1/bills/"+id+"/acts", "")
	}
	stranger := w.buyer
	stranger.token = ""
	stranger.refused(http.StatusUnauthorized, "unauthenticated", http.MethodGet, w.issued()+"/acts", "")
}
