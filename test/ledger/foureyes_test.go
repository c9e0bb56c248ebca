package ledger_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/approval"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// The bank's join of a guarantee, which has public input, private content and another organisation's endorser, is the act that
// two persons of the bank make: "bank" and its colleague "checker".

// eyed is a world in which the bank has marked acts and has a second person.
func eyed(tb world.TB, acts ...string) *world.World {
	w := world.New(tb)
	w.Colleague("checker", "bank")
	w.Must("bank", "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": acts}, "")
	return w
}

// submitted is a guarantee that waits for the bank.
func submitted(w *world.World) string {
	id := w.DraftedGuarantee(w.IssuedBill())
	w.Must("buyer", "guarantee", "submit", fields{"id": id}, "")
	return id
}

func joining(w *world.World, id string) fields {
	return fields{"id": id, "version": guaranteeOf(w, id).Version}
}

func with(w *world.World, approval, who, family, act string, request fields, content string) (err error) {
	w.With(approval, func() { _, err = w.Try(who, family, act, request, content) })
	return err
}

func notApproved(w *world.World, why string, err error) {
	w.TB.Helper()
	require.Equal(w.TB, why, w.Refusal(fault.NotApproved, err).Args["why"])
}

// nameOf is a person as records name it.
func nameOf(w *world.World, who string) string { return w.Person[who].Identity.Cert.Subject.CommonName }

// code is the fault's code, which has to be this one.
func code(w *world.World, want fault.Code, err error) {
	w.TB.Helper()
	w.Refusal(want, err)
}

func TestAMarkedActTakesTwoPersons(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := submitted(w)
	f := w.Refused(fault.FourEyes, "bank", "guarantee", "join", fields{"id": id}, world.Fixture("joinder"))
	require.Equal(t, map[string]string{"act": "guarantee/join", "party": w.Party["bank"]}, f.Args)
	w.Refused(fault.FourEyes, "checker", "guarantee", "join", fields{"id": id}, world.Fixture("joinder"))

	request := joining(w, id)
	a := w.Proposed("bank", "guarantee", "join", request, world.Fixture("joinder"))
	require.Equal(t, "SUBMITTED", w.State("guarantee", id), "a proposal does nothing")
	notApproved(w, "same-person", with(w, a, "bank", "guarantee", "join", request, world.Fixture("joinder")))
	roundTheGateway(w, a, request)
	require.NoError(t, with(w, a, "checker", "guarantee", "join", request, world.Fixture("joinder")))
	last := guaranteeOf(w, id).Last
	first, second := nameOf(w, "bank"), nameOf(w, "checker")
	require.Equal(t, []string{first, second}, []string{last.Proposer, last.Person}, "the record names both")
	require.NotEqual(t, first, second)

	again := joining(w, id)
	notApproved(w, "ended", with(w, a, "checker", "guarantee", "join", again, world.Fixture("joinder")))
	var kept struct{ Control approval.Approval }
	w.Read("checker", "approval", a, &kept)
	require.Equal(t, approval.Used, kept.Control.State)
	require.Equal(t, second, kept.Control.Confirmer)
}

// roundTheGateway sends all that the act needs but the approval: every endorser refuses by itself.
func roundTheGateway(w *world.World, approval string, request fields) {
	w.TB.Helper()
	w.Approval = approval
	p, plan, err := w.Rehearse("checker", "guarantee", "join", request, world.Fixture("joinder"), world.Salt())
	w.Approval = ""
	require.NoError(w.TB, err)
	delete(p.Transient, "approval")
	for _, org := range plan.Endorsers {
		_, err = w.Net.Endorse(p, org)
		w.Refusal(fault.FourEyes, err)
	}
}

