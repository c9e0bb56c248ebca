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

// forgeries are what each act of a pledge would leave behind, by who is missing among those who write it.
type forgeries struct {
	*scene
	bank, other fields
	by          map[string][]told
}

func (f *forgeries) lie(without, act, key string, record, members fields) {
	f.by[without] = append(f.by[without], told{act, "lie:put", []string{key, rewritten(f.t, record, members)}})
}

func (f *forgeries) onBill(without, act, id string, pledge any, members fields) {
	f.lie(without, act, "bill/"+id, f.control("line-clerk", "bill", id), changed(members, fields{"pledge": pledge}))
}

// before a bank accepts, holder and issuer are needed.
func (f *forgeries) before(plain, proposal string) {
	made := func(state string) fields {
		return fields{"id": "pl-forged", "state": state, "mode": "LOCK", "bank": f.bank, "pledgor": f.bank}
	}
	record := f.control("line-clerk", "bill", plain)
	for _, without := range []string{live.Port, live.Carrier} {
		f.onBill(without, "propose-pledge", plain, made("PROPOSED"), nil)
		f.lie(without, "show-to-bank", "bill/"+plain, record, fields{"shown": f.bank})
		f.lie(without, "agree-bank-control", "bill/"+plain, record, fields{"bankControl": f.bank})
		f.onBill(without, "accept-pledge", proposal, made("ACTIVE"), nil)
		f.onBill(without, "decline-pledge", proposal, nil, nil)
		f.onBill(without, "withdraw-pledge", proposal, nil, nil)
	}
}

// after it did, the bank is too.
func (f *forgeries) after(lock, trust string) {
	had := f.control("line-clerk", "bill", lock)["pledge"].(fields)
	trusts := f.control("line-clerk", "bill", trust)["pledge"].(fields)
	for _, without := range []string{live.Bank, live.Port, live.Carrier} {
		f.onBill(without, "consent", lock, changed(had, fields{"consent": fields{"act": "SURRENDER", "until": never}}), nil)
		f.onBill(without, "revoke-consent", lock, changed(had, fields{"consent": nil}), nil)
		f.onBill(without, "release-pledge", lock, nil, nil)
		f.onBill(without, "release-on-trust", lock, changed(had, fields{"state": "TRUST_RELEASED"}), nil)
		f.onBill(without, "settle-trust", trust, nil, nil)
		f.onBill(without, "recall-trust", trust, changed(trusts, fields{"state": "ACTIVE"}), nil)
		f.onBill(without, "enforce", lock, changed(had, fields{"state": "ENFORCED"}), fields{"holder": f.bank, "title": f.bank})
		f.onBill(without, "offer-pledge-transfer", trust, changed(trusts, fields{"to": f.other}), nil)
		f.onBill(without, "accept-pledge-transfer", lock, changed(had, fields{"bank": f.other, "to": nil}), nil)
		f.onBill(without, "decline-pledge-transfer", lock, changed(had, fields{"to": nil}), nil)
		f.onBill(without, "withdraw-pledge-transfer", lock, changed(had, fields{"to": nil}), nil)
	}
}

// never is a day that none of this run sees.
const never = "2099-01-01T00:00:00Z"

// beside the bill: the deed is bank's and pledgor's, the supervision the supervisor's too.
func (f *forgeries) beside(lock string) {
	deed, watch := f.deed("line-clerk", lock), f.supervision("line-clerk", lock)
	clock := fields{"until": never, "commitment": "forged", "seal": "forged"}
	for act, members := range map[string]fields{"state-terms": {"commitment": "forged"}, "show-terms": {"shown": f.other},
		"sign-trust-receipt": {"receipt": "forged"}, "appoint-supervisor": {"supervision": "su-forged"},
		"renew-registration": {"registration": clock}, "renew-insurance": {"insurance": clock}} {
		for _, without := range []string{live.Bank, live.Port} {
			f.lie(without, act, "pledge/"+deed["id"].(string), deed, members)
		}
	}
	for _, without := range []string{live.Bank, live.Port, live.Terminal} {
		f.lie(without, "report-supervision", "supervision/"+watch["id"].(string), watch, fields{"lastReport": never})
		f.lie(without, "end-supervision", "supervision/"+watch["id"].(string), watch, fields{"state": "ENDED"})
	}
}

