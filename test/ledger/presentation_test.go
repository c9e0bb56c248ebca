package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/presentation"
	"portledger/chaincode/recovery"
	"portledger/test/memfabric"
	"portledger/test/world"
)

type presentationView struct {
	Control     presentation.Presentation  `json:"control"`
	Content     json.RawMessage            `json:"content"`
	Pieces      map[string]json.RawMessage `json:"pieces"`
	Examination struct {
		Control presentation.Examination `json:"control"`
		Acts    []lifecycle.Act          `json:"acts"`
	} `json:"examination"`
	Acts []lifecycle.Act `json:"acts"`
}

func presentationOf(w *world.World, id string) presentation.Presentation {
	w.TB.Helper()
	return read[presentationView](w, "line", "presentation", id).Control
}

func TestTwoPersonsOfTheBankHonour(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	pr := w.CompletePresentation(id)
	require.Equal(t, &bill.Presented{Presentation: pr, Bank: ref(w, "bank")}, billOf(w, id).Presented)
	w.Refused(fault.NotProposed, "bank", "presentation", "honour", fields{"id": pr}, "")
	w.Must("bank", "presentation", "propose-honour", fields{"id": pr}, "")
	w.Refused(fault.OwnProposal, "bank", "presentation", "honour", fields{"id": pr}, "")
	w.Refused(fault.NotProposed, "checker", "presentation", "refuse", fields{"id": pr, "reason": "OTHER", "notice": "none"}, "")
	w.Refused(fault.WrongParty, "shipper", "presentation", "honour", fields{"id": pr}, "")
	w.Must("checker", "presentation", "honour", fields{"id": pr}, "")
	b := billOf(w, id)
	require.Equal(t, ref(w, "bank"), b.Holder, "the bank took the bill up")
	require.Equal(t, ref(w, "bank"), b.Title)
	require.Nil(t, b.Presented)
	require.Nil(t, b.Offer)
	require.Equal(t, presentation.Honoured, presentationOf(w, pr).State)
	w.PassOn(id, "bank", "buyer")
}

func TestTheSamePersonDoesNotRefuseAlone(t *testing.T) {
	w := world.New(t)
	pr := w.CompletePresentation(w.IssuedBill())
	w.Must("checker", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Refused(fault.OwnProposal, "checker", "presentation", "refuse", w.Refusing(pr), "")
	read := w.Refusing(pr)
	w.Must("checker", "presentation", "propose-refusal", fields{"id": pr}, strings.Replace(world.Fixture("refusal"), "941", "942", 1))
	require.Equal(t, "/notice", w.Refused(fault.ContentMismatch, "bank", "presentation", "refuse", read, "").At, "another notice than the one that was read")
	w.Must("checker", "presentation", "propose-honour", fields{"id": pr}, "")
	w.Refused(fault.NotProposed, "bank", "presentation", "refuse", w.Refusing(pr), "")
	w.Must("checker", "presentation", "recall-proposal", fields{"id": pr}, "")
	w.Refused(fault.NotProposed, "bank", "presentation", "honour", fields{"id": pr}, "")
	w.Refused(fault.WrongState, "bank", "presentation", "recall-proposal", fields{"id": pr}, "")
	// Nor with an agent for the second person: no mandate covers a presentation.
	for _, act := range []string{"presentation/*", "presentation/honour", "presentation/propose-honour"} {
		grant := fields{"agent": w.Party["forwarder"], "acts": []string{act}, "until": stamp(w.Net.Now().AddDate(0, 1, 0))}
		require.Equal(t, "/acts", w.Refused(fault.Invalid, "bank", "mandate", "grant", grant, "").At)
	}
}

// A set goes to presenter and bank, the notice first to nobody, then to the presenter, then to the applicant.
func TestWhoSeesWhatOfAPresentation(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	pr := w.CompletePresentation(id)
	set, notice := "presentation-set/"+pr+"/1", "presentation-notice/"+pr+"/1"
	for _, org := range []string{carrierOrg, terminalOrg} {
		require.Nil(t, w.Net.PrivateData(org, set), org)
	}
	for _, name := range []string{"line", "terminal", "buyer", "forwarder"} {
		require.Empty(t, read[presentationView](w, name, "presentation", pr).Content, name)
	}
	for _, name := range []string{"shipper", "bank", "checker"} {
		require.Contains(t, string(read[presentationView](w, name, "presentation", pr).Content), "SF-INV-2026-1187", name)
	}
	_, plan, err := w.Rehearse("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"), world.Salt())
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg}, plan.Endorsers, "the draft is the bank's own")
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	require.Nil(t, w.Net.PrivateData(portOrg, notice))
	require.Empty(t, read[presentationView](w, "shipper", "presentation", pr).Pieces)
	require.NotEmpty(t, read[presentationView](w, "checker", "presentation", pr).Pieces["notice"], "the second person reads what it gives")
	_, plan, err = w.Rehearse("checker", "presentation", "refuse", w.Refusing(pr), "", "")
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, portOrg}, plan.Endorsers, "no issuer sees the notice")
	w.Must("checker", "presentation", "refuse", w.Refusing(pr), "")
	require.JSONEq(t, world.Fixture("refusal"), string(read[presentationView](w, "shipper", "presentation", pr).Pieces["notice"]))
	require.Empty(t, read[presentationView](w, "buyer", "presentation", pr).Pieces)

	w.Must("bank", "presentation", "ask-waiver", fields{"id": pr, "applicant": w.Party["buyer"]}, "")
	shown := read[presentationView](w, "buyer", "presentation", pr)
	require.NotEmpty(t, shown.Content)
	require.NotEmpty(t, shown.Pieces["notice"])
	w.Must("shipper", "presentation", "present-again", fields{"id": pr}, w.DocumentsOf("shipper", id))
	require.Empty(t, read[presentationView](w, "buyer", "presentation", pr).Content, "a new set was not shown to it")
	for _, org := range []string{carrierOrg, terminalOrg} {
		require.NotContains(t, string(w.Net.PeerBytes(org)), "SF-INV-2026-1187", "%s: not even in a transient store", org)
		require.NotContains(t, string(w.Net.PeerBytes(org)), "941 cartons", org)
	}
}

