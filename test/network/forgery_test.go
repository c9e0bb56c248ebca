package network_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/network/ledger"
	"portledger/network/proc"
	"portledger/test/network/live"
)

// clerks are one person of each organisation.
var clerks = map[string]string{
	live.Carrier: "line-clerk", live.Terminal: "terminal-clerk", live.Bank: "bank-officer", live.Port: "shipper-clerk",
}

// clerkOf is one person of an organisation, one that joined among them.
func clerkOf(organisation string) string {
	if clerk, founder := clerks[organisation]; founder {
		return clerk
	}
	return organisation + "-officer"
}

// corrupt runs the liar in place of the honest chaincode of the organisations, until the test ends or honest is called.
func (s *scene) corrupt(liar string, organisations ...string) (honest func()) {
	s.t.Helper()
	var restores []func() error
	honest = func() {
		s.t.Helper()
		for _, restore := range restores {
			require.NoError(s.t, restore())
		}
		for _, o := range organisations {
			require.NoError(s.t, s.AwaitChaincode(s.ctx, o))
		}
	}
	s.t.Cleanup(honest)
	for _, o := range organisations {
		restore, err := s.Change(s.Organisations[o].Processes["chaincode"], func(p *proc.Spec) { p.Argv[0] = liar })
		require.NoError(s.t, err)
		restores = append(restores, restore)
	}
	for _, o := range organisations {
		require.NoError(s.t, s.AwaitChaincode(s.ctx, o))
	}
	return honest
}

// lie has somebody of the first organisation tell a lie that the organisations endorse, and answers what became of it.
func (s *scene) lie(organisations []string, function string, args ...string) error {
	s.t.Helper()
	_, err := s.person(clerkOf(organisations[0])).Submit(s.ctx, ledger.Call{
		Function: function, Arguments: args, Endorsers: s.MSPs(organisations...),
	})
	return err
}

func requireNotEndorsed(t *testing.T, err error, about ...any) {
	t.Helper()
	what := fmt.Sprint(about...)
	var invalid live.Invalid
	require.True(t, errors.As(err, &invalid), "it was not ordered and found invalid: %v (%s)", err, what)
	require.Equal(t, peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, invalid.Code, what)
}

// requireOvertaken: another transaction came first that changed what this one had read, or, in the same block, who has to endorse it.
func requireOvertaken(t *testing.T, err error, about ...any) {
	t.Helper()
	what := fmt.Sprint(about...)
	var invalid live.Invalid
	require.True(t, errors.As(err, &invalid), "it was not ordered and found invalid: %v (%s)", err, what)
	require.Contains(t, []peer.TxValidationCode{peer.TxValidationCode_MVCC_READ_CONFLICT, peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE},
		invalid.Code, what)
}

// told is a lie by name: a function of the liar and its arguments.
type told struct {
	what, function string
	args           []string
}

// rewritten is a record with members replaced, as the liar would write it.
func rewritten(t *testing.T, record fields, members fields) string {
	t.Helper()
	forged := fields{}
	for name, value := range record {
		forged[name] = value
	}
	for name, value := range members {
		forged[name] = value
	}
	text, err := json.Marshal(forged)
	require.NoError(t, err)
	return string(text)
}

// lies are all that a coalition could want to do to a bill that is held in the organisation holder.
func (s *scene) lies(id, holder string, record fields, coalition []string) []told {
	key := "bill/" + id
	thief := fields{"party": s.Party["terminal"], "org": s.MSP(live.Terminal)}
	return []told{
		{"another holder", "lie:put", []string{key, rewritten(s.t, record, fields{"holder": thief, "title": thief})}},
		{"another version", "lie:put", []string{key, rewritten(s.t, record, fields{"version": 99})}},
		{"another state", "lie:put", []string{key, rewritten(s.t, record, fields{"state": bill.Surrendered})}},
		{"no record", "lie:delete", []string{key}},
		{"a policy without the holder", "lie:free", append([]string{key}, s.MSPs(coalition...)...)},
		{"a mark in the holder's name", "lie:keep", []string{s.MSP(holder), "anchor/bill/" + id, "forged"}},
		{"content in the holder's name", "lie:keep", []string{s.MSP(holder), "content/" + id, "forged"}},
		{"the holder's copy gone", "lie:purge", []string{s.MSP(holder), "content/" + id}},
	}
}

func TestEveryOrganisationButTheHoldersCannotForgeABill(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	for _, c := range []struct{ holder, clerk, id string }{
		{live.Port, "shipper-clerk", s.issued()},
		{live.Bank, "bank-officer", s.endorsed()},
	} {
		t.Run("held by "+c.holder, func(t *testing.T) {
			s := s.at(t)
			s.forge(liar, c.holder, c.clerk, c.id)
		})
	}
}

