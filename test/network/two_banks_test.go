package network_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/network/live"
)

// What two banks of two organisations do with one bill, or with the same goods. The steps of the second bank's test.

// ready is an act that is endorsed now and sent later.
func (s *scene) ready(who string, a live.Act) *client.Transaction {
	s.t.Helper()
	prepared, err := s.person(who).Prepare(s.ctx, a)
	require.NoError(s.t, err, "%s: %s", who, a.Name)
	tx, err := s.person(who).Endorse(s.ctx, prepared.Call)
	require.NoError(s.t, err, "%s: %s", who, a.Name)
	return tx
}

// sent sends them all at the same moment.
func (s *scene) sent(all ...*client.Transaction) []error {
	s.t.Helper()
	errs := make([]error, len(all))
	together(len(all), func(i int) { errs[i] = live.Commit(s.ctx, all[i]) })
	s.level()
	return errs
}

// oneLends: the pledgor proposes to both banks at once, and then lets both accept at once.
func (b secondBank) oneLends(s *scene) {
	id := s.issued()
	propose := func(bank string) live.Act {
		return act("bill", "propose-pledge", fields{"id": id, "bank": s.Party[bank]})
	}
	banks, officers := []string{"bank", live.Bank2}, []string{"bank-officer", officer}
	won := s.winner(racer{"shipper-clerk", propose(banks[0])}, racer{"shipper-clerk", propose(banks[1])})
	accept := act("bill", "accept-pledge", fields{"id": id})
	_, err := s.person(officers[1-won]).Do(s.ctx, accept)
	requireRefused(s.t, fault.WrongParty, err, "the bank that was not proposed to")

	// The one accepts what it was proposed; before that is sent the pledgor takes it back and proposes to the other, who accepts too.
	early := s.ready(officers[won], accept)
	s.do("shipper-clerk", "bill", "withdraw-pledge", fields{"id": id}, nil)
	s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party[banks[1-won]]}, nil)
	errs := s.sent(early, s.ready(officers[1-won], accept), s.ready("shipper-clerk", act("bill", "sign", fields{"id": id})))
	requireOvertaken(s.t, errs[0], "a bank that accepted what is no more")
	require.False(s.t, errs[1] == nil && errs[2] == nil, "two that read the same bill")
	if errs[1] != nil {
		s.do(officers[1-won], "bill", "accept-pledge", fields{"id": id}, nil)
	}
	pledge := s.control("line-clerk", "bill", id)["pledge"].(fields)
	require.Equal(s.t, []any{"ACTIVE", s.Party[banks[1-won]]}, []any{pledge["state"], pledge["bank"].(fields)["party"]})
}

// radar is what a bank learns of a bill's goods.
func (s *scene) radar(who, id string) (same fields, body string) {
	s.t.Helper()
	answer, err := s.person(who).Get(s.ctx, "/v1/bills/"+id+"/radar")
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, answer.Status, string(answer.Body))
	require.NoError(s.t, json.Unmarshal(answer.Body, &same))
	return same, string(answer.Body)
}

// bothLearn: two bills list the same containers on the same voyage, and each bank accepts one of them at the same moment, when the radar
// shows neither anything. Both are bound, and both see it then; neither learns which bill it was.
func (b secondBank) bothLearn(s *scene) {
	papers := s.papers("line")
	officers := []string{"bank-officer", officer}
	var bills []string
	for i, bank := range []string{"bank", live.Bank2} {
		text := bytes.ReplaceAll(papers.Text("bill-order"), []byte(papers.Number), []byte(papers.Number+"AB"[i:i+1]))
		id := s.do("line-clerk", "bill", "draft", fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"]}, text).ID
		s.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
		s.do("line-clerk", "bill", "issue", fields{"id": id}, nil)
		s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party[bank]}, nil)
		bills = append(bills, id)
	}
	for i, id := range bills {
		seen, _ := s.radar(officers[i], id)
		require.Equal(s.t, fields{"id": id, "sameBill": false, "sameContainers": false, "replacesFinanced": false}, seen)
		answer, err := s.person(officers[1-i]).Get(s.ctx, "/v1/bills/"+id+"/radar")
		require.NoError(s.t, err)
		require.Equal(s.t, http.StatusForbidden, answer.Status, "nobody asks about the other's bill")
	}
	for _, err := range s.sent(s.ready(officers[0], act("bill", "accept-pledge", fields{"id": bills[0]})),
		s.ready(officers[1], act("bill", "accept-pledge", fields{"id": bills[1]}))) {
		require.NoError(s.t, err, "consolidated cargo is no fraud: nothing is blocked")
	}
	for i, id := range bills {
		seen, body := s.radar(officers[i], id)
		require.Equal(s.t, fields{"id": id, "sameBill": false, "sameContainers": true, "replacesFinanced": false}, seen)
		require.NotContains(s.t, body, bills[1-i])
		require.NotContains(s.t, body, s.Party[[]string{live.Bank2, "bank"}[i]])
	}
}

