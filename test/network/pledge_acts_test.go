package network_test

import (
	"errors"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/pledge"
	"portledger/test/network/live"
)

// Forgery of and races between all acts of a pledge: on the bill, its deed and its supervision.

// ofPledge tells which acts on a bill are a pledge's.
var ofPledge = regexp.MustCompile(`pledge|consent|trust|enforce|bank`)

// pledgeActs are all acts that somebody can make on a pledge.
func pledgeActs() []string {
	var all []string
	for _, v := range bill.Law.Verbs {
		if ofPledge.MatchString(string(v.Name)) {
			all = append(all, string(v.Name))
		}
	}
	for _, v := range pledge.Law.Verbs {
		if pledge.Law.Callable(v.Name) {
			all = append(all, string(v.Name))
		}
	}
	for _, v := range pledge.SupervisionLaw.Verbs {
		if pledge.SupervisionLaw.Callable(v.Name) {
			all = append(all, string(v.Name))
		}
	}
	slices.Sort(all)
	return all
}

// changed is an object with members replaced, where nil takes one out.
func changed(object fields, members fields) fields {
	all := fields{}
	for name, value := range object {
		all[name] = value
	}
	for name, value := range members {
		all[name] = value
	}
	return all
}

// proposed is a fresh bill that the shipper proposes to pledge to the bank.
func (s *scene) proposed() string {
	s.t.Helper()
	id := s.issued()
	s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}, nil)
	return id
}

// trusted is a fresh bill that the bank released to the shipper on a trust receipt.
func (s *scene) trusted(receipt []byte) string {
	s.t.Helper()
	id := s.pledged("LOCK")
	s.do("shipper-clerk", "bill", "sign-trust-receipt", fields{"id": id}, receipt)
	s.do("bank-officer", "bill", "release-on-trust", fields{"id": id, "receipt": s.deed("bank-officer", id)["receipt"]}, nil)
	return id
}

// supervised lets the terminal watch over the goods of a pledged bill.
func (s *scene) supervised(id string) {
	s.t.Helper()
	s.do("bank-officer", "bill", "appoint-supervisor", fields{"id": id, "to": s.Party["terminal"], "hours": 24}, nil)
}

func (s *scene) supervision(who, id string) fields {
	s.t.Helper()
	var view struct {
		Pledge struct {
			Supervision fields `json:"supervision"`
		} `json:"pledge"`
	}
	require.NoError(s.t, s.person(who).Read(s.ctx, "bill", id, &view))
	return view.Pledge.Supervision
}