func TestTheSecondPersonMakesWhatTheFirstProposed(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := submitted(w)
	request, content := joining(w, id), world.Fixture("joinder")
	a := w.Proposed("bank", "guarantee", "join", request, content)
	changed := strings.Replace(content, `"`, ` "`, 1)
	require.NotEqual(t, content, changed)
	notApproved(w, "request", with(w, a, "checker", "guarantee", "join", request, world.With(content, "bankReference", "OTHER")))
	notApproved(w, "request", with(w, a, "checker", "guarantee", "join", fields{"id": id}, content))
	notApproved(w, "request", with(w, a, "checker", "guarantee", "join", fields{"id": id, "version": request["version"], "calendar": "CarrierMSP.x"}, content))
	notApproved(w, "request", with(w, a, "checker", "guarantee", "join", request, ""))
	notApproved(w, "act", with(w, a, "checker", "guarantee", "accept", request, content))
	other := w.DraftedGuarantee(w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00778"))
	notApproved(w, "document", with(w, a, "checker", "guarantee", "join", joining(w, other), content))
	require.NoError(t, with(w, a, "checker", "guarantee", "join", request, changed), "blanks are no change")
}

func TestAProposalIsForOneVersionOfADocument(t *testing.T) {
	w := eyed(t, "bill/endorse-to-order")
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	_, err := w.TryProposing("bank", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	require.Equal(t, "/version", w.Refusal(fault.Invalid, err).At)
	request := fields{"id": id, "to": w.Party["buyer"], "version": billOf(w, id).Version}
	a := w.Proposed("bank", "bill", "endorse-to-order", request, "")
	w.Must("bank", "bill", "sign", fields{"id": id}, "")
	code(w, fault.VersionMismatch, with(w, a, "checker", "bill", "endorse-to-order", request, ""))
	request["version"] = billOf(w, id).Version
	notApproved(w, "request", with(w, a, "checker", "bill", "endorse-to-order", request, ""))
	a = w.Proposed("checker", "bill", "endorse-to-order", request, "")
	require.NoError(t, with(w, a, "bank", "bill", "endorse-to-order", request, ""), "either may be first")
}

func TestAnApprovalEnds(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := submitted(w)
	request, content := joining(w, id), world.Fixture("joinder")
	a := w.Proposed("bank", "guarantee", "join", request, content)
	b := w.Proposed("bank", "guarantee", "join", request, content)
	w.Must("checker", "approval", "withdraw", fields{"id": b}, "")
	notApproved(w, "ended", with(w, b, "checker", "guarantee", "join", request, content))
	w.Refused(fault.NotApproved, "checker", "approval", "withdraw", fields{"id": b}, "")
	w.Refused(fault.NotFound, "line", "approval", "withdraw", fields{"id": a}, "")
	w.Net.Advance(approval.Life)
	notApproved(w, "expired", with(w, a, "checker", "guarantee", "join", request, content))
	w.Must("bank", "approval", "withdraw", fields{"id": a}, "")
	code(w, fault.NotFound, with(w, "ap-aaaaaaaaaaaaaaaaaaaaaaaaaa", "checker", "guarantee", "join", request, content))
	code(w, fault.NotFound, with(w, "ap/../a\xff", "checker", "guarantee", "join", request, content))
	require.Equal(t, "SUBMITTED", w.State("guarantee", id))
}

func TestOnlyPersonsOfThePartyCount(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := submitted(w)
	request, content := joining(w, id), world.Fixture("joinder")
	w.Register("trustee", bankOrg, false, "BANK")
	_, err := w.TryProposing("trustee", "guarantee", "join", request, content)
	code(w, fault.WrongParty, err)
	_, err = w.TryProposing("line", "guarantee", "join", request, content)
	code(w, fault.WrongParty, err)
	// Whoever leaves the rehearsal out gets an approval, which is worth nothing to another party.
	smuggled := smuggle(w, "trustee", "guarantee", "join", request, content)
	code(w, fault.NotFound, with(w, smuggled, "checker", "guarantee", "join", request, content))
	code(w, fault.NotFound, with(w, smuggle(w, "line", "guarantee", "join", request, content), "checker", "guarantee", "join", request, content))

	// Only what both may do, both do together.
	w.Enrol("intern", bankOrg, w.Party["bank"])
	_, err = w.TryProposing("intern", "guarantee", "join", request, content)
	code(w, fault.WrongRole, err)
	_, err = trySmuggling(w, "intern", "guarantee", "join", request, content)
	code(w, fault.WrongRole, err)
	code(w, fault.WrongRole, with(w, w.Proposed("checker", "guarantee", "join", request, content), "intern", "guarantee", "join", request, content))
	require.Equal(t, "SUBMITTED", w.State("guarantee", id))
}

// smuggle proposes without a rehearsal.
func smuggle(w *world.World, who, family, act string, request fields, content string) string {
	w.TB.Helper()
	receipt, err := trySmuggling(w, who, family, act, request, content)
	require.NoError(w.TB, err)
	var done contract.Outcome
	require.NoError(w.TB, json.Unmarshal(receipt.Result, &done))
	return done.ID
}

func trySmuggling(w *world.World, who, family, act string, request fields, content string) (memfabric.Receipt, error) {
	transient := map[string][]byte{"family": []byte(family), "act": []byte(act), "request": []byte(text(request)), "salt": []byte(world.Salt())}
	if content != "" {
		transient["content"] = []byte(content)
	}
	if w.Mandate != "" {
		transient["mandate"] = []byte(w.Mandate)
	}
	return w.Person[who].Submit("approval:Act", []string{"propose", "{}"}, transient, w.Person[who].MSP)
}

// Marks bind who made them, and nobody else.
func TestMarksBindThePartyThatMadeThem(t *testing.T) {
	w := eyed(t, "guarantee/*", "bill/accept")
	g := submitted(w)
	w.PassOn(w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00778"), "shipper", "buyer")
	w.Refused(fault.FourEyes, "bank", "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
	w.Refused(fault.WrongParty, "line", "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": []string{"bill/sign"}}, "")
	w.Refused(fault.WrongParty, bankOrg, "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": []string{"bill/sign"}}, "")
	for _, acts := range [][]string{{"bill/fly"}, {"bill/accept", "bill/accept"}, {"party/describe"}, {"approval/withdraw"}, {"bill/provide"}} {
		w.Refused(fault.Invalid, "bank", "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": acts}, "")
	}
	marks := slices.Repeat([]string{"bill/sign"}, party.FourEyesMax+1)
	require.Equal(t, "/acts", w.Refused(fault.Invalid, "bank", "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": marks}, "").At)
}

