package network_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// pledged is a fresh bill with an active pledge of the bank's, in the shipper's hands or, in mode POSSESSORY, in the bank's.
func (s *scene) pledged(mode string) string {
	s.t.Helper()
	id := s.issued()
	s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"], "mode": mode}, nil)
	s.do("bank-officer", "bill", "accept-pledge", fields{"id": id}, nil)
	return id
}

// deed is the public record of the deed beside a pledged bill.
func (s *scene) deed(who, id string) fields {
	s.t.Helper()
	var view struct {
		Pledge struct {
			Control fields `json:"control"`
		} `json:"pledge"`
	}
	require.NoError(s.t, s.person(who).Read(s.ctx, "bill", id, &view))
	return view.Pledge.Control
}

// Everybody but the bank colludes and runs forged chaincode: the bill does not move, the pledge does not end, no consent and no
// enforcement is made up. Of a possessory pledge the pledgor's organisation is in the policy as well.
func TestAPledgedBillDoesNotMoveWithoutTheBanksPeer(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	lock, possessory := s.pledged("LOCK"), s.pledged("POSSESSORY")
	buyer := fields{"party": s.Party["buyer"], "org": s.MSP(live.Port)}
	bank := fields{"party": s.Party["bank"], "org": s.MSP(live.Bank)}
	pledge := s.control("shipper-clerk", "bill", lock)["pledge"].(fields)
	with := func(members fields) fields {
		changed := fields{}
		for name, value := range pledge {
			changed[name] = value
		}
		for name, value := range members {
			changed[name] = value
		}
		return changed
	}
	s.noneIsEndorsed(liar, live.Others(live.Bank), []forgery{
		{"a forged transfer", lock, fields{"holder": buyer, "title": buyer}},
		{"a forged release", lock, fields{"pledge": nil}},
		{"a forged consent", lock, fields{"pledge": with(fields{"consent": fields{"act": "SURRENDER", "until": "2099-01-01T00:00:00Z"}})}},
		{"a forged surrender", lock, fields{"state": "SURRENDERED_FOR_DELIVERY"}},
		{"a forged release on trust", lock, fields{"pledge": with(fields{"state": "TRUST_RELEASED"})}},
		{"another bank", lock, fields{"pledge": with(fields{"bank": buyer})}},
		{"a forged return", possessory, fields{"holder": buyer, "pledge": nil, "custody": nil}},
	})
	s.noneIsEndorsed(liar, live.Others(live.Port), []forgery{
		{"a bank that helps itself", possessory, fields{"title": bank, "pledge": nil, "custody": nil}},
	})
	s.do("bank-officer", "bill", "release-pledge", fields{"id": lock}, nil)
	s.do("bank-officer", "bill", "enforce", fields{"id": possessory, "reason": "NON_PAYMENT"}, nil)
}

// forgery is what liars would write of a bill.
type forgery struct {
	what, bill string
	members    fields
}

// noneIsEndorsed lets a coalition try its forgeries, all together and in every part of it.
func (s *scene) noneIsEndorsed(liar string, coalition []string, forgeries []forgery) {
	s.t.Helper()
	var before []fields
	for _, f := range forgeries {
		before = append(before, s.control("shipper-clerk", "bill", f.bill))
	}
	honest := s.corrupt(liar, coalition...)
	for i, f := range forgeries {
		text := rewritten(s.t, before[i], f.members)
		for _, some := range append(subsets(coalition), coalition) {
			requireNotEndorsed(s.t, s.lie(some, "lie:put", "bill/"+f.bill, text), f.what, some)
		}
	}
	honest()
	s.level()
	for i, f := range forgeries {
		require.Equal(s.t, before[i], s.control("bank-officer", "bill", f.bill), f.what)
	}
}

// The deed is the bank's and the pledgor's: no third party changes it, nor do they without each other.
func TestADeedDoesNotChangeWithoutBothSides(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	id := s.pledged("LOCK")
	before := s.deed("bank-officer", id)
	key := "pledge/" + before["id"].(string)
	text := rewritten(t, before, fields{"commitment": strings.Repeat("0", 64)})
	for _, honest := range []string{live.Bank, live.Port} {
		restore := s.corrupt(liar, live.Others(honest)...)
		requireNotEndorsed(t, s.lie(live.Others(honest), "lie:put", key, text), honest)
		restore()
	}
	require.Equal(t, before, s.deed("shipper-clerk", id))
}