// passedOn: the new bank has nothing of the terms before it is shown them, and the others never; from then on the bill does not move
// without its peer, and does without the old bank's.
func (b secondBank) passedOn(s *scene) {
	id := s.proposed()
	secret := live.RandomMark(24)
	s.do("shipper-clerk", "bill", "state-terms", fields{"id": id}, s.papers("line").With("ZB-FIN-2026-0417", secret).Text("pledge-terms"))
	terms := fields{"id": id, "terms": s.deed("bank-officer", id)["commitment"]}
	s.do("bank-officer", "bill", "accept-pledge", terms, nil)
	s.do("bank-officer", "bill", "offer-pledge-transfer", fields{"id": id, "to": s.Party[live.Bank2]}, nil)
	var n needles
	n.add(secret)
	lies := func(organisation string) bool {
		return len(n.below(s.t, filepath.Join(s.Folder, organisation))) > 0
	}
	require.False(s.t, lies(live.Bank2), "it was not shown them")
	_, err := s.person(officer).Do(s.ctx, act("bill", "accept-pledge-transfer", terms))
	requireRefused(s.t, fault.NotFound, err)
	s.do("bank-officer", "bill", "show-terms", fields{"id": id}, nil)
	require.True(s.t, lies(live.Bank2))
	for _, organisation := range []string{live.Carrier, live.Terminal} {
		require.False(s.t, lies(organisation), organisation)
	}
	s.do("bank-officer", "bill", "consent", fields{"id": id, "act": "ENDORSE", "until": later(time.Hour)}, nil)
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": id, "to": s.Party["buyer"]}, nil)
	_, err = s.person(officer).Do(s.ctx, act("bill", "accept-pledge-transfer", terms))
	requireRefused(s.t, fault.OfferOpen, err, "it is on its way to somebody")
	s.do("shipper-clerk", "bill", "withdraw", fields{"id": id}, nil)
	s.winner(racer{officer, act("bill", "accept-pledge-transfer", terms)}, racer{officer, act("bill", "decline-pledge-transfer", fields{"id": id, "reason": "NOT_AGREED"})},
		racer{"bank-officer", act("bill", "withdraw-pledge-transfer", fields{"id": id})})
	if s.control("line-clerk", "bill", id)["pledge"].(fields)["bank"].(fields)["party"] == s.Party["bank"] {
		s.do("bank-officer", "bill", "offer-pledge-transfer", fields{"id": id, "to": s.Party[live.Bank2]}, nil)
		if _, err := s.person("bank-officer").Do(s.ctx, act("bill", "show-terms", fields{"id": id})); err != nil {
			requireRefused(s.t, fault.Duplicate, err, "what was withdrawn leaves the copy")
		}
		s.level()
		s.do(officer, "bill", "accept-pledge-transfer", terms, nil)
	}
	record := s.control(officer, "bill", id)
	buyer := fields{"party": s.Party["buyer"], "org": s.MSP(live.Port)}
	s.noneStands(s.build("liar", "./liar"), live.Others(live.Bank2), []told{
		{"a release", "lie:put", []string{"bill/" + id, rewritten(s.t, record, fields{"pledge": nil})}},
		{"a transfer", "lie:put", []string{"bill/" + id, rewritten(s.t, record, fields{"holder": buyer, "title": buyer})}},
		{"the old bank", "lie:put", []string{"bill/" + id, rewritten(s.t, record, fields{"pledge": changed(record["pledge"].(fields),
			fields{"bank": fields{"party": s.Party["bank"], "org": s.MSP(live.Bank)}})})}},
	})
	_, err = s.person("bank-officer").Do(s.ctx, act("bill", "release-pledge", fields{"id": id}))
	requireRefused(s.t, fault.WrongParty, err)
	prepared, err := s.person(officer).Prepare(s.ctx, act("bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}))
	require.NoError(s.t, err)
	require.NotContains(s.t, prepared.Call.Endorsers, s.MSP(live.Bank))
	s.do(officer, "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, nil)
}
