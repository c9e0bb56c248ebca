package network_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// carried is a fresh multimodal bill of the line's: the trucker (of the port's organisation), the line itself and the railway (of the
// terminal's) are commissioned for its three legs.
func (s *scene) carried(papers live.Papers) string {
	s.t.Helper()
	id := s.do("line-clerk", "bill", "draft", fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"], "billSubtype": "MULTIMODAL"},
		papers.Text("bill-multimodal")).ID
	s.do("line-clerk", "bill", "plan-legs", fields{"id": id}, papers.Text("legs"))
	s.do("line-clerk", "bill", "state-through-charge", fields{"id": id}, papers.Text("through-charge"))
	s.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": id}, nil)
	for i, performer := range []string{"trucker", "line", "rail"} {
		s.do("line-clerk", "leg", "commission", fields{"id": legID(id, i+1), "performer": s.Party[performer]}, nil)
	}
	return id
}

func legID(bill string, n int) string { return fmt.Sprintf("%s.%d", bill, n) }

// dated is a document of the fixtures about something that happens now, on a call that the plan does not name.
func dated(papers live.Papers, fixture, call string) []byte {
	now := time.Now().UTC().Format(time.RFC3339)
	return bytes.ReplaceAll(bytes.ReplaceAll(papers.Text(fixture), []byte("2026-01-01T00:00:00Z"), []byte(now)), []byte(`"X8084"`), []byte(`"`+call+`"`))
}

// handingOver brings the goods over a leg, and hands them over to the next carrier, who has not signed.
func (s *scene) handingOver(papers live.Papers, id string, n int, who string) {
	s.t.Helper()
	leg := fields{"id": legID(id, n)}
	if n == 1 {
		s.do(who, "leg", "take-over", leg, nil)
	}
	s.do(who, "leg", "depart", leg, dated(papers, "leg-event", "2647W"))
	s.do(who, "leg", "hand-over", leg, dated(papers, "leg-handover", ""))
}

func (s *scene) takenFrom(id string, n int, who string) {
	s.t.Helper()
	leg := legID(id, n)
	commitment := s.control(who, "leg", leg)["handover"].(fields)["commitment"]
	s.do(who, "leg", "accept-hand-over", fields{"id": leg, "commitment": commitment}, nil)
}

// The through charge lies with issuer and payer, a share of it with its carrier too, a leg's plan with its carrier and the readers of the
// bill: with nobody else, not even the bank that lends on it.
func TestTheThroughChargeLiesWithItsParties(t *testing.T) {
	s := open(t)
	v := newVoyage(s)
	v.canaries = map[string]*canary{}
	payer := []string{live.Carrier, live.Port}
	papers := v.papers.With("12400.50", "9"+v.amount("through charge", payer...), "Door port Campinas to Chongqing, two 45R1", v.mark("description of the charge", 24, payer...),
		"Chongqing Rail Yard", v.mark("place of the third leg", 20, live.Carrier, live.Port, live.Terminal))
	id := s.carried(papers)
	truck := papers.With("1200.00", v.amount("share of the first leg", payer...))
	s.do("line-clerk", "leg", "apportion", fields{"id": legID(id, 1)}, truck.Text("leg-share"))
	rail := papers.With("1200.00", v.amount("share of the third leg", live.Carrier, live.Terminal), "Per container", v.mark("basis of the third share", 24, live.Carrier, live.Terminal))
	s.do("line-clerk", "leg", "apportion", fields{"id": legID(id, 3)}, rail.Text("leg-share"))
	v.requireNoLeak("when the charge is apportioned")
	place := v.canaries["place of the third leg"]
	place.entitled = append(place.entitled, live.Bank)
	s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}, nil)
	s.do("bank-officer", "bill", "accept-pledge", fields{"id": id}, nil)
	s.handingOver(papers, id, 1, "trucker-driver")
	s.takenFrom(id, 1, "line-clerk")
	place.required = place.entitled
	v.requireNoLeak("when the bill is pledged and the goods are on the way")
}

// Everybody but one carrier of a hand-over colludes: the goods are with nobody who did not sign for them.
func TestNobodyForgesAHandOver(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	papers := s.papers("line")
	id := s.carried(papers)
	s.handingOver(papers, id, 1, "trucker-driver")
	s.takenFrom(id, 1, "line-clerk")
	s.handingOver(papers, id, 2, "line-clerk")
	put := func(what string, n int, members fields) told {
		return told{what, "lie:put", []string{"leg/" + legID(id, n), rewritten(t, s.control("line-clerk", "leg", legID(id, n)), members)}}
	}
	s.noneStands(liar, live.Others(live.Terminal), []told{put("goods that the railway never signed for", 2, fields{"state": "HANDED_OVER"})})
	s.noneStands(liar, live.Others(live.Port), []told{put("goods that are with the trucker again", 1, fields{"state": "IN_CARRIAGE"})})
	s.noneStands(liar, live.Others(live.Carrier), []told{put("goods that the line gave away", 2, fields{"state": "HANDED_OVER", "handover": nil}),
		put("a delivery before the last leg began", 3, fields{"state": "DELIVERED"})})
	s.takenFrom(id, 2, "rail-clerk")
	require.Equal(t, "HANDED_OVER", s.control("rail-clerk", "leg", legID(id, 2))["state"])
}
