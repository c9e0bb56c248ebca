package rest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestABillGoesFromTheLineToTheBuyer(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	offered := w.shipper.post(bill+"/transfer", fmt.Sprintf(`{"to":%q}`, w.buyer.person.Party), `If-Match: "3"`)
	require.Equal(t, http.StatusOK, offered.status, offered.text())
	require.Equal(t, `"4"`, offered.header.Get("ETag"))
	require.Equal(t, http.StatusOK, w.buyer.post(bill+"/accept", "{}").status)

	read := w.buyer.get(bill)
	require.Equal(t, http.StatusOK, read.status, read.text())
	require.Equal(t, `"5"`, read.header.Get("ETag"))
	var document struct {
		Control struct {
			State  string
			Holder struct{ Party string }
		}
		Content map[string]any
		Acts    []string
		History []struct{ Act, Person, Tx string }
	}
	require.NoError(t, json.Unmarshal(read.body, &document))
	require.Equal(t, "ISSUED", document.Control.State)
	require.Equal(t, w.buyer.person.Party, document.Control.Holder.Party)
	require.NotEmpty(t, document.Content, "the buyer is entitled")
	require.Contains(t, document.Acts, "surrender")
	require.Len(t, document.History, 5)
	require.Equal(t, w.buyer.person.ID, document.History[4].Person)
	require.Len(t, document.History[4].Tx, 64)
}

func TestAnOutsiderSeesNoContentAndMayNotAct(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	outsider := w.clerk("PortMSP", "FORWARDER")
	read := outsider.get(bill)
	require.Equal(t, http.StatusOK, read.status)
	require.NotContains(t, read.text(), `"content"`)
	require.Equal(t, "[]", read.member("acts"))
	outsider.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/surrender", "")
}

func TestVersionsGuardWritesAndReads(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	stale := w.shipper.refused(http.StatusPreconditionFailed, "version-mismatch", http.MethodPost,
		bill+"/surrender", "", `If-Match: "2"`)
	require.Contains(t, stale.text(), `"have":"3"`)
	for _, bad := range []string{"3", `W/"3"`, `"3", "4"`, `"03"`, `"x"`} {
		w.shipper.refused(http.StatusUnprocessableEntity, "invalid", http.MethodPost, bill+"/surrender", "", "If-Match: "+bad)
	}
	require.Equal(t, http.StatusNotModified, w.shipper.get(bill, `If-None-Match: "3"`).status)
	require.Equal(t, http.StatusNotModified, w.shipper.get(bill, `If-None-Match: "1", W/"3"`).status)
	require.Equal(t, http.StatusOK, w.shipper.get(bill, `If-None-Match: "2"`).status)
}

func TestListsShowOnlyWhatTheCallersPartyTakesPartIn(t *testing.T) {
	w := newTrade(t)
	var bills []string
	for range 5 {
		bills = append(bills, strings.TrimPrefix(w.issued(), "/v1/bills/"))
	}
	w.run("PortMSP")
	require.Eventually(t, func() bool { return strings.Contains(w.shipper.get("/v1/bills?state=ISSUED").text(), bills[4]) },
		5*time.Second, 5*time.Millisecond)

	var seen []string
	for target := "/v1/bills?limit=2&state=ISSUED"; target != ""; {
		page := w.shipper.get(target)
		require.Equal(t, http.StatusOK, page.status, page.text())
		var list struct {
			Items []struct{ ID string }
			Next  string
		}
		require.NoError(t, json.Unmarshal(page.body, &list))
		for _, item := range list.Items {
			seen = append(seen, item.ID)
		}
		target = ""
		if list.Next != "" {
			target = "/v1/bills?limit=2&state=ISSUED&cursor=" + list.Next
			w.shipper.refused(http.StatusUnprocessableEntity, "invalid", http.MethodGet, "/v1/bills?cursor="+list.Next, "")
			w.shipper.refused(http.StatusUnprocessableEntity, "invalid", http.MethodGet, "/v1/releases?state=ISSUED&cursor="+list.Next, "")
		}
	}
	require.Equal(t, []string{bills[4], bills[3], bills[2], bills[1], bills[0]}, seen, "newest first, none twice, none left out")
	require.Equal(t, "[]", w.shipper.get("/v1/bills?state=DRAFT").member("items"))
	require.Equal(t, "[]", w.clerk("PortMSP", "FORWARDER").get("/v1/bills").member("items"))
	for _, bad := range []string{"limit=0", "limit=201", "limit=x", "state=issued", "cursor=%00", "cursor=", "cursor=AAAA", "state=A&state=B", "q=1"} {
		w.shipper.refused(http.StatusUnprocessableEntity, "invalid", http.MethodGet, "/v1/bills?"+bad, "")
	}
}

func TestThePersonOfTheTokenIsShown(t *testing.T) {
	w := newTrade(t)
	me := w.line.get("/v1/me")
	require.Equal(t, http.StatusOK, me.status)
	require.Equal(t, w.line.person.Party, me.member("party"))
	require.Equal(t, "CarrierMSP", me.member("organisation"))
}