func TestOnePersonCannotUnmark(t *testing.T) {
	w := eyed(t, "guarantee/join", "bill/sign")
	unmark := fields{"id": w.Party["bank"], "acts": []string{"guarantee/join"}, "version": 3}
	w.Refused(fault.FourEyes, "bank", "party", "unmark-four-eyes", unmark, "")
	a := w.Proposed("bank", "party", "unmark-four-eyes", unmark, "")
	notApproved(w, "same-person", with(w, a, "bank", "party", "unmark-four-eyes", unmark, ""))
	require.NoError(t, with(w, a, "checker", "party", "unmark-four-eyes", unmark, ""))
	require.Equal(t, []string{"bill/sign"}, marksOf(w, "bank"))
	_, err := w.TryProposing("bank", "party", "unmark-four-eyes", fields{"id": w.Party["bank"], "acts": []string{"guarantee/join"}, "version": 4}, "")
	code(w, fault.Invalid, err)
	w.Must("bank", "guarantee", "join", fields{"id": submitted(w)}, world.Fixture("joinder"))
}

func marksOf(w *world.World, name string) []string {
	var view struct{ Control party.Party }
	w.Read("line", "party", w.Party[name], &view)
	return view.Control.FourEyes
}

// What was endorsed for one person before the mark is worth nothing after it.
func TestAMarkTakesEffectAtOnce(t *testing.T) {
	w := world.New(t)
	id := submitted(w)
	endorsed := w.Endorsed("bank", "guarantee", "join", fields{"id": id}, world.Fixture("joinder"))
	w.Must("bank", "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": []string{"guarantee/join"}}, "")
	require.Equal(t, memfabric.MVCCReadConflict, w.Net.Commit(endorsed)[0])
	require.Equal(t, "SUBMITTED", w.State("guarantee", id))
}