// What is lent, on what and how long lies with the peers of bank and pledgor: the carrier's and the terminal's stores hold none
// of it, nor does any block.
func TestTheTermsOfAPledgeLieWithBankAndPledgor(t *testing.T) {
	s := open(t)
	v := newVoyage(s)
	for what := range v.canaries {
		if !strings.HasSuffix(what, "of the bill") {
			delete(v.canaries, what)
		}
	}
	id := v.issue()
	v.post("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": v.Party["bank"]}, nil)
	for _, c := range v.canaries {
		c.entitled = []string{live.Carrier, live.Port, live.Bank}
		c.required = c.entitled
	}
	both := []string{live.Port, live.Bank}
	lent := v.amount("amount of the pledge", both...)
	papers := v.papers.With("161700.00", lent, "231000.00", lent, `"0.70"`, `"1"`,
		"ZB-FIN-2026-0417", v.mark("financing reference", 24, both...), "LC0417XM2026", v.mark("credit", 24, both...),
		"Repaid from the sale of the goods", v.mark("remark of the terms", 24, both...),
		"16800042001234567890", v.mark("number in the register", 20, both...), "PICC-XM-88213", v.mark("policy", 20, both...),
		"Goods held for the bank until paid", v.mark("remark of the trust receipt", 24, both...))
	v.post("shipper-clerk", "bill", "state-terms", fields{"id": id}, papers.Text("pledge-terms"))
	v.post("bank-officer", "bill", "accept-pledge", fields{"id": id, "terms": v.deed("bank-officer", id)["commitment"]}, nil)
	until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	v.post("bank-officer", "bill", "renew-registration", fields{"id": id, "until": until}, papers.Text("pledge-registration"))
	v.post("shipper-clerk", "bill", "renew-insurance", fields{"id": id, "until": until}, papers.Text("pledge-insurance"))
	v.post("shipper-clerk", "bill", "sign-trust-receipt", fields{"id": id}, papers.Text("trust-receipt"))
	v.post("bank-officer", "bill", "release-on-trust", fields{"id": id, "receipt": v.deed("bank-officer", id)["receipt"]}, nil)
	v.requireNoLeak("after the release on trust")
	v.post("bank-officer", "bill", "appoint-supervisor", fields{"id": id, "to": s.Party["terminal"], "hours": 1}, nil)
	found := papers.With("Both containers on power", v.mark("finding of the supervisor", 24, live.Port, live.Bank, live.Terminal))
	v.post("terminal-clerk", "bill", "report-supervision", fields{"id": id}, found.Text("supervision-report"))
	v.requireNoLeak("after the report of the supervisor")
}

// The pledgor withdraws, the bank accepts and declines, all endorsed on the same state: one of them is what happened.
func TestOfSeveralAnswersToAProposalOneCommits(t *testing.T) {
	s := open(t)
	id := s.issued()
	s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}, nil)
	s.oneCommits(map[string]live.Act{
		"bank-officer":  act("bill", "accept-pledge", fields{"id": id}),
		"shipper-clerk": act("bill", "withdraw-pledge", fields{"id": id}),
	})
}

// oneCommits has everybody endorse an act on the same state and send it at the same moment.
func (s *scene) oneCommits(acts map[string]live.Act) {
	s.t.Helper()
	var signed []*client.Transaction
	for who, a := range acts {
		prepared, err := s.person(who).Prepare(s.ctx, a)
		require.NoError(s.t, err)
		tx, err := s.person(who).Endorse(s.ctx, prepared.Call)
		require.NoError(s.t, err)
		signed = append(signed, tx)
	}
	errs := make([]error, len(signed))
	together(len(signed), func(i int) { errs[i] = live.Commit(s.ctx, signed[i]) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		requireOvertaken(s.t, err)
	}
	require.Equal(s.t, 1, won)
	s.level()
}
