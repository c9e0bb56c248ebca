package ledger_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/mandate"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// mandated lets principal empower agent for acts, with more said in the request.
func mandated(w *world.World, principal, agent string, more fields, acts ...string) string {
	w.TB.Helper()
	request := fields{"agent": w.Party[agent], "acts": acts, "until": stamp(w.Net.Now().AddDate(0, 1, 0)), "witness": carrierOrg}
	for k, v := range more {
		request[k] = v
	}
	return w.Must(principal, "mandate", "grant", request, "").ID
}

// An act may reach further documents of the principal than the one it is asked of: each must be one that the mandate names.
func TestAMandateForOneBillReachesNoOther(t *testing.T) {
	w := world.New(t)
	one, two := w.IssuedBill(), other.issued(w)
	for _, id := range []string{one, two} {
		amendable(w, id, "shipper", "COMBINE")
	}
	combine := func(mandate string) error {
		var err error
		w.Under(mandate, func() {
			_, err = w.Try("line2", "bill", "reissue", fields{"id": one, "bills": []string{two}}, world.Fixture("reissue"))
		})
		return err
	}
	narrow := combine(mandated(w, "line", "line2", fields{"documents": []string{one}, "witness": bankOrg}, "bill/reissue"))
	notEmpowered(w, "document", narrow)
	require.Equal(t, "/bills/0", w.Refusal(fault.NotEmpowered, narrow).At)
	w.Refusal(fault.NotConserved, combine(mandated(w, "line", "line2", fields{"documents": []string{one, two}, "witness": bankOrg}, "bill/reissue")))
}

func stamp(at time.Time) string { return at.Format(time.RFC3339) }

// notEmpowered wants the refusal of rule X-21 with its reason.
func notEmpowered(w *world.World, why string, err error) {
	w.TB.Helper()
	f := w.Refusal(fault.NotEmpowered, err)
	require.Equal(w.TB, "X-21", f.Rule)
	require.Equal(w.TB, why, f.Args["why"])
}

func try(w *world.World, mandate, who, family, act string, request fields) (err error) {
	w.Under(mandate, func() { _, err = w.Try(who, family, act, request, "") })
	return err
}

func TestAnAgentActsForItsPrincipalAndTheRecordSaysSo(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Refused(fault.WrongParty, "forwarder", "bill", "sign", fields{"id": id}, "")
	m := mandated(w, "shipper", "forwarder", nil, "bill/sign", "bill/endorse-to-order")
	require.NoError(t, try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
	last := billOf(w, id).Last
	require.Equal(t, []string{w.Party["shipper"], w.Party["forwarder"], m}, []string{last.By, last.Agent, last.Mandate})
	require.NoError(t, try(w, m, "forwarder", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}), "content goes along")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	require.Empty(t, billOf(w, id).Last.Agent)
	require.Equal(t, w.Party["bank"], billOf(w, id).Holder.Party)
}