func TestAnApprovalIsUsedOnce(t *testing.T) {
	w := eyed(t, "bill/sign")
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	other := w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00778")
	w.PassOn(other, "shipper", "bank")
	w.Colleague("third", "bank")
	request := fields{"id": id, "version": billOf(w, id).Version}
	a := w.Proposed("bank", "bill", "sign", request, "")
	w.Approval = a
	one := w.Endorsed("checker", "bill", "sign", request, "")
	two := w.Endorsed("third", "bill", "sign", request, "")
	w.Approval = ""
	withdrawn := w.Endorsed("bank", "approval", "withdraw", fields{"id": a}, "")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict, memfabric.MVCCReadConflict}, w.Net.Commit(one, two, withdrawn))
	require.Equal(t, request["version"].(int)+1, billOf(w, id).Version)
	notApproved(w, "ended", with(w, a, "third", "bill", "sign", fields{"id": id, "version": billOf(w, id).Version}, ""))
	require.NotEqual(t, memfabric.Valid, w.Net.Commit(one)[0], "nor by sending the same transaction again")

	// A birth, which no version stands in the way of, cannot be made twice with one approval either.
	w.Must("bank", "party", "mark-four-eyes", fields{"id": w.Party["bank"], "acts": []string{"mandate/grant"}}, "")
	grant := fields{"agent": w.Party["forwarder"], "acts": []string{"bill/sign"}, "until": stamp(w.Net.Now().AddDate(0, 1, 0))}
	a = w.Proposed("bank", "mandate", "grant", grant, "")
	require.NoError(t, with(w, a, "checker", "mandate", "grant", grant, ""))
	notApproved(w, "ended", with(w, a, "third", "mandate", "grant", grant, ""))
}

// Under a mandate two persons of the agent act, whether principal or agent marked the act.
func TestMarksGoWithTheMandate(t *testing.T) {
	w := world.New(t)
	w.Colleague("forwarder2", "forwarder")
	w.Colleague("shipper2", "shipper")
	id := w.IssuedBill()
	m := mandated(w, "shipper", "forwarder", nil, "bill/sign")
	w.Must("shipper", "party", "mark-four-eyes", fields{"id": w.Party["shipper"], "acts": []string{"bill/sign"}}, "")
	request := fields{"id": id, "version": billOf(w, id).Version}
	f := w.Refusal(fault.FourEyes, try(w, m, "forwarder", "bill", "sign", request))
	require.Equal(t, w.Party["forwarder"], f.Args["party"])

	// Not one of each party, and not without the mandate in both.
	code(w, fault.NotFound, withBoth(w, m, w.Proposed("shipper", "bill", "sign", request, ""), "forwarder", request))
	notApproved(w, "mandate", withBoth(w, m, smuggle(w, "forwarder2", "bill", "sign", request, ""), "forwarder", request))
	var a string
	w.Under(m, func() { a = w.Proposed("forwarder2", "bill", "sign", request, "") })
	require.NoError(t, withBoth(w, m, a, "forwarder", request))
	last := billOf(w, id).Last
	require.Equal(t, []string{w.Party["shipper"], w.Party["forwarder"], m, nameOf(w, "forwarder2")},
		[]string{last.By, last.Agent, last.Mandate, last.Proposer})

	w.Must("forwarder", "party", "mark-four-eyes", fields{"id": w.Party["forwarder"], "acts": []string{"bill/surrender"}}, "")
	m = mandated(w, "shipper", "forwarder", nil, "bill/surrender")
	code(w, fault.FourEyes, try(w, m, "forwarder", "bill", "surrender", fields{"id": id}))
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
}

// Who may not use a mandate cannot be one of its two persons either, not even by proposing round the gateway.
func TestBothPersonsAreWhomTheMandateIsFor(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Register("haulier", portOrg, false, "FORWARDER", "TRUCKER")
	w.Enrol("driver", portOrg, w.Party["haulier"], "TRUCKER")
	w.Enrol("dispatcher", portOrg, w.Party["haulier"], "FORWARDER")
	m := mandated(w, "shipper", "haulier", fields{"as": []string{"FORWARDER"}}, "bill/sign")
	w.Must("shipper", "party", "mark-four-eyes", fields{"id": w.Party["shipper"], "acts": []string{"bill/sign"}}, "")
	request := fields{"id": id, "version": billOf(w, id).Version}
	w.Under(m, func() {
		_, err := w.TryProposing("driver", "bill", "sign", request, "")
		notEmpowered(w, "role", err)
		a := smuggle(w, "driver", "bill", "sign", request, "")
		notEmpowered(w, "role", with(w, a, "dispatcher", "bill", "sign", request, ""))
		a = w.Proposed("dispatcher", "bill", "sign", request, "")
		notEmpowered(w, "role", with(w, a, "driver", "bill", "sign", request, ""))
		require.NoError(t, with(w, a, "haulier", "bill", "sign", request, ""))
	})
}

