package bill_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

// anyRequest is some request, sensible more often than not.
func anyRequest(t *rapid.T, act lifecycle.Act) bill.Request {
	r := request(act)
	to := rapid.SampledFrom(slices.Sorted(maps.Keys(people))).Draw(t, "to")
	kind := rapid.SampledFrom([]bill.Kind{bill.Straight, bill.Order, bill.Bearer, bill.SeaWaybill}).Draw(t, "kind")
	r.To, r.Kind = people[to].Party, kind
	r.Parties = map[string]party.Party{"/shipper": registered("shipper"), "/to": registered(to)}
	r.Shipper, r.Consignee, r.Endorsee = "PSHIPPER", "", ""
	switch kind {
	case bill.Straight, bill.SeaWaybill:
		r.Consignee, r.Parties["/consignee"] = "PCONSIGNEE", registered("consignee")
	case bill.Order:
		r.Endorsee, r.Parties["/endorsee"] = "PHOLDER", registered("holder")
	}
	if act == bill.Reissue {
		r.Shipper, r.Consignee, r.Endorsee = "", "", ""
	}
	if act == bill.SurrenderForAmendment {
		r.Reason = rapid.SampledFrom(bill.AmendmentReasons).Draw(t, "reason")
	}
	p := r.Parties["/to"]
	p.AutoAccept = rapid.Bool().Draw(t, "auto")
	r.Parties["/to"] = p
	r.Ground = rapid.SampledFrom(bill.Grounds()).Draw(t, "ground")
	r.Until = rapid.SampledFrom([]string{"", lawtest.At.Add(time.Hour).Format(time.RFC3339)}).Draw(t, "until")
	r.Hold = rapid.IntRange(1, 4).Draw(t, "hold")
	r.Serial = rapid.SampledFrom([]string{"s1", "s2", "s3"}).Draw(t, "serial")
	return r
}

// Whatever anybody tries, in whatever order: one possessor while the bill lives and title with one party or its bearer;
// what is refused changes nothing; what came to an end stays there; and the chain leads to the present.
func TestRandomHistoriesOfABill(t *testing.T) {
	var acts []lifecycle.Act
	for _, v := range bill.Law.Verbs {
		acts = append(acts, v.Name)
	}
	names := slices.Sorted(maps.Keys(people))
	rapid.Check(t, func(t *rapid.T) {
		b := bill.Bill{Record: lifecycle.Record{ID: "bl-1", Family: "bill"}}
		var chain []lifecycle.Entry
		at := lawtest.At
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			act := rapid.SampledFrom(acts).Draw(t, "act")
			who := people[rapid.SampledFrom(names).Draw(t, "who")]
			if open := bill.Law.Open(b, who); len(open) > 0 && rapid.Bool().Draw(t, "sensible") {
				act = rapid.SampledFrom(open).Draw(t, "open")
			}
			at = at.Add(10 * time.Minute)
			before := encoded(b)
			after, err := b.Apply(lifecycle.Command[bill.Request]{Act: act, Actor: who, At: at, Request: anyRequest(t, act)})
			require.Equal(t, before, encoded(b), "the bill before is not changed by %s", act)
			if err != nil {
				require.Equal(t, before, encoded(after), "%s is refused and changes nothing", act)
				continue
			}
			final := b.State == bill.Voided || b.State == bill.Accomplished
			require.True(t, !final || after.State == b.State, "%s leads out of %s", act, b.State)
			e := lifecycle.Entry{Act: act, By: who.Party, Org: who.Org, At: lifecycle.Stamped(at)}
			after.Stamp(e)
			chain = append(chain, e)
			b = after
			oneHolder(t, b)
		}
		var again lifecycle.Record
		for _, e := range chain {
			again.Stamp(e)
		}
		require.Equal(t, b.Chain, again.Chain)
		require.Equal(t, b.Version, again.Version)
	})
}

func encoded(b bill.Bill) string {
	body, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return string(body)
}

func oneHolder(t *rapid.T, b bill.Bill) {
	switch b.State {
	case bill.Drafted, bill.Approved:
		require.True(t, b.Holder.Zero(), "nobody holds a draft")
	case bill.Issued, bill.PendingSurrender, bill.PendingAmendment:
		require.Equal(t, b.Kind == bill.SeaWaybill, b.Holder.Zero(), "one possessor, and none of a sea waybill: %s %s", b.State, b.Kind)
		require.NotEqual(t, b.Issuer, b.Holder)
	case bill.Surrendered, bill.Amendable:
		require.Equal(t, b.Issuer, b.Holder, "the carrier possesses what was given back")
		require.NotEqual(t, b.Claimant.Zero(), b.Requester.Zero(), "and knows from whom it came")
	}
	require.Equal(t, b.Kind == bill.Bearer, b.Title.Zero(), "title is with one party, or with the bearer")
	require.True(t, b.Offer == nil || b.State == bill.Issued)
	require.LessOrEqual(t, len(b.Holds), 16)
	holders := 0
	for _, who := range people {
		for _, act := range bill.Law.Open(b, who) {
			if act == bill.Transfer || act == bill.WithdrawSurrender {
				holders++
			}
		}
	}
	require.LessOrEqual(t, holders, 1, "no two can move or claim the bill")
}