// Rule X-21.
func TestAMandateGoesNoFurtherThanItSays(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	m := mandated(w, "shipper", "forwarder", fields{"documents": []string{id}}, "bill/sign")
	other := w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00777")
	notEmpowered(w, "act", try(w, m, "forwarder", "bill", "surrender", fields{"id": id}))
	notEmpowered(w, "document", try(w, m, "forwarder", "bill", "sign", fields{"id": other}))
	notEmpowered(w, "agent", try(w, m, "buyer", "bill", "sign", fields{"id": id}))
	notEmpowered(w, "agent", try(w, m, "shipper", "bill", "sign", fields{"id": id}))
	notEmpowered(w, "pass-on", try(w, m, "forwarder", "mandate", "grant", fields{"agent": w.Party["buyer"], "acts": []string{"bill/sign"},
		"until": stamp(w.Net.Now().AddDate(0, 0, 1)), "witness": carrierOrg}))
	w.Refusal(fault.NotFound, try(w, "md-aaaaaaaaaaaaaaaaaaaaaaaaaa", "forwarder", "bill", "sign", fields{"id": id}))
	w.Refusal(fault.WrongParty, try(w, mandated(w, "buyer", "forwarder", nil, "bill/*"), "forwarder", "bill", "sign", fields{"id": id}))
	w.Net.Advance(32 * 24 * time.Hour)
	notEmpowered(w, "expired", try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
}

func TestARevokedMandateEndsAtOnce(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	m := mandated(w, "shipper", "forwarder", nil, "bill/*")
	w.Refused(fault.WrongParty, "buyer", "mandate", "revoke", fields{"id": m, "reason": "OTHER"}, "")
	w.Refused(fault.WrongParty, "forwarder", "mandate", "revoke", fields{"id": m, "reason": "OTHER"}, "")
	w.Refused(fault.Invalid, "shipper", "mandate", "revoke", fields{"id": m, "reason": "whim"}, "")
	require.NoError(t, try(w, m, "forwarder", "bill", "sign", fields{"id": id}))

	// What was endorsed before the revocation is worth nothing after it.
	w.Mandate = m
	endorsed := w.Endorsed("forwarder", "bill", "sign", fields{"id": id}, "")
	w.Mandate = ""
	w.Must("shipper", "mandate", "revoke", fields{"id": m, "reason": "BREACH_OF_TRUST"}, "")
	require.NotEqual(t, memfabric.Valid, w.Net.Commit(endorsed)[0])
	notEmpowered(w, "ended", try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
	w.Refused(fault.WrongState, "forwarder", "mandate", "renounce", fields{"id": m, "reason": "OTHER"}, "")

	second := mandated(w, "shipper", "forwarder", nil, "bill/*")
	w.Must("forwarder", "mandate", "renounce", fields{"id": second, "reason": "NO_LONGER_NEEDED"}, "")
	notEmpowered(w, "ended", try(w, second, "forwarder", "bill", "sign", fields{"id": id}))
}

func TestALimitedMandateIsSpent(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	m := mandated(w, "shipper", "forwarder", fields{"uses": 2}, "bill/sign")
	require.NoError(t, try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
	w.Refusal(fault.WrongState, try(w, mandated(w, "shipper", "forwarder", fields{"uses": 1}, "bill/*"), "forwarder", "bill", "approve", fields{"id": id}))
	require.NoError(t, try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
	require.Equal(t, string(mandate.Spent), w.State("mandate", m))
	notEmpowered(w, "ended", try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
}

func TestTwoUsesOfTheLastOneConflict(t *testing.T) {
	w := world.New(t)
	one := w.IssuedBill()
	two := w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00778")
	m := mandated(w, "shipper", "forwarder", fields{"uses": 1}, "bill/sign")
	w.Mandate = m
	first := w.Endorsed("forwarder", "bill", "sign", fields{"id": one}, "")
	second := w.Endorsed("forwarder", "bill", "sign", fields{"id": two}, "")
	w.Mandate = ""
	require.Equal(t, memfabric.Valid, w.Net.Commit(first)[0])
	require.NotEqual(t, memfabric.Valid, w.Net.Commit(second)[0])
	require.Equal(t, billOf(w, two).Version, 3, "not signed")
}

func TestWhatIsPassedOnEndsWithWhatItCameFrom(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	first := mandated(w, "shipper", "forwarder", fields{"passOn": true}, "bill/sign", "bill/surrender")
	pass := func(under, from, to string, more fields, acts ...string) (id string, err error) {
		request := fields{"agent": w.Party[to], "acts": acts, "until": stamp(w.Net.Now().AddDate(0, 0, 7)), "witness": carrierOrg}
		for k, v := range more {
			request[k] = v
		}
		w.Under(under, func() {
			done, failed := w.Try(from, "mandate", "grant", request, "")
			id, err = done.ID, failed
		})
		return id, err
	}
	_, err := pass(first, "forwarder", "buyer", nil, "bill/transfer")
	notEmpowered(w, "beyond", err)
	_, err = pass(first, "forwarder", "buyer", fields{"until": stamp(w.Net.Now().AddDate(0, 2, 0))}, "bill/sign")
	notEmpowered(w, "beyond", err)
	_, err = pass(first, "forwarder", "shipper", nil, "bill/sign")
	w.Refusal(fault.RecipientNotAllowed, err)
	second, err := pass(first, "forwarder", "buyer", fields{"passOn": true}, "bill/sign")
	require.NoError(t, err)
	third, err := pass(second, "buyer", "trucker", fields{"passOn": true}, "bill/sign")
	require.NoError(t, err)
	_, err = pass(third, "trucker", "trucker2", nil, "bill/sign")
	w.Refusal(fault.LimitReached, err)
	require.NoError(t, try(w, third, "trucker", "bill", "sign", fields{"id": id}))
	require.Equal(t, w.Party["shipper"], billOf(w, id).Last.By)

	w.Refused(fault.WrongParty, "trucker", "mandate", "revoke", fields{"id": second, "reason": "OTHER"}, "")
	w.Must("forwarder", "mandate", "revoke", fields{"id": second, "reason": "CHANGE_OF_AGENT"}, "")
	notEmpowered(w, "ended", try(w, third, "trucker", "bill", "sign", fields{"id": id}))
	require.NoError(t, try(w, first, "forwarder", "bill", "sign", fields{"id": id}))
}

func TestAnAgentSeesWhatItMayActOn(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	m := mandated(w, "shipper", "forwarder", nil, "bill/sign")
	read := func() (view struct {
		Content json.RawMessage `json:"content"`
		Acts    []lifecycle.Act `json:"acts"`
	}) {
		w.Read("forwarder", "bill", id, &view)
		return view
	}
	require.Empty(t, read().Content)
	w.Under(m, func() {
		view := read()
		require.NotEmpty(t, view.Content)
		require.Contains(t, view.Acts, bill.Sign)
		_, err := w.Person["forwarder"].Evaluate("release:Read", []string{"ro-x"}, map[string][]byte{"mandate": []byte(m)})
		notEmpowered(w, "document", err)
	})
}

func TestAMandateBetweenOrganisationsNeedsNoWitness(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	m := mandated(w, "bank", "forwarder", fields{"witness": ""}, "bill/*")
	require.NoError(t, try(w, m, "forwarder", "bill", "sign", fields{"id": id}))
	require.Equal(t, w.Party["bank"], billOf(w, id).Last.By)

	mandated(w, "bank", "forwarder", fields{"witness": ""}, "leg/*", "bill/sign-trust-receipt", "exchange/propose", "bill/report-supervision")
	same := fields{"agent": w.Party["buyer"], "acts": []string{"bill/sign"}, "until": stamp(w.Net.Now().AddDate(0, 1, 0))}
	w.Refused(fault.OneOrganisation, "shipper", "mandate", "grant", same, "")
	for place, wrong := range map[string]fields{
		"/agent":     {"agent": "PAAAAAAAAAAAAAAAA"},
		"/acts":      {"acts": []string{"bill/fly"}},
		"/documents": {"documents": []string{id, id}},
		"/until":     {"until": stamp(w.Net.Now())},
		"/uses":      {"uses": -1},
	} {
		request := fields{}
		for k, v := range same {
			request[k] = v
		}
		for k, v := range wrong {
			request[k] = v
		}
		_, err := w.Try("shipper", "mandate", "grant", request, "")
		f := fault.Of(err)
		if f == nil {
			f, _ = fault.Parse(err.Error())
		}
		require.Equal(t, place, f.At)
	}
}

// A mandate that others invent, or one that an agent's organisation rewrites for itself, opens nothing.
func TestAForgedMandateOpensNothing(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	m := mandated(w, "buyer", "forwarder", nil, "bill/*")
	var view struct {
		Control map[string]any `json:"control"`
	}
	w.Read("buyer", "mandate", m, &view)
	invent := w.Rewrite("mandate/md-forged", w.Policy(portOrg), func(r map[string]any) {
		maps.Copy(r, view.Control)
		r["id"], r["principal"] = "md-forged", lifecycle.Ref{Party: w.Party["bank"], Org: bankOrg}
	})
	require.Equal(t, memfabric.Valid, w.Forge("forwarder", invent, portOrg, carrierOrg))
	w.Refusal(fault.NotAnchored, try(w, "md-forged", "forwarder", "bill", "sign", fields{"id": id}))

	mine := mandated(w, "bank", "forwarder", nil, "bill/sign")
	lie := w.Rewrite("mandate/"+mine, nil, func(r map[string]any) { r["acts"] = []string{"bill/*"} })
	require.NotEqual(t, memfabric.Valid, w.Forge("forwarder", lie, portOrg, carrierOrg, terminalOrg))
	notEmpowered(w, "act", try(w, mine, "forwarder", "bill", "surrender", fields{"id": id}))
}

// Rule X-21: under a mandate nobody has more than either house gave them. The principal's roles are those of the person who granted it, and
// the agent's person is one that may act as what the agent was empowered as.
func TestUnderAMandateNobodyHasMoreThanEitherHouseGaveThem(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Register("haulier", portOrg, false, "FORWARDER", "TRUCKER")
	w.Enrol("driver", portOrg, w.Party["haulier"], "TRUCKER")
	w.Enrol("dispatcher", portOrg, w.Party["haulier"], "FORWARDER")
	w.Enrol("intern", portOrg, w.Party["haulier"])
	w.Enrol("boaster", portOrg, w.Party["haulier"], "SHIPPER", "CONSIGNEE")
	grant := fields{"agent": w.Party["haulier"], "acts": []string{"bill/*"}, "until": stamp(w.Net.Now().AddDate(0, 1, 0)), "witness": carrierOrg}
	require.Equal(t, "/as", w.Refused(fault.Invalid, "shipper", "mandate", "grant", grant, "").At, "as which of the two?")
	m := mandated(w, "shipper", "haulier", fields{"as": []string{"FORWARDER"}}, "bill/*")
	for _, who := range []string{"driver", "intern", "boaster"} {
		notEmpowered(w, "role", try(w, m, who, "bill", "sign", fields{"id": id}))
		_, err := w.Person[who].Evaluate("bill:Read", []string{id}, map[string][]byte{"mandate": []byte(m)})
		notEmpowered(w, "role", err)
	}
	require.NoError(t, try(w, m, "dispatcher", "bill", "sign", fields{"id": id}))

	// What takes a role takes one of the person who granted, whatever else the principal is.
	w.Register("house", portOrg, false, "CONSIGNEE", "TRUCKER")
	w.Enrol("foreman", portOrg, w.Party["house"], "TRUCKER")
	request := fields{"kind": "AA", "beneficiary": w.Party["line"], "deliverTo": w.Party["house"], "bank": w.Party["bank"], "bills": []string{id}}
	drafting := func(m string) (err error) {
		w.Under(m, func() { _, err = w.Try("forwarder", "guarantee", "draft", request, world.Fixture("guarantee-aa")) })
		return err
	}
	w.Refused(fault.WrongRole, "foreman", "guarantee", "draft", request, world.Fixture("guarantee-aa"))
	w.Refusal(fault.WrongRole, drafting(mandated(w, "foreman", "forwarder", nil, "guarantee/*")))
	require.NoError(t, drafting(mandated(w, "house", "forwarder", nil, "guarantee/*")))
}