// What each act of a pledge would leave behind is written by everybody but one who must endorse it, all together and in every part: it
// is ordered and found invalid. There is such a forgery of every act.
func TestNoActOfAPledgeIsForged(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	papers := s.papers("line")
	plain, proposal, lock, trust := s.issued(), s.proposed(), s.pledged("LOCK"), s.trusted(papers.Text("trust-receipt"))
	s.supervised(lock)
	bank, other := fields{"party": s.Party["bank"], "org": s.MSP(live.Bank)}, fields{"party": s.Party["terminal"], "org": s.MSP(live.Terminal)}
	s.do("bank-officer", "bill", "offer-pledge-transfer", fields{"id": lock, "to": s.recipients(live.Bank, "BANK", 1)[0]}, nil)
	s.do("bank-officer", "bill", "consent", fields{"id": lock, "act": "TRANSFER", "until": later(time.Hour)}, nil)

	forged := map[string]map[string][]told{} // by who is missing, by act
	lie := func(without, act, key string, record, members fields) {
		if forged[without] == nil {
			forged[without] = map[string][]told{}
		}
		forged[without][act] = append(forged[without][act], told{act, "lie:put", []string{key, rewritten(t, record, members)}})
	}
	onBill := func(without, act, id string, pledge any, members fields) {
		lie(without, act, "bill/"+id, s.control("line-clerk", "bill", id), changed(members, fields{"pledge": pledge}))
	}
	made := func(state string) fields {
		return fields{"id": "pl-forged", "state": state, "mode": "LOCK", "bank": bank, "pledgor": bank}
	}
	had := s.control("line-clerk", "bill", lock)["pledge"].(fields)
	trusts := s.control("line-clerk", "bill", trust)["pledge"].(fields)
	for _, without := range []string{live.Port, live.Carrier} { // holder and issuer of a bill that no bank has a pledge of
		onBill(without, "propose-pledge", plain, made("PROPOSED"), nil)
		lie(without, "show-to-bank", "bill/"+plain, s.control("line-clerk", "bill", plain), fields{"shown": bank})
		lie(without, "agree-bank-control", "bill/"+plain, s.control("line-clerk", "bill", plain), fields{"bankControl": bank})
		onBill(without, "accept-pledge", proposal, made("ACTIVE"), nil)
		onBill(without, "decline-pledge", proposal, nil, nil)
		onBill(without, "withdraw-pledge", proposal, nil, nil)
	}
	for _, without := range []string{live.Bank, live.Port, live.Carrier} {
		onBill(without, "consent", lock, changed(had, fields{"consent": fields{"act": "SURRENDER", "until": "2099-01-01T00:00:00Z"}}), nil)
		onBill(without, "revoke-consent", lock, changed(had, fields{"consent": nil}), nil)
		onBill(without, "release-pledge", lock, nil, nil)
		onBill(without, "release-on-trust", lock, changed(had, fields{"state": "TRUST_RELEASED"}), nil)
		onBill(without, "settle-trust", trust, nil, nil)
		onBill(without, "recall-trust", trust, changed(trusts, fields{"state": "ACTIVE"}), nil)
		onBill(without, "enforce", lock, changed(had, fields{"state": "ENFORCED"}), fields{"holder": bank, "title": bank})
		onBill(without, "offer-pledge-transfer", trust, changed(trusts, fields{"to": other}), nil)
		onBill(without, "accept-pledge-transfer", lock, changed(had, fields{"bank": other, "to": nil}), nil)
		onBill(without, "decline-pledge-transfer", lock, changed(had, fields{"to": nil}), nil)
		onBill(without, "withdraw-pledge-transfer", lock, changed(had, fields{"to": nil}), nil)
	}
	deed := s.deed("line-clerk", lock)
	for act, members := range map[string]fields{"state-terms": {"commitment": "forged"}, "show-terms": {"shown": other},
		"sign-trust-receipt": {"receipt": "forged"}, "appoint-supervisor": {"supervision": "su-forged"},
		"renew-registration": {"registration": fields{"until": "2099-01-01T00:00:00Z", "commitment": "forged", "seal": "forged"}},
		"renew-insurance":    {"insurance": fields{"until": "2099-01-01T00:00:00Z", "commitment": "forged", "seal": "forged"}}} {
		for _, without := range []string{live.Bank, live.Port} {
			lie(without, act, "pledge/"+deed["id"].(string), deed, members)
		}
	}
	watch := s.supervision("line-clerk", lock)
	for _, without := range []string{live.Bank, live.Port, live.Terminal} {
		lie(without, "report-supervision", "supervision/"+watch["id"].(string), watch, fields{"lastReport": "2099-01-01T00:00:00Z"})
		lie(without, "end-supervision", "supervision/"+watch["id"].(string), watch, fields{"state": "ENDED"})
	}

	tried := map[string]bool{}
	for without, acts := range forged {
		var all []told
		for act, lies := range acts {
			tried[act] = true
			all = append(all, lies...)
		}
		s.noneStands(liar, live.Others(without), all)
	}
	for _, act := range pledgeActs() {
		require.True(t, tried[act], "no forgery of %s was tried", act)
	}

	s.do("bank-officer", "bill", "settle-trust", fields{"id": trust}, nil)
	s.do("terminal-clerk", "bill", "report-supervision", fields{"id": lock}, papers.Text("supervision-report"))
	s.do("bank-officer", "bill", "release-pledge", fields{"id": lock}, nil)
	s.do("shipper-clerk", "bill", "withdraw-pledge", fields{"id": proposal}, nil)
}