func (s *scene) forge(liar, holder, clerk, id string) {
	t := s.t
	before := s.control(clerk, "bill", id)
	past := s.history(clerk, id)
	coalition := live.Others(holder)
	honest := s.corrupt(liar, coalition...)
	all := s.lies(id, holder, before, coalition)
	for _, lie := range all {
		requireNotEndorsed(t, s.lie(coalition, lie.function, lie.args...), lie.what)
	}
	for _, some := range subsets(coalition) {
		requireNotEndorsed(t, s.lie(some, all[0].function, all[0].args...), some)
	}
	err := s.lie(append([]string{holder}, coalition...), all[0].function, all[0].args...)
	require.Error(t, err, "the holder's honest chaincode endorses a lie")
	require.False(t, errors.As(err, new(live.Invalid)), "a lie that an honest endorser saw was ordered: %v", err)

	s.level()
	for organisation, name := range clerks {
		require.Equal(t, before, s.control(name, "bill", id), "at the peer of %s", organisation)
	}
	require.Equal(t, past, s.history(clerk, id))
	honest()
	to := s.Party["buyer"]
	s.do(clerk, "bill", "transfer", fields{"id": id, "to": to}, nil)
	s.do(clerk, "bill", "withdraw", fields{"id": id}, nil)
}

func (s *scene) history(who, id string) string {
	s.t.Helper()
	p := s.person(who)
	answer, err := p.Evaluate(s.ctx, ledger.Call{Function: "bill:History", Arguments: []string{id}, Endorsers: []string{p.MSP}})
	require.NoError(s.t, err)
	return string(answer)
}

// subsets are all but the empty and the whole.
func subsets(of []string) [][]string {
	var all [][]string
	for mask := 1; mask < 1<<len(of)-1; mask++ {
		var some []string
		for i, o := range of {
			if mask&(1<<i) != 0 {
				some = append(some, o)
			}
		}
		all = append(all, some)
	}
	return all
}

// extras are what acts on a bill ask for beyond its id.
func (s *scene) extras(act string) fields {
	switch act {
	case "transfer", "endorse", "endorse-to-order", "blank-endorse":
		return fields{"to": s.Party["bank"]}
	case "void", "reject", "reject-surrender", "reject-part", "decline-proposal", "revoke-consent", "withdraw-approval":
		return fields{"reason": "OTHER"}
	case "annul-surrender":
		return fields{"reason": "DATA_ERROR"}
	case "annul-part":
		return fields{"part": "pt-none", "reason": "DATA_ERROR"}
	case "surrender-for-amendment":
		return fields{"reason": "AMD"}
	case "update-draft":
		return fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"]}
	case "endorse-jointly":
		return fields{"holders": []string{s.Party["buyer"], s.Party["bank"]}, "needs": 1}
	case "restore-electronic":
		return fields{"to": s.Party["buyer"], "endorsee": s.Party["buyer"]}
	case "place-hold":
		return fields{"ground": "CARRIER_CHARGES"}
	case "propose-pledge", "agree-bank-control", "show-to-bank":
		return fields{"bank": s.Party["bank"]}
	case "decline-pledge", "decline-pledge-transfer":
		return fields{"reason": "OTHER"}
	case "enforce", "recall-trust":
		return fields{"reason": "NON_PAYMENT"}
	case "release-on-trust":
		return fields{"receipt": strings.Repeat("0", 64)}
	case "offer-pledge-transfer", "instruct-custodian":
		return fields{"to": s.Party["bank"]}
	case "consent":
		return fields{"act": "SURRENDER", "until": "2030-01-01T00:00:00Z"}
	case "lift-hold":
		return fields{"hold": 1}
	}
	return fields{}
}

// contentOf is private content that an act takes, nil for an act without.
func (s *scene) contentOf(verb lifecycle.Verb) []byte {
	s.t.Helper()
	kind, optional := strings.CutSuffix(verb.Content, "?")
	switch {
	case kind == "" || optional:
		return nil
	case kind == "bill":
		kind = "bill-order"
	}
	return s.papers("line").Text(kind)
}