func withBoth(w *world.World, mandate, approval, who string, request fields) (err error) {
	w.Under(mandate, func() { err = with(w, approval, who, "bill", "sign", request, "") })
	return err
}

// A proposal is the house's own business until the act is made.
func TestAProposalStaysInTheHouse(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := submitted(w)
	content := world.With(world.Fixture("joinder"), "bankReference", "CANARY-5QX")
	_, plan, err := w.Proposal("bank", "guarantee", "join", joining(w, id), content)
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg}, plan.Endorsers, "one organisation, and no other sees it")
	before := len(publicOf(w))
	a := w.Proposed("bank", "guarantee", "join", joining(w, id), content)
	told := string(publicOf(w)[before:])
	for _, secret := range []string{id, "guarantee/join", `"join"`, "CANARY"} {
		require.NotContains(t, told, secret)
	}
	require.Empty(t, w.Net.PrivateData(carrierOrg, "approval/"+w.Party["bank"]+"/"+a))

	var view struct {
		Control approval.Approval
		Request map[string]any
		Content json.RawMessage
	}
	w.Read("checker", "approval", a, &view)
	require.Equal(t, "guarantee/join", view.Control.On)
	require.Equal(t, id, view.Request["id"])
	require.JSONEq(t, content, string(view.Content))
	require.Equal(t, []string{a}, openApprovals(w, "checker"))
	w.Register("trustee", bankOrg, false, "BANK")
	for _, stranger := range []string{"trustee", "line", bankOrg} {
		require.Empty(t, openApprovals(w, stranger))
		_, err := w.Person[stranger].Evaluate("approval:Read", []string{a}, nil)
		code(w, fault.NotFound, err)
	}
	for _, ask := range [][]string{{"approval:Read", a}, {"approval:List"}} {
		_, err := w.Net.Evaluate(w.Person["line"].Proposal(ask[0], ask[1:], nil), bankOrg)
		code(w, fault.WrongParty, err)
	}
	require.NoError(t, with(w, a, "checker", "guarantee", "join", joining(w, id), content))
	require.Empty(t, openApprovals(w, "checker"))
	require.NotContains(t, string(publicOf(w)), "CANARY")
}

func openApprovals(w *world.World, who string) []string {
	w.TB.Helper()
	answer, err := w.Person[who].Evaluate("approval:List", nil, nil)
	require.NoError(w.TB, err)
	var open []approval.Approval
	require.NoError(w.TB, json.Unmarshal(answer, &open))
	ids := make([]string, len(open))
	for i, a := range open {
		ids[i] = a.ID
	}
	return ids
}

// No other organisation, and not all of them, can make an approval of the bank's persons, nor bring one that is not kept.
func TestAnApprovalCannotBeForged(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := submitted(w)
	request := joining(w, id)
	key := "approval/" + w.Party["bank"] + "/ap-aaaaaaaaaaaaaaaaaaaaaaaaaa"
	forged := world.Lie(func(stub shim.ChaincodeStubInterface) error {
		return stub.PutPrivateData("_implicit_org_"+bankOrg, key, []byte(`{}`))
	})
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("line", forged, carrierOrg, terminalOrg, portOrg))

	a := w.Proposed("bank", "guarantee", "join", request, world.Fixture("joinder"))
	w.Approval = a
	p, plan, err := w.Rehearse("checker", "guarantee", "join", request, world.Fixture("joinder"), world.Salt())
	w.Approval = ""
	require.NoError(t, err)
	require.Contains(t, plan.Endorsers, carrierOrg)
	name := "approval/" + w.Party["bank"] + "/" + a
	kept := string(p.Transient[name])
	p.Transient[name] = []byte(strings.Replace(kept, "BANK", "BANX", 1))
	_, err = w.Net.Submit(p, plan.Endorsers...)
	code(w, fault.ContentMismatch, err)
	delete(p.Transient, name)
	_, err = w.Net.Submit(p, plan.Endorsers...)
	require.Equal(t, name, w.Refusal(fault.PrivateInputMissing, err).Args["name"])
	p.Transient[name] = []byte(kept)
	_, err = w.Net.Submit(p, plan.Endorsers...)
	require.NoError(t, err)
}