func TestRefusedDocumentsAreWaivedAndHonoured(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	pr := w.RefusedPresentation(id)
	require.Equal(t, 1, presentationOf(w, pr).Notices)
	w.Refused(fault.WrongState, "bank", "presentation", "refuse", fields{"id": pr, "reason": "OTHER", "notice": "none"}, "")
	w.Refused(fault.WrongState, "bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Refused(fault.WrongState, "bank", "presentation", "honour", fields{"id": pr}, "")
	w.Refused(fault.RecipientNotAllowed, "bank", "presentation", "ask-waiver", fields{"id": pr, "applicant": w.Party["shipper"]}, "")
	w.Refused(fault.RecipientNotAllowed, "bank", "presentation", "ask-waiver", fields{"id": pr, "applicant": w.Party["terminal"]}, "")
	ask := fields{"id": pr, "applicant": w.Party["buyer"]}
	w.Must("bank", "presentation", "ask-waiver", ask, "")
	w.Refused(fault.WrongParty, "forwarder", "presentation", "waive", fields{"id": pr}, "")
	w.Must("buyer", "presentation", "decline-waiver", fields{"id": pr, "reason": "NOT_AGREED"}, "")
	require.Equal(t, "/applicant", w.Refused(fault.RecipientNotAllowed, "bank", "presentation", "ask-waiver", fields{"id": pr, "applicant": w.Party["forwarder"]}, "").At)
	w.Must("bank", "presentation", "ask-waiver", ask, "")
	w.Must("buyer", "presentation", "waive", fields{"id": pr}, "")
	w.Refused(fault.NotProposed, "bank", "presentation", "honour", fields{"id": pr}, "")
	w.Honour(pr)
	require.Equal(t, ref(w, "bank"), billOf(w, id).Holder)
}

func TestDocumentsGoBackAndComeAgain(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	pr := w.RefusedPresentation(id)
	w.Refused(fault.BillPresented, "shipper", "bill", "withdraw", fields{"id": id}, "")
	cured := strings.Replace(w.DocumentsOf("shipper", id), "SF-INV-2026-1187", "SF-INV-2026-1187A", 1)
	later := strings.Replace(cured, "2027-01-31", "2027-02-28", 1)
	require.Equal(t, "/content/credit/expiryDate", w.Refused(fault.Invalid, "shipper", "presentation", "present-again", fields{"id": pr}, later).At)
	w.Must("shipper", "presentation", "present-again", fields{"id": pr}, cured)
	w.Must("shipper", "presentation", "complete", fields{"id": pr}, "")
	p := presentationOf(w, pr)
	require.Equal(t, []int{2, 2, 1}, []int{p.Round, p.Sets, p.Notices})
	require.Empty(t, p.Notice)
	w.Refused(fault.NotProposed, "checker", "presentation", "refuse", fields{"id": pr, "reason": "OTHER", "notice": "none"}, "")
	w.Must("checker", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Must("bank", "presentation", "refuse", w.Refusing(pr), "")
	w.Must("bank", "presentation", "return-documents", fields{"id": pr}, "")
	b := billOf(w, id)
	require.Nil(t, b.Offer, "the offer counts as rejected")
	require.Nil(t, b.Presented)
	require.Equal(t, ref(w, "shipper"), b.Holder)
	w.PassOn(id, "shipper", "buyer")
}

// Possession that the bank had for the documents' sake goes back.
func TestTheBankHandsBackWhatItKeeps(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"], "capacity": "POST_BOX"}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "forwarder", "presentation", "open", fields{"bank": w.Party["bank"], "bills": []string{id}}, w.DocumentsOf("shipper", id))
	pr := w.OpenedPresentation("shipper", id)
	w.Must("shipper", "presentation", "complete", fields{"id": pr}, "")
	require.Equal(t, pr, w.Refused(fault.BillPresented, "bank", "bill", "transfer", fields{"id": id, "to": w.Party["shipper"]}, "").Args["presentation"])
	require.Equal(t, pr, w.Refused(fault.BillPresented, "shipper", "bill", "instruct-custodian", fields{"id": id, "to": w.Party["buyer"]}, "").Args["presentation"])
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "CUSTOMS_ORDER"}, "")
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	w.Must("checker", "presentation", "refuse", w.Refusing(pr), "")
	w.Refused(fault.OnHold, "shipper", "presentation", "take-back", fields{"id": pr}, "")
	w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")
	w.Must("shipper", "presentation", "take-back", fields{"id": pr}, "")
	b := billOf(w, id)
	require.Equal(t, ref(w, "shipper"), b.Holder)
	require.Equal(t, ref(w, "shipper"), b.Title)
	require.True(t, b.Endorsable)
	w.PassOn(id, "shipper", "buyer")
}