func TestTwoLiarsCannotMakeABillOfAThirdCount(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	model := s.control("shipper-clerk", "bill", s.issued())
	// The bank is an accomplice that marks what it likes in its own name; the carrier's mark is still missing.
	holders := map[string]string{"buyer-clerk": "buyer", "bank-officer": "bank"}
	forged := map[string]string{}
	honest := s.corrupt(liar, live.Terminal, live.Bank)
	for clerk, name := range holders {
		id := "bl-" + strings.ToLower(live.RandomMark(26))
		holder := fields{"party": s.Party[name], "org": s.person(clerk).MSP}
		record := rewritten(t, model, fields{"id": id, "holder": holder, "title": holder})
		require.NoError(t, s.lie([]string{live.Terminal, live.Bank}, "lie:put", "bill/"+id, record),
			"a new key falls under the chaincode's own policy of any two organisations")
		forged[clerk] = id
	}
	require.NoError(t, s.lie([]string{live.Bank}, "lie:keep", s.MSP(live.Bank), "anchor/bill/"+forged["bank-officer"],
		"portledger/anchor/1\nbill/"+forged["bank-officer"]+"\n"+s.MSP(live.Bank)))
	requireNotEndorsed(t, s.lie([]string{live.Terminal, live.Bank}, "lie:keep", s.MSP(live.Carrier), "anchor/bill/"+forged["bank-officer"],
		"portledger/anchor/1\nbill/"+forged["bank-officer"]+"\n"+s.MSP(live.Carrier)))
	honest()
	s.level()
	for clerk, id := range forged {
		s.unusable(clerk, id)
		s.unusable("line-clerk", id)
	}
}

// restingOn are the births of documents that would rest on a bill.
func (s *scene) restingOn(id string) []live.Act {
	s.t.Helper()
	papers := s.papers("line")
	return []live.Act{
		{Family: "release", Name: "request", Content: papers.Text("release"), Request: fields{
			"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": s.Party["terminal"]}},
		{Family: "guarantee", Name: "draft", Content: papers.Text("guarantee-aa"), Request: fields{
			"kind": "AA", "beneficiary": s.Party["line"], "deliverTo": s.Party["buyer"], "bank": s.Party["bank"], "bills": []string{id}}},
	}
}

// unusable asserts that nothing honest can be done with a forged bill.
func (s *scene) unusable(clerk, id string) {
	s.t.Helper()
	p := s.person(clerk)
	var view fields
	requireRefused(s.t, fault.NotAnchored, p.Read(s.ctx, "bill", id, &view), clerk, "read")
	var tries []live.Act
	if clerk == "buyer-clerk" { // who may ask for a release and draft a guarantee
		tries = s.restingOn(id)
	}
	for _, verb := range bill.Law.Verbs {
		if bill.Law.Callable(verb.Name) && !bill.Law.Birth(verb.Name) {
			request := s.extras(string(verb.Name))
			request["id"] = id
			tries = append(tries, live.Act{Family: "bill", Name: string(verb.Name), Request: request, Content: s.contentOf(verb)})
		}
	}
	for _, try := range tries {
		_, err := p.Prepare(s.ctx, try)
		requireRefused(s.t, fault.NotAnchored, err, clerk, try.Family, try.Name)
		call, err := try.Call("Act")
		require.NoError(s.t, err)
		call.Endorsers = s.MSPs(live.Carrier, live.Port)
		_, err = p.Endorse(s.ctx, call)
		requireRefused(s.t, fault.NotAnchored, err, clerk, try.Family, try.Name)
	}
}

func TestAnEndorserMissingMakesAnHonestActInvalid(t *testing.T) {
	s := open(t)
	id := s.issued()
	shipper := s.person("shipper-clerk")
	offer := live.Act{Family: "bill", Name: "transfer", Request: fields{"id": id, "to": s.Party["bank"]}}
	prepared, err := shipper.Prepare(s.ctx, offer)
	require.NoError(t, err)
	required := []string{live.Bank, live.Carrier, live.Port}
	require.Equal(t, s.MSPs(required...), prepared.Call.Endorsers)
	for _, some := range subsets(required) {
		call := prepared.Call
		call.Endorsers = s.MSPs(some...)
		_, err := shipper.Submit(s.ctx, call)
		requireNotEndorsed(t, err, some)
	}
	call := prepared.Call
	call.Endorsers = nil // the peer would choose, and show the content to whom it chose
	_, err = shipper.Submit(s.ctx, call)
	require.Error(t, err)
	_, err = shipper.Submit(s.ctx, prepared.Call)
	require.NoError(t, err)
}