func TestActsSayThatTwoAreNeeded(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := w.DraftedGuarantee(w.IssuedBill())
	require.Equal(t, fault.WrongState, possible(w, "bank", "guarantee", id, guarantee.Join, 0).Fault.Code, "first what else stands in the way")
	w.Must("buyer", "guarantee", "submit", fields{"id": id}, "")
	two := possible(w, "bank", "guarantee", id, guarantee.Join, 0)
	require.False(t, two.Allowed)
	require.Equal(t, fault.FourEyes, two.Fault.Code)
	require.NotEmpty(t, two.Fault.Help(true))
	require.Equal(t, []lifecycle.Way{{By: "two persons of the party", Party: w.Party["bank"], Act: guarantee.Join}}, two.Ways)
	require.Equal(t, fault.WrongParty, possible(w, "line", "guarantee", id, guarantee.Join, 0).Fault.Code)

	ask := func(who string, transient map[string][]byte) contract.Possible {
		answer, err := w.Person[who].Evaluate("guarantee:Acts", []string{id}, transient)
		require.NoError(t, err)
		var all contract.Possibilities
		require.NoError(t, json.Unmarshal(answer, &all))
		return all.Acts[slices.IndexFunc(all.Acts, func(p contract.Possible) bool { return p.Act == guarantee.Join })]
	}
	require.True(t, ask("bank", map[string][]byte{"propose": []byte("yes")}).Allowed, "one person may propose")
	a := w.Proposed("bank", "guarantee", "join", joining(w, id), world.Fixture("joinder"))
	named := map[string][]byte{"approval": []byte(a)}
	require.True(t, ask("checker", named).Allowed)
	require.Equal(t, "same-person", ask("bank", named).Fault.Args["why"])
}

// Proposing is refused where the act would be, and nothing is kept then.
func TestAProposalIsRehearsed(t *testing.T) {
	w := eyed(t, "guarantee/join")
	id := w.DraftedGuarantee(w.IssuedBill())
	for name, c := range map[string]struct {
		family, act, content string
		request              fields
		code                 fault.Code
	}{
		"the wrong state":        {"guarantee", "join", world.Fixture("joinder"), fields{"id": id, "version": 1}, fault.WrongState},
		"another version":        {"guarantee", "join", world.Fixture("joinder"), fields{"id": id, "version": 7}, fault.VersionMismatch},
		"no content":             {"guarantee", "join", "", fields{"id": id, "version": 1}, fault.Invalid},
		"broken content":         {"guarantee", "join", "{", fields{"id": id, "version": 1}, fault.Malformed},
		"an unknown family":      {"ghost", "join", "", fields{"id": id, "version": 1}, fault.UnknownAct},
		"an unknown act":         {"guarantee", "fly", "", fields{"id": id, "version": 1}, fault.UnknownAct},
		"an act that is no word": {"guarantee", "Mr Lin", "", fields{"id": id, "version": 1}, fault.UnknownAct},
		"an approval":            {"approval", "withdraw", "", fields{"id": id, "version": 1}, fault.UnknownAct},
		"a deep request":         {"guarantee", "join", "", fields{"id": id, "version": 1, "a": []any{[]any{[]any{[]any{1}}}}}, fault.TooLarge},
	} {
		_, err := w.TryProposing("bank", c.family, c.act, c.request, c.content)
		require.Equal(t, c.code, codeOf(err), name)
	}
	require.Empty(t, openApprovals(w, "bank"))
	_, err := w.Person["bank"].Submit("approval:Act", []string{"propose", `{"x":1}`}, nil, bankOrg)
	code(w, fault.Invalid, err)
	_, err = w.Person["bank"].Submit("approval:Act", []string{"use", `{"id":"ap-a"}`}, nil, bankOrg)
	code(w, fault.UnknownAct, err)
	_, err = w.Person["bank"].Submit("approval:Act", []string{"propose", `{}`}, nil, carrierOrg)
	code(w, fault.WrongParty, err)
	_, err = w.Person["bank"].Submit("approval:Act", []string{"propose", `{}`}, map[string][]byte{"family": []byte("guarantee"), "act": []byte("join"),
		"request": []byte(`{}`)}, bankOrg)
	code(w, fault.PrivateInputMissing, err)
}