func TestABillPledgedToTheBankIsPresented(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	pr := w.OpenedPresentation("shipper", id)
	w.Must("shipper", "presentation", "complete", fields{"id": pr}, "")
	w.Refused(fault.BillPresented, "bank", "bill", "release-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Refused(fault.BillPresented, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Honour(pr)
	b := billOf(w, id)
	require.Nil(t, b.Presented)
	require.True(t, b.Pledged(), "the security stays")
	require.Equal(t, ref(w, "shipper"), b.Holder)
}

func TestABillThatTheBankCannotHaveIsNotPresented(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	pr := w.OpenedPresentation("shipper", id)
	complete := fields{"id": pr}
	require.Equal(t, id, w.Refused(fault.NotWithBank, "shipper", "presentation", "complete", complete, "").Args["bill"])
	require.Equal(t, fault.NotWithBank, possible(w, "shipper", "presentation", pr, presentation.Complete, 0).Fault.Code)
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Refused(fault.NotWithBank, "shipper", "presentation", "complete", complete, "")
	w.Must("shipper", "bill", "withdraw", fields{"id": id}, "")
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Refused(fault.NotWithBank, "shipper", "presentation", "complete", complete, "")
	w.Must("shipper", "bill", "withdraw-pledge", fields{"id": id}, "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "CUSTOMS_ORDER"}, "")
	w.Refused(fault.OnHold, "shipper", "presentation", "complete", complete, "")
	w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")

	wrong := strings.Replace(w.DocumentsOf("shipper", id), read[struct {
		Hash string `json:"hash"`
	}](w, "shipper", "bill", id).Hash, strings.Repeat("ab", 32), 1)
	w.Must("shipper", "presentation", "replace-documents", complete, wrong)
	w.Refused(fault.ContentMismatch, "shipper", "presentation", "complete", complete, "")
	w.Must("shipper", "presentation", "withdraw", complete, "")
	w.Refused(fault.WrongState, "shipper", "presentation", "complete", complete, "")
	require.NotNil(t, billOf(w, id).Offer, "a set that was never complete touched nothing")
}

// UCP 600 art 16(f): a bank that lets five banking days pass can only honour.
func TestAfterFiveBankingDaysTheBankIsPrecluded(t *testing.T) {
	w := world.New(t)
	_, err := w.Try("bank", "presentation", "propose-honour", fields{"id": "pr-none"}, "")
	w.Refusal(fault.NotFound, err)
	id := w.IssuedBill()
	pr := w.CompletePresentation(id)
	due, err := time.Parse(time.RFC3339, presentationOf(w, pr).Due)
	require.NoError(t, err)
	require.GreaterOrEqual(t, due.Sub(w.Net.Now()), 5*24*time.Hour)
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	early := w.Refused(fault.TooEarly, "shipper", "presentation", "take-back", fields{"id": pr}, "")
	require.Equal(t, presentationOf(w, pr).Due, early.Args["from"])
	w.Net.Advance(due.Sub(w.Net.Now()))
	late := w.Refused(fault.DeadlinePassed, "checker", "presentation", "refuse", w.Refusing(pr), "")
	require.Equal(t, presentationOf(w, pr).Due, late.Args["until"])
	w.Refused(fault.DeadlinePassed, "checker", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	require.Equal(t, fault.DeadlinePassed, possible(w, "checker", "presentation", pr, presentation.Refuse, 0).Fault.Code)
	w.Honour(pr)

	other := w.CompletePresentation(other.issued(w))
	due, err = time.Parse(time.RFC3339, presentationOf(w, other).Due)
	require.NoError(t, err)
	w.Net.Advance(due.Sub(w.Net.Now()))
	w.Must("shipper", "presentation", "take-back", fields{"id": other}, "")
}

// The credit's last day, by the bank's own calendar: a holiday moves it (UCP 600 art 29), and none is counted for the bank.
func TestTheBanksCalendarCounts(t *testing.T) {
	w := world.New(t)
	publish := `{"id":"banking","witness":"PortMSP","utcOffset":"+08:00","firstYear":2026,"lastYear":2027,"weekend":["SA","SU"],"holidays":["2027-02-01"],"workdays":[]}`
	w.Must(bankOrg, "org", "publish-calendar", asFields(publish), "")
	id := w.IssuedBill()
	open := func(calendar string) fields {
		return fields{"bank": w.Party["bank"], "bills": []string{id}, "calendar": calendar}
	}
	set := w.DocumentsOf("shipper", id)
	for _, foreign := range []string{"PortMSP/banking", "BankMSP", "BankMSPx/banking"} {
		require.Equal(t, "/calendar", w.Refused(fault.Invalid, "shipper", "presentation", "open", open(foreign), set).At)
	}
	w.Refused(fault.NotFound, "shipper", "presentation", "open", open("BankMSP/none"), set)
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	pr := w.OpenedPresentation("shipper", id)
	p := presentationOf(w, pr)
	require.Equal(t, "BankMSP/banking", p.Calendar)
	require.Equal(t, "2027-02-02T16:00:00Z", p.Expires, "the 31st is a Sunday, the 1st a holiday")
	expires, err := time.Parse(time.RFC3339, p.Expires)
	require.NoError(t, err)
	w.Net.Advance(expires.Sub(w.Net.Now()))
	for act, content := range map[string]string{"complete": "", "replace-documents": set} {
		require.Equal(t, p.Expires, w.Refused(fault.DeadlinePassed, "shipper", "presentation", act, fields{"id": pr}, content).Args["until"], act)
	}
	w.Must("shipper", "presentation", "withdraw", fields{"id": pr}, "")
}

func TestABillIsInOneOpenPresentation(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	one, two := w.OpenedPresentation("shipper", id), w.OpenedPresentation("shipper", id)
	first := w.Endorsed("shipper", "presentation", "complete", fields{"id": one}, "")
	second := w.Endorsed("shipper", "presentation", "complete", fields{"id": two}, "")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.EndorsementPolicyFailure}, w.Net.Commit(first, second), "the bank relies on it now")
	f := w.Refused(fault.BillPresented, "shipper", "presentation", "complete", fields{"id": two}, "")
	require.Equal(t, one, f.Args["presentation"])

	w.Must("bank", "presentation", "propose-honour", fields{"id": one}, "")
	honour := w.Endorsed("checker", "presentation", "honour", fields{"id": one}, "")
	changed := w.Endorsed("bank", "presentation", "propose-honour", fields{"id": one}, "")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, w.Net.Commit(changed, honour), "what was confirmed is not what stands")
	honour = w.Endorsed("checker", "presentation", "honour", fields{"id": one}, "")
	instead := w.Endorsed("checker", "presentation", "propose-refusal", fields{"id": one}, world.Fixture("refusal"))
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, w.Net.Commit(honour, instead), "a late proposal decides nothing")
	require.Equal(t, presentation.Honoured, presentationOf(w, one).State)
}