// Before it accepts a bank is no endorser of the bill. That it accepted is made up by issuer and holder in vain all the same: its own
// peer never marked it.
func TestAnAcceptanceThatIsMadeUpIsWorthNothing(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	id := s.proposed()
	record := s.control("line-clerk", "bill", id)
	honest := s.corrupt(liar, live.Carrier, live.Port)
	require.NoError(t, s.lie([]string{live.Carrier, live.Port}, "lie:put", "bill/"+id,
		rewritten(t, record, fields{"pledge": changed(record["pledge"].(fields), fields{"state": "ACTIVE"})})))
	honest()
	s.level()
	var view fields
	for who, a := range map[string]live.Act{"bank-officer": act("bill", "release-pledge", fields{"id": id}), "shipper-clerk": act("bill", "sign", fields{"id": id})} {
		_, err := s.person(who).Do(s.ctx, a)
		requireRefused(t, fault.NotAnchored, err, who)
		requireRefused(t, fault.NotAnchored, s.person(who).Read(s.ctx, "bill", id, &view), who)
	}
}

// Of any acts on one record of a pledge that were endorsed on the same state and sent at the same moment one commits.
func TestOfTwoActsOfAPledgeOneCommits(t *testing.T) {
	s := open(t)
	papers := s.papers("line")
	raced := map[string]bool{}
	won := func(racers ...racer) string {
		t.Helper()
		for _, r := range racers {
			raced[r.act.Name] = true
		}
		return racers[s.winner(racers...)].act.Name
	}
	with := func(who, name string, request fields, fixture string) racer {
		return racer{who, live.Act{Family: "bill", Name: name, Request: request, Content: papers.Text(fixture)}}
	}
	plain := func(who, name string, request fields) racer { return racer{who, act("bill", name, request)} }
	owing := func(id string) fields { return fields{"id": id, "reason": "NON_PAYMENT"} }
	over := func(id string) fields { return fields{"id": id, "reason": "NOT_AGREED"} }
	others := s.recipients(live.Bank, "BANK", 2)

	// The proposal, its terms and its answers.
	id := s.issued()
	won(plain("shipper-clerk", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}), plain("shipper-clerk", "show-to-bank", fields{"id": id, "bank": s.Party["bank"]}))
	id = s.proposed()
	first := won(with("shipper-clerk", "state-terms", fields{"id": id}, "pledge-terms"), plain("bank-officer", "accept-pledge", fields{"id": id}))
	if first == "state-terms" {
		_, err := s.person("bank-officer").Do(s.ctx, act("bill", "accept-pledge", fields{"id": id}))
		requireRefused(t, fault.ContentMismatch, err, "the bank is bound to what it saw")
	}
	id = s.proposed()
	won(plain("bank-officer", "accept-pledge", fields{"id": id}), plain("bank-checker", "decline-pledge", over(id)), plain("shipper-clerk", "withdraw-pledge", fields{"id": id}))

	// One consent, used three times and revoked.
	id = s.pledged("LOCK")
	s.do("bank-officer", "bill", "consent", fields{"id": id, "act": "TRANSFER", "until": later(time.Hour)}, nil)
	won(plain("shipper-clerk", "transfer", fields{"id": id, "to": s.Party["buyer"]}), plain("shipper-clerk", "transfer", fields{"id": id, "to": s.Party["forwarder"]}),
		plain("bank-officer", "revoke-consent", fields{"id": id}))
	require.Nil(t, s.control("line-clerk", "bill", id)["pledge"].(fields)["consent"])
	id = s.pledged("LOCK")
	won(plain("bank-officer", "consent", fields{"id": id, "act": "SURRENDER", "until": later(time.Hour)}), plain("bank-checker", "enforce", owing(id)))

	// The deed and the supervision.
	id = s.pledged("LOCK")
	won(with("bank-officer", "renew-insurance", fields{"id": id, "until": later(time.Hour)}, "pledge-insurance"),
		with("shipper-clerk", "renew-insurance", fields{"id": id, "until": later(2 * time.Hour)}, "pledge-insurance"),
		with("bank-checker", "renew-registration", fields{"id": id, "until": later(time.Hour)}, "pledge-registration"))
	won(with("shipper-clerk", "sign-trust-receipt", fields{"id": id}, "trust-receipt"),
		plain("bank-officer", "appoint-supervisor", fields{"id": id, "to": s.Party["terminal"], "hours": 24}))
	s.supervised(id)
	won(with("terminal-clerk", "report-supervision", fields{"id": id}, "supervision-report"), plain("bank-officer", "end-supervision", fields{"id": id, "reason": "OTHER"}))

	// The ways out.
	s.do("shipper-clerk", "bill", "sign-trust-receipt", fields{"id": id}, papers.Text("trust-receipt"))
	receipt := fields{"id": id, "receipt": s.deed("bank-officer", id)["receipt"]}
	switch won(plain("bank-officer", "release-on-trust", receipt), plain("bank-checker", "release-pledge", fields{"id": id}), plain("bank-officer", "enforce", owing(id))) {
	case "release-pledge":
		require.Nil(t, s.control("line-clerk", "bill", id)["pledge"])
	case "enforce":
		require.Equal(t, s.Party["bank"], s.control("line-clerk", "bill", id)["holder"].(fields)["party"])
	}
	id = s.trusted(papers.Text("trust-receipt"))
	won(plain("shipper-clerk", "surrender", fields{"id": id}), plain("bank-officer", "recall-trust", owing(id)), plain("bank-checker", "settle-trust", fields{"id": id}))

	// The pledge that passes on; what the next bank does is in the second bank's test.
	id = s.pledged("LOCK")
	s.do("bank-officer", "bill", "renew-registration", fields{"id": id, "until": later(time.Hour)}, papers.Text("pledge-registration"))
	won(plain("bank-officer", "offer-pledge-transfer", fields{"id": id, "to": others[0]}), plain("bank-checker", "offer-pledge-transfer", fields{"id": id, "to": others[1]}))
	won(plain("bank-checker", "show-terms", fields{"id": id}), with("shipper-clerk", "renew-insurance", fields{"id": id, "until": later(time.Hour)}, "pledge-insurance"))
	won(plain("bank-officer", "withdraw-pledge-transfer", fields{"id": id}), plain("bank-officer", "enforce", owing(id)))
	for _, act := range pledgeActs() {
		elsewhere := []string{"accept-pledge-transfer", "decline-pledge-transfer", "agree-bank-control"} // by the second bank, and below
		require.True(t, raced[act] || slices.Contains(elsewhere, act), "no race with %s", act)
	}
	straight := s.do("line-clerk", "bill", "draft", fields{"shipper": s.Party["shipper"], "consignee": s.Party["buyer"]}, papers.Text("bill-straight")).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": straight}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": straight}, nil)
	s.winner(plain("line-clerk", "agree-bank-control", fields{"id": straight, "bank": s.Party["bank"]}), plain("line-clerk", "agree-bank-control", fields{"id": straight, "bank": others[0]}))
}

// Two at once never both commit, yet somebody who makes the same act twice is told so.
func TestAnActOfAPledgeIsMadeOnce(t *testing.T) {
	s := open(t)
	id := s.pledged("LOCK")
	for _, again := range []struct {
		who  string
		act  live.Act
		code fault.Code
	}{
		{"bank-officer", act("bill", "accept-pledge", fields{"id": id}), fault.WrongParty},
		{"shipper-clerk", act("bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}), fault.Duplicate},
		{"bank-officer", act("bill", "revoke-consent", fields{"id": id}), fault.NotFound},
		{"bank-officer", act("bill", "settle-trust", fields{"id": id}), fault.WrongParty},
	} {
		_, err := s.person(again.who).Do(s.ctx, again.act)
		requireRefused(t, again.code, err, again.act.Name)
		require.False(t, errors.As(err, new(live.Invalid)), "it never got into a block")
	}
	s.do("bank-officer", "bill", "release-pledge", fields{"id": id}, nil)
	_, err := s.person("bank-officer").Do(s.ctx, act("bill", "release-pledge", fields{"id": id}))
	requireRefused(t, fault.WrongParty, err)
}