// What nobody marked costs what it did: the marks stand on a record that is read anyway.
func TestMarksMakeOtherActsNoDearer(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	before, _ := spend(w, "shipper", "sign", id, nil)
	w.Must("shipper", "party", "mark-four-eyes", fields{"id": w.Party["shipper"], "acts": []string{"bill/surrender"}}, "")
	after, _ := spend(w, "shipper", "sign", id, nil)
	require.Equal(t, before, after)

	w.Must("shipper", "party", "mark-four-eyes", fields{"id": w.Party["shipper"], "acts": []string{"bill/sign"}}, "")
	w.Colleague("second", "shipper")
	request := fields{"version": billOf(w, id).Version}
	w.Approval = w.Proposed("shipper", "bill", "sign", fields{"id": id, "version": billOf(w, id).Version}, "")
	two, _ := spend(w, "second", "sign", id, request)
	w.Approval = ""
	require.Equal(t, before[carrierOrg].reads, two[carrierOrg].reads)
	require.Equal(t, before[carrierOrg].hashes+1, two[carrierOrg].hashes, "a marked one is held against one hash more")
}

// deed is what somebody proposes or does with the bill.
type deed struct {
	by, act string
	request fields
}

func (a deed) String() string { return a.act + text(a.request) }

// drawn is one on the bill as it stands, or as it stood before.
func drawn(rt *rapid.T, w *world.World, id string) deed {
	a := deed{by: rapid.SampledFrom([]string{"bank", "checker", "third", "buyer"}).Draw(rt, "who"),
		act: rapid.SampledFrom([]string{"sign", "endorse-to-order", "endorse-to-order", "withdraw"}).Draw(rt, "act")}
	a.request = fields{"id": id, "version": billOf(w, id).Version - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "behind")}
	if a.act == "endorse-to-order" {
		a.request["to"] = w.Party[rapid.SampledFrom([]string{"buyer", "forwarder"}).Draw(rt, "to")]
	}
	return a
}

// A marked act never takes effect by one person alone, whatever persons do in whatever order: each change of a bill that the bank
// holds was proposed by one person of the bank and made by another, once, and what was proposed was exactly that.
func TestNobodyMakesAMarkedActAlone(t *testing.T) {
	made := 0
	rapid.Check(t, func(rt *rapid.T) {
		w := eyed(rt, "bill/sign", "bill/endorse-to-order", "bill/withdraw")
		w.Colleague("third", "bank")
		id := w.IssuedBill()
		w.PassOn(id, "shipper", "bank")
		proposed, ids, used := map[string]deed{}, []string{""}, map[string]bool{}
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			w.Net.Advance(rapid.SampledFrom([]time.Duration{0, time.Hour, 40 * time.Hour}).Draw(rt, "pause"))
			try := drawn(rt, w, id)
			if rapid.Bool().Draw(rt, "proposes") {
				if a, err := w.TryProposing(try.by, "bill", try.act, try.request, ""); err == nil {
					proposed[a], ids = try, append(ids, a)
				}
				continue
			}
			a := rapid.SampledFrom(ids[max(0, len(ids)-3):]).Draw(rt, "approval")
			if first, known := proposed[a]; known && rapid.Bool().Draw(rt, "as proposed") {
				try.act, try.request = first.act, maps.Clone(first.request)
				if _, passes := first.request["to"]; passes && rapid.Bool().Draw(rt, "but to another") {
					try.request["to"] = w.Party["trucker"]
				}
			}
			before := billOf(w, id).Version
			if err := with(w, a, try.by, "bill", try.act, try.request, ""); err != nil {
				require.Equal(rt, before, billOf(w, id).Version, "a refused act changes nothing")
				continue
			}
			made++
			require.Contains(rt, proposed, a)
			require.False(rt, used[a], "used twice")
			used[a] = true
			require.NotEqual(rt, proposed[a].by, try.by)
			require.Equal(rt, proposed[a].String(), try.String())
			require.Equal(rt, []string{nameOf(w, proposed[a].by), nameOf(w, try.by)}, []string{billOf(w, id).Last.Proposer, billOf(w, id).Last.Person})
		}
	})
	require.Positive(t, made, "nothing was ever made: this shows nothing")
}