// Everybody but the one concerned colludes.
func TestPresentationsAreNotForged(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	pr := w.CompletePresentation(id)
	free := func(r map[string]any) { delete(r, "presented"); delete(r, "offer") }
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("shipper", w.Rewrite("bill/"+id, nil, free), carrierOrg, portOrg, terminalOrg), "the bill, without the bank")
	refused := func(r map[string]any) { r["state"] = "REFUSED" }
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", w.Rewrite("presentation/"+pr, nil, refused), bankOrg, carrierOrg, terminalOrg), "a refusal, without the presenter")
	honoured := func(r map[string]any) { r["state"] = "HONOURED" }
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("shipper", w.Rewrite("presentation/"+pr, nil, honoured), portOrg, carrierOrg, terminalOrg), "a payment, without the bank")
	proposal := func(r map[string]any) { r["state"], r["round"], r["proposer"] = "HONOUR_PROPOSED", 1, "u-somebody" }
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("shipper", w.Rewrite("examination/"+pr+"/examination", nil, proposal), portOrg, carrierOrg, terminalOrg), "a proposal, without the bank")

	pr = w.RefusedPresentation(other.issued(w))
	w.Register("importer", terminalOrg, false, "CONSIGNEE")
	w.Must("bank", "presentation", "ask-waiver", fields{"id": pr, "applicant": w.Party["importer"]}, "")
	waived := func(r map[string]any) { r["state"] = "WAIVED" }
	require.Equal(t, memfabric.Valid, w.Forge("bank", w.Rewrite("presentation/"+pr, nil, waived), bankOrg, portOrg))
	w.Must("bank", "presentation", "propose-honour", fields{"id": pr}, "")
	w.Refused(fault.NotAnchored, "checker", "presentation", "honour", fields{"id": pr}, "")
}