// What each act of a pledge would leave behind is written by everybody but one who must endorse it, all together and in every part: it
// is ordered and found invalid. There is such a forgery of every act.
func TestNoActOfAPledgeIsForged(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	papers := s.papers("line")
	plain, proposal, lock, trust := s.issued(), s.proposed(), s.pledged("LOCK"), s.trusted(papers.Text("trust-receipt"))
	s.supervised(lock)
	s.do("bank-officer", "bill", "offer-pledge-transfer", fields{"id": lock, "to": s.recipients(live.Bank, "BANK", 1)[0]}, nil)
	s.do("bank-officer", "bill", "consent", fields{"id": lock, "act": "TRANSFER", "until": later(time.Hour)}, nil)
	f := forgeries{scene: s, by: map[string][]told{}, bank: fields{"party": s.Party["bank"], "org": s.MSP(live.Bank)},
		other: fields{"party": s.Party["terminal"], "org": s.MSP(live.Terminal)}}
	f.before(plain, proposal)
	f.after(lock, trust)
	f.beside(lock)
	tried := map[string]bool{}
	for without, lies := range f.by {
		for _, lie := range lies {
			tried[lie.what] = true
		}
		s.noneStands(liar, live.Others(without), lies)
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

// races are acts of a pledge that were endorsed on the same state, and which of them were.
type races struct {
	*scene
	papers live.Papers
	run    map[string]bool
	others []string
}

// won sends them at the same moment and answers the one that committed.
func (r races) won(racers ...racer) string {
	r.t.Helper()
	for _, one := range racers {
		r.run[one.act.Name] = true
	}
	return racers[r.winner(racers...)].act.Name
}

func (r races) with(who, name string, request fields, fixture string) racer {
	return racer{who, live.Act{Family: "bill", Name: name, Request: request, Content: r.papers.Text(fixture)}}
}

func plainly(who, name string, request fields) racer { return racer{who, act("bill", name, request)} }

func owing(id string) fields { return fields{"id": id, "reason": "NON_PAYMENT"} }

// proposals, their terms and their answers.
func (r races) proposals() {
	id := r.issued()
	r.won(plainly("shipper-clerk", "propose-pledge", fields{"id": id, "bank": r.Party["bank"]}), plainly("shipper-clerk", "show-to-bank", fields{"id": id, "bank": r.Party["bank"]}))
	id = r.proposed()
	if r.won(r.with("shipper-clerk", "state-terms", fields{"id": id}, "pledge-terms"), plainly("bank-officer", "accept-pledge", fields{"id": id})) == "state-terms" {
		_, err := r.person("bank-officer").Do(r.ctx, act("bill", "accept-pledge", fields{"id": id}))
		requireRefused(r.t, fault.ContentMismatch, err, "the bank is bound to what it saw")
	}
	id = r.proposed()
	r.won(plainly("bank-officer", "accept-pledge", fields{"id": id}), plainly("bank-checker", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}),
		plainly("shipper-clerk", "withdraw-pledge", fields{"id": id}))
}

// consents: one is used three times and revoked, another is given while the bank enforces.
func (r races) consents() {
	id := r.pledged("LOCK")
	r.do("bank-officer", "bill", "consent", fields{"id": id, "act": "TRANSFER", "until": later(time.Hour)}, nil)
	r.won(plainly("shipper-clerk", "transfer", fields{"id": id, "to": r.Party["buyer"]}), plainly("shipper-clerk", "transfer", fields{"id": id, "to": r.Party["forwarder"]}),
		plainly("bank-officer", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}))
	require.Nil(r.t, r.control("line-clerk", "bill", id)["pledge"].(fields)["consent"])
	id = r.pledged("LOCK")
	r.won(plainly("bank-officer", "consent", fields{"id": id, "act": "SURRENDER", "until": later(time.Hour)}), plainly("bank-checker", "enforce", owing(id)))
}