func TestWhoGoesRoundTheGatewayMeetsTheSameRefusals(t *testing.T) {
	s := open(t)
	id := s.issued()
	to := s.Party["buyer"]
	for _, c := range []struct {
		code fault.Code
		who  string
		act  live.Act
	}{
		{fault.WrongParty, "trucker-driver", act("bill", "transfer", fields{"id": id, "to": to})},
		{fault.WrongParty, "buyer-clerk", act("bill", "surrender", fields{"id": id})},
		{fault.WrongParty, "bank-officer", act("bill", "accept", fields{"id": id})},
		{fault.WrongParty, "line-clerk", act("bill", "endorse", fields{"id": id, "to": to})},
		{fault.WrongState, "line2-clerk", act("bill", "issue", fields{"id": id})},
		{fault.WrongState, "terminal-clerk", act("bill", "accept-surrender", fields{"id": id})},
		{fault.VersionMismatch, "shipper-clerk", act("bill", "transfer", fields{"id": id, "to": to, "version": 1})},
		{fault.UnknownParty, "shipper-clerk", act("bill", "transfer", fields{"id": id, "to": "PAAAAAAAAAAAAAAAA"})},
		{fault.RecipientNotAllowed, "shipper-clerk", act("bill", "transfer", fields{"id": id, "to": s.Party["trucker"]})},
		{fault.NotFound, "shipper-clerk", act("bill", "surrender", fields{"id": "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa"})},
		{fault.WrongRole, "port-registrar", live.Act{Family: "bill", Name: "draft", Request: s.draft("line").Request, Content: s.draft("line").Content}},
		{fault.NoBasis, "forwarder-clerk", live.Act{Family: "release", Name: "request", Content: s.papers("line").Text("release"),
			Request: fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": s.Party["terminal"]}}},
	} {
		s.refusedEverywhere(c.code, c.who, c.act)
	}
}

func act(family, name string, request fields) live.Act {
	return live.Act{Family: family, Name: name, Request: request}
}

// refusedEverywhere tries an act over REST, as a rehearsal and straight at the contract.
func (s *scene) refusedEverywhere(code fault.Code, who string, a live.Act) {
	s.t.Helper()
	p := s.person(who)
	header := map[string]string{}
	rest := live.Act{Family: a.Family, Name: a.Name, Content: a.Content, Request: fields{}}
	for name, value := range a.Request {
		if name == "version" {
			header["If-Match"] = `"1"`
			continue
		}
		rest.Request[name] = value
	}
	answer, err := p.Post(s.ctx, rest, header)
	require.NoError(s.t, err)
	require.Equal(s.t, string(code), answer.Problem().Code, "%s %s: %s", who, a.Name, answer.Body)
	_, err = p.Prepare(s.ctx, a)
	requireRefused(s.t, code, err, who, a.Name, "rehearsed")
	call, err := a.Call("Act")
	require.NoError(s.t, err)
	for _, endorsers := range [][]string{{live.Carrier, live.Port}, {live.Carrier, live.Port, live.Bank}, {p.Organisation}} {
		call.Endorsers = s.MSPs(endorsers...)
		_, err = p.Endorse(s.ctx, call)
		requireRefused(s.t, code, err, who, a.Name, endorsers)
	}
}

func TestAnotherOrganisationsContentIsNotReadAtItsPeer(t *testing.T) {
	s := open(t)
	id := s.issued()
	functions := map[string][]string{
		"bill:Read": {id}, "bill:History": {id}, "bill:Prepare": {"transfer", `{"id":"` + id + `","to":"` + s.Party["bank"] + `"}`},
	}
	for _, who := range []string{"bank-officer", "terminal-clerk", "bank-registrar"} {
		for _, owner := range []string{live.Carrier, live.Port} {
			for function, args := range functions {
				_, err := s.person(who).Evaluate(s.ctx, ledger.Call{Function: function, Arguments: args, Endorsers: s.MSPs(owner)})
				requireRefused(t, fault.WrongParty, err, who, owner, function)
			}
		}
	}
	var view fields
	require.NoError(t, s.person("trucker-driver").Read(s.ctx, "bill", id, &view))
	require.NotContains(t, view, "content", "another party of the holder's organisation")
	require.NoError(t, s.person("bank-officer").Read(s.ctx, "bill", id, &view))
	require.NotContains(t, view, "content", "another organisation at its own peer")
}

func TestALyingPeerHasNothingOfOthersToTell(t *testing.T) {
	s := open(t)
	id := s.issued()
	liar := s.build("liar", "./liar")
	s.corrupt(liar, live.Bank)
	for _, owner := range []string{live.Carrier, live.Port} {
		answer, err := s.person("bank-officer").Evaluate(s.ctx, ledger.Call{
			Function: "lie:read", Arguments: []string{s.MSP(owner), "content/" + id}, Endorsers: s.MSPs(live.Bank)})
		require.Error(t, err, owner)
		require.Empty(t, answer)
	}
}