func TestWhatASetCannotSay(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	two := other.issued(w)
	set := w.DocumentsOf("shipper", id)
	open := func(bank string, bills ...string) fields {
		return fields{"bank": w.Party[bank], "bills": bills}
	}
	for name, c := range map[string]struct {
		request fields
		set     string
		code    fault.Code
		at      string
	}{
		"another bill":             {open("bank", two), set, fault.Invalid, "/content/documents"},
		"a bill that is not in it": {open("bank", id, two), set, fault.Invalid, "/content/documents"},
		"to nobody's bank":         {open("line", id), set, fault.RecipientNotAllowed, "/bank"},
		"a bill twice":             {open("bank", id, id), set, fault.Invalid, "/content/documents"},
	} {
		f := w.Refused(c.code, "shipper", "presentation", "open", c.request, c.set)
		require.Equal(t, c.at, f.At, name)
	}
	w.Refused(fault.WrongRole, "trucker", "presentation", "open", open("bank", id), set)
	w.Register("branch", bankOrg, false, "BANK")
	w.PassOn(two, "shipper", "branch")
	w.Refused(fault.OneOrganisation, "branch", "presentation", "open", open("bank", two), w.DocumentsOf("branch", two))
	pr := w.CompletePresentation(id)
	fifth := strings.Replace(world.Fixture("refusal"), `"document": 3`, `"document": 5`, 1)
	require.Equal(t, "/content/discrepancies/1/document", w.Refused(fault.Invalid, "bank", "presentation", "propose-refusal", fields{"id": pr}, fifth).At)
	w.Must("bank", "presentation", "propose-refusal", fields{"id": pr}, world.Fixture("refusal"))
	require.Equal(t, "/reason", w.Refused(fault.Invalid, "checker", "presentation", "refuse", fields{"id": pr, "reason": "DISLIKED", "notice": "none"}, "").At)
}

// A bill whose control was recovered counts no more: its presentation cannot be honoured, and does not keep the documents.
func TestARecoveredBillDoesNotHoldItsPresentationUp(t *testing.T) {
	w := world.New(t, railOrg)
	id := w.IssuedBill()
	w.Register("factor", railOrg, false, "CONSIGNEE")
	w.PassOn(id, "shipper", "factor")
	w.Must("factor", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	pr := w.OpenedPresentation("factor", id)
	w.Must("factor", "presentation", "complete", fields{"id": pr}, "")
	openRecovery(w, id)
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
	done := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "")
	require.Nil(t, billOf(w, done.ID).Presented)
	w.Must("bank", "presentation", "propose-honour", fields{"id": pr}, "")
	w.Refused(fault.BillRecovered, "checker", "presentation", "honour", fields{"id": pr}, "")
	require.Equal(t, fault.BillRecovered, possible(w, "checker", "presentation", pr, presentation.Honour, 0).Fault.Code)
	w.Refused(fault.BillRecovered, "factor", "presentation", "open", fields{"bank": w.Party["bank"], "bills": []string{id}}, w.DocumentsOf("factor", id))
	w.Net.Advance(2 * 24 * time.Hour)
	w.Must("factor", "presentation", "take-back", fields{"id": pr}, "")
}