// deeds, and the supervision.
func (r races) deeds() (id string) {
	id = r.pledged("LOCK")
	r.won(r.with("bank-officer", "renew-insurance", fields{"id": id, "until": later(time.Hour)}, "pledge-insurance"),
		r.with("shipper-clerk", "renew-insurance", fields{"id": id, "until": later(2 * time.Hour)}, "pledge-insurance"),
		r.with("bank-checker", "renew-registration", fields{"id": id, "until": later(time.Hour)}, "pledge-registration"))
	r.won(r.with("shipper-clerk", "sign-trust-receipt", fields{"id": id}, "trust-receipt"),
		plainly("bank-officer", "appoint-supervisor", fields{"id": id, "to": r.Party["terminal"], "hours": 24}))
	r.supervised(id)
	r.won(r.with("terminal-clerk", "report-supervision", fields{"id": id}, "supervision-report"), plainly("bank-officer", "end-supervision", fields{"id": id, "reason": "OTHER"}))
	return id
}

// endings of the pledge id, and of one that was released on trust.
func (r races) endings(id string) {
	r.do("shipper-clerk", "bill", "sign-trust-receipt", fields{"id": id}, r.papers.Text("trust-receipt"))
	receipt := fields{"id": id, "receipt": r.deed("bank-officer", id)["receipt"]}
	switch r.won(plainly("bank-officer", "release-on-trust", receipt), plainly("bank-checker", "release-pledge", fields{"id": id}), plainly("bank-officer", "enforce", owing(id))) {
	case "release-pledge":
		require.Nil(r.t, r.control("line-clerk", "bill", id)["pledge"])
	case "enforce":
		require.Equal(r.t, r.Party["bank"], r.control("line-clerk", "bill", id)["holder"].(fields)["party"])
	}
	id = r.trusted(r.papers.Text("trust-receipt"))
	r.won(plainly("shipper-clerk", "surrender", fields{"id": id}), plainly("bank-officer", "recall-trust", owing(id)), plainly("bank-checker", "settle-trust", fields{"id": id}))
}

// passing on; what the next bank does is in the second bank's test.
func (r races) passing() {
	id := r.pledged("LOCK")
	r.do("bank-officer", "bill", "renew-registration", fields{"id": id, "until": later(time.Hour)}, r.papers.Text("pledge-registration"))
	r.won(plainly("bank-officer", "offer-pledge-transfer", fields{"id": id, "to": r.others[0]}), plainly("bank-checker", "offer-pledge-transfer", fields{"id": id, "to": r.others[1]}))
	r.won(plainly("bank-checker", "show-terms", fields{"id": id}), r.with("shipper-clerk", "renew-insurance", fields{"id": id, "until": later(time.Hour)}, "pledge-insurance"))
	r.won(plainly("bank-officer", "withdraw-pledge-transfer", fields{"id": id}), plainly("bank-officer", "enforce", owing(id)))
}

// straight: the carrier agrees to one bank's control.
func (r races) straight() {
	id := r.do("line-clerk", "bill", "draft", fields{"shipper": r.Party["shipper"], "consignee": r.Party["buyer"]}, r.papers.Text("bill-straight")).ID
	r.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
	r.do("line-clerk", "bill", "issue", fields{"id": id}, nil)
	r.won(plainly("line-clerk", "agree-bank-control", fields{"id": id, "bank": r.Party["bank"]}), plainly("line-clerk", "agree-bank-control", fields{"id": id, "bank": r.others[0]}))
}

// Of any acts on one record of a pledge that were endorsed on the same state and sent at the same moment one commits.
func TestOfTwoActsOfAPledgeOneCommits(t *testing.T) {
	s := open(t)
	r := races{scene: s, papers: s.papers("line"), run: map[string]bool{}, others: s.recipients(live.Bank, "BANK", 2)}
	r.proposals()
	r.consents()
	r.endings(r.deeds())
	r.passing()
	r.straight()
	for _, act := range pledgeActs() {
		nextBanks := []string{"accept-pledge-transfer", "decline-pledge-transfer"}
		require.True(t, r.run[act] || slices.Contains(nextBanks, act), "no race with %s", act)
	}
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
		{"bank-officer", act("bill", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}), fault.NotFound},
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
